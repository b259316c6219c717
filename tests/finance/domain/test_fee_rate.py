"""What may be charged to owners at all: inside the gate, priced by a contract or decided, marked, borne by owners."""

from dataclasses import replace
from datetime import date

import pytest

from kit.money import Fen
from policy.vocabulary import CleaningCost, CostBearer, ManagementMode
from services.finance.domain.bill import Creditor, FeeUnit, Payee
from services.finance.domain.contract import ContractKind
from services.finance.domain.fee_rate import (
    BasicServiceFromPublicFunds,
    FeeRate,
    PublicItemBilled,
    check_bearer,
    check_billable,
    check_cleaning,
    check_item_of_contract,
    check_item_of_mode,
    checked_item_code,
    checked_rate,
    set_rate,
)
from services.finance.domain.service_period import ContractItem, EstateMode, FeeContract, ServiceSpell
from tests.finance.refusals import refusal_of

PATH = ("input", "itemCode")
CONTRACT = FeeContract(
    id="ctr_1",
    district="360102",
    estate_id="est_1",
    provider_id="prv_1",
    kind=ContractKind.CONGRESS,
    items=(
        ContractItem("CLEANING", inside=True, cost_centre="INSIDE"),
        ContractItem("GUARDING", inside=True, cost_centre="SHARED"),
        ContractItem("ROADS", inside=False, cost_centre="SHARED"),
    ),
    started_on=date(2024, 1, 1),
)
RATE = FeeRate(
    id="frt_1",
    estate_id="est_1",
    contract_id="ctr_1",
    item_code="CLEANING",
    unit=FeeUnit.PER_M2_MONTH,
    rate=Fen(120),
    effective_from=date(2024, 4, 1),
    price_marked_on=date(2024, 3, 20),
)
SPELL = ServiceSpell(date(2024, 4, 1), date(2024, 4, 30), Creditor(Payee.PROVIDER, "prv_1"), CONTRACT, None)
TODAY = date(2024, 3, 20)


def mode(kind: ManagementMode, *items: str, bearer: CostBearer | None = None) -> EstateMode:
    return EstateMode(date(2024, 1, 1), kind, items=items, cost_bearer=bearer)


@pytest.mark.rule("DH-02")
def test_an_item_inside_the_gate_is_billed_and_one_outside_never() -> None:
    check_item_of_contract("CLEANING", CONTRACT)

    assert refusal_of(lambda: check_item_of_contract("ROADS", CONTRACT, path=PATH)) == ("EARMARK", PATH, "ROADS")


@pytest.mark.rule("DH-36")
def test_a_cost_centre_that_also_holds_outside_services_is_refused() -> None:
    own_centre = replace(CONTRACT, items=(*CONTRACT.items[1:2], replace(CONTRACT.items[2], cost_centre="OUTSIDE")))
    check_item_of_contract("GUARDING", own_centre)

    assert refusal_of(lambda: check_item_of_contract("GUARDING", CONTRACT, path=PATH)) == ("EARMARK", PATH, "SHARED")


@pytest.mark.rule("DH-36")
def test_an_item_without_a_cost_centre_shares_none() -> None:
    items = (ContractItem("CLEANING", inside=True), ContractItem("ROADS", inside=False))

    check_item_of_contract("CLEANING", replace(CONTRACT, items=items))


@pytest.mark.rule("NZ-25")
def test_owners_pay_what_the_contract_prices_and_nothing_else() -> None:
    assert refusal_of(lambda: check_item_of_contract("GREENING", CONTRACT, path=PATH)) == (
        "PRECONDITION",
        PATH,
        "GREENING",
    )


@pytest.mark.rule("ZG-34")
@pytest.mark.parametrize("payee", [Payee.PROVIDER, Payee.TRUST_FUND])
def test_cleaning_by_the_municipality_is_no_cost_of_a_provider(payee: Payee) -> None:
    check_cleaning("CLEANING", payee=payee, borne=None)
    check_cleaning("GREENING", payee=payee, borne=CleaningCost.MUNICIPAL_SANITATION)

    assert refusal_of(
        lambda: check_cleaning("CLEANING", payee=payee, borne=CleaningCost.MUNICIPAL_SANITATION, path=PATH)
    ) == ("EARMARK", PATH, "CLEANING")


