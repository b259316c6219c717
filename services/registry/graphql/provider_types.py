"""Providers, and the look-ups of their filing and credit, as the schema shows them."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from kit.score import Score
from services.registry.domain.welfare_pool import is_member
from services.registry.graphql import estate_types, loaders, service_contract_types
from services.registry.graphql.context import Context, Info
from services.registry.graphql.enums import ProviderKind, ProviderSource
from services.registry.graphql.node import Node
from services.registry.store.providers import CreditLookupRecord, ProviderRecord

if TYPE_CHECKING:
    from services.registry.graphql.estate_types import Estate
    from services.registry.graphql.service_contract_types import ServiceContract

_EstateRef = Annotated["Estate", strawberry.lazy("services.registry.graphql.estate_types")]
_ServiceContractRef = Annotated["ServiceContract", strawberry.lazy("services.registry.graphql.service_contract_types")]


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
    async def active_contracts(self, info: Info) -> list[_ServiceContractRef]:
        found = await info.context.load(loaders.active_contracts_by_provider, self.record.id)
        return [service_contract_types.ServiceContract.of(contract) for contract in found or ()]


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
        return Provider.of(loaders.there(await info.context.load(loaders.providers_by_id, self.record.provider_id)))

    @strawberry.field(description="The estate that selects.")
    async def estate(self, info: Info) -> _EstateRef:
        return estate_types.Estate.of(
            loaders.there(await info.context.load(loaders.estates_by_id, self.record.estate_id))
        )


async def provider(context: Context, provider_id: str | None) -> Provider | None:
    """Return a provider by id."""
    record = await context.load(loaders.providers_by_id, provider_id)
    return None if record is None else Provider.of(record)


async def credit_lookup(context: Context, lookup_id: str | None) -> CreditLookup | None:
    """Return a credit look-up by id if the caller may see it."""
    record = await context.load(loaders.lookups_by_id, lookup_id)
    return None if record is None else CreditLookup.of(record)
