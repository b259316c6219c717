"""Transfers of parts, their co-owners and deliveries, and changes of parts and buildings, on the real store."""

from typing import Any

import pytest

from kit.caller import Role, Scope
from tests.registry.cities import City, Registry, caller

pytestmark = pytest.mark.store

OWNERS_ON = (
    "query($id: ID!, $at: Date) { exclusivePart(id: $id) { doorNumber ownerships(at: $at) "
    "{ share from to owner { id displayName kind } } } }"
)
VOTE_AND_FEE = (
    "query($id: ID!) { exclusivePart(id: $id) { unsold deliveredOn votingRepresentative { id } feeDebtors { id } } }"
)


def new_owner(code: str, name: str, kind: str = "NATURAL") -> dict[str, Any]:
    return {"newOwner": {"code": code, "name": name, "kind": kind}, "share": "1.0000"}


async def registered_part(registry: Registry, city: City, owner: dict[str, Any] | None = None) -> str:
    part = await registry.done(
        "registerPart", "exclusivePart",
        buildingId=city.building, doorNumber="101", area="89.35", areaBasis="CONTRACT",
    )  # fmt: skip
    await registry.done(
        "registerOwnership", "exclusivePart",
        partId=part, effectiveOn="2020-01-01", owners=[owner or new_owner("P-1", "王小明")],
    )  # fmt: skip
    return part


async def owner_ids(registry: Registry, part: str, at: str | None = None) -> list[str]:
    data = await registry.ask(OWNERS_ON, id=part, at=at)
    return [held["owner"]["id"] for held in data["exclusivePart"]["ownerships"]]


async def test_a_sale_moves_the_part_and_announces_who_gave_and_who_got(registry: Registry, city: City) -> None:
    part = await registered_part(registry, city)
    (seller,) = await owner_ids(registry, part)

    await registry.done(
        "transferOwnership", "exclusivePart", partId=part, effectiveOn="2025-07-01", documentId="doc-7",
        owners=[
            {**new_owner("P-2", "李红"), "share": "0.3333"}, {**new_owner("P-3", "李强"), "share": "0.6667"},
        ],
    )  # fmt: skip

    assert await owner_ids(registry, part, "2025-06-30") == [seller]
    buyers = await owner_ids(registry, part)
    assert (len(buyers), seller in buyers) == (2, False)
    _, transfer = await registry.announced("registry.ownership.transferred")
    assert transfer.data == {
        "occurredOn": "2025-07-01",
        "estateId": city.estate,
        "partId": part,
        "fromOwnerIds": [seller],
        "toOwners": [{"ownerId": buyers[0], "share": "0.3333"}, {"ownerId": buyers[1], "share": "0.6667"}],
        "effectiveOn": "2025-07-01",
        "documentId": "doc-7",
        "undelivered": False,
    }


async def test_the_former_owner_keeps_the_own_past_and_does_not_see_the_present(registry: Registry, city: City) -> None:
    part = await registered_part(registry, city)
    (seller,) = await owner_ids(registry, part)
    await registry.done(
        "transferOwnership", "exclusivePart",
        partId=part, effectiveOn="2025-07-01", owners=[new_owner("P-2", "李红")],
    )  # fmt: skip
    (buyer,) = await owner_ids(registry, part)
    former = caller(Role.OWNER, scope=Scope.of(f"owner:{seller}"))
    present = caller(Role.OWNER, scope=Scope.of(f"owner:{buyer}"))

    past = await registry.ask(OWNERS_ON, by=former, id=part, at="2025-06-30")
    now = await registry.ask(OWNERS_ON, by=former, id=part)
    votes = await registry.ask(VOTE_AND_FEE, by=former, id=part)
    own = await registry.ask(OWNERS_ON, by=present, id=part)
    before = await registry.ask(OWNERS_ON, by=present, id=part, at="2025-06-30")

    assert past["exclusivePart"]["ownerships"] == [
        {
            "share": "1.0000",
            "from": "2020-01-01",
            "to": "2025-07-01",
            "owner": {"id": seller, "displayName": "王小明", "kind": "NATURAL"},
        }
    ]
    assert now["exclusivePart"] == {"doorNumber": "101", "ownerships": []}
    assert votes["exclusivePart"] == {
        "unsold": None, "deliveredOn": None, "votingRepresentative": None, "feeDebtors": [],
    }  # fmt: skip
    assert [held["owner"]["displayName"] for held in own["exclusivePart"]["ownerships"]] == ["李红"]
    assert before["exclusivePart"]["ownerships"] == []


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"owners": [{**new_owner("P-2", "李红"), "share": "0.9999"}]}, "VALIDATION"),
        ({"effectiveOn": "2020-01-01"}, "STATE_CONFLICT"),
        ({"effectiveOn": "2026-03-06"}, "VALIDATION"),
        ({"owners": [new_owner("P-1", "王小明")]}, "VALIDATION"),
        ({"deliveredOn": "2025-07-01"}, "STATE_CONFLICT"),
        ({"owners": [new_owner("P-1", "王大明")]}, "DUPLICATE"),
    ],
)
async def test_a_transfer_that_cannot_be_changes_nothing(
    registry: Registry, city: City, changed: dict[str, Any], code: str
) -> None:
    part = await registered_part(registry, city)
    known = await owner_ids(registry, part)

    given = {"partId": part, "effectiveOn": "2025-07-01", "owners": [new_owner("P-2", "李红")], **changed}
    error = await registry.refused("transferOwnership", **given)

    assert error["code"] == code
    assert await owner_ids(registry, part) == known


