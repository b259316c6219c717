"""The comparison of all money of a district: nothing to tell of an estate in order, and every tampered record."""

from collections.abc import Mapping
from typing import Any

import pytest

from services.finance.domain.deposit_ledger import bank_account_id
from services.finance.use_cases.verify_money import verify_money
from tests.finance.fees import REFUND
from tests.finance.graphql.test_bank import ASSERT, act
from tests.finance.graphql.test_fee_spendings import estate_with_fees
from tests.finance.graphql.test_fee_spendings import spend as spend_fees
from tests.finance.legacy import MORE_HEADERS, LegacyEstate, legacy_estate, upload
from tests.finance.test_process_public_revenue import spend, take_back, take_in
from tests.heard import ZHANGGONG, HeardService

pytestmark = pytest.mark.store


async def opened_estate(finance: HeardService) -> LegacyEstate:
    """An estate with money of every kind, some of its fees and revenue in the owners' account."""
    legacy = await legacy_estate(finance)
    there = f",,{legacy.owners},,"
    lines = (
        *(f"{line},,,," for line in legacy.handed_over[:4]),
        legacy.line("DEPOSIT", "10000.00", more=",,,,"),
        legacy.line("PREPAID_FEE", "30.00", "h201", more=there),
        legacy.line("PUBLIC_REVENUE", "500.00", more=there),
        legacy.line("BANK_BALANCE", "10530.00", more=there),
    )
    assert (await upload(finance, *lines, headers=MORE_HEADERS))[0] == 201
    return legacy


async def told(
    finance: HeardService, collection: str, query: Mapping[str, Any], change: Mapping[str, Any]
) -> list[tuple[str, str]]:
    """Return what is found while one record is changed."""
    [before] = await finance.mongo.collection(collection).find(query).limit(1).to_list(1)
    await finance.mongo.collection(collection).update_one({"_id": before["_id"]}, change)
    found = await verify_money(finance.mongo, ZHANGGONG)
    await finance.mongo.collection(collection).replace_one({"_id": before["_id"]}, before)
    return [(one.kind, one.subject) for one in found]


async def test_every_record_that_differs_from_its_ledger_is_told(finance: HeardService) -> None:
    legacy = await opened_estate(finance)
    assert await verify_money(finance.mongo, ZHANGGONG) == []
    fund_id, owners = legacy.funds.fund_id, bank_account_id(legacy.owners)

    fund = await told(finance, "maintenance_funds", {"_id": fund_id}, {"$inc": {"balance": 1}})
    pool = f"fund-pool:{fund_id}"
    movement = await told(finance, "maintenance_movements", {"account_id": pool}, {"$inc": {"change": -1}})
    deposit = await told(finance, "deposits", {"posting_ids": {"$ne": []}}, {"$inc": {"holdings.0.amount": 1}})
    purse = f"{legacy.funds.facts.estate_id}:PROJECT_SERVICE"
    revenue = await told(finance, "cut_overs", {}, {"$set": {"revenue": [["PROJECT_SERVICE", 500_01]]}})

    assert fund == [
        ("FUND_DIFFERS", fund_id),
        ("ACCOUNT_DIFFERS", bank_account_id(legacy.funds.custody_id)),
    ]
    assert movement == [("ACCOUNT_DIFFERS", pool)]
    assert [kind for kind, _ in deposit] == ["ACCOUNT_DIFFERS", "ACCOUNT_DIFFERS"]
    assert deposit[1] == ("ACCOUNT_DIFFERS", owners)
    assert revenue == [("ACCOUNT_DIFFERS", f"revenue:{purse}"), ("ACCOUNT_DIFFERS", f"revenue-bank:{purse}")]


async def test_what_the_bank_said_last_is_what_the_book_held_that_day(finance: HeardService) -> None:
    legacy = await opened_estate(finance)
    await act(finance, ASSERT, custodyAccountId=legacy.owners, day="2025-01-31", balance="10530.01")
    [found] = await verify_money(finance.mongo, ZHANGGONG)
    await act(finance, ASSERT, custodyAccountId=legacy.owners, day="2025-01-31", balance="10530.00")

    assert (found.kind, found.subject, found.message) == (
        "BANK_DIFFERS",
        bank_account_id(legacy.owners),
        "the bank held 10530.01 on 2025-01-31, the book says 10530.00",
    )
    assert await verify_money(finance.mongo, ZHANGGONG) == []


async def test_each_payment_in_a_custody_account_is_compared_with_its_posting(finance: HeardService) -> None:
    served, account = await estate_with_fees(finance)
    facts = served.facts
    paid = await served.pay("50.00", bankRef="F-2", paidOn="2026-02-25", custodyAccountId=account)
    await served.pay("7.00", bankRef="F-3", paidOn="2026-02-25")
    refund = {"paymentId": paid["payment"]["id"], "refundReason": "OVERPAID", "refundedOn": "2026-02-26"}
    await served.write(REFUND, "refundFeePayment", **refund, amount="10.00", bankRef="F-4")
    for bank_ref in ("S-1", "S-2"):
        await spend_fees(served, account, amount="40.00", bankRef=bank_ref)
    await finance.hear(facts.decision_closed(closed_on="2026-01-10", matter="CHANGE_COMMON_USE"))
    into: dict[str, Any] = {"custodyAccountId": account}
    wrong = await take_in(finance, facts, bankRef="R-1", **into)
    await take_back(finance, wrong["revenue"]["id"])
    await take_in(finance, facts, bankRef="R-1", **into)
    await spend(finance, facts, bankRef="R-2", amount="100.00", **into)
    assert await verify_money(finance.mongo, ZHANGGONG) == []

    changed = []
    for collection, bank_ref, change in (
        ("fee_payments", "F-2", {"$inc": {"amount": 1}}),
        ("fee_refunds", "F-4", {"$set": {"refunded_on": "2026-02-27"}}),
        ("fee_spendings", "S-1", {"$inc": {"amount": -1}}),
        ("public_revenues", "R-1", {"$set": {"bank_ref": "R-3"}}),
        ("public_revenue_spendings", "R-2", {"$set": {"spent_on": "2026-03-02"}}),
        # The one was never in the account, the other is not said to be any more.
        ("fee_payments", "F-3", {"$set": {"custody_account_id": account}}),
        ("fee_spendings", "S-2", {"$set": {"custody_account_id": None}}),
    ):
        query = {"bank_ref": bank_ref, "taken_back_id": None}
        changed.append((await finance.mongo.collection(collection).find_one_and_update(query, change))["_id"])
    found = await verify_money(finance.mongo, ZHANGGONG)
    assert {one.subject for one in found if one.kind == "PAYMENT_NOT_POSTED"} == set(changed[:-1])
    assert [one.kind for one in found].count("POSTING_WITHOUT_PAYMENT") == 6
