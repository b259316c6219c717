"""CloudEvents 1.0 over NATS: an event as subject, headers and body, and back.

Written in binary mode: the attributes are `ce-` headers, the body is the bare `data`. Read in binary and in structured
mode. A header value is ASCII; what is not is percent-encoded, and so are space, quote and per cent.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, unquote

from kit.clock import SHANGHAI
from kit.events import VERSION, ReceivedEvent, is_event_type, schema_path

SUBJECT_ROOT = "anju"
MESSAGE_ID_HEADER = "Nats-Msg-Id"

_JSON = "application/json"
_STRUCTURED = "application/cloudevents"
_PRINTABLE = "!#$&'()*+,-./:;<=>?@[\\]^_`{|}~"
"""The printable ASCII marks that stand for themselves in a header: all but space, double quote and per cent."""


class UnreadableCloudEvent(ValueError):
    """A message is not a CloudEvent of ours: an attribute is missing or has another form."""


@dataclass(frozen=True)
class Message:
    """What goes over the wire: a NATS subject, headers and a body."""

    subject: str
    headers: Mapping[str, str]
    body: bytes


def subject_of(event_type: str, district: str) -> str:
    """Return the NATS subject of an event: "anju.v1.360702.registry.contract.signed"."""
    return f"{SUBJECT_ROOT}.{VERSION}.{district}.{event_type}"


def subjects_of_service(service: str) -> str:
    """Return the subject filter of all events of a service, in every district."""
    return f"{SUBJECT_ROOT}.{VERSION}.*.{service}.>"


def subjects_of_aggregate(aggregate: str, district: str = "*") -> str:
    """Return the subject filter of a whole aggregate, `<service>.<aggregate>`: all its events."""
    return f"{SUBJECT_ROOT}.{VERSION}.{district}.{aggregate}.*"


def dead_letter_subject(listener: str, event_subject: str) -> str:
    """Return where an event goes that the listening service could not take in.

    "anju.v1.360702.registry.contract.signed" that finance could not take goes to
    "anju.v1.360702.dlq.finance.registry.contract.signed".
    """
    root, version, district, rest = event_subject.split(".", 3)
    return f"{root}.{version}.{district}.dlq.{listener}.{rest}"


def write_message(event: ReceivedEvent, *, trace_parent: str | None = None) -> Message:
    """Return the message of an event in binary mode; `trace_parent` replaces the event's own, if given."""
    service = event.service
    traced = trace_parent or event.trace_parent
    attributes = {
        "ce-specversion": "1.0",
        "ce-id": event.id,
        "ce-source": f"/{SUBJECT_ROOT}/{event.district}/{service}",
        "ce-type": f"{SUBJECT_ROOT}.{event.type}.{VERSION}",
        "ce-subject": event.aggregate_id,
        "ce-time": event.time.astimezone(SHANGHAI).isoformat(timespec="milliseconds"),
        "ce-datacontenttype": _JSON,
        "ce-dataschema": schema_path(event.type),
        "ce-aggversion": str(event.aggregate_version),
        "ce-policyid": event.policy_id,
        "ce-correlationid": event.correlation_id,
        "ce-causationid": event.causation_id,
        "ce-actorid": event.actor_id,
        "ce-traceparent": traced,
    }
    headers = {name: quote(value, safe=_PRINTABLE) for name, value in attributes.items() if value is not None}
    headers["Content-Type"] = _JSON
    headers[MESSAGE_ID_HEADER] = event.id
    if traced is not None:
        headers["traceparent"] = traced
    return Message(
        subject=subject_of(event.type, event.district),
        headers=headers,
        body=json.dumps(event.data, ensure_ascii=False, separators=(",", ":")).encode(),
    )


def read_message(message: Message) -> ReceivedEvent:
    """Return the event of a message in binary or structured mode.

    Raises UnreadableCloudEvent when a needed attribute is missing or malformed; does not check `data` against a schema.
    """
    headers = {name.lower(): value for name, value in message.headers.items()}
    content_type = headers.get("content-type", _JSON)
    if content_type.lower().startswith(_STRUCTURED):
        attributes = _json_object(message.body)
        data = attributes.pop("data", None)
    else:
        attributes = {name[3:]: unquote(value) for name, value in headers.items() if name.startswith("ce-")}
        data = _json_object(message.body)
    if not isinstance(data, dict):
        raise UnreadableCloudEvent("the data are not a JSON object")
    if not attributes.get("traceparent") and "traceparent" in headers:
        attributes["traceparent"] = headers["traceparent"]
    return _event_of(attributes, data)


def _event_of(attributes: Mapping[str, Any], data: Mapping[str, Any]) -> ReceivedEvent:
    if _text(attributes, "specversion") != "1.0":
        raise UnreadableCloudEvent(f"specversion is {attributes['specversion']!r}, not '1.0'")
    event_type = _event_type(_text(attributes, "type"))
    source = _text(attributes, "source").split("/")
    if len(source) != 4 or source[:2] != ["", SUBJECT_ROOT] or source[3] != event_type.split(".")[0]:
        raise UnreadableCloudEvent(f"source {attributes['source']!r} is not /anju/<district>/<service of the type>")
    version = str(attributes.get("aggversion", ""))
    if not (version.isascii() and version.isdigit()) or int(version) < 1:
        raise UnreadableCloudEvent(f"aggversion is {version!r}, not a positive whole number")
    return ReceivedEvent(
        id=_text(attributes, "id"),
        type=event_type,
        district=source[2],
        aggregate_id=_text(attributes, "subject"),
        aggregate_version=int(version),
        time=_instant(_text(attributes, "time")),
        data=data,
        correlation_id=attributes.get("correlationid"),
        causation_id=attributes.get("causationid"),
        policy_id=attributes.get("policyid"),
        actor_id=attributes.get("actorid"),
        trace_parent=attributes.get("traceparent"),
    )


def _event_type(cloud_event_type: str) -> str:
    root, _, rest = cloud_event_type.partition(".")
    event_type, _, version = rest.rpartition(".")
    if root != SUBJECT_ROOT or version != VERSION or not is_event_type(event_type):
        raise UnreadableCloudEvent(f"type {cloud_event_type!r} is not anju.<service>.<aggregate>.<event>.{VERSION}")
    return event_type


def _text(attributes: Mapping[str, Any], name: str) -> str:
    value = attributes.get(name)
    if not isinstance(value, str) or not value:
        raise UnreadableCloudEvent(f"attribute {name} is missing")
    return value


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise UnreadableCloudEvent(f"time {text!r} is not RFC 3339") from error
    if instant.tzinfo is None:
        raise UnreadableCloudEvent(f"time {text!r} has no offset")
    return instant


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except ValueError as error:
        raise UnreadableCloudEvent(f"the body is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise UnreadableCloudEvent("the body is not a JSON object")
    return value
