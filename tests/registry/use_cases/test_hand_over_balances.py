"""Opening balances checked against the registry's own estates and doors."""

import hashlib
import io
import json

import pytest

from kit.caller import Role, Scope
from kit.errors import ForbiddenActor
from services.registry.use_cases.hand_over_balances import hand_over_balances
from tests.registry.cities import OFFICE, City, Registry, caller

pytestmark = pytest.mark.store

HEADERS = "小区编码,楼栋号,门牌号,资金种类,余额(元),截止日期,账户编号,应缴日期"


def file_of(*rows: str) -> io.BytesIO:
    return io.BytesIO("\n".join((HEADERS, *rows)).encode())


@pytest.fixture
async def part(registry: Registry, city: City) -> str:
    return await registry.done(
        "registerPart", "exclusivePart", buildingId=city.building, doorNumber="101室", area="80.00",
        areaBasis="REGISTER",
    )  # fmt: skip


async def test_a_checked_file_has_ids_sums_and_its_hash(registry: Registry, city: City, part: str) -> None:
    checked = await hand_over_balances(
        registry.mongo,
        file_of(
            "360702-001,1号楼,101室,维修资金,6000.00,2026-02-28",
            "360702-001,1号楼,101室,欠缴物业费,120.5,2026-02-28,,2026-01-31",
            "360702-001,,,账户余额,6000,2026-02-28,acc_1",
        ),
        caller=OFFICE,
        clock=registry.clock,
    )

    assert checked.rejected == ()
    (table,) = checked.tables
    assert table.decode().splitlines() == [
        "district,estateId,partId,fund,balance,asOf,objectId,custodyAccountId,firstDeposit,dueOn",
        f"360702,{city.estate},{part},MAINTENANCE_FUND,6000.00,2026-02-28,,,,",
        f"360702,{city.estate},{part},ARREARS,120.50,2026-02-28,,,,2026-01-31",
        f"360702,{city.estate},,BANK_BALANCE,6000.00,2026-02-28,,acc_1,,",
    ]
    assert json.loads(checked.manifest) == {
        "asOf": "2026-02-28",
        "rows": 3,
        "sums": {"MAINTENANCE_FUND": "6000.00", "ARREARS": "120.50", "BANK_BALANCE": "6000.00"},
        "files": [{"name": "opening-balances-1.csv", "rows": 3, "sha256": hashlib.sha256(table).hexdigest()}],
    }


async def test_one_bad_row_keeps_the_whole_file_back(registry: Registry, city: City, part: str) -> None:
    checked = await hand_over_balances(
        registry.mongo,
        file_of(
            "360702-001,1号楼,101室,维修资金,6000.00,2026-02-28",
            "360702-009,,,履约保证金,1,2026-02-28",
            "360702-001,9号楼,101室,维修资金,1,2026-02-28",
            "360702-001,1号楼,999室,维修资金,1,2026-02-28",
            "360702-001,1号楼,101室,维修资金,1,2026-02-28",
            "360702-001,,,公共收益,1,2026-02-27",
            "360702-001,,,公共收益,-1,2026-02-28",
        ),
        caller=OFFICE,
        clock=registry.clock,
    )

    assert [(result.row, result.header, result.code) for result in checked.rejected] == [
        (3, "小区编码", "VALIDATION"),
        (4, "楼栋号", "VALIDATION"),
        (5, "门牌号", "VALIDATION"),
        (6, "小区编码", "DUPLICATE"),
        (7, "截止日期", "VALIDATION"),
        (8, "余额(元)", "VALIDATION"),
    ]
    assert (checked.tables, checked.manifest, checked.rows) == ((), b"", 7)


async def test_balances_are_checked_within_the_callers_area(registry: Registry, city: City, part: str) -> None:
    elsewhere = caller(Role.STREET, scope=Scope.of("district:360102"))
    rows = ("360702-001,,,履约保证金,1,2026-02-28",)

    checked = await hand_over_balances(registry.mongo, file_of(*rows), caller=elsewhere, clock=registry.clock)

    assert [result.header for result in checked.rejected] == ["小区编码"]
    with pytest.raises(ForbiddenActor):
        await hand_over_balances(registry.mongo, file_of(*rows), caller=caller(Role.OWNER), clock=registry.clock)
