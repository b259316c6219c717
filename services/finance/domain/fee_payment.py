"""Payments of fees: apportioned to a part's bills, the oldest first; what is left over is prepaid; refunds.

A bank movement is recorded once: the same reference with the same content is the same payment, however often the bank
calls back. Prepaid money lies with the creditor who received it and settles that creditor's bills alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from kit.errors import Duplicate, InsufficientFunds, NotFound, PreconditionMissing, StateConflict, ValidationFailed
from kit.money import ZERO_FEN, Fen, add_fen, format_money, sum_fen
from services.finance.domain.bill import Creditor, FeeBill, Settlement, Standing, settle
from services.finance.domain.part import Part

ACCOUNT_PREFIX = "fac"
PAYMENT_PREFIX = "fpy"
REFUND_PREFIX = "frf"
_PART_PREFIX = "prt"
_NUMBER_DIGITS = 16


class PaymentChannel(StrEnum):
    """How money reached the creditor."""

    BANK_TRANSFER = "BANK_TRANSFER"
    MOBILE = "MOBILE"
    CARD = "CARD"
    CASH = "CASH"


class RefundReason(StrEnum):
    """Why money goes back: paid too much, charged twice, prepaid for service that was not given, or paid in error."""

    OVERPAID = "OVERPAID"
    REPEATED_CHARGE = "REPEATED_CHARGE"
    UNSERVED_TIME = "UNSERVED_TIME"
    PAID_IN_ERROR = "PAID_IN_ERROR"


class FeeAccountUnknown(NotFound):
    """No such part, or it is outside what the caller may see."""


class FeePaymentUnknown(NotFound):
    """No such payment, or it is outside what the caller may see."""


class BankReferenceUsed(Duplicate):
    """The bank's reference was recorded for another payment; one bank movement is recorded once."""


class PaymentOutsideTime(ValidationFailed):
    """A bank's day is today or before."""


class NobodyToPrepay(PreconditionMissing):
    """The payment is more than what is owed, and nobody serves the estate whom the rest could be prepaid to."""


class PayerNeverHeldPart(PreconditionMissing):
    """Who is named as the payer has neither owned the part nor owed its fees, as far as was heard."""


class NothingToRefund(InsufficientFunds):
    """The creditor holds less prepaid money of the part, or less of this payment, than is to be refunded."""


class BillNotCancellable(StateConflict):
    """The bill is cancelled or written off already."""


@dataclass(frozen=True)
class Allocation:
    """What a payment brought to one bill: the bill, its service period, to whom it is owed, and how much."""

    bill_id: str
    period: str
    creditor: Creditor
    amount: Fen


@dataclass(frozen=True, kw_only=True)
class FeePayment:
    """Money that came in for a part, under one bank reference: what it settled, and what was prepaid with it.

    `custody_account_id` is the custody account that it lies in, by the posting `custody_posting_id`; both are None for
    money that reached a creditor's own account. `owner_id` is whose bills alone it settles, None for all of the part's;
    `held_since` is then since when that owner holds the part, or did last.
    """

    id: str
    district: str
    estate_id: str
    part_id: str
    amount: Fen
    bank_ref: str
    paid_on: date
    channel: PaymentChannel
    allocations: tuple[Allocation, ...] = ()
    prepaid: Fen = ZERO_FEN
    prepaid_to: Creditor | None = None
    refunded: Fen = ZERO_FEN
    posting_id: str | None = None
    custody_account_id: str | None = None
    custody_posting_id: str | None = None
    owner_id: str | None = None
    held_since: date | None = None

    @property
    def purse_day(self) -> date:
        """A day of those in whose purse the rest lies: of the owner who was named, or else the bank's day."""
        return self.held_since or self.paid_on

    @property
    def creditors(self) -> tuple[Creditor, ...]:
        """Everybody who received a part of the money, each once."""
        everybody = [allocation.creditor for allocation in self.allocations]
        if self.prepaid_to is not None:
            everybody.append(self.prepaid_to)
        return tuple(dict.fromkeys(everybody))

    def repeats(self, other: "FeePayment") -> bool:
        """Return whether this is the same bank movement told again; a bank that tells it again names no owner."""
        mine, its = ((one.part_id, one.amount, one.bank_ref, one.paid_on) for one in (self, other))
        return mine == its and self.owner_id in (None, other.owner_id)


