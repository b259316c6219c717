"""Fees and public revenue in custody accounts: each line of the bank finds them, or a person books it from the line."""

from typing import Any

import pytest

from kit.caller import SYSTEM_CALLER, Role
from kit.ledger.store import balance
from policy.vocabulary import IncomeEarmark
from services.finance.domain.custody_money import fees_held_id, revenue_held_id
from services.finance.domain.deposit_ledger import bank_account_id
from services.finance.store.custody_accounts import find_accounts_of_owners
from tests.finance.fees import REFUND, Served, served_estate
from tests.finance.graphql.test_bank import (
    CLOSE,
    EXCEPTIONS,
    RECONCILE,
    SETTLE,
    act,
    brought,
    close,
    exceptions,
    upload,
)
from tests.finance.test_process_public_revenue import DONGHU, codes, decided, spend, take_back, take_in
from tests.heard import HeardService, RegistryFacts, caller

pytestmark = pytest.mark.store
EVERYTHING = SYSTEM_CALLER.scope


async def owners_account(finance: HeardService, facts: RegistryFacts) -> str:
    """Let the owners open their account and return its id."""
    await finance.hear(facts.congress_formed(), facts.owners_account_opened())
    return (await find_accounts_of_owners(finance.mongo, [facts.estate_id], scope=EVERYTHING))[facts.estate_id].id


async def held(finance: HeardService, account_id: str, ledger_account: str) -> tuple[int, int]:
    """Return what the bank's account holds by the book, and what of it is owed to a purpose."""
    bank = await balance(finance.mongo, bank_account_id(account_id), scope=EVERYTHING)
    return bank, await balance(finance.mongo, ledger_account, scope=EVERYTHING)


async def billed_estate(finance: HeardService) -> tuple[Served, str]:
    served = await served_estate(finance, "100.00")
    await served.set_rates()
    await served.bill()
    return served, await owners_account(finance, served.facts)


async def test_fees_are_found_placed_or_booked_by_the_lines_of_the_bank(finance: HeardService) -> None:
    served, account = await billed_estate(finance)
    [bill] = await served.bills()
    # Recorded with its account, recorded without, and not recorded at all.
    named = await served.pay("40.00", bankRef="F-1", paidOn="2026-02-25", custodyAccountId=account)
    silent = await served.pay("30.00", bankRef="F-2", paidOn="2026-02-26")
    assert [one["payment"]["custodyAccountId"] for one in (named, silent)] == [account, None]

    lines = (
        "2026-02-25,F-1,40.00,,40.00,",
        "2026-02-26,F-2,30.00,,70.00,",
        "2026-02-27,F-3,60.00,,130.00,物业费",
    )
    assert (await upload(finance, account, *lines))[1] == brought(3, 0, 2)
    [missing] = [one for one in await exceptions(finance, account, "2026-02") if one["line"] is not None]
    settled = await act(finance, SETTLE, lineId=missing["line"]["id"], paidFor=bill.id, reason="缴款单补录")
    assert settled["errors"] == []

    assert await exceptions(finance, account, "2026-02") == []
    assert await held(finance, account, fees_held_id(account, served.facts.estate_id)) == (130_00, 130_00)
    [bill] = await served.bills()
    assert bill.paid == 120_00
    assert (await close(finance, "2026-02"))["period"] == "2026-02"
    late = await served.pay("1.00", paidOn="2026-02-28")
    in_time = await served.pay("1.00", paidOn="2026-03-01")
    assert [codes(one) for one in (late, in_time)] == [["STATE_CONFLICT"], []]


async def test_a_refund_leaves_the_account_that_its_payment_came_into(finance: HeardService) -> None:
    served, account = await billed_estate(finance)
    payment = (await served.pay("150.00", bankRef="F-1", paidOn="2026-02-25"))["payment"]["id"]
    refund = {"paymentId": payment, "refundReason": "OVERPAID"}
    await served.write(REFUND, "refundFeePayment", **refund, amount="10.00", bankRef="F-2", refundedOn="2026-02-26")

    told_again = await served.pay("150.00", bankRef="F-1", paidOn="2026-02-25", custodyAccountId=account)
    await served.write(REFUND, "refundFeePayment", **refund, amount="20.00", bankRef="F-3", refundedOn="2026-02-27")

    # What had gone back before the account was named left it as well.
    assert told_again["payment"] == {**told_again["payment"], "id": payment, "custodyAccountId": account}
    assert await held(finance, account, fees_held_id(account, served.facts.estate_id)) == (120_00, 120_00)
    lines = ("2026-02-25,F-1,150.00,,150.00,", "2026-02-26,F-2,,10.00,140.00,", "2026-02-27,F-3,,20.00,120.00,")
    assert (await upload(finance, account, *lines))[1] == brought(3, 0, 0)


