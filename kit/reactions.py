"""What a service does when it hears a fact: a readable table of event type and reaction.

    REACTIONS = (
        Reaction("registry.contract.signed", when_contract_is_signed_demand_deposit),
    )

A reaction runs inside the unit of work of its event and writes with `session=work.session`. It must be safe to run
twice and in any order between aggregates. A `Refusal` it raises undoes what it wrote and becomes a work item for
people; any other error is retried and ends among the dead letters.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any

from kit.events import ReceivedEvent, aggregate_of, is_event_type

# The first argument is a kit.mongo.UnitOfWork; this module is pure and may not name it.
React = Callable[[Any, ReceivedEvent], Awaitable[None]]


@dataclass(frozen=True)
class Reaction:
    """One thing a service does about one type of event, `<service>.<aggregate>.<event>`."""

    event_type: str
    react: React

    def __post_init__(self) -> None:
        if not is_event_type(self.event_type):
            raise ValueError(f"a reaction's event type is <service>.<aggregate>.<event>, not {self.event_type!r}")


class Reactions:
    """A service's reactions by event type, and the whole aggregates it therefore follows."""

    def __init__(self, reactions: Iterable[Reaction]) -> None:
        self._by_type: dict[str, list[React]] = defaultdict(list)
        for reaction in reactions:
            self._by_type[reaction.event_type].append(reaction.react)

    def to(self, event_type: str) -> tuple[React, ...]:
        """Return what is to be done about an event type, in the order of the table; empty if nothing is."""
        return tuple(self._by_type.get(event_type, ()))

    @property
    def services(self) -> tuple[str, ...]:
        """The services that are listened to, sorted."""
        return tuple(sorted({event_type.split(".")[0] for event_type in self._by_type}))

    def aggregates_of(self, service: str) -> tuple[str, ...]:
        """Return the aggregates of a service that are followed, as `<service>.<aggregate>`, sorted."""
        return tuple(
            sorted({aggregate_of(event_type) for event_type in self._by_type if event_type.split(".")[0] == service})
        )
