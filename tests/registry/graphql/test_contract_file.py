"""The main job of the registry through its schema: from a mounted policy to a signed contract and its advice."""

from typing import Any

import pytest

from kit.caller import Role, Scope
from tests.registry.cities import (
    City,
    Registry,
    caller,
    contract,
    external_result,
    passed_decision,
)

pytestmark = pytest.mark.store

REGISTRY_FIELDS_OF_QUERY_3 = """
query ContractFile($id: ID!) {
  contract(id: $id) {
    number kind state from to signedByBody
    estate { id name approvedGrossArea ownersBody }
    decision { id state result { quorumMet passed } }
    provider { name filedWithAuthority }
    terminationAdvice { reason issuedOn }
  }
}
"""


async def form_congress(registry: Registry, city: City) -> str:
    return await registry.done("formCongress", "congress", estateId=city.estate, formedOn="2026-01-10")


async def test_a_contract_of_the_congress_from_vote_to_service(registry: Registry, city: City) -> None:
    await form_congress(registry, city)
    await registry.done("recordCreditLookup", "creditLookup", providerId=city.provider, estateId=city.estate)
    decision = await passed_decision(registry, city)
    signed = await registry.write(
        "signContract",
        "contract { id }",
        **contract(
            city, kind="CONGRESS", decisionId=decision, tender=None, signedOn="2026-03-05", **{"from": "2026-03-05"}
        ),
    )
    contract_id = signed["contract"]["id"]

    answer = await registry.ask(REGISTRY_FIELDS_OF_QUERY_3, id=contract_id)

    assert answer["contract"] == {
        "number": "HT-2026-001",
        "kind": "CONGRESS",
        "state": "SIGNED",
        "from": "2026-03-05",
        "to": "2028-02-29",
        "signedByBody": "CONGRESS_ONLY",
        "estate": {
            "id": city.estate,
            "name": "丹枫小区",
            "approvedGrossArea": "12000.00",
            "ownersBody": "CONGRESS_ONLY",
        },
        "decision": {"id": decision, "state": "CLOSED_PASSED", "result": {"quorumMet": True, "passed": True}},
        "provider": {"name": "示例物业服务有限公司", "filedWithAuthority": True},
        "terminationAdvice": [],
    }
    assert signed["policyVersionId"] == "360702-v1"
    assert [event["type"] for event in signed["events"]] == ["registry.contract.signed"]


async def test_what_the_signing_announces(registry: Registry, city: City) -> None:
    contract_id = await registry.done("signContract", "contract", **contract(city))

    (event,) = await registry.announced("registry.contract.signed")

    assert (event.district, event.aggregate_id, event.policy_id) == ("360702", contract_id, "360702-v1")
    assert event.data == {
        "occurredOn": "2026-03-01",
        "estateId": city.estate,
        "streetId": city.street,
        "communityId": city.community,
        "contractId": contract_id,
        "number": "HT-2026-001",
        "kind": "EARLY_STAGE",
        "providerId": city.provider,
        "from": "2026-03-01",
        "to": "2028-02-29",
        "signedByBody": "NONE",
        "items": [
            {
                "code": "CLEANING",
                "inside": True,
                "standard": "每日一次",
                "price": "0.60",
                "priceUnit": "m2/month",
                "costCentre": "INSIDE",
            }
        ],
        "depositTerms": {"status": "AGREED", "ratePerM2": "1.00"},
        "form": "COMPREHENSIVE",
        "feeTerms": {"method": "LUMP_SUM", "interval": "MONTH"},
    }


@pytest.mark.rule("ZG-17")
async def test_a_contract_without_a_deposit_is_accepted(registry: Registry, city: City) -> None:
    await registry.done("signContract", "contract", **contract(city, deposit={"status": "NOT_AGREED"}))

    (event,) = await registry.announced("registry.contract.signed")
    assert event.data["depositTerms"] == {"status": "NOT_AGREED"}


@pytest.mark.rule("DH-33")
async def test_a_contract_that_states_no_standard_is_refused(registry: Registry, city: City) -> None:
    error = await registry.refused(
        "signContract",
        **contract(city, items=[{"code": "CLEANING", "description": "保洁", "price": "0.60", "priceUnit": "m2/month"}]),
    )

    assert (error["code"], error["path"], error["value"]) == (
        "VALIDATION", ["input", "items", "0", "standard"], "CLEANING",
    )  # fmt: skip
    assert await registry.announced("registry.contract.signed") == []