async def test_fees_owed_to_the_owners_lie_in_their_account(finance: HeardService) -> None:
    served = await served_estate(finance, "100.00")
    account = await owners_account(finance, served.facts)
    await finance.hear(served.facts.mode_changed("OWNER_SELF", "2026-02-01"))

    paid = await served.pay("50.00", bankRef="F-1", paidOn="2026-02-25")
    twice = await served.pay("50.01", bankRef="F-1", paidOn="2026-02-25")

    assert (paid["payment"]["prepaidTo"], paid["payment"]["custodyAccountId"]) == ("OWNERS_PUBLIC_ACCOUNT", account)
    assert codes(twice) == ["DUPLICATE"]
    assert (await upload(finance, account, "2026-02-25,F-1,50.00,,50.00,"))[1] == brought(1, 0, 0)


@pytest.mark.parametrize("account", ["cus_unknown", "of another estate"])
async def test_fees_are_not_recorded_into_an_account_that_does_not_hold_them(
    finance: HeardService, account: str
) -> None:
    served, _ = await billed_estate(finance)
    other = RegistryFacts()
    await finance.hear(other.estate_registered())
    named = await owners_account(finance, other) if account != "cus_unknown" else account

    refused = await served.pay("40.00", custodyAccountId=named)

    assert [(one["code"], one["path"], one["value"]) for one in refused["errors"]] == [
        (
            "NOT_FOUND" if account == "cus_unknown" else "VALIDATION",
            ["input", "custodyAccountId"],
            named,
        )
    ]


async def test_public_revenue_comes_into_an_account_and_leaves_it(finance: HeardService) -> None:
    facts = await decided(finance)
    account = await owners_account(finance, facts)
    into: dict[str, Any] = {"custodyAccountId": account}
    # The net reaches the bank: 12,000.00 less 2,000.00 of cost.
    await take_in(finance, facts, bankRef="R-1", receivedOn="2026-02-01", **into)
    await take_in(finance, facts, bankRef="R-2", gross="500.00", cost="0.00")

    elsewhere = await spend(finance, facts, amount="500.01")
    beyond = await spend(finance, facts, amount="10000.01", **into)
    spent = await spend(finance, facts, amount="4000.00", spentOn="2026-02-27", bankRef="R-3", **into)
    from_collector = await spend(finance, facts, amount="500.00")

    assert [codes(one) for one in (elsewhere, beyond, spent, from_collector)] == [
        ["INSUFFICIENT_FUNDS"],
        ["INSUFFICIENT_FUNDS"],
        [],
        [],
    ]
    purse = revenue_held_id(account, facts.estate_id, IncomeEarmark.PROJECT_SERVICE)
    assert await held(finance, account, purse) == (6_000_00, 6_000_00)
    lines = ("2026-02-01,R-1,10000.00,,10000.00,广告", "2026-02-27,R-3,,4000.00,6000.00,")
    office = caller(Role.DISTRICT_OFFICE, f"district:{DONGHU}")
    assert (await upload(finance, account, *lines, by=office))[1] == brought(2, 0, 0)


async def test_income_that_is_taken_back_frees_the_line_of_the_bank_until_its_month_is_closed(
    finance: HeardService,
) -> None:
    facts = await decided(finance)
    account = await owners_account(finance, facts)
    into: dict[str, Any] = {"custodyAccountId": account, "bankRef": "R-1", "receivedOn": "2026-02-01", "cost": "0.00"}
    wrong = (await take_in(finance, facts, gross="10000.00", **into))["revenue"]["id"]
    office = caller(Role.DISTRICT_OFFICE, f"district:{DONGHU}")
    await upload(finance, account, "2026-02-01,R-1,10000.00,,10000.00,广告", by=office)

    assert codes(await take_back(finance, wrong)) == []
    asked = await finance.ask(EXCEPTIONS, by=office, account=account, period="2026-02")
    [missing] = asked["bankExceptions"]
    right = await take_in(finance, facts, kind="ADVERT_BOARD", gross="10000.00", **into)
    await act(finance, RECONCILE, by=office, custodyAccountId=account, period="2026-02")

    assert (missing["reason"], missing["line"]["bankRef"], codes(right)) == ("NOT_IN_BOOK", "R-1", [])
    purse = revenue_held_id(account, facts.estate_id, IncomeEarmark.PROJECT_SERVICE)
    assert await held(finance, account, purse) == (10_000_00, 10_000_00)
    closed = await act(finance, CLOSE, by=office, district=DONGHU, period="2026-02")
    assert (closed["period"], closed["errors"]) == ("2026-02", [])
    assert codes(await take_back(finance, right["revenue"]["id"])) == ["STATE_CONFLICT"]
