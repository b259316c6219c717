"""Compare the bills and the prepaid money of a district with its fee ledger, and report every difference."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from kit.caller import Scope
from kit.ledger.store import accounts_of_book
from kit.money import ZERO_FEN, Fen, format_money
from kit.mongo import Mongo
from services.finance.domain.bill_run import BillRun
from services.finance.domain.fee_ledger import (
    IS_SUM_OF_BILLS,
    bills_of_memo,
    book_of,
    digest_of,
    estate_of_account,
    number_of_bill,
)
from services.finance.store.fee_checks import amounts_of_run, find_billed_estate_ids, posted_runs, sum_up_estate

_EVERYTHING = Scope.everything()
_PAGE = 100


@dataclass(frozen=True)
class FeeFinding:
    """One difference: its kind, what it is about, and what differs."""

    kind: str
    subject: str
    message: str


@dataclass
class _PostedPage:
    """The bills that a posting's memo vouches for, by number, and their amounts as far as they were read."""

    memo: str
    first: int
    last: int
    amounts: dict[str, Fen] = field(default_factory=dict)
    is_intact: bool = False

    @classmethod
    def of(cls, memo: str) -> "_PostedPage":
        """Return the page of a memo that `page_memo` wrote."""
        bill_ids, _ = bills_of_memo(memo)
        return cls(memo, number_of_bill(bill_ids[0]), number_of_bill(bill_ids[-1]))

    def add(self, bill_id: str, amount: Fen) -> None:
        """Keep a bill's amount; once all are there, tell whether they are those that were posted, and let them go."""
        self.amounts[bill_id] = amount
        if len(self.amounts) <= self.last - self.first:
            return
        bill_ids, digest = bills_of_memo(self.memo)
        self.is_intact = digest_of((one, self.amounts.get(one, ZERO_FEN)) for one in bill_ids) == digest
        self.amounts = {}


async def verify_fees(mongo: Mongo, district: str) -> list[FeeFinding]:
    """Return every page of bills that differs from what was posted, and every account that differs from its bills.

    A run's bills and an estate's are read over one cursor each, so that a city fits into memory. It is exact while
    nothing is written meanwhile.
    """
    findings: list[FeeFinding] = []
    async for run, memos in posted_runs(mongo, district, scope=_EVERYTHING):
        findings += await _changed_pages(mongo, run, memos)
    held = await _held(mongo, district)
    # Money may be prepaid in an estate before its first bill run.
    estate_ids = {*await find_billed_estate_ids(mongo, district, scope=_EVERYTHING), *map(estate_of_account, held)}
    sums: dict[str, Fen] = {}
    for estate_id in sorted(estate_ids):
        sums |= await sum_up_estate(mongo, estate_id, scope=_EVERYTHING)
    return findings + _differences(sums, held)


async def _changed_pages(mongo: Mongo, run: BillRun, memos: Sequence[str]) -> list[FeeFinding]:
    """Return a finding for each page of a run whose bills are not those that its posting vouches for.

    The store gives the bills as they were written; a page is let go as soon as all its bills were there.
    """
    pages = [_PostedPage.of(memo) for memo in memos]
    firsts = [page.first for page in pages]
    findings = []
    async for bill_id, amount in amounts_of_run(mongo, run, scope=_EVERYTHING):
        number = number_of_bill(bill_id)
        place = bisect_right(firsts, number) - 1
        if place < 0 or number > pages[place].last:
            findings.append(FeeFinding("BILLS_CHANGED", run.id, f"bill {bill_id} was never posted"))
        else:
            pages[place].add(bill_id, amount)
    return findings + [
        FeeFinding("BILLS_CHANGED", run.id, f"bills {page.first} to {page.last} of the run differ")
        for page in pages
        if not page.is_intact
    ]


async def _held(mongo: Mongo, district: str) -> dict[str, Fen]:
    """Return what the ledger holds in each account that stands for a sum of bills or of prepaid money."""
    held: dict[str, Fen] = {}
    after: str | None = None
    while True:
        page = await accounts_of_book(mongo, book_of(district), first=_PAGE, after=after, scope=_EVERYTHING)
        for state in page.accounts:
            if state.account.id.startswith(IS_SUM_OF_BILLS):
                held[state.account.id] = state.balance_fen
        if not page.has_next:
            return held
        after = page.accounts[-1].account.id


def _differences(sums: dict[str, Fen], held: dict[str, Fen]) -> list[FeeFinding]:
    """Return each account that holds something else than what its bills and fee accounts make."""
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
