"""The import of an estate ledger on the real store: what lands, what is refused and why, and what a repeat does."""

import base64
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from kit.caller import Caller, Role, Scope
from kit.errors import ForbiddenActor
from services.registry.domain.ledger import HEADERS, RowOutcome, RowResult, Sheet
from services.registry.use_cases.import_estates import MOST_ROWS_OF_A_MUTATION, import_ledger
from services.registry.use_cases.ledger_file import open_ledger
from tests.registry.cities import OFFICE, City, Registry, caller
from tests.registry.ledgers import (
    BUILDING,
    ESTATE,
    PART,
    Rows,
    changed,
    csv_bytes,
    ledger_tables,
    part_rows,
    write_workbook,
)

pytestmark = pytest.mark.store


class Killed(Exception):
    """The process ends here."""


async def load(
    registry: Registry,
    body: bytes,
    *,
    by: Caller = OFFICE,
    register_territory: bool = True,
    rows_in_one_unit: int = 500,
    killed_after_batches: int | None = None,
) -> list[RowResult]:
    """Import a file as the command does; optionally end after some batches."""
    results: list[RowResult] = []
    batches = 0

    def report(batch: Sequence[RowResult]) -> None:
        nonlocal batches
        batches += bool(batch)
        results.extend(batch)
        if batches == killed_after_batches:
            raise Killed

    await import_ledger(
        registry.mongo,
        open_ledger(io.BytesIO(body)),
        caller=by,
        clock=registry.clock,
        policies_in=registry.policies.as_recorded,
        register_territory=register_territory,
        report=report,
        rows_in_one_unit=rows_in_one_unit,
    )
    return results


def outcomes(results: Sequence[RowResult]) -> list[str]:
    return [result.outcome.value for result in results]


def refusals(results: Sequence[RowResult]) -> list[tuple[str | None, str | None, str | None]]:
    return [(result.cell, result.code, result.value) for result in results if result.outcome is RowOutcome.REJECTED]


async def counts(registry: Registry) -> dict[str, int]:
    """Return how many documents the import has written, the outbox included."""
    names = ("streets", "communities", "estates", "buildings", "parts", "owners", "outbox")
    return {name: await registry.mongo.collection(name).count_documents({}) for name in names}


def workbook(tmp_path: Path, **tables: Rows) -> bytes:
    return write_workbook(tmp_path / "ledger.xlsx", ledger_tables(**tables)).read_bytes()


COUPLE: Rows = [
    changed(Sheet.PARTS, PART, 门牌号="102室", 产权人编号="360702-Z00002", 产权人姓名="示例业主二", 份额="0.5"),
    changed(Sheet.PARTS, PART, 门牌号="102室", 产权人编号="360702-Z00003", 产权人姓名="示例业主三", 份额=0.5),
]


async def test_a_ledger_lands_and_can_be_asked(registry: Registry, tmp_path: Path) -> None:
    results = await load(registry, workbook(tmp_path, parts=[PART, *COUPLE]))

    assert outcomes(results) == ["LANDED"] * 5
    answer = await registry.ask(
        """{ estates(filter: {district: "360702"}, first: 10) { totalCount nodes {
            code name isOldEstate approvedGrossArea exclusivePartCount hasLift
            community { name street { name district { name } } }
            buildings { label parts { doorNumber area areaBasis ownerships { share owner { displayName kind } } } }
        } } }"""
    )
    (estate,) = answer["estates"]["nodes"]
    assert answer["estates"]["totalCount"] == 1
    assert (estate["code"], estate["isOldEstate"], estate["exclusivePartCount"]) == ("360702-001", True, 2)
    assert estate["approvedGrossArea"] == "12000.50"
    assert estate["community"]["name"] == "金桂社区"
    assert estate["community"]["street"]["name"] == "解放街道"
    assert estate["buildings"][0]["parts"] == [
        {
            "doorNumber": "101室",
            "area": "82.86",
            "areaBasis": "REGISTER",
            "ownerships": [{"share": "1.0000", "owner": {"displayName": "示例业主一", "kind": "NATURAL"}}],
        },
        {
            "doorNumber": "102室",
            "area": "82.86",
            "areaBasis": "REGISTER",
            "ownerships": [
                {"share": "0.5000", "owner": {"displayName": "示例业主二", "kind": "NATURAL"}},
                {"share": "0.5000", "owner": {"displayName": "示例业主三", "kind": "NATURAL"}},
            ],
        },
    ]


