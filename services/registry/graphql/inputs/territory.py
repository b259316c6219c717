"""What the mutations of `mutations.territory` are given."""

from datetime import date

import strawberry

from kit.graphql.payloads import MutationInput
from kit.graphql.scalars import DistrictCode
from services.registry.use_cases.move_estate import MoveEstate
from services.registry.use_cases.register_territory import RegisterCommunity, RegisterStreet


@strawberry.input(description="Register a town, street or management office of a district.")
class RegisterStreetInput(MutationInput):
    """A street."""

    district: DistrictCode = strawberry.field(description="A district with a mounted policy.")
    name: str = strawberry.field(description='Its name, unique within the district, e.g. "解放街道".')

    def command(self) -> RegisterStreet:
        """Return the use case's command."""
        return RegisterStreet(district=self.district, name=self.name)


@strawberry.input(description="Register a community of a street.")
class RegisterCommunityInput(MutationInput):
    """A community."""

    street_id: strawberry.ID = strawberry.field(description="The street.")
    name: str = strawberry.field(description='Its name, unique within the street, e.g. "金桂社区".')

    def command(self) -> RegisterCommunity:
        """Return the use case's command."""
        return RegisterCommunity(street_id=self.street_id, name=self.name)


@strawberry.input(description="Move an estate to another community of its district.")
class MoveEstateInput(MutationInput):
    """A move of an estate."""

    estate_id: strawberry.ID = strawberry.field(description="The estate.")
    community_id: strawberry.ID = strawberry.field(description="The one community it belongs to from that day on.")
    effective_on: date = strawberry.field(
        description="The day; after the first day of its present membership, and not in the future."
    )

    def command(self) -> MoveEstate:
        """Return the use case's command."""
        return MoveEstate(estate_id=self.estate_id, community_id=self.community_id, effective_on=self.effective_on)
