"""Settle bills from what their part has prepaid; what several commands about fees share."""

from collections.abc import Iterable, Sequence
from datetime import date

from kit.ids import new_id
from kit.ledger.store import post
from kit.ledger.transfers import Posting
from kit.money import ZERO_FEN, Fen, add_fen
from kit.mongo import UnitOfWork
from services.finance.domain.bill import Creditor, FeeBill, oldest_first
from services.finance.domain.billing_period import parse_period
from services.finance.domain.estate import Estate
from services.finance.domain.fee_ledger import applied, book_of
from services.finance.domain.fee_payment import FeeAccount, apportion
from services.finance.domain.part import Part
from services.finance.store.bills import bill_areas, save_bills
from services.finance.store.fee_accounts import add_to_summary, find_accounts_of_parts, save_fee_account
from services.finance.store.fee_payments import find_payments_of_parts
from services.finance.use_cases.fee_places import estate_areas, place_of_part


async def apply_prepaid(
    work: UnitOfWork,
    estate: Estate,
    account: FeeAccount,
    bills: Sequence[FeeBill],
    *,
    seen_by: Iterable[str] = (),
    of_former: bool = False,
) -> FeeAccount:
    """Settle bills of one part from its prepaid money, each creditor's from what that one holds; keep the account.

    `seen_by` are owners who see the account beside those whom the bills are made out to. With `of_former` the money is
    what is set aside for those who owed the fees before, and the bills are theirs.
    """
    for creditor, held in list(account.purse(of_former=of_former).items()):
        owed = oldest_first([bill for bill in bills if bill.creditor == creditor])
        settled, allocations, left = apportion(held, owed, paid_on=work.today, payment_id=f"prepaid:{new_id('fpp')}")
        used = Fen(held - left)
        if used == 0:
            continue
        before = {bill.id: bill for bill in owed}
        await save_bills(work, [before[bill.id] for bill in settled], settled)
        account = account.with_change(creditor, Fen(-used), of_former=of_former)
        await post(
            work,
            Posting(
                book=book_of(estate.district),
                key=f"fee-prepaid-applied:{settled[0].settlements[-1].payment_id}",
                transfers=(applied(estate.id, creditor, used),),
                occurred_on=work.today,
                memo=f"预收物业费抵扣 {account.part_id}",
                district=estate.district,
            ),
        )
        for allocation in allocations:
            await add_to_summary(
                work,
                estate.id,
                parse_period(allocation.period),
                collected=allocation.amount,
                areas=estate_areas(estate),
            )
    owner_ids = sorted({*seen_by, *(owner_id for bill in bills for owner_id in bill.owner_ids)})
    areas = bill_areas(place_of_part(estate), part_id=account.part_id, owner_ids=owner_ids)
    await save_fee_account(work, account, areas=areas)
    return account


async def apply_purses(work: UnitOfWork, estate: Estate, account: FeeAccount, bills: Sequence[FeeBill]) -> FeeAccount:
    """Settle bills of one part each from the purse of its days, and return the account; empty purses change nothing."""
    for of_former in (False, True):
        own = [bill for bill in bills if account.is_of_former_debtors(bill.from_) is of_former]
        if own and account.purse(of_former=of_former):
            account = await apply_prepaid(work, estate, account, own, of_former=of_former)
    return account


async def set_prepaid_aside(work: UnitOfWork, estate: Estate, part: Part, since: date) -> None:
    """Set aside what is prepaid of a part whose fees others owe from that day on, except what was paid since."""
    accounts = await find_accounts_of_parts(work, [part.id], scope=work.caller.scope)
    # Also where nothing is prepaid yet: what is taken back of the former days later is not for whoever came after them.
    known = accounts.get(part.id, FeeAccount(part.id, estate.id))
    kept: dict[Creditor, Fen] = {}
    payments = await find_payments_of_parts(work, [part.id], scope=work.caller.scope)
    for payment in payments.get(part.id, []):
        if payment.purse_day >= since and payment.prepaid_to is not None:
            kept[payment.prepaid_to] = add_fen(kept.get(payment.prepaid_to, ZERO_FEN), payment.prepaid)
    account = known.with_new_debtors(since, kept=kept)
    if account != known:
        areas = bill_areas(place_of_part(estate), part_id=part.id, owner_ids=sorted(part.owner_ids))
        await save_fee_account(work, account, areas=areas)
