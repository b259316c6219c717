"""The cut-over of a legacy city: what each custody account held on a day, and of whose money that is made up.

A file has a row with what the bank says an account held, and a row for each claim on it. Both are equal to the fen, or
nothing of the file is taken; so the books begin reconciled with the bank.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kit.errors import Duplicate, Refusal, ValidationFailed
from kit.ledger.transfers import MOST_TRANSFERS
from kit.money import Fen, add_fen, format_money, sum_fen
from kit.tables.cells import money_cell, text_cell
from kit.tables.reading import TableRow
from services.finance.domain.reconciliation import OPENING_PREFIX

ACCOUNT, ITEM, OBJECT, AMOUNT = "账户编号", "项目", "对象编号", "金额"
COLUMNS: Final = (ACCOUNT, ITEM, OBJECT, AMOUNT)
MOST_ROWS: Final = 5_000
LONGEST_ID: Final = 64


class OpeningItem(StrEnum):
    """What a row says: what the bank says the account held, or a claim on it."""

    BANK_BALANCE = "BANK_BALANCE"
    DEPOSIT = "DEPOSIT"


ITEMS: Final[Mapping[str, OpeningItem]] = {
    "账户余额": OpeningItem.BANK_BALANCE,
    "履约保证金": OpeningItem.DEPOSIT,
}


class OpeningRefused(ValidationFailed):
    """A row of the file says nothing that an account could begin with."""


class OpeningDiffers(ValidationFailed):
    """What the bank says an account held, and the sum of the claims on it, differ by the amount that is the value."""


class AlreadyOpened(Duplicate):
    """The account has begun, with another opening or with movements of its own."""


@dataclass(frozen=True)
class Claim:
    """A claim on what an account held: which kind, of what, how much, and the row that says so."""

    item: OpeningItem
    object_id: str
    amount: Fen
    row: int


@dataclass(frozen=True)
class Opening:
    """What one account held, and the claims that it is made up of."""

    account_id: str
    balance: Fen
    claims: tuple[Claim, ...]


def columns_of_opening(headers: Sequence[str]) -> Mapping[str, int] | None:
    """Return the place of every column among the headers, also with "(元)" behind it; None unless all are there."""
    plain = [header.removesuffix("(元)") for header in headers]
    return {column: plain.index(column) for column in COLUMNS} if set(COLUMNS) <= set(plain) else None


def openings_of(rows: Sequence[TableRow]) -> tuple[Opening, ...]:
    """Return the openings that the rows hold, by account; every account reconciles to the fen.

    Raises OpeningRefused naming the row and the column of what is no value, an amount that is not above zero, a claim
    or a balance that stands twice, too many rows; OpeningDiffers naming the account and the difference.
    """
    if not 1 <= len(rows) <= MOST_ROWS:
        raise OpeningRefused(f"a file has 1 to {MOST_ROWS} rows", path=("rows",), value=len(rows))
    balances: dict[str, Fen] = {}
    claims: dict[str, dict[str, Claim]] = {}
    for row in rows:
        account_id, claim = _read(row)
        of_account = claims.setdefault(account_id, {})
        if claim.item is OpeningItem.BANK_BALANCE:
            if account_id in balances:
                raise _refused(row.number, ITEM, "the account's balance stands twice", account_id)
            balances[account_id] = claim.amount
        elif claim.object_id in of_account:
            raise _refused(row.number, OBJECT, "the claim stands twice", claim.object_id)
        else:
            of_account[claim.object_id] = claim
    return tuple(
        _reconciled(account_id, balances.get(account_id), tuple(of_account.values()))
        for account_id, of_account in sorted(claims.items())
    )


def opening_key(account_id: str) -> str:
    """Return the business key of an account's opening posting; an account begins once."""
    return f"{OPENING_PREFIX}{account_id}"


def _reconciled(account_id: str, balance: Fen | None, claims: tuple[Claim, ...]) -> Opening:
    if balance is None:
        raise OpeningRefused("the file does not say what the bank held", path=(account_id, ITEM), value=account_id)
    if len(claims) > MOST_TRANSFERS:
        raise OpeningRefused(f"an account begins with at most {MOST_TRANSFERS} claims", path=(account_id,))
    difference = add_fen(balance, Fen(-sum_fen(claim.amount for claim in claims)))
    if difference != 0:
        raise OpeningDiffers(
            f"account {account_id} held {format_money(balance)}, {format_money(difference)} more than the claims on it",
            path=(account_id, AMOUNT),
            value=format_money(difference),
        )
    return Opening(account_id, balance, claims)


def _read(row: TableRow) -> tuple[str, Claim]:
    try:
        account_id = text_cell(row, ACCOUNT, longest=LONGEST_ID)
        word = text_cell(row, ITEM, longest=LONGEST_ID)
        if word not in ITEMS:
            raise ValidationFailed(f"{ITEM} is one of {'、'.join(ITEMS)}", path=(ITEM,), value=word)
        item = ITEMS[word]
        object_id = "" if item is OpeningItem.BANK_BALANCE else text_cell(row, OBJECT, longest=LONGEST_ID)
        amount = money_cell(row, AMOUNT)
        if amount <= 0:
            raise ValidationFailed(f"{AMOUNT} is above zero", path=(AMOUNT,), value=format_money(amount))
    except Refusal as refusal:
        column = refusal.path[0] if refusal.path else AMOUNT
        raise _refused(row.number, column, refusal.message, refusal.value) from refusal
    return account_id, Claim(item, object_id, amount, row.number)


def _refused(number: int, column: str, message: str, value: str | None) -> OpeningRefused:
    return OpeningRefused(f"row {number}: {message}", path=(f"row {number}", column), value=value)
