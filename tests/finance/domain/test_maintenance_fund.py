"""Who may have a maintenance fund, which account holds it, what a door pays into it, and when it is topped up."""

from dataclasses import replace
from datetime import date

import pytest

from kit.area import parse_area
from kit.errors import Flag
from kit.explanation import ExplainedParameter, ExplainedValue, Explanation
from kit.money import Fen, format_money, yuan
from policy.policy_version import PolicyVersion
from policy.vocabulary import Collector, CustodyKind, MatchCreditedTo
from services.finance.domain.custody import CustodyAccount, OwnersSide
from services.finance.domain.maintenance_fund import (
    EstateNotOld,
    MaintenanceFundKind,
    NotACollector,
    RateAboveCap,
    check_collector,
    check_custodian,
    check_fund_account,
    check_paid_amount,
    custodian_of_special_fund,
    is_opened,
    match_goes_to_pool,
    needs_top_up,
    old_estate_deposit,
    own_kind,
    require_old_estate,
    require_rules_effective,
    special_fund_deposit,
)
from services.finance.domain.part import PartFacts
from tests.finance.agreements import document_of
from tests.finance.refusals import refusal_of

TODAY = date(2024, 4, 10)
ZHANGGONGS, DECREE = (
    "《关于加强章贡区住宅小区物业管理工作的实施意见》",
    "《住宅专项维修资金管理办法》（建设部、财政部令第165号）",
)
FINANCE, AUTHORITY = CustodyKind.DISTRICT_FINANCE_MAINTENANCE, CustodyKind.HOUSING_AUTHORITY_MAINTENANCE


@pytest.fixture(scope="module")
def policy() -> PolicyVersion:
    return document_of(day=TODAY)


def part(area: str = "80.00", *, lift: bool = False) -> PartFacts:
    return PartFacts("bld_1", "1栋101", parse_area(area), "REGISTER", has_lift=lift)


@pytest.mark.rule("ZG-28")
@pytest.mark.parametrize(
    ("built_on", "built_year"), [(date(2004, 12, 31), None), (None, 2004), (date(2004, 12, 31), 2010)]
)
def test_an_old_estate_has_the_fund(policy: PolicyVersion, built_on: date | None, built_year: int | None) -> None:
    require_old_estate(policy.old_estate, built_on=built_on, built_year=built_year)


@pytest.mark.rule("ZG-28")
@pytest.mark.parametrize(
    ("built_on", "built_year", "built"),
    [(date(2005, 1, 1), None, "2005-01-01"), (None, 2005, "2005"), (None, None, None)],
)
def test_an_estate_that_is_not_old_or_whose_year_is_unknown_has_not(
    policy: PolicyVersion, built_on: date | None, built_year: int | None, built: str | None
) -> None:
    def require() -> None:
        require_old_estate(policy.old_estate, built_on=built_on, built_year=built_year, path=("input", "estateId"))

    assert refusal_of(require) == ("PRECONDITION", ("input", "estateId"), built)


@pytest.mark.rule("ZG-02", "ZG-28")
@pytest.mark.parametrize(
    ("built_year", "message"),
    [(2003, None), (2004, "it is not known when the estate was built"), (2005, "the estate is not old")],
)
def test_a_bound_within_the_year_leaves_open_whether_an_estate_of_that_year_is_old(
    policy: PolicyVersion, built_year: int, message: str | None
) -> None:
    bound = replace(policy.old_estate, built_on_or_before=date(2004, 6, 30), built_before=None)

    def require() -> None:
        require_old_estate(bound, built_on=None, built_year=built_year, path=("input", "estateId"))

    if message is None:
        require()
        return
    assert refusal_of(require) == ("PRECONDITION", ("input", "estateId"), str(built_year))
    with pytest.raises(EstateNotOld, match=message):
        require()