@dataclass(frozen=True)
class FeeRefund:
    """Money of a payment that went back, on which bank day and under which bank reference."""

    amount: Fen
    bank_ref: str
    refunded_on: date


@dataclass(frozen=True)
class FeeAccount:
    """A part's prepaid money by the creditor who holds it; what is owed stands in the bills.

    `set_aside` is what those had prepaid who owed the fees before the day `set_aside_since`: it settles no bill of who
    came after them, and waits for its refund (interpretation, art. 3).
    """

    part_id: str
    estate_id: str
    prepaid: Mapping[Creditor, Fen] = field(default_factory=dict)
    set_aside: Mapping[Creditor, Fen] = field(default_factory=dict)
    set_aside_since: date | None = None

    @property
    def prepaid_total(self) -> Fen:
        """All prepaid money of those who owe the part's fees now."""
        return sum_fen(self.prepaid.values())

    @property
    def set_aside_total(self) -> Fen:
        """All that is to go back to those who owed the fees before."""
        return sum_fen(self.set_aside.values())

    def seen_by(self, part: Part, owner_ids: Iterable[str]) -> "FeeAccount":
        """Return what these owners see of the account: what lies in the purses of days on which they held the part."""
        since = self.set_aside_since or date.min
        held = [spell for owner_id in owner_ids for spell in part.held_by(owner_id)]
        is_former = any(first < since for first, _ in held)
        is_present = any(last is None or last >= since for _, last in held)
        return replace(self, prepaid=self.prepaid if is_present else {}, set_aside=self.set_aside if is_former else {})

    def with_prepaid(self, creditor: Creditor, change: Fen) -> "FeeAccount":
        """Return the account with more, or less, prepaid; raises NothingToRefund below zero."""
        return replace(self, prepaid=_changed(self.prepaid, creditor, change))

    def with_set_aside(self, creditor: Creditor, change: Fen) -> "FeeAccount":
        """Return the account with more, or less, set aside; raises NothingToRefund below zero."""
        return replace(self, set_aside=_changed(self.set_aside, creditor, change))

    def with_new_debtors(self, since: date, *, kept: Mapping[Creditor, Fen]) -> "FeeAccount":
        """Return the account after others owe the fees from that day on: what is prepaid is set aside.

        `kept` is what was paid on that day or later, and so by those who owe the fees now. The same day again, or an
        earlier one, changes nothing.
        """
        if self.set_aside_since is not None and since <= self.set_aside_since:
            return self
        account = replace(self, set_aside_since=since)
        for creditor, held in self.prepaid.items():
            left = Fen(held - min(held, kept.get(creditor, ZERO_FEN)))
            account = account.with_prepaid(creditor, Fen(-left)).with_set_aside(creditor, left)
        return account

    def is_of_former_debtors(self, day: date) -> bool:
        """Return whether a bill of that day, or what was paid on it, is a matter of those who owed the fees before."""
        return self.set_aside_since is not None and day < self.set_aside_since

    def purse(self, *, of_former: bool) -> Mapping[Creditor, Fen]:
        """Return what is set aside for those who owed the fees before, or what is prepaid by those who owe them now."""
        return self.set_aside if of_former else self.prepaid

    def purse_for(self, day: date) -> Mapping[Creditor, Fen]:
        """Return what a bill of that day is settled from, by creditor."""
        return self.purse(of_former=self.is_of_former_debtors(day))

    def with_change(self, creditor: Creditor, change: Fen, *, of_former: bool) -> "FeeAccount":
        """Return the account with more, or less, in that purse; raises NothingToRefund below zero."""
        return self.with_set_aside(creditor, change) if of_former else self.with_prepaid(creditor, change)


def _changed(purse: Mapping[Creditor, Fen], creditor: Creditor, change: Fen) -> Mapping[Creditor, Fen]:
    held = purse.get(creditor, ZERO_FEN)
    after = add_fen(held, change)
    if after < 0:
        raise NothingToRefund(
            f"{format_money(held)} is prepaid, and {format_money(Fen(-change))} would leave it",
            value=format_money(held),
        )
    rest = {one: amount for one, amount in purse.items() if one != creditor}
    return {**rest, creditor: after} if after else rest


