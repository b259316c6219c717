"""What every instrument of a policy has: where it comes from, and the parameter behind each of its values."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, ClassVar

from kit.explanation import ExplainedParameter
from policy.kinds import Kind
from policy.parameter import InstrumentSource, Parameter, Status


class Narrowing(Enum):
    """How a lower level's document may differ from the upper level's value."""

    CEILING = "may only be lower"
    FLOOR = "may only be higher"
    SUBSET = "may only leave out"
    SAME = "must be the same"
    FREE = "may differ"


@dataclass(frozen=True)
class Declared:
    """The declaration of one value of an instrument: its key in the file, its kind, how a lower level may narrow it.

    An `optional` value may be null or left out: the document leaves it open, and the field is None.
    """

    key: str
    kind: Kind[Any]
    narrows: Narrowing = Narrowing.SAME
    optional: bool = False


@dataclass(frozen=True)
class Contradiction:
    """Two values of one instrument that cannot both hold; `key` is the one at which the file is refused."""

    key: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Instrument:
    """One instrument of one policy version: plain typed values, and the parameter behind each by field name."""

    key: ClassVar[str]

    source: InstrumentSource
    parameters: Mapping[str, Parameter]

    @property
    def status(self) -> Status:
        """Return how binding the document makes the instrument."""
        return self.source.status

    def parameter(self, name: str) -> Parameter:
        """Return the parameter behind the field of that name; raises KeyError where the file leaves it out."""
        return self.parameters[name]

    def explained(self, *names: str) -> tuple[ExplainedParameter, ...]:
        """Return the parameters behind these fields, for an explanation; raises KeyError for one left out."""
        return tuple(self.parameter(name).explained() for name in names)

    def contradictions(self) -> Iterator[Contradiction]:
        """Return what cannot hold together in these values; most instruments have nothing that could."""
        return iter(())


def bounds_contradiction(key: str, lower: int, upper: int) -> Iterator[Contradiction]:
    """Return the contradiction of a minimum above its maximum, at the maximum's key."""
    if lower > upper:
        yield Contradiction(key, "the minimum is above the maximum")
