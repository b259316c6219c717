"""Notices and their length, the order of steps, the handover and the end of a contract."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kit.errors import ValidationFailed
from policy.vocabulary import ExitStep
from services.registry.domain.contract_exit import (
    DismissalNotDecided,
    EndCause,
    EndsBeforeNotice,
    ExitGround,
    ExitNotice,
    ExitReportMissing,
    ExitTrigger,
    HandedOver,
    HandedOverAlready,
    HandoverGroup,
    HandoverNotAccepted,
    HandoverNotSupervised,
    NextContract,
    NobodyReselected,
    NoticeParty,
    OwnersDecision,
    StepTaken,
    cause_of,
    check_end,
    check_handed_over,
    check_step_day,
    continues_indefinitely,
    earliest_end,
    ground_of,
    is_handover_accepted,
    late_notice_flags,
    post_termination_from,
    renewal_alarm_on,
    require_accepted_handover,
    require_dismissal,
    require_report,
    require_reselection,
    steps_before_end,
)
from services.registry.domain.contract_state import ContractState
from services.registry.domain.decision import DecisionMatter, DecisionState
from tests.heard import mounted_policies

TODAY = date(2026, 3, 5)
END = date(2026, 6, 30)
NOTICED = date(2026, 3, 1)
NOTICE = ExitNotice(
    given_by=NoticeParty.OWNERS,
    ground=ExitGround.DISMISSAL,
    trigger=ExitTrigger.POOR_ASSESSMENT,
    noticed_on=NOTICED,
    earliest_end_on=date(2026, 4, 30),
)
STEP = StepTaken(step=ExitStep.NOTICE, step_on=NOTICED, document_id="doc_1")
ROOMS = HandedOver(group=HandoverGroup.ROOMS, accepted_on=NOTICED, document_id="doc_2", supervised_by_community=True)
EVERYTHING = [replace(ROOMS, group=group) for group in HandoverGroup]
DISMISSED = OwnersDecision(
    estate_id="est_1",
    matter=DecisionMatter.HIRE_OR_DISMISS_PROVIDER,
    state=DecisionState.CLOSED_PASSED,
    subject_ref="ctr_1",
    closed_on=NOTICED,
)
LIMITS = mounted_policies().national(TODAY).time_limits


@pytest.mark.parametrize(
    ("party", "to", "ground"),
    [
        (NoticeParty.OWNERS, END, ExitGround.DISMISSAL),
        (NoticeParty.PROVIDER, END, ExitGround.NO_RENEWAL),
        (NoticeParty.OWNERS, NOTICED, ExitGround.DISMISSAL),
        (NoticeParty.OWNERS, NOTICED - timedelta(days=1), ExitGround.INDEFINITE_TERM),
        (NoticeParty.PROVIDER, NOTICED - timedelta(days=1), ExitGround.INDEFINITE_TERM),
        (NoticeParty.PROVIDER, None, ExitGround.INDEFINITE_TERM),
    ],
)
def test_the_footing_of_a_notice_follows_from_party_and_term(
    party: NoticeParty, to: date | None, ground: ExitGround
) -> None:
    assert ground_of(party, to=to, noticed_on=NOTICED) is ground


@pytest.mark.parametrize(
    ("ground", "to", "agreed_days", "expected"),
    [
        (ExitGround.DISMISSAL, END, None, date(2026, 4, 30)),  # 60 days from 1 March
        (ExitGround.DISMISSAL, END, 30, date(2026, 3, 31)),
        (ExitGround.DISMISSAL, END, 0, NOTICED),
        (ExitGround.INDEFINITE_TERM, None, 30, date(2026, 4, 30)),  # what was agreed is about a dismissal
        (ExitGround.NO_RENEWAL, END, None, END),
        (ExitGround.NO_RENEWAL, None, None, date(2026, 5, 30)),
        (ExitGround.NO_RENEWAL, date(2026, 5, 30), None, date(2026, 5, 30)),  # exactly 90 days before
        (ExitGround.NO_RENEWAL, date(2026, 5, 29), None, date(2026, 5, 30)),
    ],
)
def test_a_contract_ends_no_sooner_than_its_notice(
    ground: ExitGround, to: date | None, agreed_days: int | None, expected: date
) -> None:
    assert earliest_end(ground, noticed_on=NOTICED, to=to, agreed_days=agreed_days, limits=LIMITS) == expected


def test_a_provider_that_speaks_less_than_ninety_days_before_the_end_is_flagged() -> None:
    notice = replace(NOTICE, given_by=NoticeParty.PROVIDER, ground=ExitGround.NO_RENEWAL)

    assert renewal_alarm_on(date(2026, 5, 30), LIMITS) == NOTICED
    assert renewal_alarm_on(None, LIMITS) is None
    assert late_notice_flags(notice, to=date(2026, 5, 30), limits=LIMITS) == ()
    (flag,) = late_notice_flags(notice, to=date(2026, 5, 29), limits=LIMITS)
    assert (flag.code, flag.path, flag.value) == (
        "WARN:LATE_NOTICE", ("input", "noticedOn"), notice.earliest_end_on.isoformat(),
    )  # fmt: skip
    assert late_notice_flags(NOTICE, to=date(2026, 5, 29), limits=LIMITS) == ()


@pytest.mark.parametrize(
    ("state", "to", "expected"),
    [
        (ContractState.ACTIVE, TODAY - timedelta(days=1), True),
        (ContractState.ACTIVE, TODAY, False),
        (ContractState.ACTIVE, None, False),
        (ContractState.TERMINATED, TODAY - timedelta(days=1), False),
    ],
)
def test_a_contract_past_its_term_goes_on(state: ContractState, to: date | None, expected: bool) -> None:
    assert continues_indefinitely(state=state, to=to, on=TODAY) is expected


@pytest.mark.rule("ZG-13")
@pytest.mark.parametrize("document_id", [None, "", "  "])
def test_an_exit_begins_with_a_report(document_id: str | None) -> None:
    assert require_report(" doc_1 ") == "doc_1"

    with pytest.raises(ExitReportMissing) as refused:
        require_report(document_id)
    assert refused.value.value is None
    assert (refused.value.code, refused.value.path) == ("PRECONDITION", ("input", "documentId"))


@pytest.mark.rule("NZ-13")
def test_steps_are_taken_in_order_and_not_to_come() -> None:
    check_step_day(NOTICED, [STEP], today=TODAY, path=("input", "stepOn"))
    check_step_day(TODAY, [STEP], today=TODAY, path=("input", "stepOn"))

    for day in (NOTICED - timedelta(days=1), TODAY + timedelta(days=1)):
        with pytest.raises(ValidationFailed) as refused:
            check_step_day(day, [STEP], today=TODAY, path=("input", "stepOn"))
        assert (refused.value.path, refused.value.value) == (("input", "stepOn"), day.isoformat())


@pytest.mark.rule("NZ-13")
def test_no_step_precedes_what_was_handed_over_before_it() -> None:
    path = ("input", "stepOn")
    check_step_day(NOTICED, [STEP], today=TODAY, path=path, handed_over=[ROOMS])

    with pytest.raises(ValidationFailed) as refused:
        check_step_day(NOTICED, [STEP], today=TODAY, path=path, handed_over=[replace(ROOMS, accepted_on=TODAY)])
    assert refused.value.path == path


def dismiss(decision: OwnersDecision | None) -> None:
    require_dismissal(decision, estate_id="est_1", contract_id="ctr_1", provider_id="prv_1", noticed_on=NOTICED)


@pytest.mark.parametrize("subject", ["ctr_1", "prv_2"])
def test_owners_dismiss_by_deciding_on_the_contract_or_on_another_provider(subject: str) -> None:
    dismiss(replace(DISMISSED, subject_ref=subject))


@pytest.mark.parametrize(
    ("decision", "value"),
    [
        (None, "ctr_1"),
        (replace(DISMISSED, estate_id="est_2"), "est_2"),
        (replace(DISMISSED, matter=DecisionMatter.REGULATIONS), "REGULATIONS"),
        (replace(DISMISSED, state=DecisionState.CLOSED_FAILED), "CLOSED_FAILED"),
        (replace(DISMISSED, subject_ref="prv_1"), "prv_1"),
        (replace(DISMISSED, subject_ref=None), ""),
        (replace(DISMISSED, closed_on=NOTICED + timedelta(days=1)), "2026-03-02"),
    ],
    ids=["none", "estate", "matter", "failed", "this provider", "nothing", "later"],
)
def test_no_other_decision_dismisses(decision: OwnersDecision | None, value: str | None) -> None:
    with pytest.raises(DismissalNotDecided) as refused:
        dismiss(decision)

    assert refused.value.value == value
    assert (refused.value.code, refused.value.path) == ("NEEDS_DECISION", ("input", "decisionId"))


HIRED = replace(DISMISSED, subject_ref="prv_2")
NEXT = NextContract(id="ctr_2", estate_id="est_1", state=ContractState.SIGNED)


@pytest.mark.rule("NZ-13")
@pytest.mark.parametrize(("decision", "following"), [(HIRED, None), (None, NEXT), (HIRED, NEXT)])
def test_a_re_selection_shows_a_decision_or_a_contract(
    decision: OwnersDecision | None, following: NextContract | None
) -> None:
    require_reselection(decision, following, estate_id="est_1", contract_id="ctr_1")


@pytest.mark.rule("NZ-13")
@pytest.mark.parametrize(
    ("decision", "following", "path", "value"),
    [
        (None, None, ("input", "decisionId"), None),
        (DISMISSED, None, ("input", "decisionId"), "ctr_1"),
        (replace(DISMISSED, estate_id="est_2"), None, ("input", "decisionId"), "est_2"),
        (replace(DISMISSED, state=DecisionState.NOTICED), None, ("input", "decisionId"), "NOTICED"),
        (None, replace(NEXT, state=ContractState.DRAFT), ("input", "nextContractId"), "DRAFT"),
        (None, replace(NEXT, estate_id="est_2"), ("input", "nextContractId"), "SIGNED"),
        (None, replace(NEXT, id="ctr_1"), ("input", "nextContractId"), "SIGNED"),
    ],
)
def test_a_re_selection_without_either_is_refused(
    decision: OwnersDecision | None, following: NextContract | None, path: tuple[str, ...], value: str | None
) -> None:
    with pytest.raises(NobodyReselected) as refused:
        require_reselection(decision, following, estate_id="est_1", contract_id="ctr_1")

    assert (refused.value.path, refused.value.value) == (path, value)
    assert refused.value.code == "NEEDS_DECISION"


def accept(new: HandedOver, *, needs_supervision: bool = True, existing: list[HandedOver] | None = None) -> None:
    check_handed_over(new, existing or [], begun_on=NOTICED, today=TODAY, needs_supervision=needs_supervision)


@pytest.mark.rule("ZG-13")
def test_the_committee_of_residents_supervises_where_a_measure_asks_for_it() -> None:
    accept(ROOMS)
    accept(replace(ROOMS, supervised_by_community=False), needs_supervision=False)

    with pytest.raises(HandoverNotSupervised) as refused:
        accept(replace(ROOMS, supervised_by_community=False))
    assert (refused.value.path, refused.value.value) == (("input", "supervisedByCommunity"), None)
    assert refused.value.code == "PRECONDITION"


@pytest.mark.parametrize("day", [NOTICED - timedelta(days=1), TODAY + timedelta(days=1)])
def test_a_group_is_handed_over_once_between_the_beginning_and_today(day: date) -> None:
    accept(replace(ROOMS, accepted_on=TODAY))

    with pytest.raises(ValidationFailed) as refused:
        accept(replace(ROOMS, accepted_on=day))
    assert (refused.value.path, refused.value.value) == (("input", "acceptedOn"), day.isoformat())
    with pytest.raises(HandedOverAlready) as refused:
        accept(ROOMS, existing=[ROOMS])
    assert refused.value.path == ("input", "group")
    assert (refused.value.code, refused.value.value) == ("STATE_CONFLICT", "ROOMS")


def test_everything_is_handed_over_or_the_refusal_is_on_record() -> None:
    require_accepted_handover(EVERYTHING, refused=False)
    require_accepted_handover(EVERYTHING[:2], refused=True)

    assert is_handover_accepted(EVERYTHING)
    assert not is_handover_accepted(EVERYTHING[:2])
    with pytest.raises(HandoverNotAccepted) as lacking:
        require_accepted_handover(EVERYTHING[:2], refused=False)
    assert lacking.value.path == ("input", "contractId")
    assert (lacking.value.code, lacking.value.value) == ("PRECONDITION", "['DOCUMENTS']")
    with pytest.raises(ValidationFailed) as refused:
        require_accepted_handover(EVERYTHING, refused=True)
    assert (refused.value.path, refused.value.value) == (("input", "handoverRefused"), None)


@pytest.mark.rule("NZ-13")
def test_no_buffer_period_follows_a_refused_handover() -> None:
    assert steps_before_end(tuple(ExitStep), handover_refused=False) == tuple(ExitStep)
    assert steps_before_end(tuple(ExitStep), handover_refused=True) == tuple(ExitStep)[:-1]


def test_a_contract_ends_on_the_day_the_notice_has_run_and_not_before() -> None:
    later = date(2026, 5, 1)
    check_end(NOTICE.earliest_end_on, NOTICE, [STEP], today=later)

    with pytest.raises(EndsBeforeNotice) as refused:
        check_end(NOTICE.earliest_end_on - timedelta(days=1), NOTICE, [STEP], today=later)
    assert refused.value.value == "2026-04-29"
    assert (refused.value.code, refused.value.path) == ("OUT_OF_RANGE", ("input", "endedOn"))

    last_step = replace(STEP, step_on=NOTICE.earliest_end_on + timedelta(days=1))
    with pytest.raises(ValidationFailed) as too_early:
        check_end(NOTICE.earliest_end_on, NOTICE, [last_step], today=later)
    assert (too_early.value.path, too_early.value.value) == (("input", "endedOn"), "2026-04-30")


@pytest.mark.parametrize(
    ("ground", "refused", "cause"),
    [
        (ExitGround.DISMISSAL, False, EndCause.DISMISSED),
        (ExitGround.NO_RENEWAL, False, EndCause.NOT_RENEWED),
        (ExitGround.INDEFINITE_TERM, False, EndCause.NOTICE_OF_INDEFINITE_TERM),
        (ExitGround.DISMISSAL, True, EndCause.HANDOVER_REFUSED),
    ],
)
def test_why_a_contract_ended(ground: ExitGround, refused: bool, cause: EndCause) -> None:
    assert cause_of(replace(NOTICE, ground=ground), handover_refused=refused) is cause


@pytest.mark.parametrize(
    ("state", "is_taken_over", "on", "expected"),
    [
        (ContractState.HANDING_OVER, False, NOTICE.earliest_end_on, NOTICE.earliest_end_on),
        (ContractState.HANDING_OVER, False, NOTICE.earliest_end_on - timedelta(days=1), None),
        (ContractState.HANDING_OVER, True, NOTICE.earliest_end_on, None),
        (ContractState.TERMINATED, False, NOTICE.earliest_end_on, None),
        (ContractState.ACTIVE, False, NOTICE.earliest_end_on, None),
    ],
)
def test_until_the_take_over_the_old_provider_serves_on(
    state: ContractState, is_taken_over: bool, on: date, expected: date | None
) -> None:
    assert post_termination_from(state=state, notice=NOTICE, is_taken_over=is_taken_over, on=on) == expected
