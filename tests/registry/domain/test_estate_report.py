"""The estate ledger's columns, and how far management covers each class."""

from dataclasses import fields

import pytest

from kit.area import square_metres
from services.registry.domain.estate import EstateKind
from services.registry.domain.estate_report import (
    LEDGER_HEADERS,
    ClassCoverage,
    ClassifiedEstate,
    EstateLedgerLine,
    coverage_by_class,
)
from services.registry.domain.mode import ManagementMode


def estate(street: str, kind: EstateKind, mode: ManagementMode, households: int = 100) -> ClassifiedEstate:
    return ClassifiedEstate(street, kind, mode, households, square_metres("1000.00"))


def test_every_field_of_a_line_has_its_column() -> None:
    assert list(LEDGER_HEADERS) == [field.name for field in fields(EstateLedgerLine)]
    assert len(set(LEDGER_HEADERS.values())) == len(LEDGER_HEADERS)


@pytest.mark.rule("ZG-01")
def test_coverage_counts_each_street_and_class_apart() -> None:
    rows = coverage_by_class(
        [
            estate("str_b", EstateKind.OLD, ManagementMode.NONE),
            estate("str_a", EstateKind.AFFORDABLE, ManagementMode.MARKET, 30),
            estate("str_a", EstateKind.OLD, ManagementMode.COMMUNITY_FALLBACK, 40),
            estate("str_a", EstateKind.OLD, ManagementMode.NONE, 50),
        ]
    )

    assert rows == [
        ClassCoverage("str_a", EstateKind.OLD, 2, 1, 90, square_metres("2000.00")),
        ClassCoverage("str_a", EstateKind.AFFORDABLE, 1, 1, 30, square_metres("1000.00")),
        ClassCoverage("str_b", EstateKind.OLD, 1, 0, 100, square_metres("1000.00")),
    ]


@pytest.mark.rule("ZG-01")
def test_there_are_four_classes_and_no_other() -> None:
    assert list(EstateKind) == ["OLD", "NEW_COMMERCIAL", "RESETTLEMENT", "AFFORDABLE"]
    with pytest.raises(ValueError, match="VILLA"):
        EstateKind("VILLA")


def test_a_district_without_estates_has_no_rows() -> None:
    assert coverage_by_class([]) == []
