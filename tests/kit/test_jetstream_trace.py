"""One trace runs from the announcing unit of work over the relay to the reaction and what that announces."""

from collections.abc import AsyncIterator, Iterator

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from kit import telemetry_names as names
from kit.jetstream import JetStream, ensure_streams
from kit.mongo import Mongo
from kit.telemetry import span
from tests.messaging import (
    Listener,
    a_consumer,
    a_relay,
    connected,
    note_written,
    outbox_entries,
    running,
    service_database,
    until,
    write_notes,
)
from tests.servers import MongoServer, NatsServer

pytestmark = pytest.mark.store


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    """Record spans in memory for the length of the test."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "get_tracer", provider.get_tracer)
    yield exporter
    provider.shutdown()


@pytest.fixture
async def announcing(mongo_server: MongoServer, fresh_database: str) -> AsyncIterator[Mongo]:
    async with service_database(mongo_server.uri, f"{fresh_database}_a") as mongo:
        yield mongo


@pytest.fixture
async def listener(mongo_server: MongoServer, fresh_database: str) -> AsyncIterator[Listener]:
    async with service_database(mongo_server.uri, f"{fresh_database}_l") as mongo:
        yield Listener(mongo)


@pytest.fixture
async def jetstream(own_nats_server: NatsServer) -> AsyncIterator[JetStream]:
    async with connected(own_nats_server) as jetstream:
        await ensure_streams(jetstream, ["registry", "finance"])
        yield jetstream


async def test_one_trace_runs_through_two_services(
    announcing: Mongo, listener: Listener, jetstream: JetStream, spans: InMemorySpanExporter
) -> None:
    with span("write_note") as writing:
        await write_notes(announcing, note_written("nte_1", 1))
    async with running(a_relay(announcing, jetstream).run(), a_consumer(listener, jetstream).run()):

        async def kept() -> bool:
            return await listener.kept() == {"nte_1": [1]}

        await until(kept)

    trace_id = writing.get_span_context().trace_id
    publish, react = (
        _only(finished for finished in spans.get_finished_spans() if finished.name == name)
        for name in (names.SPAN_EVENT_PUBLISH, names.SPAN_EVENT_REACT)
    )
    assert publish.parent is not None
    assert publish.context is not None
    assert react.parent is not None
    assert react.context is not None
    assert publish.parent.span_id == writing.get_span_context().span_id
    assert react.parent.span_id == publish.context.span_id
    assert {publish.context.trace_id, react.context.trace_id} == {trace_id}
    (caused,) = await outbox_entries(listener.mongo)
    assert caused["headers"]["ce-traceparent"].startswith(f"00-{trace_id:032x}-{react.context.span_id:016x}-")


def _only(spans: Iterator[ReadableSpan]) -> ReadableSpan:
    (found,) = spans
    return found
