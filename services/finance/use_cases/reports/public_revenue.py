"""The rows of the income and earmarks of public revenue (table 16)."""

from kit.tables.writing import Yuan
from services.finance.store.estates import find_estates
from services.finance.store.public_revenues import page_of_revenues
from services.finance.use_cases.reports.asked import PAGE_ROWS, Asked, Rows


async def public_revenue_rows(asked: Asked) -> Rows:
    """Yield the incomes of the district, or of one estate, in a calendar year, by day."""
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
        yield [
            (
                (estates[one.estate_id].name or "") if one.estate_id in estates else "",
                one.received_on,
                asked.words(one.kind),
                Yuan(one.gross),
                Yuan(one.cost),
                Yuan(one.net),
                asked.words(one.earmark),
                asked.words(one.holder),
                one.bank_ref,
                one.decision_id,
            )
            for one in page
            if order.estate_id in (None, one.estate_id)
        ]
