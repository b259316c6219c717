"""What may be charged to owners at all: inside the gate, priced by a contract or decided, marked, borne by owners."""

from dataclasses import replace
from datetime import date

import pytest

from kit.errors import ValidationFailed
from kit.money import Fen
from policy.vocabulary import CleaningCost, CostBearer, ManagementMode
from services.finance.domain.bill import Creditor, FeeUnit, Payee
from services.finance.domain.contract import ContractKind
from services.finance.domain.fee_rate import (
    BasicServiceFromPublicFunds,
    FeeNotDecided,
    FeeRate,
    ItemBeyondMode,
    ItemNotInContract,
    MunicipalCleaningBilled,
    OneCostLineForBothSides,
    OutsideItemBilled,
    PriceNotMarked,
    PublicItemBilled,
    RateAlreadyBilled,
    RateSetTwice,
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

    with pytest.raises(OutsideItemBilled) as refusal:
        check_item_of_contract("ROADS", CONTRACT)
    assert refusal.value.code == "EARMARK"


@pytest.mark.rule("DH-36")
def test_a_cost_centre_that_also_holds_outside_services_is_refused() -> None:
    own_centre = replace(CONTRACT, items=(*CONTRACT.items[1:2], replace(CONTRACT.items[2], cost_centre="OUTSIDE")))
    check_item_of_contract("GUARDING", own_centre)

    with pytest.raises(OneCostLineForBothSides) as refusal:
        check_item_of_contract("GUARDING", CONTRACT)
    assert refusal.value.code == "EARMARK"


@pytest.mark.rule("NZ-25")
def test_owners_pay_what_the_contract_prices_and_nothing_else() -> None:
    with pytest.raises(ItemNotInContract) as refusal:
        check_item_of_contract("GREENING", CONTRACT)
    assert refusal.value.code == "PRECONDITION"


@pytest.mark.rule("ZG-34")
@pytest.mark.parametrize("payee", [Payee.PROVIDER, Payee.TRUST_FUND])
def test_cleaning_by_the_municipality_is_no_cost_of_a_provider(payee: Payee) -> None:
    check_cleaning("CLEANING", payee=payee, borne=None)
    check_cleaning("GREENING", payee=payee, borne=CleaningCost.MUNICIPAL_SANITATION)

    with pytest.raises(MunicipalCleaningBilled) as refusal:
        check_cleaning("CLEANING", payee=payee, borne=CleaningCost.MUNICIPAL_SANITATION)
    assert refusal.value.code == "EARMARK"


@pytest.mark.rule("ZG-34", "ZG-27")
def test_the_basic_cleaning_of_a_residents_committee_is_borne_by_owners() -> None:
    check_cleaning("CLEANING", payee=Payee.COMMUNITY, borne=CleaningCost.MUNICIPAL_SANITATION)


@pytest.mark.rule("ZG-27")
def test_a_basic_service_is_borne_by_all_owners_and_not_by_public_funds() -> None:
    basic = mode(ManagementMode.COMMUNITY_FALLBACK, bearer=CostBearer.ALL_OWNERS)
    check_bearer(basic, CostBearer.ALL_OWNERS)

    with pytest.raises(BasicServiceFromPublicFunds) as refusal:
        check_bearer(basic, CostBearer.PUBLIC_FUNDS)
    assert refusal.value.code == "EARMARK"


@pytest.mark.parametrize(
    ("kind", "borne", "asked"),
    [
        (ManagementMode.COMMUNITY_FALLBACK, CostBearer.PUBLIC_FUNDS, CostBearer.ALL_OWNERS),
        (ManagementMode.COMMUNITY_FALLBACK, CostBearer.PUBLIC_FUNDS, CostBearer.PUBLIC_FUNDS),
        (ManagementMode.MARKET, None, CostBearer.PUBLIC_FUNDS),
    ],
)
def test_what_public_funds_bear_is_not_billed_to_owners(
    kind: ManagementMode, borne: CostBearer | None, asked: CostBearer
) -> None:
    with pytest.raises(PublicItemBilled) as refusal:
        check_bearer(mode(kind, bearer=borne), asked)
    assert refusal.value.code == "EARMARK"


def test_a_basic_service_bills_its_items_alone() -> None:
    takeover = mode(ManagementMode.TAKEOVER_FIRST, "CLEANING", "ORDER")
    check_item_of_mode("ORDER", takeover)
    check_item_of_mode("GREENING", mode(ManagementMode.MARKET))

    with pytest.raises(ItemBeyondMode) as refusal:
        check_item_of_mode("GREENING", takeover)
    assert refusal.value.code == "OUT_OF_RANGE"


@pytest.mark.rule("DH-16")
@pytest.mark.parametrize("marked_on", [None, date(2024, 3, 21)])
def test_nothing_is_billed_by_a_rate_that_is_not_marked_by_today(marked_on: date | None) -> None:
    check_billable(RATE, SPELL, decision_passed_on=TODAY, today=TODAY)

    with pytest.raises(PriceNotMarked) as refusal:
        check_billable(replace(RATE, price_marked_on=marked_on), SPELL, decision_passed_on=TODAY, today=TODAY)
    assert refusal.value.code == "PRECONDITION"


@pytest.mark.rule("PZ-19")
@pytest.mark.parametrize("passed_on", [None, date(2024, 4, 2)])
def test_a_rate_without_a_decision_by_its_first_day_is_not_billed(passed_on: date | None) -> None:
    check_billable(RATE, SPELL, decision_passed_on=date(2024, 4, 1), today=TODAY)

    with pytest.raises(FeeNotDecided) as refusal:
        check_billable(RATE, SPELL, decision_passed_on=passed_on, today=TODAY)
    assert refusal.value.code == "NEEDS_DECISION"


def test_a_developers_contract_binds_owners_without_a_decision() -> None:
    early = replace(SPELL, contract=replace(CONTRACT, kind=ContractKind.EARLY_STAGE))

    check_billable(RATE, early, decision_passed_on=None, today=TODAY)


def test_a_new_rate_ends_the_one_before_and_is_ended_by_a_later_one() -> None:
    first = replace(RATE, id="frt_a", effective_from=date(2024, 1, 1))
    later = replace(RATE, id="frt_c", effective_from=date(2025, 1, 1))

    changed = set_rate([first, later], replace(RATE, id="frt_b"), billed_until=date(2024, 3, 31))

    assert [(one.id, one.effective_from, one.effective_to) for one in changed] == [
        ("frt_b", date(2024, 4, 1), date(2024, 12, 31)),
        ("frt_a", date(2024, 1, 1), date(2024, 3, 31)),
    ]


def test_a_rate_from_a_day_that_has_one_is_refused() -> None:
    with pytest.raises(RateSetTwice) as refusal:
        set_rate([RATE], replace(RATE, id="frt_2", rate=Fen(130)), billed_until=None)
    assert refusal.value.code == "DUPLICATE"


def test_a_rate_for_days_that_are_billed_is_refused() -> None:
    with pytest.raises(RateAlreadyBilled) as refusal:
        set_rate([], RATE, billed_until=RATE.effective_from)
    assert refusal.value.code == "STATE_CONFLICT"


@pytest.mark.parametrize("rate", [0, -1])
def test_a_rate_is_above_zero(rate: int) -> None:
    assert checked_rate(Fen(1)) == 1

    with pytest.raises(ValidationFailed):
        checked_rate(Fen(rate))


@pytest.mark.parametrize("code", ["", "A B", "x" * 65, "A\n"])
def test_an_item_code_is_short_and_without_spaces(code: str) -> None:
    assert checked_item_code("x" * 64) == "x" * 64

    with pytest.raises(ValidationFailed):
        checked_item_code(code)
