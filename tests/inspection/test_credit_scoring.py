"""A rating through inspection's door, the blacklist that follows, and what it announces, on the real store (P9)."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from kit.caller import Caller, Role
from kit.graphql.schema import print_sdl
from kit.ids import new_id
from services.inspection.graphql.labels import LABELS
from services.inspection.graphql.schema import SCHEMA
from tests.heard import EVERYBODY, PANZHIHUA, ZHANGGONG, HeardService, RegistryFacts, caller

HOUSING = caller(Role.HOUSING_BUREAU, f"district:{ZHANGGONG}")
STREET = caller(Role.STREET, f"street:{new_id('str')}")
SCORE = """
    mutation ($input: ScoreCreditInput!) {
      scoreCredit(input: $input) {
        provider { id blacklisted creditScores(lastYears: 2) { year score revision } }
        listed { id reason years listedOn expiresOn } withdrawn { id withdrawnOn }
        policyVersionId events { type } errors { code path value } replayed
      }
    }
"""
PROVIDER = """
    query ($providers: [_Any!]!, $on: Date) {
      _entities(representations: $providers) {
        ... on Provider {
          creditScores(lastYears: 3) { district year score seriousDishonesty }
          blacklisted(on: $on)
          blacklistEntries { reason years provider { id } }
        }
      }
    }
