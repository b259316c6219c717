"""Sharing a cost by area, interest by daily balance, and a year's statement: to the fen, whatever the numbers."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.area import Area
from kit.money import Fen, yuan
from services.finance.domain.maintenance_allocation import (
    Allocation,
    ScopeEmpty,
    ScopePart,
    allocate,
    explain_share,
)
from services.finance.domain.maintenance_interest import (
    InterestDayTaken,
    Movement,
    check_interest_day,
    explain_interest,
    fen_days,
    share_interest,
)
from services.finance.domain.maintenance_statement import (
    AnnualStatement,
    FundEntry,
    FundMovement,
    StatementNotReconciled,
    StatementYearInvalid,
    YearNotOver,
    check_publication,
    statement_of,
)

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


def test_without_a_part_in_the_scope_there_is_nobody_to_share() -> None:
    for parts in ([], parts_of(0)):
        with pytest.raises(ScopeEmpty) as refused:
            allocate(Fen(1), parts, balances={}, pool=Fen(0))
        assert refused.value.code == "PRECONDITION"


def test_a_share_explains_itself_and_the_sheets_hash_tells_it_from_another() -> None:
    sheet = allocate(yuan("100.00"), parts_of(5000, 10000), balances={}, pool=Fen(0))
    other = allocate(yuan("100.00"), parts_of(5000, 10100), balances={}, pool=Fen(0))

    explained = explain_share(sheet.lines[0], sheet, policy_version_id="CN-v1")

    assert explained.result == "33.33"
    assert [(one.name, one.value) for one in explained.inputs] == [
        ("total", "100.00"),
        ("area", "50.00"),
        ("scopeArea", "150.00"),
    ]
    assert (len(sheet.hash), sheet.hash == other.hash) == (64, False)


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


SINCE = date(2024, 1, 1)
UNTIL = date(2024, 1, 11)


def test_interest_follows_the_daily_balances() -> None:
    weights = fen_days(
        [
            Movement("a", date(2023, 5, 1), Fen(100)),  # All ten days.
            Movement("b", date(2024, 1, 6), Fen(300)),  # Five days.
            Movement("b", date(2024, 1, 9), Fen(-100)),  # The last two less.
            Movement("pool", date(2024, 1, 10), Fen(700)),  # One day.
            Movement("a", date(2024, 1, 11), Fen(900)),  # Too late.
        ],
        since=SINCE,
        until=UNTIL,
    )
    assert weights == {"a": 1000, "b": 1300, "pool": 700}

    shares = share_interest(Fen(100), weights, pool_account_id="pool")

    assert (dict(shares.by_account), shares.to_pool) == ({"a": 33, "b": 43}, 24)
    explained = explain_interest(Fen(100), shares, since=SINCE, until=UNTIL, policy_version_id="CN-v1")
    assert (explained.result, explained.inputs[1].value) == ("1.00", "2024-01-01 – 2024-01-10")


def test_interest_on_nothing_stays_in_the_pool() -> None:
    assert share_interest(Fen(7), {"a": 0, "b": -5}, pool_account_id="pool").to_pool == 7


movements = st.lists(
    st.builds(
        Movement,
        st.sampled_from(["a", "b", "pool"]),
        st.integers(-40, 20).map(lambda after: SINCE + timedelta(days=after)),
        st.integers(0, 10**8).map(Fen),
    ),
    max_size=15,
)


@given(movements, fen)
def test_fen_days_are_the_sum_of_the_closing_balances(moved: list[Movement], amount: Fen) -> None:
    weights = fen_days(moved, since=SINCE, until=UNTIL)

    for account in ("a", "b", "pool"):
        by_day = sum(
            sum(one.change for one in moved if one.account_id == account and one.day <= SINCE + timedelta(days=day))
            for day in range((UNTIL - SINCE).days)
        )
        assert weights.get(account, 0) == by_day
    shares = share_interest(amount, weights, pool_account_id="pool")
    assert sum(shares.by_account.values()) + shares.to_pool == amount
    assert shares.to_pool >= 0


@pytest.mark.parametrize(("day", "is_taken"), [(10, True), (11, False), (20, False), (21, True)])
def test_interest_is_for_days_that_had_none(day: int, is_taken: bool) -> None:
    def check() -> None:
        check_interest_day(date(2024, 1, day), interest_to=date(2024, 1, 10), today=date(2024, 1, 20))

    if is_taken:
        with pytest.raises(InterestDayTaken) as refused:
            check()
        assert refused.value.code == "VALIDATION"
    else:
        check()


def test_a_year_adds_up_and_carries_over() -> None:
    moved = [
        FundMovement("a", FundEntry.DEPOSIT, date(2023, 7, 1), Fen(1000)),
        FundMovement("a", FundEntry.DEPOSIT, date(2024, 1, 1), Fen(200)),
        FundMovement("pool", FundEntry.MATCH, date(2024, 4, 1), Fen(1200)),
        FundMovement("pool", FundEntry.MATCH_TAKEN_BACK, date(2024, 5, 1), Fen(-200)),
        FundMovement("a", FundEntry.REFUND, date(2024, 5, 1), Fen(-200)),
        FundMovement("a", FundEntry.INTEREST, date(2024, 6, 20), Fen(7)),
        FundMovement("pool", FundEntry.INCOME, date(2024, 6, 20), Fen(30)),
        FundMovement("a", FundEntry.USE, date(2024, 12, 31), Fen(-500)),
        FundMovement("a", FundEntry.USE, date(2025, 1, 1), Fen(-1)),
    ]

    statement = statement_of(moved, year=2024)

    assert statement == AnnualStatement(
        year=2024, opening=Fen(1000), deposits=Fen(200), matches=Fen(1000), interest=Fen(37), income=Fen(30),
        uses=Fen(500), refunds=Fen(200), closing=Fen(1537),
    )  # fmt: skip
    assert statement.adds_up
    assert statement_of(moved, year=2025).opening == statement.closing


def published(bank: int = 1537, *, door: int = 507, today: date = date(2025, 1, 1), opened: int = 2023) -> None:
    def closing(amount: int) -> AnnualStatement:
        zero = Fen(0)
        return AnnualStatement(2024, Fen(amount), zero, zero, zero, zero, zero, zero, Fen(amount))

    check_publication(
        closing(1537),
        doors=[closing(door)],
        pool=closing(1030),
        bank_balance=Fen(bank),
        opened_on=date(opened, 12, 31),
        today=today,
    )


def test_a_statement_is_published_when_the_year_is_over_and_all_of_it_reconciles() -> None:
    published()
    for changes in ({"bank": 1536}, {"bank": 1538}, {"door": 506}):
        with pytest.raises(StatementNotReconciled):
            published(**changes)
    with pytest.raises(YearNotOver):
        published(today=date(2024, 12, 31))
    with pytest.raises(StatementYearInvalid):
        published(opened=2025)
    published(opened=2024)
