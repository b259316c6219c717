"""Lists of estates and of what stands in them: rows of a page of estates."""

from collections.abc import AsyncIterator, Sequence
from typing import Final

from kit.ratio import format_ratio
from kit.tables.writing import Cell
from services.registry.domain.contract_state import SERVING_STATES
from services.registry.domain.correction import HEADER_OF_FACT
from services.registry.domain.owner import Share
from services.registry.store.contracts import find_contracts_of_estates
from services.registry.store.corrections import find_corrections_of_estate
from services.registry.store.estates import EstateRecord
from services.registry.store.owners import OwnerRecord, find_owners
from services.registry.store.parts import BuildingRecord, PartRecord, find_buildings_of_estates, find_parts_of_buildings
from services.registry.store.territory import find_communities, find_streets
from services.registry.use_cases.lists.reading import Reading, Row, shown_owner, square_metres, there_or_not, yes_or_no
from services.registry.use_cases.report_estates import estate_ledger_lines

BUILDINGS_OF_A_PAGE: Final = 20


async def estate_rows(reading: Reading, estates: Sequence[EstateRecord]) -> list[Row]:
    """Return the estates in the columns of a ledger, with who serves them."""
    streets, communities = await place_names(
        reading, [(estate.place.street_id, estate.place.community_id) for estate in estates]
    )
    providers = await _serving_providers(reading, estates)
    return [
        (
            estate.code,
            estate.facts.name,
            estate.place.district,
            streets.get(estate.place.street_id),
            communities.get(estate.place.community_id),
            reading.words(estate.facts.enclosure),
            reading.words(estate.facts.kind),
            estate.facts.built_on or estate.facts.built_year,
            square_metres(estate.facts.approved_gross_area),
            square_metres(estate.facts.managed_area),
            estate.facts.household_count,
            there_or_not(estate.has_lift),
            estate.part_count,
            reading.words(estate.owners_body),
            reading.words(estate.mode),
            providers.get(estate.id),
        )
        for estate in estates
    ]


