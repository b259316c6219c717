"""Subscriptions as server-sent events, in the distinct connections mode."""

import asyncio
from pathlib import Path

import httpx
import orjson
import pytest

from gateway.settings import StreamSettings
from tests.gateway.subscriptions.streams import CHANGES, change, changed, scene

ONLY_EVENTS = {"accept": "text/event-stream"}
ANY = {"accept": "application/graphql-response+json, application/json, text/event-stream, multipart/mixed"}
ASKED = {"query": CHANGES, "variables": {"id": "1"}}


def events(text: str) -> list[tuple[str, object]]:
    """Return the events of a finished stream; comments are left out."""
    found: list[tuple[str, object]] = []
    for block in text.split("\n\n"):
        lines = dict(line.split(":", 1) for line in block.split("\n") if line and not line.startswith(":"))
        if lines:
            found.append((lines["event"].strip(), orjson.loads(lines["data"].strip() or "null")))
    return found


@pytest.mark.parametrize("headers", [ONLY_EVENTS, ANY])
async def test_events_follow_each_other_until_the_stream_is_complete(tmp_path: Path, headers: dict[str, str]) -> None:
    async with scene(tmp_path) as city, httpx.AsyncClient() as client:
        asking = asyncio.create_task(client.post(city.url, json=ASKED, headers=headers))
        stream = await city.a.stream()
        for name in ("Li", "Wang"):
            stream.put_nowait(change(name))
        stream.put_nowait(None)
        answered = await asking

    assert (answered.status_code, answered.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
    assert events(answered.text) == [("next", changed("Li")), ("next", changed("Wang")), ("complete", None)]


async def test_a_query_is_answered_as_one_event_only_to_who_takes_nothing_else(tmp_path: Path) -> None:
    async with scene(tmp_path) as city, httpx.AsyncClient() as client:
        streamed, plain = [
            await client.post(city.url, json={"query": "{ __typename }"}, headers=headers)
            for headers in (ONLY_EVENTS, ANY)
        ]

    assert events(streamed.text) == [("next", {"data": {"__typename": "Query"}}), ("complete", None)]
    assert plain.json() == {"data": {"__typename": "Query"}}


async def test_a_browsers_event_source_asks_with_get_and_learns_of_errors_in_the_stream(tmp_path: Path) -> None:
    async with scene(tmp_path) as city, httpx.AsyncClient() as client:
        answered = await client.get(city.url, params={"query": "subscription { nothing }"}, headers=ONLY_EVENTS)

    (kind, body), end = events(answered.text)
    assert (answered.status_code, kind, end) == (200, "next", ("complete", None))
    assert isinstance(body, dict)
    assert body["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


async def test_a_client_that_leaves_ends_the_subgraphs_stream(tmp_path: Path) -> None:
    async with scene(tmp_path) as city, httpx.AsyncClient() as client:
        async with client.stream("POST", city.url, json=ASKED, headers=ONLY_EVENTS):
            await city.a.stream()

        await asyncio.wait_for(city.a.ended.get(), 10)


async def test_a_quiet_stream_is_kept_alive_by_comments(tmp_path: Path) -> None:
    lively = StreamSettings(heartbeat_seconds=0.02, close_seconds=0.1)
    async with (
        scene(tmp_path, lively) as city,
        httpx.AsyncClient() as client,
        client.stream("POST", city.url, json=ASKED, headers=ONLY_EVENTS) as answer,
    ):
        pieces = answer.aiter_text()
        first = await asyncio.wait_for(anext(pieces), 10)

    assert first.startswith(":\n\n")


async def test_a_stopping_gateway_cuts_streams_off_without_completing_them(tmp_path: Path) -> None:
    async with scene(tmp_path) as city, httpx.AsyncClient() as client:
        asking = asyncio.create_task(client.post(city.url, json=ASKED, headers=ONLY_EVENTS))
        await city.a.stream()
        await city.app.drain()
        cut_off = await asking
        refused = await client.post(city.url, json=ASKED, headers=ONLY_EVENTS)

    assert events(cut_off.text) == []
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")


async def test_too_many_streams_of_one_caller_are_refused(tmp_path: Path) -> None:
    limited = StreamSettings(streams_per_caller_max=1, close_seconds=0.1)
    async with (
        scene(tmp_path, limited) as city,
        httpx.AsyncClient() as client,
        client.stream("POST", city.url, json=ASKED, headers=ONLY_EVENTS),
    ):
        await city.a.stream()
        refused = await client.post(city.url, json=ASKED, headers=ONLY_EVENTS)

    assert (refused.status_code, refused.json()["errors"][0]["extensions"]["code"]) == (429, "TOO_MANY_SUBSCRIPTIONS")


async def test_without_an_event_stream_a_subscription_is_refused(tmp_path: Path) -> None:
    async with scene(tmp_path) as city, httpx.AsyncClient() as client:
        refused = await client.post(city.url, json=ASKED)

    assert refused.json()["errors"][0]["extensions"]["code"] == "SUBSCRIPTION_TRANSPORT"
