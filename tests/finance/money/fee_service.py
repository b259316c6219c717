"""Who serves an estate on which day and what is billed by it, as plain facts (G-28, P10, P14; Civil Code 949, 950)."""

from dataclasses import dataclass, field
from datetime import date

PROVIDER, TRUST = "PROVIDER", "TRUST_FUND"
PAYEE = {"MARKET": PROVIDER, "TRUST": TRUST}


@dataclass
class Service:
    """One contract since `started_on`, and under which mode it is paid from which day on."""

    started_on: date
    provider: str = ""
    trust: str = ""
    modes: dict[date, str] = field(default_factory=dict)
    ended_on: date | None = None
    is_over: bool = False
    """Whether the hand-over was refused, after which nothing is owed."""

    def mode_since(self, day: date) -> date | None:
        """Return since when the mode of that day holds; None before the first."""
        return max((since for since in self.modes if since <= day), default=None)

    def is_after_end(self, day: date) -> bool:
        """Return whether the contract had ended before that day."""
        return self.ended_on is not None and day > self.ended_on

    def creditor(self, day: date) -> str | None:
        """Return to whom the service of that day is owed; None where nobody serves."""
        if day < self.started_on or (self.is_after_end(day) and self.is_over):
            return None
        since = self.mode_since(day)
        return self.trust if since is not None and PAYEE[self.modes[since]] == TRUST else self.provider

    def line(self, day: date, *, after_end: bool) -> tuple[str, date | None] | None:
        """Return what a bill run says of the day: to whom, and under which mode; None if it bills other days."""
        creditor = self.creditor(day)
        if creditor is None or self.is_after_end(day) is not after_end:
            return None
        return creditor, self.mode_since(day)
