"""Random books under fifty concurrent writers, a sealer and kills of the store: what must hold afterwards.

Debits equal credits, no account is negative that may not be, every balance is the replay of its entries, the seal is
intact, an acknowledged write is there once, and one key has one effect.

`ANJU_LONG=1` runs more and longer books, with four restarts of the store each: three minutes, more on a busy machine.
"""

import asyncio
import os
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kit.caller import SYSTEM_CALLER, Scope
from kit.clock import SystemClock
from kit.errors import Duplicate, InsufficientFunds, Refusal, StateConflict
from kit.idempotency import Outcome, with_idempotency
from kit.ids import new_id
from kit.ledger.documents import ENTRIES, POSTINGS
from kit.ledger.sealer import Sealer
from kit.ledger.store import (
    account_states,
    balance,
    post,
    post_reserved,
    reserve,
    reverse,
    void_reserved,
)
from kit.ledger.transfers import Side
from kit.ledger.verify import verify
from kit.mongo import Mongo, StoreUnavailable, TooContended, UnitOfWork, run_unit_of_work
from tests.kit.ledger.ledger_builders import BOOK, account, open_book, posting
from tests.servers import MongoServer, running_mongo

pytestmark = pytest.mark.store

IS_LONG = os.environ.get("ANJU_LONG") == "1"
BOOKS = 12 if IS_LONG else 3
COMMANDS = 400 if IS_LONG else 120
KILLS = 4 if IS_LONG else 1
WRITERS = 50
GIVE_UP_AFTER_SECONDS = 120

BANK = "bank"
OUTSIDE = "outside"
DOORS = tuple(f"door:{number}" for number in range(8))
ACCOUNTS = (
    account(BANK, Side.DEBIT),
    account(OUTSIDE, Side.CREDIT, may_go_negative=True),
    *(account(door, Side.CREDIT) for door in DOORS),
)
MAY_GO_NEGATIVE = {OUTSIDE}


@dataclass(frozen=True)
class Command:
    """Something a writer wants, under a key that others may want something else under."""

    key: str
    kind: str
    door: str
    other_door: str
    amount_fen: int

    @property
    def body(self) -> str:
        return f"{self.kind}|{self.door}|{self.other_door}|{self.amount_fen}"


@dataclass
class Answer:
    """What a writer was told in the end."""

    command: Command
    posting_ids: tuple[str, ...] = ()
    replayed: bool = False
    refusal: Refusal | None = None


@dataclass
class Told:
    """All answers, and how often the store was killed under the writers."""

    answers: list[Answer] = field(default_factory=list)
    kills: int = 0


@pytest.fixture(scope="module")
def killed_server() -> Iterator[MongoServer]:
    """A store of this module's own: it is killed again and again."""
    with running_mongo() as server:
        yield server


