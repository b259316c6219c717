"""The public match of the old-estate fund: which deposits a period takes, each once, and what is paid (ZG-30)."""

from dataclasses import replace
from datetime import date

import pytest

from kit.explanation import ExplainedParameter, ExplainedValue, Explanation
from kit.money import Fen, yuan
from kit.ratio import Ratio
from policy.instruments.maintenance_fund import MaintenanceFundPolicy
from policy.vocabulary import Cadence
from services.finance.domain.maintenance_fund import DepositStatus, FundDeposit
from services.finance.domain.maintenance_match import Match, last_day_of, match_deposits
from tests.finance.agreements import document_of
from tests.finance.refusals import refusal_of

TODAY = date(2024, 4, 10)


@pytest.fixture(scope="module")
def policy() -> MaintenanceFundPolicy:
    return document_of(day=TODAY).maintenance_fund


def deposit(amount: str, paid_on: date, **changes: object) -> FundDeposit:
    given = FundDeposit(
        id=f"mdp_{amount}_{paid_on}",
        fund_id="mtf_1",
        sub_account_id="msa_1",
        part_id="prt_1",
        amount=yuan(amount),
        paid_on=paid_on,
        receipt_no=f"R{amount}",
    )
    return replace(given, **changes)  # type: ignore[arg-type]


def matched(
    policy: MaintenanceFundPolicy, *deposits: FundDeposit, period: str = "2024-Q1", today: date = TODAY
) -> Match:
    return match_deposits(deposits, period=period, policy=policy, today=today, path=("input", "period"))


@pytest.mark.rule("ZG-30")
def test_the_match_equals_the_deposits_confirmed_by_the_end_of_the_quarter(policy: MaintenanceFundPolicy) -> None:
    deposits = [
        deposit("6000.00", date(2024, 3, 31)),
        deposit("4400.00", date(2023, 11, 2)),  # Confirmed too late for its own quarter.
        deposit("99.00", date(2024, 4, 1)),
        deposit("98.00", date(2024, 3, 1), status=DepositStatus.REFUNDED),
    ]

    document, clause = "《关于加强章贡区住宅小区物业管理工作的实施意见》", "三（三）2"
    assert matched(policy, *deposits) == Match(
        period="2024-Q1",
        lines=(("mdp_6000.00_2024-03-31", yuan("6000.00")), ("mdp_4400.00_2023-11-02", yuan("4400.00"))),
        amount=yuan("10400.00"),
        explanation=Explanation(
            formula="Σ confirmedDeposit × matchRatio",
            inputs=(
                ExplainedValue("Σ confirmedDeposit", "10400.00", "yuan", "deposits confirmed by the end of 2024-Q1"),
                ExplainedValue("deposits", "2", "", "receipts"),
            ),
            parameters=(
                ExplainedParameter("match_ratio", "1.0000", "ratio", clause, document, "required"),
                ExplainedParameter("match_base", "CONFIRMED_DEPOSITS", "", clause, document, "required"),
                ExplainedParameter("match_cadence", "QUARTERLY", "", clause, document, "guided"),
                ExplainedParameter(
                    "match_credited_to",
                    "ESTATE_POOL",
                    "",
                    f"{clause}（默认 A-17，待区财政局确认）",
                    document,
                    "required",
                ),
            ),
            result="10400.00",
            clause=clause,
            document=document,
            policy_version_id="360702-v1",
            rounding="each deposit's match half-up to the fen",
        ),
    )


@pytest.mark.parametrize(("clause", "named"), [("第七条", "第七条"), (None, "")])
def test_a_match_names_the_clause_that_the_instrument_has(
    policy: MaintenanceFundPolicy, clause: str | None, named: str
) -> None:
    document = replace(policy, source=replace(policy.source, clause=clause))

    assert matched(document, deposit("1.00", date(2024, 3, 1))).explanation.clause == named


