"""The performance deposit of one contract year: its states, and what moves it from one to the next (ZG-17 to ZG-22)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from kit.area import Area
from kit.errors import (
    DecisionMissing,
    InsufficientFunds,
    NotFound,
    OutOfRange,
    PreconditionMissing,
    StateConflict,
    ValidationFailed,
)
from kit.explanation import Explanation
from kit.money import ZERO_FEN, Fen, format_money, sum_fen
from policy.instruments.deposit import DepositPolicy
from policy.vocabulary import CustodyKind
from services.finance.domain.contract import FIRST_YEAR, ServiceContract
from services.finance.domain.custody import OwnersSide, first_custody
from services.finance.domain.deposit_amount import ClampReason, deposit_amount
from services.finance.domain.estate import Estate


class DepositState(StrEnum):
    """Where a deposit stands."""

    NOT_AGREED = "NOT_AGREED"
    AGREED = "AGREED"
    DEMANDED = "DEMANDED"
    PART_PAID = "PART_PAID"
    HELD = "HELD"
    TRANSFERRING = "TRANSFERRING"


class DepositFact(StrEnum):
    """What happens to a deposit."""

    DEMAND = "DEMAND"
    PART_PAYMENT = "PART_PAYMENT"
    LAST_PAYMENT = "LAST_PAYMENT"
    CONGRESS_FORMED = "CONGRESS_FORMED"
    MOVED_PART_PAID = "MOVED_PART_PAID"
    MOVED_PAID = "MOVED_PAID"


TRANSITIONS: Mapping[tuple[DepositState, DepositFact], DepositState] = {
    (DepositState.AGREED, DepositFact.DEMAND): DepositState.DEMANDED,
    # An area that takes effect on or before the signing may be heard late: nobody has paid, so the demand is renewed.
    (DepositState.DEMANDED, DepositFact.DEMAND): DepositState.DEMANDED,
    (DepositState.DEMANDED, DepositFact.PART_PAYMENT): DepositState.PART_PAID,
    (DepositState.DEMANDED, DepositFact.LAST_PAYMENT): DepositState.HELD,
    (DepositState.PART_PAID, DepositFact.PART_PAYMENT): DepositState.PART_PAID,
    (DepositState.PART_PAID, DepositFact.LAST_PAYMENT): DepositState.HELD,
    # Part of a deposit moves as well: whatever the street holds when the congress is formed (P2).
    (DepositState.PART_PAID, DepositFact.CONGRESS_FORMED): DepositState.TRANSFERRING,
    (DepositState.HELD, DepositFact.CONGRESS_FORMED): DepositState.TRANSFERRING,
    (DepositState.TRANSFERRING, DepositFact.PART_PAYMENT): DepositState.TRANSFERRING,
    (DepositState.TRANSFERRING, DepositFact.LAST_PAYMENT): DepositState.TRANSFERRING,
    (DepositState.TRANSFERRING, DepositFact.MOVED_PART_PAID): DepositState.PART_PAID,
    (DepositState.TRANSFERRING, DepositFact.MOVED_PAID): DepositState.HELD,
}


class DepositPrecondition(StrEnum):
    """What an agreed deposit waits for before it is demanded."""

    APPROVED_GROSS_AREA = "APPROVED_GROSS_AREA"
    JOINT_DECISION = "JOINT_DECISION"


class DepositUnknown(NotFound):
    """No such deposit, or it is outside what the caller may see."""


class DepositStateConflict(StateConflict):
    """The deposit's state does not allow this."""


class DepositNotYetDemanded(PreconditionMissing):
    """The approved gross floor area is not known, so no amount was demanded."""


class DepositDecisionMissing(DecisionMissing):
    """The owners' joint decision on the deposit has not passed (ZG-21)."""


class PayerNotProvider(ValidationFailed):
    """A deposit is paid by the contract's provider and never billed to owners (ZG-19)."""


class MoreThanDemanded(OutOfRange):
    """The payment would bring the deposit above what is demanded."""


class OwnersAccountMissing(PreconditionMissing):
    """The owners' congress had no public account on that day; the money stays with the street (A-5)."""


class NothingToMove(InsufficientFunds):
    """The street's account holds nothing of this deposit."""


@dataclass(frozen=True)
class Holding:
    """What one custody account holds of a deposit, in fen."""

    account_id: str
    kind: CustodyKind
    amount: Fen


