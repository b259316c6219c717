"""Estates as the schema shows them, and pages of them."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import strawberry

from kit.area import Area
from kit.errors import InstrumentNotAvailable, PreconditionMissing
from kit.graphql.connections import Connection, page_request, total_is_selected
from kit.graphql.scalars import DistrictCode
from services.registry.domain.estate import is_old_estate
from services.registry.domain.gate import boundary_of
from services.registry.graphql import (
    base_ledger_types,
    bundle_types,
    congress_types,
    decision_types,
    district_types,
    finance_types,
    loaders,
    mode_types,
    part_types,
    provider_types,
    selection_types,
    service_contract_types,
    staff_types,
    territory_loaders,
    territory_types,
    types,
)
from services.registry.graphql.context import Context, Info
from services.registry.graphql.enums import DecisionState, Enclosure, EstateKind, OwnersBody
from services.registry.graphql.mode_enums import ManagementMode, TitleSituation
from services.registry.graphql.node import Node
from services.registry.graphql.territory_enums import GateBoundary
from services.registry.store.estates import EstateFilter as EstateConditions
from services.registry.store.estates import EstateRecord, count_of_all_estates, count_of_estates, page_of_estates

if TYPE_CHECKING:
    from services.registry.graphql.bundle_types import Bundle
    from services.registry.graphql.congress_types import OwnersCongress
    from services.registry.graphql.decision_types import JointDecision
    from services.registry.graphql.district_types import Community, Street
    from services.registry.graphql.finance_types import ArrearsMark, FundCustody, FundUse
    from services.registry.graphql.part_types import Building
    from services.registry.graphql.provider_types import Provider
    from services.registry.graphql.selection_types import ProviderSelection
    from services.registry.graphql.service_contract_types import ServiceContract
    from services.registry.graphql.staff_types import StaffCount
    from services.registry.graphql.territory_types import EstateFacility, EstateMembership, GridContact, ServiceArea

_BundleRef = Annotated["Bundle", strawberry.lazy("services.registry.graphql.bundle_types")]
_OwnersCongressRef = Annotated["OwnersCongress", strawberry.lazy("services.registry.graphql.congress_types")]
_JointDecisionRef = Annotated["JointDecision", strawberry.lazy("services.registry.graphql.decision_types")]
_DISTRICT = strawberry.lazy("services.registry.graphql.district_types")
_CommunityRef = Annotated["Community", _DISTRICT]
_StreetRef = Annotated["Street", _DISTRICT]
_FINANCE = strawberry.lazy("services.registry.graphql.finance_types")
_ArrearsMarkRef = Annotated["ArrearsMark", _FINANCE]
_FundCustodyRef = Annotated["FundCustody", _FINANCE]
_FundUseRef = Annotated["FundUse", _FINANCE]
_BuildingRef = Annotated["Building", strawberry.lazy("services.registry.graphql.part_types")]
_ProviderRef = Annotated["Provider", strawberry.lazy("services.registry.graphql.provider_types")]
_SelectionRef = Annotated["ProviderSelection", strawberry.lazy("services.registry.graphql.selection_types")]
_ServiceContractRef = Annotated["ServiceContract", strawberry.lazy("services.registry.graphql.service_contract_types")]
_StaffRef = Annotated["StaffCount", strawberry.lazy("services.registry.graphql.staff_types")]
_TERRITORY = strawberry.lazy("services.registry.graphql.territory_types")
_EstateMembershipRef = Annotated["EstateMembership", _TERRITORY]
_FacilityRef = Annotated["EstateFacility", _TERRITORY]
_GridContactRef = Annotated["GridContact", _TERRITORY]
_ServiceAreaRef = Annotated["ServiceArea", _TERRITORY]


@strawberry.federation.type(keys=["id"], description="A residential estate: one management area.")
class Estate(Node):
    """An estate."""

    record: strawberry.Private[EstateRecord]

    @classmethod
    def of(cls, record: EstateRecord) -> "Estate":
        """Return the estate as the schema shows it."""
        return cls(id=strawberry.ID(record.id), record=record)

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> "Estate | None":  # noqa: A002
        """Return the estate of this id if the caller may see it."""
        return await estate(info.context, id)

    @strawberry.field(description='The district\'s own code for it, unique, e.g. "360702-001".')
    def code(self) -> str:
        return self.record.code

    @strawberry.field(description="Its name.")
    def name(self) -> str:
        return self.record.facts.name

    @strawberry.field(description="The area code of its district.")
    def district(self) -> DistrictCode:
        return DistrictCode(self.record.place.district)

    @strawberry.field(description="The one street that is responsible for it.")
    async def street(self, info: Info) -> _StreetRef:
        return district_types.Street.of(
            loaders.there(await info.context.load(loaders.streets_by_id, self.record.place.street_id))
        )

    @strawberry.field(description="The one community it belongs to.")
    async def community(self, info: Info) -> _CommunityRef:
        found = await info.context.load(loaders.communities_by_id, self.record.place.community_id)
        return district_types.Community.of(loaders.there(found))

    @strawberry.field(description="Where it belonged and belongs: exactly one street and community on each day.")
    def memberships(self) -> list[_EstateMembershipRef]:
        return [territory_types.EstateMembership.of(membership) for membership in self.record.memberships]

    @strawberry.field(description="The service area of its street that it lies in; null when it lies in none.")
    async def service_area(self, info: Info) -> _ServiceAreaRef | None:
        area_id = await info.context.load(territory_loaders.service_area_id_by_estate, self.record.id)
        return await territory_types.service_area(info.context, area_id)

    @strawberry.field(description="The person each department of the grid names for its community, by department.")
    async def grid_contacts(self, info: Info) -> list[_GridContactRef]:
        return list(await territory_types.grid_contacts(info.context, self.record.place.community_id))

    @strawberry.field(description="Where its gate stands, by its enclosure.")
    def gate_boundary(self) -> GateBoundary:
        return boundary_of(self.record.facts.enclosure)

    @strawberry.field(description="Its facilities, those of its buildings included, by name.")
    async def facilities(self, info: Info) -> list[_FacilityRef]:
        found = await info.context.load(territory_loaders.facilities_by_estate, self.record.id)
        enclosure = self.record.facts.enclosure
        return [territory_types.EstateFacility.of(record, enclosure=enclosure) for record in found or ()]

    @strawberry.field(description="Its base surveys, the latest first.")
    async def base_surveys(self, info: Info) -> list[base_ledger_types.BaseSurvey]:
        found = await info.context.load(territory_loaders.surveys_by_estate, self.record.id)
        return [base_ledger_types.BaseSurvey.of(survey) for survey in found or ()]

    @strawberry.field(description="What sets it apart; null while nobody has said.")
    async def traits(self, info: Info) -> base_ledger_types.EstateTraits | None:
        found = await info.context.load(territory_loaders.traits_by_estate, self.record.id)
        return None if found is None else base_ledger_types.EstateTraits.of(found)

    @strawberry.field(description="How the party covers it, the latest first; empty for who is none of the offices.")
    async def party_coverage(self, info: Info) -> list[base_ledger_types.PartyCoverage]:
        found = await info.context.load(territory_loaders.coverages_by_estate, self.record.id)
        return [base_ledger_types.PartyCoverage.of(coverage) for coverage in found or ()]

    @strawberry.field(description="Its able residents; empty for who is none of the offices.")
    async def backbone_residents(self, info: Info) -> list[base_ledger_types.BackboneResident]:
        found = await info.context.load(territory_loaders.backbone_by_estate, self.record.id)
        return [base_ledger_types.BackboneResident.of(resident) for resident in found or ()]

    @strawberry.field(description="Its rows of the base ledger of old estates, the latest first.")
    async def base_ledger(self, info: Info) -> list[base_ledger_types.BaseLedgerRow]:
        found = await info.context.load(territory_loaders.base_rows_by_estate, self.record.id)
        return [base_ledger_types.BaseLedgerRow.of(row) for row in found or ()]

    @strawberry.field(description="Its rows of the ledger of estates without management, the latest first.")
    async def unmanaged_rows(self, info: Info) -> list[base_ledger_types.UnmanagedEstateRow]:
        found = await info.context.load(territory_loaders.unmanaged_rows_by_estate, self.record.id)
        return [base_ledger_types.UnmanagedEstateRow.of(row) for row in found or ()]

    @strawberry.field(description="The times during which nobody served it, the latest first.")
    async def abandonments(self, info: Info) -> list[base_ledger_types.Abandonment]:
        found = await info.context.load(territory_loaders.abandonments_by_estate, self.record.id)
        return [base_ledger_types.Abandonment.of(abandonment) for abandonment in found or ()]

    @strawberry.field(description="Whether it is gated.")
    def enclosure(self) -> Enclosure:
        return self.record.facts.enclosure

    @strawberry.field(description="Its class.")
    def kind(self) -> EstateKind:
        return self.record.facts.kind

    @strawberry.field(description="The year of completion; null when unknown.")
    def built_year(self) -> int | None:
        facts = self.record.facts
        return facts.built_year if facts.built_on is None else facts.built_on.year

    @strawberry.field(description="The day of completion; null when unknown or known by year alone.")
    def built_on(self) -> date | None:
        return self.record.facts.built_on

    @strawberry.field(
        description="Whether it is an old estate by its district's document in force today; null when the completion "
        "is unknown or the district's document has no bound."
    )
    async def is_old_estate(self, info: Info) -> bool | None:
        policies = await types.policies_of(info.context)
        try:
            bound = policies.at(self.record.place.district, info.context.today).old_estate
        except (InstrumentNotAvailable, PreconditionMissing):
            return None
        return is_old_estate(self.record.facts, bound)

    @strawberry.field(
        description='Planned and approved total floor area, underground included, in m2, e.g. "80012.35"; null until '
        "surveyed: a deposit waits for it."
    )
    def approved_gross_area(self) -> Area | None:
        return self.record.facts.approved_gross_area

    @strawberry.field(description="The area under management, in m2.")
    def managed_area(self) -> Area:
        return self.record.facts.managed_area

    @strawberry.field(description="How many households live there.")
    def household_count(self) -> int:
        return self.record.facts.household_count

    @strawberry.field(description="How many exclusive parts are registered.")
    def exclusive_part_count(self) -> int:
        return self.record.part_count

    @strawberry.field(description="Whether any building has a lift; rates are per building.")
    def has_lift(self) -> bool:
        return self.record.has_lift

    @strawberry.field(description="Its buildings, by label; some tens.")
    async def buildings(self, info: Info) -> list[_BuildingRef]:
        found = await info.context.load(loaders.buildings_by_estate, self.record.id)
        return [part_types.Building.of(building) for building in found or ()]

    @strawberry.field(description="Which body of its owners it has.")
    def owners_body(self) -> OwnersBody:
        return self.record.owners_body

    @strawberry.field(description="Its owners' congress; null before one is formed.")
    async def congress(self, info: Info) -> _OwnersCongressRef | None:
        return await congress_types.congress(info.context, self.record.congress_id)

    @strawberry.field(description="How it is managed, on a day that may be named, else now; NONE by nobody.")
    async def mode(self, info: Info, at: date | None = None) -> ManagementMode:
        return self.record.mode if at is None else await mode_types.mode_of_day(info, self.record.id, at)

    @strawberry.field(description="Its modes from day to day, the first one first; before it there was none.")
    async def mode_history(self, info: Info) -> list[mode_types.ModeRecord]:
        return await mode_types.mode_history(info, self.record.id)

    @strawberry.field(description="Records of its mode that were mistakes and were taken back.")
    async def reversed_modes(self, info: Info) -> list[mode_types.ReversedMode]:
        return await mode_types.reversed_modes(info, self.record.id)

    @strawberry.field(description="The surveys about modes, the latest first.")
    async def consultations(self, info: Info) -> list[mode_types.Consultation]:
        return await mode_types.consultations_of(info, self.record.id)

    @strawberry.field(description="How its homes are owned; null when nobody has recorded it.")
    async def title_situation(self, info: Info) -> TitleSituation | None:
        return await mode_types.titles_of(info, self.record.id)

    @strawberry.field(description="The contract under which it is served today; null when there is none.")
    async def current_contract(self, info: Info) -> _ServiceContractRef | None:
        return await service_contract_types.current_contract(info.context, self.record.id)

    @strawberry.field(description="All its contracts, the latest signed first.")
    async def contracts(self, info: Info) -> list[_ServiceContractRef]:
        found = await info.context.load(loaders.contracts_by_estate, self.record.id)
        return [service_contract_types.ServiceContract.of(contract) for contract in found or ()]

    @strawberry.field(description="Who serves it today; null when nobody does.")
    async def provider(self, info: Info) -> _ProviderRef | None:
        contract = await service_contract_types.current_contract(info.context, self.record.id)
        return None if contract is None else await provider_types.provider(info.context, contract.record.provider_id)

    @strawberry.field(description="The bundle of near estates it belongs to; null when it belongs to none.")
    async def bundle(self, info: Info) -> _BundleRef | None:
        return await bundle_types.bundle_of_estate(info.context, self.record.id)

    @strawberry.field(description="Its selections of providers, the latest plan first; a few.")
    async def selections(self, info: Info) -> list[_SelectionRef]:
        return await selection_types.selections_of_estate(info.context, self.record.id)

    @strawberry.field(description="Who serves on it, by source; the latest count first, some tens.")
    async def staff(self, info: Info) -> list[_StaffRef]:
        return await staff_types.staff_of_estate(info.context, self.record.id)

    @strawberry.field(description="Its joint decisions, the latest notice first; all states when none is named.")
    async def decisions(self, info: Info, state: list[DecisionState] | None = None) -> list[_JointDecisionRef]:
        found = await info.context.load(loaders.decisions_by_estate, self.record.id)
        return [
            decision_types.JointDecision.of(decision)
            for decision in found or ()
            if state is None or decision.state in state
        ]

    @strawberry.field(
        description="A mark while its arrears are at or above the threshold, as finance announced it; null below."
    )
    def arrears_mark(self) -> _ArrearsMarkRef | None:
        return finance_types.ArrearsMark.of(self.record.arrears_crossing)

    @strawberry.field(description="Where its maintenance funds are kept that have moved, as finance announced it.")
    def fund_custodies(self) -> list[_FundCustodyRef]:
        return [finance_types.FundCustody.of(custody) for custody in self.record.fund_custodies]

    @strawberry.field(
        description="The uses of its maintenance funds that finance announced, the latest proposed first; some tens."
    )
    async def fund_uses(self, info: Info) -> list[_FundUseRef]:
        return await finance_types.uses_of_estate(info.context, self.record.id)


@strawberry.type(description="A page of estates.")
class EstateConnection(Connection):
    """A page of estates."""

    nodes: list[Estate]


async def estate(context: Context, estate_id: str | None) -> Estate | None:
    """Return an estate by id if the caller may see it."""
    record = await context.load(loaders.estates_by_id, estate_id)
    return None if record is None else Estate.of(record)


async def estate_page(info: Info, conditions: EstateConditions, *, first: int, after: str | None) -> EstateConnection:
    """Return a page of estates in the order of their codes; the total only when it is asked for."""
    context = info.context
    page = page_request(first=first, after=after)
    last_code = None if page.after is None else str(page.after[0])
    records = await page_of_estates(context.mongo, conditions, scope=context.scope, after=last_code, limit=page.limit)
    shown, page_info = page.cut(records, key=lambda record: (record.code,))
    total = await _total(context, conditions) if total_is_selected(info) else None
    return EstateConnection(nodes=[Estate.of(record) for record in shown], page_info=page_info, total_count=total)


async def _total(context: Context, conditions: EstateConditions) -> int | None:
    """Return the maintained count of one area, or of the city; null where no count is kept for the conditions."""
    if len(conditions.query()) > 1 or conditions.narrowing():
        return None
    if conditions.community_id is not None:
        community_record = await context.load(loaders.communities_by_id, conditions.community_id)
        area, covering = f"community:{conditions.community_id}", community_record.areas if community_record else []
    elif conditions.street_id is not None:
        street_record = await context.load(loaders.streets_by_id, conditions.street_id)
        area, covering = f"street:{conditions.street_id}", street_record.areas if street_record else []
    elif conditions.district is not None:
        area = f"district:{conditions.district}"
        covering = [area]
    else:
        policies = await types.policies_of(context)
        return await count_of_all_estates(context.mongo, policies.districts, scope=context.scope)
    return await count_of_estates(context.mongo, area, scope=context.scope, covering=covering)
