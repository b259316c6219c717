"""Compare what funds, deposits and purses say they hold with the ledger, and the ledger with what banks said."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from kit.caller import Scope
from kit.ledger.store import accounts_of_book, book_balance, latest_assertion
from kit.money import ZERO_FEN, Fen, add_fen, format_money, sum_fen
from kit.mongo import Mongo
from services.finance.domain.books import books_of
from services.finance.domain.custody import CustodyAccount
from services.finance.domain.custody_money import is_held_in
from services.finance.domain.deposit_ledger import bank_account_id, liability_account_id
from services.finance.domain.maintenance_fund import MaintenanceFund
from services.finance.domain.maintenance_ledger import is_of_fund, pool_account_id
from services.finance.domain.revenue_ledger import bank_id, purse_id
from services.finance.store.custody_accounts import find_accounts_of_district
from services.finance.store.cut_overs import find_cut_overs_of_district
from services.finance.store.deposits import find_deposits_of_estates
from services.finance.store.estates import find_estate_ids_of_district
from services.finance.store.maintenance_funds import find_funds_of_estates
from services.finance.store.maintenance_movements import sums_of_fund
from services.finance.store.public_revenues import sums_of_purses
from services.finance.use_cases.verify_held_payments import verify_held_payments

_EVERYTHING: Final = Scope.everything()
_PAGE: Final = 100


@dataclass(frozen=True)
class MoneyFinding:
    """One difference: its kind, what it is about, and what differs."""

    kind: str
    subject: str
    message: str


async def verify_money(mongo: Mongo, district: str) -> list[MoneyFinding]:
    """Return every difference in a district's money.

    Of each fund Σ doors + pool = fund; of each deposit what its accounts hold; of each purse what came in less what was
    spent; of each payment of fees, refund, income and expense that lies in a custody account its posting there, and of
    each such posting its payment; of each custody account what it holds = what is owed out of it, and = what the bank
    said last. It is exact while nothing is written meanwhile.
    """
    held: dict[str, Fen] = {}
    for book in books_of(district):
        held |= await _balances(mongo, book)
    estate_ids = await find_estate_ids_of_district(mongo, district, scope=_EVERYTHING)
    owed: dict[str, Fen] = defaultdict(lambda: ZERO_FEN)
    findings: list[MoneyFinding] = []
    for start in range(0, len(estate_ids), _PAGE):
        some = estate_ids[start : start + _PAGE]
        for funds in (await find_funds_of_estates(mongo, some, scope=_EVERYTHING)).values():
            for fund in funds:
                findings += await _of_fund(mongo, fund, held)
                owed[fund.custody_account_id] = add_fen(owed[fund.custody_account_id], fund.balance)
        for deposits in (await find_deposits_of_estates(mongo, some, scope=_EVERYTHING)).values():
            for holding in (one for deposit in deposits for one in deposit.holdings):
                owed[holding.account_id] = add_fen(owed[holding.account_id], holding.amount)
            findings += [
                finding
                for deposit in deposits
                for holding in deposit.holdings
                for finding in _compared(liability_account_id(deposit.id, holding.account_id), held, holding.amount)
            ]
    findings += await _of_purses(mongo, district, estate_ids, held)
    findings += [
        MoneyFinding(one.kind, one.source, one.message) for one in await verify_held_payments(mongo, estate_ids, held)
    ]
    for account in await find_accounts_of_district(mongo, district, scope=_EVERYTHING):
        findings += await _of_account(mongo, account, held, owed[account.id])
    return findings


async def _balances(mongo: Mongo, book: str) -> dict[str, Fen]:
    balances: dict[str, Fen] = {}
    after: str | None = None
    while True:
        page = await accounts_of_book(mongo, book, first=_PAGE, after=after, scope=_EVERYTHING)
        balances |= {state.account.id: state.balance_fen for state in page.accounts}
        if not page.has_next:
            return balances
        after = page.accounts[-1].account.id


async def _of_fund(mongo: Mongo, fund: MaintenanceFund, held: Mapping[str, Fen]) -> list[MoneyFinding]:
    """Return where a fund, its doors and pool in the ledger, and the reasons of its movements differ."""
    sums = await sums_of_fund(mongo, fund.id, scope=_EVERYTHING)
    accounts = {id_ for id_ in (*sums, pool_account_id(fund.id)) if is_of_fund(id_)}
    findings = [finding for id_ in sorted(accounts) for finding in _compared(id_, held, sums.get(id_, ZERO_FEN))]
    total = sum_fen(held.get(id_, ZERO_FEN) for id_ in accounts)
    if total != fund.balance:
        findings.append(_differs("FUND_DIFFERS", fund.id, f"doors and pool make {format_money(total)}", fund.balance))
    return findings


async def _of_purses(mongo: Mongo, district: str, estate_ids: list[str], held: Mapping[str, Fen]) -> list[MoneyFinding]:
    """Return where a purse, or the money of one, is not what came in less what was spent."""
    sums = await sums_of_purses(mongo, estate_ids, scope=_EVERYTHING)
    for cut_over in await find_cut_overs_of_district(mongo, district, scope=_EVERYTHING):
        for earmark, amount in cut_over.revenue:
            key = (cut_over.estate_id, earmark)
            sums[key] = add_fen(sums.get(key, ZERO_FEN), amount)
    return [
        finding
        for (estate_id, earmark), amount in sorted(sums.items())
        for id_ in (purse_id(estate_id, earmark), bank_id(estate_id, earmark))
        for finding in _compared(id_, held, amount)
    ]


async def _of_account(
    mongo: Mongo, account: CustodyAccount, held: Mapping[str, Fen], claims: Fen
) -> list[MoneyFinding]:
    """Return where a custody account holds something else than is owed out of it, or than the bank said last."""
    ledger_account = bank_account_id(account.id)
    owed = add_fen(claims, sum_fen(fen for id_, fen in held.items() if is_held_in(id_, account.id)))
    findings = list(_compared(ledger_account, held, owed))
    assertion = await latest_assertion(mongo, ledger_account)
    if assertion is not None:
        book = await book_balance(mongo, ledger_account, assertion.day)
        if book != assertion.statement_fen:
            said = f"the bank held {format_money(assertion.statement_fen)} on {assertion.day.isoformat()}"
            findings.append(_differs("BANK_DIFFERS", ledger_account, said, book))
    return findings


def _compared(ledger_account: str, held: Mapping[str, Fen], expected: Fen) -> Iterator[MoneyFinding]:
    actual = held.get(ledger_account, ZERO_FEN)
    if actual != expected:
        yield _differs("ACCOUNT_DIFFERS", ledger_account, f"the records make {format_money(expected)}", actual)


def _differs(kind: str, subject: str, said: str, actual: Fen) -> MoneyFinding:
    return MoneyFinding(kind, subject, f"{said}, the book says {format_money(actual)}")
