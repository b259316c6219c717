"""Territory, estates, parts and owners through the schema on the real store."""

from typing import Any

import pytest

from kit.caller import Role, Scope
from tests.registry.cities import ESTATE_FACTS, City, Registry, caller

pytestmark = pytest.mark.store


def estate_input(city: City, **changed: Any) -> dict[str, Any]:
    return {
        "code": "360702-002",
        "name": "碧梧新村",
        "streetId": city.street,
        "communityId": city.community,
        **ESTATE_FACTS,
        **changed,
    }


@pytest.mark.rule("DH-04")
async def test_an_estate_on_an_unknown_street_is_refused(registry: Registry, city: City) -> None:
    error = await registry.refused("registerEstate", **estate_input(city, streetId="str_nowhere"))

    assert (error["code"], error["path"], error["value"]) == ("VALIDATION", ["input", "streetId"], "str_nowhere")


@pytest.mark.rule("DH-04")
async def test_an_estate_in_a_community_of_another_street_is_refused(registry: Registry, city: City) -> None:
    other = await registry.done("registerStreet", "street", district="360702", name="赣江街道")

    error = await registry.refused("registerEstate", **estate_input(city, streetId=other))

    assert (error["code"], error["path"]) == ("VALIDATION", ["input", "communityId"])


@pytest.mark.rule("DH-28")
@pytest.mark.rule("G-26")
async def test_a_second_community_for_an_estate_is_refused(registry: Registry, city: City) -> None:
    second = await registry.refused(
        "registerEstate", **estate_input(city, code="360702-001", communityId=city.other_community)
    )
    same = await registry.refused("registerEstate", **estate_input(city, code="360702-001"))

    assert (second["code"], second["path"], second["value"]) == (
        "VALIDATION", ["input", "communityId"], city.other_community,
    )  # fmt: skip
    assert (same["code"], same["path"]) == ("DUPLICATE", ["input", "code"])


@pytest.mark.rule("XY-28")
async def test_xunyang_has_the_streets_of_its_document_only(registry: Registry) -> None:
    for name in ("湓浦街道", "甘棠街道", "人民路街道", "白水湖街道", "金鸡坡街道"):
        await registry.done("registerStreet", "street", district="360403", name=name)

    error = await registry.refused("registerStreet", district="360403", name="解放街道")

    assert (error["code"], error["value"]) == ("VALIDATION", "解放街道")
    data = await registry.ask('{ district(code: "360403") { name streets { name } } }')
    assert len(data["district"]["streets"]) == 5


async def test_a_street_and_a_community_are_registered_once(registry: Registry, city: City) -> None:
    street = await registry.refused("registerStreet", district="360702", name="解放街道")
    community = await registry.refused("registerCommunity", streetId=city.street, name=" 金桂社区 ")

    assert (street["code"], community["code"]) == ("DUPLICATE", "DUPLICATE")


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"managedArea": "0.00"}, "VALIDATION", "managedArea"),
        ({"approvedGrossArea": "100000000.01"}, "OUT_OF_RANGE", "approvedGrossArea"),
        ({"householdCount": -1}, "VALIDATION", "householdCount"),
        ({"builtOn": "2026-03-06"}, "VALIDATION", "builtOn"),
        ({"name": "  "}, "VALIDATION", "name"),
        ({"code": "x" * 65}, "VALIDATION", "code"),
    ],
)
async def test_facts_that_cannot_be_are_refused(
    registry: Registry, city: City, changed: dict[str, Any], code: str, field: str
) -> None:
    error = await registry.refused("registerEstate", **estate_input(city, **changed))

    assert (error["code"], error["path"]) == (code, ["input", field])
    assert len(await registry.announced("registry.estate.registered")) == 1  # The city's own.


@pytest.mark.parametrize("area", ["-1.00", "1", "1.001", "1e3", "NaN"])
async def test_an_area_of_another_form_is_refused_before_anything_runs(
    registry: Registry, city: City, area: str
) -> None:
    text = "mutation($input: RegisterEstateInput!) { registerEstate(input: $input) { estate { id } } }"
    given = {**estate_input(city, managedArea=area), "idempotencyKey": "k"}

    (error,) = await registry.ask_for_errors(text, input=given)

    assert error.extensions["code"] == "VALIDATION"
    assert error.extensions["value"] == area


