"""The performance deposit of one contract year: its states, and what moves it from one to the next (ZG-17 to ZG-22)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from kit.area import Area
from kit.clock import add_months
from kit.errors import (
    DecisionMissing,
    NotFound,
    OutOfRange,
    PreconditionMissing,
    ValidationFailed,
)
from kit.explanation import Explanation
from kit.money import ZERO_FEN, Fen, format_money, sum_fen
from policy.instruments.deposit import DepositPolicy
from policy.vocabulary import CustodyKind
from services.finance.domain.contract import FIRST_YEAR, ServiceContract
from services.finance.domain.custody import first_custody
from services.finance.domain.deposit_amount import ClampReason, deposit_amount
from services.finance.domain.deposit_state import DepositFact, DepositState, DepositStateConflict, next_state
from services.finance.domain.estate import Estate


class DepositPrecondition(StrEnum):
    """What an agreed deposit waits for before it is demanded."""

    APPROVED_GROSS_AREA = "APPROVED_GROSS_AREA"
    JOINT_DECISION = "JOINT_DECISION"


class DepositUnknown(NotFound):
    """No such deposit, or it is outside what the caller may see."""


class DepositNotYetDemanded(PreconditionMissing):
    """The approved gross floor area is not known, so no amount was demanded."""


class DepositDecisionMissing(DecisionMissing):
    """The owners' joint decision on the deposit has not passed (ZG-21)."""


class PayerNotProvider(ValidationFailed):
    """A deposit is paid by the contract's provider and never billed to owners (ZG-19)."""


class MoreThanDemanded(OutOfRange):
    """The payment would bring the deposit above what is demanded."""


class DepositNotOnHold(DepositStateConflict):
    """Nothing holds the deposit back."""


class DepositOnHold(DepositStateConflict):
    """The joint decision that the deposit rests on was annulled: nothing leaves or moves until people decide (P22)."""


MONTHS_OF_YEAR = 12
_ONE_DAY = timedelta(days=1)
AWAITING_MONEY = (DepositState.DEMANDED, DepositState.PART_PAID, DepositState.TRANSFERRING, DepositState.CLAIMED)
"""The states in which something of what is demanded may be missing."""


@dataclass(frozen=True)
class Holding:
    """What one custody account holds of a deposit, in fen."""

    account_id: str
    kind: CustodyKind
    amount: Fen


class ClaimKind(StrEnum):
    """What is asked of a deposit: a part of it for what the provider owes, the rest after that, or its return."""

    WITHDRAWAL = "WITHDRAWAL"
    FORFEITURE = "FORFEITURE"
    RELEASE = "RELEASE"


@dataclass(frozen=True)
class OpenClaim:
    """The claim on a deposit that is not decided yet; a deposit has one at most."""

    id: str
    kind: ClaimKind


@dataclass(frozen=True)
class Hold:
    """Why nothing leaves a deposit: the annulled joint decision that it rests on, the court's reference, the day."""

    decision_id: str
    court_ref: str
    since: date


