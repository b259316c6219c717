"""The demonstration city as plain rows: real districts and streets, invented communities, estates and owners.

Everything is derived from `SEED`, so two runs give the same rows. Areas are whole hundredths of a square metre.
Nobody in it exists: owners are numbered, and their names say that they are examples.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

SEED = 360702

CLOSED, OPEN = "封闭", "开放"
OLD, NEW_COMMERCIAL, RESETTLEMENT, AFFORDABLE = "老旧小区", "新建商品房", "拆迁安置", "保障房"
REGISTER, SURVEY, CONTRACT = "产权登记", "测绘", "合同"
NATURAL, LEGAL, DEVELOPER, PUBLIC_HOUSING_UNIT = "自然人", "法人", "开发单位", "公房单位"
WHOLE, HALF = "1.0000", "0.5000"

STREETS: dict[str, tuple[str, ...]] = {
    "360102": (  # Donghu, Nanchang
        "公园街道", "滕王阁街道", "八一桥街道", "百花洲街道", "墩子塘街道", "大院街道",
        "豫章街道", "董家窑街道", "彭家桥街道", "扬子洲镇", "贤士湖管理处",
    ),
    "610703": (  # Nanzheng, Hanzhong
        "汉山街道", "中所营街道", "大河坎镇", "梁山镇", "圣水镇", "新集镇", "协税镇", "阳春镇",
    ),
    "360403": (  # Xunyang, Jiujiang: exactly the five its document names (XY-28)
        "湓浦街道", "甘棠街道", "人民路街道", "白水湖街道", "金鸡坡街道",
    ),
    "360702": (  # Zhanggong, Ganzhou
        "解放街道", "赣江街道", "南外街道", "东外街道", "章江街道",
        "水东镇", "水南镇", "水西镇", "沙石镇", "沙河镇",
    ),
    "510400": (  # Panzhihua, the whole city
        "炳草岗街道", "大渡口街道", "东华街道", "弄弄坪街道", "清香坪街道", "玉泉街道",
        "河门口街道", "陶家渡街道", "大河中路街道", "仁和镇", "银江镇", "格里坪镇",
    ),
}  # fmt: skip

# A weight per estate of each district, in proportion to its parts. The eighth of Zhanggong is large enough for the
# deposit's cap (over 100,000 m2 approved), the smallest ones stay below its floor (under 20,000 m2).
SIZE_WEIGHTS: dict[str, tuple[int, ...]] = {
    "360102": (3, 5, 6, 4, 8, 10, 5, 7, 12, 4, 9, 6),
    "610703": (4, 6, 9, 5, 7, 12, 3, 8, 6, 10, 5),
    "360403": (5, 7, 3, 9, 6, 11, 4, 8, 6, 10, 5, 7),
    "360702": (2, 4, 6, 8, 5, 9, 11, 20, 7, 3, 12, 5, 6),
    "510400": (4, 6, 8, 3, 10, 5, 7, 12, 4, 6, 9, 5),
}

# Zhanggong, where the first contracts are made, has estates of the usual size; the others are smaller, so that the
# first start stays quick.
PARTS_OF_A_WEIGHT: dict[str, int] = {"360102": 8, "610703": 8, "360403": 8, "360702": 46, "510400": 8}

# Days on both sides of a district's cut-off for an old estate (Zhanggong 2004-12-31, Panzhihua before 2000).
BUILT_ON_BY_ESTATE: dict[str, date] = {
    "360702-001": date(2004, 12, 31),
    "360702-002": date(2005, 1, 1),
    "510400-001": date(1999, 12, 31),
    "510400-002": date(2000, 1, 1),
}

COMMUNITY_NAMES = (
    "金桂", "云栖", "晴川", "望舒", "青禾", "映山", "听泉", "朝晖", "锦棠", "安澜", "怀瑾", "知春",
    "书香", "和顺", "宁远", "思源", "晓月", "春江", "明德", "文澜", "翠微", "长乐", "双桥", "石榴",
)  # fmt: skip
ESTATE_NAMES = (
    "丹枫", "碧梧", "银杏", "紫藤", "白鹭", "芳洲", "松涛", "荷风", "兰亭", "梅岭", "竹溪", "海棠", "流云",
)  # fmt: skip
OLD_SUFFIXES = ("小区", "新村", "宿舍", "家属院")
NEW_SUFFIXES = ("花园", "家园", "雅苑", "华庭")

ESTATE_HEADERS = (
    "小区编码", "小区名称", "区划代码", "街道", "社区", "门型", "小区类别", "建成日期",
    "规划核准总建筑面积(含地下)", "物业管理面积", "户数",
)  # fmt: skip
BUILDING_HEADERS = ("小区编码", "楼栋号", "有无电梯", "建筑面积")
PART_HEADERS = (
    "小区编码", "楼栋号", "门牌号", "建筑面积", "面积依据", "产权人编号", "产权人姓名", "产权人类别", "份额",
)  # fmt: skip


@dataclass(frozen=True)
class OwnershipRow:
    """One row of the sheet 房屋: a part and one of its owners, with that owner's share."""

    estate_code: str
    building: str
    door: str
    area: int
    area_basis: str
    owner_code: str
    owner_name: str
    owner_kind: str
    share: str


