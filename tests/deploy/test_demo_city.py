"""The committed demonstration ledger: what its generator writes, and what the round trip promises about it."""

from __future__ import annotations

import csv
import zipfile
from collections import defaultdict
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path

import pytest
from openpyxl import load_workbook

from deploy.demo.city import BUILDING_HEADERS, ESTATE_HEADERS, PART_HEADERS, City, demo_city, sample_estate
from deploy.demo.generate import CSV_NAMES, WORKBOOK_NAME, main

COMMITTED = Path(__file__).parents[2] / "deploy" / "demo"


@pytest.fixture(scope="module")
def city() -> City:
    return demo_city()


def test_the_committed_files_are_what_the_generator_writes(tmp_path: Path) -> None:
    main([str(tmp_path)])

    for name in (WORKBOOK_NAME, *CSV_NAMES.values()):
        assert _content(tmp_path / name) == _content(COMMITTED / name), f"{name}: run python -m deploy.demo.generate"


def test_the_city_has_five_districts_sixty_estates_and_seven_thousand_parts(city: City) -> None:
    assert {estate.district for estate in city.estates} == {"360102", "610703", "360403", "360702", "510400"}
    assert len(city.estates) == 60
    assert 6_500 < city.part_count < 7_500


@pytest.mark.rule("XY-28")
def test_xunyang_uses_exactly_its_five_streets(city: City) -> None:
    streets = {estate.street for estate in city.estates if estate.district == "360403"}

    assert streets == {"湓浦街道", "甘棠街道", "人民路街道", "白水湖街道", "金鸡坡街道"}


def test_a_community_lies_in_one_street_of_its_district(city: City) -> None:
    streets = defaultdict(set)
    for estate in city.estates:
        streets[estate.district, estate.community].add(estate.street)

    assert {community: found for community, found in streets.items() if len(found) > 1} == {}


def test_the_sheets_agree_with_each_other(city: City) -> None:
    part_areas: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    shares: dict[tuple[str, str, str], Fraction] = defaultdict(Fraction)
    for row in city.ownerships:
        part_areas[row.estate_code, row.building][row.door] = row.area
        shares[row.estate_code, row.building, row.door] += Fraction(row.share)

    assert set(shares.values()) == {Fraction(1)}
    assert {(b.estate_code, b.label): b.area for b in city.buildings} == {
        building: sum(areas.values()) for building, areas in part_areas.items()
    }
    for estate in city.estates:
        assert estate.managed_area == sum(b.area for b in city.buildings if b.estate_code == estate.code)


def test_zhanggong_has_estates_below_between_and_above_the_bounds_of_its_deposit(city: City) -> None:
    areas = {e.code: e.approved_gross_area for e in city.estates if e.district == "360702" and e.approved_gross_area}

    # At 1.00 yuan per m2: the floor of 20,000.00, an amount between the bounds, the cap of 100,000.00.
    assert areas["360702-001"] < 2_000_000
    assert 2_000_000 < areas["360702-003"] < 10_000_000
    assert areas["360702-008"] > 10_000_000


def test_some_facts_are_still_unknown_as_in_a_real_ledger(city: City) -> None:
    assert any(estate.approved_gross_area is None for estate in city.estates)
    assert any(estate.built_on is None for estate in city.estates)


def test_the_workbook_carries_dates_and_numbers_and_its_sheets_carry_the_agreed_headers() -> None:
    workbook = load_workbook(COMMITTED / WORKBOOK_NAME, read_only=True)

    tables = {sheet.title: list(sheet.iter_rows(values_only=True, max_row=2)) for sheet in workbook}

    assert {title: rows[0] for title, rows in tables.items()} == {
        "小区": ESTATE_HEADERS,
        "楼栋": BUILDING_HEADERS,
        "房屋": PART_HEADERS,
    }
    first_estate = dict(zip(ESTATE_HEADERS, tables["小区"][1], strict=True))
    assert isinstance(first_estate["建成日期"], datetime | date)
    assert isinstance(first_estate["物业管理面积"], float)


def test_the_csv_sample_is_an_estate_the_workbook_does_not_have(city: City) -> None:
    with (COMMITTED / CSV_NAMES["小区"]).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))

    assert [row["小区编码"] for row in rows] == [estate.code for estate in sample_estate().estates]
    assert not {row["小区编码"] for row in rows} & {estate.code for estate in city.estates}


def _content(path: Path) -> dict[str, bytes] | bytes:
    """Return a file's bytes, a workbook's member by member: compression may differ between zlib versions."""
    if path.suffix != ".xlsx":
        return path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
