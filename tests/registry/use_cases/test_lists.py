"""The rows of lists as files: every kind under its headers, in Chinese, as the store has them."""

import base64
from datetime import date
from typing import Any

import pytest

from kit.caller import Caller, Role, Scope
from kit.mongo import UnitOfWork, run_unit_of_work
from kit.tables.writing import Cell, Yuan
from policy.policies import Policies
from services.registry.domain.export import COLUMNS, ExportKind
from services.registry.graphql.labels import LABELS
from services.registry.use_cases.lists import list_pages, list_total
from services.registry.use_cases.lists.reading import ListOrder, Reading
from tests.registry.cities import (
    ESTATE_FACTS,
    ITEMS,
    OFFICE,
    City,
    Registry,
    caller,
    contract,
    document,
    passed_decision,
)
from tests.registry.finance_facts import EstateMoneyFacts

pytestmark = pytest.mark.store

DANFENG = ("360702-001", "丹枫小区")


async def rows_of(
    registry: Registry, kind: ExportKind, *, by: Caller = OFFICE, **given: Any
) -> list[dict[str, Cell | int]]:
    """Return a list's rows by their headers, amounts in fen, and check what the list said of its length."""

    async def policies_of(work: UnitOfWork) -> Policies:
        return await registry.policies.as_recorded(work)

    policies = await run_unit_of_work(registry.mongo, by, policies_of, clock=registry.clock)
    order = ListOrder(kind=kind, **{"on": registry.clock.now().date(), **given})
    reading = Reading(mongo=registry.mongo, caller=by, policies=policies, words=LABELS.of, order=order)
    pages = [page async for page in list_pages(reading)]
    assert await list_total(reading) in (None, sum(page.steps for page in pages))
    rows = [row for page in pages for row in page.rows]
    return [
        {header: cell.fen if isinstance(cell, Yuan) else cell for header, cell in zip(COLUMNS[kind], row, strict=True)}
        for row in rows
    ]


async def cells(registry: Registry, kind: ExportKind, *headers: str, **given: Any) -> list[tuple[Any, ...]]:
    """Return some columns of a list."""
    return [tuple(row[header] for header in headers) for row in await rows_of(registry, kind, **given)]


async def second_estate(registry: Registry, city: City) -> str:
    return await registry.done(
        "registerEstate", "estate", code="360702-002", name="金桂二期", streetId=city.street,
        communityId=city.community, **ESTATE_FACTS,
    )  # fmt: skip