@dataclass(frozen=True)
class BuildingRow:
    """One row of the sheet 楼栋."""

    estate_code: str
    label: str
    has_lift: bool
    area: int


@dataclass(frozen=True)
class EstateRow:
    """One row of the sheet 小区; `built_on` and `approved_gross_area` are None where the survey is still open."""

    code: str
    name: str
    district: str
    street: str
    community: str
    enclosure: str
    kind: str
    built_on: date | None
    approved_gross_area: int | None
    managed_area: int
    households: int


@dataclass(frozen=True)
class City:
    """The three sheets of a ledger."""

    estates: tuple[EstateRow, ...]
    buildings: tuple[BuildingRow, ...]
    ownerships: tuple[OwnershipRow, ...]

    @property
    def part_count(self) -> int:
        """Return how many exclusive parts the ledger has; a co-owned part has several rows but counts once."""
        return len({(row.estate_code, row.building, row.door) for row in self.ownerships})


@dataclass(frozen=True)
class _Part:
    building: str
    door: str
    area: int
    is_home: bool


class _Owners:
    """Hands out the numbered owners of one district, so that codes are dense and names are visibly invented."""

    def __init__(self, district: str) -> None:
        self._district = district
        self._count = 0

    def natural(self) -> tuple[str, str, str]:
        self._count += 1
        return f"{self._district}-Z{self._count:05d}", f"示例业主{self._count:05d}", NATURAL

    def legal(self) -> tuple[str, str, str]:
        self._count += 1
        return f"{self._district}-F{self._count:05d}", f"示例商贸有限公司{self._count:05d}", LEGAL

    def developer(self, estate_name: str) -> tuple[str, str, str]:
        self._count += 1
        return f"{self._district}-K{self._count:05d}", f"示例置业有限公司（{estate_name}）", DEVELOPER

    def public_unit(self) -> tuple[str, str, str]:
        return f"{self._district}-G00001", "示例公有住房管理所", PUBLIC_HOUSING_UNIT


def demo_city(times: int = 1) -> City:
    """Return the demonstration city: five districts, sixty estates, about 7,000 exclusive parts.

    `times` makes every estate so many times as large, for measuring.
    """
    estates: list[EstateRow] = []
    buildings: list[BuildingRow] = []
    ownerships: list[OwnershipRow] = []
    for district, weights in SIZE_WEIGHTS.items():
        owners = _Owners(district)
        for ordinal, weight in enumerate(weights, start=1):
            estate = _estate(district, ordinal, weight * PARTS_OF_A_WEIGHT[district] * times, owners)
            estates += estate.estates
            buildings += estate.buildings
            ownerships += estate.ownerships
    return City(tuple(estates), tuple(buildings), tuple(ownerships))


def sample_estate() -> City:
    """Return one small estate outside the demonstration city, for trying the CSV form of the ledger."""
    return _estate("360702", 801, 24, _Owners("360702-8"))


