"""A part is measured anew: what is billed follows its area by day, whether it is heard before the bill run or after."""

from datetime import date

import pytest

from kit.ids import new_id
from kit.money import yuan
from services.finance.use_cases.verify_fees import verify_fees
from tests.finance.fees import Served, served_estate
from tests.heard import HeardService

pytestmark = pytest.mark.store


async def hear_area(served: Served, area: str, since: str) -> None:
    await served.finance.hear(served.facts.part_measured(served.parts[0], area=area, since=since))


@pytest.mark.rule("DH-38")
@pytest.mark.parametrize("heard_first", [True, False])
async def test_a_month_is_billed_by_the_area_of_its_days(finance: HeardService, heard_first: bool) -> None:
    served = await served_estate(finance, "100.00")
    await served.set_rates()
    if heard_first:
        await hear_area(served, "90.00", "2026-03-03")
        await served.bill()
    else:
        await served.bill()
        await served.pay("120.00")
        await hear_area(served, "90.00", "2026-03-03")
        await finance.hear_again()

    bills = await served.bills()

    # 120.00 × 2 ÷ 31 = 7.74…; 108.00 less 108.00 × 2 ÷ 31 = 6.96….
    assert [(bill.from_, bill.to, bill.amount) for bill in bills] == [
        (date(2026, 3, 1), date(2026, 3, 2), yuan("7.74")),
        (date(2026, 3, 3), date(2026, 3, 31), yuan("101.04")),
    ]
    account = await served.account()
    assert account["balance"] == ("-108.78" if heard_first else "11.22")
    assert await verify_fees(finance.mongo, served.facts.district) == []


async def test_a_change_that_leaves_the_area_changes_no_bill(finance: HeardService) -> None:
    served = await served_estate(finance, "100.00")
    await served.set_rates()
    await served.bill()
    [before] = await served.bills()

    await hear_area(served, "100.00", "2026-03-03")

    assert await served.bills() == [before]


async def test_the_bills_of_an_owner_who_sold_and_bought_back_are_settled_once_each_from_the_purse_of_its_days(
    finance: HeardService,
) -> None:
    served = await served_estate(finance, "100.00")
    await served.set_rates()
    await served.bill("2026-02")
    await served.pay("120.00")
    [first], between, part_id = served.owners, new_id("own"), served.parts[0]
    for buyer, seller, since in ((between, first, "2026-02-11"), (first, between, "2026-02-20")):
        sold = served.facts.ownership_transferred(part_id, to={buyer: "1.0000"}, since=since, before=(seller,))
        await finance.hear(sold)
        await finance.hear_again()
    await served.pay("100.00")

    await hear_area(served, "90.00", "2026-02-05")
    await finance.hear_again()

    bills = await served.bills()
    assert [(bill.owner_ids, bill.from_.day, bill.to.day) for bill in bills] == [
        ((first,), 1, 4),
        ((first,), 5, 10),
        ((between,), 11, 19),
        ((first,), 20, 28),
    ]
    assert [bill.paid == bill.amount for bill in bills] == [True, True, True, True]
    assert await verify_fees(finance.mongo, served.facts.district) == []
