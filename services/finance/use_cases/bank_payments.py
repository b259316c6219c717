"""Money that the bank reports is posted for what its reference names, by the same use cases as a person's payment.

A new kind of payment is one entry in `POSTED_FOR`: the prefix of the ids that payers write into their transfer.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from kit.errors import ValidationFailed
from kit.money import Fen
from kit.mongo import UnitOfWork
from services.finance.domain.bill import BillUnknown
from services.finance.domain.books import deposits_book
from services.finance.domain.custody import CustodyAccountUnknown
from services.finance.domain.deposit import DepositUnknown
from services.finance.domain.deposit_ledger import BankReferenceUsed, payment_key, payment_transfers
from services.finance.store.bank_lines import posting_with_key
from services.finance.store.bills import find_bill
from services.finance.store.custody_accounts import find_account
from services.finance.store.deposits import find_deposit
from services.finance.use_cases.record_deposit_payment import RecordDepositPayment, record_deposit_payment
from services.finance.use_cases.record_fee_payment import RecordFeePayment, record_fee_payment


class ReferenceUnknown(ValidationFailed):
    """Nothing is paid under a reference of this kind."""


@dataclass(frozen=True)
class BankPayment:
    """Money that came in: into which account, how much, on which bank day, under which reference, and what it is for.

    `paid_for` is what the payer named: a deposit, a part or one of its bills for its fees. `custody_account_id` is None
    where the bank names no custody account: money that reaches a creditor's own account, or that of who is paid.
    """

    custody_account_id: str | None
    amount: Fen
    bank_ref: str
    paid_on: date
    paid_for: str


@dataclass(frozen=True)
class PostedPayment:
    """What became of a payment: the deposit's posting or the payment of fees, and the movement in a custody account."""

    id: str
    movement_id: str | None


async def record_bank_payment(work: UnitOfWork, payment: BankPayment) -> PostedPayment:
    """Post the payment for what it names and return what it has become; one that is posted already is left as it is.

    Raises ReferenceUnknown, BankReferenceUsed where the reference is posted with another amount or day, and what the
    use case of the payment raises.
    """
    post = next((post for prefix, post in POSTED_FOR.items() if payment.paid_for.startswith(f"{prefix}_")), None)
    if post is None:
        raise ReferenceUnknown("nothing is paid under this reference", path=("reference",), value=payment.paid_for)
    return await post(work, payment)


async def _deposit(work: UnitOfWork, payment: BankPayment) -> PostedPayment:
    scope = work.caller.scope
    deposit = await find_deposit(work, payment.paid_for, scope=scope)
    if deposit is None:
        raise DepositUnknown("no such deposit", path=("reference",), value=payment.paid_for)
    account = await find_account(work, payment.custody_account_id or "", scope=scope)
    if account is None:
        raise CustodyAccountUnknown(
            "no such custody account", path=("custodyAccountId",), value=payment.custody_account_id
        )
    key = payment_key(account.id, payment.bank_ref)
    known = await posting_with_key(work, deposits_book(account.district), key)
    if known is not None:
        is_same = known["transfers"] == [
            {"debit": move.debit, "credit": move.credit, "amount_fen": move.amount_fen}
            for move in payment_transfers(deposit.id, account_id=account.id, amount=payment.amount)
        ]
        if not is_same or known["occurred_on"] != payment.paid_on.isoformat():
            raise BankReferenceUsed(
                f"the reference is posted for another payment of {known['occurred_on']}",
                path=("bankRef",),
                value=payment.bank_ref,
            )
        return PostedPayment(str(known["_id"]), str(known["_id"]))
    outcome = await record_deposit_payment(
        work,
        RecordDepositPayment(
            deposit_id=deposit.id,
            payer_provider_id=deposit.provider_id,
            custody_account_id=account.id,
            amount=payment.amount,
            bank_ref=payment.bank_ref,
            paid_on=payment.paid_on,
        ),
    )
    return PostedPayment(outcome.entity_ids["posting"], outcome.entity_ids["posting"])


async def _fees(work: UnitOfWork, payment: BankPayment) -> PostedPayment:
    outcome = await record_fee_payment(
        work,
        RecordFeePayment(
            part_id=payment.paid_for,
            amount=payment.amount,
            bank_ref=payment.bank_ref,
            paid_on=payment.paid_on,
            custody_account_id=payment.custody_account_id,
        ),
    )
    return PostedPayment(outcome.entity_ids["payment"], outcome.entity_ids.get("custodyPosting"))


async def _bill(work: UnitOfWork, payment: BankPayment) -> PostedPayment:
    """Post money that names a bill for the bill's part: the oldest bill is paid first, whichever is named."""
    bill = await find_bill(work, payment.paid_for, scope=work.caller.scope)
    if bill is None:
        raise BillUnknown("no such bill", path=("reference",), value=payment.paid_for)
    return await _fees(work, replace(payment, paid_for=bill.part_id))


POSTED_FOR: Final[Mapping[str, Callable[[UnitOfWork, BankPayment], Awaitable[PostedPayment]]]] = {
    "dep": _deposit,
    "prt": _fees,
    "bil": _bill,
}
