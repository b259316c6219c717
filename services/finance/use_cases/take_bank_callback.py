"""A bank calls back that money came in: recorded as received, then posted like a person's payment, once.

The record is committed before anything is decided, so that no call is lost by a refusal or a crash in between. A bank
that gets no answer calls again, and then the same call is carried out or answered as before.
"""

from dataclasses import replace

from kit.caller import Caller, Role, Scope
from kit.clock import Clock
from kit.errors import Refusal
from kit.mongo import Mongo, UnitOfWork, run_unit_of_work
from services.finance.domain.bank_callback import BankCallback, CallbackState, ReceivedCallback, check_repeated
from services.finance.domain.custody import CustodyAccountUnknown
from services.finance.domain.fee_payment import FeeAccountUnknown
from services.finance.domain.visibility import areas_of_street
from services.finance.store.bank_callbacks import find_callback, insert_callback, save_outcome
from services.finance.store.bills import find_bill
from services.finance.store.custody_accounts import areas_of_account
from services.finance.store.estates import find_estate
from services.finance.store.parts import find_part
from services.finance.use_cases.bank_payments import BankPayment, record_bank_payment


def bank_caller(bank: str) -> Caller:
    """Return the caller that a bank's signed calls act as: the service itself, under the bank's name."""
    return Caller(subject=f"bank:{bank}", roles=frozenset({Role.SERVICE.value}), scope=Scope.everything())


async def take_bank_callback(
    mongo: Mongo, caller: Caller, callback: BankCallback, *, clock: Clock, correlation_id: str
) -> ReceivedCallback:
    """Record the call-back, post what it paid for, and return what became of it; a refusal is kept, not raised.

    A call-back that was posted is answered as it was. Raises CustodyAccountUnknown for an account that nobody opened,
    CallbackChanged for a known reference with another content.
    """

    async def receive(work: UnitOfWork) -> ReceivedCallback:
        return await _receive(work, callback)

    async def carry_out(work: UnitOfWork) -> ReceivedCallback:
        return await _carry_out(work, callback)

    received = await run_unit_of_work(mongo, caller, receive, clock=clock, correlation_id=correlation_id)
    if received.state is CallbackState.POSTED:
        return received
    try:
        return await run_unit_of_work(mongo, caller, carry_out, clock=clock, correlation_id=correlation_id)
    except Refusal as refusal:
        refused = replace(received, state=CallbackState.REFUSED, code=refusal.code, message=refusal.message)

    async def keep_refusal(work: UnitOfWork) -> ReceivedCallback:
        known = await find_callback(work, callback.id, scope=Scope.everything())
        if known is not None and known.state is CallbackState.POSTED:
            return known
        await save_outcome(work, refused)
        return refused

    return await run_unit_of_work(mongo, caller, keep_refusal, clock=clock, correlation_id=correlation_id)


async def _receive(work: UnitOfWork, callback: BankCallback) -> ReceivedCallback:
    known = await find_callback(work, callback.id, scope=work.caller.scope)
    if known is not None:
        check_repeated(known.callback, callback)
        return known
    await insert_callback(work, callback, areas=await _areas_of(work, callback))
    return ReceivedCallback(callback)


async def _areas_of(work: UnitOfWork, callback: BankCallback) -> tuple[str, ...]:
    """Return the grants that see a call-back: those of its account, or of the street whose owner pays fees."""
    scope = work.caller.scope
    if callback.custody_account_id is not None:
        areas = await areas_of_account(work, callback.custody_account_id, scope=scope)
        if areas:
            return areas
        raise CustodyAccountUnknown(
            "no such custody account", path=("custodyAccountId",), value=callback.custody_account_id
        )
    bill = await find_bill(work, callback.paid_for, scope=scope)
    part = await find_part(work, callback.paid_for if bill is None else bill.part_id, scope=scope)
    estate = None if part is None else await find_estate(work, part.estate_id, scope=scope)
    if estate is None:
        raise FeeAccountUnknown("no such part or bill", path=("paidFor",), value=callback.paid_for)
    return areas_of_street(district=estate.district, street_id=estate.street_id)


async def _carry_out(work: UnitOfWork, callback: BankCallback) -> ReceivedCallback:
    known = await find_callback(work, callback.id, scope=work.caller.scope)
    if known is not None and known.state is CallbackState.POSTED:
        return known
    posting = await record_bank_payment(
        work,
        BankPayment(
            custody_account_id=callback.custody_account_id,
            amount=callback.amount,
            bank_ref=callback.bank_ref,
            paid_on=callback.paid_on,
            paid_for=callback.paid_for,
        ),
    )
    posted = ReceivedCallback(callback, state=CallbackState.POSTED, posted_id=posting.id)
    await save_outcome(work, posted)
    return posted
