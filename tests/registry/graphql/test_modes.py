"""How an estate is managed, through the schema: ways into modes, refusals, history, reviews and what is announced."""

from dataclasses import replace
from typing import Any

import pytest

from kit.caller import Role, Scope
from kit.ids import new_id
from tests.registry.cities import ESTATE_FACTS, City, Registry, caller, contract, passed_decision

pytestmark = pytest.mark.store

XUNYANG, PANZHIHUA, NANZHENG = "360403", "510400", "610703"
XUNYANG_STREET = "湓浦街道"

HISTORY = """
query History($id: ID!) {
  estate(id: $id) {
    mode
    modeHistory { mode districtLabel from to decisionId contractId items costBearer reviewOn }
    reversedModes { record { mode from } reason reversedOn }
  }
}
"""


async def history(registry: Registry, estate: str) -> tuple[str, list[tuple[str, str, str, str | None]]]:
    found = (await registry.ask(HISTORY, id=estate))["estate"]
    records = [(each["mode"], each["districtLabel"], each["from"], each["to"]) for each in found["modeHistory"]]
    return found["mode"], records


async def place(registry: Registry, district: str, street: str = "示例街道") -> City:
    """Return a city of another district: its street, community, an open estate and a filed company."""
    if district == XUNYANG:
        await registry.done("publishPolicy", "policy", district=district, version=1, effectiveFrom="2023-05-01")
    street_id = await registry.done("registerStreet", "street", district=district, name=street)
    community = await registry.done("registerCommunity", "community", streetId=street_id, name="示例社区")
    estate = await another_estate(registry, street_id, community, code=f"{district}-001")
    provider = await registry.done(
        "registerProvider",
        "provider",
        district=district,
        name="示例物业有限公司",
        unifiedCreditCode="91350100M000100Y43",
        kind="COMPANY",
    )
    await registry.done(
        "fileProvider", "provider", providerId=provider, filedOn="2025-01-10", filingReference="备〔2025〕1号"
    )
    return City(street_id, community, community, estate, "", provider)


async def another_estate(registry: Registry, street: str, community: str, *, code: str) -> str:
    facts = {**ESTATE_FACTS, "enclosure": "OPEN", "builtOn": "1999-12-31"}
    return await registry.done(
        "registerEstate", "estate", code=code, name=code, streetId=street, communityId=community, **facts
    )


async def served_contract(registry: Registry, city: City, **changed: Any) -> str:
    """Return a contract whose service began on 2026-03-02."""
    contract_id = await registry.done(
        "signContract", "contract", **contract(city, deposit={"status": "NOT_AGREED"}, **changed)
    )
    await registry.done("startService", "contract", contractId=contract_id, serviceStartOn="2026-03-02")
    return contract_id


FALLBACK = {
    "label": "社区兜底管理模式",
    "effectiveOn": "2026-02-01",
    "items": ["CLEANING"],
    "costBearer": "PUBLIC_FUNDS",
    "reviewOn": "2026-03-01",
}


@pytest.mark.rule("ZG-25")
async def test_a_started_contract_brings_the_market_and_announces_it(registry: Registry, city: City) -> None:
    contract_id = await served_contract(registry, city)

    assert await history(registry, city.estate) == (
        "MARKET", [("MARKET", "引进市场化物业管理", "2026-03-02", None)],
    )  # fmt: skip
    (event,) = await registry.announced("registry.mode.changed")
    assert (event.aggregate_id, event.policy_id) == (city.estate, "360702-v1")
    assert event.data == {
        "occurredOn": "2026-03-02",
        "estateId": city.estate,
        "streetId": city.street,
        "communityId": city.community,
        "from": "NONE",
        "to": "MARKET",
        "label": "引进市场化物业管理",
        "effectiveOn": "2026-03-02",
        "contractId": contract_id,
        "items": [],
        "isReversal": False,
    }


