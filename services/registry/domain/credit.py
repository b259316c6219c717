"""What the registry knows of a provider's credit, and the look-up before a selection."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kit.errors import PreconditionMissing
from kit.score import Score


class CreditNotLookedUp(PreconditionMissing):
    """Nobody looked up the candidate's filing and credit on or before the day of the vote (ZG-12)."""


@dataclass(frozen=True)
class YearlyScore:
    """The score of one year, in hundredths of a point."""

    year: int
    score: Score
    serious_dishonesty: bool


@dataclass(frozen=True)
class Listing:
    """An entry of the blacklist; `expires_on` is the last day of it, None while the record lives."""

    entry_id: str
    reason: str
    listed_on: date
    expires_on: date | None

    def holds_on(self, day: date) -> bool:
        """Return whether the provider is listed by this entry on that day."""
        return self.listed_on <= day and (self.expires_on is None or day <= self.expires_on)


@dataclass(frozen=True)
class Credit:
    """What inspection has announced of a provider so far; empty is "nothing announced", never "in good credit"."""

    scores: tuple[YearlyScore, ...] = ()
    listings: tuple[Listing, ...] = ()

    def is_blacklisted_on(self, day: date) -> bool:
        """Return whether any entry of the blacklist holds on that day."""
        return any(listing.holds_on(day) for listing in self.listings)


def require_lookup(looked_up_on: Sequence[date], *, vote_on: date) -> None:
    """Raise CreditNotLookedUp unless one look-up was made on or before the day of the vote (ZG-12)."""
    if not any(day <= vote_on for day in looked_up_on):
        raise CreditNotLookedUp(
            f"the candidate's filing and credit were not looked up on or before the vote of {vote_on.isoformat()}",
            path=("input", "providerId"),
            value=vote_on.isoformat(),
        )
