"""How subgraphs are asked: once for identical queries, again within a budget, not at all when they mostly fail."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest

from gateway.executor.http_subgraphs import HttpSubgraphClient, SubgraphConnections
from gateway.executor.subgraph_client import SubgraphAnswer, SubgraphFailure
from gateway.settings import TrafficSettings
from tests.gateway.stub_server import Conversation, StubServer, answering, hang_up, in_turn, response, stub_server

GOOD = answering(response(b'{"data":{"a":1}}'))
UNAVAILABLE = answering(response(b"try later", status="503 Service Unavailable"))
QUERY = b'{"query":"{a}"}'


@asynccontextmanager
async def asking(server: StubServer, **traffic: Any) -> AsyncIterator[HttpSubgraphClient]:
    """A client of one subgraph, `A` named `accounts`."""
    connections = SubgraphConnections(TrafficSettings(**traffic))
    yield HttpSubgraphClient({"A": server.url}, {"A": "accounts"}, connections)
    await connections.close()


async def ask(
    client: HttpSubgraphClient,
    headers: Mapping[str, str] | None = None,
    *,
    body: bytes = QUERY,
    repeatable: bool = True,
    deadline: float | None = None,
) -> SubgraphAnswer:
    """Ask the subgraph."""
    return await client.ask("A", body, headers or {}, repeatable=repeatable, deadline=deadline)


async def codes(client: HttpSubgraphClient, times: int, **how: Any) -> list[str]:
    """Ask one after another; return the failures' codes, empty texts for answers."""
    found = []
    for _ in range(times):
        try:
            await ask(client, **how)
            found.append("")
        except SubgraphFailure as failure:
            found.append(failure.code)
    return found


class Gate:
    """Holds every answer back until the expected number of requests, or everybody, is there."""

    def __init__(self) -> None:
        self.open = asyncio.Event()

    async def __call__(self, conversation: Conversation) -> None:
        await self.open.wait()
        await GOOD(conversation)


async def together(server: StubServer, gate: Gate, *asked: "asyncio.Task[SubgraphAnswer]") -> list[SubgraphAnswer]:
    """Let all requests arrive, then answer them."""
    await asyncio.sleep(0.05)
    gate.open.set()
    return await asyncio.gather(*asked)


async def test_identical_queries_under_way_are_asked_once_and_answered_apart() -> None:
    gate = Gate()
    async with stub_server(gate) as server, asking(server) as client:
        same = [asyncio.create_task(ask(client, {"authorization": "Bearer t"})) for _ in range(3)]
        answers = await together(server, gate, *same)

    assert len(server.requests) == 1
    first, second, _ = (answer.data for answer in answers)
    assert first == second == {"a": 1}
    assert first is not second


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"headers": {"authorization": "Bearer t"}}, {"headers": {"authorization": "Bearer u"}}),
        ({"headers": {"authorization": "Bearer t"}}, {"headers": {}}),
        ({"headers": {"baggage": "tenant=1"}}, {"headers": {"baggage": "tenant=2"}}),
        ({"body": b'{"query":"{a}","variables":{"v":1}}'}, {"body": b'{"query":"{a}","variables":{"v":2}}'}),
        ({"repeatable": False}, {"repeatable": False}),
    ],
)
async def test_what_differs_in_caller_or_question_and_every_mutation_is_asked_apart(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    gate = Gate()
    async with stub_server(gate) as server, asking(server) as client:
        await together(server, gate, *(asyncio.create_task(ask(client, **how)) for how in (one, other)))

    assert len(server.requests) == 2


async def test_the_trace_alone_does_not_keep_queries_apart() -> None:
    gate = Gate()
    async with stub_server(gate) as server, asking(server) as client:
        traces = ({"traceparent": "00-a"}, {"traceparent": "00-b"})
        await together(server, gate, *(asyncio.create_task(ask(client, headers)) for headers in traces))

    assert len(server.requests) == 1


async def test_sharing_can_be_turned_off() -> None:
    gate = Gate()
    async with stub_server(gate) as server, asking(server, share_identical_queries=False) as client:
        await together(server, gate, *(asyncio.create_task(ask(client)) for _ in range(2)))

    assert len(server.requests) == 2


async def test_a_request_in_a_hurry_does_not_fail_the_others() -> None:
    gate = Gate()
    async with stub_server(gate) as server, asking(server) as client:
        soon = asyncio.get_running_loop().time() + 0.02
        hurried = asyncio.create_task(ask(client, deadline=soon))
        patient = asyncio.create_task(ask(client))
        with pytest.raises(SubgraphFailure) as failure:
            await hurried
        gate.open.set()

        assert (await patient).data == {"a": 1}
    assert failure.value.code == "SUBGRAPH_TIMEOUT"


@pytest.mark.parametrize("first", [hang_up, UNAVAILABLE])
async def test_a_query_without_an_answer_is_asked_once_more(first: Callable[[Conversation], Any]) -> None:
    async with stub_server(in_turn([first, GOOD])) as server, asking(server) as client:
        assert (await ask(client)).data == {"a": 1}

    assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("reaction", "how", "code"),
    [
        (UNAVAILABLE, {"repeatable": False}, "SUBGRAPH_STATUS"),
        (hang_up, {"repeatable": False}, "SUBGRAPH_UNAVAILABLE"),
        (answering(response(b"oops", status="500 Oops")), {}, "SUBGRAPH_STATUS"),
        (answering(response(b"<html>")), {}, "SUBGRAPH_NOT_JSON"),
    ],
)
async def test_mutations_and_real_answers_are_not_asked_again(
    reaction: Callable[[Conversation], Any], how: dict[str, Any], code: str
) -> None:
    async with stub_server(in_turn([reaction, GOOD])) as server, asking(server) as client:
        assert await codes(client, 1, **how) == [code]

    assert len(server.requests) == 1


