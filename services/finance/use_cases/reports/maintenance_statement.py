"""The rows of the yearly statement of an estate's maintenance funds, by account, with the match (table 10)."""

from collections.abc import Sequence

from kit.money import Fen
from kit.tables.writing import Cell, Yuan
from services.finance.domain.maintenance_statement import AnnualStatement
from services.finance.store.estates import find_estates
from services.finance.store.maintenance_funds import find_funds_of_estates
from services.finance.use_cases.publish_fund_statement import statements_of_fund
from services.finance.use_cases.reports.asked import Asked, Rows

WHOLE, POOL = "合计", "公共账"


async def maintenance_statement_rows(asked: Asked) -> Rows:
    """Yield for each fund of the estate the year of the whole, of the pool and of every door, as the books stand."""
    estate_id, year = asked.order.required_estate(), asked.order.required_year()
    funds = (await find_funds_of_estates(asked.reader, [estate_id], scope=asked.scope)).get(estate_id, [])
    estates = await find_estates(asked.reader, [estate_id], scope=asked.scope)
    name = (estates[estate_id].name or "") if estate_id in estates else ""
    for fund in funds:
        made = await statements_of_fund(asked.reader, fund.id, year)
        lines = (
            (WHOLE, made.whole),
            (POOL, made.pool),
            *((sub.door_number, statement) for sub, statement in made.doors),
        )
        yield [(name, asked.words(fund.kind), year, account, *_amounts(statement)) for account, statement in lines]


def _amounts(statement: AnnualStatement) -> Sequence[Cell]:
    # The statement's interest includes the income that rolls over; here each has a column, so that a row adds up.
    interest = Fen(statement.interest - statement.income)
    return (
        Yuan(statement.opening),
        Yuan(statement.deposits),
        Yuan(statement.matches),
        Yuan(interest),
        Yuan(statement.income),
        Yuan(statement.uses),
        Yuan(statement.refunds),
        Yuan(statement.closing),
    )
