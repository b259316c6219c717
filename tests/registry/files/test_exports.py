"""Lists as files: asked for, written in the background under a lease, read over HTTP, removed in time."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest

from kit.caller import Caller, Role, Scope
from kit.content.gridfs import GridFSContent
from kit.lease import Lease
from services.registry.domain.export import COLUMNS, ExportKind
from services.registry.graphql.labels import LABELS
from services.registry.store.file_tasks import TaskKind
from services.registry.use_cases.export_list import ExportWork
from services.registry.use_cases.run_file_tasks import MOST_ATTEMPTS, Attempt, AttemptOver, FileTasks
from tests.registry.cities import OFFICE, City, Registry, caller
from tests.registry.file_server import file_client, token_of

pytestmark = pytest.mark.store


def tasks_of(registry: Registry) -> FileTasks:
    works = {TaskKind.EXPORT: ExportWork(registry.policies, LABELS.of)}
    return FileTasks(registry.mongo, GridFSContent(registry.mongo), registry.clock, works)


async def held_lease(tasks: FileTasks) -> Lease:
    lease = tasks.lease()
    assert await lease.acquire()
    return lease


async def exported(registry: Registry, kind: ExportKind, *, by: Caller = OFFICE, **given: Any) -> list[list[str]]:
    """Return the rows of a list as a CSV file that was written and read again."""
    task = await registry.done("startExport", "exportTask", by=by, kind=kind.value, format="CSV", **given)
    tasks = tasks_of(registry)
    lease = await held_lease(tasks)
    assert await tasks.run_next(lease)
    await lease.release()
    async with file_client(registry, by) as client:
        answer = await client.get(f"/file-tasks/{task}/content", headers=token_of(by))
    assert answer.status_code == 200, answer.text
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0] == list(COLUMNS[kind])
    return rows[1:]


async def shown(registry: Registry, task: str, *, by: Caller = OFFICE) -> dict[str, Any]:
    data = await registry.ask(
        "query($id: ID!) { exportTask(id: $id) { state done total rows url problem } }", by=by, id=task
    )
    found: dict[str, Any] = data["exportTask"]
    return found


async def with_a_part(registry: Registry, city: City) -> None:
    part = await registry.done(
        "registerPart", "exclusivePart", buildingId=city.building, doorNumber="101室", area="80.00",
        areaBasis="REGISTER",
    )  # fmt: skip
    await registry.done(
        "registerOwnership", "exclusivePart", partId=part, effectiveOn="2026-01-01",
        owners=[{"newOwner": {"code": "H-001", "name": "王小明", "kind": "NATURAL"}, "share": "1.0000"}],
    )  # fmt: skip


async def test_every_list_comes_in_chinese_with_names_masked(registry: Registry, city: City) -> None:
    await with_a_part(registry, city)

    (estate,) = await exported(registry, ExportKind.ESTATES)
    (building,) = await exported(registry, ExportKind.BUILDINGS)
    (part,) = await exported(registry, ExportKind.PARTS)
    (owner,) = await exported(registry, ExportKind.OWNERS)
    (provider,) = await exported(registry, ExportKind.PROVIDERS)

    assert estate[:6] == ["360702-001", "丹枫小区", "360702", "解放街道", "金桂社区", "封闭"]
    assert building == ["360702-001", "1号楼", "无", "300.00", "丹枫小区"]
    assert part == [
        "360702-001",
        "1号楼",
        "101室",
        "80.00",
        "产权登记",
        "H-001",
        "王**",
        "自然人",
        "1.0000",
        "丹枫小区",
    ]
    assert owner == ["360702", "H-001", "王**", "自然人"]
    assert provider[1:4] == ["示例物业服务有限公司", "91350100M000100Y43", "物业服务企业"]


async def test_lists_without_rows_have_their_headers(registry: Registry, city: City) -> None:
    assert [await exported(registry, kind) for kind in (ExportKind.CONTRACTS, ExportKind.MODES)] == [[], []]


async def test_report_22_names_the_versions_in_force_on_a_day(registry: Registry) -> None:
    before = await exported(registry, ExportKind.POLICIES, on="2020-12-31")
    after = await exported(registry, ExportKind.POLICIES, on="2026-03-05")

    assert "360702" not in [row[0] for row in before]
    zhanggong = next(row for row in after if row[0] == "360702")
    assert zhanggong[1:5] == ["章贡区", "1", "2021-01-01", ""]
    assert len(zhanggong[6]) == 64


async def test_a_list_holds_what_its_caller_may_see(registry: Registry, city: City) -> None:
    await with_a_part(registry, city)
    street = caller(Role.STREET, scope=Scope.of(f"street:{city.street}"), subject="street")
    elsewhere = caller(Role.STREET, scope=Scope.of("district:360102"), subject="elsewhere")

    for kind in (ExportKind.ESTATES, ExportKind.PARTS, ExportKind.OWNERS):
        assert len(await exported(registry, kind, by=street)) == 1
        assert await exported(registry, kind, by=elsewhere) == []


async def test_an_export_is_seen_by_who_asked_for_it_alone(registry: Registry, city: City) -> None:
    other = caller(Role.STREET, subject="other")
    task = await registry.done("startExport", "exportTask", kind="ESTATES")
    tasks = tasks_of(registry)
    assert await shown(registry, task) == {
        "state": "QUEUED", "done": 0, "total": None, "rows": 0, "url": None, "problem": None,
    }  # fmt: skip
    assert await tasks.run_next(await held_lease(tasks))

    assert await shown(registry, task) == {
        "state": "DONE", "done": 1, "total": 1, "rows": 1, "url": f"/file-tasks/{task}/content", "problem": None,
    }  # fmt: skip
    assert await shown(registry, task, by=other) is None
    async with file_client(registry, other) as client:
        assert (await client.get(f"/file-tasks/{task}/content", headers=token_of(other))).status_code == 404
        workbook = await client.get(f"/file-tasks/{task}/content")
    assert workbook.content.startswith(b"PK")


async def test_a_killed_export_is_begun_again_and_its_former_attempt_cannot_finish(
    registry: Registry, city: City
) -> None:
    task = await registry.done("startExport", "exportTask", kind="ESTATES")
    killed = tasks_of(registry)
    first = await held_lease(killed)
    real = killed.works[TaskKind.EXPORT]
    interrupted: list[Attempt] = []

    async def killed_half_way(attempt: Attempt) -> Any:
        interrupted.append(attempt)
        raise AttemptOver

    with pytest.raises(AttemptOver):
        await FileTasks(killed.mongo, killed.storage, killed.clock, {TaskKind.EXPORT: killed_half_way}).run_next(first)
    assert (await shown(registry, task))["state"] == "RUNNING"
    registry.clock.advance(timedelta(seconds=61))
    heir = tasks_of(registry)
    assert await heir.run_next(await held_lease(heir))

    assert (await shown(registry, task))["state"] == "DONE"
    with pytest.raises(AttemptOver):
        await real(interrupted[0])


async def test_an_export_that_never_finishes_is_given_up(registry: Registry, city: City) -> None:
    async def faulty(attempt: Attempt) -> Any:
        raise ZeroDivisionError

    task = await registry.done("startExport", "exportTask", kind="ESTATES")
    tasks = FileTasks(registry.mongo, GridFSContent(registry.mongo), registry.clock, {TaskKind.EXPORT: faulty})
    lease = await held_lease(tasks)
    for _ in range(MOST_ATTEMPTS):
        assert await tasks.run_next(lease)
        assert (await shown(registry, task))["state"] == "RUNNING"
    assert await tasks.run_next(lease)

    assert (await shown(registry, task))["state"] == "FAILED"
    assert not await tasks.run_next(lease)


async def test_a_file_is_removed_after_a_week(registry: Registry, city: City) -> None:
    task = await registry.done("startExport", "exportTask", kind="ESTATES")
    tasks = tasks_of(registry)
    await tasks.run_next(await held_lease(tasks))

    registry.clock.advance(timedelta(days=7))
    assert await tasks.remove_expired() == 0
    registry.clock.advance(timedelta(milliseconds=1))
    assert await tasks.remove_expired() == 1

    assert await shown(registry, task) | {"rows": 0} == {
        "state": "EXPIRED", "done": 1, "total": 1, "rows": 0, "url": None, "problem": None,
    }  # fmt: skip
    assert await registry.mongo.collection("content.chunks").count_documents({}) == 0


async def test_a_sixth_open_export_and_one_by_an_owner_are_refused(registry: Registry, city: City) -> None:
    for _ in range(5):
        await registry.done("startExport", "exportTask", kind="ESTATES")

    sixth = await registry.refused("startExport", kind="ESTATES")
    by_owner = await registry.refused("startExport", by=caller(Role.OWNER), kind="ESTATES")
    dated = await registry.refused("startExport", by=caller(Role.STREET), kind="ESTATES", on="2026-01-01")
    unknown = await registry.refused("startExport", by=caller(Role.STREET), kind="ESTATES", district="110101")

    assert [refusal["code"] for refusal in (sixth, by_owner, dated, unknown)] == [
        "STATE_CONFLICT", "FORBIDDEN_ACTOR", "VALIDATION", "VALIDATION",
    ]  # fmt: skip
