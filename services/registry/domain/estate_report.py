"""The estate ledger by street and class, and how far management covers each class: plain rows for people and files."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from kit.area import Area
from services.registry.domain.estate import Enclosure, EstateKind, OwnersBody
from services.registry.domain.mode import ManagementMode


@dataclass(frozen=True, kw_only=True)
class EstateLedgerLine:
    """One estate in the ledger; what is unknown is None. `is_old` is None where it cannot be told (ZG-02)."""

    street: str
    community: str
    kind: EstateKind
    code: str
    name: str
    enclosure: Enclosure
    built_on: date | None
    built_year: int | None
    is_old: bool | None
    household_count: int
    part_count: int
    managed_area: Area
    approved_gross_area: Area | None
    has_lift: bool
    owners_body: OwnersBody
    mode: ManagementMode
    provider: str | None
    contract_number: str | None


LEDGER_HEADERS: Mapping[str, str] = {
    "street": "街道",
    "community": "社区",
    "kind": "小区类别",
    "code": "小区编码",
    "name": "小区名称",
    "enclosure": "门型",
    "built_on": "建成日期",
    "built_year": "建成年份",
    "is_old": "是否老旧小区",
    "household_count": "户数",
    "part_count": "房屋套数",
    "managed_area": "物业管理面积",
    "approved_gross_area": "规划核准总建筑面积(含地下)",
    "has_lift": "有无电梯",
    "owners_body": "业主组织",
    "mode": "管理模式",
    "provider": "物业服务企业",
    "contract_number": "合同编号",
}
"""The column of each field of a line, in the order of the table."""


@dataclass(frozen=True)
class ClassifiedEstate:
    """An estate as far as the coverage by class needs it."""

    street_id: str
    kind: EstateKind
    mode: ManagementMode
    household_count: int
    managed_area: Area


@dataclass(frozen=True)
class ClassCoverage:
    """How many estates of one class a street has, and how many of them are managed in any mode."""

    street_id: str
    kind: EstateKind
    estates: int
    managed: int
    household_count: int
    managed_area: Area


def coverage_by_class(estates: Iterable[ClassifiedEstate]) -> list[ClassCoverage]:
    """Return one row per street and class that has estates, in the order of street ids and classes (ZG-01).

    The four classes are planned for as one and managed each in its way; an estate in no mode is not covered.
    """
    found: Counter[tuple[str, EstateKind]] = Counter()
    managed: Counter[tuple[str, EstateKind]] = Counter()
    households: Counter[tuple[str, EstateKind]] = Counter()
    areas: Counter[tuple[str, EstateKind]] = Counter()
    for estate in estates:
        key = (estate.street_id, estate.kind)
        found[key] += 1
        managed[key] += estate.mode is not ManagementMode.NONE
        households[key] += estate.household_count
        areas[key] += estate.managed_area
    order = list(EstateKind)
    return [
        ClassCoverage(*key, found[key], managed[key], households[key], Area(areas[key]))
        for key in sorted(found, key=lambda key: (key[0], order.index(key[1])))
    ]
