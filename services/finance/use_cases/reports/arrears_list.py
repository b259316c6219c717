"""The rows of the list of arrears with ratio and gate date (table 11): sums of estates, no door and no name."""

from kit.ratio import Ratio, format_ratio
from kit.tables.writing import Yuan
from services.finance.store.arrears_positions import page_of_latest_positions
from services.finance.store.estates import find_estates
from services.finance.use_cases.reports.asked import PAGE_ROWS, Asked, Rows, names_of

YES, NO = "是", "否"


async def arrears_list_rows(asked: Asked) -> Rows:
    """Yield the last measured arrears of the district's estates, or of one, an estate a row."""
    order = asked.order
    after: str | None = None
    while True:
        page = await page_of_latest_positions(
            asked.reader, order.district, after=after, limit=PAGE_ROWS, scope=asked.scope
        )
        if not page:
            return
        after = page[-1].estate_id
        estates = await find_estates(asked.reader, [one.estate_id for one in page], scope=asked.scope)
        yield [
            (
                *names_of(estates.get(one.estate_id)),
                one.as_of,
                Yuan(one.due),
                Yuan(one.overdue),
                _text(one.ratio),
                one.billed_doors,
                one.debtor_doors,
                _text(one.household_ratio),
                _text(one.threshold),
                YES if one.threshold_reached else NO,
                one.reached_since,
            )
            for one in page
            if order.estate_id in (None, one.estate_id)
        ]


def _text(ratio: Ratio | None) -> str | None:
    return None if ratio is None else format_ratio(ratio)
