"""What can be asked of the registry at the root."""

from datetime import date

import strawberry

from kit.graphql.scalars import DistrictCode
from services.registry.domain.search import search_term
from services.registry.graphql import (
    decision_types,
    district_types,
    estate_types,
    loaders,
    part_types,
    provider_types,
    search_types,
    service_contract_types,
    types,
)
from services.registry.graphql.context import Info
from services.registry.graphql.contract_queries import ContractQueries
from services.registry.graphql.correction_queries import CorrectionQueries
from services.registry.graphql.document_queries import DocumentQueries
from services.registry.graphql.file_task_queries import FileTaskQueries
from services.registry.graphql.inputs.estates import EstateFilter
from services.registry.graphql.labels import LABELS
from services.registry.graphql.mode_queries import ModeQueries
from services.registry.graphql.report_queries import ReportQueries
from services.registry.graphql.search_queries import SearchQueries
from services.registry.store.estates import EstateFilter as EstateConditions


@strawberry.type
class Query(
    ContractQueries, CorrectionQueries, DocumentQueries, FileTaskQueries, SearchQueries, ModeQueries, ReportQueries
):
    """The registry's root fields."""

    registry_enum_labels = LABELS.query_field()

    @strawberry.field(description="The district of this area code; null when no policy of it is mounted.")
    async def district(self, info: Info, code: DistrictCode) -> district_types.District | None:
        return await district_types.district_of(info.context, code)

    @strawberry.field(description="The estate with this id; null when unknown or out of scope.")
    async def estate(self, info: Info, id: strawberry.ID) -> estate_types.Estate | None:  # noqa: A002
        return await estate_types.estate(info.context, id)

    @strawberry.field(
        description="The estates that the caller may see, a page of 1 to 100: by code, or by what `search` found."
    )
    async def estates(
        self,
        info: Info,
        filter: EstateFilter | None = None,  # noqa: A002
        first: int = 20,
        after: str | None = None,
    ) -> estate_types.EstateConnection:
        wanted = filter or EstateFilter()
        conditions = EstateConditions(
            district=wanted.district,
            street_id=wanted.street_id,
            community_id=wanted.community_id,
            modes=tuple(wanted.mode or ()),
            enclosure=wanted.enclosure,
            kind=wanted.kind,
            last_old_days=await search_types.last_old_days(info.context) if wanted.old_only else None,
        )
        if wanted.search is None:
            return await estate_types.estate_page(info, conditions, first=first, after=after)
        term = search_term(wanted.search)
        return await search_types.estate_search_page(info, term, conditions, first=first, after=after)

    @strawberry.field(description="The exclusive part with this id; null when unknown or out of scope.")
    async def exclusive_part(self, info: Info, id: strawberry.ID) -> part_types.ExclusivePart | None:  # noqa: A002
        return await part_types.exclusive_part(info.context, id)

    @strawberry.field(description="The owner with this id; null when unknown or out of scope.")
    async def owner(self, info: Info, id: strawberry.ID) -> part_types.Owner | None:  # noqa: A002
        return await part_types.owner(info.context, id)

    @strawberry.field(description="The provider with this id; null when unknown.")
    async def provider(self, info: Info, id: strawberry.ID) -> provider_types.Provider | None:  # noqa: A002
        return await provider_types.provider(info.context, id)

    @strawberry.field(description="The contract with this id; null when unknown or out of scope.")
    async def contract(self, info: Info, id: strawberry.ID) -> service_contract_types.ServiceContract | None:  # noqa: A002
        return await service_contract_types.contract(info.context, id)

    @strawberry.field(description="The joint decision with this id; null when unknown or out of scope.")
    async def joint_decision(self, info: Info, id: strawberry.ID) -> decision_types.JointDecision | None:  # noqa: A002
        return await decision_types.joint_decision(info.context, id)

    @strawberry.field(description="The community with this id; null when unknown.")
    async def community(self, info: Info, id: strawberry.ID) -> district_types.Community | None:  # noqa: A002
        return await district_types.community(info.context, id)

    @strawberry.field(description="The street with this id; null when unknown.")
    async def street(self, info: Info, id: strawberry.ID) -> district_types.Street | None:  # noqa: A002
        return await district_types.street(info.context, id)

    @strawberry.field(
        description="The policy of a district in force on a day; INSTRUMENT_NOT_AVAILABLE when there is none."
    )
    async def policy(self, info: Info, district: DistrictCode, at: date) -> types.PolicyVersion:
        policies = await info.context.load(loaders.policies_in_force, "now")
        assert policies is not None
        return types.PolicyVersion.of(policies.at(district, at))

    @strawberry.field(description="Who asks, as the token says.")
    def me(self, info: Info) -> types.Viewer:
        caller = info.context.caller
        grants = caller.scope.area_filter()
        return types.Viewer(
            subject=caller.subject, roles=sorted(caller.roles), scopes=["*"] if grants is None else grants
        )
