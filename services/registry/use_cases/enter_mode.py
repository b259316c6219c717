"""What every way into a mode shares: the record continues the estate's history, and the change is announced."""

from dataclasses import dataclass, replace
from datetime import date

from kit.errors import Flag, InstrumentNotAvailable, Refusal
from kit.mongo import UnitOfWork
from policy.instruments.estates import ModeLabel, OldEstatePolicy
from policy.parameter import Status
from policy.policies import Policies
from policy.policy_version import PolicyVersion
from policy.vocabulary import CostBearer
from services.registry.domain.consultation import Survey, latest_survey, require_consultation
from services.registry.domain.contract import ContractKind
from services.registry.domain.decision import DecisionState
from services.registry.domain.estate import is_old_estate
from services.registry.domain.mode import (
    UNMANAGED_LABEL,
    BasicItem,
    ManagementMode,
    ModeEvent,
    ModeRecord,
    PastNotRewritten,
    ServiceTerms,
    continued,
    label_of,
    next_mode,
    require_review_day,
)
from services.registry.domain.mode_rules import (
    ContractBehind,
    analysis_flag,
    market_flag,
    require_open_trust_fund,
    require_pilot_terms,
    row_for_provider,
)
from services.registry.domain.territory import membership_on
from services.registry.events import ModeChanged
from services.registry.store.consultations import find_consultations_of_estates
from services.registry.store.contract_documents import ContractRecord
from services.registry.store.decisions import decision_of
from services.registry.store.estates import EstateRecord, estate_of, save_mode
from services.registry.store.modes import EstateModes, modes_of, save_modes
from services.registry.store.providers import provider_of
from services.registry.store.trust_funds import trust_funds_of


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A way into a mode, judged already by the rules of its own: what the record will say."""

    event: ModeEvent
    row: ModeLabel
    effective_on: date
    contract: ContractRecord | None = None
    decision_id: str | None = None
    provider_id: str | None = None
    items: tuple[BasicItem, ...] = ()
    cost_bearer: CostBearer | None = None
    terms: ServiceTerms | None = None
    is_pilot: bool = False
    analysis: str | None = None
    review_on: date | None = None


def policy_of(policies: Policies, estate: EstateRecord, day: date) -> PolicyVersion:
    """Return the policy of the estate's district in force on that day; raises PolicyNotInForce."""
    return policies.at(membership_on(estate.memberships, day).district, day)


def contract_behind(contract: ContractRecord) -> ContractBehind:
    """Return the contract as far as a mode needs it."""
    return ContractBehind(
        kind=contract.kind,
        state=contract.state,
        estate_id=contract.estate_id,
        community_id=contract.place.community_id,
    )


async def enter_mode(work: UnitOfWork, estate: EstateRecord, entry: Entry, *, policy: PolicyVersion) -> list[Flag]:
    """Let the estate enter the mode that the event leads to, and announce it (R23); return what people should look at.

    The former mode ends on the day before. Raises ConsultationMissing (ZG-23), PilotTermsMissing (XY-21),
    ValidationFailed for a day of review that cannot be, PastNotRewritten unless the record begins after the latest.
    """
    modes = await modes_of(work, estate.id)
    mode = next_mode(modes.mode, entry.event)
    decision_id = entry.decision_id
    if decision_id is None and entry.contract is not None and entry.contract.estate_id == estate.id:
        decision_id = entry.contract.decision_id  # A neighbour's owners have decided nothing for this estate.
    survey = await _consultation(work, estate, mode, entry, decision_id, policy=policy)
    require_review_day(mode, review_on=entry.review_on, effective_on=entry.effective_on)
    require_pilot_terms(is_pilot=entry.is_pilot, terms=entry.terms, contract_states_them=entry.contract is not None)
    record = ModeRecord(
        mode=mode,
        event=entry.event,
        label=entry.row.label,
        from_=entry.effective_on,
        means=entry.row.means,
        decision_id=decision_id,
        contract_id=None if entry.contract is None else entry.contract.id,
        consultation_id=None if survey is None else survey.id,
        provider_id=entry.provider_id or (None if entry.contract is None else entry.contract.provider_id),
        items=entry.items,
        cost_bearer=entry.cost_bearer,
        terms=entry.terms,
        is_pilot=entry.is_pilot,
        analysis=entry.analysis,
        review_on=entry.review_on,
        policy_version_id=policy.id,
    )
    await _save(work, estate, modes, record)
    flags = (analysis_flag(entry.analysis, policy.modes), market_flag(mode, modes.titles, policy.modes))
    return [flag for flag in flags if flag is not None]


async def enter_mode_by_contract(
    work: UnitOfWork, estate: EstateRecord, contract: ContractRecord, *, started_on: date, policies: Policies
) -> list[Flag]:
    """Let the estate enter the market or the trust mode with the service of a contract (ZG-25, PZ-26).

    Nothing to do for custody and taking over first: they have a day of review, so commands of their own set them.
    Raises what `enter_mode` does, TrustFundNotOpen, and InstrumentNotAvailable where the district has no one name.
    """
    if contract.kind in (ContractKind.COOPERATION, ContractKind.CUSTODY):
        return []
    policy = policy_of(policies, estate, started_on)
    entry = await _entry_by_contract(work, contract, started_on=started_on, policy=policy)
    return await enter_mode(work, estate, entry, policy=policy)