async def test_retries_end_with_their_budget() -> None:
    async with stub_server(UNAVAILABLE) as server, asking(server, retry_share=0.0001, retries_max=4) as client:
        await codes(client, 5)

    assert len(server.requests) == 5 + 10  # The reserve is ten retries.


async def test_a_failing_subgraph_is_left_alone_then_probed_and_used_again() -> None:
    settings = {"retries_max": 0, "breaker_requests_min": 3, "breaker_open_seconds": 0.2}
    async with stub_server(in_turn([UNAVAILABLE] * 3 + [GOOD])) as server, asking(server, **settings) as client:
        failed = await codes(client, 5)
        asked_until_open = len(server.requests)
        await asyncio.sleep(0.25)

        assert await codes(client, 2) == ["", ""]

    assert failed == ["SUBGRAPH_STATUS"] * 3 + ["SUBGRAPH_CIRCUIT_OPEN"] * 2
    assert asked_until_open == 3


async def test_graphql_errors_do_not_open_the_breaker() -> None:
    refused = answering(response(b'{"data":null,"errors":[{"message":"no"}]}'))
    async with stub_server(refused) as server, asking(server, breaker_requests_min=2) as client:
        assert await codes(client, 5) == [""] * 5


async def test_each_subgraph_has_its_own_time_and_is_told_it() -> None:
    gate = Gate()
    async with (
        stub_server(gate) as server,
        asking(server, timeout_seconds=30.0, timeouts_seconds={"accounts": 0.05}) as client,
    ):
        deadline = asyncio.get_running_loop().time() + 60
        assert await codes(client, 1, deadline=deadline) == ["SUBGRAPH_TIMEOUT"]

    assert b"\r\nx-deadline-ms: 50\r\n" in server.requests[0]


async def test_a_breaker_outlives_a_change_of_the_supergraph_but_not_of_the_address() -> None:
    async with stub_server(UNAVAILABLE) as server, stub_server(GOOD) as moved:
        connections = SubgraphConnections(TrafficSettings(retries_max=0, breaker_requests_min=2))
        before = HttpSubgraphClient({"A": server.url}, {"A": "accounts"}, connections)
        await codes(before, 2)
        connections.keep_only({"accounts": server.url})
        after = HttpSubgraphClient({"RENAMED": server.url}, {"RENAMED": "accounts"}, connections)
        with pytest.raises(SubgraphFailure) as failure:
            await after.ask("RENAMED", QUERY, {}, repeatable=True)
        connections.keep_only({"accounts": moved.url})
        elsewhere = HttpSubgraphClient({"A": moved.url}, {"A": "accounts"}, connections)

        assert (await ask(elsewhere)).data == {"a": 1}
        await connections.close()
    assert failure.value.code == "SUBGRAPH_CIRCUIT_OPEN"
