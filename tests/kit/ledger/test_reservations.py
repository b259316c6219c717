"""Reserve → post or void on the real store."""

import asyncio
from datetime import date

import pytest

from kit.caller import Scope
from kit.clock import FixedClock
from kit.errors import Duplicate, InsufficientFunds, NotFound, StateConflict
from kit.ledger.store import (
    Reservation,
    account_state,
    open_account,
    post,
    post_reserved,
    reserve,
    void_reserved,
)
from kit.ledger.transfers import Posting, Side
from kit.mongo import Mongo, UnitOfWork
from tests.kit.ledger.ledger_builders import BANK, DOOR_A, account, deposit, open_book, post_one, posting, write

pytestmark = pytest.mark.store

CONTRACTOR = "contractor"


async def book_with_1000(mongo: Mongo, clock: FixedClock) -> None:
    await open_book(mongo, clock)
    await write(mongo, clock, lambda work: open_account(work, account(CONTRACTOR, Side.CREDIT)))
    await post_one(mongo, clock, deposit("opening", DOOR_A, 1_000))


def payment(key: str, amount_fen: int) -> Posting:
    return posting(key, (DOOR_A, CONTRACTOR, amount_fen))


async def reserve_one(mongo: Mongo, clock: FixedClock, what: Posting) -> Reservation:
    return await write(mongo, clock, lambda work: reserve(work, what))


async def door(mongo: Mongo) -> tuple[int, int, int]:
    state = await account_state(mongo, DOOR_A, scope=Scope.everything())
    return state.balance_fen, state.reserved_fen, state.available_fen


async def test_a_reservation_reduces_what_is_available_and_not_the_balance(mongo: Mongo, clock: FixedClock) -> None:
    await book_with_1000(mongo, clock)

    reservation = await reserve_one(mongo, clock, payment("r", 600))

    assert await door(mongo) == (1_000, 600, 400)
    assert reservation.held_fen == {DOOR_A: 600}


@pytest.mark.parametrize(("amount", "is_refused"), [(399, False), (400, False), (401, True)])
async def test_neither_a_posting_nor_another_reservation_touches_what_is_reserved(
    mongo: Mongo, clock: FixedClock, amount: int, is_refused: bool
) -> None:
    await book_with_1000(mongo, clock)
    await reserve_one(mongo, clock, payment("r", 600))

    if is_refused:
        for write_it in (post_one, reserve_one):
            with pytest.raises(InsufficientFunds) as refusal:
                await write_it(mongo, clock, payment("k", amount))
            assert refusal.value.value == "4.00"
        assert await door(mongo) == (1_000, 600, 400)
    else:
        await post_one(mongo, clock, payment("k", amount))
        assert await door(mongo) == (1_000 - amount, 600, 400 - amount)


async def test_posting_a_reservation_pays_it_whole_and_frees_it(mongo: Mongo, clock: FixedClock) -> None:
    await book_with_1000(mongo, clock)
    reservation = await reserve_one(mongo, clock, payment("r", 1_000))

    posted = await write(mongo, clock, lambda work: post_reserved(work, reservation.id, occurred_on=date(2026, 3, 4)))

    assert await door(mongo) == (0, 0, 0)
    assert posted.posting.transfers == reservation.posting.transfers
    assert posted.posting.occurred_on == date(2026, 3, 4)
    assert posted.posting.reservation == reservation.id


async def test_voiding_a_reservation_frees_it_without_an_entry(mongo: Mongo, clock: FixedClock) -> None:
    await book_with_1000(mongo, clock)
    reservation = await reserve_one(mongo, clock, payment("r", 600))

    await write(mongo, clock, lambda work: void_reserved(work, reservation.id, reason="项目取消"))

    assert await door(mongo) == (1_000, 0, 1_000)
    assert (await account_state(mongo, CONTRACTOR, scope=Scope.everything())).entry_count == 0


async def test_less_than_reserved_is_paid_by_voiding_and_posting_in_one_unit(mongo: Mongo, clock: FixedClock) -> None:
    await book_with_1000(mongo, clock)
    reservation = await reserve_one(mongo, clock, payment("r", 1_000))

    async def pay_less(work: UnitOfWork) -> None:
        await void_reserved(work, reservation.id, reason="结算价低于预算")
        await post(work, payment("k", 900))

    await write(mongo, clock, pay_less)

    assert await door(mongo) == (100, 0, 100)


async def test_a_reservation_is_settled_once(mongo: Mongo, clock: FixedClock) -> None:
    await book_with_1000(mongo, clock)
    reservation = await reserve_one(mongo, clock, payment("r", 600))

    answers = await asyncio.gather(
        *(write(mongo, clock, lambda work: post_reserved(work, reservation.id)) for _ in range(5)),
        *(write(mongo, clock, lambda work: void_reserved(work, reservation.id, reason="x")) for _ in range(5)),
        return_exceptions=True,
    )

    assert sum(isinstance(answer, StateConflict) for answer in answers) == 9
    balance_fen, reserved_fen, _ = await door(mongo)
    assert reserved_fen == 0
    assert balance_fen in (400, 1_000)


async def test_the_same_reservation_again_is_the_one_that_stands(mongo: Mongo, clock: FixedClock) -> None:
    await book_with_1000(mongo, clock)
    first = await reserve_one(mongo, clock, payment("r", 600))

    again = await reserve_one(mongo, clock, payment("r", 600))

    assert (again.id, again.replayed) == (first.id, True)
    assert await door(mongo) == (1_000, 600, 400)
    with pytest.raises(Duplicate):
        await reserve_one(mongo, clock, payment("r", 601))


async def test_concurrent_reservations_never_exceed_the_balance(mongo: Mongo, clock: FixedClock) -> None:
    await book_with_1000(mongo, clock)

    answers = await asyncio.gather(
        *(reserve_one(mongo, clock, payment(f"r{number}", 300)) for number in range(10)), return_exceptions=True
    )

    assert sum(isinstance(answer, Reservation) for answer in answers) == 3  # 3 x 300 <= 1,000 < 4 x 300
    assert sum(isinstance(answer, InsufficientFunds) for answer in answers) == 7
    assert await door(mongo) == (1_000, 900, 100)


async def test_an_unknown_reservation_is_refused(mongo: Mongo, clock: FixedClock) -> None:
    await open_book(mongo, clock)

    with pytest.raises(NotFound):
        await write(mongo, clock, lambda work: post_reserved(work, "rsv_unknown"))
    with pytest.raises(NotFound):
        await write(mongo, clock, lambda work: void_reserved(work, "rsv_unknown", reason="x"))


async def test_what_comes_in_is_not_held_and_what_cancels_out_is_not_either(mongo: Mongo, clock: FixedClock) -> None:
    await book_with_1000(mongo, clock)

    reservation = await reserve_one(
        mongo, clock, posting("r", (DOOR_A, CONTRACTOR, 300), (BANK, DOOR_A, 100), (BANK, CONTRACTOR, 1))
    )

    assert reservation.held_fen == {DOOR_A: 200}  # 300 out, 100 in; the bank only receives.
