"""What the mutations of `mutations.bundles` are given."""

from datetime import date

import strawberry

from kit.graphql.payloads import MutationInput
from services.registry.use_cases.form_bundle import FormBundle


@strawberry.input(description="One estate of a bundle.")
class BundleMemberInput:
    """An estate with its owners' decision."""

    estate_id: strawberry.ID = strawberry.field(description="The estate; it belongs to no bundle.")
    decision_id: strawberry.ID | None = strawberry.field(
        default=None, description="The passed decision of its own owners to hire the provider; required."
    )


@strawberry.input(description="Bundle near estates for one provider.")
class FormBundleInput(MutationInput):
    """A bundle."""

    name: str = strawberry.field(description="Its name.")
    provider_id: strawberry.ID = strawberry.field(description="The provider that all of them chose.")
    formed_on: date = strawberry.field(description="The day; not in the future.")
    members: list[BundleMemberInput] = strawberry.field(description="Its estates, 2 to 50.")

    def command(self) -> FormBundle:
        """Return the use case's command."""
        return FormBundle(
            name=self.name,
            provider_id=self.provider_id,
            formed_on=self.formed_on,
            members=tuple(
                (str(member.estate_id), None if member.decision_id is None else str(member.decision_id))
                for member in self.members
            ),
        )
