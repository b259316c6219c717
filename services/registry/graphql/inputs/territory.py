"""What the mutations of `mutations.territory` are given."""

import strawberry

from kit.graphql.payloads import MutationInput
from kit.graphql.scalars import DistrictCode
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
