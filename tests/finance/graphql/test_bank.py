"""Statements, exceptions and closed months through finance's doors, on the real store."""

from datetime import date
from typing import Any

import pytest

from kit.caller import Caller, Role
from kit.ids import new_id
from tests.finance.deposits import demanded_deposit, deposit_of_estate, pay
from tests.finance.file_client import file_client, token_of
from tests.heard import EVERYBODY, NANZHENG, ZHANGGONG, HeardService, RegistryFacts, caller

pytestmark = pytest.mark.store

OFFICE = caller(Role.DISTRICT_OFFICE, f"district:{ZHANGGONG}")
HEADERS = "交易日期,流水号,收入金额,支出金额,余额,摘要"
EXCEPTIONS = """
    query ($account: ID!, $period: String!) {
      bankExceptions(custodyAccountId: $account, period: $period) {
        reason day amount postingId line { id bankRef day amount balance memo }
      }
    }
"""
SETTLE = """
    mutation ($input: SettleBankExceptionInput!) {
      settleBankException(input: $input) { postingId custodyAccount { id } errors { code path value } replayed }
    }
"""
ASSERT = """
    mutation ($input: AssertBankBalanceInput!) {
      assertBankBalance(input: $input) { custodyAccount { id } events { type } errors { code path value } }
    }
"""
RECONCILE = """
    mutation ($input: ReconcileAccountInput!) {
      reconcileAccount(input: $input) { custodyAccount { id } errors { code path value } }
    }
"""
CLOSE = """
    mutation ($input: ClosePeriodInput!) {
      closePeriod(input: $input) { period events { type } errors { code path value message } replayed }
    }
"""


async def upload(finance: HeardService, account: str, *lines: str, by: Caller = OFFICE) -> tuple[int, dict[str, Any]]:
    """Bring a statement in and return the status and the answer, without the statement's id."""
    body = "\r\n".join((HEADERS, *lines)).encode("gbk")
    async with file_client(finance, by) as client:
        answer = await client.post(f"/custody-accounts/{account}/statements", content=body, headers=token_of(by))
    content = dict(answer.json())
    content.pop("statementId", None)
    return answer.status_code, content


def brought(new: int, unchanged: int, left: int) -> dict[str, int]:
    return {"newLines": new, "unchangedLines": unchanged, "openExceptions": left}


async def act(finance: HeardService, query: str, *, by: Caller = OFFICE, **values: Any) -> dict[str, Any]:
    [payload] = (await finance.ask(query, by=by, input={"idempotencyKey": new_id("key"), **values})).values()
    return dict(payload)


async def close(finance: HeardService, period: str = "2024-03", **values: Any) -> dict[str, Any]:
    return await act(finance, CLOSE, district=ZHANGGONG, period=period, **values)


async def exceptions(finance: HeardService, account: str, period: str = "2024-03") -> list[dict[str, Any]]:
    return list((await finance.ask(EXCEPTIONS, by=OFFICE, account=account, period=period))["bankExceptions"])


async def paid_deposit(finance: HeardService, facts: RegistryFacts, **changes: Any) -> str:
    """A deposit of 30,000 of which 10,000 is paid under HD-1 on 1 March 2024; returns the account's id."""
    account = await demanded_deposit(finance, facts, area="30000.00")
    await pay(finance, facts, account_id=account, amount="10000.00", bankRef="HD-1", **changes)
    return account


async def test_a_statement_that_cancels_out_newest_first_leaves_what_was_held_before(finance: HeardService) -> None:
    facts = RegistryFacts()
    account = await paid_deposit(finance, facts)
    await upload(finance, account, "2024-03-01,HD-1,10000.00,,10000.00,")

    status, told = await upload(finance, account, "2024-03-01,HD-3,,5.00,10000.00,", "2024-03-01,HD-2,5.00,,10005.00,")

    # Both lines are unknown to the book; the balance of the day is the one that it holds.
    assert (status, told) == (201, brought(2, 0, 2))
    assert {one["reason"] for one in await exceptions(finance, account)} == {"NOT_IN_BOOK"}


