"""Compare the bills and the prepaid money of a district with its fee ledger, and report every difference."""

from dataclasses import dataclass

from kit.caller import Scope
from kit.ledger.store import accounts_of_book
from kit.money import ZERO_FEN, Fen, format_money
from kit.mongo import Mongo
from services.finance.domain.fee_ledger import IS_SUM_OF_BILLS, bills_of_memo, book_of, digest_of
from services.finance.store.fee_checks import find_amounts, find_billed_estate_ids, posted_pages, sum_up_estate

_EVERYTHING = Scope.everything()
_PAGE = 100


@dataclass(frozen=True)
class FeeFinding:
    """One difference: its kind, what it is about, and what differs."""

    kind: str
    subject: str
    message: str


async def verify_fees(mongo: Mongo, district: str) -> list[FeeFinding]:
    """Return every page of bills that differs from what was posted, and every account that differs from its bills.

    Bills are read page by page and summed estate by estate, so that a city fits into memory. It is exact while nothing
    is written meanwhile.
    """
    findings: list[FeeFinding] = []
    async for run_id, memo in posted_pages(mongo, district, scope=_EVERYTHING):
        bill_ids, digest = bills_of_memo(memo)
        if digest_of(await find_amounts(mongo, bill_ids, scope=_EVERYTHING)) != digest:
            findings.append(FeeFinding("BILLS_CHANGED", run_id, f"bills {bill_ids[0]} to {bill_ids[-1]} differ"))
    sums: dict[str, Fen] = {}
    for estate_id in await find_billed_estate_ids(mongo, district, scope=_EVERYTHING):
        sums |= await sum_up_estate(mongo, estate_id, scope=_EVERYTHING)
    return findings + await _differences(mongo, district, sums)


async def _differences(mongo: Mongo, district: str, sums: dict[str, Fen]) -> list[FeeFinding]:
    """Compare each account that stands for a sum of bills with that sum."""
    held: dict[str, Fen] = {}
    after: str | None = None
    while True:
        page = await accounts_of_book(mongo, book_of(district), first=_PAGE, after=after, scope=_EVERYTHING)
        for state in page.accounts:
            if state.account.id.startswith(IS_SUM_OF_BILLS):
                held[state.account.id] = state.balance_fen
        if not page.has_next:
            break
        after = page.accounts[-1].account.id
    return [
        FeeFinding(
            "ACCOUNT_DIFFERS",
            account_id,
            f"the bills make {format_money(sums.get(account_id, ZERO_FEN))}, "
            f"the ledger says {format_money(held.get(account_id, ZERO_FEN))}",
        )
        for account_id in sorted(sums.keys() | held.keys())
        if sums.get(account_id, ZERO_FEN) != held.get(account_id, ZERO_FEN)
    ]