@pytest.mark.rule("ZG-23")
async def test_a_mode_is_chosen_after_the_owners_were_asked(registry: Registry, city: City) -> None:
    given = {"estateId": city.estate, "label": "实行业主自行管理", "effectiveOn": "2026-03-01"}

    error = await registry.refused("changeMode", idempotencyKey="self", **given)
    assert (error["code"], error["path"], error["value"]) == (
        "PRECONDITION", ["input", "effectiveOn"], "2026-03-01",
    )  # fmt: skip

    survey = await registry.write(
        "recordConsultation",
        "consultation { id mode from to asked answered consenting }",
        estateId=city.estate,
        mode="OWNER_SELF",
        to="2026-03-01",
        asked=120,
        answered=100,
        consenting=80,
        **{"from": "2026-02-01"},
    )
    changed = await registry.write(
        "changeMode", "estate { modeHistory { consultationId } }", idempotencyKey="self", **given
    )

    assert changed["errors"] == []
    assert changed["estate"]["modeHistory"] == [{"consultationId": survey["consultation"]["id"]}]
    assert changed["warnings"] == [{"code": "WARN:RULES_NOT_SET", "value": "REGULATIONS"}]
    assert (await history(registry, city.estate))[0] == "OWNER_SELF"
    kept = await registry.ask(
        "query($id: ID!) { estate(id: $id) { consultations { mode from to asked answered consenting } } }",
        id=city.estate,
    )
    assert kept["estate"]["consultations"] == [
        {
            "mode": "OWNER_SELF",
            "from": "2026-02-01",
            "to": "2026-03-01",
            "asked": 120,
            "answered": 100,
            "consenting": 80,
        }
    ]


@pytest.mark.rule("ZG-23")
async def test_the_vote_on_the_provider_has_asked_the_owners(registry: Registry, city: City) -> None:
    await registry.done("formCongress", "congress", estateId=city.estate, formedOn="2026-01-10")
    await registry.done("recordCreditLookup", "creditLookup", providerId=city.provider, estateId=city.estate)
    decision = await passed_decision(registry, city)
    signed = contract(
        city, kind="CONGRESS", decisionId=decision, tender=None, signedOn="2026-03-05", **{"from": "2026-03-05"}
    )
    contract_id = await registry.done("signContract", "contract", **signed)

    started = await registry.write(
        "startService",
        "contract { estate { mode modeHistory { decisionId } } }",
        contractId=contract_id,
        serviceStartOn="2026-03-05",
    )

    assert started["warnings"] == []
    assert started["contract"]["estate"] == {"mode": "MARKET", "modeHistory": [{"decisionId": decision}]}


@pytest.mark.rule("PZ-31")
async def test_a_name_that_the_district_does_not_have_is_refused(registry: Registry, city: City) -> None:
    error = await registry.refused(
        "changeMode", estateId=city.estate, label="信托制物业管理模式", effectiveOn="2026-03-01"
    )

    assert (error["code"], error["path"], error["value"]) == (
        "VALIDATION", ["input", "label"], "信托制物业管理模式",
    )  # fmt: skip


@pytest.mark.rule("ZG-25")
async def test_the_market_without_a_served_contract_is_refused(registry: Registry, city: City) -> None:
    error = await registry.refused(
        "changeMode", estateId=city.estate, label="引进市场化物业管理", effectiveOn="2026-03-01"
    )

    assert (error["code"], error["path"]) == ("PRECONDITION", ["input", "contractId"])


@pytest.mark.rule("NZ-22")
@pytest.mark.rule("ZG-27")
async def test_the_basic_mode_waits_for_the_end_of_the_contract_and_is_paid_by_owners(
    registry: Registry, city: City
) -> None:
    given = {**FALLBACK, "label": "实施基本物业管理", "estateId": city.estate}

    error = await registry.refused("startFallback", **given)
    assert (error["code"], error["path"], error["value"]) == (
        "EARMARK", ["input", "costBearer"], "PUBLIC_FUNDS",
    )  # fmt: skip

    await served_contract(registry, city)
    error = await registry.refused("startFallback", **{**given, "costBearer": "ALL_OWNERS"})
    assert (error["code"], error["value"]) == ("STATE_CONFLICT", "HT-2026-001")


