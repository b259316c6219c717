"""Opening balances: the registry's rows and what may stand beside them, and sums that are the bank's to the fen."""

import io
from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

import pytest
from openpyxl import Workbook

from kit.clock import FixedClock
from kit.errors import Refusal
from kit.ledger.transfers import canonical_json
from kit.money import Fen
from kit.tables.reading import TableRow
from services.finance.domain.opening import (
    MOST_ROWS,
    EstateOpening,
    OpeningDiffers,
    OpeningFile,
    OpeningItem,
    OpeningRow,
    check_bank_balances,
    columns_of_opening,
    opening_key,
    read_opening_file,
)
from services.finance.use_cases.import_openings import read_openings

CLOCK = FixedClock(datetime(2026, 3, 5, 2, tzinfo=UTC))
NEEDED = ("district", "estateId", "partId", "fund", "balance", "asOf")
REGISTRYS = ",".join(NEEDED)
CHINESE = "区县代码,小区编号,房屋编号,资金种类,余额（元）,截止日期,对象编号,账户编号,首期交存,应缴日期"


def read(*lines: str, headers: str = REGISTRYS) -> OpeningFile:
    return read_openings(io.BytesIO("\n".join((headers, *lines)).encode()), clock=CLOCK)


def refused(*lines: str, headers: str = REGISTRYS) -> list[tuple[tuple[str, ...], str | None]]:
    return [(one.path, one.value) for one in read(*lines, headers=headers).refused]


def test_what_the_registry_hands_over_is_read_unchanged() -> None:
    file = read(
        "360702,est_1,prt_1,MAINTENANCE_FUND,1234.50,2024-12-31",
        "360702,est_1,,FUND_POOL,0.00,2024-12-31",
        "360702,est_2,prt_2,ARREARS,0.01,2024-12-31",
        "360702,est_1,prt_1,PREPAID_FEE,30.00,2024-12-31",
        "360702,est_1,,DEPOSIT,20000.00,2024-12-31",
        "360702,est_1,,PUBLIC_REVENUE,500.00,2024-12-31",
    )

    assert (file.row_count, file.refused) == (6, ())
    assert [(one.estate_id, one.as_of, [row.number for row in one.rows]) for one in file.estates] == [
        ("est_1", date(2024, 12, 31), [2, 3, 5, 6, 7]),
        ("est_2", date(2024, 12, 31), [4]),
    ]
    first = file.estates[0].rows[0]
    assert first == OpeningRow(
        2, "360702", "est_1", "prt_1", OpeningItem.MAINTENANCE_FUND, Fen(123_450), date(2024, 12, 31)
    )


def test_more_columns_say_which_fund_which_account_and_since_when_it_is_owed() -> None:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append(CHINESE.split(","))
    sheet.append(["360702", "est_1", "prt_1", "维修资金", 1234.5, date(2024, 12, 31), "mtf_1", None, 2000, None])
    sheet.append(
        ["360702", "est_1", "prt_1", "欠缴物业费", "12.00", "2024-12-31", "PROVIDER:prv_1", None, None, "2023-06-30"]
    )
    sheet.append(["360702", "est_1", None, "账户余额", "1,234.50", "2024-12-31", None, "cus_1", None, None])
    content = io.BytesIO()
    workbook.save(content)
    content.seek(0)

    [estate] = read_openings(content, clock=CLOCK).estates

    assert [(row.item, row.object_id, row.account_id, row.first_deposit, row.due_on) for row in estate.rows] == [
        (OpeningItem.MAINTENANCE_FUND, "mtf_1", None, 200_000, None),
        (OpeningItem.ARREARS, "PROVIDER:prv_1", None, None, date(2023, 6, 30)),
        (OpeningItem.BANK_BALANCE, None, "cus_1", None, None),
    ]


