"""Write a property service contract down as a draft, sign a draft, or register one that was signed already."""

from dataclasses import dataclass, replace
from datetime import date

from kit.errors import Flag, InstrumentNotAvailable
from kit.idempotency import Outcome
from kit.ids import new_id
from kit.mongo import UnitOfWork
from policy.instruments import CreditPolicy, ModesPolicy, SelectionPolicy, ServiceAreaPolicy
from policy.parameter import Status
from policy.policies import Policies
from policy.policy_version import PolicyVersion
from services.registry.domain.bundle import require_member
from services.registry.domain.contract import (
    KINDS_THAT_OWNERS_DECIDE,
    ContractKind,
    DepositTerms,
    TrustTerms,
    check_deposit_terms,
    check_period,
    check_signature,
    check_trust_terms,
    require_hiring_decision,
    signing_body,
)
from services.registry.domain.contract_state import ContractEvent, ContractState, next_state
from services.registry.domain.contract_terms import ContractTerms, checked_terms
from services.registry.domain.credit import require_lookup
from services.registry.domain.estate import OwnersBody
from services.registry.domain.mode_rules import check_cooperation_items
from services.registry.domain.selection import require_chosen_offer, require_plan_first
from services.registry.domain.service_area import require_service_area
from services.registry.domain.service_item import DraftItem, checked_items
from services.registry.domain.tender import Bidder, Tender, check_bidder_count, require_tender
from services.registry.domain.territory import membership_on
from services.registry.domain.text import checked_name
from services.registry.store.bundles import bundle_of
from services.registry.store.contract_documents import ContractRecord
from services.registry.store.contracts import add_contract, contract_of, save_signature
from services.registry.store.decisions import DecisionRecord, decision_of
from services.registry.store.estates import EstateRecord, estate_of
from services.registry.store.providers import credit_of, lookup_days, provider_of
from services.registry.store.selections import selection_of_offer
from services.registry.store.service_areas import find_area_of_estates
from services.registry.use_cases.contract_facts import signed_fact
from services.registry.use_cases.decisions_behind import hiring_decision
from services.registry.use_cases.roles import SIGN_CONTRACTS


@dataclass(frozen=True, kw_only=True)
class DraftContract:
    """A contract as it is written."""

    estate_id: str
    provider_id: str
    number: str
    kind: ContractKind
    from_: date
    to: date | None
    items: tuple[DraftItem, ...]
    terms: ContractTerms | None
    deposit: DepositTerms
    trust: TrustTerms | None
    bundle_id: str | None


@dataclass(frozen=True, kw_only=True)
class Signature:
    """What a signature rests on: the owners' decision, their chosen offer, or the developer's tender."""

    signed_on: date
    decision_id: str | None
    offer_id: str | None
    tender: Tender | None


@dataclass(frozen=True, kw_only=True)
class SignContract:
    """A contract as it was concluded in writing."""

    contract: DraftContract
    signature: Signature


@dataclass(frozen=True, kw_only=True)
class SignDraft:
    """The signature under a draft."""

    contract_id: str
    signature: Signature


async def draft_contract(work: UnitOfWork, command: DraftContract) -> Outcome:
    """Keep a contract as it is written; nobody enters under it before it is signed (DH-51)."""
    work.caller.require_role(*SIGN_CONTRACTS)
    estate = await estate_of(work, command.estate_id)
    contract = await _written(work, command, estate)
    await add_contract(work, contract)
    return Outcome(entity_ids={"contract": contract.id})