@pytest.mark.rule("ZG-28")
@pytest.mark.parametrize(
    ("has_fund", "built_on", "built_year", "kind"),
    [
        (True, date(2004, 12, 31), None, MaintenanceFundKind.OLD_ESTATE),
        (True, None, 2004, MaintenanceFundKind.OLD_ESTATE),
        (True, date(2005, 1, 1), None, MaintenanceFundKind.DECREE_165),
        (True, None, 2005, MaintenanceFundKind.DECREE_165),
        (True, None, None, MaintenanceFundKind.DECREE_165),
        (False, date(2004, 12, 31), None, MaintenanceFundKind.DECREE_165),
    ],
)
def test_an_old_estates_own_fund_is_that_of_the_districts_document(
    policy: PolicyVersion, has_fund: bool, built_on: date | None, built_year: int | None, kind: MaintenanceFundKind
) -> None:
    assert own_kind(policy.old_estate, has_fund=has_fund, built_on=built_on, built_year=built_year) is kind
    without_bound = own_kind(None, has_fund=has_fund, built_on=built_on, built_year=built_year)
    assert without_bound is MaintenanceFundKind.DECREE_165


@pytest.mark.rule("ZG-28")
@pytest.mark.parametrize("other", sorted(set(CustodyKind) - {FINANCE}))
def test_the_money_goes_to_the_account_of_district_finance_and_to_no_other(
    policy: PolicyVersion, other: CustodyKind
) -> None:
    right = policy.maintenance_fund.custodian

    check_custodian(FINANCE, right=right)
    assert refusal_of(lambda: check_custodian(other, right=right, path=("input", "kind"))) == (
        "VALIDATION",
        ("input", "kind"),
        other.value,
    )


ACCOUNT = CustodyAccount(
    id="cus_1",
    kind=FINANCE,
    district="360702",
    holder="章贡区财政局",
    bank_account_masked="****0123",
    opened_on=TODAY,
)


@pytest.mark.rule("ZG-28")
@pytest.mark.parametrize("estate_id", [None, "est_1"])
def test_a_fund_lies_in_the_districts_account_or_the_estates_own(estate_id: str | None) -> None:
    account = replace(ACCOUNT, estate_id=estate_id)

    check_fund_account(account, right=FINANCE, district="360702", estate_id="est_1", day=TODAY)


@pytest.mark.rule("ZG-28")
@pytest.mark.parametrize(
    ("account", "value"),
    [
        (replace(ACCOUNT, kind=AUTHORITY), "HOUSING_AUTHORITY_MAINTENANCE"),
        (replace(ACCOUNT, district="360403"), "cus_1"),
        (replace(ACCOUNT, estate_id="est_2"), "cus_1"),
        (replace(ACCOUNT, opened_on=date(2024, 4, 11)), "2024-04-10"),
    ],
    ids=["another kind", "another district", "another estate", "opened tomorrow"],
)
def test_a_fund_does_not_lie_in_another_account(account: CustodyAccount, value: str) -> None:
    def check() -> None:
        check_fund_account(
            account, right=FINANCE, district="360702", estate_id="est_1", day=TODAY, path=("input", "accountId")
        )

    assert refusal_of(check) == ("VALIDATION", ("input", "accountId"), value)


@pytest.mark.rule("ZG-28")
def test_the_company_or_a_committee_collects_and_nobody_else(policy: PolicyVersion) -> None:
    fund = policy.maintenance_fund

    for collector in (Collector.PROVIDER, Collector.COMMITTEE, Collector.MANAGEMENT_COMMITTEE):
        check_collector(collector, fund)
    assert refusal_of(lambda: check_collector(None, fund, path=("input", "collector"))) == (
        "VALIDATION",
        ("input", "collector"),
        None,
    )
    with pytest.raises(NotACollector, match=r"by one of PROVIDER, COMMITTEE, MANAGEMENT_COMMITTEE$"):
        check_collector(None, fund)
    committees = replace(fund, collectors=(Collector.COMMITTEE,))
    assert refusal_of(lambda: check_collector(Collector.PROVIDER, committees, path=("input", "collector"))) == (
        "VALIDATION",
        ("input", "collector"),
        "PROVIDER",
    )


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
        ("80.00", "0.01", False, "0.80"),
        ("33.33", "0.50", True, "16.67"),  # 16.665 rounds half-up
    ],
)
def test_a_door_pays_area_times_rate(policy: PolicyVersion, area: str, rate: str, lift: bool, amount: str) -> None:
    paid = old_estate_deposit(part(area, lift=lift), yuan(rate), policy.maintenance_fund)

    assert format_money(paid.amount) == amount
    assert paid.warnings == ()
    assert paid.explanation == Explanation(
        formula="area × ratePerM2, ratePerM2 ≤ maxRate",
        inputs=(
            ExplainedValue("area", area, "m2", "registry: REGISTER"),
            ExplainedValue("ratePerM2", rate, "yuan/m2", "receipt"),
            ExplainedValue("hasLift", "true" if lift else "false", "", "registry: building"),
        ),
        parameters=(
            ExplainedParameter("maxRate", "75.00" if lift else "55.00", "yuan/m2", "三（三）2", ZHANGGONGS, "required"),
        ),
        result=amount,
        clause="三（三）2",
        document=ZHANGGONGS,
        policy_version_id="360702-v1",
        rounding="one product, half-up to the fen",
    )