async def test_a_change_of_areas_and_one_of_other_facts_are_announced_apart(registry: Registry, city: City) -> None:
    changed = await registry.write(
        "changeEstate",
        "estate { name approvedGrossArea isOldEstate }",
        estateId=city.estate,
        effectiveOn="2026-03-01",
        approvedGrossArea="250000.00",
        builtOn="2005-01-01",
    )

    assert changed["estate"] == {"name": "丹枫小区", "approvedGrossArea": "250000.00", "isOldEstate": False}
    (area,) = await registry.announced("registry.estate.area_or_households_changed")
    (rest,) = await registry.announced("registry.estate.changed")
    assert area.data == {
        "occurredOn": "2026-03-01",
        "estateId": city.estate,
        "managedArea": "11000.00",
        "approvedGrossArea": "250000.00",
        "householdCount": 120,
        "effectiveOn": "2026-03-01",
    }
    assert (rest.data["changedFields"], rest.data["before"], rest.data["after"]) == (
        ["builtOn"], {"builtOn": "2004-12-31"}, {"builtOn": "2005-01-01"},
    )  # fmt: skip
    assert rest.aggregate_version == area.aggregate_version + 1


async def test_a_change_that_changes_nothing_is_refused(registry: Registry, city: City) -> None:
    error = await registry.refused(
        "changeEstate", estateId=city.estate, effectiveOn="2026-03-01", managedArea="11000.00"
    )

    assert error["code"] == "VALIDATION"


async def test_a_change_to_come_is_refused(registry: Registry, city: City) -> None:
    error = await registry.refused(
        "changeEstate", estateId=city.estate, effectiveOn="2026-03-06", managedArea="11000.01"
    )

    assert (error["code"], error["path"]) == ("VALIDATION", ["input", "effectiveOn"])


@pytest.mark.rule("ZG-02")
async def test_nobody_knows_an_estates_age_where_the_district_has_no_bound(registry: Registry) -> None:
    street = await registry.done("registerStreet", "street", district="360102", name="公园街道")
    community = await registry.done("registerCommunity", "community", streetId=street, name="安澜社区")
    estate = await registry.done(
        "registerEstate",
        "estate",
        code="360102-001",
        name="海棠小区",
        streetId=street,
        communityId=community,
        **ESTATE_FACTS,
    )

    data = await registry.ask("query($id: ID!) { estate(id: $id) { isOldEstate builtYear } }", id=estate)

    assert data["estate"] == {"isOldEstate": None, "builtYear": 2004}


async def register_part(registry: Registry, city: City, door: str = "101室") -> str:
    return await registry.done(
        "registerPart",
        "exclusivePart",
        buildingId=city.building,
        doorNumber=door,
        area="82.86",
        areaBasis="REGISTER",
    )


def named(code: str, name: str, share: str) -> dict[str, Any]:
    return {"newOwner": {"code": code, "name": name, "kind": "NATURAL"}, "share": share}


async def test_a_part_gets_its_first_owners_once(registry: Registry, city: City) -> None:
    part = await register_part(registry, city)
    owners = [named("Z1", "王小明", "0.5000"), named("Z2", "李四", "0.5000")]
    given = {"partId": part, "effectiveOn": "2020-06-01", "documentId": "产权证1号"}

    not_whole = await registry.refused("registerOwnership", **given, owners=owners[:1])
    done = await registry.write(
        "registerOwnership",
        "exclusivePart { ownerships { share from owner { displayName } } "
        'before: ownerships(at: "2020-05-31") { share } }',
        **given,
        owners=owners,
    )
    again = await registry.refused("registerOwnership", **given, owners=owners)

    assert (not_whole["code"], not_whole["value"]) == ("VALIDATION", "0.5000")
    assert done["exclusivePart"] == {
        "ownerships": [
            {"share": "0.5000", "from": "2020-06-01", "owner": {"displayName": "王小明"}},
            {"share": "0.5000", "from": "2020-06-01", "owner": {"displayName": "李四"}},
        ],
        "before": [],
    }
    assert again["code"] == "STATE_CONFLICT"
    (event,) = await registry.announced("registry.ownership.transferred")
    assert (event.aggregate_id, event.data["fromOwnerIds"], event.data["documentId"]) == (part, [], "产权证1号")


