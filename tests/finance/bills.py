"""Bills to test with."""

from datetime import date
from typing import Any

from kit.area import square_metres
from kit.money import yuan
from services.finance.domain.bill import BillSource, Creditor, Dispute, FeeBill, FeeUnit, Payee, Standing
from services.finance.domain.bill_run import BilledPart, BillLine, BillRun, OwnerSpell
from services.finance.domain.billing_period import parse_period

PROVIDER = Creditor(Payee.PROVIDER, "prv_1")
MARCH = parse_period("2026-03")
TRUST = Creditor(Payee.TRUST_FUND, "ctr_2")


def fee_bill(id_: str = "bil_1", **changes: Any) -> FeeBill:
    """Return a bill of 93.00 yuan for March 2026, due on its last day, changed as asked.

    One that is disputed or written off is so since the day on which it was made out, unless another day is named.
    """
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
    values |= changes
    if values.get("standing") is Standing.DISPUTED:
        values.setdefault("disputes", (Dispute(values["issued_on"], "重复收取"),))
    if values.get("standing") is Standing.WRITTEN_OFF:
        values.setdefault("written_off_on", values["issued_on"])
    return FeeBill(**values)


def bill_line(
    from_: date = MARCH.from_, to: date = MARCH.to, *, unit: FeeUnit = FeeUnit.PER_M2_MONTH, rate: str = "1.20"
) -> BillLine:
    """Return a line that charges these days of service, all of March 2026 where none are named."""
    return BillLine(
        item_code="PROPERTY",
        unit=unit,
        rate=yuan(rate),
        from_=from_,
        to=to,
        creditor=PROVIDER,
        source=BillSource.REGULAR,
        contract_id="ctr_1",
    )


def billed_part(*owners: tuple[str, str], area: str = "89.35") -> BilledPart:
    """Return a part that one owner after the other owes the fees of, each from a day on, such as "2026-03-11"."""
    spells = tuple(OwnerSpell(date.fromisoformat(since), (owner_id,)) for since, owner_id in owners)
    return BilledPart.owned_by("prt_1", "1栋101", square_metres(area), spells)


def bill_run(**changes: Any) -> BillRun:
    """Return a run over March 2026 that has billed nothing yet, changed as asked."""
    values: dict[str, Any] = {
        "id": "run_1",
        "district": "360702",
        "estate_id": "est_1",
        "period": "2026-03",
        "items": ("PROPERTY",),
        "source": BillSource.REGULAR,
        "due_on": MARCH.to,
        "issued_on": date(2026, 3, 5),
        "lines": (),
    }
    return BillRun(**(values | changes))
