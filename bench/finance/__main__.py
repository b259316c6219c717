"""Bill runs over cities of 10⁴, 10⁵ and, asked for, 10⁶ parts: memory, linearity, and CPU beside the driver alone.

    python -m bench.finance [--parts 10000 100000] [--million] [--floor-every 1]

A city is of estates of ten thousand parts, billed one after the other, page by page, under a lease as in the service.
The floor is measured in between: once a page is billed, the very documents of its bills are inserted once more, into a
collection with the same indexes, by the driver and nothing else. So both meet the same machine in the same minutes.
Absolute figures depend on the machine and on what else it does; the ratios of one run are what to compare.
"""

import argparse
import asyncio
import os
import resource
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import uvloop

from kit import outbox
from kit.caller import SYSTEM_CALLER
from kit.clock import FixedClock
from kit.garbage import leave_what_is_here
from kit.ids import new_id
from kit.lease import Lease
from kit.money import yuan
from kit.mongo import Index, Mongo, UnitOfWork, ensure_indexes, run_unit_of_work
from services.finance.domain.bill import FeeUnit
from services.finance.domain.bill_run import BillRun, RunState
from services.finance.domain.contract import ContractKind
from services.finance.domain.estate import Estate
from services.finance.domain.fee_rate import FeeRate
from services.finance.domain.service_period import ContractItem, FeeContract
from services.finance.domain.visibility import areas_of_estate
from services.finance.store.bill_runs import find_run
from services.finance.store.bills import BILLS
from services.finance.store.estates import save_estate
from services.finance.store.fee_rates import save_rates
from services.finance.store.fee_service import save_fee_contract
from services.finance.store.indexes import INDEXES
from services.finance.store.parts import PARTS
from services.finance.use_cases.make_out_bills import make_out_bills
from services.finance.use_cases.start_bill_run import StartBillRun, start_bill_run
from services.finance.use_cases.verify_fees import verify_fees
from tests.servers import running_mongo

DISTRICT = "360702"
PARTS_OF_ESTATE = 10_000
MILLION = 1_000_000
FLOOR = "floor_bills"
CLOCK = FixedClock(datetime(2026, 3, 5, 2, 0, tzinfo=UTC))


class Measured(NamedTuple):
    """What a bill run cost, per bill, and what inserting the same documents alone cost; CPU in microseconds."""

    bills: int
    seconds: float
    cpu: float
    server_cpu: float
    floor_cpu: float
    floor_server_cpu: float
    peak_mb: float

    @property
    def ratio(self) -> float:
        """The CPU of this process, as a multiple of the floor's."""
        return self.cpu / self.floor_cpu

    @property
    def ratio_with_store(self) -> float:
        """The CPU of this process and of the document store together, as a multiple of the floor's."""
        return (self.cpu + self.server_cpu) / (self.floor_cpu + self.floor_server_cpu)


class Meter:
    """Counts the CPU seconds of this process and of the document store while it is on."""

    def __init__(self, server_pid: int) -> None:
        self._stat = Path(f"/proc/{server_pid}/stat")
        self.cpu = self.server_cpu = self.seconds = 0.0

    def start(self) -> None:
        """Count from now on."""
        self._from = (time.process_time(), self._server(), time.perf_counter())

    def stop(self) -> None:
        """Add what was used since the start."""
        began = self._from
        self.cpu += time.process_time() - began[0]
        self.server_cpu += self._server() - began[1]
        self.seconds += time.perf_counter() - began[2]

    def _server(self) -> float:
        fields = self._stat.read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@dataclass
class Meters:
    """What the bill runs of a city used so far, and the floor, of so many bills."""

    billing: Meter
    floor: Meter
    bills: int = 0
    pages: int = 0
    floor_bills: int = 0


