"""Bundles of near estates as the schema shows them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated

import strawberry

from services.registry.graphql import estate_types, loaders, provider_types, service_contract_types
from services.registry.graphql.context import Context, Info
from services.registry.graphql.node import Node
from services.registry.store.bundles import BundleRecord, find_bundles, find_bundles_of_estates
from services.registry.store.contract_documents import ContractRecord
from services.registry.store.contracts import find_contracts_of_bundles

if TYPE_CHECKING:
    from services.registry.graphql.estate_types import Estate
    from services.registry.graphql.provider_types import Provider
    from services.registry.graphql.service_contract_types import ServiceContract

_Estate = Annotated["Estate", strawberry.lazy("services.registry.graphql.estate_types")]
_Provider = Annotated["Provider", strawberry.lazy("services.registry.graphql.provider_types")]
_ServiceContract = Annotated["ServiceContract", strawberry.lazy("services.registry.graphql.service_contract_types")]


@strawberry.federation.type(
    keys=["id"], description="Near estates with one provider; each has its own decision, contract and ledger."
)
class Bundle(Node):
    """A bundle."""

    record: strawberry.Private[BundleRecord]
    name: str = strawberry.field(description="Its name.")
    formed_on: date = strawberry.field(description="The day it was formed.")

    @classmethod
    def of(cls, record: BundleRecord) -> "Bundle":
        """Return the bundle as the schema shows it."""
        return cls(id=strawberry.ID(record.id), record=record, name=record.name, formed_on=record.formed_on)

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> "Bundle | None":  # noqa: A002
        """Return the bundle of this id if the caller may see one of its estates."""
        return await bundle(info.context, id)

    @strawberry.field(description="Its estates that the caller may see; 2 to 50.")
    async def estates(self, info: Info) -> list[_Estate]:
        ids = [member.estate_id for member in self.record.members]
        found = await info.context.load_many(loaders.estates_by_id, ids)
        return [estate_types.Estate.of(estate) for estate in found]

    @strawberry.field(description="The provider that its owners chose, each estate for itself.")
    async def provider(self, info: Info) -> _Provider | None:
        return await provider_types.provider(info.context, self.record.provider_id)

    @strawberry.field(description="The contracts of its estates, one for each, the earliest signed first.")
    async def contracts(self, info: Info) -> list[_ServiceContract]:
        found = await info.context.load(contracts_by_bundle, self.record.id)
        return [service_contract_types.ServiceContract.of(contract) for contract in found or ()]

    @strawberry.field(description="The contract that was signed first; null before any was.")
    async def contract(self, info: Info) -> _ServiceContract | None:
        found = await info.context.load(contracts_by_bundle, self.record.id)
        return service_contract_types.ServiceContract.of(found[0]) if found else None


async def bundle(context: Context, bundle_id: str | None) -> Bundle | None:
    """Return a bundle by id if the caller may see one of its estates."""
    record = await context.load(bundles_by_id, bundle_id)
    return None if record is None else Bundle.of(record)


async def bundle_of_estate(context: Context, estate_id: str) -> Bundle | None:
    """Return the bundle that an estate belongs to."""
    record = await context.load(bundles_by_estate, estate_id)
    return None if record is None else Bundle.of(record)


async def bundles_by_id(context: Context, ids: Sequence[str]) -> Mapping[str, BundleRecord]:
    """Return bundles by id."""
    return {record.id: record for record in await find_bundles(context.mongo, ids, scope=context.scope)}


async def bundles_by_estate(context: Context, ids: Sequence[str]) -> Mapping[str, BundleRecord]:
    """Return the bundle of each estate that belongs to one."""
    found = await find_bundles_of_estates(context.mongo, ids, scope=context.scope)
    return {member.estate_id: record for record in found for member in record.members}


async def contracts_by_bundle(context: Context, ids: Sequence[str]) -> Mapping[str, list[ContractRecord]]:
    """Return the contracts of each bundle that the caller may see, the earliest signed first."""
    grouped: dict[str, list[ContractRecord]] = {bundle_id: [] for bundle_id in ids}
    for contract in await find_contracts_of_bundles(context.mongo, ids, scope=context.scope):
        grouped[str(contract.bundle_id)].append(contract)
    return grouped
