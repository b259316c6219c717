"""Import an estate ledger (台账): good rows land, bad rows are reported with cell, value and reason.

The ledger never overwrites: a row that says what the registry has is UNCHANGED, one that says something else is
refused, because the ledger may be the older one. So an import can be repeated, and taken up again after a kill.
"""

import base64
import binascii
import io
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import BinaryIO, TypeVar

from kit.area import format_area
from kit.caller import Caller
from kit.clock import Clock
from kit.errors import Duplicate, OutOfRange, Refusal, ValidationFailed
from kit.idempotency import Outcome
from kit.ids import new_id
from kit.mongo import ConcurrentChange, Mongo, UnitOfWork, run_unit_of_work
from policy.policies import Policies
from services.registry.domain import ledger
from services.registry.domain.estate import EstateCodeTaken
from services.registry.domain.ledger import (
    BuildingRow,
    EstateRow,
    OwnerCell,
    PartRow,
    RawRow,
    RowOutcome,
    RowResult,
    Sheet,
)
from services.registry.domain.owner import Share, check_shares
from services.registry.domain.part import BuildingKnown, PartKnown
from services.registry.domain.territory import (
    CommunityOutsideStreet,
    Membership,
    UnknownCommunity,
    UnknownStreet,
    private_areas,
    require_same_community,
)
from services.registry.store.estates import (
    EstateRecord,
    add_estates,
    count_parts_and_lifts,
    find_estates_by_code,
    taken_codes,
)
from services.registry.store.owners import OwnerRecord, add_owners, find_owners_by_code, let_see_owners
from services.registry.store.parts import (
    BuildingRecord,
    PartRecord,
    add_buildings,
    add_parts,
    find_buildings_of_estates,
    find_parts_by_door,
    save_first_owners,
)
from services.registry.store.territory import (
    CommunityRecord,
    StreetRecord,
    add_communities,
    add_streets,
    find_communities_of_streets,
    find_streets_of_districts,
    require_own_area,
)
from services.registry.use_cases.ledger_file import Ledger, LedgerTable, open_ledger
from services.registry.use_cases.register_estate import announce_registered, as_text, differing_fields
from services.registry.use_cases.register_part import (
    announce_first_owners,
    announce_parts,
    new_owner,
    require_same_owner,
)
from services.registry.use_cases.register_territory import new_street
from services.registry.use_cases.roles import KEEP_ESTATES, REGISTER_TERRITORY

ROWS_IN_ONE_UNIT = 500
MOST_ROWS_OF_A_MUTATION = 2_000
LARGEST_MUTATION_FILE_BYTES = 2 * 1024 * 1024
LARGEST_COMMAND_FILE_BYTES = 200 * 1024 * 1024

T = TypeVar("T")

_HEADER_BY_FACT = {
    "name": ledger.ESTATE_NAME,
    "enclosure": ledger.ENCLOSURE,
    "kind": ledger.ESTATE_KIND,
    "built_on": ledger.BUILT_ON,
    "built_year": ledger.BUILT_ON,
    "approved_gross_area": ledger.APPROVED_GROSS_AREA,
    "managed_area": ledger.MANAGED_AREA,
    "household_count": ledger.HOUSEHOLDS,
}


class LedgerTooLarge(OutOfRange):
    """The ledger is larger than one request may be; the command imports larger ones."""


class EstateNotRegistered(ValidationFailed):
    """The row belongs to an estate that the registry does not have."""


class BuildingNotRegistered(ValidationFailed):
    """The row belongs to a building that the registry does not have."""


@dataclass(frozen=True, kw_only=True)
class ImportEstates:
    """A ledger file in one request; with `register_territory`, unknown streets and communities are registered."""

    content_base64: str
    register_territory: bool


@dataclass(frozen=True)
class ImportRules:
    """What an import goes by: the policies in force, and whether it may register streets and communities."""

    policies: Policies
    register_territory: bool


async def import_estates(work: UnitOfWork, command: ImportEstates, *, policies: Policies) -> Outcome:
    """Import a small ledger in one unit of work; `details["rows"]` has every row's result.

    Raises LedgerTooLarge beyond 2 MiB or 2,000 rows, ValidationFailed for content that is no base64 and for a file that
    cannot be read. Nothing of a file that is refused as a whole lands.
    """
    require_importer(work.caller, register_territory=command.register_territory)
    rules = ImportRules(policies, command.register_territory)
    opened = open_ledger(_decoded(command.content_base64))
    results = list(opened.faults)
    count = 0
    for table in opened.tables:
        for rows in batches(table, ROWS_IN_ONE_UNIT):
            count += len(rows)
            if count > MOST_ROWS_OF_A_MUTATION:
                raise LedgerTooLarge(
                    f"one request imports at most {MOST_ROWS_OF_A_MUTATION} rows; use the command for more",
                    path=("input", "contentBase64"),
                    value=count,
                )
            results += await land_rows(work, table.sheet, rows, rules)
    return Outcome(details={"rows": [_as_data(result) for result in results]})


