"""Postings a second on the embedded store: 1, 10 and 50 writers, on accounts of their own and on one they all share.

    python -m bench.ledger [--seconds 5]

Absolute figures depend on the machine and on what else it does; the ratios of one run are what to compare.
"""

import argparse
import asyncio
import statistics
import time
from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from kit.caller import SYSTEM_CALLER
from kit.clock import SystemClock
from kit.ids import new_id
from kit.ledger.sealer import Sealer
from kit.ledger.store import INDEXES, open_accounts, post
from kit.ledger.transfers import Account, Posting, Side, Transfer
from kit.ledger.verify import verify
from kit.money import Fen
from kit.mongo import Mongo, UnitOfWork, ensure_indexes, run_unit_of_work
from tests.servers import running_mongo

WRITERS = (1, 10, 50)
BOOK = "bench"
SHARED = "bank:shared"


class Run(NamedTuple):
    """What one run of some writers brought about."""

    name: str
    writers: int
    per_second: float
    median_ms: float
    slowest_ms: float
    attempts_per_posting: float


async def run(mongo: Mongo, name: str, writers: int, seconds: float, debit: Callable[[int], str]) -> Run:
    """Let the writers post one transfer after another for so many seconds, each into a door account of its own."""
    clock = SystemClock()
    took_ms: list[float] = []
    attempts: list[int] = []
    started = time.perf_counter()

    async def write(number: int) -> None:
        while time.perf_counter() - started < seconds:
            posting = Posting(
                book=BOOK,
                key=new_id("key"),
                transfers=(Transfer(debit(number), f"door:{number}", Fen(100)),),
                occurred_on=date(2026, 3, 5),
                memo="bench",
                district="360702",
            )

            async def body(work: UnitOfWork, posting: Posting = posting) -> int:
                await post(work, posting)
                return work.attempt

            before = time.perf_counter()
            attempts.append(await run_unit_of_work(mongo, SYSTEM_CALLER, body, clock=clock))
            took_ms.append((time.perf_counter() - before) * 1000)

    await asyncio.gather(*(write(number) for number in range(writers)))
    took = time.perf_counter() - started
    return Run(
        name,
        writers,
        len(took_ms) / took,
        statistics.median(took_ms),
        max(took_ms),
        statistics.mean(attempts),
    )


async def main(seconds: float) -> None:
    """Run all combinations with the sealer at work, print their figures and ratios, and verify the book."""
    with running_mongo(on_disk=True) as server:
        mongo = await Mongo.connect(server.uri, "bench_ledger")
        await ensure_indexes(mongo, INDEXES)
        accounts = [
            Account(id=id_, book=BOOK, name=id_, side=side, district="360702", areas=())
            for id_, side in (
                (SHARED, Side.DEBIT),
                *((f"bank:{number}", Side.DEBIT) for number in range(max(WRITERS))),
                *((f"door:{number}", Side.CREDIT) for number in range(max(WRITERS))),
            )
        ]
        await run_unit_of_work(mongo, SYSTEM_CALLER, lambda work: open_accounts(work, accounts), clock=SystemClock())
        sealing = asyncio.create_task(Sealer(mongo).run())
        runs = []
        for name, debit in (("disjoint", lambda number: f"bank:{number}"), ("shared", lambda number: SHARED)):
            for writers in WRITERS:
                runs.append(await run(mongo, name, writers, seconds, debit))
        sealing.cancel()
        await asyncio.gather(sealing, return_exceptions=True)
        one = runs[0].per_second
        print(f"{'accounts':<10}{'writers':>8}{'postings/s':>12}{'ratio':>8}{'median ms':>11}{'max ms':>9}{'tries':>7}")
        for each in runs:
            print(
                f"{each.name:<10}{each.writers:>8}{each.per_second:>12.1f}{each.per_second / one:>8.2f}"
                f"{each.median_ms:>11.1f}{each.slowest_ms:>9.0f}{each.attempts_per_posting:>7.2f}"
            )
        sealed_after = time.perf_counter()
        sealed = await Sealer(mongo, holder="bench").seal_pending()
        sealed_seconds = time.perf_counter() - sealed_after
        started = time.perf_counter()
        report = await verify(mongo, BOOK)
        print(f"sealed {sealed} postings that were left in {sealed_seconds:.2f} s")
        print(
            f"verified {report.entry_count} entries of {report.sealed_size} sealed postings in "
            f"{time.perf_counter() - started:.2f} s: {'intact' if report.is_intact else report.findings[:3]}"
        )
        mongo.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=5.0, help="how long each combination runs")
    asyncio.run(main(parser.parse_args().seconds))