async def test_what_stands_on_an_estate_and_who_owns_it(registry: Registry, city: City) -> None:
    part = await registry.done(
        "registerPart", "exclusivePart", buildingId=city.building, doorNumber="101", area="80.00",
        areaBasis="REGISTER",
    )  # fmt: skip
    first = {"newOwner": {"code": "H-1", "name": "王小明", "kind": "NATURAL"}, "share": "1.0000"}
    await registry.done("registerOwnership", "exclusivePart", partId=part, effectiveOn="2020-01-01", owners=[first])
    second = {"newOwner": {"code": "H-2", "name": "示例实业有限公司", "kind": "LEGAL"}, "share": "1.0000"}
    await registry.done("transferOwnership", "exclusivePart", partId=part, effectiveOn="2024-01-01", owners=[second])
    await registry.done(
        "registerFacility", "estate", estateId=city.estate, kind="LIGHTING", name="路灯", site="PUBLIC_AREA"
    )
    await registry.done(
        "recordBaseSurvey", "estate", estateId=city.estate, surveyedOn="2026-02-01",
        households={"householdCount": 120, "ownerOccupied": 80, "rented": 30, "vacant": 10},
        infrastructure=[{"name": "路灯", "condition": "BROKEN"}],
    )  # fmt: skip
    await registry.done(
        "setEstateTraits", "estate", estateId=city.estate, threeWithout=True, without=["物业服务"],
        weaknesses=["STAFF_QUALITY_LOW", "LOW_COLLECTION_RATE"], priority="PILOT",
    )  # fmt: skip
    await registry.done(
        "recordPartyCoverage", "estate", estateId=city.estate, form="JOINT", firstSecretary="赵书记",
        grounds=["SHARP_DISPUTES"], **{"from": "2026-01-01"},
    )  # fmt: skip
    await registry.done(
        "listBackboneResident", "estate", estateId=city.estate, name="陈师傅", skill="电工",
        standing=["PARTY_MEMBER"], **{"from": "2026-01-01"},
    )  # fmt: skip
    await registry.done(
        "abandonEstate", "estate", estateId=city.estate, abandonmentReason="PROVIDER_LEFT", abandonedOn="2026-02-01"
    )
    table = base64.b64encode("小区编码,户数\n360702-001,121".encode()).decode()
    await registry.write(
        "correctEstates", "report { landed }", effectiveOn="2026-03-01", reason="普查更正", contentBase64=table
    )
    neighbour = caller(Role.OWNER, scope=Scope.of(f"estate:{city.estate}"))

    owned = await cells(registry, ExportKind.OWNERSHIPS, "门牌号", "产权人姓名", "份额", "起始日期", "终止日期")
    assert owned == [
        ("101", "王**", "1.0000", date(2020, 1, 1), date(2024, 1, 1)),
        ("101", "示例实业有限公司", "1.0000", date(2024, 1, 1), None),
    ]
    assert await cells(registry, ExportKind.PARTS, "门牌号", "产权人编号") == [("101", "H-2")]
    (facility,) = await rows_of(registry, ExportKind.FACILITIES)
    assert list(facility.values())[1:-1] == [None, "照明", "路灯", "公共区域", "门外", "财政资金"]
    (survey,) = await rows_of(registry, ExportKind.BASE_SURVEYS)
    assert (survey["楼栋数"], survey["自住户"], survey["基础设施"]) == (None, 80, "路灯:损坏")
    (traits,) = await rows_of(registry, ExportKind.ESTATE_TRAITS)
    assert (traits["是否三无小区"], traits["三无内容"]) == ("是", "物业服务")
    assert str(traits["薄弱环节"]).count("、") == 1
    assert await cells(registry, ExportKind.PARTY_COVERAGES, "第一书记") == [("赵书记",)]
    assert await cells(registry, ExportKind.BACKBONE_RESIDENTS, "姓名", "担任") == [("陈师傅", None)]
    assert await rows_of(registry, ExportKind.BACKBONE_RESIDENTS, by=neighbour) == []
    assert await cells(registry, ExportKind.ABANDONMENTS, "起始日期", "终止日期") == [(date(2026, 2, 1), None)]
    assert await cells(registry, ExportKind.CORRECTIONS, "更正事项", "更正前", "更正后", "更正原因") == [
        ("户数", "120", "121", "普查更正")
    ]
    assert await cells(registry, ExportKind.MEMBERSHIPS, "小区编码", "社区", "起始日期") == [
        ("360702-001", "金桂社区", None)
    ]


