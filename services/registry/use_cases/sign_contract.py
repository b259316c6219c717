"""Register a signed property service contract, and record that its service began."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kit.errors import Flag, InstrumentNotAvailable
from kit.idempotency import Outcome
from kit.ids import new_id
from kit.mongo import UnitOfWork
from policy.instruments import CreditPolicy
from policy.parameter import Status
from policy.policies import Policies
from policy.policy_version import PolicyVersion
from services.registry.domain.contract import (
    KINDS_THAT_OWNERS_DECIDE,
    ContractKind,
    ContractState,
    DepositTerms,
    DraftItem,
    HiringDecision,
    Tender,
    TrustTerms,
    check_deposit_terms,
    check_start,
    check_term,
    check_trust_terms,
    checked_items,
    require_hiring_decision,
    require_tender,
    signing_body,
)
from services.registry.domain.credit import require_lookup
from services.registry.domain.territory import membership_on
from services.registry.domain.text import checked_name
from services.registry.events import (
    ContractDepositTerms,
    ContractItem,
    ContractSigned,
    ContractStarted,
    ContractSuperseded,
    ContractTrustTerms,
)
from services.registry.store.contracts import (
    ContractRecord,
    add_contract,
    contract_of,
    find_contracts_of_estates,
    save_end,
    save_start,
)
from services.registry.store.decisions import DecisionRecord, decision_of
from services.registry.store.estates import EstateRecord, estate_of
from services.registry.store.providers import credit_of, lookup_days, provider_of
from services.registry.use_cases.roles import SIGN_CONTRACTS


@dataclass(frozen=True, kw_only=True)
class SignContract:
    """A contract as it was concluded in writing."""

    estate_id: str
    provider_id: str
    number: str
    kind: ContractKind
    signed_on: date
    from_: date
    to: date | None
    decision_id: str | None
    items: tuple[DraftItem, ...]
    deposit: DepositTerms
    trust: TrustTerms | None
    tender: Tender | None


@dataclass(frozen=True, kw_only=True)
class StartService:
    """The day on which service under a contract began."""

    contract_id: str
    service_start_on: date


async def sign_contract(work: UnitOfWork, command: SignContract, *, policies: Policies) -> Outcome:
    """Register a signed contract.

    It states content, standard and price (DH-33) and may agree on a deposit or not (ZG-17). A contract of the congress
    and a trust contract rest on a passed joint decision (DH-31, PZ-27) and, where the district asks for it, on a credit
    look-up before the vote (ZG-12). An early-stage contract rests on a tender (ZG-10) of a filed bidder in good credit
    (ZG-11). A blacklisted provider whom the owners chose is accepted and flagged: they decide.
    """
    work.caller.require_role(*SIGN_CONTRACTS)
    estate = await estate_of(work, command.estate_id)
    provider = await provider_of(work, command.provider_id)
    check_term(signed_on=command.signed_on, from_=command.from_, to=command.to, today=work.today)
    items = checked_items(command.items)
    check_deposit_terms(command.deposit)
    check_trust_terms(command.kind, command.trust)
    credit = await credit_of(work, provider.id)
    blacklisted = credit.is_blacklisted_on(command.signed_on)
    require_tender(
        command.kind,
        command.tender,
        filed=provider.filing is not None,
        blacklisted=blacklisted,
        signed_on=command.signed_on,
    )
    body = signing_body(command.kind, estate.owners_body)
    decision = None if command.decision_id is None else await decision_of(work, command.decision_id)
    require_hiring_decision(
        command.kind,
        None if decision is None else _hiring_decision(decision),
        estate_id=estate.id,
        provider_id=provider.id,
        signed_on=command.signed_on,
    )
    policy = _policy_on(policies, estate, command.signed_on)
    if command.kind in KINDS_THAT_OWNERS_DECIDE and decision is not None and _asks_lookup(policies, estate, decision):
        looked_up = await lookup_days(work, estate_id=estate.id, provider_id=provider.id, scope=work.caller.scope)
        require_lookup(looked_up, vote_on=decision.voting_to)
    contract = ContractRecord(
        id=new_id("ctr"),
        number=checked_name(command.number, path=("input", "number")),
        estate_id=estate.id,
        place=estate.place,
        provider_id=provider.id,
        kind=command.kind,
        state=ContractState.SIGNED,
        signed_on=command.signed_on,
        from_=command.from_,
        to=command.to,
        signed_by_body=body,
        decision_id=command.decision_id,
        items=items,
        deposit=command.deposit,
        trust=command.trust,
        tender=command.tender,
    )
    await add_contract(work, contract)
    work.announce(_signed(contract, None if policy is None else policy.id))
    return Outcome(
        entity_ids={"contract": contract.id},
        warnings=_warnings(blacklisted=blacklisted, filed=provider.filing is not None, provider_id=provider.id),
        policy_version_id=None if policy is None else policy.id,
    )


async def start_service(work: UnitOfWork, command: StartService) -> Outcome:
    """Record that service began; an early-stage contract of the estate ends with it (Civil Code, art. 940).

    Any other contract that serves the estate has to end first: one area, one provider (Regulations, art. 33).
    """
    work.caller.require_role(*SIGN_CONTRACTS)
    contract = await contract_of(work, command.contract_id)
    others = [
        other
        for other in await find_contracts_of_estates(work, [contract.estate_id], scope=work.caller.scope)
        if other.id != contract.id and other.state is ContractState.ACTIVE
    ]
    ending = [other for other in others if other.kind is ContractKind.EARLY_STAGE]
    serving = next((other.number for other in others if other.kind is not ContractKind.EARLY_STAGE), None)
    if contract.kind is ContractKind.EARLY_STAGE and ending:
        serving = ending[0].number
    check_start(
        state=contract.state,
        service_start_on=command.service_start_on,
        signed_on=contract.signed_on,
        serving_contract=serving,
    )
    await save_start(work, contract, service_start_on=command.service_start_on)
    work.announce(
        ContractStarted(
            district=contract.place.district,
            aggregate_id=contract.id,
            occurred_on=command.service_start_on,
            estate_id=contract.estate_id,
            street_id=contract.place.street_id,
            community_id=contract.place.community_id,
            contract_id=contract.id,
            service_start_on=command.service_start_on,
        )
    )
    await _supersede(work, ending, by=contract, ended_on=command.service_start_on)
    return Outcome(entity_ids={"contract": contract.id})


async def _supersede(work: UnitOfWork, ending: Sequence[ContractRecord], *, by: ContractRecord, ended_on: date) -> None:
    for contract in ending:
        await save_end(work, contract, ended_on=ended_on)
        work.announce(
            ContractSuperseded(
                district=contract.place.district,
                aggregate_id=contract.id,
                occurred_on=ended_on,
                estate_id=contract.estate_id,
                street_id=contract.place.street_id,
                community_id=contract.place.community_id,
                contract_id=contract.id,
                by_contract_id=by.id,
                ended_on=ended_on,
            )
        )


def _hiring_decision(decision: DecisionRecord) -> HiringDecision:
    return HiringDecision(
        estate_id=decision.estate_id,
        matter=decision.matter,
        state=decision.state,
        subject_ref=decision.subject_ref,
        closed_on=None if decision.result is None else decision.result.closed_on,
    )


def _policy_on(policies: Policies, estate: EstateRecord, day: date) -> PolicyVersion | None:
    """Return the policy of the estate's district on that day; None when the district has none in force."""
    district = membership_on(estate.memberships, day).district
    try:
        return policies.at(district, day)
    except InstrumentNotAvailable:
        return None


