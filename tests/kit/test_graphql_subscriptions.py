"""The subscriptions of a service in small, over its real WebSocket door, the real store and the real NATS."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
import pytest_asyncio
import uvicorn
from prometheus_client import REGISTRY
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol

from kit.auth import LEEWAY_SECONDS
from kit.caller import Caller
from kit.clock import Clock
from kit.event_schemas import SchemaFiles
from kit.graphql import subscriptions
from kit.ids import new_id
from kit.mongo import Mongo
from kit.service import build_app
from tests.kit.small_service import NANKANG, ZHANGGONG, EstatePaid, Journal, NamedCallers, SmallSettings, parts_of
from tests.messaging import until
from tests.servers import MongoServer, NatsServer, free_port

pytestmark = [pytest.mark.store, pytest.mark.asyncio(loop_scope="module")]

PROTOCOL = Subprotocol("graphql-transport-ws")
PATIENCE_SECONDS = 20.0
FOLLOW = "subscription Follow($id: ID!) { estateChanged(estateId: $id) { id balance } }"
PAY = "mutation Pay($input: PayInput!) { pay(input: $input) { errors { code } } }"


@dataclass
class CallersUntil:
    """Believes a token that is a caller's name, for so long."""

    clock: Clock
    seconds: float

    async def verify(self, token: str) -> Caller:
        caller = await NamedCallers().verify(token)
        return replace(caller, expires_at=int(self.clock.now().timestamp() + self.seconds))


class Stream:
    """A client's connection."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def send(self, **message: Any) -> None:
        await self.connection.send(orjson.dumps(message).decode())

    async def receive(self) -> dict[str, Any]:
        message: dict[str, Any] = orjson.loads(await asyncio.wait_for(self.connection.recv(), PATIENCE_SECONDS))
        return message

    async def follow(self, estate_id: str = "est_1", name: str = "1", query: str = FOLLOW) -> None:
        await self.send(type="subscribe", id=name, payload={"query": query, "variables": {"id": estate_id}})

    async def balance(self) -> str:
        message = await self.receive()
        assert message["type"] == "next", message
        return str(message["payload"]["data"]["estateChanged"]["balance"])

    async def until_balance(self, balance: str) -> None:
        """Return once the stream says so; a change that was seen already may be told again."""
        while await self.balance() != balance:
            continue

    async def error_code(self) -> str:
        message = await self.receive()
        assert message["type"] == "error", message
        return str(message["payload"][0]["extensions"]["code"])

    async def closed_with(self) -> int:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while True:
                    await self.connection.recv()
        except ConnectionClosed as closed:
            assert closed.rcvd is not None
            return closed.rcvd.code


@dataclass
class Small:
    """The service in small, listening."""

    url: str
    server: uvicorn.Server
    mongo: Mongo

    @asynccontextmanager
    async def connected(self, *, token: str | None = "street", initialise: bool = True) -> AsyncIterator[Stream]:
        """Give a client's connection, acknowledged unless told otherwise."""
        headers = {} if token is None else {"authorization": f"Bearer {token}"}
        url = self.url.replace("http", "ws", 1)
        async with connect(
            url, subprotocols=[PROTOCOL], additional_headers=headers, proxy=None, close_timeout=0.5
        ) as connection:
            stream = Stream(connection)
            if initialise:
                await stream.send(type="connection_init")
                assert await stream.receive() == {"type": "connection_ack"}
            yield stream

    async def pay(self, amount: str = "10.00", estate_id: str = "est_1") -> None:
        """Pay into an estate's balance."""
        async with httpx.AsyncClient() as client:
            response = await client.post(
                self.url,
                json={
                    "query": PAY,
                    "variables": {"input": {"idempotencyKey": new_id("key"), "estateId": estate_id, "amount": amount}},
                },
                headers={"authorization": "Bearer auditor"},
            )
        assert response.json() == {"data": {"pay": {"errors": []}}}


@dataclass
class Place:
    """Where the service in small is to run."""

    directory: Path
    mongo: Mongo
    mongo_server: MongoServer
    nats_server: NatsServer


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def place(
    mongo_server: MongoServer, nats_server: NatsServer, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Place]:
    """A directory, a database and a message server."""
    directory = tmp_path_factory.mktemp("small")
    SchemaFiles.of([EstatePaid], directory / "events").write()
    mongo = await Mongo.connect(mongo_server.uri, new_id("tst"))
    yield Place(directory, mongo, mongo_server, nats_server)
    # After the service has stopped: the embedded store takes no drop beside a commit.
    await mongo.drop()
    mongo.close()