async def test_an_import_announces_each_estate_part_and_ownership(registry: Registry, tmp_path: Path) -> None:
    await load(registry, workbook(tmp_path, parts=[PART, *COUPLE]))

    events = [event for event in await registry.announced() if event.type != "registry.policy.published"]

    assert [event.type for event in events] == [
        "registry.estate.registered",
        "registry.part.registered",
        "registry.ownership.transferred",
        "registry.part.registered",
        "registry.ownership.transferred",
    ]
    shares = [[share["share"] for share in event.data["toOwners"]] for event in events[2::2]]
    assert shares == [["1.0000"], ["0.5000", "0.5000"]]


@pytest.mark.parametrize("rows_in_one_unit", [1, 2, 500])
async def test_the_same_ledger_again_changes_nothing(registry: Registry, tmp_path: Path, rows_in_one_unit: int) -> None:
    body = workbook(tmp_path, parts=[PART, *COUPLE])
    await load(registry, body, rows_in_one_unit=rows_in_one_unit)
    before = await counts(registry)

    again = await load(registry, body, rows_in_one_unit=rows_in_one_unit)

    assert outcomes(again) == ["UNCHANGED"] * 5
    assert await counts(registry) == before


async def test_an_import_that_was_killed_is_taken_up_again(registry: Registry, tmp_path: Path) -> None:
    body = workbook(tmp_path, parts=part_rows(6))
    with pytest.raises(Killed):
        await load(registry, body, rows_in_one_unit=2, killed_after_batches=4)
    assert (await counts(registry))["parts"] == 4

    again = await load(registry, body, rows_in_one_unit=2)

    assert outcomes(again) == ["UNCHANGED"] * 6 + ["LANDED"] * 2
    assert (await counts(registry))["parts"] == 6
    answer = await registry.ask("{ estates(first: 1) { nodes { exclusivePartCount } } }")
    assert answer["estates"]["nodes"] == [{"exclusivePartCount": 6}]


async def test_bad_rows_are_reported_while_good_rows_land(registry: Registry, tmp_path: Path) -> None:
    estates = [
        ESTATE,
        changed(Sheet.ESTATES, ESTATE, 小区编码="360702-002", 物业管理面积="-5.00"),
        changed(Sheet.ESTATES, ESTATE, 小区编码="360702-003", 建成日期="1850-01-01"),
        changed(Sheet.ESTATES, ESTATE, 小区编码="360702-004"),
    ]
    buildings = [BUILDING, changed(Sheet.BUILDINGS, BUILDING, 小区编码="360702-002")]
    parts = [
        changed(Sheet.PARTS, PART, 楼栋号="9号楼"),
        changed(Sheet.PARTS, PART, 门牌号="102室", 份额="0.9000"),
        PART,
    ]

    results = await load(registry, workbook(tmp_path, estates=estates, buildings=buildings, parts=parts))

    assert outcomes(results) == [
        "LANDED", "REJECTED", "REJECTED", "LANDED", "LANDED", "REJECTED", "REJECTED", "REJECTED", "LANDED",
    ]  # fmt: skip
    assert refusals(results) == [
        ("J3", "VALIDATION", "-5.00"),
        ("H4", "VALIDATION", "1850-01-01"),
        ("A3", "VALIDATION", "360702-002"),
        ("B2", "VALIDATION", "9号楼"),
        ("I3", "VALIDATION", "0.9000"),
    ]
    assert {name: count for name, count in (await counts(registry)).items() if name in ("estates", "parts")} == {
        "estates": 2,
        "parts": 1,
    }


@pytest.mark.rule("XY-28")
async def test_an_unknown_street_is_refused_unless_territory_may_be_registered(
    registry: Registry, tmp_path: Path
) -> None:
    body = workbook(tmp_path)

    first = await load(registry, body, register_territory=False)
    then = await load(registry, body)

    assert refusals(first)[0] == ("D2", "VALIDATION", "解放街道")
    assert outcomes(first) == ["REJECTED"] * 3
    assert outcomes(then) == ["LANDED"] * 3