async def place_names(reading: Reading, places: Sequence[tuple[str, str]]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the names of streets and of communities by id, with one read each."""
    streets = await find_streets(reading.mongo, sorted({street_id for street_id, _ in places}))
    communities = await find_communities(reading.mongo, sorted({community_id for _, community_id in places}))
    return {each.id: each.name for each in streets}, {each.id: each.name for each in communities}


async def _serving_providers(reading: Reading, estates: Sequence[EstateRecord]) -> dict[str, str]:
    contracts = await find_contracts_of_estates(reading.mongo, [estate.id for estate in estates], scope=reading.scope)
    serving = {contract.estate_id: contract.provider_id for contract in contracts if contract.state in SERVING_STATES}
    names = await reading.provider_names(serving.values())
    return {estate_id: names[provider_id] for estate_id, provider_id in serving.items() if provider_id in names}


async def estate_ledger_rows(reading: Reading, estates: Sequence[EstateRecord]) -> list[Row]:
    """Return the estates in the columns of the estate ledger by street and class (report 1)."""
    lines = await estate_ledger_lines(
        reading.mongo, estates, policies=reading.policies, today=reading.order.on, scope=reading.scope
    )
    return [
        (
            line.street,
            line.community,
            reading.words(line.kind),
            line.code,
            line.name,
            reading.words(line.enclosure),
            line.built_on,
            line.built_year,
            yes_or_no(line.is_old),
            line.household_count,
            line.part_count,
            square_metres(line.managed_area),
            square_metres(line.approved_gross_area),
            there_or_not(line.has_lift),
            reading.words(line.owners_body),
            reading.words(line.mode),
            line.provider,
            line.contract_number,
        )
        for line in lines
    ]


async def membership_rows(reading: Reading, estates: Sequence[EstateRecord]) -> list[Row]:
    """Return where each estate belonged and belongs."""
    held = [(estate, membership) for estate in estates for membership in estate.memberships]
    streets, communities = await place_names(reading, [(each.street_id, each.community_id) for _, each in held])
    return [
        (
            estate.code,
            estate.facts.name,
            membership.district,
            streets.get(membership.street_id),
            communities.get(membership.community_id),
            membership.from_,
            membership.to,
        )
        for estate, membership in held
    ]


async def correction_rows(reading: Reading, estates: Sequence[EstateRecord]) -> list[Row]:
    """Return what was corrected by files, a row for each fact, the latest correction of an estate first."""
    rows: list[Row] = []
    for estate in estates:
        for correction in await find_corrections_of_estate(reading.mongo, estate.id, scope=reading.scope):
            rows += [
                (
                    estate.code,
                    estate.facts.name,
                    correction.effective_on,
                    HEADER_OF_FACT[fact],
                    correction.before[fact],
                    correction.after[fact],
                    correction.reason,
                    correction.corrected_by,
                    correction.corrected_at.date(),
                )
                for fact in sorted(correction.after)
            ]
    return rows


async def building_rows(reading: Reading, estates: Sequence[EstateRecord]) -> list[Row]:
    """Return the buildings in the columns of a ledger."""
    known = {estate.id: estate for estate in estates}
    buildings = await find_buildings_of_estates(reading.mongo, list(known), scope=reading.scope)
    return [
        (
            known[building.estate_id].code,
            building.label,
            there_or_not(building.has_lift),
            square_metres(building.gross_area),
            known[building.estate_id].facts.name,
        )
        for building in sorted(buildings, key=lambda building: (known[building.estate_id].code, building.label))
    ]


async def part_pages(reading: Reading, estate: EstateRecord) -> AsyncIterator[list[Row]]:
    """Yield an estate's parts with who owns them now, in the columns of a ledger, some buildings at a time."""
    async for parts, owners in _parts(reading, estate):
        rows: list[Row] = []
        for building, part in parts:
            facts = _part_facts(reading, estate, building, part)
            held = [share for share in part.ownerships if share.to is None and share.owner_id in owners]
            rows += [(*facts, *_owner_cells(reading, share, owners), estate.facts.name) for share in held]
            if not held:
                rows.append((*facts, None, None, None, None, estate.facts.name))
        yield rows


async def ownership_pages(reading: Reading, estate: EstateRecord) -> AsyncIterator[list[Row]]:
    """Yield who owned and owns an estate's parts, with first and last day, some buildings at a time."""
    async for parts, owners in _parts(reading, estate):
        yield [
            (
                estate.code,
                building.label,
                part.door_number,
                *_owner_cells(reading, share, owners),
                share.from_,
                share.to,
            )
            for building, part in parts
            for share in sorted(part.ownerships, key=lambda share: (share.from_, share.owner_id))
            if share.owner_id in owners
        ]


async def _parts(
    reading: Reading, estate: EstateRecord
) -> AsyncIterator[tuple[list[tuple[BuildingRecord, PartRecord]], dict[str, OwnerRecord]]]:
    """Yield the parts of some buildings at a time in order, and all their owners of any day that the caller sees."""
    buildings = await find_buildings_of_estates(reading.mongo, [estate.id], scope=reading.scope)
    for start in range(0, len(buildings), BUILDINGS_OF_A_PAGE):
        some = {building.id: building for building in buildings[start : start + BUILDINGS_OF_A_PAGE]}
        parts = await find_parts_of_buildings(reading.mongo, list(some), scope=reading.scope)
        owner_ids = {share.owner_id for part in parts for share in part.ownerships}
        found = await find_owners(reading.mongo, list(owner_ids), scope=reading.scope)
        in_order = sorted(parts, key=lambda part: (some[part.building_id].label, part.door_number))
        yield [(some[part.building_id], part) for part in in_order], {owner.id: owner for owner in found}


def _part_facts(reading: Reading, estate: EstateRecord, building: BuildingRecord, part: PartRecord) -> tuple[Cell, ...]:
    return (
        estate.code,
        building.label,
        part.door_number,
        square_metres(part.area),
        reading.words(part.area_basis),
    )


def _owner_cells(reading: Reading, share: Share, owners: dict[str, OwnerRecord]) -> tuple[Cell, ...]:
    owner = owners[share.owner_id]
    return owner.code, shown_owner(owner), reading.words(owner.kind), format_ratio(share.share)