async def sign_contract(work: UnitOfWork, command: SignContract, *, policies: Policies) -> Outcome:
    """Register a signed contract.

    It states content, standard and price (DH-33) and may agree on a deposit or not (ZG-17). A contract of the congress
    and a trust contract rest on a passed joint decision (DH-31, XY-06, PZ-15, PZ-27) and, where the district asks for
    it, on a credit look-up before the vote (ZG-12). An early-stage contract rests on a tender (ZG-10) of filed bidders
    in good credit (ZG-11). Where the district says so, the estate lies in a service area (DH-20), and content and fee
    standard were fixed before the owners chose (PZ-14, DH-51). A blacklisted provider whom the owners chose is accepted
    and flagged: they decide. A cooperation agreement is cleaning and order keeping alone (NZ-19).
    """
    work.caller.require_role(*SIGN_CONTRACTS)
    estate = await estate_of(work, command.contract.estate_id)
    draft = await _written(work, command.contract, estate)
    contract, outcome = await _sign(work, draft, command.signature, estate=estate, policies=policies)
    await add_contract(work, contract)
    return outcome


async def sign_draft(work: UnitOfWork, command: SignDraft, *, policies: Policies) -> Outcome:
    """Sign a draft, by the same rules as a contract that is registered with its signature."""
    work.caller.require_role(*SIGN_CONTRACTS)
    draft = await contract_of(work, command.contract_id)
    estate = await estate_of(work, draft.estate_id)
    contract, outcome = await _sign(work, draft, command.signature, estate=estate, policies=policies)
    await save_signature(work, draft, contract)
    return outcome


async def _written(work: UnitOfWork, command: DraftContract, estate: EstateRecord) -> ContractRecord:
    """Return the draft; raises what its content lacks."""
    provider = await provider_of(work, command.provider_id)
    check_period(from_=command.from_, to=command.to)
    items = checked_items(command.items, enclosure=estate.facts.enclosure)
    terms = checked_terms(command.terms)
    check_deposit_terms(command.deposit)
    check_trust_terms(command.kind, command.trust)
    if command.bundle_id is not None:
        bundle = await bundle_of(work, command.bundle_id)
        require_member(
            bundle.members,
            bundle_provider_id=bundle.provider_id,
            estate_id=estate.id,
            provider_id=provider.id,
            bundle_id=bundle.id,
        )
    return ContractRecord(
        id=new_id("ctr"),
        number=checked_name(command.number, path=("input", "number")),
        estate_id=estate.id,
        place=estate.place,
        provider_id=provider.id,
        kind=command.kind,
        state=ContractState.DRAFT,
        signed_on=None,
        from_=command.from_,
        to=command.to,
        signed_by_body=OwnersBody.NONE,
        decision_id=None,
        items=items,
        terms=terms,
        deposit=command.deposit,
        trust=command.trust,
        tender=None,
        bundle_id=command.bundle_id,
    )


async def _sign(
    work: UnitOfWork, draft: ContractRecord, signature: Signature, *, estate: EstateRecord, policies: Policies
) -> tuple[ContractRecord, Outcome]:
    """Return the signed contract and what the door answers; announces it. The caller saves it."""
    state = next_state(draft.state, ContractEvent.SIGN)
    check_signature(signed_on=signature.signed_on, from_=draft.from_, today=work.today)
    provider = await provider_of(work, draft.provider_id)
    await _check_tender(work, draft, signature)
    body = signing_body(draft.kind, estate.owners_body)
    decision = await _decision_behind(work, draft, signature, estate=estate, policies=policies)
    policy = _policy_on(policies, estate, signature.signed_on)
    await _check_service_area(work, estate, policy)
    if policy is not None and policy.status(ModesPolicy) is not Status.ABSENT:
        check_cooperation_items(draft.kind, [item.code for item in draft.items], policy.modes)
    offer_id = _offer_of(signature, decision)
    require_plan_first(
        asked_by_district=policy is not None and _asks_plan_first(policy),
        offer_id=offer_id,
        owners_choose_company=draft.kind is ContractKind.CONGRESS,
    )
    contract = replace(
        draft,
        state=state,
        signed_on=signature.signed_on,
        signed_by_body=body,
        decision_id=signature.decision_id,
        tender=signature.tender,
        selection_id=await _selection_behind(work, draft, offer_id, decision),
    )
    policy_id = None if policy is None else policy.id
    work.announce(signed_fact(contract, signed_on=signature.signed_on, policy_id=policy_id))
    credit = await credit_of(work, provider.id)
    blacklisted = credit.is_blacklisted_on(signature.signed_on)
    return contract, Outcome(
        entity_ids={"contract": contract.id},
        warnings=_warnings(blacklisted=blacklisted, filed=provider.filing is not None, provider_id=provider.id),
        policy_version_id=policy_id,
    )


