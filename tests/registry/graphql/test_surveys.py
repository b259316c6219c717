"""Surveys, ledgers, coverage, facilities and abandonment of estates, on the real store."""

from typing import Any

import pytest

from kit.caller import Role, Scope
from tests.registry.cities import ESTATE_FACTS, City, Registry, caller, contract

pytestmark = pytest.mark.store


async def shown(registry: Registry, estate: str, selection: str, **given: Any) -> dict[str, Any]:
    data = await registry.ask(f"query($id: ID!) {{ estate(id: $id) {{ {selection} }} }}", id=estate, **given)
    found: dict[str, Any] = data["estate"]
    return found


async def other_estate(registry: Registry, district: str, code: str, **changed: Any) -> str:
    """Return an estate of another district, with a street and a community of its own."""
    street = await registry.done("registerStreet", "street", district=district, name="湓浦街道")
    community = await registry.done("registerCommunity", "community", streetId=street, name="柴桑社区")
    return await registry.done(
        "registerEstate", "estate",
        **{"code": code, "name": "示例小区", "streetId": street, "communityId": community, **ESTATE_FACTS, **changed},
    )  # fmt: skip


@pytest.mark.rule("NZ-24")
async def test_an_incomplete_survey_says_what_is_missing_and_a_later_one_completes_it(
    registry: Registry, city: City
) -> None:
    scale = {"buildingCount": 4, "stairwellCount": 12, "grossArea": "11000.00"}
    households = {"householdCount": 120, "ownerOccupied": 80, "rented": 30, "vacant": 10}
    await registry.done("recordBaseSurvey", "estate", estateId=city.estate, surveyedOn="2026-01-01", scale=scale)
    await registry.done(
        "recordBaseSurvey", "estate", estateId=city.estate, surveyedOn="2026-02-01", scale=scale,
        households=households, infrastructure=[{"name": "路灯", "condition": "BROKEN"}],
    )  # fmt: skip
    wrong = await registry.refused(
        "recordBaseSurvey", estateId=city.estate, surveyedOn="2026-03-01", households={**households, "vacant": 11}
    )
    twice = await registry.refused("recordBaseSurvey", estateId=city.estate, surveyedOn="2026-02-01", scale=scale)

    found = await shown(
        registry, city.estate, "baseSurveys { surveyedOn complete missingBlocks households { vacant } infrastructure "
        "{ name condition } scale { grossArea } }",
    )  # fmt: skip

    latest, first = found["baseSurveys"]
    assert (latest["complete"], latest["households"], latest["infrastructure"]) == (
        True, {"vacant": 10}, [{"name": "路灯", "condition": "BROKEN"}],
    )  # fmt: skip
    assert first["missingBlocks"] == ["HOUSEHOLD_STRUCTURE", "INFRASTRUCTURE"]
    assert (wrong["code"], twice["code"]) == ("VALIDATION", "STATE_CONFLICT")


@pytest.mark.rule("NZ-05")
@pytest.mark.rule("NZ-14")
@pytest.mark.rule("NZ-20")
async def test_what_sets_an_estate_apart_is_said_anew_each_time(registry: Registry, city: City) -> None:
    await registry.done("setEstateTraits", "estate", estateId=city.estate, weaknesses=["CONGRESS_HARD_TO_RUN"])
    await registry.done(
        "setEstateTraits", "estate", estateId=city.estate, threeWithout=True, without=["物业服务", "主管部门"],
        weaknesses=["STAFF_QUALITY_LOW", "LOW_COLLECTION_RATE"], priority="PILOT",
    )  # fmt: skip
    contradicted = await registry.refused("setEstateTraits", estateId=city.estate, threeWithout=True)

    found = await shown(registry, city.estate, "traits { threeWithout without weaknesses priority }")
    unsaid = await registry.done(
        "registerEstate", "estate", **await _beside(registry, city.estate), **{**ESTATE_FACTS, "code": "360702-000"},
        name="金桂二期",
    )  # fmt: skip
    order = await registry.ask("query($street: ID!) { workOrder(streetId: $street) { id } }", street=city.street)

    assert [estate["id"] for estate in order["workOrder"]] == [city.estate, unsaid]
    assert found["traits"] == {
        "threeWithout": True,
        "without": ["物业服务", "主管部门"],
        "weaknesses": ["LOW_COLLECTION_RATE", "STAFF_QUALITY_LOW"],
        "priority": "PILOT",
    }
    assert contradicted["code"] == "VALIDATION"