@dataclass(frozen=True)
class PerformanceDeposit:
    """The deposit of one contract and contract year; one exists per contract and year.

    The amounts are None until it is demanded. `policy_version_id` is the version that judged it: by the day of signing,
    for later years by the day on which the year began. `carried_over` is what it took over from the year before,
    `paid_out` what claims took from it. `next_year_on` is the day on which the next contract year begins, None once
    that year has its own deposit or none follows. `overdue_for` is the due day whose passing was announced,
    `reminded_on` the last day on which people were reminded of the account that it waits for.
    """

    id: str
    district: str
    estate_id: str
    contract_id: str
    provider_id: str
    contract_year: int
    agreed_on: date
    state: DepositState
    state_since: date
    managers: tuple[str, ...]
    policy_version_id: str
    due_on: date
    first_custody: CustodyKind | None = None
    awaits: DepositPrecondition | None = None
    basis_area: Area | None = None
    rate_per_m2: Fen | None = None
    computed: Fen | None = None
    demanded: Fen | None = None
    demanded_on: date | None = None
    clamp: ClampReason | None = None
    explanation: Explanation | None = None
    holdings: tuple[Holding, ...] = ()
    posting_ids: tuple[str, ...] = ()
    carried_over: Fen = ZERO_FEN
    paid_out: Fen = ZERO_FEN
    next_year_on: date | None = None
    open_claim: OpenClaim | None = None
    hold: Hold | None = None
    overdue_for: date | None = None
    reminded_on: date | None = None

    @property
    def paid(self) -> Fen:
        """What was paid and is held, over all accounts, in fen."""
        return sum_fen(holding.amount for holding in self.holdings)

    @property
    def missing(self) -> Fen:
        """What is still to be paid, in fen; more than the demanded level is held where an earlier year's was higher."""
        return Fen(max(ZERO_FEN, (self.demanded or ZERO_FEN) - self.paid))

    @property
    def is_claimed(self) -> bool:
        """Whether a part of it is claimed, or was paid out and is not topped up yet."""
        claimed = self.open_claim is not None and self.open_claim.kind is not ClaimKind.RELEASE
        return claimed or (self.paid_out > 0 and self.missing > 0)

    @property
    def unannounced_due_on(self) -> date | None:
        """The due day after which it is overdue, as long as money is missing and that was not announced; else None."""
        awaits_money = self.state in AWAITING_MONEY and self.missing > 0 and self.hold is None
        return self.due_on if awaits_money and self.overdue_for != self.due_on else None

    @property
    def reminder_on(self) -> date | None:
        """The day of the next reminder, the first on the day on which the transfer began; None unless TRANSFERRING."""
        if self.state is not DepositState.TRANSFERRING or self.hold is not None:
            return None
        last = self.reminded_on
        return self.state_since if last is None or last < self.state_since else last + _ONE_DAY

    @property
    def custody_account_id(self) -> str | None:
        """The account that holds it: while TRANSFERRING the one it leaves, else the last paid into; None if unpaid."""
        if self.state is DepositState.TRANSFERRING:
            return self.held_by_street[0].account_id
        return self.holdings[-1].account_id if self.holdings else None

    @property
    def held_by_street(self) -> tuple[Holding, ...]:
        """What is held in street accounts."""
        return tuple(holding for holding in self.holdings if holding.kind is CustodyKind.STREET_DESIGNATED)


def agree_deposit(contract: ServiceContract, *, deposit_id: str, policy: DepositPolicy) -> PerformanceDeposit:
    """Return the deposit as the contract states it: AGREED, or NOT_AGREED where it has no deposit clause (ZG-17, G-5).

    Raises CustodyNotProvided when a deposit was agreed in a contract whose kind the document gives no custody for.
    """
    agreed = contract.deposit_rate is not None
    return PerformanceDeposit(
        id=deposit_id,
        district=contract.district,
        estate_id=contract.estate_id,
        contract_id=contract.id,
        provider_id=contract.provider_id,
        contract_year=FIRST_YEAR,
        agreed_on=contract.signed_on,
        state=DepositState.AGREED if agreed else DepositState.NOT_AGREED,
        state_since=contract.signed_on,
        managers=tuple(who.value for who in policy.approvals(has_committee=contract.has_committee)) if agreed else (),
        policy_version_id=policy.source.policy_version_id,
        due_on=contract.take_on,
        first_custody=first_custody(contract.kind, policy) if agreed else None,
        rate_per_m2=contract.deposit_rate,
    )


def demand_deposit(
    deposit: PerformanceDeposit,
    contract: ServiceContract,
    *,
    estate: Estate,
    decision_passed_on: date | None,
    policy: DepositPolicy,
) -> PerformanceDeposit:
    """Return the deposit demanded as of the day on which all it needs was known, or waiting for what is missing.

    It is due at the take-on (ZG-19), and never before it is demanded. A deposit that goes into the owners' account
    needs their joint decision first (ZG-21); every deposit needs the approved gross floor area. A deposit of which
    something was paid is returned as it is: correcting it is a recalculation that a person starts. The same facts heard
    again change nothing.
    """
    if deposit.state not in (DepositState.AGREED, DepositState.DEMANDED) or contract.deposit_rate is None:
        return deposit
    deposit = replace(deposit, due_on=contract.take_on)
    if deposit.first_custody is CustodyKind.OWNERS_PUBLIC and decision_passed_on is None:
        return replace(deposit, awaits=DepositPrecondition.JOINT_DECISION)
    basis = estate.basis_area(contract.signed_on)
    if basis is None:
        return replace(deposit, awaits=DepositPrecondition.APPROVED_GROSS_AREA)
    amount = deposit_amount(approved_gross_area=basis.area, rate_per_m2=contract.deposit_rate, policy=policy)
    demanded_on = max(basis.known_from, decision_passed_on or basis.known_from)
    return replace(
        deposit,
        state=next_state(deposit.state, DepositFact.DEMAND),
        state_since=demanded_on,
        awaits=None,
        due_on=max(contract.take_on, demanded_on),
        basis_area=amount.basis_area,
        computed=amount.computed,
        demanded=amount.demanded,
        demanded_on=demanded_on,
        clamp=amount.clamp,
        explanation=amount.explanation,
        next_year_on=add_months(contract.take_on, MONTHS_OF_YEAR * deposit.contract_year),
    )


