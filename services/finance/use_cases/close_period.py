"""A district closes a month: every custody account agrees with its bank, and nothing is posted into it any more."""

from dataclasses import dataclass

from kit.caller import Role
from kit.idempotency import Outcome
from kit.ledger.store import lock_period
from kit.mongo import UnitOfWork
from services.finance.domain.books import books_of
from services.finance.domain.custody import DistrictUnknown
from services.finance.domain.reconciliation import check_no_exceptions
from services.finance.domain.visibility import areas_of_district
from services.finance.events import PeriodClosed
from services.finance.store.custody_accounts import find_accounts_of_district
from services.finance.use_cases.reconcile_account import open_exceptions, reconcile

PATH = ("input",)


@dataclass(frozen=True)
class ClosePeriod:
    """The command: a past month of a district, such as "2026-03"."""

    district: str
    period: str


async def close_period(work: UnitOfWork, command: ClosePeriod) -> Outcome:
    """Match every account of the district once more, and lock the month in all of its books (F26).

    Raises ForbiddenActor for other roles, DistrictUnknown outside the caller's scope, ExceptionsOpen naming the first
    exception, BankDifferenceOpen for a day that differs by as little as one fen, ValidationFailed for what is no month,
    PeriodNotOver, PeriodAlreadyLocked.
    """
    work.caller.require_role(Role.DISTRICT_OFFICE, Role.FINANCE_BUREAU, Role.CITY_OFFICE)
    if not work.caller.scope.covers(areas_of_district(command.district)):
        raise DistrictUnknown("no such district", path=(*PATH, "district"), value=command.district)
    for account in await find_accounts_of_district(work, command.district, scope=work.caller.scope):
        await reconcile(work, account, command.period)
        check_no_exceptions(command.period, await open_exceptions(work, account, command.period))
    for book in books_of(command.district):
        await lock_period(work, book, command.period)
    work.announce(PeriodClosed.of(command.district, command.period, closed_on=work.today))
    return Outcome(details={"district": command.district, "period": command.period})
