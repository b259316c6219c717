"""The payments of fees, one document each; a bank reference stands for one of them in its district (unique index)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from pymongo.errors import DuplicateKeyError

from kit.caller import Scope
from kit.money import Fen
from kit.mongo import ConcurrentChange, Document, Reader, UnitOfWork, scoped
from services.finance.domain.bill import Creditor, Payee
from services.finance.domain.fee_payment import Allocation, FeePayment, FeeRefund, PaymentChannel, RefundReason

FEE_PAYMENTS: Final = "fee_payments"
FEE_REFUNDS: Final = "fee_refunds"


async def find_payments(reader: Reader, ids: Sequence[str], *, scope: Scope) -> dict[str, FeePayment]:
    """Return the payments with these ids that the scope sees, by id."""
    cursor = reader.collection(FEE_PAYMENTS).find(scoped(scope, {"_id": {"$in": list(ids)}}), session=reader.session)
    return {document["_id"]: _payment_of(document) for document in await cursor.to_list(len(ids))}


async def find_payment_with_reference(
    reader: Reader, district: str, bank_ref: str, *, scope: Scope
) -> FeePayment | None:
    """Return the payment that the bank's reference was recorded for in the district; None if there is none."""
    query = scoped(scope, {"district": district, "bank_ref": bank_ref})
    document = await reader.collection(FEE_PAYMENTS).find_one(query, session=reader.session)
    return None if document is None else _payment_of(document)


async def find_payments_of_parts(
    reader: Reader, part_ids: Sequence[str], *, scope: Scope
) -> dict[str, list[FeePayment]]:
    """Return each part's payments, the newest first."""
    query = scoped(scope, {"part_id": {"$in": list(part_ids)}})
    documents = await reader.collection(FEE_PAYMENTS).find(query, session=reader.session).to_list(None)
    found: dict[str, list[FeePayment]] = {}
    for document in sorted(documents, key=lambda one: (one["paid_on"], one["_id"]), reverse=True):
        found.setdefault(document["part_id"], []).append(_payment_of(document))
    return found


async def insert_payment(work: UnitOfWork, payment: FeePayment, *, areas: Sequence[str]) -> None:
    """Keep a new payment; raises ConcurrentChange if its bank reference is being recorded."""
    document: Document = {
        "_id": payment.id,
        "district": payment.district,
        "estate_id": payment.estate_id,
        "part_id": payment.part_id,
        "amount": payment.amount,
        "bank_ref": payment.bank_ref,
        "paid_on": payment.paid_on.isoformat(),
        "channel": payment.channel.value,
        "allocations": [
            {
                "bill_id": one.bill_id,
                "period": one.period,
                "payee": one.creditor.payee.value,
                "payee_id": one.creditor.id,
                "amount": one.amount,
            }
            for one in payment.allocations
        ],
        "prepaid": payment.prepaid,
        "prepaid_to": None if payment.prepaid_to is None else [payment.prepaid_to.payee.value, payment.prepaid_to.id],
        "refunded": payment.refunded,
        "posting_id": payment.posting_id,
        **_place(payment),
        "owner_id": payment.owner_id,
        "held_since": None if payment.held_since is None else payment.held_since.isoformat(),
        "areas": list(areas),
    }
    try:
        await work.collection(FEE_PAYMENTS).insert_one(document, session=work.session)
    except DuplicateKeyError as error:
        raise ConcurrentChange("the bank's reference is being recorded") from error


async def save_refunded(work: UnitOfWork, before: FeePayment, refunded: Fen) -> None:
    """Keep how much of a payment went back by now; raises ConcurrentChange if it was changed meanwhile."""
    saved = await work.collection(FEE_PAYMENTS).update_one(
        {"_id": before.id, "refunded": before.refunded}, {"$set": {"refunded": refunded}}, session=work.session
    )
    if saved.matched_count == 0:
        raise ConcurrentChange(f"the payment {before.id!r} is being refunded")


async def save_place(work: UnitOfWork, payment: FeePayment) -> None:
    """Keep in which custody account a payment lies; raises ConcurrentChange if that is being recorded."""
    saved = await work.collection(FEE_PAYMENTS).update_one(
        {"_id": payment.id, "custody_account_id": None}, {"$set": _place(payment)}, session=work.session
    )
    if saved.matched_count == 0:
        raise ConcurrentChange(f"the payment {payment.id!r} is being placed")


