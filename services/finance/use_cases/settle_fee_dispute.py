"""The creditor of a disputed bill, or the street, says whether it stands (interpretation, art. 2)."""

from kit.caller import Role
from kit.idempotency import Outcome
from kit.mongo import UnitOfWork
from services.finance.domain.bill_correction import Correction
from services.finance.domain.bill_dispute import require_disputed, uphold_bill
from services.finance.store.bills import save_bills
from services.finance.use_cases.fee_corrections import correct_bills
from services.finance.use_cases.fee_places import CREDITORS_SIDE, bill_of, estate_of, given_reason

PATH = ("input",)


async def settle_fee_dispute(work: UnitOfWork, *, bill_id: str, upheld: bool, reason: str | None) -> Outcome:
    """Let the bill stand again from today on, or cancel it as `cancel_fee_bill` does; return its id as `bill`.

    Raises BillUnknown, ForbiddenActor for others than the creditor's side and the street, ValidationFailed without a
    reason, BillNotDisputed.
    """
    bill = await bill_of(work, bill_id, path=PATH)
    work.caller.require_role(*CREDITORS_SIDE[bill.creditor.payee], Role.STREET)
    why, path = given_reason(reason, path=PATH), (*PATH, "billId")
    if upheld:
        await save_bills(work, [bill], [uphold_bill(bill, on=work.today, finding=why, path=path)])
    else:
        require_disputed(bill, path=path)
        estate = await estate_of(work, bill.estate_id, path=path)
        await correct_bills(work, estate, [Correction(bill)], reason=why)
    return Outcome(entity_ids={"bill": bill.id})
