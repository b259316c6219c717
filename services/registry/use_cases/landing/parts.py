"""How rows of 房屋 land: each exclusive part with all its owners, or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from kit.area import format_area
from kit.errors import Refusal, ValidationFailed
from kit.ids import new_id
from kit.mongo import UnitOfWork
from services.registry.domain import ledger
from services.registry.domain.ledger import OwnerCell, PartRow, RowOutcome, RowResult
from services.registry.domain.ledger_cells import RawRow
from services.registry.domain.owner import Share, check_shares
from services.registry.domain.part import PartKnown
from services.registry.domain.territory import private_areas
from services.registry.store.estates import EstateRecord, count_parts_and_lifts, find_estates_by_code
from services.registry.store.owners import OwnerRecord, add_owners, find_owners_by_code, let_see_owners
from services.registry.store.parts import (
    BuildingRecord,
    PartRecord,
    add_parts,
    find_buildings_of_estates,
    find_parts_by_door,
    save_first_owners,
)
from services.registry.store.territory import require_own_area
from services.registry.use_cases.landing.rows import (
    ImportRules,
    distinct,
    estate_named,
    part_key,
    readable,
    row_result,
)
from services.registry.use_cases.register_part import (
    announce_first_owners,
    announce_parts,
    new_owner,
    require_same_owner,
)


class BuildingNotRegistered(ValidationFailed):
    """The row belongs to a building that the registry does not have."""


@dataclass(frozen=True)
class _PartRows:
    """The rows of one part that stand next to each other: the part, and one row per owner."""

    rows: tuple[RawRow, ...]
    part: PartRow
    owners: tuple[OwnerCell, ...]


async def land_parts(work: UnitOfWork, rows: Sequence[RawRow], rules: ImportRules) -> dict[int, RowResult]:
    """Land rows of 房屋 and return their results by row number."""
    results: dict[int, RowResult] = {}
    groups = _part_groups(readable(rows, ledger.read_part_row, results), rows, results)
    estates = await find_estates_by_code(
        work, distinct(group.part.estate_code for group in groups), scope=work.caller.scope
    )
    buildings = {
        (building.estate_id, building.label): building
        for building in await find_buildings_of_estates(
            work, [estate.id for estate in estates.values()], scope=work.caller.scope
        )
    }
    placed: list[tuple[_PartRows, BuildingRecord]] = []
    for group in groups:
        try:
            placed.append((group, _building_of(work, estates, buildings, group.part)))
        except Refusal as refusal:
            _reject(results, group, refusal)
    landing = await _PartsLanding.of(work, placed)
    for group, building in placed:
        try:
            outcome = landing.take(group, building)
        except Refusal as refusal:
            _reject(results, group, refusal)
        else:
            results.update({row.number: row_result(row, outcome) for row in group.rows})
    await landing.save(work)
    return results


@dataclass
class _PartsLanding:
    """The parts and owners that a batch meets, and those that it adds."""

    work: UnitOfWork
    parts: dict[tuple[str, str], PartRecord]
    owners: dict[tuple[str, str], OwnerRecord]
    new_parts: list[tuple[PartRecord, bool]]
    newly_owned: list[PartRecord]
    new_owners: dict[str, OwnerRecord]
    areas_by_owner: dict[str, set[str]]

    @classmethod
    async def of(cls, work: UnitOfWork, placed: Sequence[tuple[_PartRows, BuildingRecord]]) -> "_PartsLanding":
        doors: dict[str, list[str]] = {}
        codes: dict[str, set[str]] = {}
        for group, building in placed:
            doors.setdefault(building.id, []).append(group.part.door)
            codes.setdefault(building.place.district, set()).update(owner.code for owner in group.owners)
        owners = {
            (district, code): owner
            for district, wanted in codes.items()
            for code, owner in (await find_owners_by_code(work, district, sorted(wanted))).items()
        }
        parts = await find_parts_by_door(work, doors, scope=work.caller.scope)
        return cls(work, parts, owners, [], [], {}, {})

    def take(self, group: _PartRows, building: BuildingRecord) -> RowOutcome:
        """Return what becomes of the part's rows; raises PartKnown, SharesNotWhole or OwnerCodeTaken."""
        known = self.parts.get((building.id, group.part.door))
        if known is not None:
            self._require_same_part(known, group)
            if known.ownerships or not group.owners:
                return RowOutcome.UNCHANGED
        part = known or PartRecord(
            id=new_id("prt"),
            estate_id=building.estate_id,
            building_id=building.id,
            place=building.place,
            door_number=group.part.door,
            area=group.part.area,
            area_basis=group.part.area_basis,
        )
        owned = replace(part, ownerships=self._shares(part, group))
        self.parts[(building.id, group.part.door)] = owned
        if known is None:
            self.new_parts.append((owned, building.has_lift))
        else:
            self.newly_owned.append(owned)
        return RowOutcome.LANDED

    def _shares(self, part: PartRecord, group: _PartRows) -> tuple[Share, ...]:
        if not group.owners:
            return ()
        check_shares([(owner.code, owner.share) for owner in group.owners], path=(ledger.SHARE,))
        district = part.place.district
        holders: list[OwnerRecord] = []
        for owner in group.owners:
            known = self.owners.get((district, owner.code))
            if known is not None:
                require_same_owner(known, name=owner.name, kind=owner.kind, path=(ledger.OWNER_CODE,))
            holders.append(known or new_owner(part, code=owner.code, name=owner.name, kind=owner.kind))
        # Nothing is kept before every owner of the part is accepted.
        for holder in holders:
            if (district, holder.code) not in self.owners:
                self.owners[(district, holder.code)] = holder
                self.new_owners[holder.id] = holder
            elif not set(seen_from(part)) <= set(holder.areas):
                self.areas_by_owner.setdefault(holder.id, set()).update(seen_from(part))
        return tuple(
            Share(holder.id, owner.share, self.work.today) for holder, owner in zip(holders, group.owners, strict=True)
        )

    def _require_same_part(self, known: PartRecord, group: _PartRows) -> None:
        if known.area != group.part.area:
            raise PartKnown(
                f"the part is registered with {format_area(known.area)} m2; a ledger does not overwrite",
                path=(ledger.AREA,),
            )
        if known.area_basis is not group.part.area_basis:
            raise PartKnown(
                "the part's area is registered on another basis; a ledger does not overwrite", path=(ledger.AREA_BASIS,)
            )
        if not known.ownerships or not group.owners:
            return
        district = known.place.district
        named = {
            (owner.id if (owner := self.owners.get((district, cell.code))) else cell.code, cell.share)
            for cell in group.owners
        }
        if named != {(share.owner_id, share.share) for share in known.ownerships if share.to is None}:
            raise PartKnown(
                "the part is registered with other owners or shares; a ledger does not overwrite",
                path=(ledger.OWNER_CODE,),
            )
        for cell in group.owners:
            require_same_owner(
                self.owners[(district, cell.code)], name=cell.name, kind=cell.kind, path=(ledger.OWNER_CODE,)
            )

    async def save(self, work: UnitOfWork) -> None:
        """Save what the batch adds, and announce it."""
        late_areas = {owner: areas for owner, areas in self.areas_by_owner.items() if owner not in self.new_owners}
        new_owners = [
            replace(owner, areas=(*owner.areas, *sorted(self.areas_by_owner.get(owner.id, set()) - set(owner.areas))))
            for owner in self.new_owners.values()
        ]
        await add_owners(work, new_owners)
        await let_see_owners(work, {owner: sorted(areas) for owner, areas in late_areas.items()})
        if self.new_parts:
            await add_parts(work, [part for part, _ in self.new_parts])
        await save_first_owners(work, self.newly_owned)
        counts: dict[str, int] = {}
        for part, _ in self.new_parts:
            counts[part.estate_id] = counts.get(part.estate_id, 0) + 1
        await count_parts_and_lifts(work, new_parts=counts, estates_with_lift=[])
        for part, has_lift in self.new_parts:
            # Side by side: who listens writes both facts of a part at once.
            announce_parts(work, [(part, has_lift)])
            announce_first_owners(work, [part] if part.ownerships else [], document_id=None)
        announce_first_owners(work, self.newly_owned, document_id=None)


