"""The service under random histories: it is asked, it is killed, it is asked again, and its books are read.

A step is something that a person, a bank or another service does, with what the model says must come of it. Everything
that the ledger holds is compared after each step, so that a step is also seen to leave everything else alone.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any, Protocol

from kit import outbox
from kit.caller import Caller, Role
from kit.clock import business_date
from kit.events import ReceivedEvent
from kit.ids import new_id
from kit.ledger.documents import BALANCES
from kit.ledger.sealer import Sealer
from kit.ledger.verify import verify
from kit.mongo import TooContended, is_unavailable
from tests.finance.money.deaths import Death, Killed, MortalMongo
from tests.heard import EmptiedDatabase, HeardService, caller

DONE = "DONE"
OFFICE = caller(Role.DISTRICT_OFFICE)
FINANCE_BUREAU = caller(Role.FINANCE_BUREAU)
TEN_IN_CHINA = 2
"""The hour in UTC."""


@dataclass(frozen=True)
class Answer:
    """What came of a step: DONE or the code of the refusal, and the payload of a mutation."""

    outcome: str
    payload: dict[str, Any] = field(default_factory=dict)
    replayed: bool | None = None


@dataclass(frozen=True)
class Step:
    """What is done, what the model says must come of it, and who learns the ids that it brought about."""

    name: str
    expected: str
    ask: Callable[[], Awaitable[Answer]]
    learn: Callable[[dict[str, Any]], None] = lambda payload: None
    commits: int = 1
    """How many units of work it takes at most."""


class Subject(Protocol):
    """One subject of finance's money: what may be done next, and what the books must hold."""

    async def found(self) -> None:
        """Let the facts and first mutations lead to the state that histories begin with."""

    def next_step(self, chance: Random) -> Step:
        """Live a random step through in the model, and return it to be asked of the product."""

    def accounts(self) -> Mapping[str, int]:
        """Return what every ledger account of the subject must hold, in fen, by its id."""

    async def check_shown(self) -> None:
        """Assert that callers are shown what the model says."""


@dataclass
class City:
    """The service over its store, the day, and what is known of every bank account."""

    finance: HeardService
    mongo: MortalMongo
    closed: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """The months that are closed, by district."""

    numbers: int = 0
    items: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    async def over(cls, finance: HeardService, database: EmptiedDatabase) -> "City":
        """Return the city whose service may be doomed."""
        mongo = await MortalMongo.connect(database.server.uri, database.name)
        assert isinstance(mongo, MortalMongo)
        outbox.install(mongo)
        finance.mongo, finance.inbox = mongo, replace(finance.inbox, mongo=mongo)
        return cls(finance, mongo)

    @property
    def today(self) -> date:
        """The business day."""
        return business_date(self.finance.clock.now())

    def pass_days(self, days: int) -> None:
        """Let it be ten in the morning so many days later."""
        self.go_to(self.today + timedelta(days=days))

    def go_to(self, day: date) -> None:
        """Let it be ten in the morning of that day."""
        self.finance.clock.move_to(datetime(day.year, day.month, day.day, TEN_IN_CHINA, tzinfo=UTC))

    def new_reference(self) -> str:
        """Return a bank reference that was never used."""
        self.numbers += 1
        return f"R{self.numbers:05d}"

    def is_closed(self, district: str, day: date) -> bool:
        """Return whether the month of the day is closed in the district's books."""
        return day.isoformat()[:7] in self.closed[district]

    def mutation(
        self, name: str, *, by: Caller = OFFICE, selects: str = "", takes: str | None = None, **values: Any
    ) -> Callable[[], Awaitable[Answer]]:
        """Return what asks a mutation, under one and the same key however often it is asked."""
        kind = takes or f"{name[0].upper()}{name[1:]}Input"
        query = f"mutation ($input: {kind}!) {{ {name}(input: $input) {{ {selects} errors {{ code }} replayed }} }}"
        given = {"idempotencyKey": new_id("key"), **values}

        async def ask() -> Answer:
            result = await self.finance.execute(query, by=by, input=given)
            if result.errors:
                raise result.errors[0].original_error or AssertionError(result.errors)
            payload = dict(result.data[name])
            codes = [error["code"] for error in payload["errors"]]
            return Answer(codes[0] if codes else DONE, payload, payload["replayed"])

        return ask

    async def open_account(self, kind: str, **place: str) -> str:
        """Open a custody account as the district's finance does, and return its id."""
        values = {"holder": "专用账户", "bankAccount": "6222 0200 0000 0000 456", "openedOn": "2024-01-01"}
        asked = self.mutation(
            "openCustodyAccount", by=FINANCE_BUREAU, selects="custodyAccount { id }", kind=kind, **values, **place
        )
        answer = await asked()
        assert answer.outcome == DONE, answer
        return str(answer.payload["custodyAccount"]["id"])

    def facts(self, *events: ReceivedEvent, work_items: bool = False) -> Callable[[], Awaitable[Answer]]:
        """Return what lets the service hear facts of another one, again if nobody took them in.

        With `work_items` people may have to look at what came of them; else that is a failure.
        """

        async def ask() -> Answer:
            await self.finance.hear(*events)
            assert work_items or await self.finance.work_items() == self.items
            self.items = await self.finance.work_items()
            return Answer(DONE)

        return ask

    async def live(self, step: Step, *, death: Death | None, at_commit: int) -> None:
        """Ask a step, of a process that dies if it is doomed, and again of the next one; it ends as expected."""
        if death is not None:
            self.mongo.doom(death, at_commit=at_commit)
        died = False
        try:
            answer = await _answered(step)
        except Killed:
            died = True
            answer = await _answered(step)
        self.mongo.spare()
        assert answer.outcome == step.expected, (step.name, answer)
        if died and step.commits == 1 and answer.replayed is not None:
            # A commit whose answer was lost is not repeated; one that was not reached is.
            assert answer.replayed is (death is Death.AFTER_COMMIT), step.name
        if answer.outcome == DONE:
            step.learn(answer.payload)

    async def check_ledger(self, expected: Mapping[str, int]) -> None:
        """Every account holds what the model says, all others nothing, and each book's debits equal its credits."""
        held = {}
        sums: dict[str, int] = defaultdict(int)
        async for account in self.mongo.collection(BALANCES).find({}):
            sums[account["book"]] += account["balance_fen"] * (1 if account["side"] == "DEBIT" else -1)
            if account["balance_fen"] != 0:
                held[account["_id"]] = account["balance_fen"]
        assert held == {id_: fen for id_, fen in expected.items() if fen != 0}
        assert set(sums.values()) <= {0}

    async def check_seal(self, *books: str) -> None:
        """Every book is what was posted into it, entry by entry."""
        await Sealer(self.mongo, clock=self.finance.clock).seal_pending()
        for book in books:
            assert (await verify(self.mongo, book, clock=self.finance.clock)).findings == ()


async def _answered(step: Step) -> Answer:
    """Return the answer to a step, asked again as long as the store is away: by a client, or by the bus."""
    while True:
        try:
            return await step.ask()
        except Exception as fault:
            if not isinstance(fault, TooContended) and not is_unavailable(fault):
                raise


def weighted(chance: Random, **weights: float) -> str:
    """Return one of the names, each as often as its weight says."""
    return chance.choices(list(weights), list(weights.values()))[0]
