"""What each row of an estate's opening means: which fund, deposit, creditor or purse, and where its money lies."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from kit.errors import Refusal
from kit.ids import new_id
from kit.mongo import UnitOfWork
from policy.vocabulary import IncomeEarmark
from services.finance.domain.bill import Creditor, Payee
from services.finance.domain.custody import CustodyAccount, custody_on
from services.finance.domain.custody_money import HeldMoney, check_holds
from services.finance.domain.deposit import AWAITING_MONEY, PerformanceDeposit
from services.finance.domain.estate import Estate
from services.finance.domain.maintenance_fund import MaintenanceFund
from services.finance.domain.opening import (
    ACCOUNT,
    AS_OF,
    DISTRICT,
    OBJECT,
    PART,
    EstateOpening,
    OpeningItem,
    OpeningRefused,
    OpeningRow,
    refused_row,
)
from services.finance.domain.part import Part
from services.finance.store.custody_accounts import accounts_of_estate
from services.finance.store.deposits import find_deposits_of_estates
from services.finance.store.maintenance_funds import find_funds_of_estates
from services.finance.store.parts import find_parts
from services.finance.use_cases.custody_money import account_of_creditors
from services.finance.use_cases.fee_places import serving_creditor
from services.finance.use_cases.record_deposit_payment import RecordDepositPayment, checked_deposit_payment

_PARTS_OF_A_READ = 500


@dataclass(frozen=True)
class FundClaim:
    """Money of a fund: of a door, or of the pool where there is no part."""

    row: OpeningRow
    fund: MaintenanceFund
    account: CustodyAccount
    part: Part | None


@dataclass(frozen=True)
class DepositClaim:
    """Money of a deposit."""

    row: OpeningRow
    deposit: PerformanceDeposit
    account: CustodyAccount


@dataclass(frozen=True)
class FeeClaim:
    """What a part owed a creditor by `debtors`, or had prepaid to it; the account is None for the creditor's own."""

    row: OpeningRow
    part: Part
    creditor: Creditor
    debtors: tuple[str, ...]
    account: CustodyAccount | None


@dataclass(frozen=True)
class RevenueClaim:
    """Money of a purse; the account is None for the collector's own."""

    row: OpeningRow
    earmark: IncomeEarmark
    account: CustodyAccount | None


Claim: TypeAlias = FundClaim | DepositClaim | FeeClaim | RevenueClaim


@dataclass(frozen=True)
class EstateBooks:
    """What finance knows of an estate on the day of its cut-over."""

    estate: Estate
    accounts: dict[str, CustodyAccount]
    funds: Sequence[MaintenanceFund]
    deposits: Sequence[PerformanceDeposit]
    parts: dict[str, Part]
    serving: Creditor | None


async def books_of_estate(work: UnitOfWork, estate: Estate, opening: EstateOpening) -> EstateBooks:
    """Return what the rows of an opening may be about."""
    scope = work.caller.scope
    part_ids = sorted({row.part_id for row in opening.rows if row.part_id is not None})
    parts: dict[str, Part] = {}
    for start in range(0, len(part_ids), _PARTS_OF_A_READ):
        parts |= await find_parts(work, part_ids[start : start + _PARTS_OF_A_READ], scope=scope)
    return EstateBooks(
        estate=estate,
        accounts={account.id: account for account in await accounts_of_estate(work, estate, scope=scope)},
        funds=(await find_funds_of_estates(work, [estate.id], scope=scope)).get(estate.id, []),
        deposits=(await find_deposits_of_estates(work, [estate.id], scope=scope)).get(estate.id, []),
        parts={id_: part for id_, part in parts.items() if part.estate_id == estate.id and part.facts is not None},
        serving=await serving_creditor(work, estate, opening.as_of),
    )


async def claims_of(
    work: UnitOfWork, books: EstateBooks, rows: Sequence[OpeningRow]
) -> tuple[list[Claim], list[OpeningRefused]]:
    """Return what the rows mean, and beside it every row that means nothing here, in the order of the rows.

    What the bank says is no claim, and nothing is opened for a balance of zero.
    """
    claims: list[Claim] = []
    refused: list[OpeningRefused] = []
    for row in rows:
        try:
            claim = await _claim(work, books, row)
        except OpeningRefused as refusal:
            refused.append(refusal)
        except Refusal as refusal:
            # What the rule of a payment refuses is told of the row, by the rule's own words.
            refused.append(refused_row(row, OBJECT, f"{refusal.code}: {refusal.message}", refusal.value))
        else:
            if claim is not None and row.balance > 0:
                claims.append(claim)
    return claims, refused


async def _claim(work: UnitOfWork, books: EstateBooks, row: OpeningRow) -> Claim | None:
    if row.district != books.estate.district:
        raise refused_row(row, DISTRICT, "the estate lies in another district", row.district)
    if row.account_id is not None and row.account_id not in books.accounts:
        raise refused_row(row, ACCOUNT, "no such account holds money of this estate", row.account_id)
    match row.item:
        case OpeningItem.BANK_BALANCE:
            return None
        case OpeningItem.MAINTENANCE_FUND | OpeningItem.FUND_POOL:
            return _fund_claim(books, row)
        case OpeningItem.DEPOSIT:
            return await _deposit_claim(work, books, row)
        case OpeningItem.ARREARS | OpeningItem.PREPAID_FEE:
            return await _fee_claim(work, books, row)
        case OpeningItem.PUBLIC_REVENUE:
            return _revenue_claim(books, row)


