"""Another takes over in a month that is billed: each day is charged once, by whoever serves on it (DH-38, art. 950)."""

from datetime import date
from typing import Any

import pytest

from kit.events import ReceivedEvent
from kit.ids import new_id
from kit.money import Fen, yuan
from services.finance.domain.bill import BillSource, Payee
from tests.finance.fees import ITEM, Served, served_estate
from tests.heard import HeardService

pytestmark = [pytest.mark.store, pytest.mark.rule("DH-38")]

TAKEN_OVER_ON = "2026-03-16"


async def days_billed(served: Served) -> list[tuple[int, int, str, Fen]]:
    """Return first and last day of each bill of March, who is paid, and how much."""
    bills = [bill for bill in await served.bills() if bill.from_ < date(2026, 4, 1)]
    return [(bill.from_.day, bill.to.day, bill.creditor.payee.value, bill.amount) for bill in bills]


def successor(served: Served) -> list[ReceivedEvent]:
    """Let a second provider's contract begin, and be the one that rates are set for."""
    served.facts.contract_id, served.facts.provider_id = new_id("ctr"), new_id("prv")
    signed = served.facts.contract_signed(rate=None, items=(ITEM,))
    return [signed, served.facts.service_started(TAKEN_OVER_ON)]


async def own_rates(served: Served) -> None:
    """Let the owners decide what their own service costs from the day on which they take over."""
    facts = served.facts
    await served.finance.hear(facts.decision_closed(closed_on="2024-12-20"))
    values: dict[str, Any] = {"contractId": None, "decisionId": facts.decision_id, "effectiveFrom": TAKEN_OVER_ON}
    assert (await served.set_rates("1.50", **values))["errors"] == []


async def test_owners_who_take_over_do_not_bill_again_what_was_moved_to_them(finance: HeardService) -> None:
    served = await served_estate(finance, "100.00")
    await served.set_rates()
    run = await served.bill()
    await finance.hear(served.facts.mode_changed("OWNER_SELF", TAKEN_OVER_ON))
    await own_rates(served)

    again = await served.bill()
    quarter = await served.start_run("2026-Q1")
    april = await served.bill("2026-04", dueOn="2026-04-30")

    assert again.id == run.id
    assert await days_billed(served) == [
        (1, 15, "PROVIDER", yuan("58.06")),
        (16, 31, "OWNERS_PUBLIC_ACCOUNT", yuan("61.94")),
    ]
    assert [one["code"] for one in quarter["errors"]] == ["DUPLICATE"]
    assert [(one.creditor.payee, one.amount) for one in april.totals] == [
        (Payee.OWNERS_PUBLIC_ACCOUNT, yuan("150.00")),
    ]


async def test_a_successor_ends_what_the_old_provider_bills_after_its_contract(finance: HeardService) -> None:
    served = await served_estate(finance, "100.00")
    await served.set_rates()
    await finance.hear(served.facts.contract_terminated("2026-02-28"))
    await served.bill(postTermination=True)
    before = await days_billed(served)

    await finance.hear(*successor(served))
    await finance.hear_again()
    await served.set_rates("1.50", effectiveFrom=TAKEN_OVER_ON)
    await served.bill()

    assert before == [(1, 31, "PROVIDER", yuan("120.00"))]
    assert [(bill.source, bill.from_.day, bill.to.day, bill.amount) for bill in await served.bills()] == [
        (BillSource.POST_TERMINATION, 1, 15, yuan("58.06")),
        (BillSource.REGULAR, 16, 31, yuan("77.42")),
    ]


async def test_owners_who_take_over_end_it_as_well(finance: HeardService) -> None:
    served = await served_estate(finance, "100.00")
    await served.set_rates()
    await finance.hear(served.facts.contract_terminated("2026-02-28"))
    await served.bill(postTermination=True)

    await finance.hear(served.facts.mode_changed("OWNER_SELF", TAKEN_OVER_ON))
    await own_rates(served)
    await served.bill()

    assert await days_billed(served) == [
        (1, 15, "PROVIDER", yuan("58.06")),
        (16, 31, "OWNERS_PUBLIC_ACCOUNT", yuan("77.42")),
    ]


@pytest.mark.parametrize("contract_first", [True, False])
async def test_a_provider_who_follows_the_owners_themselves_is_owed_the_days_from_then_on(
    finance: HeardService, contract_first: bool
) -> None:
    served = await served_estate(finance, "100.00")
    facts = served.facts
    await finance.hear(
        facts.contract_terminated("2026-02-28"),
        facts.mode_changed("OWNER_SELF", "2026-03-01"),
        facts.decision_closed(closed_on="2024-12-20"),
    )
    rates: dict[str, Any] = {"contractId": None, "decisionId": facts.decision_id, "effectiveFrom": "2026-03-01"}
    assert (await served.set_rates(**rates))["errors"] == []
    await served.bill()
    contract = successor(served)
    changed = facts.mode_changed("MARKET", TAKEN_OVER_ON, contract_id=facts.contract_id)

    await finance.hear(*([*contract, changed] if contract_first else [changed, *contract]))
    await finance.hear_again()

    assert await days_billed(served) == [
        (1, 15, "OWNERS_PUBLIC_ACCOUNT", yuan("58.06")),
        (16, 31, "PROVIDER", yuan("61.94")),
    ]
    assert [bill.contract_id for bill in await served.bills()] == [None, facts.contract_id]
