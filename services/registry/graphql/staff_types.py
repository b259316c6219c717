"""Staff of estates and donations of providers as the schema shows them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated

import strawberry

from kit.money import Fen
from services.registry.graphql import provider_types
from services.registry.graphql.context import Context, Info
from services.registry.graphql.enums import StaffSource
from services.registry.store.donations import DonationRecord, find_donations, find_donations_of_communities
from services.registry.store.staff import StaffRecord, find_staff, find_staff_of_estates

if TYPE_CHECKING:
    from services.registry.graphql.provider_types import Provider

_Provider = Annotated["Provider", strawberry.lazy("services.registry.graphql.provider_types")]


@strawberry.type(description="How many of one source serve on an estate from a day on; persons are not kept.")
class StaffCount:
    """A count of staff."""

    id: strawberry.ID = strawberry.field(description="The count's id.")
    source: StaffSource = strawberry.field(description="Where they come from.")
    work: str = strawberry.field(description="What they do.")
    headcount: int = strawberry.field(description="How many.")
    trained: int = strawberry.field(description="How many of them are trained.")
    residents: int = strawberry.field(description="How many of them live on the estate.")
    from_: date = strawberry.field(name="from", description="The first day of the count.")

    @classmethod
    def of(cls, record: StaffRecord) -> "StaffCount":
        """Return the count as the schema shows it."""
        count = record.count
        return cls(
            id=strawberry.ID(record.id),
            source=count.source,
            work=count.work,
            headcount=count.headcount,
            trained=count.trained,
            residents=count.residents,
            from_=count.from_,
        )


@strawberry.type(description="What a provider of several estates of a community gave for community building.")
class CommunityDonation:
    """A donation."""

    provider_id: strawberry.Private[str]
    id: strawberry.ID = strawberry.field(description="The donation's id.")
    amount: Fen = strawberry.field(description="In yuan.")
    given_on: date = strawberry.field(description="The day.")
    document_id: strawberry.ID = strawberry.field(description="The provider's own declaration.")

    @classmethod
    def of(cls, record: DonationRecord) -> "CommunityDonation":
        """Return the donation as the schema shows it."""
        return cls(
            provider_id=record.provider_id,
            id=strawberry.ID(record.id),
            amount=record.amount,
            given_on=record.given_on,
            document_id=strawberry.ID(record.document_id),
        )

    @strawberry.field(description="Who gave it.")
    async def provider(self, info: Info) -> _Provider | None:
        return await provider_types.provider(info.context, self.provider_id)


async def staff_count(context: Context, staff_id: str | None) -> StaffCount | None:
    """Return a count of staff by id if the caller may see it."""
    record = await context.load(staff_by_id, staff_id)
    return None if record is None else StaffCount.of(record)


async def staff_of_estate(context: Context, estate_id: str) -> list[StaffCount]:
    """Return the counts of an estate, the latest first."""
    found = await context.load(staff_by_estate, estate_id)
    return [StaffCount.of(record) for record in found or ()]


async def donation(context: Context, donation_id: str | None) -> CommunityDonation | None:
    """Return a donation by id if the caller may see it."""
    record = await context.load(donations_by_id, donation_id)
    return None if record is None else CommunityDonation.of(record)


async def donations_to_community(context: Context, community_id: str) -> list[CommunityDonation]:
    """Return the donations to a community that the caller may see, the latest first."""
    found = await context.load(donations_by_community, community_id)
    return [CommunityDonation.of(record) for record in found or ()]


async def staff_by_id(context: Context, ids: Sequence[str]) -> Mapping[str, StaffRecord]:
    """Return counts of staff by id."""
    return {record.id: record for record in await find_staff(context.mongo, ids, scope=context.scope)}


async def staff_by_estate(context: Context, ids: Sequence[str]) -> Mapping[str, list[StaffRecord]]:
    """Return the counts of each estate, the latest first."""
    grouped: dict[str, list[StaffRecord]] = {estate_id: [] for estate_id in ids}
    for record in await find_staff_of_estates(context.mongo, ids, scope=context.scope):
        grouped[record.estate_id].append(record)
    return grouped


async def donations_by_id(context: Context, ids: Sequence[str]) -> Mapping[str, DonationRecord]:
    """Return donations by id."""
    return {record.id: record for record in await find_donations(context.mongo, ids, scope=context.scope)}


async def donations_by_community(context: Context, ids: Sequence[str]) -> Mapping[str, list[DonationRecord]]:
    """Return the donations to each community, the latest first."""
    grouped: dict[str, list[DonationRecord]] = {community_id: [] for community_id in ids}
    for record in await find_donations_of_communities(context.mongo, ids, scope=context.scope):
        grouped[record.community_id].append(record)
    return grouped