@pytest.mark.rule("ZG-29")
@pytest.mark.parametrize(("clause", "named"), [("第七条", "第七条"), (None, "")])
def test_a_deposit_names_the_clause_that_the_instrument_has(
    policy: PolicyVersion, clause: str | None, named: str
) -> None:
    fund = replace(policy.maintenance_fund, source=replace(policy.maintenance_fund.source, clause=clause))

    assert old_estate_deposit(part(), yuan("1.00"), fund).explanation.clause == named


@pytest.mark.rule("ZG-29")
@pytest.mark.parametrize(
    ("rate", "lift", "code"),
    [
        ("55.01", False, "OUT_OF_RANGE"),  # G-17
        ("75.01", True, "OUT_OF_RANGE"),
        ("0.00", False, "VALIDATION"),
        ("-1.00", True, "VALIDATION"),
    ],
)
def test_a_rate_above_its_buildings_cap_or_not_above_zero_is_refused(
    policy: PolicyVersion, rate: str, lift: bool, code: str
) -> None:
    def pay() -> None:
        old_estate_deposit(part(lift=lift), yuan(rate), policy.maintenance_fund, path=("input", "ratePerM2"))

    assert refusal_of(pay) == (code, ("input", "ratePerM2"), rate)


@pytest.mark.rule("ZG-29")
@pytest.mark.parametrize(
    ("lift", "message"),
    [
        (True, "a building with a lift has at most 75.00 per"),
        (False, "a building without a lift has at most 55.00 per"),
    ],
)
def test_who_pays_above_a_cap_is_told_that_of_the_building(policy: PolicyVersion, lift: bool, message: str) -> None:
    with pytest.raises(RateAboveCap, match=message):
        old_estate_deposit(part(lift=lift), yuan("75.01"), policy.maintenance_fund)


@pytest.mark.rule("ZG-29")
@pytest.mark.parametrize("paid", ["4399.99", "4400.01"])
def test_another_amount_than_area_times_rate_is_refused(paid: str) -> None:
    check_paid_amount(yuan("4400.00"), computed=yuan("4400.00"))

    assert refusal_of(
        lambda: check_paid_amount(yuan(paid), computed=yuan("4400.00"), path=("input", "amount"))
    ) == ("VALIDATION", ("input", "amount"), paid)  # fmt: skip


@pytest.mark.rule("ZG-33")
@pytest.mark.parametrize("effective_on", [date(2024, 4, 10), date(2024, 4, 9)])
def test_the_fund_begins_once_its_rules_are_effective(effective_on: date) -> None:
    require_rules_effective(effective_on, day=TODAY)


@pytest.mark.rule("ZG-33")
@pytest.mark.parametrize(("effective_on", "value"), [(date(2024, 4, 11), "2024-04-11"), (None, None)])
def test_the_fund_waits_until_its_rules_are_effective(effective_on: date | None, value: str | None) -> None:
    def require() -> None:
        require_rules_effective(effective_on, day=TODAY, path=("input", "estateId"))

    assert refusal_of(require) == ("PRECONDITION", ("input", "estateId"), value)