@pytest.mark.rule("DH-31")
async def test_a_contract_of_the_congress_without_a_decision_is_refused(registry: Registry, city: City) -> None:
    await form_congress(registry, city)

    error = await registry.refused("signContract", **contract(city, kind="CONGRESS", tender=None))

    assert (error["code"], error["path"]) == ("NEEDS_DECISION", ["input", "decisionId"])


@pytest.mark.rule("ZG-12")
async def test_a_selection_without_a_look_up_is_refused_and_passes_after_one(registry: Registry, city: City) -> None:
    await form_congress(registry, city)
    decision = await passed_decision(registry, city)
    given = contract(
        city, kind="CONGRESS", decisionId=decision, tender=None, signedOn="2026-03-05", **{"from": "2026-03-05"}
    )

    error = await registry.refused("signContract", idempotencyKey="sign", **given)
    assert (error["code"], error["value"]) == ("PRECONDITION", "2026-03-05")

    await registry.done("recordCreditLookup", "creditLookup", providerId=city.provider, estateId=city.estate)
    # A refusal is not kept: the same key works once the missing step is done.
    await registry.done("signContract", "contract", idempotencyKey="sign", **given)


@pytest.mark.rule("ZG-12")
async def test_a_look_up_keeps_who_when_and_what_was_shown(registry: Registry, city: City) -> None:
    await registry.hear(
        "inspection.credit.scored", providerId=city.provider, year=2025, score="70.00", seriousDishonesty=False
    )

    shown = (
        await registry.write(
            "recordCreditLookup",
            "creditLookup { lookedUpBy lookedUpOn filedWithAuthority blacklisted provider { id } estate { id } "
            "scores { year score seriousDishonesty } }",
            by=caller(Role.COMMITTEE, subject="committee-7"),
            providerId=city.provider,
            estateId=city.estate,
        )
    )["creditLookup"]

    assert shown == {
        "lookedUpBy": "committee-7",
        "lookedUpOn": "2026-03-05",
        "filedWithAuthority": True,
        "blacklisted": False,
        "provider": {"id": city.provider},
        "estate": {"id": city.estate},
        "scores": [{"year": 2025, "score": "70.00", "seriousDishonesty": False}],
    }


@pytest.mark.rule("ZG-10")
async def test_an_early_stage_contract_without_a_tender_is_refused(registry: Registry, city: City) -> None:
    error = await registry.refused("signContract", **contract(city, tender=None))

    assert (error["code"], error["path"]) == ("PRECONDITION", ["input", "tender"])


@pytest.mark.rule("ZG-11")
async def test_an_unfiled_bidder_is_refused(registry: Registry, city: City) -> None:
    unfiled = await registry.done(
        "registerProvider",
        "provider",
        district="360702",
        name="未备案物业有限公司",
        unifiedCreditCode="91110108551385082Q",
        kind="COMPANY",
    )

    error = await registry.refused("signContract", **contract(city, providerId=unfiled))

    assert (error["code"], error["path"]) == ("PRECONDITION", ["input", "providerId"])


async def blacklist(registry: Registry, city: City, entry: str = "ble_1") -> None:
    await registry.hear(
        "inspection.blacklist.listed",
        entryId=entry,
        providerId=city.provider,
        reason="two consecutive years at 70 or less",
        years=[2024, 2025],
        listedOn="2026-03-01",
    )


@pytest.mark.rule("ZG-11")
async def test_a_blacklisted_bidder_is_refused(registry: Registry, city: City) -> None:
    await blacklist(registry, city)

    error = await registry.refused("signContract", **contract(city))

    assert (error["code"], error["path"]) == ("PRECONDITION", ["input", "providerId"])


async def test_owners_may_choose_a_blacklisted_provider_and_are_warned(registry: Registry, city: City) -> None:
    await blacklist(registry, city)

    signed = await registry.write("signContract", "contract { state }", **contract(city, kind="CUSTODY", tender=None))

    assert signed["contract"] == {"state": "SIGNED"}
    assert signed["warnings"] == [{"code": "WARN:BLACKLISTED", "value": city.provider}]


