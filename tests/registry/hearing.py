"""The registry's inbox taking in another service's facts, in the order a test chooses."""

from collections.abc import Sequence

from kit import inbox as kit_inbox
from kit.cloud_events import write_message
from kit.events import ReceivedEvent
from kit.inbox import Delivery, Inbox
from kit.mongo import ensure_indexes
from kit.reactions import Reactions
from services.registry.reactions import reactions
from tests.heard import committed_schemas
from tests.registry.cities import Registry


async def take_in(registry: Registry, *events: ReceivedEvent, told: Sequence[ReceivedEvent] = ()) -> None:
    """Let the registry's inbox take finance's facts in, in this order; `told` is what the stream holds as well."""
    await ensure_indexes(registry.mongo, kit_inbox.INDEXES)
    stream = [Delivery(at, write_message(event)) for at, event in enumerate((*told, *events), start=1)]

    async def refill(event: ReceivedEvent, first: int, start: int, until: int | None) -> list[Delivery]:
        return [
            delivery
            for delivery in stream
            if delivery.message.headers["ce-subject"] == event.aggregate_id
            and first <= int(delivery.message.headers["ce-aggversion"]) < event.aggregate_version
        ]

    inbox = Inbox(
        mongo=registry.mongo,
        service="registry",
        source="finance",
        reactions=Reactions(reactions(registry.policies)),
        schemas=committed_schemas(),
        refill=refill,
        clock=registry.clock,
    )
    await inbox.take_in(stream[len(told) :])