def test_the_special_fund_lies_with_the_authority_until_the_congress_has_its_account(policy: PolicyVersion) -> None:
    special, opened = policy.special_maintenance_fund, date(2024, 4, 1)
    owners = OwnersSide(congress_formed_on=date(2024, 3, 1), account_opened_on=opened)

    assert custodian_of_special_fund(special, owners=OwnersSide(), day=TODAY) == "HOUSING_AUTHORITY_MAINTENANCE"
    assert custodian_of_special_fund(special, owners=owners, day=date(2024, 3, 31)) == "HOUSING_AUTHORITY_MAINTENANCE"
    assert custodian_of_special_fund(special, owners=owners, day=opened) == "OWNERS_MAINTENANCE"


@pytest.mark.parametrize("rate", ["50.00", "80.00"])
def test_the_first_special_deposit_is_a_share_of_the_local_building_cost(policy: PolicyVersion, rate: str) -> None:
    local = replace(policy.special_maintenance_fund, building_cost_fen=yuan("1000.00"))

    paid = special_fund_deposit(part(lift=True), yuan(rate), local)

    amount = format_money(Fen(80 * yuan(rate)))
    assert (paid.amount, paid.warnings) == (yuan(amount), ())
    assert paid.explanation == Explanation(
        formula="area × ratePerM2, buildingCost × shareMin ≤ ratePerM2 ≤ buildingCost × shareMax",
        inputs=(
            ExplainedValue("area", "80.00", "m2", "registry: REGISTER"),
            ExplainedValue("ratePerM2", rate, "yuan/m2", "receipt"),
            ExplainedValue("hasLift", "true", "", "registry: building"),
        ),
        parameters=(
            ExplainedParameter("building_cost_fen", "未定", "yuan/m2", "第七条", DECREE, "required"),
            ExplainedParameter("first_deposit_share_min", "0.0500", "ratio", "第七条", DECREE, "required"),
            ExplainedParameter("first_deposit_share_max", "0.0800", "ratio", "第七条", DECREE, "required"),
        ),
        result=amount,
        clause="第七条",
        document=DECREE,
        policy_version_id="CN-v1",
        rounding="one product, half-up to the fen",
    )


@pytest.mark.parametrize(
    ("rate", "code"), [("49.99", "OUT_OF_RANGE"), ("80.01", "OUT_OF_RANGE"), ("0.00", "VALIDATION")]
)
def test_a_rate_outside_the_shares_of_the_building_cost_is_refused(policy: PolicyVersion, rate: str, code: str) -> None:
    local = replace(policy.special_maintenance_fund, building_cost_fen=yuan("1000.00"))

    assert refusal_of(lambda: special_fund_deposit(part(), yuan(rate), local, path=("input", "ratePerM2"))) == (
        code,
        ("input", "ratePerM2"),
        rate,
    )


def test_without_a_local_building_cost_the_rate_is_taken_and_flagged(policy: PolicyVersion) -> None:
    paid = special_fund_deposit(part(), yuan("49.99"), policy.special_maintenance_fund, path=("input", "ratePerM2"))

    assert format_money(paid.amount) == "3999.20"
    assert paid.warnings == (
        Flag(
            "WARN:BUILDING_COST_UNKNOWN",
            "the city's building cost per m² is not loaded, so the rate was not checked against it",
            path=("input", "ratePerM2"),
            value="49.99",
        ),
    )


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
        ("0.00", "0.01", True),
        ("0.01", "0.01", False),
    ],
)
def test_a_door_below_thirty_percent_of_its_first_deposit_is_topped_up(
    policy: PolicyVersion, balance: str, first: str, is_listed: bool
) -> None:
    line = policy.special_maintenance_fund.top_up_below

    assert needs_top_up(balance=yuan(balance), first_deposit=yuan(first), below=line) is is_listed


@pytest.mark.parametrize(("first_deposit", "opened"), [(0, False), (1, True)])
def test_a_door_has_an_account_from_its_first_deposit_on(first_deposit: int, opened: bool) -> None:
    assert is_opened(Fen(first_deposit)) is opened


@pytest.mark.rule("ZG-30")
@pytest.mark.parametrize("credited_to", list(MatchCreditedTo))
def test_the_match_goes_to_the_pool_where_the_document_says_so(
    policy: PolicyVersion, credited_to: MatchCreditedTo
) -> None:
    fund = replace(policy.maintenance_fund, match_credited_to=credited_to)

    assert match_goes_to_pool(fund) is (credited_to is MatchCreditedTo.ESTATE_POOL)
