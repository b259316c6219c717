"""A deposit is agreed in the contract, and demanded once all it needs is known (ZG-17 to ZG-21, G-5)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kit.area import square_metres
from kit.money import Fen, yuan
from policy.vocabulary import CustodyKind
from services.finance.domain.contract import ContractKind
from services.finance.domain.custody import OwnersSide
from services.finance.domain.deposit import (
    DepositPrecondition,
    Hold,
    Holding,
    PerformanceDeposit,
    agree_deposit,
    demand_deposit,
    pass_due_day,
    put_on_hold,
    require_no_hold,
)
from services.finance.domain.deposit_amount import ClampReason
from services.finance.domain.deposit_state import DepositState
from services.finance.domain.estate import Estate
from tests.finance.agreements import (
    HELD,
    OWNERS,
    SIGNED_ON,
    STREET,
    TAKE_ON,
    a_contract,
    a_demanded_deposit,
    a_held_deposit,
    an_estate,
    document_of,
)
from tests.finance.refusals import refusal_of

RATE = yuan("1.00")
CONTRACT = a_contract(deposit_rate=RATE)
CONGRESS_CONTRACT = a_contract(deposit_rate=RATE, kind=ContractKind.CONGRESS)
BY_SIGNING = {date(2024, 1, 2): square_metres("60000.00")}


def agreed(**changes: object) -> PerformanceDeposit:
    contract = replace(CONTRACT, **changes)  # type: ignore[arg-type]
    return agree_deposit(contract, deposit_id="dep_1", policy=document_of().deposit)


def demanded(
    deposit: PerformanceDeposit,
    *,
    areas: dict[date, str] | None = None,
    passed_on: date | None = None,
    contract: object = CONTRACT,
) -> PerformanceDeposit:
    known = {day: square_metres(area) for day, area in (areas or {}).items()} if areas is not None else BY_SIGNING
    return demand_deposit(
        deposit,
        contract,  # type: ignore[arg-type]
        estate=an_estate(gross_areas=known),
        decision_passed_on=passed_on,
        policy=document_of().deposit,
    )


@pytest.mark.rule("ZG-17")
def test_a_contract_with_a_deposit_clause_has_an_agreed_deposit() -> None:
    deposit = agreed()

    assert deposit == PerformanceDeposit(
        id="dep_1",
        district="360702",
        estate_id="est_1",
        contract_id="ctr_1",
        provider_id="prv_1",
        contract_year=1,
        agreed_on=SIGNED_ON,
        state=DepositState.AGREED,
        state_since=SIGNED_ON,
        managers=("STREET", "COMMUNITY"),
        policy_version_id="360702-v1",
        due_on=TAKE_ON,
        first_custody=STREET,
        rate_per_m2=RATE,
    )
    assert (deposit.paid, deposit.missing, deposit.custody_account_id) == (Fen(0), Fen(0), None)


@pytest.mark.rule("ZG-17", "G-5")
def test_a_contract_without_a_deposit_clause_has_none_and_nobody_manages_it() -> None:
    deposit = agreed(deposit_rate=None)

    assert (deposit.state, deposit.managers, deposit.first_custody, deposit.rate_per_m2) == (
        DepositState.NOT_AGREED,
        (),
        None,
        None,
    )


@pytest.mark.rule("ZG-22")
def test_a_committee_that_signed_manages_the_deposit_too() -> None:
    assert agreed(signed_by_body="CONGRESS_WITH_COMMITTEE").managers == ("STREET", "COMMUNITY", "COMMITTEE")


@pytest.mark.rule("ZG-20")
@pytest.mark.rule("ZG-21")
def test_the_congress_own_contract_keeps_its_deposit_in_the_owners_account() -> None:
    assert agreed(kind=ContractKind.CONGRESS).first_custody is OWNERS
    assert refusal_of(lambda: agreed(kind=ContractKind.COOPERATION)) == (
        "INSTRUMENT_NOT_AVAILABLE",
        (),
        "COOPERATION",
    )


@pytest.mark.rule("ZG-18")
@pytest.mark.rule("ZG-19")
def test_a_deposit_is_demanded_from_the_signing_when_the_area_was_known_by_then() -> None:
    deposit = demanded(agreed())

    assert replace(deposit, explanation=None) == replace(
        agreed(),
        state=DepositState.DEMANDED,
        state_since=SIGNED_ON,
        basis_area=square_metres("60000.00"),
        computed=yuan("60000.00"),
        demanded=yuan("60000.00"),
        demanded_on=SIGNED_ON,
        clamp=ClampReason.NONE,
        next_year_on=date(2025, 3, 1),
    )
    assert deposit.explanation is not None
    assert deposit.explanation.result == "60000.00"
    assert (deposit.paid, deposit.missing) == (Fen(0), yuan("60000.00"))


@pytest.mark.rule("ZG-18", "G-1", "G-3")
@pytest.mark.parametrize(
    ("area", "computed", "amount", "clamp"),
    [
        ("12000.00", "12000.00", "20000.00", ClampReason.FLOOR),
        ("250000.00", "250000.00", "100000.00", ClampReason.CAP),
    ],
)
def test_what_is_demanded_stays_within_the_bounds(area: str, computed: str, amount: str, clamp: ClampReason) -> None:
    deposit = demanded(agreed(), areas={SIGNED_ON: area})

    assert (deposit.computed, deposit.demanded, deposit.clamp) == (yuan(computed), yuan(amount), clamp)


@pytest.mark.rule("ZG-18")
def test_without_an_area_nothing_is_demanded() -> None:
    waiting = demanded(agreed(), areas={})

    assert waiting == replace(agreed(), awaits=DepositPrecondition.APPROVED_GROSS_AREA)
    assert demanded(waiting).awaits is None


def test_an_area_that_takes_effect_after_the_signing_is_demanded_from_its_day() -> None:
    deposit = demanded(agreed(), areas={date(2024, 2, 2): "60000.00", date(2024, 5, 1): "70000.00"})

    assert (deposit.demanded, deposit.demanded_on, deposit.state_since) == (
        yuan("60000.00"),
        date(2024, 2, 2),
        date(2024, 2, 2),
    )


def test_the_area_in_force_on_the_day_of_signing_is_the_basis() -> None:
    areas = {date(2024, 1, 2): "50000.00", SIGNED_ON: "60000.00", date(2024, 2, 2): "70000.00"}

    assert demanded(agreed(), areas=areas).basis_area == square_metres("60000.00")


@pytest.mark.rule("ZG-21")
def test_a_deposit_of_the_congress_waits_for_the_joint_decision_and_is_demanded_from_it() -> None:
    of_congress = agreed(kind=ContractKind.CONGRESS)

    waiting = demanded(of_congress, contract=CONGRESS_CONTRACT)
    decided = demanded(waiting, contract=CONGRESS_CONTRACT, passed_on=date(2024, 2, 20))

    assert waiting == replace(of_congress, awaits=DepositPrecondition.JOINT_DECISION)
    assert (decided.state, decided.awaits, decided.demanded_on) == (
        DepositState.DEMANDED,
        None,
        date(2024, 2, 20),
    )


@pytest.mark.rule("ZG-19", "ZG-21")
@pytest.mark.parametrize(
    ("passed_on", "due_on"),
    [
        (date(2024, 2, 29), TAKE_ON),
        (TAKE_ON, TAKE_ON),
        (date(2024, 3, 2), date(2024, 3, 2)),
    ],
)
def test_a_deposit_is_due_at_the_take_on_and_never_before_it_is_demanded(passed_on: date, due_on: date) -> None:
    of_congress = agreed(kind=ContractKind.CONGRESS)

    deposit = demanded(of_congress, contract=CONGRESS_CONTRACT, passed_on=passed_on)

    assert (deposit.due_on, deposit.next_year_on) == (due_on, date(2025, 3, 1))
    assert pass_due_day(deposit, today=due_on) is None
    assert pass_due_day(deposit, today=due_on + timedelta(days=1)) is not None


@pytest.mark.rule("ZG-21")
def test_a_decision_before_the_signing_lets_it_be_demanded_from_the_signing() -> None:
    of_congress = agreed(kind=ContractKind.CONGRESS)

    decided = demanded(of_congress, contract=CONGRESS_CONTRACT, passed_on=date(2024, 1, 20))

    assert decided.demanded_on == SIGNED_ON


@pytest.mark.rule("ZG-21")
def test_a_street_held_deposit_waits_for_no_decision() -> None:
    assert demanded(agreed(), passed_on=None).state is DepositState.DEMANDED


def test_the_due_day_follows_a_corrected_day_of_the_take_on() -> None:
    later = replace(CONTRACT, service_start_on=date(2024, 3, 15))

    deposit = demanded(demanded(agreed()), contract=later)

    assert (deposit.due_on, deposit.next_year_on) == (date(2024, 3, 15), date(2025, 3, 15))


def test_an_area_that_is_heard_late_renews_a_demand_of_which_nothing_is_paid() -> None:
    deposit = demanded(demanded(agreed()), areas={SIGNED_ON: "61000.00"})

    assert deposit.demanded == yuan("61000.00")


@pytest.mark.parametrize(
    "deposit",
    [
        a_demanded_deposit(state=DepositState.PART_PAID, holdings=(Holding("cus_1", STREET, Fen(1)),)),
        a_held_deposit(),
    ],
    ids=["paid in part", "held"],
)
def test_a_deposit_of_which_something_is_paid_is_not_demanded_anew(deposit: PerformanceDeposit) -> None:
    assert demanded(deposit, areas={SIGNED_ON: "70000.00"}) == deposit


@pytest.mark.rule("ZG-17", "G-5")
def test_a_deposit_that_was_not_agreed_is_never_demanded() -> None:
    nothing = agreed(deposit_rate=None)

    assert demanded(nothing) == nothing
    assert demanded(agreed(), contract=a_contract()) == agreed()


def test_before_an_area_was_heard_an_estate_has_no_basis() -> None:
    assert Estate("est_1", "360702", "str_1", "com_1").basis_area(SIGNED_ON) is None


IDLE = {DepositState.NOT_AGREED, DepositState.RELEASED, DepositState.FORFEITED, DepositState.CARRIED_OVER}
HOLD = Hold("dec_1", "（2026）赣01民终1号", date(2026, 3, 5))


@pytest.mark.parametrize("state", list(DepositState))
def test_an_annulled_decision_holds_back_every_deposit_that_has_not_come_to_its_end(state: DepositState) -> None:
    deposit = a_held_deposit(state=state)

    held_back = put_on_hold(deposit, HOLD)

    assert held_back == (deposit if state in IDLE else replace(deposit, hold=HOLD))


def test_a_second_annulment_leaves_the_first_hold() -> None:
    held_back = put_on_hold(a_held_deposit(), HOLD)

    assert put_on_hold(held_back, Hold("dec_2", "2", date(2026, 3, 6))) == held_back


def test_a_deposit_on_hold_names_the_annulled_decision() -> None:
    require_no_hold(a_held_deposit(), path=("input", "depositId"))

    held_back = a_held_deposit(hold=HOLD)
    assert refusal_of(lambda: require_no_hold(held_back, path=("input", "depositId"))) == (
        "STATE_CONFLICT",
        ("input", "depositId"),
        "dec_1",
    )


@pytest.mark.parametrize(
    ("changes", "is_overdue"),
    [
        ({}, True),
        ({"state": DepositState.PART_PAID}, True),
        ({"state": DepositState.TRANSFERRING}, True),
        ({"state": DepositState.CLAIMED}, True),
        ({"state": DepositState.AGREED}, False),
        ({"state": DepositState.RELEASED}, False),
        ({"hold": HOLD}, False),
        ({"overdue_for": TAKE_ON}, False),
        ({"overdue_for": date(2024, 2, 1)}, True),
        ({"holdings": (Holding("cus_1", STREET, HELD),)}, False),
    ],
)
@pytest.mark.rule("ZG-19")
def test_money_that_is_missing_after_the_due_day_is_announced_once(
    changes: dict[str, object], is_overdue: bool
) -> None:
    deposit = a_demanded_deposit(**changes)

    expected = replace(deposit, overdue_for=TAKE_ON) if is_overdue else None
    assert pass_due_day(deposit, today=date(2024, 3, 2)) == expected
    assert pass_due_day(deposit, today=TAKE_ON) is None


def test_more_than_this_years_level_misses_nothing() -> None:
    above = a_held_deposit(demanded=yuan("50000.00"))

    assert (above.paid, above.missing) == (HELD, Fen(0))


def test_the_account_that_holds_a_deposit_is_the_one_it_leaves_while_it_moves() -> None:
    both = (Holding("cus_own", OWNERS, Fen(2)), Holding("cus_str", STREET, Fen(1)), Holding("cus_own2", OWNERS, Fen(3)))

    assert a_held_deposit(holdings=both).custody_account_id == "cus_own2"
    assert a_held_deposit(holdings=both, state=DepositState.TRANSFERRING).custody_account_id == "cus_str"
    assert a_demanded_deposit().custody_account_id is None


def test_the_owners_side_is_known_by_days() -> None:
    opened = OwnersSide(congress_formed_on=date(2024, 3, 10), account_opened_on=date(2024, 3, 1))

    assert [opened.has_congress_on(date(2024, 3, day)) for day in (9, 10)] == [False, True]
    assert [opened.has_account_on(date(2024, 3, day)) for day in (9, 10)] == [False, True]
    assert CustodyKind.OWNERS_PUBLIC is OWNERS
