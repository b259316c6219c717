"""The registry's reports at the root: the estate ledger by street and class, its coverage, and the duty matrix."""

from dataclasses import asdict
from datetime import date

import strawberry

from kit.area import Area
from kit.graphql.connections import Connection, page_request
from kit.graphql.scalars import DistrictCode
from services.registry.domain.duty import duty_matrix
from services.registry.domain.estate_report import ClassCoverage, EstateLedgerLine, coverage_by_class
from services.registry.graphql import district_types, estate_types, loaders, types
from services.registry.graphql.context import Info
from services.registry.graphql.enums import Enclosure, EstateKind, OwnersBody
from services.registry.graphql.mode_enums import ManagementMode
from services.registry.graphql.territory_enums import DutyBody
from services.registry.graphql.territory_types import DutyRow
from services.registry.store.estate_reports import classified_estates
from services.registry.store.estates import EstateFilter as EstateConditions
from services.registry.store.estates import page_of_estates
from services.registry.use_cases.report_estates import estate_ledger_lines, estates_in_work_order


@strawberry.type(description="One estate in the ledger by street and class.")
class EstateLedgerRow:
    """A row of the estate ledger."""

    street: str = strawberry.field(description="The street's name.")
    community: str = strawberry.field(description="The community's name.")
    kind: EstateKind = strawberry.field(description="Its class.")
    code: str = strawberry.field(description="The district's own code for it.")
    name: str = strawberry.field(description="Its name.")
    enclosure: Enclosure = strawberry.field(description="Whether it is gated.")
    built_on: date | None = strawberry.field(description="The day of completion; null when unknown.")
    built_year: int | None = strawberry.field(description="The year of completion; null when unknown.")
    is_old: bool | None = strawberry.field(
        description="Whether it is an old estate today; null when it cannot be told."
    )
    household_count: int = strawberry.field(description="Its households.")
    part_count: int = strawberry.field(description="Its exclusive parts.")
    managed_area: Area = strawberry.field(description="The area under management, in m2.")
    approved_gross_area: Area | None = strawberry.field(description="Planned and approved floor area, in m2.")
    has_lift: bool = strawberry.field(description="Whether any building has a lift.")
    owners_body: OwnersBody = strawberry.field(description="Which body of its owners it has.")
    mode: ManagementMode = strawberry.field(description="How it is managed.")
    provider: str | None = strawberry.field(description="Who serves it under a contract; null when nobody does.")
    contract_number: str | None = strawberry.field(description="Under which contract.")

    @classmethod
    def of(cls, line: EstateLedgerLine) -> "EstateLedgerRow":
        """Return the line as the schema shows it."""
        return cls(**asdict(line))


@strawberry.type(description="A page of the estate ledger.")
class EstateLedgerConnection(Connection):
    """A page of the estate ledger."""

    nodes: list[EstateLedgerRow]


@strawberry.type(description="How far management covers the estates of one class of a street.")
class ClassCoverageRow:
    """A row of the coverage."""

    coverage: strawberry.Private[ClassCoverage]
    kind: EstateKind = strawberry.field(description="The class.")
    estates: int = strawberry.field(description="How many estates of the class the caller may see in the street.")
    managed: int = strawberry.field(description="How many of them are managed in any mode.")
    household_count: int = strawberry.field(description="Their households.")
    managed_area: Area = strawberry.field(description="Their area under management, in m2.")

    @classmethod
    def of(cls, coverage: ClassCoverage) -> "ClassCoverageRow":
        """Return the row as the schema shows it."""
        return cls(
            coverage=coverage,
            kind=coverage.kind,
            estates=coverage.estates,
            managed=coverage.managed,
            household_count=coverage.household_count,
            managed_area=coverage.managed_area,
        )

    @strawberry.field(description="The street.")
    async def street(self, info: Info) -> district_types.Street:
        found = await info.context.load(loaders.streets_by_id, self.coverage.street_id)
        return district_types.Street.of(loaders.there(found))


@strawberry.type
class ReportQueries:
    """The registry's reports."""

    @strawberry.field(
        description="The estate ledger by street and class: the estates that the caller may see, by code, a page of 1 "
        "to 100."
    )
    async def estate_ledger(
        self,
        info: Info,
        district: DistrictCode,
        street_id: strawberry.ID | None = None,
        kind: EstateKind | None = None,
        first: int = 20,
        after: str | None = None,
    ) -> EstateLedgerConnection:
        context = info.context
        page = page_request(first=first, after=after)
        conditions = EstateConditions(district=district, street_id=street_id, kind=kind)
        last_code = None if page.after is None else str(page.after[0])
        records = await page_of_estates(
            context.mongo, conditions, scope=context.scope, after=last_code, limit=page.limit
        )
        shown, page_info = page.cut(records, key=lambda record: (record.code,))
        policies = await types.policies_of(context)
        lines = await estate_ledger_lines(
            context.mongo, shown, policies=policies, today=context.today, scope=context.scope
        )
        return EstateLedgerConnection(nodes=[EstateLedgerRow.of(line) for line in lines], page_info=page_info)

    @strawberry.field(
        description="How far management covers the estates of a district that the caller may see, by street and class."
    )
    async def estate_coverage(
        self, info: Info, district: DistrictCode, street_id: strawberry.ID | None = None
    ) -> list[ClassCoverageRow]:
        context = info.context
        estates = await classified_estates(context.mongo, district, street_id=street_id, scope=context.scope)
        return [ClassCoverageRow.of(coverage) for coverage in coverage_by_class(estates)]

    @strawberry.field(
        description="The estates of a street that the caller may see in the order in which their turn comes: pilots "
        "first and the hard ones last, an estate of which nobody has said it among the normal ones; at most 1,000."
    )
    async def work_order(self, info: Info, street_id: strawberry.ID) -> list[estate_types.Estate]:
        found = await estates_in_work_order(info.context.mongo, street_id, scope=info.context.scope)
        return [estate_types.Estate.of(estate) for estate in found]

    @strawberry.field(
        description="Which body has which duty by the district's document in force on a day, today when none is named; "
        "INSTRUMENT_NOT_AVAILABLE where there is none."
    )
    async def duty_matrix(
        self, info: Info, district: DistrictCode, at: date | None = None, bodies: list[DutyBody] | None = None
    ) -> list[DutyRow]:
        policies = await types.policies_of(info.context)
        policy = policies.at(district, at or info.context.today).duties
        return [DutyRow.of(duty) for duty in duty_matrix(policy, bodies=bodies or ())]
