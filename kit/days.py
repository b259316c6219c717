"""Calendar days in documents: ISO texts, which sort as the days do; the store has instants only."""

from datetime import date


def text_of(day: date | None) -> str | None:
    """Return the day as ISO text; None stays None."""
    return None if day is None else day.isoformat()


def iso_day(text: str) -> date | None:
    """Return the day that a client wrote such as 2024-03-01; None for any other form and for no day of the calendar."""
    # Python also reads "20240301" and "2024-W09-5"; the wire has one form.
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.isoformat() == text else None


def day_of(text: str | None) -> date | None:
    """Return the day of an ISO text; None stays None."""
    return None if text is None else date.fromisoformat(text)
