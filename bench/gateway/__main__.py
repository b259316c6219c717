"""The gateway beside its peers, all in one run: CPU per request, throughput, latency, memory, subgraph requests.

    python -m bench.gateway [--rounds 2] [--seconds 4] [--connections 50] [--gateways anju ...] [--workloads heavy ...]

Peers are measured when PEERS names a directory in which npm installed them; a peer that is missing is said to be:

    mkdir peers && cd peers && npm init -y && npm pkg set overrides.@graphql-tools/batch-execute=10.2.0
    npm install @graphql-hive/gateway@2.15.1 @graphql-hive/router-runtime @apollo/gateway @apollo/server graphql
    cd .. && PEERS=$PWD/peers .venv/bin/python -m bench.gateway

The workloads: `heavy` is the one query of the public gateway benchmark, `small` varied small queries on its supergraph,
`new` documents that were never seen before, `twelve` the screens of tests/gateway/sketch on its supergraph. Subgraphs
answer from memory. Each round starts every gateway afresh and compares its answers with the right ones before the load.
The gateway runs on one core, subgraphs and load on another. Throughput and latency depend on the machine and its other
load; quote CPU per request and its ratio within one run.
"""

import argparse
import asyncio
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil
import uvloop

from bench.gateway.gateways import (
    GATEWAY_CORE,
    GATEWAYS,
    HIVE_RUST,
    LOAD_CORE,
    OURS,
    Gateway,
    NotStarted,
    cpu_seconds,
    free_port,
    resident_mb,
    running,
    use_core,
)
from bench.gateway.load import Connection, load
from bench.gateway.workloads import HEAVY, NEW, SMALL, TWELVE, Workload, supergraph_text, workloads

WARM_UP_SHARE = 0.75  # Of the measured seconds; a compiler that works while the program runs needs its time.


@dataclass(frozen=True)
class Measured:
    """One gateway under one workload in one round; memory in MB, times in ms."""

    requests: int
    failures: int
    seconds: float
    cpu_ms: float
    p50_ms: float
    p99_ms: float
    memory_mb: float
    subgraph_requests: float


Results = dict[tuple[str, str], list[Measured]]


@dataclass(frozen=True)
class Target:
    """A bound of a figure of ours, in itself or as a share of a peer's."""

    workload: str
    figure: str
    bound: float
    peer: str | None = None


TARGETS = (
    Target(HEAVY, "cpu_ms", 0.7, HIVE_RUST),
    Target(SMALL, "cpu_ms", 0.5, HIVE_RUST),
    Target(HEAVY, "subgraph_requests", 7),
    *(Target(workload, "memory_mb", 120) for workload in (HEAVY, SMALL, NEW, TWELVE)),
)


class WrongAnswer(Exception):
    """A gateway did not answer what is right, so that its speed means nothing."""


async def _check(port: int, workload: Workload) -> None:
    """Raise WrongAnswer unless the gateway gives the workload's known answers."""
    connection, bodies = Connection(port), workload.bodies()
    for expected in workload.answers:
        _, body = await connection.ask(next(bodies))
        answer = json.loads(body)
        if answer.get("data") != expected:
            raise WrongAnswer(f"{workload.name}: {str(answer.get('errors') or answer)[:300]}")
    connection.close()


async def _subgraph_requests(stub_port: int) -> int:
    connection = Connection(stub_port)
    _, body = await connection.ask(b"", "/counts")
    connection.close()
    return int(body)


async def _measure(
    process: psutil.Process, port: int, stub_port: int, workload: Workload, options: argparse.Namespace
) -> Measured:
    await _check(port, workload)
    await load(port, workload.bodies(), options.seconds * WARM_UP_SHARE, options.connections)
    cpu, asked, started = cpu_seconds(process), await _subgraph_requests(stub_port), time.perf_counter()
    seen = await load(port, workload.bodies(), options.seconds, options.connections)
    seconds = time.perf_counter() - started
    requests = len(seen.latencies)
    return Measured(
        requests,
        seen.failures,
        seconds,
        (cpu_seconds(process) - cpu) * 1000 / max(requests, 1),
        seen.percentile_ms(50),
        seen.percentile_ms(99),
        resident_mb(process),
        (await _subgraph_requests(stub_port) - asked) / max(requests, 1),
    )


def _measure_gateway(
    gateway: Gateway, peers: Path, asked: Sequence[Workload], stub_port: int, options: argparse.Namespace
) -> dict[str, Measured]:
    """Return the figures by workload; the gateway is started once for each supergraph."""
    found: dict[str, Measured] = {}
    with tempfile.TemporaryDirectory() as directory:
        for supergraph in dict.fromkeys(one.supergraph for one in asked):
            file, port = Path(directory) / "supergraph.graphql", free_port()
            file.write_text(supergraph_text(supergraph, stub_port), encoding="utf-8")
            command = gateway.command(peers, file, port)
            with running(command, port, GATEWAY_CORE, gateway.environment) as process:
                for workload in (one for one in asked if one.supergraph == supergraph):
                    found[workload.name] = asyncio.run(_measure(process, port, stub_port, workload, options))
    return found


