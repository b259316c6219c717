"""Buildings, their exclusive parts and the owners of these, as the schema shows them."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import strawberry

from kit.area import Area
from kit.ratio import Ratio
from services.registry.domain.owner import shown_name
from services.registry.domain.ownership import fee_debtors, holding, is_unsold, sees_ownership_of, voting_representative
from services.registry.domain.territory import private_areas
from services.registry.graphql import estate_types, loaders
from services.registry.graphql.context import Context, Info
from services.registry.graphql.enums import AreaBasis, OwnerKind
from services.registry.graphql.node import Node
from services.registry.store.owners import OwnerRecord
from services.registry.store.parts import BuildingRecord, PartRecord

if TYPE_CHECKING:
    from services.registry.graphql.estate_types import Estate

_EstateRef = Annotated["Estate", strawberry.lazy("services.registry.graphql.estate_types")]


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
    async def building(self, info: Info) -> Building | None:
        return await building(info.context, self.record.building_id)

    @strawberry.field(description="Its estate; null when the caller may see the part alone.")
    async def estate(self, info: Info) -> _EstateRef | None:
        return await estate_types.estate(info.context, self.record.estate_id)

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
