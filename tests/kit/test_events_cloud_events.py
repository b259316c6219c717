"""CloudEvents 1.0 in NATS headers: binary mode out, binary and structured mode in."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from kit.cloud_events import (
    Message,
    UnreadableCloudEvent,
    dead_letter_subject,
    read_message,
    subjects_of_aggregate,
    subjects_of_service,
    write_message,
)
from kit.events import ReceivedEvent

TRACE_PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def a_signed_contract() -> ReceivedEvent:
    return ReceivedEvent(
        id="evt_0192f0c1aaaa7bbb8ccc0123456789ab",
        type="registry.contract.signed",
        district="360702",
        aggregate_id="ctr_1",
        aggregate_version=3,
        time=datetime(2026, 3, 1, 16, 30, tzinfo=UTC),
        data={"occurredOn": "2026-03-02", "kind": "物业服务"},
        correlation_id="saga 1",
        causation_id="evt_0",
        policy_id="360702-v1",
        actor_id="操作员%1",
        trace_parent=TRACE_PARENT,
    )


def test_binary_mode_has_every_attribute_as_an_ascii_header() -> None:
    message = write_message(a_signed_contract())

    assert message.subject == "anju.v1.360702.registry.contract.signed"
    assert message.headers == {
        "ce-specversion": "1.0",
        "ce-id": "evt_0192f0c1aaaa7bbb8ccc0123456789ab",
        "ce-source": "/anju/360702/registry",
        "ce-type": "anju.registry.contract.signed.v1",
        "ce-subject": "ctr_1",
        "ce-time": "2026-03-02T00:30:00.000+08:00",
        "ce-datacontenttype": "application/json",
        "ce-dataschema": "/schemas/anju.registry.contract.signed.v1.json",
        "ce-aggversion": "3",
        "ce-policyid": "360702-v1",
        "ce-correlationid": "saga%201",
        "ce-causationid": "evt_0",
        "ce-actorid": "%E6%93%8D%E4%BD%9C%E5%91%98%251",
        "ce-traceparent": TRACE_PARENT,
        "Content-Type": "application/json",
        "Nats-Msg-Id": "evt_0192f0c1aaaa7bbb8ccc0123456789ab",
        "traceparent": TRACE_PARENT,
    }
    assert message.body.decode() == '{"occurredOn":"2026-03-02","kind":"物业服务"}'


def test_what_is_written_in_binary_mode_is_read_back() -> None:
    event = a_signed_contract()

    assert read_message(write_message(event)) == event


def test_absent_attributes_have_no_header() -> None:
    event = replace(
        a_signed_contract(), correlation_id=None, causation_id=None, policy_id=None, actor_id=None, trace_parent=None
    )

    headers = write_message(event).headers

    absent = {"ce-policyid", "ce-correlationid", "ce-causationid", "ce-actorid", "ce-traceparent", "traceparent"}
    assert not absent & set(headers)
    assert read_message(write_message(event)) == event


def test_structured_mode_is_read() -> None:
    attributes = {
        "specversion": "1.0",
        "id": "evt_1",
        "source": "/anju/360702/registry",
        "type": "anju.registry.contract.signed.v1",
        "subject": "ctr_1",
        "time": "2026-03-02T00:30:00+08:00",
        "aggversion": 3,
        "actorid": "操作员",
        "data": {"occurredOn": "2026-03-02"},
    }
    message = Message(
        "anju.v1.360702.registry.contract.signed",
        {"content-type": "application/cloudevents+json; charset=utf-8", "traceparent": TRACE_PARENT},
        json.dumps(attributes).encode(),
    )

    event = read_message(message)

    assert event == ReceivedEvent(
        id="evt_1",
        type="registry.contract.signed",
        district="360702",
        aggregate_id="ctr_1",
        aggregate_version=3,
        time=datetime(2026, 3, 1, 16, 30, tzinfo=UTC),
        data={"occurredOn": "2026-03-02"},
        actor_id="操作员",
        trace_parent=TRACE_PARENT,
    )


@pytest.mark.parametrize(
    ("header", "value", "complaint"),
    [
        ("ce-id", None, "attribute id is missing"),
        ("ce-specversion", "0.3", "specversion"),
        ("ce-type", "anju.registry.contract.signed.v2", "type"),
        ("ce-type", "anju.registry.signed.v1", "type"),
        ("ce-source", "/anju/360702/finance", "source"),
        ("ce-subject", "", "attribute subject is missing"),
        ("ce-time", "yesterday", "RFC 3339"),
        ("ce-time", "2026-03-02T00:30:00", "offset"),
        ("ce-aggversion", "0", "aggversion"),
        ("ce-aggversion", "-1", "aggversion"),
        ("ce-aggversion", None, "aggversion"),
    ],
)
def test_a_message_without_a_needed_attribute_is_refused(header: str, value: str | None, complaint: str) -> None:
    message = write_message(a_signed_contract())
    headers = {name: known for name, known in message.headers.items() if name != header}
    if value is not None:
        headers[header] = value

    with pytest.raises(UnreadableCloudEvent, match=complaint):
        read_message(replace(message, headers=headers))


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"[1]", b'"text"', b"{"])
def test_a_body_that_is_no_json_object_is_refused(body: bytes) -> None:
    with pytest.raises(UnreadableCloudEvent, match="JSON"):
        read_message(replace(write_message(a_signed_contract()), body=body))


def test_subjects_name_district_service_and_aggregate() -> None:
    assert subjects_of_service("finance") == "anju.v1.*.finance.>"
    assert subjects_of_aggregate("registry.contract") == "anju.v1.*.registry.contract.*"
    assert subjects_of_aggregate("registry.contract", "360702") == "anju.v1.360702.registry.contract.*"
    assert (
        dead_letter_subject("finance", "anju.v1.360702.registry.contract.signed")
        == "anju.v1.360702.dlq.finance.registry.contract.signed"
    )
