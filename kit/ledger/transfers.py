"""Accounts, transfers and postings as values: balanced by construction, and checked against 64 bits."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final, TypeAlias

from kit.errors import InsufficientFunds, ValidationFailed
from kit.money import ZERO_FEN, Fen, add_fen, check_fen, format_money, sum_fen

MOST_TRANSFERS: Final = 500
LONGEST_KEY: Final = 200
LONGEST_MEMO: Final = 500
REVERSAL_PREFIX: Final = "reversal:"
RESERVATION_PREFIX: Final = "reservation:"

AccountRef: TypeAlias = str
"""The id of an account, chosen by whoever opens it; unique among all books of the service."""


class Side(StrEnum):
    """The two sides of an account: a debit increases a DEBIT account (money held), a credit a CREDIT one (owed)."""

    DEBIT = "DEBIT"
    CREDIT = "CREDIT"


class InvalidPosting(ValidationFailed):
    """The posting or account is malformed: no transfer, an amount that is not positive, one account on both sides."""


class AccountOverdrawn(InsufficientFunds):
    """The posting would take an account below zero that may not go there; names the account and what is available."""


@dataclass(frozen=True, kw_only=True)
class Account:
    """An account to be opened: the book it belongs to, its normal side, and the grants that may see it.

    `may_go_negative` is for accounts that stand for the outside, or for what is owed to come. Every other account
    refuses to fall below what is reserved on it.
    """

    id: AccountRef
    book: str
    name: str
    side: Side
    district: str
    areas: tuple[str, ...]
    may_go_negative: bool = False

    def __post_init__(self) -> None:
        for label, text in (("id", self.id), ("book", self.book), ("name", self.name)):
            if not 1 <= len(text) <= LONGEST_KEY:
                raise InvalidPosting(f"an account's {label} has 1 to {LONGEST_KEY} characters", value=text)


@dataclass(frozen=True)
class Transfer:
    """An amount above zero that is debited to one account and credited to another."""

    debit: AccountRef
    credit: AccountRef
    amount_fen: Fen

    def __post_init__(self) -> None:
        check_fen(self.amount_fen)
        if self.amount_fen <= 0:
            raise InvalidPosting("a transfer's amount is above zero", value=format_money(self.amount_fen))
        if self.debit == self.credit:
            raise InvalidPosting("a transfer has two different accounts", value=self.debit)

    def reversed(self) -> "Transfer":
        """Return the transfer back: the sides swapped, the amount the same."""
        return Transfer(debit=self.credit, credit=self.debit, amount_fen=self.amount_fen)


@dataclass(frozen=True, kw_only=True)
class Posting:
    """Linked transfers of one book that are posted all together or not at all.

    `key` is unique in the book: the business key of the fact, such as "deposit:dep_0192…:paid". `occurred_on` is the
    business date of the fact; it decides the period. `reverses` is the id of the posting that this one takes back.
    """

    book: str
    key: str
    transfers: tuple[Transfer, ...]
    occurred_on: date
    memo: str
    district: str
    policy_id: str | None = None
    reverses: str | None = None
    reservation: str | None = None

    def __post_init__(self) -> None:
        if not self.transfers:
            raise InvalidPosting("a posting has at least one transfer", value=self.key)
        if len(self.transfers) > MOST_TRANSFERS:
            raise InvalidPosting(f"a posting has at most {MOST_TRANSFERS} transfers", value=len(self.transfers))
        if not 1 <= len(self.key) <= LONGEST_KEY:
            raise InvalidPosting(f"a posting's key has 1 to {LONGEST_KEY} characters", value=self.key)
        if len(self.memo) > LONGEST_MEMO:
            raise InvalidPosting(f"a posting's memo has at most {LONGEST_MEMO} characters", value=self.memo)
        # These keys are the ledger's own: nobody can occupy the key that a reversal will need.
        if self.key.startswith(REVERSAL_PREFIX) != (self.reverses is not None):
            raise InvalidPosting(f"{REVERSAL_PREFIX!r} begins the key of a reversal, and no other", value=self.key)
        if self.key.startswith(RESERVATION_PREFIX) != (self.reservation is not None):
            raise InvalidPosting(f"{RESERVATION_PREFIX!r} begins the key of a posted reservation", value=self.key)
        sum_fen(transfer.amount_fen for transfer in self.transfers)

    @property
    def accounts(self) -> tuple[AccountRef, ...]:
        """The accounts the posting touches, sorted, each once."""
        return tuple(sorted({account for move in self.transfers for account in (move.debit, move.credit)}))

    @property
    def period(self) -> str:
        """The month of the fact, such as "2026-03"."""
        return period_of(self.occurred_on)

    @property
    def digest(self) -> str:
        """The SHA-256 of the posting's content: what tells a repeated posting from another one with its key."""
        return hashlib.sha256(canonical_json(posting_content(self))).hexdigest()


