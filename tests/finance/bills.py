"""Bills to test with."""

from datetime import date
from typing import Any

from kit.money import yuan
from services.finance.domain.bill import Creditor, FeeBill, FeeUnit, Payee

PROVIDER = Creditor(Payee.PROVIDER, "prv_1")
TRUST = Creditor(Payee.TRUST_FUND, "ctr_2")


def fee_bill(id_: str = "bil_1", **changes: Any) -> FeeBill:
    """Return a bill of 93.00 yuan for March 2026, due on its last day, changed as asked."""
    values: dict[str, Any] = {
        "id": id_,
        "district": "360702",
        "estate_id": "est_1",
        "part_id": "prt_1",
        "door_number": "1栋101",
        "owner_ids": ("own_a",),
        "run_id": "run_1",
        "item_code": "PROPERTY",
        "period": "2026-03",
        "from_": date(2026, 3, 1),
        "to": date(2026, 3, 31),
        "issued_on": date(2026, 3, 1),
        "due_on": date(2026, 3, 31),
        "unit": FeeUnit.PER_HOUSEHOLD_MONTH,
        "rate": yuan("93.00"),
        "quantity": 1,
        "amount": yuan("93.00"),
        "creditor": PROVIDER,
        "contract_id": "ctr_1",
    }
    return FeeBill(**(values | changes))
