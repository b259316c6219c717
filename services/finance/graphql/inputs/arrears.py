"""What the mutations of arrears and dunning take."""

from datetime import date

import strawberry

from kit.graphql.payloads import MutationInput
from services.finance.domain.bill import DunningStep
from services.finance.domain.lead_payer import LeadPayerKind
from services.finance.use_cases.mark_lead_payer import MarkLeadPayer
from services.finance.use_cases.measure_arrears import MeasureArrears
from services.finance.use_cases.take_dunning_step import TakeDunningStep


@strawberry.input(description="Of which estate and day the arrears are measured.")
class MeasureArrearsInput(MutationInput):
    """Input of `measureArrears`."""

    estate_id: strawberry.ID
    as_of: date = strawberry.field(description="The end of this day; today or earlier.")

    def command(self) -> MeasureArrears:
        """Return the command of the use case."""
        return MeasureArrears(estate_id=str(self.estate_id), as_of=self.as_of)


@strawberry.input(description="The next step of asking for an overdue fee.")
class TakeDunningStepInput(MutationInput):
    """Input of `takeDunningStep`."""

    bill_id: strawberry.ID
    step: DunningStep = strawberry.field(
        description="The one that follows; none may be skipped, and there is none that cuts water or power."
    )
    deadline: date | None = strawberry.field(
        default=None, description="For POSTED: the day to come until which the owners are asked to pay."
    )
    reference: str | None = strawberry.field(
        default=None, description="For ARBITRATION and LAWSUIT: the case's reference, 1 to 100 characters."
    )

    def command(self) -> TakeDunningStep:
        """Return the command of the use case."""
        return TakeDunningStep(
            bill_id=str(self.bill_id), step=self.step, deadline=self.deadline, reference=self.reference
        )


@strawberry.input(description="Whether an owner is urged to pay first.")
class MarkLeadPayerInput(MutationInput):
    """Input of `markLeadPayer`."""

    estate_id: strawberry.ID
    owner_id: strawberry.ID
    kind: LeadPayerKind | None = strawberry.field(default=None, description="Without it the mark is taken back.")

    def command(self) -> MarkLeadPayer:
        """Return the command of the use case."""
        return MarkLeadPayer(estate_id=str(self.estate_id), owner_id=str(self.owner_id), kind=self.kind)