@dataclass(frozen=True)
class Holding:
    """What an account holds on its normal side, how much of it is reserved, and the terms that a posting must keep."""

    account: AccountRef
    side: Side
    may_go_negative: bool
    balance_fen: Fen = ZERO_FEN
    reserved_fen: Fen = ZERO_FEN
    entry_count: int = 0

    @property
    def available_fen(self) -> Fen:
        """What may still be taken out: the balance less what is reserved."""
        return add_fen(self.balance_fen, Fen(-self.reserved_fen))


@dataclass(frozen=True)
class Leg:
    """One side of a transfer, seen from its account: the how-manieth entry of the account, and the balance after it."""

    account: AccountRef
    sequence: int
    side: Side
    amount_fen: Fen
    balance_fen: Fen


def legs_of(transfers: Sequence[Transfer], holdings: Iterable[Holding]) -> tuple[Leg, ...]:
    """Return the entries that the transfers make, in order, debit before credit.

    Raises AccountOverdrawn if an account that may not go negative would end below what is reserved on it after paying
    out, OutOfRange if a balance passes 64 bits. Balances in between, within the one posting, may be negative.
    """
    before = {holding.account: holding for holding in holdings}
    balances = {account: holding.balance_fen for account, holding in before.items()}
    sequences = {account: holding.entry_count for account, holding in before.items()}
    legs: list[Leg] = []
    for transfer in transfers:
        for account, side in ((transfer.debit, Side.DEBIT), (transfer.credit, Side.CREDIT)):
            balances[account] = add_fen(balances[account], change_fen(before[account].side, side, transfer))
            sequences[account] += 1
            legs.append(Leg(account, sequences[account], side, transfer.amount_fen, balances[account]))
    for account, holding in before.items():
        require_funds(holding, add_fen(balances[account], Fen(-holding.balance_fen)))
    return tuple(legs)


def change_fen(normal: Side, side: Side, transfer: Transfer) -> Fen:
    """Return by how much the transfer's `side` changes an account of that normal side: its amount, or less than 0."""
    return transfer.amount_fen if normal is side else Fen(-transfer.amount_fen)


def net_changes(transfers: Sequence[Transfer], holdings: Iterable[Holding]) -> dict[AccountRef, Fen]:
    """Return by how much all transfers together change each account's balance."""
    sides = {holding.account: holding.side for holding in holdings}
    changes = dict.fromkeys(sides, ZERO_FEN)
    for transfer in transfers:
        for account, side in ((transfer.debit, Side.DEBIT), (transfer.credit, Side.CREDIT)):
            changes[account] = add_fen(changes[account], change_fen(sides[account], side, transfer))
    return changes


def require_funds(holding: Holding, change: Fen) -> None:
    """Raise AccountOverdrawn if the change takes more than is available from an account that may not go negative.

    A change that brings money in is never refused.
    """
    if change < 0 and not holding.may_go_negative and add_fen(holding.available_fen, change) < 0:
        raise AccountOverdrawn(
            f"account {holding.account!r} has {format_money(holding.available_fen)} available, "
            f"and {format_money(Fen(-change))} would leave it",
            path=(holding.account,),
            value=format_money(holding.available_fen),
        )


def period_of(day: date) -> str:
    """Return the accounting period of a day: its month, such as "2026-03"."""
    return day.isoformat()[:7]


def posting_content(posting: Posting) -> dict[str, Any]:
    """Return what was asked to be posted as JSON values."""
    return {
        "book": posting.book,
        "key": posting.key,
        "transfers": [
            {"debit": move.debit, "credit": move.credit, "amount_fen": move.amount_fen} for move in posting.transfers
        ],
        "occurred_on": posting.occurred_on.isoformat(),
        "memo": posting.memo,
        "district": posting.district,
        "policy_id": posting.policy_id,
        "reverses": posting.reverses,
        "reservation": posting.reservation,
    }


def canonical_json(value: object) -> bytes:
    """Return the one JSON text of a value, in UTF-8: equal values, and only those, give equal text."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
