"""What the mutations of `mutations.staff` are given."""

from datetime import date

import strawberry

from kit.graphql.payloads import MutationInput
from kit.money import Fen
from services.registry.domain.staff import StaffCount
from services.registry.graphql.enums import StaffSource
from services.registry.use_cases.assign_staff import AssignStaff
from services.registry.use_cases.record_donation import RecordDonation


@strawberry.input(description="Record how many of one source serve on an estate from a day on.")
class AssignStaffInput(MutationInput):
    """A count of staff."""

    estate_id: strawberry.ID = strawberry.field(description="The estate.")
    source: StaffSource = strawberry.field(description="Where they come from.")
    work: str = strawberry.field(description='What they do, e.g. "保洁".')
    headcount: int = strawberry.field(description="How many, 1 to 10000.")
    trained: int = strawberry.field(description="How many of them are trained.")
    residents: int = strawberry.field(description="How many of them live on the estate.")
    from_: date = strawberry.field(name="from", description="The first day; not in the future.")

    def command(self) -> AssignStaff:
        """Return the use case's command."""
        return AssignStaff(
            estate_id=self.estate_id,
            count=StaffCount(
                source=self.source,
                work=self.work,
                headcount=self.headcount,
                trained=self.trained,
                residents=self.residents,
                from_=self.from_,
            ),
        )


@strawberry.input(description="Record what a provider of several estates of a community gives for community building.")
class RecordDonationInput(MutationInput):
    """A donation."""

    provider_id: strawberry.ID = strawberry.field(description="Who gives; it serves two or more of its estates.")
    community_id: strawberry.ID = strawberry.field(description="The community.")
    amount: Fen = strawberry.field(description="In yuan, above 0.")
    given_on: date = strawberry.field(description="The day; not in the future.")
    is_voluntary: bool = strawberry.field(description="Whether the provider gives it freely; a deduction is refused.")
    document_id: strawberry.ID = strawberry.field(description="The provider's own declaration.")

    def command(self) -> RecordDonation:
        """Return the use case's command."""
        return RecordDonation(
            provider_id=self.provider_id,
            community_id=self.community_id,
            amount=self.amount,
            given_on=self.given_on,
            is_voluntary=self.is_voluntary,
            document_id=self.document_id,
        )
