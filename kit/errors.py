"""The families of refusals, and warnings as values.

A refusal is a business answer: the caller asked for something a rule does not allow. It carries a code for clients, a
message for people, the path of the offending input and its value. A rule's own refusal subclasses a family beside the
rule. Anything that is not a `Refusal` is a bug: it is masked for the client and logged with its trace.

The catalogue for clients is `docs/errors.md`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

MAX_VALUE_CHARACTERS = 200
WARNING_PREFIX = "WARN:"


class Refusal(Exception):
    """A typed business answer "no"; raise one of the families, or a rule's own subclass of a family.

    `message` is for people, `path` names the input field from the outside in, `value` is the offending value as text,
    cut to 200 characters, or None.
    """

    code: ClassVar[str]

    def __init__(self, message: str, *, path: Sequence[str] = (), value: object | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.path: tuple[str, ...] = tuple(path)
        self.value: str | None = None if value is None else _as_short_text(value)


class ValidationFailed(Refusal):
    """The input is malformed, has the wrong sign or the wrong type."""

    code = "VALIDATION"


class OutOfRange(Refusal):
    """The input is well-formed, but outside a bound of the policy or of what can be stored exactly."""

    code = "OUT_OF_RANGE"


class PreconditionMissing(Refusal):
    """An earlier fact that the rule requires is missing."""

    code = "PRECONDITION"


class StateConflict(Refusal):
    """The transition is not allowed from the present state."""

    code = "STATE_CONFLICT"


class ForbiddenActor(Refusal):
    """This role may not do it."""

    code = "FORBIDDEN_ACTOR"


class Duplicate(Refusal):
    """The same thing exists already, or the idempotency key was used with another body."""

    code = "DUPLICATE"


class EarmarkViolation(Refusal):
    """Money would be used for a purpose that its source does not allow."""

    code = "EARMARK"


class QuorumMissing(Refusal):
    """Too few owners, or too little area, took part in the vote."""

    code = "NO_QUORUM"


class NotPassed(Refusal):
    """The vote had its quorum, but not the majority that the matter needs."""

    code = "NOT_PASSED"


class InsufficientFunds(Refusal):
    """The account does not hold the amount."""

    code = "INSUFFICIENT_FUNDS"


class InstrumentNotAvailable(Refusal):
    """The district has no such instrument in force on that date; never answered as an amount of zero."""

    code = "INSTRUMENT_NOT_AVAILABLE"


class DecisionMissing(Refusal):
    """A joint decision of the owners is required first."""

    code = "NEEDS_DECISION"


class NotFound(Refusal):
    """The id is unknown, or outside what the caller may see; both answer alike."""

    code = "NOT_FOUND"


FAMILIES: tuple[type[Refusal], ...] = (
    ValidationFailed,
    OutOfRange,
    PreconditionMissing,
    StateConflict,
    ForbiddenActor,
    Duplicate,
    EarmarkViolation,
    QuorumMissing,
    NotPassed,
    InsufficientFunds,
    InstrumentNotAvailable,
    DecisionMissing,
    NotFound,
)


@dataclass(frozen=True)
class Flag:
    """A warning: the input was accepted, but a person should look at it. The code begins with "WARN:"."""

    code: str
    message: str
    path: tuple[str, ...] = ()
    value: str | None = None

    def __post_init__(self) -> None:
        if not self.code.startswith(WARNING_PREFIX):
            raise ValueError(f"a warning's code begins with {WARNING_PREFIX!r}, not {self.code!r}")


def _as_short_text(value: object) -> str:
    text = value if isinstance(value, str) else str(value)
    return text if len(text) <= MAX_VALUE_CHARACTERS else text[: MAX_VALUE_CHARACTERS - 1] + "…"
