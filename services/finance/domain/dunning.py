"""The steps of asking for an overdue fee: reminded, posted, the deadline passed, then arbitration or a lawsuit.

(ZG-07, ZG-08.) The steps are kept apart from the payment, none may be skipped, and none of them cuts anybody's water or
power: the ladder has no such step (Civil Code, art. 944).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kit.errors import StateConflict, ValidationFailed
from kit.money import Fen
from services.finance.domain.bill import BillState, DunningStep, FeeBill

LONGEST_REFERENCE = 100

NEXT_STEPS: Mapping[DunningStep, tuple[DunningStep, ...]] = {
    DunningStep.NONE: (DunningStep.REMINDED,),
    DunningStep.REMINDED: (DunningStep.POSTED,),
    DunningStep.POSTED: (DunningStep.DEADLINE_PASSED,),
    DunningStep.DEADLINE_PASSED: (DunningStep.ARBITRATION, DunningStep.LAWSUIT),
    DunningStep.ARBITRATION: (),
    DunningStep.LAWSUIT: (),
}
"""What may follow each step; the last two are alternatives."""

LEGAL_STEPS = (DunningStep.ARBITRATION, DunningStep.LAWSUIT)


class DunningStepSkipped(StateConflict):
    """The ladder does not lead from the bill's step to this one (ZG-07)."""


class NotOverdue(StateConflict):
    """Nobody is asked for a bill that is not overdue."""


class DeadlineNotPassed(StateConflict):
    """The owners may still pay by the posted deadline (ZG-08)."""


@dataclass(frozen=True)
class DunningRecord:
    """A step that was taken on a bill: on which day, by when the owners were to pay, under which reference."""

    step: DunningStep
    taken_on: date
    deadline: date | None = None
    reference: str | None = None


@dataclass(frozen=True)
class DunningNotice:
    """What is posted in a prominent place: the door and the amount, and by when; never a name (ZG-07)."""

    door_number: str
    amount: Fen
    pay_by: date


def take_step(
    bill: FeeBill,
    taken: Sequence[DunningRecord],
    step: DunningStep,
    *,
    today: date,
    deadline: date | None = None,
    reference: str | None = None,
    path: Sequence[str] = (),
) -> DunningRecord:
    """Return the record of the next step.

    Raises DunningStepSkipped, NotOverdue, DeadlineNotPassed before the posted deadline is over (ZG-08), and
    ValidationFailed for a posting without a deadline to come or a legal step without a reference.
    """
    if step not in NEXT_STEPS[bill.dunning]:
        raise DunningStepSkipped(
            f"the bill is {bill.dunning.value}, and {step.value} does not follow",
            path=(*path, "step"),
            value=step.value,
        )
    state = bill.state_on(today)
    if state is not BillState.OVERDUE:
        raise NotOverdue(f"the bill is {state.value}", path=(*path, "billId"), value=state.value)
    if step is DunningStep.POSTED and (deadline is None or deadline <= today):
        raise ValidationFailed(
            "a posted notice names a day to come",
            path=(*path, "deadline"),
            value=None if deadline is None else deadline.isoformat(),
        )
    posted = next((one.deadline for one in reversed(taken) if one.deadline is not None), None)
    if step is DunningStep.DEADLINE_PASSED and (posted is None or today <= posted):
        raise DeadlineNotPassed(
            "the posted deadline is not over",
            path=(*path, "step"),
            value=None if posted is None else posted.isoformat(),
        )
    text = (reference or "").strip()
    if step in LEGAL_STEPS and (not 1 <= len(text) <= LONGEST_REFERENCE or not text.isprintable()):
        raise ValidationFailed(
            f"arbitration and lawsuits have a reference of 1 to {LONGEST_REFERENCE} characters",
            path=(*path, "reference"),
            value=reference,
        )
    return DunningRecord(
        step=step,
        taken_on=today,
        deadline=deadline if step is DunningStep.POSTED else None,
        reference=text if step in LEGAL_STEPS else None,
    )


def notice_of(bill: FeeBill, deadline: date) -> DunningNotice:
    """Return what the posted notice of a bill shows."""
    return DunningNotice(door_number=bill.door_number, amount=bill.outstanding, pay_by=deadline)
