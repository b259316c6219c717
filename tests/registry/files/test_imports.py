"""Ledgers of every kind of master data: uploaded, rehearsed, imported in the background, reported row by row."""

import csv
import io
from collections.abc import Sequence
from typing import Any

import httpx
import pytest
from openpyxl import Workbook

from kit.caller import Caller, Role, Scope
from kit.content.gridfs import GridFSContent
from services.registry.domain.ledger import HEADERS, Sheet
from services.registry.store.file_tasks import TaskKind
from services.registry.use_cases.import_file import ImportWork
from services.registry.use_cases.ledger_file import open_ledger
from services.registry.use_cases.run_file_tasks import FileTasks
from tests.registry.cities import OFFICE, City, Registry, caller
from tests.registry.file_server import file_client, token_of

pytestmark = pytest.mark.store

CREDIT_CODE = "91350100M000100Y43"
OTHER_CREDIT_CODE = "91360702MA35TEST03"
Row = Sequence[Any]


def ledger_of(**rows_by_sheet: list[Row]) -> bytes:
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for name, rows in rows_by_sheet.items():
        worksheet = workbook.create_sheet(Sheet[name].value)
        for row in (HEADERS[Sheet[name]], *rows):
            worksheet.append(list(row))
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


class Clerk:
    """Imports ledgers as a caller does: uploads, starts, waits, reads the results."""

    def __init__(self, registry: Registry, client: httpx.AsyncClient, by: Caller) -> None:
        self._registry, self._client, self._by = registry, client, by

    async def start(self, content: bytes, **given: Any) -> str:
        upload = await self._client.post("/documents/content", content=content, headers=token_of(self._by))
        assert upload.status_code == 201, upload.text
        return await self._registry.done(
            "startImport", "importTask", by=self._by, contentId=upload.json()["contentId"], **given
        )

    async def finish(self) -> None:
        storage = GridFSContent(self._registry.mongo)
        works = {TaskKind.IMPORT: ImportWork(storage, self._registry.clock, self._registry.policies)}
        tasks = FileTasks(self._registry.mongo, storage, self._registry.clock, works)
        lease = tasks.lease()
        assert await lease.acquire()
        assert await tasks.run_next(lease)
        await lease.release()

    async def shown(self, task: str) -> dict[str, Any]:
        data = await self._registry.ask(
            "query($id: ID!) { importTask(id: $id) { state done landed unchanged rejected problem } }",
            by=self._by, id=task,
        )  # fmt: skip
        found: dict[str, Any] = data["importTask"]
        return found

    async def results(self, content: bytes, **given: Any) -> list[list[str]]:
        """Import a ledger and return (outcome, column, code) of each row."""
        task = await self.start(content, **given)
        await self.finish()
        assert (await self.shown(task))["problem"] is None
        answer = await self._client.get(f"/file-tasks/{task}/content", headers=token_of(self._by))
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
        return [[row[2], row[4], row[6]] for row in rows[1:]]


LANDED, UNCHANGED = ["已导入", "", ""], ["无变化", "", ""]


