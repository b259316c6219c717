"""Backpressure at the door: a bounded number of requests at a time; who comes beyond it is told to come back."""

RETRY_AFTER_SECONDS = 1


class Admission:
    """Counts the requests being answered. A limit of 0 admits everybody."""

    def __init__(self, in_flight_max: int) -> None:
        self.in_flight_max = in_flight_max
        self.in_flight = 0

    def enter(self) -> bool:
        """Return whether the request is admitted; who is admitted must `leave`."""
        if 0 < self.in_flight_max <= self.in_flight:
            return False
        self.in_flight += 1
        return True

    def leave(self) -> None:
        """Count an admitted request as answered."""
        self.in_flight -= 1
