"""The ledgers of old estates: base ledger, work ledger of unmanaged estates, work plans by class."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kit.area import square_metres
from kit.errors import Refusal, ValidationFailed
from policy.errors import UnknownModeLabel
from policy.instruments import CampaignPolicy, Instrument, ModesPolicy, OldEstatePolicy
from policy.policies import Policies
from services.registry.domain.base_ledger import (
    SURVEYED_LATE,
    BaseLedgerRow,
    NotOldEstate,
    PlanWithoutDates,
    RowOutOfOrder,
    RunningState,
    StillManaged,
    UnmanagedRow,
    check_base_row,
    late_flags,
    require_old_estate,
    survey_deadline,
    unmanaged_row,
    work_plan,
)
from services.registry.domain.estate import Enclosure, EstateFacts, EstateKind, OwnersBody

TODAY = date(2026, 3, 5)
ZHANGGONG, PANZHIHUA, XUNYANG = "360702", "510400", "360403"
FACTS = EstateFacts(
    name="丹枫小区",
    enclosure=Enclosure.CLOSED,
    kind=EstateKind.OLD,
    built_on=None,
    built_year=None,
    approved_gross_area=None,
    managed_area=square_metres("11000.00"),
    household_count=120,
)


def instrument(policies: Policies, district: str, kind: type[Instrument]) -> Any:
    (mounted,) = [file for file in policies.files if file.area == district]
    return mounted.instruments[kind.key]


@pytest.mark.rule("ZG-02")
@pytest.mark.rule("G-25")
@pytest.mark.parametrize(("district", "built_on"), [(ZHANGGONG, date(2004, 12, 31)), (PANZHIHUA, date(1999, 12, 31))])
def test_an_old_estate_may_use_an_instrument_of_old_estates(mounted: Policies, district: str, built_on: date) -> None:
    require_old_estate(replace(FACTS, built_on=built_on), instrument(mounted, district, OldEstatePolicy))
    require_old_estate(replace(FACTS, built_year=built_on.year), instrument(mounted, district, OldEstatePolicy))


@pytest.mark.rule("ZG-02")
@pytest.mark.rule("PZ-05")
@pytest.mark.parametrize(
    ("district", "facts", "value"),
    [
        (ZHANGGONG, replace(FACTS, built_on=date(2005, 1, 1)), "2005-01-01"),
        (ZHANGGONG, replace(FACTS, built_year=2005), "2005"),
        (PANZHIHUA, replace(FACTS, built_on=date(2000, 1, 1)), "2000-01-01"),
        (ZHANGGONG, FACTS, "unknown"),
        (PANZHIHUA, FACTS, "unknown"),
    ],
)
def test_a_newer_estate_and_one_of_unknown_year_may_not(
    mounted: Policies, district: str, facts: EstateFacts, value: str
) -> None:
    with pytest.raises(NotOldEstate) as refused:
        require_old_estate(facts, instrument(mounted, district, OldEstatePolicy))

    assert refused.value.path == ("input", "estateId")
    assert (refused.value.code, refused.value.value) == ("PRECONDITION", value)


@pytest.mark.rule("ZG-02")
def test_where_the_document_has_no_bound_nothing_is_known_to_be_old() -> None:
    with pytest.raises(NotOldEstate) as refused:
        require_old_estate(replace(FACTS, built_on=date(1980, 1, 1)), None)
    assert (refused.value.path, refused.value.value) == (("input", "estateId"), "1980-01-01")


ROW = BaseLedgerRow(
    as_of=TODAY,
    owners_body=OwnersBody.NONE,
    mode_label="社区兜底管理模式",
    running_state=RunningState.POOR,
    collection_rate=None,
    problems="无人清扫",
)


@pytest.mark.rule("PZ-05")
@pytest.mark.parametrize("latest", [None, date(2026, 3, 4)])
def test_a_row_of_the_base_ledger_follows_the_latest(mounted: Policies, latest: date | None) -> None:
    check_base_row(ROW, modes=instrument(mounted, PANZHIHUA, ModesPolicy), latest_as_of=latest, today=TODAY)


@pytest.mark.rule("PZ-05")
@pytest.mark.parametrize(
    ("row", "latest", "refusal", "path", "value"),
    [
        (ROW, TODAY, RowOutOfOrder, ("input", "asOf"), "2026-03-05"),
        (replace(ROW, as_of=date(2026, 3, 6)), None, ValidationFailed, ("input", "asOf"), "2026-03-06"),
        (replace(ROW, mode_label="选聘引入"), None, UnknownModeLabel, (), "选聘引入"),
    ],
)
def test_a_row_out_of_order_or_in_another_districts_words_is_refused(
    mounted: Policies,
    row: BaseLedgerRow,
    latest: date | None,
    refusal: type[Refusal],
    path: tuple[str, ...],
    value: str | None,
) -> None:
    with pytest.raises(refusal) as refused:
        check_base_row(row, modes=instrument(mounted, PANZHIHUA, ModesPolicy), latest_as_of=latest, today=TODAY)

    assert (refused.value.path, refused.value.value) == (path, value)


def test_a_row_without_a_mode_and_one_of_a_district_without_names_are_rows(mounted: Policies) -> None:
    modes = instrument(mounted, PANZHIHUA, ModesPolicy)

    check_base_row(replace(ROW, mode_label=None), modes=modes, latest_as_of=None, today=TODAY)
    check_base_row(replace(ROW, mode_label="就近接管"), modes=None, latest_as_of=None, today=TODAY)


DEADLINE = date(2023, 5, 31)


def surveyed(on: date, **changed: Any) -> UnmanagedRow:
    given: dict[str, Any] = {
        "estate_class": EstateKind.OLD,
        "household_count": 60,
        "problem": "零散楼栋",
        "deadline": DEADLINE,
        "is_served": False,
        "latest": None,
        "today": TODAY,
        **changed,
    }
    return unmanaged_row(surveyed_on=on, **given)


@pytest.mark.rule("XY-18")
def test_xunyangs_survey_ends_with_may_2023(mounted: Policies) -> None:
    assert survey_deadline(instrument(mounted, XUNYANG, CampaignPolicy)) == DEADLINE


@pytest.mark.rule("XY-18")
@pytest.mark.parametrize(
    ("on", "flags"), [(date(2023, 5, 30), []), (DEADLINE, []), (date(2023, 6, 1), [(SURVEYED_LATE, "2023-06-01")])]
)
def test_a_row_after_the_last_day_of_the_survey_is_taken_and_flagged(on: date, flags: list[tuple[str, str]]) -> None:
    row = surveyed(on)

    assert row.late is bool(flags)
    assert [(flag.code, flag.value) for flag in late_flags(row, deadline=DEADLINE)] == flags


@pytest.mark.rule("XY-18")
def test_a_row_of_an_unmanaged_estate_says_what_was_found() -> None:
    assert surveyed(TODAY, household_count=0) == UnmanagedRow(
        surveyed_on=TODAY, estate_class=EstateKind.OLD, household_count=0, problem="零散楼栋", late=True
    )

    (flag,) = late_flags(surveyed(TODAY), deadline=DEADLINE)
    assert flag.path == ("input", "surveyedOn")


@pytest.mark.rule("XY-18")
@pytest.mark.parametrize(
    ("on", "changed", "refusal", "code", "path", "value"),
    [
        (DEADLINE, {"is_served": True}, StillManaged, "STATE_CONFLICT", ("input", "estateId"), None),
        (DEADLINE, {"latest": DEADLINE}, RowOutOfOrder, "STATE_CONFLICT", ("input", "surveyedOn"), "2023-05-31"),
        (DEADLINE, {"household_count": -1}, ValidationFailed, "VALIDATION", ("input", "householdCount"), "-1"),
        (date(2026, 3, 6), {}, ValidationFailed, "VALIDATION", ("input", "surveyedOn"), "2026-03-06"),
    ],
)
def test_an_estate_that_a_contract_serves_is_not_in_the_ledger_of_unmanaged_ones(
    on: date, changed: dict[str, Any], refusal: type[Refusal], code: str, path: tuple[str, ...], value: str | None
) -> None:
    with pytest.raises(refusal) as refused:
        surveyed(on, **changed)

    assert (refused.value.path, refused.value.value) == (path, value)
    assert refused.value.code == code


def plan(policies: Policies, **changed: Any) -> Any:
    given: dict[str, Any] = {
        "estate_class": "多产权小区",
        "mode_label": "单位自管模式",
        "starts_on": date(2024, 1, 1),
        "finishes_on": date(2024, 12, 31),
        "measures": "先清理后移交",
        "modes": instrument(policies, PANZHIHUA, ModesPolicy),
        **changed,
    }
    return work_plan(**given)


@pytest.mark.rule("PZ-06")
@pytest.mark.parametrize("finishes_on", [date(2024, 12, 31), date(2024, 1, 1)])
def test_a_work_plan_of_a_class_says_how_and_when(mounted: Policies, finishes_on: date) -> None:
    found = plan(mounted, finishes_on=finishes_on)

    assert (found.estate_class, found.mode_label, found.finishes_on) == ("多产权小区", "单位自管模式", finishes_on)
    assert (found.starts_on, found.measures) == (date(2024, 1, 1), "先清理后移交")


@pytest.mark.rule("PZ-06")
@pytest.mark.parametrize(
    ("changed", "refusal", "path", "value"),
    [
        ({"starts_on": None}, PlanWithoutDates, ("input", "startsOn"), None),
        ({"finishes_on": None}, PlanWithoutDates, ("input", "finishesOn"), None),
        ({"finishes_on": date(2023, 12, 31)}, PlanWithoutDates, ("input", "finishesOn"), "2023-12-31"),
        ({"mode_label": "就近接管"}, UnknownModeLabel, (), "就近接管"),
    ],
)
def test_a_plan_without_its_days_or_in_another_districts_words_is_refused(
    mounted: Policies, changed: dict[str, Any], refusal: type[Refusal], path: tuple[str, ...], value: str | None
) -> None:
    with pytest.raises(refusal) as refused:
        plan(mounted, **changed)

    assert refused.value.value == value
    assert (refused.value.code, refused.value.path) == ("VALIDATION", path)
