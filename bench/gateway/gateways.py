"""The gateways that are compared: how each is started, and what is missing of one that is not installed."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[2]
START_SECONDS_MAX = 60.0
GATEWAY_CORE, LOAD_CORE = {0}, {1}


class NotStarted(Exception):
    """A server ended, or opened no port in time; the text is the end of what it wrote."""


@dataclass(frozen=True)
class Gateway:
    """A gateway of the comparison; `command` takes the peers' directory, the supergraph and the port."""

    name: str
    package: str | None
    command: Callable[[Path, Path, int], Sequence[str]]
    environment: Mapping[str, str] = field(default_factory=dict)

    def missing(self, peers: Path | None) -> str | None:
        """Return why the gateway cannot be measured here, or None when it can."""
        if self.package is None:
            return None
        if peers is None:
            return "PEERS is not set"
        if shutil.which("node") is None:
            return "there is no node"
        return None if (peers / "node_modules" / self.package).is_dir() else f"{peers} has no {self.package}"


def _ours(_peers: Path, supergraph: Path, port: int) -> Sequence[str]:
    return [sys.executable, "-m", "gateway", "--supergraph", str(supergraph), "--port", str(port)]


def _hive(peers: Path, supergraph: Path, port: int) -> Sequence[str]:
    binary = peers / "node_modules" / ".bin" / "hive-gateway"
    address = ("--host", "127.0.0.1", "--port", str(port))
    return ["node", str(binary), "supergraph", str(supergraph), *address, "--fork", "1"]


def _hive_rust(peers: Path, supergraph: Path, port: int) -> Sequence[str]:
    return [*_hive(peers, supergraph, port), "--hive-router-runtime"]


def _apollo(peers: Path, supergraph: Path, port: int) -> Sequence[str]:
    return ["node", str(Path(__file__).parent / "apollo.mjs"), str(peers), str(supergraph), str(port)]


OURS, HIVE_RUST = "anju", "hive-rust"
GATEWAYS: Mapping[str, Gateway] = {
    one.name: one
    for one in (
        # Each request does all its own work, as with the peers: no subgraph answer is shared between requests.
        Gateway(OURS, None, _ours, {"ANJU_GATEWAY_SHARE_IDENTICAL_QUERIES": "false"}),
        Gateway(HIVE_RUST, "@graphql-hive/router-runtime", _hive_rust),
        Gateway("hive-js", "@graphql-hive/gateway", _hive),
        Gateway("apollo", "@apollo/gateway", _apollo),
    )
}


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def use_core(process: psutil.Process, cores: set[int]) -> None:
    """Keep the process on these cores, where the machine has them."""
    if cores <= set(range(os.cpu_count() or 1)):
        process.cpu_affinity(sorted(cores))


@contextlib.contextmanager
def running(
    command: Sequence[str], port: int, cores: set[int], environment: Mapping[str, str] | None = None
) -> Iterator[psutil.Process]:
    """Run a server until the block ends; raises NotStarted."""
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdout=log,
            stderr=log,
            env={**os.environ, "NODE_ENV": "production", **(environment or {})},
        )
        try:
            use_core(psutil.Process(process.pid), cores)
            _wait_for_port(process, port)
            if process.poll() is not None:
                log.seek(0)
                raise NotStarted(log.read().decode(errors="replace")[-1000:])
            yield psutil.Process(process.pid)
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_for_port(process: subprocess.Popen[bytes], port: int) -> None:
    end = time.monotonic() + START_SECONDS_MAX
    while process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        if time.monotonic() > end:
            raise NotStarted(f"port {port} did not open in {START_SECONDS_MAX:g} s")
        time.sleep(0.05)


def cpu_seconds(process: psutil.Process) -> float:
    """Return the CPU time the process and its children used so far."""
    total = 0.0
    for one in (process, *process.children(recursive=True)):
        times = one.cpu_times()
        total += times.user + times.system
    return total


def resident_mb(process: psutil.Process) -> float:
    """Return the resident memory of the process and its children in megabytes."""
    return sum(one.memory_info().rss for one in (process, *process.children(recursive=True))) / 1e6