def account_id(part_id: str) -> str:
    """Return the id of a part's fee account; every part has one, also before its first bill."""
    return f"{ACCOUNT_PREFIX}_{part_id.removeprefix(f'{_PART_PREFIX}_')}"


def part_of_account(id_: str) -> str:
    """Return the part whose fee account has that id."""
    return f"{_PART_PREFIX}_{id_.removeprefix(f'{ACCOUNT_PREFIX}_')}"


def account_number(part_id: str) -> str:
    """Return the number that a payment slip shows: the last sixteen characters of the part's id, in capitals."""
    return part_id[-_NUMBER_DIGITS:].upper()


def check_payment(*, amount: Fen, paid_on: date, today: date, path: Sequence[str] = ()) -> None:
    """Raise ValidationFailed unless the amount is above zero, PaymentOutsideTime for a day to come."""
    if amount <= 0:
        raise ValidationFailed("a payment is above zero", path=(*path, "amount"), value=format_money(amount))
    if paid_on > today:
        raise PaymentOutsideTime(
            "a payment was made today or before", path=(*path, "paidOn"), value=paid_on.isoformat()
        )


def checked_payer(part: Part, owner_id: str, *, path: Sequence[str] = ()) -> date:
    """Return since when the payer holds the part, or did last; raises PayerNeverHeldPart."""
    held_since = part.last_held_since(owner_id)
    if held_since is None:
        raise PayerNeverHeldPart("this owner never held the part", path=path, value=owner_id)
    return held_since


def apportion(
    amount: Fen, bills: Sequence[FeeBill], *, paid_on: date, payment_id: str
) -> tuple[list[FeeBill], tuple[Allocation, ...], Fen]:
    """Return the bills that the money settles, wholly or in part, what each got, and what is left over.

    `bills` are in the order in which they are paid, as `oldest_first` gives them.
    """
    settled: list[FeeBill] = []
    allocations: list[Allocation] = []
    left = amount
    for bill in bills:
        share = Fen(min(left, bill.outstanding))
        if share <= 0:
            continue
        settled.append(settle(bill, Settlement(paid_on, share, payment_id)))
        allocations.append(Allocation(bill.id, bill.period, bill.creditor, share))
        left = Fen(left - share)
    return settled, tuple(allocations), left


def prepaid_to(bills: Sequence[FeeBill], serving: Creditor | None, *, left: Fen) -> Creditor | None:
    """Return who keeps what is left of a payment: who serves the estate, else the creditor of the last bill paid.

    None where nothing is left. Raises NobodyToPrepay.
    """
    if left == 0:
        return None
    if serving is not None:
        return serving
    if not bills:
        raise NobodyToPrepay("nothing is owed, and nobody serves the estate", value=format_money(left))
    return bills[-1].creditor


def cancel_bill(bill: FeeBill, *, on: date) -> FeeBill:
    """Return the bill taken back; what was paid on it becomes prepaid. Raises BillNotCancellable."""
    if not bill.can_change:
        raise BillNotCancellable(f"the bill is {bill.standing.value}", value=bill.id)
    return replace(bill, standing=Standing.CANCELLED, cancelled_on=on)


def refund_shares(
    payment: FeePayment, account: FeeAccount, amount: Fen, *, path: Sequence[str] = ()
) -> tuple[tuple[Creditor, Fen], ...]:
    """Return which creditor pays how much of a refund back, out of what each of the payment's creditors holds prepaid.

    Raises ValidationFailed unless the amount is above zero, NothingToRefund beyond what is prepaid or was paid.
    """
    if amount <= 0:
        raise ValidationFailed("a refund is above zero", path=path, value=format_money(amount))
    purse = account.purse_for(payment.purse_day)
    unreturned = Fen(payment.amount - payment.refunded)
    held = sum_fen(purse.get(creditor, ZERO_FEN) for creditor in payment.creditors)
    available = Fen(min(unreturned, held))
    if amount > available:
        raise NothingToRefund(
            f"{format_money(available)} of this payment can be refunded", path=path, value=format_money(amount)
        )
    shares: list[tuple[Creditor, Fen]] = []
    left = amount
    for creditor in payment.creditors:
        share = Fen(min(left, purse.get(creditor, ZERO_FEN)))
        if share > 0:
            shares.append((creditor, share))
            left = Fen(left - share)
    return tuple(shares)
