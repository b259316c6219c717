"""The whole stream heard again by an empty finance gives the same read model, and heard twice changes nothing."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import nats
import pytest
from bson import json_util
from nats.js.api import DeliverPolicy, StreamConfig
from nats.js.errors import NotFoundError

from deploy.local.plan import NATS
from deploy.local.ports import HOST
from deploy.local.probes import answers_ok
from kit.cloud_events import subjects_of_service
from kit.jetstream import stream_of
from tests.servers import NatsServer, free_port, running_nats
from tests.system.city import City
from tests.system.platform_run import PlatformRun, until
from tests.system.record import READ_SECONDS, wait_until_settled

pytestmark = pytest.mark.system

REPLAY, REPLAY_DATABASE = "finance-replay", "anju_finance_replay"
SOURCE = stream_of("registry")
LISTENER = "finance_from_registry"

# What finance knows from the registry alone; ids that it gave itself, payments and counters of its own are left out.
READ_MODEL = {
    "policy_activations": {"recorded_at"},
    "estates": {"revision"},
    "parts": set(),
    "contracts": set(),
    "passed_decisions": set(),
    "deposits": {
        *("_id", "state", "state_since", "holdings", "posting_ids", "carried_over", "paid_out"),
        *("next_year_on", "overdue_for", "unannounced_due_on", "open_claim"),
    },
    "work_items": {"_id", "opened_at"},
}


def test_the_whole_stream_heard_by_an_empty_finance_gives_the_same_read_model(city: City) -> None:
    city.deposit(city.new_contract(city.new_estate(), city.new_provider()), "DEMANDED")
    wait_until_settled(city.platform)
    known = _hashes(city.platform, "anju_finance")

    with running_nats() as server:
        count = asyncio.run(_copy_stream(city.platform.ports[NATS], server.port))
        with _empty_finance(city.platform, server):
            until(lambda: asyncio.run(_heard(server)) == count, what="the empty finance has heard the whole stream")
            heard_once = _hashes(city.platform, REPLAY_DATABASE)
        asyncio.run(_forget_what_was_heard(server))
        with _empty_finance(city.platform, server):
            until(lambda: asyncio.run(_heard(server)) == count, what="finance has heard the whole stream again")
            heard_twice = _hashes(city.platform, REPLAY_DATABASE)

    assert heard_once == known
    assert heard_twice == known


def _hashes(platform: PlatformRun, database: str) -> dict[str, tuple[int, str]]:
    """Return the number of documents and the hash of each collection of the read model."""
    hashes = {}
    for collection, left_out in READ_MODEL.items():
        documents = [
            json_util.dumps({name: value for name, value in document.items() if name not in left_out}, sort_keys=True)
            for document in platform.client[database][collection].find({})
        ]
        text = "\n".join(sorted(documents))
        hashes[collection] = (len(documents), hashlib.sha256(text.encode()).hexdigest())
    return hashes


@contextmanager
def _empty_finance(platform: PlatformRun, server: NatsServer) -> Iterator[None]:
    """Run one more finance over a database and a message server of its own."""
    like = platform.specs["finance"]
    port = free_port()
    spec = replace(
        like,
        name=REPLAY,
        command=(*like.command[:-1], str(port)),
        port=port,
        problem=answers_ok(port, "/health/ready"),
        environment={**like.environment, "ANJU_MONGO_DATABASE": REPLAY_DATABASE, "ANJU_NATS_URL": server.url},
    )
    platform.processes.start(spec)
    try:
        platform.processes.wait_until_ready([spec], on_ready=lambda _name: None)
        yield
    finally:
        platform.processes.stop([REPLAY])


async def _copy_stream(from_port: int, to_port: int) -> int:
    """Copy the registry's stream, message by message in its order, and return how many messages it has."""
    source, target = await _connected(from_port), await _connected(to_port)
    try:
        reading, writing = source.jetstream(), target.jetstream()
        await writing.add_stream(StreamConfig(name=SOURCE, subjects=[subjects_of_service("registry")]))
        count = int((await reading.stream_info(SOURCE)).state.messages)
        subscription = await reading.subscribe(
            "", stream=SOURCE, ordered_consumer=True, deliver_policy=DeliverPolicy.ALL
        )
        for _ in range(count):
            message = await subscription.next_msg(timeout=READ_SECONDS)
            await writing.publish(message.subject, message.data, headers=dict(message.headers or {}))
        return count
    finally:
        await source.close()
        await target.close()


async def _heard(server: NatsServer) -> int:
    """Return up to which message the listener has acknowledged everything that concerns it; the end counts as all."""

    async def look(client: nats.NATS) -> int:
        context = client.jetstream()
        last = int((await context.stream_info(SOURCE)).state.last_seq)
        try:
            consumer = await context.consumer_info(SOURCE, LISTENER)
        except NotFoundError:
            return 0  # It has not begun yet.
        return 0 if consumer.num_pending or consumer.num_ack_pending else last

    return int(await _asked(server, look))


async def _forget_what_was_heard(server: NatsServer) -> None:
    """Take away the listener's place in the stream: it begins anew."""

    async def forget(client: nats.NATS) -> None:
        await client.jetstream().delete_consumer(SOURCE, LISTENER)

    await _asked(server, forget)


async def _asked(server: NatsServer, question: Callable[[nats.NATS], Any]) -> Any:
    client = await _connected(server.port)
    try:
        return await question(client)
    finally:
        await client.close()


async def _connected(port: int) -> nats.NATS:
    return await nats.connect(f"nats://{HOST}:{port}")
