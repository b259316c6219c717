"""What a table is asked for: an estate, a year or a period where it needs one."""

from datetime import date

import pytest

from services.finance.domain.report import ReportKind, ReportOrder, report_kind_of
from tests.finance.refusals import refusal_of

TODAY = date(2026, 3, 5)
ORDER = ReportOrder("360702", TODAY, estate_id="est_1", year=2025, as_of=date(2026, 2, 28), period="2026-Q1")


@pytest.mark.parametrize("kind", list(ReportKind))
def test_a_table_is_asked_for_by_its_name(kind: ReportKind) -> None:
    assert report_kind_of(kind.value.lower().replace("_", "-")) is kind


@pytest.mark.parametrize("name", ["", "deposits", "deposit register"])
def test_another_name_is_no_table(name: str) -> None:
    assert refusal_of(lambda: report_kind_of(name)) == ("NOT_FOUND", ("report",), name)


def test_an_order_gives_what_a_table_needs() -> None:
    assert (ORDER.required_estate(), ORDER.required_year(), ORDER.day) == ("est_1", 2025, date(2026, 2, 28))
    assert (ORDER.required_period().from_, ORDER.required_period().to) == (date(2026, 1, 1), date(2026, 3, 31))


def test_what_a_table_needs_and_nobody_named_is_asked_for() -> None:
    bare = ReportOrder("360702", TODAY)

    assert bare.day == TODAY
    assert refusal_of(bare.required_estate) == ("VALIDATION", ("estate",), None)
    assert refusal_of(bare.required_year) == ("VALIDATION", ("year",), None)
    assert refusal_of(bare.required_period) == ("VALIDATION", ("period",), "")
    assert refusal_of(ReportOrder("360702", TODAY, period="2026-Q5").required_period)[2] == "2026-Q5"
