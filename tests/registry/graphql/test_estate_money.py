"""P3, P5, P12: what finance announces of an estate's arrears and funds is shown at the estate and its decisions."""

import random
from typing import Any

import pytest

from kit.caller import Role, Scope
from kit.inbox import WORK_ITEMS
from tests.registry.cities import City, Registry, caller
from tests.registry.finance_facts import EstateMoneyFacts
from tests.registry.hearing import take_in

pytestmark = pytest.mark.store

ESTATE = """
query ($id: ID!) { estate(id: $id) {
  arrearsMark { asOf ratio threshold }
  fundCustodies { fundId custody amount movedOn }
  fundUses {
    useId fundId purpose budget emergency proposedOn state paidOn allocatedOn publishedOn paid remainder
    allocationsHash scope { id } decisions { id }
  }
} }
"""
DECISION = "query ($id: ID!) { jointDecision(id: $id) { scope { id } fundUse { useId state paid } } }"
VOTE = {"noticeOn": "2026-02-10", "votingFrom": "2026-02-25", "votingTo": "2026-03-05"}
ON_A_USE = {"matter": "USE_MAINTENANCE_FUND", **VOTE}


async def shown(registry: Registry, city: City) -> dict[str, Any]:
    """Return what the estate shows."""
    answer: dict[str, Any] = (await registry.ask(ESTATE, id=city.estate))["estate"]
    return answer


async def decision_on(registry: Registry, city: City, use_id: str, **given: Any) -> str:
    """Return a decision on the use."""
    return await registry.done(
        "openDecision", "jointDecision", estateId=city.estate, subjectRef=use_id, **ON_A_USE, **given
    )


async def test_arrears_at_the_threshold_mark_the_estate_until_they_fall_below(registry: Registry, city: City) -> None:
    facts = EstateMoneyFacts(estate_id=city.estate)
    assert (await shown(registry, city))["arrearsMark"] is None

    await take_in(registry, facts.crossed("UP", "2026-01-31", ratio="0.2134"))
    assert (await shown(registry, city))["arrearsMark"] == {
        "asOf": "2026-01-31",
        "ratio": "0.2134",
        "threshold": "0.2000",
    }

    await take_in(registry, facts.crossed("DOWN", "2026-02-28", ratio=None))
    assert (await shown(registry, city))["arrearsMark"] is None


async def test_facts_in_any_order_and_twice_leave_the_same_estate(registry: Registry, city: City) -> None:
    facts = EstateMoneyFacts(estate_id=city.estate)
    told = [
        *(facts.crossed("UP", "2026-01-31"), facts.crossed("DOWN", "2026-02-10"), facts.crossed("UP", "2026-02-28")),
        facts.custody_moved("2026-02-01"),
        facts.custody_moved("2026-02-01", to="HOUSING_AUTHORITY_MAINTENANCE", amount="4999.99"),
        *(facts.proposed(city.building), facts.paid(), facts.allocated(), facts.published()),
    ]
    drawn = [*told, *told]
    random.Random(7).shuffle(drawn)

    await take_in(registry, *drawn, told=told)

    assert await shown(registry, city) == {
        "arrearsMark": {"asOf": "2026-02-28", "ratio": "0.2000", "threshold": "0.2000"},
        "fundCustodies": [
            {
                "fundId": facts.fund_id,
                "custody": "HOUSING_AUTHORITY_MAINTENANCE",
                "amount": "4999.99",
                "movedOn": "2026-02-01",
            }
        ],
        "fundUses": [
            {
                "useId": facts.use_id,
                "fundId": facts.fund_id,
                "purpose": "1号楼屋面防水维修",
                "budget": "30000.00",
                "emergency": False,
                "proposedOn": "2026-02-01",
                "state": "PUBLISHED",
                "paidOn": "2026-02-20",
                "allocatedOn": "2026-02-21",
                "publishedOn": "2026-02-22",
                "paid": "28000.00",
                "remainder": "0.03",
                "allocationsHash": "a" * 64,
                "scope": [{"id": city.building}],
                "decisions": [],
            }
        ],
    }


async def test_a_proposed_use_is_decided_on_in_its_scope_and_shown_at_its_decision(
    registry: Registry, city: City
) -> None:
    other = await registry.done(
        "registerBuilding", "building", estateId=city.estate, label="2号楼", hasLift=False, grossArea="300.00"
    )
    facts = EstateMoneyFacts(estate_id=city.estate)
    await take_in(registry, facts.proposed(city.building))

    error = await registry.refused(
        "openDecision", estateId=city.estate, subjectRef=facts.use_id, scopeBuildingIds=[other], **ON_A_USE
    )
    assert (error["code"], error["path"], error["value"]) == ("VALIDATION", ["input", "scopeBuildingIds"], other)
    decision = await decision_on(registry, city, facts.use_id)

    (opened,) = await registry.announced("registry.decision.opened")
    assert (opened.data["scopeBuildingIds"], opened.data["subjectRef"]) == ([city.building], facts.use_id)
    assert (await shown(registry, city))["fundUses"][0]["decisions"] == [{"id": decision}]
    assert (await registry.ask(DECISION, id=decision))["jointDecision"] == {
        "scope": [{"id": city.building}],
        "fundUse": {"useId": facts.use_id, "state": "PROPOSED", "paid": None},
    }
    await take_in(registry, facts.paid())
    assert (await registry.ask(DECISION, id=decision))["jointDecision"]["fundUse"] == {
        "useId": facts.use_id,
        "state": "PAID",
        "paid": "28000.00",
    }


async def test_a_decision_on_something_else_shows_no_use(registry: Registry, city: City) -> None:
    facts = EstateMoneyFacts(estate_id=city.estate)
    await take_in(registry, facts.proposed(city.building))
    another_matter = await registry.done(
        "openDecision", "jointDecision", estateId=city.estate, matter="REBUILD", subjectRef=facts.use_id, **VOTE
    )
    not_announced = await decision_on(registry, city, "mus_nobody_knows")

    for decision in (another_matter, not_announced):
        assert (await registry.ask(DECISION, id=decision))["jointDecision"] == {"scope": [], "fundUse": None}


async def test_a_report_of_a_use_that_nobody_proposed_becomes_a_work_item(registry: Registry, city: City) -> None:
    facts = EstateMoneyFacts(estate_id=city.estate)

    await take_in(registry, facts.paid())

    (item,) = await registry.mongo.collection(WORK_ITEMS).find({}).to_list(None)
    assert (item["code"], item["aggregate_id"]) == ("NOT_FOUND", facts.use_id)


async def test_uses_move_with_their_estate(registry: Registry, city: City) -> None:
    await take_in(registry, EstateMoneyFacts(estate_id=city.estate).proposed())
    there = caller(Role.COMMUNITY, scope=Scope.of(f"community:{city.other_community}"))

    await registry.done(
        "moveEstate", "estate", estateId=city.estate, communityId=city.other_community, effectiveOn="2026-03-01"
    )

    assert len((await registry.ask(ESTATE, by=there, id=city.estate))["estate"]["fundUses"]) == 1
