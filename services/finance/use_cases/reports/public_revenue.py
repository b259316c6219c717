"""The rows of the income and earmarks of public revenue (table 16)."""

from collections.abc import Callable, Iterator, Sequence
from enum import Enum

from kit.money import Fen
from kit.tables.writing import Cell, Yuan
from services.finance.domain.joint_decision import JointDecision
from services.finance.domain.public_revenue import PublicRevenue
from services.finance.store.decisions import find_decisions
from services.finance.store.estates import find_estates
from services.finance.store.public_revenues import page_of_revenues
from services.finance.use_cases.reports.asked import PAGE_ROWS, Asked, Rows, names_of


async def public_revenue_rows(asked: Asked) -> Rows:
    """Yield the incomes of the district, or of one estate, in a calendar year, by day.

    One that was taken back has a second row that takes its amounts off again, so that a column can be added up.
    """
    order, year = asked.order, asked.order.required_year()
    after: tuple[str, str] | None = None
    while True:
        page = await page_of_revenues(
            asked.reader, order.district, year, after=after, limit=PAGE_ROWS, scope=asked.scope
        )
        if not page:
            return
        after = (page[-1].received_on.isoformat(), page[-1].id)
        estates = await find_estates(asked.reader, sorted({one.estate_id for one in page}), scope=asked.scope)
        decided = sorted({one.decision_id for one in page if one.decision_id is not None})
        decisions = await find_decisions(asked.reader, decided, scope=asked.scope)
        yield [
            row
            for one in page
            if order.estate_id in (None, one.estate_id)
            for row in _rows_of(
                one,
                name=names_of(estates.get(one.estate_id))[0],
                decided=_decided(decisions.get(one.decision_id or "")),
                words=asked.words,
            )
        ]


def _decided(decision: JointDecision | None) -> str | None:
    """Return the joint decision as people know it: by the day on which it passed, and whether a court annulled it."""
    if decision is None or decision.passed_on is None:
        return None
    return f"{decision.passed_on.isoformat()} 表决通过{'' if decision.annulled_on is None else '（已撤销）'}"


def _rows_of(
    revenue: PublicRevenue, *, name: str, decided: str | None, words: Callable[[Enum], str]
) -> Iterator[Sequence[Cell]]:
    yield _row(revenue, name=name, decided=decided, words=words)
    back = revenue.taken_back
    if back is not None:
        note = f"{back.on.isoformat()} 冲销：{back.reason}"
        yield _row(revenue, name=name, decided=decided, words=words, sign=-1, note=note)


def _row(
    revenue: PublicRevenue,
    *,
    name: str,
    decided: str | None,
    words: Callable[[Enum], str],
    sign: int = 1,
    note: str | None = None,
) -> Sequence[Cell]:
    return (
        name,
        revenue.received_on,
        words(revenue.kind),
        *(Yuan(Fen(sign * amount)) for amount in (revenue.gross, revenue.cost, revenue.net)),
        words(revenue.earmark),
        words(revenue.holder),
        revenue.bank_ref,
        decided,
        note,
    )
