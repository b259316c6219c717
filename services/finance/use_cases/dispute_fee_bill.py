"""An owner refuses a bill that charges twice or too widely (interpretation, art. 2)."""

from kit.caller import Role
from kit.idempotency import Outcome
from kit.mongo import UnitOfWork
from services.finance.domain.bill_dispute import dispute_bill
from services.finance.store.bills import save_bills
from services.finance.use_cases.fee_places import bill_of, given_reason

PATH = ("input",)
DISPUTERS = (Role.OWNER, Role.PROVIDER, Role.COMMITTEE, Role.COMMUNITY, Role.STREET)
"""The owners of the bill, and the desks that take their word down."""


async def dispute_fee_bill(work: UnitOfWork, *, bill_id: str, reason: str | None) -> Outcome:
    """Keep that the bill is disputed from today on and return its id as `bill`; nobody is asked for it meanwhile.

    Raises ForbiddenActor, BillUnknown, ValidationFailed without a reason, BillNotDisputable.
    """
    work.caller.require_role(*DISPUTERS)
    bill = await bill_of(work, bill_id, path=PATH)
    why = given_reason(reason, path=PATH)
    disputed = dispute_bill(bill, on=work.today, reason=why, path=(*PATH, "billId"))
    await save_bills(work, [bill], [disputed])
    return Outcome(entity_ids={"bill": bill.id})
