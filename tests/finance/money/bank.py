"""The bank beside a plain model: what it moved, told, called back; when a month may be closed."""

import json
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

import httpx

from kit.money import Fen, format_money
from kit.signatures import signature_of
from tests.finance.file_client import file_client, token_of
from tests.finance.money.city import DONE, OFFICE, Answer, City, Step, weighted
from tests.heard import ZHANGGONG

SECRET = "a secret of thirty-two characters"
HEADERS = "交易日期,流水号,收入金额,支出金额,余额,摘要"
EXCEPTIONS = """
    query ($account: ID!, $period: String!) {
      bankExceptions(custodyAccountId: $account, period: $period) { reason day amount postingId line { id bankRef } }
    }
"""


@dataclass(frozen=True)
class Move:
    """What the bank moved in one account: in fen, less than nothing for money that went out."""

    reference: str
    day: date
    amount: int
    kind: str
    of: str = ""
    told_as: str = ""
    """Under which reference the bank tells it, if under another one than the book knows."""


class Bank:
    """Every custody account of the district as its bank keeps it."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.movements: dict[str, list[Move]] = {}
        self.districts: dict[str, str] = {}
        self.told: dict[str, int] = defaultdict(int)
        self.called: dict[tuple[str, str], tuple[str, int, date]] = {}

    async def found(self) -> None:
        """Nothing is known of an account before it is opened."""

    def opens(self, account: str, *, district: str = ZHANGGONG) -> None:
        """Keep a new custody account."""
        self.movements.setdefault(account, [])
        self.districts[account] = district

    def moves(self, account: str, reference: str, amount: int, kind: str, *, of: str = "", told_as: str = "") -> None:
        """Keep what the bank moved today."""
        self.movements[account].append(Move(reference, self.city.today, amount, kind, of, told_as))

    def movement(self, account: str, reference: str, kind: str) -> Move | None:
        """Return the movement of that kind under the reference."""
        found = (one for one in self.movements[account] if (one.reference, one.kind) == (reference, kind))
        return next(found, None)

    def knows(self, account: str, reference: str, kind: str) -> bool:
        """Return whether the reference stands for a movement of that kind already."""
        return self.movement(account, reference, kind) is not None

    def references(self, account: str, kind: str) -> list[str]:
        """Return the references of the movements of that kind."""
        return [one.reference for one in self.movements[account] if one.kind == kind]

    def balance(self, account: str) -> int:
        """Return what the bank holds in the account, in fen."""
        return sum(one.amount for one in self.movements[account])

    def accounts(self) -> Mapping[str, int]:
        return {f"custody:{account}": self.balance(account) for account in self.movements}

    async def check_shown(self) -> None:
        """What is shown of a bank account is what its deposits and funds show."""

    def next_step(self, chance: Random) -> Step:
        match weighted(chance, days=6, statement=5, close=2, balance=1, reconcile=1):
            case "statement":
                return self._tell(chance.choice(list(self.movements)), chance)
            case "close":
                return self._close(chance)
            case "reconcile":
                return self._reconcile(chance.choice(list(self.movements)), chance)
            case "balance":
                return self._assert_balance(chance.choice(list(self.movements)), chance)
            case _:
                return self._wait(chance)

    def call(
        self, account: str | None, *, amount: int, reference: str, day: date, paid_for: str
    ) -> Callable[[], Awaitable[Answer]]:
        """Return what lets the bank call back that money came in."""
        said = {"amount": format_money(Fen(amount)), "bankRef": reference, "paidOn": f"{day}", "paidFor": paid_for}
        body = json.dumps(said | ({} if account is None else {"custodyAccountId": account})).encode()

        async def ask() -> Answer:
            timestamp = str(int(self.city.finance.clock.now().timestamp()))
            headers = {
                "x-anju-sender": "icbc",
                "x-anju-timestamp": timestamp,
                "x-anju-signature": signature_of(SECRET, timestamp=timestamp, body=body),
            }
            said_back = (await self._post("/bank-callbacks", body, headers)).json()
            if "errors" in said_back:
                return Answer(str(said_back["errors"][0]["extensions"]["code"]))
            return Answer(DONE if said_back["state"] == "POSTED" else str(said_back["code"]))

        return ask

    def _wait(self, chance: Random) -> Step:
        days = chance.choice([1, 3, 12, 25])
        self.city.pass_days(days)

        async def ask() -> Answer:
            return Answer(DONE)

        return Step(f"wait {days} days", DONE, ask, commits=0)

    def _tell(self, account: str, chance: Random) -> Step:
        """The bank sends everything that it moved in the account, the first line or the last one first."""
        if not self.movements[account]:
            return self._close(chance)
        order = chance.choice([1, -1])
        send = self.statement(account, order=order)

        async def ask() -> Answer:
            answer = await send()
            left = answer.json().get("openExceptions")
            return Answer(DONE if left == 0 else f"{answer.text} {await self.exceptions(account)}")

        return Step("the bank sends a statement", DONE, ask)

    def statement(self, account: str, *, order: int = 1) -> Callable[[], Awaitable[httpx.Response]]:
        """Return what sends everything that the bank moved in the account by now."""
        lines, after = [], 0
        for move in self.movements[account]:
            after += move.amount
            money_in, money_out = (move.amount, 0) if move.amount > 0 else (0, -move.amount)
            amounts = [format_money(Fen(fen)) if fen else "" for fen in (money_in, money_out)]
            lines.append(f"{move.day},{move.told_as or move.reference},{','.join(amounts)},{format_money(Fen(after))},")
        self.told[account] = len(lines)
        body = "\r\n".join((HEADERS, *lines[::order])).encode()

        async def send() -> httpx.Response:
            return await self.post(f"/custody-accounts/{account}/statements", body)

        return send

    async def exceptions(self, account: str) -> list[Any]:
        """Return what is open in the months of the account."""
        months = sorted({f"{move.day}"[:7] for move in self.movements[account]})
        asked = [await self.city.finance.ask(EXCEPTIONS, by=OFFICE, account=account, period=month) for month in months]
        return [exception for one in asked for exception in one["bankExceptions"]]

    def _reconcile(self, account: str, chance: Random) -> Step:
        """Match a month anew, which changes nothing that is matched."""
        day = self.city.today - timedelta(days=chance.choice([0, 0, 31, 62]))
        ask = self.city.mutation(
            "reconcileAccount",
            selects="custodyAccount { id }",
            custodyAccountId=account,
            period=day.isoformat()[:7],
        )
        return Step("reconcile an account", DONE, ask)

    def _close(self, chance: Random) -> Step:
        """Close the month before this one of a district, if the bank told everything of it."""
        month = (self.city.today.replace(day=1) - timedelta(days=1)).isoformat()[:7]
        district = chance.choice([ZHANGGONG, *self.districts.values()])
        untold = any(
            f"{move.day}"[:7] == month
            for account, moves in self.movements.items()
            if self.districts[account] == district
            for move in moves[self.told[account] :]
        )
        expected = "STATE_CONFLICT" if month in self.city.closed[district] or untold else DONE
        if expected == DONE:
            self.city.closed[district].add(month)
        ask = self.city.mutation("closePeriod", selects="period", district=district, period=month)
        return Step(f"close {month} of {district}", expected, ask)

    def _assert_balance(self, account: str, chance: Random) -> Step:
        """Say what the bank holds today, which the next statement says as well."""
        ask = self.city.mutation(
            "assertBankBalance",
            selects="custodyAccount { id }",
            custodyAccountId=account,
            day=self.city.today.isoformat(),
            balance=format_money(Fen(self.balance(account))),
        )
        return Step("assert a balance", DONE, ask)

    async def post(self, path: str, body: bytes) -> httpx.Response:
        """Return the answer to a file that the office brings in."""
        return await self._post(path, body, token_of(OFFICE))

    async def _post(self, path: str, body: bytes, headers: dict[str, str]) -> httpx.Response:
        """Return the answer; asked again as long as the store does not answer."""
        async with file_client(self.city.finance, OFFICE, bank_secrets={"icbc": SECRET}) as client:
            while True:
                answer = await client.post(path, content=body, headers=headers)
                if answer.status_code != 503:
                    return answer