@pytest.mark.rule("ZG-30")
def test_a_deposit_is_matched_once(policy: MaintenanceFundPolicy) -> None:
    before = deposit("6000.00", date(2024, 3, 1), match_period="2023-Q4")
    fresh = deposit("1.00", date(2024, 3, 1))

    assert refusal_of(lambda: matched(policy, fresh, before)) == ("DUPLICATE", ("input", "period"), "R6000.00")


@pytest.mark.rule("ZG-30")
def test_a_refunded_deposit_or_one_of_the_next_quarter_is_not_matched(policy: MaintenanceFundPolicy) -> None:
    refunded = deposit("6000.00", date(2024, 3, 1), status=DepositStatus.REFUNDED)
    later = deposit("6000.00", date(2024, 4, 1))

    expected = ("PRECONDITION", ("input", "period"), "2024-Q1")
    assert refusal_of(lambda: matched(policy, refunded, later)) == expected
    assert refusal_of(lambda: matched(policy)) == expected


@pytest.mark.rule("ZG-30")
def test_a_quarter_is_matched_after_its_last_day(policy: MaintenanceFundPolicy) -> None:
    given = deposit("1.00", date(2024, 3, 31))

    assert matched(policy, given, today=date(2024, 4, 1)).amount == yuan("1.00")
    assert refusal_of(lambda: matched(policy, given, today=date(2024, 3, 31))) == (
        "STATE_CONFLICT",
        ("input", "period"),
        "2024-Q1",
    )


@pytest.mark.parametrize(
    ("period", "cadence", "last"),
    [
        ("2024-Q1", Cadence.QUARTERLY, date(2024, 3, 31)),
        ("2024-Q2", Cadence.QUARTERLY, date(2024, 6, 30)),
        ("2024-Q4", Cadence.QUARTERLY, date(2024, 12, 31)),
        ("2024-02", Cadence.MONTHLY, date(2024, 2, 29)),
        ("2023-02", Cadence.MONTHLY, date(2023, 2, 28)),
        ("2024-12", Cadence.MONTHLY, date(2024, 12, 31)),
        ("2024", Cadence.YEARLY, date(2024, 12, 31)),
        ("0001", Cadence.YEARLY, date(1, 12, 31)),
    ],
)
def test_a_match_period_ends_on_its_last_day(period: str, cadence: Cadence, last: date) -> None:
    assert last_day_of(period, cadence) == last


@pytest.mark.parametrize(
    ("period", "cadence"),
    [
        *((text, Cadence.QUARTERLY) for text in ("2024-Q0", "2024-Q5", "2024-03", "2024", "0000-Q1", "2024-Q1 ")),
        *((text, Cadence.MONTHLY) for text in ("2024-00", "2024-13", "2024-Q1", "2024", "0000-01")),
        *((text, Cadence.YEARLY) for text in ("2024-Q1", "24", "0000")),
    ],
)
def test_a_match_period_has_the_form_of_the_districts_cadence(period: str, cadence: Cadence) -> None:
    assert refusal_of(lambda: last_day_of(period, cadence, path=("input", "period"))) == (
        "VALIDATION",
        ("input", "period"),
        period,
    )


def test_a_period_of_another_form_is_refused_where_it_stands(policy: MaintenanceFundPolicy) -> None:
    assert refusal_of(lambda: matched(policy, period="2024-03")) == ("VALIDATION", ("input", "period"), "2024-03")


def test_half_a_ratio_matches_half_of_each_deposit(policy: MaintenanceFundPolicy) -> None:
    halved = replace(policy, match_ratio=Ratio(5_000))

    match = matched(halved, deposit("0.03", date(2024, 3, 1)), deposit("0.05", date(2024, 3, 2)))

    # 1.5 and 2.5 fen, each half-up.
    assert ([amount for _, amount in match.lines], match.amount) == ([2, 3], Fen(5))
    assert match.explanation.inputs[0].value == "0.08"
