"""A service as a process of its own: it starts, serves, traces, drains, and never dies silently."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from kit import telemetry_names
from kit.development_issuer import mint_token
from kit.event_schemas import SchemaFiles
from kit.mongo import Mongo
from tests.kit.small_service import EstatePaid
from tests.otlp_receiver import otlp_receiver
from tests.servers import MongoServer, NatsServer, free_port

pytestmark = pytest.mark.system

ROOT = Path(__file__).parents[2]
TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736"
SPAN_ID = "00f067aa0ba902b7"


@dataclass
class Process:
    """The service in small, running."""

    process: subprocess.Popen[str]
    url: str
    token: str
    directory: Path

    async def wait_until_ready(self) -> None:
        async with httpx.AsyncClient() as client:
            for _ in range(600):
                assert self.process.poll() is None, self.log()
                try:
                    if (await client.get(f"{self.url}/health/ready")).status_code == 200:
                        return
                except httpx.TransportError:
                    pass  # Not listening yet.
                await asyncio.sleep(0.05)
        raise AssertionError(f"never ready: {self.log()}")

    async def post(self, query: str, **headers: str) -> httpx.Response:
        async with httpx.AsyncClient(timeout=30) as client:
            return await client.post(
                f"{self.url}/graphql",
                json={"query": query},
                headers={"authorization": f"Bearer {self.token}", **headers},
            )

    async def metrics(self) -> str:
        async with httpx.AsyncClient() as client:
            return (await client.get(f"{self.url}/metrics")).text

    async def exit_code(self) -> int:
        return await asyncio.to_thread(self.process.wait, 30)

    def log(self) -> str:
        return (self.directory / "log").read_text(encoding="utf-8")

    def spans(self) -> list[dict[str, Any]]:
        text = (self.directory / "spans.jsonl").read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines()]


@contextmanager
def running_small_service(directory: Path, environment: dict[str, str], *arguments: str) -> Iterator[Process]:
    port = free_port()
    settings = {
        "ANJU_ENVIRONMENT": "development",
        "ANJU_DEVELOPMENT_ISSUER_DIR": str(directory / "issuer"),
        "ANJU_TRACE_FILE": str(directory / "spans.jsonl"),
        **environment,
    }
    with (directory / "log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.kit.small_service", "serve", "--port", str(port), *arguments],
            cwd=ROOT,
            env={**os.environ, **settings},
            stdout=log,
            stderr=subprocess.STDOUT,
            text=True,
        )
        token = mint_token(directory / "issuer", "chen", ["STREET"], ["*"])
        try:
            yield Process(process, f"http://127.0.0.1:{port}", token, directory)
        finally:
            process.kill()
            process.wait()


@pytest.fixture
def environment(mongo: Mongo, mongo_server: MongoServer, nats_server: NatsServer, tmp_path: Path) -> dict[str, str]:
    SchemaFiles.of([EstatePaid], tmp_path / "events").write()
    return {
        "ANJU_MONGO_URI": mongo_server.uri,
        "ANJU_MONGO_DATABASE": mongo.name,
        "ANJU_NATS_URL": nats_server.url,
        "ANJU_EVENT_SCHEMAS_DIR": str(tmp_path / "events"),
    }


@pytest.fixture
def small(environment: dict[str, str], tmp_path: Path) -> Iterator[Process]:
    with running_small_service(tmp_path, environment) as process:
        yield process


PAY = 'mutation { pay(input: {idempotencyKey: "k-1", estateId: "est_1", amount: "1.00"}) { errors { code } } }'


async def test_a_write_is_one_trace_from_the_callers_span_over_the_store_to_the_reaction(
    small: Process, mongo: Mongo
) -> None:
    await mongo.collection("estates").insert_one({"_id": "est_1", "name": "锦绣苑", "balance": 0, "areas": []})
    await small.wait_until_ready()

    response = await small.post(PAY, traceparent=f"00-{TRACE_ID}-{SPAN_ID}-01")
    for _ in range(600):
        if await mongo.collection("payments").find_one({"_id": "est_1"}) is not None:
            break
        await asyncio.sleep(0.05)
    small.process.terminate()

    assert response.json() == {"data": {"pay": {"errors": []}}}
    assert await small.exit_code() == 0
    spans = {span["name"]: span for span in small.spans() if span["traceId"] == TRACE_ID}
    assert spans["graphql_request"]["parentSpanId"] == SPAN_ID
    assert spans["pay"]["parentSpanId"] == spans["graphql_request"]["spanId"]
    assert {"event_publish", "event_react"} <= spans.keys()
    stores = [span for span in spans.values() if span["attributes"].get("db.system") == "mongodb"]
    assert {span["parentSpanId"] for span in stores} >= {spans["pay"]["spanId"]}
    assert "锦绣苑" not in json.dumps(stores, ensure_ascii=False)
    assert "est_1" not in json.dumps(stores)


async def test_a_running_service_sends_its_traces_and_metrics_over_otlp_and_shows_the_same_metrics(
    environment: dict[str, str], tmp_path: Path
) -> None:
    with otlp_receiver() as collector:
        often = {"OTEL_METRIC_EXPORT_INTERVAL": "200", "OTEL_BSP_SCHEDULE_DELAY": "200"}
        environment |= {"ANJU_OTLP_ENDPOINT": collector.url, **often}
        with running_small_service(tmp_path, environment) as small:
            await small.wait_until_ready()

            await small.post("{ today }", traceparent=f"00-{TRACE_ID}-{SPAN_ID}-01")

            counter = await asyncio.to_thread(collector.wait_for_metric, telemetry_names.METRIC_REQUESTS, status="200")
            gauge = await asyncio.to_thread(collector.wait_for_metric, telemetry_names.METRIC_READY)
            histogram = await asyncio.to_thread(collector.wait_for_metric, telemetry_names.METRIC_REQUEST_SECONDS)
            service, span = await asyncio.to_thread(collector.wait_for_span, telemetry_names.SPAN_REQUEST)
            page = await small.metrics()

    assert (counter.service, counter.kind, counter.value) == ("small", "sum", 1)
    assert (gauge.service, gauge.kind, gauge.value) == ("small", "gauge", 1)
    assert (histogram.service, histogram.kind, histogram.value) == ("small", "histogram", 1)
    assert (service, span.trace_id.hex(), span.parent_span_id.hex()) == ("small", TRACE_ID, SPAN_ID)
    shown = page.splitlines()
    assert 'anju_graphql_requests_total{status="200"} 1.0' in shown
    assert "anju_ready 1.0" in shown
    assert "anju_graphql_request_seconds_count 1.0" in shown
    # Whoever follows the relay finds its figures before the first event.
    assert 'anju_events_published_total{service="small"} 0.0' in shown
    assert 'anju_outbox_oldest_seconds{service="small"} 0.0' in shown


async def test_a_stopping_service_sends_what_it_has_not_sent_yet(environment: dict[str, str], tmp_path: Path) -> None:
    with (
        otlp_receiver() as collector,
        running_small_service(tmp_path, environment | {"ANJU_OTLP_ENDPOINT": collector.url}) as small,
    ):
        await small.wait_until_ready()
        await small.post("{ today }")

        small.process.terminate()

        assert await small.exit_code() == 0
        assert collector.wait_for_metric(telemetry_names.METRIC_REQUESTS, status="200").value == 1
        assert collector.wait_for_span(telemetry_names.SPAN_REQUEST)[0] == "small"


async def test_a_collector_that_does_not_answer_holds_up_neither_requests_nor_the_end(
    environment: dict[str, str], tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with running_small_service(tmp_path, environment | {"ANJU_OTLP_ENDPOINT": endpoint}) as small:
            await small.wait_until_ready()
            response = await small.post("{ today }")

            small.process.terminate()

            assert response.status_code == 200
            assert await small.exit_code() == 0


async def test_a_request_in_flight_is_finished_before_the_process_ends(small: Process) -> None:
    await small.wait_until_ready()
    asked = asyncio.create_task(small.post("{ nap(milliseconds: 1500) }"))
    await asyncio.sleep(0.5)

    small.process.terminate()
    response = await asked

    assert response.json() == {"data": {"nap": "rested"}}
    assert await small.exit_code() == 0


async def test_a_dead_background_task_ends_the_process_with_its_reason(small: Process, mongo: Mongo) -> None:
    await small.wait_until_ready()

    await mongo.collection("estates").insert_one({"_id": "est_broken", "name": "x", "balance": 0, "areas": []})

    assert await small.exit_code() == 1
    lines = [json.loads(line) for line in small.log().splitlines()]
    assert any(line["message"].startswith("small stopped: background task 'heart'") for line in lines)


async def test_without_a_store_the_process_lives_is_unready_and_answers_typed(tmp_path: Path) -> None:
    nowhere = f"mongodb://127.0.0.1:{free_port()}/?serverSelectionTimeoutMS=200"
    with running_small_service(tmp_path, {"ANJU_MONGO_URI": nowhere}) as small:
        async with httpx.AsyncClient() as client:
            for _ in range(600):
                try:
                    live = await client.get(f"{small.url}/health/live")
                    break
                except httpx.TransportError:
                    await asyncio.sleep(0.05)
            ready = await client.get(f"{small.url}/health/ready")
        answer = await small.post("{ today }")
        small.process.send_signal(signal.SIGTERM)

        assert live.status_code == 200
        assert (ready.status_code, ready.json()["problems"]) == (503, {"start": "not connected to the store yet"})
        assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (503, "UNAVAILABLE")
        assert await small.exit_code() == 0


@pytest.mark.parametrize(
    ("environment", "reason"),
    [
        ({"ANJU_ENVIRONMENT": "production"}, "production refuses a development issuer"),
        ({"ANJU_DEVELOPMENT_ISSUER_DIR": "", "ANJU_ENVIRONMENT": "production"}, "at least one issuer"),
        ({"ANJU_PORT": "x"}, "port"),
        ({"ANJU_ISSUERS": "not json"}, "issuers"),
    ],
)
async def test_unsafe_or_malformed_settings_end_the_start_with_the_reason(
    tmp_path: Path, environment: dict[str, str], reason: str
) -> None:
    with running_small_service(tmp_path, environment) as small:
        assert await small.exit_code() == 2
        assert reason in small.log()
        assert "Traceback" not in small.log()


async def test_a_taken_port_ends_the_start_with_the_reason(small: Process, tmp_path: Path, mongo: Mongo) -> None:
    await small.wait_until_ready()
    other = tmp_path / "other"
    other.mkdir()
    port = small.url.rpartition(":")[2]

    with running_small_service(other, {"ANJU_MONGO_DATABASE": mongo.name}, "--port", port) as second:
        assert await second.exit_code() == 1
        assert f"('127.0.0.1', {port})" in second.log()
