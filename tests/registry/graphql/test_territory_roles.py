"""Who may keep territory and the base ledger: the offices, and nobody else."""

from typing import Any

import pytest

from kit.caller import Role, Scope
from tests.registry.cities import City, Registry, caller

pytestmark = pytest.mark.store

DAY = "2026-01-01"


def inputs(city: City) -> dict[str, dict[str, Any]]:
    """Return a well-formed input of each mutation of territory and base ledger."""
    estate = {"estateId": city.estate}
    community = {"communityId": city.community}
    return {
        "moveEstate": {**estate, "communityId": city.other_community, "effectiveOn": DAY},
        "transferOwnership": {"partId": "prt_1", "effectiveOn": DAY, "owners": []},
        "recordDelivery": {"partId": "prt_1", "deliveredOn": DAY},
        "nameVotingRepresentative": {"partId": "prt_1", "effectiveOn": DAY},
        "changePart": {"partId": "prt_1", "effectiveOn": DAY},
        "changeBuilding": {"buildingId": city.building, "effectiveOn": DAY},
        "formBody": {"district": "360702", "code": "jointMeeting", "formedOn": DAY},
        "addPost": {"bodyId": "bdy_1", "role": "MEMBER", "office": "物业专干"},
        "appointToPost": {"bodyId": "bdy_1", "post": 1, "personNumber": "1", "personName": "周", "from": DAY},
        "vacatePost": {"bodyId": "bdy_1", "post": 1, "to": DAY},
        "providePropertyRoom": {**community, "officeArea": "120.00", "source": "RENOVATION", "from": DAY},
        "nameGridContact": {**community, "department": "FIRE", "person": "周", "phone": "119", "from": DAY},
        "drawServiceArea": {"streetId": city.street, "name": "金桂片区", "drawnOn": DAY},
        "putIntoServiceArea": {"serviceAreaId": "sva_1", "estateIds": [city.estate]},
        "recordBaseSurvey": {**estate, "surveyedOn": DAY},
        "setEstateTraits": estate,
        "recordPartyCoverage": {**estate, "form": "GRID", "from": DAY},
        "listBackboneResident": {**estate, "name": "陈师傅", "skill": "电工", "from": DAY},
        "registerFacility": {**estate, "kind": "ROAD", "name": "院内道路", "site": "ESTATE_GROUNDS"},
        "writeBaseLedgerRow": {**estate, "asOf": DAY, "ownersBody": "NONE", "runningState": "POOR"},
        "recordUnmanagedEstate": {
            **estate, "surveyedOn": DAY, "estateClass": "OLD", "householdCount": 1, "problem": "无",
        },
        "writeWorkPlan": {"streetId": city.street, "estateClass": "甲", "modeLabel": "乙", "measures": "丙"},
        "abandonEstate": {**estate, "abandonmentReason": "PROVIDER_LEFT", "abandonedOn": DAY},
        "takeUpEstate": {**estate, "takenUpOn": DAY},
    }  # fmt: skip


@pytest.mark.parametrize("role", [Role.OWNER, Role.PROVIDER, Role.COMMITTEE, Role.FINANCE_BUREAU])
async def test_nobody_but_the_offices_keeps_territory_and_base_ledger(
    registry: Registry, city: City, role: Role
) -> None:
    outsider = caller(role)

    codes = {
        mutation: (await registry.refused(mutation, by=outsider, **given))["code"]
        for mutation, given in inputs(city).items()
    }

    assert set(codes.values()) == {"FORBIDDEN_ACTOR"}, codes


async def test_a_street_cannot_write_into_another_one(registry: Registry, city: City) -> None:
    other = await registry.done("registerStreet", "street", district="360702", name="赣江街道")
    clerk = caller(Role.STREET, scope=Scope.of(f"street:{other}"))
    of_an_estate = [name for name, given in inputs(city).items() if "estateId" in given]

    codes = {
        mutation: (await registry.refused(mutation, by=clerk, **inputs(city)[mutation]))["code"]
        for mutation in (*of_an_estate, "providePropertyRoom", "nameGridContact", "drawServiceArea")
    }

    assert {codes[name] for name in of_an_estate} == {"NOT_FOUND"}
    assert {codes[name] for name in codes if name not in of_an_estate} == {"FORBIDDEN_ACTOR"}