@pytest.mark.parametrize(
    ("line", "column", "value"),
    [
        ("360702,est_1,,INTEREST,1.00,2024-12-31", "fund", "INTEREST"),
        ("360702,est_1,,DEPOSIT,-0.01,2024-12-31", "balance", "-0.01"),
        ("360702,est_1,,DEPOSIT,1.001,2024-12-31", "balance", "1.001"),
        ("360702,est_1,,DEPOSIT,1.00,2026-03-06", "asOf", "2026-03-06"),
        ("360702,est_1,,DEPOSIT,1.00,soon", "asOf", "soon"),
        ("360702,est_1,prt_1,DEPOSIT,1.00,2024-12-31", "partId", None),
        ("360702,est_1,,ARREARS,1.00,2024-12-31", "partId", None),
        ("360702,,,DEPOSIT,1.00,2024-12-31", "estateId", ""),
        (",est_1,,DEPOSIT,1.00,2024-12-31", "district", ""),
        ("360702,est_1,,BANK_BALANCE,1.00,2024-12-31", "custodyAccountId", None),
        ("360702,est_1,,,1.00,2024-12-31", "fund", ""),
        ("360702,est_1,,DEPOSIT,92233720368547758.08,2024-12-31", "balance", "92233720368547758.08"),
        (f"{'x' * 101},est_1,,DEPOSIT,1.00,2024-12-31", "district", "x" * 101),
        (f"360702,{'x' * 101},,DEPOSIT,1.00,2024-12-31", "estateId", "x" * 101),
        (f"360702,est_1,{'x' * 101},ARREARS,1.00,2024-12-31", "partId", "x" * 101),
        (f"360702,est_1,,{'x' * 101},1.00,2024-12-31", "fund", "x" * 101),
    ],
)
def test_a_row_that_says_nothing_is_told_by_row_and_column(line: str, column: str, value: str | None) -> None:
    assert refused("360702,est_9,,FUND_POOL,1.00,2024-12-31", line) == [(("row 3", column), value)]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (",,,0.00,2024-12-31", []),
        (",,,-0.01,", [(("row 2", "firstDeposit"), "-0.01")]),
        (",,,,2025-01-01", [(("row 2", "dueOn"), "2025-01-01")]),
    ],
)
def test_a_first_deposit_is_not_negative_and_what_is_owed_fell_due_by_the_day(
    more: str, expected: list[tuple[tuple[str, ...], str]]
) -> None:
    assert refused(f"360702,est_1,prt_1,欠缴物业费,1.00,2024-12-31{more}", headers=CHINESE) == expected


def test_every_row_is_told_at_once_and_the_day_of_the_file_itself_is_taken() -> None:
    assert refused(
        "360702,est_1,,FUND_POOL,1.00,2026-03-05",
        "360702,est_1,,FUND_POOL,2.00,2026-03-05",
        "360702,est_2,,FUND_POOL,2.00,2026-03-05",
        "360702,est_1,,DEPOSIT,1.00,2026-03-04",
    ) == [(("row 3", "fund"), "FUND_POOL"), (("row 5", "asOf"), "2026-03-04")]


def test_two_balances_of_different_accounts_stand_beside_each_other() -> None:
    line = "360702,est_1,,账户余额,1.00,2024-12-31,,{},,"

    assert refused(line.format("cus_1"), line.format("cus_2"), line.format("cus_1"), headers=CHINESE) == [
        (("row 4", "fund"), "BANK_BALANCE")
    ]


def test_the_same_opening_is_known_in_any_order_and_no_other_is() -> None:
    lines = ["360702,est_1,,FUND_POOL,1.00,2024-12-31", "360702,est_1,,DEPOSIT,2.00,2024-12-31"]
    [known], [turned] = read(*lines).estates, read(*lines[::-1]).estates
    others = [
        read(lines[0], lines[1].replace(*change)).estates[0] for change in (("2.00", "2.01"), ("est_1,,", "est_1,,"))
    ]

    assert (known.digest == turned.digest, [one.digest == known.digest for one in others]) == (True, [False, True])


def row(account: str, balance: int) -> OpeningRow:
    return OpeningRow(
        2, "360702", "est_1", None, OpeningItem.BANK_BALANCE, Fen(balance), date(2024, 12, 31), None, account
    )


@pytest.mark.parametrize(("said", "standing"), [([row("cus_1", 100)], {}), ([], {"cus_1": Fen(100)}), ([], {})])
def test_what_the_bank_says_is_what_is_claimed(said: list[OpeningRow], standing: dict[str, Fen]) -> None:
    check_bank_balances({"cus_1": Fen(100)}, said, standing=standing)


@pytest.mark.parametrize(
    ("said", "standing", "difference"),
    [
        ([row("cus_1", 101)], {}, "0.01"),
        ([row("cus_1", 99)], {}, "-0.01"),
        ([], {"cus_1": Fen(101)}, "0.01"),
        ([row("cus_1", 100), row("cus_2", 1)], {}, "0.01"),
    ],
)
def test_a_difference_of_one_fen_is_refused(said: list[OpeningRow], standing: dict[str, Fen], difference: str) -> None:
    with pytest.raises(Refusal) as refusal:
        check_bank_balances({"cus_1": Fen(100)}, said, standing=standing)

    assert (refusal.value.code, refusal.value.path[1:], refusal.value.value) == ("VALIDATION", ("balance",), difference)


