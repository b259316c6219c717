"""Importing an estate ledger: rows a second and peak memory of the command, at two sizes of one run.

    python -m bench.registry [--rows 1000 10000]
    python -m bench.registry --answers 10000 100000 [1000000]

The second form measures answers instead, at growing numbers of parts (see `answers`).

The real command runs as a process of its own on the embedded store; a second import of the same file changes nothing.
Absolute figures depend on the machine; memory must not grow with the rows, and rows a second hardly fall.
"""

import argparse
import os
import re
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from bench.registry import answers
from deploy.demo.city import City, demo_city
from deploy.demo.generate import write_workbook
from kit.development_issuer import private_key
from tests.servers import MongoServer

ROWS = (1_000, 10_000)


class Run(NamedTuple):
    """What one import cost."""

    rows: int
    seconds: float
    peak_mib: float
    said: str


def first_rows(city: City, rows: int) -> City:
    """Return the city with all its estates and buildings and the first rows of its parts."""
    return replace(city, ownerships=city.ownerships[: rows - len(city.estates) - len(city.buildings)])


def run_import(ledger: Path, rows: int, environment: dict[str, str]) -> Run:
    """Import the ledger in a process of its own and return what it cost."""
    command = [
        sys.executable,
        "-m",
        "services.registry",
        "import-estates",
        "--register-territory",
        "--quiet",
        str(ledger),
    ]
    started = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process.stdout as said:
        text = said.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        raise SystemExit(f"the import ended with status {status}: {text}")
    summary = re.sub(r"\{.*\}\n?", "", text).strip().splitlines()[-1]
    return Run(rows, time.perf_counter() - started, usage.ru_maxrss / 1024, summary)


def main() -> None:
    """Measure imports, or answers if their sizes are given."""
    parser = argparse.ArgumentParser(prog="python -m bench.registry", description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=list(ROWS))
    parser.add_argument("--answers", type=int, nargs="+", metavar="PARTS")
    arguments = parser.parse_args()
    if arguments.answers:
        with TemporaryDirectory(prefix="anju-bench-") as directory, MongoServer(Path(directory) / "store") as store:
            answers.run(store, arguments.answers)
        return
    measure_imports(arguments.rows)


def measure_imports(sizes: list[int]) -> None:
    """Import every size into a database of its own, then the largest once more."""
    city = demo_city(times=-(-max(sizes) // len(demo_city().ownerships)))
    with TemporaryDirectory(prefix="anju-bench-") as directory, MongoServer(Path(directory) / "store") as store:
        issuer = Path(directory) / "issuer"
        private_key(issuer)
        runs: list[Run] = []
        for number, rows in enumerate([*sizes, sizes[-1]]):
            ledger = Path(directory) / f"ledger-{rows}.xlsx"
            write_workbook(first_rows(city, rows), ledger)
            environment = {
                **os.environ,
                "ANJU_ENVIRONMENT": "development",
                "ANJU_MONGO_URI": store.uri,
                "ANJU_MONGO_DATABASE": f"bench_{min(number, len(sizes) - 1)}",
                "ANJU_DEVELOPMENT_ISSUER_DIR": str(issuer),
            }
            runs.append(run_import(ledger, rows, environment))
    base = runs[0]
    for run in runs:
        rate = run.rows / run.seconds
        print(
            f"{run.rows:7,} rows  {run.seconds:6.1f} s  {rate:6.0f} rows/s  x{rate / (base.rows / base.seconds):.2f}  "
            f"peak {run.peak_mib:5.0f} MiB  x{run.peak_mib / base.peak_mib:.2f}  {run.said}"
        )


if __name__ == "__main__":
    main()
