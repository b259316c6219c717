"""Loading the demonstration ledger: import it, then wait until the other services have heard of all of it."""

from __future__ import annotations

import hashlib
import http.client
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from rich.console import Console

from deploy.local.failures import LedgerNotImported, NotReadyInTime
from deploy.local.phases import Phases
from deploy.local.plan import SERVICES, service_environment
from deploy.local.probes import get, get_json
from deploy.local.processes import PROJECT, Processes, child_environment
from deploy.local.state import StateDirectory

OUTBOX_METRIC = "anju_outbox_pending"
STALLED_SECONDS = 60.0
POLL_SECONDS = 0.25


def load_ledger(
    state: StateDirectory,
    ports: Mapping[str, int],
    ledger: Path,
    processes: Processes,
    phases: Phases,
    console: Console,
) -> None:
    """Import the ledger unless exactly this file was loaded before, and wait for relay and projections.

    Raises LedgerNotImported when the import refuses, NotReadyInTime when events stop flowing on the way.
    """
    try:
        digest = hashlib.sha256(ledger.read_bytes()).hexdigest()
    except OSError as problem:
        raise LedgerNotImported(f"cannot read {ledger}: {problem.strerror}") from problem
    if state.loaded_ledger() == digest:
        console.print(f"  {ledger.name} was loaded before")
        return
    with phases.measure("import"):
        _import(state, ports, ledger)
    with phases.measure("relay"), console.status("waiting until every event is published"):
        _wait_until_none(lambda: unpublished_events(ports), "unpublished events", processes)
    with phases.measure("projection"), console.status("waiting until the other services have heard of it"):
        _wait_until_none(lambda: undelivered_events(ports), "events not applied by every service", processes)
    state.keep_loaded_ledger(digest)


def unpublished_events(ports: Mapping[str, int]) -> int:
    """Return how many outbox rows of all services wait for their relay, from the services' metrics."""
    return sum(metric_value(get(ports[service], "/metrics")[1], OUTBOX_METRIC) for service in SERVICES)


def undelivered_events(ports: Mapping[str, int]) -> int:
    """Return how many messages lie before, or unacknowledged with, a consumer of the message server."""
    return pending_messages(get_json(ports["nats-monitor"], "/jsz?streams=true&consumers=true"))


def metric_value(page: str, name: str) -> int:
    """Return the sum of a metric over its labels on a page in the Prometheus text format.

    Raises LookupError if the page does not have it: a missing figure is not a zero.
    """
    values = [float(line.rsplit(" ", 1)[1]) for line in page.splitlines() if line.startswith((f"{name} ", f"{name}{{"))]
    if not values:
        raise LookupError(f"the metrics page has no {name}")
    return round(sum(values))


def pending_messages(jetstream: Mapping[str, Any]) -> int:
    """Return what all consumers of all streams still have to do, from the message server's /jsz page."""
    return sum(
        consumer["num_pending"] + consumer["num_ack_pending"]
        for account in jetstream.get("account_details") or ()
        for stream in account.get("stream_detail") or ()
        for consumer in stream.get("consumer_detail") or ()
    )


def _import(state: StateDirectory, ports: Mapping[str, int], ledger: Path) -> None:
    # In our terminal and session: its progress bar is seen, and Ctrl-C reaches it as well.
    done = subprocess.run(
        [sys.executable, "-m", "services.registry", "import-estates", str(ledger.resolve())],
        cwd=PROJECT,
        env=child_environment(state, service_environment(state, ports)),
        stdin=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode != 0:
        raise LedgerNotImported(
            f"the import of {ledger} ended with exit code {done.returncode}; what it refused stands above. "
            "Rows that were good are kept, and `make up` tries again"
        )


def _wait_until_none(count: Callable[[], int], what: str, processes: Processes) -> None:
    lowest, moved_at = None, time.monotonic()
    while True:
        try:
            left = count()
        except (OSError, http.client.HTTPException) as problem:
            left, what_now = None, str(problem)
        else:
            what_now = f"{left} {what}"
        if left == 0:
            return
        if left is not None and (lowest is None or left < lowest):
            lowest, moved_at = left, time.monotonic()
        elif time.monotonic() - moved_at > STALLED_SECONDS:
            raise NotReadyInTime(f"nothing moved for {STALLED_SECONDS:.0f} s: {what_now}")
        processes.require_all_alive()
        time.sleep(POLL_SECONDS)
