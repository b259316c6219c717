"""A legacy city begins: each custody account gets one dated posting of what it held, claim by claim."""

from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

from kit.caller import Role
from kit.ledger.store import post
from kit.ledger.transfers import Posting
from kit.mongo import UnitOfWork
from kit.tables.reading import read_table
from services.finance.domain.books import BOOK_OF_CUSTODY
from services.finance.domain.custody import CustodyAccount, CustodyAccountUnknown
from services.finance.domain.deposit import DepositUnknown, PerformanceDeposit, pay_deposit
from services.finance.domain.deposit_ledger import payment_transfers
from services.finance.domain.estate import Estate
from services.finance.domain.opening import (
    MOST_ROWS,
    OBJECT,
    AlreadyOpened,
    Claim,
    Opening,
    OpeningRefused,
    columns_of_opening,
    opening_key,
    openings_of,
)
from services.finance.store.bank_lines import has_movements, posting_with_key
from services.finance.store.custody_accounts import find_account
from services.finance.store.deposits import find_deposit
from services.finance.use_cases.record_deposit_payment import (
    RecordDepositPayment,
    checked_deposit_payment,
    keep_paid_deposit,
)


@dataclass(frozen=True)
class ImportedOpenings:
    """How many accounts began with this file, and how many had begun with it before."""

    opened: int
    unchanged: int


def read_openings(file: BinaryIO) -> tuple[Opening, ...]:
    """Return the openings in a file (.xlsx, or .csv in any usual encoding).

    Raises TableFileRefused for a file that cannot be read, and what `openings_of` raises.
    """
    rows = []
    for row in read_table(file, columns_of_opening):
        rows.append(row)
        if len(rows) > MOST_ROWS:
            raise OpeningRefused(f"a file has at most {MOST_ROWS} rows", path=("rows",), value=len(rows))
    return openings_of(rows)


async def import_openings(work: UnitOfWork, openings: tuple[Opening, ...], *, as_of: date) -> ImportedOpenings:
    """Post what each account held at the end of the day `as_of`; the same file again changes nothing.

    Raises ForbiddenActor for other roles, CustodyAccountUnknown, AlreadyOpened for an account that began otherwise,
    DepositUnknown and what a payment of the deposit on that day would raise, PeriodLocked.
    """
    work.caller.require_role(Role.DISTRICT_OFFICE, Role.FINANCE_BUREAU, Role.CITY_OFFICE, Role.OPERATOR)
    opened = 0
    for opening in openings:
        opened += await _open(work, opening, as_of)
    return ImportedOpenings(opened, len(openings) - opened)


async def _open(work: UnitOfWork, opening: Opening, as_of: date) -> bool:
    account = await find_account(work, opening.account_id, scope=work.caller.scope)
    if account is None:
        raise CustodyAccountUnknown("no such custody account", path=(opening.account_id,), value=opening.account_id)
    posting = Posting(
        book=BOOK_OF_CUSTODY[account.kind](account.district),
        key=opening_key(account.id),
        transfers=tuple(
            transfer
            for claim in opening.claims
            for transfer in payment_transfers(claim.object_id, account_id=account.id, amount=claim.amount)
        ),
        occurred_on=as_of,
        memo=f"期初余额 {account.id}",
        district=account.district,
    )
    known = await posting_with_key(work, posting.book, posting.key)
    if known is not None and known["digest"] == posting.digest:
        return False
    if known is not None or await has_movements(work, account.id):
        raise AlreadyOpened("the account has begun otherwise", path=(account.id,), value=account.id)
    paid = [(claim, await _checked(work, claim, account, as_of)) for claim in opening.claims]
    posted = await post(work, posting)
    for claim, (deposit, estate) in paid:
        after = pay_deposit(
            deposit,
            account_id=account.id,
            kind=account.kind,
            amount=claim.amount,
            paid_on=as_of,
            posting_id=posted.id,
        )
        await keep_paid_deposit(work, after, estate, account_id=account.id, paid_on=as_of, was=deposit.state)
    return True


async def _checked(
    work: UnitOfWork, claim: Claim, account: CustodyAccount, as_of: date
) -> tuple[PerformanceDeposit, Estate]:
    known = await find_deposit(work, claim.object_id, scope=work.caller.scope)
    if known is None:
        raise DepositUnknown("no such deposit", path=(f"row {claim.row}", OBJECT), value=claim.object_id)
    deposit, estate, _ = await checked_deposit_payment(
        work,
        RecordDepositPayment(
            deposit_id=known.id,
            payer_provider_id=known.provider_id,
            custody_account_id=account.id,
            amount=claim.amount,
            bank_ref=opening_key(account.id),
            paid_on=as_of,
        ),
    )
    return deposit, estate
