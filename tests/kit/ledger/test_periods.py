"""The daily bank assertion and the period lock on the real store."""

import asyncio
from datetime import UTC, date, datetime

import pytest

from kit.caller import Scope
from kit.clock import FixedClock
from kit.errors import NotFound, StateConflict, ValidationFailed
from kit.ledger.store import (
    INDEXES,
    BankAssertion,
    assert_bank_balance,
    bank_differences,
    is_locked,
    lock_period,
    post_reserved,
    reserve,
    standing_assertions,
)
from kit.money import Fen
from kit.mongo import Mongo, ensure_indexes
from tests.kit.ledger.ledger_builders import BANK, BOOK, DOOR_A, deposit, open_book, post_one, posting, write

pytestmark = pytest.mark.store

FEBRUARY_LAST = date(2026, 2, 28)
ALL = Scope.everything()


async def assert_bank(mongo: Mongo, clock: FixedClock, day: date, statement_fen: int) -> BankAssertion:
    return await write(
        mongo, clock, lambda work: assert_bank_balance(work, BANK, day=day, statement_fen=Fen(statement_fen))
    )


async def lock_february(mongo: Mongo, clock: FixedClock) -> None:
    await write(mongo, clock, lambda work: lock_period(work, BOOK, "2026-02"))


@pytest.mark.parametrize(
    ("occurred_on", "is_refused"),
    [(date(2026, 1, 31), False), (date(2026, 2, 1), True), (FEBRUARY_LAST, True), (date(2026, 3, 1), False)],
)
async def test_nothing_is_posted_into_a_closed_month(
    mongo: Mongo, clock: FixedClock, occurred_on: date, is_refused: bool
) -> None:
    await open_book(mongo, clock)
    await lock_february(mongo, clock)

    if is_refused:
        with pytest.raises(StateConflict) as refusal:
            await post_one(mongo, clock, deposit("k", DOOR_A, 1, occurred_on=occurred_on))
        assert refusal.value.value == occurred_on.isoformat()
    else:
        posted = await post_one(mongo, clock, deposit("k", DOOR_A, 1, occurred_on=occurred_on))
        assert posted.posting.occurred_on == occurred_on


async def test_a_lock_closes_its_own_book_only(mongo: Mongo, clock: FixedClock) -> None:
    await open_book(mongo, clock)

    await lock_february(mongo, clock)

    assert await is_locked(mongo, BOOK, "2026-02") is True
    assert await is_locked(mongo, BOOK, "2026-01") is False
    assert await is_locked(mongo, "fund:est_2", "2026-02") is False


async def test_a_reservation_is_not_posted_into_a_closed_month_and_stays_reserved(
    mongo: Mongo, clock: FixedClock
) -> None:
    await open_book(mongo, clock)
    await post_one(mongo, clock, deposit("k", DOOR_A, 100))
    payment = posting("r", (DOOR_A, BANK, 100), occurred_on=FEBRUARY_LAST)
    reservation = await write(mongo, clock, lambda work: reserve(work, payment))
    await lock_february(mongo, clock)

    with pytest.raises(StateConflict):
        await write(mongo, clock, lambda work: post_reserved(work, reservation.id, occurred_on=FEBRUARY_LAST))

    posted = await write(mongo, clock, lambda work: post_reserved(work, reservation.id))
    assert posted.posting.period == "2026-03"


@pytest.mark.parametrize(
    ("now", "is_refused"),
    [(datetime(2026, 2, 28, 15, 59, tzinfo=UTC), True), (datetime(2026, 2, 28, 16, 0, tzinfo=UTC), False)],
)
async def test_a_month_is_closed_only_when_it_is_over_in_china(
    mongo: Mongo, clock: FixedClock, now: datetime, is_refused: bool
) -> None:
    await open_book(mongo, clock)
    clock.move_to(now)

    if is_refused:
        with pytest.raises(StateConflict):
            await lock_february(mongo, clock)
    else:
        await lock_february(mongo, clock)
    assert await is_locked(mongo, BOOK, "2026-02") is not is_refused


async def test_of_five_concurrent_locks_one_succeeds(mongo: Mongo, clock: FixedClock) -> None:
    await open_book(mongo, clock)

    answers = await asyncio.gather(*(lock_february(mongo, clock) for _ in range(5)), return_exceptions=True)

    assert [answer for answer in answers if answer is None] == [None]
    assert sum(isinstance(answer, StateConflict) for answer in answers) == 4


@pytest.mark.parametrize("period", ["2026", "2026-13", "2026-2", "2026-02-01", "二〇二六"])
async def test_a_malformed_month_is_refused(mongo: Mongo, clock: FixedClock, period: str) -> None:
    with pytest.raises(ValidationFailed) as refusal:
        await write(mongo, clock, lambda work: lock_period(work, BOOK, period))

    assert refusal.value.value == period


