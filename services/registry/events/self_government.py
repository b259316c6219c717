"""What the registry announces of owners' congresses, committees and joint decisions."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from kit.area import Area
from kit.events import Event
from services.registry.domain.committee import CommitteeKind
from services.registry.domain.decision import DecisionMatter


@dataclass(frozen=True, kw_only=True)
class CongressFormed(Event):
    """An estate's owners formed their congress."""

    type: ClassVar[str] = "registry.congress.formed"

    estate_id: str
    street_id: str
    community_id: str
    congress_id: str
    formed_on: date
    decision_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class OwnersAccountOpened(Event):
    """A congress opened its public account; `account_ref` is a reference, never the number."""

    type: ClassVar[str] = "registry.owners_account.opened"

    estate_id: str
    street_id: str
    community_id: str
    congress_id: str
    account_ref: str
    opened_on: date


@dataclass(frozen=True, kw_only=True)
class DecisionOpened(Event):
    """Owners were told of a joint decision; the roll's hash fixes who may vote."""

    type: ClassVar[str] = "registry.decision.opened"

    estate_id: str
    street_id: str
    community_id: str
    decision_id: str
    matter: DecisionMatter
    special: bool
    scope_building_ids: tuple[str, ...]
    subject_ref: str | None = None
    roll_hash: str
    notice_on: date
    voting_to: date


@dataclass(frozen=True, kw_only=True)
class _DecisionClosed:
    estate_id: str
    street_id: str
    community_id: str
    decision_id: str
    matter: DecisionMatter
    subject_ref: str | None = None
    participating_area: Area
    participating_persons: int
    agree_area: Area
    agree_persons: int
    external_system_ref: str


@dataclass(frozen=True, kw_only=True)
class DecisionPassed(_DecisionClosed, Event):
    """A joint decision had its quorum and its majority."""

    type: ClassVar[str] = "registry.decision.passed"


@dataclass(frozen=True, kw_only=True)
class DecisionFailed(_DecisionClosed, Event):
    """A joint decision had its quorum, but not the majority its matter needs."""

    type: ClassVar[str] = "registry.decision.failed"


@dataclass(frozen=True, kw_only=True)
class DecisionWithoutQuorum(_DecisionClosed, Event):
    """Too few owners, or too little area, took part."""

    type: ClassVar[str] = "registry.decision.no_quorum"


@dataclass(frozen=True, kw_only=True)
class DecisionAnnulled(Event):
    """A court annulled a joint decision; the services hold what rests on it, and people decide (P22)."""

    type: ClassVar[str] = "registry.decision.annulled"

    estate_id: str
    street_id: str
    community_id: str
    decision_id: str
    court_ref: str
    annulled_on: date


@dataclass(frozen=True, kw_only=True)
class _OfCommittee:
    estate_id: str
    street_id: str
    community_id: str
    committee_id: str
    kind: CommitteeKind
    term_from: date
    term_to: date
    member_count: int
    member_ids: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class CommitteeElected(_OfCommittee, Event):
    """An owners' committee was elected, or a management committee formed; it acts from the first day of its term."""

    type: ClassVar[str] = "registry.committee.elected"


@dataclass(frozen=True, kw_only=True)
class CommitteeFiled(_OfCommittee, Event):
    """A committee was filed with the authority."""

    type: ClassVar[str] = "registry.committee.filed"


@dataclass(frozen=True, kw_only=True)
class CommitteeTermEnded(_OfCommittee, Event):
    """A committee's term is over."""

    type: ClassVar[str] = "registry.committee.term_ended"


@dataclass(frozen=True, kw_only=True)
class CommitteeDissolved(_OfCommittee, Event):
    """A committee was dissolved before its term was over."""

    type: ClassVar[str] = "registry.committee.dissolved"
