"""Finance's tables as workbooks: who sees what, amounts as numbers, and what is refused."""

import io
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
from openpyxl import load_workbook

from kit.caller import Role
from services.finance.domain.report import TABLES, ReportKind
from services.finance.use_cases.reports import SOURCES
from tests.finance.deposits import demanded_deposit, pay
from tests.finance.fees import served_estate
from tests.finance.file_client import file_client, token_of
from tests.finance.funds import FundEstate
from tests.finance.test_process_arrears import five_bills_of_which_four_are_paid, measure
from tests.finance.test_process_public_revenue import decided, take_back, take_in
from tests.heard import NANZHENG, ZHANGGONG, HeardService, RegistryFacts, caller

pytestmark = pytest.mark.store


def table_in(answer: httpx.Response) -> list[dict[str, Any]]:
    """Return the rows of a downloaded workbook by their headers."""
    assert answer.status_code == 200, answer.text
    [sheet] = load_workbook(io.BytesIO(answer.content)).worksheets
    headers, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(map(str, headers), row, strict=True)) for row in rows]


def test_every_table_has_its_columns_each_once_and_a_source() -> None:
    assert set(TABLES) == set(SOURCES) == set(ReportKind)
    assert all(len(set(table.columns)) == len(table.columns) for table in TABLES.values())


@pytest.mark.rule("ZG-22")
async def test_the_deposit_register_has_custody_and_every_movement(finance: HeardService) -> None:
    paid, unpaid = RegistryFacts(), RegistryFacts()
    account = await demanded_deposit(finance, paid, area="30000.00")
    await finance.hear(unpaid.estate_registered(name="=丹枫新村"), unpaid.contract_signed())
    await pay(finance, paid, account_id=account, amount="10000.00", paid_on="2024-02-10", bankRef="HD-1")
    await pay(finance, paid, account_id=account, amount="20000.00", paid_on="2024-02-11", bankRef="HD-2")

    async with file_client(finance) as client:
        answer = await client.get("/reports/deposit-register", params={"district": ZHANGGONG})

    rows = {(row["合同编号"], row["流水日期"]): row for row in table_in(answer)}
    first, second = rows[paid.contract_number, "2024-02-10"], rows[paid.contract_number, "2024-02-11"]
    assert (first["小区名称"], first["计费面积（㎡）"], first["应交金额（元）"], first["已交余额（元）"]) == (
        "幸福里",
        30000,
        30000,
        30000,
    )
    assert (first["状态"], first["存放账户"], first["账户类型"]) == (
        "已交存",
        "解放街道办事处 ****0123",
        "属地街道（镇）指定账户",
    )
    assert [(row["流水金额（元）"], row["流水借方"]) for row in (first, second)] == [
        (10000, "解放街道办事处 ****0123"),
        (20000, "解放街道办事处 ****0123"),
    ]
    assert [row["流水摘要"] for row in (first, second)] == ["履约保证金交存 HD-1", "履约保证金交存 HD-2"]
    # The second movement does not repeat what can be added up.
    assert (second["应交金额（元）"], second["已交余额（元）"]) == (None, None)
    waiting = rows[unpaid.contract_number, None]
    assert (waiting["小区名称"], waiting["状态"], waiting["已交余额（元）"]) == ("'=丹枫新村", "待交存", 0)
    name = unquote(answer.headers["content-disposition"])
    assert name == "attachment; filename*=UTF-8''履约保证金台账-360702-2026-03-05.xlsx"


async def test_a_table_shows_what_the_caller_sees_and_the_one_estate_that_is_asked_for(finance: HeardService) -> None:
    facts, others = RegistryFacts(), RegistryFacts()
    await finance.hear(facts.policy_published())
    for one in (facts, others):
        await finance.hear(one.estate_registered(), one.contract_signed())
    owner, stranger = caller(Role.OWNER, f"estate:{facts.estate_id}"), caller(Role.STREET, f"district:{NANZHENG}")
    stranger_token = token_of(stranger)

    async with file_client(finance, owner, stranger) as client:
        path, district = "/reports/deposit-register", {"district": ZHANGGONG}
        everything = table_in(await client.get(path, params=district))
        one_estate = table_in(await client.get(path, params={**district, "estate": others.estate_id}))
        seen_by_owner = table_in(await client.get(path, params=district, headers=token_of(owner)))
        seen_by_stranger = table_in(await client.get(path, params=district, headers=stranger_token))

    assert {row["合同编号"] for row in everything} == {facts.contract_number, others.contract_number}
    assert [row["合同编号"] for row in one_estate] == [others.contract_number]
    assert [row["合同编号"] for row in seen_by_owner] == [facts.contract_number]
    assert seen_by_stranger == []


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/reports/deposit-register", 400, "VALIDATION"),
        ("/reports/deposit-register?district=ganzhou", 400, "VALIDATION"),
        ("/reports/deposit-register?district=360702&year=2027", 400, "VALIDATION"),
        ("/reports/deposit-register?district=360702&asOf=yesterday", 400, "VALIDATION"),
        ("/reports/deposit-register?district=360702&asOf=20260331", 400, "VALIDATION"),
        ("/reports/nothing?district=360702", 404, "NOT_FOUND"),
    ],
)
async def test_what_is_no_order_of_a_table_is_refused(finance: HeardService, path: str, status: int, code: str) -> None:
    async with file_client(finance) as client:
        answer = await client.get(path)

    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (status, code)