async def test_an_owners_number_belongs_to_one_name(registry: Registry, city: City) -> None:
    first, second = await register_part(registry, city, "101室"), await register_part(registry, city, "102室")
    await registry.done(
        "registerOwnership",
        "exclusivePart",
        partId=first,
        effectiveOn="2020-06-01",
        owners=[named("Z1", "王小明", "1.0000")],
    )

    error = await registry.refused(
        "registerOwnership", partId=second, effectiveOn="2020-06-01", owners=[named("Z1", "王五", "1.0000")]
    )

    assert (error["code"], error["path"], error["value"]) == ("DUPLICATE", ["input", "owners", "0", "code"], "Z1")


OWNER = "query($id: ID!) { owner(id: $id) { displayName parts { doorNumber } } }"


async def test_who_sees_an_owner_and_the_owners_name(registry: Registry, city: City) -> None:
    part = await register_part(registry, city)
    payload = await registry.write(
        "registerOwnership",
        "exclusivePart { ownerships { owner { id } } }",
        partId=part,
        effectiveOn="2020-06-01",
        owners=[named("Z1", "王小明", "1.0000")],
    )
    owner = payload["exclusivePart"]["ownerships"][0]["owner"]["id"]
    street = caller(Role.STREET, scope=Scope.of(f"street:{city.street}"))
    manager = caller(Role.PROVIDER, scope=Scope.of(f"manage:{city.estate}"))
    oneself = caller(Role.OWNER, scope=Scope.of(f"owner:{owner}", f"part:{part}", f"estate:{city.estate}"))
    neighbour = caller(Role.OWNER, scope=Scope.of(f"estate:{city.estate}"))

    shown = {"displayName": "王小明", "parts": [{"doorNumber": "101室"}]}
    assert (await registry.ask(OWNER, by=street, id=owner))["owner"] == shown
    assert (await registry.ask(OWNER, by=oneself, id=owner))["owner"] == shown
    assert (await registry.ask(OWNER, by=manager, id=owner))["owner"] == {**shown, "displayName": "王**"}
    assert (await registry.ask(OWNER, by=neighbour, id=owner))["owner"] is None
    part_query = "query($id: ID!) { exclusivePart(id: $id) { doorNumber estate { name } } }"
    assert (await registry.ask(part_query, by=neighbour, id=part))["exclusivePart"] is None
    assert (await registry.ask(part_query, by=oneself, id=part))["exclusivePart"] == {
        "doorNumber": "101室",
        "estate": {"name": "丹枫小区"},
    }


PAGE = """query($first: Int!, $after: String, $filter: EstateFilter) {
  estates(filter: $filter, first: $first, after: $after) {
    nodes { code } pageInfo { hasNextPage endCursor } totalCount
  }
}"""


async def test_pages_show_every_estate_once_in_the_order_of_codes(registry: Registry, city: City) -> None:
    for number in range(2, 8):
        community = city.community if number % 2 else city.other_community
        await registry.done(
            "registerEstate", "estate", **estate_input(city, code=f"360702-{number:03d}", communityId=community)
        )
    codes: list[str] = []
    after, pages = None, 0
    while True:
        page = (await registry.ask(PAGE, first=3, after=after))["estates"]
        codes += [node["code"] for node in page["nodes"]]
        pages += 1
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]

    assert (codes, pages) == ([f"360702-{number:03d}" for number in range(1, 8)], 3)


async def test_totals_come_from_kept_counts_where_one_covers_the_question(registry: Registry, city: City) -> None:
    await registry.done("registerEstate", "estate", **estate_input(city, communityId=city.other_community))
    of_street = caller(Role.STREET, scope=Scope.of(f"street:{city.street}"))
    of_estate = caller(Role.OWNER, scope=Scope.of(f"estate:{city.estate}"))

    async def total(given: dict[str, str] | None, by: Any = None) -> int | None:
        asked = {"by": by} if by is not None else {}
        found: int | None = (await registry.ask(PAGE, first=1, filter=given, **asked))["estates"]["totalCount"]
        return found

    assert await total(None) == 2
    assert await total({"district": "360702"}) == 2
    assert await total({"streetId": city.street}, of_street) == 2
    assert await total({"communityId": city.community}, of_street) == 1
    assert await total({"district": "360702"}, of_street) is None
    assert await total(None, of_estate) is None
    assert await total({"district": "360403"}) == 0


async def test_a_page_shows_what_the_scope_covers(registry: Registry, city: City) -> None:
    await registry.done("registerEstate", "estate", **estate_input(city))
    of_estate = caller(Role.OWNER, scope=Scope.of(f"estate:{city.estate}"))
    nowhere = caller(Role.OWNER, scope=Scope.of())

    assert (await registry.ask(PAGE, first=10, by=of_estate))["estates"]["nodes"] == [{"code": "360702-001"}]
    assert (await registry.ask(PAGE, first=10, by=nowhere))["estates"]["nodes"] == []