@pytest.mark.rule("PZ-29")
@pytest.mark.rule("PZ-30")
async def test_a_fall_back_is_basic_and_is_listed_once_its_review_is_past(registry: Registry) -> None:
    city = await place(registry, PANZHIHUA)
    wider = {**FALLBACK, "items": ["CLEANING", "SECURITY"], "estateId": city.estate}
    error = await registry.refused("startFallback", **wider)
    assert (error["code"], error["path"], error["value"]) == ("OUT_OF_RANGE", ["input", "items"], "SECURITY")

    begun = await registry.write("startFallback", "estate { mode }", **FALLBACK, estateId=city.estate)
    assert (begun["errors"], begun["estate"]) == ([], {"mode": "COMMUNITY_FALLBACK"})

    # Today is 2026-03-05: the review of 2026-03-01 is four days past.
    overdue = "query { overdueReviews { nodes { estate { id } daysOverdue record { reviewOn isPastReview } } } }"
    assert (await registry.ask(overdue))["overdueReviews"]["nodes"] == [
        {"estate": {"id": city.estate}, "daysOverdue": 4, "record": {"reviewOn": "2026-03-01", "isPastReview": True}}
    ]

    # Reviewed with the next look today: on the day itself it is still in time.
    reviewed = {"reviewedOn": "2026-03-04", "action": "街道牵头成立物业管理委员会", "reviewOn": "2026-03-05"}
    selection = (
        'estate { modeHistory { reviews { action } isPastReview } before: mode(at: "2026-01-31") '
        'first: mode(at: "2026-02-01") }'
    )
    payload = await registry.write("reviewMode", selection, **reviewed, estateId=city.estate)
    assert payload["estate"] == {
        "modeHistory": [{"reviews": [{"action": "街道牵头成立物业管理委员会"}], "isPastReview": False}],
        "before": "NONE",
        "first": "COMMUNITY_FALLBACK",
    }
    assert (await registry.ask(overdue))["overdueReviews"]["nodes"] == []


@pytest.mark.rule("PZ-30")
async def test_overdue_reviews_come_in_pages_to_those_who_may_see_them(registry: Registry) -> None:
    city = await place(registry, PANZHIHUA)
    estates = [city.estate, await another_estate(registry, city.street, city.community, code="510400-002")]
    for estate, review_on in zip(estates, ("2026-03-02", "2026-02-20"), strict=True):
        await registry.done("startFallback", "estate", **{**FALLBACK, "reviewOn": review_on}, estateId=estate)
    pages = (
        "query($after: String) { overdueReviews(first: 1, after: $after) "
        "{ nodes { estate { id } } pageInfo { endCursor hasNextPage } } }"
    )

    first = (await registry.ask(pages))["overdueReviews"]
    second = (await registry.ask(pages, after=first["pageInfo"]["endCursor"]))["overdueReviews"]

    assert [node["estate"]["id"] for page in (first, second) for node in page["nodes"]] == estates[::-1]
    assert (first["pageInfo"]["hasNextPage"], second["pageInfo"]["hasNextPage"]) == (True, False)
    own = caller(Role.STREET, scope=Scope.of(f"estate:{estates[0]}"))
    seen = (await registry.ask("{ overdueReviews { nodes { estate { id } } } }", by=own))["overdueReviews"]["nodes"]
    assert seen == [{"estate": {"id": estates[0]}}]
    of_street = "query($s: ID!) { overdueReviews(filter: {streetId: $s}) { nodes { daysOverdue } } }"
    assert len((await registry.ask(of_street, s=city.street))["overdueReviews"]["nodes"]) == 2
    assert (await registry.ask(of_street, s="str_none"))["overdueReviews"]["nodes"] == []


@pytest.mark.rule("NZ-19")
async def test_a_willing_company_takes_over_first_with_two_items(registry: Registry) -> None:
    city = await place(registry, NANZHENG)
    items = [{"code": code, "description": "x", "standard": "每日", "price": "0.20", "priceUnit": "m2/month"}
             for code in ("CLEANING", "ORDER")]  # fmt: skip
    agreement = await registry.done(
        "signContract", "contract",
        **contract(city, kind="COOPERATION", tender=None, deposit={"status": "NOT_AGREED"}, items=items),
    )  # fmt: skip
    wider = [*items, {**items[0], "code": "GREENING"}]
    draft = contract(city, kind="COOPERATION", tender=None, deposit={"status": "NOT_AGREED"}, number="HT-2")
    error = await registry.refused("signContract", **{**draft, "items": wider})
    assert (error["code"], error["path"], error["value"]) == ("OUT_OF_RANGE", ["input", "items"], "GREENING")
    other = await another_estate(registry, city.street, city.community, code="610703-002")
    given = {"contractId": agreement, "effectiveOn": "2026-03-02", "reviewOn": "2026-09-01"}

    error = await registry.refused("startTakeoverFirst", estateId=other, **given)
    assert (error["code"], error["path"], error["value"]) == ("PRECONDITION", ["input", "contractId"], "COOPERATION")
    begun = await registry.write("startTakeoverFirst", "estate { mode }", estateId=city.estate, **given)

    assert begun["estate"] == {"mode": "TAKEOVER_FIRST"}
    (event,) = await registry.announced("registry.mode.changed")
    assert (event.data["label"], event.data["items"], event.data["reviewOn"]) == (
        "准物业服务", ["CLEANING", "ORDER"], "2026-09-01",
    )  # fmt: skip