"""
BLACKLIST = (
    "query ($district: DistrictCode!, $on: Date) { blacklist(district: $district, activeOn: $on) { id reason } }"
)

store = pytest.mark.store


async def score(
    inspection: HeardService, facts: RegistryFacts, year: int, points: str, *, by: Caller = HOUSING, **changes: Any
) -> dict[str, Any]:
    values = {
        "idempotencyKey": new_id("key"),
        "district": ZHANGGONG,
        "providerId": facts.provider_id,
        "year": year,
        "score": points,
        "seriousDishonesty": False,
        "publishedOn": f"{year + 1}-02-01",
    }
    return dict((await inspection.ask(SCORE, by=by, input=values | changes))["scoreCredit"])


async def provider(
    inspection: HeardService, facts: RegistryFacts, *, on: str | None = None, by: Caller = EVERYBODY
) -> dict[str, Any]:
    representation = {"__typename": "Provider", "id": facts.provider_id}
    [found] = (await inspection.ask(PROVIDER, by=by, providers=[representation], on=on))["_entities"]
    return dict(found)


def codes(payload: dict[str, Any]) -> list[str]:
    return [error["code"] for error in payload["errors"]]


@store
@pytest.mark.rule("ZG-14")
@pytest.mark.rule("G-20")
async def test_two_low_years_put_the_provider_on_the_blacklist_and_announce_it_once(inspection: HeardService) -> None:
    facts = RegistryFacts()
    await inspection.hear(facts.policy_published(), facts.provider_registered())

    first = await score(inspection, facts, 2023, "70.00")
    second = await score(inspection, facts, 2024, "70.00")

    assert (first["listed"], first["provider"]["blacklisted"]) == ([], False)
    [entry] = second["listed"]
    assert (entry["reason"], entry["years"], entry["listedOn"], entry["expiresOn"]) == (
        "LOW_SCORES",
        [2023, 2024],
        "2025-02-01",
        None,
    )
    assert second["provider"] == {
        "id": facts.provider_id,
        "blacklisted": True,
        "creditScores": [
            {"year": 2024, "score": "70.00", "revision": 1},
            {"year": 2023, "score": "70.00", "revision": 1},
        ],
    }
    assert second["policyVersionId"] == "360702-v1"
    announced = await inspection.announced()
    assert [event_type for event_type, _ in announced] == [
        "inspection.credit.scored",
        "inspection.credit.scored",
        "inspection.blacklist.listed",
    ]
    assert announced[2][1]["entryId"] == entry["id"]
    assert announced[2][1]["providerId"] == facts.provider_id
    [listed] = (await inspection.ask(BLACKLIST, by=STREET, district=ZHANGGONG))["blacklist"]
    assert listed == {"id": entry["id"], "reason": "LOW_SCORES"}


@store
@pytest.mark.rule("G-20")
async def test_a_missing_year_breaks_the_run_until_it_is_rated(inspection: HeardService) -> None:
    facts = RegistryFacts()
    await inspection.hear(facts.policy_published(), facts.provider_registered())
    await score(inspection, facts, 2022, "69.00")

    apart = await score(inspection, facts, 2024, "69.00")
    closed = await score(inspection, facts, 2023, "69.00", publishedOn="2025-03-01")

    assert apart["listed"] == []
    assert [entry["years"] for entry in closed["listed"]] == [[2022, 2023], [2023, 2024]]


@store
@pytest.mark.rule("ZG-16")
async def test_a_serious_act_lists_until_the_end_of_its_record(inspection: HeardService) -> None:
    facts = RegistryFacts()
    await inspection.hear(facts.policy_published(), facts.provider_registered())

    await score(inspection, facts, 2024, "95.00", seriousDishonesty=True, recordExpiresOn="2025-12-31")

    assert (await provider(inspection, facts, on="2025-12-31"))["blacklisted"] is True
    assert (await provider(inspection, facts, on="2026-01-01"))["blacklisted"] is False
    assert (await provider(inspection, facts, on="2025-01-31"))["blacklisted"] is False
    assert (await inspection.ask(BLACKLIST, district=ZHANGGONG, on="2025-12-31"))["blacklist"] != []
    assert (await inspection.ask(BLACKLIST, district=ZHANGGONG, on="2026-01-01"))["blacklist"] == []


@store
async def test_a_correction_is_a_revision_and_ends_the_entry_it_undoes(inspection: HeardService) -> None:
    facts = RegistryFacts()
    await inspection.hear(facts.policy_published(), facts.provider_registered())
    await score(inspection, facts, 2023, "60.00")
    [entry] = (await score(inspection, facts, 2024, "60.00"))["listed"]

    corrected = await score(inspection, facts, 2024, "75.00", publishedOn="2025-06-01", reason="申诉复核")

    assert corrected["withdrawn"] == [{"id": entry["id"], "withdrawnOn": "2025-06-01"}]
    assert corrected["provider"]["creditScores"][0] == {"year": 2024, "score": "75.00", "revision": 2}
    assert [event["type"] for event in corrected["events"]] == [
        "inspection.credit.scored",
        "inspection.blacklist.expired",
    ]
    assert (await provider(inspection, facts))["blacklisted"] is False
    assert [entry["years"] for entry in (await provider(inspection, facts))["blacklistEntries"]] == [[2023, 2024]]


@store
async def test_an_unknown_provider_is_unknown_and_never_simply_not_blacklisted(inspection: HeardService) -> None:
    known, unknown = RegistryFacts(), RegistryFacts()
    await inspection.hear(known.provider_registered())

    assert await provider(inspection, unknown, by=STREET) == {
        "creditScores": None,
        "blacklisted": None,
        "blacklistEntries": None,
    }
    assert await provider(inspection, known, by=STREET) == {
        "creditScores": [],
        "blacklisted": False,
        "blacklistEntries": [],
    }


@store
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"district": PANZHIHUA, "by": caller(Role.HOUSING_BUREAU)}, "INSTRUMENT_NOT_AVAILABLE"),
        ({"publishedOn": "2020-12-31", "year": 2019}, "INSTRUMENT_NOT_AVAILABLE"),
        ({"providerId": "prv_unknown"}, "NOT_FOUND"),
        ({"by": caller(Role.HOUSING_BUREAU, f"district:{PANZHIHUA}")}, "NOT_FOUND"),
        ({"by": caller(Role.PROVIDER)}, "FORBIDDEN_ACTOR"),
        ({"seriousDishonesty": True}, "VALIDATION"),
        ({"publishedOn": "2026-03-06"}, "VALIDATION"),
    ],
    ids=["no blacklist", "before the document", "no provider", "other district", "wrong role", "no record", "to come"],
)
async def test_a_rating_that_may_not_be_is_refused_and_nothing_is_written(
    inspection: HeardService, changes: dict[str, Any], code: str
) -> None:
    facts = RegistryFacts()
    await inspection.hear(facts.policy_published(), facts.provider_registered())

    refused = await score(inspection, facts, **({"year": 2024, "points": "60.00"} | changes))

    assert (refused["provider"], codes(refused)) == (None, [code])
    assert await inspection.announced() == []
    assert (await provider(inspection, facts))["creditScores"] == []


@store
@pytest.mark.parametrize(
    ("points", "code"),
    [
        ("100.01", "OUT_OF_RANGE"),
        ("-1.00", "VALIDATION"),
        ("70", "VALIDATION"),
        ("70.0", "VALIDATION"),
        ("NaN", "VALIDATION"),
    ],
)
async def test_a_score_outside_its_range_is_refused_at_the_door(
    inspection: HeardService, points: str, code: str
) -> None:
    facts = RegistryFacts()
    values = {
        "idempotencyKey": "key",
        "district": ZHANGGONG,
        "providerId": facts.provider_id,
        "year": 2024,
        "score": points,
        "seriousDishonesty": False,
        "publishedOn": "2025-02-01",
    }

    result = await inspection.execute(SCORE, input=values)

    assert result.errors is not None
    assert result.errors[0].extensions == {"code": code, "value": points}


@store
async def test_the_blacklist_of_a_district_without_one_is_refused_and_not_empty(inspection: HeardService) -> None:
    result = await inspection.execute(BLACKLIST, district=PANZHIHUA)

    assert result.errors is not None
    assert result.errors[0].original_error.code == "INSTRUMENT_NOT_AVAILABLE"


@store
async def test_the_same_key_scores_once(inspection: HeardService) -> None:
    facts = RegistryFacts()
    await inspection.hear(facts.policy_published(), facts.provider_registered())
    key = new_id("key")

    first = await score(inspection, facts, 2024, "60.00", idempotencyKey=key)
    again = await score(inspection, facts, 2024, "60.00", idempotencyKey=key)
    twice = await score(inspection, facts, 2024, "60.00")

    assert (first["replayed"], again["replayed"], codes(twice)) == (False, True, ["DUPLICATE"])
    assert len(await inspection.announced()) == 1


@store
async def test_neighbouring_years_rated_at_the_same_time_do_not_miss_each_other(inspection: HeardService) -> None:
    facts = RegistryFacts()
    await inspection.hear(facts.policy_published(), facts.provider_registered())

    payloads = await asyncio.gather(*(score(inspection, facts, year, "60.00") for year in (2022, 2023, 2024)))

    assert [codes(payload) for payload in payloads] == [[], [], []]
    announced = [event_type for event_type, _ in await inspection.announced()]
    assert announced.count("inspection.credit.scored") == 3
    assert announced.count("inspection.blacklist.listed") == 2


def test_the_committed_schema_is_the_one_that_is_served() -> None:
    committed = Path("services/inspection/graphql/schema.graphql").read_text(encoding="utf-8")

    assert committed == print_sdl(SCHEMA)


def test_every_enum_value_has_its_words() -> None:
    assert LABELS.missing(SCHEMA) == []