async def import_ledger(
    mongo: Mongo,
    opened: Ledger,
    *,
    caller: Caller,
    clock: Clock,
    policies_in: Callable[[UnitOfWork], Awaitable[Policies]],
    register_territory: bool,
    report: Callable[[Sequence[RowResult]], None],
    rows_in_one_unit: int = ROWS_IN_ONE_UNIT,
) -> None:
    """Import a ledger of any size, one unit of work per batch of rows; `report` gets each batch's results.

    What is committed stays when the import is killed; run again, those rows are UNCHANGED.
    """
    require_importer(caller, register_territory=register_territory)
    report(opened.faults)
    for table in opened.tables:
        for rows in batches(table, rows_in_one_unit):

            async def land(
                work: UnitOfWork, sheet: Sheet = table.sheet, batch: Sequence[RawRow] = rows
            ) -> list[RowResult]:
                rules = ImportRules(await policies_in(work), register_territory)
                return await land_rows(work, sheet, batch, rules)

            report(await run_unit_of_work(mongo, caller, land, clock=clock))


def require_importer(caller: Caller, *, register_territory: bool) -> None:
    """Raise ForbiddenActor unless the caller may keep estates, and register territory where that is asked for."""
    caller.require_role(*KEEP_ESTATES)
    if register_territory:
        caller.require_role(*REGISTER_TERRITORY)


def batches(table: LedgerTable, size: int) -> Iterator[list[RawRow]]:
    """Return the rows of a table in batches of about `size`; the rows of one part stay together."""
    batch: list[RawRow] = []
    for _, rows in groupby(table.rows, key=lambda row: _part_key(row) if table.sheet is Sheet.PARTS else row.number):
        batch.extend(rows)
        if len(batch) >= size:
            yield batch
            batch = []
    if batch:
        yield batch


def _part_key(row: RawRow) -> tuple[object, ...]:
    return tuple(row.value(header) for header in (ledger.ESTATE_CODE, ledger.BUILDING, ledger.DOOR))


async def land_rows(work: UnitOfWork, sheet: Sheet, rows: Sequence[RawRow], rules: ImportRules) -> list[RowResult]:
    """Land a batch of rows of one sheet and return their results in the order of the rows."""
    landing = {Sheet.ESTATES: _land_estates, Sheet.BUILDINGS: _land_buildings, Sheet.PARTS: _land_parts}[sheet]
    try:
        results = await landing(work, rows, rules)
    except Duplicate as refusal:
        # Checked just before, so somebody else registered the same thing meanwhile: read again.
        raise ConcurrentChange(refusal.message) from refusal
    return [results[row.number] for row in rows]


async def _land_estates(work: UnitOfWork, rows: Sequence[RawRow], rules: ImportRules) -> dict[int, RowResult]:
    results: dict[int, RowResult] = {}
    read = _read(rows, lambda row: ledger.read_estate_row(row, today=work.today), results)
    codes = [estate.code for _, estate in read]
    known = await find_estates_by_code(work, codes, scope=work.caller.scope)
    elsewhere = await taken_codes(work, codes) - known.keys()
    territory = await _Territory.of(work, [estate.district for _, estate in read])
    added: list[EstateRecord] = []
    for row, estate in read:
        try:
            community = territory.community_of(estate, rules)
            require_own_area(work, community.areas, path=(ledger.COMMUNITY,), value=estate.community)
            if estate.code in elsewhere:
                raise EstateCodeTaken(
                    "an estate outside the caller's area is registered under this code",
                    path=(ledger.ESTATE_CODE,),
                    value=estate.code,
                )
            registered = known.get(estate.code)
            if registered is not None:
                _require_same_estate(registered, estate, community)
                results[row.number] = _result(row, RowOutcome.UNCHANGED)
                continue
        except Refusal as refusal:
            results[row.number] = ledger.rejected(row, refusal)
            continue
        new = EstateRecord(
            id=new_id("est"),
            code=estate.code,
            facts=estate.facts,
            memberships=(Membership(community.district, community.street_id, community.id),),
        )
        known[estate.code] = new
        added.append(new)
        results[row.number] = _result(row, RowOutcome.LANDED)
    await territory.save(work)
    if added:
        await add_estates(work, added)
        announce_registered(work, added)
    return results


