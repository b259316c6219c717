"""From a service's stream to its followers, over the real NATS: nothing is missed, whatever the connection does."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from kit.change_feed import ChangeFeed
from kit.changes import EVERYTHING, Changed, Changes, Follower
from kit.cloud_events import Message
from kit.jetstream import JetStream, ensure_streams, stream_of
from tests.messaging import connected, heard_note, put, running, until
from tests.servers import NatsServer

pytestmark = pytest.mark.store

PATIENCE_SECONDS = 20.0


@pytest.fixture
async def jetstream(own_nats_server: NatsServer) -> AsyncIterator[JetStream]:
    async with connected(own_nats_server) as jetstream:
        await ensure_streams(jetstream, ["registry"])
        yield jetstream


@pytest.fixture
async def changes(jetstream: JetStream) -> AsyncIterator[Changes]:
    """The followers of a running feed of the registry's stream."""
    changes = Changes()
    async with running(ChangeFeed(jetstream, "registry", changes, pull_seconds=0.2).run()):
        yield changes


async def tell(jetstream: JetStream, *versions: int, note: str = "nte_1", estate_id: str = "est_1") -> None:
    """Publish facts about a note of an estate."""
    for version in versions:
        data = {"occurredOn": "2026-03-05", "number": version, "estateId": estate_id}
        await put(jetstream, heard_note(note, version, data=data))


async def changed(follower: Follower) -> Changed:
    return await asyncio.wait_for(follower.changed(), PATIENCE_SECONDS)


async def test_what_is_announced_while_somebody_follows_is_told_and_nothing_of_before(
    jetstream: JetStream, changes: Changes
) -> None:
    await tell(jetstream, 1, note="nte_before")
    with changes.follow("est_1") as one, changes.follow("est_2") as other:
        looks = [await changed(one), await changed(other)]
        await tell(jetstream, 1, note="nte_1")
        await tell(jetstream, 1, note="nte_2", estate_id="est_2")

        assert looks == [EVERYTHING, EVERYTHING]
        assert [await changed(one), await changed(other)] == [
            Changed(frozenset({"nte_1"})),
            Changed(frozenset({"nte_2"})),
        ]


async def test_after_a_restart_of_nats_it_goes_on_behind_the_last_event(
    jetstream: JetStream, changes: Changes, own_nats_server: NatsServer
) -> None:
    with changes.follow("est_1") as follower:
        await changed(follower)
        await tell(jetstream, 1, note="nte_1")
        before = await changed(follower)
        own_nats_server.kill()
        own_nats_server.start()
        async with connected(own_nats_server) as other:
            await tell(other, 1, note="nte_2")
        after = await changed(follower)

    assert (before, after) == (Changed(frozenset({"nte_1"})), Changed(frozenset({"nte_2"})))


async def test_when_the_stream_begins_anew_every_follower_looks_anew(jetstream: JetStream, changes: Changes) -> None:
    with changes.follow("est_1") as follower:
        await changed(follower)
        await tell(jetstream, 1)
        await changed(follower)
        await jetstream.context.delete_stream(stream_of("registry"))
        await ensure_streams(jetstream, ["registry"])

        assert await changed(follower) == EVERYTHING


async def test_a_message_that_tells_nothing_lets_everybody_look(jetstream: JetStream, changes: Changes) -> None:
    with changes.follow("est_1") as follower:
        await changed(follower)
        await put(jetstream, Message("anju.v1.360702.registry.note.written", {}, b"no event"))

        assert await changed(follower) == EVERYTHING


async def test_the_stream_is_read_only_while_somebody_follows(jetstream: JetStream, changes: Changes) -> None:
    async def it_reads() -> bool:
        return changes.live.is_set()

    async def it_rests() -> bool:
        return not changes.live.is_set()

    with changes.follow("est_1") as follower:
        await changed(follower)
        reads = await it_reads()
    await until(it_rests)
    await tell(jetstream, 1, note="nte_meanwhile")
    with changes.follow("est_1") as follower:
        first = await changed(follower)
        await tell(jetstream, 1, note="nte_1")

        assert (reads, first, await changed(follower)) == (True, EVERYTHING, Changed(frozenset({"nte_1"})))
