"""The accounts that hold entrusted money, and which may hold a deposit on which day (ZG-20, ZG-21, A-5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from kit.errors import Duplicate, InstrumentNotAvailable, NotFound, ValidationFailed
from policy.instruments.deposit import DepositPolicy
from policy.vocabulary import ContractKind as DepositContractKind
from policy.vocabulary import CustodyKind
from services.finance.domain.contract import ContractKind

SHOWN_DIGITS = 4
LONGEST_HOLDER = 100

_WHOSE_DEPOSIT = {
    ContractKind.EARLY_STAGE: DepositContractKind.EARLY_STAGE,
    ContractKind.CONGRESS: DepositContractKind.CONGRESS,
    # A trust contract is concluded by the congress as well; the deposit is no trust property (PZ-26, P10).
    ContractKind.TRUST: DepositContractKind.CONGRESS,
}


class HeldFor(StrEnum):
    """Whose money lies in a custody account: of a district's estates, of a street's estates, or of one estate."""

    DISTRICT = "DISTRICT"
    STREET = "STREET"
    ESTATE = "ESTATE"


HELD_FOR: Final[Mapping[CustodyKind, HeldFor]] = {
    CustodyKind.STREET_DESIGNATED: HeldFor.STREET,
    CustodyKind.OWNERS_PUBLIC: HeldFor.ESTATE,
    # The district's finance keeps the old estates' fund, the housing department the Decree 165 fund, each in one
    # account for all estates until the owners open their own (ZG-28, Decree 165 art. 10 and 15).
    CustodyKind.DISTRICT_FINANCE_MAINTENANCE: HeldFor.DISTRICT,
    CustodyKind.HOUSING_AUTHORITY_MAINTENANCE: HeldFor.DISTRICT,
    CustodyKind.OWNERS_MAINTENANCE: HeldFor.ESTATE,
    CustodyKind.TRUST_FUND: HeldFor.ESTATE,
}
"""For whom an account of each kind is held; a district, a street or an estate has one of each of its kinds."""


class CustodyNotProvided(InstrumentNotAvailable):
    """The document names no custody for the deposit of a contract of this kind."""


class WrongCustody(ValidationFailed):
    """On that day the deposit belongs into an account of another kind, or of another street or estate (ZG-20)."""


class CustodyAccountUnknown(NotFound):
    """No such custody account, or it is outside what the caller may see."""


class StreetUnknown(NotFound):
    """No estate of this street is known here, or it is outside what the caller may see."""


class NotOpenedHere(ValidationFailed):
    """The owners' public account is not opened here; it comes with the congress in the registry."""


class WrongHolder(ValidationFailed):
    """An account of this kind is held for another kind of place: a district, a street or an estate, exactly one."""


class DistrictUnknown(NotFound):
    """No estate of this district is known here, or it is outside what the caller may see."""


class CustodyAccountExists(Duplicate):
    """The district, street or estate has its account of this kind already."""


class NotABankAccount(ValidationFailed):
    """The text is no bank account number of 8 to 32 digits."""


@dataclass(frozen=True)
class CustodyAccount:
    """A bank account that holds entrusted money: of a district's or a street's estates, or of one estate.

    `bank_account_masked` shows the last four characters; the whole number is never kept.
    """

    id: str
    kind: CustodyKind
    district: str
    holder: str
    bank_account_masked: str
    opened_on: date
    street_id: str | None = None
    estate_id: str | None = None


@dataclass(frozen=True)
class OwnersSide:
    """What is known of the owners' congress of an estate and of its public account."""

    congress_formed_on: date | None = None
    account_opened_on: date | None = None
    congress_decision_id: str | None = None

    def has_congress_on(self, day: date) -> bool:
        """Return whether the congress was formed on or before that day."""
        return self.congress_formed_on is not None and self.congress_formed_on <= day

    def has_account_on(self, day: date) -> bool:
        """Return whether the congress had its public account on that day."""
        return self.account_opened_on is not None and self.account_opened_on <= day and self.has_congress_on(day)