@pytest.mark.rule("XY-28")
async def test_a_street_that_xunyangs_document_does_not_name_is_never_registered(
    registry: Registry, tmp_path: Path
) -> None:
    estates = [
        changed(Sheet.ESTATES, ESTATE, 小区编码="360403-001", 区划代码="360403", 街道=street)
        for street in ("甘棠街道", "解放街道")
    ]
    # Nobody has put Xunyang's undated document in force here: its streets are master data all the same.
    results = await load(registry, workbook(tmp_path, estates=estates[1:], buildings=[], parts=[]))
    named = await load(registry, workbook(tmp_path, estates=estates[:1], buildings=[], parts=[]))

    assert refusals(results) == [("D2", "VALIDATION", "解放街道")]
    assert outcomes(named) == ["LANDED"]


async def test_a_district_without_a_policy_is_refused(registry: Registry, tmp_path: Path) -> None:
    estates = [changed(Sheet.ESTATES, ESTATE, 区划代码="110101")]

    results = await load(registry, workbook(tmp_path, estates=estates, buildings=[], parts=[]))

    assert refusals(results) == [("C2", "VALIDATION", "110101")]


@pytest.mark.rule("DH-28")
@pytest.mark.rule("G-26")
async def test_an_estate_in_two_communities_is_refused(registry: Registry, tmp_path: Path) -> None:
    second = changed(Sheet.ESTATES, ESTATE, 社区="云栖社区")

    in_one_file = await load(registry, workbook(tmp_path, estates=[ESTATE, second], buildings=[], parts=[]))
    later = await load(registry, workbook(tmp_path, estates=[second], buildings=[], parts=[]))

    assert refusals(in_one_file) == [("E3", "VALIDATION", "云栖社区")]
    assert refusals(later) == [("E2", "VALIDATION", "云栖社区")]


@pytest.mark.parametrize(
    ("header", "cell", "place"),
    [
        ("小区名称", "碧梧小区", "B3"),
        ("户数", 4, "K3"),
        ("规划核准总建筑面积", None, "I3"),
        ("建成日期", None, "H3"),
        ("物业管理面积", 11000.01, "J3"),
    ],
)
async def test_a_duplicate_code_with_other_facts_is_refused_at_the_differing_cell(
    registry: Registry, tmp_path: Path, header: str, cell: Any, place: str
) -> None:
    estates = [ESTATE, changed(Sheet.ESTATES, ESTATE, **{header: cell})]

    results = await load(registry, workbook(tmp_path, estates=estates, buildings=[], parts=[]))

    assert outcomes(results) == ["LANDED", "REJECTED"]
    assert (results[1].cell, results[1].code) == (place, "DUPLICATE")


async def test_a_duplicate_row_that_says_the_same_is_unchanged(registry: Registry, tmp_path: Path) -> None:
    results = await load(registry, workbook(tmp_path, estates=[ESTATE, ESTATE], buildings=[BUILDING] * 2))

    assert outcomes(results) == ["LANDED", "UNCHANGED", "LANDED", "UNCHANGED", "LANDED"]


@pytest.mark.parametrize(
    ("second", "place", "code"),
    [
        ({"建筑面积": 82.87}, "D3", "DUPLICATE"),
        ({"面积依据": "测绘"}, "E3", "DUPLICATE"),
        ({"产权人编号": "360702-Z9"}, "F3", "DUPLICATE"),
        ({"产权人姓名": "示例业主九"}, "F3", "DUPLICATE"),
    ],
)
async def test_a_part_that_is_registered_otherwise_is_refused(
    registry: Registry, tmp_path: Path, second: dict[str, Any], place: str, code: str
) -> None:
    await load(registry, workbook(tmp_path))
    before = await counts(registry)

    rows = [changed(Sheet.PARTS, PART, 门牌号="103室", 产权人编号="360702-Z7"), changed(Sheet.PARTS, PART, **second)]
    results = await load(registry, workbook(tmp_path, estates=[], buildings=[], parts=rows))

    assert outcomes(results) == ["LANDED", "REJECTED"]
    assert (results[1].cell, results[1].code) == (place, code)
    assert (await counts(registry))["parts"] == before["parts"] + 1


