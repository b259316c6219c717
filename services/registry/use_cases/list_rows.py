"""The rows of every list that can be had as a file, in pages, within what the caller may see.

Owners' names are masked in every list: a file leaves the platform, and with it whatever guards a name here.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Final

from kit.area import Area
from kit.caller import Caller
from kit.errors import InstrumentNotAvailable, PreconditionMissing
from kit.mongo import Mongo
from kit.ratio import format_ratio
from kit.tables.writing import Cell
from policy.policies import Policies
from services.registry.domain.contract_state import SERVING_STATES
from services.registry.domain.export import ExportKind
from services.registry.domain.owner import OwnerKind, mask_name
from services.registry.store.contracts import find_contracts_of_estates
from services.registry.store.documents import DocumentFilter, page_of_documents
from services.registry.store.estates import EstateFilter, EstateRecord, page_of_estates
from services.registry.store.listings import page_of_owners, page_of_providers
from services.registry.store.modes import find_modes_of_estates
from services.registry.store.owners import OwnerRecord, find_owners
from services.registry.store.parts import BuildingRecord, PartRecord, find_buildings_of_estates, find_parts_of_buildings
from services.registry.store.providers import find_providers
from services.registry.store.territory import find_communities, find_streets
from services.registry.use_cases.see_documents import shown_versions

ESTATES_OF_A_PAGE: Final = 100
BUILDINGS_OF_A_PAGE: Final = 20
ROWS_OF_A_PAGE: Final = 500

_GRANTS_OF_OWNERS: Final = ("district:", "street:", "community:", "manage:", "part:", "owner:")
"""The kinds of grants that owners' records carry."""


@dataclass(frozen=True, kw_only=True)
class ListOrder:
    """Which list, narrowed to a place, and for policies and documents on which day."""

    kind: ExportKind
    district: str | None = None
    street_id: str | None = None
    community_id: str | None = None
    on: date

    @property
    def places(self) -> EstateFilter:
        """The place as a condition on estates."""
        return EstateFilter(self.district, self.street_id, self.community_id)

    @property
    def area(self) -> str | None:
        """The grant that covers the place; None for everywhere."""
        if self.community_id is not None:
            return f"community:{self.community_id}"
        if self.street_id is not None:
            return f"street:{self.street_id}"
        return None if self.district is None else f"district:{self.district}"


@dataclass(frozen=True)
class ListPage:
    """Some rows of a list; `steps` says how many estates they come from, or how many rows they are where none do."""

    rows: Sequence[Sequence[Cell]]
    steps: int


