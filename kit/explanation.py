"""How an amount came about: formula, inputs, parameters with clause and document, policy version, rounding, result.

Every value is text, already formatted with its unit's digits, so that an explanation kept today reads the same in ten
years, and stays true when a later policy version changes the number.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class ExplainedValue:
    """One input of the formula: its name there, its value as text, its unit, and where the value comes from."""

    name: str
    value: str
    unit: str = ""
    source: str = ""


@dataclass(frozen=True)
class ExplainedParameter:
    """One parameter of the policy that the formula used: the value, its unit, and the clause that sets it."""

    name: str
    value: str
    unit: str
    clause: str
    document: str
    status: str


@dataclass(frozen=True)
class Explanation:
    """One computed result, and everything a person needs to compute it again."""

    formula: str
    inputs: tuple[ExplainedValue, ...]
    parameters: tuple[ExplainedParameter, ...]
    result: str
    clause: str
    document: str
    policy_version_id: str
    rounding: str | None = None

    def as_data(self) -> dict[str, Any]:
        """Return the explanation as plain JSON data, to be stored and sent."""
        data = asdict(self)
        data["inputs"] = list(data["inputs"])
        data["parameters"] = list(data["parameters"])
        return data

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Explanation":
        """Return the explanation that `as_data` wrote; raises KeyError or TypeError if it is not one."""
        inputs: Sequence[Mapping[str, str]] = data["inputs"]
        parameters: Sequence[Mapping[str, str]] = data["parameters"]
        return cls(
            formula=data["formula"],
            inputs=tuple(ExplainedValue(**value) for value in inputs),
            parameters=tuple(ExplainedParameter(**parameter) for parameter in parameters),
            result=data["result"],
            clause=data["clause"],
            document=data["document"],
            policy_version_id=data["policy_version_id"],
            rounding=data["rounding"],
        )
