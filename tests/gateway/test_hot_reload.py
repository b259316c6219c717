"""A changed supergraph file takes over without anybody noticing; a bad one is refused and the old one serves on."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client import REGISTRY

from gateway.app import GatewayApp, build_app, build_pipeline
from gateway.hot_reload import SupergraphFile
from gateway.pipeline import Pipeline
from gateway.settings import GatewaySettings, TrafficSettings
from tests.gateway.running import NOWHERE, SMALL
from tests.gateway.stub_server import Conversation, answering, response, stub_server

USER = b'{"data":{"user":{"id":"1","name":"Li"}}}'
PATIENCE_SECONDS = 10.0
UNKNOWN_FEATURE = '@link(url: "https://lock.test/lock/v1.0", for: SECURITY)'


def supergraph(url: str, **renamed: str) -> str:
    """Return the small supergraph with fields renamed."""
    text = SMALL.replace("URL_A", url).replace("URL_B", NOWHERE)
    for old, new in renamed.items():
        text = text.replace(f"  {old}: ", f"  {new}: ")
    return text


@asynccontextmanager
async def serving(path: Path, text: str) -> AsyncIterator[tuple[GatewayApp, httpx.AsyncClient]]:
    """A gateway application over the file, and a client of it."""
    replace(path, text)
    app = build_app(GatewaySettings(path, traffic=TrafficSettings(retries_max=0)), None)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway") as client:
        yield app, client
    await app.connections.close()


def replace(path: Path, text: str | bytes) -> None:
    """Put another file in the place of this one in one step, as a mounted file changes."""
    new = path.with_suffix(".new")
    new.write_bytes(text if isinstance(text, bytes) else text.encode())
    new.replace(path)


async def look(app: GatewayApp) -> bool:
    """Let the gateway look at its file; return whether it was adopted."""
    assert app.supergraph_file is not None
    return await app.supergraph_file.look()


async def ask(client: httpx.AsyncClient, query: str) -> dict[str, Any]:
    """Return the answer's body."""
    body: dict[str, Any] = (await client.post("/graphql", json={"query": query})).json()
    return body


def counted(name: str, **labels: str) -> float:
    """Return a metric's value."""
    return REGISTRY.get_sample_value(name, labels) or 0.0


async def test_a_changed_file_is_served_and_an_untouched_one_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "supergraph.graphql"
    renamed = answering(response(b'{"data":{"user":{"nickname":"Li"}}}'))
    async with stub_server(renamed) as a, serving(path, supergraph(a.url)) as (app, client):
        untouched = await look(app)
        replace(path, supergraph(a.url, name="nickname"))
        adopted = await look(app)
        again = await look(app)

        assert await ask(client, "{ user { nickname } }") == {"data": {"user": {"nickname": "Li"}}}
        refused = await ask(client, "{ user { name } }")
    assert refused["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    assert (untouched, adopted, again) == (False, True, False)


async def test_a_rewritten_but_equal_file_is_not_read_again(tmp_path: Path) -> None:
    path = tmp_path / "supergraph.graphql"
    async with serving(path, supergraph(NOWHERE)) as (app, _):
        before = app.pipeline
        replace(path, supergraph(NOWHERE))

        assert not await look(app)
        assert app.pipeline is before


async def test_a_request_under_way_finishes_on_the_supergraph_it_began_with(tmp_path: Path) -> None:
    path = tmp_path / "supergraph.graphql"
    asked, reloaded = asyncio.Event(), asyncio.Event()

    async def answer_after_the_reload(conversation: Conversation) -> None:
        asked.set()
        await reloaded.wait()
        await conversation.send(response(USER))

    async with stub_server(answer_after_the_reload) as a, serving(path, supergraph(a.url)) as (app, client):
        asking = asyncio.create_task(ask(client, "{ user { id name } }"))
        await asyncio.wait_for(asked.wait(), PATIENCE_SECONDS)
        replace(path, supergraph("http://127.0.0.1:1/moved", name="nickname"))
        adopted = await look(app)
        reloaded.set()

        assert await asking == {"data": {"user": {"id": "1", "name": "Li"}}}
    assert adopted


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        b"type Query {",
        b"\xff\xfe",
        b"type Query { a: Int }",
        supergraph(NOWHERE).replace("{ query: Query }", f"{UNKNOWN_FEATURE} {{ query: Query }}"),
        supergraph(NOWHERE).replace("type Query", "type Nothing"),
    ],
)
async def test_a_bad_file_is_refused_and_counted_while_the_old_one_serves(tmp_path: Path, bad: str | bytes) -> None:
    path = tmp_path / "supergraph.graphql"
    refused = counted("anju_gateway_reloads_total", outcome="refused")
    async with stub_server(answering(response(USER))) as a, serving(path, supergraph(a.url)) as (app, client):
        replace(path, bad)
        adopted = await look(app)

        assert await ask(client, "{ user { id name } }") == {"data": {"user": {"id": "1", "name": "Li"}}}
        assert (await client.get("/health/ready")).status_code == 200
    assert not adopted
    assert counted("anju_gateway_reloads_total", outcome="refused") == refused + 1


async def test_a_good_file_after_a_bad_one_is_adopted(tmp_path: Path) -> None:
    path = tmp_path / "supergraph.graphql"
    async with serving(path, supergraph(NOWHERE)) as (app, _):
        outcomes = []
        for text in ("type Query {", supergraph(NOWHERE, name="nickname")):
            replace(path, text)
            outcomes.append(await look(app))
        path.unlink()
        outcomes.append(await look(app))

    assert outcomes == [False, True, False]


async def test_what_was_asked_before_is_planned_before_it_is_asked_again(tmp_path: Path) -> None:
    path = tmp_path / "supergraph.graphql"
    query = "query Q($s: Boolean!) { user { id name @skip(if: $s) } }"
    async with stub_server(answering(response(USER))) as a, serving(path, supergraph(a.url)) as (app, client):
        for skip in (True, False):
            await client.post("/graphql", json={"query": query, "variables": {"s": skip}})
        await ask(client, "{ user { age } }")
        replace(path, supergraph(a.url, age="years"))
        assert await look(app)
        missed = counted("anju_gateway_plan_cache_total", outcome="miss")

        for skip in (True, False):
            await client.post("/graphql", json={"query": query, "variables": {"s": skip}})

    assert counted("anju_gateway_plan_cache_total", outcome="miss") == missed


async def test_the_file_is_followed_while_the_gateway_runs(tmp_path: Path) -> None:
    """The file is a link, as in a mounted config map, and the link is moved."""
    old, new, link, moved = (tmp_path / name for name in ("old", "new", "supergraph.graphql", "moved"))
    replace(old, supergraph(NOWHERE))
    replace(new, supergraph(NOWHERE, name="nickname"))
    link.symlink_to(old)
    moved.symlink_to(new)
    adopted: asyncio.Queue[Pipeline] = asyncio.Queue()
    app = build_app(GatewaySettings(link), None)
    file = SupergraphFile(
        link,
        build=lambda sdl: build_pipeline(sdl, app.settings, app.connections),
        current=lambda: app.pipeline,
        adopt=adopted.put_nowait,
    )
    following = asyncio.create_task(file.follow(0.01))

    moved.replace(link)
    pipeline = await asyncio.wait_for(adopted.get(), PATIENCE_SECONDS)

    following.cancel()
    assert "nickname" in pipeline.supergraph.types["User"].fields
