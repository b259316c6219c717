"""Who leads a district's work, what communities have, and how streets are divided, on the real store."""

from typing import Any

import pytest

from kit.caller import Role, Scope
from tests.registry.cities import City, Registry, caller

pytestmark = pytest.mark.store

DONGHU = "360102"


@pytest.fixture
async def donghu(registry: Registry) -> dict[str, str]:
    """Donghu with its policy in force, one street and one community."""
    await registry.done("publishPolicy", "policy", district=DONGHU, version=1, effectiveFrom="2021-01-01")
    street = await registry.done("registerStreet", "street", district=DONGHU, name="公园街道")
    community = await registry.done("registerCommunity", "community", streetId=street, name="贤士湖社区")
    return {"street": street, "community": community}


async def body(registry: Registry, code: str, **given: Any) -> str:
    return await registry.done(
        "formBody", "governingBody", **{"district": DONGHU, "code": code, "formedOn": "2021-06-01", **given}
    )


BODIES = (
    "query($code: DistrictCode!, $street: ID!) { district(code: $code) { bodies { code kind seat policyVersionId "
    "posts { number role office holder { personId name from to } } } } street(id: $street) { bodies { name posts "
    "{ role } } } }"
)


@pytest.mark.rule("DH-07")
@pytest.mark.rule("DH-08")
@pytest.mark.rule("DH-53")
async def test_donghu_forms_its_group_its_office_and_the_task_groups_of_its_streets(
    registry: Registry, donghu: dict[str, str]
) -> None:
    await body(registry, "leadingGroup")
    await body(registry, "office")
    await body(registry, "taskGroup", streetId=donghu["street"])
    again = await registry.refused("formBody", district=DONGHU, code="office", formedOn="2021-06-02")
    unknown = await registry.refused("formBody", district=DONGHU, code="jointMeeting", formedOn="2021-06-02")

    shown = await registry.ask(BODIES, code=DONGHU, street=donghu["street"])

    group, office = shown["district"]["bodies"]
    assert (group["kind"], len(group["posts"]), group["policyVersionId"]) == ("LEADING_GROUP", 13, "360102-v1")
    assert group["posts"][-1]["office"] == "公园街道：镇、街道（管理处）分管领导"
    assert (office["seat"], office["posts"][0]["role"]) == ("区房管局", "HEAD")
    (task_group,) = shown["street"]["bodies"]
    assert [post["role"] for post in task_group["posts"]] == ["HEAD", "DEPUTY"]
    assert (again["code"], unknown["code"]) == ("DUPLICATE", "INSTRUMENT_NOT_AVAILABLE")


@pytest.mark.rule("DH-07")
@pytest.mark.rule("DH-26")
async def test_a_post_has_one_holder_a_day_and_a_person_may_hold_several_posts(
    registry: Registry, donghu: dict[str, str]
) -> None:
    group, office = await body(registry, "leadingGroup"), await body(registry, "office")
    zhou = {"personNumber": "G-1", "personName": "周区长"}
    first = {"bodyId": group, "post": 1, "from": "2021-06-01", **zhou}
    await registry.done("appointToPost", "governingBody", **first)
    await registry.done("appointToPost", "governingBody", **{**first, "bodyId": office})

    overlapping = await registry.refused(
        "appointToPost", bodyId=group, post=1, personNumber="G-2", personName="吴区长", **{"from": "2023-01-01"}
    )
    await registry.done("vacatePost", "governingBody", bodyId=group, post=1, to="2023-01-01")
    await registry.done(
        "appointToPost", "governingBody",
        bodyId=group, post=1, personNumber="G-2", personName="吴区长", **{"from": "2023-01-01"},
    )  # fmt: skip
    other_name = await registry.refused(
        "appointToPost", bodyId=office, post=2, personNumber="G-2", personName="吴某", **{"from": "2023-01-01"}
    )
    shown = await registry.ask(BODIES, code=DONGHU, street=donghu["street"])

    heads = [found["posts"][0]["holder"] for found in shown["district"]["bodies"]]
    assert [(head["name"], head["from"], head["to"]) for head in heads] == [
        ("吴区长", "2023-01-01", None), ("周区长", "2021-06-01", None),
    ]  # fmt: skip
    assert (overlapping["code"], overlapping["path"]) == ("VALIDATION", ["input", "from"])
    assert other_name["code"] == "DUPLICATE"


@pytest.mark.rule("XY-29")
async def test_a_street_may_form_its_own_task_group_and_not_the_districts_group(
    registry: Registry, donghu: dict[str, str]
) -> None:
    office = caller(Role.STREET, scope=Scope.of(f"street:{donghu['street']}"))

    task_group = await registry.done(
        "formBody", "governingBody", by=office,
        district=DONGHU, streetId=donghu["street"], code="taskGroup", formedOn="2021-06-01",
    )  # fmt: skip
    await registry.done("addPost", "governingBody", by=office, bodyId=task_group, role="MEMBER", office="物业专干")
    refused = await registry.refused("formBody", by=office, district=DONGHU, code="leadingGroup", formedOn="2021-06-01")

    assert refused["code"] == "FORBIDDEN_ACTOR"


ROOM = (
    "query($id: ID!) { community(id: $id) { propertyRoom { officeArea source meetsMinimum minimum "
    "completesRenovation } propertyRooms { from } } }"
)


