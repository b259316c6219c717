"""A part of the platform is down: the others go on, and nothing is lost."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from typing import Any

import pytest

from deploy.local.plan import NATS
from tests.system.city import CONTRACT_FILE, ZHANGGONG, City, days_ago
from tests.system.clerk import Answer
from tests.system.record import assert_nothing_lost_or_doubled, wait_until_settled

pytestmark = pytest.mark.system

OUTAGE_SECONDS = 60.0 if os.environ.get("ANJU_LONG") else 3.0


@pytest.fixture(scope="module")
def contract_file(city: City) -> Iterator[tuple[str, dict[str, Any]]]:
    """A contract that three services know something of, with what the query of its file answers."""
    estate_id, provider_id = city.new_estate(), city.new_provider()
    contract_id = city.new_contract(estate_id, provider_id)
    city.deposit(contract_id, "DEMANDED")
    city.clerk.do(
        "scoreCredit",
        district=ZHANGGONG,
        providerId=provider_id,
        year=2025,
        score="88.00",
        seriousDishonesty=False,
        publishedOn=days_ago(1),
    )
    yield contract_id, city.clerk.read(CONTRACT_FILE, id=contract_id)["contract"]


@pytest.mark.parametrize(
    ("service", "missing", "error_path"),
    [
        ("finance", [["deposit"]], ["contract", "deposit"]),
        ("trust", [["trustTerms"]], ["contract", "trustTerms"]),
        ("inspection", [["provider", "blacklisted"], ["provider", "creditScores"]], ["contract", "provider"]),
    ],
)
def test_without_a_service_its_fields_are_null_with_a_path_and_the_others_answer(
    city: City,
    contract_file: tuple[str, dict[str, Any]],
    service: str,
    missing: list[list[str]],
    error_path: list[str],
) -> None:
    contract_id, whole = contract_file

    with city.platform.without(service):
        answer = city.clerk.ask(CONTRACT_FILE, id=contract_id)

    assert answer.status == 200
    expected = whole
    for path in missing:
        expected = _with_null(expected, path)
    assert answer.data["contract"] == expected
    assert _causes(answer) == [("SUBGRAPH_UNAVAILABLE", service, error_path)]
    assert city.clerk.read(CONTRACT_FILE, id=contract_id)["contract"] == whole


def test_without_the_registry_the_contract_is_null_and_the_others_stay_up(
    city: City, contract_file: tuple[str, dict[str, Any]]
) -> None:
    contract_id, whole = contract_file
    deposit = city.deposit_of(contract_id)
    assert deposit is not None

    with city.platform.without("registry"):
        answer = city.clerk.ask(CONTRACT_FILE, id=contract_id)
        held_elsewhere = city.clerk.read("query($id: ID!) { deposit(id: $id) { demanded } }", id=deposit["_id"])

    assert answer.data == {"contract": None}
    assert _causes(answer) == [("SUBGRAPH_UNAVAILABLE", "registry", ["contract"])]
    assert held_elsewhere == {"deposit": {"demanded": "56789.50"}}
    assert city.clerk.read(CONTRACT_FILE, id=contract_id)["contract"] == whole


def test_without_nats_writes_go_on_and_are_told_in_order_afterwards(city: City) -> None:
    estate_ids = [city.new_estate(area=None) for _ in range(3)]
    contract_id = city.new_contract(estate_ids[0], city.new_provider())
    city.deposit(contract_id, "AGREED")
    wait_until_settled(city.platform)
    acknowledged: list[str] = []

    with city.platform.without(NATS):
        over_at = time.monotonic() + OUTAGE_SECONDS
        area = 20_000
        while time.monotonic() < over_at or area < 20_008:
            area += 1
            for estate_id in estate_ids:
                changed = city.clerk.do(
                    "changeEstate", estateId=estate_id, effectiveOn=days_ago(0), approvedGrossArea=f"{area}.00"
                )
                acknowledged += [event["id"] for event in changed["events"]]
        assert city.database("registry")["outbox"].count_documents({}) == len(acknowledged)

    told = assert_nothing_lost_or_doubled(city.platform)
    assert {told.ids("registry")[event_id] for event_id in acknowledged} == {1}
    # The last area holds, so order was kept; the deposit that waited for one is demanded by it.
    known = {estate["_id"]: estate for estate in city.database("finance")["estates"].find({})}
    assert [_last_area(known[estate_id]) for estate_id in estate_ids] == [area * 100] * 3
    assert city.deposit(contract_id, "DEMANDED")["computed"] == f"{area}.00"


def _last_area(estate: dict[str, Any]) -> int:
    return int(estate["gross_areas"][days_ago(0)])


def _causes(answer: Answer) -> list[tuple[str, str, list[str]]]:
    return [(error["extensions"]["code"], error["extensions"]["serviceName"], error["path"]) for error in answer.errors]


def _with_null(value: dict[str, Any], path: list[str]) -> dict[str, Any]:
    head, *rest = path
    return value | {head: _with_null(value[head], rest) if rest else None}
