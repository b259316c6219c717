"""How much an estate's owners owe overdue at the end of a day: measured, kept and announced (XY-15, P5)."""

from dataclasses import dataclass, replace
from datetime import date

from kit.activations import ActivatedPolicies
from kit.caller import Role, Scope
from kit.errors import ValidationFailed
from kit.idempotency import Outcome
from kit.mongo import Reader, UnitOfWork
from policy.errors import InstrumentAbsent, PolicyNotInForce
from policy.instruments.fees import ArrearsPolicy
from policy.policies import Policies
from services.finance.domain.arrears import ArrearsCount, ArrearsPosition, crossing, position
from services.finance.domain.estate import Estate
from services.finance.events import ArrearsMeasured, ArrearsThresholdCrossed
from services.finance.store.arrears_positions import find_latest_positions, find_position, save_position
from services.finance.store.bills import bills_due_of_estate
from services.finance.use_cases.fee_places import estate_areas, estate_of

PATH = ("input",)
MEASURERS = (Role.PROVIDER, Role.COMMITTEE, Role.COMMUNITY, Role.STREET, Role.DISTRICT_OFFICE, Role.HOUSING_BUREAU)


@dataclass(frozen=True)
class MeasureArrears:
    """The command: of which estate, at the end of which day."""

    estate_id: str
    as_of: date


async def measure_arrears(
    work: UnitOfWork, command: MeasureArrears, *, policies: ActivatedPolicies[Policies]
) -> Outcome:
    """Keep the position and return the estate's id as `estate` (F5), and announce a crossed threshold (F6).

    A day is measured once: the same day again is what was measured then. A day before one that was measured already is
    kept and announced, and crosses nothing. Raises ForbiddenActor for other roles, EstateUnknown, ValidationFailed for
    a day to come.
    """
    work.caller.require_role(*MEASURERS)
    if command.as_of > work.today:
        raise ValidationFailed(
            "arrears are measured up to today", path=(*PATH, "asOf"), value=command.as_of.isoformat()
        )
    estate = await estate_of(work, command.estate_id, path=(*PATH, "estateId"))
    await keep_arrears(work, estate, command.as_of, policies=policies)
    return Outcome(entity_ids={"estate": estate.id}, details={"asOf": command.as_of.isoformat()})


async def keep_arrears(work: UnitOfWork, estate: Estate, as_of: date, *, policies: ActivatedPolicies[Policies]) -> bool:
    """Measure and keep an estate's arrears at the end of a day, unless that was done; returns whether it was done now.

    Announces the position (F5), and a threshold that was crossed since the day that was measured before (F6).
    """
    scope = work.caller.scope
    if await find_position(work, estate.id, as_of, scope=scope) is not None:
        return False
    measured = await arrears_of_estate(work, estate, as_of, policies=await policies.as_recorded(work))
    before = (await find_latest_positions(work, [estate.id], scope=scope)).get(estate.id)
    is_latest = before is None or before.as_of < as_of
    if measured.threshold_reached:
        goes_on = is_latest and before is not None and before.threshold_reached
        measured = replace(measured, reached_since=before.reached_since if goes_on and before else measured.as_of)
    await save_position(work, measured, is_latest=is_latest, areas=estate_areas(estate))
    work.announce(ArrearsMeasured.of(measured))
    direction = crossing(before, measured) if is_latest else None
    if direction is not None:
        work.announce(ArrearsThresholdCrossed.of(measured, direction))
    return True


async def arrears_of_estate(reader: Reader, estate: Estate, as_of: date, *, policies: Policies) -> ArrearsPosition:
    """Return the estate's arrears at the end of a day, past days as they were then by the bills and the bank's days.

    Whoever sees the estate may know its ratio (DH-06); which bills it is made of is seen by each owner for themselves.
    """
    count = ArrearsCount(as_of)
    async for page in bills_due_of_estate(reader, estate.id, due_by=as_of, scope=Scope.everything()):
        count.add(page)
    return position(count, estate_id=estate.id, district=estate.district, policy=_gate(policies, estate, as_of))


def _gate(policies: Policies, estate: Estate, as_of: date) -> ArrearsPolicy | None:
    """Return the district's gate on that day; None where its document has none."""
    try:
        return policies.at(estate.district, as_of, estate_id=estate.id).arrears
    except (InstrumentAbsent, PolicyNotInForce):
        return None