def check_payment(
    deposit: PerformanceDeposit,
    *,
    payer_provider_id: str,
    amount: Fen,
    paid_on: date,
    today: date,
    path: Sequence[str] = (),
) -> None:
    """Raise unless this payment may be recorded: a demand exists, the provider pays, and not more than demanded.

    Raises DepositDecisionMissing (ZG-21) or DepositNotYetDemanded while the deposit waits, PayerNotProvider (ZG-19),
    MoreThanDemanded, ValidationFailed for an amount that is not above zero or a day before the signing or to come, and
    DepositStateConflict in a state that takes no payment.
    """
    if deposit.awaits is DepositPrecondition.JOINT_DECISION:
        raise DepositDecisionMissing(
            "the owners' joint decision on the deposit has not passed", path=(*path, "depositId"), value=deposit.id
        )
    if deposit.awaits is DepositPrecondition.APPROVED_GROSS_AREA:
        raise DepositNotYetDemanded(
            "the approved gross floor area of the estate is not known, so no amount is demanded",
            path=(*path, "depositId"),
            value=deposit.id,
        )
    if payer_provider_id != deposit.provider_id:
        raise PayerNotProvider(
            "a deposit is paid by the provider of the contract",
            path=(*path, "payerProviderId"),
            value=payer_provider_id,
        )
    if amount <= 0:
        raise ValidationFailed("a payment is above zero", path=(*path, "amount"), value=format_money(amount))
    if not deposit.agreed_on <= paid_on <= today:
        raise ValidationFailed(
            "a deposit is paid between the signing of the contract and today",
            path=(*path, "paidOn"),
            value=paid_on.isoformat(),
        )
    next_state(deposit.state, DepositFact.PART_PAYMENT)
    if amount > deposit.missing:
        raise MoreThanDemanded(
            f"of the deposit {format_money(deposit.missing)} is still to be paid",
            path=(*path, "amount"),
            value=format_money(amount),
        )


def pay_deposit(
    deposit: PerformanceDeposit,
    *,
    account_id: str,
    kind: CustodyKind,
    amount: Fen,
    paid_on: date,
    posting_id: str,
) -> PerformanceDeposit:
    """Return the deposit with a checked payment: HELD once all that was demanded is paid, else PART_PAID.

    A claimed deposit is HELD again once it is topped up and no claim on it is open.
    """
    paid = replace(
        deposit,
        holdings=with_added(deposit.holdings, Holding(account_id, kind, amount)),
        posting_ids=(*deposit.posting_ids, posting_id),
    )
    is_last = paid.missing == 0 and not paid.is_claimed
    state = next_state(deposit.state, DepositFact.LAST_PAYMENT if is_last else DepositFact.PART_PAYMENT)
    since = deposit.state_since if state is deposit.state else max(paid_on, deposit.state_since)
    return replace(paid, state=state, state_since=since)


def put_on_hold(deposit: PerformanceDeposit, hold: Hold) -> PerformanceDeposit:
    """Return the deposit on hold, nothing else changed (P22); one that has come to its end is returned as it is."""
    idle = (DepositState.NOT_AGREED, DepositState.RELEASED, DepositState.FORFEITED, DepositState.CARRIED_OVER)
    return deposit if deposit.state in idle or deposit.hold is not None else replace(deposit, hold=hold)


def require_no_hold(deposit: PerformanceDeposit, *, path: Sequence[str] = ()) -> None:
    """Raise DepositOnHold while the annulment of its decision waits for people (P22)."""
    if deposit.hold is not None:
        raise DepositOnHold(
            f"the joint decision {deposit.hold.decision_id} was annulled: the deposit is on hold",
            path=path,
            value=deposit.hold.decision_id,
        )


def pass_due_day(deposit: PerformanceDeposit, *, today: date) -> PerformanceDeposit | None:
    """Return the deposit overdue, once after each due day on which money is missing (F9); None if it is not."""
    due_on = deposit.unannounced_due_on
    return None if due_on is None or today <= due_on else replace(deposit, overdue_for=due_on)


def with_added(holdings: tuple[Holding, ...], added: Holding) -> tuple[Holding, ...]:
    """Return the holdings with an amount more in one account."""
    if all(holding.account_id != added.account_id for holding in holdings):
        return (*holdings, added)
    return tuple(
        replace(holding, amount=sum_fen((holding.amount, added.amount)))
        if holding.account_id == added.account_id
        else holding
        for holding in holdings
    )
