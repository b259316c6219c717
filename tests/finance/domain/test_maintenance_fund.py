"""Who may have a fund, what a door pays into it, when it is topped up, and what the public match is."""

from dataclasses import replace
from datetime import date

import pytest

from kit.area import parse_area
from kit.errors import Refusal
from kit.money import Fen, format_money, yuan
from kit.ratio import Ratio
from policy.policies import Policies
from policy.policy_version import PolicyVersion
from policy.vocabulary import Collector, CustodyKind
from services.finance.domain.custody import OwnersSide
from services.finance.domain.maintenance_fund import (
    AmountNotAreaTimesRate,
    DepositStatus,
    EstateNotOld,
    FundDeposit,
    FundRulesNotEffective,
    NotACollector,
    RateAboveCap,
    RateNotPositive,
    RateOutsideShares,
    WrongFundCustody,
    check_collector,
    check_custodian,
    check_paid_amount,
    custodian_of_special_fund,
    match_goes_to_pool,
    needs_top_up,
    old_estate_deposit,
    require_old_estate,
    require_rules_effective,
    special_fund_deposit,
)
from services.finance.domain.maintenance_match import (
    AlreadyMatched,
    MatchPeriodNotOver,
    NotAMatchPeriod,
    NothingToMatch,
    last_day_of,
    match_deposits,
)
from services.finance.domain.part import PartFacts
from tests.heard import DISTRICTS, IN_FORCE_FROM, ZHANGGONG

TODAY = date(2024, 4, 10)


@pytest.fixture(scope="module")
def policy() -> PolicyVersion:
    mounted = Policies.load(DISTRICTS)
    in_force = mounted.activate(mounted.activation_of(f"{ZHANGGONG}-v1", IN_FORCE_FROM))
    return in_force.at(ZHANGGONG, TODAY)


def part(area: str = "80.00", *, lift: bool = False) -> PartFacts:
    return PartFacts("bld_1", "1栋101", parse_area(area), "REGISTER", has_lift=lift)


@pytest.mark.rule("ZG-28")
@pytest.mark.parametrize(
    ("built_on", "built_year", "is_old"),
    [
        (date(2004, 12, 31), None, True),
        (date(2005, 1, 1), None, False),
        (None, 2004, True),
        (None, 2005, False),
        (None, None, False),
    ],
)
def test_only_an_old_estate_has_the_fund_and_an_unknown_year_refuses(
    policy: PolicyVersion, built_on: date | None, built_year: int | None, is_old: bool
) -> None:
    def require() -> None:
        require_old_estate(policy.old_estate, built_on=built_on, built_year=built_year, path=("estateId",))

    if is_old:
        require()
    else:
        with pytest.raises(EstateNotOld) as refused:
            require()
        assert (refused.value.code, refused.value.path) == ("PRECONDITION", ("estateId",))


@pytest.mark.rule("ZG-28")
def test_the_money_goes_to_the_account_of_district_finance_and_to_no_other(policy: PolicyVersion) -> None:
    right = policy.maintenance_fund.custodian

    check_custodian(CustodyKind.DISTRICT_FINANCE_MAINTENANCE, right=right)
    for other in set(CustodyKind) - {CustodyKind.DISTRICT_FINANCE_MAINTENANCE}:
        with pytest.raises(WrongFundCustody) as refused:
            check_custodian(other, right=right)
        assert (refused.value.code, refused.value.value) == ("VALIDATION", other.value)


@pytest.mark.rule("ZG-28")
def test_the_company_or_a_committee_collects_and_nobody_else(policy: PolicyVersion) -> None:
    for collector in (Collector.PROVIDER, Collector.COMMITTEE, Collector.MANAGEMENT_COMMITTEE):
        check_collector(collector, policy.maintenance_fund)
    with pytest.raises(NotACollector) as refused:
        check_collector(None, policy.maintenance_fund)
    assert refused.value.code == "VALIDATION"


