"""The rows of the collection of fees by estate (table 20)."""

from kit.ratio import format_ratio
from kit.tables.writing import Yuan
from services.finance.store.estates import find_estates
from services.finance.store.fee_accounts import page_of_summaries
from services.finance.use_cases.reports.asked import PAGE_ROWS, Asked, Rows, names_of


async def fee_collection_rows(asked: Asked) -> Rows:
    """Yield what was billed for exactly the period and collected of it, an estate of the district a row."""
    period = asked.order.required_period()
    after: str | None = None
    while True:
        page = await page_of_summaries(asked.reader, period.text, scope=asked.scope, after=after, limit=PAGE_ROWS)
        if not page:
            return
        after = page[-1].estate_id
        estates = await find_estates(asked.reader, [one.estate_id for one in page], scope=asked.scope)
        yield [
            (
                *names_of(estate),
                one.period,
                Yuan(one.billed),
                Yuan(one.collected),
                None if one.collection_rate is None else format_ratio(one.collection_rate),
            )
            for one in page
            if (estate := estates.get(one.estate_id)) is not None
            and estate.district == asked.order.district
            and asked.order.estate_id in (None, estate.id)
        ]