@dataclass(frozen=True, kw_only=True)
class ListReader:
    """Reads a list for one caller; `words` gives an enum value in Chinese."""

    mongo: Mongo
    caller: Caller
    policies: Policies
    words: Callable[[Enum], str]

    def pages(self, order: ListOrder) -> AsyncIterator[ListPage]:
        """Yield the list in pages."""
        if order.kind is ExportKind.OWNERS:
            return self._owners(order)
        if order.kind is ExportKind.PROVIDERS:
            return self._providers(order)
        if order.kind is ExportKind.DOCUMENTS:
            return self._documents(order)
        if order.kind is ExportKind.POLICIES:
            return self._policies(order)
        return self._by_estates(order)

    async def total(self, order: ListOrder) -> int | None:
        """Return how many steps the list has; None where only reading it tells."""
        if order.kind in (ExportKind.OWNERS, ExportKind.PROVIDERS, ExportKind.DOCUMENTS):
            return None
        if order.kind is ExportKind.POLICIES:
            return len(self.policies.districts)
        count = 0
        async for estates in self._estate_pages(order):
            count += len(estates)
        return count

    async def _estate_pages(self, order: ListOrder) -> AsyncIterator[list[EstateRecord]]:
        after: str | None = None
        while estates := await page_of_estates(
            self.mongo, order.places, scope=self.caller.scope, after=after, limit=ESTATES_OF_A_PAGE
        ):
            yield estates
            after = estates[-1].code

    async def _by_estates(self, order: ListOrder) -> AsyncIterator[ListPage]:
        async for estates in self._estate_pages(order):
            if order.kind is ExportKind.PARTS:
                for estate in estates:
                    async for rows in self._parts(estate):
                        yield ListPage(rows, 0)
                    yield ListPage((), 1)
                continue
            read = {
                ExportKind.ESTATES: self._estates,
                ExportKind.BUILDINGS: self._buildings,
                ExportKind.CONTRACTS: self._contracts,
                ExportKind.MODES: self._modes,
            }[order.kind]
            yield ListPage(await read(estates), len(estates))

    async def _estates(self, estates: Sequence[EstateRecord]) -> list[Sequence[Cell]]:
        streets = {
            street.id: street.name
            for street in await find_streets(self.mongo, [estate.place.street_id for estate in estates])
        }
        communities = {
            community.id: community.name
            for community in await find_communities(self.mongo, [estate.place.community_id for estate in estates])
        }
        providers = await self._serving_providers(estates)
        return [
            (
                estate.code,
                estate.facts.name,
                estate.place.district,
                streets.get(estate.place.street_id),
                communities.get(estate.place.community_id),
                self.words(estate.facts.enclosure),
                self.words(estate.facts.kind),
                estate.facts.built_on or estate.facts.built_year,
                _m2(estate.facts.approved_gross_area),
                _m2(estate.facts.managed_area),
                estate.facts.household_count,
                _yes_no(estate.has_lift),
                estate.part_count,
                self.words(estate.owners_body),
                self.words(estate.mode),
                providers.get(estate.id),
            )
            for estate in estates
        ]

    async def _serving_providers(self, estates: Sequence[EstateRecord]) -> dict[str, str]:
        contracts = await find_contracts_of_estates(
            self.mongo, [estate.id for estate in estates], scope=self.caller.scope
        )
        serving = {
            contract.estate_id: contract.provider_id for contract in contracts if contract.state in SERVING_STATES
        }
        names = {provider.id: provider.name for provider in await find_providers(self.mongo, list(serving.values()))}
        return {estate_id: names[provider_id] for estate_id, provider_id in serving.items() if provider_id in names}

    async def _buildings(self, estates: Sequence[EstateRecord]) -> list[Sequence[Cell]]:
        known = {estate.id: estate for estate in estates}
        buildings = await find_buildings_of_estates(self.mongo, list(known), scope=self.caller.scope)
        return [
            (
                known[building.estate_id].code,
                building.label,
                _yes_no(building.has_lift),
                _m2(building.gross_area),
                known[building.estate_id].facts.name,
            )
            for building in sorted(buildings, key=lambda building: (known[building.estate_id].code, building.label))
        ]

    async def _parts(self, estate: EstateRecord) -> AsyncIterator[list[Sequence[Cell]]]:
        buildings = await find_buildings_of_estates(self.mongo, [estate.id], scope=self.caller.scope)
        for start in range(0, len(buildings), BUILDINGS_OF_A_PAGE):
            some = {building.id: building for building in buildings[start : start + BUILDINGS_OF_A_PAGE]}
            parts = await find_parts_of_buildings(self.mongo, list(some), scope=self.caller.scope)
            held = {share.owner_id for part in parts for share in part.ownerships if share.to is None}
            owners = {owner.id: owner for owner in await find_owners(self.mongo, list(held), scope=self.caller.scope)}
            in_order = sorted(parts, key=lambda part: (some[part.building_id].label, part.door_number))
            yield [row for part in in_order for row in self._part_rows(estate, some[part.building_id], part, owners)]

    def _part_rows(
        self, estate: EstateRecord, building: BuildingRecord, part: PartRecord, owners: dict[str, OwnerRecord]
    ) -> list[Sequence[Cell]]:
        facts = (estate.code, building.label, part.door_number, _m2(part.area), self.words(part.area_basis))
        held = [share for share in part.ownerships if share.to is None and share.owner_id in owners]
        if not held:
            return [(*facts, None, None, None, None, estate.facts.name)]
        return [
            (
                *facts,
                owners[share.owner_id].code,
                _masked(owners[share.owner_id]),
                self.words(owners[share.owner_id].kind),
                format_ratio(share.share),
                estate.facts.name,
            )
            for share in held
        ]

    async def _contracts(self, estates: Sequence[EstateRecord]) -> list[Sequence[Cell]]:
        known = {estate.id: estate for estate in estates}
        contracts = await find_contracts_of_estates(self.mongo, list(known), scope=self.caller.scope)
        providers = {
            provider.id: provider.name
            for provider in await find_providers(self.mongo, [contract.provider_id for contract in contracts])
        }
        return [
            (
                known[contract.estate_id].code,
                known[contract.estate_id].facts.name,
                contract.number,
                providers.get(contract.provider_id),
                self.words(contract.kind),
                self.words(contract.state),
                contract.signed_on,
                contract.from_,
                contract.to,
            )
            for contract in sorted(contracts, key=lambda contract: (known[contract.estate_id].code, contract.number))
        ]

    async def _modes(self, estates: Sequence[EstateRecord]) -> list[Sequence[Cell]]:
        found = await find_modes_of_estates(self.mongo, [estate.id for estate in estates], scope=self.caller.scope)
        histories = {modes.estate_id: modes.history for modes in found}
        return [
            (
                estate.code,
                estate.facts.name,
                self.words(record.mode),
                record.label,
                record.from_,
                record.to,
                record.review_on,
            )
            for estate in estates
            for record in histories.get(estate.id, ())
        ]

    async def _owners(self, order: ListOrder) -> AsyncIterator[ListPage]:
        passed: list[str] = []
        for area in self._owner_areas(order):
            after = ""
            while owners := await page_of_owners(
                self.mongo, area, scope=self.caller.scope, after=after, limit=ROWS_OF_A_PAGE
            ):
                after = owners[-1].code
                # Who was seen from an area before this one is in the file already.
                new = [owner for owner in owners if not set(passed).intersection(owner.areas)]
                rows = [(owner.district, owner.code, _masked(owner), self.words(owner.kind)) for owner in new]
                yield ListPage(rows, len(rows))
            passed.append(area)

    def _owner_areas(self, order: ListOrder) -> list[str]:
        if order.area is not None:
            return [order.area]
        grants = self.caller.scope.area_filter()
        if grants is None:
            return [f"district:{district}" for district in self.policies.districts]
        return [grant for grant in grants if grant.startswith(_GRANTS_OF_OWNERS)]

    async def _providers(self, order: ListOrder) -> AsyncIterator[ListPage]:
        districts = () if order.district is None else (order.district,)
        after = ""
        while providers := await page_of_providers(self.mongo, districts, after=after, limit=ROWS_OF_A_PAGE):
            after = providers[-1].unified_credit_code
            rows = [
                (
                    provider.district,
                    provider.name,
                    provider.unified_credit_code,
                    self.words(provider.kind),
                    None if provider.filing is None else provider.filing.filed_on,
                    None if provider.filing is None else provider.filing.reference,
                )
                for provider in providers
            ]
            yield ListPage(rows, len(rows))

    async def _documents(self, order: ListOrder) -> AsyncIterator[ListPage]:
        conditions = DocumentFilter(district=order.district)
        after: str | None = None
        while documents := await page_of_documents(
            self.mongo, conditions, scope=self.caller.scope, after=after, limit=ROWS_OF_A_PAGE
        ):
            after = documents[-1].id
            rows = [
                (
                    document.district,
                    self.words(document.kind),
                    document.title,
                    self.words(document.subject_kind),
                    document.subject_id,
                    version.number,
                    self.words(version.state),
                    version.issuer,
                    version.effective_on,
                    None if version.seal is None else version.seal.sealed_by,
                    None if version.seal is None else version.seal.sealed_on,
                    version.content.sha256,
                    version.content.size,
                )
                for document in documents
                for version in shown_versions(document, self.caller)
            ]
            yield ListPage(rows, len(rows))

    async def _policies(self, order: ListOrder) -> AsyncIterator[ListPage]:
        rows: list[Sequence[Cell]] = []
        for district in self.policies.districts:
            if order.district in (None, district):
                rows += policy_rows(self.policies, district, on=order.on)
        yield ListPage(rows, len(self.policies.districts))


def policy_rows(policies: Policies, district: str, *, on: date) -> list[Sequence[Cell]]:
    """Return the one row of the district's policy version in force on the day; none where none is (report 22)."""
    try:
        version = policies.at(district, on)
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


def _masked(owner: OwnerRecord) -> str:
    return mask_name(owner.name) if owner.kind is OwnerKind.NATURAL else owner.name


def _m2(area: Area | None) -> Decimal | None:
    return None if area is None else Decimal(area).scaleb(-2)


def _yes_no(known: bool) -> str:
    return "有" if known else "无"
