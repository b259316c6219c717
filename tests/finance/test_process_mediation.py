"""P5's second half: finance hears of the mediation of arrears, keeps its instalments, and lets the ladder rest."""

from collections.abc import Sequence
from typing import Any

import pytest

from kit.caller import Caller, Role
from kit.ids import new_id
from tests.finance.fees import MANAGER, Served, served_estate
from tests.finance.mediation import APPLIED_ON, SETTLED_ON, Mediation, hear_any, terms_of
from tests.heard import HeardService, caller

pytestmark = [pytest.mark.store, pytest.mark.rule("XY-15")]

CASES = """
    query ($estates: [_Any!]!, $asOf: Date) {
      _entities(representations: $estates) { ... on Estate { arrearsMediations(asOf: $asOf) {
        caseId providerId state since
        plan {
          partId version settledOn asOf total paid missedSince
          instalments { dueOn amount paid state } explanation { result inputs { name value } }
        }
      } } }
    }
"""
STEP = """
    mutation ($input: TakeDunningStepInput!) {
      takeDunningStep(input: $input) { bill { dunning state } errors { code path value } }
    }
"""
HALVES = (("2026-04-30", "60.00"), ("2026-05-31", "60.00"))


async def cases(served: Served, *, as_of: str | None = None, by: Caller = MANAGER) -> Any:
    representation = {"__typename": "Estate", "id": served.facts.estate_id}
    answer = await served.finance.ask(CASES, by=by, estates=[representation], asOf=as_of)
    return answer["_entities"][0]["arrearsMediations"]


async def remind(served: Served, bill_id: str) -> list[tuple[str, list[str]]]:
    payload = await served.write(STEP, "takeDunningStep", billId=bill_id, step="REMINDED")
    return [(error["code"], error["path"]) for error in payload["errors"]]


async def overdue_estate(finance: HeardService, *areas: str) -> Served:
    """Return an estate whose bills of March, 1.20 a square metre, nobody has paid."""
    served = await served_estate(finance, *areas)
    await served.set_rates()
    await served.bill()
    served.today("2026-04-10")
    return served


def states(found: Sequence[Any]) -> list[str]:
    return [one["state"] for one in found[0]["plan"]["instalments"]]


@pytest.mark.rule("ZG-07")
async def test_the_ladder_rests_while_instalments_are_paid_and_goes_on_once_one_is_missed(
    finance: HeardService,
) -> None:
    served = await overdue_estate(finance, "100.00", "100.00")
    [bill], [other] = await served.bills(0), await served.bills(1)
    mediation = Mediation(served.facts)
    await hear_any(finance, *mediation.settled(*HALVES, part_id=served.parts[0]))

    resting, elsewhere = await remind(served, bill.id), await remind(served, other.id)
    served.today("2026-04-30")
    await served.pay("60.00", paidOn="2026-04-30")
    served.today("2026-05-31")
    on_the_last_day = await remind(served, bill.id)
    kept = await cases(served)
    served.today("2026-06-01")
    missed = await cases(served)
    goes_on = await remind(served, bill.id)

    assert (resting, elsewhere, on_the_last_day, goes_on) == (
        [("STATE_CONFLICT", ["input", "billId"])],
        [],
        [("STATE_CONFLICT", ["input", "billId"])],
        [],
    )
    assert kept == [
        {
            "caseId": mediation.case_id,
            "providerId": served.facts.provider_id,
            "state": "SETTLED",
            "since": SETTLED_ON,
            "plan": {
                "partId": served.parts[0],
                "version": 1,
                "settledOn": SETTLED_ON,
                "asOf": "2026-05-31",
                "total": "120.00",
                "paid": "60.00",
                "missedSince": None,
                "instalments": [
                    {"dueOn": "2026-04-30", "amount": "60.00", "paid": "60.00", "state": "PAID"},
                    {"dueOn": "2026-05-31", "amount": "60.00", "paid": "0.00", "state": "DUE"},
                ],
                "explanation": {
                    "result": "60.00",
                    "inputs": [
                        {"name": "Σ instalments", "value": "120.00"},
                        {"name": "outstanding", "value": "60.00"},
                    ],
                },
            },
        }
    ]
    assert (states(missed), missed[0]["plan"]["missedSince"]) == (["PAID", "MISSED"], "2026-05-31")
    assert states(await cases(served, as_of="2026-04-29")) == ["DUE", "DUE"]
    assert (await cases(served, as_of="2026-04-07"))[0]["plan"] is None
    await served.pay("60.00", paidOn="2026-06-01")
    assert states(await cases(served)) == ["PAID", "PAID"]
    [after] = await served.bills(0)
    assert (after.standing.value, after.dunning.value, after.amount) == ("SETTLED", "REMINDED", bill.amount)