@pytest.mark.rule("DH-27")
async def test_an_office_of_120_m2_follows_a_smaller_one_and_both_are_announced(
    registry: Registry, donghu: dict[str, str]
) -> None:
    given = {"communityId": donghu["community"], "source": "LONG_LEASE"}
    await registry.done("providePropertyRoom", "community", officeArea="119.99", **given, **{"from": "2022-01-01"})
    small = await registry.ask(ROOM, id=donghu["community"])
    await registry.done("providePropertyRoom", "community", officeArea="120.00", **given, **{"from": "2023-01-01"})
    large = await registry.ask(ROOM, id=donghu["community"])
    wrong = await registry.refused(
        "providePropertyRoom", **{**given, "source": "OWNED_BY_UNIT", "officeArea": "130.00", "from": "2024-01-01"}
    )

    assert small["community"]["propertyRoom"] == {
        "officeArea": "119.99", "source": "LONG_LEASE", "meetsMinimum": False, "minimum": "120.00",
        "completesRenovation": False,
    }  # fmt: skip
    assert large["community"]["propertyRoom"]["completesRenovation"] is True
    assert [room["from"] for room in large["community"]["propertyRooms"]] == ["2023-01-01", "2022-01-01"]
    assert (wrong["code"], wrong["value"]) == ("VALIDATION", "OWNED_BY_UNIT")
    events = await registry.announced("registry.property_room.changed")
    assert [(event.aggregate_version, event.data["meetsMinimum"]) for event in events] == [(1, False), (2, True)]


async def test_a_district_that_asks_for_no_office_has_no_minimum(registry: Registry, city: City) -> None:
    await registry.done(
        "providePropertyRoom", "community",
        communityId=city.community, officeArea="40.00", source="SHARED_OFFICE", **{"from": "2024-01-01"},
    )  # fmt: skip

    shown = await registry.ask(ROOM, id=city.community)

    assert (shown["community"]["propertyRoom"]["meetsMinimum"], shown["community"]["propertyRoom"]["minimum"]) == (
        True, None,
    )  # fmt: skip


@pytest.mark.rule("DH-37")
async def test_missing_contacts_are_warnings_and_the_number_is_masked(
    registry: Registry, donghu: dict[str, str], city: City
) -> None:
    contact = {"communityId": donghu["community"], "person": "周警官", "phone": "0791-12345678", "gridWorker": "李网格"}
    first = await registry.write(
        "nameGridContact", "community { missingGridContacts }", department="POLICE", **contact, **{"from": "2022-01-01"}
    )
    query = "query($id: ID!) { community(id: $id) { gridContacts { department person phoneMasked gridWorker } } }"
    to_owner = await registry.ask(
        query, by=caller(Role.OWNER, scope=Scope.of("district:360102")), id=donghu["community"]
    )
    no_grid = await registry.refused(
        "nameGridContact", **{**contact, "communityId": city.community, "department": "FIRE", "from": "2022-01-01"}
    )

    assert [(flag["code"], flag["value"]) for flag in first["warnings"]] == [
        ("WARN:GRID_CONTACT_MISSING", department) for department in ("FIRE", "URBAN_MANAGEMENT", "ENVIRONMENT")
    ]
    assert first["community"]["missingGridContacts"] == ["FIRE", "URBAN_MANAGEMENT", "ENVIRONMENT"]
    assert to_owner["community"]["gridContacts"] == [
        {"department": "POLICE", "person": "周警官", "phoneMasked": "*********5678", "gridWorker": "李网格"}
    ]
    assert no_grid["code"] == "INSTRUMENT_NOT_AVAILABLE"


@pytest.mark.rule("DH-20")
async def test_an_estate_lies_in_one_service_area_of_its_own_street(registry: Registry, city: City) -> None:
    other_street = await registry.done("registerStreet", "street", district="360702", name="赣江街道")
    area = {"streetId": city.street, "drawnOn": "2024-01-01"}
    first = await registry.done(
        "drawServiceArea", "serviceArea",
        name="金桂片区", neighbourhoodCentre="金桂邻里中心", estateIds=[city.estate], **area,
    )  # fmt: skip
    second = await registry.done("drawServiceArea", "serviceArea", name="云栖片区", **area)
    query = "query($id: ID!) { estate(id: $id) { serviceArea { id name estates { id } street { id } } } }"
    before = await registry.ask(query, id=city.estate)
    await registry.done("putIntoServiceArea", "serviceArea", serviceAreaId=second, estateIds=[city.estate])
    after = await registry.ask(query, id=city.estate)
    taken = await registry.refused("drawServiceArea", name="金桂片区", **area)
    foreign = await registry.refused(
        "drawServiceArea", name="赣江片区", streetId=other_street, drawnOn="2024-01-01", estateIds=[city.estate]
    )

    assert before["estate"]["serviceArea"] == {
        "id": first, "name": "金桂片区", "estates": [{"id": city.estate}], "street": {"id": city.street},
    }  # fmt: skip
    assert after["estate"]["serviceArea"]["id"] == second
    assert (taken["code"], foreign["code"], foreign["value"]) == ("DUPLICATE", "VALIDATION", city.estate)
