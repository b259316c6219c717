"""Take a bill back that should not have been made out, such as one that charges twice (DH-38)."""

from kit.idempotency import Outcome
from kit.mongo import UnitOfWork
from services.finance.domain.bill_correction import Correction
from services.finance.use_cases.fee_corrections import correct_bills
from services.finance.use_cases.fee_places import BILL_FEES, bill_of, estate_of, given_reason

PATH = ("input",)


async def cancel_fee_bill(work: UnitOfWork, *, bill_id: str, reason: str | None) -> Outcome:
    """Cancel the bill and return its id as `bill`; what was paid on it becomes prepaid and may be refunded.

    Raises ForbiddenActor, BillUnknown, ValidationFailed without a reason, BillNotCancellable.
    """
    work.caller.require_role(*BILL_FEES)
    bill = await bill_of(work, bill_id, path=PATH)
    why = given_reason(reason, path=PATH)
    estate = await estate_of(work, bill.estate_id, path=(*PATH, "billId"))
    await correct_bills(work, estate, [Correction(bill)], reason=why)
    return Outcome(entity_ids={"bill": bill.id})
