"""From fixed menus over offers and the vote to the draft, the signature and the start of service."""

from typing import Any

import pytest

from kit.caller import Role
from tests.registry.cities import ESTATE_FACTS, ITEMS, City, Registry, caller, contract, passed_decision

pytestmark = pytest.mark.store

BETTER = [{**ITEMS[0], "standard": "每日两次", "price": "0.90"}]
PLAN: dict[str, Any] = {
    "ownersHeardOn": "2026-01-10",
    "fixedOn": "2026-01-20",
    "menus": [{"code": "L2", "name": "二级", "items": ITEMS}, {"code": "L1", "name": "一级", "items": BETTER}],
}


@pytest.fixture
async def panzhihua(registry: Registry, city: City) -> City:
    """An estate with a congress in Panzhihua, whose document wants content and fee standard fixed first."""
    street = await registry.done("registerStreet", "street", district="510400", name="炳草岗街道")
    community = await registry.done("registerCommunity", "community", streetId=street, name="滨江社区")
    estate = await registry.done(
        "registerEstate",
        "estate",
        code="510400-001",
        name="滨江小区",
        streetId=street,
        communityId=community,
        **ESTATE_FACTS,
    )
    await registry.done("formCongress", "congress", estateId=estate, formedOn="2025-01-10")
    return City(street, community, community, estate, city.building, city.provider)


def own_contract(city: City, **changed: Any) -> dict[str, Any]:
    given = contract(city, kind="CONGRESS", tender=None, signedOn="2026-03-05", **{"from": "2026-03-05"}, **changed)
    return {**given, "deposit": {"status": "NOT_AGREED"}}


async def offered(registry: Registry, city: City) -> str:
    """Return the id of the offer of the city's provider on the better menu."""
    await registry.done("fixServicePlan", "selection", estateId=city.estate, **PLAN)
    payload = await registry.write(
        "recordTender",
        "selection { procedure { offers { id menuCode provider { id } } } }",
        estateId=city.estate,
        method="OPEN",
        reference="选聘〔2026〕1号",
        decidedOn="2026-02-05",
        offers=[{"providerId": city.provider, "menuCode": "L1"}],
    )
    (offer,) = payload["selection"]["procedure"]["offers"]
    assert offer["provider"] == {"id": city.provider}
    offer_id: str = offer["id"]
    return offer_id


@pytest.mark.rule("PZ-14")
async def test_nobody_is_selected_before_the_plan(registry: Registry, panzhihua: City) -> None:
    given = {
        "estateId": panzhihua.estate,
        "method": "OPEN",
        "reference": "选聘〔2026〕1号",
        "decidedOn": "2026-02-05",
        "offers": [{"providerId": panzhihua.provider, "menuCode": "L1"}],
    }

    early = await registry.refused("recordTender", **given)
    await registry.done("fixServicePlan", "selection", estateId=panzhihua.estate, **PLAN)
    backdated = await registry.refused("recordTender", **{**given, "decidedOn": "2026-01-19"})
    decision = await passed_decision(registry, panzhihua)
    unplanned = await registry.refused("signContract", **own_contract(panzhihua, decisionId=decision))

    assert (early["code"], early["path"]) == ("STATE_CONFLICT", ["input", "estateId"])
    assert (backdated["code"], backdated["path"]) == ("STATE_CONFLICT", ["input", "decidedOn"])
    assert (unplanned["code"], unplanned["path"]) == ("STATE_CONFLICT", ["input", "offerId"])


@pytest.mark.rule("DH-51")
@pytest.mark.rule("PZ-15")
@pytest.mark.rule("PZ-16")
async def test_owners_vote_on_company_and_tier_and_then_the_provider_enters(
    registry: Registry, panzhihua: City
) -> None:
    offer = await offered(registry, panzhihua)
    closed = await registry.refused(
        "amendMenu",
        estateId=panzhihua.estate,
        fixedOn="2026-02-10",
        menu={"code": "L1", "name": "一级", "items": ITEMS},
    )
    draft = {name: value for name, value in own_contract(panzhihua, items=BETTER).items() if name not in UNSIGNED}
    contract_id = await registry.done("draftContract", "contract", **draft)
    start = {"contractId": contract_id, "serviceStartOn": "2026-03-05"}
    signature = {"contractId": contract_id, "signedOn": "2026-03-05"}

    entered_early = await registry.refused("startService", **start)
    undecided = await registry.refused("signDraft", **signature)
    about_provider = await passed_decision(registry, panzhihua, subjectRef=f"{panzhihua.provider}x")
    other = await registry.refused("signDraft", decisionId=about_provider, **signature)
    decision = await passed_decision(registry, panzhihua, subjectRef=offer)
    signed = await registry.write(
        "signDraft",
        "contract { state signedByBody signedOn selection { menus { code } } }",
        decisionId=decision,
        **signature,
    )
    again = await registry.refused("signDraft", decisionId=decision, **signature)
    await registry.done("startService", "contract", **start)

    assert closed["code"] == "STATE_CONFLICT"
    assert (entered_early["code"], entered_early["value"]) == ("STATE_CONFLICT", "DRAFT")
    assert [undecided["code"], other["code"], again["code"]] == ["NEEDS_DECISION", "NEEDS_DECISION", "STATE_CONFLICT"]
    assert signed["contract"] == {
        "state": "SIGNED",
        "signedByBody": "CONGRESS_ONLY",
        "signedOn": "2026-03-05",
        "selection": {"menus": [{"code": "L2"}, {"code": "L1"}]},
    }
    (event,) = await registry.announced("registry.contract.signed")
    assert (event.data["contractId"], event.data["feeTerms"]) == (
        contract_id,
        {"method": "LUMP_SUM", "interval": "MONTH"},
    )


