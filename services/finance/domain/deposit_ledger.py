"""How deposits stand in the ledger: one bank account for each custody account, one liability for each deposit in it.

A payment debits the bank account and credits what is owed out of the deposit. A move between custody accounts debits
the new bank account and credits the old one, and carries the liability over with it; so in each custody account the
bank balance equals the liabilities, and a deposit's liabilities together never change by a move.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from kit.errors import Duplicate, ValidationFailed
from kit.ledger.transfers import Account, Side, Transfer
from kit.money import Fen
from services.finance.domain.books import BOOK_OF_CUSTODY, deposits_book
from services.finance.domain.custody import CustodyAccount
from services.finance.domain.deposit import Holding, PerformanceDeposit
from services.finance.domain.deposit_transfer import Move

LONGEST_BANK_REFERENCE = 64


@dataclass(frozen=True)
class LedgerEntry:
    """One transfer of a posting: which account was debited, which credited, by their names, and how much.

    `reverses` is the id of the posting that this one takes back.
    """

    id: str
    posting_id: str
    posted_at: datetime
    occurred_on: date
    debit: str
    credit: str
    amount: Fen
    memo: str
    reverses: str | None


def entry_id(posting_id: str, place: int) -> str:
    """Return the id of the transfer at this place of a posting, counted from 1."""
    return f"{posting_id}-{place}"


class BankReferenceUsed(Duplicate):
    """The bank's reference was recorded already for this account; one bank movement is recorded once."""


def book_of(district: str) -> str:
    """Return the book that a district's deposits stand in."""
    return deposits_book(district)


def bank_account(account: CustodyAccount, *, areas: tuple[str, ...]) -> Account:
    """Return the ledger account of the money in a custody account."""
    return Account(
        id=bank_account_id(account.id),
        book=BOOK_OF_CUSTODY[account.kind](account.district),
        name=f"{account.holder} {account.bank_account_masked}",
        side=Side.DEBIT,
        district=account.district,
        areas=areas,
    )


def liability_account(deposit: PerformanceDeposit, account: CustodyAccount, *, areas: tuple[str, ...]) -> Account:
    """Return the ledger account of what is owed out of a deposit as far as it lies in that custody account."""
    return Account(
        id=liability_account_id(deposit.id, account.id),
        book=book_of(deposit.district),
        name=f"履约保证金（存于 {account.holder} {account.bank_account_masked}）",
        side=Side.CREDIT,
        district=deposit.district,
        areas=areas,
    )


def bank_account_id(custody_account_id: str) -> str:
    """Return the id of the ledger account of a custody account's money."""
    return f"custody:{custody_account_id}"


def liability_account_id(deposit_id: str, custody_account_id: str) -> str:
    """Return the id of the ledger account of a deposit's liability in a custody account."""
    return f"deposit:{deposit_id}:{custody_account_id}"


def payment_transfers(deposit_id: str, *, account_id: str, amount: Fen) -> tuple[Transfer, ...]:
    """Return the transfer of a payment into a custody account."""
    return (
        Transfer(
            debit=bank_account_id(account_id),
            credit=liability_account_id(deposit_id, account_id),
            amount_fen=amount,
        ),
    )


def move_transfers(deposit_id: str, moves: Sequence[Move]) -> tuple[Transfer, ...]:
    """Return the transfers of moves: the money from bank account to bank account, and the liability with it."""
    return tuple(
        transfer
        for move in moves
        for transfer in (
            Transfer(
                debit=bank_account_id(move.to_account_id),
                credit=bank_account_id(move.from_account_id),
                amount_fen=move.amount,
            ),
            Transfer(
                debit=liability_account_id(deposit_id, move.from_account_id),
                credit=liability_account_id(deposit_id, move.to_account_id),
                amount_fen=move.amount,
            ),
        )
    )


def payout_transfers(deposit_id: str, taken: Sequence[Holding]) -> tuple[Transfer, ...]:
    """Return the transfers of a payment out of a deposit, from each account that gives a part of it."""
    return tuple(
        Transfer(
            debit=liability_account_id(deposit_id, part.account_id),
            credit=bank_account_id(part.account_id),
            amount_fen=part.amount,
        )
        for part in taken
    )


def carry_transfers(from_id: str, to_id: str, carried: Sequence[Holding]) -> tuple[Transfer, ...]:
    """Return the transfers from one contract year's deposit to the next one's; no money leaves its account (A-2)."""
    return tuple(
        Transfer(
            debit=liability_account_id(from_id, part.account_id),
            credit=liability_account_id(to_id, part.account_id),
            amount_fen=part.amount,
        )
        for part in carried
    )


def payout_key(account_id: str, bank_ref: str) -> str:
    """Return the business key of a payment out of an account: the account and the bank's reference."""
    return f"deposit-payout:{account_id}:{bank_ref}"


def carry_key(deposit_id: str) -> str:
    """Return the business key of what a contract year's deposit took over; it does so once."""
    return f"deposit-carried-over:{deposit_id}"


def payment_key(account_id: str, bank_ref: str) -> str:
    """Return the business key of a payment: the account and the bank's reference."""
    return f"deposit-payment:{account_id}:{bank_ref}"


def move_key(account_id: str, bank_ref: str) -> str:
    """Return the business key of a move into an account: the account and the bank's reference."""
    return f"deposit-transfer:{account_id}:{bank_ref}"


def checked_bank_reference(text: str, *, path: Sequence[str] = ()) -> str:
    """Return the trimmed bank reference; raises ValidationFailed unless it has 1 to 64 printable characters."""
    reference = text.strip()
    if not 1 <= len(reference) <= LONGEST_BANK_REFERENCE or not reference.isprintable():
        raise ValidationFailed(
            f"a bank reference has 1 to {LONGEST_BANK_REFERENCE} printable characters", path=path, value=text
        )
    return reference