def _fund_claim(books: EstateBooks, row: OpeningRow) -> FundClaim:
    funds = [fund for fund in books.funds if row.object_id in (None, fund.id)]
    if len(funds) != 1:
        raise refused_row(row, OBJECT, f"the estate has {len(funds)} such funds open; name one", row.object_id)
    [fund] = funds
    if row.account_id not in (None, fund.custody_account_id):
        raise refused_row(row, ACCOUNT, "the fund lies in another account", row.account_id)
    if row.as_of < fund.opened_on:
        raise refused_row(row, AS_OF, f"the fund was opened on {fund.opened_on.isoformat()}", row.as_of.isoformat())
    part = None if row.part_id is None else _part(books, row)
    return FundClaim(row, fund, books.accounts[fund.custody_account_id], part)


async def _deposit_claim(work: UnitOfWork, books: EstateBooks, row: OpeningRow) -> DepositClaim:
    deposits = [
        one
        for one in books.deposits
        if (row.object_id == one.id) or (row.object_id is None and one.state in AWAITING_MONEY)
    ]
    if len(deposits) != 1:
        raise refused_row(row, OBJECT, f"{len(deposits)} deposits of the estate await money; name one", row.object_id)
    [deposit] = deposits
    account_id = row.account_id or _deposit_account(books, deposit, row)
    deposit, _, account = await checked_deposit_payment(
        work,
        RecordDepositPayment(
            deposit_id=deposit.id,
            payer_provider_id=deposit.provider_id,
            custody_account_id=account_id,
            amount=row.balance,
            # The bank moved nothing for an opening, so there is no reference.
            bank_ref=new_id("ref"),
            paid_on=row.as_of,
        ),
    )
    return DepositClaim(row, deposit, account)


def _deposit_account(books: EstateBooks, deposit: PerformanceDeposit, row: OpeningRow) -> str:
    """Return the account that the deposit belongs into on the day (ZG-20, ZG-21)."""
    assert deposit.first_custody is not None
    kind = custody_on(deposit.first_custody, day=row.as_of, owners=books.estate.owners)
    found = [account.id for account in books.accounts.values() if account.kind is kind]
    if len(found) != 1:
        raise refused_row(row, ACCOUNT, f"no account of the kind {kind.value} is open", kind.value)
    return found[0]


async def _fee_claim(work: UnitOfWork, books: EstateBooks, row: OpeningRow) -> FeeClaim:
    part = _part(books, row)
    creditor = books.serving if row.object_id is None else _creditor(row)
    if creditor is None:
        raise refused_row(row, OBJECT, "nobody served the estate on that day; name who is owed", row.object_id)
    debtors = [owners for since, owners in part.fee_debtors if since <= row.as_of]
    if row.item is OpeningItem.ARREARS and not debtors:
        raise refused_row(row, PART, "nobody is known to owe the fees of this part on that day", part.id)
    account = None
    if row.item is OpeningItem.PREPAID_FEE and row.account_id is not None:
        account = _holding(books, row, HeldMoney.FEES)
    elif row.item is OpeningItem.PREPAID_FEE:
        account = await account_of_creditors(work, books.estate, [creditor], day=row.as_of)
    return FeeClaim(row, part, creditor, debtors[-1] if debtors else (), account)


def _revenue_claim(books: EstateBooks, row: OpeningRow) -> RevenueClaim:
    earmark = row.object_id or IncomeEarmark.PROJECT_SERVICE.value
    if earmark not in set(IncomeEarmark):
        raise refused_row(row, OBJECT, f"a purse is one of {', '.join(IncomeEarmark)}", earmark)
    account = None if row.account_id is None else _holding(books, row, HeldMoney.PUBLIC_REVENUE)
    return RevenueClaim(row, IncomeEarmark(earmark), account)


def _part(books: EstateBooks, row: OpeningRow) -> Part:
    part = books.parts.get(row.part_id or "")
    if part is None:
        raise refused_row(row, PART, "the estate has no such part", row.part_id)
    return part


def _creditor(row: OpeningRow) -> Creditor:
    """Return the creditor that a row names as its kind and id, such as PROVIDER:prv_1."""
    kind, _, id_ = (row.object_id or "").partition(":")
    if kind not in set(Payee) or not id_:
        raise refused_row(row, OBJECT, "who is owed is named as PROVIDER:prv_…", row.object_id)
    return Creditor(Payee(kind), id_)


def _holding(books: EstateBooks, row: OpeningRow, money: HeldMoney) -> CustodyAccount:
    account = books.accounts[row.account_id or ""]
    check_holds(account, money, estate=books.estate, day=row.as_of)
    return account