async def _decision_behind(
    work: UnitOfWork, draft: ContractRecord, signature: Signature, *, estate: EstateRecord, policies: Policies
) -> DecisionRecord | None:
    """Return the owners' decision; raises where it lacks, or the look-up before its vote does (DH-31, ZG-12)."""
    decision = None if signature.decision_id is None else await decision_of(work, signature.decision_id)
    require_hiring_decision(
        draft.kind,
        None if decision is None else hiring_decision(decision),
        estate_id=estate.id,
        provider_id=draft.provider_id,
        signed_on=signature.signed_on,
    )
    if draft.kind in KINDS_THAT_OWNERS_DECIDE and decision is not None and _asks_lookup(policies, estate, decision):
        looked_up = await lookup_days(work, estate_id=estate.id, provider_id=draft.provider_id, scope=work.caller.scope)
        require_lookup(looked_up, vote_on=decision.voting_to)
    return decision


async def _check_tender(work: UnitOfWork, draft: ContractRecord, signature: Signature) -> None:
    check_bidder_count(
        0 if signature.tender is None else len(signature.tender.bidder_ids), path=("input", "tender", "bidderIds")
    )
    bidder_ids = {draft.provider_id, *(signature.tender.bidder_ids if signature.tender is not None else ())}
    bidders = []
    for provider in [await provider_of(work, bidder_id) for bidder_id in sorted(bidder_ids)]:
        credit = await credit_of(work, provider.id)
        bidders.append(Bidder(provider.id, provider.filing is not None, credit.is_blacklisted_on(signature.signed_on)))
    require_tender(
        draft.kind, signature.tender, provider_id=draft.provider_id, bidders=bidders, signed_on=signature.signed_on
    )


async def _check_service_area(work: UnitOfWork, estate: EstateRecord, policy: PolicyVersion | None) -> None:
    """Raise ServiceAreaMissing where the district wants the estate in a service area first (DH-20)."""
    required = policy is not None and policy.status(ServiceAreaPolicy) is not Status.ABSENT
    if policy is not None and required:
        required = policy.service_area.required_for_contracts
    found = await find_area_of_estates(work, [estate.id], scope=work.caller.scope) if required else {}
    require_service_area(found.get(estate.id), required=required, estate_id=estate.id)


def _offer_of(signature: Signature, decision: DecisionRecord | None) -> str | None:
    """Return the offer that the signature names, or else the one that the decision was about."""
    subject_ref = None if decision is None else decision.subject_ref
    voted = subject_ref if subject_ref is not None and subject_ref.startswith("ofr_") else None
    return signature.offer_id or voted


def _asks_plan_first(policy: PolicyVersion) -> bool:
    """Return whether the district's document wants content and fee standard fixed before the vote (PZ-14, DH-51)."""
    return policy.status(SelectionPolicy) is not Status.ABSENT and policy.selection.plan_first


async def _selection_behind(
    work: UnitOfWork, draft: ContractRecord, offer_id: str | None, decision: DecisionRecord | None
) -> str | None:
    """Return the selection whose offer the owners chose; None where the contract rests on none."""
    if offer_id is None:
        return None
    selection = await selection_of_offer(work, offer_id)
    assert selection.procedure is not None, "an offer is part of a procedure"
    require_chosen_offer(
        next(offer for offer in selection.procedure.offers if offer.id == offer_id),
        selection.plan,
        selection.procedure,
        estate_is_same=selection.estate_id == draft.estate_id,
        provider_id=draft.provider_id,
        items=draft.items,
        subject_ref=None if decision is None else decision.subject_ref,
        voted_on=None if decision is None else decision.voting_to,
    )
    return selection.id


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
