"""A run's bills are written in bulk, each as `bill_document` makes it, and never twice."""

from dataclasses import replace
from datetime import date

import pytest

from kit.area import Area
from kit.caller import SYSTEM_CALLER
from kit.ids import new_id
from kit.money import Fen
from kit.mongo import TooContended, UnitOfWork, run_unit_of_work
from services.finance.domain.bill import BillSource
from services.finance.domain.bill_run import BillRun, NewBill
from services.finance.store.bills import find_bills
from services.finance.store.new_bills import insert_new_bills
from tests.finance.bills import MARCH, bill_line, fee_bill
from tests.finance.fees import EVERYTHING
from tests.heard import HeardService

pytestmark = pytest.mark.store
LINE = bill_line()
PLACE = ("district:360702", "street:str_1", "community:com_1", "manage:est_1")


def bill_run() -> BillRun:
    return BillRun(
        id=new_id("run"),
        district="360702",
        estate_id="est_1",
        period="2026-03",
        items=("PROPERTY",),
        source=BillSource.REGULAR,
        due_on=date(2026, 3, 31),
        issued_on=date(2026, 3, 1),
        lines=(LINE,),
    )


def bill(part_id: str, owner_ids: tuple[str, ...], *, from_: date = MARCH.from_) -> NewBill:
    return NewBill(LINE, part_id, "1栋101", owner_ids, from_, MARCH.to, Area(8_935), Fen(10_722))


async def write(finance: HeardService, run: BillRun, bills: list[NewBill]) -> None:
    async def insert(work: UnitOfWork) -> None:
        await insert_new_bills(work, run, bills, run.next_bill_ids(len(bills)), place=PLACE)

    await run_unit_of_work(finance.mongo, SYSTEM_CALLER, insert, clock=finance.clock, max_attempts=1)


async def test_a_bill_reads_as_it_was_made_out(finance: HeardService) -> None:
    run = bill_run()
    joint = tuple(f"own_{number:03d}" for number in range(300))

    await write(finance, run, [bill("prt_1", ("own_a",), from_=date(2026, 3, 11)), bill("prt_2", joint)])

    first, second = run.next_bill_ids(2)
    found = await find_bills(finance.mongo, [first, second], scope=EVERYTHING)
    whole = fee_bill(
        first,
        run_id=run.id,
        unit=LINE.unit,
        rate=LINE.rate,
        quantity=8_935,
        amount=Fen(10_722),
        part_id="prt_1",
        from_=date(2026, 3, 11),
    )
    assert found[first] == whole
    assert found[second] == replace(whole, id=second, part_id="prt_2", owner_ids=joint, from_=MARCH.from_)


@pytest.mark.rule("DH-38")
async def test_a_bill_whose_number_is_taken_is_not_written_again(finance: HeardService) -> None:
    run = bill_run()
    await write(finance, run, [bill("prt_1", ("own_a",))])

    with pytest.raises(TooContended):
        await write(finance, run, [bill("prt_2", ("own_a",))])

    found = await find_bills(finance.mongo, run.next_bill_ids(1), scope=EVERYTHING)
    assert [one.part_id for one in found.values()] == ["prt_1"]