def place_of(
    kind: CustodyKind, *, district: str | None, street_id: str | None, estate_id: str | None, path: Sequence[str] = ()
) -> str:
    """Return the code or id of the one place that an account of this kind is held for.

    Raises NotOpenedHere for an owners' public account, WrongHolder unless exactly the right place is named.
    """
    if kind is CustodyKind.OWNERS_PUBLIC:
        raise NotOpenedHere(
            "the owners' public account comes with the congress in the registry", path=(*path, "kind"), value=kind.value
        )
    named = {HeldFor.DISTRICT: district, HeldFor.STREET: street_id, HeldFor.ESTATE: estate_id}
    right = HELD_FOR[kind]
    place = named.pop(right)
    if place is None or any(other is not None for other in named.values()):
        given = ", ".join(sorted(held.value for held, value in named.items() if value is not None))
        raise WrongHolder(
            f"an account of the kind {kind.value} names its {right.value.lower()} alone",
            path=(*path, "kind"),
            value=given or kind.value,
        )
    return place


def first_custody(kind: ContractKind, policy: DepositPolicy) -> CustodyKind:
    """Return the kind of account that a contract of this kind pays its deposit into (ZG-20, ZG-21).

    Raises CustodyNotProvided for a kind of contract that the document does not speak of.
    """
    whose = _WHOSE_DEPOSIT.get(kind)
    if whose is None:
        raise CustodyNotProvided(
            f"the document names no custody for the deposit of a {kind.value} contract", value=kind.value
        )
    return policy.custody_for(whose)


def custody_on(first: CustodyKind, *, day: date, owners: OwnersSide) -> CustodyKind:
    """Return the kind of account that takes money paid on that day (ZG-20).

    The street's account holds a deposit until the congress is formed. A congress without account leaves it there (A-5:
    never a suspense account), so money that arrives in between goes to the street and then moves on with the rest.
    """
    if first is CustodyKind.STREET_DESIGNATED and owners.has_account_on(day):
        return CustodyKind.OWNERS_PUBLIC
    return first


def check_custody(
    account: CustodyAccount,
    *,
    first: CustodyKind,
    paid_on: date,
    owners: OwnersSide,
    street_id: str,
    estate_id: str,
    path: Sequence[str] = (),
) -> None:
    """Raise WrongCustody unless this account takes this estate's deposit money on that day (ZG-20, ZG-21)."""
    right = custody_on(first, day=paid_on, owners=owners)
    if account.kind is not right:
        raise WrongCustody(
            f"on {paid_on.isoformat()} this deposit is held in an account of the kind {right.value}",
            path=path,
            value=account.kind.value,
        )
    holds_for = (
        (account.street_id == street_id) if right is CustodyKind.STREET_DESIGNATED else account.estate_id == estate_id
    )
    if not holds_for:
        raise WrongCustody("the account belongs to another street or estate", path=path, value=account.id)
    if account.opened_on > paid_on:
        raise WrongCustody(
            f"the account was opened on {account.opened_on.isoformat()}, after the payment",
            path=path,
            value=paid_on.isoformat(),
        )


def masked_account_number(text: str, *, path: Sequence[str] = ()) -> str:
    """Return a bank account number with all but its last four digits masked.

    Spaces between groups are allowed. Raises NotABankAccount for anything but 8 to 32 digits.
    """
    digits = text.replace(" ", "")
    if not (8 <= len(digits) <= 32 and digits.isascii() and digits.isdigit()):
        # The value is left out: it may be most of a real account number.
        raise NotABankAccount("a bank account number has 8 to 32 digits", path=path)
    return masked(digits)


def masked(reference: str) -> str:
    """Return a reference with all but its last four characters replaced; a short one is masked whole."""
    shown = reference[-SHOWN_DIGITS:] if len(reference) > SHOWN_DIGITS else ""
    return "*" * SHOWN_DIGITS + shown


def checked_holder(text: str, *, path: Sequence[str] = ()) -> str:
    """Return the holder's name without spaces around it; raises ValidationFailed unless it has 1 to 100 characters."""
    holder = text.strip()
    if not 1 <= len(holder) <= LONGEST_HOLDER or not holder.isprintable():
        raise ValidationFailed(f"a holder has 1 to {LONGEST_HOLDER} printable characters", path=path, value=text)
    return holder