async def test_a_statement_that_agrees_leaves_nothing_and_the_month_is_closed(finance: HeardService) -> None:
    facts = RegistryFacts()
    account = await paid_deposit(finance, facts)

    assert await upload(finance, account, "2024-03-01,HD-1,10000.00,,10000.00,") == (201, brought(1, 0, 0))
    assert await upload(finance, account, "2024-03-01,HD-1,10000.00,,10000.00,") == (200, brought(0, 1, 0))
    closed = await close(finance)

    assert (closed["period"], closed["errors"], closed["events"]) == (
        "2024-03",
        [],
        [{"type": "finance.period.closed"}],
    )
    assert dict(await finance.announced())["finance.period.closed"]["period"] == "2024-03"
    late = await pay(finance, facts, account_id=account, amount="1.00", paid_on="2024-03-31")
    assert [(error["code"], error["value"]) for error in late["errors"]] == [("STATE_CONFLICT", "2024-03-31")]
    assert (await pay(finance, facts, account_id=account, amount="1.00", paid_on="2024-04-01"))["errors"] == []
    assert [error["code"] for error in (await close(finance))["errors"]] == ["STATE_CONFLICT"]
    status, refused = await upload(
        finance,
        account,
        "2024-03-01,HD-1,10000.00,,10000.00,",
        "2024-03-02,HD-9,1.00,,10001.00,",
        "2024-03-03,HD-8,1.00,,10002.00,",
        "2024-04-01,HD-7,1.00,,10003.00,",
    )
    assert (status, refused["refusedRows"]) == (409, 2)
    assert [(one["extensions"]["code"], one["extensions"]["path"]) for one in refused["errors"]] == [
        ("STATE_CONFLICT", ["lines", "HD-9"]),
        ("STATE_CONFLICT", ["lines", "HD-8"]),
    ]


async def test_a_changed_line_is_refused_and_nothing_of_its_statement_is_kept(finance: HeardService) -> None:
    account = await paid_deposit(finance, RegistryFacts())
    await upload(finance, account, "2024-03-01,HD-1,10000.00,,10000.00,")

    status, answer = await upload(
        finance, account, "2024-03-01,HD-1,10000.01,,10000.01,", "2024-03-02,HD-2,1.00,,10001.01,"
    )

    assert (status, answer["errors"][0]["extensions"]["code"]) == (409, "DUPLICATE")
    assert await upload(finance, account, "2024-03-01,HD-1,10000.00,,10000.00,") == (200, brought(0, 1, 0))

    wrong = [f"2024-03-02,HD-{number},1.00,,," for number in range(2, 103)]
    for count, told in ((100, 100), (101, 100)):
        status, answer = await upload(finance, account, "2024-03-02,HD-1,1.00,,10001.00,", *wrong[:count])
        assert (status, answer["refusedRows"], len(answer["errors"])) == (400, count, told)
        assert answer["errors"][-1]["extensions"] == {"code": "VALIDATION", "path": ["row 102", "余额"], "value": ""}
    assert await upload(finance, account, "2024-03-01,HD-1,10000.00,,10000.00,") == (200, brought(0, 1, 0))


