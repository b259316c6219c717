"""Search results as the schema shows them: pages of estates, providers and owners in the order of what was found."""

from datetime import date

import strawberry

from kit.errors import InstrumentNotAvailable, PreconditionMissing
from kit.graphql.connections import Connection, page_request, total_is_selected
from policy.policies import Policies
from services.registry.domain.owner import ROLES_THAT_SEE_NAMES
from services.registry.domain.search import SearchBy, SearchTerm, last_old_day
from services.registry.graphql import estate_types, loaders, part_types, provider_types
from services.registry.graphql.context import Context, Info
from services.registry.store.estates import ESTATES, search_estates
from services.registry.store.estates import EstateFilter as EstateConditions
from services.registry.store.listings import ProviderConditions, search_owners, search_providers
from services.registry.store.search import count_found


@strawberry.type(description="A page of providers.")
class ProviderConnection(Connection):
    """A page of providers."""

    nodes: list[provider_types.Provider]


@strawberry.type(description="A page of owners.")
class OwnerConnection(Connection):
    """A page of owners."""

    nodes: list[part_types.Owner]


async def estate_search_page(
    info: Info, term: SearchTerm, conditions: EstateConditions, *, first: int, after: str | None
) -> estate_types.EstateConnection:
    """Return a page of the estates that the term finds; the total is counted up to 1,000, and only when asked for."""
    mongo, scope = info.context.mongo, info.context.scope
    page = page_request(first=first, after=after)
    last_key = None if page.after is None else str(page.after[0])
    rows = await search_estates(mongo, term, conditions, scope=scope, after=last_key, limit=page.limit)
    shown, page_info = page.cut(rows, key=lambda row: (row[0],))
    total = None
    if total_is_selected(info):
        total = await count_found(mongo, ESTATES, term, conditions.query(), conditions.narrowing(), scope=scope)
    return estate_types.EstateConnection(
        nodes=[estate_types.Estate.of(record) for _, record in shown], page_info=page_info, total_count=total
    )


async def provider_page(
    info: Info, term: SearchTerm | None, conditions: ProviderConditions, *, first: int, after: str | None
) -> ProviderConnection:
    """Return a page of the providers that the term finds, or of all, by name; a total is not counted."""
    page = page_request(first=first, after=after)
    last_key = None if page.after is None else str(page.after[0])
    rows = await search_providers(info.context.mongo, term, conditions, after=last_key, limit=page.limit)
    shown, page_info = page.cut(rows, key=lambda row: (row[0],))
    return ProviderConnection(nodes=[provider_types.Provider.of(record) for _, record in shown], page_info=page_info)


async def owner_page(info: Info, term: SearchTerm, area: str, *, first: int, after: str | None) -> OwnerConnection:
    """Return a page of the owners in the area that the term finds; a total is not counted.

    Raises ForbiddenActor when somebody who sees masked names looks for a name: finding would tell it.
    """
    if term.by is not SearchBy.CODE:
        info.context.caller.require_role(*ROLES_THAT_SEE_NAMES)
    page = page_request(first=first, after=after)
    last_key = None if page.after is None else str(page.after[0])
    rows = await search_owners(
        info.context.mongo, term, area, scope=info.context.scope, after=last_key, limit=page.limit
    )
    shown, page_info = page.cut(rows, key=lambda row: (row[0],))
    return OwnerConnection(nodes=[part_types.Owner.of(record) for _, record in shown], page_info=page_info)


async def last_old_days(context: Context) -> dict[str, date]:
    """Return by district the last day of completion of an old estate, where its document in force has a bound."""
    policies = await context.load(loaders.policies_in_force, "now")
    assert policies is not None
    days = {district: _last_old_day(policies, district, context.today) for district in policies.districts}
    return {district: day for district, day in days.items() if day is not None}


def _last_old_day(policies: Policies, district: str, today: date) -> date | None:
    try:
        bound = policies.at(district, today).old_estate
    except (InstrumentNotAvailable, PreconditionMissing):
        return None
    return None if bound is None else last_old_day(bound)
