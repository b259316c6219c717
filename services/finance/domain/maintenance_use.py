"""A use of a maintenance fund: what it may be for, and its way from the proposal to publication.

Decree 165, arts. 18 to 25, for both funds; ZG-31 for the old-estate fund. The owners of the scope decide (art. 22, 23);
only where a house is in danger does the work begin without their vote (art. 24).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Final

from kit.errors import (
    DecisionMissing,
    EarmarkViolation,
    InstrumentNotAvailable,
    NotFound,
    OutOfRange,
    PreconditionMissing,
    StateConflict,
    ValidationFailed,
)
from kit.money import ZERO_FEN, Fen, format_money
from kit.ratio import SCALE as WHOLE
from policy.instruments.maintenance_fund import SpecialMaintenanceFundPolicy
from policy.vocabulary import DecisionMatter, EmergencyReason

USE_PREFIX = "mus"
LONGEST_PURPOSE = 200


class UseState(StrEnum):
    """Where a use stands; PUBLISHED and REJECTED are final."""

    PROPOSED = "PROPOSED"
    SCOPED = "SCOPED"
    VOTING = "VOTING"
    APPROVED = "APPROVED"
    EMERGENCY_APPROVED = "EMERGENCY_APPROVED"
    IN_WORK = "IN_WORK"
    ACCEPTED = "ACCEPTED"
    SETTLED = "SETTLED"
    PAID = "PAID"
    ALLOCATED = "ALLOCATED"
    PUBLISHED = "PUBLISHED"
    REJECTED = "REJECTED"


class UseAct(StrEnum):
    """What happens to a use."""

    SCOPE = "SCOPE"
    OPEN_VOTE = "OPEN_VOTE"
    PASS = "PASS"
    FAIL = "FAIL"
    APPROVE_EMERGENCY = "APPROVE_EMERGENCY"
    PAY_FIRST = "PAY_FIRST"
    START_WORK = "START_WORK"
    ACCEPT = "ACCEPT"
    SETTLE = "SETTLE"
    PAY = "PAY"
    ALLOCATE = "ALLOCATE"
    PUBLISH = "PUBLISH"
    WITHDRAW = "WITHDRAW"
    ANNUL = "ANNUL"


TRANSITIONS: Final[Mapping[tuple[UseState, UseAct], UseState]] = {
    (UseState.PROPOSED, UseAct.SCOPE): UseState.SCOPED,
    (UseState.SCOPED, UseAct.OPEN_VOTE): UseState.VOTING,
    (UseState.SCOPED, UseAct.APPROVE_EMERGENCY): UseState.EMERGENCY_APPROVED,
    (UseState.VOTING, UseAct.PASS): UseState.APPROVED,
    (UseState.VOTING, UseAct.FAIL): UseState.REJECTED,
    (UseState.APPROVED, UseAct.START_WORK): UseState.IN_WORK,
    (UseState.EMERGENCY_APPROVED, UseAct.PAY_FIRST): UseState.EMERGENCY_APPROVED,
    (UseState.EMERGENCY_APPROVED, UseAct.START_WORK): UseState.IN_WORK,
    (UseState.IN_WORK, UseAct.PAY_FIRST): UseState.IN_WORK,
    (UseState.IN_WORK, UseAct.ACCEPT): UseState.ACCEPTED,
    (UseState.ACCEPTED, UseAct.SETTLE): UseState.SETTLED,
    (UseState.SETTLED, UseAct.PAY): UseState.PAID,
    (UseState.PAID, UseAct.ALLOCATE): UseState.ALLOCATED,
    (UseState.ALLOCATED, UseAct.PUBLISH): UseState.PUBLISHED,
    # A proposal may be taken back until the money is bound by an approval.
    (UseState.PROPOSED, UseAct.WITHDRAW): UseState.REJECTED,
    (UseState.SCOPED, UseAct.WITHDRAW): UseState.REJECTED,
    # A court annulled the decision: what is unpaid stops, what is paid stays and is listed for a claim (P12, P22).
    (UseState.VOTING, UseAct.ANNUL): UseState.REJECTED,
    (UseState.APPROVED, UseAct.ANNUL): UseState.REJECTED,
    (UseState.IN_WORK, UseAct.ANNUL): UseState.REJECTED,
    (UseState.ACCEPTED, UseAct.ANNUL): UseState.REJECTED,
    (UseState.SETTLED, UseAct.ANNUL): UseState.REJECTED,
    (UseState.PAID, UseAct.ANNUL): UseState.PAID,
    (UseState.ALLOCATED, UseAct.ANNUL): UseState.ALLOCATED,
    (UseState.PUBLISHED, UseAct.ANNUL): UseState.PUBLISHED,
}
"""The whole life of a use; what is not here is refused."""


class UseWork(StrEnum):
    """What is done to the shared parts."""

    REPAIR = "REPAIR"
    RENEWAL = "RENEWAL"
    ALTERATION = "ALTERATION"


class UseObject(StrEnum):
    """What the money would be spent on; only the first two may be paid from a fund."""

    SHARED_PARTS = "SHARED_PARTS"
    SHARED_FACILITIES = "SHARED_FACILITIES"
    PRIVATE_PART = "PRIVATE_PART"
    DAILY_UPKEEP = "DAILY_UPKEEP"
    WITHIN_WARRANTY = "WITHIN_WARRANTY"
    DEVELOPER_DUTY = "DEVELOPER_DUTY"
    UTILITY_NETWORK = "UTILITY_NETWORK"
    DAMAGE_BY_PERSON = "DAMAGE_BY_PERSON"


NOT_PAYABLE: Final[Mapping[UseObject, str]] = {
    UseObject.PRIVATE_PART: "a private part is its owner's own (ZG-31)",
    UseObject.DAILY_UPKEEP: "the service contract covers daily upkeep (ZG-31; Decree 165, art. 25)",
    UseObject.WITHIN_WARRANTY: "the warranty covers it (Decree 165, art. 18)",
    UseObject.DEVELOPER_DUTY: "the developer or contractor bears it (Decree 165, art. 25)",
    UseObject.UTILITY_NETWORK: "the utility bears its own pipes and equipment (Decree 165, art. 25)",
    UseObject.DAMAGE_BY_PERSON: "whoever damaged it bears it (Decree 165, art. 25)",
}


class DecisionOutcome(StrEnum):
    """How the owners of the scope decided."""

    PASSED = "PASSED"
    FAILED = "FAILED"
    NO_QUORUM = "NO_QUORUM"


class UseUnknown(NotFound):
    """No such use, or it is outside what the caller may see."""


class UseStateConflict(StateConflict):
    """The use's state does not allow this."""


