"""Lists that do not come by estate or street: owners, providers, documents, deadlines, and the district's tables."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Final

from kit.errors import InstrumentNotAvailable, PreconditionMissing
from services.registry.domain.duty import duty_matrix
from services.registry.domain.estate_report import coverage_by_class
from services.registry.store.contracts import page_of_ending_contracts
from services.registry.store.documents import DocumentFilter, page_of_documents
from services.registry.store.estate_reports import classified_estates
from services.registry.store.estates import find_estates
from services.registry.store.listings import page_of_owners, page_of_providers
from services.registry.store.modes import PlaceFilter, page_past_review, review_key
from services.registry.store.providers import ProviderRecord
from services.registry.store.territory import find_streets_of_districts
from services.registry.use_cases.lists.reading import ListPage, Reading, Row, shown_owner, square_metres
from services.registry.use_cases.see_documents import shown_versions

ROWS_OF_A_PAGE: Final = 500

_GRANTS_OF_OWNERS: Final = ("district:", "street:", "community:", "manage:", "part:", "owner:")
"""The kinds of grants that owners' records carry."""


async def owner_pages(reading: Reading) -> AsyncIterator[ListPage]:
    """Yield the owners in the columns of a ledger, each once."""
    passed: list[str] = []
    for area in _owner_areas(reading):
        after = ""
        while owners := await page_of_owners(
            reading.mongo, area, scope=reading.scope, after=after, limit=ROWS_OF_A_PAGE
        ):
            after = owners[-1].code
            # Who was seen from an area before this one is in the file already.
            new = [owner for owner in owners if not set(passed).intersection(owner.areas)]
            yield _page([(owner.district, owner.code, shown_owner(owner), reading.words(owner.kind)) for owner in new])
        passed.append(area)


def _owner_areas(reading: Reading) -> list[str]:
    if reading.order.area is not None:
        return [reading.order.area]
    grants = reading.scope.area_filter()
    if grants is None:
        return [f"district:{district}" for district in reading.policies.districts]
    return [grant for grant in grants if grant.startswith(_GRANTS_OF_OWNERS)]


async def provider_pages(reading: Reading) -> AsyncIterator[ListPage]:
    """Yield the providers in the columns of a ledger, with their filing."""
    async for providers in _providers(reading):
        yield _page(
            [
                (
                    provider.district,
                    provider.name,
                    provider.unified_credit_code,
                    reading.words(provider.kind),
                    reading.word(provider.source),
                    provider.source_body,
                    provider.registration_number,
                    None if provider.filing is None else provider.filing.filed_on,
                    None if provider.filing is None else provider.filing.reference,
                )
                for provider in providers
            ]
        )


async def welfare_pool_pages(reading: Reading) -> AsyncIterator[ListPage]:
    """Yield the providers that are or were in the public-welfare pool."""
    async for providers in _providers(reading):
        yield _page(
            [
                (
                    provider.district,
                    provider.name,
                    provider.unified_credit_code,
                    provider.pool.joined_on,
                    provider.pool.rank_reference,
                    provider.pool.left_on,
                    provider.pool.left_because,
                )
                for provider in providers
                if provider.pool is not None
            ]
        )


async def _providers(reading: Reading) -> AsyncIterator[Sequence[ProviderRecord]]:
    districts = () if reading.order.district is None else (reading.order.district,)
    after = ""
    while providers := await page_of_providers(reading.mongo, districts, after=after, limit=ROWS_OF_A_PAGE):
        after = providers[-1].unified_credit_code
        yield providers


async def document_pages(reading: Reading) -> AsyncIterator[ListPage]:
    """Yield the documents, a row for each version that the caller sees."""
    conditions = DocumentFilter(district=reading.order.district)
    after: str | None = None
    while documents := await page_of_documents(
        reading.mongo, conditions, scope=reading.scope, after=after, limit=ROWS_OF_A_PAGE
    ):
        after = documents[-1].id
        yield _page(
            [
                (
                    document.district,
                    reading.words(document.kind),
                    document.title,
                    reading.words(document.subject_kind),
                    document.subject_id,
                    version.number,
                    reading.words(version.state),
                    version.issuer,
                    version.effective_on,
                    None if version.seal is None else version.seal.sealed_by,
                    None if version.seal is None else version.seal.sealed_on,
                    version.content.sha256,
                    version.content.size,
                )
                for document in documents
                for version in shown_versions(document, reading.caller)
            ]
        )


