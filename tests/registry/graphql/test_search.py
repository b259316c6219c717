"""Search of estates, providers and owners through the schema on the real store."""

from typing import Any

import pytest

from kit.caller import Caller, Role, Scope
from services.registry.store.estates import ESTATES
from services.registry.store.owners import OWNERS
from services.registry.store.providers import PROVIDERS
from tests.registry.cities import ESTATE_FACTS, OFFICE, City, Registry, caller

pytestmark = pytest.mark.store

ESTATE_NAMES = ("丹桂苑", "丹枫新村", "碧梧新村")
ESTATES_QUERY = """
query($filter: EstateFilter, $first: Int! = 20, $after: String) {
  estates(filter: $filter, first: $first, after: $after) {
    nodes { name } totalCount pageInfo { hasNextPage endCursor }
  }
}
"""
OWNERS_QUERY = "query($filter: OwnerFilter!) { owners(filter: $filter) { nodes { displayName } } }"
PROVIDERS_QUERY = "query($filter: ProviderFilter) { providers(filter: $filter) { nodes { name } } }"


@pytest.fixture
async def estates(registry: Registry, city: City) -> City:
    """The city with three more estates, one of them built in 2010."""
    for number, name in enumerate(ESTATE_NAMES, start=2):
        changed = {"builtOn": "2010-01-01"} if name == "碧梧新村" else {}
        await registry.done(
            "registerEstate", "estate", code=f"360702-00{number}", name=name, streetId=city.street,
            communityId=city.community, **{**ESTATE_FACTS, **changed},
        )  # fmt: skip
    return city


async def names(registry: Registry, *, by: Caller = OFFICE, **conditions: Any) -> list[str]:
    data = await registry.ask(ESTATES_QUERY, by=by, filter=conditions)
    return [node["name"] for node in data["estates"]["nodes"]]


async def test_estates_are_found_by_name_initials_and_code(registry: Registry, estates: City) -> None:
    assert await names(registry, search="丹枫") == ["丹枫小区", "丹枫新村"]
    assert await names(registry, search="df") == ["丹枫新村", "丹枫小区"]
    assert await names(registry, search="360702-003") == ["丹枫新村"]
    assert await names(registry, search="枫") == []


async def test_filters_narrow_what_was_found_and_lists_without_search(registry: Registry, estates: City) -> None:
    assert await names(registry, search="丹", communityId=estates.other_community) == []
    assert await names(registry, search="b", streetId=estates.street, oldOnly=True) == []
    assert await names(registry, search="b", streetId=estates.street) == ["碧梧新村"]
    assert await names(registry, oldOnly=True) == ["丹枫小区", "丹桂苑", "丹枫新村"]
    assert await names(registry, enclosure="OPEN") == []
    assert len(await names(registry, mode=["NONE"], kind=ESTATE_FACTS["kind"])) == 4
    assert await names(registry, mode=["MARKET"]) == []


async def test_a_changed_name_is_found_and_the_former_is_not(registry: Registry, estates: City) -> None:
    await registry.done("changeEstate", "estate", estateId=estates.estate, effectiveOn="2026-03-01", name="红枫小区")

    assert await names(registry, search="hf") == ["红枫小区"]
    assert await names(registry, search="丹枫小") == []


async def test_pages_follow_each_other_and_a_total_is_counted(registry: Registry, estates: City) -> None:
    seen: list[str] = []
    after: str | None = None
    while True:
        data = await registry.ask(ESTATES_QUERY, filter={"search": "丹"}, first=1, after=after)
        page = data["estates"]
        seen += [node["name"] for node in page["nodes"]]
        assert page["totalCount"] == 3
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break

    assert seen == ["丹枫小区", "丹枫新村", "丹桂苑"]


async def test_a_search_stays_within_the_callers_area(registry: Registry, estates: City) -> None:
    own = caller(Role.COMMUNITY, scope=Scope.of(f"community:{estates.community}"))
    other = caller(Role.COMMUNITY, scope=Scope.of(f"community:{estates.other_community}"))

    assert len(await names(registry, by=own, search="丹")) == 3
    assert await names(registry, by=other, search="丹") == []
    assert await names(registry, by=other, search="丹", streetId=estates.street) == []


async def test_providers_are_found_by_name_initials_and_code(registry: Registry, city: City) -> None:
    for conditions in ({"search": "示例"}, {"search": "slwy"}, {"search": "9135"}, {"kind": "COMPANY"}, {}):
        data = await registry.ask(PROVIDERS_QUERY, filter=conditions)
        assert [node["name"] for node in data["providers"]["nodes"]] == ["示例物业服务有限公司"], conditions
    for conditions in ({"search": "物业"}, {"search": "91350100M000100Y44"}, {"kind": "UNIT"}, {"district": "360102"}):
        data = await registry.ask(PROVIDERS_QUERY, filter=conditions)
        assert data["providers"]["nodes"] == [], conditions


async def test_owners_are_found_by_name_only_by_who_sees_names(registry: Registry, city: City) -> None:
    part = await registry.done(
        "registerPart", "exclusivePart", buildingId=city.building, doorNumber="101室", area="80.00",
        areaBasis="REGISTER",
    )  # fmt: skip
    await registry.done(
        "registerOwnership", "exclusivePart", partId=part, effectiveOn="2026-01-01",
        owners=[{"newOwner": {"code": "H-001", "name": "王小明", "kind": "NATURAL"}, "share": "1.0000"}],
    )  # fmt: skip
    provider = caller(Role.PROVIDER, scope=Scope.of(f"manage:{city.estate}"))

    for search in ("王小", "wx", "H-0"):
        found = await registry.ask(OWNERS_QUERY, filter={"search": search, "streetId": city.street})
        assert found["owners"]["nodes"] == [{"displayName": "王小明"}], search
    by_code = await registry.ask(OWNERS_QUERY, by=provider, filter={"search": "H-001", "estateId": city.estate})
    (refused,) = await registry.ask_for_errors(
        OWNERS_QUERY, by=provider, filter={"search": "王", "estateId": city.estate}
    )
    (nowhere,) = await registry.ask_for_errors(OWNERS_QUERY, filter={"search": "王"})

    assert by_code["owners"]["nodes"] == [{"displayName": "王**"}]
    assert refused.original_error.code == "FORBIDDEN_ACTOR"
    assert nowhere.original_error.code == "VALIDATION"


@pytest.mark.parametrize(
    ("collection", "query"),
    [
        (ESTATES, {"name_key": {"$gte": "丹", "$lt": "丹\U0010ffff"}}),
        (ESTATES, {"areas": "district:360702", "initials_key": {"$gte": "d", "$lt": "d\U0010ffff"}}),
        (ESTATES, {"areas": "district:360702", "code": {"$gte": "3", "$lt": "3\U0010ffff"}}),
        (PROVIDERS, {"name_key": {"$gte": "示", "$lt": "示\U0010ffff"}}),
        (OWNERS, {"areas": "district:360702", "name_key": {"$gte": "王", "$lt": "王\U0010ffff"}}),
        (OWNERS, {"areas": "district:360702", "code": {"$gte": "H", "$lt": "H\U0010ffff"}}),
    ],
)
async def test_every_search_walks_an_index(
    registry: Registry, city: City, collection: str, query: dict[str, Any]
) -> None:
    plan = await registry.mongo.collection(collection).find(query).explain()

    assert "IXSCAN" in str(plan["queryPlanner"]["winningPlan"])
    assert "COLLSCAN" not in str(plan["queryPlanner"]["winningPlan"])