async def find_unplaced_payments(
    reader: Reader, district: str, bank_refs: Sequence[str], *, scope: Scope
) -> list[FeePayment]:
    """Return the payments of a district with these bank references that lie in no custody account, by reference."""
    query = scoped(scope, {"district": district, "bank_ref": {"$in": list(bank_refs)}})
    documents = await reader.collection(FEE_PAYMENTS).find(query, session=reader.session).to_list(None)
    payments = sorted(map(_payment_of, documents), key=lambda payment: payment.bank_ref)
    return [payment for payment in payments if payment.custody_account_id is None]


async def insert_refund(
    work: UnitOfWork,
    refund_id: str,
    payment: FeePayment,
    *,
    amount: Fen,
    reason: RefundReason,
    bank_ref: str,
    refunded_on: date,
    posting_id: str,
    areas: Sequence[str],
) -> None:
    """Keep a refund of a payment; raises ConcurrentChange if its bank reference is being recorded."""
    document: Document = {
        "_id": refund_id,
        "district": payment.district,
        "estate_id": payment.estate_id,
        "part_id": payment.part_id,
        "payment_id": payment.id,
        "amount": amount,
        "reason": reason.value,
        "bank_ref": bank_ref,
        "refunded_on": refunded_on.isoformat(),
        "posting_id": posting_id,
        "areas": list(areas),
    }
    try:
        await work.collection(FEE_REFUNDS).insert_one(document, session=work.session)
    except DuplicateKeyError as error:
        raise ConcurrentChange("the bank's reference is being recorded") from error


async def find_refund_with_reference(
    reader: Reader, district: str, bank_ref: str, *, scope: Scope
) -> tuple[str, str, Fen] | None:
    """Return the refund with that bank reference in the district: its id, its payment and its amount."""
    query = scoped(scope, {"district": district, "bank_ref": bank_ref})
    document = await reader.collection(FEE_REFUNDS).find_one(query, session=reader.session)
    return None if document is None else (document["_id"], document["payment_id"], Fen(document["amount"]))


async def find_refunds_of_payment(reader: Reader, payment: FeePayment, *, scope: Scope) -> list[FeeRefund]:
    """Return the refunds of a payment, the earliest first."""
    query = scoped(scope, {"estate_id": payment.estate_id, "payment_id": payment.id})
    documents = await reader.collection(FEE_REFUNDS).find(query, session=reader.session).to_list(None)
    refunds = [
        FeeRefund(Fen(one["amount"]), one["bank_ref"], date.fromisoformat(one["refunded_on"])) for one in documents
    ]
    return sorted(refunds, key=lambda refund: (refund.refunded_on, refund.bank_ref))


async def move_payments_of_estate(work: UnitOfWork, estate_id: str, *, street_id: str, community_id: str) -> None:
    """Let another street and community see an estate's payments and refunds."""
    change = {"$set": {"areas.1": f"street:{street_id}", "areas.2": f"community:{community_id}"}}
    await work.collection(FEE_PAYMENTS).update_many({"estate_id": estate_id}, change, session=work.session)
    await work.collection(FEE_REFUNDS).update_many({"estate_id": estate_id}, change, session=work.session)


def _place(payment: FeePayment) -> Document:
    return {"custody_account_id": payment.custody_account_id, "custody_posting_id": payment.custody_posting_id}


def _payment_of(document: Mapping[str, Any]) -> FeePayment:
    held_by = document["prepaid_to"]
    held_since = document.get("held_since")
    return FeePayment(
        id=document["_id"],
        district=document["district"],
        estate_id=document["estate_id"],
        part_id=document["part_id"],
        amount=Fen(document["amount"]),
        bank_ref=document["bank_ref"],
        paid_on=date.fromisoformat(document["paid_on"]),
        channel=PaymentChannel(document["channel"]),
        allocations=tuple(
            Allocation(
                one["bill_id"], one["period"], Creditor(Payee(one["payee"]), one["payee_id"]), Fen(one["amount"])
            )
            for one in document["allocations"]
        ),
        prepaid=Fen(document["prepaid"]),
        prepaid_to=None if held_by is None else Creditor(Payee(held_by[0]), held_by[1]),
        refunded=Fen(document["refunded"]),
        posting_id=document["posting_id"],
        custody_account_id=document["custody_account_id"],
        custody_posting_id=document["custody_posting_id"],
        owner_id=document.get("owner_id"),
        held_since=None if held_since is None else date.fromisoformat(held_since),
    )