@pytest.mark.rule("ZG-34", "ZG-27")
def test_the_basic_cleaning_of_a_residents_committee_is_borne_by_owners() -> None:
    check_cleaning("CLEANING", payee=Payee.COMMUNITY, borne=CleaningCost.MUNICIPAL_SANITATION)


@pytest.mark.rule("ZG-27")
def test_a_basic_service_is_borne_by_all_owners_and_not_by_public_funds() -> None:
    basic = mode(ManagementMode.COMMUNITY_FALLBACK, bearer=CostBearer.ALL_OWNERS)
    check_bearer(basic, CostBearer.ALL_OWNERS)

    with pytest.raises(BasicServiceFromPublicFunds):
        check_bearer(basic, CostBearer.PUBLIC_FUNDS)
    assert refusal_of(lambda: check_bearer(basic, CostBearer.PUBLIC_FUNDS, path=PATH)) == (
        "EARMARK",
        PATH,
        "PUBLIC_FUNDS",
    )


@pytest.mark.parametrize("in_force", [None, mode(ManagementMode.MARKET)])
def test_owners_bear_what_no_mode_gives_to_another(in_force: EstateMode | None) -> None:
    check_bearer(in_force, CostBearer.ALL_OWNERS)


@pytest.mark.parametrize(
    ("kind", "borne", "asked"),
    [
        (ManagementMode.COMMUNITY_FALLBACK, CostBearer.PUBLIC_FUNDS, CostBearer.ALL_OWNERS),
        (ManagementMode.COMMUNITY_FALLBACK, CostBearer.PUBLIC_FUNDS, CostBearer.PUBLIC_FUNDS),
        (ManagementMode.MARKET, None, CostBearer.PUBLIC_FUNDS),
        (ManagementMode.MARKET, CostBearer.ALL_OWNERS, CostBearer.PUBLIC_FUNDS),
        (None, None, CostBearer.PUBLIC_FUNDS),
    ],
)
def test_what_public_funds_bear_is_not_billed_to_owners(
    kind: ManagementMode | None, borne: CostBearer | None, asked: CostBearer
) -> None:
    in_force = None if kind is None else mode(kind, bearer=borne)

    with pytest.raises(PublicItemBilled):
        check_bearer(in_force, asked)
    assert refusal_of(lambda: check_bearer(in_force, asked, path=PATH)) == ("EARMARK", PATH, asked.value)


def test_a_basic_service_bills_its_items_alone() -> None:
    takeover = mode(ManagementMode.TAKEOVER_FIRST, "CLEANING", "ORDER")
    check_item_of_mode("ORDER", takeover)
    check_item_of_mode("GREENING", mode(ManagementMode.MARKET))
    check_item_of_mode("GREENING", None)

    assert refusal_of(lambda: check_item_of_mode("GREENING", takeover, path=PATH)) == (
        "OUT_OF_RANGE",
        PATH,
        "GREENING",
    )


@pytest.mark.rule("DH-16")
@pytest.mark.parametrize("marked_on", [None, date(2024, 3, 21)])
def test_nothing_is_billed_by_a_rate_that_is_not_marked_by_today(marked_on: date | None) -> None:
    check_billable(RATE, SPELL, decision_passed_on=TODAY, today=TODAY)

    unmarked = replace(RATE, price_marked_on=marked_on)
    assert refusal_of(
        lambda: check_billable(unmarked, SPELL, decision_passed_on=TODAY, today=TODAY, path=PATH)
    ) == ("PRECONDITION", PATH, "CLEANING")  # fmt: skip


