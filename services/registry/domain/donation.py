"""What a provider of several estates of one community gives back for community building: a gift, never a deduction."""

from datetime import date

from kit.errors import EarmarkViolation, PreconditionMissing, ValidationFailed
from kit.money import Fen, format_money

FEWEST_ESTATES = 2


class ForcedDeduction(EarmarkViolation):
    """The saved cost was deducted, not given: fees of owners are not for community building (DH-29)."""


class NoSharedProvider(PreconditionMissing):
    """The provider serves fewer than two estates of the community, so nothing was saved by it (DH-29)."""


def check_donation(*, is_voluntary: bool, estate_count: int, amount: Fen, given_on: date, today: date) -> None:
    """Raise ForcedDeduction unless the provider gives it freely, NoSharedProvider below two estates (DH-29).

    Raises ValidationFailed for an amount of nothing or a day to come.
    """
    if not is_voluntary:
        raise ForcedDeduction("a donation is voluntary; nothing may be deducted", path=("input", "isVoluntary"))
    if estate_count < FEWEST_ESTATES:
        raise NoSharedProvider(
            f"the provider serves fewer than {FEWEST_ESTATES} estates of the community",
            path=("input", "providerId"),
            value=estate_count,
        )
    if amount <= 0:
        raise ValidationFailed("a donation is more than nothing", path=("input", "amount"), value=format_money(amount))
    if given_on > today:
        raise ValidationFailed("a donation was given in the past", path=("input", "givenOn"), value=given_on)