@pytest.mark.rule("ZG-15")
async def test_a_listing_advises_and_ends_nothing(registry: Registry, city: City) -> None:
    contract_id = await registry.done("signContract", "contract", **contract(city))
    await registry.done("startService", "contract", contractId=contract_id, serviceStartOn="2026-03-02")

    await blacklist(registry, city)
    await blacklist(registry, city)  # Heard twice: one advice.

    answer = await registry.ask(REGISTRY_FIELDS_OF_QUERY_3, id=contract_id)
    assert answer["contract"]["state"] == "ACTIVE"
    assert answer["contract"]["terminationAdvice"] == [
        {"reason": "two consecutive years at 70 or less", "issuedOn": "2026-03-01"}
    ]
    (event,) = await registry.announced("registry.contract.termination_advised")
    assert (event.data["contractId"], event.data["blacklistEntryId"], event.data["issuedTo"]) == (
        contract_id, "ble_1", "DEVELOPER",
    )  # fmt: skip


async def test_a_number_is_given_once(registry: Registry, city: City) -> None:
    await registry.done("signContract", "contract", **contract(city))

    error = await registry.refused("signContract", **contract(city))

    assert (error["code"], error["path"], error["value"]) == ("DUPLICATE", ["input", "number"], "HT-2026-001")


async def test_the_same_key_acts_once(registry: Registry, city: City) -> None:
    first = await registry.write("signContract", "contract { id }", idempotencyKey="once", **contract(city))
    again = await registry.write("signContract", "contract { id }", idempotencyKey="once", **contract(city))
    other = await registry.refused("signContract", idempotencyKey="once", **contract(city, number="HT-2"))

    assert (first["replayed"], again["replayed"]) == (False, True)
    assert first["contract"] == again["contract"]
    assert other["code"] == "DUPLICATE"
    assert len(await registry.announced("registry.contract.signed")) == 1


async def test_the_owners_contract_supersedes_the_early_stage_one(registry: Registry, city: City) -> None:
    early = await registry.done("signContract", "contract", **contract(city))
    await registry.done("startService", "contract", contractId=early, serviceStartOn="2026-03-01")
    await form_congress(registry, city)
    await registry.done("recordCreditLookup", "creditLookup", providerId=city.provider, estateId=city.estate)
    decision = await passed_decision(registry, city)
    own = await registry.done(
        "signContract",
        "contract",
        **contract(
            city,
            number="HT-2",
            kind="CONGRESS",
            decisionId=decision,
            tender=None,
            signedOn="2026-03-05",
            **{"from": "2026-03-05"},
        ),
    )
    await registry.done("startService", "contract", contractId=own, serviceStartOn="2026-03-05")

    answer = await registry.ask(
        "query($id: ID!) { estate(id: $id) { currentContract { id } provider { id } contracts { id state endedOn } } }",
        id=city.estate,
    )

    assert answer["estate"] == {
        "currentContract": {"id": own},
        "provider": {"id": city.provider},
        "contracts": [
            {"id": own, "state": "ACTIVE", "endedOn": None},
            {"id": early, "state": "TERMINATED", "endedOn": "2026-03-05"},
        ],
    }
    (event,) = await registry.announced("registry.contract.superseded")
    assert (event.data["contractId"], event.data["byContractId"]) == (early, own)


async def test_one_estate_is_served_under_one_contract(registry: Registry, city: City) -> None:
    first = await registry.done("signContract", "contract", **contract(city, kind="CUSTODY", tender=None))
    second = await registry.done(
        "signContract", "contract", **contract(city, number="HT-2", kind="CUSTODY", tender=None)
    )
    await registry.done("startService", "contract", contractId=first, serviceStartOn="2026-03-01")

    error = await registry.refused("startService", contractId=second, serviceStartOn="2026-03-02")
    again = await registry.refused("startService", contractId=first, serviceStartOn="2026-03-02")

    assert (error["code"], error["value"]) == ("STATE_CONFLICT", "HT-2026-001")
    assert (again["code"], again["value"]) == ("STATE_CONFLICT", "ACTIVE")


TRUST: dict[str, Any] = {
    "remunerationKind": "PERCENT_OF_SPEND",
    "remunerationRate": "0.1000",
    "dualSignAbove": "5000.00",
    "disclosureEvery": "MONTH",
    "surplusRule": "CARRY_FORWARD",
}


