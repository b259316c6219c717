"""Where the authority's plan for forming committees comes first, no congress is formed before it is effective."""

from typing import Any

import pytest

from tests.registry.cities import ESTATE_FACTS, Registry
from tests.registry.file_server import file_client

pytestmark = pytest.mark.store

NANZHENG = "610703"


async def estate_in_nanzheng(registry: Registry) -> str:
    street = await registry.done("registerStreet", "street", district=NANZHENG, name="汉山街道")
    community = await registry.done("registerCommunity", "community", streetId=street, name="示例社区")
    return await registry.done(
        "registerEstate", "estate",
        code="610703-001", name="示例小区", streetId=street, communityId=community, **ESTATE_FACTS,
    )  # fmt: skip


async def publish_plan(registry: Registry, **given: Any) -> None:
    async with file_client(registry) as client:
        answer = await client.post("/documents/content", content=b"%PDF-1.7\nplan")
        document = await registry.done(
            "registerDocument", "document",
            kind="COMMITTEE_FORMATION_PLAN", title="业主委员会组建计划", subjectKind="DISTRICT", subjectId=NANZHENG,
            contentId=answer.json()["contentId"], issuer="南郑区住房和城乡建设局",
        )  # fmt: skip
        await registry.done("publishDocument", "document", documentId=document, version=1, **given)


@pytest.mark.rule("NZ-04")
async def test_no_congress_is_formed_before_the_plan_is_effective(registry: Registry) -> None:
    estate = await estate_in_nanzheng(registry)
    given = {"estateId": estate, "formedOn": "2026-03-01"}

    error = await registry.refused("formCongress", idempotencyKey="form", **given)
    assert (error["code"], error["path"], error["value"]) == ("PRECONDITION", ["input", "formedOn"], "2026-03-01")

    await publish_plan(registry, effectiveOn="2026-03-01")
    error = await registry.refused("formCongress", estateId=estate, formedOn="2026-02-28")
    assert (error["code"], error["value"]) == ("PRECONDITION", "2026-02-28")
    await registry.done("formCongress", "congress", idempotencyKey="form", **given)
