"""What the mutations of `mutations.self_government` are given."""

from datetime import date

import strawberry

from kit.area import Area
from kit.graphql.payloads import MutationInput
from services.registry.domain.decision import Count, Roll
from services.registry.graphql.enums import (
    DecisionMatter,
)
from services.registry.use_cases.decide_jointly import ImportExternalResult, OpenDecision
from services.registry.use_cases.form_congress import FormCongress, OpenOwnersAccount


@strawberry.input(description="Record that an estate's owners formed their congress.")
class FormCongressInput(MutationInput):
    """A congress."""

    estate_id: strawberry.ID = strawberry.field(description="The estate; it has no congress yet.")
    formed_on: date = strawberry.field(description="The day it was formed; not in the future.")
    filed_on: date | None = strawberry.field(
        default=None, description="The day it was filed; not before it was formed."
    )
    decision_id: strawberry.ID | None = strawberry.field(
        default=None, description="The joint decision it was formed by, where one is registered."
    )

    def command(self) -> FormCongress:
        """Return the use case's command."""
        return FormCongress(
            estate_id=self.estate_id,
            formed_on=self.formed_on,
            filed_on=self.filed_on,
            decision_id=self.decision_id,
        )


@strawberry.input(description="Record that a congress opened its public account.")
class OpenOwnersAccountInput(MutationInput):
    """A public account."""

    congress_id: strawberry.ID = strawberry.field(description="The congress; it has no account yet.")
    account_reference: str = strawberry.field(description="The bank's reference of the account, never its number.")
    opened_on: date = strawberry.field(description="The day it was opened; not before the congress was formed.")

    def command(self) -> OpenOwnersAccount:
        """Return the use case's command."""
        return OpenOwnersAccount(
            congress_id=self.congress_id, account_reference=self.account_reference, opened_on=self.opened_on
        )


@strawberry.input(description="Open a joint decision of owners; its roll is fixed from the registered parts.")
class OpenDecisionInput(MutationInput):
    """A joint decision."""

    estate_id: strawberry.ID = strawberry.field(description="The estate.")
    matter: DecisionMatter = strawberry.field(description="What is decided.")
    scope_building_ids: list[strawberry.ID] = strawberry.field(
        default_factory=list,
        description="The buildings whose owners decide; none for the whole estate, or for the scope of the use that "
        "is decided on.",
    )
    subject_ref: str | None = strawberry.field(
        default=None,
        description="What it is about, e.g. the id of the candidate provider or of the use of a maintenance fund.",
    )
    notice_on: date = strawberry.field(description="The day the owners were told; not in the future.")
    voting_from: date = strawberry.field(description="The first day of the vote, at least 15 days after the notice.")
    voting_to: date = strawberry.field(description="The last day of the vote.")

    def command(self) -> OpenDecision:
        """Return the use case's command."""
        return OpenDecision(
            estate_id=self.estate_id,
            matter=self.matter,
            scope_building_ids=tuple(self.scope_building_ids),
            subject_ref=self.subject_ref,
            notice_on=self.notice_on,
            voting_from=self.voting_from,
            voting_to=self.voting_to,
        )


@strawberry.input(description="Close a joint decision with the roll and counts of an external voting system.")
class ImportExternalResultInput(MutationInput):
    """The result of an external vote."""

    decision_id: strawberry.ID = strawberry.field(description="The decision; it is not closed yet.")
    external_system_ref: str = strawberry.field(description="The voting system's reference of the result.")
    closed_on: date = strawberry.field(description="The day it was closed; not before the last day of the vote.")
    total_area: Area = strawberry.field(description="The area on the roll, in m2.")
    total_persons: int = strawberry.field(description="The persons on the roll.")
    participating_area: Area = strawberry.field(description="The area that took part, in m2.")
    participating_persons: int = strawberry.field(description="The persons who took part.")
    agree_area: Area = strawberry.field(description="The area that agreed, in m2.")
    agree_persons: int = strawberry.field(description="The persons who agreed.")

    def command(self) -> ImportExternalResult:
        """Return the use case's command."""
        return ImportExternalResult(
            decision_id=self.decision_id,
            external_system_ref=self.external_system_ref,
            closed_on=self.closed_on,
            roll=Roll(total_area=self.total_area, total_persons=self.total_persons),
            count=Count(
                participating_area=self.participating_area,
                participating_persons=self.participating_persons,
                agree_area=self.agree_area,
                agree_persons=self.agree_persons,
            ),
        )
