"""Owners or residents are asked before a mode is chosen."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kit.errors import ValidationFailed
from services.registry.domain.consultation import ConsultationMissing, Survey, check_survey, require_consultation
from services.registry.domain.mode import ManagementMode

TODAY = date(2024, 6, 30)
EFFECTIVE_ON = date(2024, 6, 20)
DAY = timedelta(days=1)
SURVEY = Survey(
    id="csl_1",
    mode=ManagementMode.MARKET,
    from_=date(2024, 6, 1),
    to=date(2024, 6, 15),
    asked=120,
    answered=90,
    consenting=70,
)


@pytest.mark.rule("ZG-23")
@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"consenting": 0},
        {"consenting": 90},
        {"answered": 120},
        {"asked": 1, "answered": 1, "consenting": 1},
        {"answered": 0, "consenting": 0},
        {"to": TODAY},
        {"from_": SURVEY.to},
    ],
)
def test_a_survey_that_can_be_is_kept(changed: dict[str, object]) -> None:
    check_survey(replace(SURVEY, **changed), today=TODAY)  # type: ignore[arg-type]


@pytest.mark.rule("ZG-23")
@pytest.mark.parametrize(
    ("changed", "field", "value"),
    [
        ({"consenting": -1}, "consenting", "-1"),
        ({"consenting": 91}, "consenting", "91"),
        ({"answered": 121}, "answered", "121"),
        ({"answered": -1}, "answered", "-1"),
        ({"asked": 0, "answered": 0, "consenting": 0}, "asked", "0"),
        ({"to": TODAY + DAY}, "to", "2024-07-01"),
        ({"to": SURVEY.from_ - DAY}, "to", "2024-05-31"),
        ({"mode": ManagementMode.NONE}, "mode", "NONE"),
    ],
)
def test_a_survey_that_cannot_be_is_refused(changed: dict[str, object], field: str, value: str) -> None:
    with pytest.raises(ValidationFailed) as refused:
        check_survey(replace(SURVEY, **changed), today=TODAY)  # type: ignore[arg-type]

    assert (refused.value.path, refused.value.value) == (("input", field), value)


@pytest.mark.rule("ZG-23")
@pytest.mark.parametrize("to", [EFFECTIVE_ON - DAY, EFFECTIVE_ON])
def test_a_survey_that_ended_by_the_day_the_mode_begins_serves(to: date) -> None:
    survey = replace(SURVEY, to=to)

    found = require_consultation([survey], ManagementMode.MARKET, effective_on=EFFECTIVE_ON, voted_on=None)

    assert found == survey


@pytest.mark.rule("ZG-23")
@pytest.mark.parametrize(
    "surveys",
    [
        [],
        [replace(SURVEY, to=EFFECTIVE_ON + DAY)],
        [replace(SURVEY, mode=ManagementMode.OWNER_SELF)],
    ],
)
def test_a_mode_that_nobody_was_asked_about_is_refused(surveys: list[Survey]) -> None:
    with pytest.raises(ConsultationMissing) as refused:
        require_consultation(surveys, ManagementMode.MARKET, effective_on=EFFECTIVE_ON, voted_on=None)

    assert (refused.value.code, refused.value.path, refused.value.value) == (
        "PRECONDITION", ("input", "effectiveOn"), "2024-06-20",
    )  # fmt: skip


def test_the_latest_survey_that_fits_is_the_one() -> None:
    early, late = replace(SURVEY, id="csl_early", to=EFFECTIVE_ON - 2 * DAY), replace(SURVEY, to=EFFECTIVE_ON - DAY)
    surveys = [early, late, replace(SURVEY, id="csl_after", to=EFFECTIVE_ON + DAY)]

    assert require_consultation(surveys, ManagementMode.MARKET, effective_on=EFFECTIVE_ON, voted_on=None) == late


@pytest.mark.rule("ZG-23")
@pytest.mark.parametrize(("voted_on", "serves"), [(EFFECTIVE_ON, True), (EFFECTIVE_ON + DAY, False)])
def test_a_joint_decision_that_passed_by_then_serves_as_well(voted_on: date, serves: bool) -> None:
    if serves:
        assert require_consultation([], ManagementMode.MARKET, effective_on=EFFECTIVE_ON, voted_on=voted_on) is None
    else:
        with pytest.raises(ConsultationMissing) as refused:
            require_consultation([], ManagementMode.MARKET, effective_on=EFFECTIVE_ON, voted_on=voted_on)
        assert (refused.value.path, refused.value.value) == (("input", "effectiveOn"), "2024-06-20")
