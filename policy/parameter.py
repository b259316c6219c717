"""What stands behind every number: the document, the clause, the unit, and how binding it is."""

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from kit.explanation import ExplainedParameter


class Status(StrEnum):
    """How a document provides an instrument or a value."""

    ABSENT = "absent"
    """The document is silent: the instrument refuses."""

    REQUIRED = "required"
    """The document prescribes it."""

    GUIDED = "guided"
    """The document recommends it: it binds where the parties agree on it."""

    DELEGATED = "delegated"
    """The document names it and leaves the amounts to another document, which must be cited."""


@dataclass(frozen=True)
class Document:
    """The document that a version or a value rests on."""

    title: str
    number: str | None = None
    issuer: str | None = None
    issued_on: str | None = None

    def __str__(self) -> str:
        return f"《{self.title}》" + (f"（{self.number}）" if self.number else "")


@dataclass(frozen=True)
class Parameter:
    """One value of a policy with its unit, clause, document and status.

    `plain` is the value as JSON data with the digits of its unit. `assumption` names the open question (A-1…A-19) that
    the value answers by default, and `confirm_with` says who must confirm it; both are None for a value that the
    document itself gives.
    """

    name: str
    value: object
    plain: Any
    unit: str
    clause: str
    document: str
    status: Status
    policy_version_id: str
    quote: str | None = None
    assumption: str | None = None
    confirm_with: str | None = None

    def explained(self) -> ExplainedParameter:
        """Return the parameter as an explanation shows it; a default that awaits confirmation says so in its clause."""
        clause = self.clause
        if self.assumption is not None:
            clause += f"（默认 {self.assumption}，待{self.confirm_with}确认）"
        return ExplainedParameter(
            name=self.name,
            value=self._shown(),
            unit=self.unit,
            clause=clause,
            document=self.document,
            status=self.status.value,
        )

    def _shown(self) -> str:
        if self.plain is None:
            return "未定"
        if isinstance(self.plain, str):
            return self.plain
        return json.dumps(self.plain, ensure_ascii=False)


@dataclass(frozen=True)
class InstrumentSource:
    """Where an instrument comes from: the clause, its words, the document, the status and the policy version."""

    status: Status
    clause: str | None
    document: str
    policy_version_id: str
    quote: str | None = None
    note: str | None = None