@pytest.mark.rule("ZG-29")
@pytest.mark.parametrize(
    ("area", "rate", "lift", "amount"),
    [
        ("80.00", "75.00", True, "6000.00"),  # G-16
        ("80.00", "55.00", False, "4400.00"),  # G-16
        ("63.55", "55.00", False, "3495.25"),  # G-17
        ("80.00", "54.99", False, "4399.20"),
        ("80.00", "74.99", True, "5999.20"),
        ("0.01", "55.00", False, "0.55"),
        ("33.33", "0.50", True, "16.67"),  # 16.665 rounds half-up
    ],
)
def test_a_door_pays_area_times_rate(policy: PolicyVersion, area: str, rate: str, lift: bool, amount: str) -> None:
    paid = old_estate_deposit(part(area, lift=lift), yuan(rate), policy.maintenance_fund)

    assert format_money(paid.amount) == amount
    assert paid.explanation.result == amount
    assert [(one.name, one.value) for one in paid.explanation.parameters] == [("maxRate", "75.00" if lift else "55.00")]
    assert paid.explanation.clause == "三（三）2"


@pytest.mark.rule("ZG-29")
@pytest.mark.parametrize(
    ("rate", "lift", "refusal", "code"),
    [
        ("55.01", False, RateAboveCap, "OUT_OF_RANGE"),  # G-17
        ("75.01", True, RateAboveCap, "OUT_OF_RANGE"),
        ("0.00", False, RateNotPositive, "VALIDATION"),
        ("-1.00", True, RateNotPositive, "VALIDATION"),
    ],
)
def test_a_rate_above_its_buildings_cap_or_not_above_zero_is_refused(
    policy: PolicyVersion, rate: str, lift: bool, refusal: type[Refusal], code: str
) -> None:
    with pytest.raises(refusal) as refused:
        old_estate_deposit(part(lift=lift), yuan(rate), policy.maintenance_fund, path=("ratePerM2",))

    assert (refused.value.code, refused.value.path, refused.value.value) == (code, ("ratePerM2",), rate)


@pytest.mark.rule("ZG-29")
@pytest.mark.parametrize("paid", ["4399.99", "4400.01"])
def test_another_amount_than_area_times_rate_is_refused(paid: str) -> None:
    check_paid_amount(yuan("4400.00"), computed=yuan("4400.00"))
    with pytest.raises(AmountNotAreaTimesRate) as refused:
        check_paid_amount(yuan(paid), computed=yuan("4400.00"))
    assert (refused.value.code, refused.value.value) == ("VALIDATION", paid)


@pytest.mark.rule("ZG-33")
@pytest.mark.parametrize(
    ("effective_on", "is_effective"),
    [(date(2024, 4, 10), True), (date(2024, 4, 9), True), (date(2024, 4, 11), False), (None, False)],
)
def test_the_fund_waits_until_its_rules_are_effective(effective_on: date | None, is_effective: bool) -> None:
    if is_effective:
        require_rules_effective(effective_on, day=TODAY)
    else:
        with pytest.raises(FundRulesNotEffective) as refused:
            require_rules_effective(effective_on, day=TODAY)
        assert refused.value.code == "PRECONDITION"


def test_the_special_fund_lies_with_the_authority_until_the_congress_has_its_account(policy: PolicyVersion) -> None:
    special, opened = policy.special_maintenance_fund, date(2024, 4, 1)
    owners = OwnersSide(congress_formed_on=date(2024, 3, 1), account_opened_on=opened)

    assert custodian_of_special_fund(special, owners=OwnersSide(), day=TODAY) == "HOUSING_AUTHORITY_MAINTENANCE"
    assert custodian_of_special_fund(special, owners=owners, day=date(2024, 3, 31)) == "HOUSING_AUTHORITY_MAINTENANCE"
    assert custodian_of_special_fund(special, owners=owners, day=opened) == "OWNERS_MAINTENANCE"


@pytest.mark.parametrize(("rate", "is_taken"), [("49.99", False), ("50.00", True), ("80.00", True), ("80.01", False)])
def test_the_first_special_deposit_is_a_share_of_the_local_building_cost(
    policy: PolicyVersion, rate: str, is_taken: bool
) -> None:
    local = replace(policy.special_maintenance_fund, building_cost_fen=yuan("1000.00"))

    if is_taken:
        assert special_fund_deposit(part(), yuan(rate), local).warnings == ()
    else:
        with pytest.raises(RateOutsideShares) as refused:
            special_fund_deposit(part(), yuan(rate), local)
        assert refused.value.code == "OUT_OF_RANGE"


