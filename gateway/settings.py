"""The gateway's settings: command line over environment over defaults; read by `__main__` and `app` alone."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class TrafficSettings:
    """How subgraphs are asked; `timeouts_seconds` by lower-case subgraph name."""

    timeout_seconds: float = 30.0
    timeouts_seconds: Mapping[str, float] = field(default_factory=dict)
    share_identical_queries: bool = True
    retries_max: int = 1
    retry_share: float = 0.1
    breaker_requests_min: int = 20
    breaker_failure_share: float = 0.5
    breaker_window_seconds: float = 10.0
    breaker_open_seconds: float = 5.0


@dataclass(frozen=True, slots=True)
class StreamSettings:
    """How subscriptions are served to clients."""

    streams_per_caller_max: int = 50
    initialisation_seconds: float = 10.0
    heartbeat_seconds: float = 12.0
    # Within this time all subscriptions are ended when the process stops, each at a moment of its own.
    close_seconds: float = 4.0


@dataclass(frozen=True, slots=True)
class QueryLimits:
    """The most a query may have of each; zero turns a limit off. The defaults are far above what a screen needs.

    `list_size_assumed` is the length of a list of which neither the query nor the supergraph says how long it is.
    """

    characters: int = 24_000
    literal_characters: int = 10_000
    tokens: int = 4_000
    operations: int = 25
    directives: int = 200
    depth: int = 64
    aliases: int = 1_000
    root_fields: int = 500
    fields: int = 20_000
    field_comparisons: int = 100_000
    list_size: int = 10_000
    list_size_assumed: int = 1
    cost: int = 1_000_000
    variable_values: int = 50_000
    variable_members: int = 1_000
    variable_characters: int = 500_000
    subgraph_requests: int = 500


class TrustedMode(StrEnum):
    """What the trusted list is for: naming documents shortly, or refusing every other one."""

    ALLOW = "allow"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class DocumentSettings:
    """Which documents clients may name instead of sending; no automatic ones when their maximum is zero."""

    trusted: Path | None = None
    trusted_mode: TrustedMode = TrustedMode.ALLOW
    automatic_documents_max: int = 1_000


@dataclass(frozen=True, slots=True)
class GatewaySettings:
    """How the gateway runs. Without `issuers` every caller is anonymous: the stand-alone form."""

    supergraph: Path
    host: str = "127.0.0.1"
    port: int = 4000
    subgraph_urls: Mapping[str, str] = field(default_factory=dict)
    introspection: bool = True
    mask_messages: bool = True
    # What of subgraphs' error extensions clients see; `*` for all but stack traces.
    error_extensions: tuple[str, ...] = ("code", "value", "inputPath", "traceId")
    # A file of two mebibytes in base64, such as a ledger to be imported, and what stands around it.
    body_bytes_max: int = 3 * 1024 * 1024
    traffic: TrafficSettings = field(default_factory=TrafficSettings)
    limits: QueryLimits = field(default_factory=QueryLimits)
    documents: DocumentSettings = field(default_factory=DocumentSettings)
    # How many requests one batch may hold; zero serves no batches.
    batch_max: int = 0
    # Other origins whose pages may ask here; `*` allows all.
    cors_origins: tuple[str, ...] = ()
    graphiql: bool = True
    streams: StreamSettings = field(default_factory=StreamSettings)
    share_identical_requests: bool = False
    requests_in_flight_max: int = 1_000
    request_timeout_seconds: float = 60.0
    # The memory of parsed documents and of plans: their number, and what they weigh.
    documents_max: int = 2_000
    document_characters_max: int = 150_000
    plan_fields_max: int = 8_000
    # Refuse an operation with fields the caller may not ask; otherwise they answer null with an error each.
    reject_forbidden: bool = False
    # The labels of progressive overrides that hold; `percent(n)` ones are drawn for each request.
    override_labels: tuple[str, ...] = ()
    # Who may have the plan shown with the answer by the header `Anju-Plan`: everyone, or callers of these roles.
    show_plans: bool = False
    plan_roles: tuple[str, ...] = ()
    forwarded_headers: tuple[str, ...] = ("authorization", "traceparent", "tracestate", "baggage")
    drain_seconds: float = 15.0
    reload_seconds: float = 2.0


LISTS = ("cors_origins", "error_extensions", "forwarded_headers", "override_labels", "plan_roles")


class UnreadableSetting(ValueError):
    """An environment variable does not hold what its setting needs."""


def settings_from_environment(environment: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return the fields of GatewaySettings that the environment sets.

    `ANJU_GATEWAY_<FIELD>` sets a number or switch of GatewaySettings or of its traffic or stream settings,
    `ANJU_GATEWAY_LIMIT_<FIELD>` a limit, `ANJU_SUBGRAPH_<NAME>_URL` and `ANJU_SUBGRAPH_<NAME>_TIMEOUT_SECONDS` one
    subgraph's; `ANJU_GATEWAY_CORS_ORIGINS`, `…_ERROR_EXTENSIONS`, `…_FORWARDED_HEADERS`, `…_OVERRIDE_LABELS` and
    `…_PLAN_ROLES` are lists with commas, `ANJU_GATEWAY_TRUSTED_DOCUMENTS` a file and
    `ANJU_GATEWAY_TRUSTED_DOCUMENTS_MODE` allow or reject. Raises UnreadableSetting.
    """
    values = os.environ if environment is None else environment
    timeouts = {
        name: _read(float, f"the timeout of subgraph {name}", text)
        for name, text in _by_subgraph(values, "_TIMEOUT_SECONDS").items()
    }
    traffic = TrafficSettings(**_scalars(TrafficSettings, values), timeouts_seconds=timeouts)
    return {
        **_scalars(GatewaySettings, values),
        "traffic": traffic,
        "limits": QueryLimits(**_scalars(QueryLimits, values, "ANJU_GATEWAY_LIMIT_")),
        "documents": _documents(values),
        **{name: _list(values, variable) for name in LISTS if (variable := f"ANJU_GATEWAY_{name.upper()}") in values},
        "streams": StreamSettings(**_scalars(StreamSettings, values)),
        "subgraph_urls": subgraph_urls_from_environment(values),
    }