async def test_the_rows_of_one_part_stand_or_fall_together(registry: Registry, tmp_path: Path) -> None:
    one_bad = [COUPLE[0], changed(Sheet.PARTS, COUPLE[1], 产权人类别="个人")]

    results = await load(registry, workbook(tmp_path, parts=[*one_bad, PART]))

    assert outcomes(results)[2:] == ["REJECTED", "REJECTED", "LANDED"]
    assert refusals(results) == [("C2", "VALIDATION", "102室"), ("H3", "VALIDATION", "个人")]


async def test_a_part_may_get_its_owner_from_a_later_ledger(registry: Registry, tmp_path: Path) -> None:
    unknown = changed(Sheet.PARTS, PART, 产权人编号=None, 产权人姓名=None, 产权人类别=None, 份额=None)
    await load(registry, workbook(tmp_path, parts=[unknown]))

    results = await load(registry, workbook(tmp_path))

    assert outcomes(results) == ["UNCHANGED", "UNCHANGED", "LANDED"]
    assert len(await registry.announced("registry.ownership.transferred")) == 1
    assert (await counts(registry))["parts"] == 1


async def test_an_owner_of_parts_in_two_estates_is_one_owner_seen_from_both(registry: Registry, tmp_path: Path) -> None:
    other = "360702-002"
    await load(registry, workbook(tmp_path))
    await load(
        registry,
        workbook(
            tmp_path,
            estates=[changed(Sheet.ESTATES, ESTATE, 小区编码=other, 社区="云栖社区")],
            buildings=[changed(Sheet.BUILDINGS, BUILDING, 小区编码=other)],
            parts=[changed(Sheet.PARTS, PART, 小区编码=other)],
        ),
    )

    assert (await counts(registry))["owners"] == 1
    data = await registry.ask(
        "{ estates(first: 10) { nodes { id buildings { parts { ownerships { owner { id } } } } } } }"
    )
    for estate in data["estates"]["nodes"]:
        owner = estate["buildings"][0]["parts"][0]["ownerships"][0]["owner"]["id"]
        manager = caller(Role.PROVIDER, scope=Scope.of(f"manage:{estate['id']}"))
        seen = await registry.ask(
            "query($id: ID!) { owner(id: $id) { displayName parts { doorNumber } } }", by=manager, id=owner
        )
        assert seen["owner"] == {"displayName": "示****", "parts": [{"doorNumber": "101室"}]}


async def test_rows_in_merged_cells_are_refused_and_the_others_land(registry: Registry, tmp_path: Path) -> None:
    tables = ledger_tables(
        buildings=[changed(Sheet.BUILDINGS, BUILDING, 楼栋号=f"{number}号楼") for number in (1, 2, 3)], parts=[]
    )
    body = write_workbook(tmp_path / "l.xlsx", tables, merges={"楼栋": ["A2:A3"]}).read_bytes()

    results = await load(registry, body)

    assert outcomes(results) == ["LANDED", "REJECTED", "REJECTED", "LANDED"]
    assert refusals(results) == [("A2:A3", "VALIDATION", "A2:A3")] * 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
async def test_csv_files_of_every_usual_encoding_land_with_their_names(registry: Registry, encoding: str) -> None:
    for sheet, row in ((Sheet.ESTATES, ESTATE), (Sheet.BUILDINGS, BUILDING), (Sheet.PARTS, PART)):
        assert outcomes(await load(registry, csv_bytes([HEADERS[sheet], row], encoding=encoding))) == ["LANDED"]

    data = await registry.ask("{ estates(first: 1) { nodes { name community { name } } } }")
    assert data["estates"]["nodes"] == [{"name": "丹枫小区", "community": {"name": "金桂社区"}}]


