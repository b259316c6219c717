"""The bank confirmed a payment of fees: to the part's bills, the oldest first; what is left over is prepaid."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from kit.caller import Scope
from kit.idempotency import Outcome
from kit.ids import new_id
from kit.ledger.store import post
from kit.ledger.transfers import Posting
from kit.money import ZERO_FEN, Fen, sum_fen
from kit.mongo import UnitOfWork
from services.finance.domain.bill import Creditor, FeeBill
from services.finance.domain.billing_period import parse_period
from services.finance.domain.custody import CustodyAccount
from services.finance.domain.custody_money import HeldMoney, check_holds, fees_held_id
from services.finance.domain.deposit_ledger import checked_bank_reference
from services.finance.domain.estate import Estate
from services.finance.domain.fee_ledger import book_of, received
from services.finance.domain.fee_payment import (
    PAYMENT_PREFIX,
    BankReferenceUsed,
    FeeAccount,
    FeeAccountUnknown,
    FeePayment,
    PaymentChannel,
    account_id,
    account_number,
    apportion,
    check_payment,
    checked_payer,
    prepaid_to,
)
from services.finance.domain.part import Part
from services.finance.events import PaymentReceived
from services.finance.store.bills import bill_areas, find_unpaid_bills_of_part, save_bills
from services.finance.store.estates import find_estate
from services.finance.store.fee_accounts import add_to_summary, find_accounts_of_parts, save_fee_account
from services.finance.store.fee_payments import (
    find_payment_with_reference,
    find_refunds_of_payment,
    insert_payment,
    save_place,
)
from services.finance.store.parts import find_part
from services.finance.use_cases.custody_money import (
    account_holding,
    account_of_creditors,
    move_held_money,
    take_out_refund,
)
from services.finance.use_cases.fee_places import (
    TAKE_MONEY,
    estate_areas,
    open_fee_accounts,
    place_of_part,
    serving_creditor,
)

PATH = ("input",)
# Whoever may take the money of a part sees its estate's place; a payer's own scope ends at the part.
_EVERYTHING = Scope.everything()


@dataclass(frozen=True)
class RecordFeePayment:
    """The command: how much came in for which part, on which bank day, under which bank reference.

    `owner_id` is the owner whose bills alone it settles; None for all bills of the part.

    `custody_account_id` is the custody account that it came into; None where who is paid tells it, or where it reached
    a creditor's own account.
    """

    part_id: str
    amount: Fen
    bank_ref: str
    paid_on: date
    channel: PaymentChannel = PaymentChannel.BANK_TRANSFER
    custody_account_id: str | None = None
    owner_id: str | None = None


async def record_fee_payment(work: UnitOfWork, command: RecordFeePayment) -> Outcome:
    """Post the payment and return its id as `payment`; the same bank movement told again is the same payment.

    The oldest bill is paid first, each to whom its service period is owed (G-28); what is left over is prepaid to who
    serves the estate on the bank's day, and settles the next bills. Announces F3 for every bill. Money in a custody
    account is posted there as well, and told as `custodyPosting`; a payment that was recorded without its account gets
    it when it is told again. Where an owner is named, only what that one owes is settled, and the rest is prepaid for
    the days of that owner alone. Raises ForbiddenActor, FeeAccountUnknown, what `check_payment` raises,
    PayerNeverHeldPart, BankReferenceUsed for a reference of another movement, NobodyToPrepay, CustodyAccountUnknown and
    NotHeldThere.
    """
    work.caller.require_role(*TAKE_MONEY)
    bank_ref = checked_bank_reference(command.bank_ref, path=(*PATH, "bankRef"))
    check_payment(amount=command.amount, paid_on=command.paid_on, today=work.today, path=PATH)
    part, estate = await _part_of(work, command.part_id)
    owner_id, held_since = command.owner_id, None
    if owner_id is not None:
        held_since = checked_payer(part, owner_id, path=(*PATH, "ownerId"))
    payment = FeePayment(
        id=new_id(PAYMENT_PREFIX),
        district=estate.district,
        estate_id=estate.id,
        part_id=part.id,
        amount=command.amount,
        bank_ref=bank_ref,
        paid_on=command.paid_on,
        channel=command.channel,
        owner_id=owner_id,
        held_since=held_since,
    )
    known = await find_payment_with_reference(work, estate.district, bank_ref, scope=_EVERYTHING)
    if known is not None:
        if not payment.repeats(known):
            raise BankReferenceUsed(
                "this bank reference is recorded for another payment", path=(*PATH, "bankRef"), value=bank_ref
            )
        return _outcome(await _place_known(work, estate, known, command.custody_account_id))
    paid, payers = await _apportion(work, estate, part, payment)
    paid = replace(paid, posting_id=await _post(work, estate, paid))
    custody = await _custody(work, estate, command, paid)
    if custody is not None:
        paid = await _placed(work, estate, paid, custody)
    await insert_payment(work, paid, areas=_areas(estate, part, payers))
    _announce(work, paid)
    return _outcome(paid)


async def place_payment(work: UnitOfWork, payment: FeePayment, custody: CustodyAccount) -> FeePayment:
    """Post a payment that was recorded without its custody account into that one, and return it as it then is.

    Raises NotHeldThere, BankReferenceUsed, PeriodLocked.
    """
    estate = await find_estate(work, payment.estate_id, scope=_EVERYTHING)
    assert estate is not None
    check_holds(custody, HeldMoney.FEES, estate=estate, day=payment.paid_on, path=(*PATH, "custodyAccountId"))
    placed = await _placed(work, estate, payment, custody)
    for refund in await find_refunds_of_payment(work, payment, scope=_EVERYTHING):
        await take_out_refund(work, estate, custody, payment, refund)
    await save_place(work, placed)
    return placed


async def _custody(
    work: UnitOfWork, estate: Estate, command: RecordFeePayment, payment: FeePayment
) -> CustodyAccount | None:
    """Return the custody account that the money came into: the one that is named, else that of who is paid."""
    if command.custody_account_id is None:
        return await account_of_creditors(work, estate, payment.creditors, day=payment.paid_on)
    return await account_holding(
        work,
        command.custody_account_id,
        HeldMoney.FEES,
        estate=estate,
        day=payment.paid_on,
        path=(*PATH, "custodyAccountId"),
    )


async def _place_known(work: UnitOfWork, estate: Estate, known: FeePayment, account_id_: str | None) -> FeePayment:
    """Return a payment that is told again, placed if only now its account is named; raises BankReferenceUsed."""
    if account_id_ is None or account_id_ == known.custody_account_id:
        return known
    path = (*PATH, "custodyAccountId")
    if known.custody_account_id is not None:
        raise BankReferenceUsed("this payment came into another account", path=path, value=account_id_)
    custody = await account_holding(work, account_id_, HeldMoney.FEES, estate=estate, day=known.paid_on, path=path)
    return await place_payment(work, known, custody)


async def _placed(work: UnitOfWork, estate: Estate, payment: FeePayment, custody: CustodyAccount) -> FeePayment:
    posted = await move_held_money(
        work,
        fees_held_id(custody.id, estate.id),
        custody,
        estate=estate,
        amount=payment.amount,
        bank_ref=payment.bank_ref,
        day=payment.paid_on,
        memo=f"物业费缴纳 {account_number(payment.part_id)} {payment.part_id} {payment.bank_ref}",
        path=PATH,
    )
    return replace(payment, custody_account_id=custody.id, custody_posting_id=posted.id)


def _outcome(payment: FeePayment) -> Outcome:
    ids = {"payment": payment.id, "account": account_id(payment.part_id)}
    if payment.custody_posting_id is not None:
        ids["custodyPosting"] = payment.custody_posting_id
    return Outcome(entity_ids=ids)


async def _part_of(work: UnitOfWork, part_id: str) -> tuple[Part, Estate]:
    part = await find_part(work, part_id, scope=work.caller.scope)
    estate = None if part is None else await find_estate(work, part.estate_id, scope=_EVERYTHING)
    if part is None or estate is None:
        raise FeeAccountUnknown("no such part", path=(*PATH, "partId"), value=part_id)
    return part, estate


async def _apportion(
    work: UnitOfWork, estate: Estate, part: Part, payment: FeePayment
) -> tuple[FeePayment, frozenset[str]]:
    """Bring the money to the part's bills and, what is left, to its account; return where it went, and whose it is.

    It concerns those who have the part on the bank's day, or the owner who is named, and those whose bills it settles,
    and no other owner.
    """
    bills = await find_unpaid_bills_of_part(work, part.id, scope=_EVERYTHING)
    payers = part.holders_on(payment.paid_on)
    if payment.owner_id is not None:
        bills = [bill for bill in bills if payment.owner_id in bill.owner_ids]
        payers = frozenset((payment.owner_id,))
    settled, allocations, left = apportion(payment.amount, bills, paid_on=payment.paid_on, payment_id=payment.id)
    serving = await serving_creditor(work, estate, payment.paid_on) if left else None
    holder = prepaid_to(settled, serving, left=left)
    await save_bills(work, _as_read(bills, settled), settled)
    for allocation in allocations:
        await add_to_summary(
            work, estate.id, parse_period(allocation.period), collected=allocation.amount, areas=estate_areas(estate)
        )
    if holder is not None:
        accounts = await find_accounts_of_parts(work, [part.id], scope=_EVERYTHING)
        account = accounts.get(part.id, FeeAccount(part.id, estate.id))
        # Without a named owner it is theirs who owe the fees now, however long ago the bank's day is.
        of_former = payment.owner_id is not None and account.is_of_former_debtors(payment.purse_day)
        account = account.with_change(holder, left, of_former=of_former)
        await save_fee_account(work, account, areas=_areas(estate, part, part.owner_ids))
    payers = payers.union(*(bill.owner_ids for bill in settled))
    return replace(payment, allocations=allocations, prepaid=left, prepaid_to=holder), payers


async def _post(work: UnitOfWork, estate: Estate, payment: FeePayment) -> str:
    await open_fee_accounts(work, estate, payment.creditors)
    posted = await post(
        work,
        Posting(
            book=book_of(estate.district),
            key=f"fee-payment:{payment.bank_ref}",
            transfers=tuple(
                transfer
                for creditor in payment.creditors
                for transfer in received(
                    estate.id,
                    creditor,
                    settled=sum_fen(one.amount for one in payment.allocations if one.creditor == creditor),
                    prepaid=payment.prepaid if creditor == payment.prepaid_to else ZERO_FEN,
                )
            ),
            occurred_on=payment.paid_on,
            memo=f"物业费缴纳 {payment.part_id} {payment.bank_ref}",
            district=estate.district,
        ),
    )
    return posted.id


def _announce(work: UnitOfWork, payment: FeePayment) -> None:
    """Announce what came in for each bill, and what was prepaid (F3)."""
    portions: list[tuple[str | None, str | None, Creditor, Fen]] = [
        (one.bill_id, one.period, one.creditor, one.amount) for one in payment.allocations
    ]
    if payment.prepaid_to is not None:
        portions.append((None, None, payment.prepaid_to, payment.prepaid))
    for bill_id, period, creditor, amount in portions:
        work.announce(
            PaymentReceived(
                district=payment.district,
                aggregate_id=payment.id,
                occurred_on=payment.paid_on,
                estate_id=payment.estate_id,
                payment_id=payment.id,
                bill_id=bill_id,
                service_period=period,
                amount=amount,
                payee=creditor.payee,
                payee_id=creditor.id,
                channel=payment.channel,
                bank_ref=payment.bank_ref,
            )
        )


def _areas(estate: Estate, part: Part, owner_ids: Iterable[str]) -> list[str]:
    return bill_areas(place_of_part(estate), part_id=part.id, owner_ids=sorted(owner_ids))


def _as_read(bills: Sequence[FeeBill], settled: Sequence[FeeBill]) -> list[FeeBill]:
    by_id = {bill.id: bill for bill in bills}
    return [by_id[bill.id] for bill in settled]
