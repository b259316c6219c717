"""Subscriptions over WebSocket: events completed from other subgraphs, and everything that may happen meanwhile."""

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from websockets.asyncio.client import connect

from gateway.executor import subgraph_stream
from gateway.settings import StreamSettings
from gateway.subscriptions import door, subscription
from tests.gateway.subscriptions.streams import CHANGES, change, changed, client_of, scene

SUBSCRIBE = {"type": "subscribe", "id": "1", "payload": {"query": CHANGES, "variables": {"id": "1"}}}


def move_age(supergraph: str) -> str:
    """Let subgraph a answer what b answered."""
    return supergraph.replace("age: Int @join__field(graph: B)", "age: Int @join__field(graph: A)")


def moments(bounds: list[tuple[float, float]]) -> SimpleNamespace:
    """Return a `random` that draws the first moment at once and the later ones far away; it notes the bounds."""
    drawn = iter([0.0])

    def uniform(low: float, high: float) -> float:
        bounds.append((low, high))
        return next(drawn, 1e6)

    return SimpleNamespace(uniform=uniform)


async def test_each_event_is_completed_from_the_other_subgraph(tmp_path: Path) -> None:
    async with scene(tmp_path) as city, client_of(city) as client:
        await client.subscribe()
        stream = await city.a.stream()
        for name in ("Li", "Wang"):
            stream.put_nowait(change(name))
        stream.put_nowait(None)
        received = [await client.receive() for _ in range(3)]

    assert received == [
        {"type": "next", "id": "1", "payload": changed("Li")},
        {"type": "next", "id": "1", "payload": changed("Wang")},
        {"type": "complete", "id": "1"},
    ]
    assert city.a.subscribed == [
        {"query": "subscription($id: ID!) {changed: userChanged(id: $id) {name id}}", "variables": {"id": "1"}}
    ]
    assert len(city.b.requests) == 2


async def test_a_subgraph_that_fails_meanwhile_costs_its_part_of_the_event_only(tmp_path: Path) -> None:
    async with scene(tmp_path) as city, client_of(city) as client:
        await client.subscribe()
        stream = await city.a.stream()
        await city.reload(lambda text: text.replace(city.b.url, "http://127.0.0.1:1/gone"))
        stream.put_nowait(change("Li"))
        message = await client.receive()

    assert message["payload"]["data"] == changed("Li", None)["data"]
    assert [(e["path"], e["extensions"]["serviceName"]) for e in message["payload"]["errors"]] == [
        (["changed", "age"], "b")
    ]


async def test_queries_run_over_the_same_connection_beside_subscriptions(tmp_path: Path) -> None:
    async with scene(tmp_path) as city, client_of(city) as client:
        await client.subscribe("s")
        await city.a.stream()
        await client.subscribe("q", "{ __typename }")

        assert [await client.receive() for _ in range(2)] == [
            {"type": "next", "id": "q", "payload": {"data": {"__typename": "Query"}}},
            {"type": "complete", "id": "q"},
        ]


async def test_an_invalid_operation_is_told_as_an_error_and_the_connection_stays(tmp_path: Path) -> None:
    async with scene(tmp_path) as city, client_of(city) as client:
        await client.subscribe("1", "subscription { nothing }")
        refused = await client.receive()
        await client.subscribe("1", "{ __typename }")

        assert (await client.receive())["type"] == "next"
    assert (refused["type"], refused["payload"][0]["extensions"]["code"]) == ("error", "GRAPHQL_VALIDATION_FAILED")


async def test_the_subgraphs_errors_end_the_stream_with_the_clients_path(tmp_path: Path) -> None:
    async with scene(tmp_path) as city, client_of(city) as client:
        await client.subscribe()
        error = {"message": "unknown user", "path": ["changed"], "extensions": {"code": "NOT_FOUND"}}
        (await city.a.stream()).put_nowait({"type": "error", "payload": [error]})
        messages = [await client.receive() for _ in range(2)]

    assert messages == [
        {
            "type": "next",
            "id": "1",
            "payload": {
                "errors": [{**error, "extensions": {"code": "NOT_FOUND", "serviceName": "a"}}],
                "data": {"changed": None},
            },
        },
        {"type": "complete", "id": "1"},
    ]


async def test_a_client_that_completes_or_leaves_ends_the_subgraphs_stream(tmp_path: Path) -> None:
    async with scene(tmp_path) as city:
        async with client_of(city) as client:
            for name in ("1", "2"):
                await client.subscribe(name)
                await city.a.stream()
            await client.send(type="complete", id="1")
            await asyncio.wait_for(city.a.ended.get(), 10)
            still_there = city.a.ended.empty()

        await asyncio.wait_for(city.a.ended.get(), 10)
    assert still_there