async def test_a_clerk_imports_into_the_own_street_only(registry: Registry, city: City, tmp_path: Path) -> None:
    clerk = caller(Role.STREET, scope=Scope.of(f"street:{city.street}"))
    elsewhere = caller(Role.STREET, scope=Scope.of("district:610703"))
    body = workbook(tmp_path, estates=[changed(Sheet.ESTATES, ESTATE, 小区编码="360702-009")], buildings=[], parts=[])

    refused = await load(registry, body, by=elsewhere, register_territory=False)
    landed = await load(registry, body, by=clerk, register_territory=False)

    assert [(result.cell, result.code) for result in refused] == [("E2", "FORBIDDEN_ACTOR")]
    assert outcomes(landed) == ["LANDED"]


async def test_a_code_of_another_area_is_taken_without_showing_whose_it_is(
    registry: Registry, city: City, tmp_path: Path
) -> None:
    other = await registry.done("registerStreet", "street", district="360702", name="赣江街道")
    clerk = caller(Role.STREET, scope=Scope.of(f"street:{other}"))
    await registry.done("registerCommunity", "community", streetId=other, name="知春社区")
    row = changed(Sheet.ESTATES, ESTATE, 街道="赣江街道", 社区="知春社区")  # city.estate has this code.

    results = await load(
        registry, workbook(tmp_path, estates=[row], buildings=[], parts=[]), by=clerk, register_territory=False
    )

    assert refusals(results) == [("A2", "DUPLICATE", "360702-001")]


@pytest.mark.parametrize("role", [Role.OWNER, Role.PROVIDER, Role.COMMITTEE, Role.AUDITOR, Role.FINANCE_BUREAU])
async def test_who_does_not_keep_estates_imports_none(registry: Registry, tmp_path: Path, role: Role) -> None:
    with pytest.raises(ForbiddenActor):
        await load(registry, workbook(tmp_path), by=caller(role), register_territory=False)


async def test_a_clerk_does_not_register_streets_by_importing(registry: Registry, tmp_path: Path) -> None:
    with pytest.raises(ForbiddenActor):
        await load(registry, workbook(tmp_path), by=caller(Role.STREET), register_territory=True)


REPORT = "report { landed unchanged rejected rows { sheet row outcome cell header value code reason } }"


async def test_the_mutation_imports_a_small_file_in_one_go(registry: Registry, tmp_path: Path) -> None:
    parts = [PART, changed(Sheet.PARTS, PART, 门牌号="102室", 建筑面积=0)]
    content = base64.b64encode(workbook(tmp_path, parts=parts)).decode()
    given = {"contentBase64": content, "registerTerritory": True, "idempotencyKey": "ledger"}

    rehearsed = await registry.write("importEstates", REPORT, **given, dryRun=True)
    assert await registry.announced("registry.estate.registered") == []
    done = await registry.write("importEstates", REPORT, **given)
    replayed = await registry.write("importEstates", REPORT, **given)

    report = done["report"]
    assert (report["landed"], report["unchanged"], report["rejected"]) == (3, 0, 1)
    assert report["rows"][-1] == {
        "sheet": "房屋",
        "row": 3,
        "outcome": "REJECTED",
        "cell": "D3",
        "header": "建筑面积",
        "value": "0.00",
        "code": "VALIDATION",
        "reason": "an area is more than nothing",
    }
    assert (rehearsed["report"], rehearsed["events"], rehearsed["errors"]) == (report, [], [])
    assert (replayed["replayed"], replayed["report"]) == (True, report)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("not base64!", "VALIDATION"),
        (base64.b64encode(b"PK\x03\x04").decode(), "VALIDATION"),
        ("A" * 3_000_000, "OUT_OF_RANGE"),
    ],
    ids=["no base64", "no workbook", "too large"],
)
async def test_the_mutation_refuses_what_is_no_small_ledger(registry: Registry, content: str, code: str) -> None:
    error = await registry.refused("importEstates", contentBase64=content)

    assert error["code"] == code


async def test_the_mutation_refuses_too_many_rows_and_lands_none(registry: Registry) -> None:
    rows: Rows = [HEADERS[Sheet.PARTS], *part_rows(MOST_ROWS_OF_A_MUTATION + 1)]

    error = await registry.refused("importEstates", contentBase64=base64.b64encode(csv_bytes(rows)).decode())

    assert error["code"] == "OUT_OF_RANGE"
    assert (await counts(registry))["parts"] == 0