async def test_the_developer_owes_the_fee_until_it_delivers(registry: Registry, city: City) -> None:
    part = await registered_part(registry, city, new_owner("D-1", "示例置业有限公司", "DEVELOPER"))
    (developer,) = await owner_ids(registry, part)
    unsold = await registry.ask(VOTE_AND_FEE, id=part)
    await registry.done(
        "transferOwnership", "exclusivePart",
        partId=part, effectiveOn="2025-07-01", owners=[new_owner("P-2", "李红")],
    )  # fmt: skip
    (buyer,) = await owner_ids(registry, part)
    sold = await registry.ask(VOTE_AND_FEE, id=part)
    await registry.done("recordDelivery", "exclusivePart", partId=part, deliveredOn="2025-09-01")
    again = await registry.refused("recordDelivery", partId=part, deliveredOn="2025-09-01")
    delivered = await registry.ask(VOTE_AND_FEE, id=part)

    assert (unsold["exclusivePart"]["unsold"], unsold["exclusivePart"]["feeDebtors"]) == (True, [{"id": developer}])
    assert (sold["exclusivePart"]["unsold"], sold["exclusivePart"]["feeDebtors"]) == (False, [{"id": developer}])
    assert delivered["exclusivePart"]["feeDebtors"] == [{"id": buyer}]
    assert delivered["exclusivePart"]["deliveredOn"] == "2025-09-01"
    assert again["code"] == "STATE_CONFLICT"
    _, transfer = await registry.announced("registry.ownership.transferred")
    (handed_over,) = await registry.announced("registry.part.delivered")
    assert transfer.data["undelivered"] is True
    assert handed_over.data["developerIds"] == [developer]


async def test_co_owners_have_one_representative_and_a_stranger_is_none(registry: Registry, city: City) -> None:
    part = await registered_part(registry, city)
    (single,) = await owner_ids(registry, part)
    alone = await registry.refused("nameVotingRepresentative", partId=part, ownerId=single, effectiveOn="2024-01-01")
    halves = [{**new_owner("P-2", "李红"), "share": "0.5000"}, {**new_owner("P-3", "李强"), "share": "0.5000"}]
    await registry.done("transferOwnership", "exclusivePart", partId=part, effectiveOn="2025-07-01", owners=halves)
    first, second = await owner_ids(registry, part)
    unnamed = await registry.ask(VOTE_AND_FEE, id=part)
    stranger = await registry.refused("nameVotingRepresentative", partId=part, ownerId=single, effectiveOn="2025-08-01")
    await registry.done(
        "nameVotingRepresentative", "exclusivePart", partId=part, ownerId=second, effectiveOn="2025-08-01"
    )
    named = await registry.ask(VOTE_AND_FEE, id=part)

    assert (alone["code"], stranger["code"]) == ("STATE_CONFLICT", "VALIDATION")
    assert unnamed["exclusivePart"]["votingRepresentative"] is None
    assert named["exclusivePart"]["votingRepresentative"] == {"id": second}
    assert {owed["id"] for owed in named["exclusivePart"]["feeDebtors"]} == {first, second}


async def test_a_better_basis_replaces_a_worse_one_and_the_reverse_needs_a_reason(
    registry: Registry, city: City
) -> None:
    part = await registered_part(registry, city)
    better = await registry.write(
        "changePart", "exclusivePart { area areaBasis }",
        partId=part, effectiveOn="2026-01-01", area="90.12", areaBasis="REGISTER",
    )  # fmt: skip
    worse: dict[str, Any] = {"partId": part, "effectiveOn": "2026-02-01", "area": "89.00", "areaBasis": "SURVEY"}
    refused = await registry.refused("changePart", **worse)
    explained = await registry.write("changePart", "exclusivePart { area areaBasis }", reason="登记有误", **worse)

    assert better["exclusivePart"] == {"area": "90.12", "areaBasis": "REGISTER"}
    assert (refused["code"], refused["path"]) == ("PRECONDITION", ["input", "reason"])
    assert explained["exclusivePart"] == {"area": "89.00", "areaBasis": "SURVEY"}
    assert [event.data["areaBasis"] for event in await registry.announced("registry.part.changed")] == [
        "REGISTER", "SURVEY",
    ]  # fmt: skip


async def test_a_lift_that_a_building_gains_is_announced_for_each_part_and_shows_on_the_estate(
    registry: Registry, city: City
) -> None:
    part = await registered_part(registry, city)
    changed: dict[str, Any] = {"buildingId": city.building, "effectiveOn": "2026-01-01"}

    gained = await registry.write("changeBuilding", "building { label hasLift }", hasLift=True, **changed)
    with_lift = await registry.ask("query($id: ID!) { estate(id: $id) { hasLift } }", id=city.estate)
    await registry.done("changeBuilding", "building", hasLift=False, **changed)
    without = await registry.ask("query($id: ID!) { estate(id: $id) { hasLift } }", id=city.estate)
    same = await registry.refused("changeBuilding", hasLift=False, **changed)

    assert gained["building"] == {"label": "1号楼", "hasLift": True}
    assert (with_lift["estate"]["hasLift"], without["estate"]["hasLift"]) == (True, False)
    events = await registry.announced("registry.part.changed")
    assert [(event.data["partId"], event.data["hasLift"]) for event in events] == [(part, True), (part, False)]
    assert same["code"] == "VALIDATION"