@pytest.mark.rule("XY-08")
@pytest.mark.rule("XY-09")
@pytest.mark.rule("XY-23")
async def test_custody_and_a_neighbours_company_in_xunyang(registry: Registry) -> None:
    city = await place(registry, XUNYANG, XUNYANG_STREET)
    neighbour = await another_estate(registry, city.street, city.community, code="360403-002")
    custody = await registry.done(
        "signContract", "contract",
        **contract(city, kind="CUSTODY", tender=None, deposit={"status": "NOT_AGREED"}),
    )  # fmt: skip
    given = {
        "estateId": city.estate,
        "contractId": custody,
        "effectiveOn": "2026-03-02",
        "reviewOn": "2027-03-01",
        "canBeEnclosed": True,
    }
    error = await registry.refused("startCustody", **given)
    assert (error["code"], error["value"]) == ("PRECONDITION", "SIGNED")
    await registry.done("startService", "contract", contractId=custody, serviceStartOn="2026-03-02")

    begun = await registry.write("startCustody", "estate { mode modeHistory { means reviewOn } }", **given)

    assert begun["estate"] == {
        "mode": "COMMUNITY_FALLBACK",
        "modeHistory": [{"means": "CUSTODY", "reviewOn": "2027-03-01"}],
    }
    assert begun["warnings"] == [
        {"code": "WARN:ENCLOSABLE", "value": "OPEN"},
        {"code": "WARN:NOT_ANALYSED", "value": None},
    ]
    nearby = {"estateId": neighbour, "nearbyContractId": custody, "effectiveOn": "2026-03-03"}
    taken = await registry.write("takeOverNearby", "estate { mode }", analysis="零散楼栋，紧邻在管小区", **nearby)
    assert (taken["estate"], taken["warnings"]) == ({"mode": "MARKET"}, [])
    error = await registry.refused("takeOverNearby", **{**nearby, "estateId": city.estate})
    assert (error["code"], error["path"]) == ("PRECONDITION", ["input", "nearbyContractId"])


@pytest.mark.rule("XY-21")
async def test_a_pilot_states_its_content_and_fee(registry: Registry) -> None:
    city = await place(registry, XUNYANG, XUNYANG_STREET)
    given = {"estateId": city.estate, "label": "转型自管", "effectiveOn": "2026-03-01", "isPilot": True,
             "analysis": "自管能力较强"}  # fmt: skip

    error = await registry.refused("changeMode", **given)
    assert (error["code"], error["path"]) == ("PRECONDITION", ["input", "terms"])
    terms = {"content": "保洁、秩序", "feeStandard": "0.30元/平方米/月"}
    changed = await registry.write(
        "changeMode", "estate { modeHistory { isPilot terms { content feeStandard } } }", **given, terms=terms
    )

    assert changed["estate"]["modeHistory"] == [{"isPilot": True, "terms": terms}]


