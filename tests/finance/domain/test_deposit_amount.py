"""How much deposit is demanded: area × rate, within the bounds of the real document."""

from dataclasses import replace

import pytest

from kit.area import square_metres
from kit.errors import OutOfRange
from kit.explanation import ExplainedParameter, ExplainedValue, Explanation
from kit.money import MAX_FEN, Fen, format_money, yuan
from policy.instruments.deposit import DepositPolicy
from services.finance.domain.deposit_amount import ClampReason, deposit_amount
from tests.finance.agreements import document_of
from tests.finance.refusals import refusal_of


@pytest.fixture(scope="module")
def policy() -> DepositPolicy:
    return document_of().deposit


@pytest.mark.rule("ZG-18", "G-1", "G-2", "G-3", "G-4")
@pytest.mark.parametrize(
    ("area", "rate", "computed", "demanded", "clamp"),
    [
        pytest.param("12000.00", "1.00", "12000.00", "20000.00", ClampReason.FLOOR, id="G-1"),
        pytest.param("56789.50", "1.00", "56789.50", "56789.50", ClampReason.NONE, id="G-2"),
        pytest.param("250000.00", "1.00", "250000.00", "100000.00", ClampReason.CAP, id="G-3"),
        pytest.param("20000.00", "1.00", "20000.00", "20000.00", ClampReason.NONE, id="G-4-floor"),
        pytest.param("100000.00", "1.00", "100000.00", "100000.00", ClampReason.NONE, id="G-4-cap"),
        pytest.param("19999.99", "1.00", "19999.99", "20000.00", ClampReason.FLOOR, id="a fen below the floor"),
        pytest.param("100000.01", "1.00", "100000.01", "100000.00", ClampReason.CAP, id="a fen above the cap"),
        # 33,333.33 m² x 1.25 = 41,666.6625: half-up to the fen is .66.
        pytest.param("33333.33", "1.25", "41666.66", "41666.66", ClampReason.NONE, id="rounded down"),
        # 33,333.30 m² x 1.25 = 41,666.625: the half fen goes up.
        pytest.param("33333.30", "1.25", "41666.63", "41666.63", ClampReason.NONE, id="the half goes up"),
    ],
)
def test_the_deposit_is_area_times_rate_within_floor_and_cap(
    policy: DepositPolicy, area: str, rate: str, computed: str, demanded: str, clamp: ClampReason
) -> None:
    amount = deposit_amount(approved_gross_area=square_metres(area), rate_per_m2=yuan(rate), policy=policy)

    assert (format_money(amount.computed), format_money(amount.demanded), amount.clamp) == (computed, demanded, clamp)


@pytest.mark.rule("ZG-18")
def test_an_area_of_nothing_is_refused(policy: DepositPolicy) -> None:
    def amount() -> None:
        deposit_amount(approved_gross_area=square_metres("0.00"), rate_per_m2=yuan("1.00"), policy=policy)

    assert refusal_of(amount) == ("VALIDATION", ("approvedGrossArea",), "0.00")


@pytest.mark.rule("ZG-18")
def test_the_smallest_area_and_rate_are_taken(policy: DepositPolicy) -> None:
    amount = deposit_amount(approved_gross_area=square_metres("0.01"), rate_per_m2=Fen(1), policy=policy)

    assert (amount.basis_area, amount.rate_per_m2, amount.computed) == (1, 1, 0)


@pytest.mark.rule("ZG-18")
@pytest.mark.parametrize("rate", ["0.00", "-1.00"])
def test_a_rate_that_is_not_above_zero_is_refused(policy: DepositPolicy, rate: str) -> None:
    def amount() -> None:
        deposit_amount(approved_gross_area=square_metres("1.00"), rate_per_m2=yuan(rate), policy=policy)

    assert refusal_of(amount) == ("VALIDATION", ("ratePerM2",), rate)


def test_a_product_beyond_64_bits_is_refused_and_never_wraps(policy: DepositPolicy) -> None:
    with pytest.raises(OutOfRange):
        deposit_amount(approved_gross_area=square_metres("100000.00"), rate_per_m2=Fen(MAX_FEN), policy=policy)


def test_the_explanation_lets_anybody_compute_the_amount_again(policy: DepositPolicy) -> None:
    amount = deposit_amount(approved_gross_area=square_metres("250000.00"), rate_per_m2=yuan("1.00"), policy=policy)

    document, clause = "《关于加强章贡区住宅小区物业管理工作的实施意见》", "三（二）4"
    assert amount.explanation == Explanation(
        formula="min(max(approvedGrossArea × ratePerM2, floor), cap)",
        inputs=(
            ExplainedValue("approvedGrossArea", "250000.00", "m2", "registry: estate"),
            ExplainedValue("ratePerM2", "1.00", "yuan/m2/year", "contract: deposit clause"),
        ),
        parameters=(
            ExplainedParameter("floor", "20000.00", "yuan/area/year", clause, document, "guided"),
            ExplainedParameter("cap", "100000.00", "yuan/area/year", clause, document, "guided"),
            ExplainedParameter("basis", "APPROVED_GROSS_AREA_INCL_UNDERGROUND", "", clause, document, "guided"),
            ExplainedParameter("yearMode", "LEVEL", "", f"{clause}（默认 A-2，待区住保中心确认）", document, "guided"),
            ExplainedParameter(
                "partYear", "NO_PRORATION", "", f"{clause}（默认 A-3，待区住保中心确认）", document, "guided"
            ),
        ),
        result="100000.00",
        clause=clause,
        document=document,
        policy_version_id="360702-v1",
        rounding="one product, half-up to the fen",
    )


@pytest.mark.parametrize(("clause", "named"), [("第七条", "第七条"), (None, "三（二）4")])
def test_the_clause_is_the_instruments_and_else_that_of_the_floor(
    policy: DepositPolicy, clause: str | None, named: str
) -> None:
    document = replace(policy, source=replace(policy.source, clause=clause))

    amount = deposit_amount(approved_gross_area=square_metres("1.00"), rate_per_m2=yuan("1.00"), policy=document)

    assert amount.explanation.clause == named