@dataclass(frozen=True)
class PerformanceDeposit:
    """The deposit of one contract and contract year; one exists per contract and year.

    The amounts are None until it is demanded. `policy_version_id` is the version that judged it by the day of signing.
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

    @property
    def paid(self) -> Fen:
        """What was paid and is held, over all accounts, in fen."""
        return sum_fen(holding.amount for holding in self.holdings)

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


@dataclass(frozen=True)
class Move:
    """Money that leaves one custody account for another, in fen."""

    from_account_id: str
    to_account_id: str
    amount: Fen


def next_state(state: DepositState, fact: DepositFact) -> DepositState:
    """Return the state after the fact; raises DepositStateConflict where the table has no such transition."""
    following = TRANSITIONS.get((state, fact))
    if following is None:
        raise DepositStateConflict(f"a deposit in the state {state.value} allows no {fact.value}", value=state.value)
    return following


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

    A deposit that goes into the owners' account needs their joint decision first (ZG-21); every deposit needs the
    approved gross floor area. A deposit of which something was paid is returned as it is: correcting it is a
    recalculation that a person starts. The same facts heard again change nothing.
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
    demanded_on = max(contract.signed_on, basis.known_from, decision_passed_on or contract.signed_on)
    return replace(
        deposit,
        state=next_state(deposit.state, DepositFact.DEMAND),
        state_since=demanded_on,
        awaits=None,
        basis_area=amount.basis_area,
        computed=amount.computed,
        demanded=amount.demanded,
        demanded_on=demanded_on,
        clamp=amount.clamp,
        explanation=amount.explanation,
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
    missing = (deposit.demanded or ZERO_FEN) - deposit.paid
    if amount > missing:
        raise MoreThanDemanded(
            f"of the deposit {format_money(Fen(missing))} is still to be paid",
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
    """Return the deposit with a checked payment: PART_PAID, or HELD once all that was demanded is paid."""
    holdings = _with_added(deposit.holdings, Holding(account_id, kind, amount))
    is_last = sum_fen(holding.amount for holding in holdings) == deposit.demanded
    state = next_state(deposit.state, DepositFact.LAST_PAYMENT if is_last else DepositFact.PART_PAYMENT)
    return replace(
        deposit,
        state=state,
        state_since=deposit.state_since if state is deposit.state else max(paid_on, deposit.state_since),
        holdings=holdings,
        posting_ids=(*deposit.posting_ids, posting_id),
    )


def start_transfer(deposit: PerformanceDeposit, owners: OwnersSide) -> PerformanceDeposit:
    """Return the deposit TRANSFERRING from the day the congress was formed, if a street holds any of it (G-27, P2).

    Money that reached the street later moves from the day it arrived. Any other deposit is returned as it is.
    """
    formed_on = owners.congress_formed_on
    if formed_on is None or not deposit.held_by_street or deposit.state is DepositState.TRANSFERRING:
        return deposit
    return replace(
        deposit,
        state=next_state(deposit.state, DepositFact.CONGRESS_FORMED),
        state_since=max(formed_on, deposit.state_since),
    )


def check_transfer(
    deposit: PerformanceDeposit, *, owners: OwnersSide, moved_on: date, today: date, path: Sequence[str] = ()
) -> None:
    """Raise unless the deposit may move to the owners' account on that bank day (ZG-20, G-27, A-5).

    Raises DepositStateConflict unless TRANSFERRING, OwnersAccountMissing before the account is open, and
    ValidationFailed for a day to come or one before the transfer began.
    """
    if deposit.state is not DepositState.TRANSFERRING:
        raise DepositStateConflict(
            f"the deposit is {deposit.state.value}, not {DepositState.TRANSFERRING.value}",
            path=(*path, "depositId"),
            value=deposit.state.value,
        )
    if moved_on > today or moved_on < deposit.state_since:
        raise ValidationFailed(
            f"the deposit moves between {deposit.state_since.isoformat()} and today",
            path=(*path, "movedOn"),
            value=moved_on.isoformat(),
        )
    if not owners.has_account_on(moved_on):
        raise OwnersAccountMissing(
            "the owners' congress had no public account on that day; the deposit stays with the street",
            path=(*path, "movedOn"),
            value=moved_on.isoformat(),
        )


def move_deposit(
    deposit: PerformanceDeposit, *, to_account_id: str, moved_on: date
) -> tuple[PerformanceDeposit, tuple[Move, ...]]:
    """Return the deposit with all that streets hold moved to the owners' account, and the moves; the sum stays (G-27).

    Raises NothingToMove when no street holds anything of it.
    """
    moves = tuple(Move(holding.account_id, to_account_id, holding.amount) for holding in deposit.held_by_street)
    if not moves:
        raise NothingToMove("no street holds anything of this deposit", value=deposit.id)
    holdings = tuple(holding for holding in deposit.holdings if holding.kind is not CustodyKind.STREET_DESIGNATED)
    for move in moves:
        holdings = _with_added(holdings, Holding(to_account_id, CustodyKind.OWNERS_PUBLIC, move.amount))
    fact = DepositFact.MOVED_PAID if deposit.paid == deposit.demanded else DepositFact.MOVED_PART_PAID
    moved = replace(deposit, state=next_state(deposit.state, fact), state_since=moved_on, holdings=holdings)
    return moved, moves


def _with_added(holdings: tuple[Holding, ...], added: Holding) -> tuple[Holding, ...]:
    if all(holding.account_id != added.account_id for holding in holdings):
        return (*holdings, added)
    return tuple(
        replace(holding, amount=sum_fen((holding.amount, added.amount)))
        if holding.account_id == added.account_id
        else holding
        for holding in holdings
    )