def seen_from(part: PartRecord) -> list[str]:
    """Return the grants of the part's estate that see its owners."""
    return private_areas(part.place, part.estate_id, part_id=None, owner_ids=[])


def _part_groups(
    read: Sequence[tuple[RawRow, PartRow]], rows: Sequence[RawRow], results: dict[int, RowResult]
) -> list[_PartRows]:
    """Return the rows of each part together; a part with one bad row is refused as a whole.

    Half of a part's owners would leave shares that do not add up.
    """
    parsed = {row.number: part for row, part in read}
    groups: list[_PartRows] = []
    for _, adjacent in groupby(rows, key=part_key):
        members = tuple(adjacent)
        bad = next((row for row in members if row.number not in parsed), None)
        parts = [parsed[row.number] for row in members if row.number in parsed]
        if bad is not None:
            for row in members:
                if row.number in parsed:
                    results[row.number] = _neighbour_refused(row, bad)
            continue
        owners = tuple(part.owner for part in parts if part.owner is not None)
        group = _PartRows(members, parts[0], owners)
        differing = next(
            (
                header
                for header, same in (
                    (ledger.AREA, len({part.area for part in parts}) == 1),
                    (ledger.AREA_BASIS, len({part.area_basis for part in parts}) == 1),
                    (ledger.OWNER_CODE, len(owners) == len(parts) or len(parts) == 1),
                )
                if not same
            ),
            None,
        )
        if differing is not None:
            _reject(
                results,
                group,
                ValidationFailed(
                    f"the rows of one part differ in {differing}, or one names no owner", path=(differing,)
                ),
            )
            continue
        groups.append(group)
    return groups


def _neighbour_refused(row: RawRow, bad: RawRow) -> RowResult:
    refusal = ValidationFailed(f"row {bad.number} of the same part is refused", path=(ledger.DOOR,))
    return ledger.rejected(row, refusal)


def _building_of(
    work: UnitOfWork,
    estates: dict[str, EstateRecord],
    buildings: dict[tuple[str, str], BuildingRecord],
    part: PartRow,
) -> BuildingRecord:
    estate = estate_named(estates, part.estate_code)
    require_own_area(
        work,
        private_areas(estate.place, estate.id, part_id=None, owner_ids=[]),
        path=(ledger.ESTATE_CODE,),
        value=part.estate_code,
    )
    building = buildings.get((estate.id, part.building))
    if building is None:
        raise BuildingNotRegistered(
            f"the estate has no building {part.building!r}", path=(ledger.BUILDING,), value=part.building
        )
    return building


def _reject(results: dict[int, RowResult], group: _PartRows, refusal: Refusal) -> None:
    results.update({row.number: ledger.rejected(row, refusal) for row in group.rows})
