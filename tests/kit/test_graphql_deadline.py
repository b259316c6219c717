"""A service stops when its caller's time has passed, and takes back what it has not committed."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
import strawberry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

from kit.caller import Caller, Scope
from kit.clock import SystemClock
from kit.deadline import DEADLINE_HEADER
from kit.graphql.door import Door, RequestContext
from kit.graphql.endpoint import GraphQLEndpoint
from kit.graphql.payloads import MutationInput, MutationPayload
from kit.graphql.schema import build_schema
from kit.idempotency import Outcome
from kit.mongo import Mongo, UnitOfWork

pytestmark = pytest.mark.store
PAY = 'mutation { pay(input: {idempotencyKey: "k"}) { replayed errors { code } } }'


@dataclass
class Gate:
    """What the service waits for, and how often it began."""

    opened: asyncio.Event = field(default_factory=asyncio.Event)
    begun: int = 0


Info = strawberry.Info[RequestContext[Gate], None]


@strawberry.input
class PayInput(MutationInput):
    """Nothing but a key."""


@strawberry.type
class PayPayload(MutationPayload):
    """Nothing of its own."""


@strawberry.type
class Query:
    @strawberry.field
    async def late(self, info: Info) -> bool:
        info.context.policies.begun += 1
        return await info.context.policies.opened.wait()


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def pay(self, info: Info, input: PayInput) -> PayPayload:  # noqa: A002
        async def pay(work: UnitOfWork) -> Outcome:
            info.context.policies.begun += 1
            await work.collection("payments").insert_one({"_id": "one"}, session=work.session)
            await info.context.policies.opened.wait()
            return Outcome(entity_ids={"payment": "one"})

        return PayPayload(**(await info.context.door.write(info, "pay", input, pay)).payload())


def client_of(mongo: Mongo, gate: Gate) -> httpx.AsyncClient:
    """Return a client of the service behind its endpoint."""
    door = Door(mongo=mongo, clock=SystemClock(), policies=gate)
    schema = build_schema(query=Query, mutation=Mutation)
    endpoint = GraphQLEndpoint(schema, lambda: door, max_body_bytes=10_000, request_seconds=30.0)

    async def answer(request: Request) -> Response:
        request.state.caller = Caller("auditor", frozenset(), Scope.everything())
        return await endpoint.answer(request)

    app = Starlette()
    app.add_route("/graphql", answer, methods=["POST"])
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://small")


async def ask(client: httpx.AsyncClient, query: str, milliseconds: int | None = None) -> tuple[int, Any]:
    """Return the status, and the code of the refusal or the data."""
    headers = {} if milliseconds is None else {DEADLINE_HEADER: str(milliseconds)}
    response = await client.post("/graphql", json={"query": query}, headers=headers)
    body = response.json()
    return response.status_code, body["data"] if "data" in body else body["errors"][0]["extensions"]["code"]


async def test_a_query_ends_with_its_callers_time(mongo: Mongo) -> None:
    gate = Gate()
    async with client_of(mongo, gate) as client:
        assert await ask(client, "{ late }", 50) == (504, "DEADLINE_EXCEEDED")
        assert gate.begun == 1


async def test_whose_time_has_passed_before_is_not_worked_for(mongo: Mongo) -> None:
    gate = Gate()
    async with client_of(mongo, gate) as client:
        assert await ask(client, PAY, 0) == (504, "DEADLINE_EXCEEDED")
        assert gate.begun == 0


async def test_a_mutation_that_has_not_committed_is_taken_back_and_its_key_stays_free(mongo: Mongo) -> None:
    gate = Gate()
    async with client_of(mongo, gate) as client:
        # The wait ends with the deadline alone.
        refused = await ask(client, PAY, 500)
        left = [await mongo.collection(name).count_documents({}) for name in ("payments", "idempotency")]
        gate.opened.set()
        done = await ask(client, PAY)

    assert refused == (504, "DEADLINE_EXCEEDED")
    assert left == [0, 0]
    assert done == (200, {"pay": {"replayed": False, "errors": []}})
    assert await mongo.collection("payments").count_documents({}) == 1
