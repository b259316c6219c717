"""Which bank line belongs to which posting, and what is left for a person."""

from datetime import date

import pytest

from kit.money import Fen
from services.finance.domain.bank_statement import BankLine
from services.finance.domain.reconciliation import (
    AmountsDiffer,
    BankException,
    BankExceptionReason,
    ExceptionsOpen,
    MatchedBy,
    Movement,
    check_no_exceptions,
    check_reason,
    check_same_amount,
    exceptions_of,
    match,
    unproved_openings,
)
from tests.finance.refusals import refusal_of

DAY = date(2024, 3, 1)


def line(ref: str, amount: int, day: date = DAY, *, memo: str = "", counterparty: str = "") -> BankLine:
    return BankLine("cus_1", ref, day, Fen(amount), Fen(amount), memo, counterparty)


def movement(
    id_: str, amount: int, day: date = DAY, *, key: str = "", reverses: str | None = None, memo: str = ""
) -> Movement:
    return Movement(id_, key or f"deposit-payment:cus_1:{id_}", day, Fen(amount), reverses, memo)


def matched(lines: list[BankLine], movements: list[Movement]) -> list[tuple[str, str, MatchedBy]]:
    return [(one.line.bank_ref, one.movement.posting_id, one.by) for one in match(lines, movements)]


def left(lines: list[BankLine], movements: list[Movement]) -> list[tuple[BankExceptionReason, str | None, str | None]]:
    return [
        (one.reason, one.line.bank_ref if one.line else None, one.posting_id)
        for one in exceptions_of("cus_1", lines, movements)
    ]


def test_the_banks_reference_decides_also_over_another_day() -> None:
    movements = [movement("HD-1", 100, date(2024, 3, 2)), movement("HD-2", 100)]

    assert matched([line("HD-1", 100), line("HD-2", 100)], movements) == [
        ("HD-1", "HD-1", MatchedBy.REFERENCE),
        ("HD-2", "HD-2", MatchedBy.REFERENCE),
    ]


def test_a_reference_may_hold_a_colon() -> None:
    one = movement("p1", 100, key="deposit-payment:cus_1:ICBC:7")

    assert matched([line("ICBC:7", 100)], [one]) == [("ICBC:7", "p1", MatchedBy.REFERENCE)]


def test_the_reference_of_a_posting_that_was_taken_back_is_that_of_the_one_which_replaces_it() -> None:
    wrong = movement("p1", 100, key="custody-money:cus_1:R-1")
    back = movement("p2", -100, key="reversal:p1", reverses="p1")
    right = movement("p3", 100, key="custody-money:cus_1:again-1:R-1")

    assert matched([line("R-1", 100)], [wrong, back]) == []
    assert left([line("R-1", 100)], [wrong, back]) == [(BankExceptionReason.NOT_IN_BOOK, "R-1", None)]
    for order in ([wrong, back, right], [right, back, wrong]):
        assert matched([line("R-1", 100)], order) == [("R-1", "p3", MatchedBy.REFERENCE)]


def test_a_reference_with_another_amount_is_an_exception_and_matches_nothing_else() -> None:
    lines, movements = [line("HD-1", 100), line("X", 101)], [movement("HD-1", 101)]

    assert matched(lines, movements) == []
    assert left(lines, movements) == [
        (BankExceptionReason.AMOUNT_DIFFERS, "HD-1", "HD-1"),
        (BankExceptionReason.NOT_AT_BANK, None, "HD-1"),
        (BankExceptionReason.SEVERAL_FIT, "X", None),
    ]


@pytest.mark.parametrize(
    ("amount", "day", "expected"),
    [
        (100, DAY, [("X", "p1", MatchedBy.AMOUNT_AND_DAY)]),
        (101, DAY, []),
        (-100, DAY, []),
        (100, date(2024, 3, 2), []),
    ],
)
def test_without_a_reference_amount_and_day_decide(
    amount: int, day: date, expected: list[tuple[str, str, MatchedBy]]
) -> None:
    assert matched([line("X", 100)], [movement("p1", amount, day)]) == expected


def test_where_two_postings_or_two_lines_fit_a_person_decides() -> None:
    assert matched([line("X", 100)], [movement("p1", 100), movement("p2", 100)]) == []
    assert matched([line("X", 100), line("Y", 100)], [movement("p1", 100)]) == []
    assert left([line("X", 100), line("Y", 100)], [movement("p1", 100)]) == [
        (BankExceptionReason.NOT_AT_BANK, None, "p1"),
        (BankExceptionReason.SEVERAL_FIT, "X", None),
        (BankExceptionReason.SEVERAL_FIT, "Y", None),
    ]


TWO_PAYERS = (
    movement("p1", 100, memo="物业费缴纳 0A1B2C3D4E5F6071 prt_1 R-1"),
    movement("p2", 100, memo="物业费缴纳 0A1B2C3D4E5F6072 prt_2 R-2"),
)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        # In the summary or as the other side, in any case, beside Chinese words.
        (("户号0a1b2c3d4e5f6072缴费", ""), [("X", "p2", MatchedBy.PAYER)]),
        (("", "prt_1"), [("X", "p1", MatchedBy.PAYER)]),
        (("物业费缴纳", ""), []),
        (("prt_10", ""), []),
        (("R-1", ""), []),
        (("prt_1 prt_2", ""), []),
    ],
)
def test_where_several_fit_the_payer_that_a_line_names_decides(
    said: tuple[str, str], expected: list[tuple[str, str, MatchedBy]]
) -> None:
    assert matched([line("X", 100, memo=said[0], counterparty=said[1])], list(TWO_PAYERS)) == expected