@pytest.mark.parametrize(("balance", "difference"), [("9999.99", "-0.01"), ("10000.01", "0.01")])
async def test_a_difference_of_one_fen_is_announced_and_keeps_the_month_open(
    finance: HeardService, balance: str, difference: str
) -> None:
    account = await paid_deposit(finance, RegistryFacts())
    await upload(finance, account, "2024-03-01,HD-1,10000.00,,10000.00,")

    asserted = await act(finance, ASSERT, custodyAccountId=account, day="2024-03-31", balance=balance)
    again = await act(finance, ASSERT, custodyAccountId=account, day="2024-03-31", balance=balance)
    refused = await close(finance)

    assert [payload["events"] for payload in (asserted, again)] == [[{"type": "finance.reconciliation.failed"}], []]
    told = dict(await finance.announced())["finance.reconciliation.failed"]
    assert (told["accountId"], told["day"], told["difference"]) == (account, "2024-03-31", difference)
    [found] = await exceptions(finance, account)
    assert (found["reason"], found["day"], found["amount"]) == ("BALANCE_DIFFERS", "2024-03-31", difference)
    [error] = refused["errors"]
    assert (error["code"], error["path"], error["value"]) == (
        "STATE_CONFLICT",
        [account, "2024-03-31", "BALANCE_DIFFERS"],
        difference,
    )
    agreed = await act(finance, ASSERT, custodyAccountId=account, day="2024-03-31", balance="10000.00")
    assert (agreed["events"], (await close(finance))["period"]) == ([], "2024-03")


async def test_what_the_book_lacks_is_posted_from_its_line(finance: HeardService) -> None:
    facts = RegistryFacts()
    account = await paid_deposit(finance, facts)
    lines = ("2024-03-01,HD-1,10000.00,,10000.00,", "2024-03-02,HD-2,20000.00,,30000.00,幸福里保证金")
    assert await upload(finance, account, *lines) == (201, brought(2, 0, 2))
    found = await exceptions(finance, account)
    assert [(one["reason"], one["day"], one["amount"]) for one in found] == [
        ("NOT_IN_BOOK", "2024-03-02", "20000.00"),
        ("BALANCE_DIFFERS", "2024-03-02", "20000.00"),
    ]
    line = found[0]["line"]
    assert (line["bankRef"], line["memo"]) == ("HD-2", "幸福里保证金")
    deposit = await deposit_of_estate(finance, facts)

    settled = await act(finance, SETTLE, lineId=line["id"], paidFor=deposit["id"], reason="缴款单补录")

    assert settled["errors"] == []
    assert await exceptions(finance, account) == []
    assert (await deposit_of_estate(finance, facts))["state"] == "HELD"
    assert (await close(finance))["period"] == "2024-03"
    again = await act(finance, SETTLE, lineId=line["id"], paidFor=deposit["id"], reason="缴款单补录")
    assert [error["code"] for error in again["errors"]] == ["STATE_CONFLICT"]


async def test_a_mistyped_reference_is_matched_by_hand_where_two_postings_fit(finance: HeardService) -> None:
    facts = RegistryFacts()
    account = await paid_deposit(finance, facts)
    other = await pay(finance, facts, account_id=account, amount="10000.00", bankRef="HD-X")
    lines = ("2024-03-01,HD-8,10000.00,,10000.00,", "2024-03-01,HD-9,10000.00,,20000.00,")
    await upload(finance, account, *lines)
    found = await exceptions(finance, account)
    assert [one["reason"] for one in found] == ["NOT_AT_BANK", "NOT_AT_BANK", "SEVERAL_FIT", "SEVERAL_FIT"]
    assert [error["code"] for error in (await close(finance))["errors"]] == ["STATE_CONFLICT"]

    settled = await act(
        finance, SETTLE, lineId=f"{account}#HD-9", postingId=other["entry"]["postingId"], reason="流水号录错"
    )

    # One of two is settled; the other pair is then the only one that fits.
    assert (settled["errors"], settled["postingId"]) == ([], other["entry"]["postingId"])
    assert await exceptions(finance, account) == []


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"reason": None, "postingId": "pst_1"}, ("VALIDATION", ["input", "reason"])),
        ({}, ("VALIDATION", ["input", "postingId"])),
        ({"postingId": "pst_1", "paidFor": "dep_1"}, ("VALIDATION", ["input", "postingId"])),
        ({"postingId": "pst_unknown"}, ("NOT_FOUND", ["input", "postingId"])),
        ({"lineId": "cus_1#HD-2", "postingId": "pst_1"}, ("NOT_FOUND", ["input", "lineId"])),
        ({"paidFor": "dep_unknown"}, ("NOT_FOUND", ["reference"])),
        ({"paidFor": "est_1"}, ("VALIDATION", ["reference"])),
    ],
)
async def test_a_settlement_that_settles_nothing_is_refused(
    finance: HeardService, values: dict[str, Any], refusal: tuple[str, list[str]]
) -> None:
    account = await demanded_deposit(finance, RegistryFacts())
    await upload(finance, account, "2024-03-02,HD-2,20000.00,,20000.00,")

    refused = await act(finance, SETTLE, **({"lineId": f"{account}#HD-2", "reason": "核对"} | values))

    assert [(error["code"], error["path"]) for error in refused["errors"]] == [refusal]