class UseNotPayable(EarmarkViolation):
    """The fund is for repair, renewal and alteration of shared parts and facilities only (ZG-31; art. 18, 25)."""


class ScopeOutsideEstate(EarmarkViolation):
    """A building of the scope is not of the fund's estate: its money stays there (ZG-31)."""


class BudgetNotPositive(ValidationFailed):
    """The budget, or an amount to be paid, is not above zero."""


class DecisionOutOfScope(ValidationFailed):
    """The owners decide on another matter, or another scope, than this use."""


class UseDecisionMissing(DecisionMissing):
    """The owners of the scope have not passed a decision on this use (art. 22, 23)."""


class UseNotFiled(PreconditionMissing):
    """The use is not filed with the department, so the bank is not told to pay (art. 23)."""


class NotAnEmergency(ValidationFailed):
    """The district's list has no such danger, so the owners decide first (art. 24)."""


class FirstPaymentNotProvided(InstrumentNotAvailable):
    """No local list allows a payment before acceptance (art. 24)."""


class FirstPaymentTooHigh(OutOfRange):
    """The first payment is above the local list's share of the budget (art. 24)."""


class AcceptanceMissing(PreconditionMissing):
    """No acceptance with this id was announced as accepted for the estate."""


class SettledOutOfRange(OutOfRange):
    """The settlement is above the approved budget, or below what is paid already."""


class DecisionAnnulled(StateConflict):
    """A court annulled the decision behind the use: nothing more is paid (P12)."""