class FloorBetweenPages(Lease):
    """The lease of a bill run, at whose renewal before each page the floor of the page before is measured."""

    def __init__(self, mongo: Mongo, run: BillRun, meters: Meters, *, every: int) -> None:
        super().__init__(mongo, "bill-runs", new_id("hld"), timedelta(minutes=10))
        self._run = run
        self._meters = meters
        self._every = every

    async def renew(self) -> bool:
        """Measure the floor of the page that was billed last, with the bill run's own meter stopped."""
        self._meters.billing.stop()
        await self.insert_again()
        self._meters.billing.start()
        return await super().renew()

    async def insert_again(self) -> None:
        """Insert the last page's bills once more, by the driver alone; of the city's first page and every so many."""
        run = await run_with(self.mongo, self._run.id)
        before, self._run = self._run, run
        if run.page_count == before.page_count:
            return
        self._meters.pages += 1
        if (self._meters.pages - 1) % self._every:
            return
        page = {"run_id": run.id, "part_id": {"$gt": before.after_part, "$lte": run.after_part}}
        documents = await self.mongo.collection(BILLS).find(page).to_list(None)
        self._meters.floor.start()
        await self.mongo.collection(FLOOR).insert_many(documents)
        self._meters.floor.stop()
        self._meters.floor_bills += len(documents)


async def run_with(mongo: Mongo, run_id: str) -> BillRun:
    """Return the bill run as it now is."""
    run = await find_run(mongo, run_id, scope=SYSTEM_CALLER.scope)
    assert run is not None
    return run


async def measure(mongo: Mongo, server_pid: int, *, parts: int, every: int) -> Measured:
    """Bill a city of so many parts, estate by estate, with the floor of every so many pages in between."""
    meters = Meters(Meter(server_pid), Meter(server_pid))
    for start in range(0, parts, PARTS_OF_ESTATE):
        run_id = await prepare_estate(mongo, min(PARTS_OF_ESTATE, parts - start))
        lease = FloorBetweenPages(mongo, await run_with(mongo, run_id), meters, every=every)
        await lease.acquire()
        meters.billing.start()
        run = await make_out_bills(mongo, run_id, clock=CLOCK, lease=lease)
        meters.billing.stop()
        await lease.insert_again()
        await lease.release()
        if run.state is not RunState.COMPLETED:
            raise SystemExit(f"the run {run.id} is {run.state.value}: {run.halted_because}")
        meters.bills += run.bill_count
    per_bill, per_floor_bill = 1e6 / meters.bills, 1e6 / meters.floor_bills
    return Measured(
        bills=meters.bills,
        seconds=meters.billing.seconds,
        cpu=meters.billing.cpu * per_bill,
        server_cpu=meters.billing.server_cpu * per_bill,
        floor_cpu=meters.floor.cpu * per_floor_bill,
        floor_server_cpu=meters.floor.server_cpu * per_floor_bill,
        peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    )


async def prepare_estate(mongo: Mongo, parts: int) -> str:
    """Write an estate with its contract, rate and parts, start its run, and return the run's id."""
    estate = Estate(new_id("est"), DISTRICT, new_id("str"), new_id("com"), name="小区")
    contract = FeeContract(
        id=new_id("ctr"),
        district=DISTRICT,
        estate_id=estate.id,
        street_id=estate.street_id,
        community_id=estate.community_id,
        provider_id=new_id("prv"),
        kind=ContractKind.EARLY_STAGE,
        items=(ContractItem("PROPERTY", inside=True),),
        started_on=date(2024, 1, 1),
    )
    rate = FeeRate(
        id=new_id("frt"),
        estate_id=estate.id,
        contract_id=contract.id,
        item_code="PROPERTY",
        unit=FeeUnit.PER_M2_MONTH,
        rate=yuan("1.20"),
        effective_from=date(2024, 1, 1),
        price_marked_on=date(2024, 1, 1),
    )
    place = {"street_id": estate.street_id, "community_id": estate.community_id, "estate_id": estate.id}
    areas = areas_of_estate(district=DISTRICT, **place)
    for start in range(0, parts, 1_000):
        documents = [part_document(estate, serial) for serial in range(start, min(start + 1_000, parts))]
        await mongo.collection(PARTS).insert_many(documents)

    async def write(work: UnitOfWork) -> str:
        await save_estate(work, estate)
        await save_fee_contract(work, contract)
        await save_rates(work, [rate], areas=areas)
        command = StartBillRun(estate.id, "2026-03", ("PROPERTY",), date(2026, 3, 31))
        return (await start_bill_run(work, command)).entity_ids["run"]

    return await run_unit_of_work(mongo, SYSTEM_CALLER, write, clock=CLOCK)