async def test_a_restarted_subgraph_is_subscribed_to_again(tmp_path: Path) -> None:
    async with scene(tmp_path) as city, client_of(city) as client:
        await client.subscribe()
        (await city.a.stream()).put_nowait(change("Li"))
        before = await client.receive()
        await city.a.stop()
        await city.a.start()
        (await city.a.stream()).put_nowait(change("Wang"))

        assert (before["payload"], (await client.receive())["payload"]) == (changed("Li"), changed("Wang"))


@pytest.mark.parametrize(("close_code", "code"), [(4403, "SUBGRAPH_REFUSED"), (1011, "SUBGRAPH_UNAVAILABLE")])
async def test_a_subgraph_that_does_not_take_the_subscription_is_told_once(
    tmp_path: Path, close_code: int, code: str
) -> None:
    async with scene(tmp_path) as city, client_of(city) as client:
        city.a.close_code = close_code
        await client.subscribe()
        answer, end = await client.receive(), await client.receive()

    assert end == {"type": "complete", "id": "1"}
    assert [(e["path"], e["extensions"]) for e in answer["payload"]["errors"]] == [
        (["changed"], {"code": code, "serviceName": "a"})
    ]
    assert len(city.a.inits) == 1


async def test_a_subgraph_that_answers_no_ping_is_left_and_subscribed_to_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subgraph_stream, "HEARTBEAT_SECONDS", 0.05)
    async with scene(tmp_path) as city, client_of(city) as client:
        city.a.is_frozen = True
        await client.subscribe()
        await city.a.stream()
        city.a.is_frozen = False
        monkeypatch.setattr(subgraph_stream, "HEARTBEAT_SECONDS", 20.0)
        (await city.a.stream()).put_nowait(change("Li"))

        assert (await client.receive())["payload"] == changed("Li")


async def test_a_new_supergraph_that_asks_the_same_is_used_without_a_new_stream(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscription, "PATIENCE", subscription.Patience(replan_seconds=1e6))
    async with scene(tmp_path) as city, client_of(city) as client:
        await client.subscribe()
        stream = await city.a.stream()
        await city.reload(move_age)
        stream.put_nowait(change("Li"))
        old_plan = await client.receive()
        await city.reload(lambda text: text.replace("type User", '"People." type User'))
        stream.put_nowait(change("Wang"))

        assert (old_plan["payload"], (await client.receive())["payload"]) == (changed("Li"), changed("Wang"))
    assert len(city.a.subscribed) == 1


async def test_a_new_supergraph_that_asks_otherwise_is_followed_without_cutting_the_client(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscription, "PATIENCE", subscription.Patience(replan_seconds=0.05))
    async with scene(tmp_path) as city, client_of(city) as client:
        await client.subscribe()
        await city.a.stream()
        await city.reload(move_age)
        moved = await city.a.stream()
        moved.put_nowait({"type": "next", "payload": {"data": {"changed": {"name": "Li", "age": 31}}}})

        assert (await client.receive())["payload"] == changed("Li", 31)
    assert city.b.requests == []


async def test_subscriptions_follow_a_new_supergraph_one_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bounds: list[tuple[float, float]] = []
    async with scene(tmp_path) as city, client_of(city) as one, client_of(city) as other:
        streams = []
        for client in (one, other):
            await client.subscribe()
            streams.append(await city.a.stream())
        monkeypatch.setattr(subscription, "random", moments(bounds))
        await city.reload(move_age)
        moved = await city.a.stream()
        for stream in streams:
            stream.put_nowait(change("Li"))
        moved.put_nowait({"type": "next", "payload": {"data": {"changed": {"name": "Li", "age": 31}}}})

        answers = [(await client.receive())["payload"] for client in (one, other)]
    assert sorted(answer["data"]["changed"]["age"] for answer in answers) == [30, 31]
    assert bounds == [(0, subscription.PATIENCE.replan_seconds)] * 2


async def test_a_subscription_that_the_new_supergraph_does_not_have_ends_with_its_refusal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscription, "PATIENCE", subscription.Patience(replan_seconds=0.05))
    async with scene(tmp_path) as city, client_of(city) as client:
        await client.subscribe()
        await city.a.stream()
        await city.reload(lambda text: text.replace("userChanged", "personChanged"))
        message = await client.receive()

    assert (message["type"], message["payload"][0]["extensions"]["code"]) == ("error", "GRAPHQL_VALIDATION_FAILED")


