"""What several contracts are asked about at once, each up to its own day, on the real store."""

from dataclasses import replace
from datetime import date

import pytest

from kit.caller import SYSTEM_CALLER, Scope
from kit.mongo import UnitOfWork, run_unit_of_work
from services.finance.domain.bill import FeeBill, FeeUnit, Standing
from services.finance.domain.fee_rate import FeeRate
from services.finance.store.bills import bill_document, find_bills_of_contracts_after, insert_bills
from services.finance.store.fee_rates import find_own_rates_of_estates, save_rates
from tests.finance.bills import fee_bill
from tests.finance.fees import EVERYTHING
from tests.heard import HeardService

pytestmark = pytest.mark.store

AREA = "district:360702"


async def keep(finance: HeardService, *bills: FeeBill) -> None:
    async def insert(work: UnitOfWork) -> None:
        await insert_bills(work, [bill_document(bill, areas=(AREA,)) for bill in bills])

    await run_unit_of_work(finance.mongo, SYSTEM_CALLER, insert, clock=finance.clock)


async def test_the_bills_of_each_contract_reach_beyond_its_own_last_day(finance: HeardService) -> None:
    february = {"from_": date(2026, 2, 1), "to": date(2026, 2, 28)}
    bills = [
        fee_bill("bil_1", contract_id="ctr_1", **february),
        fee_bill("bil_2", contract_id="ctr_2", **february),
        fee_bill("bil_3", contract_id="ctr_1"),
        fee_bill("bil_4", contract_id="ctr_2", due_on=date(2026, 3, 30)),
        fee_bill("bil_5", contract_id="ctr_2", standing=Standing.CANCELLED, cancelled_on=date(2026, 3, 2)),
        fee_bill("bil_6", contract_id="ctr_3"),
    ]
    await keep(finance, *bills)
    last_days = {"ctr_1": date(2026, 2, 28), "ctr_2": date(2026, 2, 27), "ctr_3": date(2026, 3, 31)}

    found = await find_bills_of_contracts_after(finance.mongo, last_days, scope=EVERYTHING)
    elsewhere = await find_bills_of_contracts_after(finance.mongo, last_days, scope=Scope.of("district:610703"))

    ids = {contract_id: [bill.id for bill in its] for contract_id, its in found.items()}
    assert ids == {"ctr_1": ["bil_3"], "ctr_2": ["bil_4", "bil_2"]}
    assert elsewhere == {}
    assert await find_bills_of_contracts_after(finance.mongo, {}, scope=EVERYTHING) == {}


async def test_an_estates_own_rates_are_those_without_a_contract(finance: HeardService) -> None:
    own = FeeRate(
        id="frt_1",
        estate_id="est_1",
        contract_id=None,
        item_code="CLEANING",
        unit=FeeUnit.PER_HOUSEHOLD_MONTH,
        rate=fee_bill().rate,
        effective_from=date(2026, 1, 1),
    )
    others = [
        replace(own, id="frt_2", contract_id="ctr_1"),
        replace(own, id="frt_3", estate_id="est_2"),
        replace(own, id="frt_4", estate_id="est_3"),
    ]

    async def insert(work: UnitOfWork) -> None:
        await save_rates(work, [own, *others], areas=(AREA,))

    await run_unit_of_work(finance.mongo, SYSTEM_CALLER, insert, clock=finance.clock)

    found = await find_own_rates_of_estates(finance.mongo, ["est_1", "est_2"], scope=EVERYTHING)

    assert found == {"est_1": [own], "est_2": [others[1]]}
