"""The cut-over of a legacy city through finance's door: dated postings, estate by estate, reconciled with the bank."""

from typing import Any

import httpx
import pytest

from kit.caller import SYSTEM_CALLER, Caller, Role
from kit.ids import new_id
from kit.ledger.store import account_states
from policy.vocabulary import IncomeEarmark
from services.finance.domain.bill import BillSource
from services.finance.domain.custody_money import fees_held_id, revenue_held_id
from services.finance.domain.deposit_ledger import bank_account_id
from services.finance.domain.maintenance_ledger import door_account_id, pool_account_id
from services.finance.domain.revenue_ledger import purse_id
from services.finance.store.bills import find_bills_of_parts
from services.finance.store.custody_accounts import find_accounts_of_owners
from services.finance.store.fee_accounts import find_accounts_of_parts
from services.finance.store.maintenance_funds import sub_accounts_of_fund
from services.finance.use_cases.verify_fees import verify_fees
from tests.finance.deposits import deposit_of_estate
from tests.finance.fees import PAY
from tests.finance.file_client import file_client, token_of
from tests.finance.funds import FundEstate
from tests.finance.graphql.test_bank import act, close, exceptions
from tests.heard import ZHANGGONG, HeardService, caller

pytestmark = pytest.mark.store

OFFICE = caller(Role.DISTRICT_OFFICE, f"district:{ZHANGGONG}")
EVERYTHING = SYSTEM_CALLER.scope
HEADERS = "district,estateId,partId,fund,balance,asOf"
MORE_HEADERS = f"{HEADERS},objectId,custodyAccountId,firstDeposit,dueOn"
REVERSE = """
    mutation ($input: ReverseOpeningInput!) {
      reverseOpening(input: $input) { cutOver { id asOf state billIds } errors { code path value message } }
    }
"""


async def upload(
    finance: HeardService, *lines: str, headers: str = HEADERS, by: Caller = OFFICE, dry: bool = False
) -> tuple[int, Any]:
    """Bring the file in and return the status with the answer, or with the codes and paths of its refusals."""
    body = "\r\n".join((headers, *lines)).encode()
    async with file_client(finance, by) as client:
        answer: httpx.Response = await client.post(
            "/opening-balances", params={"dryRun": "true"} if dry else {}, content=body, headers=token_of(by)
        )
    content = answer.json()
    if "errors" not in content:
        return answer.status_code, content
    return answer.status_code, [
        (one["extensions"]["code"], one["extensions"].get("path", [])) for one in content["errors"]
    ]


class LegacyEstate:
    """An old estate with a fund, a served contract with a deposit, and its owners' account."""

    def __init__(self, finance: HeardService) -> None:
        self.finance = finance
        self.funds = FundEstate(finance)
        self.owners = ""

    async def begin(self) -> None:
        facts = self.funds.facts
        await self.funds.register(**{"101": "60.00", "h201": "90.00"})
        await self.funds.open_old_fund()
        await self.finance.hear(
            *(facts.ownership_transferred(part, to={new_id("own"): "1.0000"}) for part in self.funds.parts.values()),
            facts.contract_signed(),
            facts.service_started(),
            facts.congress_formed(),
            facts.owners_account_opened(),
        )
        found = await find_accounts_of_owners(self.finance.mongo, [facts.estate_id], scope=EVERYTHING)
        self.owners = found[facts.estate_id].id

    def line(self, fund: str, balance: str, door: str | None = None, as_of: str = "2024-12-31", more: str = "") -> str:
        part = "" if door is None else self.funds.parts[door]
        return f"{ZHANGGONG},{self.funds.facts.estate_id},{part},{fund},{balance},{as_of}{more}"

    @property
    def handed_over(self) -> tuple[str, ...]:
        """What the registry hands over of the estate."""
        return (
            self.line("MAINTENANCE_FUND", "1234.50", "101"),
            self.line("MAINTENANCE_FUND", "0.00", "h201"),
            self.line("FUND_POOL", "1000.00"),
            self.line("ARREARS", "120.00", "101"),
            self.line("PREPAID_FEE", "30.00", "h201"),
            self.line("DEPOSIT", "10000.00"),
            self.line("PUBLIC_REVENUE", "500.00"),
        )

    async def holds(self) -> dict[str, int]:
        """Return what the estate's ledger accounts hold, by what they are; those that are not open hold nothing."""
        facts, fund_id = self.funds.facts, self.funds.fund_id
        subs = await sub_accounts_of_fund(self.finance.mongo, fund_id, scope=EVERYTHING)
        purse = IncomeEarmark.PROJECT_SERVICE
        names = {
            "fund's bank": bank_account_id(self.funds.custody_id),
            "pool": pool_account_id(fund_id),
            **{sub.door_number: door_account_id(sub.id) for sub in subs},
            "owners' bank": bank_account_id(self.owners),
            "fees there": fees_held_id(self.owners, facts.estate_id),
            "revenue there": revenue_held_id(self.owners, facts.estate_id, purse),
            "purse": purse_id(facts.estate_id, purse),
        }
        states = await account_states(self.finance.mongo, list(names.values()), scope=EVERYTHING)
        return {name: states[id_].balance_fen for name, id_ in names.items() if id_ in states}

    async def fees(self) -> tuple[list[tuple[str, int, bool]], dict[str, int]]:
        """Return the source, amount and standing of the bills, and what is prepaid, by door."""
        mongo, parts = self.finance.mongo, list(self.funds.parts.values())
        bills = await find_bills_of_parts(mongo, parts, scope=EVERYTHING)
        accounts = await find_accounts_of_parts(mongo, parts, scope=EVERYTHING)
        doors = {part: door for door, part in self.funds.parts.items()}
        found = [bill for of_part in bills.values() for bill in of_part]
        return (
            [(bill.source.value, bill.outstanding, bill.cancelled_on is None) for bill in found],
            {doors[part]: account.prepaid_total for part, account in accounts.items() if account.prepaid},
        )


async def legacy_estate(finance: HeardService) -> LegacyEstate:
    legacy = LegacyEstate(finance)
    await legacy.begin()
    return legacy


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
    assert await legacy.holds() == opened | {"purse": 0}


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