async def put_estates(mongo: Mongo) -> None:
    """Have three estates with nothing in their balances."""
    await mongo.collection("estates").delete_many({})
    await mongo.collection("estates").insert_many(
        [
            {"_id": "est_1", "name": "锦绣苑", "balance": 0, "areas": [f"district:{ZHANGGONG}"]},
            {"_id": "est_2", "name": "和谐家园", "balance": 0, "areas": [f"district:{ZHANGGONG}"]},
            {"_id": "est_3", "name": "南康花园", "balance": 0, "areas": [f"district:{NANKANG}"]},
        ]
    )


@asynccontextmanager
async def serving(place: Place, *, token_seconds: float = 3600.0, streams_max: int = 1000) -> AsyncIterator[Small]:
    """Run the service in small until the block ends."""
    parts = parts_of(Journal())
    settings = SmallSettings(
        environment="development",
        development_issuer_dir=place.directory / "issuer",
        mongo_uri=place.mongo_server.uri,
        mongo_database=place.mongo.name,
        nats_url=place.nats_server.url,
        event_schemas_dir=place.directory / "events",
        streams_max=streams_max,
    )
    await put_estates(place.mongo)
    app = build_app(parts, settings, verifier=CallersUntil(parts.clock, token_seconds))
    port = free_port()
    config = uvicorn.Config(app, port=port, ws="websockets-sansio", log_level="error", timeout_graceful_shutdown=5)
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve())
    try:
        await _ready(f"http://127.0.0.1:{port}/health/ready")
        yield Small(f"http://127.0.0.1:{port}/graphql", server, place.mongo)
    finally:
        server.should_exit = True
        await running


async def _ready(url: str) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS), httpx.AsyncClient() as client:
        while True:
            try:
                if (await client.get(url)).status_code == 200:
                    return
            except httpx.TransportError:
                pass  # Not listening yet.
            await asyncio.sleep(0.01)


# One service for the whole module, and fresh estates for each test: starting one takes half a second.
@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_small(place: Place) -> AsyncIterator[Small]:
    async with serving(place) as service:
        yield service


@pytest_asyncio.fixture(loop_scope="module")
async def small(shared_small: Small) -> Small:
    """The service in small with its usual settings."""
    await put_estates(shared_small.mongo)
    return shared_small


async def test_the_present_state_comes_first_and_then_every_change(small: Small) -> None:
    await small.pay("5.00")
    async with small.connected() as stream:
        await stream.follow()
        first = await stream.balance()
        for balance in ("15.00", "25.00"):
            await small.pay("10.00")
            await stream.until_balance(balance)

    assert first == "5.00"


async def test_several_follow_each_their_own_estate_over_one_connection_and_over_several(small: Small) -> None:
    async with small.connected() as one, small.connected() as other:
        for name in ("est_1", "est_2"):
            await one.follow(name, name)
            assert (await one.receive())["id"] == name
        await other.follow("est_1")
        await other.balance()
        await small.pay("1.00", "est_2")
        of_second = await one.receive()
        await small.pay("2.00", "est_1")
        of_first = await one.receive()

        assert [
            (each["id"], each["payload"]["data"]["estateChanged"]["balance"]) for each in (of_second, of_first)
        ] == [
            ("est_2", "1.00"),
            ("est_1", "2.00"),
        ]
        assert await other.balance() == "2.00"


@pytest.mark.parametrize(("token", "estate_id"), [("street", "est_unknown"), ("street", "est_3"), ("nobody", "est_1")])
async def test_an_estate_that_is_unknown_or_out_of_scope_is_not_found(small: Small, token: str, estate_id: str) -> None:
    async with small.connected(token=token) as stream:
        await stream.follow(estate_id)

        assert await stream.error_code() == "NOT_FOUND"


async def test_an_estate_that_leaves_the_scope_ends_the_stream_untold(small: Small) -> None:
    async with small.connected() as stream:
        await stream.follow()
        await stream.balance()
        await small.mongo.collection("estates").update_one(
            {"_id": "est_1"}, {"$set": {"areas": [f"district:{NANKANG}"]}}
        )
        await small.pay()

        assert await stream.error_code() == "NOT_FOUND"
        await stream.follow("est_2")
        assert await stream.balance() == "0.00"


@pytest.mark.parametrize("token", [None, "stranger"])
async def test_without_a_believed_token_there_is_no_connection(small: Small, token: str | None) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with small.connected(token=token):
            raise AssertionError("connected")

    assert refused.value.response.status_code == 401


async def test_the_connection_ends_with_the_token(place: Place) -> None:
    async with (
        serving(place, token_seconds=1 - LEEWAY_SECONDS) as small,
        small.connected() as stream,
    ):
        await stream.follow()

        assert await stream.closed_with() == 4403
    assert REGISTRY.get_sample_value("anju_graphql_streams") == 0


