"""The same question gets five answers: the rows of the table of differences, one test a row."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from kit.errors import InstrumentNotAvailable, PreconditionMissing, ValidationFailed
from kit.money import yuan
from policy.errors import InstrumentAbsent, MeasuresNotIssued, UnknownModeLabel
from policy.instruments import INSTRUMENTS, DepositPolicy, HouseholdRewardPolicy, Instrument, StarRatingPolicy
from policy.parameter import Status
from policy.policies import Policies
from policy.policy_version import PolicyVersion
from policy.vocabulary import ActingBodyKind, ManagementMode

DONGHU, NANZHENG, XUNYANG, ZHANGGONG, PANZHIHUA = "360102", "610703", "360403", "360702", "510400"
DISTRICTS = (DONGHU, NANZHENG, XUNYANG, ZHANGGONG, PANZHIHUA)
TODAY = date(2024, 6, 3)

ABSENT = "INSTRUMENT_NOT_AVAILABLE"
DELEGATED = "PRECONDITION"


def answer(version: PolicyVersion, question: Callable[[PolicyVersion], Any]) -> Any:
    """Return what the policy says, or the code of its refusal."""
    try:
        return question(version)
    except (InstrumentNotAvailable, PreconditionMissing) as refusal:
        return refusal.code


def acting(version: PolicyVersion) -> dict[str, Any]:
    return {
        rule.body.value: tuple(organ.value for organ in rule.acts_for) if rule.acts_for else None
        for rule in version.acting_body.bodies
    }


ROWS: list[tuple[str, Callable[[PolicyVersion], Any], tuple[Any, Any, Any, Any, Any]]] = [
    (
        "oldEstate.cutoff",
        lambda v: (v.old_estate.built_on_or_before, v.old_estate.built_before),
        (ABSENT, ABSENT, ABSENT, (date(2004, 12, 31), None), (None, date(2000, 1, 1))),
    ),
    (
        "modes",
        lambda v: {row.label: "/".join(row.canonical) for row in v.modes.labels},
        (
            {
                "物业服务企业": "MARKET",
                "专业机构": "MARKET",
                "专业人员": "MARKET",
                "社区居民委员会指导下的居民自治": "OWNER_SELF",
            },
            {
                "规范化物业服务管理": "MARKET",
                "准物业服务": "TAKEOVER_FIRST/COMMUNITY_FALLBACK",
                "业主自治": "OWNER_SELF",
                "社区管理": "COMMUNITY_FALLBACK",
            },
            {
                "选聘引入": "MARKET",
                "转型自管": "OWNER_SELF",
                "整合代管": "MARKET/COMMUNITY_FALLBACK",
                "就近接管": "MARKET",
            },
            {
                "引进市场化物业管理": "MARKET",
                "实行业主自行管理": "OWNER_SELF",
                "实施基本物业管理": "COMMUNITY_FALLBACK",
            },
            {
                "市场化物业管理模式": "MARKET",
                "业主自行服务模式": "OWNER_SELF",
                "单位自管模式": "UNIT_SELF",
                "信托制物业管理模式": "TRUST",
                "社区兜底管理模式": "COMMUNITY_FALLBACK",
            },
        ),
    ),
    (
        "actingBody",
        acting,
        (
            {"COMMUNITY_PARTY_AND_RESIDENTS_COMMITTEE": ("COMMITTEE",)},
            {"MANAGEMENT_COMMITTEE": None},
            {"RESIDENTS_COMMITTEE": ("COMMITTEE",)},
            {"MANAGEMENT_COMMITTEE": ("CONGRESS", "COMMITTEE"), "RESIDENTS_COMMITTEE": ("COMMITTEE",)},
            {"MANAGEMENT_COMMITTEE": ("COMMITTEE",), "SELF_MANAGEMENT_COMMITTEE": None},
        ),
    ),
    (
        "deposit",
        lambda v: (v.deposit.status.value, v.deposit.floor_fen, v.deposit.cap_fen, v.deposit.year_mode.value),
        (ABSENT, ABSENT, ABSENT, ("guided", yuan("20000.00"), yuan("100000.00"), "LEVEL"), ABSENT),
    ),
    (
        "maintenanceFund",
        lambda v: (
            v.maintenance_fund.max_rate_fen(has_lift=True),
            v.maintenance_fund.max_rate_fen(has_lift=False),
            v.maintenance_fund.match_ratio,
            v.maintenance_fund.custodian.value,
        ),
        (
            ABSENT,
            DELEGATED,
            ABSENT,
            (yuan("75.00"), yuan("55.00"), 10_000, "DISTRICT_FINANCE_MAINTENANCE"),
            ABSENT,
        ),
    ),
    (
        "reward.perHousehold",
        lambda v: (
            v.reward_per_household.monthly_rates_fen,
            v.reward_per_household.city_share,
            v.reward_per_household.district_share,
            v.reward_per_household.payee.value,
        ),
        (
            (tuple(map(yuan, ("18.00", "18.00", "18.00", "12.00", "6.00"))), 5000, 5000, "COMMUNITY"),
            ABSENT,
            DELEGATED,
            ABSENT,
            DELEGATED,
        ),
    ),
    ("buyFirst", lambda v: v.buy_first.taper, (ABSENT, ABSENT, ABSENT, ABSENT, DELEGATED)),
    (
        "subsidy.area",
        lambda v: (
            v.subsidy_five_haves.rate_min_fen,
            v.subsidy_five_haves.rate_max_fen,
            len(v.subsidy_five_haves.services),
        ),
        (ABSENT, ABSENT, ABSENT, (20, 30, 5), ABSENT),
    ),
    (
        "pool",
        lambda v: (v.pool.annual_fen, v.pool.cap_each_fen, v.pool.unit.value, v.pool.redistribute_above_cap),
        (ABSENT, ABSENT, ABSENT, (yuan("1000000.00"), yuan("50000.00"), "PROVIDER", False), ABSENT),
    ),
    ("streetAward", lambda v: v.street_award.amount_fen, (ABSENT, ABSENT, ABSENT, yuan("10000.00"), ABSENT)),
    (
        "allowance",
        lambda v: (v.allowance.max_per_person_month_fen, tuple(v.allowance.sources)),
        (ABSENT, ABSENT, ABSENT, (yuan("300.00"), ("PROPERTY_FEE", "PUBLIC_REVENUE")), ABSENT),
    ),
    (
        "awards",
        lambda v: (v.awards.person_min_fen, v.awards.person_max_fen, v.awards.unit_min_fen, v.awards.unit_max_fen),
        (
            ABSENT,
            ABSENT,
            DELEGATED,
            (yuan("1000.00"), yuan("2000.00"), yuan("10000.00"), yuan("20000.00")),
            ABSENT,
        ),
    ),
    (
        "arrears.threshold",
        lambda v: (v.arrears.threshold, v.arrears.base.value, v.arrears.applicant.value),
        (ABSENT, ABSENT, (2_000, "AMOUNT", "PROVIDER"), ABSENT, ABSENT),
    ),
    (
        "dunning",
        lambda v: tuple(v.dunning.steps),
        (ABSENT, ABSENT, ABSENT, ("REMINDED", "POSTED", "DEADLINE_PASSED", "ARBITRATION", "LAWSUIT"), ABSENT),
    ),
    (
        "employerLetter",
        lambda v: (v.employer_letter.sender.value, v.employer_letter.letters_per_person_and_case),
        (ABSENT, ABSENT, ("STREET", 1), ABSENT, ABSENT),
    ),
    (
        "blacklist",
        lambda v: (
            v.credit.max_score,
            v.credit.consecutive_years,
            v.credit.serious_dishonesty_lists,
            v.credit.award_bonus,
        ),
        (ABSENT, ABSENT, ABSENT, (7_000, 2, True, None), ABSENT),
    ),
    ("creditFile", lambda v: v.credit_file.feeds_exit, (ABSENT, True, ABSENT, ABSENT, ABSENT)),
    ("starRating", lambda v: v.star_rating.stars, (ABSENT, ABSENT, ABSENT, ABSENT, DELEGATED)),
    (
        "propertyRoom.minM2",
        lambda v: (v.property_room.min_area, tuple(v.property_room.sources)),
        (
            (12_000, ("RENOVATION", "NEIGHBOURHOOD_CENTRE", "LONG_LEASE", "SHARED_OFFICE")),
            (None, ("RENOVATION", "ONE_CASE_ONE_DISCUSSION")),
            (None, ("RENOVATION",)),
            ABSENT,
            (None, ("OWNED_BY_UNIT",)),
        ),
    ),
    (
        "assessment.period",
        lambda v: (
            v.assessment.period.value,
            v.assessment.satisfaction_must_be_largest_weight,
            v.assessment.min_quarters,
        ),
        (DELEGATED, ("YEAR", True, None), ("CAMPAIGN", None, None), ("QUARTER", None, 4), ("TIMELY", None, None)),
    ),
    (
        "costOfCleaning",
        lambda v: v.cost_of_cleaning.borne.value,
        ("PUBLIC_OUTSIDE_GATE", "ENTRUSTED_PAID_AFTER_EXAMINATION", ABSENT, "MUNICIPAL_SANITATION", ABSENT),
    ),
    (
        "incomeEarmarks",
        lambda v: {kind.value: earmark.value for kind, earmark in v.income_earmarks.earmarks.items()},
        (
            {"COMMON_PARTS": "PROJECT_SERVICE", "STREET_PARKING": "COMMUNITY_FUNDS"},
            ABSENT,
            {"IDLE_SPACE_OF_MERGED_AREA": "AREA_SERVICE"},
            ABSENT,
            ABSENT,
        ),
    ),
    (
        "exit",
        lambda v: (tuple(v.exit.steps), v.exit.handover_measure),
        (
            ABSENT,
            (("NOTICE", "AUDIT", "RESELECT", "HANDOVER", "BUFFER"), None),
            ABSENT,
            (("NOTICE", "HANDOVER"), "赣州市物业项目交接管理办法"),
            ABSENT,
        ),
    ),
    (
        "campaign",
        lambda v: (
            v.campaign.deadline,
            v.campaign.report.value,
            v.campaign.pilots_per_street_min,
            len(v.campaign.streets),
        ),
        (ABSENT, ABSENT, (date(2023, 12, 31), "MONTHLY", 1, 5), ABSENT, ABSENT),
    ),
    (
        "trust",
        lambda v: (v.trust.status.value, tuple(v.trust.trust_property), v.trust.trustee_income.value),
        (ABSENT, ABSENT, ABSENT, ABSENT, ("guided", ("PROPERTY_FEE", "PUBLIC_REVENUE"), "REMUNERATION_ONLY")),
    ),
    (
        "selfManaged.largeFund",
        lambda v: (v.self_managed_finance.large_fund_fen, v.self_managed_finance.requires_finance_rules),
        (ABSENT, ABSENT, ABSENT, ABSENT, (None, True)),
    ),
    (
        "organisation",
        lambda v: {body.code: len(v.organisation.posts_of(body.code)) for body in v.organisation.bodies},
        (
            {"leadingGroup": 13, "office": 11, "taskGroup": 2},
            ABSENT,
            {"leadingGroup": 23, "office": 2, "taskGroup": 0},
            {"jointMeeting": 12, "office": 0},
            ABSENT,
        ),
    ),
    ("duties", lambda v: len({row.body for row in v.duties.duties}), (14, 6, 6, 8, 6)),
    (
        "grid",
        lambda v: tuple(v.grid.departments),
        (("POLICE", "FIRE", "URBAN_MANAGEMENT", "ENVIRONMENT"), ABSENT, ABSENT, ABSENT, ABSENT),
    ),
    ("serviceArea", lambda v: v.service_area.required_for_contracts, (True, ABSENT, ABSENT, ABSENT, ABSENT)),
    ("selection", lambda v: v.selection.plan_first, (True, ABSENT, ABSENT, ABSENT, True)),
    (
        "welfarePool",
        lambda v: (v.welfare_pool.needs_clean_record, v.welfare_pool.needs_rank),
        (ABSENT, ABSENT, ABSENT, (True, True), ABSENT),
    ),
    ("lateFees", lambda v: v.late_fees.rule.value, ("NONE_UNLESS_IN_CONTRACT",) * 5),
    ("specialMaintenanceFund", lambda v: v.special_maintenance_fund.top_up_below, (3000,) * 5),
]


@pytest.mark.parametrize("district", DISTRICTS)
@pytest.mark.parametrize(("question", "answers"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_one_question_five_answers(
    policies: Policies, district: str, question: Callable[[PolicyVersion], Any], answers: tuple[Any, ...]
) -> None:
    expected = answers[DISTRICTS.index(district)]

    assert answer(policies.at(district, TODAY), question) == expected


@pytest.mark.parametrize("district", DISTRICTS)
@pytest.mark.parametrize("instrument", INSTRUMENTS, ids=lambda kind: kind.key)
def test_an_instrument_is_there_or_refuses_and_is_never_nothing(
    policies: Policies, district: str, instrument: type[Instrument]
) -> None:
    version = policies.at(district, TODAY)

    match version.status(instrument):
        case Status.ABSENT:
            with pytest.raises(InstrumentAbsent) as refused:
                version.instrument(instrument)
            assert (refused.value.code, refused.value.value) == ("INSTRUMENT_NOT_AVAILABLE", district)
        case Status.DELEGATED:
            with pytest.raises(MeasuresNotIssued, match="clause"):
                version.instrument(instrument)
        case _:
            assert version.instrument(instrument).parameters


@pytest.mark.parametrize("district", DISTRICTS)
def test_every_pack_says_of_every_local_instrument_what_its_document_says(policies: Policies, district: str) -> None:
    national = {"voting", "timeLimits", "lateFees", "specialMaintenanceFund"}

    assert set(policies.at(district, TODAY).file.sources) == {kind.key for kind in INSTRUMENTS} - national


@pytest.mark.parametrize("district", DISTRICTS)
def test_every_value_has_a_unit_where_it_is_a_quantity_and_a_clause_a_document_and_a_status(
    policies: Policies, district: str
) -> None:
    version = policies.at(district, TODAY)

    parameters = [value for found in version.file.instruments.values() for value in found.parameters.values()]

    assert len(parameters) > 5
    for parameter in parameters:
        assert parameter.clause, parameter
        assert parameter.document.startswith("《"), parameter
        assert parameter.status is not Status.ABSENT
        assert parameter.policy_version_id == version.id
        assert parameter.unit or not parameter.name.endswith(("_fen", "_days", "_months")), parameter


def test_every_open_question_stands_in_the_data_with_its_default_and_who_confirms(packs: Policies) -> None:
    assumptions = {
        (parameter.assumption, parameter.confirm_with is not None)
        for policy_file in packs.files
        for instrument in policy_file.instruments.values()
        for parameter in instrument.parameters.values()
        if parameter.assumption is not None
    }

    assert assumptions == {(f"A-{number}", True) for number in range(1, 20)}


@pytest.mark.rule("ZG-02")
@pytest.mark.parametrize(("built_on", "old"), [(date(2004, 12, 31), True), (date(2005, 1, 1), False)])
def test_an_old_estate_in_zhanggong_is_built_by_the_end_of_2004(policies: Policies, built_on: date, old: bool) -> None:
    assert policies.at(ZHANGGONG, TODAY).old_estate.is_old(built_on=built_on) is old


@pytest.mark.rule("PZ-05")
@pytest.mark.parametrize(("built_on", "old"), [(date(1999, 12, 31), True), (date(2000, 1, 1), False)])
def test_an_old_estate_in_panzhihua_is_built_before_2000(policies: Policies, built_on: date, old: bool) -> None:
    assert policies.at(PANZHIHUA, TODAY).old_estate.is_old(built_on=built_on) is old


@pytest.mark.rule("ZG-02")
@pytest.mark.parametrize(("built_year", "old"), [(2004, True), (2005, False), (None, None)])
def test_a_building_year_is_enough_where_the_bound_is_the_end_of_a_year(
    policies: Policies, built_year: int | None, old: bool | None
) -> None:
    assert policies.at(ZHANGGONG, TODAY).old_estate.is_old(built_year=built_year) is old


def test_a_districts_own_label_leads_to_the_canonical_mode_and_back(policies: Policies) -> None:
    nanzheng, panzhihua = policies.at(NANZHENG, TODAY).modes, policies.at(PANZHIHUA, TODAY).modes

    assert nanzheng.canonical("准物业服务") == (ManagementMode.TAKEOVER_FIRST, ManagementMode.COMMUNITY_FALLBACK)
    assert nanzheng.labels_for(ManagementMode.COMMUNITY_FALLBACK) == ("准物业服务", "社区管理")
    assert nanzheng.labels_for(ManagementMode.TRUST) == ()
    assert panzhihua.labels_for(ManagementMode.TRUST) == ("信托制物业管理模式",)


@pytest.mark.rule("NZ-03")
@pytest.mark.rule("PZ-31")
@pytest.mark.parametrize("district", [NANZHENG, PANZHIHUA])
def test_a_label_of_another_district_is_refused(policies: Policies, district: str) -> None:
    with pytest.raises(UnknownModeLabel) as refused:
        policies.at(district, TODAY).modes.canonical("引进市场化物业管理")

    assert isinstance(refused.value, ValidationFailed)
    assert refused.value.value == "引进市场化物业管理"


@pytest.mark.rule("NZ-19")
def test_take_over_first_is_limited_to_cleaning_and_order(policies: Policies) -> None:
    assert policies.at(NANZHENG, TODAY).modes.row("准物业服务").items == ("CLEANING", "ORDER")


@pytest.mark.rule("ZG-05")
def test_the_management_committee_of_zhanggong_only_organises_the_vote(policies: Policies) -> None:
    acting_body = policies.at(ZHANGGONG, TODAY).acting_body

    assert acting_body.congress_powers == "ORGANISES_VOTE_ONLY"
    assert acting_body.parameter("congress_powers").assumption == "A-16"


@pytest.mark.rule("ZG-40")
def test_the_residents_committee_of_zhanggong_acts_only_after_an_announcement(policies: Policies) -> None:
    rule = policies.at(ZHANGGONG, TODAY).acting_body.rule(ActingBodyKind.RESIDENTS_COMMITTEE)

    assert rule is not None
    assert rule.after_announcement
    assert rule.clause == "三（四）2"


@pytest.mark.rule("ZG-20")
@pytest.mark.rule("ZG-21")
@pytest.mark.parametrize(("kind", "custody"), [("EARLY_STAGE", "STREET_DESIGNATED"), ("CONGRESS", "OWNERS_PUBLIC")])
def test_the_custody_of_a_deposit_follows_the_kind_of_contract(policies: Policies, kind: str, custody: str) -> None:
    assert policies.at(ZHANGGONG, TODAY).deposit.custody_for(kind) == custody


@pytest.mark.rule("ZG-22")
def test_a_withdrawal_needs_three_approvals_and_two_before_a_committee_exists(policies: Policies) -> None:
    deposit = policies.at(ZHANGGONG, TODAY).deposit

    assert deposit.approvals(has_committee=True) == ("STREET", "COMMUNITY", "COMMITTEE")
    assert deposit.approvals(has_committee=False) == ("STREET", "COMMUNITY")


@pytest.mark.rule("DH-39")
@pytest.mark.parametrize(
    ("service_year", "rate"),
    [(0, None), (1, "18.00"), (3, "18.00"), (4, "12.00"), (5, "6.00"), (6, None), (-1, None)],
)
def test_the_reward_has_a_rate_in_five_service_years_and_none_outside(
    policies: Policies, service_year: int, rate: str | None
) -> None:
    reward = policies.at(DONGHU, TODAY).reward_per_household

    assert reward.monthly_rate_fen(service_year) == (None if rate is None else yuan(rate))


def test_an_explanation_cites_clause_document_and_status_of_the_values_it_used(policies: Policies) -> None:
    floor, year_mode = policies.at(ZHANGGONG, TODAY).deposit.explained("floor_fen", "year_mode")

    assert (floor.value, floor.unit, floor.clause, floor.status) == (
        "20000.00",
        "yuan/area/year",
        "三（二）4",
        "guided",
    )
    assert floor.document == "《关于加强章贡区住宅小区物业管理工作的实施意见》"
    assert year_mode.clause == "三（二）4（默认 A-2，待区住保中心确认）"


def test_an_open_value_is_shown_as_not_set_and_not_as_zero(policies: Policies) -> None:
    credit = policies.at(ZHANGGONG, TODAY).credit

    assert credit.award_bonus is None
    assert credit.explained("award_bonus")[0].value == "未定"


def test_a_delegated_instrument_still_names_its_clause(policies: Policies) -> None:
    source = policies.at(PANZHIHUA, TODAY).source(StarRatingPolicy)

    assert source is not None
    assert (source.status, source.clause) == (Status.DELEGATED, "二、8")


def test_all_of_a_version_can_be_shown_as_data(policies: Policies) -> None:
    data = policies.at(ZHANGGONG, TODAY).as_data()

    assert set(data) == {kind.key for kind in INSTRUMENTS}
    assert data["deposit"]["values"]["cap"] == {
        "value": "100000.00",
        "unit": "yuan/area/year",
        "clause": "三（二）4",
        "document": "《关于加强章贡区住宅小区物业管理工作的实施意见》",
        "status": "guided",
        "assumption": None,
        "confirmWith": None,
    }
    assert data["trust"] == {"status": "absent"}
    assert policies.at(NANZHENG, TODAY).as_data()["maintenanceFund"]["status"] == "delegated"
    assert policies.at(DONGHU, TODAY).status(DepositPolicy) is Status.ABSENT
    assert policies.at(XUNYANG, TODAY).status(HouseholdRewardPolicy) is Status.DELEGATED
