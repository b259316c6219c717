"""Bundles of near estates: one provider, but decision, contract and ledger of each estate."""

from typing import Any

import pytest

from kit.caller import Role, Scope
from tests.registry.cities import ESTATE_FACTS, City, Registry, caller, contract, document, passed_decision

pytestmark = pytest.mark.store


async def neighbour(registry: Registry, city: City, *, street: str | None = None) -> str:
    """Return another estate of the street, or of another one."""
    community = city.other_community
    if street is not None:
        community = await registry.done("registerCommunity", "community", streetId=street, name="水东社区")
    return await registry.done(
        "registerEstate",
        "estate",
        code="360702-002",
        name="云栖小区",
        streetId=street or city.street,
        communityId=community,
        **ESTATE_FACTS,
    )


async def bundled(registry: Registry, city: City, *members: dict[str, Any]) -> dict[str, Any]:
    return await registry.write(
        "formBundle",
        "bundle { id name estates { id } contract { id } provider { id } }",
        name="解放街道一片",
        providerId=city.provider,
        formedOn="2026-03-05",
        members=list(members),
    )


@pytest.mark.rule("NZ-18")
async def test_each_estate_of_a_bundle_has_its_own_decision_contract_and_ledger(registry: Registry, city: City) -> None:
    second = await neighbour(registry, city)
    other = City(city.street, city.community, city.other_community, second, city.building, city.provider)
    for estate in (city.estate, second):
        await registry.done("formCongress", "congress", estateId=estate, formedOn="2026-01-10")
        await registry.done("recordCreditLookup", "creditLookup", providerId=city.provider, estateId=estate)
    first_decision = await passed_decision(registry, city)
    second_decision = await passed_decision(registry, other)

    formed = await bundled(
        registry,
        city,
        {"estateId": city.estate, "decisionId": first_decision},
        {"estateId": second, "decisionId": second_decision},
    )
    bundle_id = formed["bundle"]["id"]
    again = await registry.refused(
        "formBundle",
        name="又一片",
        providerId=city.provider,
        formedOn="2026-03-05",
        members=[
            {"estateId": city.estate, "decisionId": first_decision},
            {"estateId": second, "decisionId": second_decision},
        ],
    )
    for number, (estate, decision) in enumerate(((city.estate, first_decision), (second, second_decision)), start=1):
        await registry.done(
            "signContract",
            "contract",
            **contract(
                city,
                estateId=estate,
                number=f"HT-{number}",
                kind="CONGRESS",
                tender=None,
                decisionId=decision,
                bundleId=bundle_id,
                signedOn="2026-03-05",
                **{"from": "2026-03-05"},
            ),
        )

    assert formed["warnings"] == []
    assert formed["bundle"]["provider"] == {"id": city.provider}
    assert again["code"] == "DUPLICATE"
    (event,) = await registry.announced("registry.bundle.formed")
    assert (event.data["bundleId"], event.data["estateIds"]) == (bundle_id, [city.estate, second])
    signed = await registry.announced("registry.contract.signed")
    assert [(each.data["estateId"], each.data["bundleId"]) for each in signed] == [
        (city.estate, bundle_id),
        (second, bundle_id),
    ]
    query = "query($id: ID!) { estate(id: $id) { bundle { contracts { number estate { id } } contract { number } } } }"
    answer = await registry.ask(query, id=second)
    assert answer["estate"]["bundle"] == {
        "contracts": [
            {"number": "HT-1", "estate": {"id": city.estate}},
            {"number": "HT-2", "estate": {"id": second}},
        ],
        "contract": {"number": "HT-1"},
    }
    manager = caller(Role.COMMITTEE, scope=Scope.of(f"estate:{second}"))
    narrow = await registry.ask(
        "query($id: ID!) { estate(id: $id) { bundle { estates { id } } } }", by=manager, id=second
    )
    assert narrow["estate"]["bundle"] == {"estates": [{"id": second}]}

    street = await registry.done("registerStreet", "street", district="360702", name="赣江街道")
    entered = await registry.done("registerCommunity", "community", streetId=street, name="滨江社区")
    there = caller(Role.STREET, scope=Scope.of(f"street:{street}"))
    find = "query($id: ID!) { bundle(id: $id) { estates { id } } }"
    move = {"estateId": second, "effectiveOn": "2026-03-04"}
    assert (await registry.ask(find, by=there, id=bundle_id))["bundle"] is None
    await registry.done("moveEstate", "estate", communityId=entered, **move)
    assert (await registry.ask(find, by=there, id=bundle_id))["bundle"] == {"estates": [{"id": second}]}
    await registry.done("moveEstate", "estate", communityId=city.community, **{**move, "effectiveOn": "2026-03-05"})
    assert (await registry.ask(find, by=there, id=bundle_id))["bundle"] is None


@pytest.mark.rule("NZ-18")
async def test_a_bundle_without_a_decision_is_refused_and_one_across_streets_flagged(
    registry: Registry, city: City
) -> None:
    street = await registry.done("registerStreet", "street", district="360702", name="水东街道")
    second = await neighbour(registry, city, street=street)
    other = City(city.street, city.community, city.other_community, second, city.building, city.provider)
    first_decision = await passed_decision(registry, city)
    members = [{"estateId": city.estate, "decisionId": first_decision}, {"estateId": second}]

    error = await registry.refused(
        "formBundle", name="两街一片", providerId=city.provider, formedOn="2026-03-05", members=members
    )
    formed = await bundled(
        registry, city, members[0], {"estateId": second, "decisionId": await passed_decision(registry, other)}
    )

    assert (error["code"], error["path"], error["value"]) == (
        "NEEDS_DECISION",
        ["input", "members", "1", "decisionId"],
        second,
    )
    assert formed["warnings"] == [{"code": "WARN:BUNDLE_ACROSS_STREETS", "value": "2"}]


@pytest.mark.rule("DH-29")
async def test_a_provider_of_two_estates_may_give_to_their_community(registry: Registry, city: City) -> None:
    second = await registry.done(
        "registerEstate",
        "estate",
        code="360702-003",
        name="金桂二期",
        streetId=city.street,
        communityId=city.community,
        **ESTATE_FACTS,
    )
    given = {
        "providerId": city.provider,
        "communityId": city.community,
        "amount": "5000.00",
        "givenOn": "2026-03-05",
        "isVoluntary": True,
        "documentId": await document(registry, city),
    }
    for number, estate in enumerate((city.estate, second), start=1):
        contract_id = await registry.done(
            "signContract",
            "contract",
            **contract(city, estateId=estate, number=f"HT-{number}", kind="COOPERATION", tender=None),
        )
        await registry.done("startService", "contract", contractId=contract_id, serviceStartOn="2026-03-01")
        if number == 1:
            alone = await registry.refused("recordDonation", **given)

    forced = await registry.refused("recordDonation", **{**given, "isVoluntary": False})
    await registry.done("recordDonation", "donation", **given)

    assert (alone["code"], alone["value"]) == ("PRECONDITION", "1")
    assert (forced["code"], forced["path"]) == ("EARMARK", ["input", "isVoluntary"])
    answer = await registry.ask(
        "query($id: ID!) { community(id: $id) { donations { amount provider { id } } } }", id=city.community
    )
    assert answer["community"]["donations"] == [{"amount": "5000.00", "provider": {"id": city.provider}}]
