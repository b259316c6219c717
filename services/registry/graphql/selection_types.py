"""Selections of providers as the schema shows them: the plan with its menus, and the offers made on them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated

import strawberry

from services.registry.domain.selection import Menu, Offer, Procedure
from services.registry.graphql import estate_types, provider_types
from services.registry.graphql.context import Context, Info
from services.registry.graphql.contract_types import ServiceItem
from services.registry.graphql.enums import TenderMethod
from services.registry.graphql.node import Node
from services.registry.store.selections import SelectionRecord, find_selections, find_selections_of_estates

if TYPE_CHECKING:
    from services.registry.graphql.estate_types import Estate
    from services.registry.graphql.provider_types import Provider

_Estate = Annotated["Estate", strawberry.lazy("services.registry.graphql.estate_types")]
_Provider = Annotated["Provider", strawberry.lazy("services.registry.graphql.provider_types")]


@strawberry.type(description="One service tier with its priced services.")
class ServiceMenu:
    """A menu."""

    code: str = strawberry.field(description="Its code, unique in the plan.")
    name: str = strawberry.field(description="Its name.")
    items: list[ServiceItem] = strawberry.field(description="Its services with content, standard and price.")

    @classmethod
    def of(cls, menu: Menu) -> "ServiceMenu":
        """Return the menu as the schema shows it."""
        return cls(code=menu.code, name=menu.name, items=[ServiceItem.of(item) for item in menu.items])


@strawberry.type(description="A candidate's offer to serve by one of the menus; owners vote on it.")
class ProviderOffer:
    """An offer."""

    provider_id: strawberry.Private[str]
    id: strawberry.ID = strawberry.field(description="What a joint decision names as its subject.")
    menu_code: str = strawberry.field(description="The menu's code.")

    @classmethod
    def of(cls, offer: Offer) -> "ProviderOffer":
        """Return the offer as the schema shows it."""
        return cls(provider_id=offer.provider_id, id=strawberry.ID(offer.id), menu_code=offer.menu_code)

    @strawberry.field(description="Who offers.")
    async def provider(self, info: Info) -> _Provider | None:
        return await provider_types.provider(info.context, self.provider_id)


@strawberry.type(description="How the candidates were found.")
class SelectionProcedure:
    """The way of selecting."""

    method: TenderMethod = strawberry.field(description="A competition, or another way.")
    reference: str = strawberry.field(description="The reference of its record.")
    accepted_way: str | None = strawberry.field(description="The other way that owners accept; null for a competition.")
    decided_on: date = strawberry.field(description="The day it was held.")
    offers: list[ProviderOffer] = strawberry.field(description="The offers, 1 to 50.")

    @classmethod
    def of(cls, procedure: Procedure) -> "SelectionProcedure":
        """Return the way of selecting as the schema shows it."""
        return cls(
            method=procedure.method,
            reference=procedure.reference,
            accepted_way=procedure.accepted_way,
            decided_on=procedure.decided_on,
            offers=[ProviderOffer.of(offer) for offer in procedure.offers],
        )


@strawberry.federation.type(keys=["id"], description="A selection of a provider by owners: plan, offers, vote.")
class ProviderSelection(Node):
    """A selection."""

    record: strawberry.Private[SelectionRecord]
    owners_heard_on: date = strawberry.field(description="The day the owners were heard.")
    plan_fixed_on: date = strawberry.field(description="The day content and fee standard were fixed.")
    menus: list[ServiceMenu] = strawberry.field(description="The menus of the plan, 1 to 20.")
    procedure: SelectionProcedure | None = strawberry.field(
        description="How candidates were found; null before any offered."
    )

    @classmethod
    def of(cls, record: SelectionRecord) -> "ProviderSelection":
        """Return the selection as the schema shows it."""
        return cls(
            id=strawberry.ID(record.id),
            record=record,
            owners_heard_on=record.plan.owners_heard_on,
            plan_fixed_on=record.plan.fixed_on,
            menus=[ServiceMenu.of(menu) for menu in record.plan.menus],
            procedure=None if record.procedure is None else SelectionProcedure.of(record.procedure),
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> "ProviderSelection | None":  # noqa: A002
        """Return the selection of this id if the caller may see it."""
        return await selection(info.context, id)

    @strawberry.field(description="The estate that selects.")
    async def estate(self, info: Info) -> _Estate | None:
        return await estate_types.estate(info.context, self.record.estate_id)


async def selection(context: Context, selection_id: str | None) -> ProviderSelection | None:
    """Return a selection by id if the caller may see it."""
    record = await context.load(selections_by_id, selection_id)
    return None if record is None else ProviderSelection.of(record)


async def selections_of_estate(context: Context, estate_id: str) -> list[ProviderSelection]:
    """Return the selections of an estate, the latest plan first."""
    found = await context.load(selections_by_estate, estate_id)
    return [ProviderSelection.of(record) for record in found or ()]


async def selections_by_id(context: Context, ids: Sequence[str]) -> Mapping[str, SelectionRecord]:
    """Return selections by id."""
    return {record.id: record for record in await find_selections(context.mongo, ids, scope=context.scope)}


async def selections_by_estate(context: Context, ids: Sequence[str]) -> Mapping[str, list[SelectionRecord]]:
    """Return the selections of each estate, the latest plan first."""
    grouped: dict[str, list[SelectionRecord]] = {estate_id: [] for estate_id in ids}
    for record in await find_selections_of_estates(context.mongo, ids, scope=context.scope):
        grouped[record.estate_id].append(record)
    return grouped
