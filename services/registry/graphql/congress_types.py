"""Owners' congresses with their public accounts, as the schema shows them."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import strawberry

from services.registry.graphql import estate_types, loaders
from services.registry.graphql.context import Context, Info
from services.registry.graphql.node import Node
from services.registry.store.congresses import CongressRecord

if TYPE_CHECKING:
    from services.registry.graphql.estate_types import Estate

_EstateRef = Annotated["Estate", strawberry.lazy("services.registry.graphql.estate_types")]


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
    async def estate(self, info: Info) -> _EstateRef:
        return estate_types.Estate.of(
            loaders.there(await info.context.load(loaders.estates_by_id, self.record.estate_id))
        )


async def congress(context: Context, congress_id: str | None) -> OwnersCongress | None:
    """Return a congress by id if the caller may see it."""
    record = await context.load(loaders.congresses_by_id, congress_id)
    return None if record is None else OwnersCongress.of(record)
