"""Bill runs over cities of 10⁴, 10⁵ and, asked for, 10⁶ parts: memory, linearity, and CPU beside the driver alone.

    python -m bench.finance [--parts 10000 100000] [--million]

The floor is measured in the same run, estate by estate: the very documents of the bills that a run has just made out,
inserted once more into a collection with the same indexes, by the driver and nothing else. Absolute figures depend on
the machine and on what else it does; the ratios of one run are what to compare.
"""

import argparse
import asyncio
import resource
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

from kit import outbox
from kit.caller import SYSTEM_CALLER
from kit.clock import FixedClock
from kit.ids import new_id
from kit.money import yuan
from kit.mongo import Index, Mongo, UnitOfWork, ensure_indexes, run_unit_of_work
from services.finance.domain.bill import FeeUnit
from services.finance.domain.bill_run import RunState
from services.finance.domain.contract import ContractKind
from services.finance.domain.estate import Estate
from services.finance.domain.fee_rate import FeeRate
from services.finance.domain.service_period import ContractItem, FeeContract
from services.finance.domain.visibility import areas_of_estate
from services.finance.store.bills import BILLS
from services.finance.store.estates import save_estate
from services.finance.store.fee_rates import save_rates
from services.finance.store.fee_service import save_fee_contract
from services.finance.store.indexes import INDEXES
from services.finance.store.parts import PARTS
from services.finance.use_cases.make_out_bills import PAGE_SIZE, make_out_bills
from services.finance.use_cases.start_bill_run import StartBillRun, start_bill_run
from services.finance.use_cases.verify_fees import verify_fees
from tests.servers import running_mongo

DISTRICT = "360702"
PARTS_OF_ESTATE = 2_000
MILLION = 1_000_000
FLOOR = "floor_bills"
CLOCK = FixedClock(datetime(2026, 3, 5, 2, 0, tzinfo=UTC))


class Measured(NamedTuple):
    """What a city's bill runs cost, and what inserting the same documents alone cost."""

    parts: int
    bills: int
    seconds: float
    cpu: float
    server_cpu: float
    floor_cpu: float
    floor_server_cpu: float
    peak_mb: float


class Meter:
    """Counts the CPU seconds of this process and of the document store while it is on."""

    def __init__(self, server_pid: int) -> None:
        self._stat = Path(f"/proc/{server_pid}/stat")
        self.cpu = self.server_cpu = self.seconds = 0.0

    def __enter__(self) -> "Meter":
        self._from = (time.process_time(), self._server(), time.perf_counter())
        return self

    def __exit__(self, *_: object) -> None:
        began = self._from
        self.cpu += time.process_time() - began[0]
        self.server_cpu += self._server() - began[1]
        self.seconds += time.perf_counter() - began[2]

    def _server(self) -> float:
        fields = self._stat.read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / 100


async def measure(mongo: Mongo, server_pid: int, parts: int) -> Measured:
    """Bill a city of so many parts, estate by estate, each followed by its floor."""
    billing, floor = Meter(server_pid), Meter(server_pid)
    bills = 0
    for number in range(max(1, parts // PARTS_OF_ESTATE)):
        run_id = await prepare_estate(mongo, number, min(parts, PARTS_OF_ESTATE))
        with billing:
            run = await make_out_bills(mongo, run_id, clock=CLOCK)
        if run.state is not RunState.COMPLETED:
            raise SystemExit(f"the run {run.id} is {run.state.value}: {run.halted_because}")
        bills += run.bill_count
        await insert_again(mongo, run.id, run.bill_count, floor)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Measured(
        parts, bills, billing.seconds, billing.cpu, billing.server_cpu, floor.cpu, floor.server_cpu, peak_mb
    )


async def insert_again(mongo: Mongo, run_id: str, count: int, floor: Meter) -> None:
    """Insert the documents of a run's bills once more, by the driver alone, as many at a time as a page has."""
    key = run_id.removeprefix("run_")
    for start in range(1, count + 1, PAGE_SIZE):
        ids = [f"bil_{key}-{number:07d}" for number in range(start, min(start + PAGE_SIZE, count + 1))]
        documents = await mongo.collection(BILLS).find({"_id": {"$in": ids}}).to_list(None)
        with floor:
            await mongo.collection(FLOOR).insert_many(documents)


async def prepare_estate(mongo: Mongo, number: int, parts: int) -> str:
    """Write an estate with its contract, rate and parts, start its run, and return the run's id."""
    estate = Estate(new_id("est"), DISTRICT, new_id("str"), new_id("com"), name=f"小区{number}")
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
    return {
        "_id": part_id,
        "id": part_id,
        "estate_id": estate.id,
        "facts": {
            "building_id": "bld_1",
            "door_number": f"{serial // 60 + 1}栋{serial % 60 + 1}",
            "area": 6_000 + serial,
            "area_basis": "REGISTER",
            "has_lift": False,
        },
        "transfers": {"2020-05-01": [{"owner_id": owner_id, "share": 10_000}]},
        "undelivered": {},
        "delivered_on": {},
        "areas": [
            f"district:{DISTRICT}",
            f"street:{estate.street_id}",
            f"community:{estate.community_id}",
            f"manage:{estate.id}",
            f"part:{part_id}",
            f"owner:{owner_id}",
        ],
    }


async def main(sizes: list[int]) -> None:
    """Measure each size over a store of its own, compare bills and ledger, and print the figures."""
    names = (("parts", 9), ("bills", 9), ("s", 8), ("µs/bill", 9), ("to first", 10), ("CPU/floor", 11))
    print("".join(f"{name:>{width}}" for name, width in (*names, ("with store", 12), ("peak MB", 9))))
    first: float | None = None
    for parts in sizes:
        with running_mongo() as server:
            mongo = await Mongo.connect(server.uri, "bench_finance")
            outbox.install(mongo)
            floor_indexes = [Index(FLOOR, one.keys, one.unique) for one in INDEXES if one.collection == BILLS]
            await ensure_indexes(mongo, (*outbox.INDEXES, *INDEXES, *floor_indexes))
            assert server.process is not None
            figures = await measure(mongo, server.process.pid, parts)
            findings = await verify_fees(mongo, DISTRICT)
            mongo.close()
        each = figures.cpu / figures.bills * 1e6
        first = first or each
        both = (figures.cpu + figures.server_cpu) / (figures.floor_cpu + figures.floor_server_cpu)
        print(
            f"{figures.parts:>9}{figures.bills:>9}{figures.seconds:>8.1f}{each:>9.1f}{each / first:>10.2f}"
            f"{figures.cpu / figures.floor_cpu:>11.2f}{both:>12.2f}{figures.peak_mb:>9.0f}",
            flush=True,
        )
        if findings:
            raise SystemExit(f"bills and ledger differ: {findings[:3]}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parts", type=int, nargs="+", default=[10_000, 100_000], help="the sizes of the cities")
    parser.add_argument("--million", action="store_true", help="also a city of a million parts; takes an hour or so")
    given = parser.parse_args()
    asyncio.run(main([*given.parts, *([MILLION] if given.million else [])]))
