"""What must hold whatever was stopped or killed: nothing acknowledged is lost, nothing has happened twice."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from dataclasses import dataclass

import nats
from nats.js.api import DeliverPolicy

from deploy.local.plan import NATS, SERVICES
from deploy.local.ports import HOST
from kit.cloud_events import Message, read_message
from kit.events import ReceivedEvent
from kit.jetstream import stream_of
from tests.system.platform_run import PlatformRun, until

SETTLE_SECONDS = 75.0
READ_SECONDS = 10.0


@dataclass(frozen=True)
class Published:
    """Every event of every service, in the order of its stream."""

    by_service: dict[str, list[ReceivedEvent]]

    def ids(self, service: str) -> Counter[str]:
        """Return how often each event id stands in the service's stream."""
        return Counter(event.id for event in self.by_service[service])

    def of_aggregate(self, service: str, aggregate_id: str) -> list[str]:
        """Return the types of an aggregate's events, in order."""
        return [event.type for event in self.by_service[service] if event.aggregate_id == aggregate_id]


def wait_until_settled(platform: PlatformRun) -> None:
    """Return once every announced event is published, and taken in and acknowledged by every listener."""

    def is_settled() -> bool:
        if any(platform.database(service)["outbox"].find_one({}) for service in SERVICES):
            return False
        return not any(
            consumer["num_pending"] or consumer["num_ack_pending"]
            for stream in platform.streams().values()
            for consumer in stream.get("consumer_detail") or ()
        )

    until(is_settled, what="all events are published and taken in", seconds=SETTLE_SECONDS)


def published(platform: PlatformRun) -> Published:
    """Return what the message server keeps, read from the first message to the last."""
    return asyncio.run(_read_streams(platform))


def assert_nothing_lost_or_doubled(platform: PlatformRun) -> Published:
    """Compare counted versions, streams and listeners once everything has settled; return what was published.

    The outbox is empty then; `aggregate_versions` says what every committed unit of work announced.
    """
    wait_until_settled(platform)
    told = published(platform)
    for service in SERVICES:
        database = platform.database(service)
        twice = [event_id for event_id, count in told.ids(service).items() if count > 1]
        assert twice == [], f"{service}: events stand twice in the stream"
        versions: dict[str, list[int]] = defaultdict(list)
        for event in told.by_service[service]:
            versions[f"{event.aggregate}|{event.aggregate_id}"].append(event.aggregate_version)
        for lane, seen in versions.items():
            assert seen == list(range(1, len(seen) + 1)), f"{lane}: versions {seen}"
        counted = {row["_id"]: row["version"] for row in database["aggregate_versions"].find({})}
        assert {lane: len(seen) for lane, seen in versions.items()} == counted
        _assert_followed(platform, service, versions)
        assert database["dead_letters"].find_one({}) is None
        assert database["blocked_lanes"].find_one({}) is None
    return told


def _assert_followed(platform: PlatformRun, source: str, versions: dict[str, list[int]]) -> None:
    """Every listener of a service has followed each aggregate that it listens to up to its last event."""
    for service in SERVICES:
        listener = f"{service}_from_{source}"
        followed = {
            row["_id"].removeprefix(f"{listener}|"): row["version"]
            for row in platform.database(service)["followed_aggregates"].find({})
            if row["_id"].startswith(f"{listener}|")
        }
        heard_of = {lane.split("|")[0] for lane in followed}
        wanted = {lane: len(seen) for lane, seen in versions.items() if lane.split("|")[0] in heard_of}
        assert followed == wanted, f"{listener} has not followed {source}"


async def _read_streams(platform: PlatformRun) -> Published:
    connection = await nats.connect(f"nats://{HOST}:{platform.ports[NATS]}")
    try:
        context = connection.jetstream()
        found: dict[str, list[ReceivedEvent]] = {}
        for service in SERVICES:
            stream = stream_of(service)
            count = (await context.stream_info(stream)).state.messages
            subscription = await context.subscribe(
                "", stream=stream, ordered_consumer=True, deliver_policy=DeliverPolicy.ALL
            )
            found[service] = []
            for _ in range(count):
                message = await subscription.next_msg(timeout=READ_SECONDS)
                found[service].append(read_message(Message(message.subject, dict(message.headers or {}), message.data)))
            await subscription.unsubscribe()
        return Published(found)
    finally:
        await connection.close()
