"""The gateway's settings: command line over environment over defaults; read by `__main__` and `app` alone."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


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
class GatewaySettings:
    """How the gateway runs. Without `issuers` every caller is anonymous: the stand-alone form."""

    supergraph: Path
    host: str = "127.0.0.1"
    port: int = 4000
    subgraph_urls: Mapping[str, str] = field(default_factory=dict)
    introspection: bool = True
    mask_messages: bool = False
    body_bytes_max: int = 2 * 1024 * 1024
    traffic: TrafficSettings = field(default_factory=TrafficSettings)
    requests_in_flight_max: int = 1_000
    request_timeout_seconds: float = 60.0
    documents_max: int = 2_000
    forwarded_headers: tuple[str, ...] = ("authorization", "traceparent", "tracestate", "baggage")
    drain_seconds: float = 15.0


def subgraph_urls_from_environment(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the addresses set by `ANJU_SUBGRAPH_<NAME>_URL`, by lower-case subgraph name."""
    values = os.environ if environment is None else environment
    prefix, suffix = "ANJU_SUBGRAPH_", "_URL"
    return {
        name.removeprefix(prefix).removesuffix(suffix).lower(): value
        for name, value in values.items()
        if name.startswith(prefix) and name.endswith(suffix) and value
    }