@pytest.mark.rule("PZ-19")
@pytest.mark.parametrize("passed_on", [None, date(2024, 4, 2)])
def test_a_rate_without_a_decision_by_its_first_day_is_not_billed(passed_on: date | None) -> None:
    check_billable(RATE, SPELL, decision_passed_on=date(2024, 4, 1), today=TODAY)

    expected = ("NEEDS_DECISION", PATH, "CLEANING")
    for spell in (SPELL, replace(SPELL, contract=None)):
        assert refusal_of(
            lambda spell=spell: check_billable(  # type: ignore[misc]
                RATE, spell, decision_passed_on=passed_on, today=TODAY, path=PATH
            )
        ) == expected  # fmt: skip


def test_a_developers_contract_binds_owners_without_a_decision() -> None:
    early = replace(SPELL, contract=replace(CONTRACT, kind=ContractKind.EARLY_STAGE))

    check_billable(RATE, early, decision_passed_on=None, today=TODAY)


def test_a_new_rate_ends_the_one_before_and_is_ended_by_a_later_one() -> None:
    first = replace(RATE, id="frt_a", effective_from=date(2024, 1, 1))
    later = replace(RATE, id="frt_c", effective_from=date(2025, 1, 1))

    changed = set_rate([first, later], replace(RATE, id="frt_b"), billed_until=date(2024, 3, 31))

    assert changed == (
        replace(RATE, id="frt_b", effective_to=date(2024, 12, 31)),
        replace(first, effective_to=date(2024, 3, 31)),
    )


@pytest.mark.parametrize("effective_to", [date(2024, 3, 31), date(2024, 4, 1)])
def test_a_rate_that_ended_before_the_new_one_stays_as_it_is(effective_to: date) -> None:
    ended = replace(RATE, id="frt_a", effective_from=date(2024, 1, 1), effective_to=effective_to)

    changed = set_rate([ended], RATE, billed_until=None)

    holds = effective_to == RATE.effective_from
    assert changed == ((RATE, replace(ended, effective_to=date(2024, 3, 31))) if holds else (RATE,))


def test_the_next_of_several_later_rates_ends_the_new_one() -> None:
    later = [replace(RATE, id=f"frt_{year}", effective_from=date(year, 1, 1)) for year in (2027, 2025, 2026)]

    assert set_rate(later, RATE, billed_until=None) == (replace(RATE, effective_to=date(2024, 12, 31)),)


def test_a_rate_holds_from_its_first_day_to_its_last() -> None:
    march = replace(RATE, effective_from=date(2024, 3, 1), effective_to=date(2024, 3, 31))

    days = [date(2024, 2, 29), date(2024, 3, 1), date(2024, 3, 31), date(2024, 4, 1)]
    assert [march.holds_on(day) for day in days] == [False, True, True, False]
    assert RATE.holds_on(date.max)
    assert [RATE.price_marked, replace(RATE, price_marked_on=None).price_marked] == [True, False]


def test_a_rate_from_a_day_that_has_one_is_refused() -> None:
    again = replace(RATE, id="frt_2", rate=Fen(130))

    assert refusal_of(lambda: set_rate([RATE], again, billed_until=None, path=PATH)) == (
        "DUPLICATE",
        PATH,
        "2024-04-01",
    )


def test_a_rate_for_days_that_are_billed_is_refused() -> None:
    assert set_rate([], RATE, billed_until=date(2024, 3, 31)) == (RATE,)
    assert refusal_of(lambda: set_rate([], RATE, billed_until=RATE.effective_from, path=PATH)) == (
        "STATE_CONFLICT",
        PATH,
        "2024-04-01",
    )


@pytest.mark.parametrize(("rate", "shown"), [(0, "0.00"), (-1, "-0.01")])
def test_a_rate_is_above_zero(rate: int, shown: str) -> None:
    assert checked_rate(Fen(1)) == 1
    assert refusal_of(lambda: checked_rate(Fen(rate), path=PATH)) == ("VALIDATION", PATH, shown)


@pytest.mark.parametrize("code", ["", "A B", "x" * 65, "A\n", "A\u3000B"])
def test_an_item_code_is_short_and_without_spaces(code: str) -> None:
    assert [checked_item_code(text) for text in ("x", "x" * 64)] == ["x", "x" * 64]
    assert refusal_of(lambda: checked_item_code(code, path=PATH)) == ("VALIDATION", PATH, code)