@dataclass(frozen=True)
class MaintenanceUse:
    """One use of one fund; amounts in fen, days are business days.

    An empty `scope_building_ids` is the whole estate. `decision_id` and `outcome` are what was heard of the owners'
    decision, whatever the state by then. `paid` is what the fund has paid out.
    """

    id: str
    fund_id: str
    estate_id: str
    district: str
    purpose: str
    work: UseWork
    concerns: UseObject
    scope_building_ids: tuple[str, ...]
    budget: Fen
    proposed_on: date
    state: UseState
    state_since: date
    policy_version_id: str
    decision_id: str | None = None
    outcome: DecisionOutcome | None = None
    decided_on: date | None = None
    annulled_on: date | None = None
    emergency_reason: EmergencyReason | None = None
    filing_no: str | None = None
    filed_on: date | None = None
    acceptance_id: str | None = None
    settled: Fen | None = None
    paid: Fen = ZERO_FEN
    remainder: Fen = ZERO_FEN
    pool_charged: Fen = ZERO_FEN
    allocation_hash: str | None = None
    published_on: date | None = None
    posting_ids: tuple[str, ...] = field(default=())

    @property
    def is_emergency(self) -> bool:
        """Whether the house is in danger, so that the work begins before the owners decide."""
        return self.emergency_reason is not None

    @property
    def scope(self) -> str:
        """Return the scope as people read it."""
        return "全小区" if not self.scope_building_ids else "、".join(self.scope_building_ids)

    @property
    def approved_by(self) -> str | None:
        """Return who approved it: the owners' decision, or the department in an emergency; None before."""
        if self.is_emergency:
            return f"应急使用备案 {self.filing_no}"
        return "业主共同决定" if self.outcome is DecisionOutcome.PASSED else None


def take(use: MaintenanceUse, act: UseAct, on: date, *, path: Sequence[str] = ()) -> MaintenanceUse:
    """Return the use after the act; raises UseStateConflict unless the table has it."""
    after = TRANSITIONS.get((use.state, act))
    if after is None:
        raise UseStateConflict(
            f"a use that is {use.state.value} allows no {act.value}", path=path, value=use.state.value
        )
    return use if after is use.state else replace(use, state=after, state_since=on)


def check_proposal(
    *,
    concerns: UseObject,
    budget: Fen,
    scope_building_ids: Iterable[str],
    buildings_of_estate: frozenset[str],
    path: Sequence[str] = (),
) -> None:
    """Raise UseNotPayable, ScopeOutsideEstate or BudgetNotPositive unless the fund may bear this (ZG-31)."""
    if concerns in NOT_PAYABLE:
        raise UseNotPayable(NOT_PAYABLE[concerns], path=(*path, "concerns"), value=concerns.value)
    for building_id in scope_building_ids:
        if building_id not in buildings_of_estate:
            raise ScopeOutsideEstate(
                "the building is not of the fund's estate", path=(*path, "scopeBuildingIds"), value=building_id
            )
    if budget <= 0:
        raise BudgetNotPositive("a budget is above zero", path=(*path, "budget"), value=format_money(budget))


def hear_of_decision(
    use: MaintenanceUse, *, decision_id: str, matter: str, scope_building_ids: Iterable[str], on: date
) -> MaintenanceUse:
    """Return the use whose owners were told of a decision on it (R13); the vote opens once the scope is fixed.

    Raises DecisionOutOfScope for another matter or scope: nobody but the owners of the scope decides and pays.
    """
    if matter != DecisionMatter.USE_MAINTENANCE_FUND.value:
        raise DecisionOutOfScope("the decision is on another matter", path=("matter",), value=matter)
    scope = tuple(sorted(scope_building_ids))
    if scope != use.scope_building_ids:
        raise DecisionOutOfScope(
            "the decision's scope is not that of the use", path=("scopeBuildingIds",), value=", ".join(scope)
        )
    if use.decision_id is not None or use.is_emergency:
        return use
    return advance(replace(use, decision_id=decision_id), on)


def hear_of_outcome(use: MaintenanceUse, *, decision_id: str, outcome: DecisionOutcome, on: date) -> MaintenanceUse:
    """Return the use after its owners decided (R14); a decision that it does not rest on changes nothing."""
    if use.decision_id != decision_id or use.outcome is not None:
        return use
    return advance(replace(use, outcome=outcome, decided_on=on), on)


def advance(use: MaintenanceUse, on: date) -> MaintenanceUse:
    """Return the use as far as what was heard of its decision carries it, in whatever order that came."""
    if use.state is UseState.SCOPED and use.decision_id is not None:
        use = take(use, UseAct.OPEN_VOTE, on)
    if use.state is UseState.VOTING and use.outcome is not None:
        use = take(use, UseAct.PASS if use.outcome is DecisionOutcome.PASSED else UseAct.FAIL, on)
    return use


def annul(use: MaintenanceUse, *, on: date) -> MaintenanceUse:
    """Return the use whose decision a court annulled (R15): unpaid, it stops; what is paid is kept for a claim."""
    if use.state is UseState.REJECTED or use.annulled_on is not None:
        return use
    if (use.state, UseAct.ANNUL) not in TRANSITIONS:
        return replace(use, annulled_on=on)
    return replace(take(use, UseAct.ANNUL, on), annulled_on=on)


