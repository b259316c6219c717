"""Posting, reversing, and reading balances on the real store."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest

from kit.caller import Scope
from kit.clock import FixedClock
from kit.errors import Duplicate, InsufficientFunds, NotFound, StateConflict, ValidationFailed
from kit.ledger.store import (
    PostedPosting,
    account_state,
    account_states,
    accounts_of_book,
    balance,
    change_areas,
    entries,
    open_account,
    post,
    reverse,
)
from kit.ledger.transfers import Side
from kit.mongo import Mongo, UnitOfWork
from tests.kit.ledger.ledger_builders import (
    BANK,
    BOOK,
    DOOR_A,
    DOOR_B,
    OUTSIDE,
    account,
    deposit,
    open_book,
    post_one,
    posting,
    write,
)

pytestmark = pytest.mark.store

ALL = Scope.everything()


async def balances(mongo: Mongo, *account_ids: str) -> list[int]:
    return [await balance(mongo, account_id, scope=ALL) for account_id in account_ids]


async def test_a_posting_changes_every_account_it_names(mongo: Mongo, clock: FixedClock) -> None:
    await open_book(mongo, clock)

    posted = await post_one(mongo, clock, posting("k", (BANK, DOOR_A, 500), (BANK, DOOR_B, 300)))

    assert await balances(mongo, BANK, DOOR_A, DOOR_B) == [800, 500, 300]
    assert posted.balance_after(BANK) == 800
    assert posted.posted_by == "system"
    assert posted.posted_at == clock.now()


async def test_a_posting_of_which_one_transfer_is_refused_changes_nothing(mongo: Mongo, clock: FixedClock) -> None:
    await open_book(mongo, clock)
    await post_one(mongo, clock, deposit("k1", DOOR_A, 100))

    with pytest.raises(InsufficientFunds) as refusal:
        await post_one(mongo, clock, posting("k2", (BANK, DOOR_B, 50), (DOOR_A, DOOR_B, 101)))

    assert refusal.value.path == (DOOR_A,)
    assert refusal.value.value == "1.00"
    assert await balances(mongo, BANK, DOOR_A, DOOR_B) == [100, 100, 0]


async def test_two_postings_of_one_unit_see_each_other(mongo: Mongo, clock: FixedClock) -> None:
    await open_book(mongo, clock)

    async def deposit_and_move(work: UnitOfWork) -> None:
        await post(work, deposit("k1", DOOR_A, 100))
        await post(work, posting("k2", (DOOR_A, DOOR_B, 100)))

    await write(mongo, clock, deposit_and_move)

    assert await balances(mongo, DOOR_A, DOOR_B) == [0, 100]


async def test_the_same_posting_again_has_no_effect_and_returns_the_first(mongo: Mongo, clock: FixedClock) -> None:
    await open_book(mongo, clock)
    first = await post_one(mongo, clock, deposit("k", DOOR_A, 100))

    again = await post_one(mongo, clock, deposit("k", DOOR_A, 100))

    assert (first.replayed, again.replayed) == (False, True)
    assert again.id == first.id
    assert again.legs == first.legs
    assert await balances(mongo, BANK) == [100]


async def test_twenty_concurrent_postings_of_one_key_post_once(mongo: Mongo, clock: FixedClock) -> None:
    await open_book(mongo, clock)

    posted = await asyncio.gather(*(post_one(mongo, clock, deposit("k", DOOR_A, 100)) for _ in range(20)))

    assert len({each.id for each in posted}) == 1
    assert [each.replayed for each in posted].count(False) == 1
    assert await balances(mongo, BANK, DOOR_A) == [100, 100]


async def test_the_same_key_with_another_content_is_a_duplicate(mongo: Mongo, clock: FixedClock) -> None:
    await open_book(mongo, clock)
    await post_one(mongo, clock, deposit("k", DOOR_A, 100))

    with pytest.raises(Duplicate) as refusal:
        await post_one(mongo, clock, deposit("k", DOOR_A, 101))

    assert refusal.value.value == "k"
    assert await balances(mongo, BANK) == [100]


async def test_an_unknown_account_and_one_of_another_book_are_refused_by_name(mongo: Mongo, clock: FixedClock) -> None:
    await open_book(mongo, clock)
    await write(mongo, clock, lambda work: open_account(work, account("other", Side.CREDIT, book="fund:est_2")))

    with pytest.raises(NotFound) as unknown:
        await post_one(mongo, clock, deposit("k1", "door:nobody", 1))
    with pytest.raises(ValidationFailed) as foreign:
        await post_one(mongo, clock, deposit("k2", "other", 1))

    assert unknown.value.value == "door:nobody"
    assert foreign.value.value == "other"


async def test_opening_an_account_twice_keeps_it_and_with_other_terms_is_a_duplicate(
    mongo: Mongo, clock: FixedClock
) -> None:
    await open_book(mongo, clock)
    await post_one(mongo, clock, deposit("k", DOOR_A, 100))

    await write(mongo, clock, lambda work: open_account(work, account(DOOR_A, Side.CREDIT)))

    assert await balances(mongo, DOOR_A) == [100]
    with pytest.raises(Duplicate):
        await write(mongo, clock, lambda work: open_account(work, account(DOOR_A, Side.DEBIT)))


async def test_a_reversal_restores_every_balance_and_keeps_the_original(mongo: Mongo, clock: FixedClock) -> None:
    await open_book(mongo, clock)
    await post_one(mongo, clock, deposit("k0", DOOR_A, 1_000))
    posted = await post_one(mongo, clock, posting("k", (DOOR_A, DOOR_B, 400), (DOOR_B, OUTSIDE, 150)))

    reversal = await write(mongo, clock, lambda work: reverse(work, posted.id, reason="录入错误"))

    assert await balances(mongo, BANK, DOOR_A, DOOR_B, OUTSIDE) == [1_000, 1_000, 0, 0]
    assert reversal.posting.reverses == posted.id
    assert reversal.posting.memo == "录入错误"
    assert sum(leg.amount_fen for leg in reversal.legs) == sum(leg.amount_fen for leg in posted.legs)
    lines = (await entries(mongo, DOOR_A, first=10, scope=ALL)).entries
    assert [(line.side.value, line.amount_fen, line.balance_fen) for line in lines] == [
        ("CREDIT", 1_000, 1_000),
        ("DEBIT", 400, 600),
        ("CREDIT", 400, 1_000),
    ]


@pytest.mark.parametrize(("day", "expected"), [(None, "2026-03-05"), (date(2024, 12, 31), "2024-12-31")])
async def test_a_reversal_is_of_today_or_of_the_day_that_is_given(
    mongo: Mongo, clock: FixedClock, day: date | None, expected: str
) -> None:
    await open_book(mongo, clock)
    posted = await post_one(mongo, clock, deposit("k", DOOR_A, 1_000))

    reversal = await write(mongo, clock, lambda work: reverse(work, posted.id, reason="期初有误", occurred_on=day))

    assert reversal.posting.occurred_on.isoformat() == expected


async def test_a_posting_is_reversed_once_and_a_reversal_never(mongo: Mongo, clock: FixedClock) -> None:
    await open_book(mongo, clock)
    posted = await post_one(mongo, clock, deposit("k", DOOR_A, 100))
    reversal = await write(mongo, clock, lambda work: reverse(work, posted.id, reason="录入错误"))

    with pytest.raises(StateConflict, match=reversal.id):
        await write(mongo, clock, lambda work: reverse(work, posted.id, reason="again"))
    with pytest.raises(StateConflict):
        await write(mongo, clock, lambda work: reverse(work, reversal.id, reason="back again"))
    with pytest.raises(NotFound):
        await write(mongo, clock, lambda work: reverse(work, "pst_unknown", reason="?"))
    assert await balances(mongo, BANK, DOOR_A) == [0, 0]


async def test_of_ten_concurrent_reversals_one_succeeds(mongo: Mongo, clock: FixedClock) -> None:
    await open_book(mongo, clock)
    posted = await post_one(mongo, clock, deposit("k", DOOR_A, 100))

    answers = await asyncio.gather(
        *(write(mongo, clock, lambda work: reverse(work, posted.id, reason="x")) for _ in range(10)),
        return_exceptions=True,
    )

    assert sum(isinstance(answer, PostedPosting) for answer in answers) == 1
    assert sum(isinstance(answer, StateConflict) for answer in answers) == 9
    assert await balances(mongo, BANK) == [0]


async def test_money_that_has_left_cannot_be_taken_back(mongo: Mongo, clock: FixedClock) -> None:
    await open_book(mongo, clock)
    posted = await post_one(mongo, clock, deposit("k1", DOOR_A, 100))
    await post_one(mongo, clock, posting("k2", (DOOR_A, DOOR_B, 1)))

    with pytest.raises(InsufficientFunds) as refusal:
        await write(mongo, clock, lambda work: reverse(work, posted.id, reason="x"))

    assert refusal.value.path == (DOOR_A,)
    assert refusal.value.value == "0.99"


async def test_the_balance_at_an_instant_is_the_one_after_the_last_entry_until_then(
    mongo: Mongo, clock: FixedClock
) -> None:
    await open_book(mongo, clock)
    opened = clock.now()
    for number in range(1, 6):
        clock.advance(timedelta(seconds=10))
        await post_one(mongo, clock, deposit(f"k{number}", DOOR_A, number))

    async def at(seconds: float) -> int:
        return await balance(mongo, DOOR_A, at=opened + timedelta(seconds=seconds), scope=ALL)

    assert [await at(seconds) for seconds in (0, 9.999, 10, 19.999, 20, 49.999, 50, 999)] == [0, 0, 1, 1, 3, 10, 15, 15]


async def test_an_entry_is_never_posted_before_the_accounts_last_one(mongo: Mongo, clock: FixedClock) -> None:
    await open_book(mongo, clock)
    clock.advance(timedelta(minutes=1))
    first = await post_one(mongo, clock, deposit("k1", DOOR_A, 1))
    clock.move_to(datetime(2026, 3, 5, 1, 0, tzinfo=UTC))

    second = await post_one(mongo, clock, deposit("k2", DOOR_A, 1))

    assert second.posted_at == first.posted_at


async def test_entries_come_in_pages_without_gap_or_overlap_in_both_directions(mongo: Mongo, clock: FixedClock) -> None:
    await open_book(mongo, clock)
    for number in range(1, 8):
        await post_one(mongo, clock, deposit(f"k{number}", DOOR_A, number))

    async def walk(*, newest_first: bool) -> list[list[int]]:
        pages: list[list[int]] = []
        after: int | None = None
        while True:
            page = await entries(mongo, DOOR_A, first=3, after=after, newest_first=newest_first, scope=ALL)
            pages.append([entry.amount_fen for entry in page.entries])
            assert page.total_count == 7
            if not page.has_next:
                return pages
            after = page.entries[-1].sequence

    assert await walk(newest_first=False) == [[1, 2, 3], [4, 5, 6], [7]]
    assert await walk(newest_first=True) == [[7, 6, 5], [4, 3, 2], [1]]


@pytest.mark.parametrize("first", [0, 101])
async def test_a_page_has_one_to_a_hundred_lines(mongo: Mongo, clock: FixedClock, first: int) -> None:
    await open_book(mongo, clock)

    with pytest.raises(ValidationFailed):
        await entries(mongo, DOOR_A, first=first, scope=ALL)
    with pytest.raises(ValidationFailed):
        await accounts_of_book(mongo, BOOK, first=first, scope=ALL)


async def test_accounts_of_a_book_come_in_pages_by_id(mongo: Mongo, clock: FixedClock) -> None:
    await open_book(mongo, clock)
    await write(mongo, clock, lambda work: open_account(work, account("other", Side.CREDIT, book="fund:est_2")))

    first = await accounts_of_book(mongo, BOOK, first=3, scope=ALL)
    second = await accounts_of_book(mongo, BOOK, first=3, after=DOOR_B, scope=ALL)

    assert [state.account.id for state in first.accounts] == [BANK, DOOR_A, DOOR_B]
    assert [state.account.id for state in second.accounts] == [OUTSIDE]
    assert (first.has_next, second.has_next) == (True, False)


async def test_a_reader_outside_the_accounts_areas_sees_neither_account_nor_entries(
    mongo: Mongo, clock: FixedClock
) -> None:
    await open_book(mongo, clock)
    await post_one(mongo, clock, deposit("k", DOOR_A, 1))
    inside, outside = Scope.of("district:360702"), Scope.of("district:360102")

    assert await balance(mongo, DOOR_A, scope=inside) == 1
    assert (await account_state(mongo, DOOR_A, scope=inside)).available_fen == 1
    for scope in (outside, Scope.of()):
        with pytest.raises(NotFound):
            await balance(mongo, DOOR_A, scope=scope)
        with pytest.raises(NotFound):
            await entries(mongo, DOOR_A, first=1, scope=scope)
        assert await account_states(mongo, [DOOR_A], scope=scope) == {}
        assert (await accounts_of_book(mongo, BOOK, first=1, scope=scope)).accounts == ()


async def test_changed_areas_open_and_close_the_account_and_its_past_entries(mongo: Mongo, clock: FixedClock) -> None:
    await open_book(mongo, clock)
    await post_one(mongo, clock, deposit("k", DOOR_A, 1))

    await write(mongo, clock, lambda work: change_areas(work, DOOR_A, ["district:360102"]))

    assert len((await entries(mongo, DOOR_A, first=1, scope=Scope.of("district:360102"))).entries) == 1
    with pytest.raises(NotFound):
        await entries(mongo, DOOR_A, first=1, scope=Scope.of("district:360702"))


async def test_the_largest_balance_is_kept_exactly(mongo: Mongo, clock: FixedClock) -> None:
    await open_book(mongo, clock)

    await post_one(mongo, clock, deposit("k", DOOR_A, 2**63 - 1))

    assert await balances(mongo, DOOR_A) == [9_223_372_036_854_775_807]
    assert (await entries(mongo, DOOR_A, first=1, scope=ALL)).entries[0].occurred_on == date(2026, 3, 5)