def _asks_lookup(policies: Policies, estate: EstateRecord, decision: DecisionRecord) -> bool:
    """Return whether the district's document in force on the last day of the vote rates providers' credit."""
    policy = _policy_on(policies, estate, decision.voting_to)
    return policy is not None and policy.status(CreditPolicy) is not Status.ABSENT


def _warnings(*, blacklisted: bool, filed: bool, provider_id: str) -> tuple[Flag, ...]:
    flags = []
    if blacklisted:
        flags.append(
            Flag("WARN:BLACKLISTED", "the provider is blacklisted", path=("input", "providerId"), value=provider_id)
        )
    if not filed:
        flags.append(
            Flag(
                "WARN:NOT_FILED",
                "the provider is not filed with the authority",
                path=("input", "providerId"),
                value=provider_id,
            )
        )
    return tuple(flags)


def _signed(contract: ContractRecord, policy_id: str | None) -> ContractSigned:
    trust = contract.trust
    return ContractSigned(
        district=contract.place.district,
        aggregate_id=contract.id,
        occurred_on=contract.signed_on,
        estate_id=contract.estate_id,
        policy_id=policy_id,
        street_id=contract.place.street_id,
        community_id=contract.place.community_id,
        contract_id=contract.id,
        number=contract.number,
        kind=contract.kind,
        provider_id=contract.provider_id,
        from_=contract.from_,
        to=contract.to,
        signed_by_body=contract.signed_by_body,
        decision_id=contract.decision_id,
        items=tuple(
            ContractItem(item.code, item.inside, item.standard, item.price, item.price_unit) for item in contract.items
        ),
        deposit_terms=ContractDepositTerms(contract.deposit.status, contract.deposit.rate_per_m2),
        trust_terms=None
        if trust is None
        else ContractTrustTerms(
            remuneration_kind=trust.remuneration_kind,
            remuneration_rate=trust.remuneration_rate,
            remuneration_fixed=trust.remuneration_fixed,
            dual_sign_above=trust.dual_sign_above,
            disclosure_every=trust.disclosure_every,
            surplus_rule=trust.surplus_rule,
        ),
    )
