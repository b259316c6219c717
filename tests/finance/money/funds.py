"""Both maintenance funds of an estate: collected, matched, refunded, earning, moved, beside their plain model."""

from collections.abc import Mapping
from datetime import date, timedelta
from random import Random
from typing import Any

from kit.area import Area, format_area
from kit.money import Fen, format_money
from tests.finance.funds import FINANCE_BUREAU, FundEstate
from tests.finance.money.bank import Bank
from tests.finance.money.city import DONE, City, Step, weighted
from tests.finance.money.fund_model import (
    AREAS,
    CAPS,
    POOL,
    Deposit,
    Fund,
    first_deposit,
    last_day_of,
    quarter_of,
)
from tests.finance.money.fund_uses import FundUses

OPENED_ON = date(2024, 1, 10)
SHOWN = """
    query ($refs: [_Any!]!) {
      _entities(representations: $refs) {
        ... on MaintenanceFund {
          balance poolBalance contributed matched custody { id }
          subAccounts(first: 50) { doorNumber firstDeposit balance }
        }
      }
    }
"""
STATEMENT = """
    query ($refs: [_Any!]!, $year: Int!) {
      _entities(representations: $refs) {
        ... on MaintenanceFund { annualStatement(year: $year) { closing lines { doorNumber closing } } }
      }
    }
"""


def money(fen: int) -> str:
    """Return the amount as callers write and read it."""
    return format_money(Fen(fen))


