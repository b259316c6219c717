"""What a service announces and what another one hears: facts as typed values, without any transport.

A service's `events.py` holds one frozen dataclass per fact, a subclass of `Event`. Its fields become the `data` of a
CloudEvent under their camelCase names (`rate_per_m2` → `ratePerM2`, `from_` → `from`), and the JSON schema that
publisher and listener check is generated from the same class, so that the two never differ. A field that may be absent
is typed `X | None`; every other field is required, and a later one may only be added as `X | None = None`.
"""

import dataclasses
import re
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any, ClassVar

from kit.area import Area, format_area
from kit.clock import SHANGHAI
from kit.money import Fen, format_money
from kit.ratio import Ratio, format_ratio
from kit.score import Score, format_score

VERSION = "v1"

_TYPE = re.compile(r"[a-z0-9_]+\.[a-z0-9_]+\.[a-z0-9_]+")
_DISTRICT = re.compile(r"[0-9]{6}")

_TRAVELS_AS_ATTRIBUTE = frozenset({"district", "aggregate_id", "policy_id"})

_PERSONAL_DATA_WORDS = frozenset(
    {"phone", "mobile", "telephone", "wechat", "email", "passport", "birthday", "birthdate", "gender", "signature"}
)
_PERSONAL_DATA_NAMES = frozenset(
    {
        "address", "bankAccount", "bankAccountNumber", "cardNumber", "contact", "contactName", "dateOfBirth",
        "firstName", "fullName", "homeAddress", "idCard", "idCardNumber", "idNumber", "identityNumber",
        "lastName", "memberName", "memberNames", "ownerName", "ownerNames", "personName", "residentName", "tenantName",
    }
)  # fmt: skip
_NAME_ONLY_OF = frozenset({"registry.estate.registered", "registry.estate.changed"})
"""The facts whose `name` is that of an estate, a public place; everywhere else `name` could be a person's."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """A fact that a service announces; subclasses set `type` and add the fields of its `data`.

    `district` is the six-digit area code, `aggregate_id` the thing whose versions the event advances, `occurred_on` the
    business date of the fact and `policy_id` the policy version that was used, if any.
    """

    type: ClassVar[str]
    """The fact as `<service>.<aggregate>.<event>`, such as "registry.contract.signed"."""

    district: str
    aggregate_id: str
    occurred_on: date
    estate_id: str | None = None
    policy_id: str | None = None

    def __init_subclass__(cls, **arguments: Any) -> None:
        super().__init_subclass__(**arguments)
        if not _TYPE.fullmatch(cls.__dict__.get("type", "")):
            raise TypeError(f"{cls.__name__}.type must be <service>.<aggregate>.<event> of [a-z0-9_]")

    def __post_init__(self) -> None:
        if not _DISTRICT.fullmatch(self.district):
            raise ValueError(f"{self.type}: a district is a six-digit area code, not {self.district!r}")
        if not self.aggregate_id:
            raise ValueError(f"{self.type}: the aggregate id is empty")


@dataclass(frozen=True, kw_only=True)
class ReceivedEvent:
    """A fact as it was heard from another service: its attributes, and its `data` as the wire carries it."""

    id: str
    type: str
    """The fact as `<service>.<aggregate>.<event>`, without the leading "anju." and the trailing version."""

    district: str
    aggregate_id: str
    aggregate_version: int
    time: datetime
    data: Mapping[str, Any]
    correlation_id: str | None = None
    causation_id: str | None = None
    policy_id: str | None = None
    actor_id: str | None = None
    trace_parent: str | None = None

    @property
    def service(self) -> str:
        """The service that announced the fact."""
        return self.type.split(".")[0]

    @property
    def aggregate(self) -> str:
        """The kind of thing the fact is about, as `<service>.<aggregate>`."""
        return aggregate_of(self.type)

    @property
    def occurred_on(self) -> date:
        """The business date of the fact."""
        return date.fromisoformat(self.data["occurredOn"])

    @property
    def estate_id(self) -> str | None:
        """The estate that the fact is about, where it is about one."""
        return self.data.get("estateId")


def aggregate_of(event_type: str) -> str:
    """Return `<service>.<aggregate>` of an event type `<service>.<aggregate>.<event>`."""
    return event_type.rpartition(".")[0]


def is_event_type(text: str) -> bool:
    """Return whether the text has the form `<service>.<aggregate>.<event>`."""
    return _TYPE.fullmatch(text) is not None


def wire_name(field_name: str) -> str:
    """Return the camelCase name under which a field travels: `rate_per_m2` → `ratePerM2`, `from_` → `from`."""
    first, *others = field_name.rstrip("_").split("_")
    return first + "".join(other[:1].upper() + other[1:] for other in others)


def event_data(event: Event) -> dict[str, Any]:
    """Return the `data` of an event: camelCase keys, amounts as decimal texts, ISO dates; absent values are left out.

    The district, the aggregate id and the policy id are attributes of the CloudEvent and are not repeated here.
    """
    event_class: type = type(event)
    return _write_fields(event, _writers_of(event_class))


def schema_of(event_class: type[Event]) -> dict[str, Any]:
    """Return the JSON schema (draft 7) of the event's `data`; unknown further fields are allowed.

    Raises TypeError for a field whose type has no exact form on the wire, such as a float, and for a field that would
    carry personal data.
    """
    schema = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": schema_path(event_class.type),
        "title": _cloud_event_type(event_class.type),
        "description": " ".join((event_class.__doc__ or "").split()),
        **_object_schema(event_class),
    }
    refused = personal_data_fields(event_class.type, schema)
    if refused:
        raise TypeError(f"{event_class.__name__} would carry personal data: {', '.join(refused)}")
    return schema


def schema_path(event_type: str) -> str:
    """Return the `dataschema` attribute of an event type: "/schemas/anju.registry.contract.signed.v1.json"."""
    return f"/schemas/{_cloud_event_type(event_type)}.json"


def personal_data_fields(event_type: str, value: object) -> tuple[str, ...]:
    """Return the names in a schema or in the data of an event that stand for personal data, sorted.

    Names, phone and identity numbers never travel on the bus: readers ask for them with their own rights.
    """
    return tuple(sorted({name for name in _names_in(value) if _is_personal(event_type, name)}))


def _is_personal(event_type: str, name: str) -> bool:
    if name == "name":
        return event_type not in _NAME_ONLY_OF
    words = {word.lower() for word in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", name)}
    return name in _PERSONAL_DATA_NAMES or bool(words & _PERSONAL_DATA_WORDS)


def _names_in(value: object) -> typing.Iterator[str]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield str(name)
            yield from _names_in(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _names_in(inner)


def _cloud_event_type(event_type: str) -> str:
    return f"anju.{event_type}.{VERSION}"


def _write_instant(instant: datetime) -> str:
    if instant.tzinfo is None:
        raise ValueError(f"an instant on the wire needs its time zone: {instant!r}")
    return instant.astimezone(SHANGHAI).isoformat(timespec="milliseconds")


def _unchanged(value: Any) -> Any:
    return value


def _decimal(digits: int, *, sign: str = "") -> dict[str, Any]:
    return {"type": "string", "pattern": rf"^{sign}(0|[1-9][0-9]*)\.[0-9]{{{digits}}}$"}


@dataclass(frozen=True)
class _WireForm:
    schema: Mapping[str, Any]
    write: Callable[[Any], Any]


_WIRE_FORMS: Mapping[object, _WireForm] = {
    Fen: _WireForm(_decimal(2, sign="-?"), format_money),
    Area: _WireForm(_decimal(2), format_area),
    Ratio: _WireForm(_decimal(4), format_ratio),
    Score: _WireForm(_decimal(2), format_score),
    str: _WireForm({"type": "string"}, _unchanged),
    int: _WireForm({"type": "integer"}, _unchanged),
    bool: _WireForm({"type": "boolean"}, _unchanged),
    date: _WireForm({"type": "string", "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}, date.isoformat),
    datetime: _WireForm(
        {"type": "string", "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[+-][0-9]{2}:[0-9]{2})$"},
        _write_instant,
    ),
}


def _object_schema(data_class: type) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    required: list[str] = []
    for field_name, hint in _wire_fields(data_class):
        inner, is_optional = _without_none(hint)
        properties[wire_name(field_name)] = _wire_form(inner).schema
        if not is_optional:
            required.append(wire_name(field_name))
    return {"type": "object", "properties": properties, "required": sorted(required), "additionalProperties": True}


def _wire_fields(data_class: type) -> list[tuple[str, object]]:
    hints = typing.get_type_hints(data_class)
    left_out = _TRAVELS_AS_ATTRIBUTE if issubclass(data_class, Event) else frozenset[str]()
    return [(field.name, hints[field.name]) for field in dataclasses.fields(data_class) if field.name not in left_out]


def _without_none(hint: object) -> tuple[object, bool]:
    if typing.get_origin(hint) not in (types.UnionType, typing.Union):
        return hint, False
    members = [member for member in typing.get_args(hint) if member is not type(None)]
    if len(members) != 1 or len(members) == len(typing.get_args(hint)):
        raise TypeError(f"an event's field has one type, or that type or None, not {hint!r}")
    return members[0], True


def _wire_form(hint: object) -> _WireForm:
    known = _WIRE_FORMS.get(hint)
    if known is not None:
        return known
    arguments = typing.get_args(hint)
    if typing.get_origin(hint) is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
        item = _wire_form(arguments[0])
        return _WireForm(
            {"type": "array", "items": item.schema}, lambda values: [item.write(value) for value in values]
        )
    if typing.get_origin(hint) in (dict, Mapping) and arguments[0] is str:
        entry = _wire_form(arguments[1])
        return _WireForm(
            {"type": "object", "additionalProperties": entry.schema},
            lambda entries: {name: entry.write(value) for name, value in entries.items()},
        )
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return _WireForm({"type": "string", "enum": [member.value for member in hint]}, lambda member: member.value)
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return _WireForm(_object_schema(hint), lambda value: _write_fields(value, _writers_of(hint)))
    raise TypeError(f"{hint!r} has no exact form on the wire")


@cache
def _writers_of(data_class: type) -> tuple[tuple[str, str, Callable[[Any], Any]], ...]:
    return tuple(
        (field_name, wire_name(field_name), _wire_form(_without_none(hint)[0]).write)
        for field_name, hint in _wire_fields(data_class)
    )


def _write_fields(value: object, writers: tuple[tuple[str, str, Callable[[Any], Any]], ...]) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for field_name, name, write in writers:
        field_value = getattr(value, field_name)
        if field_value is not None:
            data[name] = write(field_value)
    return data
