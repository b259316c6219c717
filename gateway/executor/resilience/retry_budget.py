"""A retry budget: retries are a fixed share of requests, so that a broken subgraph is not asked twice as often."""

RESERVE = 10.0  # Retries that may follow each other at once after quiet times.


class RetryBudget:
    """Every request earns a part of a retry; a retry costs a whole one."""

    def __init__(self, share: float) -> None:
        self._share = share
        self._balance = RESERVE if share > 0 else 0.0

    def earn(self) -> None:
        """Count one first attempt."""
        if self._balance < RESERVE:
            self._balance = min(RESERVE, self._balance + self._share)

    def spend(self) -> bool:
        """Return whether one more retry is within the budget, and take it."""
        if self._balance < 1.0:
            return False
        self._balance -= 1.0
        return True
