"""How far a bill run has come: its pages, the numbers of its bills, and what it has made out to whom."""

from dataclasses import replace

from kit.money import MAX_FEN, Fen, yuan
from services.finance.domain.bill import BillSource, Creditor, FeeUnit, Payee
from services.finance.domain.bill_run import (
    BillRun,
    RunTotal,
    bills_of_page,
    bills_of_part,
)
from tests.finance.bills import PROVIDER, bill_line, bill_run, billed_part
from tests.finance.refusals import refusal_of


def test_a_run_counts_its_pages_by_item_and_creditor() -> None:
    run = bill_run(lines=(bill_line(),))
    page = [billed_part(("2020-01-01", "own_a"), ("2026-03-11", "own_b"))]
    bills, _ = bills_of_part(page[0], run.lines)

    after = run.after_page(page, bills, unbilled_count=0).after_page(page, bills, unbilled_count=1)

    assert (after.after_part, after.page_count, after.bill_count, after.part_count) == ("prt_1", 2, 4, 2)
    assert (after.unbilled_count, after.total) == (1, yuan("214.44"))
    assert [(one.item_code, one.creditor, one.count, one.amount) for one in after.totals] == [
        ("PROPERTY", PROVIDER, 4, yuan("214.44"))
    ]
    assert after.next_bill_ids(2) == ["bil_1-0000005", "bil_1-0000006"]
    assert after.owed_since(run) == {PROVIDER: yuan("214.44")}
    assert after.owed_since(after) == {}


def test_what_is_owed_counts_by_creditor_since_an_earlier_page() -> None:
    other = Creditor(Payee.TRUST_FUND, "ctr_2")

    def a_run(*totals: tuple[Creditor, str, int]) -> BillRun:
        return bill_run(
            id="run_7f",
            totals=tuple(RunTotal(item, who, BillSource.REGULAR, 1, Fen(fen)) for who, item, fen in totals),
        )

    before = a_run((PROVIDER, "A", 100), (other, "A", 7))
    after = a_run((PROVIDER, "A", 150), (PROVIDER, "B", 30), (other, "A", 7))

    assert after.owed_since(before) == {PROVIDER: 80}
    assert after.owed_since(a_run()) == {PROVIDER: 180, other: 7}
    assert after.next_bill_ids(0) == []
    assert after.next_bill_ids(1) == ["bil_7f-0000001"]
    assert [after.has_numbered(id_) for id_ in ("bil_7f-0000001", "bil_7f0-0000001", "bil_8e-0000001")] == [
        True,
        False,
        False,
    ]


def test_totals_are_kept_apart_by_item_creditor_and_source() -> None:
    post = replace(bill_line(), source=BillSource.POST_TERMINATION)
    cleaning = replace(bill_line(), item_code="CLEANING")
    trusts = replace(bill_line(), creditor=Creditor(Payee.TRUST_FUND, "ctr_2"))
    asked = [bill_line(), post, cleaning, trusts, bill_line(unit=FeeUnit.PER_HOUSEHOLD_MONTH, rate="1.00")]
    run = bill_run(items=("CLEANING", "PROPERTY"), lines=tuple(asked))
    page = [billed_part(("2020-01-01", "own_a"))]
    bills, _ = bills_of_page(page, asked, {})

    after = run.after_page(page, bills, unbilled_count=2).after_page(page, bills, unbilled_count=0)

    amount = yuan("214.44")
    assert after.totals == (
        RunTotal("PROPERTY", PROVIDER, BillSource.REGULAR, 4, Fen(amount + 200)),
        RunTotal("PROPERTY", PROVIDER, BillSource.POST_TERMINATION, 2, amount),
        RunTotal("CLEANING", PROVIDER, BillSource.REGULAR, 2, amount),
        RunTotal("PROPERTY", trusts.creditor, BillSource.REGULAR, 2, amount),
    )
    assert (after.total, after.unbilled_count) == (4 * amount + 200, 2)


def test_a_run_beyond_64_bits_is_refused() -> None:
    largest = replace(bill_line(unit=FeeUnit.PER_HOUSEHOLD_MONTH), rate=Fen(MAX_FEN))
    page = [billed_part(("2020-01-01", "own_a"))]
    run = bill_run(lines=(largest,))
    full = run.after_page(page, bills_of_page(page, [largest], {})[0], unbilled_count=0)
    a_fen, _ = bills_of_page(page, [replace(largest, rate=Fen(1))], {})

    assert full.total == MAX_FEN
    assert refusal_of(lambda: full.after_page(page, a_fen, unbilled_count=0))[0] == "OUT_OF_RANGE"
