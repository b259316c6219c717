"""Who bears a use of the fund: by area, to the fen, nobody for another (Decree 165, art. 20)."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.area import Area
from kit.explanation import ExplainedValue, Explanation
from kit.money import Fen, yuan
from services.finance.domain.maintenance_allocation import (
    Allocation,
    AllocationLine,
    Charged,
    ScopePart,
    allocate,
    explain_paid,
    explain_share,
)
from tests.finance.refusals import refusal_of

fen = st.integers(0, 10**9).map(Fen)


def parts_of(*areas: int) -> list[ScopePart]:
    return [ScopePart(f"prt_{n}", f"{n:03}", Area(area), f"msa_{n}") for n, area in enumerate(areas)]


def taken(sheet: Allocation) -> list[tuple[int, int, int]]:
    return [(line.share, line.covered, line.shortfall) for line in sheet.lines]


def test_shares_are_floored_and_the_pool_bears_the_remainder() -> None:
    sheet = allocate(
        Fen(100), parts_of(1, 1, 1), balances={"msa_0": Fen(50), "msa_1": Fen(33), "msa_2": Fen(10)}, pool=Fen(5)
    )

    assert taken(sheet) == [(33, 33, 0), (33, 33, 0), (33, 10, 23)]
    assert (sheet.remainder, sheet.pool_covered, sheet.covered, sheet.shortfall) == (1, 1, 77, 23)


def test_a_door_without_an_account_owes_its_whole_share() -> None:
    sheet = allocate(Fen(10), [ScopePart("prt_1", "1", Area(5), None)], balances={}, pool=Fen(0))

    assert taken(sheet) == [(10, 0, 10)]


def test_a_first_payment_counts_towards_each_share() -> None:
    parts = parts_of(1, 1, 1)
    first = allocate(Fen(4), parts, balances={p.sub_account_id or "": Fen(3) for p in parts}, pool=Fen(1))
    assert [line.covered for line in first.lines] == [1, 1, 1]
    assert first.pool_covered == 1

    whole = allocate(
        Fen(9), parts, balances={p.sub_account_id or "": Fen(2) for p in parts}, pool=Fen(0), charged=first.charged
    )

    assert [line.covered for line in whole.lines] == [3, 3, 3]
    assert (whole.remainder, whole.pool_covered) == (0, 0)  # The pool gets its fen back.


@pytest.mark.parametrize("parts", [[], parts_of(0)], ids=["no part", "no area"])
def test_without_a_part_in_the_scope_there_is_nobody_to_share(parts: list[ScopePart]) -> None:
    assert refusal_of(lambda: allocate(Fen(1), parts, balances={}, pool=Fen(0))) == (
        "PRECONDITION",
        ("scopeBuildingIds",),
        None,
    )


def test_the_smallest_area_bears_the_whole_cost_alone() -> None:
    assert taken(allocate(Fen(1), parts_of(1), balances={"msa_0": Fen(1)}, pool=Fen(0))) == [(1, 1, 0)]


def test_the_lines_stand_by_door_and_then_by_part() -> None:
    parts = [
        ScopePart("prt_b", "2", Area(300), "msa_b"),
        ScopePart("prt_c", "1", Area(200), None),
        ScopePart("prt_a", "2", Area(500), "msa_a"),
    ]

    sheet = allocate(Fen(10), parts, balances={"msa_b": Fen(1)}, pool=Fen(0))

    assert sheet == Allocation(
        total=Fen(10),
        scope_area=Area(1000),
        lines=(
            AllocationLine("prt_c", "1", Area(200), None, Fen(2), Fen(0)),
            AllocationLine("prt_a", "2", Area(500), "msa_a", Fen(5), Fen(0)),
            AllocationLine("prt_b", "2", Area(300), "msa_b", Fen(3), Fen(1)),
        ),
        remainder=Fen(0),
        pool_covered=Fen(0),
    )
    assert sheet.charged == Charged({"prt_c": Fen(0), "prt_a": Fen(0), "prt_b": Fen(1)}, Fen(0))


def test_the_pool_bears_no_more_of_the_remainder_than_it_holds_and_bore() -> None:
    def pool_covered(pool: int, charged: int) -> int:
        return allocate(
            Fen(5), parts_of(1, 1, 1), balances={}, pool=Fen(pool), charged=Charged({}, Fen(charged))
        ).pool_covered

    assert [pool_covered(*one) for one in ((0, 0), (1, 0), (0, 1), (1, 1), (2, 1))] == [0, 1, 1, 2, 2]


def test_a_share_and_a_payment_explain_themselves() -> None:
    balances = {"msa_0": yuan("20.00"), "msa_1": yuan("70.00")}
    sheet = allocate(yuan("100.00"), parts_of(5000, 10000), balances=balances, pool=Fen(5))

    document, rounding = (
        "《住宅专项维修资金管理办法》（建设部、财政部令第165号）",
        "shares down to the fen, the remainder to the estate's pool",
    )
    assert explain_share(sheet.lines[0], sheet, policy_version_id="CN-v1") == Explanation(
        formula="floor(total × area ÷ scopeArea)",
        inputs=(
            ExplainedValue("total", "100.00", "yuan", "settlement"),
            ExplainedValue("area", "50.00", "m2", "registry: part"),
            ExplainedValue("scopeArea", "150.00", "m2", "parts of the scope"),
        ),
        parameters=(),
        result="33.33",
        clause="第二十条",
        document=document,
        policy_version_id="CN-v1",
        rounding=rounding,
    )
    assert explain_paid(sheet, policy_version_id="CN-v1") == Explanation(
        formula="Σ covered + pool",
        inputs=(
            ExplainedValue("Σ covered", "86.66", "yuan", "2 doors of the scope"),
            ExplainedValue("pool", "0.01", "yuan", "remainder of the floored shares"),
        ),
        parameters=(),
        result="86.67",
        clause="第二十条",
        document=document,
        policy_version_id="CN-v1",
        rounding=rounding,
    )


def test_a_sheets_hash_tells_it_from_another() -> None:
    sheet = allocate(yuan("100.00"), parts_of(5000, 10000), balances={}, pool=Fen(0))

    assert sheet.hash == sha256(b"prt_0,3333,0\nprt_1,6666,0\npool,1,0").hexdigest()
    assert allocate(yuan("100.00"), parts_of(5000, 10100), balances={}, pool=Fen(0)).hash != sheet.hash


@given(
    total=fen,
    areas=st.lists(st.integers(1, 50_000), min_size=1, max_size=30),
    held=st.lists(fen, min_size=30, max_size=30),
    pool=fen,
    first=fen,
)
def test_nobody_pays_for_another_and_nothing_is_lost(
    total: Fen, areas: list[int], held: list[Fen], pool: Fen, first: Fen
) -> None:
    parts = parts_of(*areas)
    balances = {f"msa_{n}": held[n] for n in range(len(areas))}
    before = allocate(min(first, total), parts, balances=balances, pool=pool)
    left = {f"msa_{n}": Fen(held[n] - before.charged.by_part[f"prt_{n}"]) for n in range(len(areas))}

    sheet = allocate(total, parts, balances=left, pool=Fen(pool - before.pool_covered), charged=before.charged)

    assert sum(line.share for line in sheet.lines) + sheet.remainder == total
    assert 0 <= sheet.remainder < len(areas)
    for n, line in enumerate(sorted(sheet.lines, key=lambda one: int(one.part_id.removeprefix("prt_")))):
        assert line.share == total * areas[n] // sum(areas)
        assert before.charged.by_part[line.part_id] <= line.covered <= min(line.share, held[n])
        assert line.covered == min(line.share, held[n])
    assert sheet.pool_covered == min(sheet.remainder, pool)
    assert sheet.covered + sheet.shortfall + (sheet.remainder - sheet.pool_covered) == total
