"""The deadline of a request: sent on as the milliseconds that are left, so that clocks need not agree.

The gateway tells every service; a service stops when it has passed, and takes back what it has not committed.
"""

import math

DEADLINE_HEADER = "x-deadline-ms"
DEADLINE_EXCEEDED = "DEADLINE_EXCEEDED"


def seconds_granted(header: str | None, seconds_max: float) -> float:
    """Return the seconds a request may take: what its sender still waits, at most `seconds_max`.

    A header that is no whole number of milliseconds counts as absent: it must not refuse the request.
    """
    if header is None or not header.isascii() or not header.isdigit() or len(header) > 9:
        return seconds_max
    return min(int(header) / 1000, seconds_max)


def header_value(seconds_left: float) -> str:
    """Return the header's value; never below one millisecond, which tells the receiver to give up at once."""
    return str(max(1, math.floor(seconds_left * 1000)))
