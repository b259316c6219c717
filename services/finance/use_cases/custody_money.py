"""Bring money of fees and of public revenue into a custody account, or out of it, under the bank's reference."""

from collections.abc import Iterable, Sequence
from datetime import date

from kit.caller import Scope
from kit.ledger.store import PostedPosting, PostingKeyUsed, open_account, post
from kit.money import Fen
from kit.mongo import UnitOfWork
from services.finance.domain.bill import Creditor
from services.finance.domain.custody import CustodyAccount, CustodyAccountUnknown
from services.finance.domain.custody_money import (
    CUSTODY_OF_PAYEE,
    HeldMoney,
    check_holds,
    fees_held_id,
    held_account,
    held_posting,
)
from services.finance.domain.deposit_ledger import BankReferenceUsed
from services.finance.domain.estate import Estate
from services.finance.domain.fee_payment import FeePayment, FeeRefund
from services.finance.store.custody_accounts import find_account, find_account_of_place
from services.finance.use_cases.fee_places import estate_areas


async def account_holding(
    work: UnitOfWork, account_id: str, money: HeldMoney, *, estate: Estate, day: date, path: Sequence[str]
) -> CustodyAccount:
    """Return the custody account that a command names; raises CustodyAccountUnknown, NotHeldThere."""
    account = await find_account(work, account_id, scope=work.caller.scope)
    if account is None:
        raise CustodyAccountUnknown("no such custody account", path=path, value=account_id)
    check_holds(account, money, estate=estate, day=day, path=path)
    return account


async def account_of_creditors(
    work: UnitOfWork, estate: Estate, creditors: Iterable[Creditor], *, day: date
) -> CustodyAccount | None:
    """Return the custody account that fees owed to these creditors are paid into; None if all collect by themselves."""
    for kind in dict.fromkeys(CUSTODY_OF_PAYEE[one.payee] for one in creditors if one.payee in CUSTODY_OF_PAYEE):
        # Whoever takes the money need not see the owners' account.
        account = await find_account_of_place(
            work, kind, district=estate.district, estate_id=estate.id, scope=Scope.everything()
        )
        if account is not None and account.opened_on <= day:
            return account
    return None


async def move_held_money(
    work: UnitOfWork,
    held_id: str,
    account: CustodyAccount,
    *,
    estate: Estate,
    amount: Fen,
    bank_ref: str,
    day: date,
    memo: str,
    path: Sequence[str],
) -> PostedPosting:
    """Post the movement of a custody account and return the posting; an amount below zero left the account.

    Raises BankReferenceUsed if the reference stands for another movement of the account, PeriodLocked, AccountOverdrawn
    for more than the account holds for the purpose.
    """
    await open_account(work, held_account(held_id, account, estate, areas=estate_areas(estate)))
    posting = held_posting(held_id, account, amount=amount, bank_ref=bank_ref, day=day, memo=memo)
    try:
        posted = await post(work, posting)
    except PostingKeyUsed:
        posted = None
    if posted is None or posted.replayed:
        raise BankReferenceUsed(
            "this bank reference is recorded for the account already", path=(*path, "bankRef"), value=bank_ref
        )
    return posted


async def take_out_refund(
    work: UnitOfWork, estate: Estate, account: CustodyAccount, payment: FeePayment, refund: FeeRefund
) -> None:
    """Post that money of a payment of fees went back out of the custody account that it came into.

    Raises BankReferenceUsed, PeriodLocked.
    """
    await move_held_money(
        work,
        fees_held_id(account.id, estate.id),
        account,
        estate=estate,
        amount=Fen(-refund.amount),
        bank_ref=refund.bank_ref,
        day=refund.refunded_on,
        memo=f"物业费退款 {payment.part_id} {refund.bank_ref}",
        path=("input",),
    )
