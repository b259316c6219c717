"""What the mutations of `mutations.policies` are given."""

from datetime import date

import strawberry

from kit.graphql.payloads import MutationInput
from kit.graphql.scalars import DistrictCode
from services.registry.use_cases.publish_policy import PublishPolicy


@strawberry.input(description="Put a mounted version of a policy in force.")
class PublishPolicyInput(MutationInput):
    """The version to put in force."""

    district: DistrictCode = strawberry.field(description="The area whose document it is.")
    version: int = strawberry.field(description="The version's number, from 1.")
    effective_from: date | None = strawberry.field(
        default=None, description="The first day; needed where the document itself bears no date."
    )

    def command(self) -> PublishPolicy:
        """Return the use case's command."""
        return PublishPolicy(district=self.district, version=self.version, effective_from=self.effective_from)
