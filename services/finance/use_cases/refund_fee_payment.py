"""Money of a payment goes back to whoever paid it, out of what is prepaid (interpretation, arts. 2 and 3)."""

from dataclasses import dataclass
from datetime import date

from kit.caller import Scope
from kit.errors import ValidationFailed
from kit.idempotency import Outcome
from kit.ids import new_id
from kit.ledger.store import post
from kit.ledger.transfers import Posting
from kit.money import Fen, add_fen
from kit.mongo import UnitOfWork
from services.finance.domain.deposit_ledger import checked_bank_reference
from services.finance.domain.fee_ledger import book_of, refunded
from services.finance.domain.fee_payment import (
    REFUND_PREFIX,
    BankReferenceUsed,
    FeeAccount,
    FeePayment,
    FeePaymentUnknown,
    FeeRefund,
    RefundReason,
    account_id,
    refund_shares,
)
from services.finance.events import PaymentRefunded
from services.finance.store.bills import bill_areas
from services.finance.store.custody_accounts import find_account
from services.finance.store.estates import find_estate
from services.finance.store.fee_accounts import find_accounts_of_parts, save_fee_account
from services.finance.store.fee_payments import (
    find_payments,
    find_refund_with_reference,
    insert_refund,
    save_refunded,
)
from services.finance.store.parts import find_part
from services.finance.use_cases.custody_money import take_out_refund
from services.finance.use_cases.fee_places import TAKE_MONEY, place_of_part

PATH = ("input",)


@dataclass(frozen=True)
class RefundFeePayment:
    """The command: how much of which payment went back, why, on which bank day, under which bank reference."""

    payment_id: str
    amount: Fen
    reason: RefundReason
    bank_ref: str
    refunded_on: date


async def refund_fee_payment(work: UnitOfWork, command: RefundFeePayment) -> Outcome:
    """Post the refund and return its id as `refund`; the same bank movement told again is the same refund (F4).

    Money that settles a bill is not refunded: the bill is cancelled first, and what was paid on it is prepaid then.
    It leaves the custody account that the payment came into, if it lies in one.
    Raises ForbiddenActor, FeePaymentUnknown, BankReferenceUsed, ValidationFailed, NothingToRefund.
    """
    work.caller.require_role(*TAKE_MONEY)
    bank_ref = checked_bank_reference(command.bank_ref, path=(*PATH, "bankRef"))
    payment = (await find_payments(work, [command.payment_id], scope=work.caller.scope)).get(command.payment_id)
    if payment is None:
        raise FeePaymentUnknown("no such payment", path=(*PATH, "paymentId"), value=command.payment_id)
    known = await find_refund_with_reference(work, payment.district, bank_ref, scope=Scope.everything())
    if known is not None:
        if known[1:] != (payment.id, command.amount):
            raise BankReferenceUsed(
                "this bank reference is recorded for another refund", path=(*PATH, "bankRef"), value=bank_ref
            )
        return _outcome(payment, known[0])
    if not payment.paid_on <= command.refunded_on <= work.today:
        raise ValidationFailed(
            "a refund is made after the payment and not in the future",
            path=(*PATH, "refundedOn"),
            value=command.refunded_on.isoformat(),
        )
    refund_id = new_id(REFUND_PREFIX)
    await _pay_back(work, payment, command, refund_id=refund_id, bank_ref=bank_ref)
    work.announce(
        PaymentRefunded(
            district=payment.district,
            aggregate_id=payment.id,
            occurred_on=command.refunded_on,
            estate_id=payment.estate_id,
            refund_id=refund_id,
            payment_id=payment.id,
            amount=command.amount,
            reason=command.reason,
        )
    )
    return _outcome(payment, refund_id)


async def _pay_back(
    work: UnitOfWork, payment: FeePayment, command: RefundFeePayment, *, refund_id: str, bank_ref: str
) -> None:
    scope = Scope.everything()
    part = await find_part(work, payment.part_id, scope=scope)
    estate = await find_estate(work, payment.estate_id, scope=scope)
    if part is None or estate is None:
        raise FeePaymentUnknown("the part of the payment is unknown", value=payment.part_id)
    accounts = await find_accounts_of_parts(work, [payment.part_id], scope=scope)
    account = accounts.get(payment.part_id, FeeAccount(payment.part_id, payment.estate_id))
    shares = refund_shares(payment, account, command.amount, path=(*PATH, "amount"))
    for creditor, share in shares:
        of_former = account.is_of_former_debtors(payment.purse_day)
        account = account.with_change(creditor, Fen(-share), of_former=of_former)
    areas = bill_areas(place_of_part(estate), part_id=part.id, owner_ids=sorted(part.owner_ids))
    await save_fee_account(work, account, areas=areas)
    posted = await post(
        work,
        Posting(
            book=book_of(payment.district),
            key=f"fee-refund:{bank_ref}",
            transfers=tuple(refunded(payment.estate_id, creditor, share) for creditor, share in shares),
            occurred_on=command.refunded_on,
            memo=f"物业费退款 {payment.part_id} {bank_ref}",
            district=payment.district,
        ),
    )
    if payment.custody_account_id is not None:
        custody = await find_account(work, payment.custody_account_id, scope=scope)
        assert custody is not None
        refund = FeeRefund(command.amount, bank_ref, command.refunded_on)
        await take_out_refund(work, estate, custody, payment, refund)
    await save_refunded(work, payment, add_fen(payment.refunded, command.amount))
    await insert_refund(
        work,
        refund_id,
        payment,
        amount=command.amount,
        reason=command.reason,
        bank_ref=bank_ref,
        refunded_on=command.refunded_on,
        posting_id=posted.id,
        areas=areas,
    )


def _outcome(payment: FeePayment, refund_id: str) -> Outcome:
    return Outcome(entity_ids={"refund": refund_id, "payment": payment.id, "account": account_id(payment.part_id)})