@pytest.mark.parametrize("first", [0, 101, -1])
async def test_a_page_has_one_to_a_hundred_estates(registry: Registry, first: int) -> None:
    (error,) = await registry.ask_for_errors(PAGE, first=first)

    assert error.original_error.code == "VALIDATION"


async def test_unknown_and_malformed_ids_are_null(registry: Registry) -> None:
    data = await registry.ask(
        '{ estate(id: "est_x") { id } owner(id: "💥") { id } contract(id: "") { id } street(id: "str_0") { id } '
        'district(code: "999999") { name } }'
    )

    assert data == {"estate": None, "owner": None, "contract": None, "street": None, "district": None}


@pytest.mark.parametrize(
    ("mutation", "given"),
    [
        ("registerStreet", {"district": "360702", "name": "x"}),
        ("publishPolicy", {"district": "360702", "version": 1}),
        ("fileProvider", {"providerId": "prv_1", "filedOn": "2026-01-01", "filingReference": "x"}),
        ("formCongress", {"estateId": "est_1", "formedOn": "2026-01-01"}),
        ("recordCreditLookup", {"estateId": "est_1", "providerId": "prv_1"}),
    ],
)
async def test_who_may_not_is_refused_before_anything_is_looked_up(
    registry: Registry, mutation: str, given: dict[str, Any]
) -> None:
    error = await registry.refused(mutation, by=caller(Role.OWNER, Role.AUDITOR), **given)

    assert error["code"] == "FORBIDDEN_ACTOR"


async def test_a_policy_version_is_put_in_force_once_and_announced_with_its_hash(registry: Registry) -> None:
    again = await registry.write(
        "publishPolicy", "policy { id effectiveFrom }", district="360702", version=1, effectiveFrom="2021-01-01"
    )
    other_day = await registry.refused("publishPolicy", district="360702", version=1, effectiveFrom="2022-01-01")
    unknown = await registry.refused("publishPolicy", district="360702", version=99)

    assert again["policy"] == {"id": "360702-v1", "effectiveFrom": "2021-01-01"}
    assert again["events"] == []
    assert (other_day["code"], other_day["value"]) == ("VALIDATION", "2022-01-01")
    assert (unknown["code"], unknown["value"]) == ("VALIDATION", "99")
    events = {event.aggregate_id: event for event in await registry.announced("registry.policy.published")}
    file = registry.policies.mounted.file("360702-v1")
    assert events["360702-v1"].data["paramsHash"] == file.hash


async def test_a_policy_is_asked_by_district_and_day(registry: Registry) -> None:
    asked = 'query($at: Date!) { policy(district: "360702", at: $at) { id district version effectiveFrom params } }'

    data = await registry.ask(asked, at="2026-03-05")
    (error,) = await registry.ask_for_errors(asked, at="2020-12-31")

    assert (data["policy"]["id"], data["policy"]["version"]) == ("360702-v1", 1)
    assert data["policy"]["params"]["deposit"]["status"] == "guided"
    assert error.original_error.code == "INSTRUMENT_NOT_AVAILABLE"


async def test_the_viewer_sees_roles_and_grants(registry: Registry, city: City) -> None:
    clerk = caller(Role.STREET, scope=Scope.of(f"street:{city.street}"), subject="clerk-1")

    data = await registry.ask("{ me { subject roles scopes } }", by=clerk)

    assert data["me"] == {"subject": "clerk-1", "roles": ["STREET"], "scopes": [f"street:{city.street}"]}


async def test_entities_are_found_by_reference_in_the_order_asked(registry: Registry, city: City) -> None:
    data = await registry.ask(
        "query($keys: [_Any!]!) { _entities(representations: $keys) { __typename "
        "... on Estate { name } ... on Street { name } ... on Provider { name } ... on District { name } } }",
        keys=[
            {"__typename": "Provider", "id": city.provider},
            {"__typename": "Estate", "id": "est_unknown"},
            {"__typename": "Estate", "id": city.estate},
            {"__typename": "District", "code": "360702"},
            {"__typename": "Street", "id": city.street},
        ],
    )

    assert [entity and entity["name"] for entity in data["_entities"]] == [
        "示例物业服务有限公司", None, "丹枫小区", "章贡区", "解放街道",
    ]  # fmt: skip
