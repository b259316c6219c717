"""Facts that are heard while a bill run goes on: its page is read, and not billed yet (P13)."""

from datetime import date, timedelta

import pytest

from kit.events import ReceivedEvent
from kit.ids import new_id
from kit.lease import Lease
from kit.money import yuan
from services.finance.use_cases.make_out_bills import make_out_bills
from services.finance.use_cases.verify_fees import verify_fees
from tests.finance.fees import Served, served_estate
from tests.heard import HeardService

pytestmark = pytest.mark.store


class HearingLease(Lease):
    """A lease during whose renewals, one before each page is billed, facts are heard, each once."""

    def __init__(self, finance: HeardService, *facts: ReceivedEvent) -> None:
        super().__init__(finance.mongo, "bill-runs", new_id("hld"), timedelta(minutes=1), finance.clock)
        self._finance = finance
        self._facts = list(facts)

    async def renew(self) -> bool:
        if self._facts:
            await self._finance.hear(self._facts.pop(0))
        return await super().renew()


async def bill_while_hearing(served: Served, *facts: ReceivedEvent) -> None:
    """Make the bills of March out, part by part; the facts are heard when the first pages are read."""
    finance = served.finance
    started = await served.start_run()
    lease = HearingLease(finance, *facts)
    assert await lease.acquire()
    await make_out_bills(finance.mongo, started["run"]["id"], clock=finance.clock, lease=lease, page_size=1)


async def test_parts_that_are_sold_or_measured_during_a_run_are_billed_as_if_before(finance: HeardService) -> None:
    served = await served_estate(finance, "100.00", "100.00", "100.00")
    await served.set_rates()
    facts, buyers = served.facts, [new_id("own"), new_id("own")]
    sales = [
        facts.ownership_transferred(served.parts[part], to={buyer: "1.0000"}, since="2026-03-16", before=(seller,))
        for part, (seller, buyer) in enumerate(zip(served.owners, buyers, strict=False))
    ]
    measured = facts.part_measured(served.parts[2], area="90.00", since="2026-03-16")

    await bill_while_hearing(served, sales[0], sales[1], measured)

    billed = [[(bill.owner_ids, bill.from_.day, bill.amount) for bill in await served.bills(part)] for part in range(3)]
    assert billed[:2] == [
        [((seller,), 1, yuan("58.06")), ((buyer,), 16, yuan("61.94"))]
        for seller, buyer in zip(served.owners, buyers, strict=False)
    ]
    assert billed[2] == [((served.owners[2],), 1, yuan("58.06")), ((served.owners[2],), 16, yuan("55.75"))]
    assert all(bill.issued_on == date(2026, 3, 5) for bill in await served.bills())
    assert await verify_fees(finance.mongo, facts.district) == []
