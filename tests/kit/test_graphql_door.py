"""A service in small behind its real HTTP door, over the real store."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
import strawberry
from fastapi import FastAPI

from kit.graphql.door import body_digest
from kit.graphql.scalars import Json
from kit.graphql.schema import print_sdl
from kit.ids import new_id
from kit.money import Fen
from kit.service import build_app
from tests.kit.small_service import (
    LABELS,
    NANKANG,
    SCHEMA,
    ZHANGGONG,
    EstatePaid,
    Journal,
    NamedCallers,
    PayInput,
    SmallSettings,
    parts_of,
)
from tests.servers import MongoServer, NatsServer


@dataclass
class Client:
    """The service in small as its callers meet it."""

    app: FastAPI
    http: httpx.AsyncClient
    journal: Journal

    async def post(self, query: str, *, token: str | None = "auditor", **variables: Any) -> httpx.Response:
        headers = {} if token is None else {"authorization": f"Bearer {token}"}
        return await self.http.post("/graphql", json={"query": query, "variables": variables}, headers=headers)

    async def ask(self, query: str, *, token: str = "auditor", **variables: Any) -> dict[str, Any]:
        response = await self.post(query, token=token, **variables)
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer

    async def error_of(self, query: str, **variables: Any) -> dict[str, Any]:
        errors = (await self.ask(query, **variables))["errors"]
        assert len(errors) == 1
        error: dict[str, Any] = errors[0]
        return error


def settings_of(mongo_server: MongoServer, nats_server: NatsServer, directory: Path) -> SmallSettings:
    return SmallSettings(
        environment="development",
        development_issuer_dir=directory / "issuer",
        mongo_uri=mongo_server.uri,
        mongo_database=new_id("tst"),
        nats_url=nats_server.url,
        max_body_bytes=20_000,
    )


@asynccontextmanager
async def running_client(settings: SmallSettings) -> AsyncIterator[Client]:
    journal = Journal()
    app = build_app(parts_of(journal), settings, verifier=NamedCallers())
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://small") as http:
            for _ in range(3000):
                if (await http.get("/health/ready")).status_code == 200:
                    break
                await asyncio.sleep(0.01)
            yield Client(app, http, journal)
            await app.state.service.running.mongo.drop()


# One service for the whole module, and fresh estates for each test: starting one takes half a second.
@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_client(
    mongo_server: MongoServer, nats_server: NatsServer, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Client]:
    async with running_client(settings_of(mongo_server, nats_server, tmp_path_factory.mktemp("small"))) as client:
        yield client


@pytest_asyncio.fixture(loop_scope="module")
async def client(shared_client: Client) -> Client:
    vars(shared_client.journal).update(vars(Journal()))
    mongo = shared_client.app.state.service.running.mongo
    for collection in ("estates", "idempotency"):
        await mongo.collection(collection).delete_many({})
    await mongo.collection("estates").insert_many(
        [
            {"_id": "est_1", "name": "锦绣苑", "balance": 0, "areas": [f"district:{ZHANGGONG}"]},
            {"_id": "est_2", "name": "和谐家园", "balance": 0, "areas": [f"district:{ZHANGGONG}"]},
            {"_id": "est_3", "name": "南康花园", "balance": 0, "areas": [f"district:{NANKANG}"]},
        ]
    )
    return shared_client


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def production_client(
    mongo_server: MongoServer, nats_server: NatsServer, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Client]:
    issuer = {"issuer": "https://login.example", "audience": "anju", "jwks_url": "https://login.example/jwks"}
    development = settings_of(mongo_server, nats_server, tmp_path_factory.mktemp("production"))
    settings = SmallSettings(
        **development.model_dump(exclude={"environment", "issuers", "development_issuer_dir"}), issuers=[issuer]
    )
    async with running_client(settings) as client:
        yield client


pytestmark = [pytest.mark.store, pytest.mark.asyncio(loop_scope="module")]

PAY = """
mutation Pay($input: PayInput!) {
  pay(input: $input) {
    estate { id balance }
    replayed policyVersionId events { id type } warnings { code path } errors { code message path value }
  }
}
"""


def payment(**overrides: Any) -> dict[str, Any]:
    return {"idempotencyKey": new_id("key"), "estateId": "est_1", "amount": "20000.00", **overrides}


async def test_a_write_answers_with_the_entity_read_again(client: Client) -> None:
    answer = await client.ask(PAY, input=payment())

    announced = answer["data"]["pay"].pop("events")
    assert [(event["type"], event["id"].startswith("evt_")) for event in announced] == [(EstatePaid.type, True)]
    assert answer == {
        "data": {
            "pay": {
                "estate": {"id": "est_1", "balance": "20000.00"},
                "replayed": False,
                "policyVersionId": "360702-v1",
                "warnings": [{"code": "WARN:ROUND_AMOUNT", "path": ["input", "amount"]}],
                "errors": [],
            }
        }
    }


async def test_the_same_key_acts_once_and_says_so(client: Client) -> None:
    command = payment()
    first = (await client.ask(PAY, input=command))["data"]["pay"]

    second = (await client.ask(PAY, input=command))["data"]["pay"]

    assert second == first | {"replayed": True}
    assert client.journal.runs == 1


async def test_the_same_key_with_another_body_is_a_duplicate(client: Client) -> None:
    command = payment()
    await client.ask(PAY, input=command)

    payload = (await client.ask(PAY, input=command | {"amount": "20000.01"}))["data"]["pay"]

    assert [error["code"] for error in payload["errors"]] == ["DUPLICATE"]
    assert payload["estate"] is None


async def test_two_callers_may_choose_the_same_key(client: Client) -> None:
    command = payment()
    await client.ask(PAY, input=command)

    payload = (await client.ask(PAY, token="street", input=command))["data"]["pay"]

    assert (payload["replayed"], payload["estate"]["balance"]) == (False, "40000.00")


async def test_a_refusal_is_typed_writes_nothing_and_leaves_the_key_free(client: Client) -> None:
    command = payment(amount="0.99")

    refused = (await client.ask(PAY, input=command))["data"]["pay"]
    client.journal.minimum_fen = 1
    done = (await client.ask(PAY, input=command))["data"]["pay"]

    assert refused["errors"] == [
        {"code": "PRECONDITION", "message": "too little", "path": ["input", "amount"], "value": "99"}
    ]
    assert (refused["estate"], refused["policyVersionId"], refused["replayed"]) == (None, None, False)
    assert (done["estate"]["balance"], done["replayed"]) == ("0.99", False)


@pytest.mark.parametrize("key", ["", " ", "x" * 129, " x", "a\nb", "\u0000"])
async def test_a_key_that_is_no_key_is_refused(client: Client, key: str) -> None:
    payload = (await client.ask(PAY, input=payment(idempotencyKey=key)))["data"]["pay"]

    assert [(error["code"], error["path"]) for error in payload["errors"]] == [
        ("VALIDATION", ["input", "idempotencyKey"])
    ]
    assert client.journal.runs == 0


@pytest.mark.parametrize(("length", "accepted"), [(500, True), (501, False)])
async def test_a_reason_has_at_most_five_hundred_characters(client: Client, length: int, accepted: bool) -> None:
    payload = (await client.ask(PAY, input=payment(reason="事" * length)))["data"]["pay"]

    assert [error["code"] for error in payload["errors"]] == ([] if accepted else ["VALIDATION"])


@pytest.mark.parametrize("amount", [20000, 20000.0, "20000", "20000.000", "2e4", "-1.00", "NaN", True, "1" * 65, {}])
async def test_money_that_is_not_exact_is_refused_and_named(client: Client, amount: object) -> None:
    error = await client.error_of(PAY, input=payment(amount=amount))

    assert error["extensions"]["code"] == "VALIDATION"
    assert str(amount)[:64] in (error["extensions"]["value"], error["message"])
    assert client.journal.runs == 0


@pytest.mark.parametrize("literal", ["20000", "20000.00", '"20000"', "true", '["1.00", "2.00"]'])
async def test_money_in_the_document_is_held_to_the_same(client: Client, literal: str) -> None:
    error = await client.error_of(f"{{ echo(money: {literal}) }}")

    assert error["extensions"]["code"] in {"VALIDATION", "GRAPHQL_VALIDATION_FAILED"}


@pytest.mark.parametrize(
    ("argument", "literal"),
    [
        ("on", '"2025-02-29"'),
        ("on", '"20250301"'),
        ("on", '"2025-W09-6"'),
        ("on", "20250301"),
        ("at", '"2025-03-01T08:00:00"'),
        ("at", '"2025-03-01"'),
        ("at", '"yesterday"'),
        ("district", '"36070"'),
        ("district", '"３６０７０２"'),
        ("district", "360702"),
        ("ratio", '"1.00001"'),
        ("ratio", "0.5"),
        ("kind", '"OLD"'),
        ("kind", "NEWISH"),
    ],
)
async def test_other_scalars_are_as_strict(client: Client, argument: str, literal: str) -> None:
    error = await client.error_of(f"{{ echo({argument}: {literal}) }}")

    assert error["extensions"]["code"] in {"VALIDATION", "GRAPHQL_VALIDATION_FAILED"}


async def test_well_written_scalars_arrive_as_the_kits_types(client: Client) -> None:
    answer = await client.ask(
        '{ echo(money: "0.01", on: "2025-03-01", district: "360702", ratio: "0.6667", kind: OLD) at today }'
    )

    assert answer["data"]["echo"] == "[1, datetime.date(2025, 3, 1), '360702', 6667, <EstateKind.OLD: 'OLD'>]"
    assert answer["data"]["at"] == "2025-03-01T00:00:00.000Z"
    assert answer["data"]["today"] == "2026-03-05"  # 00:30 of the next day in China.


async def test_references_are_read_at_once_in_the_order_asked_and_null_when_unknown_or_out_of_scope(
    client: Client,
) -> None:
    ids = ["est_3", "est_2", "est_unknown", "est_1", "est_2"]

    answer = await client.ask(
        "query($all: [_Any!]!) { _entities(representations: $all) { ... on Estate { id twin { id } } } }",
        token="street",
        all=[{"__typename": "Estate", "id": each} for each in ids],
    )

    found = [entity and entity["id"] for entity in answer["data"]["_entities"]]
    assert found == [None, "est_2", None, "est_1", "est_2"]
    assert client.journal.loads == [["est_3", "est_2", "est_unknown", "est_1"]]


async def test_one_bad_representation_nulls_itself_alone(client: Client) -> None:
    answer = await client.ask(
        "query($all: [_Any!]!) { _entities(representations: $all) { __typename } }",
        all=[
            {"__typename": "Estate", "id": "est_1"},
            {"__typename": "Nothing", "id": "est_1"},
            {"__typename": "Estate", "code": "est_1"},
            {"__typename": "Estate"},
            {"__typename": "Fen"},
            {"id": "est_1"},
            "est_1",
            {"__typename": ["Estate"], "id": "est_1"},
        ],
    )

    assert answer["data"]["_entities"] == [{"__typename": "Estate"}] + [None] * 7
    assert [error["path"] for error in answer["errors"]] == [["_entities", place] for place in range(1, 8)]
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"VALIDATION"}


@pytest.mark.parametrize(("token", "found"), [("auditor", True), ("street", True), ("nobody", False)])
async def test_out_of_scope_reads_like_not_existing(client: Client, token: str, found: bool) -> None:
    answer = await client.ask('{ estate(id: "est_1") { id } }', token=token)

    assert answer == {"data": {"estate": {"id": "est_1"} if found else None}}


@pytest.mark.parametrize("first", [0, 101, -1])
async def test_a_refusal_of_a_read_is_typed(client: Client, first: int) -> None:
    error = await client.error_of(f"{{ estates(first: {first}) {{ totalCount }} }}")

    assert error["extensions"] == {"code": "VALIDATION", "value": str(first), "inputPath": ["first"]}


@pytest.mark.parametrize(
    ("selection", "totals"),
    [
        ("pageInfo { hasNextPage }", 0),
        ("totalCount", 1),
        ("n: totalCount", 1),
        ("... on EstateConnection { totalCount }", 1),
        ("...F", 1),
    ],
)
async def test_the_total_is_counted_only_when_selected(client: Client, selection: str, totals: int) -> None:
    fragment = "fragment F on EstateConnection { totalCount }" if selection == "...F" else ""

    await client.ask(f"{{ estates {{ {selection} }} }} {fragment}")

    assert client.journal.totals == totals


async def test_a_fault_is_masked_logged_once_and_found_by_its_trace(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    trace_id = "4bf92f3577b34da6a3ce929d0e0e4736"
    with caplog.at_level(logging.ERROR):
        response = await client.http.post(
            "/graphql",
            json={"query": "{ broken }"},
            headers={"authorization": "Bearer auditor", "traceparent": f"00-{trace_id}-00f067aa0ba902b7-01"},
        )

    error = response.json()["errors"][0]
    assert error["extensions"] == {"code": "INTERNAL", "traceId": trace_id}
    assert "张三" not in response.text
    faults = [record for record in caplog.records if record.name == "kit.graphql.faults"]
    assert [record.exc_info[0] for record in faults if record.exc_info] == [ZeroDivisionError]


async def test_a_fault_in_a_write_is_masked_and_rolled_back(client: Client) -> None:
    error = await client.error_of(PAY, input=payment(reason="break"))

    assert (error["extensions"]["code"], error["path"]) == ("INTERNAL", ["pay"])
    assert "张三" not in json.dumps(error, ensure_ascii=False)
    assert (await client.ask('{ estate(id: "est_1") { balance } }'))["data"]["estate"]["balance"] == "0.00"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ estat(id: 1) { id } }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ estate { id } }", "GRAPHQL_VALIDATION_FAILED"),
        ("query($x: Int) { today }", "GRAPHQL_VALIDATION_FAILED"),
    ],
)
async def test_mistakes_in_a_query_are_not_masked(client: Client, query: str, code: str) -> None:
    error = await client.error_of(query)

    assert error["extensions"]["code"] == code
    assert "trace" not in error["message"]


@pytest.mark.parametrize(
    ("content", "content_type", "status", "code"),
    [
        (b"{", "application/json", 400, "BAD_REQUEST"),
        (b"", "application/json", 400, "BAD_REQUEST"),
        (b"\xff", "application/json", 400, "BAD_REQUEST"),
        (b"[]", "application/json", 400, "BAD_REQUEST"),
        (b'[{"query": "{ today }"}]', "application/json", 400, "BAD_REQUEST"),
        (b"{}", "application/json", 400, "BAD_REQUEST"),
        (b'{"query": 1}', "application/json", 400, "BAD_REQUEST"),
        (b'{"query": " "}', "application/json", 400, "BAD_REQUEST"),
        (b'{"query": "{ today }", "variables": []}', "application/json", 400, "BAD_REQUEST"),
        (b'{"query": "{ today }", "variables": {"x": NaN}}', "application/json", 400, "BAD_REQUEST"),
        (b'{"query": "{ today }", "operationName": "a b"}', "application/json", 400, "BAD_REQUEST"),
        (b'{"query": "{ today }", "operationName": "Other"}', "application/json", 400, "BAD_REQUEST"),
        (b"[" * 10_000, "application/json", 400, "BAD_REQUEST"),
        (b'{"query": "{ today }"}', "text/plain", 415, "UNSUPPORTED_CONTENT_TYPE"),
        (b'{"query": "{ today }"}', "", 415, "UNSUPPORTED_CONTENT_TYPE"),
        (b"query=x", "application/x-www-form-urlencoded", 415, "UNSUPPORTED_CONTENT_TYPE"),
        (b" " * 20_001, "application/json", 413, "BODY_TOO_LARGE"),
    ],
)
async def test_what_is_no_graphql_request_is_refused_by_type(
    client: Client, content: bytes, content_type: str, status: int, code: str
) -> None:
    response = await client.http.post(
        "/graphql", content=content, headers={"content-type": content_type, "authorization": "Bearer auditor"}
    )

    assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (status, code)


async def test_a_body_that_never_ends_is_cut_off(client: Client) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 1
            yield b" " * 1000

    response = await client.http.post(
        "/graphql",
        content=endless(),
        headers={"content-type": "application/json", "authorization": "Bearer auditor"},
    )

    assert response.status_code == 413
    assert sent <= 22


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "HEAD"])
async def test_only_post_is_answered(client: Client, method: str) -> None:
    response = await client.http.request(method, "/graphql", headers={"authorization": "Bearer auditor"})

    assert response.status_code == 405


@pytest.mark.parametrize("token", [None, "forged"])
async def test_without_a_believed_token_nothing_is_answered(client: Client, token: str | None) -> None:
    response = await client.post('{ estate(id: "est_1") { id } }', token=token)

    assert response.status_code == 401
    assert response.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("{ _service { sdl } }", 200),
        ("query S { __typename _service { sdl } }", 200),
        ("{ _service { sdl } today }", 401),
        ("{ _service { sdl } ... on Query { today } }", 401),
        ("{ _service { sdl } ...F } fragment F on Query { today }", 401),
        ("{ __schema { types { name } } }", 401),
        ("{ _entities(representations: []) { __typename } }", 401),
        ('mutation { pay(input: {idempotencyKey: "k", estateId: "e", amount: "1.00"}) { replayed } }', 401),
        ("{", 401),
    ],
)
async def test_in_development_the_sdl_alone_needs_no_token(client: Client, query: str, status: int) -> None:
    response = await client.post(query, token=None)

    assert response.status_code == status
    if status == 200:
        assert response.json()["data"]["_service"]["sdl"].strip() == print_sdl(SCHEMA).strip()


async def test_in_production_the_sdl_needs_a_token_and_introspection_is_off(production_client: Client) -> None:
    assert (await production_client.post("{ _service { sdl } }", token=None)).status_code == 401

    for query in ("{ __schema { __typename } }", '{ __type(name: "Estate") { __typename } }'):
        error = await production_client.error_of(query)
        assert error["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    assert (await production_client.ask("{ __typename }"))["data"] == {"__typename": "Query"}


async def test_in_production_mistakes_are_answered_without_the_names_that_exist(production_client: Client) -> None:
    error = await production_client.error_of("{ estat { id } }")

    assert error["message"] == "Cannot query field 'estat' on type 'Query'."


async def test_in_development_introspection_answers(client: Client) -> None:
    answer = await client.ask('{ __type(name: "Estate") { name } }')

    assert answer["data"] == {"__type": {"name": "Estate"}}


async def test_a_request_that_takes_too_long_ends_in_bounded_time(
    mongo_server: MongoServer, nats_server: NatsServer, tmp_path: Path
) -> None:
    settings = settings_of(mongo_server, nats_server, tmp_path).model_copy(update={"request_seconds": 0.05})

    async with running_client(settings) as client:
        response = await client.post("{ slow }")

    assert response.status_code == 504
    assert response.json()["errors"][0]["extensions"]["code"] == "TIMEOUT"


async def test_labels_come_in_chinese_and_in_english(client: Client) -> None:
    chinese = await client.ask('{ registryEnumLabels(names: ["EstateKind"]) { name values { value label } } }')
    english = await client.ask("{ registryEnumLabels(locale: EN) { name values { label } } }")

    assert chinese["data"]["registryEnumLabels"] == [
        {
            "name": "EstateKind",
            "values": [
                {"value": "OLD", "label": "老旧小区"},
                {"value": "NEW_COMMERCIAL", "label": "新建商品房小区"},
            ],
        }
    ]
    assert [each["name"] for each in english["data"]["registryEnumLabels"]] == ["EstateKind", "Locale"]
    assert LABELS.missing(SCHEMA) == []


async def test_labels_of_an_unknown_enum_are_refused_and_named(client: Client) -> None:
    error = await client.error_of('{ registryEnumLabels(names: ["Estate"]) { name } }')

    assert error["extensions"] == {"code": "VALIDATION", "value": "Estate", "inputPath": ["names"]}


async def test_readiness_says_what_is_missing(client: Client) -> None:
    client.journal.minimum_fen = 0

    response = await client.http.get("/health/ready")

    assert (response.status_code, response.json()["problems"]) == (503, {"policies": "lacks policy 360702-v2"})


async def test_metrics_count_writes_by_outcome(client: Client) -> None:
    await client.ask(PAY, input=payment(amount="0.10"))

    text = (await client.http.get("/metrics")).text

    assert 'anju_writes_total{outcome="PRECONDITION",write="pay"}' in text


async def test_equal_inputs_digest_alike_and_different_ones_do_not() -> None:
    def digest(**overrides: Any) -> str:
        fields = {"idempotency_key": "k", "estate_id": strawberry.ID("e"), "amount": Fen(1), **overrides}
        return body_digest(PayInput(**fields))

    assert digest(note=Json({"a": 1, "b": [True, None]})) == digest(note=Json({"b": [True, None], "a": 1}))
    different = [
        digest(),
        digest(amount=Fen(2)),
        digest(reason="x"),
        digest(note=Json({"a": 1})),
        digest(note=Json({"a": "1"})),
        digest(note=Json({"a": 1.0})),
        digest(note=Json({"a": True})),
        digest(note=Json(["a", 1])),
    ]
    assert len(set(different)) == len(different)