def _documents(values: Mapping[str, str]) -> DocumentSettings:
    trusted = values.get("ANJU_GATEWAY_TRUSTED_DOCUMENTS")
    mode = values.get("ANJU_GATEWAY_TRUSTED_DOCUMENTS_MODE") or TrustedMode.ALLOW
    if mode not in set(TrustedMode):
        raise UnreadableSetting(f"ANJU_GATEWAY_TRUSTED_DOCUMENTS_MODE is {mode!r}, not allow or reject")
    scalars = _scalars(DocumentSettings, values)
    return DocumentSettings(trusted=Path(trusted) if trusted else None, trusted_mode=TrustedMode(mode), **scalars)


def _scalars(settings: type[Any], values: Mapping[str, str], prefix: str = "ANJU_GATEWAY_") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in fields(settings):
        name = f"{prefix}{one.name.upper()}"
        if one.type in (int, float, bool) and values.get(name):
            found[one.name] = _read(one.type, name, values[name])
    return found


def _list(values: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in values[name].split(",") if one.strip())


def _read(kind: Any, name: str, text: str) -> Any:
    if kind is bool and text.lower() in {"true", "false", "1", "0"}:
        return text.lower() in {"true", "1"}
    try:
        if kind is bool:
            raise ValueError
        number = kind(text)
        if not 0 <= number < 2**53:
            raise ValueError
    except ValueError as error:
        expected = {bool: "true or false", int: "a whole number", float: "a number"}[kind]
        raise UnreadableSetting(f"{name} is {text!r}, not {expected}") from error
    return number


def subgraph_urls_from_environment(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the addresses set by `ANJU_SUBGRAPH_<NAME>_URL`, by lower-case subgraph name."""
    return _by_subgraph(os.environ if environment is None else environment, "_URL")


def _by_subgraph(values: Mapping[str, str], suffix: str) -> dict[str, str]:
    prefix = "ANJU_SUBGRAPH_"
    return {
        name.removeprefix(prefix).removesuffix(suffix).lower(): value
        for name, value in values.items()
        if name.startswith(prefix) and name.endswith(suffix) and value
    }