async def test_more_subscriptions_than_the_limit_are_refused_by_type(place: Place) -> None:
    async with serving(place, streams_max=2) as small, small.connected() as stream:
        for name in ("1", "2"):
            await stream.follow(name=name)
            await stream.balance()
        await stream.follow(name="3")
        refused = await stream.error_code()
        await stream.send(type="complete", id="1")
        await stream.follow(name="4")

        assert (refused, await stream.balance()) == ("TOO_MANY_SUBSCRIPTIONS", "0.00")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("subscription { nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription {", "GRAPHQL_PARSE_FAILED"),
        ("{ today }", "BAD_REQUEST"),
        ("mutation { pay { replayed } }", "BAD_REQUEST"),
        ("", "BAD_REQUEST"),
    ],
)
async def test_what_is_no_subscription_is_refused_and_the_connection_stays(small: Small, query: str, code: str) -> None:
    async with small.connected() as stream:
        await stream.follow(query=query)
        refused = await stream.error_code()
        await stream.follow()

        assert (refused, await stream.balance()) == (code, "0.00")


async def test_a_fault_is_masked_and_logged_with_its_trace(small: Small, caplog: pytest.LogCaptureFixture) -> None:
    async with small.connected() as stream:
        with caplog.at_level(logging.ERROR, logger="kit.graphql.faults"):
            await stream.follow("est_broken")
            message = await stream.receive()

    [error] = message["payload"]
    assert (message["type"], error["extensions"]["code"]) == ("error", "INTERNAL")
    assert "张三" not in str(message)
    assert [type(record.exc_info[1]) for record in caplog.records if record.exc_info] == [ZeroDivisionError]


async def test_a_value_that_json_has_no_form_for_is_a_fault(small: Small) -> None:
    async with small.connected() as stream:
        await stream.follow(query=FOLLOW.replace("balance", "tally"))

        assert await stream.error_code() == "INTERNAL"


async def test_without_the_store_the_client_is_sent_away_to_come_back(small: Small) -> None:
    async with small.connected() as stream:
        for name in ("1", "2"):
            await stream.follow("est_storeless", name)

        assert await stream.closed_with() == 1013


INIT = {"type": "connection_init"}
SUBSCRIBE = {"type": "subscribe", "id": "1", "payload": {"query": FOLLOW, "variables": {"id": "est_1"}}}


async def test_who_breaks_the_protocol_is_cut_off_with_its_code(small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    breaches: list[tuple[list[dict[str, Any]], int]] = [
        ([SUBSCRIBE], 4401),
        ([INIT, INIT], 4429),
        ([INIT, SUBSCRIBE, SUBSCRIBE], 4409),
        ([INIT, {"type": "subscribe", "payload": {"query": FOLLOW}}], 4400),
        ([{"type": "unheard-of"}], 4400),
        ([INIT, {"type": "unheard-of"}], 4400),
        ([INIT, {"no": "type"}], 4400),
    ]
    codes = []
    for messages, _ in breaches:
        async with small.connected(initialise=False) as stream:
            for message in messages:
                await stream.send(**message)
            codes.append(await stream.closed_with())
    async with small.connected() as stream:
        await stream.connection.send("hello")
        codes.append(await stream.closed_with())

    assert codes == [*(code for _, code in breaches), 4400]


async def test_who_does_not_introduce_himself_in_time_is_cut_off(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subscriptions, "INITIALISATION_SECONDS", 0.05)
    async with (
        serving(place) as small,
        small.connected(initialise=False) as stream,
    ):
        assert await stream.closed_with() == 4408


async def test_another_protocol_is_not_spoken(small: Small) -> None:
    headers = {"authorization": "Bearer street"}
    async with connect(small.url.replace("http", "ws", 1), additional_headers=headers, proxy=None) as connection:
        await asyncio.wait_for(connection.wait_closed(), PATIENCE_SECONDS)

    assert connection.close_code == 4406


async def test_a_client_that_leaves_is_counted_no_more(small: Small) -> None:
    async with small.connected() as stream:
        await stream.follow()
        await stream.balance()
        open_streams = REGISTRY.get_sample_value("anju_graphql_streams")

    async def none_is_open() -> bool:
        return REGISTRY.get_sample_value("anju_graphql_streams") == 0

    await until(none_is_open)
    assert open_streams == 1


async def test_a_stopping_service_sends_its_clients_away_to_come_back(place: Place) -> None:
    async with serving(place) as small, small.connected() as stream:
        await stream.follow()
        await stream.balance()
        small.server.should_exit = True

        assert await stream.closed_with() == 1012
