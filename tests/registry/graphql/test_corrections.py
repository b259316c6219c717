"""Correction of many estates by a file, and the policies in force, through the schema on the real store."""

import base64
from typing import Any

import pytest

from kit.caller import Role, Scope
from tests.registry.cities import ESTATE_FACTS, City, Registry, caller

pytestmark = pytest.mark.store

REPORT = "report { landed unchanged rejected rows { row outcome header code } }"


def table(*lines: str) -> str:
    return base64.b64encode("\n".join(lines).encode()).decode()


async def corrected(registry: Registry, *lines: str, **given: Any) -> dict[str, Any]:
    values = {"effectiveOn": "2026-03-01", "reason": "普查更正〔2026〕3号", "contentBase64": table(*lines), **given}
    payload = await registry.write("correctEstates", REPORT, **values)
    assert payload["errors"] == []
    found: dict[str, Any] = payload["report"]
    return found


async def test_good_rows_correct_and_bad_rows_are_reported(registry: Registry, city: City) -> None:
    await registry.done(
        "registerEstate", "estate", code="360702-002", name="碧梧新村", streetId=city.street,
        communityId=city.community, **ESTATE_FACTS,
    )  # fmt: skip

    report = await corrected(
        registry,
        "小区编码,户数,小区名称",
        "360702-001,121,红枫小区",
        "360702-002,,碧梧新村",
        "360702-002,-1,",
        "360702-003,5,",
        "360702-001,122,",
    )

    assert (report["landed"], report["unchanged"], report["rejected"]) == (1, 1, 3)
    assert [(row["row"], row["header"], row["code"]) for row in report["rows"][2:]] == [
        (4, "小区编码", "DUPLICATE"),
        (5, "小区编码", "VALIDATION"),
        (6, "小区编码", "DUPLICATE"),
    ]
    (households,) = await registry.announced("registry.estate.area_or_households_changed")
    assert (households.data["householdCount"], households.data["effectiveOn"]) == (121, "2026-03-01")


async def test_a_count_that_cannot_be_is_refused_at_its_column(registry: Registry, city: City) -> None:
    report = await corrected(registry, "小区编码,户数", "360702-001,-1")

    assert [(row["outcome"], row["header"], row["code"]) for row in report["rows"]] == [
        ("REJECTED", "户数", "VALIDATION")
    ]


async def test_every_correction_is_kept_with_its_reason(registry: Registry, city: City) -> None:
    rehearsed = await corrected(registry, "小区编码,户数", "360702-001,121", dryRun=True)
    assert rehearsed["landed"] == 1
    await corrected(registry, "小区编码,户数", "360702-001,121")
    query = "query($id: ID!) { estateCorrections(estateId: $id) { reason correctedBy before after effectiveOn } }"

    kept = await registry.ask(query, id=city.estate)
    elsewhere = await registry.ask(query, id=city.estate, by=caller(Role.STREET, scope=Scope.of("district:360102")))

    assert kept["estateCorrections"] == [
        {
            "reason": "普查更正〔2026〕3号",
            "correctedBy": "office",
            "before": {"householdCount": "120"},
            "after": {"householdCount": "121"},
            "effectiveOn": "2026-03-01",
        }
    ]
    assert elsewhere["estateCorrections"] == []


async def test_a_file_as_a_whole_is_refused(registry: Registry, city: City) -> None:
    good = {"effectiveOn": "2026-03-01", "reason": "更正", "contentBase64": table("小区编码,户数", "360702-001,121")}

    refusals = [
        await registry.refused("correctEstates", **{**good, **changed})
        for changed in (
            {"reason": None},
            {"effectiveOn": "2026-03-06"},
            {"contentBase64": table("小区编码,楼层", "360702-001,6")},
            {"contentBase64": table("户数", "121")},
            {"contentBase64": table("小区编码,户数", *(f"360702-{number},1" for number in range(2001)))},
        )
    ]
    by_owner = await registry.refused("correctEstates", by=caller(Role.OWNER), **good)

    assert [refusal["code"] for refusal in refusals] == [
        "VALIDATION", "VALIDATION", "VALIDATION", "VALIDATION", "OUT_OF_RANGE",
    ]  # fmt: skip
    assert by_owner["code"] == "FORBIDDEN_ACTOR"


async def test_report_22_names_the_versions_in_force_by_district(registry: Registry) -> None:
    query = "query($at: Date) { policiesInForce(at: $at) { id effectiveFrom } }"

    before = await registry.ask(query, at="2020-12-31")
    after = await registry.ask(query, at="2021-01-01")
    now = await registry.ask(query)

    assert "360702-v1" not in [version["id"] for version in before["policiesInForce"]]
    assert {"id": "360702-v1", "effectiveFrom": "2021-01-01"} in after["policiesInForce"]
    assert {version["id"] for version in now["policiesInForce"]} >= {"360702-v1", "610703-v1", "510400-v1"}
