"""Money that the bank reports is posted for what its reference names, by the same use cases as a person's payment.

A new kind of payment is one entry in `POSTED_FOR`: the prefix of the ids that payers write into their transfer.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from kit.errors import ValidationFailed
from kit.money import Fen
from kit.mongo import UnitOfWork
from services.finance.domain.books import deposits_book
from services.finance.domain.custody import CustodyAccountUnknown
from services.finance.domain.deposit import DepositUnknown
from services.finance.domain.deposit_ledger import BankReferenceUsed, payment_key, payment_transfers
from services.finance.store.bank_lines import posting_with_key
from services.finance.store.custody_accounts import find_account
from services.finance.store.deposits import find_deposit
from services.finance.use_cases.record_deposit_payment import RecordDepositPayment, record_deposit_payment
from services.finance.use_cases.record_fee_payment import RecordFeePayment, record_fee_payment


class ReferenceUnknown(ValidationFailed):
    """Nothing is paid under a reference of this kind."""


@dataclass(frozen=True)
class BankPayment:
    """Money that came in: into which account, how much, on which bank day, under which reference, and what it is for.

    `paid_for` is the id that the payer named: a deposit's, or a part's for its fees. `custody_account_id` is None for
    money that reaches a creditor's own account.
    """

    custody_account_id: str | None
    amount: Fen
    bank_ref: str
    paid_on: date
    paid_for: str


async def record_bank_payment(work: UnitOfWork, payment: BankPayment) -> str:
    """Post the payment for what it names and return the id of the deposit's posting, or of the payment of fees.

    One that is posted already is left as it is.

    Raises ReferenceUnknown, BankReferenceUsed where the reference is posted with another amount or day, and what the
    use case of the payment raises.
    """
    post = next((post for prefix, post in POSTED_FOR.items() if payment.paid_for.startswith(f"{prefix}_")), None)
    if post is None:
        raise ReferenceUnknown("nothing is paid under this reference", path=("reference",), value=payment.paid_for)
    return await post(work, payment)


async def _deposit(work: UnitOfWork, payment: BankPayment) -> str:
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
        return str(known["_id"])
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
    return outcome.entity_ids["posting"]


async def _fees(work: UnitOfWork, payment: BankPayment) -> str:
    outcome = await record_fee_payment(
        work,
        RecordFeePayment(
            part_id=payment.paid_for, amount=payment.amount, bank_ref=payment.bank_ref, paid_on=payment.paid_on
        ),
    )
    return outcome.entity_ids["payment"]


POSTED_FOR: Final[Mapping[str, Callable[[UnitOfWork, BankPayment], Awaitable[str]]]] = {
    "dep": _deposit,
    "prt": _fees,
}
