"""Random months of a district's deposits under kills of the store, beside a plain model in memory.

Whatever is asked, in whatever order, and wherever the store is killed: each command ends as the model says, no bank
movement is posted twice, debits equal credits in every book, every custody account holds what its bank says to the fen,
and the deposits in it are owed exactly that. `ANJU_LONG=1` runs many more and longer histories.
"""

import asyncio
import json
import os
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kit.caller import Role, Scope
from kit.clock import FixedClock
from kit.ids import new_id
from kit.ledger.documents import ACCOUNTS
from kit.ledger.sealer import Sealer
from kit.ledger.store import account_states
from kit.ledger.transfers import Side
from kit.ledger.verify import verify
from kit.money import Fen, format_money
from kit.mongo import TooContended, is_unavailable
from kit.signatures import signature_of
from services.finance.app import PARTS
from services.finance.domain.books import books_of
from services.finance.domain.deposit_ledger import bank_account_id
from tests.finance.deposits import PAY, demanded_deposit, deposit_of_estate
from tests.finance.file_client import file_client, token_of
from tests.heard import ZHANGGONG, EmptiedDatabase, HeardService, RegistryFacts, caller, service_under_test
from tests.servers import running_mongo

pytestmark = pytest.mark.store

IS_LONG = os.environ.get("ANJU_LONG") == "1"
HISTORIES = 40 if IS_LONG else 2
COMMANDS = 120 if IS_LONG else 12
KILLS = 4 if IS_LONG else 1
ESTATES = 2
DEMANDED = Fen(3_000_000)
FIRST_DAY = date(2024, 3, 1)
OFFICE = caller(Role.DISTRICT_OFFICE)
SECRET = "a secret of thirty-two characters"
CLOSE = """
    mutation ($input: ClosePeriodInput!) { closePeriod(input: $input) { period errors { code } } }
"""


@dataclass(frozen=True)
class Command:
    """Something that a person or the bank does to the deposit of one of the estates."""

    kind: str
    estate: int
    amount: Fen
    reference: int


@dataclass(frozen=True)
class Content:
    """What was paid: for which estate's deposit, how much, on which day."""

    estate: int
    amount: Fen
    day: date


@dataclass
class Model:
    """What the books must say: who paid what under which reference, what the bank told, and which months are closed."""

    day: date = FIRST_DAY
    paid: list[int] = field(default_factory=lambda: [0] * ESTATES)
    references: dict[str, Content] = field(default_factory=dict)
    called: dict[str, Content] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)
    closed: set[str] = field(default_factory=set)

    @property
    def bank(self) -> int:
        """What the bank holds, in fen."""
        return sum(content.amount for content in self.references.values())

    @property
    def last_month(self) -> str:
        """The month before the present one."""
        return (self.day.replace(day=1) - timedelta(days=1)).isoformat()[:7]

    def expected(self, command: Command) -> str:
        """Live the command through, and return how it must end."""
        content = self.content(command)
        match command.kind:
            case "pay":
                return self._pay(f"HD-{command.reference}", content)
            case "call back" | "call back again":
                return self._call(self.reference(command), content)
            case "statement":
                self.told |= set(self.references)
                return "DONE"
            case "next month":
                self.day = (self.day.replace(day=1) + timedelta(days=31)).replace(day=1)
                return "DONE"
            case _:
                return self._close()

    def reference(self, command: Command) -> str:
        """Return the reference of a call: of one that is known already where the bank calls again."""
        if command.kind == "call back again" and self.references:
            return sorted(self.references)[command.reference % len(self.references)]
        return f"HD-{command.reference}"

    def content(self, command: Command) -> Content:
        """Return what a command says was paid."""
        if command.kind == "call back again":
            return self.references.get(self.reference(command), Content(command.estate, command.amount, self.day))
        return Content(command.estate, command.amount, self.day)

    def statement(self) -> list[str]:
        """Return the lines of everything that the bank moved, the last one first."""
        lines, balance = [], 0
        for reference, content in self.references.items():
            balance += content.amount
            amount, after = format_money(content.amount), format_money(Fen(balance))
            lines.append(f"{content.day},{reference},{amount},,{after},")
        return lines[::-1]

    def _pay(self, reference: str, content: Content) -> str:
        missing = DEMANDED - self.paid[content.estate]
        if missing == 0:
            return "STATE_CONFLICT"
        if content.amount > missing:
            return "OUT_OF_RANGE"
        if reference in self.references:
            return "DUPLICATE"
        self.paid[content.estate] += content.amount
        self.references[reference] = content
        return "DONE"

    def _call(self, reference: str, content: Content) -> str:
        if self.called.setdefault(reference, content) != content:
            return "DUPLICATE"
        if reference in self.references:
            return "DONE" if self.references[reference] == content else "DUPLICATE"
        return self._pay(reference, content)

    def _close(self) -> str:
        in_month = {name for name, content in self.references.items() if f"{content.day}"[:7] == self.last_month}
        if self.last_month in self.closed or not in_month <= self.told:
            return "STATE_CONFLICT"
        self.closed.add(self.last_month)
        return "DONE"


