"""Change what is known of a building or an exclusive part."""

from dataclasses import dataclass, replace
from datetime import date

from kit.area import Area
from kit.errors import ValidationFailed
from kit.idempotency import Outcome
from kit.mongo import UnitOfWork
from services.registry.domain.estate import NothingToChange
from services.registry.domain.part import AreaBasis, check_building_area, check_part_area, require_basis
from services.registry.domain.text import checked_name
from services.registry.events import PartChanged
from services.registry.store.estates import estate_of, save_lift
from services.registry.store.parts import (
    BuildingRecord,
    PartRecord,
    building_of,
    find_buildings_of_estates,
    find_parts_of_buildings,
    part_of,
    save_building,
    save_part,
)
from services.registry.use_cases.roles import KEEP_ESTATES


@dataclass(frozen=True, kw_only=True)
class ChangeBuilding:
    """What is to change of a building from a day on; None leaves it as it is."""

    building_id: str
    effective_on: date
    label: str | None = None
    has_lift: bool | None = None
    gross_area: Area | None = None


@dataclass(frozen=True, kw_only=True)
class ChangePart:
    """What is to change of a part from a day on; None leaves it as it is. A worse basis of the area needs a reason."""

    part_id: str
    effective_on: date
    door_number: str | None = None
    area: Area | None = None
    area_basis: AreaBasis | None = None
    reason: str | None = None


async def change_building(work: UnitOfWork, command: ChangeBuilding) -> Outcome:
    """Change a building; a lift that it gains or loses is announced for each of its parts, whose rates it decides.

    Raises NothingToChange, BuildingKnown for a label that is taken, ValidationFailed or OutOfRange for the area.
    """
    work.caller.require_role(*KEEP_ESTATES)
    known = await building_of(work, command.building_id)
    _require_past(command.effective_on, work.today)
    changed = replace(
        known,
        label=known.label if command.label is None else checked_name(command.label, path=("input", "label")),
        has_lift=known.has_lift if command.has_lift is None else command.has_lift,
        gross_area=known.gross_area if command.gross_area is None else command.gross_area,
    )
    check_building_area(changed.gross_area, path=("input", "grossArea"))
    if changed == known:
        raise NothingToChange("the building has these facts already", path=("input",))
    await save_building(work, known, changed)
    if changed.has_lift != known.has_lift:
        await _announce_lift(work, changed, effective_on=command.effective_on)
    return Outcome(entity_ids={"building": known.id})


async def _announce_lift(work: UnitOfWork, building: BuildingRecord, *, effective_on: date) -> None:
    estate = await estate_of(work, building.estate_id)
    buildings = await find_buildings_of_estates(work, [building.estate_id], scope=work.caller.scope)
    has_lift = any(other.has_lift for other in buildings)
    if has_lift != estate.has_lift:
        await save_lift(work, estate, has_lift=has_lift)
    for part in await find_parts_of_buildings(work, [building.id], scope=work.caller.scope):
        _announce(work, part, has_lift=building.has_lift, effective_on=effective_on)


async def change_part(work: UnitOfWork, command: ChangePart) -> Outcome:
    """Change a part's door, area or the basis of its area: the register before a survey before a contract of sale.

    Raises NothingToChange, PartKnown for a door that is taken, WeakerAreaBasis for a worse basis without a reason,
    ValidationFailed or OutOfRange for the area.
    """
    work.caller.require_role(*KEEP_ESTATES)
    known = await part_of(work, command.part_id)
    _require_past(command.effective_on, work.today)
    door = known.door_number
    if command.door_number is not None:
        door = checked_name(command.door_number, path=("input", "doorNumber"))
    changed = replace(
        known,
        door_number=door,
        area=known.area if command.area is None else command.area,
        area_basis=known.area_basis if command.area_basis is None else command.area_basis,
    )
    check_part_area(changed.area, path=("input", "area"))
    if changed == known:
        raise NothingToChange("the part has these facts already", path=("input",))
    require_basis(known=known.area_basis, named=changed.area_basis, reason=command.reason)
    await save_part(work, changed)
    building = await building_of(work, known.building_id)
    _announce(work, changed, has_lift=building.has_lift, effective_on=command.effective_on)
    return Outcome(entity_ids={"part": known.id})


def _require_past(effective_on: date, today: date) -> None:
    if effective_on > today:
        raise ValidationFailed(
            "a change is recorded when it has happened", path=("input", "effectiveOn"), value=effective_on
        )


def _announce(work: UnitOfWork, part: PartRecord, *, has_lift: bool, effective_on: date) -> None:
    work.announce(
        PartChanged(
            district=part.place.district,
            aggregate_id=part.id,
            occurred_on=effective_on,
            estate_id=part.estate_id,
            part_id=part.id,
            building_id=part.building_id,
            door_number=part.door_number,
            area=part.area,
            area_basis=part.area_basis,
            has_lift=has_lift,
            effective_on=effective_on,
        )
    )
