"""Accounts for entrusted money of every kind, opened through finance's door on the real store."""

from typing import Any

import pytest

from kit.caller import Caller, Role
from tests.finance.deposits import STREET_OFFICE, open_street_account
from tests.heard import NANZHENG, ZHANGGONG, HeardService, RegistryFacts, caller

pytestmark = pytest.mark.store

HOUSING = caller(Role.HOUSING_BUREAU, f"district:{ZHANGGONG}")


async def open_of_kind(
    finance: HeardService, facts: RegistryFacts, kind: str, place: dict[str, str], *, by: Caller = HOUSING
) -> dict[str, Any]:
    changes: dict[str, Any] = {"kind": kind, "streetId": None, **place}
    return await open_street_account(finance, facts, by=by, **changes)


def codes(payload: dict[str, Any]) -> list[tuple[str, list[str]]]:
    return [(error["code"], error["path"]) for error in payload["errors"]]


@pytest.mark.parametrize(
    ("kind", "held_for"),
    [
        ("DISTRICT_FINANCE_MAINTENANCE", "district"),
        ("HOUSING_AUTHORITY_MAINTENANCE", "district"),
        ("OWNERS_MAINTENANCE", "estateId"),
        ("TRUST_FUND", "estateId"),
    ],
)
async def test_a_place_has_one_account_of_each_kind(finance: HeardService, kind: str, held_for: str) -> None:
    facts = RegistryFacts()
    await finance.hear(facts.estate_registered())
    place = {held_for: {"district": ZHANGGONG, "estateId": facts.estate_id}[held_for]}

    opened = await open_of_kind(finance, facts, kind, place)
    second = await open_of_kind(finance, facts, kind, place)

    assert (opened["errors"], opened["custodyAccount"]["kind"]) == ([], kind)
    assert codes(second) == [("DUPLICATE", ["input", "kind"])]


async def test_every_district_has_its_own_account_of_a_kind(finance: HeardService) -> None:
    here, there = RegistryFacts(), RegistryFacts(district=NANZHENG)
    await finance.hear(here.estate_registered(), there.estate_registered())
    office = caller(Role.CITY_OFFICE)

    opened = [
        await open_of_kind(finance, facts, "HOUSING_AUTHORITY_MAINTENANCE", {"district": facts.district}, by=office)
        for facts in (here, there)
    ]

    assert [payload["errors"] for payload in opened] == [[], []]


@pytest.mark.parametrize(
    ("kind", "place", "refusal"),
    [
        ("OWNERS_PUBLIC", {"estateId": "est_1"}, ("VALIDATION", ["input", "kind"])),
        ("OWNERS_MAINTENANCE", {}, ("VALIDATION", ["input", "kind"])),
        ("OWNERS_MAINTENANCE", {"estateId": "est_1", "district": ZHANGGONG}, ("VALIDATION", ["input", "kind"])),
        ("OWNERS_MAINTENANCE", {"estateId": "est_unknown"}, ("NOT_FOUND", ["input", "estateId"])),
        ("DISTRICT_FINANCE_MAINTENANCE", {"district": NANZHENG}, ("NOT_FOUND", ["input", "district"])),
        ("STREET_DESIGNATED", {"district": ZHANGGONG}, ("VALIDATION", ["input", "kind"])),
    ],
)
async def test_an_account_of_the_wrong_place_is_refused(
    finance: HeardService, kind: str, place: dict[str, str], refusal: tuple[str, list[str]]
) -> None:
    facts = RegistryFacts()
    await finance.hear(facts.estate_registered())

    assert codes(await open_of_kind(finance, facts, kind, place)) == [refusal]


async def test_a_street_does_not_open_the_account_of_its_district(finance: HeardService) -> None:
    facts = RegistryFacts()
    await finance.hear(facts.estate_registered())
    street = caller(Role.STREET, f"street:{facts.street_id}")

    refused = await open_of_kind(finance, facts, "DISTRICT_FINANCE_MAINTENANCE", {"district": ZHANGGONG}, by=street)

    assert codes(refused) == [("NOT_FOUND", ["input", "district"])]
    assert (await open_street_account(finance, facts, by=STREET_OFFICE))["errors"] == []
