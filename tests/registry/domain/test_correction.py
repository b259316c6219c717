"""Corrections by a file: what a row states, and why somebody corrects."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from kit.area import Area
from kit.errors import ValidationFailed
from services.registry.domain import ledger
from services.registry.domain.correction import (
    CORRECTED_COLUMNS,
    ReasonMissing,
    check_effective,
    checked_reason,
    read_correction_row,
)
from services.registry.domain.estate import Enclosure, EstateFacts, EstateKind
from services.registry.domain.ledger_cells import RawRow

TODAY = date(2026, 3, 5)


def row(**cells: Any) -> RawRow:
    headers = (ledger.ESTATE_CODE, *CORRECTED_COLUMNS)
    values = [cells.get(header) for header in headers]
    return RawRow("表", 2, {header: place for place, header in enumerate(headers)}, values)


def test_a_row_states_what_its_filled_cells_say() -> None:
    read = read_correction_row(
        row(
            **{
                ledger.ESTATE_CODE: "360702-001",
                ledger.ESTATE_NAME: "红枫小区",
                ledger.ENCLOSURE: "开放",
                ledger.ESTATE_KIND: "保障房",
                ledger.BUILT_ON: "1998年",
                ledger.APPROVED_GROSS_AREA: "80012.35",
                ledger.MANAGED_AREA: 11000,
                ledger.HOUSEHOLDS: 121,
            }
        )
    )

    assert (read.code, read.stated) == (
        "360702-001",
        {
            "name": "红枫小区",
            "enclosure": Enclosure.OPEN,
            "kind": EstateKind.AFFORDABLE,
            "built_on": None,
            "built_year": 1998,
            "approved_gross_area": Area(8_001_235),
            "managed_area": Area(1_100_000),
            "household_count": 121,
        },
    )


def test_a_correction_leaves_the_facts_that_the_row_does_not_state_as_they_are() -> None:
    facts = EstateFacts(
        name="丹枫小区",
        enclosure=Enclosure.CLOSED,
        kind=EstateKind.OLD,
        built_on=date(1998, 5, 1),
        built_year=None,
        approved_gross_area=None,
        managed_area=Area(1_100_000),
        household_count=120,
    )
    read = read_correction_row(
        row(**{ledger.ESTATE_CODE: "360702-001", ledger.HOUSEHOLDS: 121, ledger.BUILT_ON: "1999"})
    )

    assert read.corrected(facts) == replace(facts, household_count=121, built_on=None, built_year=1999)


@pytest.mark.parametrize(
    ("cells", "header"),
    [
        ({ledger.ESTATE_CODE: "360702-001"}, ledger.ESTATE_CODE),
        ({ledger.HOUSEHOLDS: 5}, ledger.ESTATE_CODE),
        ({ledger.ESTATE_CODE: "360702-001", ledger.ENCLOSURE: "半开放"}, ledger.ENCLOSURE),
        ({ledger.ESTATE_CODE: "360702-001", ledger.MANAGED_AREA: "很大"}, ledger.MANAGED_AREA),
    ],
)
def test_a_row_that_corrects_nothing_or_cannot_be_read_is_refused(cells: dict[str, Any], header: str) -> None:
    with pytest.raises(ValidationFailed) as refusal:
        read_correction_row(row(**cells))

    assert (refusal.value.code, refusal.value.path) == ("VALIDATION", (header,))


@pytest.mark.parametrize("reason", [None, "", " 错 "])
def test_a_correction_without_a_reason_is_refused(reason: str | None) -> None:
    with pytest.raises(ReasonMissing) as refusal:
        checked_reason(reason)

    assert (refusal.value.code, refusal.value.path) == ("VALIDATION", ("input", "reason"))
    assert refusal.value.value == reason
    assert checked_reason(" 笔误 ") == "笔误"


def test_a_correction_holds_from_today_at_the_latest() -> None:
    check_effective(TODAY, today=TODAY)
    with pytest.raises(ValidationFailed) as refusal:
        check_effective(TODAY + timedelta(days=1), today=TODAY)

    assert (refusal.value.code, refusal.value.path, refusal.value.value) == (
        "VALIDATION", ("input", "effectiveOn"), "2026-03-06",
    )  # fmt: skip
