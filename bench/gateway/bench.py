"""CPU per request of the gateway, beside its peers when they are installed; all in one run, interleaved.

    bench.py [--rounds 3] [--seconds 5] [--connections 50]

Peers: with HIVE set to a directory in which npm installed @graphql-hive/gateway, Hive Gateway is measured with its Rust
planner too. Wall-clock figures depend on the machine and its other load; quote CPU per request and its ratio.
Every answer to the heavy query is compared with `workload/expected.json` before anything is measured.
"""

import argparse
import asyncio
import contextlib
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[2]
WORKLOAD = Path(__file__).parent / "workload"
START_SECONDS_MAX = 60.0


@dataclass(frozen=True)
class Measured:
    """One gateway, one workload, one round."""

    requests: int
    cpu_ms: float
    memory_mb: float


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def commands(supergraph: Path, port: int) -> dict[str, list[str]]:
    """Return the command line of each gateway that is installed."""
    found = {"anju": [sys.executable, "-m", "gateway", "--supergraph", str(supergraph), "--port", str(port)]}
    hive = os.environ.get("HIVE")
    if hive:
        binary = Path(hive) / "node_modules" / ".bin" / "hive-gateway"
        found["hive-rust"] = [
            *("node", str(binary), "supergraph", str(supergraph), "--host", "127.0.0.1", "--port", str(port)),
            *("--fork", "1", "--hive-router-runtime"),
        ]
    return found


@contextlib.contextmanager
def running(command: Sequence[str], port: int) -> Iterator[psutil.Process]:
    """Run a server until the block ends."""
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=log, stderr=log, env={**os.environ, "NODE_ENV": "production"}
        )
        try:
            end = time.monotonic() + START_SECONDS_MAX
            while time.monotonic() < end and process.poll() is None:
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                    break
                time.sleep(0.1)
            yield psutil.Process(process.pid)
        finally:
            process.terminate()
            process.wait(30)


def cpu_seconds(process: psutil.Process) -> float:
    """Return the CPU time the process and its children used so far."""
    total = 0.0
    for one in (process, *process.children(recursive=True)):
        times = one.cpu_times()
        total += times.user + times.system
    return total


class Connection:
    """One keep-alive connection to a gateway."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, body: bytes) -> bytes:
        """Send a GraphQL request; return the body of the answer."""
        if self.streams is None:
            self.streams = await asyncio.open_connection("127.0.0.1", self.port, limit=16 * 1024 * 1024)
        reader, writer = self.streams
        head = "POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\naccept: */*\r\n"
        writer.write(head.encode() + b"content-length: %d\r\n\r\n" % len(body) + body)
        answered = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = re.search(rb"content-length: (\d+)", answered)
        if length is not None:
            return await reader.readexactly(int(length[1]))
        parts = []
        while size := int(await reader.readline(), 16):
            parts.append(await reader.readexactly(size))
            await reader.readline()
        await reader.readline()
        return b"".join(parts)

    def close(self) -> None:
        """Close the connection."""
        if self.streams is not None:
            self.streams[1].close()


async def load(port: int, bodies: Sequence[bytes], seconds: float, connections: int) -> int:
    """Send the bodies in turn over so many connections; return how many were answered."""
    end = time.monotonic() + seconds

    async def one_connection(first: int) -> int:
        connection = Connection(port)
        answered, number = 0, first
        while time.monotonic() < end:
            await connection.ask(bodies[number % len(bodies)])
            answered += 1
            number += connections
        connection.close()
        return answered

    return sum(await asyncio.gather(*(one_connection(number) for number in range(connections))))


async def check(port: int, body: bytes) -> None:
    """Raise when the heavy query's answer is not the expected one."""
    connection = Connection(port)
    answer = json.loads(await connection.ask(body))
    connection.close()
    expected = json.loads((WORKLOAD / "expected.json").read_text(encoding="utf-8"))
    if answer.get("data") != expected["data"]:
        raise SystemExit(f"port {port} answers wrongly: {answer.get('errors')}")


def measure(
    command: Sequence[str], port: int, workloads: dict[str, list[bytes]], options: argparse.Namespace
) -> dict[str, Measured]:
    """Return the figures of one gateway for every workload."""
    found = {}
    with running(command, port) as process:
        asyncio.run(check(port, workloads["heavy"][0]))
        for name, bodies in workloads.items():
            asyncio.run(load(port, bodies, options.seconds / 2, options.connections))
            before = cpu_seconds(process)
            requests = asyncio.run(load(port, bodies, options.seconds, options.connections))
            used = cpu_seconds(process) - before
            memory = sum(one.memory_info().rss for one in (process, *process.children(recursive=True)))
            found[name] = Measured(requests, used * 1000 / max(requests, 1), memory / 1e6)
    return found


def main() -> int:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--connections", type=int, default=50)
    options = parser.parse_args()
    heavy = json.loads((WORKLOAD / "query.json").read_text(encoding="utf-8").splitlines()[0])
    small = (WORKLOAD / "small.jsonl").read_bytes().splitlines()
    workloads = {"heavy": [json.dumps(heavy).encode()], "small": small}
    stub_port, port = free_port(), free_port()
    results: dict[tuple[str, str], list[Measured]] = {}
    with tempfile.TemporaryDirectory() as directory:
        supergraph = Path(directory) / "supergraph.graphql"
        text = (WORKLOAD / "supergraph.graphql").read_text(encoding="utf-8").replace(":4300/", f":{stub_port}/")
        supergraph.write_text(text, encoding="utf-8")
        with running([sys.executable, "-m", "bench.gateway.subgraphs", str(stub_port)], stub_port):
            for _ in range(options.rounds):
                for gateway, command in commands(supergraph, port).items():
                    for workload, measured in measure(command, port, workloads, options).items():
                        results.setdefault((gateway, workload), []).append(measured)
    print(f"{'gateway':12s} {'workload':10s} {'requests':>9s} {'cpu ms/request':>15s} {'ratio':>7s} {'memory MB':>10s}")
    for (gateway, workload), rounds in results.items():
        cpu = statistics.median(one.cpu_ms for one in rounds)
        peers = results.get(("hive-rust", workload))
        ratio = f"{cpu / statistics.median(one.cpu_ms for one in peers):.2f}" if peers else "-"
        requests, memory = sum(one.requests for one in rounds), max(one.memory_mb for one in rounds)
        print(f"{gateway:12s} {workload:10s} {requests:9d} {cpu:15.3f} {ratio:>7s} {memory:10.0f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
