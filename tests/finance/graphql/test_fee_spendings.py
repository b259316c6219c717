"""Fees leave custody accounts for the estate's own service: recorded, found by the bank's line, shown to the owners."""

from typing import Any

import pytest

from kit.caller import Caller, Role
from kit.ids import new_id
from services.finance.domain.custody_money import fees_held_id
from tests.finance.fees import Served, served_estate
from tests.finance.graphql.test_bank import SETTLE, act, brought, close, exceptions, upload
from tests.finance.graphql.test_bank_money import held, owners_account
from tests.finance.test_process_public_revenue import codes
from tests.heard import HeardService, RegistryFacts, caller

pytestmark = pytest.mark.store

STREET = caller(Role.STREET)
COMMITTEE = caller(Role.COMMITTEE)
SPEND = """
    mutation ($input: SpendFeesInput!) {
      spendFees(input: $input) {
        spending { id custodyAccountId use amount left postingId explanation { result policyVersionId } }
        errors { code path value } replayed
      }
    }
"""
OPEN = """
    mutation ($input: OpenCustodyAccountInput!) {
      openCustodyAccount(input: $input) { custodyAccount { id } errors { code } }
    }
"""
SPENDINGS = """
    query ($estates: [_Any!]!, $year: Int!, $first: Int!, $after: String) {
      _entities(representations: $estates) {
        ... on Estate {
          feeSpendings(year: $year, first: $first, after: $after) {
            nodes {
              use amount left payee bankRef voucherId spentOn
              explanation { formula result clause inputs { name value } }
            }
            pageInfo { hasNextPage endCursor }
          }
        }
      }
    }
"""


async def spend(served: Served, account: str, *, by: Caller = COMMITTEE, **changes: Any) -> dict[str, Any]:
    """Record an expense of 80 yuan on 27 February and return the payload."""
    values: dict[str, Any] = {
        "estateId": served.facts.estate_id,
        "custodyAccountId": account,
        "use": "WAGES",
        "amount": "80.00",
        "spentOn": "2026-02-27",
        "payee": "王保洁",
        "bankRef": "S-1",
        "voucherId": "doc_1",
    }
    return await served.write(SPEND, "spendFees", by=by, **(values | changes))


async def spendings(
    finance: HeardService, estate_id: str, *, by: Caller, year: int = 2026, first: int = 50, after: str | None = None
) -> Any:
    representation = {"__typename": "Estate", "id": estate_id}
    answer = await finance.ask(SPENDINGS, by=by, estates=[representation], year=year, first=first, after=after)
    return answer["_entities"][0]["feeSpendings"]


async def estate_with_fees(finance: HeardService) -> tuple[Served, str]:
    """A served estate whose owners' account holds 100 yuan of fees since 25 February."""
    served = await served_estate(finance, "100.00")
    account = await owners_account(finance, served.facts)
    await served.pay("100.00", bankRef="F-1", paidOn="2026-02-25", custodyAccountId=account)
    return served, account


async def test_the_banks_line_finds_the_expense_and_the_month_is_closed(finance: HeardService) -> None:
    served, account = await estate_with_fees(finance)

    spent = await spend(served, account)
    repair: dict[str, Any] = {"use": "COMMON_PART_REPAIR", "amount": "10.00", "spentOn": "2026-02-28"}
    first = await spend(served, account, bankRef="S-2", voucherId="doc_2", **repair)
    second = await spend(served, account, bankRef="S-3", voucherId="doc_3", **repair)

    assert [(one["errors"], one["spending"]["left"]) for one in (spent, first, second)] == [
        ([], "20.00"),
        ([], "10.00"),
        ([], "0.00"),
    ]
    assert spent["spending"]["explanation"] == {"result": "20.00", "policyVersionId": "360702-v1"}
    assert await held(finance, account, fees_held_id(account, served.facts.estate_id)) == (0, 0)
    # The bank has the repairs under references of its own, and either would do: a person ties one line.
    lines = (
        "2026-02-25,F-1,100.00,,100.00,",
        "2026-02-27,S-1,,80.00,20.00,工资",
        "2026-02-28,BANK-2,,10.00,10.00,",
        "2026-02-28,BANK-3,,10.00,0.00,",
    )
    assert (await upload(finance, account, *lines))[1] == brought(4, 0, 4)
    open_lines = [one["line"] for one in await exceptions(finance, account, "2026-02") if one["line"] is not None]
    unsettled = {line["bankRef"]: line["id"] for line in open_lines}
    posting_id = second["spending"]["postingId"]
    settled = await act(finance, SETTLE, lineId=unsettled["BANK-2"], postingId=posting_id, reason="流水号不同")
    assert (settled["errors"], await exceptions(finance, account, "2026-02")) == ([], [])
    assert (await close(finance, "2026-02"))["errors"] == []
    closed = await spend(served, account, bankRef="S-4", amount="0.01", spentOn="2026-02-28")
    open_ = await spend(served, account, bankRef="S-4", amount="0.01", spentOn="2026-03-01")
    assert [(one["code"], one["value"]) for payload in (closed, open_) for one in payload["errors"]] == [
        ("STATE_CONFLICT", "2026-02-28"),
        ("INSUFFICIENT_FUNDS", "0.00"),
    ]


