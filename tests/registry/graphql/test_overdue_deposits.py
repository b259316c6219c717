"""P1: a contract whose deposit is overdue is marked as long as it is, and its service is never blocked by it."""

import random
from typing import Any

import pytest

from kit.inbox import WORK_ITEMS
from tests.registry.cities import City, Registry, contract
from tests.registry.finance_facts import DepositFacts
from tests.registry.hearing import take_in

pytestmark = pytest.mark.store

MARK = """
query ($id: ID!) { contract(id: $id) { state overdueDeposit { depositId contractYear dueOn missing } } }
"""


async def signed(registry: Registry, city: City, number: str = "HT-2026-001") -> DepositFacts:
    """Return the facts of a signed contract's deposits, of which nothing has happened yet."""
    contract_id = await registry.done("signContract", "contract", **contract(city, number=number))
    return DepositFacts(contract_id=contract_id, estate_id=city.estate)


async def shown(registry: Registry, facts: DepositFacts) -> dict[str, Any]:
    """Return the state of the contract and its mark."""
    answer: dict[str, Any] = (await registry.ask(MARK, id=facts.contract_id))["contract"]
    return answer


async def test_an_overdue_deposit_marks_its_contract_until_it_is_held(registry: Registry, city: City) -> None:
    facts = await signed(registry, city)
    assert (await shown(registry, facts))["overdueDeposit"] is None

    await take_in(registry, facts.demanded(), facts.overdue())
    assert (await shown(registry, facts))["overdueDeposit"] == {
        "depositId": facts.deposit_ids[1],
        "contractYear": 1,
        "dueOn": "2024-03-01",
        "missing": "20000.00",
    }

    await take_in(registry, facts.held())
    assert (await shown(registry, facts))["overdueDeposit"] is None


@pytest.mark.parametrize("end", [DepositFacts.released, DepositFacts.forfeited])
async def test_a_deposit_that_came_to_its_end_marks_no_more(registry: Registry, city: City, end: Any) -> None:
    facts = await signed(registry, city)

    await take_in(registry, facts.demanded(), facts.overdue(), end(facts))

    assert (await shown(registry, facts))["overdueDeposit"] is None


async def test_service_begins_and_a_later_contract_is_signed_while_a_deposit_is_overdue(
    registry: Registry, city: City
) -> None:
    facts = await signed(registry, city)
    await take_in(registry, facts.demanded(), facts.overdue())

    started = await registry.write(
        "startService", "contract { state }", contractId=facts.contract_id, serviceStartOn="2026-03-01"
    )

    assert (started["errors"], started["warnings"]) == ([], [])
    marked = await shown(registry, facts)
    assert (marked["state"], marked["overdueDeposit"]["missing"]) == ("ACTIVE", "20000.00")
    assert (await signed(registry, city, "HT-2026-002")).contract_id != facts.contract_id


@pytest.mark.parametrize("seed", range(2))
async def test_facts_that_come_in_any_order_and_twice_leave_the_same_mark(
    registry: Registry, city: City, seed: int
) -> None:
    facts = await signed(registry, city)
    told = [
        *(facts.demanded(), facts.overdue(), facts.held(), facts.overdue(missing="100.00", due_on="2024-09-01")),
        *(facts.demanded(year=2), facts.held(year=2)),
        *(facts.demanded(year=3), facts.overdue(year=3, missing="300.00")),
    ]
    drawn = [*told, *told]
    random.Random(seed).shuffle(drawn)

    await take_in(registry, *drawn, told=told)

    assert (await shown(registry, facts))["overdueDeposit"] == {
        "depositId": facts.deposit_ids[3],
        "contractYear": 3,
        "dueOn": "2026-03-01",
        "missing": "300.00",
    }
    await take_in(registry, facts.held(year=3), told=told)
    assert (await shown(registry, facts))["overdueDeposit"] is None


async def test_a_deposit_of_a_contract_that_nobody_knows_becomes_a_work_item(registry: Registry, city: City) -> None:
    facts = DepositFacts(estate_id=city.estate)

    await take_in(registry, facts.demanded(), facts.overdue())

    (item,) = await registry.mongo.collection(WORK_ITEMS).find({}).to_list(None)
    assert (item["code"], item["aggregate_id"], item["listener"]) == (
        "NOT_FOUND", facts.deposit_ids[1], "registry_from_finance",
    )  # fmt: skip
