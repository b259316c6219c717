"""Mediation of arrears as finance follows it, and the instalments in which settled arrears are paid (XY-15, P5).

A case begins with the provider's application, and the arrears of that day are the case's, whatever is paid or billed
since. A settlement splits them into instalments; the bills stay as they are, and payments go to the oldest bill as
ever. How far an instalment is paid is read off the bills on any day, so nothing has to be written when a day passes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from itertools import pairwise

from kit.errors import PreconditionMissing, StateConflict, ValidationFailed
from kit.explanation import ExplainedValue, Explanation
from kit.money import ZERO_FEN, Fen, format_money, parse_money, sum_fen
from services.finance.domain.bill import FeeBill
from services.finance.domain.sums_explained import DOCUMENT, FEES_CLAUSE

TERMS = ("settlementTerms",)
INSTALMENTS = "instalments"


class MediationState(StrEnum):
    """Where a case of mediation stands; SETTLED and FAILED end it."""

    APPLIED = "APPLIED"
    ACCEPTED = "ACCEPTED"
    SETTLED = "SETTLED"
    FAILED = "FAILED"


class InstalmentState(StrEnum):
    """Where the payment of an instalment stands at the end of a day; MISSED may still become PAID."""

    DUE = "DUE"
    PAID = "PAID"
    MISSED = "MISSED"


class ApplicationMissing(PreconditionMissing):
    """There is no case without the provider's application (XY-15)."""


class MediationOver(StateConflict):
    """The case was settled or failed, and nothing else follows here."""


class TermsUnreadable(ValidationFailed):
    """The settlement names instalments, but not as days in their order with amounts above nothing."""


class TermsOffArrears(ValidationFailed):
    """The instalments together are not the arrears of the case."""


class LadderRests(StateConflict):
    """Nobody is asked for a bill while the instalments agreed for it are paid."""


@dataclass(frozen=True)
class Instalment:
    """What is to be paid by the end of a day."""

    due_on: date
    amount: Fen


@dataclass(frozen=True)
class InstalmentPlan:
    """In which instalments the arrears of a part are paid or, without a part, those of the whole estate."""

    settled_on: date
    instalments: tuple[Instalment, ...]
    part_id: str | None = None

    @property
    def total(self) -> Fen:
        """The instalments together."""
        return sum_fen(one.amount for one in self.instalments)


@dataclass(frozen=True, kw_only=True)
class ArrearsMediation:
    """A case as it was heard: since when it is in each state, and the plan that settled it."""

    id: str
    district: str
    estate_id: str
    provider_id: str
    days: Mapping[MediationState, date] = field(default_factory=dict)
    plan: InstalmentPlan | None = None

    @property
    def state(self) -> MediationState:
        """The last state that was heard."""
        return [state for state in MediationState if state in self.days][-1]

    @property
    def applied_on(self) -> date:
        """The day of the application, whose arrears are the case's."""
        return self.days[MediationState.APPLIED]


@dataclass(frozen=True)
class InstalmentStanding:
    """How much of an instalment is paid."""

    instalment: Instalment
    paid: Fen
    state: InstalmentState


@dataclass(frozen=True)
class PlanStanding:
    """How far a plan is paid at the end of a day; `outstanding` is what is left of the arrears of the case."""

    as_of: date
    outstanding: Fen
    instalments: tuple[InstalmentStanding, ...]

    @property
    def paid(self) -> Fen:
        """What is paid on the instalments together."""
        return sum_fen(one.paid for one in self.instalments)

    @property
    def missed_since(self) -> date | None:
        """The due day of the first instalment that is missed; None while the plan is kept."""
        missed = (one.instalment.due_on for one in self.instalments if one.state is InstalmentState.MISSED)
        return next(missed, None)

    @property
    def is_kept(self) -> bool:
        """Whether every instalment is paid that was due before the end of the day."""
        return self.missed_since is None


def hear(case: ArrearsMediation, state: MediationState, on: date) -> ArrearsMediation:
    """Return the case in that state; one that was heard before changes nothing, on whatever day it is told again.

    Raises ApplicationMissing where the provider did not apply, MediationOver after the end.
    """
    if state in case.days:
        return case
    if state is not MediationState.APPLIED and MediationState.APPLIED not in case.days:
        raise ApplicationMissing("the provider has not applied for mediation", path=("caseId",), value=case.id)
    if case.days and case.state in (MediationState.SETTLED, MediationState.FAILED):
        raise MediationOver(f"the case is {case.state.value}", path=("caseId",), value=case.id)
    return replace(case, days={**case.days, state: on})


def read_terms(terms: object, *, settled_on: date) -> InstalmentPlan | None:
    """Return the plan that the terms of a settlement name; None for terms without instalments.

    `terms` has `instalments`, each with `dueOn` and `amount` in yuan, and `partId` unless they are for the whole
    estate. Raises TermsUnreadable for instalments that are none, not in the order of their days, or due before the
    settlement, and ValidationFailed for an amount that is no money.
    """
    if not isinstance(terms, Mapping) or INSTALMENTS not in terms:
        return None
    named, part_id = terms[INSTALMENTS], terms.get("partId")
    if not isinstance(named, list) or not named:
        raise TermsUnreadable("a plan has instalments", path=(*TERMS, INSTALMENTS), value=str(named))
    if part_id is not None and not isinstance(part_id, str):
        raise TermsUnreadable("a part is named by its id", path=(*TERMS, "partId"), value=str(part_id))
    instalments = tuple(_read_instalment(one, place) for place, one in enumerate(named))
    days = [settled_on, *(one.due_on for one in instalments)]
    for place, (before, due_on) in enumerate(pairwise(days)):
        if due_on < before or (place > 0 and due_on == before):
            raise TermsUnreadable(
                "instalments are due one after the other, none before the settlement",
                path=(*TERMS, INSTALMENTS, str(place), "dueOn"),
                value=due_on.isoformat(),
            )
    return InstalmentPlan(settled_on=settled_on, instalments=instalments, part_id=part_id)