@dataclass
class _Territory:
    """The streets and communities of the districts of a batch, with those that the batch registers."""

    work: UnitOfWork
    streets: dict[tuple[str, str], StreetRecord]
    communities: dict[tuple[str, str], CommunityRecord]
    new_streets: list[StreetRecord]
    new_communities: list[CommunityRecord]

    @classmethod
    async def of(cls, work: UnitOfWork, districts: Sequence[str]) -> "_Territory":
        streets = await find_streets_of_districts(work, sorted(set(districts)))
        communities = await find_communities_of_streets(work, [street.id for street in streets])
        return cls(
            work,
            {(street.district, street.name): street for street in streets},
            {(community.street_id, community.name): community for community in communities},
            [],
            [],
        )

    def community_of(self, row: EstateRow, rules: ImportRules) -> CommunityRecord:
        """Return the community of a row in its street, registering both where the rules let it.

        Raises UnknownStreet (DH-04, XY-28), UnknownCommunity, or CommunityOutsideStreet when only another street of the
        district has a community of the name.
        """
        street = self.streets.get((row.district, row.street))
        if street is None:
            if not rules.register_territory:
                raise UnknownStreet(
                    f"the district {row.district} has no street {row.street!r}", path=(ledger.STREET,), value=row.street
                )
            street = self._new_street(row, rules)
        community = self.communities.get((street.id, row.community))
        if community is not None:
            return community
        if rules.register_territory:
            return self._new_community(street, row)
        if any(name == row.community for _, name in self.communities):
            raise CommunityOutsideStreet(
                f"the community {row.community!r} is not one of the street {row.street!r}",
                path=(ledger.COMMUNITY,),
                value=row.community,
            )
        raise UnknownCommunity(
            f"the street {row.street!r} has no community {row.community!r}",
            path=(ledger.COMMUNITY,),
            value=row.community,
        )

    def _new_street(self, row: EstateRow, rules: ImportRules) -> StreetRecord:
        try:
            street = new_street(rules.policies, district=row.district, name=row.street)
        except Refusal as refusal:
            header = ledger.DISTRICT if "district" in refusal.path else ledger.STREET
            refusal.path = (header,)
            raise
        require_own_area(self.work, street.areas, path=(ledger.DISTRICT,), value=row.district)
        self.streets[(street.district, street.name)] = street
        self.new_streets.append(street)
        return street

    def _new_community(self, street: StreetRecord, row: EstateRow) -> CommunityRecord:
        community = CommunityRecord(id=new_id("com"), district=street.district, street_id=street.id, name=row.community)
        require_own_area(self.work, community.areas, path=(ledger.COMMUNITY,), value=row.community)
        self.communities[(street.id, row.community)] = community
        self.new_communities.append(community)
        return community

    async def save(self, work: UnitOfWork) -> None:
        """Save what the batch registers."""
        if self.new_streets:
            await add_streets(work, self.new_streets)
        if self.new_communities:
            await add_communities(work, self.new_communities)


def _require_same_estate(registered: EstateRecord, row: EstateRow, community: CommunityRecord) -> None:
    """Raise SecondCommunity (DH-28, G-26) or EstateCodeTaken when the registered estate says something else."""
    require_same_community(
        known=registered.place.community_id, named=community.id, path=(ledger.COMMUNITY,), value=row.community
    )
    differing = differing_fields(registered.facts, row.facts)
    if differing:
        header = _HEADER_BY_FACT[differing[0]]
        known = as_text(getattr(registered.facts, differing[0]))
        if differing[0] in ("approved_gross_area", "managed_area") and known:
            known = format_area(getattr(registered.facts, differing[0]))
        raise EstateCodeTaken(
            f"the estate {row.code} is registered with another {header} ({known or '无'}); a ledger does not overwrite",
            path=(header,),
        )


