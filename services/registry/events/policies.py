"""What the registry announces of policies."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from kit.events import Event


@dataclass(frozen=True, kw_only=True)
class PolicyPublished(Event):
    """A mounted version of a district's policy is in force from a day on; the hash is of its parameters."""

    type: ClassVar[str] = "registry.policy.published"

    version: int
    effective_from: date
    effective_to: date | None = None
    params_hash: str
    source: str
