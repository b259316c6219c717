"""The registry's entities as the schema shows them; every field is answered from a record of the store."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, TypeVar

import strawberry

from kit.area import Area
from kit.errors import InstrumentNotAvailable, PreconditionMissing
from kit.graphql.connections import Connection, page_request, total_is_selected
from kit.graphql.scalars import DistrictCode, Json
from kit.ratio import Ratio
from kit.score import Score
from policy.policies import Policies
from policy.policy_version import PolicyVersion as PolicyVersionInForce
from services.registry.domain.contract import binds_owners
from services.registry.domain.contract_exit import (
    continues_indefinitely,
    is_handover_accepted,
    post_termination_from,
    renewal_alarm_on,
)
from services.registry.domain.contract_state import SERVING_STATES
from services.registry.domain.estate import is_old_estate
from services.registry.domain.gate import boundary_of
from services.registry.domain.owner import shown_name
from services.registry.domain.ownership import (
    fee_debtors,
    holding,
    is_unsold,
    sees_ownership_of,
    voting_representative,
)
from services.registry.domain.service_item import form_of
from services.registry.domain.territory import private_areas
from services.registry.domain.welfare_pool import is_member
from services.registry.graphql import (
    base_ledger_types,
    bundle_types,
    finance_types,
    loaders,
    mode_types,
    selection_types,
    staff_types,
    territory_loaders,
    territory_types,
)
from services.registry.graphql.context import Context, Info
from services.registry.graphql.contract_types import (
    ContractExitStep,
    ContractPromise,
    ContractTerms,
    ExitNotice,
    HandoverItem,
    OverdueDeposit,
    ServiceItem,
    Tender,
    handover_checklist,
)
from services.registry.graphql.enums import (
    AreaBasis,
    ContractForm,
    ContractKind,
    ContractState,
    DecisionMatter,
    DecisionState,
    Enclosure,
    EndCause,
    EstateKind,
    OwnerKind,
    OwnersBody,
    ProviderKind,
    ProviderSource,
    RowOutcome,
)
from services.registry.graphql.mode_enums import ManagementMode, TitleSituation
from services.registry.graphql.node import Node as Node
from services.registry.graphql.territory_enums import GateBoundary, GridDepartment
from services.registry.store.congresses import CongressRecord
from services.registry.store.contract_documents import ContractRecord
from services.registry.store.decisions import DecisionRecord
from services.registry.store.estates import (
    EstateFilter as EstateConditions,
)
from services.registry.store.estates import (
    EstateRecord,
    count_of_all_estates,
    count_of_estates,
    page_of_estates,
)
from services.registry.store.owners import OwnerRecord
from services.registry.store.parts import BuildingRecord, PartRecord
from services.registry.store.providers import CreditLookupRecord, ProviderRecord
from services.registry.store.territory import CommunityRecord, StreetRecord

if TYPE_CHECKING:
    from services.registry.graphql.bundle_types import Bundle
    from services.registry.graphql.finance_types import ArrearsMark, FundCustody, FundUse
    from services.registry.graphql.selection_types import ProviderSelection
    from services.registry.graphql.staff_types import CommunityDonation, StaffCount
    from services.registry.graphql.territory_types import (
        DutyRow,
        EstateFacility,
        EstateMembership,
        GoverningBody,
        GridContact,
        PropertyRoom,
        ServiceArea,
    )

RecordT = TypeVar("RecordT")
_BundleRef = Annotated["Bundle", strawberry.lazy("services.registry.graphql.bundle_types")]
_SelectionRef = Annotated["ProviderSelection", strawberry.lazy("services.registry.graphql.selection_types")]
_StaffRef = Annotated["StaffCount", strawberry.lazy("services.registry.graphql.staff_types")]
_DonationRef = Annotated["CommunityDonation", strawberry.lazy("services.registry.graphql.staff_types")]
_FINANCE = strawberry.lazy("services.registry.graphql.finance_types")
_ArrearsMarkRef = Annotated["ArrearsMark", _FINANCE]
_FundCustodyRef = Annotated["FundCustody", _FINANCE]
_FundUseRef = Annotated["FundUse", _FINANCE]
_BuildingRef = Annotated["Building", strawberry.lazy("services.registry.graphql.types")]
_TERRITORY = strawberry.lazy("services.registry.graphql.territory_types")
_EstateMembershipRef = Annotated["EstateMembership", _TERRITORY]
_FacilityRef = Annotated["EstateFacility", _TERRITORY]
_GoverningBodyRef = Annotated["GoverningBody", _TERRITORY]
_GridContactRef = Annotated["GridContact", _TERRITORY]
_PropertyRoomRef = Annotated["PropertyRoom", _TERRITORY]
_ServiceAreaRef = Annotated["ServiceArea", _TERRITORY]
_DutyRef = Annotated["DutyRow", _TERRITORY]


async def policies_of(context: Context) -> Policies:
    """Return the policies as they are in force for this request."""
    policies = await context.load(loaders.policies_in_force, "now")
    assert policies is not None
    return policies


@strawberry.federation.type(keys=["id"], description="One version of a district's policy, in force from a day on.")
class PolicyVersion(Node):
    """A version of a policy with its period."""

    id: strawberry.ID = strawberry.field(description='Such as "360702-v1".')
    district: DistrictCode = strawberry.field(description="The area whose document it is.")
    version: int = strawberry.field(description="The version's number within its area, from 1.")
    effective_from: date = strawberry.field(description="The first day.")
    effective_to: date | None = strawberry.field(description="The last day, included; null while nothing ends it.")
    source: str = strawberry.field(description="The document it rests on.")
    params: Json = strawberry.field(
        description="Every instrument with its status and its values: value, unit, clause, document, status."
    )

    @classmethod
    def of(cls, version: PolicyVersionInForce) -> "PolicyVersion":
        """Return the version as the schema shows it."""
        return cls(
            id=strawberry.ID(version.id),
            district=DistrictCode(version.district),
            version=version.version,
            effective_from=version.effective_from,
            effective_to=version.effective_to,
            source=str(version.document),
            params=Json(_params_of(version)),
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> "PolicyVersion | None":  # noqa: A002
        """Return the version of this id if it is in force from some day on."""
        return await policy_version(info.context, id)


def _params_of(version: PolicyVersionInForce) -> dict[str, object]:
    return {
        key: {
            "status": source.status.value,
            "clause": source.clause,
            "values": {
                parameter.name: {
                    "value": parameter.plain,
                    "unit": parameter.unit,
                    "clause": parameter.clause,
                    "document": parameter.document,
                    "status": parameter.status.value,
                }
                for parameter in (
                    version.file.instruments[key].parameters.values() if key in version.file.instruments else ()
                )
            },
        }
        for key, source in version.file.sources.items()
    }


async def policy_version(context: Context, version_id: str) -> PolicyVersion | None:
    """Return a mounted version if it is in force from some day on: by its document, or as an operator activated it."""
    policies = await policies_of(context)
    mounted = {policy_file.id: policy_file for policy_file in policies.files}
    policy_file = mounted.get(version_id)
    if policy_file is None:
        return None
    activation = await context.load(loaders.activations_by_version, version_id)
    first_day = policy_file.effective_from or (activation.effective_from if activation is not None else None)
    if first_day is None:
        return None
    return PolicyVersion.of(policies.at(policy_file.area, first_day))


@strawberry.federation.type(keys=["code"], description="A district with a policy document.")
class District:
    """A district by its area code."""

    code: DistrictCode = strawberry.field(description='The six-digit area code, e.g. "360702".')
    name: str = strawberry.field(description="As its document names it.")

    @classmethod
    async def resolve_reference(cls, info: Info, code: str) -> "District | None":
        """Return the district of this code; null when no policy of it is mounted."""
        return await district_of(info.context, code)

    @strawberry.field(description="Its towns, streets and management offices, by name; some tens.")
    async def streets(self, info: Info) -> list["Street"]:
        found = await info.context.load(loaders.streets_by_district, str(self.code))
        return [Street.of(street) for street in found or ()]

    @strawberry.field(description="The bodies that lead its work, in the order in which they were formed.")
    async def bodies(self, info: Info) -> list[_GoverningBodyRef]:
        found = await info.context.load(territory_loaders.bodies_by_district, str(self.code))
        return [territory_types.GoverningBody.of(body) for body in found or ()]

    @strawberry.field(description="The versions of its policy that are in force from some day on, by number.")
    async def policies(self, info: Info) -> list[PolicyVersion]:
        policies = await policies_of(info.context)
        ids = [policy_file.id for policy_file in policies.files if policy_file.area == self.code]
        versions = [await policy_version(info.context, version_id) for version_id in ids]
        return [version for version in versions if version is not None]


async def district_of(context: Context, code: str) -> District | None:
    """Return the district if a policy of it is mounted."""
    policies = await policies_of(context)
    name = next((policy_file.area_name for policy_file in policies.files if policy_file.area == code), None)
    return None if name is None or code not in policies.districts else District(code=DistrictCode(code), name=name)


@strawberry.federation.type(keys=["id"], description="A town, street or management office of a district.")
class Street(Node):
    """A street."""

    record: strawberry.Private[StreetRecord]
    name: str = strawberry.field(description="Its name, unique within the district.")

    @classmethod
    def of(cls, record: StreetRecord) -> "Street":
        """Return the street as the schema shows it."""
        return cls(id=strawberry.ID(record.id), record=record, name=record.name)

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> "Street | None":  # noqa: A002
        """Return the street of this id."""
        return await street(info.context, id)

    @strawberry.field(description="The district it belongs to.")
    async def district(self, info: Info) -> District:
        found = await district_of(info.context, self.record.district)
        return found or District(code=DistrictCode(self.record.district), name=self.record.district)

    @strawberry.field(description="Its communities, by name; some tens.")
    async def communities(self, info: Info) -> list["Community"]:
        found = await info.context.load(loaders.communities_by_street, self.record.id)
        return [Community.of(community) for community in found or ()]

    @strawberry.field(description="How it is divided for property service, by name; some tens.")
    async def service_areas(self, info: Info) -> list[_ServiceAreaRef]:
        found = await info.context.load(territory_loaders.service_areas_by_street, self.record.id)
        return [territory_types.ServiceArea.of(area) for area in found or ()]

    @strawberry.field(description="Its own task groups, in the order in which they were formed.")
    async def bodies(self, info: Info) -> list[_GoverningBodyRef]:
        found = await info.context.load(territory_loaders.bodies_by_street, self.record.id)
        return [territory_types.GoverningBody.of(body) for body in found or ()]

    @strawberry.field(
        description="What it and its communities answer for because the area is theirs, by the district's document in "
        "force on a day, today when none is named; none where the document is silent."
    )
    async def duties(self, info: Info, at: date | None = None) -> list[_DutyRef]:
        return list(await territory_types.duties_for_area(info.context, district=self.record.district, at=at))

    @strawberry.field(description="Its work plans and those of its communities that the caller may see, by first day.")
    async def work_plans(self, info: Info) -> list[base_ledger_types.WorkPlan]:
        found = await info.context.load(territory_loaders.plans_by_street, self.record.id)
        return [base_ledger_types.WorkPlan.of(plan) for plan in found or ()]

    @strawberry.field(description="Its estates that the caller may see, by code, a page of 1 to 100.")
    async def estates(self, info: Info, first: int = 20, after: str | None = None) -> "EstateConnection":
        return await estate_page(info, EstateConditions(street_id=self.record.id), first=first, after=after)


@strawberry.federation.type(keys=["id"], description="A community of a street.")
class Community(Node):
    """A community."""

    record: strawberry.Private[CommunityRecord]
    name: str = strawberry.field(description="Its name, unique within the street.")

    @classmethod
    def of(cls, record: CommunityRecord) -> "Community":
        """Return the community as the schema shows it."""
        return cls(id=strawberry.ID(record.id), record=record, name=record.name)

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> "Community | None":  # noqa: A002
        """Return the community of this id."""
        return await community(info.context, id)

    @strawberry.field(description="The street it belongs to.")
    async def street(self, info: Info) -> Street:
        return Street.of(there(await info.context.load(loaders.streets_by_id, self.record.street_id)))

    @strawberry.field(description="Its estates that the caller may see, by code; some tens.")
    async def estates(self, info: Info) -> list["Estate"]:
        found = await info.context.load(loaders.estates_by_community, self.record.id)
        return [Estate.of(estate) for estate in found or ()]

    @strawberry.field(description="Its property office; null while it has none.")
    async def property_room(self, info: Info) -> _PropertyRoomRef | None:
        found = await info.context.load(territory_loaders.rooms_by_community, self.record.id)
        return territory_types.PropertyRoom.of(found[0]) if found else None

    @strawberry.field(description="The property offices it has and had, the latest first.")
    async def property_rooms(self, info: Info) -> list[_PropertyRoomRef]:
        found = await info.context.load(territory_loaders.rooms_by_community, self.record.id)
        return [territory_types.PropertyRoom.of(room) for room in found or ()]

    @strawberry.field(description="The person each department of the grid names for it, by department.")
    async def grid_contacts(self, info: Info) -> list[_GridContactRef]:
        return list(await territory_types.grid_contacts(info.context, self.record.id))

    @strawberry.field(
        description="The departments of the district's grid that named nobody for it; none where it has no grid."
    )
    async def missing_grid_contacts(self, info: Info) -> list[GridDepartment]:
        return await territory_types.missing_grid_contacts(
            info.context, district=self.record.district, community_id=self.record.id
        )

    @strawberry.field(description="What providers gave for community building, the latest first; as far as seen.")
    async def donations(self, info: Info) -> list[_DonationRef]:
        return await staff_types.donations_to_community(info.context, self.record.id)


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
    async def street(self, info: Info) -> Street:
        return Street.of(there(await info.context.load(loaders.streets_by_id, self.record.place.street_id)))

    @strawberry.field(description="The one community it belongs to.")
    async def community(self, info: Info) -> Community:
        found = await info.context.load(loaders.communities_by_id, self.record.place.community_id)
        return Community.of(there(found))

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
        policies = await policies_of(info.context)
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
    async def buildings(self, info: Info) -> list["Building"]:
        found = await info.context.load(loaders.buildings_by_estate, self.record.id)
        return [Building.of(building) for building in found or ()]

    @strawberry.field(description="Which body of its owners it has.")
    def owners_body(self) -> OwnersBody:
        return self.record.owners_body

    @strawberry.field(description="Its owners' congress; null before one is formed.")
    async def congress(self, info: Info) -> "OwnersCongress | None":
        return await congress(info.context, self.record.congress_id)

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
    async def current_contract(self, info: Info) -> "ServiceContract | None":
        return await _current_contract(info.context, self.record.id)

    @strawberry.field(description="All its contracts, the latest signed first.")
    async def contracts(self, info: Info) -> list["ServiceContract"]:
        found = await info.context.load(loaders.contracts_by_estate, self.record.id)
        return [ServiceContract.of(contract) for contract in found or ()]

    @strawberry.field(description="Who serves it today; null when nobody does.")
    async def provider(self, info: Info) -> "Provider | None":
        contract = await _current_contract(info.context, self.record.id)
        return None if contract is None else await provider(info.context, contract.record.provider_id)

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
    async def decisions(self, info: Info, state: list[DecisionState] | None = None) -> list["JointDecision"]:
        found = await info.context.load(loaders.decisions_by_estate, self.record.id)
        return [JointDecision.of(decision) for decision in found or () if state is None or decision.state in state]

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


@strawberry.federation.type(keys=["id"], description="A building of an estate.")
class Building(Node):
    """A building."""

    record: strawberry.Private[BuildingRecord]
    label: str = strawberry.field(description="Its label, unique within the estate.")
    has_lift: bool = strawberry.field(description="Whether it has a lift.")
    gross_area: Area = strawberry.field(description="Its floor area in m2.")

    @classmethod
    def of(cls, record: BuildingRecord) -> "Building":
        """Return the building as the schema shows it."""
        return cls(
            id=strawberry.ID(record.id),
            record=record,
            label=record.label,
            has_lift=record.has_lift,
            gross_area=record.gross_area,
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> "Building | None":  # noqa: A002
        """Return the building of this id if the caller may see it."""
        return await building(info.context, id)

    @strawberry.field(description="Its exclusive parts that the caller may see, by door; some hundreds.")
    async def parts(self, info: Info) -> list["ExclusivePart"]:
        found = await info.context.load(loaders.parts_by_building, self.record.id)
        return [ExclusivePart.of(part) for part in found or ()]


@strawberry.type(description="A share of an exclusive part.")
class Ownership:
    """A share of a part."""

    owner_id: strawberry.Private[str]
    share: Ratio = strawberry.field(description='The owner\'s share, e.g. "0.5000"; the shares of a part make 1.')
    from_: date = strawberry.field(name="from", description="The first day.")
    to: date | None = strawberry.field(description="The day it ended; null while it holds.")

    @strawberry.field(description="Who owns the share; null when the caller may not see the owner.")
    async def owner(self, info: Info) -> "Owner | None":
        return await owner(info.context, self.owner_id)


@strawberry.federation.type(keys=["id"], description="An exclusive part of a building: a home, a shop.")
class ExclusivePart(Node):
    """An exclusive part."""

    record: strawberry.Private[PartRecord]
    door_number: str = strawberry.field(description="Its door, unique within the building.")
    area: Area = strawberry.field(description="Its floor area in m2.")
    area_basis: AreaBasis = strawberry.field(description="What the area rests on.")

    @classmethod
    def of(cls, record: PartRecord) -> "ExclusivePart":
        """Return the part as the schema shows it."""
        return cls(
            id=strawberry.ID(record.id),
            record=record,
            door_number=record.door_number,
            area=record.area,
            area_basis=record.area_basis,
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> "ExclusivePart | None":  # noqa: A002
        """Return the part of this id if the caller may see it."""
        return await exclusive_part(info.context, id)

    @strawberry.field(description="Its building; null when the caller may see the part alone.")
    async def building(self, info: Info) -> _BuildingRef | None:
        return await building(info.context, self.record.building_id)

    @strawberry.field(description="Its estate; null when the caller may see the part alone.")
    async def estate(self, info: Info) -> Estate | None:
        return await estate(info.context, self.record.estate_id)

    @strawberry.field(
        description="Who owns it on a day; today when none is named. A caller who sees the part as its owner sees the "
        "days of the own share: a former owner keeps the own past, and does not learn who came after."
    )
    def ownerships(self, info: Info, at: date | None = None) -> list[Ownership]:
        day = at or info.context.today
        if not self._sees_ownership(info, day):
            return []
        return [
            Ownership(owner_id=share.owner_id, share=share.share, from_=share.from_, to=share.to)
            for share in holding(self.record.ownerships, day)
        ]

    @strawberry.field(
        description="Who votes for it today: its one owner, or the co-owner who was named; null while co-owners have "
        "named nobody, or when the caller may not see the owner."
    )
    async def voting_representative(self, info: Info) -> "Owner | None":
        today = info.context.today
        if not self._sees_ownership(info, today):
            return None
        named = voting_representative(self.record.ownerships, self.record.representative, on=today)
        return await owner(info.context, named)

    @strawberry.field(
        description="Whether developers alone own it today; null when the caller may not see who does, and for a part "
        "that nobody owns yet."
    )
    async def unsold(self, info: Info) -> bool | None:
        today = info.context.today
        holders = holding(self.record.ownerships, today)
        owners = await info.context.load_many(loaders.owners_by_id, [share.owner_id for share in holders])
        if not holders or len(owners) < len(holders) or not self._sees_ownership(info, today):
            return None
        return is_unsold(holders, {found.id: found.kind for found in owners}, on=today)

    @strawberry.field(
        description="Who owes its fee on a day, today by default: its owners, or the developer that sold it and "
        "has not delivered it (Property Management Regulations, art. 41); only those whom the caller may see."
    )
    async def fee_debtors(self, info: Info, at: date | None = None) -> list["Owner"]:
        day = at or info.context.today
        if not self._sees_ownership(info, day):
            return []
        debtors = fee_debtors(self.record.ownerships, self.record.sale, on=day)
        return [Owner.of(found) for found in await info.context.load_many(loaders.owners_by_id, list(debtors))]

    @strawberry.field(
        description="The day a developer delivered it after its sale; null when none sold it, or before the delivery."
    )
    def delivered_on(self) -> date | None:
        return None if self.record.sale is None else self.record.sale.delivered_on

    def _sees_ownership(self, info: Info, day: date) -> bool:
        record = self.record
        without_owners = private_areas(record.place, record.estate_id, part_id=record.id, owner_ids=[])
        return sees_ownership_of(
            record.ownerships, on=day, scope=info.context.scope, areas_without_owners=without_owners
        )


@strawberry.federation.type(keys=["id"], description="An owner of exclusive parts.")
class Owner(Node):
    """An owner."""

    record: strawberry.Private[OwnerRecord]
    kind: OwnerKind = strawberry.field(description="What the owner is.")

    @classmethod
    def of(cls, record: OwnerRecord) -> "Owner":
        """Return the owner as the schema shows it."""
        return cls(id=strawberry.ID(record.id), record=record, kind=record.kind)

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> "Owner | None":  # noqa: A002
        """Return the owner of this id if the caller may see the owner."""
        return await owner(info.context, id)

    @strawberry.field(
        description='The name; of a natural person only the first character, e.g. "王**", unless the caller is that '
        "owner or an office that works with it."
    )
    def display_name(self, info: Info) -> str:
        return shown_name(self.record.name, kind=self.record.kind, owner_id=self.record.id, caller=info.context.caller)

    @strawberry.field(description="The parts held today that the caller may see, by door.")
    async def parts(self, info: Info) -> list[ExclusivePart]:
        found = await info.context.load(loaders.parts_by_owner, self.record.id)
        return [ExclusivePart.of(part) for part in found or ()]


@strawberry.type(description="The congress's public account, without its number.")
class OwnersAccount:
    """The public account of a congress."""

    reference: str = strawberry.field(description="The bank's reference of the account.")
    opened_on: date = strawberry.field(description="The day it was opened.")


@strawberry.federation.type(keys=["id"], description="The owners' congress of an estate.")
class OwnersCongress(Node):
    """An owners' congress."""

    record: strawberry.Private[CongressRecord]
    formed_on: date = strawberry.field(description="The day it was formed.")
    filed_on: date | None = strawberry.field(description="The day it was filed; null before.")
    account: OwnersAccount | None = strawberry.field(description="Its public account; null before one is opened.")

    @classmethod
    def of(cls, record: CongressRecord) -> "OwnersCongress":
        """Return the congress as the schema shows it."""
        account = record.account
        return cls(
            id=strawberry.ID(record.id),
            record=record,
            formed_on=record.formed_on,
            filed_on=record.filed_on,
            account=None
            if account is None
            else OwnersAccount(reference=account.reference, opened_on=account.opened_on),
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> "OwnersCongress | None":  # noqa: A002
        """Return the congress of this id if the caller may see it."""
        return await congress(info.context, id)

    @strawberry.field(description="The estate whose owners formed it.")
    async def estate(self, info: Info) -> Estate:
        return Estate.of(there(await info.context.load(loaders.estates_by_id, self.record.estate_id)))


@strawberry.federation.type(keys=["id"], description="A provider of property services.")
class Provider(Node):
    """A provider."""

    record: strawberry.Private[ProviderRecord]
    name: str = strawberry.field(description="Its registered name.")
    unified_credit_code: str = strawberry.field(description="The 18 characters of GB 32100-2015.")
    kind: ProviderKind = strawberry.field(description="What kind of provider it is.")
    filed_with_authority: bool = strawberry.field(description="Whether it is filed with the authority.")
    filed_on: date | None = strawberry.field(description="The day of the filing; null before.")
    source: ProviderSource | None = strawberry.field(description="Where it comes from; null where nobody said.")
    source_body: str | None = strawberry.field(
        description="Who funds a new one, what a restructured one was before, a partner by equity."
    )
    registration_number: str | None = strawberry.field(
        description="A private non-enterprise unit's number; null for any other kind."
    )
    public_welfare_pool: bool = strawberry.field(description="Whether it is in the pool of public-welfare companies.")
    pool_joined_on: date | None = strawberry.field(description="The day it last joined the pool; null if it never did.")
    pool_left_on: date | None = strawberry.field(description="The day it left the pool again; null while it is in it.")

    @classmethod
    def of(cls, record: ProviderRecord) -> "Provider":
        """Return the provider as the schema shows it."""
        return cls(
            id=strawberry.ID(record.id),
            record=record,
            name=record.name,
            unified_credit_code=record.unified_credit_code,
            kind=record.kind,
            filed_with_authority=record.filing is not None,
            filed_on=None if record.filing is None else record.filing.filed_on,
            source=record.source,
            source_body=record.source_body,
            registration_number=record.registration_number,
            public_welfare_pool=is_member(record.pool),
            pool_joined_on=None if record.pool is None else record.pool.joined_on,
            pool_left_on=None if record.pool is None else record.pool.left_on,
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> "Provider | None":  # noqa: A002
        """Return the provider of this id."""
        return await provider(info.context, id)

    @strawberry.field(description="The contracts under which it serves and that the caller may see.")
    async def active_contracts(self, info: Info) -> list["ServiceContract"]:
        found = await info.context.load(loaders.active_contracts_by_provider, self.record.id)
        return [ServiceContract.of(contract) for contract in found or ()]


@strawberry.type(description="A yearly score as it was shown at a look-up.")
class ShownScore:
    """A score of one year."""

    year: int = strawberry.field(description="The year.")
    score: Score = strawberry.field(description='Points from "0.00" to "100.00".')
    serious_dishonesty: bool = strawberry.field(description="Whether a serious act of dishonesty was recorded.")


@strawberry.federation.type(keys=["id"], description="A look-up of a candidate's filing and credit before a selection.")
class CreditLookup(Node):
    """A credit look-up: who, when, what was shown."""

    record: strawberry.Private[CreditLookupRecord]
    looked_up_by: str = strawberry.field(description="The subject of the token of whoever looked it up.")
    looked_up_at: datetime = strawberry.field(description="When.")
    looked_up_on: date = strawberry.field(description="The business date of it; it counts for votes on or after it.")
    filed_with_authority: bool = strawberry.field(description="Whether a filing was shown.")
    blacklisted: bool = strawberry.field(description="Whether an entry of the blacklist was shown.")
    scores: list[ShownScore] = strawberry.field(description="The yearly scores that were shown, by year.")

    @classmethod
    def of(cls, record: CreditLookupRecord) -> "CreditLookup":
        """Return the look-up as the schema shows it."""
        return cls(
            id=strawberry.ID(record.id),
            record=record,
            looked_up_by=record.looked_up_by,
            looked_up_at=record.looked_up_at,
            looked_up_on=record.looked_up_on,
            filed_with_authority=record.filed,
            blacklisted=record.blacklisted,
            scores=[
                ShownScore(year=score.year, score=score.score, serious_dishonesty=score.serious_dishonesty)
                for score in record.scores
            ],
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> "CreditLookup | None":  # noqa: A002
        """Return the look-up of this id if the caller may see it."""
        return await credit_lookup(info.context, id)

    @strawberry.field(description="The candidate.")
    async def provider(self, info: Info) -> Provider:
        return Provider.of(there(await info.context.load(loaders.providers_by_id, self.record.provider_id)))

    @strawberry.field(description="The estate that selects.")
    async def estate(self, info: Info) -> Estate:
        return Estate.of(there(await info.context.load(loaders.estates_by_id, self.record.estate_id)))


@strawberry.type(description="Who may vote.")
class VoteRoll:
    """The roll of a joint decision."""

    frozen_at: datetime | None = strawberry.field(description="When the roll was fixed.")
    total_area: Area = strawberry.field(description="The area of all parts in the decision's scope, in m2.")
    total_persons: int = strawberry.field(description="How many persons, counted as the law does.")


@strawberry.type(description="How a joint decision came out, counted in whole numbers.")
class VoteResult:
    """The result of a joint decision."""

    participating_area: Area = strawberry.field(description="The area that took part, in m2.")
    participating_persons: int = strawberry.field(description="How many persons took part.")
    agree_area: Area = strawberry.field(description="The area that agreed, in m2.")
    agree_persons: int = strawberry.field(description="How many persons agreed.")
    quorum_met: bool = strawberry.field(description="Whether two thirds of area and of persons took part.")
    passed: bool = strawberry.field(description="Whether the quorum was met and the majority that the matter needs.")
    external_system_ref: str = strawberry.field(description="The external voting system's reference of the result.")
    closed_on: date = strawberry.field(description="The day it was closed.")


@strawberry.federation.type(keys=["id"], description="A joint decision of owners.")
class JointDecision(Node):
    """A joint decision."""

    record: strawberry.Private[DecisionRecord]
    matter: DecisionMatter = strawberry.field(description="What is decided.")
    special: bool = strawberry.field(description="Whether it needs three quarters (Civil Code, art. 278, nos. 6-8).")
    state: DecisionState = strawberry.field(description="Where it stands.")
    subject_ref: str | None = strawberry.field(
        description="What it is about, e.g. the id of a candidate provider or use."
    )
    notice_on: date = strawberry.field(description="The day the owners were told.")
    voting_from: date = strawberry.field(description="The first day of the vote.")
    voting_to: date = strawberry.field(description="The last day of the vote.")
    roll: VoteRoll = strawberry.field(description="Who may vote.")
    result: VoteResult | None = strawberry.field(description="How it came out; null before it is closed.")

    @classmethod
    def of(cls, record: DecisionRecord) -> "JointDecision":
        """Return the decision as the schema shows it."""
        result = record.result
        return cls(
            id=strawberry.ID(record.id),
            record=record,
            matter=record.matter,
            special=record.special,
            state=record.state,
            subject_ref=record.subject_ref,
            notice_on=record.notice_on,
            voting_from=record.voting_from,
            voting_to=record.voting_to,
            roll=VoteRoll(
                frozen_at=record.roll_frozen_at,
                total_area=record.roll.total_area,
                total_persons=record.roll.total_persons,
            ),
            result=None
            if result is None
            else VoteResult(
                participating_area=result.count.participating_area,
                participating_persons=result.count.participating_persons,
                agree_area=result.count.agree_area,
                agree_persons=result.count.agree_persons,
                quorum_met=result.quorum_met,
                passed=result.passed,
                external_system_ref=result.external_system_ref,
                closed_on=result.closed_on,
            ),
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> "JointDecision | None":  # noqa: A002
        """Return the decision of this id if the caller may see it."""
        return await joint_decision(info.context, id)

    @strawberry.field(description="The estate whose owners decide.")
    async def estate(self, info: Info) -> Estate:
        return Estate.of(there(await info.context.load(loaders.estates_by_id, self.record.estate_id)))

    @strawberry.field(description="The buildings whose owners decide; empty when the whole estate does.")
    async def scope(self, info: Info) -> list[Building]:
        found = await info.context.load_many(loaders.buildings_by_id, list(self.record.scope_building_ids))
        return [Building.of(record) for record in found]

    @strawberry.field(
        description="The use of a maintenance fund that is decided on, as finance announced it; null for another "
        "matter, and for a use that was not announced."
    )
    async def fund_use(self, info: Info) -> _FundUseRef | None:
        return await finance_types.use_decided_on(info.context, self.record)


@strawberry.type(description="A written advice to end a contract; it ends nothing by itself.")
class TerminationAdvice:
    """An advice to end a contract."""

    reason: str = strawberry.field(description="Why.")
    issued_on: date = strawberry.field(description="When it was issued.")
    issued_to: str = strawberry.field(description='To whom: "DEVELOPER" or the owners\' body that signed.')
    blacklist_entry_id: strawberry.ID | None = strawberry.field(description="The entry of the blacklist behind it.")


@strawberry.type(description="A single service of a contract that another provider does (Civil Code, art. 941).")
class Subcontract:
    """A subcontract."""

    provider_id: strawberry.Private[str]
    item_code: str = strawberry.field(description="The service's code.")
    share: Ratio = strawberry.field(description="Its share of the contract's price; all together stay below 1.")
    from_: date = strawberry.field(name="from", description="The first day.")

    @strawberry.field(description="Who does it.")
    async def provider(self, info: Info) -> Provider:
        return Provider.of(there(await info.context.load(loaders.providers_by_id, self.provider_id)))


@strawberry.federation.type(keys=["id"], description="A property service contract.")
class ServiceContract(Node):
    """A property service contract."""

    record: strawberry.Private[ContractRecord]
    number: str = strawberry.field(description="Its number, unique.")
    kind: ContractKind = strawberry.field(description="Who concluded it, and on which footing.")
    state: ContractState = strawberry.field(description="Where it stands; past its term it stays ACTIVE.")
    form: ContractForm = strawberry.field(description="Comprehensive, or one or several services of a menu.")
    signed_on: date | None = strawberry.field(description="The day of signing; null for a draft.")
    from_: date = strawberry.field(name="from", description="The first day of its term.")
    to: date | None = strawberry.field(description="The last day of its term; null when it is not limited.")
    signed_by_body: OwnersBody = strawberry.field(
        description="The owners' body that signed; NONE when the developer did, and for a draft."
    )
    binds_owners: bool = strawberry.field(
        description="Whether it binds every owner: a developer's contract, or one that owners decided on (art. 939)."
    )
    service_start_on: date | None = strawberry.field(description="The day service began; null before.")
    earliest_end_on: date | None = strawberry.field(
        description="The first day on which it may have ended after a notice; null before one (arts. 946-948)."
    )
    ended_on: date | None = strawberry.field(description="The day it ended; null before.")
    end_cause: EndCause | None = strawberry.field(description="Why it ended after an exit; null otherwise.")
    items: list[ServiceItem] = strawberry.field(description="Its services.")
    terms: ContractTerms = strawberry.field(description="Its other clauses.")
    tender: Tender | None = strawberry.field(description="How an early-stage provider was selected; null otherwise.")
    promises: list[ContractPromise] = strawberry.field(description="The provider's public promises, as attached.")
    subcontracts: list[Subcontract] = strawberry.field(description="The single services that others do.")
    exit_notice: ExitNotice | None = strawberry.field(description="The notice that its exit began with; null before.")
    exit_steps: list[ContractExitStep] = strawberry.field(description="The steps of its exit, in their order.")
    handover_checklist: list[HandoverItem] = strawberry.field(description="Rooms, facilities, documents.")
    handover_accepted: bool = strawberry.field(description="Whether all of it was handed over.")
    termination_advice: list[TerminationAdvice] = strawberry.field(description="The advices to end it, oldest first.")
    overdue_deposit: OverdueDeposit | None = strawberry.field(
        description="The overdue deposit of its latest contract year, as finance announced it; null when none is."
    )

    @classmethod
    def of(cls, record: ContractRecord) -> "ServiceContract":
        """Return the contract as the schema shows it."""
        notice, overdue = record.notice, record.deposit_marks.shown
        return cls(
            id=strawberry.ID(record.id),
            record=record,
            number=record.number,
            kind=record.kind,
            state=record.state,
            form=form_of(record.items),
            signed_on=record.signed_on,
            from_=record.from_,
            to=record.to,
            signed_by_body=record.signed_by_body,
            binds_owners=binds_owners(record.kind, state=record.state, decision_id=record.decision_id),
            service_start_on=record.service_start_on,
            earliest_end_on=None if notice is None else notice.earliest_end_on,
            ended_on=record.ended_on,
            end_cause=record.end_cause,
            items=[ServiceItem.of(item) for item in record.items],
            terms=ContractTerms.of(record.terms),
            tender=None if record.tender is None else Tender.of(record.tender),
            promises=[ContractPromise.of(promise) for promise in record.promises],
            subcontracts=[
                Subcontract(
                    provider_id=subcontract.provider_id,
                    item_code=subcontract.item_code,
                    share=subcontract.share,
                    from_=subcontract.from_,
                )
                for subcontract in record.subcontracts
            ],
            exit_notice=None if notice is None else ExitNotice.of(notice),
            exit_steps=[ContractExitStep.of(step) for step in record.steps],
            handover_checklist=handover_checklist(record.handed_over),
            handover_accepted=is_handover_accepted(record.handed_over),
            termination_advice=[
                TerminationAdvice(
                    reason=advice.reason,
                    issued_on=advice.issued_on,
                    issued_to=advice.issued_to,
                    blacklist_entry_id=strawberry.ID(advice.blacklist_entry_id),
                )
                for advice in record.advices
            ],
            overdue_deposit=None if overdue is None else OverdueDeposit.of(overdue),
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> "ServiceContract | None":  # noqa: A002
        """Return the contract of this id if the caller may see it."""
        return await contract(info.context, id)

    @strawberry.field(description="The estate that is served.")
    async def estate(self, info: Info) -> Estate:
        return Estate.of(there(await info.context.load(loaders.estates_by_id, self.record.estate_id)))

    @strawberry.field(description="Who serves.")
    async def provider(self, info: Info) -> Provider:
        return Provider.of(there(await info.context.load(loaders.providers_by_id, self.record.provider_id)))

    @strawberry.field(description="The joint decision it rests on; null when none is needed.")
    async def decision(self, info: Info) -> JointDecision | None:
        return await joint_decision(info.context, self.record.decision_id)

    @strawberry.field(description="The bundle of near estates it belongs to; null when it belongs to none.")
    async def bundle(self, info: Info) -> _BundleRef | None:
        return await bundle_types.bundle(info.context, self.record.bundle_id)

    @strawberry.field(description="The selection whose offer the owners chose; null where there was none.")
    async def selection(self, info: Info) -> _SelectionRef | None:
        return await selection_types.selection(info.context, self.record.selection_id)

    @strawberry.field(description="Whether it goes on past its term for an indefinite time (Civil Code, art. 948).")
    def continues_indefinitely(self, info: Info) -> bool:
        return continues_indefinitely(state=self.record.state, to=self.record.to, on=info.context.today)

    @strawberry.field(
        description="The last day on which the provider may say that it will not renew, 90 days before the end (Civil "
        "Code, art. 947); null without an end."
    )
    async def renewal_alarm_on(self, info: Info) -> date | None:
        limits = (await policies_of(info.context)).national(info.context.today).time_limits
        return renewal_alarm_on(self.record.to, limits)

    @strawberry.field(
        description="Since when the old provider serves on until it is taken over, and may charge for it (Civil Code, "
        "art. 950); null when it does not."
    )
    async def post_termination_from(self, info: Info) -> date | None:
        current = await _current_contract(info.context, self.record.estate_id)
        return post_termination_from(
            state=self.record.state,
            notice=self.record.notice,
            is_taken_over=current is not None and current.record.state is ContractState.ACTIVE,
            on=info.context.today,
        )


@strawberry.type(description="Who asks, as the token says.")
class Viewer:
    """Who asks."""

    subject: str = strawberry.field(description="The token's subject.")
    roles: list[str] = strawberry.field(description="The roles, sorted.")
    scopes: list[str] = strawberry.field(description='The grants, sorted; ["*"] for everything.')


@strawberry.type(description="What became of one row of a ledger.")
class ImportedRow:
    """The result of one row."""

    sheet: str = strawberry.field(description='The sheet\'s title; "CSV" for a CSV file.')
    row: int = strawberry.field(description="The row's number in the file, from 1.")
    outcome: RowOutcome = strawberry.field(description="What became of it.")
    cell: str | None = strawberry.field(description='The offending cell, e.g. "D5".')
    header: str | None = strawberry.field(description="The offending cell's column.")
    value: str | None = strawberry.field(description="The offending value.")
    code: str | None = strawberry.field(description="The code of the refusal.")
    reason: str | None = strawberry.field(description="Why the row was refused.")


@strawberry.type(description="What became of an estate ledger.")
class ImportReport:
    """The result of an import."""

    landed: int = strawberry.field(description="How many rows brought something new.")
    unchanged: int = strawberry.field(description="How many rows the registry had already.")
    rejected: int = strawberry.field(description="How many rows were refused.")
    rows: list[ImportedRow] = strawberry.field(description="Every row's result, in the order of the file.")


def there(record: RecordT | None) -> RecordT:
    """Return what a record refers to; whoever sees the record sees that as well, so its absence is a fault."""
    if record is None:
        raise LookupError("a record refers to another one that is not there")
    return record


async def street(context: Context, street_id: str | None) -> Street | None:
    """Return a street by id."""
    record = await context.load(loaders.streets_by_id, street_id)
    return None if record is None else Street.of(record)


async def community(context: Context, community_id: str | None) -> Community | None:
    """Return a community by id."""
    record = await context.load(loaders.communities_by_id, community_id)
    return None if record is None else Community.of(record)


async def estate(context: Context, estate_id: str | None) -> Estate | None:
    """Return an estate by id if the caller may see it."""
    record = await context.load(loaders.estates_by_id, estate_id)
    return None if record is None else Estate.of(record)


async def building(context: Context, building_id: str | None) -> Building | None:
    """Return a building by id if the caller may see it."""
    record = await context.load(loaders.buildings_by_id, building_id)
    return None if record is None else Building.of(record)


async def exclusive_part(context: Context, part_id: str | None) -> ExclusivePart | None:
    """Return a part by id if the caller may see it."""
    record = await context.load(loaders.parts_by_id, part_id)
    return None if record is None else ExclusivePart.of(record)


async def owner(context: Context, owner_id: str | None) -> Owner | None:
    """Return an owner by id if the caller may see the owner."""
    record = await context.load(loaders.owners_by_id, owner_id)
    return None if record is None else Owner.of(record)


async def congress(context: Context, congress_id: str | None) -> OwnersCongress | None:
    """Return a congress by id if the caller may see it."""
    record = await context.load(loaders.congresses_by_id, congress_id)
    return None if record is None else OwnersCongress.of(record)


async def provider(context: Context, provider_id: str | None) -> Provider | None:
    """Return a provider by id."""
    record = await context.load(loaders.providers_by_id, provider_id)
    return None if record is None else Provider.of(record)


async def credit_lookup(context: Context, lookup_id: str | None) -> CreditLookup | None:
    """Return a credit look-up by id if the caller may see it."""
    record = await context.load(loaders.lookups_by_id, lookup_id)
    return None if record is None else CreditLookup.of(record)


async def joint_decision(context: Context, decision_id: str | None) -> JointDecision | None:
    """Return a joint decision by id if the caller may see it."""
    record = await context.load(loaders.decisions_by_id, decision_id)
    return None if record is None else JointDecision.of(record)


async def contract(context: Context, contract_id: str | None) -> ServiceContract | None:
    """Return a contract by id if the caller may see it."""
    record = await context.load(loaders.contracts_by_id, contract_id)
    return None if record is None else ServiceContract.of(record)


async def _current_contract(context: Context, estate_id: str) -> ServiceContract | None:
    found = await context.load(loaders.contracts_by_estate, estate_id)
    # The states stand in the order of an exit: who begins to serve comes before who still hands over.
    serving = [record for record in found or () if record.state in SERVING_STATES]
    current = min(serving, key=lambda record: SERVING_STATES.index(record.state), default=None)
    return None if current is None else ServiceContract.of(current)


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
        policies = await policies_of(context)
        return await count_of_all_estates(context.mongo, policies.districts, scope=context.scope)
    return await count_of_estates(context.mongo, area, scope=context.scope, covering=covering)