async def test_every_kind_of_master_data_lands_and_lands_once(registry: Registry, city: City) -> None:
    content = ledger_of(
        TERRITORY=[
            ("360702", "赣江街道", "水南社区"),
            ("360702", "赣江街道", "水北社区"),
            ("360702", "解放街道", None),
        ],
        PROVIDERS=[("360702", "示例物业服务有限公司", CREDIT_CODE, "物业服务企业", None, None, None)],
        OWNERS=[("360702", "H-001", "王小明", "自然人")],
        BUILDINGS=[("360702-001", "2号楼", "有", "3000.00")],
        PROPERTY_ROOMS=[
            ("360702", "解放街道", "金桂社区", "80.00", "长期租赁", "2025-01-01"),
            ("360702", "解放街道", "金桂社区", "90.00", "长期租赁", "2025-06-01"),
            ("360702", "解放街道", "金桂社区", "95.00", "长期租赁", "2025-06-01"),
        ],
        FACILITIES=[
            ("360702-001", "2号楼", "电梯", "2号楼电梯", "单元门内"),
            ("360702-001", None, "照明", "路灯", "公共区域"),
            ("360702-001", None, "照明", "路灯", "小区场地"),
            ("360702-001", None, "电梯", "观光电梯", "小区场地"),
            ("360702-001", "9号楼", "照明", "楼道灯", "单元门内"),
        ],
        PARTS=[("360702-001", "2号楼", "101室", "80.00", "产权登记", "H-001", "王小明", "自然人", "1")],
    )
    async with file_client(registry) as client:
        clerk = Clerk(registry, client, OFFICE)

        first = await clerk.results(content)
        second = await clerk.results(content)

    refused = [
        ["已拒绝", "设施名称", "DUPLICATE"],
        ["已拒绝", "位置", "VALIDATION"],
        ["已拒绝", "楼栋号", "VALIDATION"],
    ]
    room_refused = ["已拒绝", "起始日期", "STATE_CONFLICT"]
    assert first == [
        LANDED, LANDED, UNCHANGED, LANDED, LANDED, room_refused, UNCHANGED, LANDED, LANDED, LANDED, *refused, LANDED,
        LANDED,
    ]  # fmt: skip
    assert second == [
        UNCHANGED, UNCHANGED, UNCHANGED, UNCHANGED, UNCHANGED, room_refused, UNCHANGED, UNCHANGED, UNCHANGED,
        UNCHANGED, *refused, UNCHANGED, UNCHANGED,
    ]  # fmt: skip
    assert len(await registry.announced("registry.property_room.changed")) == 2
    found = await registry.ask(
        '{ owners(filter: {search: "H-001", district: "360702"}) { nodes { displayName parts { doorNumber } } } }'
    )
    assert found["owners"]["nodes"] == [{"displayName": "王小明", "parts": [{"doorNumber": "101室"}]}]


@pytest.mark.rule("DH-37")
async def test_a_contact_of_the_grid_lands_once_and_a_later_one_follows(registry: Registry) -> None:
    await registry.done("publishPolicy", "policy", district="360102", version=1, effectiveFrom="2021-06-01")
    street = await registry.done("registerStreet", "street", district="360102", name="公园街道")
    await registry.done("registerCommunity", "community", streetId=street, name="渊明社区")
    place = ("360102", "公园街道", "渊明社区")
    first = ledger_of(GRID_CONTACTS=[(*place, "公安", "张三", "0791-12345678", "李四", "2026-02-01")])
    later = ledger_of(
        GRID_CONTACTS=[
            (*place, "公安", "王五", "0791-12345679", None, "2026-01-31"),
            (*place, "公安", "王五", "0791-12345679", None, "2026-03-01"),
            (*place, "消防", "赵六", "电话", None, "2026-03-01"),
        ]
    )
    async with file_client(registry) as client:
        clerk = Clerk(registry, client, OFFICE)

        results = [await clerk.results(content) for content in (first, first, later)]

    assert results == [
        [LANDED],
        [UNCHANGED],
        [["已拒绝", "起始日期", "STATE_CONFLICT"], LANDED, ["已拒绝", "电话", "VALIDATION"]],
    ]


async def test_a_bad_row_names_its_column_and_code_and_the_good_ones_land(registry: Registry, city: City) -> None:
    content = ledger_of(
        TERRITORY=[("36070", "赣江街道", None), ("110101", "东华门街道", None), ("360702", "赣江街道", None)],
        PROVIDERS=[
            ("360702", "别的名字", CREDIT_CODE, "物业服务企业", None, None, None),
            ("360702", "新物业", "91350100M000100Y44", "物业服务企业", None, None, None),
            ("360702", "新物业", CREDIT_CODE, "公司", None, None, None),
        ],
        GRID_CONTACTS=[
            ("360702", "解放街道", "没有社区", "公安", "张三", "0797-12345678", None, "2026-03-01"),
            ("360702", "解放街道", "金桂社区", "公安", "张三", "电话", None, "2026"),
        ],
        OWNERS=[("360702", "H-001", "王小明", "自然人"), ("360702", "H-001", "李四", "自然人")],
    )
    async with file_client(registry) as client:
        clerk = Clerk(registry, client, OFFICE)

        rows = await clerk.results(content)

    assert rows == [
        ["已拒绝", "区划代码", "VALIDATION"],
        ["已拒绝", "区划代码", "VALIDATION"],
        LANDED,
        ["已拒绝", "名称", "DUPLICATE"],
        ["已拒绝", "统一社会信用代码", "VALIDATION"],
        ["已拒绝", "类型", "VALIDATION"],
        ["已拒绝", "社区", "VALIDATION"],
        ["已拒绝", "起始日期", "VALIDATION"],
        LANDED,
        ["已拒绝", "产权人编号", "DUPLICATE"],
    ]


