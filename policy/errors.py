"""What can be wrong with policies: a refusal for a caller, or a fault of a file that stops the start."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kit.errors import InstrumentNotAvailable, PreconditionMissing, ValidationFailed


class PolicyNotInForce(InstrumentNotAvailable):
    """No document of the district is in force on that day; one without a date needs an operator's activation first."""


class InstrumentAbsent(InstrumentNotAvailable):
    """The documents in force are silent on this instrument; that is no amount, not an amount of zero."""


class MeasuresNotIssued(PreconditionMissing):
    """The document names the instrument, but leaves its amounts to measures that are not loaded (delegated)."""


class UnknownModeLabel(ValidationFailed):
    """The district's document has no management mode of that name."""


class MeansAbsent(InstrumentNotAvailable):
    """The district's document does not know this means of bringing an estate under management."""


@dataclass(frozen=True, order=True)
class Problem:
    """One fault of one policy file: where it stands and why it is refused."""

    file: Path
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


class PolicyFault(Exception):
    """A fault of the policy data as a whole: it stops the start, no caller sees it."""


class PolicyFileInvalid(PolicyFault):
    """Policy files cannot be accepted; `problems` has every fault found, in the order of files and lines."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class UsedPolicyChanged(PolicyFault):
    """A version that facts were computed with is gone, or its content is no longer what it was."""


class ActivationInvalid(PolicyFault):
    """An activation contradicts the version it names: another date than the document's, or an overlap of versions."""
