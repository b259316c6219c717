"""The cut-over of a legacy city through finance's door: dated postings, estate by estate, reconciled with the bank."""

from typing import Any

import pytest

from kit.caller import Caller, Role
from services.finance.domain.bill import BillSource
from services.finance.use_cases.verify_fees import verify_fees
from services.finance.use_cases.verify_money import verify_money
from tests.finance.deposits import deposit_of_estate
from tests.finance.fees import PAY, START_RUN
from tests.finance.graphql.test_bank import act, close, exceptions
from tests.finance.legacy import MORE_HEADERS, OFFICE, REVERSE, legacy_estate, upload
from tests.heard import ZHANGGONG, HeardService, caller

pytestmark = pytest.mark.store


async def test_an_estate_begins_with_what_the_registry_hands_over_and_may_begin_anew(finance: HeardService) -> None:
    legacy = await legacy_estate(finance)
    lines = legacy.handed_over

    assert await upload(finance, *lines, dry=True) == (
        200,
        {"dryRun": True, "opened": 1, "unchanged": 0, "rows": []},
    )
    assert (await legacy.holds())["fund's bank"] == 0
    assert await upload(finance, *lines) == (201, {"opened": 1, "unchanged": 0})
    assert await upload(finance, *lines[::-1]) == (200, {"opened": 0, "unchanged": 1})

    opened = {
        "fund's bank": 2_234_50,
        "pool": 1_000_00,
        "101": 1_234_50,
        "owners' bank": 10_000_00,
        "purse": 500_00,
    }
    assert await legacy.holds() == opened
    assert await legacy.fees() == ([(BillSource.OPENING.value, 120_00, True)], {"h201": 30_00})
    await legacy.funds.adds_up()
    assert await verify_fees(finance.mongo, ZHANGGONG) == []
    assert await verify_money(finance.mongo, ZHANGGONG) == []
    deposit = await deposit_of_estate(finance, legacy.funds.facts)
    assert (deposit["state"], deposit["paid"]) == ("PART_PAID", "10000.00")
    assert await upload(finance, *lines[:-1]) == (409, [("DUPLICATE", [legacy.funds.facts.estate_id])])

    back = await act(finance, REVERSE, estateId=legacy.funds.facts.estate_id, reason="台账有误")

    assert (back["errors"], back["cutOver"]["state"], back["cutOver"]["asOf"]) == ([], "REVERSED", "2024-12-31")
    assert await legacy.holds() == dict.fromkeys(opened, 0)
    assert await legacy.fees() == ([(BillSource.OPENING.value, 0, False)], {})
    deposit = await deposit_of_estate(finance, legacy.funds.facts)
    assert (deposit["state"], deposit["paid"]) == ("DEMANDED", "0.00")
    assert (await legacy.funds.fund())["topUpList"] == []
    again = await act(finance, REVERSE, estateId=legacy.funds.facts.estate_id, reason="台账有误")
    assert [error["code"] for error in again["errors"]] == ["NOT_FOUND"]
    assert await upload(finance, *lines[:-1]) == (201, {"opened": 1, "unchanged": 0})
    await legacy.funds.adds_up()
    charged = [await act(finance, START_RUN, **legacy.run_of(period)) for period in ("2024-12", "2025-01")]
    assert [(one["code"], one["path"]) for payload in charged for one in payload["errors"]] == [
        ("DUPLICATE", ["input", "period"]),
        ("NEEDS_DECISION", ["input", "items"]),
    ]
    assert await legacy.holds() == opened | {"purse": 0}
    assert await verify_money(finance.mongo, ZHANGGONG) == []


async def test_what_the_owners_account_held_is_the_banks_to_the_fen(finance: HeardService) -> None:
    legacy = await legacy_estate(finance)
    there = f",,{legacy.owners},,"
    claims = (
        legacy.line("DEPOSIT", "10000.00", more=",,,,"),
        legacy.line("PREPAID_FEE", "30.00", "h201", more=there),
        legacy.line("PUBLIC_REVENUE", "500.00", more=there),
    )

    def bank(balance: str) -> str:
        return legacy.line("BANK_BALANCE", balance, more=there)

    for balance in ("10530.01", "10529.99"):
        status, codes = await upload(finance, *claims, bank(balance), headers=MORE_HEADERS)
        assert (status, codes) == (400, [("VALIDATION", [legacy.owners, "balance"])])
    # Without the bank's word the opening stands, but its month is not closed before it is proved.
    assert (await upload(finance, *claims, headers=MORE_HEADERS))[0] == 201
    assert {one["reason"] for one in await exceptions(finance, legacy.owners, "2024-12")} == {"NOT_AT_BANK"}
    assert [error["code"] for error in (await close(finance, "2024-12"))["errors"]] == ["STATE_CONFLICT"]
    facts = legacy.funds.facts
    assert (await act(finance, REVERSE, estateId=facts.estate_id, reason="补录余额"))["errors"] == []
    assert (await upload(finance, *claims, bank("10530.00"), headers=MORE_HEADERS))[0] == 201
    holds = await legacy.holds()
    assert (holds["owners' bank"], holds["fees there"], holds["revenue there"]) == (10_530_00, 30_00, 500_00)

    assert (await close(finance, "2024-12"))["errors"] == []
    locked = await act(finance, REVERSE, estateId=facts.estate_id, reason="已结账")
    assert [error["code"] for error in locked["errors"]] == ["STATE_CONFLICT"]


