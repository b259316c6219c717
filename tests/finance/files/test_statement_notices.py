"""The yearly notice of a maintenance fund: drawn to the fen, with its own glyphs, for whoever sees the fund."""

from dataclasses import replace
from datetime import date

import pypdfium2
import pytest

from kit.caller import Role
from kit.ids import new_id
from kit.money import Fen, yuan
from services.finance.domain.maintenance_fund import MaintenanceFundKind
from services.finance.domain.maintenance_statement import AnnualStatement, PaidProject
from services.finance.use_cases.draw_statement import StatementNotice, draw_statement
from tests.finance.file_client import file_client, token_of
from tests.finance.funds import FundEstate
from tests.heard import HeardService, caller

CLOSING = "111,111,111,011.05"


def texts_of(content: bytes) -> list[str]:
    """Return the text of each page."""
    document = pypdfium2.PdfDocument(content)
    try:
        return [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()


def statement(opening: str, deposits: str, uses: str) -> AnnualStatement:
    closing = Fen(yuan(opening) + yuan(deposits) - yuan(uses))
    zero = Fen(0)
    return AnnualStatement(2024, yuan(opening), yuan(deposits), zero, zero, zero, yuan(uses), zero, closing)


def notice(doors: int, published_on: date | None) -> StatementNotice:
    return StatementNotice(
        estate_name="幸福里",
        kind=MaintenanceFundKind.OLD_ESTATE,
        custody="章贡区财政局 ****0456",
        statement=statement("1234567.00", "4400.00", "0.05"),
        doors=[(f"{number}栋101", statement("1.00", "0.00", "0.00")) for number in range(doors)],
        pool=statement("0.00", "0.00", "0.00"),
        projects=[PaidProject("3栋屋面防水翻修", date(2024, 6, 3), Fen(5))],
        published_on=published_on,
        revision=None if published_on is None else 2,
    )


def test_a_notice_shows_the_sum_every_door_and_the_heading_on_every_page() -> None:
    content = draw_statement(notice(60, date(2025, 3, 5)))

    first, second = texts_of(content)
    assert "老旧小区住宅维修资金 2024 年度公示" in first
    assert "公示日期：2025 年 3 月 5 日（第 2 版）" in first
    assert "期初 1,234,567.00 + 交存 4,400.00" in first
    assert "使用 0.05 − 退款 0.00 = 期末 1,238,966.95（元）" in first
    assert "以上数字与银行对账一致" in first
    assert "3栋屋面防水翻修" in first and "2024-06-03" in first
    assert ("期初" in second, "第 2 页，共 2 页" in second) == (True, True)
    assert [number for number in range(60) if f"{number}栋101" not in first + second] == []
    assert b"/FontFile2" in content  # The glyphs travel with the notice.


def test_every_further_page_says_whose_statement_it_is() -> None:
    _, *others = texts_of(draw_statement(notice(100, None)))

    assert len(others) == 2
    assert all("幸福里 老旧小区住宅维修资金 2024 年度公示" in page for page in others)


def test_a_long_door_number_and_sums_of_billions_are_written_out_whole() -> None:
    door = "红旗大道18号附2号青年路职工宿舍东侧第三排12栋3单元1102室"
    billions = statement("12345678901.23", "98765432109.87", "0.05")
    content = draw_statement(
        replace(notice(0, None), doors=[(door, statement("1.00", "0.00", "0.00"))], statement=billions, pool=billions)
    )

    [page] = texts_of(content)
    assert door in "".join(page.split())
    [pool, whole] = [line.split() for line in page.splitlines() if line.startswith(("小区公共账", "合计"))]
    assert pool[1:] == whole[1:] == ["12,345,678,901.23", "98,765,432,109.87", *["0.00"] * 2, "0.05", "0.00", CLOSING]


def test_only_the_fund_of_old_estates_speaks_of_a_match() -> None:
    [old] = texts_of(draw_statement(notice(1, None)))
    [special] = texts_of(draw_statement(replace(notice(1, None), kind=MaintenanceFundKind.DECREE_165)))

    assert [page.count("配套") for page in (old, special)] == [3, 0]
    assert "住宅专项维修资金 2024 年度公示" in special


def test_a_draft_says_that_it_is_one() -> None:
    [page] = texts_of(draw_statement(notice(1, None)))

    assert "草稿，尚未公示" in page
    assert "以上数字尚未与银行对账" in page


@pytest.mark.store
async def test_whoever_sees_the_fund_downloads_its_notice(finance: HeardService) -> None:
    estate = FundEstate(finance)
    await estate.register(a101="80.00")
    await estate.open_old_fund()
    await estate.pay_in("a101", "4400.00", "55.00")
    neighbour, other = (
        caller(Role.OWNER, f"estate:{estate.facts.estate_id}"),
        caller(Role.STREET, f"street:{new_id('str')}"),
    )
    path = f"/maintenance-funds/{estate.fund_id}/statements"
    async with file_client(finance, neighbour, other) as client:
        draft = await client.get(f"{path}/2024", headers=token_of(neighbour))
        unseen = await client.get(f"{path}/2024", headers=token_of(other))
        early, wrong = await client.get(f"{path}/2023"), await client.get(f"{path}/abcd")
        await estate.done("publishStatement", fundId=estate.fund_id, year=2024, bankBalance="4400.00")
        published = await client.get(f"{path}/2024")
        await estate.pay_in("a101", "10.00", paidOn="2024-12-31")
        booked_since = await client.get(f"{path}/2024")

    assert (draft.status_code, draft.headers["content-type"]) == (200, "application/pdf")
    assert "草稿" in texts_of(draft.content)[0]
    assert "（第 1 版）" in texts_of(published.content)[0]
    assert "草稿" in texts_of(booked_since.content)[0]
    codes = [answer.json()["errors"][0]["extensions"]["code"] for answer in (unseen, early, wrong)]
    assert codes == ["NOT_FOUND", "VALIDATION", "VALIDATION"]