def part_document(estate: Estate, serial: int) -> dict[str, object]:
    """Return a part as the facts about it are kept."""
    part_id, owner_id = new_id("prt"), new_id("own")
    door_number, area = f"{serial // 60 + 1}栋{serial % 60 + 1}", 6_000 + serial
    return {
        "_id": part_id,
        "id": part_id,
        "estate_id": estate.id,
        "facts": {
            "building_id": "bld_1",
            "door_number": door_number,
            "area": area,
            "area_basis": "REGISTER",
            "has_lift": False,
        },
        "transfers": {"2020-05-01": [{"owner_id": owner_id, "share": 10_000}]},
        "billed_as": [door_number, area, "2020-05-01", owner_id],
        "areas": [
            f"district:{DISTRICT}",
            f"street:{estate.street_id}",
            f"community:{estate.community_id}",
            f"manage:{estate.id}",
            f"part:{part_id}",
            f"owner:{owner_id}",
        ],
    }


COLUMNS = (
    ("bills", 9),
    ("s", 8),
    ("µs/bill", 9),
    ("to first", 10),
    ("floor", 8),
    ("CPU/floor", 11),
    ("store µs", 10),
    ("to first", 10),
    ("both/floor", 12),
    ("peak MB", 9),
)


async def main(sizes: list[int], *, every: int) -> None:
    """Measure each size over a store of its own, compare bills and ledger, and print the figures."""
    print("".join(f"{name:>{width}}" for name, width in COLUMNS))
    first: Measured | None = None
    leave_what_is_here()
    for parts in sizes:
        with running_mongo(on_disk=True) as server:
            mongo = await Mongo.connect(server.uri, "bench_finance")
            outbox.install(mongo)
            floor_indexes = [Index(FLOOR, one.keys, one.unique) for one in INDEXES if one.collection == BILLS]
            await ensure_indexes(mongo, (*outbox.INDEXES, *INDEXES, *floor_indexes))
            assert server.process is not None
            found = await measure(mongo, server.process.pid, parts=parts, every=every)
            first = first or found
            values = (
                f"{found.bills}",
                f"{found.seconds:.1f}",
                f"{found.cpu:.1f}",
                f"{found.cpu / first.cpu:.2f}",
                f"{found.floor_cpu:.1f}",
                f"{found.ratio:.2f}",
                f"{found.server_cpu:.0f}",
                f"{found.server_cpu / first.server_cpu:.2f}",
                f"{found.ratio_with_store:.2f}",
                f"{found.peak_mb:.0f}",
            )
            cells = zip(values, COLUMNS, strict=True)
            print("".join(f"{value:>{width}}" for value, (_, width) in cells), flush=True)
            findings = await verify_fees(mongo, DISTRICT)
            mongo.close()
        if findings:
            raise SystemExit(f"bills and ledger differ: {findings[:3]}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parts", type=int, nargs="+", default=[10_000, 100_000], help="the sizes of the cities")
    parser.add_argument("--million", action="store_true", help="also a city of a million parts; takes an hour or so")
    parser.add_argument("--floor-every", type=int, default=1, help="measure the floor of every so many pages only")
    given = parser.parse_args()
    sizes = [*given.parts, *([MILLION] if given.million else [])]
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main(sizes, every=given.floor_every))