def file_use(use: MaintenanceUse, *, filing_no: str, filed_on: date, path: Sequence[str] = ()) -> MaintenanceUse:
    """Return the approved use, filed with the department; raises UseDecisionMissing before the owners decided."""
    if use.outcome is not DecisionOutcome.PASSED or use.decided_on is None:
        raise UseDecisionMissing("the owners of the scope have not approved this use", path=path, value=use.id)
    if filed_on < use.decided_on:
        why = f"the owners approved this use on {use.decided_on.isoformat()}"
        raise UseDecisionMissing(why, path=path, value=filed_on.isoformat())
    if use.state not in {UseState.APPROVED, UseState.IN_WORK, UseState.ACCEPTED, UseState.SETTLED}:
        raise UseStateConflict(f"a use that is {use.state.value} is not filed", path=path, value=use.state.value)
    return replace(use, filing_no=filing_no, filed_on=filed_on)


def check_emergency(
    reason: EmergencyReason | None, policy: SpecialMaintenanceFundPolicy, *, path: Sequence[str] = ()
) -> None:
    """Raise NotAnEmergency for a danger that the local list leaves out; without one the owners decide (art. 24)."""
    if reason is not None and reason not in policy.emergency_reasons:
        raise NotAnEmergency("the district's list has no such danger", path=path, value=reason.value)


def approve_emergency(use: MaintenanceUse, *, filing_no: str, on: date, path: Sequence[str] = ()) -> MaintenanceUse:
    """Return the use approved without a vote because the house is in danger (art. 24); raises UseStateConflict."""
    approved = take(use, UseAct.APPROVE_EMERGENCY, on, path=path)
    return replace(approved, filing_no=filing_no, filed_on=on)


def check_first_payment(
    use: MaintenanceUse, amount: Fen, *, policy: SpecialMaintenanceFundPolicy, path: Sequence[str] = ()
) -> None:
    """Raise unless this much may be paid before acceptance: an emergency, at most the local list's share (art. 24).

    The share is of the budget, over all first payments, itself included. Raises UseStateConflict for an ordinary use,
    FirstPaymentNotProvided where no list gives a share, FirstPaymentTooHigh.
    """
    if not use.is_emergency:
        raise UseStateConflict("an ordinary use is paid after its settlement", path=path, value=use.state.value)
    share = policy.emergency_first_payment_max
    if share is None:
        raise FirstPaymentNotProvided("no local list gives a first payment", path=path, value=use.district)
    if amount <= 0:
        raise BudgetNotPositive("a payment is above zero", path=path, value=format_money(amount))
    if (use.paid + amount) * WHOLE > use.budget * share:
        raise FirstPaymentTooHigh(
            f"first payments stay within the share of the budget {format_money(use.budget)}",
            path=path,
            value=format_money(amount),
        )


def check_acceptance(accepted: bool | None, *, acceptance_id: str, path: Sequence[str] = ()) -> None:
    """Raise AcceptanceMissing unless that acceptance was announced for the estate, and with success."""
    if not accepted:
        why = "was not accepted" if accepted is False else "is not known for this estate"
        raise AcceptanceMissing(f"the acceptance {why}", path=path, value=acceptance_id)


def settle(use: MaintenanceUse, amount: Fen, *, on: date, path: Sequence[str] = ()) -> MaintenanceUse:
    """Return the use with what it cost: above zero, within the budget, and not below what is paid already."""
    settled = take(use, UseAct.SETTLE, on, path=path)
    if not max(use.paid, Fen(1)) <= amount <= use.budget:
        raise SettledOutOfRange(
            f"a settlement lies above zero, between {format_money(use.paid)} and {format_money(use.budget)}",
            path=path,
            value=format_money(amount),
        )
    return replace(settled, settled=amount)


def check_payment(use: MaintenanceUse, *, on: date, path: Sequence[str] = ()) -> None:
    """Raise unless the bank may pay on that day: a standing decision or emergency, and filed by then (P12; art. 23)."""
    if use.annulled_on is not None:
        raise DecisionAnnulled(
            f"the decision was annulled on {use.annulled_on.isoformat()}", path=path, value=use.decision_id
        )
    if not use.is_emergency and use.outcome is not DecisionOutcome.PASSED:
        raise UseDecisionMissing("the owners of the scope have not approved this use", path=path, value=use.id)
    if use.filed_on is None:
        raise UseNotFiled("the use is not filed with the department", path=path, value=use.id)
    if on < use.filed_on:
        raise UseNotFiled(f"the use was filed on {use.filed_on.isoformat()}", path=path, value=on.isoformat())