async def test_nobody_downloads_without_a_token(finance: HeardService) -> None:
    async with file_client(finance) as client:
        client.headers.pop("authorization")
        answer = await client.get("/reports/deposit-register", params={"district": ZHANGGONG})

    assert answer.status_code == 401


async def test_the_collection_of_fees_is_a_row_an_estate_of_the_district(finance: HeardService) -> None:
    served = await served_estate(finance, "100.00")
    await served.set_rates()  # 120.00 a month
    await served.bill("2026-03")
    await served.pay("30.00")
    asked = {"district": served.facts.district, "period": "2026-03"}

    async with file_client(finance) as client:
        rows = table_in(await client.get("/reports/fee-collection", params=asked))
        elsewhere = table_in(await client.get("/reports/fee-collection", params={**asked, "district": NANZHENG}))
        without = await client.get("/reports/fee-collection", params={"district": served.facts.district})

    assert [(row["小区编号"], row["应收（元）"], row["实收（元）"], row["收缴率"]) for row in rows] == [
        (served.facts.estate_code, 120, 30, "0.2500")
    ]
    assert elsewhere == []
    assert (without.status_code, without.json()["errors"][0]["extensions"]["code"]) == (400, "VALIDATION")


async def test_the_statement_of_a_fund_has_its_whole_its_pool_and_every_door(finance: HeardService) -> None:
    estate = FundEstate(finance)
    await estate.register(l101="80.00", h101="100.00")
    await estate.open_old_fund()
    await estate.pay_in("l101", "400.00", "5.00", paidOn="2025-02-10")
    for kind, amount in (("INTEREST", "1.25"), ("SCRAP_VALUE", "30.00")):
        income = {"kind": kind, "amount": amount, "bankRef": f"I-{kind}", "receivedOn": "2025-12-21"}
        await estate.done("postFundIncome", fundId=estate.fund_id, **income)
    asked = {"district": ZHANGGONG, "estate": estate.facts.estate_id, "year": "2025"}

    async with file_client(finance) as client:
        rows = table_in(await client.get("/reports/maintenance-statement", params=asked))

    whole, *parts = rows
    assert (whole["账户"], parts[0]["账户"]) == ("合计", "公共账")
    for column in ("交存（元）", "财政配套（元）", "利息（元）", "年末余额（元）"):
        assert whole[column] == pytest.approx(sum(row[column] for row in parts))
    assert (whole["利息（元）"], whole["收益（元）"]) == (1.25, 30)
    for row in rows:
        came = sum(row[f"{name}（元）"] for name in ("年初余额", "交存", "财政配套", "利息", "收益"))
        assert row["年末余额（元）"] == pytest.approx(came - row["使用（元）"] - row["退还（元）"])


async def test_public_revenue_is_a_row_an_income_with_its_earmark(finance: HeardService) -> None:
    facts = await decided(finance)
    await take_in(finance, facts, gross="12000.00", cost="2000.00", bankRef="=SH-1")
    asked = {"district": facts.district, "year": "2026"}

    async with file_client(finance) as client:
        [row] = table_in(await client.get("/reports/public-revenue", params=asked))
        before = table_in(await client.get("/reports/public-revenue", params={**asked, "year": "2025"}))
        without = await client.get("/reports/public-revenue", params={"district": facts.district})

    assert (row["小区名称"], row["收入日期"], row["收入（元）"], row["成本（元）"], row["净收益（元）"]) == (
        "幸福里",
        "2026-02-01",
        12000,
        2000,
        10000,
    )
    assert (row["银行流水号"], row["共同决定"]) == ("'=SH-1", "2026-01-10 表决通过")
    assert before == []
    assert without.status_code == 400


async def test_an_income_that_was_taken_back_takes_its_amounts_off_the_table_again(finance: HeardService) -> None:
    facts = await decided(finance)
    wrong = (await take_in(finance, facts, gross="12000.00", cost="2000.00", bankRef="SH-1"))["revenue"]["id"]
    await take_back(finance, wrong, reason="金额录入有误")
    await take_in(finance, facts, gross="500.00", cost="0.00", bankRef="SH-1")

    async with file_client(finance) as client:
        rows = table_in(
            await client.get("/reports/public-revenue", params={"district": facts.district, "year": "2026"})
        )

    assert sorted((row["银行流水号"], row["收入（元）"], row["成本（元）"], row["净收益（元）"]) for row in rows) == [
        ("SH-1", -12000, -2000, -10000),
        ("SH-1", 500, 0, 500),
        ("SH-1", 12000, 2000, 10000),
    ]
    assert [row["备注"] for row in rows if row["备注"]] == ["2026-03-05 冲销：金额录入有误"]


async def test_the_list_of_arrears_has_ratio_and_gate_date(finance: HeardService) -> None:
    served = await five_bills_of_which_four_are_paid(finance)
    await measure(served, "2026-04-01")
    asked = {"district": served.facts.district}

    async with file_client(finance) as client:
        [row] = table_in(await client.get("/reports/arrears-list", params=asked))
        elsewhere = table_in(await client.get("/reports/arrears-list", params={"district": ZHANGGONG}))

    assert (row["小区编号"], row["截止日期"], row["应缴户数"], row["拖欠户数"], row["拖欠率"]) == (
        served.facts.estate_code,
        "2026-04-01",
        5,
        1,
        "0.2000",
    )
    assert (row["是否达到"], row["达到日期"]) == ("是", "2026-04-01")
    assert elsewhere == []
