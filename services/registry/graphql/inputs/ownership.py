"""What the mutations of `mutations.ownership` are given."""

from datetime import date

import strawberry

from kit.area import Area
from kit.graphql.payloads import MutationInput
from services.registry.graphql.enums import AreaBasis
from services.registry.graphql.inputs.estates import OwnerShareInput, named_shares
from services.registry.use_cases.change_part import ChangeBuilding, ChangePart
from services.registry.use_cases.transfer_ownership import (
    NameVotingRepresentative,
    RecordDelivery,
    TransferOwnership,
)

_EFFECTIVE_ON = "The day from which it holds; not in the future."


@strawberry.input(description="Transfer a part: all who own it from a day on. A share that is named as it is runs on.")
class TransferOwnershipInput(MutationInput):
    """The owners of a part from a day on."""

    part_id: strawberry.ID = strawberry.field(description="The exclusive part; it has owners already.")
    effective_on: date = strawberry.field(
        description="The day from which they own it; after every earlier change of owners, and not in the future."
    )
    document_id: str | None = strawberry.field(default=None, description="The document behind it.")
    delivered_on: date | None = strawberry.field(
        default=None,
        description="The day a developer handed over what it sold, from the sale to today; it owes the fee until then.",
    )
    owners: list[OwnerShareInput] = strawberry.field(description="All owners from that day on, 1 to 200.")

    def command(self) -> TransferOwnership:
        """Return the use case's command."""
        return TransferOwnership(
            part_id=self.part_id,
            effective_on=self.effective_on,
            document_id=self.document_id,
            delivered_on=self.delivered_on,
            owners=named_shares(self.owners),
        )


@strawberry.input(description="Record that a developer handed over a part it had sold.")
class RecordDeliveryInput(MutationInput):
    """The delivery of a part."""

    part_id: strawberry.ID = strawberry.field(description="The exclusive part.")
    delivered_on: date = strawberry.field(description="The day, from the sale to today.")

    def command(self) -> RecordDelivery:
        """Return the use case's command."""
        return RecordDelivery(part_id=self.part_id, delivered_on=self.delivered_on)


@strawberry.input(description="Name the co-owner who votes for a co-owned part, or take the vote back.")
class NameVotingRepresentativeInput(MutationInput):
    """Who votes for a part."""

    part_id: strawberry.ID = strawberry.field(description="The exclusive part; two or more own it.")
    owner_id: strawberry.ID | None = strawberry.field(
        default=None, description="One of its owners; null takes the vote back."
    )
    effective_on: date = strawberry.field(description=_EFFECTIVE_ON)

    def command(self) -> NameVotingRepresentative:
        """Return the use case's command."""
        return NameVotingRepresentative(part_id=self.part_id, owner_id=self.owner_id, effective_on=self.effective_on)


@strawberry.input(description="Change facts of a part from a day on; what is left out stays as it is.")
class ChangePartInput(MutationInput):
    """What is to change of a part."""

    part_id: strawberry.ID = strawberry.field(description="The exclusive part.")
    effective_on: date = strawberry.field(description=_EFFECTIVE_ON)
    door_number: str | None = strawberry.field(default=None, description="Its door, unique within the building.")
    area: Area | None = strawberry.field(default=None, description="Its floor area in m2, above 0.")
    area_basis: AreaBasis | None = strawberry.field(
        default=None,
        description="What the area rests on: the register before a survey before a contract of sale; a worse basis "
        "in place of a better one needs a `reason`.",
    )

    def command(self) -> ChangePart:
        """Return the use case's command."""
        return ChangePart(
            part_id=self.part_id,
            effective_on=self.effective_on,
            door_number=self.door_number,
            area=self.area,
            area_basis=self.area_basis,
            reason=self.reason,
        )


@strawberry.input(description="Change facts of a building from a day on; what is left out stays as it is.")
class ChangeBuildingInput(MutationInput):
    """What is to change of a building."""

    building_id: strawberry.ID = strawberry.field(description="The building.")
    effective_on: date = strawberry.field(description=_EFFECTIVE_ON)
    label: str | None = strawberry.field(default=None, description="Its label, unique within the estate.")
    has_lift: bool | None = strawberry.field(default=None, description="Whether it has a lift.")
    gross_area: Area | None = strawberry.field(default=None, description="Its floor area in m2, above 0.")

    def command(self) -> ChangeBuilding:
        """Return the use case's command."""
        return ChangeBuilding(
            building_id=self.building_id,
            effective_on=self.effective_on,
            label=self.label,
            has_lift=self.has_lift,
            gross_area=self.gross_area,
        )
