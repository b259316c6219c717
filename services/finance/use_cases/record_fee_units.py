"""Record the spaces a part has from a day on, or its uses of a service on a day: what some fees are counted by."""

from dataclasses import dataclass
from datetime import date, timedelta

from kit.errors import StateConflict, ValidationFailed
from kit.idempotency import Outcome
from kit.mongo import UnitOfWork
from services.finance.domain.bill import FeeUnit
from services.finance.domain.bill_run import UnitSpell
from services.finance.domain.billing_period import parse_period
from services.finance.domain.fee_payment import FeeAccountUnknown, account_id
from services.finance.domain.fee_rate import checked_item_code
from services.finance.store.bill_runs import find_last_billed_month
from services.finance.store.bills import bill_areas
from services.finance.store.fee_rates import end_units, insert_units
from services.finance.store.parts import find_part
from services.finance.use_cases.fee_places import BILL_FEES, estate_of, place_of_part

PATH = ("input",)
MOST_UNITS = 10_000


class UnitsBilledAlready(StateConflict):
    """The item is billed for that day already: what it counts is not changed afterwards."""


@dataclass(frozen=True)
class RecordFeeUnits:
    """The command: how many spaces from a day on (zero ends them), or how many uses on a day."""

    part_id: str
    item_code: str
    unit: FeeUnit
    on: date
    quantity: int


async def record_fee_units(work: UnitOfWork, command: RecordFeeUnits) -> Outcome:
    """Keep the spaces, which replace those before, or the uses; returns the part's fee account as `account`.

    Raises ForbiddenActor, FeeAccountUnknown, ValidationFailed for another unit or a number outside its bounds,
    UnitsBilledAlready for days that were billed.
    """
    work.caller.require_role(*BILL_FEES)
    item_code = checked_item_code(command.item_code, path=(*PATH, "itemCode"))
    lowest = 0 if command.unit is FeeUnit.PER_SPACE_MONTH else 1
    if command.unit not in (FeeUnit.PER_SPACE_MONTH, FeeUnit.PER_USE):
        raise ValidationFailed("spaces and uses are counted, and nothing else", path=(*PATH, "unit"))
    if not lowest <= command.quantity <= MOST_UNITS:
        raise ValidationFailed(
            f"the number is from {lowest} to {MOST_UNITS}", path=(*PATH, "quantity"), value=command.quantity
        )
    part = await find_part(work, command.part_id, scope=work.caller.scope)
    if part is None:
        raise FeeAccountUnknown("no such part", path=(*PATH, "partId"), value=command.part_id)
    estate = await estate_of(work, part.estate_id, path=(*PATH, "partId"))
    month = await find_last_billed_month(work, estate.id, item_code, scope=work.caller.scope)
    if month is not None and command.on <= parse_period(month).to:
        raise UnitsBilledAlready(f"{item_code} is billed for {month}", path=(*PATH, "on"), value=command.on.isoformat())
    is_use = command.unit is FeeUnit.PER_USE
    if not is_use:
        await end_units(work, part.id, item_code, last=command.on - timedelta(days=1))
    if command.quantity:
        await insert_units(
            work,
            estate.id,
            UnitSpell(part.id, item_code, command.on, command.on if is_use else None, command.quantity),
            areas=tuple(bill_areas(place_of_part(estate), part_id=part.id, owner_ids=sorted(part.owner_ids))),
        )
    return Outcome(entity_ids={"account": account_id(part.id)})