async def test_a_posting_of_another_amount_is_not_the_line_by_hand_either(finance: HeardService) -> None:
    facts = RegistryFacts()
    account = await demanded_deposit(finance, facts, area="30000.00")
    paid = await pay(finance, facts, account_id=account, amount="10000.00")
    await upload(finance, account, "2024-03-01,HD-2,10000.01,,10000.01,")

    refused = await act(finance, SETTLE, lineId=f"{account}#HD-2", postingId=paid["entry"]["postingId"], reason="核对")

    assert [(error["code"], error["value"]) for error in refused["errors"]] == [("VALIDATION", "0.01")]


async def test_a_line_that_came_before_its_posting_is_matched_when_the_month_is_matched_anew(
    finance: HeardService,
) -> None:
    facts = RegistryFacts()
    account = await demanded_deposit(finance, facts, area="30000.00")
    assert (await upload(finance, account, "2024-03-01,HD-1,10000.00,,10000.00,"))[1] == brought(1, 0, 2)
    await pay(finance, facts, account_id=account, amount="10000.00", bankRef="HD-1")

    assert (await act(finance, RECONCILE, custodyAccountId=account, period="2024-03"))["errors"] == []

    assert await exceptions(finance, account) == []


@pytest.mark.parametrize(
    ("by", "code"),
    [
        (caller(Role.OWNER), "FORBIDDEN_ACTOR"),
        (caller(Role.STREET), "FORBIDDEN_ACTOR"),
        (caller(Role.DISTRICT_OFFICE, f"district:{NANZHENG}"), "NOT_FOUND"),
    ],
)
async def test_only_the_district_closes_its_months(finance: HeardService, by: Caller, code: str) -> None:
    refused = await close(finance, by=by)

    assert (refused["period"], [error["code"] for error in refused["errors"]]) == (None, [code])


@pytest.mark.parametrize(("period", "code"), [("2026-03", "STATE_CONFLICT"), ("2024-13", "VALIDATION")])
async def test_a_month_that_is_not_over_is_not_closed(finance: HeardService, period: str, code: str) -> None:
    assert finance.clock.now().date() == date(2026, 3, 5)

    assert [error["code"] for error in (await close(finance, period))["errors"]] == [code]


async def test_who_neither_keeps_nor_audits_the_account_reads_nothing_of_its_bank(finance: HeardService) -> None:
    account = await paid_deposit(finance, RegistryFacts())
    await upload(finance, account, "2024-03-02,HD-2,1.00,,1.00,王某")
    variables = {"account": account, "period": "2024-03"}

    refused = await finance.execute(EXCEPTIONS, by=caller(Role.OWNER), **variables)
    elsewhere = await finance.ask(EXCEPTIONS, by=caller(Role.STREET, f"district:{NANZHENG}"), **variables)
    audited = await finance.ask(EXCEPTIONS, by=EVERYBODY, **variables)

    assert refused.errors
    assert refused.errors[0].original_error.code == "FORBIDDEN_ACTOR"
    assert elsewhere["bankExceptions"] == []
    assert len(audited["bankExceptions"]) == 3
    assert (await upload(finance, account, "2024-03-03,HD-3,1.00,,2.00,", by=caller(Role.OWNER)))[0] == 403
