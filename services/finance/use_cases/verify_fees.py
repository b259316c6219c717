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
    number_of_bill,
    estate_of_account,
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
    """The bills that a posting vouches for, and their amounts as far as they were read."""

    bill_ids: list[str]
    digest: str
    amounts: dict[str, Fen] = field(default_factory=dict)
    is_intact: bool = False

    def compare(self) -> None:
        """Tell whether the bills are those that were posted, and let them go if they are."""
        amounts = [(bill_id, self.amounts.get(bill_id, ZERO_FEN)) for bill_id in self.bill_ids]
        self.is_intact = digest_of(amounts) == self.digest
        if self.is_intact:
            self.bill_ids, self.amounts = [], {}


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