async def test_a_dry_run_reports_the_same_and_writes_nothing(registry: Registry, city: City) -> None:
    content = ledger_of(
        TERRITORY=[("360702", "赣江街道", "水南社区")],
        BUILDINGS=[("360702-001", "2号楼", "有", "3000.00"), ("360702-009", "1号楼", "有", "3000.00")],
        PARTS=[("360702-001", "2号楼", "101室", "80.00", "产权登记", None, None, None, None)],
    )
    async with file_client(registry) as client:
        clerk = Clerk(registry, client, OFFICE)
        announced = len(await registry.announced())

        rehearsed = await clerk.results(content, dryRun=True)
        streets = await registry.ask('{ district(code: "360702") { streets { name } } }')
        real = await clerk.results(content)

    assert rehearsed == real == [LANDED, LANDED, ["已拒绝", "小区编码", "VALIDATION"], LANDED]
    assert [street["name"] for street in streets["district"]["streets"]] == ["解放街道"]
    assert len(await registry.announced("registry.part.registered")) == 1
    assert announced < len(await registry.announced())


async def test_a_street_office_imports_within_its_street(registry: Registry, city: City) -> None:
    street = caller(Role.STREET, scope=Scope.of(f"street:{city.street}"), subject="street")
    content = ledger_of(
        BUILDINGS=[("360702-001", "2号楼", "有", "3000.00")], OWNERS=[("360702", "H-1", "王五", "自然人")]
    )
    async with file_client(registry, street) as client:
        clerk = Clerk(registry, client, street)

        rows = await clerk.results(content)
        foreign = await clerk.start(ledger_of(TERRITORY=[("360702", "赣江街道", None)]))
        await clerk.finish()

    assert rows == [LANDED, ["已拒绝", "区划代码", "FORBIDDEN_ACTOR"]]
    assert (await clerk.shown(foreign))["state"] == "FAILED"


async def test_a_file_that_is_no_ledger_fails_as_a_whole_and_a_picture_is_refused_at_once(
    registry: Registry, city: City
) -> None:
    async with file_client(registry) as client:
        clerk = Clerk(registry, client, OFFICE)
        task = await clerk.start("甲,乙\n1,2\n".encode())
        await clerk.finish()
        picture = await client.post("/documents/content", content=b"\x89PNG\r\n\x1a\n")

    failed = await clerk.shown(task)
    refused = await registry.refused("startImport", contentId=picture.json()["contentId"])

    assert failed["state"] == "FAILED"
    assert failed["problem"].startswith("VALIDATION: no table with a ledger's headers")
    assert (refused["code"], refused["path"]) == ("VALIDATION", ["input", "contentId"])


async def test_the_template_is_a_ledger_without_rows(registry: Registry) -> None:
    async with file_client(registry) as client:
        whole = await client.get("/ledger-template")
        one = await client.get("/ledger-template", params={"sheet": "OWNERS"})
        unknown = await client.get("/ledger-template", params={"sheet": "CATS"})

    tables = {table.sheet: list(table.rows) for table in open_ledger(io.BytesIO(whole.content)).tables}
    assert tables == {sheet: [] for sheet in Sheet}
    assert [table.sheet for table in open_ledger(io.BytesIO(one.content)).tables] == [Sheet.OWNERS]
    assert unknown.status_code == 400
