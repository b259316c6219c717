"""Write corrections of bills: cancel, make out anew, post the difference, let what was paid settle the new ones.

What several commands and facts share; however many bills one fact corrects, the ledger gets one posting.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from kit.ids import new_id
from kit.ledger.store import post
from kit.ledger.transfers import Posting, Transfer
from kit.money import ZERO_FEN, Fen, add_fen
from kit.mongo import UnitOfWork
from services.finance.domain.bill import BILL_PREFIX, Creditor, FeeBill
from services.finance.domain.bill_correction import Correction, remade
from services.finance.domain.billing_period import parse_period
from services.finance.domain.estate import Estate
from services.finance.domain.fee_ledger import billed, book_of, cancelled, digest_of
from services.finance.domain.fee_payment import FeeAccount, cancel_bill
from services.finance.store.bills import bill_areas, bill_document, insert_bills, save_bills
from services.finance.store.fee_accounts import add_to_summary, find_accounts_of_parts
from services.finance.use_cases.fee_places import estate_areas, open_fee_accounts, place_of_part
from services.finance.use_cases.fee_prepaid import apply_prepaid


async def correct_bills(
    work: UnitOfWork, estate: Estate, corrections: Sequence[Correction], *, reason: str
) -> list[FeeBill]:
    """Write the corrections and return the new bills; those that change nothing are left out.

    What was paid on a cancelled bill becomes prepaid with its creditor, and settles the new bills of that creditor; the
    rest stays prepaid until it is refunded or billed.
    """
    real = [correction for correction in corrections if not correction.changes_nothing]
    if not real:
        return []
    old = [correction.bill for correction in real]
    ids = [[new_id(BILL_PREFIX) for _ in correction.pieces] for correction in real]
    new = [bill for correction, its in zip(real, ids, strict=True) for bill in remade(correction, its, on=work.today)]
    await save_bills(work, old, [cancel_bill(bill, on=work.today) for bill in old])
    place = place_of_part(estate)
    await insert_bills(
        work,
        [bill_document(bill, areas=bill_areas(place, part_id=bill.part_id, owner_ids=bill.owner_ids)) for bill in new],
    )
    await open_fee_accounts(work, estate, [bill.creditor for bill in new])
    await post(
        work,
        Posting(
            book=book_of(estate.district),
            key=f"fee-correction:{old[0].id}",
            transfers=_transfers(estate, old, new),
            occurred_on=work.today,
            memo=f"更正物业费账单 {reason} {digest_of((bill.id, bill.amount) for bill in (*old, *new))}",
            district=estate.district,
        ),
    )
    await _sum_up(work, estate, old, new)
    await _settle_anew(work, estate, old, new)
    return new


def _transfers(estate: Estate, old: Sequence[FeeBill], new: Sequence[FeeBill]) -> tuple[Transfer, ...]:
    """Return the transfers of all corrections together, summed by creditor."""
    unpaid: dict[Creditor, int] = defaultdict(int)
    paid: dict[Creditor, int] = defaultdict(int)
    made: dict[Creditor, int] = defaultdict(int)
    for bill in old:
        unpaid[bill.creditor] += bill.amount - bill.paid
        paid[bill.creditor] += bill.paid
    for bill in new:
        made[bill.creditor] += bill.amount
    taken_back = [
        transfer
        for creditor in unpaid
        for transfer in cancelled(estate.id, creditor, unpaid=Fen(unpaid[creditor]), paid=Fen(paid[creditor]))
    ]
    made_out = [billed(estate.id, creditor, Fen(amount)) for creditor, amount in made.items()]
    return (*made_out, *taken_back)


async def _sum_up(work: UnitOfWork, estate: Estate, old: Sequence[FeeBill], new: Sequence[FeeBill]) -> None:
    """Take the cancelled bills out of the sums of their periods, and bring the new ones in."""
    billed_by: dict[str, int] = defaultdict(int)
    paid_by: dict[str, int] = defaultdict(int)
    for bill in old:
        billed_by[bill.period] -= bill.amount
        paid_by[bill.period] -= bill.paid
    for bill in new:
        billed_by[bill.period] += bill.amount
    for period, change in billed_by.items():
        await add_to_summary(
            work,
            estate.id,
            parse_period(period),
            billed=Fen(change),
            collected=Fen(paid_by[period]),
            areas=estate_areas(estate),
        )


async def _settle_anew(work: UnitOfWork, estate: Estate, old: Sequence[FeeBill], new: Sequence[FeeBill]) -> None:
    """Put what was paid on cancelled bills to their parts' accounts, and settle the new bills from there.

    Whoever paid has a right to what is left: a buyer's bill is not settled with the seller's money. What was paid for
    days of former debtors settles their days alone, the rest those of who owes the fees now.
    """
    parts = sorted({bill.part_id for bill in old if bill.paid > 0})
    accounts = await find_accounts_of_parts(work, parts, scope=work.caller.scope)
    for part_id in parts:
        account = accounts.get(part_id, FeeAccount(part_id, estate.id))
        for of_former in (False, True):
            taken_back = _of_purse(old, account, of_former=of_former)
            if not taken_back:
                continue
            for bill in taken_back:
                account = account.with_change(bill.creditor, bill.paid, of_former=of_former)
            payers = {owner_id for bill in taken_back for owner_id in bill.owner_ids}
            made_out = _of_purse(new, account, of_former=of_former)
            own = [bill for bill in made_out if payers.issuperset(bill.owner_ids)]
            account = await apply_prepaid(work, estate, account, own, seen_by=payers, of_former=of_former)


def _of_purse(bills: Iterable[FeeBill], account: FeeAccount, *, of_former: bool) -> list[FeeBill]:
    """Return the bills of the account's part that its purse of former debtors settles, or those that the other does."""
    return [
        bill
        for bill in bills
        if bill.part_id == account.part_id and account.is_of_former_debtors(bill.from_) is of_former
    ]


def total_of(bills: Sequence[FeeBill]) -> Fen:
    """Return what the bills come to together."""
    return add_fen(ZERO_FEN, *(bill.amount for bill in bills))
