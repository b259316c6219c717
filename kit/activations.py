"""Which policy versions an operator put in force: recorded once per service, never changed, and read with every use.

A version is activated by `publishPolicy` in the registry and heard of by the other services. Each keeps the record in
its own store and reads it inside the unit of work that needs a policy, so that an event of the same batch, another
replica and a restart all see the same versions in force.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Generic, Protocol, Self, TypeVar

from pymongo.errors import DuplicateKeyError

from kit.errors import StateConflict
from kit.mongo import ConcurrentChange, Index, Reader, UnitOfWork

ACTIVATIONS: Final = "policy_activations"

INDEXES: tuple[Index, ...] = ()
"""None of its own: the record's `_id` is the version."""


class ActivationChanged(StateConflict):
    """The version is in force already with another content or from another day; a change needs a new version."""


@dataclass(frozen=True)
class RecordedActivation:
    """A version, such as "360702-v1", the hash of its content, and the day from which it is in force."""

    version_id: str
    hash: str
    effective_from: date


class MountedVersion(Protocol):
    """A version that is mounted: its id and the hash of its content."""

    @property
    def id(self) -> str:
        """The version's id, such as "360702-v1"."""

    @property
    def hash(self) -> str:
        """The hash of its content."""


class Activatable(Protocol):
    """What `policy.policies.Policies` offers: unchanging policies that answer new ones for one more activation."""

    @property
    def files(self) -> Sequence[MountedVersion]:
        """The mounted versions."""

    def activate(self, activation: Any) -> Self:
        """Return the policies with this version in force; the activation is of the policies' own kind."""

    def check_used(self, used: Mapping[str, str]) -> None:
        """Raise unless every used version, by id, is mounted with the hash it was used with."""


PoliciesT = TypeVar("PoliciesT", bound=Activatable)


async def record_activation(work: UnitOfWork, version_id: str, hash: str, effective_from: date) -> bool:  # noqa: A002
    """Keep that a version is in force; return whether this is news.

    Raises ActivationChanged when the version is recorded with another hash or another day.
    """
    activations = work.collection(ACTIVATIONS)
    known = await activations.find_one({"_id": version_id}, session=work.session)
    record = {"hash": hash, "effective_from": effective_from.isoformat()}
    if known is None:
        try:
            await activations.insert_one({"_id": version_id, **record, "recorded_at": work.now}, session=work.session)
        except DuplicateKeyError as error:
            raise ConcurrentChange(f"{version_id} is being put in force") from error
        return True
    for name, value in record.items():
        if known[name] != value:
            raise ActivationChanged(
                f"{version_id} is in force with {name} {known[name]}, not {value}; put a change into a new version",
                path=("version",),
                value=value,
            )
    return False


async def load_activations(reader: Reader) -> tuple[RecordedActivation, ...]:
    """Return every recorded activation, in the order of the versions' ids."""
    cursor = reader.collection(ACTIVATIONS).find({}, session=reader.session)
    found = [
        RecordedActivation(document["_id"], document["hash"], date.fromisoformat(document["effective_from"]))
        for document in await cursor.to_list(None)
    ]
    return tuple(sorted(found, key=lambda activation: activation.version_id))


class ActivatedPolicies(Generic[PoliciesT]):
    """The mounted policies together with what operators have put in force, as a store's records say.

    `make` builds an activation of the policies' own kind, for instance `policy.policies.Activation`.
    """

    def __init__(self, mounted: PoliciesT, make: Callable[[str, str, date], object]) -> None:
        self._mounted = mounted
        self._make = make
        self._known: tuple[RecordedActivation, ...] = ()
        self._in_force = mounted

    @property
    def mounted(self) -> PoliciesT:
        """The policies as the files alone say."""
        return self._mounted

    @property
    def latest(self) -> PoliciesT:
        """The policies as the records said when last read; a unit of work asks `as_recorded` instead."""
        return self._in_force

    async def as_recorded(self, reader: Reader) -> PoliciesT:
        """Return the policies with every activation that the reader sees, those of its own transaction included."""
        activations = await load_activations(reader)
        if activations == self._known:
            return self._in_force
        in_force = self._mounted
        for activation in activations:
            in_force = in_force.activate(self._make(activation.version_id, activation.hash, activation.effective_from))
        # A transaction's own records are not kept: it may still be rolled back.
        if reader.session is None:
            self._known, self._in_force = activations, in_force
        return in_force

    async def check_used(self, reader: Reader) -> None:
        """Raise, to stop the start, if a mounted version is not what it was when it was put in force.

        A version that is not mounted at all is no such fault: the service runs, is not ready, and `problem` says why.
        """
        recorded = {activation.version_id: activation.hash for activation in await load_activations(reader)}
        mounted = {file.id for file in self._mounted.files}
        self._mounted.check_used({id_: content for id_, content in recorded.items() if id_ in mounted})

    async def problem(self, reader: Reader) -> str | None:
        """Return which versions are in force and not mounted here with that content; None if all are."""
        mounted = {file.id: file.hash for file in self._mounted.files}
        lacking = [
            f"{activation.version_id} ({activation.hash[:12]})"
            for activation in await load_activations(reader)
            if mounted.get(activation.version_id) != activation.hash
        ]
        return f"lacks the policy in force: {', '.join(lacking)}" if lacking else None