commands = st.builds(
    Command,
    # Few keys, so that the same one is often used at the same time, with the same body or another.
    key=st.integers(0, COMMANDS // 2).map(lambda number: f"key-{number}"),
    kind=st.sampled_from(["deposit", "deposit", "deposit", "move", "pay", "pay", "reserve", "void", "reverse"]),
    door=st.sampled_from(DOORS),
    other_door=st.sampled_from(DOORS),
    amount_fen=st.integers(1, 500),
)


@settings(
    max_examples=BOOKS,
    deadline=None,
    derandomize=not IS_LONG,
    # A failure is a race: the same book need not fail again, so there is nothing to shrink towards.
    phases=[Phase.generate],
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
@given(
    wanted=st.lists(commands, min_size=COMMANDS, max_size=COMMANDS),
    kills_at=st.lists(st.integers(5, COMMANDS - 5), min_size=KILLS, max_size=KILLS, unique=True),
)
def test_whatever_is_written_at_once_and_whenever_the_store_is_killed_the_books_are_right(
    killed_server: MongoServer, wanted: list[Command], kills_at: list[int]
) -> None:
    asyncio.run(write_kill_and_check(killed_server, wanted, sorted(kills_at)))


async def write_kill_and_check(server: MongoServer, wanted: list[Command], kills_at: list[int]) -> None:
    mongo = await Mongo.connect(server.uri, new_id("tst"))
    try:
        await open_book(mongo, SystemClock(), ACCOUNTS)
        sealing = asyncio.create_task(Sealer(mongo).run())
        told = await write_all(server, mongo, wanted, kills_at)
        sealing.cancel()
        await asyncio.gather(sealing, return_exceptions=True)

        assert told.kills == len(kills_at)
        assert len(told.answers) == len(wanted)
        await check_keys(mongo, told.answers)
        await check_books(mongo, told.answers)
    finally:
        await mongo.drop()
        mongo.close()


async def write_all(server: MongoServer, mongo: Mongo, wanted: list[Command], kills_at: list[int]) -> Told:
    """Let the writers work the commands off, and kill the store whenever so many were answered."""
    told = Told()
    waiting = list(reversed(wanted))
    due = list(reversed(kills_at))
    restarting = asyncio.Lock()

    async def write() -> None:
        while waiting:
            told.answers.append(await until_answered(mongo, waiting.pop()))
            if due and len(told.answers) >= due[-1]:
                due.pop()
                async with restarting:
                    await asyncio.to_thread(server.restart_after_kill)
                told.kills += 1

    await asyncio.gather(*(write() for _ in range(WRITERS)))
    return told


async def until_answered(mongo: Mongo, command: Command) -> Answer:
    """Ask again under the same key, as a client would, until there is an outcome or a refusal."""

    async def act(work: UnitOfWork) -> tuple[Outcome, bool]:
        return await with_idempotency(
            work, mutation="act", key=command.key, body_digest=command.body, run=lambda: carry_out(work, command)
        )

    async with asyncio.timeout(GIVE_UP_AFTER_SECONDS):
        while True:
            try:
                outcome, replayed = await run_unit_of_work(mongo, SYSTEM_CALLER, act, clock=SystemClock())
            except Refusal as refusal:
                return Answer(command, refusal=refusal)
            except (StoreUnavailable, TooContended):
                await asyncio.sleep(random.uniform(0.01, 0.1))
            else:
                return Answer(command, tuple(outcome.entity_ids.values()), replayed)


async def carry_out(work: UnitOfWork, command: Command) -> Outcome:
    """Do one of the things a fund does."""
    key, door, other, amount = f"posting-{command.key}", command.door, command.other_door, command.amount_fen
    match command.kind:
        case "deposit":
            posted = [await post(work, posting(key, (BANK, door, amount)))]
        case "move" if door != other:
            posted = [await post(work, posting(key, (door, other, amount), (OUTSIDE, other, 1)))]
        case "pay":
            posted = [await post(work, posting(key, (door, BANK, amount)))]
        case "reserve":
            reservation = await reserve(work, posting(key, (door, BANK, amount)))
            posted = [await post_reserved(work, reservation.id)]
        case "void":
            reservation = await reserve(work, posting(key, (door, BANK, amount)))
            await void_reserved(work, reservation.id, reason="项目取消")
            posted = []
        case "reverse":
            first = await post(work, posting(key, (BANK, door, amount)))
            posted = [first, await reverse(work, first.id, reason="录入错误")]
        case _:
            raise StateConflict("a door does not pay itself")
    return Outcome(entity_ids={f"posting{number}": each.id for number, each in enumerate(posted)})


async def check_keys(mongo: Mongo, answers: list[Answer]) -> None:
    """One key has one effect: all that succeeded wanted the same and got the same, and a DUPLICATE wanted otherwise."""
    by_key: dict[str, list[Answer]] = defaultdict(list)
    for answer in answers:
        by_key[answer.command.key].append(answer)
    for same_key in by_key.values():
        done = [answer for answer in same_key if answer.refusal is None]
        assert len({answer.command.body for answer in done}) <= 1
        assert len({answer.posting_ids for answer in done}) <= 1
        assert [answer.replayed for answer in done].count(False) <= 1
        for answer in same_key:
            if isinstance(answer.refusal, Duplicate):
                assert done
                assert answer.command.body != done[0].command.body
            else:
                assert answer.refusal is None or isinstance(answer.refusal, InsufficientFunds | StateConflict)


async def check_books(mongo: Mongo, answers: list[Answer]) -> None:
    """The book holds what was acknowledged and nothing else, and proves it."""
    await Sealer(mongo).seal_pending()
    report = await verify(mongo, BOOK)
    assert report.findings == ()

    acknowledged = {posting_id for answer in answers for posting_id in answer.posting_ids}
    postings = {document["_id"]: document async for document in mongo.collection(POSTINGS).find({})}
    assert set(postings) == acknowledged
    assert (report.sealed_size, report.unsealed_count) == (len(acknowledged), 0)

    replayed: dict[str, int] = defaultdict(int)
    sides = {each.id: each.side for each in ACCOUNTS}
    for document in postings.values():
        for transfer in document["transfers"]:
            for name, side in ((transfer["debit"], Side.DEBIT), (transfer["credit"], Side.CREDIT)):
                replayed[name] += transfer["amount_fen"] if sides[name] is side else -transfer["amount_fen"]
    states = await account_states(mongo, list(sides), scope=Scope.everything())
    assert {name: state.balance_fen for name, state in states.items()} == {name: replayed[name] for name in sides}
    assert {state.reserved_fen for state in states.values()} == {0}
    signed = {Side.DEBIT: 1, Side.CREDIT: -1}
    assert sum(signed[sides[name]] * state.balance_fen for name, state in states.items()) == 0

    for document in postings.values():
        after = {leg["account"]: leg["balance_fen"] for leg in document["legs"]}
        assert [name for name, fen in after.items() if fen < 0 and name not in MAY_GO_NEGATIVE] == []
    await check_past(mongo)


async def check_past(mongo: Mongo) -> None:
    """The balance at the instant of an entry is the sum of the entries until then."""
    for name in (BANK, DOORS[0]):
        entries = [entry async for entry in mongo.collection(ENTRIES).find({"account": name})]
        entries.sort(key=lambda entry: entry["sequence"])
        normal = next(each.side.value for each in ACCOUNTS if each.id == name)
        for entry in entries[:: max(1, len(entries) // 4)]:
            at = entry["posted_at"]
            expected = sum(
                line["amount_fen"] if line["side"] == normal else -line["amount_fen"]
                for line in entries
                if line["posted_at"] <= at
            )
            assert await balance(mongo, name, at=at, scope=Scope.everything()) == expected
