"""How rows of 街道社区 land: streets of their districts, and communities of their streets."""

from collections.abc import Sequence

from kit.errors import Refusal
from kit.ids import new_id
from kit.mongo import UnitOfWork
from services.registry.domain import ledger
from services.registry.domain.ledger import RowOutcome, RowResult
from services.registry.domain.ledger_cells import RawRow
from services.registry.domain.ledger_masters import TerritoryRow, read_territory_row
from services.registry.store.territory import (
    CommunityRecord,
    StreetRecord,
    add_communities,
    add_streets,
    find_communities_of_streets,
    find_streets_of_districts,
    require_own_area,
)
from services.registry.use_cases.landing.rows import ImportRules, readable, row_result
from services.registry.use_cases.register_territory import new_street


async def land_territory(work: UnitOfWork, rows: Sequence[RawRow], rules: ImportRules) -> dict[int, RowResult]:
    """Land rows of 街道社区 and return their results by row number."""
    results: dict[int, RowResult] = {}
    read = readable(rows, read_territory_row, results)
    known = await find_streets_of_districts(work, sorted({row.district for _, row in read}))
    streets = {(street.district, street.name): street for street in known}
    communities = {
        (community.street_id, community.name)
        for community in await find_communities_of_streets(work, [street.id for street in known])
    }
    new_streets: list[StreetRecord] = []
    new_communities: list[CommunityRecord] = []
    for raw, row in read:
        try:
            street = streets.get((row.district, row.street))
            outcome = RowOutcome.UNCHANGED
            if street is None:
                street = _street(work, row, rules)
                outcome = RowOutcome.LANDED
            if row.community is not None and (street.id, row.community) not in communities:
                community = _community(work, street, row.community)
                communities.add((street.id, row.community))
                new_communities.append(community)
                outcome = RowOutcome.LANDED
        except Refusal as refusal:
            results[raw.number] = ledger.rejected(raw, refusal)
            continue
        if (row.district, row.street) not in streets:
            streets[(row.district, row.street)] = street
            new_streets.append(street)
        results[raw.number] = row_result(raw, outcome)
    if new_streets:
        await add_streets(work, new_streets)
    if new_communities:
        await add_communities(work, new_communities)
    return results


def _street(work: UnitOfWork, row: TerritoryRow, rules: ImportRules) -> StreetRecord:
    try:
        street = new_street(rules.policies, district=row.district, name=row.street)
    except Refusal as refusal:
        refusal.path = (ledger.DISTRICT if "district" in refusal.path else ledger.STREET,)
        raise
    require_own_area(work, street.areas, path=(ledger.DISTRICT,), value=row.district)
    return street


def _community(work: UnitOfWork, street: StreetRecord, name: str) -> CommunityRecord:
    community = CommunityRecord(id=new_id("com"), district=street.district, street_id=street.id, name=name)
    require_own_area(work, community.areas, path=(ledger.COMMUNITY,), value=name)
    return community