class Funds:
    """The fund of old estates and the one of Decree 165 of the same estate: two trees that never meet."""

    def __init__(self, city: City, bank: Bank) -> None:
        self.city, self.bank = city, bank
        self.estate = FundEstate(city.finance)
        self.owners_custody = ""
        self.has_congress = False
        self.receipts: list[str] = []
        self.old = Fund(is_old=True, opened_on=OPENED_ON, interest_to=OPENED_ON)
        self.special = Fund(is_old=False, opened_on=OPENED_ON, interest_to=OPENED_ON)
        self.uses = FundUses(city, bank, self.estate)

    async def found(self) -> None:
        await self.estate.register(**{door: format_area(Area(area)) for door, area in AREAS.items()})
        for fund, open_fund in ((self.special, self.estate.open_special_fund), (self.old, self.estate.open_old_fund)):
            await open_fund()
            fund.id, fund.custody = self.estate.fund_id, self.estate.custody_id
            self.bank.opens(fund.custody)
        place = {"estateId": self.estate.facts.estate_id}
        self.owners_custody = await self.estate.open_account("OWNERS_MAINTENANCE", **place)
        self.bank.opens(self.owners_custody)

    def accounts(self) -> Mapping[str, int]:
        held = {}
        for fund in (self.old, self.special):
            assert fund.balance == self.bank.balance(fund.custody)
            held[f"fund-pool:{fund.id}"] = fund.held[POOL]
            held |= {f"fund-door:{fund.sub_ids[door]}": fund.held[door] for door in fund.held if door != POOL}
            held |= self.uses.accounts(fund)
        return held

    async def check_shown(self) -> None:
        for fund in (self.old, self.special):
            refs = [{"__typename": "MaintenanceFund", "id": fund.id}]
            [shown] = (await self.city.finance.ask(SHOWN, refs=refs))["_entities"]
            shown["subAccounts"].sort(key=lambda sub: str(sub["doorNumber"]))
            expected = {
                "balance": money(fund.balance),
                "poolBalance": money(fund.held[POOL]),
                "contributed": money(fund.contributed),
                "matched": money(fund.matched),
                "custody": {"id": fund.custody},
                "subAccounts": [
                    {
                        "doorNumber": door,
                        "firstDeposit": money(fund.first_deposit[door]),
                        "balance": money(fund.held.get(door, 0)),
                    }
                    for door in sorted(fund.sub_ids)
                ],
            }
            assert shown == expected, (shown, expected)
            await self.uses.check_shown(fund)
            await self._check_statement(fund, refs)

    async def _check_statement(self, fund: Fund, refs: list[dict[str, str]]) -> None:
        """The statement of the running year closes with what the doors and the pool hold today."""
        year = self.city.today.year
        [shown] = (await self.city.finance.ask(STATEMENT, refs=refs, year=year))["_entities"]
        lines = {line["doorNumber"] or POOL: line["closing"] for line in shown["annualStatement"]["lines"]}
        assert shown["annualStatement"]["closing"] == money(fund.balance)
        assert lines == {whose: money(fund.held.get(whose, 0)) for whose in (*fund.sub_ids, POOL)}

    def next_step(self, chance: Random) -> Step:
        fund = chance.choice([self.old, self.special])
        match weighted(chance, pay_in=6, refund=2, match=3, income=3, close=1, move=1, publish=1, use=14):
            case "pay_in":
                return self._pay_in(fund, chance)
            case "refund":
                return self._refund(fund, chance)
            case "match":
                return self._match(fund, chance)
            case "income":
                return self._income(fund, chance)
            case "close":
                return self._close(fund, chance)
            case "move":
                return self._move(fund, chance)
            case "publish":
                return self._publish(fund, chance)
            case _:
                return self.uses.next_step(fund, chance)

    def _reference(self, fund: Fund, chance: Random) -> str:
        used = self.bank.references(fund.custody, "fund")
        return chance.choice(used) if used and chance.random() < 0.07 else self.city.new_reference()

    def _posted(self, fund: Fund, reference: str, amount: int) -> str:
        """Return how a movement at the bank ends: its reference is used once, and nothing moved is nothing posted."""
        if amount and self.bank.knows(fund.custody, reference, "fund"):
            return "DUPLICATE"
        if amount:
            self.bank.moves(fund.custody, reference, amount, "fund")
        return DONE

    def _pay_in(self, fund: Fund, chance: Random) -> Step:
        door = chance.choice(list(AREAS))
        is_opened = fund.first_deposit.get(door, 0) > 0
        is_first = not is_opened if chance.random() < 0.9 else is_opened
        cap = CAPS[door[0]]
        rate = chance.choice([cap, cap, 3_137, cap + 1, 0]) if is_first else None
        due = first_deposit(door, rate) if rate is not None else chance.choice([1, 100_000, 0])
        amount = due if chance.random() < 0.9 else due + 1
        reference = self._reference(fund, chance)
        receipt = chance.choice([*self.receipts, "R-0"]) if chance.random() < 0.05 else f"R-{len(self.receipts)}"
        expected = "DUPLICATE" if receipt in self.receipts else self._paid_in(fund, door, rate, amount, reference)
        if expected == DONE:
            self.receipts.append(receipt)
        made = fund.deposits[-1] if expected == DONE else None

        def learn(payload: dict[str, Any]) -> None:
            assert made is not None
            made.id, fund.sub_ids[door] = payload["depositId"], payload["subAccount"]["id"]

        given = self.estate.deposit(
            door, money(amount), None if rate is None else money(rate), fundId=fund.id, custodyAccountId=fund.custody
        )
        given |= {"bankRef": reference, "receiptNo": receipt, "paidOn": self.city.today.isoformat()}
        ask = self.city.mutation(
            "confirmMaintenanceDeposit", by=FINANCE_BUREAU, selects="depositId subAccount { id }", **given
        )
        return Step("pay into a fund", expected, ask, learn)

    def _paid_in(self, fund: Fund, door: str, rate: int | None, amount: int, reference: str) -> str:
        is_opened = fund.first_deposit.get(door, 0) > 0
        if rate is None and not is_opened:
            return "PRECONDITION"
        if rate is not None and is_opened:
            return "DUPLICATE"
        if rate is not None:
            if rate == 0:
                return "VALIDATION"
            if fund.is_old and rate > CAPS[door[0]]:
                return "OUT_OF_RANGE"
            if amount != first_deposit(door, rate):
                return "VALIDATION"
        elif amount == 0:
            return "VALIDATION"
        posted = self._posted(fund, reference, amount)
        if posted == DONE:
            fund.move(door, amount, self.city.today)
            fund.deposits.append(Deposit(door, amount, rate is not None, self.city.today))
            fund.closed.discard(door)
            if rate is not None:
                fund.first_deposit[door] = amount
        return posted

    def _refund(self, fund: Fund, chance: Random) -> Step:
        """A deposit goes back to the door, and its match to the district (ZG-30)."""
        known = [one for one in fund.deposits if one.id]
        if not known:
            return self._pay_in(fund, chance)
        deposit, reference = chance.choice(known), self._reference(fund, chance)
        match_reference = chance.choice([self.city.new_reference()] * 8 + [reference])
        ask = self.city.mutation(
            "refundMaintenanceDeposit",
            by=FINANCE_BUREAU,
            selects="depositId",
            depositId=deposit.id,
            bankRef=reference,
            matchBankRef=match_reference,
            refundedOn=self.city.today.isoformat(),
        )
        return Step("refund a fund's deposit", self._refunded(fund, deposit, reference, match_reference), ask)

    def _refunded(self, fund: Fund, deposit: Deposit, reference: str, match_reference: str) -> str:
        if deposit.is_refunded:
            return "STATE_CONFLICT"
        if self.bank.knows(fund.custody, reference, "fund"):
            return "DUPLICATE"
        if fund.held.get(deposit.door, 0) < deposit.amount:
            return "INSUFFICIENT_FUNDS"
        if deposit.match and match_reference == reference:
            return "DUPLICATE"
        if fund.held[POOL] < deposit.match:
            return "INSUFFICIENT_FUNDS"
        self._posted(fund, reference, -deposit.amount)
        fund.move(deposit.door, -deposit.amount, self.city.today)
        self._posted(fund, match_reference, -deposit.match)
        fund.move(POOL, -deposit.match, self.city.today)
        deposit.is_refunded = True
        if deposit.is_first:
            fund.first_deposit[deposit.door] = 0
        return DONE

    def _match(self, fund: Fund, chance: Random) -> Step:
        """The district pays as much again as was confirmed by the end of a quarter, once (ZG-30)."""
        quarter, reference = (
            quarter_of(self.city.today - timedelta(days=chance.choice([0, 91, 91]))),
            self._reference(fund, chance),
        )
        ask = self.city.mutation(
            "runMatch",
            by=FINANCE_BUREAU,
            selects="maintenanceFund { matched }",
            fundId=fund.id,
            period=quarter,
            bankRef=reference,
            paidOn=self.city.today.isoformat(),
        )
        return Step("match a fund", self._matched(fund, quarter, reference), ask)

    def _matched(self, fund: Fund, quarter: str, reference: str) -> str:
        if not fund.is_old:
            return "INSTRUMENT_NOT_AVAILABLE"
        if quarter in fund.periods:
            return "DUPLICATE"
        last = last_day_of(quarter)
        if last >= self.city.today:
            return "STATE_CONFLICT"
        waiting = [one for one in fund.deposits if one.period is None and not one.is_refunded and one.day <= last]
        if not waiting:
            return "PRECONDITION"
        amount = sum(one.amount for one in waiting)
        posted = self._posted(fund, reference, amount)
        if posted == DONE:
            for one in waiting:
                one.match, one.period = one.amount, quarter
            fund.move(POOL, amount, self.city.today)
        return posted

    def _income(self, fund: Fund, chance: Random) -> Step:
        kind = chance.choice(["INTEREST", "INTEREST", "SCRAP_VALUE", "BOND_INCOME"])
        amount, reference = chance.choice([1, 777, 100_003, 0]), self._reference(fund, chance)
        ask = self.city.mutation(
            "postFundIncome",
            by=FINANCE_BUREAU,
            selects="maintenanceFund { balance }",
            fundId=fund.id,
            kind=kind,
            amount=money(amount),
            bankRef=reference,
            receivedOn=self.city.today.isoformat(),
        )
        return Step(f"income of a fund, {kind}", self._earned(fund, kind, amount, reference), ask)

    def _earned(self, fund: Fund, kind: str, amount: int, reference: str) -> str:
        today = self.city.today
        if amount == 0 or (kind == "INTEREST" and today <= fund.interest_to):
            return "VALIDATION"
        posted = self._posted(fund, reference, amount)
        if posted == DONE and kind == "INTEREST":
            fund.share_interest(amount, today)
        elif posted == DONE:
            fund.move(POOL, amount, today)
        return posted

    def _close(self, fund: Fund, chance: Random) -> Step:
        """A home is no more: its balance goes back (Decree 165, art. 29)."""
        if not fund.sub_ids:
            return self._pay_in(fund, chance)
        door, reference = chance.choice(sorted(fund.sub_ids)), self._reference(fund, chance)
        ask = self.city.mutation(
            "closeSubAccount",
            by=FINANCE_BUREAU,
            selects="subAccount { balance }",
            subAccountId=fund.sub_ids[door],
            bankRef=reference,
            closedOn=self.city.today.isoformat(),
        )
        return Step("close a door", self._closed(fund, door, reference), ask)

    def _closed(self, fund: Fund, door: str, reference: str) -> str:
        if door in fund.closed:
            return "STATE_CONFLICT"
        if fund.is_old:
            return "INSTRUMENT_NOT_AVAILABLE"
        posted = self._posted(fund, reference, -fund.held.get(door, 0))
        if posted == DONE:
            fund.move(door, -fund.held.get(door, 0), self.city.today)
            fund.first_deposit[door] = 0
            fund.closed.add(door)
        return posted

    def _move(self, fund: Fund, chance: Random) -> Step:
        """The fund of Decree 165 moves to the owners' own account once they have one (arts. 15 and 16, P3)."""
        if not self.has_congress and chance.random() < 0.5:
            self.has_congress = True
            today = self.city.today.isoformat()
            facts = self.estate.facts
            return Step(
                "form the congress of the fund's estate",
                DONE,
                self.city.facts(facts.congress_formed(today), facts.owners_account_opened(today)),
            )
        reference = self._reference(fund, chance)
        ask = self.city.mutation(
            "moveFundCustody",
            by=FINANCE_BUREAU,
            selects="maintenanceFund { custody { id } }",
            fundId=fund.id,
            toCustodyAccountId=self.owners_custody,
            bankRef=reference,
            movedOn=self.city.today.isoformat(),
        )
        return Step("move a fund's custody", self._moved(fund, reference), ask)

    def _moved(self, fund: Fund, reference: str) -> str:
        if fund.is_old:
            return "INSTRUMENT_NOT_AVAILABLE"
        if not self.has_congress:
            return "PRECONDITION"
        if fund.custody == self.owners_custody:
            return "STATE_CONFLICT"
        if fund.balance:
            self.bank.moves(fund.custody, reference, -fund.balance, "fund")
            self.bank.moves(self.owners_custody, reference, fund.balance, "fund")
        fund.custody = self.owners_custody
        return DONE

    def _publish(self, fund: Fund, chance: Random) -> Step:
        """Publish the statement of the year before, by what the bank held on its last day (art. 30)."""
        year = self.city.today.year - 1
        held = sum(change for day, _, change in fund.moved if day.year <= year)
        told = held if chance.random() < 0.8 else held + 1
        expected = "VALIDATION" if year < OPENED_ON.year else DONE if told == held else "STATE_CONFLICT"
        ask = self.city.mutation(
            "publishStatement",
            by=FINANCE_BUREAU,
            selects="maintenanceFund { balance }",
            fundId=fund.id,
            year=year,
            bankBalance=money(told),
        )
        return Step("publish a statement", expected, ask)