async def ending_contract_pages(reading: Reading) -> AsyncIterator[ListPage]:
    """Yield the contracts that end within the time of a notice and are on no way out, the next to end first."""
    order = reading.order
    limits = reading.policies.national(order.on).time_limits
    after: str | None = None
    while contracts := await page_of_ending_contracts(
        reading.mongo,
        from_=order.on,
        until=order.on + timedelta(days=limits.no_renewal_notice_days),
        scope=reading.scope,
        after=after,
        limit=ROWS_OF_A_PAGE,
    ):
        after = contracts[-1].ends_key
        found = await find_estates(reading.mongo, [contract.estate_id for contract in contracts], scope=reading.scope)
        estates = {estate.id: estate for estate in found if order.area is None or order.area in estate.areas}
        providers = await reading.provider_names(contract.provider_id for contract in contracts)
        yield _page(
            [
                (
                    estates[contract.estate_id].code,
                    estates[contract.estate_id].facts.name,
                    contract.number,
                    providers.get(contract.provider_id),
                    contract.from_,
                    contract.to,
                    None if contract.to is None else (contract.to - order.on).days,
                )
                for contract in contracts
                if contract.estate_id in estates
            ]
        )


async def overdue_review_pages(reading: Reading) -> AsyncIterator[ListPage]:
    """Yield the estates whose passing mode nobody has looked at in time, the longest overdue first."""
    order = reading.order
    places = PlaceFilter(order.district, order.street_id, order.community_id)
    after: str | None = None
    while found := await page_past_review(
        reading.mongo, places, today=order.on, scope=reading.scope, after=after, limit=ROWS_OF_A_PAGE
    ):
        latest = {modes.estate_id: modes.history[-1] for modes in found}
        after = review_key(found[-1].history[-1], found[-1].estate_id)
        estates = await find_estates(reading.mongo, list(latest), scope=reading.scope)
        by_id = {estate.id: estate for estate in estates}
        yield _page(
            [
                (
                    by_id[estate_id].code,
                    by_id[estate_id].facts.name,
                    reading.words(record.mode),
                    record.label,
                    record.from_,
                    record.review_on,
                    None if record.review_on is None else (order.on - record.review_on).days,
                )
                for estate_id, record in latest.items()
                if estate_id in by_id
            ]
        )


async def coverage_rows(reading: Reading, district: str) -> list[Row]:
    """Return how far management covers the estates of a district, by street and class (report 1)."""
    order = reading.order
    estates = await classified_estates(reading.mongo, district, street_id=order.street_id, scope=reading.scope)
    streets = {street.id: street.name for street in await find_streets_of_districts(reading.mongo, [district])}
    return [
        (
            district,
            streets.get(row.street_id),
            reading.words(row.kind),
            row.estates,
            row.managed,
            row.household_count,
            square_metres(row.managed_area),
        )
        for row in coverage_by_class(estates)
    ]


async def duty_rows(reading: Reading, district: str) -> list[Row]:
    """Return who has which duty by the district's document on the order's day (report 17); none without a document."""
    try:
        version = reading.policies.at(district, reading.order.on)
        duties = duty_matrix(version.duties)
    except (InstrumentNotAvailable, PreconditionMissing):
        return []
    return [
        (
            district,
            version.file.area_name,
            reading.words(duty.body),
            duty.name,
            duty.duty,
            reading.word(duty.side),
            duty.clause,
            duty.document,
        )
        for duty in duties
    ]


async def policy_rows(reading: Reading, district: str) -> list[Row]:
    """Return the one row of the policy version in force on the order's day; none where none is (report 22)."""
    try:
        version = reading.policies.at(district, reading.order.on)
    except (InstrumentNotAvailable, PreconditionMissing):
        return []
    return [
        (
            district,
            version.file.area_name,
            version.version,
            version.effective_from,
            version.effective_to,
            str(version.document),
            version.hash,
        )
    ]


def _page(rows: Sequence[Row]) -> ListPage:
    return ListPage(rows, len(rows))
