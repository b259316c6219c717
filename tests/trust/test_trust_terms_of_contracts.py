"""Trust keeps the terms of trust contracts from the registry's facts, in any order, on the real store."""

from pathlib import Path
from typing import Any

import pytest

from kit.caller import Caller, Role
from kit.graphql.schema import print_sdl
from kit.ids import new_id
from services.trust.graphql.labels import LABELS
from services.trust.graphql.schema import SCHEMA
from tests.heard import EVERYBODY, NANZHENG, PANZHIHUA, ZHANGGONG, HeardService, RegistryFacts, caller

store = pytest.mark.store
TERMS = {
    "remunerationKind": "PERCENT_OF_SPEND",
    "remunerationRate": "0.1000",
    "dualSignAbove": "5000.00",
    "disclosureEvery": "QUARTER",
    "surplusRule": "CARRY_FORWARD",
}
QUERY = """
    query ($contracts: [_Any!]!) {
      _entities(representations: $contracts) {
        ... on ServiceContract {
          trustTerms {
            fundScope remunerationKind remunerationRate remunerationFixed dualSignAbove disclosureEvery surplusRule
            policyVersionId
          }
        }
      }
    }
"""


async def terms_of(trust: HeardService, facts: RegistryFacts, *, by: Caller = EVERYBODY) -> dict[str, Any] | None:
    representation = {"__typename": "ServiceContract", "id": facts.contract_id}
    [contract] = (await trust.ask(QUERY, by=by, contracts=[representation]))["_entities"]
    terms: dict[str, Any] | None = contract["trustTerms"]
    return terms


def signed_trust(facts: RegistryFacts, **terms: str) -> Any:
    return facts.contract_signed(
        kind="TRUST", body="CONGRESS_ONLY", rate=None, signed_on="2024-02-01", trust_terms=TERMS | terms
    )


@store
@pytest.mark.rule("PZ-26")
@pytest.mark.rule("PZ-27")
async def test_the_terms_of_a_trust_contract_are_kept(trust: HeardService) -> None:
    facts = RegistryFacts(district=PANZHIHUA)

    await trust.hear(signed_trust(facts))
    await trust.hear_again()

    assert await terms_of(trust, facts) == {
        "fundScope": ["PROPERTY_FEES", "PUBLIC_REVENUE"],
        "remunerationKind": "PERCENT_OF_SPEND",
        "remunerationRate": "0.1000",
        "remunerationFixed": None,
        "dualSignAbove": "5000.00",
        "disclosureEvery": "QUARTER",
        "surplusRule": "CARRY_FORWARD",
        "policyVersionId": "510400-v1",
    }
    assert await trust.work_items() == []


@store
async def test_another_contract_has_no_trust_terms(trust: HeardService) -> None:
    facts = RegistryFacts(district=PANZHIHUA)

    await trust.hear(facts.contract_signed(rate=None))

    assert await terms_of(trust, facts) is None
    assert await trust.work_items() == []


@store
async def test_a_trust_contract_where_the_document_has_no_trust_mode_is_refused(trust: HeardService) -> None:
    facts = RegistryFacts(district=ZHANGGONG)
    await trust.hear(facts.policy_published())

    await trust.hear(signed_trust(facts))

    assert await terms_of(trust, facts) is None
    assert await trust.work_items() == [("INSTRUMENT_NOT_AVAILABLE", facts.contract_id)]


@store
async def test_a_trust_contract_heard_before_its_document_is_refused_when_that_comes(trust: HeardService) -> None:
    facts = RegistryFacts(district=NANZHENG)
    await trust.hear(signed_trust(facts))
    assert await trust.work_items() == []

    await trust.hear(facts.policy_published())

    assert await terms_of(trust, facts) is None
    assert await trust.work_items() == [("INSTRUMENT_NOT_AVAILABLE", facts.contract_id)]


@store
@pytest.mark.rule("PZ-28")
async def test_a_trust_contract_without_pay_is_refused_for_people_to_see(trust: HeardService) -> None:
    facts = RegistryFacts(district=PANZHIHUA)

    await trust.hear(signed_trust(facts, remunerationRate="0.0000"))

    assert await terms_of(trust, facts) is None
    assert await trust.work_items() == [("VALIDATION", facts.contract_id)]


@store
async def test_the_terms_are_seen_by_the_estate_and_by_no_other(trust: HeardService) -> None:
    facts = RegistryFacts(district=PANZHIHUA)
    await trust.hear(signed_trust(facts))

    owner, stranger = (caller(Role.OWNER, f"estate:{estate}") for estate in (facts.estate_id, new_id("est")))

    seen = await terms_of(trust, facts, by=owner)
    assert seen is not None
    assert seen["remunerationRate"] == "0.1000"
    assert await terms_of(trust, facts, by=stranger) is None


def test_the_committed_schema_is_the_one_that_is_served() -> None:
    committed = Path("services/trust/graphql/schema.graphql").read_text(encoding="utf-8")

    assert committed == print_sdl(SCHEMA)


def test_every_enum_value_has_its_words() -> None:
    assert LABELS.missing(SCHEMA) == []