async def _land_buildings(work: UnitOfWork, rows: Sequence[RawRow], rules: ImportRules) -> dict[int, RowResult]:
    results: dict[int, RowResult] = {}
    read = _read(rows, ledger.read_building_row, results)
    estates = await find_estates_by_code(work, _distinct(row.estate_code for _, row in read), scope=work.caller.scope)
    known = {
        (building.estate_id, building.label): building
        for building in await find_buildings_of_estates(
            work, [estate.id for estate in estates.values()], scope=work.caller.scope
        )
    }
    added: list[BuildingRecord] = []
    for row, building in read:
        try:
            estate = _estate_of(estates, building.estate_code)
            registered = known.get((estate.id, building.label))
            if registered is not None:
                _require_same_building(registered, building)
                results[row.number] = _result(row, RowOutcome.UNCHANGED)
                continue
        except Refusal as refusal:
            results[row.number] = ledger.rejected(row, refusal)
            continue
        new = BuildingRecord(
            id=new_id("bld"),
            estate_id=estate.id,
            place=estate.place,
            label=building.label,
            has_lift=building.has_lift,
            gross_area=building.gross_area,
        )
        known[(estate.id, building.label)] = new
        added.append(new)
        results[row.number] = _result(row, RowOutcome.LANDED)
    if added:
        await add_buildings(work, added)
        with_lift = _distinct(building.estate_id for building in added if building.has_lift)
        await count_parts_and_lifts(work, new_parts={}, estates_with_lift=with_lift)
    return results


def _require_same_building(registered: BuildingRecord, row: BuildingRow) -> None:
    if registered.gross_area != row.gross_area:
        raise BuildingKnown(
            f"the building is registered with {format_area(registered.gross_area)} m2; a ledger does not overwrite",
            path=(ledger.AREA,),
        )
    if registered.has_lift != row.has_lift:
        raise BuildingKnown("the building is registered otherwise; a ledger does not overwrite", path=(ledger.LIFT,))


@dataclass(frozen=True)
class _PartRows:
    """The rows of one part that stand next to each other: the part, and one row per owner."""

    rows: tuple[RawRow, ...]
    part: PartRow
    owners: tuple[OwnerCell, ...]


async def _land_parts(work: UnitOfWork, rows: Sequence[RawRow], rules: ImportRules) -> dict[int, RowResult]:
    results: dict[int, RowResult] = {}
    groups = _part_groups(_read(rows, ledger.read_part_row, results), rows, results)
    estates = await find_estates_by_code(
        work, _distinct(group.part.estate_code for group in groups), scope=work.caller.scope
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
            results.update({row.number: _result(row, outcome) for row in group.rows})
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
        announce_parts(work, self.new_parts)
        owned = [part for part, _ in self.new_parts if part.ownerships] + self.newly_owned
        announce_first_owners(work, owned, document_id=None)


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
    for _, adjacent in groupby(rows, key=_part_key):
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
    estate = _estate_of(estates, part.estate_code)
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


def _estate_of(estates: dict[str, EstateRecord], code: str) -> EstateRecord:
    estate = estates.get(code)
    if estate is None:
        raise EstateNotRegistered(f"no estate has the code {code!r}", path=(ledger.ESTATE_CODE,), value=code)
    return estate


def _read(rows: Sequence[RawRow], read: Callable[[RawRow], T], results: dict[int, RowResult]) -> list[tuple[RawRow, T]]:
    """Return what can be read; the rest is put into `results` as rejected."""
    readable: list[tuple[RawRow, T]] = []
    for row in rows:
        try:
            readable.append((row, read(row)))
        except Refusal as refusal:
            results[row.number] = ledger.rejected(row, refusal)
    return readable


def _reject(results: dict[int, RowResult], group: _PartRows, refusal: Refusal) -> None:
    results.update({row.number: ledger.rejected(row, refusal) for row in group.rows})


def _result(row: RawRow, outcome: RowOutcome) -> RowResult:
    return RowResult(sheet=row.sheet, row=row.number, outcome=outcome)


def _distinct(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))


def _decoded(content: str) -> BinaryIO:
    path = ("input", "contentBase64")
    if len(content) > LARGEST_MUTATION_FILE_BYTES * 4 // 3 + 4:
        raise LedgerTooLarge(
            f"one request imports a file of at most {LARGEST_MUTATION_FILE_BYTES} bytes; use the command for more",
            path=path,
            value=f"{len(content)} characters",
        )
    try:
        return io.BytesIO(base64.b64decode(content, validate=True))
    except (binascii.Error, ValueError):
        raise ValidationFailed("the content is no base64", path=path, value=content[:40]) from None


def _as_data(result: RowResult) -> dict[str, str | int | None]:
    return {
        "sheet": result.sheet,
        "row": result.row,
        "outcome": result.outcome.value,
        "cell": result.cell,
        "header": result.header,
        "value": result.value,
        "code": result.code,
        "reason": result.reason,
    }
