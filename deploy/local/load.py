"""Loading the demonstration ledger: import it, then wait until the other services have heard of all of it."""

from __future__ import annotations

import hashlib
import http.client
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from deploy.demo import story
from deploy.local.failures import LedgerNotImported, NotReadyInTime, StoryNotTold
from deploy.local.phases import Phases
from deploy.local.plan import GATEWAY, SERVICES, service_environment
from deploy.local.ports import HOST
from deploy.local.probes import get, get_json
from deploy.local.processes import PROJECT, Processes, child_environment
from deploy.local.state import StateDirectory
from kit.caller import Role
from kit.development_issuer import mint_token

PUBLISHED_METRIC = "anju_events_published_total"
OLDEST_METRIC = "anju_outbox_oldest_seconds"

# A relay looks for rows of another process once a second: after three without a change there are none.
QUIET_SECONDS = 3.0
STALLED_SECONDS = 60.0
POLL_SECONDS = 0.25
STORY_TOKEN_SECONDS = 600


@dataclass(frozen=True)
class Flow:
    """How far the events have come at one moment, over all services."""

    published: int
    waits_for_relay: bool
    undelivered: int


def load_ledger(
    state: StateDirectory,
    ports: Mapping[str, int],
    ledger: Path,
    processes: Processes,
    phases: Phases,
    console: Console,
    *,
    with_story: bool,
) -> None:
    """Import the ledger unless exactly this file was loaded before, and wait for relay and projections.

    `with_story`: then the city's first contracts are made as well (`deploy/demo/story.py`). Raises LedgerNotImported
    when the import refuses, StoryNotTold when a command of the story does, NotReadyInTime when events stop flowing.
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
    with console.status("waiting until every service has heard of it"):
        relayed, projected = wait_until_still(lambda: flow(ports), processes.require_all_alive)
    phases.seconds |= {"relay": relayed, "projection": projected}
    if with_story:
        with phases.measure("first contracts"), console.status("making the first contracts"):
            _tell_story(state, ports)
    state.keep_loaded_ledger(digest)


def flow(ports: Mapping[str, int]) -> Flow | None:
    """Return where the events are now, from the services' metrics and the message server's monitor.

    None when one of them is too busy to answer; raises LookupError where one answers without the figure.
    """
    try:
        pages = [get(ports[service], "/metrics")[1] for service in SERVICES]
        jetstream = get_json(ports["nats-monitor"], "/jsz?streams=true&consumers=true")
    except (OSError, http.client.HTTPException):
        return None
    return Flow(
        published=sum(round(metric_value(page, PUBLISHED_METRIC)) for page in pages),
        waits_for_relay=any(metric_value(page, OLDEST_METRIC) > 0 for page in pages),
        undelivered=pending_messages(jetstream),
    )


def wait_until_still(look: Callable[[], Flow | None], require_alive: Callable[[], None]) -> tuple[float, float]:
    """Return the seconds until the last event was published and until the last was applied, once nothing moves.

    Raises NotReadyInTime when events are left but none has moved for a minute, and what `require_alive` raises.
    """
    started = moved = time.monotonic()
    relayed = projected = 0.0
    before: Flow | None = None
    while True:
        require_alive()
        now = look()
        if now is not None and now != before:
            moved = time.monotonic()
            if before is None or now.published != before.published or now.waits_for_relay:
                relayed = moved - started
            # Also when only the publishing moved: what was published just now cannot have been applied before.
            projected = moved - started
            before = now
        idle = time.monotonic() - moved
        done = now is not None and not now.waits_for_relay and now.undelivered == 0
        if done and idle > QUIET_SECONDS:
            return relayed, projected
        if idle > STALLED_SECONDS:
            raise NotReadyInTime(f"events stand still for {STALLED_SECONDS:.0f} s: {_where(before)}")
        time.sleep(POLL_SECONDS)


def _where(last: Flow | None) -> str:
    if last is None:
        return "the services' metrics or the message server's monitor do not answer"
    waiting = "some" if last.waits_for_relay else "none"
    return f"{last.undelivered} published but not applied by every service, {waiting} not yet published"


def metric_value(page: str, name: str) -> float:
    """Return the sum of a metric over its labels on a page in the Prometheus text format.

    A metric whose labels were never used is 0; raises LookupError if the page does not even declare it.
    """
    if f"# TYPE {name} " not in page:
        raise LookupError(f"the metrics page has no {name}")
    return sum(
        float(line.rsplit(" ", 1)[1]) for line in page.splitlines() if line.startswith((f"{name} ", f"{name}{{"))
    )


def pending_messages(jetstream: Mapping[str, Any]) -> int:
    """Return what all consumers of all streams still have to do, from the message server's /jsz page."""
    return sum(
        consumer["num_pending"] + consumer["num_ack_pending"]
        for account in jetstream.get("account_details") or ()
        for stream in account.get("stream_detail") or ()
        for consumer in stream.get("consumer_detail") or ()
    )


def _tell_story(state: StateDirectory, ports: Mapping[str, int]) -> None:
    token = mint_token(state.issuer, "demo", list(Role), ["*"], ttl_seconds=STORY_TOKEN_SECONDS)
    try:
        story.tell(f"http://{HOST}:{ports[GATEWAY]}/graphql", token)
    except (story.StoryInterrupted, OSError) as problem:
        raise StoryNotTold(f"the demonstration's first contracts: {problem}; `make up` tries again") from problem


def _import(state: StateDirectory, ports: Mapping[str, int], ledger: Path) -> None:
    # In our terminal and session: its progress bar is seen, and Ctrl-C reaches it as well.
    done = subprocess.run(
        [sys.executable, "-m", "services.registry", "import-estates", "--register-territory", str(ledger.resolve())],
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
