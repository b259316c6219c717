"""How rows of 产权人 land: owners of a district, who get their parts by rows of 房屋 or by a transfer."""

from collections.abc import Sequence

from kit.errors import Refusal
from kit.ids import new_id
from kit.mongo import UnitOfWork
from services.registry.domain import ledger
from services.registry.domain.ledger import RowOutcome, RowResult
from services.registry.domain.ledger_cells import RawRow
from services.registry.domain.ledger_masters import OwnerRow, read_owner_row
from services.registry.domain.territory import UnknownDistrict
from services.registry.domain.text import checked_name
from services.registry.store.owners import OwnerRecord, add_owners, find_owners_by_code
from services.registry.store.territory import require_own_area
from services.registry.use_cases.landing.rows import ImportRules, readable, row_result
from services.registry.use_cases.register_part import require_same_owner


async def land_owners(work: UnitOfWork, rows: Sequence[RawRow], rules: ImportRules) -> dict[int, RowResult]:
    """Land rows of 产权人 and return their results by row number; the district sees them before they own a part."""
    results: dict[int, RowResult] = {}
    read = readable(rows, read_owner_row, results)
    known: dict[tuple[str, str], OwnerRecord] = {}
    for district in sorted({row.district for _, row in read}):
        codes = sorted({row.code for _, row in read if row.district == district})
        owners = await find_owners_by_code(work, district, codes)
        known.update({(district, code): owner for code, owner in owners.items()})
    added: list[OwnerRecord] = []
    for raw, row in read:
        try:
            registered = known.get((row.district, row.code))
            if registered is not None:
                require_same_owner(registered, name=row.name, kind=row.kind, path=(ledger.OWNER_CODE,))
                results[raw.number] = row_result(raw, RowOutcome.UNCHANGED)
                continue
            owner = _owner(work, row, rules)
        except Refusal as refusal:
            results[raw.number] = ledger.rejected(raw, refusal)
            continue
        known[(row.district, row.code)] = owner
        added.append(owner)
        results[raw.number] = row_result(raw, RowOutcome.LANDED)
    await add_owners(work, added)
    return results


def _owner(work: UnitOfWork, row: OwnerRow, rules: ImportRules) -> OwnerRecord:
    if row.district not in rules.policies.districts:
        raise UnknownDistrict("no policy of this district is mounted", path=(ledger.DISTRICT,), value=row.district)
    areas = (f"district:{row.district}",)
    require_own_area(work, areas, path=(ledger.DISTRICT,), value=row.district)
    return OwnerRecord(
        id=new_id("own"),
        district=row.district,
        code=row.code,
        name=checked_name(row.name, path=(ledger.OWNER_NAME,)),
        kind=row.kind,
        areas=areas,
    )