commands = st.builds(
    Command,
    kind=st.sampled_from(
        ["pay", "pay", "call back", "call back", "call back again", "statement", "next month", "close"]
    ),
    estate=st.integers(0, ESTATES - 1),
    amount=st.sampled_from([1, 99, 500_000, 1_000_000, 3_000_001]).map(Fen),
    reference=st.integers(0, COMMANDS),
)


@pytest.fixture(scope="module")
def killed_database() -> Iterator[EmptiedDatabase]:
    """A store of this module's own: it is killed again and again."""
    with running_mongo() as server:
        yield EmptiedDatabase(server)


@settings(
    max_examples=HISTORIES,
    deadline=None,
    derandomize=not IS_LONG,
    phases=[Phase.generate],
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
@given(
    wanted=st.lists(commands, min_size=COMMANDS, max_size=COMMANDS),
    kills_at=st.lists(st.integers(0, COMMANDS - 1), min_size=KILLS, max_size=KILLS, unique=True),
)
def test_every_history_of_deposits_and_their_bank_ends_as_the_model_says(
    killed_database: EmptiedDatabase, wanted: list[Command], kills_at: list[int]
) -> None:
    asyncio.run(live_through(killed_database, wanted, set(kills_at)))


async def live_through(database: EmptiedDatabase, wanted: list[Command], kills_at: set[int]) -> None:
    clock = FixedClock(datetime(2026, 3, 5, 2, 0, tzinfo=UTC))
    async with service_under_test(PARTS, database, clock) as finance:
        city = await City.founded(finance)
        for place, command in enumerate(wanted):
            asked = city.asked(command)
            expected = city.model.expected(command)
            doing = asyncio.create_task(asked)
            if place in kills_at:
                # Under way, or over already: the store dies, and what was acknowledged must be there.
                await asyncio.to_thread(database.server.restart_after_kill)
            assert await doing == expected, command
            await city.check_money()
        await city.check_books()


@dataclass
class City:
    """The service, two estates of one street with a deposit each, and the model beside them."""

    finance: HeardService
    facts: list[RegistryFacts]
    account: str
    deposits: list[str]
    model: Model = field(default_factory=Model)

    @classmethod
    async def founded(cls, finance: HeardService) -> "City":
        """Return the city on the first day: both deposits are demanded, and nothing is paid."""
        facts = [RegistryFacts() for _ in range(ESTATES)]
        account = await demanded_deposit(finance, facts[0], area="30000.00")
        for other in facts[1:]:
            other.street_id = facts[0].street_id
            await finance.hear(other.estate_registered(area="30000.00"), other.contract_signed())
        deposits = [str((await deposit_of_estate(finance, one))["id"]) for one in facts]
        return cls(finance, facts, account, deposits)

    def asked(self, command: Command) -> Coroutine[Any, Any, str]:
        """Return the command under way, as the model stands before it; it is asked again until it is answered."""
        content, reference = self.model.content(command), self.model.reference(command)
        match command.kind:
            case "pay":
                return self._write(PAY, self._payment(content, f"HD-{command.reference}"))
            case "call back" | "call back again":
                return self._call(content, reference)
            case "statement":
                return self._tell(self.model.statement())
            case "close":
                return self._write(CLOSE, {"district": ZHANGGONG, "period": self.model.last_month})
            case _:
                return _nothing()

    async def check_money(self) -> None:
        """The account holds what the bank does, and each deposit what was paid."""
        states = await account_states(self.finance.mongo, [bank_account_id(self.account)], scope=Scope.everything())
        assert [state.balance_fen for state in states.values()] == [self.model.bank]
        paid = [(await deposit_of_estate(self.finance, one))["paid"] for one in self.facts]
        assert paid == [format_money(Fen(amount)) for amount in self.model.paid]

    async def check_books(self) -> None:
        """Every book is intact, and its debits equal its credits."""
        await Sealer(self.finance.mongo, clock=self.finance.clock).seal_pending()
        for book in books_of(ZHANGGONG):
            assert (await verify(self.finance.mongo, book, clock=self.finance.clock)).findings == ()
            accounts = await self.finance.mongo.collection(ACCOUNTS).find({"book": book}).to_list(None)
            states = await account_states(
                self.finance.mongo, [account["_id"] for account in accounts], scope=Scope.everything()
            )
            signs = {Side.DEBIT: 1, Side.CREDIT: -1}
            assert sum(signs[state.account.side] * state.balance_fen for state in states.values()) == 0

    def _payment(self, content: Content, reference: str) -> dict[str, Any]:
        return {
            "depositId": self.deposits[content.estate],
            "payerProviderId": self.facts[content.estate].provider_id,
            "custodyAccountId": self.account,
            "amount": format_money(content.amount),
            "bankRef": reference,
            "paidOn": content.day.isoformat(),
        }

    async def _write(self, mutation: str, values: dict[str, Any]) -> str:
        """Return "DONE" or the refusal's code; asked again under one key as long as the store does not answer."""
        given = {"idempotencyKey": new_id("key"), **values}
        while True:
            result = await self.finance.execute(mutation, by=OFFICE, input=given)
            if not result.errors:
                [payload] = result.data.values()
                return payload["errors"][0]["code"] if payload["errors"] else "DONE"
            assert is_unanswered(result.errors[0].original_error)

    async def _call(self, content: Content, reference: str) -> str:
        payment = self._payment(content, reference)
        said = {name: payment[name] for name in ("custodyAccountId", "amount", "bankRef", "paidOn")}
        body = json.dumps({**said, "paidFor": payment["depositId"]}).encode()
        timestamp = str(int(self.finance.clock.now().timestamp()))
        headers = {
            "x-anju-sender": "icbc",
            "x-anju-timestamp": timestamp,
            "x-anju-signature": signature_of(SECRET, timestamp=timestamp, body=body),
        }
        answer = await self._post("/bank-callbacks", body, headers)
        said_back = answer.json()
        if "errors" in said_back:
            return str(said_back["errors"][0]["extensions"]["code"])
        return "DONE" if said_back["state"] == "POSTED" else str(said_back["code"])

    async def _tell(self, lines: list[str]) -> str:
        if not lines:
            return "DONE"
        body = "\r\n".join(("交易日期,流水号,收入金额,支出金额,余额,摘要", *lines)).encode()
        answer = await self._post(f"/custody-accounts/{self.account}/statements", body, token_of(OFFICE))
        return "DONE" if answer.json().get("openExceptions") == 0 else answer.text

    async def _post(self, path: str, body: bytes, headers: dict[str, str]) -> httpx.Response:
        """Return the answer; asked again as long as the store does not answer."""
        async with file_client(self.finance, OFFICE, bank_secrets={"icbc": SECRET}) as client:
            while True:
                answer = await client.post(path, content=body, headers=headers)
                if answer.status_code != 503:
                    return answer


async def _nothing() -> str:
    return "DONE"


def is_unanswered(fault: BaseException | None) -> bool:
    """Return whether a command failed because the store was away, so that it is asked again."""
    return isinstance(fault, TooContended) or (fault is not None and is_unavailable(fault))
