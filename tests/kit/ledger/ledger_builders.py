"""What the ledger's tests build: a small book of a bank account, two doors and the outside, and one-line writes."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import TypeVar

from kit.caller import SYSTEM_CALLER
from kit.clock import Clock
from kit.ledger.store import INDEXES, PostedPosting, open_accounts, post
from kit.ledger.transfers import Account, Posting, Side, Transfer
from kit.money import Fen
from kit.mongo import Mongo, UnitOfWork, ensure_indexes, run_unit_of_work

T = TypeVar("T")

BOOK = "fund:est_1"
BANK = "bank"
DOOR_A = "door:a"
DOOR_B = "door:b"
OUTSIDE = "outside"
DISTRICT = "360702"
TODAY = date(2026, 3, 5)


def account(id_: str, side: Side, *, may_go_negative: bool = False, book: str = BOOK) -> Account:
    """An account that the whole district and its own door may see."""
    return Account(
        id=id_,
        book=book,
        name=f"account {id_}",
        side=side,
        district=DISTRICT,
        areas=(f"district:{DISTRICT}",),
        may_go_negative=may_go_negative,
    )


ACCOUNTS = (
    account(BANK, Side.DEBIT),
    account(DOOR_A, Side.CREDIT),
    account(DOOR_B, Side.CREDIT),
    account(OUTSIDE, Side.DEBIT, may_go_negative=True),
)


def posting(
    key: str, *transfers: tuple[str, str, int], occurred_on: date = TODAY, book: str = BOOK, memo: str = "维修资金"
) -> Posting:
    """A posting of transfers (debit account, credit account, fen)."""
    return Posting(
        book=book,
        key=key,
        transfers=tuple(Transfer(debit, credit, Fen(amount)) for debit, credit, amount in transfers),
        occurred_on=occurred_on,
        memo=memo,
        district=DISTRICT,
    )


def deposit(key: str, door: str, amount_fen: int, *, occurred_on: date = TODAY) -> Posting:
    """An owner of a door pays into the bank: the bank holds more, and more is owed to the door."""
    return posting(key, (BANK, door, amount_fen), occurred_on=occurred_on)


async def write(mongo: Mongo, clock: Clock, body: Callable[[UnitOfWork], Awaitable[T]]) -> T:
    """Run one unit of work of the service itself."""
    return await run_unit_of_work(mongo, SYSTEM_CALLER, body, clock=clock)


async def post_one(mongo: Mongo, clock: Clock, what: Posting) -> PostedPosting:
    """Post in a unit of work of its own."""
    return await write(mongo, clock, lambda work: post(work, what))


async def open_book(mongo: Mongo, clock: Clock, accounts: tuple[Account, ...] = ACCOUNTS) -> None:
    """Make the ledger's indexes and open the accounts."""
    await ensure_indexes(mongo, INDEXES)
    await write(mongo, clock, lambda work: open_accounts(work, accounts))