UNSIGNED = ("signedOn", "tender")


@pytest.mark.rule("DH-51")
async def test_the_contract_keeps_the_tier_that_was_voted_for(registry: Registry, panzhihua: City) -> None:
    offer = await offered(registry, panzhihua)
    decision = await passed_decision(registry, panzhihua, subjectRef=offer)

    error = await registry.refused("signContract", **own_contract(panzhihua, decisionId=decision))

    assert (error["code"], error["path"], error["value"]) == ("VALIDATION", ["input", "items"], "L1")


@pytest.mark.rule("PZ-14")
async def test_menus_may_be_amended_until_somebody_offers(registry: Registry, panzhihua: City) -> None:
    await registry.done("fixServicePlan", "selection", estateId=panzhihua.estate, **PLAN)

    await registry.done(
        "amendMenu",
        "selection",
        estateId=panzhihua.estate,
        fixedOn="2026-01-25",
        menu={"code": "L2", "name": "二级", "items": BETTER},
    )

    answer = await registry.ask(
        "query($id: ID!) { estate(id: $id) { selections { planFixedOn menus { code items { price } } procedure "
        "{ method } } } }",
        id=panzhihua.estate,
    )
    assert answer["estate"]["selections"] == [
        {
            "planFixedOn": "2026-01-25",
            "menus": [
                {"code": "L1", "items": [{"price": "0.90"}]},
                {"code": "L2", "items": [{"price": "0.90"}]},
            ],
            "procedure": None,
        }
    ]


@pytest.mark.rule("ZG-11")
async def test_a_bidder_of_the_owners_competition_is_filed(registry: Registry, panzhihua: City) -> None:
    unfiled = await registry.done(
        "registerProvider",
        "provider",
        district="510400",
        name="未备案物业有限公司",
        unifiedCreditCode="91110108551385082Q",
        kind="COMPANY",
    )
    await registry.done("fixServicePlan", "selection", estateId=panzhihua.estate, **PLAN)
    given = {
        "estateId": panzhihua.estate,
        "reference": "选聘〔2026〕1号",
        "decidedOn": "2026-02-05",
        "offers": [{"providerId": unfiled, "menuCode": "L1"}],
    }

    error = await registry.refused("recordTender", method="INVITED", **given)
    await registry.done("recordTender", "selection", method="OTHER_WAY", acceptedWay="业主代表现场比选", **given)

    assert (error["code"], error["value"]) == ("PRECONDITION", unfiled)


async def test_a_stranger_guides_nobody(registry: Registry, panzhihua: City) -> None:
    error = await registry.refused("fixServicePlan", by=caller(Role.PROVIDER), estateId=panzhihua.estate, **PLAN)

    assert error["code"] == "FORBIDDEN_ACTOR"


@pytest.mark.rule("DH-20")
async def test_donghu_wants_a_service_area_before_a_contract(registry: Registry, city: City) -> None:
    await registry.done("publishPolicy", "policy", district="360102", version=1, effectiveFrom="2021-01-01")
    street = await registry.done("registerStreet", "street", district="360102", name="公园街道")
    community = await registry.done("registerCommunity", "community", streetId=street, name="百花洲社区")
    estate = await registry.done(
        "registerEstate",
        "estate",
        code="360102-001",
        name="百花小区",
        streetId=street,
        communityId=community,
        **ESTATE_FACTS,
    )
    given = {**contract(city, estateId=estate, kind="COOPERATION", tender=None), "deposit": {"status": "NOT_AGREED"}}

    error = await registry.refused("signContract", **given)
    await registry.done(
        "drawServiceArea",
        "serviceArea",
        streetId=street,
        name="百花洲片区",
        drawnOn="2026-01-01",
        estateIds=[estate],
    )
    await registry.done("signContract", "contract", **given)

    assert (error["code"], error["path"], error["value"]) == ("PRECONDITION", ["input", "estateId"], estate)