def test_two_lines_that_name_one_payer_are_a_persons_to_settle() -> None:
    lines = [line("X", 100, memo="prt_1"), line("Y", 100, memo="prt_1"), line("Z", 100, memo="prt_2")]

    assert matched(lines, list(TWO_PAYERS)) == [("Z", "p2", MatchedBy.PAYER)]


def test_one_line_belongs_to_one_posting() -> None:
    twice = [line("HD-1", 100), line("HD-1", 100)]

    assert len(match(twice, [movement("HD-1", 100)])) == 1


def test_what_only_one_side_has_is_an_exception() -> None:
    assert left([line("X", 100)], [movement("p1", 200)]) == [
        (BankExceptionReason.NOT_AT_BANK, None, "p1"),
        (BankExceptionReason.NOT_IN_BOOK, "X", None),
    ]


def test_the_bank_is_not_expected_to_know_an_opening_nor_what_was_taken_back() -> None:
    taken_back = [movement("p1", 100), movement("p2", -100, key="reversal:p1", reverses="p1")]
    opening = movement("p3", 500, key="opening:cus_1")

    assert left([], [*taken_back, opening]) == []
    # A posting that the bank did carry out and that is taken back later leaves the reversal open.
    assert left([], [taken_back[1]]) == [(BankExceptionReason.NOT_AT_BANK, None, "p2")]


@pytest.mark.parametrize(("posted", "difference"), [(99, "0.01"), (101, "-0.01"), (-100, "2.00")])
def test_by_hand_too_amounts_are_the_same_to_the_fen(posted: int, difference: str) -> None:
    check_same_amount(line("X", 100), movement("p1", 100))
    with pytest.raises(AmountsDiffer, match=r"the bank moved 1\.00 and the posting ") as refused:
        check_same_amount(line("X", 100), movement("p1", posted), path=("input", "postingId"))

    assert (refused.value.code, refused.value.path, refused.value.value) == (
        "VALIDATION",
        ("input", "postingId"),
        difference,
    )


def test_a_month_with_an_exception_is_not_closed() -> None:
    check_no_exceptions("2024-03", [])
    with pytest.raises(ExceptionsOpen, match="2024-03 has NOT_IN_BOOK in cus_1 on 2024-03-01") as refused:
        check_no_exceptions("2024-03", exceptions_of("cus_1", [line("X", 1)], []))

    assert (refused.value.code, refused.value.path, refused.value.value) == (
        "STATE_CONFLICT",
        ("cus_1", "2024-03-01", "NOT_IN_BOOK"),
        "0.01",
    )


@pytest.mark.parametrize(("reason", "kept"), [("x", "x"), (f" {'x' * 200} ", "x" * 200)])
def test_who_settles_says_why(reason: str, kept: str) -> None:
    assert check_reason(reason) == kept


@pytest.mark.parametrize("reason", [None, "", " ", "x" * 201])
def test_who_settles_without_a_reason_is_refused(reason: str | None) -> None:
    shown = "x" * 199 + "…" if reason and len(reason) > 200 else reason

    assert refusal_of(lambda: check_reason(reason, path=("input", "reason"))) == (
        "VALIDATION",
        ("input", "reason"),
        shown,
    )


def test_an_exception_says_where_when_how_much_and_what_it_is_about() -> None:
    later = date(2024, 3, 2)
    lines = [line("Z", 7, later), line("HD-1", 100), line("B", 5), line("A", 5)]
    movements = [movement("HD-1", 101), movement("p2", 300, later), movement("p3", 5)]

    assert exceptions_of("cus_1", lines, movements) == (
        BankException("cus_1", BankExceptionReason.AMOUNT_DIFFERS, DAY, Fen(100), line=lines[1], posting_id="HD-1"),
        BankException("cus_1", BankExceptionReason.NOT_AT_BANK, DAY, Fen(101), posting_id="HD-1"),
        BankException("cus_1", BankExceptionReason.NOT_AT_BANK, DAY, Fen(5), posting_id="p3"),
        BankException("cus_1", BankExceptionReason.SEVERAL_FIT, DAY, Fen(5), line=lines[3]),
        BankException("cus_1", BankExceptionReason.SEVERAL_FIT, DAY, Fen(5), line=lines[2]),
        BankException("cus_1", BankExceptionReason.NOT_AT_BANK, later, Fen(300), posting_id="p2"),
        BankException("cus_1", BankExceptionReason.NOT_IN_BOOK, later, Fen(7), line=lines[0]),
    )


def test_an_opening_that_no_balance_of_the_bank_proves_is_an_exception() -> None:
    opening = movement("p1", 500, key="opening:cut_1:1")
    taken_back = movement("p2", 400, key="opening:cut_1:2")
    reversal = movement("p3", -400, key="reversal:p2", reverses="p2")
    payment = movement("p4", 300)
    movements = [opening, taken_back, reversal, payment]

    assert unproved_openings("cus_1", movements, asserted=[date(2024, 2, 29)]) == (
        BankException("cus_1", BankExceptionReason.NOT_AT_BANK, DAY, Fen(500), posting_id="p1"),
    )
    assert unproved_openings("cus_1", movements, asserted=[DAY]) == ()


def test_a_reference_of_several_parts_is_found_by_any_of_its_ends() -> None:
    one = movement("p1", 100, key="deposit-payment:cus_1:ICBC:7")

    assert list(one.references) == ["cus_1:ICBC:7", "ICBC:7", "7"]
    assert matched([line("7", 100)], [one]) == [("7", "p1", MatchedBy.REFERENCE)]


def test_a_posting_that_a_reference_names_goes_to_no_other_line() -> None:
    lines = [line("HD-1", 99), line("X", 100)]

    assert matched(lines, [movement("HD-1", 100)]) == []
