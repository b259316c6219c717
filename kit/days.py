"""Calendar days in documents: ISO texts, which sort as the days do; the store has instants only."""

from datetime import date


def text_of(day: date | None) -> str | None:
    """Return the day as ISO text; None stays None."""
    return None if day is None else day.isoformat()


def day_of(text: str | None) -> date | None:
    """Return the day of an ISO text; None stays None."""
    return None if text is None else date.fromisoformat(text)
