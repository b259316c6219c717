"""Writing a bill off: its creditor gives up what is still open of it; what was paid on it stays paid."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from kit.errors import StateConflict, ValidationFailed
from services.finance.domain.bill import FeeBill, Standing


class NothingToWriteOff(StateConflict):
    """Nothing is open on the bill: it is paid, cancelled or written off already."""


class WriteOffOutsideTime(ValidationFailed):
    """A write-off is decided after the bill was made out and last paid, and not in the future."""


def write_off_bill(bill: FeeBill, *, reason: str, decided_on: date, today: date, path: Sequence[str] = ()) -> FeeBill:
    """Return the bill with all that is open of it written off from that day on.

    Raises NothingToWriteOff, WriteOffOutsideTime for a day before the bill or its last payment, or after today.
    """
    if bill.outstanding == 0:
        raise NothingToWriteOff(f"the bill is {bill.standing.value}", path=(*path, "billId"), value=bill.id)
    earliest = max([bill.issued_on, *(one.paid_on for one in bill.settlements)])
    if not earliest <= decided_on <= today:
        raise WriteOffOutsideTime(
            f"the bill can be written off from {earliest.isoformat()} to {today.isoformat()}",
            path=(*path, "decidedOn"),
            value=decided_on.isoformat(),
        )
    return replace(
        bill,
        standing=Standing.WRITTEN_OFF,
        written_off_on=decided_on,
        written_off=bill.outstanding,
        write_off_reason=reason,
    )