def require_arrears(case: ArrearsMediation, plan: InstalmentPlan, bills: Iterable[FeeBill]) -> None:
    """Raise TermsOffArrears unless the instalments are, to the fen, what the bills leave owed on the application's day.

    What is paid since then counts for the first instalments.
    """
    arrears = arrears_on(bills_of_plan(case, plan, bills), case.applied_on)
    if plan.total != arrears:
        raise TermsOffArrears(
            f"the arrears of the case are {format_money(arrears)}",
            path=(*TERMS, INSTALMENTS),
            value=format_money(plan.total),
        )


def bills_of_plan(case: ArrearsMediation, plan: InstalmentPlan, bills: Iterable[FeeBill]) -> list[FeeBill]:
    """Return those bills that the plan is about: owed to the applicant and overdue on the day of the application.

    What was made out since in place of one of them belongs to them; what was billed late for those days does not.
    """
    overdue = [
        bill
        for bill in bills
        if bill.creditor.id == case.provider_id
        and bill.due_on < case.applied_on
        and plan.part_id in (None, bill.part_id)
    ]
    billed = {_billing(bill) for bill in overdue if bill.was_billed_on(case.applied_on)}
    return [bill for bill in overdue if _billing(bill) in billed]


def arrears_on(bills: Iterable[FeeBill], day: date) -> Fen:
    """Return what is owed on the bills at the end of a day, payments by the bank's days."""
    return sum_fen(Fen(bill.amount - bill.paid_until(day)) for bill in bills if bill.was_billed_on(day))


def standing_on(plan: InstalmentPlan, bills: Iterable[FeeBill], day: date) -> PlanStanding:
    """Return how far the plan is paid at the end of a day; `bills` are those of the plan.

    What is no longer owed goes to the instalments in their order. One is paid in time by the end of its due day.
    """
    outstanding = arrears_on(bills, day)
    left = max(plan.total - outstanding, 0)
    standings = []
    for one in plan.instalments:
        paid = Fen(min(left, one.amount))
        left -= paid
        standings.append(InstalmentStanding(one, paid, _state(one, paid, day)))
    return PlanStanding(day, outstanding, tuple(standings))


def plan_of_bill(cases: Iterable[ArrearsMediation], bill: FeeBill) -> ArrearsMediation | None:
    """Return the case that was settled last among those whose plan may be about the bill's part and creditor."""
    about = [
        case
        for case in cases
        if case.plan is not None
        and case.provider_id == bill.creditor.id
        and case.plan.part_id in (None, bill.part_id)
        and bill.due_on < case.applied_on
    ]
    return max(about, key=_by_settlement, default=None)


def versions_of(cases: Sequence[ArrearsMediation]) -> dict[str, int]:
    """Return which plan of its part, or of the estate as a whole, each settled case gave, counted from 1, by case."""
    counted: dict[str | None, int] = {}
    versions: dict[str, int] = {}
    for case in sorted((one for one in cases if one.plan is not None), key=_by_settlement):
        part_id = None if case.plan is None else case.plan.part_id
        counted[part_id] = versions[case.id] = counted.get(part_id, 0) + 1
    return versions


def require_missed(standing: PlanStanding, *, path: Sequence[str] = ()) -> None:
    """Raise LadderRests while the plan is kept; the ladder goes on once an instalment is missed."""
    if standing.is_kept:
        raise LadderRests("the instalments agreed in mediation are paid", path=path, value=standing.as_of.isoformat())


def explain(plan: InstalmentPlan, standing: PlanStanding, *, policy_version_id: str) -> Explanation:
    """Return how what is paid on the plan came about."""
    day = standing.as_of.isoformat()
    return Explanation(
        formula="Σ instalments − outstanding",
        inputs=(
            ExplainedValue("Σ instalments", format_money(plan.total), "yuan", "settlement of the mediation"),
            ExplainedValue("outstanding", format_money(standing.outstanding), "yuan", f"the case's bills on {day}"),
        ),
        parameters=(),
        result=format_money(standing.paid),
        clause=FEES_CLAUSE,
        document=DOCUMENT,
        policy_version_id=policy_version_id,
    )


def _read_instalment(named: object, place: int) -> Instalment:
    path = (*TERMS, INSTALMENTS, str(place))
    if not isinstance(named, Mapping):
        raise TermsUnreadable("an instalment has a day and an amount", path=path, value=str(named))
    amount = parse_money(named.get("amount"), path=(*path, "amount"))
    if amount == ZERO_FEN:
        raise TermsUnreadable("an instalment is above nothing", path=(*path, "amount"), value=format_money(amount))
    try:
        due_on = date.fromisoformat(str(named.get("dueOn")))
    except ValueError as error:
        raise TermsUnreadable(
            "an instalment has a day", path=(*path, "dueOn"), value=str(named.get("dueOn"))
        ) from error
    return Instalment(due_on, amount)


def _state(instalment: Instalment, paid: Fen, day: date) -> InstalmentState:
    if paid == instalment.amount:
        return InstalmentState.PAID
    return InstalmentState.MISSED if day > instalment.due_on else InstalmentState.DUE


def _billing(bill: FeeBill) -> tuple[str, str, str, str]:
    """Return what a bill has in common with those that take its place."""
    return bill.run_id, bill.part_id, bill.item_code, bill.period


def _by_settlement(case: ArrearsMediation) -> tuple[date, str]:
    return (case.days[MediationState.SETTLED], case.id)
