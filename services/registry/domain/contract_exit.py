"""How a contract ends: who gives notice and how long before, the ordered steps, the handover, the end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from kit.errors import DecisionMissing, Flag, OutOfRange, PreconditionMissing, StateConflict, ValidationFailed
from policy.instruments import TimeLimitsPolicy
from policy.vocabulary import ExitStep
from services.registry.domain.contract_state import EXIT_STATES, ContractState
from services.registry.domain.decision import DecisionMatter, DecisionState


class NoticeParty(StrEnum):
    """Who gives notice of the exit."""

    OWNERS = "OWNERS"
    PROVIDER = "PROVIDER"


class ExitGround(StrEnum):
    """On which footing a notice rests (Civil Code, arts. 946-948)."""

    DISMISSAL = "DISMISSAL"
    NO_RENEWAL = "NO_RENEWAL"
    INDEFINITE_TERM = "INDEFINITE_TERM"


class ExitTrigger(StrEnum):
    """What set the exit off; poor work is what the document names (NZ-13)."""

    POOR_ASSESSMENT = "POOR_ASSESSMENT"
    LOW_SATISFACTION = "LOW_SATISFACTION"
    END_OF_TERM = "END_OF_TERM"
    PROVIDER_LEAVES = "PROVIDER_LEAVES"
    OTHER = "OTHER"


class HandoverGroup(StrEnum):
    """What the old provider hands over (Civil Code, art. 949)."""

    ROOMS = "ROOMS"
    FACILITIES = "FACILITIES"
    DOCUMENTS = "DOCUMENTS"


class EndCause(StrEnum):
    """Why a contract ended."""

    DISMISSED = "DISMISSED"
    NOT_RENEWED = "NOT_RENEWED"
    NOTICE_OF_INDEFINITE_TERM = "NOTICE_OF_INDEFINITE_TERM"
    HANDOVER_REFUSED = "HANDOVER_REFUSED"


class DismissalNotDecided(DecisionMissing):
    """The owners have not decided jointly to end this contract (Civil Code, art. 946)."""


class NobodyReselected(DecisionMissing):
    """Neither a decision of the owners nor a signed contract says who comes next (NZ-13)."""


class ExitReportMissing(PreconditionMissing):
    """The exit has no written report beforehand (ZG-13, NZ-13)."""


class HandoverNotSupervised(PreconditionMissing):
    """The district's handover measure asks the residents' or village committee to supervise the handover (ZG-13)."""


class HandoverNotAccepted(PreconditionMissing):
    """Rooms, facilities or documents are not handed over (Civil Code, art. 949)."""


class HandedOverAlready(StateConflict):
    """This group of the checklist is handed over already."""


class EndsBeforeNotice(OutOfRange):
    """The contract would end before the notice has run (Civil Code, arts. 946-948)."""


@dataclass(frozen=True, kw_only=True)
class ExitNotice:
    """The notice that an exit began with; `earliest_end_on` is the first day on which the contract may have ended."""

    given_by: NoticeParty
    ground: ExitGround
    trigger: ExitTrigger
    noticed_on: date
    earliest_end_on: date
    decision_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class StepTaken:
    """One step of the exit with its day and its document."""

    step: ExitStep
    step_on: date
    document_id: str
    decision_id: str | None = None
    next_contract_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class HandedOver:
    """One group of the handover checklist that was accepted."""

    group: HandoverGroup
    accepted_on: date
    document_id: str
    supervised_by_community: bool


def continues_indefinitely(*, state: ContractState, to: date | None, on: date) -> bool:
    """Return whether the contract runs past its term with no decision, for an indefinite time (art. 948)."""
    return state is ContractState.ACTIVE and to is not None and to < on


def renewal_alarm_on(to: date | None, limits: TimeLimitsPolicy) -> date | None:
    """Return the last day on which the provider may say that it will not renew: 90 days before the end (art. 947)."""
    return None if to is None else to - timedelta(days=limits.no_renewal_notice_days)


def ground_of(given_by: NoticeParty, *, to: date | None, noticed_on: date) -> ExitGround:
    """Return the footing of a notice (Civil Code, arts. 946-948).

    Within a term owners dismiss, and a provider does not renew; past it, or without one, either side gives the notice
    of an indefinite term.
    """
    if to is None or to < noticed_on:
        return ExitGround.INDEFINITE_TERM
    return ExitGround.DISMISSAL if given_by is NoticeParty.OWNERS else ExitGround.NO_RENEWAL


def earliest_end(
    ground: ExitGround, *, noticed_on: date, to: date | None, agreed_days: int | None, limits: TimeLimitsPolicy
) -> date:
    """Return the first day on which the contract may have ended.

    A dismissal takes 60 days unless the parties agreed otherwise (art. 946), an indefinite term 60 (art. 948). A
    provider that will not renew serves to the end of its term, and 90 days from its notice if it spoke late (art. 947).
    """
    if ground is ExitGround.DISMISSAL:
        days = limits.dismissal_notice_days if agreed_days is None else agreed_days
        return noticed_on + timedelta(days=days)
    if ground is ExitGround.INDEFINITE_TERM:
        return noticed_on + timedelta(days=limits.indefinite_contract_notice_days)
    served = noticed_on + timedelta(days=limits.no_renewal_notice_days)
    return served if to is None else max(to, served)


@dataclass(frozen=True, kw_only=True)
class OwnersDecision:
    """A joint decision, as far as an exit needs it."""

    estate_id: str
    matter: DecisionMatter
    state: DecisionState
    subject_ref: str | None
    closed_on: date | None


@dataclass(frozen=True, kw_only=True)
class NextContract:
    """The contract that follows, as far as a re-selection needs it."""

    id: str
    estate_id: str
    state: ContractState


def require_dismissal(
    decision: OwnersDecision | None, *, estate_id: str, contract_id: str, provider_id: str, noticed_on: date
) -> None:
    """Raise DismissalNotDecided unless the owners decided to end this contract, or to hire somebody else (art. 946).

    The decision names the contract as its subject, or another provider, and passed on or before the day of the notice.
    """
    path = ("input", "decisionId")
    if decision is None:
        raise DismissalNotDecided("owners dismiss a provider by joint decision", path=path, value=contract_id)
    _require_passed(decision, estate_id=estate_id, refusal=DismissalNotDecided)
    if decision.closed_on is None or decision.closed_on > noticed_on:
        raise DismissalNotDecided("the decision passed after the notice", path=path, value=decision.closed_on)
    subject = decision.subject_ref or ""
    if subject != contract_id and (not subject.startswith("prv_") or subject == provider_id):
        raise DismissalNotDecided("the decision is not about ending this contract", path=path, value=subject)


def require_reselection(
    decision: OwnersDecision | None, following: NextContract | None, *, estate_id: str, contract_id: str
) -> None:
    """Raise NobodyReselected unless owners decided on who comes next, or a contract with them is signed (NZ-13).

    A decision that is about ending this contract says nothing of who comes next.
    """
    if decision is None and following is None:
        raise NobodyReselected(
            "a re-selection shows the owners' decision or the next contract", path=("input", "decisionId")
        )
    if decision is not None:
        _require_passed(decision, estate_id=estate_id, refusal=NobodyReselected)
        if decision.subject_ref == contract_id:
            raise NobodyReselected(
                "the decision is about ending this contract, not about who comes next",
                path=("input", "decisionId"),
                value=contract_id,
            )
    if following is not None and (
        following.estate_id != estate_id
        or following.id == contract_id
        or following.state not in (ContractState.SIGNED, ContractState.ACTIVE)
    ):
        raise NobodyReselected(
            "the next contract is another one of this estate and signed",
            path=("input", "nextContractId"),
            value=following.state,
        )


def _require_passed(
    decision: OwnersDecision, *, estate_id: str, refusal: type[DismissalNotDecided] | type[NobodyReselected]
) -> None:
    path = ("input", "decisionId")
    if decision.estate_id != estate_id:
        raise refusal("the decision is another estate's", path=path, value=decision.estate_id)
    if decision.matter is not DecisionMatter.HIRE_OR_DISMISS_PROVIDER:
        raise refusal("the decision is about another matter", path=path, value=decision.matter)
    if decision.state is not DecisionState.CLOSED_PASSED:
        raise refusal("the decision has not passed", path=path, value=decision.state)


def late_notice_flags(notice: ExitNotice, *, to: date | None, limits: TimeLimitsPolicy) -> tuple[Flag, ...]:
    """Return WARN:LATE_NOTICE when a provider spoke less than 90 days before the end of its term (art. 947)."""
    alarm = renewal_alarm_on(to, limits)
    if notice.ground is not ExitGround.NO_RENEWAL or alarm is None or notice.noticed_on <= alarm:
        return ()
    return (
        Flag(
            "WARN:LATE_NOTICE",
            f"a provider that will not renew says so until {alarm.isoformat()}; it serves on for the notice",
            path=("input", "noticedOn"),
            value=notice.earliest_end_on.isoformat(),
        ),
    )


def require_report(document_id: str | None) -> str:
    """Return the document of the notice; raises ExitReportMissing when there is none (ZG-13, NZ-13)."""
    if document_id is None or not document_id.strip():
        raise ExitReportMissing("an exit begins with a written report", path=("input", "documentId"))
    return document_id.strip()


def check_step_day(
    step_on: date,
    taken: Sequence[StepTaken],
    *,
    today: date,
    path: Sequence[str],
    handed_over: Sequence[HandedOver] = (),
) -> None:
    """Raise ValidationFailed unless the step is not to come and not before what precedes it (NZ-13).

    What precedes it is the step before, and every group of the checklist that was handed over.
    """
    if step_on > today:
        raise ValidationFailed("a step of an exit is recorded when it was taken", path=path, value=step_on)
    if taken and step_on < taken[-1].step_on:
        raise ValidationFailed(f"the step {taken[-1].step.value} was taken later", path=path, value=step_on)
    if any(step_on < handed.accepted_on for handed in handed_over):
        raise ValidationFailed("something was handed over later", path=path, value=step_on)


def check_handed_over(
    new: HandedOver, existing: Sequence[HandedOver], *, begun_on: date, today: date, needs_supervision: bool
) -> None:
    """Raise unless this group of the checklist can be accepted now (Civil Code, art. 949).

    Raises HandedOverAlready for a group that was, HandoverNotSupervised where the district's handover measure asks the
    residents' committee to supervise (ZG-13), ValidationFailed for a day before the handover began or to come.
    """
    if not begun_on <= new.accepted_on <= today:
        raise ValidationFailed(
            "a handover is accepted between its beginning and today",
            path=("input", "acceptedOn"),
            value=new.accepted_on,
        )
    if any(handed.group is new.group for handed in existing):
        raise HandedOverAlready("this group is handed over already", path=("input", "group"), value=new.group.value)
    if needs_supervision and not new.supervised_by_community:
        raise HandoverNotSupervised(
            "the residents' or village committee supervises the handover", path=("input", "supervisedByCommunity")
        )


def is_handover_accepted(handed_over: Sequence[HandedOver]) -> bool:
    """Return whether rooms, facilities and documents were all accepted; no fee after the end before (art. 949)."""
    return {handed.group for handed in handed_over} == set(HandoverGroup)


def require_accepted_handover(handed_over: Sequence[HandedOver], *, refused: bool) -> None:
    """Raise HandoverNotAccepted when a group lacks, unless the end is recorded as a refusal to hand over (art. 949)."""
    accepted = is_handover_accepted(handed_over)
    if refused and accepted:
        raise ValidationFailed("everything was handed over", path=("input", "handoverRefused"))
    if not accepted and not refused:
        lacking = [group.value for group in HandoverGroup if all(handed.group is not group for handed in handed_over)]
        raise HandoverNotAccepted("not everything is handed over", path=("input", "contractId"), value=lacking)


def steps_before_end(required: Sequence[ExitStep], *, handover_refused: bool) -> tuple[ExitStep, ...]:
    """Return the steps that an end needs: no buffer period follows a handover that was refused (NZ-13, art. 949)."""
    return tuple(step for step in required if step is not ExitStep.BUFFER or not handover_refused)


def check_end(
    ended_on: date,
    notice: ExitNotice,
    taken: Sequence[StepTaken],
    *,
    today: date,
    handed_over: Sequence[HandedOver] = (),
) -> None:
    """Raise EndsBeforeNotice before the notice has run, ValidationFailed for an end to come or before the last step."""
    path = ("input", "endedOn")
    check_step_day(ended_on, taken, today=today, path=path, handed_over=handed_over)
    if ended_on < notice.earliest_end_on:
        raise EndsBeforeNotice(f"the notice runs until {notice.earliest_end_on.isoformat()}", path=path, value=ended_on)


def cause_of(notice: ExitNotice, *, handover_refused: bool) -> EndCause:
    """Return why the contract ended, for those who settle its money."""
    if handover_refused:
        return EndCause.HANDOVER_REFUSED
    return {
        ExitGround.DISMISSAL: EndCause.DISMISSED,
        ExitGround.NO_RENEWAL: EndCause.NOT_RENEWED,
        ExitGround.INDEFINITE_TERM: EndCause.NOTICE_OF_INDEFINITE_TERM,
    }[notice.ground]


def post_termination_from(
    *, state: ContractState, notice: ExitNotice | None, is_taken_over: bool, on: date
) -> date | None:
    """Return since when the old provider serves until it is taken over, and may charge for it; None if not (art. 950).

    That is from the day on which the contract could have ended, while it is still being handed over.
    """
    if state not in EXIT_STATES or notice is None or is_taken_over or on < notice.earliest_end_on:
        return None
    return notice.earliest_end_on