@pytest.mark.rule("PZ-01")
@pytest.mark.rule("PZ-02")
async def test_coverage_and_residents_are_for_the_offices_and_not_for_neighbours(
    registry: Registry, city: City
) -> None:
    await registry.done(
        "recordPartyCoverage", "estate", estateId=city.estate, form="JOINT", firstSecretary="赵书记",
        grounds=["SHARP_DISPUTES"], **{"from": "2026-01-01"},
    )  # fmt: skip
    groundless = await registry.refused(
        "recordPartyCoverage", estateId=city.estate, form="JOINT", firstSecretary="赵书记", **{"from": "2026-02-01"}
    )
    resident = {"estateId": city.estate, "name": "陈师傅", "skill": "电工", "from": "2026-01-01"}
    await registry.done("listBackboneResident", "estate", standing=["PARTY_MEMBER"], **resident)
    twice = await registry.refused("listBackboneResident", **{**resident, "from": "2026-02-01"})
    selection = "partyCoverage { form firstSecretary grounds } backboneResidents { name standing skill servesAs }"
    neighbour = caller(Role.OWNER, scope=Scope.of(f"estate:{city.estate}"))

    for_office = await shown(registry, city.estate, selection)
    for_neighbour = await shown(registry, city.estate, selection, by=neighbour)

    assert for_office == {
        "partyCoverage": [{"form": "JOINT", "firstSecretary": "赵书记", "grounds": ["SHARP_DISPUTES"]}],
        "backboneResidents": [{"name": "陈师傅", "standing": ["PARTY_MEMBER"], "skill": "电工", "servesAs": None}],
    }
    assert for_neighbour == {"partyCoverage": [], "backboneResidents": []}
    assert (groundless["code"], twice["code"]) == ("PRECONDITION", "STATE_CONFLICT")


@pytest.mark.rule("DH-01")
async def test_whether_a_facility_lies_inside_follows_the_enclosure(registry: Registry, city: City) -> None:
    for name, site in (("楼道灯", "STAIRWELL"), ("院内灯", "ESTATE_GROUNDS"), ("路灯", "PUBLIC_AREA")):
        await registry.done("registerFacility", "estate", estateId=city.estate, kind="LIGHTING", name=name, site=site)
    selection = "gateBoundary facilities { name inside payer }"
    closed = await shown(registry, city.estate, selection)
    await registry.done("changeEstate", "estate", estateId=city.estate, effectiveOn="2026-03-01", enclosure="OPEN")
    opened = await shown(registry, city.estate, selection)
    lift = await registry.refused(
        "registerFacility", estateId=city.estate, kind="LIFT", name="电梯", site="ESTATE_GROUNDS"
    )

    assert closed["gateBoundary"] == "ESTATE_GATE"
    assert {found["name"]: (found["inside"], found["payer"]) for found in closed["facilities"]} == {
        "楼道灯": (True, "OWNERS"), "院内灯": (True, "OWNERS"), "路灯": (False, "PUBLIC_FUNDS"),
    }  # fmt: skip
    assert opened["gateBoundary"] == "STAIRWELL_DOOR"
    assert {found["name"]: found["inside"] for found in opened["facilities"]} == {
        "楼道灯": True, "院内灯": False, "路灯": False,
    }  # fmt: skip
    assert lift["code"] == "VALIDATION"


@pytest.mark.rule("PZ-05")
@pytest.mark.rule("ZG-02")
async def test_the_base_ledger_takes_old_estates_and_refuses_new_and_unknown_ones(registry: Registry) -> None:
    old = await other_estate(registry, "510400", "510400-001", builtOn="1999-12-31")
    new = await registry.done(
        "registerEstate", "estate",
        **await _beside(registry, old),
        **{**ESTATE_FACTS, "builtOn": "2000-01-01", "code": "510400-2", "name": "新苑"},
    )  # fmt: skip
    unknown = await registry.done(
        "registerEstate", "estate",
        **await _beside(registry, old), **{**ESTATE_FACTS, "builtOn": None, "code": "510400-3", "name": "旧苑"},
    )  # fmt: skip
    row = {"asOf": "2026-03-01", "ownersBody": "NONE", "runningState": "POOR", "modeLabel": "社区兜底管理模式"}
    await registry.done("writeBaseLedgerRow", "estate", estateId=old, collectionRate="0.3500", **row)
    refused = [
        await registry.refused("writeBaseLedgerRow", estateId=new, **row),
        await registry.refused("writeBaseLedgerRow", estateId=unknown, **row),
        await registry.refused("writeBaseLedgerRow", estateId=old, **row),
        await registry.refused(
            "writeBaseLedgerRow", estateId=old, **{**row, "asOf": "2026-03-02", "modeLabel": "选聘引入"}
        ),
    ]

    found = await shown(registry, old, "baseLedger { asOf modeLabel runningState collectionRate problems }")

    assert found["baseLedger"] == [
        {
            "asOf": "2026-03-01", "modeLabel": "社区兜底管理模式", "runningState": "POOR",
            "collectionRate": "0.3500", "problems": "",
        }
    ]  # fmt: skip
    assert [error["code"] for error in refused] == ["PRECONDITION", "PRECONDITION", "STATE_CONFLICT", "VALIDATION"]


