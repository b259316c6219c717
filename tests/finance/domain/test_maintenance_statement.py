"""The yearly statement of a fund: it adds up and reconciles, or it is not published (Decree 165, arts. 30 and 31)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kit.explanation import ExplainedValue, Explanation
from kit.money import Fen
from services.finance.domain.maintenance_explained import explain_fund, explain_statement
from services.finance.domain.maintenance_statement import (
    AnnualStatement,
    FundEntry,
    FundMovement,
    check_publication,
    statement_of,
    sum_of_all_years,
)
from tests.finance.agreements import document_of
from tests.finance.refusals import refusal_of

DOCUMENT = "《住宅专项维修资金管理办法》（建设部、财政部令第165号）"


def test_a_year_adds_up_and_carries_over() -> None:
    moved = [
        FundMovement("a", FundEntry.DEPOSIT, date(2023, 7, 1), Fen(1000)),
        FundMovement("a", FundEntry.DEPOSIT, date(2024, 1, 1), Fen(150)),
        FundMovement("b", FundEntry.DEPOSIT, date(2024, 1, 2), Fen(50)),
        FundMovement("pool", FundEntry.MATCH, date(2024, 4, 1), Fen(1200)),
        FundMovement("pool", FundEntry.MATCH_TAKEN_BACK, date(2024, 5, 1), Fen(-200)),
        FundMovement("a", FundEntry.REFUND, date(2024, 5, 1), Fen(-200)),
        FundMovement("a", FundEntry.INTEREST, date(2024, 6, 20), Fen(7)),
        FundMovement("pool", FundEntry.INCOME, date(2024, 6, 20), Fen(30)),
        FundMovement("a", FundEntry.USE, date(2024, 12, 31), Fen(-500)),
        FundMovement("a", FundEntry.USE, date(2025, 1, 1), Fen(-1)),
    ]

    statement = statement_of(moved, year=2024)

    assert statement == AnnualStatement(
        year=2024, opening=Fen(1000), deposits=Fen(200), matches=Fen(1000), interest=Fen(37), income=Fen(30),
        uses=Fen(500), refunds=Fen(200), closing=Fen(1537),
    )  # fmt: skip
    assert statement.adds_up
    assert statement_of(moved, year=2025).opening == statement.closing


def test_what_a_cut_over_took_over_within_the_year_was_there_before_it() -> None:
    moved = [
        FundMovement("a", FundEntry.DEPOSIT, date(2023, 7, 1), Fen(10)),
        FundMovement("a", FundEntry.OPENING, date(2024, 3, 1), Fen(1000)),
        FundMovement("a", FundEntry.DEPOSIT, date(2025, 3, 1), Fen(5)),
        FundMovement("a", FundEntry.INTEREST, date(2024, 12, 31), Fen(3)),
    ]

    statement = statement_of(moved, year=2024)

    assert statement == a_year(opening=1010, interest=3, closing=1013)
    assert statement.adds_up


def test_all_years_together_open_with_nothing() -> None:
    moved = [
        FundMovement("a", FundEntry.DEPOSIT, date(2023, 7, 1), Fen(1000)),
        FundMovement("a", FundEntry.USE, date(2024, 2, 29), Fen(-400)),
        FundMovement("pool", FundEntry.INCOME, date(2024, 12, 31), Fen(30)),
        FundMovement("pool", FundEntry.OPENING, date(2022, 2, 28), Fen(70)),
    ]

    assert sum_of_all_years(moved, 2024) == a_year(
        opening=70, deposits=1000, interest=30, income=30, uses=400, closing=700
    )


def a_year(year: int = 2024, **amounts: int) -> AnnualStatement:
    """Return a statement with these amounts, in fen, and nothing else."""
    columns = ("opening", "deposits", "matches", "interest", "income", "uses", "refunds", "closing")
    return AnnualStatement(year, *(Fen(amounts.get(column, 0)) for column in columns))


def publish(
    statement: AnnualStatement | None = None,
    *,
    bank: int = 1537,
    doors: tuple[int, ...] = (500, 7),
    today: date = date(2025, 1, 1),
    opened_on: date = date(2024, 12, 31),
) -> None:
    check_publication(
        statement or a_year(opening=1537, closing=1537),
        doors=[a_year(opening=door, closing=door) for door in doors],
        pool=a_year(opening=1030, closing=1030),
        bank_balance=Fen(bank),
        opened_on=opened_on,
        today=today,
        path=("input",),
    )


def test_a_statement_is_published_when_the_year_is_over_and_all_of_it_reconciles() -> None:
    publish()
    publish(today=date(2026, 6, 1), opened_on=date(2020, 1, 1))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"bank": 1536}, ("STATE_CONFLICT", ("input", "bankBalance"), "15.36")),
        ({"bank": 1538}, ("STATE_CONFLICT", ("input", "bankBalance"), "15.38")),
        ({"doors": (500, 6)}, ("STATE_CONFLICT", ("input",), "15.37")),
        ({"doors": (500, 8)}, ("STATE_CONFLICT", ("input",), "15.37")),
        (
            {"statement": a_year(opening=1537, uses=1, closing=1537)},
            ("STATE_CONFLICT", ("input",), "15.37"),
        ),
        ({"today": date(2024, 12, 31)}, ("STATE_CONFLICT", ("input", "year"), "2024")),
        ({"opened_on": date(2025, 1, 1)}, ("VALIDATION", ("input", "year"), "2024")),
    ],
    ids=[
        "a fen less at the bank", "a fen more at the bank", "a fen less at the doors", "a fen more at the doors",
        "does not add up", "the year runs", "opened later",
    ],
)  # fmt: skip
def test_what_does_not_reconcile_is_not_published(
    changes: dict[str, Any], expected: tuple[str, tuple[str, ...], str]
) -> None:
    assert refusal_of(lambda: publish(**changes)) == expected


def test_a_statement_explains_its_closing_balance() -> None:
    statement = a_year(opening=100, deposits=200, matches=300, interest=40, income=30, uses=50, refunds=6, closing=584)

    assert explain_statement(statement, policy_version_id="CN-v1") == Explanation(
        formula="opening + deposits + matches + interest − uses − refunds",
        inputs=(
            ExplainedValue("opening", "1.00", "yuan", "balance before the year"),
            ExplainedValue("deposits", "2.00", "yuan", "receipts"),
            ExplainedValue("matches", "3.00", "yuan", "district finance"),
            ExplainedValue("interest", "0.40", "yuan", "bank, and income that rolls over"),
            ExplainedValue("uses", "0.50", "yuan", "payments to contractors"),
            ExplainedValue("refunds", "0.06", "yuan", "payments back to owners"),
        ),
        parameters=(),
        result="5.84",
        clause="第三十条、第三十一条",
        document=DOCUMENT,
        policy_version_id="CN-v1",
    )


def test_a_fund_explains_its_balance_by_doors_and_pool() -> None:
    explanation = explain_fund(
        doors=Fen(507), door_count=2, pool=Fen(1030), balance=Fen(1537), policy_version_id="CN-v1"
    )

    assert explanation == Explanation(
        formula="Σ doors + pool",
        inputs=(
            ExplainedValue("Σ doors", "5.07", "yuan", "2 sub-accounts"),
            ExplainedValue("pool", "10.30", "yuan", "ledger"),
        ),
        parameters=(),
        result="15.37",
        clause="第十条、第十一条",
        document=DOCUMENT,
        policy_version_id="CN-v1",
    )


@pytest.mark.rule("ZG-28")
@pytest.mark.parametrize(("clause", "named"), [("三（三）2", "三（三）2"), (None, "")])
def test_the_fund_of_old_estates_is_explained_by_the_districts_document(clause: str | None, named: str) -> None:
    policy = document_of(day=date(2024, 4, 10)).maintenance_fund
    policy = replace(policy, source=replace(policy.source, clause=clause))

    explanation = explain_fund(
        doors=Fen(1), door_count=1, pool=Fen(0), balance=Fen(1), policy_version_id="v", policy=policy
    )

    assert (explanation.clause, explanation.document) == (named, policy.source.document)
    assert explanation.document != DOCUMENT