@pytest.mark.parametrize("headers", ["district,estateId,fund,balance,asOf", ""])
def test_a_file_without_the_registrys_columns_or_without_rows_is_refused(headers: str) -> None:
    for content in (headers, REGISTRYS):
        with pytest.raises(Refusal) as refusal:
            read(headers=content)
        assert refusal.value.code == "VALIDATION"


def test_a_file_has_a_bound() -> None:
    empty = TableRow(2, dict.fromkeys(NEEDED))

    assert read_opening_file([empty] * MOST_ROWS, today=date(2026, 3, 5)).row_count == MOST_ROWS
    with pytest.raises(Refusal) as refusal:
        read_opening_file([empty] * (MOST_ROWS + 1), today=date(2026, 3, 5))
    assert (refusal.value.path, refusal.value.value) == (("rows",), str(MOST_ROWS + 1))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("360702,est_1,prt_1,DEPOSIT,1.00,2024-12-31", "row 2: DEPOSIT is kept by estate and has no partId"),
        ("360702,est_1,,ARREARS,1.00,2024-12-31", "row 2: ARREARS needs partId"),
        ("360702,est_1,,INTEREST,1.00,2024-12-31", "row 2: fund is one of MAINTENANCE_FUND, FUND_POOL, ARREARS, "),
    ],
)
def test_a_clerk_is_told_what_a_row_needs(line: str, message: str) -> None:
    [refusal] = read(line).refused

    assert refusal.message.startswith(message)


def test_a_clerk_is_told_which_row_says_so_already_and_of_which_day_the_file_is() -> None:
    first = "360702,est_1,,FUND_POOL,1.00,2024-12-31"

    repeated, another_day = read(first, first, "360702,est_1,,DEPOSIT,1.00,2024-12-30").refused

    assert repeated.message == "row 3: row 2 says so already"
    assert another_day.message == "row 4: the file is of 2024-12-31"


@pytest.mark.parametrize("length", [1, 100])
def test_ids_have_up_to_a_hundred_characters(length: int) -> None:
    id_ = "x" * length

    [estate] = read(f"{id_},{id_},{id_},欠缴物业费,0.00,2024-12-31,{id_},{id_},,", headers=CHINESE).estates

    assert estate.rows == (OpeningRow(2, id_, id_, id_, OpeningItem.ARREARS, Fen(0), date(2024, 12, 31), id_, id_),)


@pytest.mark.parametrize("column", range(6))
def test_a_file_has_every_column_that_a_claim_needs(column: int) -> None:
    headers = list(NEEDED)

    assert columns_of_opening(headers) == {name: place for place, name in enumerate(headers)}
    assert columns_of_opening(headers[:column] + headers[column + 1 :]) is None


def test_the_registrys_own_header_goes_before_the_clerks() -> None:
    headers = ["余额(元)", *NEEDED]

    found = columns_of_opening(headers)

    assert found is not None
    assert headers[found["balance"]] == "balance"


def test_the_digest_is_over_everything_that_the_rows_say() -> None:
    known = OpeningRow(
        2, "360702", "est_1", "prt_1", OpeningItem.ARREARS, Fen(1), date(2024, 12, 31), "obj", "cus", Fen(2),
        date(2024, 6, 30),
    )  # fmt: skip

    def digest(**changes: Any) -> str:
        row = replace(known, **changes)
        return EstateOpening(row.estate_id, row.as_of, (row,)).digest

    said = [["ARREARS", "prt_1", "obj", "cus", "1", "2", "2024-06-30"]]
    assert digest() == sha256(canonical_json(["est_1", "2024-12-31", said])).hexdigest()
    silent = [["FUND_POOL", "", "", "", "0", "", ""]]
    bare: dict[str, Any] = {"part_id": None, "object_id": None, "account_id": None, "first_deposit": None}
    assert (
        digest(item=OpeningItem.FUND_POOL, balance=Fen(0), due_on=None, **bare)
        == sha256(canonical_json(["est_1", "2024-12-31", silent])).hexdigest()
    )
    assert digest(number=9) == digest()


def test_the_postings_of_an_opening_are_numbered() -> None:
    assert [opening_key("cut_1", number) for number in (1, 2)] == ["opening:cut_1:1", "opening:cut_1:2"]


def test_a_difference_names_its_account_and_what_a_file_says_goes_before_what_stands() -> None:
    claims = {"cus_1": Fen(100)}

    with pytest.raises(OpeningDiffers, match=r"account cus_2 held 0\.01, 0\.01 more than the claims") as refusal:
        check_bank_balances(claims, [row("cus_2", 1), row("cus_1", 100)], standing={})
    assert refusal.value.path == ("cus_2", "balance")
    check_bank_balances(claims, [row("cus_1", 100)], standing={"cus_1": Fen(99)})
