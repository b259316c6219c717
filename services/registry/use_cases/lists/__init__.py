"""The rows of every list that can be had as a file, in pages, within what the caller may see.

Owners' names are masked in every list: a file leaves the platform, and with it whatever guards a name here.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Final

from services.registry.domain.export import ExportKind
from services.registry.store.estates import EstateRecord, page_of_estates
from services.registry.use_cases.lists import estates, registers, serving, surveys, territory
from services.registry.use_cases.lists.reading import ListPage, Reading, Row
from services.registry.use_cases.lists.territory import Territory, territory_of

ESTATES_OF_A_PAGE: Final = 100

BY_ESTATES: Final[Mapping[ExportKind, Callable[[Reading, Sequence[EstateRecord]], Awaitable[list[Row]]]]] = {
    ExportKind.ESTATES: estates.estate_rows,
    ExportKind.ESTATE_LEDGER: estates.estate_ledger_rows,
    ExportKind.MEMBERSHIPS: estates.membership_rows,
    ExportKind.CORRECTIONS: estates.correction_rows,
    ExportKind.BUILDINGS: estates.building_rows,
    ExportKind.FACILITIES: surveys.facility_rows,
    ExportKind.BASE_SURVEYS: surveys.base_survey_rows,
    ExportKind.ESTATE_TRAITS: surveys.traits_rows,
    ExportKind.BASE_LEDGER: surveys.base_ledger_rows,
    ExportKind.UNMANAGED_ESTATES: surveys.unmanaged_rows,
    ExportKind.PARTY_COVERAGES: surveys.party_coverage_rows,
    ExportKind.BACKBONE_RESIDENTS: surveys.backbone_rows,
    ExportKind.CONTRACTS: serving.contract_rows,
    ExportKind.SERVICE_ITEMS: serving.service_item_rows,
    ExportKind.SELECTIONS: serving.selection_rows,
    ExportKind.BUNDLES: serving.bundle_rows,
    ExportKind.STAFF: serving.staff_rows,
    ExportKind.DECISIONS: serving.decision_rows,
    ExportKind.FUND_USES: serving.fund_use_rows,
    ExportKind.MODES: serving.mode_rows,
    ExportKind.REVERSED_MODES: serving.reversed_mode_rows,
    ExportKind.CONSULTATIONS: serving.consultation_rows,
    ExportKind.ABANDONMENTS: serving.abandonment_rows,
}
"""The lists whose rows come from a page of estates."""

BY_ESTATE: Final[Mapping[ExportKind, Callable[[Reading, EstateRecord], AsyncIterator[list[Row]]]]] = {
    ExportKind.PARTS: estates.part_pages,
    ExportKind.OWNERSHIPS: estates.ownership_pages,
}
"""The lists of which one estate alone has some pages."""

BY_TERRITORY: Final[Mapping[ExportKind, Callable[[Reading, Territory], Awaitable[list[Row]]]]] = {
    ExportKind.TERRITORY: territory.territory_rows,
    ExportKind.SERVICE_AREAS: territory.service_area_rows,
    ExportKind.GRID_CONTACTS: territory.grid_contact_rows,
    ExportKind.PROPERTY_ROOMS: territory.property_room_rows,
    ExportKind.DONATIONS: territory.donation_rows,
    ExportKind.BODIES: territory.body_rows,
    ExportKind.WORK_PLANS: territory.work_plan_rows,
}
"""The lists whose rows come from the streets and communities of a district."""

BY_DISTRICT: Final[Mapping[ExportKind, Callable[[Reading, str], Awaitable[list[Row]]]]] = {
    ExportKind.ESTATE_COVERAGE: registers.coverage_rows,
    ExportKind.DUTY_MATRIX: registers.duty_rows,
    ExportKind.POLICIES: registers.policy_rows,
}
"""The tables that a district has one of."""

IN_PAGES: Final[Mapping[ExportKind, Callable[[Reading], AsyncIterator[ListPage]]]] = {
    ExportKind.OWNERS: registers.owner_pages,
    ExportKind.PROVIDERS: registers.provider_pages,
    ExportKind.WELFARE_POOL: registers.welfare_pool_pages,
    ExportKind.DOCUMENTS: registers.document_pages,
    ExportKind.ENDING_CONTRACTS: registers.ending_contract_pages,
    ExportKind.OVERDUE_REVIEWS: registers.overdue_review_pages,
}
"""The lists that come in an order of their own; only reading them tells how long they are."""


async def list_pages(reading: Reading) -> AsyncIterator[ListPage]:
    """Yield the list that is ordered, in pages."""
    kind = reading.order.kind
    if kind in IN_PAGES:
        async for page in IN_PAGES[kind](reading):
            yield page
    elif kind in BY_DISTRICT:
        for district in reading.districts:
            yield ListPage(await BY_DISTRICT[kind](reading, district), 1)
    elif kind in BY_TERRITORY:
        for district in reading.districts:
            yield ListPage(await BY_TERRITORY[kind](reading, await territory_of(reading, district)), 1)
    elif kind in BY_ESTATE:
        async for some in _estate_pages(reading):
            for estate in some:
                async for rows in BY_ESTATE[kind](reading, estate):
                    yield ListPage(rows, 0)
                yield ListPage((), 1)
    else:
        async for some in _estate_pages(reading):
            yield ListPage(await BY_ESTATES[kind](reading, some), len(some))


async def list_total(reading: Reading) -> int | None:
    """Return how many steps the list has: districts or estates; None where only reading it tells."""
    kind = reading.order.kind
    if kind in IN_PAGES:
        return None
    if kind in BY_DISTRICT or kind in BY_TERRITORY:
        return len(reading.districts)
    count = 0
    async for some in _estate_pages(reading):
        count += len(some)
    return count


async def _estate_pages(reading: Reading) -> AsyncIterator[list[EstateRecord]]:
    after: str | None = None
    while some := await page_of_estates(
        reading.mongo, reading.order.places, scope=reading.scope, after=after, limit=ESTATES_OF_A_PAGE
    ):
        yield some
        after = some[-1].code