async def test_who_serves_estates_and_on_what_footing(registry: Registry, city: City) -> None:
    second = await second_estate(registry, city)
    other = City(city.street, city.community, city.other_community, second, city.building, city.provider)
    await registry.done("formCongress", "congress", estateId=city.estate, formedOn="2026-01-10")
    await registry.done("formCongress", "congress", estateId=second, formedOn="2026-01-10")
    decisions = [await passed_decision(registry, each) for each in (city, other)]
    await registry.done(
        "openDecision",
        "jointDecision",
        estateId=second,
        matter="OTHER_MAJOR",
        noticeOn="2026-02-12",
        votingFrom="2026-02-27",
        votingTo="2026-03-08",
    )
    members = [
        {"estateId": estate, "decisionId": decision}
        for estate, decision in zip((city.estate, second), decisions, strict=True)
    ]
    await registry.write(
        "formBundle", "bundle { id }", name="一片", providerId=city.provider, formedOn="2026-03-05", members=members
    )
    await registry.done(
        "fixServicePlan", "selection", estateId=city.estate, ownersHeardOn="2026-01-10", fixedOn="2026-01-20",
        menus=[{"code": "L2", "name": "二级", "items": ITEMS}],
    )  # fmt: skip
    await registry.done(
        "fixServicePlan", "selection", estateId=second, ownersHeardOn="2026-01-10", fixedOn="2026-01-20",
        menus=[{"code": "L2", "name": "二级", "items": ITEMS}],
    )  # fmt: skip
    await registry.done(
        "recordTender", "selection", estateId=city.estate, method="OPEN", reference="选聘〔2026〕1号",
        decidedOn="2026-02-05", offers=[{"providerId": city.provider, "menuCode": "L2"}],
    )  # fmt: skip
    for number, (estate, ends) in enumerate(((city.estate, "2026-04-30"), (second, "2028-02-29")), start=1):
        signed = await registry.done(
            "signContract", "contract",
            **contract(city, estateId=estate, number=f"HT-{number}", to=ends),
        )  # fmt: skip
        await registry.done("startService", "contract", contractId=signed, serviceStartOn="2026-03-01")
    await registry.write(
        "assignStaff", "staff { id }", estateId=city.estate, source="STREET", work="保洁", headcount=3, trained=2,
        residents=1, **{"from": "2026-03-01"},
    )  # fmt: skip
    await registry.done(
        "recordConsultation", "consultation", estateId=city.estate, mode="OWNER_SELF", to="2026-03-01", asked=120,
        answered=100, consenting=80, **{"from": "2026-02-01"},
    )  # fmt: skip
    await registry.done(
        "recordDonation", "donation", providerId=city.provider, communityId=city.community, amount="5000.00",
        givenOn="2026-03-05", isVoluntary=True, documentId=await document(registry, city),
    )  # fmt: skip

    assert await cells(registry, ExportKind.CONTRACTS, "合同编号", "合同状态") == [
        ("HT-1", "履行中"),
        ("HT-2", "履行中"),
    ]
    (item, _) = await rows_of(registry, ExportKind.SERVICE_ITEMS)
    assert (item["服务标准"], item["价格(元)"], item["门内门外"]) == ("每日一次", 60, "门内")
    ending = await cells(registry, ExportKind.ENDING_CONTRACTS, "合同编号", "剩余天数", district="360702")
    assert ending == [("HT-1", 56)]
    assert await rows_of(registry, ExportKind.ENDING_CONTRACTS, community_id=city.other_community) == []
    assert await cells(registry, ExportKind.SELECTIONS, "菜单", "候选物业服务人", "候选菜单编号") == [
        ("二级", "示例物业服务有限公司", "L2"), ("二级", None, None),
    ]  # fmt: skip
    bundled = await cells(registry, ExportKind.BUNDLES, "打包项目", "物业服务人", "小区编码")
    assert bundled == [("一片", "示例物业服务有限公司", code) for code in ("360702-001", "360702-002")]
    assert await cells(registry, ExportKind.STAFF, "人员来源", "人数", "已培训") == [("街道选派", 3, 2)]
    counted = await cells(registry, ExportKind.DECISIONS, "结果", "同意人数", "结束日期")
    passed = ("通过", 29, date(2026, 3, 5))
    assert counted == [passed, ("已公告", None, None), passed]
    assert await cells(registry, ExportKind.CONSULTATIONS, "发放数", "同意数", "已归档") == [(120, 80, "否")]
    assert await cells(registry, ExportKind.DONATIONS, "社区", "金额(元)") == [("金桂社区", 500_000)]
    use = EstateMoneyFacts(estate_id=city.estate)
    for fact in (use.proposed(), use.paid()):
        await registry.hear(fact.type, **fact.data)
    assert await cells(registry, ExportKind.FUND_USES, "预算(元)", "应急使用", "进度", "已支付(元)", "余数(元)") == [
        (3_000_000, "否", "已支付", 2_800_000, 3)
    ]
    modes = await cells(registry, ExportKind.MODES, "小区编码", "地方名称")
    assert modes == [(code, "引进市场化物业管理") for code in ("360702-001", "360702-002")]
    ledger = await cells(registry, ExportKind.ESTATE_LEDGER, "街道", "小区编码", "物业服务企业", "合同编号")
    assert ledger[0] == ("解放街道", "360702-001", "示例物业服务有限公司", "HT-1")
    (covered,) = await rows_of(registry, ExportKind.ESTATE_COVERAGE)
    assert (covered["街道"], covered["小区数"], covered["已有管理"]) == ("解放街道", 2, 2)