async def test_no_more_leaves_an_account_than_it_holds_of_the_estates_fees_and_each_reference_once(
    finance: HeardService,
) -> None:
    served, account = await estate_with_fees(finance)
    fees = fees_held_id(account, served.facts.estate_id)

    above = await spend(served, account, amount="100.01")
    exact = await spend(served, account, amount="99.99")
    again = await spend(served, account, amount="0.01")
    income = await spend(served, account, amount="0.01", bankRef="F-1")
    last = await spend(served, account, amount="0.01", bankRef="S-2")
    empty = await spend(served, account, amount="0.01", bankRef="S-3")

    assert [(one["code"], one["path"], one["value"]) for one in above["errors"]] == [
        ("INSUFFICIENT_FUNDS", [fees], "100.00")
    ]
    assert (codes(exact), codes(last), codes(empty)) == ([], [], ["INSUFFICIENT_FUNDS"])
    for refused, reference in ((again, "S-1"), (income, "F-1")):
        assert [(one["code"], one["path"], one["value"]) for one in refused["errors"]] == [
            ("DUPLICATE", ["input", "bankRef"], reference)
        ]
    assert await held(finance, account, fees) == (0, 0)


async def test_who_spends_depends_on_the_account_and_the_account_on_the_estate(finance: HeardService) -> None:
    served, account = await estate_with_fees(finance)
    opened = await served.write(
        OPEN,
        "openCustodyAccount",
        by=STREET,
        kind="STREET_DESIGNATED",
        holder="街道办事处",
        bankAccount="62220000000001",
        openedOn="2026-02-01",
        streetId=served.facts.street_id,
    )
    streets = opened["custodyAccount"]["id"]
    await served.pay("50.00", bankRef="F-2", paidOn="2026-02-25", custodyAccountId=streets)
    other = RegistryFacts(district=served.facts.district)
    await finance.hear(other.estate_registered())
    elsewhere = await owners_account(finance, other)

    by_street = await spend(served, streets, by=STREET, amount="50.00")
    refused = [
        await spend(served, streets, amount="1.00"),
        await spend(served, account, by=caller(Role.OWNER), amount="1.00"),
        await spend(served, "cus_unknown", amount="1.00"),
        await spend(served, elsewhere, amount="1.00"),
        await spend(served, streets, by=STREET, amount="1.00", spentOn="2026-01-31"),
        await spend(served, account, amount="1.00", estateId="est_unknown"),
    ]

    assert (codes(by_street), by_street["spending"]["left"]) == ([], "0.00")
    path = ["input", "custodyAccountId"]
    assert [(one["code"], one["path"], one["value"]) for payload in refused for one in payload["errors"]] == [
        ("FORBIDDEN_ACTOR", path, "STREET_DESIGNATED"),
        ("FORBIDDEN_ACTOR", [], "OWNER"),
        ("NOT_FOUND", path, "cus_unknown"),
        ("VALIDATION", path, elsewhere),
        ("VALIDATION", path, "2026-01-31"),
        ("NOT_FOUND", ["input", "estateId"], "est_unknown"),
    ]


async def test_all_owners_of_the_estate_read_page_by_page_what_was_spent_of_its_fees(finance: HeardService) -> None:
    served, account = await estate_with_fees(finance)
    await spend(served, account, amount="30.00")
    await spend(served, account, amount="20.00", use="CLEANING", payee="清洁公司", bankRef="S-2", voucherId="doc_2")
    await spend(served, account, amount="10.00", spentOn="2026-03-01", bankRef="S-3")
    owner = caller(Role.OWNER, f"estate:{served.facts.estate_id}")
    estate_id = served.facts.estate_id

    pages, after = [], None
    while True:
        page = await spendings(finance, estate_id, by=owner, first=1, after=after)
        pages += [(one["bankRef"], one["amount"], one["left"]) for one in page["nodes"]]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]

    assert pages[2:] == [("S-3", "10.00", "40.00")]
    assert sorted(pages[:2]) == [("S-1", "30.00", "70.00"), ("S-2", "20.00", "50.00")]
    last = (await spendings(finance, estate_id, by=owner))["nodes"][2]
    assert last["explanation"]["inputs"] == [{"name": "held", "value": "50.00"}, {"name": "amount", "value": "10.00"}]
    assert (await spendings(finance, estate_id, by=owner, year=2025))["nodes"] == []
    assert await spendings(finance, estate_id, by=caller(Role.OWNER, f"estate:{new_id('est')}")) is None

    street_id = new_id("str")
    await finance.hear(served.facts.estate_moved(streetId=street_id))
    there = await spendings(finance, estate_id, by=caller(Role.STREET, f"street:{street_id}"), first=1)
    assert len(there["nodes"]) == 1
