"""The estate ledger by street and class, its coverage, and the duty matrix, on the real store."""

import pytest

from kit.caller import Role, Scope
from tests.registry.cities import ESTATE_FACTS, City, Registry, caller, contract

pytestmark = pytest.mark.store

LEDGER = (
    "query($district: DistrictCode!, $street: ID, $kind: EstateKind, $first: Int!, $after: String) { "
    "estateLedger(district: $district, streetId: $street, kind: $kind, first: $first, after: $after) { "
    "nodes { street community kind code isOld householdCount provider contractNumber } pageInfo { endCursor } } }"
)


async def second_estate(registry: Registry, city: City) -> str:
    """Return a new estate of another street of the city's district."""
    street = await registry.done("registerStreet", "street", district="360702", name="赣江街道")
    community = await registry.done("registerCommunity", "community", streetId=street, name="滨江社区")
    await registry.done(
        "registerEstate", "estate",
        **{
            **ESTATE_FACTS, "code": "360702-002", "name": "滨江花园", "streetId": street, "communityId": community,
            "kind": "NEW_COMMERCIAL", "builtOn": "2005-01-01",
        },
    )  # fmt: skip
    return street


async def test_the_ledger_shows_estates_by_street_and_class_with_who_serves_them(
    registry: Registry, city: City
) -> None:
    street = await second_estate(registry, city)
    signed = await registry.done("signContract", "contract", **contract(city))
    await registry.done("startService", "contract", contractId=signed, serviceStartOn="2026-03-01")
    asked = {"district": "360702", "first": 1}

    first = (await registry.ask(LEDGER, **asked))["estateLedger"]
    second = (await registry.ask(LEDGER, **asked, after=first["pageInfo"]["endCursor"]))["estateLedger"]
    by_street = (await registry.ask(LEDGER, **asked, street=street))["estateLedger"]
    by_kind = (await registry.ask(LEDGER, **asked, kind="OLD"))["estateLedger"]

    assert first["nodes"] == [
        {
            "street": "解放街道", "community": "金桂社区", "kind": "OLD", "code": "360702-001", "isOld": True,
            "householdCount": 120, "provider": "示例物业服务有限公司", "contractNumber": "HT-2026-001",
        }
    ]  # fmt: skip
    assert [(row["code"], row["isOld"], row["provider"]) for row in second["nodes"]] == [("360702-002", False, None)]
    assert [row["code"] for row in by_street["nodes"]] == ["360702-002"]
    assert [row["code"] for row in by_kind["nodes"]] == ["360702-001"]


async def test_a_street_sees_its_own_rows_only(registry: Registry, city: City) -> None:
    await second_estate(registry, city)
    clerk = caller(Role.STREET, scope=Scope.of(f"street:{city.street}"))
    coverage = "query($d: DistrictCode!) { estateCoverage(district: $d) { street { name } kind estates managed } }"

    ledger = await registry.ask(LEDGER, by=clerk, district="360702", first=20)
    covered = await registry.ask(coverage, by=clerk, d="360702")
    whole = await registry.ask(coverage, d="360702")

    assert [row["code"] for row in ledger["estateLedger"]["nodes"]] == ["360702-001"]
    assert covered["estateCoverage"] == [{"street": {"name": "解放街道"}, "kind": "OLD", "estates": 1, "managed": 0}]
    assert len(whole["estateCoverage"]) == 2


@pytest.mark.rule("DH-10")
@pytest.mark.rule("DH-14")
@pytest.mark.rule("DH-22")
async def test_the_duty_matrix_is_the_one_of_the_document_in_force_on_the_day(registry: Registry) -> None:
    await registry.done("publishPolicy", "policy", district="360102", version=1, effectiveFrom="2021-06-01")
    query = (
        'query($at: Date, $bodies: [DutyBody!]) { dutyMatrix(district: "360102", at: $at, bodies: $bodies) '
        "{ body name duty side clause document } }"
    )

    rows = (await registry.ask(query, bodies=["HOUSING", "CIVIL_AFFAIRS", "COMMUNITY"]))["dutyMatrix"]
    every = (await registry.ask(query))["dutyMatrix"]
    (error,) = await registry.ask_for_errors(query, at="2021-05-31")

    assert [row["body"] for row in rows] == ["HOUSING"] * 3 + ["CIVIL_AFFAIRS"] * 3 + ["COMMUNITY"] * 3
    assert (rows[0]["duty"], rows[0]["clause"], rows[0]["side"]) == (
        "指导业主大会和业主委员会成立", "四（二）区房管局", None,
    )  # fmt: skip
    assert len(every) == 33
    street = await registry.done("registerStreet", "street", district="360102", name="公园街道")
    of_street = "query($id: ID!, $at: Date) { street(id: $id) { duties(at: $at) { body } } }"
    answers_for = (await registry.ask(of_street, id=street))["street"]["duties"]
    assert {row["body"] for row in answers_for} == {"STREET", "COMMUNITY"}
    assert (await registry.ask(of_street, id=street, at="2021-05-31"))["street"]["duties"] == []
    assert error.original_error.code == "INSTRUMENT_NOT_AVAILABLE"
