"""The root fields of contracts, selections and bundles."""

from datetime import timedelta

import strawberry

from kit.graphql.connections import Connection, page_request
from services.registry.graphql import bundle_types, selection_types, service_contract_types, types
from services.registry.graphql.context import Info
from services.registry.store.contracts import page_of_ending_contracts


@strawberry.type(description="A page of contracts.")
class ServiceContractConnection(Connection):
    """A page of contracts."""

    nodes: list[service_contract_types.ServiceContract]


@strawberry.type
class ContractQueries:
    """The root fields of contracts, selections and bundles."""

    @strawberry.field(description="The bundle with this id; null when unknown or out of scope.")
    async def bundle(self, info: Info, id: strawberry.ID) -> bundle_types.Bundle | None:  # noqa: A002
        return await bundle_types.bundle(info.context, id)

    @strawberry.field(description="The selection with this id; null when unknown or out of scope.")
    async def provider_selection(
        self,
        info: Info,
        id: strawberry.ID,  # noqa: A002
    ) -> selection_types.ProviderSelection | None:
        return await selection_types.selection(info.context, id)

    @strawberry.field(
        description="The contracts of the caller's area whose term ends within the time in which a provider has to say "
        "that it will not renew (Civil Code, art. 947), and that are on no way out: the next to end first, 1 to 100 a "
        "page. Without a total."
    )
    async def ending_contracts(
        self, info: Info, first: int = 20, after: str | None = None
    ) -> ServiceContractConnection:
        context = info.context
        page = page_request(first=first, after=after)
        limits = (await types.policies_of(context)).national(context.today).time_limits
        records = await page_of_ending_contracts(
            context.mongo,
            from_=context.today,
            until=context.today + timedelta(days=limits.no_renewal_notice_days),
            scope=context.scope,
            after=None if page.after is None else str(page.after[0]),
            limit=page.limit,
        )
        shown, page_info = page.cut(records, key=lambda record: (record.ends_key,))
        nodes = [service_contract_types.ServiceContract.of(record) for record in shown]
        return ServiceContractConnection(nodes=nodes, page_info=page_info, total_count=None)
