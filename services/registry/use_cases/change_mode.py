"""Put an estate under a mode that is meant to last: the market, its owners, its unit, or a trust."""

from dataclasses import dataclass
from datetime import date

from kit.errors import Flag
from kit.idempotency import Outcome
from kit.mongo import UnitOfWork
from policy.instruments.estates import ModeLabel
from policy.policies import Policies
from policy.vocabulary import ModeMeans, OwnersRules
from services.registry.domain.decision import DecisionState
from services.registry.domain.mode import ManagementMode, ModeEvent, ServiceTerms
from services.registry.domain.mode_rules import (
    LabelNotOfMode,
    chosen_mode,
    require_label_of_provider,
    require_market_contract,
    require_open_trust_fund,
    require_passed_decision,
    require_trust_contract,
    require_unit,
    rules_flag,
)
from services.registry.domain.text import LONGEST_TEXT, checked_name
from services.registry.store.contract_documents import ContractRecord
from services.registry.store.contracts import contract_of
from services.registry.store.decisions import decision_of, find_decisions_of_estates
from services.registry.store.estates import EstateRecord, estate_of
from services.registry.store.providers import provider_of
from services.registry.store.trust_funds import trust_funds_of
from services.registry.use_cases.enter_mode import Entry, contract_behind, enter_mode, policy_of
from services.registry.use_cases.roles import SET_MODES

LASTING_MODES = {
    ManagementMode.MARKET: ModeEvent.SERVICE_STARTED,
    ManagementMode.OWNER_SELF: ModeEvent.OWNERS_TOOK_OVER,
    ManagementMode.UNIT_SELF: ModeEvent.UNIT_TOOK_OVER,
    ManagementMode.TRUST: ModeEvent.TRUST_STARTED,
}
MEANS_WITH_COMMANDS = (ModeMeans.CUSTODY, ModeMeans.NEARBY_TAKEOVER)


@dataclass(frozen=True, kw_only=True)
class ChangeMode:
    """A mode by its district's own name, from a day on, and what it rests on."""

    estate_id: str
    label: str
    effective_on: date
    contract_id: str | None
    decision_id: str | None
    unit_id: str | None
    terms: ServiceTerms | None
    is_pilot: bool
    analysis: str | None


async def change_mode(work: UnitOfWork, command: ChangeMode, *, policies: Policies) -> Outcome:
    """Let an estate enter a lasting mode under its district's name for it (NZ-03, PZ-31).

    The market rests on a contract with a selected provider that is being served (ZG-25), the trust on a trust contract
    and an open fund (PZ-26, PZ-27), the unit's management on the unit and fixed terms (PZ-22). Owners who manage
    themselves are told which of their rules are missing (PZ-18, ZG-26).
    """
    work.caller.require_role(*SET_MODES)
    estate = await estate_of(work, command.estate_id)
    policy = policy_of(policies, estate, command.effective_on)
    row = policy.modes.row(command.label, path=("input", "label"))
    if row.means in MEANS_WITH_COMMANDS:
        raise LabelNotOfMode(f"{row.label!r} is set by a command of its own", path=("input", "label"), value=row.label)
    mode = chosen_mode(row, among=LASTING_MODES)
    contract = None if command.contract_id is None else await contract_of(work, command.contract_id)
    await _require_decision(work, command, estate)
    flags: list[Flag] = []
    if mode is ManagementMode.MARKET:
        await _check_market(work, row, contract, estate_id=estate.id)
    elif mode is ManagementMode.TRUST:
        require_trust_contract(None if contract is None else contract_behind(contract), estate_id=estate.id)
        require_open_trust_fund(await trust_funds_of(work, estate.id), effective_on=command.effective_on)
    elif mode is ManagementMode.UNIT_SELF:
        unit = None if command.unit_id is None else await provider_of(work, command.unit_id)
        require_unit(None if unit is None else unit.kind, command.terms)
    else:
        flags = [flag for flag in [rules_flag(row, await _rules_set(work, estate, command.effective_on))] if flag]
    flags += await enter_mode(
        work,
        estate,
        Entry(
            event=LASTING_MODES[mode],
            row=row,
            effective_on=command.effective_on,
            contract=contract,
            decision_id=command.decision_id,
            provider_id=command.unit_id,
            terms=checked_terms(command.terms),
            is_pilot=command.is_pilot,
            analysis=checked_analysis(command.analysis),
        ),
        policy=policy,
    )
    return Outcome(entity_ids={"estate": estate.id}, warnings=tuple(flags), policy_version_id=policy.id)


def checked_terms(terms: ServiceTerms | None) -> ServiceTerms | None:
    """Return the terms as they are kept; raises ValidationFailed for a text that is empty, too long or unreadable."""
    if terms is None:
        return None
    path = ("input", "terms")
    return ServiceTerms(
        content=checked_name(terms.content, path=(*path, "content"), longest=LONGEST_TEXT),
        fee_standard=checked_name(terms.fee_standard, path=(*path, "feeStandard"), longest=LONGEST_TEXT),
        payment_way=None
        if terms.payment_way is None
        else checked_name(terms.payment_way, path=(*path, "paymentWay"), longest=LONGEST_TEXT),
    )


def checked_analysis(analysis: str | None) -> str | None:
    """Return the analysis as it is kept; raises ValidationFailed for a text that cannot be."""
    return None if analysis is None else checked_name(analysis, path=("input", "analysis"), longest=LONGEST_TEXT)


async def _check_market(work: UnitOfWork, row: ModeLabel, contract: ContractRecord | None, *, estate_id: str) -> None:
    require_market_contract(None if contract is None else contract_behind(contract), estate_id=estate_id)
    assert contract is not None
    provider = await provider_of(work, contract.provider_id)
    require_label_of_provider(row, provider.kind)


async def _require_decision(work: UnitOfWork, command: ChangeMode, estate: EstateRecord) -> None:
    if command.decision_id is None:
        return
    decision = await decision_of(work, command.decision_id)
    require_passed_decision(
        estate_of_decision=decision.estate_id,
        state=decision.state,
        closed_on=None if decision.result is None else decision.result.closed_on,
        estate_id=estate.id,
        effective_on=command.effective_on,
    )


async def _rules_set(work: UnitOfWork, estate: EstateRecord, day: date) -> set[OwnersRules]:
    """Return the rules that the estate's owners had decided by that day."""
    decisions = await find_decisions_of_estates(work, [estate.id], scope=work.caller.scope)
    return {
        OwnersRules(decision.matter.value)
        for decision in decisions
        if decision.matter.value in tuple(OwnersRules)
        and decision.state is DecisionState.CLOSED_PASSED
        and decision.result is not None
        and decision.result.closed_on <= day
    }
