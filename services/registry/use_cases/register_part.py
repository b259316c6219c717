"""Register buildings, exclusive parts and their first owners."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from kit.area import Area
from kit.errors import ValidationFailed
from kit.idempotency import Outcome
from kit.ids import new_id
from kit.mongo import UnitOfWork
from kit.ratio import Ratio
from services.registry.domain.owner import OwnerCodeTaken, OwnerKind, PartOwned, Share, check_shares
from services.registry.domain.part import AreaBasis, check_building_area, check_part_area
from services.registry.domain.territory import private_areas
from services.registry.domain.text import checked_name
from services.registry.events import OwnerShare as AnnouncedShare
from services.registry.events import OwnershipTransferred, PartRegistered
from services.registry.store.estates import count_parts_and_lifts, estate_of
from services.registry.store.owners import (
    OwnerNotFound,
    OwnerRecord,
    add_owners,
    find_owners,
    find_owners_by_code,
    let_see_owners,
)
from services.registry.store.parts import (
    BuildingRecord,
    PartRecord,
    add_buildings,
    add_parts,
    building_of,
    part_of,
    save_first_owners,
)
from services.registry.use_cases.roles import KEEP_ESTATES


@dataclass(frozen=True, kw_only=True)
class RegisterBuilding:
    """A building of an estate."""

    estate_id: str
    label: str
    has_lift: bool
    gross_area: Area


@dataclass(frozen=True, kw_only=True)
class RegisterPart:
    """An exclusive part of a building."""

    building_id: str
    door_number: str
    area: Area
    area_basis: AreaBasis


@dataclass(frozen=True, kw_only=True)
class NewOwner:
    """An owner who may not be registered yet: the district's number, the name and the kind."""

    code: str
    name: str
    kind: OwnerKind


@dataclass(frozen=True, kw_only=True)
class NamedShare:
    """A share of a registered owner, by id, or of one who may be new; exactly one of the two."""

    owner_id: str | None
    new_owner: NewOwner | None
    share: Ratio


@dataclass(frozen=True, kw_only=True)
class RegisterOwnership:
    """The first owners of a part."""

    part_id: str
    effective_on: date
    document_id: str | None
    owners: tuple[NamedShare, ...]


async def register_building(work: UnitOfWork, command: RegisterBuilding) -> Outcome:
    """Register a building of an estate."""
    work.caller.require_role(*KEEP_ESTATES)
    estate = await estate_of(work, command.estate_id)
    check_building_area(command.gross_area, path=("input", "grossArea"))
    building = BuildingRecord(
        id=new_id("bld"),
        estate_id=estate.id,
        place=estate.place,
        label=checked_name(command.label, path=("input", "label")),
        has_lift=command.has_lift,
        gross_area=command.gross_area,
    )
    await add_buildings(work, [building])
    await count_parts_and_lifts(work, new_parts={}, estates_with_lift=[estate.id] if command.has_lift else [])
    return Outcome(entity_ids={"building": building.id})


async def register_part(work: UnitOfWork, command: RegisterPart) -> Outcome:
    """Register an exclusive part of a building."""
    work.caller.require_role(*KEEP_ESTATES)
    building = await building_of(work, command.building_id)
    check_part_area(command.area, path=("input", "area"))
    part = PartRecord(
        id=new_id("prt"),
        estate_id=building.estate_id,
        building_id=building.id,
        place=building.place,
        door_number=checked_name(command.door_number, path=("input", "doorNumber")),
        area=command.area,
        area_basis=command.area_basis,
    )
    await add_parts(work, [part])
    await count_parts_and_lifts(work, new_parts={part.estate_id: 1}, estates_with_lift=[])
    announce_parts(work, [(part, building.has_lift)])
    return Outcome(entity_ids={"part": part.id})


async def register_ownership(work: UnitOfWork, command: RegisterOwnership) -> Outcome:
    """Register the first owners of a part; their shares make exactly one.

    An owner who is named by the district's number and is known is that owner. Raises PartOwned for a part that has
    owners, SharesNotWhole, OwnerNotFound, OwnerCodeTaken when the number belongs to somebody of another name.
    """
    work.caller.require_role(*KEEP_ESTATES)
    part = await part_of(work, command.part_id)
    if part.ownerships:
        raise PartOwned("the part has its first owners already", path=("input", "partId"), value=part.id)
    if command.effective_on > work.today:
        raise ValidationFailed(
            "an ownership is recorded when it holds", path=("input", "effectiveOn"), value=command.effective_on
        )
    owners = await owners_of(work, part, command.owners)
    check_shares(
        [(owner.id, named.share) for owner, named in zip(owners, command.owners, strict=True)],
        path=("input", "owners"),
    )
    owned = replace(
        part,
        ownerships=tuple(
            Share(owner.id, named.share, command.effective_on)
            for owner, named in zip(owners, command.owners, strict=True)
        ),
    )
    await save_first_owners(work, [owned])
    await let_see_owners(
        work, {owner.id: private_areas(part.place, part.estate_id, part_id=None, owner_ids=[]) for owner in owners}
    )
    announce_first_owners(work, [owned], document_id=command.document_id)
    return Outcome(entity_ids={"part": part.id})