@pytest.mark.parametrize(("statement", "difference"), [(99, -1), (100, 0), (101, 1)])
async def test_an_assertion_records_the_difference_to_the_fen(
    mongo: Mongo, clock: FixedClock, statement: int, difference: int
) -> None:
    await open_book(mongo, clock)
    await post_one(mongo, clock, deposit("k1", DOOR_A, 100, occurred_on=FEBRUARY_LAST))
    await post_one(mongo, clock, deposit("k2", DOOR_A, 5_000, occurred_on=date(2026, 3, 1)))

    assertion = await assert_bank(mongo, clock, FEBRUARY_LAST, statement)

    assert (assertion.book_fen, assertion.difference_fen) == (100, difference)
    assert assertion.agrees is (difference == 0)
    exceptions = await bank_differences(mongo, BOOK, "2026-02", scope=ALL)
    assert exceptions == ([] if difference == 0 else [assertion])


async def test_a_month_with_a_difference_of_one_fen_is_not_closed_until_it_is_resolved(
    mongo: Mongo, clock: FixedClock
) -> None:
    await open_book(mongo, clock)
    await post_one(mongo, clock, deposit("k1", DOOR_A, 100, occurred_on=FEBRUARY_LAST))
    await assert_bank(mongo, clock, FEBRUARY_LAST, 101)

    with pytest.raises(StateConflict) as refusal:
        await lock_february(mongo, clock)
    assert refusal.value.path == (BANK, "2026-02-28")
    assert refusal.value.value == "0.01"

    await post_one(mongo, clock, deposit("interest", DOOR_A, 1, occurred_on=FEBRUARY_LAST))
    resolved = await assert_bank(mongo, clock, FEBRUARY_LAST, 101)
    assert (resolved.revision, resolved.difference_fen) == (2, 0)
    await lock_february(mongo, clock)
    assert await is_locked(mongo, BOOK, "2026-02") is True


async def test_a_posting_that_came_after_an_agreed_assertion_keeps_the_month_open(
    mongo: Mongo, clock: FixedClock
) -> None:
    await open_book(mongo, clock)
    await post_one(mongo, clock, deposit("k1", DOOR_A, 100, occurred_on=FEBRUARY_LAST))
    await assert_bank(mongo, clock, FEBRUARY_LAST, 100)
    await post_one(mongo, clock, deposit("late", DOOR_A, 7, occurred_on=FEBRUARY_LAST))

    with pytest.raises(StateConflict) as refusal:
        await lock_february(mongo, clock)

    assert refusal.value.value == "-0.07"


async def test_a_closed_month_and_a_day_to_come_take_no_assertion(mongo: Mongo, clock: FixedClock) -> None:
    await open_book(mongo, clock)
    await lock_february(mongo, clock)

    with pytest.raises(StateConflict):
        await assert_bank(mongo, clock, FEBRUARY_LAST, 0)
    with pytest.raises(StateConflict):
        await assert_bank(mongo, clock, date(2026, 3, 6), 0)
    assert (await assert_bank(mongo, clock, date(2026, 3, 5), 0)).agrees


async def test_an_assertion_of_an_unknown_account_is_refused(mongo: Mongo, clock: FixedClock) -> None:
    await open_book(mongo, clock)

    with pytest.raises(NotFound):
        await write(
            mongo, clock, lambda work: assert_bank_balance(work, "nobody", day=FEBRUARY_LAST, statement_fen=Fen(0))
        )


async def test_the_exception_list_keeps_to_the_readers_areas(mongo: Mongo, clock: FixedClock) -> None:
    await open_book(mongo, clock)
    await assert_bank(mongo, clock, FEBRUARY_LAST, 1)

    assert len(await bank_differences(mongo, BOOK, "2026-02", scope=Scope.of("district:360702"))) == 1
    assert await bank_differences(mongo, BOOK, "2026-02", scope=Scope.of("district:360102")) == []


async def test_the_last_assertion_of_each_day_of_a_month_stands(mongo: Mongo, clock: FixedClock) -> None:
    await ensure_indexes(mongo, INDEXES)
    await open_book(mongo, clock)
    days = (date(2026, 1, 31), date(2026, 2, 1), FEBRUARY_LAST, date(2026, 3, 1))
    for day, statement_fen in (*((day, 7) for day in days), (FEBRUARY_LAST, 8)):
        await assert_bank(mongo, clock, day, statement_fen)

    standing = await standing_assertions(mongo, BANK, "2026-02", scope=ALL)

    assert [(one.day, one.statement_fen) for one in standing] == [(date(2026, 2, 1), 7), (FEBRUARY_LAST, 8)]
