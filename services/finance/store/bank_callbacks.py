"""The call-backs of banks as they were received, and what became of each."""

from datetime import date
from typing import Final

from pymongo.errors import DuplicateKeyError

from kit.caller import Scope
from kit.money import Fen
from kit.mongo import ConcurrentChange, Reader, UnitOfWork, scoped
from services.finance.domain.bank_callback import BankCallback, CallbackState, ReceivedCallback

BANK_CALLBACKS: Final = "bank_callbacks"


async def find_callback(reader: Reader, callback_id: str, *, scope: Scope) -> ReceivedCallback | None:
    """Return the call-back, or None if there was none or it is outside the scope."""
    document = await reader.collection(BANK_CALLBACKS).find_one(
        scoped(scope, {"_id": callback_id}), session=reader.session
    )
    if document is None:
        return None
    return ReceivedCallback(
        callback=BankCallback(
            bank=document["bank"],
            custody_account_id=document["account_id"],
            bank_ref=document["bank_ref"],
            amount=Fen(document["amount"]),
            paid_on=date.fromisoformat(document["paid_on"]),
            paid_for=document["paid_for"],
        ),
        state=CallbackState(document["state"]),
        posted_id=document["posted_id"],
        code=document["code"],
        message=document["message"],
    )


async def insert_callback(work: UnitOfWork, callback: BankCallback, *, areas: tuple[str, ...]) -> None:
    """Record a call-back as received; one that another unit records meanwhile lets this one run again."""
    document = {
        "_id": callback.id,
        "bank": callback.bank,
        "account_id": callback.custody_account_id,
        "bank_ref": callback.bank_ref,
        "amount": callback.amount,
        "paid_on": callback.paid_on.isoformat(),
        "paid_for": callback.paid_for,
        "state": CallbackState.RECEIVED.value,
        "posted_id": None,
        "code": None,
        "message": None,
        "received_at": work.now,
        "areas": list(areas),
    }
    try:
        await work.collection(BANK_CALLBACKS).insert_one(document, session=work.session)
    except DuplicateKeyError as error:
        raise ConcurrentChange("the same call-back is being received") from error


async def save_outcome(work: UnitOfWork, received: ReceivedCallback) -> None:
    """Keep what became of a call-back; two units that carry one out meet here, and the later one runs again."""
    outcome = {
        "state": received.state.value,
        "posted_id": received.posted_id,
        "code": received.code,
        "message": received.message,
        "decided_at": work.now,
    }
    await work.collection(BANK_CALLBACKS).update_one(
        {"_id": received.callback.id}, {"$set": outcome}, session=work.session
    )