def _run(gateways: Sequence[Gateway], peers: Path, asked: Sequence[Workload], options: argparse.Namespace) -> Results:
    results: Results = {}
    stub_port = free_port()
    stub = [sys.executable, "-m", "bench.gateway.subgraphs", str(stub_port)]
    use_core(psutil.Process(), LOAD_CORE)
    with running(stub, stub_port, LOAD_CORE):
        for _ in range(options.rounds):
            for gateway in gateways:
                try:
                    measured = _measure_gateway(gateway, peers, asked, stub_port, options)
                except (NotStarted, WrongAnswer) as problem:
                    print(f"{gateway.name} is not measured: {problem}", file=sys.stderr)
                    continue
                for name, one in measured.items():
                    results.setdefault((name, gateway.name), []).append(one)
    return results


def _median(rounds: Sequence[Measured], figure: str) -> float:
    return float(statistics.median(getattr(one, figure) for one in rounds))


def _table(results: Results, asked: Sequence[Workload]) -> list[str]:
    """Return the rows of a Markdown table; `ratio` is our CPU as a share of the gateway's."""
    heads = ("workload", "gateway", "CPU ms", "ratio", "req/s", "p50 ms", "p99 ms", "RSS MB", "sub/req", "failed")
    rows = [heads, ("---", "---", *["---:"] * 8)]
    for workload in asked:
        ours = results.get((workload.name, OURS))
        for name in GATEWAYS:
            rounds = results.get((workload.name, name))
            if rounds is None:
                continue
            cpu = _median(rounds, "cpu_ms")
            ratio = f"{_median(ours, 'cpu_ms') / cpu:.2f}" if ours else "-"
            rate = statistics.median(one.requests / one.seconds for one in rounds)
            latencies = [f"{_median(rounds, figure):.1f}" for figure in ("p50_ms", "p99_ms")]
            memory, subgraph = max(one.memory_mb for one in rounds), _median(rounds, "subgraph_requests")
            failed = sum(one.failures for one in rounds)
            figures = (f"{cpu:.3f}", ratio, f"{rate:.0f}", *latencies, f"{memory:.0f}", f"{subgraph:.2f}", f"{failed}")
            rows.append((workload.name, name, *figures))
    widths = [max(len(row[column]) for row in rows) for column in range(len(heads))]
    return [
        "| "
        + " | ".join(
            cell.ljust(w) if at < 2 else cell.rjust(w) for at, (cell, w) in enumerate(zip(row, widths, strict=True))
        )
        + " |"
        for row in rows
    ]


def _verdicts(results: Mapping[tuple[str, str], Sequence[Measured]]) -> list[str]:
    """Return a line for each target: the figure, its bound, and whether it is kept."""
    lines = []
    for target in TARGETS:
        ours, peer = results.get((target.workload, OURS)), results.get((target.workload, target.peer or OURS))
        what = f"{target.workload}: {target.figure}" + (f" / {target.peer}" if target.peer else "")
        if not ours or not peer:
            lines.append(f"{what}: not measured (at most {target.bound:g})")
            continue
        value = _median(ours, target.figure) / (_median(peer, target.figure) if target.peer else 1)
        lines.append(f"{what}: {value:.2f}, at most {target.bound:g}: {'kept' if value <= target.bound else 'MISSED'}")
    return lines


def main() -> int:
    """Run the benchmark and print its table and whether the targets are kept."""
    known = workloads()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--connections", type=int, default=50)
    parser.add_argument("--gateways", nargs="+", choices=GATEWAYS, default=list(GATEWAYS))
    parser.add_argument("--workloads", nargs="+", choices=known, default=list(known))
    options = parser.parse_args()
    peers = Path(os.environ["PEERS"]).resolve() if os.environ.get("PEERS") else None
    chosen = []
    for name in options.gateways:
        reason = GATEWAYS[name].missing(peers)
        if reason is None:
            chosen.append(GATEWAYS[name])
        else:
            print(f"{name} is not measured: {reason}")
    asked = [known[name] for name in options.workloads]
    started = time.monotonic()
    results = _run(chosen, peers or Path(), asked, options)
    cores = f"{os.cpu_count()} cores ({platform.machine()}), load {os.getloadavg()[0]:.1f}"
    print(f"{datetime.now(UTC):%Y-%m-%d}, {cores}, Python {platform.python_version()}")
    print(f"{options.rounds} rounds of {options.seconds:g} s, {options.connections} connections\n")
    print(*_table(results, asked), "", *_verdicts(results), sep="\n")
    print(f"\n{time.monotonic() - started:.0f} s")
    return 0


if __name__ == "__main__":
    uvloop.install()
    sys.exit(main())
