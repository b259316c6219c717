"""Gather what the yearly notice of a maintenance fund says, for whoever sees the fund."""

from datetime import date

from kit.caller import Scope
from kit.mongo import Reader
from services.finance.domain.maintenance_fund import FundUnknown
from services.finance.domain.maintenance_statement import StatementYearInvalid
from services.finance.store.custody_accounts import find_account
from services.finance.store.estates import find_estate
from services.finance.store.maintenance_funds import find_fund
from services.finance.store.maintenance_movements import latest_statement
from services.finance.use_cases.draw_statement import StatementNotice
from services.finance.use_cases.publish_fund_statement import WHOLE_FUND, statements_of_fund


async def notice_of_statement(reader: Reader, fund_id: str, year: int, *, scope: Scope, today: date) -> StatementNotice:
    """Return the notice of a year: as published, or as the books stand, which then says that it is a draft.

    Raises FundUnknown, StatementYearInvalid for a year before the fund or still to come.
    """
    fund = await find_fund(reader, fund_id, scope=scope)
    estate = None if fund is None else await find_estate(reader, fund.estate_id, scope=scope)
    if fund is None or estate is None:
        raise FundUnknown("no such maintenance fund", path=("id",), value=fund_id)
    if not fund.opened_on.year <= year <= today.year:
        raise StatementYearInvalid("the fund has no such year", path=("year",), value=year)
    made = await statements_of_fund(reader, fund.id, year)
    published = await latest_statement(reader, fund.id, year, scope=WHOLE_FUND)
    # What was booked into the year since its publication stands in a draft until it is published again.
    stands = published is not None and published.statement == made.whole
    account = await find_account(reader, fund.custody_account_id, scope=WHOLE_FUND)
    assert account is not None
    return StatementNotice(
        estate_name=estate.name or "",
        kind=fund.kind,
        custody=f"{account.holder} {account.bank_account_masked}",
        statement=made.whole,
        doors=[(sub.door_number, statement) for sub, statement in made.doors],
        pool=made.pool,
        projects=made.projects,
        published_on=published.published_on if published is not None and stands else None,
        revision=published.revision if published is not None and stands else None,
    )
