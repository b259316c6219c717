"""Parts and owners that are heard of after their month was billed: the missing bills are made out, each once (P13)."""

import random
from datetime import date

import pytest

from kit.events import ReceivedEvent
from kit.ids import new_id
from kit.ledger.verify import verify
from kit.money import Fen, yuan
from services.finance.use_cases.verify_fees import verify_fees
from tests.finance.fees import CANCEL, Served, served_estate
from tests.finance.test_process_late_facts import bill_while_hearing
from tests.heard import HeardService

pytestmark = pytest.mark.store

SUMMARY = 'query ($id: ID!, $period: String!) { _entities(representations: [{__typename: "Estate", id: $id}]) {'
SUMMARY += " ... on Estate { feeSummary(period: $period) { billed collected } } } }"


async def assert_books_agree(served: Served) -> None:
    """Assert that bills, accounts and ledger say the same, and that the ledger is whole."""
    finance = served.finance
    assert await verify_fees(finance.mongo, served.facts.district) == []
    report = await verify(finance.mongo, f"fees:{served.facts.district}", clock=finance.clock)
    assert report.findings == ()


def heard_late(served: Served, *, owners: tuple[tuple[str, str], ...], area: str = "100.00") -> list[ReceivedEvent]:
    """Return the facts of a further part of the estate, and of its owners one after the other."""
    part_id = new_id("prt")
    before: tuple[str, ...] = ()
    served.parts.append(part_id)
    facts = [served.facts.part_registered(part_id, door="1栋901", area=area)]
    for owner_id, since in owners:
        told = served.facts.ownership_transferred(part_id, to={owner_id: "1.0000"}, since=since, before=before)
        facts.append(told)
        before = (owner_id,)
    return facts


async def shown(served: Served, part: int = 1) -> list[tuple[tuple[str, ...], date, date, Fen]]:
    return [(bill.owner_ids, bill.from_, bill.to, bill.amount) for bill in await served.bills(part)]


@pytest.mark.rule("DH-38")
async def test_an_owner_who_is_heard_after_the_run_gets_the_bills_that_are_missing(finance: HeardService) -> None:
    served = await served_estate(finance, "100.00")
    await served.set_rates()
    owner = new_id("own")
    part, transfer = heard_late(served, owners=((owner, "2026-03-11"),))
    await finance.hear(part)
    march = await served.bill()
    april = await served.bill("2026-04", dueOn="2026-04-30")
    served.today("2026-04-20")

    await finance.hear(transfer)
    await finance.hear_again()

    assert (march.unbilled_count, april.unbilled_count) == (1, 1)
    bills = await served.bills(1)
    assert [(bill.period, bill.from_.day, bill.amount, bill.due_on) for bill in bills] == [
        ("2026-03", 11, yuan("81.30"), date(2026, 4, 20)),  # 120.00 - 120.00 × 10 ÷ 31, floored
        ("2026-04", 1, yuan("120.00"), date(2026, 4, 30)),
    ]
    assert {bill.owner_ids for bill in bills} == {(owner,)}
    assert (bills[0].issued_on, bills[0].run_id, bills[0].creditor) == (
        date(2026, 4, 20),
        march.id,
        (await served.bills(0))[0].creditor,
    )
    await assert_books_agree(served)


@pytest.mark.parametrize("seed", range(4))
async def test_late_facts_in_any_order_and_twice_bill_each_day_once(finance: HeardService, seed: int) -> None:
    served = await served_estate(finance, "100.00")
    await served.set_rates()
    await served.bill()
    seller, buyer = new_id("own"), new_id("own")
    part, sold_first, sold_then = heard_late(served, owners=((seller, "2020-01-01"), (buyer, "2026-03-16")))
    trust = served.facts.mode_changed("TRUST", "2026-03-21", contract_id=served.facts.contract_id)
    lanes = [[part, part], [sold_first, sold_first, sold_then, sold_first], [trust, trust]]

    dice = random.Random(seed)
    while lanes:
        await finance.hear(dice.choice(lanes).pop(0))
        lanes = [lane for lane in lanes if lane]
    await finance.hear_again()

    bills = await served.bills(1)
    assert [(bill.owner_ids, bill.from_.day, bill.amount, bill.creditor.payee.value) for bill in bills] == [
        ((seller,), 1, yuan("58.06"), "PROVIDER"),
        ((buyer,), 16, yuan("19.35"), "PROVIDER"),
        ((buyer,), 21, yuan("42.59"), "TRUST_FUND"),
    ]
    await assert_books_agree(served)


async def test_what_was_prepaid_settles_the_late_bill_and_a_cancelled_one_does_not_come_back(
    finance: HeardService,
) -> None:
    served = await served_estate(finance, "100.00")
    await served.set_rates()
    owner = new_id("own")
    part, transfer = heard_late(served, owners=((owner, "2020-01-01"),))
    await finance.hear(part)
    await served.pay("150.00", part=1)
    await served.bill()

    await finance.hear(transfer)

    [bill] = await served.bills(1)
    assert (bill.paid, (await served.account(1))["prepaid"]) == (yuan("120.00"), "30.00")
    found = await finance.ask(SUMMARY, id=served.facts.estate_id, period="2026-03")
    assert found["_entities"][0]["feeSummary"] == {"billed": "240.00", "collected": "120.00"}
    await served.write(CANCEL, "cancelFeeBill", billId=bill.id, reason="重复收取")
    await finance.hear(
        served.facts.ownership_transferred(
            served.parts[1], to={new_id("own"): "1.0000"}, since="2026-03-11", before=(owner,)
        )
    )
    assert await served.bills(1) == []
    await assert_books_agree(served)


async def test_owners_of_later_days_and_days_after_the_end_bring_no_late_bill(finance: HeardService) -> None:
    served = await served_estate(finance, "100.00")
    await served.set_rates()
    await served.bill()
    await finance.hear(*heard_late(served, owners=((new_id("own"), "2026-04-01"),)))
    await finance.hear(served.facts.contract_terminated("2026-03-10", handover_accepted=False))
    owner = new_id("own")

    await finance.hear(*heard_late(served, owners=((owner, "2020-01-01"),)))

    assert await served.bills(1) == []
    assert await shown(served, 2) == [((owner,), date(2026, 3, 1), date(2026, 3, 10), yuan("38.70"))]
    await assert_books_agree(served)


async def test_parts_that_are_registered_while_a_run_goes_on_are_billed_once(finance: HeardService) -> None:
    served = await served_estate(finance, "100.00", "100.00", "100.00")
    await served.set_rates()
    owners = [new_id("own") for _ in range(4)]
    facts = [heard_late(served, owners=((owner, "2020-01-01"),)) for owner in owners]

    await bill_while_hearing(served, *[one for of_part in facts for one in of_part][:3])
    for of_part in facts:
        await finance.hear(*of_part)

    for part, owner in enumerate(owners, start=3):
        assert await shown(served, part) == [((owner,), date(2026, 3, 1), date(2026, 3, 31), yuan("120.00"))]
    await assert_books_agree(served)
