"""Settle bills from what their part has prepaid; what several commands about fees share."""

from collections.abc import Iterable, Sequence

from kit.ids import new_id
from kit.ledger.store import post
from kit.ledger.transfers import Posting
from kit.money import Fen
from kit.mongo import UnitOfWork
from services.finance.domain.bill import FeeBill, oldest_first
from services.finance.domain.billing_period import parse_period
from services.finance.domain.estate import Estate
from services.finance.domain.fee_ledger import applied, book_of
from services.finance.domain.fee_payment import FeeAccount, apportion
from services.finance.store.bills import bill_areas, save_bills
from services.finance.store.fee_accounts import add_to_summary, save_fee_account
from services.finance.use_cases.fee_places import estate_areas, place_of_part


async def apply_prepaid(
    work: UnitOfWork,
    estate: Estate,
    account: FeeAccount,
    bills: Sequence[FeeBill],
    *,
    seen_by: Iterable[str] = (),
) -> FeeAccount:
    """Settle bills of one part from its prepaid money, each creditor's from what that one holds; keep the account.

    `seen_by` are owners who see the account beside those whom the bills are made out to.
    """
    for creditor, held in list(account.prepaid.items()):
        owed = oldest_first([bill for bill in bills if bill.creditor == creditor])
        settled, allocations, left = apportion(held, owed, paid_on=work.today, payment_id=f"prepaid:{new_id('fpp')}")
        used = Fen(held - left)
        if used == 0:
            continue
        before = {bill.id: bill for bill in owed}
        await save_bills(work, [before[bill.id] for bill in settled], settled)
        account = account.with_prepaid(creditor, Fen(-used))
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
