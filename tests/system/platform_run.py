"""The whole platform as processes of its own, started with what `make up` starts it with, for tests that may kill them.

Between the services and their two servers lies a wire each (`tests.system.wire`). Every process is known by its id and
ends with the test run, however that ends.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import psutil
from pymongo import MongoClient
from pymongo.database import Database

from deploy.local.plan import GATEWAY, NATS, SERVICES, STORE, plan, service_environment, write_nats_config
from deploy.local.ports import HOST, PREFERRED_PORTS, is_free
from deploy.local.probes import get, get_json
from deploy.local.processes import PROJECT, Processes, ProcessSpec, child_environment
from deploy.local.state import StateDirectory
from kit.development_issuer import mint_token
from tests.system.wire import NatsWire, StoreWire

# Below the range that the kernel gives to outgoing connections: a port stays ours while its process is down.
LOWEST_PORT, HIGHEST_PORT = 20_000, 32_000
PATIENCE_SECONDS = 180.0
"""Longer than the minute for which the store keeps a transaction that a killed process has left open."""

POLL_SECONDS = 0.05

T = TypeVar("T")


class PlatformRun:
    """A platform of seven processes with a state directory of its own; `start` before use, `stop` whatever happens."""

    def __init__(self, directory: Path) -> None:
        self.state = StateDirectory(directory)
        self.state.create()
        self.trace_file = self.state.root / "traces.jsonl"
        self.ports = free_ports(PREFERRED_PORTS)
        self.state.keep_ports(self.ports)
        self.processes = Processes(self.state)
        self.store_wires = {service: StoreWire(self.ports[STORE]) for service in SERVICES}
        self.nats_wires = {service: NatsWire(self.ports[NATS]) for service in SERVICES}
        write_nats_config(self.state, self.ports)
        self.specs = {spec.name: self._adapted(spec) for spec in plan(self.state, self.ports).all}
        self.client: MongoClient[dict[str, Any]] = MongoClient(
            service_environment(self.state, self.ports)["ANJU_MONGO_URI"], tz_aware=True
        )

    def start(self, names: Iterable[str] = (STORE, NATS, *SERVICES, GATEWAY)) -> None:
        """Start the processes together and return when all are ready."""
        specs = [self.specs[name] for name in names]
        for spec in specs:
            self.processes.start(spec)
        self.processes.wait_until_ready(specs, on_ready=lambda _name: None)

    def stop(self) -> None:
        """End every process at once and close the wires; the directory stays for whoever made it."""
        self.client.close()
        for name in self.specs:
            process = self.processes.find(name)
            if process is not None:
                process.kill()
        self.processes.stop(self.specs)
        for wire in (*self.store_wires.values(), *self.nats_wires.values()):
            wire.close()

    def process(self, name: str) -> psutil.Process:
        """Return the running process of that name."""
        self.processes.require_alive(name)
        process = self.processes.find(name)
        assert process is not None
        return process

    def kill(self, *names: str) -> None:
        """End the processes at once, as `kill -9` does."""
        for name in names:
            self.process(name).send_signal(signal.SIGKILL)
        self.processes.stop(names)

    def end_abandoned_transactions(self, *services: str) -> None:
        """End the transactions that killed services had under way, whatever those were about.

        The store does it by itself a minute after their begin; until then nobody else writes what they wrote.
        """
        for service in services:
            sessions = self.store_wires[service].take_sessions()
            if sessions:
                self.client.admin.command({"killSessions": sessions})

    def end(self, *names: str) -> None:
        """Ask the processes to end, and wait until they have."""
        self.processes.stop(names)

    def restart_after_kill(self, *names: str) -> None:
        """Kill the processes and start them again over the same data and ports."""
        self.kill(*names)
        self.start(names)

    @contextmanager
    def without(self, *names: str) -> Iterator[None]:
        """Stop the processes for the length of the block."""
        self.end(*names)
        try:
            yield
        finally:
            self.start(names)

    @contextmanager
    def frozen(self, name: str) -> Iterator[None]:
        """Stop a process in its tracks for the length of the block: its connections stay, and nobody answers."""
        process = self.process(name)
        process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            if process.is_running():
                process.send_signal(signal.SIGCONT)

    def database(self, service: str) -> Database[dict[str, Any]]:
        """Return a service's database, to look at what it has committed."""
        return self.client[f"anju_{service}"]

    def token(self, *roles: str, scopes: Sequence[str] = ("*",), subject: str = "clerk") -> str:
        """Return a token of the platform's development issuer."""
        return mint_token(self.state.issuer, subject, roles, scopes)

    def metric(self, name: str, metric: str, **labels: str) -> float:
        """Return the sum of a process's metric over the lines with these labels."""
        wanted = [f'{label}="{value}"' for label, value in labels.items()]
        total = 0.0
        for line in get(self.ports[name], "/metrics")[1].splitlines():
            if line.startswith((f"{metric} ", f"{metric}{{")) and all(part in line for part in wanted):
                total += float(line.rsplit(" ", 1)[1])
        return total

    def streams(self) -> dict[str, dict[str, Any]]:
        """Return what the message server says of each stream and its consumers."""
        page = get_json(self.ports["nats-monitor"], "/jsz?streams=true&consumers=true")
        return {
            stream["name"]: stream
            for account in page.get("account_details") or ()
            for stream in account.get("stream_detail") or ()
        }

    def run_command(self, service: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of a service on the platform's data and return what it said."""
        return subprocess.run(
            [sys.executable, "-m", f"services.{service}", *arguments],
            cwd=PROJECT,
            env=child_environment(self.state, service_environment(self.state, self.ports)),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def spans(self) -> list[dict[str, Any]]:
        """Return every span that the processes have finished so far."""
        if not self.trace_file.exists():
            return []
        return [json.loads(line) for line in self.trace_file.read_text(encoding="utf-8").splitlines()]

    def _adapted(self, spec: ProcessSpec) -> ProcessSpec:
        environment = dict(spec.environment)
        if spec.name in SERVICES:
            # The driver talks to the address it is given and asks for no other one.
            store_port = self.store_wires[spec.name].port
            environment["ANJU_MONGO_URI"] = f"mongodb://{HOST}:{store_port}/?directConnection=true&retryWrites=false"
            environment["ANJU_NATS_URL"] = f"nats://{HOST}:{self.nats_wires[spec.name].port}"
        if spec.name in (*SERVICES, GATEWAY):
            environment["ANJU_TRACE_FILE"] = str(self.trace_file)
        return replace(spec, command=(*_ends_with_us(), *spec.command), environment=environment)


def until(condition: Callable[[], T], *, what: str, seconds: float = PATIENCE_SECONDS) -> T:
    """Return the first truthy result of the condition; fails, saying what did not come to hold."""
    give_up_at = time.monotonic() + seconds
    while True:
        result = condition()
        if result:
            return result
        assert time.monotonic() < give_up_at, f"not within {seconds:g} s: {what}"
        time.sleep(POLL_SECONDS)


def _ends_with_us() -> tuple[str, ...]:
    """Return what makes a command end with the test run, if that is killed itself."""
    return ("setpriv", "--pdeathsig", "KILL") if shutil.which("setpriv") else ()


def free_ports(names: Iterable[str]) -> dict[str, int]:
    """Return a free port for each name, far from those that a person's own platform prefers."""
    choose = random.Random(os.getpid())
    ports: dict[str, int] = {}
    for name in names:
        while name not in ports:
            port = choose.randrange(LOWEST_PORT, HIGHEST_PORT)
            if port not in ports.values() and is_free(port):
                ports[name] = port
    return ports