@pytest.mark.rule("PZ-08")
@pytest.mark.rule("PZ-22")
async def test_a_unit_manages_and_a_forced_market_is_flagged(registry: Registry) -> None:
    city = await place(registry, PANZHIHUA)
    unit = await registry.done(
        "registerProvider", "provider",
        district=PANZHIHUA, name="示例厂", unifiedCreditCode="91110108551385082Q", kind="UNIT",
    )  # fmt: skip
    terms = {"content": "保洁", "feeStandard": "0.20元/平方米/月", "paymentWay": "按季缴纳"}
    given = {"estateId": city.estate, "label": "单位自管模式", "effectiveOn": "2026-02-01", "terms": terms}
    error = await registry.refused("changeMode", **given, unitId=city.provider)
    assert (error["code"], error["path"], error["value"]) == ("PRECONDITION", ["input", "unitId"], "COMPANY")
    await registry.done("changeMode", "estate", **given, unitId=unit)
    titles = await registry.write(
        "recordTitles", "estate { titleSituation mode }", estateId=city.estate, situation="SEVERAL_UNITS"
    )
    assert titles["estate"] == {"titleSituation": "SEVERAL_UNITS", "mode": "UNIT_SELF"}

    agreed = await registry.done(
        "signContract", "contract", **contract(city, deposit={"status": "NOT_AGREED"}, **{"from": "2026-03-02"})
    )
    started = await registry.write("startService", "__typename", contractId=agreed, serviceStartOn="2026-03-02")

    assert started["warnings"] == [{"code": "WARN:MARKET_FORCED", "value": "SEVERAL_UNITS"}]
    assert await history(registry, city.estate) == (
        "MARKET",
        [
            ("UNIT_SELF", "单位自管模式", "2026-02-01", "2026-03-01"),
            ("MARKET", "市场化物业管理模式", "2026-03-02", None),
        ],
    )


async def test_a_mistaken_record_is_taken_back_with_its_reason(registry: Registry) -> None:
    city = await place(registry, PANZHIHUA)
    await registry.done("startFallback", "estate", **FALLBACK, estateId=city.estate)
    rival = {"estateId": city.estate, "label": "业主自行服务模式"}
    error = await registry.refused("changeMode", **rival, effectiveOn="2026-02-01")
    assert (error["code"], error["path"]) == ("STATE_CONFLICT", ["input", "effectiveOn"])
    await registry.done("changeMode", "estate", **rival, effectiveOn="2026-02-02")

    error = await registry.refused("reverseMode", estateId=city.estate, reason=" ")
    assert (error["code"], error["path"]) == ("VALIDATION", ["input", "reason"])
    await registry.done("reverseMode", "estate", estateId=city.estate, reason="录入错误")

    assert await history(registry, city.estate) == (
        "COMMUNITY_FALLBACK", [("COMMUNITY_FALLBACK", "社区兜底管理模式", "2026-02-01", None)],
    )  # fmt: skip
    kept = (await registry.ask(HISTORY, id=city.estate))["estate"]["reversedModes"]
    assert kept == [
        {"record": {"mode": "OWNER_SELF", "from": "2026-02-02"}, "reason": "录入错误", "reversedOn": "2026-03-05"}
    ]
    event = (await registry.announced("registry.mode.changed"))[-1]
    assert {name: event.data[name] for name in ("from", "to", "effectiveOn", "isReversal")} == {
        "from": "OWNER_SELF", "to": "COMMUNITY_FALLBACK", "effectiveOn": "2026-02-02", "isReversal": True,
    }  # fmt: skip
    await registry.done("reverseMode", "estate", estateId=city.estate, reason="录入错误")
    assert await history(registry, city.estate) == ("NONE", [])
    error = await registry.refused("reverseMode", estateId=city.estate, reason="录入错误")
    assert error["code"] == "STATE_CONFLICT"


TRUST_TERMS = {
    "remunerationKind": "FIXED",
    "remunerationFixed": "12000.00",
    "dualSignAbove": "5000.00",
    "disclosureEvery": "QUARTER",
    "surplusRule": "CARRY_FORWARD",
}


async def started_trust(registry: Registry, city: City) -> dict[str, Any]:
    """Return the payload of the start of a trust contract's service on 2026-03-05."""
    await registry.done("formCongress", "congress", estateId=city.estate, formedOn="2026-01-10")
    decision = await passed_decision(registry, city)
    signed = contract(
        city,
        kind="TRUST",
        decisionId=decision,
        tender=None,
        deposit={"status": "NOT_AGREED"},
        trust=TRUST_TERMS,
        signedOn="2026-03-05",
        **{"from": "2026-03-05"},
    )
    contract_id = await registry.done("signContract", "contract", **signed)
    return await registry.write("startService", "contract { id }", contractId=contract_id, serviceStartOn="2026-03-05")


