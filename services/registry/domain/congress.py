"""The owners' congress (业主大会) of an estate and its public account."""

from datetime import date

from kit.errors import StateConflict, ValidationFailed


class CongressFormed(StateConflict):
    """The estate has its congress: one management area has one (Regulations, art. 9)."""


class AccountOpened(StateConflict):
    """The congress has its public account already."""


def check_formation(*, formed_on: date, filed_on: date | None, today: date, has_congress: bool) -> None:
    """Raise CongressFormed for a second congress, ValidationFailed for days that cannot be (G-27)."""
    if has_congress:
        raise CongressFormed("the estate has its owners' congress already")
    if formed_on > today:
        raise ValidationFailed("a congress was formed in the past", path=("input", "formedOn"), value=formed_on)
    if filed_on is not None and not formed_on <= filed_on <= today:
        raise ValidationFailed(
            "a congress is filed after it was formed and not in the future", path=("input", "filedOn"), value=filed_on
        )


def check_account(*, opened_on: date, formed_on: date, today: date, has_account: bool) -> None:
    """Raise AccountOpened for a second account, ValidationFailed for a day before the congress or to come (G-27)."""
    if has_account:
        raise AccountOpened("the congress has its public account already")
    if not formed_on <= opened_on <= today:
        raise ValidationFailed(
            "the account was opened between the formation of the congress and today",
            path=("input", "openedOn"),
            value=opened_on,
        )
