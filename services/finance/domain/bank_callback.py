"""A bank's call-back: money came in under a reference. It is recorded as received first, and then carried out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kit.days import iso_day
from kit.errors import Duplicate, ValidationFailed
from kit.money import Fen, parse_money
from services.finance.domain.deposit_ledger import checked_bank_reference

LONGEST_ID = 64
CURRENCY = "CNY"


class CallbackState(StrEnum):
    """Where a call-back stands: a refused one is carried out when the bank calls again and nothing refuses it then."""

    RECEIVED = "RECEIVED"
    POSTED = "POSTED"
    REFUSED = "REFUSED"


class CallbackChanged(Duplicate):
    """The bank called with this reference before, and with another account, amount, day or purpose."""


@dataclass(frozen=True)
class BankCallback:
    """What a bank says: into which account, how much, on which day, under which reference, and for what it was paid.

    `custody_account_id` is None for money that reaches a creditor's own account, such as a provider's fees.
    """

    bank: str
    custody_account_id: str | None
    bank_ref: str
    amount: Fen
    paid_on: date
    paid_for: str

    @property
    def id(self) -> str:
        """The call-back's id: the custody account, whoever calls, or else the bank; and the bank's reference."""
        return f"{self.custody_account_id or self.bank}#{self.bank_ref}"


@dataclass(frozen=True)
class ReceivedCallback:
    """A call-back as it was recorded, and what became of it: what was posted, or the code and message of a refusal."""

    callback: BankCallback
    state: CallbackState = CallbackState.RECEIVED
    posted_id: str | None = None
    code: str | None = None
    message: str | None = None


def callback_of(bank: str, members: Mapping[str, object]) -> BankCallback:
    """Return the call-back in a JSON object; raises ValidationFailed naming the member that is missing or malformed.

    An amount is in yuan; a `currency` that says another one is refused as well.
    """
    if members.get("currency", CURRENCY) != CURRENCY:
        raise ValidationFailed(f"currency is {CURRENCY}", path=("currency",), value=str(members["currency"]))
    paid_on = _text(members, "paidOn")
    day = iso_day(paid_on)
    if day is None:
        raise ValidationFailed("paidOn is a day such as 2024-03-01", path=("paidOn",), value=paid_on)
    amount = parse_money(members.get("amount"), path=("amount",))
    if amount <= 0:
        raise ValidationFailed("a payment is above zero", path=("amount",), value=str(members.get("amount")))
    return BankCallback(
        bank=bank,
        custody_account_id=None if members.get("custodyAccountId") is None else _text(members, "custodyAccountId"),
        bank_ref=checked_bank_reference(_text(members, "bankRef"), path=("bankRef",)),
        amount=amount,
        paid_on=day,
        paid_for=_text(members, "paidFor"),
    )


def check_repeated(known: BankCallback, callback: BankCallback) -> None:
    """Raise CallbackChanged unless the call-back says what the known one said."""
    if known != callback:
        raise CallbackChanged(
            "this reference was called back with another content", path=("bankRef",), value=callback.bank_ref
        )


def _text(members: Mapping[str, object], name: str) -> str:
    value = members.get(name)
    if not isinstance(value, str) or not 1 <= len(value) <= LONGEST_ID:
        raise ValidationFailed(f"{name} is a text of 1 to {LONGEST_ID} characters", path=(name,), value=value)
    return value