async def test_every_row_that_cannot_begin_is_told_and_nothing_of_the_file_is_taken(finance: HeardService) -> None:
    legacy = await legacy_estate(finance)
    facts = legacy.funds.facts
    lines = (
        *legacy.handed_over[:2],
        legacy.line("MAINTENANCE_FUND", "1.00", "101", more=",mtf_unknown,,,"),
        legacy.line("DEPOSIT", "1000000.00"),
        legacy.line("ARREARS", "1.00", "101", more=",somebody,,,"),
        legacy.line("PUBLIC_REVENUE", "1.00", more=",GIFTS,,,"),
        legacy.line("PREPAID_FEE", "1.00", "h201", more=f",,{legacy.funds.custody_id},,"),
        legacy.line("FUND_POOL", "1.00", more=",,cus_unknown,,"),
        legacy.line("ARREARS", "1.00", "101").replace(legacy.funds.parts["101"], "prt_unknown"),
        legacy.line("ARREARS", "1.00", "h201").replace(ZHANGGONG, "360102"),
        legacy.line("INTEREST", "1.00"),
    )

    status, told = await upload(finance, *lines, headers=MORE_HEADERS, dry=True)
    refused = await upload(finance, *lines, headers=MORE_HEADERS)

    expected = {
        12: "fund",
        **dict.fromkeys(range(4, 9), "objectId"),
        9: "custodyAccountId",
        10: "partId",
        11: "district",
    }
    paths = [[f"row {number}", column] for number, column in expected.items()]
    assert (status, [one["extensions"]["path"] for one in told["rows"]]) == (200, paths)
    assert refused == (400, [("VALIDATION", path) for path in paths])
    elsewhere = await upload(finance, legacy.line("FUND_POOL", "1.00").replace(facts.estate_id, "est_unknown"))
    assert elsewhere == (404, [("NOT_FOUND", ["row 2"])])
    assert (await legacy.holds())["pool"] == 0


async def test_what_is_live_by_that_day_is_not_opened_and_what_was_used_is_not_taken_back(
    finance: HeardService,
) -> None:
    legacy = await legacy_estate(finance)
    facts = legacy.funds.facts
    part = legacy.funds.parts["101"]
    payment: dict[str, Any] = {
        "partId": part,
        "amount": "20.00",
        "bankRef": "F-1",
        "paidOn": "2025-01-01",
        "channel": "MOBILE",
    }
    await legacy.funds.pay_in("101", "3000.00", "50.00", paidOn="2024-12-31")
    assert (await act(finance, PAY, **payment))["errors"] == []
    arrears = legacy.line("ARREARS", "120.00", "101")

    live = await upload(finance, legacy.line("FUND_POOL", "1.00"), arrears)
    fees_alone = await upload(finance, arrears.replace("2024-12-31", "2025-01-01"))
    before = await upload(finance, arrears)

    assert live == (400, [("VALIDATION", ["row 2", "fund"])])
    assert fees_alone == (400, [("VALIDATION", ["row 2", "fund"])])
    assert before == (201, {"opened": 1, "unchanged": 0})
    assert (await act(finance, PAY, **(payment | {"bankRef": "F-2", "amount": "0.01"})))["errors"] == []
    refused = await act(finance, REVERSE, estateId=facts.estate_id, reason="台账有误")
    assert [error["code"] for error in refused["errors"]] == ["STATE_CONFLICT"]


@pytest.mark.parametrize(
    ("as_of", "by", "expected"),
    [
        ("2026-03-06", OFFICE, (400, [("VALIDATION", ["row 2", "asOf"])])),
        ("2024-12-31", caller(Role.STREET), (403, [("FORBIDDEN_ACTOR", [])])),
    ],
)
async def test_a_cut_over_is_of_a_past_day_and_the_districts_to_make(
    finance: HeardService, as_of: str, by: Caller, expected: tuple[int, Any]
) -> None:
    assert await upload(finance, f"{ZHANGGONG},est_1,,FUND_POOL,1.00,{as_of}", by=by) == expected