@pytest.mark.rule("PZ-27")
async def test_a_trust_contract_carries_its_terms(registry: Registry, city: City) -> None:
    await form_congress(registry, city)
    await registry.done("recordCreditLookup", "creditLookup", providerId=city.provider, estateId=city.estate)
    decision = await passed_decision(registry, city)
    given = contract(
        city, kind="TRUST", decisionId=decision, tender=None, signedOn="2026-03-05", **{"from": "2026-03-05"}
    )

    error = await registry.refused("signContract", **given)
    assert (error["code"], error["path"]) == ("VALIDATION", ["input", "trust"])

    await registry.done("signContract", "contract", **given, trust=TRUST)
    (event,) = await registry.announced("registry.contract.signed")
    assert event.data["trustTerms"] == TRUST


@pytest.mark.rule("G-22")
@pytest.mark.parametrize(
    ("changed", "state", "fact"),
    [
        ({}, "CLOSED_PASSED", "registry.decision.passed"),
        ({"agreeArea": "3000.00"}, "CLOSED_FAILED", "registry.decision.failed"),
        ({"participatingPersons": 55}, "CLOSED_NO_QUORUM", "registry.decision.no_quorum"),
    ],
)
async def test_an_external_result_closes_a_decision_by_the_law(
    registry: Registry, city: City, changed: dict[str, Any], state: str, fact: str
) -> None:
    decision = await registry.done(
        "openDecision",
        "jointDecision",
        estateId=city.estate,
        matter="HIRE_OR_DISMISS_PROVIDER",
        noticeOn="2026-02-01",
        votingFrom="2026-02-16",
        votingTo="2026-03-01",
    )

    closed = await registry.write(
        "importExternalResult",
        "jointDecision { state roll { totalArea totalPersons } }",
        **external_result(decision, **changed),
    )

    assert closed["jointDecision"] == {"state": state, "roll": {"totalArea": "9000.00", "totalPersons": 84}}
    assert [event["type"] for event in closed["events"]] == [fact]
    # The registry's roll of this estate is empty: a person should look.
    assert closed["warnings"] == [{"code": "WARN:ROLL_DIFFERS", "value": "9000.00"}]


async def test_a_closed_decision_stays_as_it_is(registry: Registry, city: City) -> None:
    decision = await passed_decision(registry, city)

    error = await registry.refused("importExternalResult", **external_result(decision, agreePersons=0))

    assert (error["code"], error["value"]) == ("STATE_CONFLICT", "CLOSED_PASSED")


@pytest.mark.rule("G-27")
async def test_a_congress_and_its_account_are_announced(registry: Registry, city: City) -> None:
    congress = await form_congress(registry, city)
    await registry.done(
        "openOwnersAccount",
        "congress",
        congressId=congress,
        accountReference="ACC-0001",
        openedOn="2026-02-01",
    )

    (formed,) = await registry.announced("registry.congress.formed")
    (opened,) = await registry.announced("registry.owners_account.opened")

    assert (formed.data["congressId"], formed.data["formedOn"]) == (congress, "2026-01-10")
    assert (opened.aggregate_id, opened.data["openedOn"], opened.data["accountRef"]) == (
        congress, "2026-02-01", "ACC-0001",
    )  # fmt: skip
    assert (await registry.refused("formCongress", estateId=city.estate, formedOn="2026-01-10"))["code"] == (
        "STATE_CONFLICT"
    )


async def test_who_may_not_see_the_estate_does_not_see_its_contract(registry: Registry, city: City) -> None:
    contract_id = await registry.done("signContract", "contract", **contract(city))
    neighbour = caller(Role.OWNER, scope=Scope.of(f"estate:{city.estate}"))
    stranger = caller(Role.STREET, scope=Scope.of("district:610703"))

    seen = await registry.ask(REGISTRY_FIELDS_OF_QUERY_3, by=neighbour, id=contract_id)
    unseen = await registry.ask(REGISTRY_FIELDS_OF_QUERY_3, by=stranger, id=contract_id)

    assert seen["contract"]["number"] == "HT-2026-001"
    assert unseen == {"contract": None}
    error = await registry.refused("startService", by=stranger, contractId=contract_id, serviceStartOn="2026-03-02")
    assert (error["code"], error["value"]) == ("NOT_FOUND", contract_id)