async def test_a_caller_has_a_limited_number_of_streams(tmp_path: Path) -> None:
    limited = StreamSettings(streams_per_caller_max=2, close_seconds=0.1)
    async with scene(tmp_path, limited) as city, client_of(city) as one, client_of(city) as other:
        for client in (one, other):
            await client.subscribe()
            await city.a.stream()
        await other.subscribe("2")
        refused = await other.receive()
        await one.send(type="complete", id="1")
        await asyncio.wait_for(city.a.ended.get(), 10)
        await other.subscribe("2")
        await city.a.stream()

    assert (refused["type"], refused["payload"][0]["extensions"]["code"]) == ("error", "TOO_MANY_SUBSCRIPTIONS")


async def test_allowed_headers_of_the_first_message_reach_the_subgraph(tmp_path: Path) -> None:
    payload = {"Authorization": "Bearer t", "cookie": "secret", "headers": {"baggage": "a=1\r\nx: y"}}
    async with scene(tmp_path) as city, client_of(city, payload) as client:
        await client.subscribe()
        await city.a.stream()

    assert city.a.inits == [{"type": "connection_init", "payload": {"authorization": "Bearer t"}}]


async def test_a_ping_is_answered(tmp_path: Path) -> None:
    async with scene(tmp_path) as city, client_of(city) as client:
        await client.send(type="ping")

        assert await client.receive() == {"type": "pong"}


@pytest.mark.parametrize(
    ("messages", "code"),
    [
        ([SUBSCRIBE], 4401),
        ([{"type": "connection_init"}, {"type": "connection_init"}], 4429),
        ([{"type": "connection_init"}, {"type": "subscribe", "id": "1"}], 4400),
        ([{"type": "connection_init"}, {"type": "subscribe", "payload": {"query": CHANGES}}], 4400),
        ([{"type": "unheard-of"}], 4400),
        ([{"no": "type"}], 4400),
        (
            [{"type": "connection_init"}]
            + [{"type": "subscribe", "id": "1", "payload": {"query": CHANGES, "variables": {"id": "1"}}}] * 2,
            4409,
        ),
    ],
)
async def test_who_breaks_the_protocol_is_cut_off_with_its_code(
    tmp_path: Path, messages: list[dict[str, Any]], code: int
) -> None:
    async with scene(tmp_path) as city, client_of(city, initialise=False) as client:
        for message in messages:
            await client.send(**message)

        assert await client.closed_with() == code


async def test_what_is_not_json_is_cut_off(tmp_path: Path) -> None:
    async with scene(tmp_path) as city, client_of(city) as client:
        await client.connection.send("hello")

        assert await client.closed_with() == 4400


async def test_who_does_not_introduce_himself_in_time_is_cut_off(tmp_path: Path) -> None:
    hasty = StreamSettings(initialisation_seconds=0.05, close_seconds=0.1)
    async with scene(tmp_path, hasty) as city, client_of(city, initialise=False) as client:
        assert await client.closed_with() == 4408


async def test_another_protocol_is_refused(tmp_path: Path) -> None:
    async with scene(tmp_path) as city, connect(city.url.replace("http", "ws"), proxy=None) as connection:
        await connection.wait_closed()

    assert connection.close_code == 4406


async def test_a_stopping_gateway_sends_its_clients_away_to_come_back(tmp_path: Path) -> None:
    async with scene(tmp_path) as city, client_of(city) as client:
        await client.subscribe()
        await city.a.stream()
        draining = asyncio.create_task(city.app.drain())

        assert await client.closed_with() == 1001
        await draining
    assert city.app.health.stopping


async def test_a_stopping_gateway_sends_its_clients_away_one_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bounds: list[tuple[float, float]] = []
    monkeypatch.setattr(door, "random", moments(bounds))
    async with scene(tmp_path) as city, client_of(city) as one, client_of(city) as other:
        streams = {}
        for client in (one, other):
            await client.subscribe()
            streams[client] = await city.a.stream()
        draining = asyncio.create_task(city.app.drain())
        closing = {asyncio.create_task(client.connection.wait_closed()): client for client in streams}
        done, staying = await asyncio.wait(closing, timeout=10, return_when=asyncio.FIRST_COMPLETED)
        [stays] = [closing[task] for task in staying]
        streams[stays].put_nowait(change("Li"))

        assert (await stays.receive())["payload"] == changed("Li")
        assert [closing[task].connection.close_code for task in done] == [1001]
        await draining
    assert bounds == [(0, 0.1)] * 2