def test_without_a_local_building_cost_the_rate_is_taken_and_flagged(policy: PolicyVersion) -> None:
    paid = special_fund_deposit(part(), yuan("49.99"), policy.special_maintenance_fund)

    assert format_money(paid.amount) == "3999.20"
    assert [flag.code for flag in paid.warnings] == ["WARN:BUILDING_COST_UNKNOWN"]


@pytest.mark.parametrize(
    ("balance", "first", "is_listed"),
    [
        ("2999.00", "10000.00", True),  # 29.99 %
        ("3000.00", "10000.00", False),  # 30.00 %
        ("3000.01", "10000.00", False),
        ("0.00", "10000.00", True),
        ("0.00", "0.00", False),  # Not opened.
        ("10.00", "0.00", False),
        ("12000.00", "10000.00", False),
    ],
)
def test_a_door_below_thirty_percent_of_its_first_deposit_is_topped_up(
    policy: PolicyVersion, balance: str, first: str, is_listed: bool
) -> None:
    line = policy.special_maintenance_fund.top_up_below

    assert needs_top_up(balance=yuan(balance), first_deposit=yuan(first), below=line) is is_listed


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


@pytest.mark.rule("ZG-30")
def test_the_match_equals_the_deposits_confirmed_by_the_end_of_the_quarter(policy: PolicyVersion) -> None:
    deposits = [
        deposit("6000.00", date(2024, 3, 31)),
        deposit("4400.00", date(2023, 11, 2)),  # Confirmed too late for its own quarter.
        deposit("99.00", date(2024, 4, 1)),
    ]

    match = match_deposits(deposits, period="2024-Q1", policy=policy.maintenance_fund, today=TODAY)

    assert format_money(match.amount) == "10400.00"
    assert [amount for _, amount in match.lines] == [yuan("6000.00"), yuan("4400.00")]
    assert match_goes_to_pool(policy.maintenance_fund)
    assert match.explanation.result == "10400.00"


@pytest.mark.rule("ZG-30")
def test_a_deposit_is_matched_once_and_a_refunded_one_not_at_all(policy: PolicyVersion) -> None:
    matched = deposit("6000.00", date(2024, 3, 1), match_period="2024-Q1")
    with pytest.raises(AlreadyMatched) as refused:
        match_deposits([matched], period="2024-Q1", policy=policy.maintenance_fund, today=TODAY)
    assert (refused.value.code, refused.value.value) == ("DUPLICATE", "R6000.00")

    refunded = deposit("6000.00", date(2024, 3, 1), status=DepositStatus.REFUNDED)
    with pytest.raises(NothingToMatch) as nothing:
        match_deposits([refunded], period="2024-Q1", policy=policy.maintenance_fund, today=TODAY)
    assert nothing.value.code == "PRECONDITION"


@pytest.mark.rule("ZG-30")
def test_a_quarter_is_matched_after_its_last_day(policy: PolicyVersion) -> None:
    given = [deposit("1.00", date(2024, 3, 31))]

    match_deposits(given, period="2024-Q1", policy=policy.maintenance_fund, today=date(2024, 4, 1))
    with pytest.raises(MatchPeriodNotOver) as refused:
        match_deposits(given, period="2024-Q1", policy=policy.maintenance_fund, today=date(2024, 3, 31))
    assert refused.value.code == "STATE_CONFLICT"


def test_a_match_period_has_the_form_of_the_districts_cadence(policy: PolicyVersion) -> None:
    quarterly = policy.maintenance_fund.match_cadence

    assert last_day_of("2024-Q1", quarterly) == date(2024, 3, 31)
    assert last_day_of("2024-Q4", quarterly) == date(2024, 12, 31)
    for text in ("2024-Q0", "2024-Q5", "2024-03", "2024", "0000-Q1", "2024-Q1 "):
        with pytest.raises(NotAMatchPeriod):
            last_day_of(text, quarterly)


def test_half_a_ratio_matches_half(policy: PolicyVersion) -> None:
    halved = replace(policy.maintenance_fund, match_ratio=Ratio(5_000))

    match = match_deposits([deposit("0.03", date(2024, 3, 1))], period="2024-Q1", policy=halved, today=TODAY)

    assert match.amount == Fen(2)  # 1.5 fen, half-up.
