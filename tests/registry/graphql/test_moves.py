"""An estate that moves to another community takes along all that is kept of it."""

from typing import Any

import pytest

from kit.caller import Role, Scope
from services.registry.store.indexes import INDEXES
from services.registry.store.relocation import RECORDS_OF_AN_ESTATE
from tests.registry.cities import ESTATE_FACTS, City, Registry, caller

pytestmark = pytest.mark.store

WHERE = (
    "query($id: ID!) { estate(id: $id) { street { id } community { id } memberships { from to community { id } } "
    "buildings { parts { ownerships { owner { id } } } } } }"
)


async def moved_estate(registry: Registry, city: City) -> tuple[str, str]:
    """Return another street and its community, to which the city's estate moved."""
    street = await registry.done("registerStreet", "street", district="360702", name="赣江街道")
    community = await registry.done("registerCommunity", "community", streetId=street, name="滨江社区")
    part = await registry.done(
        "registerPart", "exclusivePart",
        buildingId=city.building, doorNumber="101", area="89.35", areaBasis="SURVEY",
    )  # fmt: skip
    await registry.done(
        "registerOwnership", "exclusivePart", partId=part, effectiveOn="2020-01-01",
        owners=[{"newOwner": {"code": "P-1", "name": "王小明", "kind": "NATURAL"}, "share": "1.0000"}],
    )  # fmt: skip
    await registry.done("moveEstate", "estate", estateId=city.estate, communityId=community, effectiveOn="2026-03-01")
    return street, community


@pytest.mark.rule("DH-28")
async def test_a_moved_estate_has_dated_memberships_and_is_announced(registry: Registry, city: City) -> None:
    street, community = await moved_estate(registry, city)

    shown = (await registry.ask(WHERE, id=city.estate))["estate"]
    (event,) = await registry.announced("registry.estate.changed")

    assert (shown["street"]["id"], shown["community"]["id"]) == (street, community)
    assert shown["memberships"] == [
        {"from": None, "to": "2026-03-01", "community": {"id": city.community}},
        {"from": "2026-03-01", "to": None, "community": {"id": community}},
    ]
    assert event.data["changedFields"] == ["streetId", "communityId"]
    assert event.data["before"] == {"streetId": city.street, "communityId": city.community}
    assert event.data["after"] == {"streetId": street, "communityId": community}


@pytest.mark.rule("DH-28")
async def test_the_street_it_leaves_sees_nothing_of_it_and_the_one_it_enters_sees_all(
    registry: Registry, city: City
) -> None:
    street, community = await moved_estate(registry, city)

    left = await registry.ask(WHERE, by=caller(Role.STREET, scope=Scope.of(f"street:{city.street}")), id=city.estate)
    entered = await registry.ask(WHERE, by=caller(Role.STREET, scope=Scope.of(f"street:{street}")), id=city.estate)
    counts = await registry.ask(
        "query($old: ID!, $new: ID!) { old: community(id: $old) { estates { id } } "
        "new: community(id: $new) { estates { id } } "
        "page: estates(filter: {communityId: $new}) { totalCount } }",
        old=city.community, new=community,
    )  # fmt: skip

    assert left["estate"] is None
    (building,) = entered["estate"]["buildings"]
    ((owned,),) = [part["ownerships"] for part in building["parts"]]
    assert owned["owner"] is not None
    gone = caller(Role.STREET, scope=Scope.of(f"street:{city.street}"))
    owner_of = "query($id: ID!) { owner(id: $id) { id } }"
    assert (await registry.ask(owner_of, by=gone, id=owned["owner"]["id"]))["owner"] is None
    assert (counts["old"]["estates"], counts["new"]["estates"]) == ([], [{"id": city.estate}])
    assert counts["page"]["totalCount"] == 1


@pytest.mark.rule("DH-28")
async def test_an_owner_of_another_estate_too_is_still_seen_from_there(registry: Registry, city: City) -> None:
    other = await registry.done(
        "registerEstate", "estate",
        **{**ESTATE_FACTS, "code": "360702-002", "name": "碧梧新村", "streetId": city.street,
           "communityId": city.community},
    )  # fmt: skip
    building = await registry.done(
        "registerBuilding", "building", estateId=other, label="1号楼", hasLift=False, grossArea="300.00"
    )
    part = await registry.done(
        "registerPart", "exclusivePart", buildingId=building, doorNumber="201", area="60.00", areaBasis="SURVEY"
    )
    await registry.done(
        "registerOwnership", "exclusivePart", partId=part, effectiveOn="2020-01-01",
        owners=[{"newOwner": {"code": "P-1", "name": "王小明", "kind": "NATURAL"}, "share": "1.0000"}],
    )  # fmt: skip
    street, _ = await moved_estate(registry, city)
    query = "query($id: ID!) { exclusivePart(id: $id) { ownerships { owner { id displayName } } } }"
    owner_of = "query($id: ID!) { owner(id: $id) { displayName } }"

    seen = await registry.ask(query, by=caller(Role.STREET, scope=Scope.of(f"street:{city.street}")), id=part)
    (held,) = seen["exclusivePart"]["ownerships"]
    entered = caller(Role.STREET, scope=Scope.of(f"street:{street}"))

    assert held["owner"]["displayName"] == "王小明"
    assert (await registry.ask(owner_of, by=entered, id=held["owner"]["id"]))["owner"] is not None


@pytest.mark.rule("DH-28")
@pytest.mark.rule("G-26")
async def test_a_move_that_cannot_be_is_refused(registry: Registry, city: City) -> None:
    move: dict[str, Any] = {"estateId": city.estate, "effectiveOn": "2026-03-01"}
    own_community = caller(Role.COMMUNITY, scope=Scope.of(f"community:{city.community}"))

    same = await registry.refused("moveEstate", communityId=city.community, **move)
    unknown = await registry.refused("moveEstate", communityId="com_nowhere", **move)
    foreign = await registry.refused("moveEstate", by=own_community, communityId=city.other_community, **move)
    to_come = await registry.refused(
        "moveEstate", **{**move, "communityId": city.other_community, "effectiveOn": "2026-03-06"}
    )

    assert [same["code"], unknown["code"], foreign["code"], to_come["code"]] == [
        "VALIDATION", "VALIDATION", "FORBIDDEN_ACTOR", "VALIDATION",
    ]  # fmt: skip


def test_every_collection_that_is_read_by_estate_moves_along() -> None:
    assert {index.collection for index in INDEXES if index.keys[0][0] == "estate_id"} == set(RECORDS_OF_AN_ESTATE)
    assert {"buildings", "contracts", "decisions", "service_area_estates"} <= set(RECORDS_OF_AN_ESTATE)
