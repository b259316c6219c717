"""What the mutations of `mutations.exits` are given."""

from datetime import date

import strawberry

from kit.graphql.payloads import MutationInput
from policy.vocabulary import ExitStep
from services.registry.domain.contract_exit import HandedOver
from services.registry.graphql.enums import ExitTrigger, HandoverGroup
from services.registry.use_cases.exit_contract import AcceptHandover, ReselectProvider, TakeExitStep, TerminateContract
from services.registry.use_cases.notice_exit import DismissProvider, NoticeExit


@strawberry.input(description="Record a provider's report that it will leave: the first step of its exit.")
class NoticeExitInput(MutationInput):
    """A provider's notice."""

    contract_id: strawberry.ID = strawberry.field(description="The contract; it is ACTIVE.")
    noticed_on: date = strawberry.field(description="The day of the notice; not in the future.")
    trigger: ExitTrigger = strawberry.field(description="What set the exit off.")
    document_id: strawberry.ID | None = strawberry.field(default=None, description="The written report; required.")

    def command(self) -> NoticeExit:
        """Return the use case's command."""
        return NoticeExit(
            contract_id=self.contract_id,
            noticed_on=self.noticed_on,
            trigger=self.trigger,
            document_id=self.document_id,
        )


@strawberry.input(description="Record the owners' written notice to their provider: the first step of its exit.")
class DismissProviderInput(MutationInput):
    """The owners' notice."""

    contract_id: strawberry.ID = strawberry.field(description="The contract; it is ACTIVE.")
    noticed_on: date = strawberry.field(description="The day of the notice; not in the future.")
    trigger: ExitTrigger = strawberry.field(description="What set the exit off.")
    document_id: strawberry.ID | None = strawberry.field(default=None, description="The written notice; required.")
    decision_id: strawberry.ID | None = strawberry.field(
        default=None, description="The passed decision about this contract, or to hire another provider."
    )

    def command(self) -> DismissProvider:
        """Return the use case's command."""
        return DismissProvider(
            contract_id=self.contract_id,
            noticed_on=self.noticed_on,
            trigger=self.trigger,
            document_id=self.document_id,
            decision_id=self.decision_id,
        )


@strawberry.input(description="Record the audit of the provider's work.")
class RecordExitAuditInput(MutationInput):
    """The work audit."""

    contract_id: strawberry.ID = strawberry.field(description="The contract; its exit was noticed.")
    audited_on: date = strawberry.field(description="The day; not before the notice, not in the future.")
    document_id: strawberry.ID = strawberry.field(description="The audit's report.")

    def command(self) -> TakeExitStep:
        """Return the use case's command."""
        return TakeExitStep(
            contract_id=self.contract_id,
            step=ExitStep.AUDIT,
            step_on=self.audited_on,
            document_id=self.document_id,
        )


@strawberry.input(description="Record who comes next: by the owners' decision, or by the next contract.")
class ReselectProviderInput(MutationInput):
    """The re-selection."""

    contract_id: strawberry.ID = strawberry.field(description="The contract that ends.")
    reselected_on: date = strawberry.field(description="The day; not before the step before, not in the future.")
    document_id: strawberry.ID = strawberry.field(description="The record of the re-selection.")
    decision_id: strawberry.ID | None = strawberry.field(default=None, description="The owners' passed decision.")
    next_contract_id: strawberry.ID | None = strawberry.field(default=None, description="The next, signed contract.")

    def command(self) -> ReselectProvider:
        """Return the use case's command."""
        return ReselectProvider(
            contract_id=self.contract_id,
            reselected_on=self.reselected_on,
            document_id=self.document_id,
            decision_id=self.decision_id,
            next_contract_id=self.next_contract_id,
        )


@strawberry.input(description="Record that the handover began.")
class BeginHandoverInput(MutationInput):
    """The beginning of the handover."""

    contract_id: strawberry.ID = strawberry.field(description="The contract that ends.")
    begun_on: date = strawberry.field(description="The day; not before the step before, not in the future.")
    document_id: strawberry.ID = strawberry.field(description="The handover plan or protocol.")

    def command(self) -> TakeExitStep:
        """Return the use case's command."""
        return TakeExitStep(
            contract_id=self.contract_id,
            step=ExitStep.HANDOVER,
            step_on=self.begun_on,
            document_id=self.document_id,
        )


@strawberry.input(description="Record that one group of the handover checklist was handed over.")
class AcceptHandoverInput(MutationInput):
    """One group of the checklist."""

    contract_id: strawberry.ID = strawberry.field(description="The contract; it is HANDING_OVER.")
    group: HandoverGroup = strawberry.field(description="What was handed over.")
    accepted_on: date = strawberry.field(description="The day; not before the handover began, not in the future.")
    document_id: strawberry.ID = strawberry.field(description="The signed record of it.")
    supervised_by_community: bool = strawberry.field(
        default=False, description="Whether the residents' or village committee supervised it."
    )

    def command(self) -> AcceptHandover:
        """Return the use case's command."""
        return AcceptHandover(
            contract_id=self.contract_id,
            handed_over=HandedOver(
                group=self.group,
                accepted_on=self.accepted_on,
                document_id=self.document_id,
                supervised_by_community=self.supervised_by_community,
            ),
        )


@strawberry.input(description="Record that the buffer period began, in which both providers are there.")
class BeginBufferInput(MutationInput):
    """The beginning of the buffer period."""

    contract_id: strawberry.ID = strawberry.field(description="The contract; everything is handed over.")
    begun_on: date = strawberry.field(description="The day; not before the step before, not in the future.")
    document_id: strawberry.ID = strawberry.field(description="The agreement on the buffer period.")

    def command(self) -> TakeExitStep:
        """Return the use case's command."""
        return TakeExitStep(
            contract_id=self.contract_id,
            step=ExitStep.BUFFER,
            step_on=self.begun_on,
            document_id=self.document_id,
        )


@strawberry.input(description="Record the end of a contract after its exit.")
class TerminateContractInput(MutationInput):
    """The end of a contract."""

    contract_id: strawberry.ID = strawberry.field(description="The contract that ends.")
    ended_on: date = strawberry.field(description="The day; not before earliestEndOn, not in the future.")
    handover_refused: bool = strawberry.field(
        default=False, description="True where the provider left without handing everything over."
    )

    def command(self) -> TerminateContract:
        """Return the use case's command."""
        return TerminateContract(
            contract_id=self.contract_id, ended_on=self.ended_on, handover_refused=self.handover_refused
        )
