"""What finance knows of a joint decision of owners."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class JointDecision:
    """A joint decision: its matter and its estate, when it passed, and when a court annulled it, if either happened."""

    id: str
    estate_id: str | None = None
    matter: str | None = None
    passed_on: date | None = None
    annulled_on: date | None = None
    court_ref: str | None = None

    def is_in_force_on(self, day: date) -> bool:
        """Return whether it had passed by that day; an annulled one never was in force."""
        return self.passed_on is not None and self.passed_on <= day and self.annulled_on is None