async def test_territory_and_who_leads_it(registry: Registry, city: City) -> None:
    donghu = "360102"
    await registry.done("publishPolicy", "policy", district=donghu, version=1, effectiveFrom="2021-01-01")
    street = await registry.done("registerStreet", "street", district=donghu, name="公园街道")
    empty = await cells(registry, ExportKind.TERRITORY, "街道", "社区", district=donghu)
    community = await registry.done("registerCommunity", "community", streetId=street, name="贤士湖社区")
    await registry.done(
        "providePropertyRoom", "community", communityId=community, source="LONG_LEASE", officeArea="119.99",
        **{"from": "2022-01-01"},
    )  # fmt: skip
    await registry.write(
        "nameGridContact", "community { id }", communityId=community, department="POLICE", person="周警官",
        phone="0791-12345678", gridWorker="李网格", **{"from": "2022-01-01"},
    )  # fmt: skip
    group = await registry.done(
        "formBody", "governingBody", district=donghu, code="leadingGroup", formedOn="2021-06-01"
    )
    await registry.done(
        "formBody", "governingBody", district=donghu, code="taskGroup", formedOn="2021-06-01", streetId=street
    )
    await registry.done(
        "appointToPost", "governingBody", bodyId=group, post=1, personNumber="G-1", personName="周区长",
        **{"from": "2021-06-01"},
    )  # fmt: skip
    await registry.done(
        "drawServiceArea", "serviceArea", name="金桂片区", neighbourhoodCentre="金桂邻里中心",
        estateIds=[city.estate], streetId=city.street, drawnOn="2024-01-01",
    )  # fmt: skip
    auditor = caller(Role.AUDITOR)

    assert empty == [("公园街道", None)]
    assert await cells(registry, ExportKind.TERRITORY, "街道", "社区", district=donghu) == [("公园街道", "贤士湖社区")]
    assert await cells(registry, ExportKind.PROPERTY_ROOMS, "社区", "用房面积", "是否达标", district=donghu) != []
    (contact,) = await rows_of(registry, ExportKind.GRID_CONTACTS, community_id=community)
    assert (contact["部门"], contact["电话"], contact["社区网格员"]) == ("公安", "0791-12345678", "李网格")
    (masked,) = await cells(registry, ExportKind.GRID_CONTACTS, "电话", by=auditor)
    assert masked == ("*********5678",)
    posts = await cells(registry, ExportKind.BODIES, "街道", "序号", "姓名", district=donghu)
    assert posts[0] == (None, 1, "周区长")
    assert posts[-1][0] == "公园街道"
    before = await cells(registry, ExportKind.BODIES, "姓名", district=donghu, on=date(2021, 5, 31))
    assert {name for (name,) in before} == {None}
    of_street = await cells(registry, ExportKind.BODIES, "街道", district=donghu, street_id=street)
    assert {name for (name,) in of_street} == {"公园街道"}
    assert await cells(registry, ExportKind.SERVICE_AREAS, "服务区域", "小区") == [("金桂片区", "丹枫小区")]
    await registry.done(
        "moveEstate", "estate", estateId=city.estate, communityId=city.other_community, effectiveOn="2026-03-01"
    )
    moved = await cells(registry, ExportKind.MEMBERSHIPS, "社区", "终止日期")
    assert moved[0] == ("金桂社区", date(2026, 3, 1))
    assert len(moved) == 2


