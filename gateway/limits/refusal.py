"""The refusal every limit speaks through."""

from typing import Any

VALUE_MAX = 2**53 - 1  # The largest whole number that every JSON reader keeps.


class LimitExceeded(Exception):
    """The operation asks for more than one limit allows."""

    code = "LIMIT_EXCEEDED"

    def __init__(self, limit: str, maximum: int, value: int) -> None:
        self.limit = limit
        self.maximum = maximum
        self.value = min(value, VALUE_MAX)
        counted = str(value) if value <= VALUE_MAX else f"more than {VALUE_MAX}"
        super().__init__(f"The operation's {limit.replace('_', ' ')} is {counted}; at most {maximum} is allowed.")

    def extensions(self) -> dict[str, Any]:
        """Return the figures for the client."""
        return {"limit": self.limit, "value": self.value, "maximum": self.maximum}


def at_most(limit: str, maximum: int, value: int) -> None:
    """Raise LimitExceeded when the value is over the maximum; a maximum of zero turns the limit off."""
    if 0 < maximum < value:
        raise LimitExceeded(limit, maximum, value)
