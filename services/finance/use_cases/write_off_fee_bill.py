"""The creditor of a bill gives up what is still open of it."""

from dataclasses import dataclass
from datetime import date

from kit.idempotency import Outcome
from kit.ledger.store import post
from kit.ledger.transfers import Posting
from kit.mongo import UnitOfWork
from services.finance.domain.bill_write_off import write_off_bill
from services.finance.domain.fee_ledger import book_of, written_off
from services.finance.store.bills import save_bills
from services.finance.use_cases.fee_places import CREDITORS_SIDE, bill_of, estate_of, given_reason, open_fee_accounts

PATH = ("input",)


@dataclass(frozen=True)
class WriteOffFeeBill:
    """The command: which bill, why, and the day of the decision; today where none is named."""

    bill_id: str
    reason: str | None
    decided_on: date | None = None


async def write_off_fee_bill(work: UnitOfWork, command: WriteOffFeeBill) -> Outcome:
    """Post what is open of the bill as given up on the day of the decision, and return its id as `bill`.

    The bill takes no payment from then on; its period's sums keep it as billed and not collected. Raises BillUnknown,
    ForbiddenActor for others than the creditor's side, ValidationFailed without a reason, NothingToWriteOff,
    WriteOffOutsideTime, PeriodLocked where the month of the decision is closed.
    """
    bill = await bill_of(work, command.bill_id, path=PATH)
    work.caller.require_role(*CREDITORS_SIDE[bill.creditor.payee])
    why = given_reason(command.reason, path=PATH)
    decided_on = command.decided_on or work.today
    given_up = write_off_bill(bill, reason=why, decided_on=decided_on, today=work.today, path=PATH)
    estate = await estate_of(work, bill.estate_id, path=(*PATH, "billId"))
    await save_bills(work, [bill], [given_up])
    # An estate may have been billed before there was an account for what is given up.
    await open_fee_accounts(work, estate, [bill.creditor])
    await post(
        work,
        Posting(
            book=book_of(bill.district),
            key=f"fee-write-off:{bill.id}",
            transfers=(written_off(bill.estate_id, bill.creditor, given_up.written_off),),
            occurred_on=decided_on,
            memo=f"核销物业费账单 {bill.id}",
            district=bill.district,
        ),
    )
    return Outcome(entity_ids={"bill": bill.id})
