"""Which lines a bill run bills, fixed when it starts: each stretch of one service at one rate."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kit.money import yuan
from policy.vocabulary import ManagementMode
from services.finance.domain.bill import BillSource, Creditor, FeeUnit, Payee
from services.finance.domain.bill_plan import check_due_day, checked_items, plan_lines
from services.finance.domain.bill_run import BillLine
from services.finance.domain.billing_period import parse_period
from services.finance.domain.contract import ContractKind
from services.finance.domain.fee_rate import FeeRate
from services.finance.domain.service_period import ContractItem, EstateMode, FeeContract, ServiceSpell
from tests.finance.refusals import refusal_of

MARCH = parse_period("2026-03")
PROVIDER = Creditor(Payee.PROVIDER, "prv_1")
PATH = ("input", "items")
CONTRACT = FeeContract(
    id="ctr_1",
    district="360702",
    estate_id="est_1",
    provider_id="prv_1",
    kind=ContractKind.EARLY_STAGE,
    items=(ContractItem("PROPERTY", inside=True),),
    started_on=date(2024, 1, 1),
)
RATE = FeeRate(
    id="frt_1",
    estate_id="est_1",
    contract_id="ctr_1",
    item_code="PROPERTY",
    unit=FeeUnit.PER_M2_MONTH,
    rate=yuan("1.20"),
    effective_from=date(2024, 1, 1),
    price_marked_on=date(2024, 1, 1),
)
SPELL = ServiceSpell(MARCH.from_, MARCH.to, PROVIDER, CONTRACT, None)
DECIDED = replace(CONTRACT, kind=ContractKind.CONGRESS, decision_id="dec_contract")


def plan(
    *spells: ServiceSpell,
    source: BillSource = BillSource.REGULAR,
    rates: tuple[FeeRate, ...] = (RATE,),
    passed_on: dict[str, date] | None = None,
) -> tuple[BillLine, ...]:
    return plan_lines(
        "PROPERTY", spells, rates, source=source, passed_on=passed_on or {}, today=date(2026, 3, 5), path=PATH
    )


def a_line(first: int = 1, last: int = 31, **changes: Any) -> BillLine:
    values: dict[str, Any] = {
        "item_code": "PROPERTY",
        "unit": FeeUnit.PER_M2_MONTH,
        "rate": yuan("1.20"),
        "from_": date(2026, 3, first),
        "to": date(2026, 3, last),
        "creditor": PROVIDER,
        "source": BillSource.REGULAR,
        "contract_id": "ctr_1",
    }
    return BillLine(**(values | changes))


def test_a_plan_has_a_line_for_each_service_and_rate() -> None:
    dearer = replace(RATE, id="frt_2", rate=yuan("1.50"), effective_from=date(2026, 3, 16))
    cheaper = replace(RATE, effective_to=date(2026, 3, 15))

    assert plan(SPELL, rates=(dearer, cheaper)) == (a_line(1, 15), a_line(16, 31, rate=yuan("1.50")))


def test_lines_stand_by_their_days_and_only_those_on_which_a_rate_of_the_tariff_holds() -> None:
    own = Creditor(Payee.OWNERS_PUBLIC_ACCOUNT, "est_1")
    later = ServiceSpell(date(2026, 3, 21), date(2026, 3, 31), own, None, None)
    first = replace(SPELL, to=date(2026, 3, 20))
    of_estate = replace(
        RATE, contract_id=None, rate=yuan("0.50"), effective_from=date(2026, 3, 31), decision_id="dec_1"
    )
    ended = replace(RATE, effective_to=date(2026, 3, 1))
    over = replace(RATE, effective_to=date(2026, 2, 28))

    lines = plan(later, first, rates=(of_estate, over, ended), passed_on={"dec_1": date(2026, 3, 31)})

    assert lines == (a_line(1, 1), a_line(31, 31, rate=yuan("0.50"), creditor=own, contract_id=None))


@pytest.mark.rule("PZ-19")
@pytest.mark.parametrize(
    ("decision_id", "passed_on", "is_decided"),
    [
        (None, {"dec_contract": date(2024, 1, 1)}, True),
        (None, {}, False),
        ("dec_rate", {"dec_rate": date(2024, 1, 1)}, True),
        ("dec_rate", {"dec_contract": date(2024, 1, 1)}, False),
        ("dec_rate", {"dec_rate": date(2024, 1, 2)}, False),
    ],
    ids=["the contract's", "not passed", "the rate's own", "only the contract's", "passed after its first day"],
)
def test_a_rate_rests_on_its_own_decision_or_else_on_the_contracts(
    decision_id: str | None, passed_on: dict[str, date], is_decided: bool
) -> None:
    spell, rate = replace(SPELL, contract=DECIDED), replace(RATE, decision_id=decision_id)

    if is_decided:
        assert plan(spell, rates=(rate,), passed_on=passed_on) == (a_line(),)
    else:
        assert refusal_of(lambda: plan(spell, rates=(rate,), passed_on=passed_on)) == (
            "NEEDS_DECISION",
            PATH,
            "PROPERTY",
        )


@pytest.mark.rule("PZ-19")
def test_a_service_whose_price_nobody_set_is_not_billed() -> None:
    of_the_estate = replace(SPELL, contract=None, creditor=Creditor(Payee.OWNERS_PUBLIC_ACCOUNT, "est_1"))

    assert refusal_of(lambda: plan(of_the_estate)) == ("NEEDS_DECISION", PATH, "PROPERTY")
    undecided = replace(RATE, contract_id=None)
    assert refusal_of(lambda: plan(of_the_estate, rates=(undecided,))) == ("NEEDS_DECISION", PATH, "PROPERTY")


@pytest.mark.rule("DH-02", "NZ-25")
def test_what_the_contract_or_the_mode_does_not_have_is_not_billed() -> None:
    outside = replace(CONTRACT, items=(ContractItem("PROPERTY", inside=False),))
    basic = EstateMode(date(2024, 1, 1), ManagementMode.TAKEOVER_FIRST, items=("CLEANING",))

    assert refusal_of(lambda: plan(replace(SPELL, contract=outside))) == ("EARMARK", PATH, "PROPERTY")
    assert refusal_of(lambda: plan(replace(SPELL, mode=basic))) == ("OUT_OF_RANGE", PATH, "PROPERTY")


@pytest.mark.rule("DH-16")
def test_a_price_that_is_not_marked_by_the_day_of_the_run_is_not_billed() -> None:
    assert plan(SPELL, rates=(replace(RATE, price_marked_on=date(2026, 3, 5)),)) == (a_line(),)
    unmarked = replace(RATE, price_marked_on=date(2026, 3, 6))
    assert refusal_of(lambda: plan(SPELL, rates=(unmarked,))) == ("PRECONDITION", PATH, "PROPERTY")


def test_service_after_the_end_is_billed_as_post_termination_service_only() -> None:
    after = replace(SPELL, source=BillSource.POST_TERMINATION)

    assert plan(after, source=BillSource.POST_TERMINATION) == (a_line(source=BillSource.POST_TERMINATION),)
    assert refusal_of(lambda: plan(after)) == ("STATE_CONFLICT", PATH, None)
    assert plan(SPELL, after) == (a_line(),)


@pytest.mark.parametrize("source", BillSource)
def test_a_period_without_service_is_not_billed(source: BillSource) -> None:
    assert refusal_of(lambda: plan(source=source)) == ("PRECONDITION", PATH, None)


def test_without_post_termination_service_there_is_none_to_bill() -> None:
    assert refusal_of(lambda: plan(SPELL, source=BillSource.POST_TERMINATION)) == ("PRECONDITION", PATH, None)


def test_a_run_has_1_to_20_different_items() -> None:
    twenty = [f"ITEM_{number:02}" for number in range(20)]

    assert (checked_items(["A"]), checked_items(["B", "A"])) == (("A",), ("A", "B"))
    assert checked_items(twenty[::-1]) == tuple(twenty)
    for codes, count in (([], "0"), (["A", "A"], "2"), ([*twenty, "X"], "21")):
        assert refusal_of(lambda codes=codes: checked_items(codes, path=PATH)) == (  # type: ignore[misc]
            "VALIDATION",
            PATH,
            count,
        )


@pytest.mark.parametrize(
    ("due_on", "today"), [(date(2026, 3, 4), date(2026, 3, 5)), (date(2026, 2, 28), date(2026, 2, 1))]
)
def test_bills_fall_due_neither_before_today_nor_before_the_period(due_on: date, today: date) -> None:
    check_due_day(date(2026, 3, 5), period=MARCH, today=date(2026, 3, 5))
    check_due_day(date(2026, 3, 1), period=MARCH, today=date(2026, 2, 1))

    assert refusal_of(lambda: check_due_day(due_on, period=MARCH, today=today, path=("input", "dueOn"))) == (
        "VALIDATION",
        ("input", "dueOn"),
        due_on.isoformat(),
    )
