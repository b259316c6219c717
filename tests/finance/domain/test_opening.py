"""Opening balances: sums that reconcile to the fen, and rows that say nothing an account could begin with."""

import io

import pytest

from kit.errors import Refusal
from kit.ledger.transfers import MOST_TRANSFERS
from services.finance.domain.opening import MOST_ROWS, Opening
from services.finance.use_cases.import_openings import read_openings

HEADERS = "账户编号,项目,对象编号,金额（元）"


def read(*lines: str, headers: str = HEADERS) -> tuple[Opening, ...]:
    return read_openings(io.BytesIO("\r\n".join((headers, *lines)).encode("gbk")))


def refusal_of(*lines: str, headers: str = HEADERS) -> tuple[str, tuple[str, ...], str | None]:
    with pytest.raises(Refusal) as refused:
        read(*lines, headers=headers)
    return refused.value.code, refused.value.path, refused.value.value


def test_an_account_is_what_the_bank_held_and_the_claims_on_it() -> None:
    openings = read(
        "cus_2,账户余额,,10.00",
        "cus_1,履约保证金,dep_1,20000.00",
        "cus_1,账户余额,,50000.01",
        "cus_1,履约保证金,dep_2,30000.01",
        "cus_2,履约保证金,dep_3,10.00",
    )

    assert [(one.account_id, one.balance, [claim.object_id for claim in one.claims]) for one in openings] == [
        ("cus_1", 5_000_001, ["dep_1", "dep_2"]),
        ("cus_2", 1_000, ["dep_3"]),
    ]


@pytest.mark.parametrize(("balance", "difference"), [("99.99", "-0.01"), ("100.01", "0.01")])
def test_a_difference_of_one_fen_is_refused_by_its_account_and_amount(balance: str, difference: str) -> None:
    assert refusal_of(f"cus_1,账户余额,,{balance}", "cus_1,履约保证金,dep_1,100.00") == (
        "VALIDATION",
        ("cus_1", "金额"),
        difference,
    )


@pytest.mark.parametrize(
    ("lines", "path", "value"),
    [
        (("cus_1,履约保证金,dep_1,1.00",), ("cus_1", "项目"), "cus_1"),
        (("cus_1,账户余额,,1.00", "cus_1,账户余额,,1.00"), ("row 3", "项目"), "cus_1"),
        (
            ("cus_1,账户余额,,2.00", "cus_1,履约保证金,dep_1,1.00", "cus_1,履约保证金,dep_1,1.00"),
            ("row 4", "对象编号"),
            "dep_1",
        ),
        (("cus_1,利息,,1.00",), ("row 2", "项目"), "利息"),
        (("cus_1,履约保证金,,1.00",), ("row 2", "对象编号"), ""),
        ((",账户余额,,1.00",), ("row 2", "账户编号"), ""),
        (("cus_1,账户余额,,0.00",), ("row 2", "金额"), "0.00"),
        (("cus_1,账户余额,,-0.01",), ("row 2", "金额"), "-0.01"),
        (("cus_1,账户余额,,0.001",), ("row 2", "金额"), "0.001"),
        ((), ("rows",), "0"),
    ],
)
def test_a_row_that_says_nothing_is_refused(lines: tuple[str, ...], path: tuple[str, ...], value: str) -> None:
    assert refusal_of(*lines) == ("VALIDATION", path, value)


def test_a_file_without_its_columns_is_refused() -> None:
    assert refusal_of("cus_1,1.00", headers="账户编号,金额")[0] == "VALIDATION"


def test_an_account_begins_with_as_many_claims_as_a_posting_has_transfers() -> None:
    claims = [f"cus_1,履约保证金,dep_{number},0.01" for number in range(MOST_TRANSFERS + 1)]

    [opening] = read(f"cus_1,账户余额,,{MOST_TRANSFERS / 100:.2f}", *claims[:-1])
    assert len(opening.claims) == MOST_TRANSFERS
    assert refusal_of(f"cus_1,账户余额,,{len(claims) / 100:.2f}", *claims)[:2] == ("VALIDATION", ("cus_1",))


def test_a_file_has_an_end() -> None:
    rows = [f"cus_{number},账户余额,,0.01" for number in range(MOST_ROWS + 1)]

    assert refusal_of(*rows) == ("VALIDATION", ("rows",), str(MOST_ROWS + 1))