async def test_ledgers_plans_reviews_duties_and_the_pool(registry: Registry, city: City) -> None:
    street = await registry.done("registerStreet", "street", district="510400", name="炳草岗街道")
    community = await registry.done("registerCommunity", "community", streetId=street, name="滨江社区")
    estate = await registry.done(
        "registerEstate", "estate", streetId=street, communityId=community,
        **{**ESTATE_FACTS, "code": "510400-001", "name": "滨江小区", "builtOn": "1999-12-31", "enclosure": "OPEN"},
    )  # fmt: skip
    await registry.done(
        "writeBaseLedgerRow", "estate", estateId=estate, asOf="2026-03-01", ownersBody="NONE", runningState="POOR",
        modeLabel="社区兜底管理模式", collectionRate="0.3500",
    )  # fmt: skip
    await registry.write(
        "writeWorkPlan", "street { id }", streetId=street, estateClass="多产权小区", modeLabel="单位自管模式",
        measures="先清理后移交", startsOn="2026-04-01", finishesOn="2026-12-31",
    )  # fmt: skip
    await registry.write(
        "startFallback", "estate { id }", estateId=estate, label="社区兜底管理模式", effectiveOn="2026-02-01",
        items=["CLEANING"], costBearer="PUBLIC_FUNDS", reviewOn="2026-03-01",
    )  # fmt: skip
    later = {"label": "业主自行服务模式", "effectiveOn": "2026-03-02"}
    await registry.done("changeMode", "estate", estateId=estate, **later)
    await registry.done("reverseMode", "estate", estateId=estate, reason="录入错误")
    elsewhere = caller(Role.STREET, scope=Scope.of("district:360702"))

    assert await cells(registry, ExportKind.BASE_LEDGER, "运行情况", "收费率", "管理方式") == [
        ("较差", "0.3500", "社区兜底管理模式")
    ]
    assert await cells(registry, ExportKind.WORK_PLANS, "街道", "社区", "工作措施") == [
        ("炳草岗街道", None, "先清理后移交")
    ]
    assert await rows_of(registry, ExportKind.WORK_PLANS, community_id=community) == []
    assert await rows_of(registry, ExportKind.WORK_PLANS, by=elsewhere) == []
    assert await cells(registry, ExportKind.OVERDUE_REVIEWS, "小区编码", "逾期天数") == [("510400-001", 4)]
    assert await rows_of(registry, ExportKind.OVERDUE_REVIEWS, district="360702") == []
    assert await cells(registry, ExportKind.REVERSED_MODES, "地方名称", "撤销原因") == [
        ("业主自行服务模式", "录入错误")
    ]
    assert await cells(registry, ExportKind.MODES, "地方名称", "结束日期") == [("社区兜底管理模式", None)]

    duties = await rows_of(registry, ExportKind.DUTY_MATRIX, district="360702")

    assert {row["区县"] for row in duties} == {"章贡区"}
    assert all(row["责任主体"] and row["职责"] and row["条款"] and row["文件"] for row in duties)
    before = await rows_of(registry, ExportKind.DUTY_MATRIX, district="360702", on=date(2020, 12, 31))
    assert before == []

    await registry.done("publishPolicy", "policy", district="360403", version=1, effectiveFrom="2023-04-01")
    xunyang = await registry.done("registerStreet", "street", district="360403", name="湓浦街道")
    community = await registry.done("registerCommunity", "community", streetId=xunyang, name="柴桑社区")
    unmanaged = await registry.done(
        "registerEstate", "estate", code="360403-001", name="示例小区", streetId=xunyang, communityId=community,
        **ESTATE_FACTS,
    )  # fmt: skip
    await registry.write(
        "recordUnmanagedEstate", "estate { id }", estateId=unmanaged, surveyedOn="2023-06-01", estateClass="OLD",
        householdCount=60, problem="零散楼栋",
    )  # fmt: skip

    assert await cells(registry, ExportKind.UNMANAGED_ESTATES, "户数", "是否逾期") == [(60, "是")]
    await registry.hear(
        "inspection.credit.scored", providerId=city.provider, year=2025, score="92.00", seriousDishonesty=False
    )
    pool = {"providerId": city.provider, "joinedOn": "2026-03-01", "rankReference": "赣市物信〔2025〕3号"}
    await registry.done("joinWelfarePool", "provider", **pool)
    assert await cells(registry, ExportKind.WELFARE_POOL, "名称", "入库日期", "退出日期") == [
        ("示例物业服务有限公司", date(2026, 3, 1), None)
    ]