async def test_a_plan_is_for_the_parts_owners_and_one_of_the_estate_for_all(finance: HeardService) -> None:
    served = await overdue_estate(finance, "100.00", "100.00")
    [bill] = await served.bills(1)
    of_part, of_estate, applied = (Mediation(served.facts) for _ in range(3))
    await hear_any(finance, *of_part.settled(*HALVES, part_id=served.parts[0]))
    await hear_any(finance, *of_estate.settled(("2026-04-30", "240.00"), since="2026-04-02"))
    await hear_any(finance, applied.came_to("applied", "2026-04-03"))

    async def seen(*grants: str) -> set[str]:
        found = await cases(served, by=caller(Role.OWNER, *grants))
        return {one["caseId"] for one in found or []}

    in_estate = f"estate:{served.facts.estate_id}"
    assert await seen(in_estate, f"owner:{served.owners[0]}") == {of_part.case_id, of_estate.case_id}
    assert await seen(in_estate, f"owner:{served.owners[1]}") == {of_estate.case_id}
    assert await seen("district:360102") == set()
    assert [(one["state"], (one["plan"] or {}).get("version")) for one in await cases(served)] == [
        ("SETTLED", 1),
        ("SETTLED", 1),
        ("APPLIED", None),
    ]
    assert await remind(served, bill.id) == [("STATE_CONFLICT", ["input", "billId"])]
    served.facts.street_id = new_id("str")
    await finance.hear(
        served.facts.fact(
            "registry.estate.changed",
            served.facts.estate_id,
            "2026-04-10",
            **{**served.facts.place, "changedFields": ["streetId"], "before": {}, "effectiveOn": "2026-04-10"},
            after={"streetId": served.facts.street_id},
        )
    )
    assert len(await cases(served, by=caller(Role.STREET, f"street:{served.facts.street_id}"))) == 3


async def test_terms_that_are_not_the_arrears_are_for_people_and_a_failed_case_is_a_marker(
    finance: HeardService,
) -> None:
    served = await overdue_estate(finance, "100.00", "100.00")
    [bill] = await served.bills()
    off, failed, without = (Mediation(served.facts) for _ in range(3))
    await hear_any(finance, *off.settled(("2026-04-30", "119.99"), part_id=served.parts[0]))
    await hear_any(finance, failed.came_to("applied", APPLIED_ON), failed.came_to("failed", SETTLED_ON))
    terms = terms_of(*HALVES, part_id=served.parts[0])
    await hear_any(finance, without.came_to("settled", SETTLED_ON, terms))

    found = {one["caseId"]: (one["state"], one["plan"]) for one in await cases(served)}

    assert found == {off.case_id: ("SETTLED", None), failed.case_id: ("FAILED", None)}
    assert await finance.work_items() == [("PRECONDITION", without.case_id), ("VALIDATION", off.case_id)]
    assert await remind(served, bill.id) == []


async def test_a_state_told_again_in_a_new_fact_changes_nothing(finance: HeardService) -> None:
    served = await overdue_estate(finance, "100.00")
    mediation = Mediation(served.facts)
    await hear_any(finance, *mediation.settled(*HALVES, part_id=served.parts[0]))
    before = await cases(served)

    await hear_any(finance, mediation.came_to("settled", "2026-04-09", terms_of(("2026-06-30", "120.00"))))
    await hear_any(finance, mediation.came_to("failed", "2026-04-09"))

    assert await cases(served) == before
    assert await finance.work_items() == [("STATE_CONFLICT", mediation.case_id)]


async def test_nobody_asks_for_a_day_to_come(finance: HeardService) -> None:
    served = await overdue_estate(finance, "100.00")
    representation = {"__typename": "Estate", "id": served.facts.estate_id}

    answer = await finance.execute(CASES, by=MANAGER, estates=[representation], asOf="2026-04-11")

    [error] = answer.errors
    assert (error.original_error.code, error.original_error.path) == ("VALIDATION", ("asOf",))
    assert await cases(served, as_of="2026-04-10") is None
