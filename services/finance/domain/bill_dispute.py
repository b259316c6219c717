"""Disputes about bills: what is charged twice, or more widely than was agreed, may be refused.

Interpretation on disputes about property service, art. 2. A disputed bill stays owed and counts among the arrears, but
nobody is asked for it until it is found to stand; one that does not stand is cancelled.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from kit.errors import StateConflict
from services.finance.domain.bill import Dispute, FeeBill, Standing


class BillNotDisputable(StateConflict):
    """The bill is paid, cancelled, written off or disputed already: there is nothing to refuse."""


class BillNotDisputed(StateConflict):
    """No dispute about the bill waits for its end."""


def dispute_bill(bill: FeeBill, *, on: date, reason: str, path: Sequence[str] = ()) -> FeeBill:
    """Return the bill disputed from that day on; raises BillNotDisputable."""
    if bill.standing is not Standing.OPEN:
        raise BillNotDisputable(f"the bill is {bill.standing.value}", path=path, value=bill.id)
    return replace(bill, standing=Standing.DISPUTED, disputes=(*bill.disputes, Dispute(on, reason)))


def require_disputed(bill: FeeBill, *, path: Sequence[str] = ()) -> None:
    """Raise BillNotDisputed unless a dispute about the bill waits for its end; one paid meanwhile is disputed still."""
    if not bill.is_disputed or not bill.can_change:
        raise BillNotDisputed(f"the bill is {bill.standing.value}", path=path, value=bill.id)


def uphold_bill(bill: FeeBill, *, on: date, finding: str, path: Sequence[str] = ()) -> FeeBill:
    """Return the bill as it stands again from that day on; raises BillNotDisputed."""
    require_disputed(bill, path=path)
    *earlier, last = bill.disputes
    ended = replace(last, upheld_on=on, finding=finding)
    standing = Standing.OPEN if bill.standing is Standing.DISPUTED else bill.standing
    return replace(bill, standing=standing, disputes=(*earlier, ended))