async def _beside(registry: Registry, estate: str) -> dict[str, str]:
    place = await shown(registry, estate, "street { id } community { id }")
    return {"streetId": place["street"]["id"], "communityId": place["community"]["id"]}


@pytest.mark.rule("XY-18")
async def test_a_late_row_of_the_unmanaged_ledger_is_taken_and_flagged(registry: Registry) -> None:
    await registry.done("publishPolicy", "policy", district="360403", version=1, effectiveFrom="2023-04-01")
    estate = await other_estate(registry, "360403", "360403-001")
    row = {"estateId": estate, "estateClass": "OLD", "householdCount": 60, "problem": "零散楼栋"}

    in_time = await registry.write("recordUnmanagedEstate", "estate { id }", surveyedOn="2023-05-31", **row)
    late = await registry.write("recordUnmanagedEstate", "estate { id }", surveyedOn="2023-06-01", **row)

    assert in_time["warnings"] == []
    assert [(flag["code"], flag["value"]) for flag in late["warnings"]] == [("WARN:SURVEYED_LATE", "2023-06-01")]
    assert (await shown(registry, estate, "unmanagedRows { surveyedOn late }"))["unmanagedRows"] == [
        {"surveyedOn": "2023-06-01", "late": True}, {"surveyedOn": "2023-05-31", "late": False},
    ]  # fmt: skip


@pytest.mark.rule("XY-18")
async def test_a_district_without_a_campaign_keeps_no_ledger_of_unmanaged_estates(
    registry: Registry, city: City
) -> None:
    error = await registry.refused(
        "recordUnmanagedEstate",
        estateId=city.estate, surveyedOn="2026-03-01", estateClass="OLD", householdCount=1, problem="无",
    )  # fmt: skip

    assert error["code"] == "INSTRUMENT_NOT_AVAILABLE"


@pytest.mark.rule("PZ-06")
async def test_a_plan_of_a_class_without_its_days_is_refused(registry: Registry) -> None:
    estate = await other_estate(registry, "510400", "510400-001", builtOn="1999-12-31")
    street = (await _beside(registry, estate))["streetId"]
    plan = {"streetId": street, "estateClass": "多产权小区", "modeLabel": "单位自管模式", "measures": "先清理后移交"}

    undated = await registry.refused("writeWorkPlan", startsOn="2026-04-01", **plan)
    written = await registry.write(
        "writeWorkPlan", "street { workPlans { estateClass modeLabel startsOn finishesOn } }",
        startsOn="2026-04-01", finishesOn="2026-12-31", **plan,
    )  # fmt: skip
    twice = await registry.refused("writeWorkPlan", startsOn="2026-04-01", finishesOn="2026-12-31", **plan)

    assert (undated["code"], undated["path"], twice["code"]) == ("VALIDATION", ["input", "finishesOn"], "DUPLICATE")
    assert written["street"]["workPlans"] == [
        {"estateClass": "多产权小区", "modeLabel": "单位自管模式", "startsOn": "2026-04-01", "finishesOn": "2026-12-31"}
    ]


@pytest.mark.rule("ZG-40")
async def test_an_abandoned_estate_is_announced_once_until_somebody_takes_it_up(registry: Registry, city: City) -> None:
    given = {"estateId": city.estate, "abandonmentReason": "PROVIDER_LEFT"}
    await registry.done("abandonEstate", "estate", abandonedOn="2026-02-01", **given)
    again = await registry.refused("abandonEstate", abandonedOn="2026-02-15", **given)
    await registry.done("takeUpEstate", "estate", estateId=city.estate, takenUpOn="2026-03-01")
    twice = await registry.refused("takeUpEstate", estateId=city.estate, takenUpOn="2026-03-01")

    found = await shown(registry, city.estate, "abandonments { reason from to }")

    assert found["abandonments"] == [{"reason": "PROVIDER_LEFT", "from": "2026-02-01", "to": "2026-03-01"}]
    assert (again["code"], twice["code"]) == ("STATE_CONFLICT", "STATE_CONFLICT")
    (event,) = await registry.announced("registry.estate.abandoned")
    assert (event.data["reason"], event.data["abandonedOn"], event.data["communityId"]) == (
        "PROVIDER_LEFT", "2026-02-01", city.community,
    )  # fmt: skip


@pytest.mark.rule("ZG-40")
async def test_an_estate_that_a_contract_serves_is_not_abandoned_for_want_of_a_provider(
    registry: Registry, city: City
) -> None:
    signed = await registry.done("signContract", "contract", **contract(city))
    await registry.done("startService", "contract", contractId=signed, serviceStartOn="2026-03-01")

    error = await registry.refused(
        "abandonEstate", estateId=city.estate, abandonmentReason="NO_PROVIDER_WILLING", abandonedOn="2026-03-02"
    )

    assert (error["code"], error["value"]) == ("STATE_CONFLICT", "NO_PROVIDER_WILLING")
