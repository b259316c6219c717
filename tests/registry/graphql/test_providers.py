"""Providers with their sources, the pool of public-welfare companies, staff, promises and subcontracts."""

from typing import Any

import pytest

from kit.caller import Role
from tests.registry.cities import ITEMS, City, Registry, caller, contract

pytestmark = pytest.mark.store

POOL = "query($id: ID!) { provider(id: $id) { publicWelfarePool poolJoinedOn poolLeftOn } }"


async def rated(registry: Registry, city: City, **changed: Any) -> None:
    facts = {"providerId": city.provider, "year": 2025, "score": "92.00", "seriousDishonesty": False, **changed}
    await registry.hear("inspection.credit.scored", **facts)


@pytest.mark.rule("ZG-39")
async def test_a_company_enters_the_pool_and_leaves_it_when_it_is_blacklisted(registry: Registry, city: City) -> None:
    given = {"providerId": city.provider, "joinedOn": "2026-03-01", "rankReference": "赣市物信〔2025〕3号"}

    unrated = await registry.refused("joinWelfarePool", **given)
    await rated(registry, city)
    await registry.done("joinWelfarePool", "provider", **given)
    inside = (await registry.ask(POOL, id=city.provider))["provider"]
    await registry.hear(
        "inspection.blacklist.listed",
        entryId="ble_1",
        providerId=city.provider,
        reason="serious dishonesty",
        years=[2025],
        listedOn="2026-03-03",
    )
    outside = (await registry.ask(POOL, id=city.provider))["provider"]
    back = await registry.refused("joinWelfarePool", **{**given, "joinedOn": "2026-03-04"})

    assert (unrated["code"], unrated["value"]) == ("PRECONDITION", "UNRATED")
    assert inside == {"publicWelfarePool": True, "poolJoinedOn": "2026-03-01", "poolLeftOn": None}
    assert outside == {"publicWelfarePool": False, "poolJoinedOn": "2026-03-01", "poolLeftOn": "2026-03-03"}
    assert (back["code"], back["value"]) == ("PRECONDITION", "BLACKLISTED")
    (joined,) = await registry.announced("registry.provider.pool_joined")
    (left,) = await registry.announced("registry.provider.pool_left")
    assert (joined.data["providerId"], joined.data["joinedOn"]) == (city.provider, "2026-03-01")
    assert (left.data["providerId"], left.data["leftOn"]) == (city.provider, "2026-03-03")


@pytest.mark.rule("ZG-39")
async def test_a_company_leaves_the_pool_and_elsewhere_there_is_none(registry: Registry, city: City) -> None:
    await rated(registry, city)
    given = {"providerId": city.provider, "joinedOn": "2026-03-01", "rankReference": "赣市物信〔2025〕3号"}
    await registry.done("joinWelfarePool", "provider", **given)
    elsewhere = await registry.done(
        "registerProvider",
        "provider",
        district="510400",
        name="攀枝花物业有限公司",
        unifiedCreditCode="91110108551385082Q",
        kind="COMPANY",
    )

    await registry.done(
        "leaveWelfarePool", "provider", providerId=city.provider, leftOn="2026-03-04", because="自愿退出"
    )
    twice = await registry.refused(
        "leaveWelfarePool", providerId=city.provider, leftOn="2026-03-04", because="自愿退出"
    )
    none = await registry.refused("joinWelfarePool", **{**given, "providerId": elsewhere})

    assert twice["code"] == "STATE_CONFLICT"
    assert none["code"] == "INSTRUMENT_NOT_AVAILABLE"


@pytest.mark.rule("XY-03")
@pytest.mark.rule("XY-07")
async def test_providers_name_where_they_come_from(registry: Registry, city: City) -> None:
    given = {"district": "360403", "name": "甘棠物业服务有限公司", "unifiedCreditCode": "91110108551385082Q"}

    nameless = await registry.refused("registerProvider", kind="COMPANY", source="NEW", **given)
    wrong_kind = await registry.refused("registerProvider", kind="COMPANY", selfManagedEstateId=city.estate, **given)
    unnumbered = await registry.refused("registerProvider", kind="NON_ENTERPRISE_UNIT", **given)
    group = await registry.write(
        "registerProvider",
        "provider { kind registrationNumber source }",
        kind="NON_ENTERPRISE_UNIT",
        registrationNumber="民证字第1号",
        selfManagedEstateId=city.estate,
        **given,
    )

    assert [nameless["path"], wrong_kind["path"], unnumbered["path"]] == [
        ["input", "sourceBody"],
        ["input", "kind"],
        ["input", "registrationNumber"],
    ]
    assert {nameless["code"], wrong_kind["code"], unnumbered["code"]} == {"VALIDATION"}
    assert group["provider"] == {
        "kind": "NON_ENTERPRISE_UNIT",
        "registrationNumber": "民证字第1号",
        "source": None,
    }


@pytest.mark.rule("NZ-23")
@pytest.mark.rule("PZ-21")
async def test_staff_are_counted_by_source(registry: Registry, city: City) -> None:
    given = {"estateId": city.estate, "work": "保洁", "headcount": 3, "residents": 0, "from": "2026-03-01"}

    sent = await registry.write("assignStaff", "staff { id }", source="STREET", trained=2, **given)
    hired = await registry.write("assignStaff", "staff { id }", source="PROVIDER", trained=3, **given)

    assert sent["warnings"] == [{"code": "WARN:STAFF_UNTRAINED", "value": "1"}]
    assert hired["warnings"] == [{"code": "WARN:NO_RESIDENT_HIRED", "value": None}]
    answer = await registry.ask(
        "query($id: ID!) { estate(id: $id) { staff { source headcount trained residents } } }", id=city.estate
    )
    assert [count["source"] for count in answer["estate"]["staff"]] == ["PROVIDER", "STREET"]


async def test_single_services_are_subcontracted_and_promises_are_part_of_the_contract(
    registry: Registry, city: City
) -> None:
    other = await registry.done(
        "registerProvider",
        "provider",
        district="360702",
        name="专业保洁有限公司",
        unifiedCreditCode="91110108551385082Q",
        kind="PROFESSIONAL_BODY",
    )
    contract_id = await registry.done(
        "signContract", "contract", **contract(city, items=[*ITEMS, {**ITEMS[0], "code": "GUARDING"}])
    )
    given = {"contractId": contract_id, "itemCode": "CLEANING", "providerId": other, "from": "2026-03-01"}

    whole = await registry.refused("recordSubcontract", share="1.0000", **given)
    await registry.done("recordSubcontract", "contract", share="0.4000", **given)
    split = await registry.refused("recordSubcontract", share="0.1000", **{**given, "itemCode": "GUARDING"})
    promised = await registry.write(
        "attachPromise",
        "contract { promises { text } subcontracts { itemCode share provider { id } } bindsOwners }",
        by=caller(Role.PROVIDER),
        contractId=contract_id,
        text="24小时维修响应",
        madeOn="2026-03-02",
    )

    assert (whole["code"], whole["path"]) == ("OUT_OF_RANGE", ["input", "share"])
    assert (split["code"], split["path"]) == ("OUT_OF_RANGE", ["input", "itemCode"])
    assert promised["contract"] == {
        "promises": [{"text": "24小时维修响应"}],
        "subcontracts": [{"itemCode": "CLEANING", "share": "0.4000", "provider": {"id": other}}],
        "bindsOwners": True,
    }