async def fund(registry: Registry, event: str, city: City, **data: Any) -> None:
    await registry.hear(f"trust.fund.{event}", estateId=city.estate, fundId="fnd_1", **data)


OPENED = {"accountRef": "ref-1", "signatorySlots": ["TRUSTEE", "OWNERS"], "openedOn": "2026-03-01"}


@pytest.mark.rule("PZ-26")
@pytest.mark.rule("PZ-27")
async def test_the_trust_mode_waits_for_the_open_fund_and_begins_with_it(registry: Registry) -> None:
    city = replace(await place(registry, PANZHIHUA))
    started = await started_trust(registry, city)
    assert started["warnings"] == [{"code": "WARN:MODE_NOT_SET", "value": "PRECONDITION"}]
    given = {
        "estateId": city.estate,
        "label": "信托制物业管理模式",
        "effectiveOn": "2026-03-05",
        "contractId": started["contract"]["id"],
    }
    error = await registry.refused("changeMode", **given)
    assert (error["code"], error["path"], error["value"]) == (
        "PRECONDITION", ["input", "effectiveOn"], "2026-03-05",
    )  # fmt: skip

    await fund(registry, "opened", city, **OPENED)
    await fund(registry, "opened", city, **OPENED)  # Heard twice: one record.

    assert await history(registry, city.estate) == (
        "TRUST", [("TRUST", "信托制物业管理模式", "2026-03-05", None)],
    )  # fmt: skip


@pytest.mark.rule("PZ-26")
async def test_an_open_fund_lets_the_trust_mode_begin_with_the_service(registry: Registry) -> None:
    city = await place(registry, PANZHIHUA)
    await fund(registry, "opened", city, **OPENED)

    started = await started_trust(registry, city)

    assert started["warnings"] == []
    assert (await history(registry, city.estate))[0] == "TRUST"


@pytest.mark.rule("PZ-26")
@pytest.mark.parametrize("closed", ["suspended", "liquidated"])
async def test_a_fund_that_does_not_serve_lets_no_trust_mode_begin(registry: Registry, closed: str) -> None:
    city = await place(registry, PANZHIHUA)
    await fund(registry, "opened", city, **OPENED)
    await fund(registry, closed, city, reason="audit")

    started = await started_trust(registry, city)

    assert started["warnings"] == [{"code": "WARN:MODE_NOT_SET", "value": "PRECONDITION"}]
    if closed == "suspended":
        await fund(registry, "resumed", city)
        changed = await registry.write(
            "changeMode",
            "estate { mode }",
            estateId=city.estate,
            label="信托制物业管理模式",
            effectiveOn="2026-03-05",
            contractId=started["contract"]["id"],
        )
        assert changed["estate"] == {"mode": "TRUST"}


@pytest.mark.rule("ZG-40")
async def test_an_abandoned_estate_has_no_mode_from_that_day_on(registry: Registry) -> None:
    city = await place(registry, PANZHIHUA)
    await registry.done("startFallback", "estate", **FALLBACK, estateId=city.estate)

    abandoned = {"estateId": city.estate, "abandonmentReason": "SELF_MANAGEMENT_FAILED", "abandonedOn": "2026-03-01"}
    await registry.done("abandonEstate", "estate", **abandoned)

    assert await history(registry, city.estate) == (
        "NONE",
        [
            ("COMMUNITY_FALLBACK", "社区兜底管理模式", "2026-02-01", "2026-02-28"),
            ("NONE", "无物业管理", "2026-03-01", None),
        ],
    )
    assert [event.data["to"] for event in await registry.announced("registry.mode.changed")] == [
        "COMMUNITY_FALLBACK",
        "NONE",
    ]


async def test_a_stranger_and_a_provider_set_no_mode(registry: Registry) -> None:
    city = await place(registry, PANZHIHUA)
    stranger = caller(Role.STREET, scope=Scope.of(f"street:{new_id('str')}"))

    error = await registry.refused("startFallback", by=stranger, **FALLBACK, estateId=city.estate)
    assert (error["code"], error["path"]) == ("NOT_FOUND", ["input", "estateId"])
    error = await registry.refused("startFallback", by=caller(Role.PROVIDER), **FALLBACK, estateId=city.estate)
    assert error["code"] == "FORBIDDEN_ACTOR"