def _estate(district: str, ordinal: int, part_count: int, owners: _Owners) -> City:
    chance = random.Random(f"{SEED}/{district}/{ordinal}")
    code = f"{district}-{ordinal:03d}"
    streets = STREETS[district]
    kind = chance.choices((OLD, NEW_COMMERCIAL, RESETTLEMENT, AFFORDABLE), weights=(5, 3, 1, 1))[0]
    built_on = BUILT_ON_BY_ESTATE.get(code) or _built_on(kind, chance)
    suffix = chance.choice(OLD_SUFFIXES if kind == OLD else NEW_SUFFIXES)
    name = ESTATE_NAMES[(ordinal - 1) % len(ESTATE_NAMES)] + suffix
    has_lift = kind != OLD or part_count > 600

    parts = list(_parts(part_count, has_lift, chance))
    labels = list(dict.fromkeys(part.building for part in parts))
    buildings = [
        BuildingRow(code, label, has_lift, sum(part.area for part in parts if part.building == label))
        for label in labels
    ]
    managed_area = sum(building.area for building in buildings)
    # Underground space counts for the deposit's basis; a lift building of this city has a garage below it.
    approved_gross_area = managed_area + (managed_area * 12 // 100 if has_lift else 0)
    unsurveyed = ordinal % 6 == 0
    row = EstateRow(
        code=code,
        name=name,
        district=district,
        street=streets[(ordinal - 1) % len(streets)],
        community=_community(streets, ordinal),
        enclosure=OPEN if kind == OLD and chance.random() < 0.4 else CLOSED,
        kind=kind,
        built_on=None if ordinal == 10 else built_on,
        approved_gross_area=None if unsurveyed else approved_gross_area,
        managed_area=managed_area,
        households=sum(part.is_home for part in parts),
    )
    return City((row,), tuple(buildings), tuple(_ownerships(row, parts, owners, chance)))


def _community(streets: Sequence[str], ordinal: int) -> str:
    """Return the community of a district's estate: each street has up to two, and each of them up to two estates."""
    turn, street = divmod(ordinal - 1, len(streets))
    return COMMUNITY_NAMES[2 * street + turn // 2 % 2] + "社区"


def _built_on(kind: str, chance: random.Random) -> date:
    first, last = (1982, 1999) if kind == OLD else (2006, 2021)
    return date(chance.randint(first, last), chance.randint(1, 12), chance.randint(1, 28))


def _parts(count: int, has_lift: bool, chance: random.Random) -> Iterator[_Part]:
    """Yield `count` parts: homes by building, unit, floor and door, and about one shop per forty homes at the end."""
    shops = count // 40
    floors, units, doors = (18, 2, 4) if has_lift else (6, 3, 2)
    for number in range(count - shops):
        building, rest = divmod(number, floors * units * doors)
        unit, rest = divmod(rest, floors * doors)
        floor, door = divmod(rest, doors)
        label = f"{building + 1}号楼"
        area = chance.randint(7_000, 14_200) if has_lift else chance.randint(4_200, 9_600)
        yield _Part(label, f"{unit + 1}单元{floor + 1}{door + 1:02d}室", area, is_home=True)
    for shop in range(shops):
        yield _Part("1号楼", f"商铺{shop + 1:02d}", chance.randint(1_800, 12_000), is_home=False)


def _ownerships(
    estate: EstateRow, parts: Sequence[_Part], owners: _Owners, chance: random.Random
) -> Iterator[OwnershipRow]:
    """Yield the owners of each part: mostly one person, some couples, and a developer with seven unsold homes."""
    developer = owners.developer(estate.name) if estate.kind == NEW_COMMERCIAL else None
    unsold = set(range(3, 3 + 7)) if developer else set()
    for number, part in enumerate(parts):
        basis = chance.choices((REGISTER, SURVEY, CONTRACT), weights=(8, 1, 1))[0]
        draw = chance.random()
        holders: list[tuple[str, str, str]]
        if developer and number in unsold:
            holders, basis = [developer], SURVEY
        elif not part.is_home:
            holders = [owners.legal()]
        elif estate.kind in (OLD, AFFORDABLE) and draw < 0.05:
            holders = [owners.public_unit()]
        elif draw > 0.97:
            holders = [owners.natural(), owners.natural()]
        else:
            holders = [owners.natural()]
        for owner_code, owner_name, owner_kind in holders:
            yield OwnershipRow(
                estate_code=estate.code,
                building=part.building,
                door=part.door,
                area=part.area,
                area_basis=basis,
                owner_code=owner_code,
                owner_name=owner_name,
                owner_kind=owner_kind,
                share=WHOLE if len(holders) == 1 else HALF,
            )
