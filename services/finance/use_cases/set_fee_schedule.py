"""Set what items cost from a day on: for a contract, or for an estate that is managed without one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kit.activations import ActivatedPolicies
from kit.errors import ValidationFailed
from kit.idempotency import Outcome
from kit.ids import new_id
from kit.money import Fen
from kit.mongo import UnitOfWork
from policy.awaiting import in_force_or_awaited
from policy.errors import InstrumentAbsent, PolicyNotInForce
from policy.policies import Policies
from policy.policy_version import PolicyVersion
from policy.vocabulary import CleaningCost, CostBearer, ManagementMode
from services.finance.domain.bill import FeeUnit, Payee
from services.finance.domain.billing_period import parse_period
from services.finance.domain.estate import Estate
from services.finance.domain.fee_rate import (
    MOST_ITEMS,
    FeeContractUnknown,
    FeeRate,
    check_bearer,
    check_cleaning,
    check_item_of_contract,
    check_item_of_mode,
    checked_item_code,
    checked_rate,
    set_rate,
)
from services.finance.domain.service_period import EstateMode, FeeContract
from services.finance.events import FeeScheduleSet, ScheduledRate
from services.finance.store.bill_runs import find_last_billed_month
from services.finance.store.fee_rates import find_rates_of_estate, save_rates
from services.finance.store.fee_service import find_estate_service, find_fee_contracts
from services.finance.use_cases.fee_places import SET_FEES, estate_areas, estate_of

PATH = ("input",)


@dataclass(frozen=True)
class ItemRate:
    """What one item costs per unit, and who is to bear it."""

    item_code: str
    unit: FeeUnit
    rate: Fen
    bearer: CostBearer = CostBearer.ALL_OWNERS


@dataclass(frozen=True)
class SetFeeSchedule:
    """The command: the rates that hold from a day on, of a contract or of the estate itself."""

    estate_id: str
    contract_id: str | None
    effective_from: date
    rates: tuple[ItemRate, ...]
    decision_id: str | None = None


async def set_fee_schedule(
    work: UnitOfWork, command: SetFeeSchedule, *, policies: ActivatedPolicies[Policies]
) -> Outcome:
    """Keep the rates, end those they follow the day before, and announce the schedule (F1).

    Owners pay what their contract prices (NZ-25), or what they decided where they manage themselves (PZ-19). Raises
    ForbiddenActor, EstateUnknown, FeeContractUnknown, and what the checks of `fee_rate` raise about an item: outside
    the gate (DH-02), on a shared cost centre (DH-36), the municipality's cleaning (ZG-34), another bearer (ZG-27).
    """
    work.caller.require_role(*SET_FEES)
    estate = await estate_of(work, command.estate_id, path=(*PATH, "estateId"))
    _check_items(command.rates)
    contract = await _contract_of(work, command)
    service = await find_estate_service(work, estate, scope=work.caller.scope)
    mode = service.mode_on(command.effective_from)
    version = await _version(work, estate, command.effective_from, policies=policies)
    known = await find_rates_of_estate(work, estate.id, scope=work.caller.scope)
    changed: list[FeeRate] = []
    for place, item in enumerate(command.rates):
        path = (*PATH, "rates", str(place))
        _check_item(item, contract=contract, mode=mode, version=version, path=path)
        new = FeeRate(
            id=new_id("frt"),
            estate_id=estate.id,
            contract_id=command.contract_id,
            item_code=item.item_code,
            unit=item.unit,
            rate=checked_rate(item.rate, path=(*path, "rate")),
            effective_from=command.effective_from,
            decision_id=command.decision_id,
        )
        same = [one for one in known if (one.contract_id, one.item_code) == (new.contract_id, new.item_code)]
        changed += set_rate(
            same,
            new,
            billed_until=await _billed_until(work, estate.id, item.item_code) if same else None,
            path=(*PATH, "effectiveFrom"),
        )
    await save_rates(work, changed, areas=estate_areas(estate))
    _announce(work, estate, command, changed, version=version)
    return Outcome(
        entity_ids={"subject": command.contract_id or estate.id},
        policy_version_id=None if version is None else version.id,
    )


def _check_items(rates: Sequence[ItemRate]) -> None:
    codes = [checked_item_code(one.item_code, path=(*PATH, "rates", str(n))) for n, one in enumerate(rates)]
    if not 1 <= len(codes) <= MOST_ITEMS or len(set(codes)) < len(codes):
        raise ValidationFailed(f"a schedule has 1 to {MOST_ITEMS} different items", path=(*PATH, "rates"))


async def _contract_of(work: UnitOfWork, command: SetFeeSchedule) -> FeeContract | None:
    if command.contract_id is None:
        return None
    found = await find_fee_contracts(work, [command.contract_id], scope=work.caller.scope)
    contract = found.get(command.contract_id)
    if contract is None or contract.estate_id != command.estate_id:
        raise FeeContractUnknown(
            "no such contract of the estate", path=(*PATH, "contractId"), value=command.contract_id
        )
    return contract


def _check_item(
    item: ItemRate,
    *,
    contract: FeeContract | None,
    mode: EstateMode | None,
    version: PolicyVersion | None,
    path: tuple[str, ...],
) -> None:
    if contract is not None:
        check_item_of_contract(item.item_code, contract, path=(*path, "itemCode"))
    check_item_of_mode(item.item_code, mode, path=(*path, "itemCode"))
    check_bearer(mode, item.bearer, path=(*path, "bearer"))
    payee = Payee.COMMUNITY if contract is None else contract.creditor.payee
    if mode is not None and mode.mode is ManagementMode.COMMUNITY_FALLBACK:
        payee = Payee.COMMUNITY
    check_cleaning(item.item_code, payee=payee, borne=_cleaning_borne(version), path=(*path, "itemCode"))


def _cleaning_borne(version: PolicyVersion | None) -> CleaningCost | None:
    if version is None:
        return None
    try:
        return version.cost_of_cleaning.borne
    except InstrumentAbsent:
        return None


async def _version(
    work: UnitOfWork, estate: Estate, day: date, *, policies: ActivatedPolicies[Policies]
) -> PolicyVersion | None:
    """Return the district's document in force on the day; fees rest on contract and law where there is none."""
    try:
        return in_force_or_awaited(await policies.as_recorded(work), estate.district, day, estate_id=estate.id)
    except PolicyNotInForce:
        return None


async def _billed_until(work: UnitOfWork, estate_id: str, item_code: str) -> date | None:
    month = await find_last_billed_month(work, estate_id, item_code, scope=work.caller.scope)
    return None if month is None else parse_period(month).to


def _announce(
    work: UnitOfWork,
    estate: Estate,
    command: SetFeeSchedule,
    changed: Sequence[FeeRate],
    *,
    version: PolicyVersion | None,
) -> None:
    work.announce(
        FeeScheduleSet(
            district=estate.district,
            aggregate_id=command.contract_id or estate.id,
            occurred_on=work.today,
            policy_id=None if version is None else version.id,
            estate_id=estate.id,
            contract_id=command.contract_id,
            rates=tuple(
                ScheduledRate(one.item_code, one.unit, one.rate)
                for one in changed
                if one.effective_from == command.effective_from
            ),
            price_marked=False,
            effective_from=command.effective_from,
        )
    )
