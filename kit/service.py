"""One service out of its parts: settings → Mongo → NATS → relay and consumers → schema → HTTP.

A service's `app.py` is only this::

    PARTS = ServiceParts(
        name="registry",
        settings=RegistrySettings,                  # a subclass of ServiceSettings with its mongo_database
        schema=SCHEMA,                              # kit.graphql.schema.build_schema(...)
        indexes=INDEXES,                            # store/indexes.py
        load_policies=lambda settings: load(settings.policy_dir),   # a bad file stops the start
        reactions=REACTIONS,                        # reactions.py: a tuple, or a function of the policies giving one
        tasks=(BackgroundTask("sealer", lambda running: Sealer(running.mongo).run()),),
        commands=(CommandLineCommand("import-estates", ...),),
    )

and its `__main__.py`::

    sys.exit(run_command_line(PARTS))
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from kit.clock import Clock, SystemClock
from kit.graphql.schema import Schema
from kit.mongo import Index, Mongo
from kit.reactions import Reaction
from kit.settings import ServiceSettings

if TYPE_CHECKING:
    from kit.command_line import CommandLineCommand

PoliciesT = TypeVar("PoliciesT")


@dataclass
class Running(Generic[PoliciesT]):
    """What a running service holds, for background tasks, readiness checks and preparations."""

    name: str
    settings: ServiceSettings
    mongo: Mongo
    clock: Clock
    policies: PoliciesT


@dataclass(frozen=True)
class BackgroundTask(Generic[PoliciesT]):
    """Work that runs as long as the service does; when it ends or raises, the service stops and says why."""

    name: str
    run: Callable[[Running[PoliciesT]], Awaitable[None]]


@dataclass(frozen=True)
class ReadinessCheck(Generic[PoliciesT]):
    """Returns None when fine, else why the service should get no traffic, e.g. "lacks policy 360702-v2"."""

    name: str
    problem: Callable[[Running[PoliciesT]], Awaitable[str | None]]


@dataclass(frozen=True)
class ServiceParts(Generic[PoliciesT]):
    """Everything that makes one service differ from another."""

    name: str
    settings: Callable[[], ServiceSettings]
    schema: Schema
    indexes: tuple[Index, ...]
    load_policies: Callable[[ServiceSettings], PoliciesT]
    reactions: tuple[Reaction, ...] | Callable[[PoliciesT], tuple[Reaction, ...]] = ()
    prepare: tuple[Callable[[Running[PoliciesT]], Awaitable[None]], ...] = ()
    tasks: tuple[BackgroundTask[PoliciesT], ...] = ()
    readiness: tuple[ReadinessCheck[PoliciesT], ...] = ()
    commands: "tuple[CommandLineCommand, ...]" = ()
    clock: Clock = field(default_factory=SystemClock)
