"""How rows of 网格联系人 land: the person whom a department names for a community."""

from collections.abc import Sequence

from kit.errors import Refusal
from kit.mongo import UnitOfWork
from services.registry.domain import ledger
from services.registry.domain.grid import GridContact, check_contact
from services.registry.domain.ledger import RowOutcome, RowResult
from services.registry.domain.ledger_cells import RawRow
from services.registry.domain.ledger_masters import GridContactRow, read_grid_contact_row
from services.registry.store.communities import add_grid_contact, find_grid_contacts
from services.registry.store.territory import CommunityRecord, require_own_area
from services.registry.use_cases.landing.communities import NamedCommunities
from services.registry.use_cases.landing.rows import ImportRules, readable, row_result

_HEADER_OF_FIELD = {
    "department": ledger.GRID_DEPARTMENT,
    "phone": ledger.GRID_PHONE,
    "from": ledger.FROM,
}


async def land_grid_contacts(work: UnitOfWork, rows: Sequence[RawRow], rules: ImportRules) -> dict[int, RowResult]:
    """Land rows of 网格联系人 and return their results by row number."""
    results: dict[int, RowResult] = {}
    read = readable(rows, read_grid_contact_row, results)
    places = await NamedCommunities.of(work, [row.district for _, row in read])
    known = {
        (found.community_id, found.contact.department): found.contact
        for found in await find_grid_contacts(work, places.ids)
    }
    for raw, row in read:
        try:
            community = places.named(row.district, row.street, row.community)
            contact = GridContact(row.department, row.person, row.phone, row.grid_worker, row.from_)
            present = known.get((community.id, row.department))
            if present == contact:
                results[raw.number] = row_result(raw, RowOutcome.UNCHANGED)
                continue
            _check(work, community, contact, present, row, rules)
        except Refusal as refusal:
            results[raw.number] = ledger.rejected(raw, refusal)
            continue
        await add_grid_contact(work, community, contact)
        known[(community.id, row.department)] = contact
        results[raw.number] = row_result(raw, RowOutcome.LANDED)
    return results


def _check(
    work: UnitOfWork,
    community: CommunityRecord,
    contact: GridContact,
    present: GridContact | None,
    row: GridContactRow,
    rules: ImportRules,
) -> None:
    require_own_area(work, community.areas, path=(ledger.COMMUNITY,), value=row.community)
    try:
        departments = rules.policies.at(community.district, row.from_).grid.departments
        check_contact(contact, departments=departments, present=present, today=work.today)
    except Refusal as refusal:
        field = refusal.path[-1] if refusal.path else ""
        refusal.path = (_HEADER_OF_FIELD.get(field, ledger.DISTRICT),)
        raise
