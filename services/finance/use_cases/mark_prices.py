"""Record that prices are marked clearly where owners see them (明码标价): nothing is billed before (DH-16)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from kit.errors import NotFound, ValidationFailed
from kit.idempotency import Outcome
from kit.mongo import UnitOfWork
from services.finance.domain.fee_rate import FeeRate
from services.finance.events import FeeScheduleSet, ScheduledRate
from services.finance.store.fee_rates import find_rates_of_estate, save_rates
from services.finance.use_cases.fee_places import SET_FEES, estate_areas, estate_of

PATH = ("input",)


class FeeRateUnknown(NotFound):
    """The contract, or the estate itself, has no rate of this item from this day."""


@dataclass(frozen=True)
class MarkPrices:
    """The command: which items' rates of a tariff, from which day on, were marked when."""

    estate_id: str
    contract_id: str | None
    effective_from: date
    items: tuple[str, ...]
    marked_on: date


async def mark_prices(work: UnitOfWork, command: MarkPrices) -> Outcome:
    """Keep the day of marking on each rate and announce the schedule as marked (F1).

    Raises ForbiddenActor, EstateUnknown, FeeRateUnknown, ValidationFailed for a day to come.
    """
    work.caller.require_role(*SET_FEES)
    estate = await estate_of(work, command.estate_id, path=(*PATH, "estateId"))
    if command.marked_on > work.today:
        raise ValidationFailed("prices were marked today or before", path=(*PATH, "markedOn"), value=command.marked_on)
    known = await find_rates_of_estate(work, estate.id, scope=work.caller.scope)
    marked = [replace(rate, price_marked_on=command.marked_on) for rate in _asked(known, command)]
    await save_rates(work, marked, areas=estate_areas(estate))
    work.announce(
        FeeScheduleSet(
            district=estate.district,
            aggregate_id=command.contract_id or estate.id,
            occurred_on=command.marked_on,
            estate_id=estate.id,
            contract_id=command.contract_id,
            rates=tuple(ScheduledRate(rate.item_code, rate.unit, rate.rate) for rate in marked),
            price_marked=True,
            effective_from=command.effective_from,
        )
    )
    return Outcome(entity_ids={"subject": command.contract_id or estate.id})


def _asked(known: Sequence[FeeRate], command: MarkPrices) -> list[FeeRate]:
    of_tariff = {
        rate.item_code: rate
        for rate in known
        if (rate.contract_id, rate.effective_from) == (command.contract_id, command.effective_from)
    }
    for item_code in command.items:
        if item_code not in of_tariff:
            raise FeeRateUnknown("no rate of this item from this day", path=(*PATH, "items"), value=item_code)
    if not command.items:
        raise ValidationFailed("name the items whose prices are marked", path=(*PATH, "items"))
    return [of_tariff[item_code] for item_code in sorted(set(command.items))]