async def owners_of(work: UnitOfWork, part: PartRecord, named: Sequence[NamedShare]) -> list[OwnerRecord]:
    """Return the owners that shares name, in their order; those who are new are registered.

    Raises ValidationFailed, OwnerNotFound, or OwnerCodeTaken for a number that belongs to somebody of another name.
    """
    for place, share in enumerate(named):
        if (share.owner_id is None) == (share.new_owner is None):
            raise ValidationFailed(
                "an owner is named by id or by number, name and kind", path=("input", "owners", str(place))
            )
    by_id = {
        owner.id: owner
        for owner in await find_owners(
            work, [share.owner_id for share in named if share.owner_id is not None], scope=work.caller.scope
        )
    }
    wanted = [share.new_owner for share in named if share.new_owner is not None]
    by_code = await find_owners_by_code(work, part.place.district, [owner.code for owner in wanted])
    fresh: list[OwnerRecord] = []
    found: list[OwnerRecord] = []
    for place, share in enumerate(named):
        path = ("input", "owners", str(place))
        if share.new_owner is None:
            owner = by_id.get(share.owner_id or "")
            if owner is None:
                raise OwnerNotFound("no owner of this id", path=(*path, "ownerId"), value=share.owner_id)
        else:
            code = checked_name(share.new_owner.code, path=(*path, "code"))
            name = checked_name(share.new_owner.name, path=(*path, "name"))
            owner = by_code.get(code)
            if owner is None:
                owner = new_owner(part, code=code, name=name, kind=share.new_owner.kind)
                by_code[code] = owner
                fresh.append(owner)
            else:
                require_same_owner(owner, name=name, kind=share.new_owner.kind, path=(*path, "code"))
        found.append(owner)
    await add_owners(work, fresh)
    return found


def new_owner(part: PartRecord, *, code: str, name: str, kind: OwnerKind) -> OwnerRecord:
    """Return a new owner who is seen from the estate of the part."""
    owner_id = new_id("own")
    areas = private_areas(part.place, part.estate_id, part_id=None, owner_ids=[owner_id])
    return OwnerRecord(id=owner_id, district=part.place.district, code=code, name=name, kind=kind, areas=tuple(areas))


def require_same_owner(owner: OwnerRecord, *, name: str, kind: OwnerKind, path: Sequence[str]) -> None:
    """Raise OwnerCodeTaken when the district's number belongs to somebody of another name or kind."""
    if (owner.name, owner.kind) != (name, kind):
        raise OwnerCodeTaken(
            "the district has an owner of this number with another name or kind", path=path, value=owner.code
        )


def announce_parts(work: UnitOfWork, parts: Sequence[tuple[PartRecord, bool]]) -> None:
    """Announce parts that just entered the registry, each with whether its building has a lift."""
    for part, has_lift in parts:
        work.announce(
            PartRegistered(
                district=part.place.district,
                aggregate_id=part.id,
                occurred_on=work.today,
                estate_id=part.estate_id,
                part_id=part.id,
                building_id=part.building_id,
                door_number=part.door_number,
                area=part.area,
                area_basis=part.area_basis,
                has_lift=has_lift,
            )
        )


def announce_first_owners(work: UnitOfWork, parts: Sequence[PartRecord], *, document_id: str | None) -> None:
    """Announce the first owners of parts."""
    for part in parts:
        work.announce(
            OwnershipTransferred(
                district=part.place.district,
                aggregate_id=part.id,
                occurred_on=part.ownerships[0].from_,
                estate_id=part.estate_id,
                part_id=part.id,
                from_owner_ids=(),
                to_owners=tuple(AnnouncedShare(share.owner_id, share.share) for share in part.ownerships),
                effective_on=part.ownerships[0].from_,
                document_id=document_id,
            )
        )