async def set_mode_of_service(
    work: UnitOfWork, contract: ContractRecord, *, started_on: date, policies: Policies
) -> list[Flag]:
    """Let the estate of a contract whose service began enter its mode; where it cannot, a warning says why.

    Service that began is a fact, whether or not the mode can follow it yet: a person sets it once it can.
    """
    estate = await estate_of(work, contract.estate_id)
    try:
        return await enter_mode_by_contract(work, estate, contract, started_on=started_on, policies=policies)
    except Refusal as refusal:
        return [_not_set(refusal)]


def _not_set(refusal: Refusal) -> Flag:
    return Flag("WARN:MODE_NOT_SET", f"the mode is not set: {refusal.message}", value=refusal.code)


async def leave_without_mode(work: UnitOfWork, estate: EstateRecord, *, on: date) -> None:
    """Record that nobody manages the estate from that day on, and announce it; nothing to do where nobody did before.

    Raises PastNotRewritten unless the latest mode began before that day.
    """
    modes = await modes_of(work, estate.id)
    if modes.mode is ManagementMode.NONE:
        return
    mode = next_mode(modes.mode, ModeEvent.ABANDONED)
    record = ModeRecord(mode=mode, event=ModeEvent.ABANDONED, label=UNMANAGED_LABEL, from_=on)
    await _save(work, estate, modes, record)


async def leave_mode_of_contract(work: UnitOfWork, contract: ContractRecord, *, ended_on: date) -> list[Flag]:
    """Record that nobody manages the estate from the day on which the contract behind its mode ended; say so.

    A mode that rests on anything else goes on. Where the history cannot follow, a warning says why: the end is a fact.
    """
    estate = await estate_of(work, contract.estate_id)
    modes = await modes_of(work, estate.id)
    if not modes.history or modes.history[-1].contract_id != contract.id:
        return []
    mode = next_mode(modes.mode, ModeEvent.SERVICE_ENDED)
    record = ModeRecord(mode=mode, event=ModeEvent.SERVICE_ENDED, label=UNMANAGED_LABEL, from_=ended_on)
    try:
        await _save(work, estate, modes, record)
    except PastNotRewritten as refusal:
        return [_not_set(refusal)]
    return [Flag("WARN:NOBODY_MANAGES", "no mode follows the contract that ended: set one", value=ended_on.isoformat())]


def announce_mode(work: UnitOfWork, estate: EstateRecord, before: EstateModes, after: EstateModes, *, on: date) -> None:
    """Announce the change between the two files of an estate from that day on; fewer records are a reversal."""
    latest = after.history[-1] if after.history else None
    work.announce(
        ModeChanged(
            district=estate.place.district,
            aggregate_id=estate.id,
            occurred_on=on,
            policy_id=None if latest is None else latest.policy_version_id,
            estate_id=estate.id,
            street_id=estate.place.street_id,
            community_id=estate.place.community_id,
            from_=before.mode,
            to=after.mode,
            label=label_of(after.history),
            effective_on=on,
            means=None if latest is None else latest.means,
            decision_id=None if latest is None else latest.decision_id,
            contract_id=None if latest is None else latest.contract_id,
            items=() if latest is None else latest.items,
            cost_bearer=None if latest is None else latest.cost_bearer,
            review_on=None if latest is None else latest.review_on,
            is_reversal=len(after.history) < len(before.history),
        )
    )


async def _save(work: UnitOfWork, estate: EstateRecord, modes: EstateModes, record: ModeRecord) -> None:
    after = replace(modes, history=continued(modes.history, record, today=work.today))
    await save_modes(work, after, estate.place)
    await save_mode(work, estate, record.mode)
    announce_mode(work, estate, modes, after, on=record.from_)


async def _entry_by_contract(
    work: UnitOfWork, contract: ContractRecord, *, started_on: date, policy: PolicyVersion
) -> Entry:
    is_trust = contract.kind is ContractKind.TRUST
    if is_trust:
        require_open_trust_fund(await trust_funds_of(work, contract.estate_id), effective_on=started_on)
    provider = await provider_of(work, contract.provider_id)
    mode = ManagementMode.TRUST if is_trust else ManagementMode.MARKET
    row = row_for_provider(policy.modes, mode, provider.kind)
    if row is None:
        raise InstrumentNotAvailable(f"the district has no one name for {mode.value} by a {provider.kind.value}")
    event = ModeEvent.TRUST_STARTED if is_trust else ModeEvent.SERVICE_STARTED
    return Entry(event=event, row=row, effective_on=started_on, contract=contract)


async def _consultation(
    work: UnitOfWork,
    estate: EstateRecord,
    mode: ManagementMode,
    entry: Entry,
    decision_id: str | None,
    *,
    policy: PolicyVersion,
) -> Survey | None:
    """Return the survey behind the mode; the document asks for one where an old estate's mode is chosen (ZG-23).

    An early-stage contract is the developer's: nobody chooses there.
    """
    found = await find_consultations_of_estates(work, [estate.id], scope=work.caller.scope)
    surveys = [consultation.survey for consultation in found]
    is_chosen = entry.contract is None or entry.contract.kind is not ContractKind.EARLY_STAGE
    bound = None if policy.status(OldEstatePolicy) is Status.ABSENT else policy.old_estate
    if policy.modes.consultation_first and is_chosen and is_old_estate(estate.facts, bound) is not False:
        voted_on = None if decision_id is None else await _passed_on(work, decision_id)
        return require_consultation(surveys, mode, effective_on=entry.effective_on, voted_on=voted_on)
    return latest_survey(surveys, mode, by=entry.effective_on)


async def _passed_on(work: UnitOfWork, decision_id: str) -> date | None:
    decision = await decision_of(work, decision_id)
    if decision.state is not DecisionState.CLOSED_PASSED or decision.result is None:
        return None
    return decision.result.closed_on
