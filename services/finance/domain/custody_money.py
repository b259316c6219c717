"""Fees and public revenue that lie in a custody account: whose money of what it holds, and which account takes it.

Fees and revenue stand in books of their own. What of them a custody account holds stands once more in the custody
account's own book, as its money and what it owes to that purpose; so every movement at the bank is one posting on one
ledger account, and each bank line finds its posting whatever the money is for.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Final

from kit.errors import ValidationFailed
from kit.ledger.transfers import Account, Posting, Side, Transfer
from kit.money import Fen
from policy.vocabulary import CustodyKind, IncomeEarmark
from services.finance.domain.bill import Payee
from services.finance.domain.books import BOOK_OF_CUSTODY
from services.finance.domain.custody import HELD_FOR, CustodyAccount, HeldFor
from services.finance.domain.deposit_ledger import bank_account_id
from services.finance.domain.estate import Estate


class HeldMoney(StrEnum):
    """What a custody account may hold beside deposits and maintenance funds."""

    FEES = "FEES"
    PUBLIC_REVENUE = "PUBLIC_REVENUE"


HOLDS: Final[Mapping[CustodyKind, frozenset[HeldMoney]]] = {
    # The street collects parking money, and the community's fees where it falls back on serving (DH-45).
    CustodyKind.STREET_DESIGNATED: frozenset(HeldMoney),
    CustodyKind.OWNERS_PUBLIC: frozenset(HeldMoney),
    CustodyKind.TRUST_FUND: frozenset({HeldMoney.FEES}),
}
"""What accounts of each kind may hold of it; an account of a maintenance fund holds nothing else (ZG-32)."""

CUSTODY_OF_PAYEE: Final[Mapping[Payee, CustodyKind]] = {
    Payee.OWNERS_PUBLIC_ACCOUNT: CustodyKind.OWNERS_PUBLIC,
    Payee.TRUST_FUND: CustodyKind.TRUST_FUND,
}
"""The kind of account that fees are paid into by whom they are owed to; others collect into accounts of their own."""

_HELD: Final = "custody-holds:"
_NAMES: Final = {HeldMoney.FEES: "物业费", HeldMoney.PUBLIC_REVENUE: "公共收益"}


class NotHeldThere(ValidationFailed):
    """An account of this kind does not hold such money, or it is another street's or estate's, or opened later."""


def check_holds(
    account: CustodyAccount, money: HeldMoney, *, estate: Estate, day: date, path: Sequence[str] = ()
) -> None:
    """Raise NotHeldThere unless the account takes such money of this estate on that day."""
    if money not in HOLDS.get(account.kind, frozenset()):
        raise NotHeldThere(f"an account of this kind holds no {money.value}", path=path, value=account.kind.value)
    places = {HeldFor.STREET: (account.street_id, estate.street_id), HeldFor.ESTATE: (account.estate_id, estate.id)}
    its, wanted = places[HELD_FOR[account.kind]]
    if its != wanted:
        raise NotHeldThere("the account belongs to another street or estate", path=path, value=account.id)
    if account.opened_on > day:
        raise NotHeldThere(
            f"the account was opened on {account.opened_on.isoformat()}", path=path, value=day.isoformat()
        )


def fees_held_id(custody_account_id: str, estate_id: str) -> str:
    """Return the id of the ledger account of what a custody account holds of an estate's fees."""
    return f"{_HELD}{custody_account_id}:{HeldMoney.FEES.value}:{estate_id}"


def revenue_held_id(custody_account_id: str, estate_id: str, earmark: IncomeEarmark) -> str:
    """Return the id of the ledger account of what a custody account holds of a purse."""
    return f"{_HELD}{custody_account_id}:{HeldMoney.PUBLIC_REVENUE.value}:{estate_id}:{earmark.value}"


def is_held_in(ledger_account: str, custody_account_id: str) -> bool:
    """Return whether the ledger account is of what this custody account holds of fees or of a purse."""
    return ledger_account.startswith(f"{_HELD}{custody_account_id}:")


def estate_of_held(ledger_account: str) -> str | None:
    """Return the estate whose fees or purse the ledger account is of; None for an account of anything else."""
    return ledger_account.split(":")[3] if ledger_account.startswith(_HELD) else None


def held_account(held_id: str, account: CustodyAccount, estate: Estate, *, areas: tuple[str, ...]) -> Account:
    """Return the ledger account of what a custody account owes to a purpose of an estate."""
    money = HeldMoney(held_id.split(":")[2])
    return Account(
        id=held_id,
        book=BOOK_OF_CUSTODY[account.kind](account.district),
        name=f"{estate.name or estate.id} {_NAMES[money]}（存于 {account.holder} {account.bank_account_masked}）"[:200],
        side=Side.CREDIT,
        district=account.district,
        areas=areas,
    )


def held_posting(held_id: str, account: CustodyAccount, *, amount: Fen, bank_ref: str, day: date, memo: str) -> Posting:
    """Return the posting of money that came into a custody account for a purpose, or left it: an amount below zero."""
    transfer = Transfer(debit=bank_account_id(account.id), credit=held_id, amount_fen=Fen(abs(amount)))
    return Posting(
        book=BOOK_OF_CUSTODY[account.kind](account.district),
        key=held_key(account.id, bank_ref),
        transfers=(transfer if amount > 0 else transfer.reversed(),),
        occurred_on=day,
        memo=memo,
        district=account.district,
    )


def held_key(custody_account_id: str, bank_ref: str) -> str:
    """Return the business key of such a movement: the account and the bank's reference."""
    return f"custody-money:{custody_account_id}:{bank_ref}"
