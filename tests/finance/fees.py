"""What the tests of fees do: a served estate with parts and owners, its rates, its bill runs and its payments."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from kit.caller import Caller, Role, Scope
from kit.ids import new_id
from services.finance.domain.bill import FeeBill
from services.finance.domain.bill_run import BillRun
from services.finance.domain.fee_payment import account_id
from services.finance.store.bills import find_bills_of_parts
from services.finance.use_cases.make_out_bills import make_out_bills
from tests.heard import IN_FORCE_FROM, PANZHIHUA, HeardService, RegistryFacts, caller

MANAGER = caller(Role.PROVIDER)
EVERYTHING = Scope.everything()
ITEM = {"code": "PROPERTY", "inside": True, "standard": "二级", "price": "1.20", "priceUnit": "元/平方米/月"}
OUTSIDE = {"code": "ROADS", "inside": False, "standard": "二级", "price": "9.00", "priceUnit": "元/月"}

SET_RATES = """
    mutation ($input: SetFeeScheduleInput!) {
      setFeeSchedule(input: $input) {
        rates { itemCode unit rate effectiveFrom effectiveTo priceMarked }
        events { type } errors { code path value } replayed policyVersionId
      }
    }
"""
MARK = """
    mutation ($input: MarkPricesInput!) {
      markPrices(input: $input) { rates { itemCode priceMarked priceMarkedOn } errors { code path value } }
    }
"""
START_RUN = """
    mutation ($input: StartBillRunInput!) {
      startBillRun(input: $input) { run { id state period items } errors { code path value } replayed }
    }
"""
PAY = """
    mutation ($input: RecordFeePaymentInput!) {
      recordFeePayment(input: $input) {
        payment {
          id amount bankRef prepaid prepaidTo refunded custodyAccountId ownerId
          allocations { billId servicePeriod payee amount }
        }
        account { id balance prepaid setAside }
        events { type } errors { code path value } replayed
      }
    }
"""
REFUND = """
    mutation ($input: RefundFeePaymentInput!) {
      refundFeePayment(input: $input) {
        payment { id refunded } account { balance prepaid } events { type } errors { code path value }
      }
    }
"""
CANCEL = """
    mutation ($input: CancelFeeBillInput!) {
      cancelFeeBill(input: $input) { bill { id state outstanding } errors { code path value } }
    }
"""
ACCOUNT = """
    query ($id: ID!) { feeAccount(id: $id) { balance prepaid setAside } }
"""
UNITS = """
    mutation ($input: RecordFeeUnitsInput!) {
      recordFeeUnits(input: $input) { account { number } errors { code path value } }
    }
"""


@dataclass
class Served:
    """An estate under an early-stage contract since 2024, with parts and an owner for each."""

    finance: HeardService
    facts: RegistryFacts
    parts: list[str] = field(default_factory=list)
    owners: list[str] = field(default_factory=list)

    async def write(self, mutation: str, name: str, *, by: Caller = MANAGER, **values: Any) -> dict[str, Any]:
        """Return the payload of a mutation."""
        given = {"idempotencyKey": new_id("key"), **values}
        return dict((await self.finance.ask(mutation, by=by, input=given))[name])

    async def set_rates(self, rate: str = "1.20", *, mark: bool = True, **changes: Any) -> dict[str, Any]:
        """Set the rate of the property fee from 2024 on and mark it; returns the payload of the setting."""
        values: dict[str, Any] = {
            "estateId": self.facts.estate_id,
            "contractId": self.facts.contract_id,
            "effectiveFrom": "2024-03-05",
            "rates": [{"itemCode": "PROPERTY", "unit": "PER_M2_MONTH", "rate": rate}],
            **changes,
        }
        payload = await self.write(SET_RATES, "setFeeSchedule", **values)
        if mark and not payload["errors"]:
            marked = await self.write(
                MARK,
                "markPrices",
                estateId=values["estateId"],
                contractId=values["contractId"],
                effectiveFrom=values["effectiveFrom"],
                items=[one["itemCode"] for one in values["rates"]],
                markedOn="2024-03-05",
            )
            assert marked["errors"] == []
        return payload

    async def start_run(self, period: str = "2026-03", **changes: Any) -> dict[str, Any]:
        """Start a run of the property fee and return the payload."""
        values: dict[str, Any] = {
            "estateId": self.facts.estate_id,
            "period": period,
            "items": ["PROPERTY"],
            "dueOn": "2026-03-31",
        }
        return await self.write(START_RUN, "startBillRun", **(values | changes))

    async def bill(self, period: str = "2026-03", *, page_size: int = 1000, **changes: Any) -> BillRun:
        """Start a run of the property fee and make its bills out."""
        payload = await self.start_run(period, **changes)
        assert payload["errors"] == [], payload["errors"]
        return await make_out_bills(
            self.finance.mongo, payload["run"]["id"], clock=self.finance.clock, page_size=page_size
        )

    async def pay(self, amount: str, *, part: int = 0, **changes: Any) -> dict[str, Any]:
        """Record a payment for a part and return the payload."""
        values: dict[str, Any] = {
            "partId": self.parts[part],
            "amount": amount,
            "bankRef": new_id("ref"),
            "paidOn": "2026-03-05",
            "channel": "MOBILE",
        }
        return await self.write(PAY, "recordFeePayment", **(values | changes))

    async def refund(self, paid: dict[str, Any], amount: str) -> dict[str, Any]:
        """Record that so much of a payment went back, and return the payload."""
        return await self.write(
            REFUND,
            "refundFeePayment",
            paymentId=paid["payment"]["id"],
            amount=amount,
            refundReason="UNSERVED_TIME",
            bankRef=new_id("ref"),
            refundedOn="2026-03-05",
        )

    async def account(self, part: int = 0) -> dict[str, Any]:
        """Return what a part's fee account shows."""
        given = {"id": account_id(self.parts[part])}
        return dict((await self.finance.ask(ACCOUNT, by=MANAGER, **given))["feeAccount"])

    async def bills(self, part: int = 0) -> list[FeeBill]:
        """Return the bills of a part that are not cancelled, the oldest first."""
        part_id = self.parts[part]
        found = await find_bills_of_parts(self.finance.mongo, [part_id], scope=EVERYTHING)
        return sorted(
            (bill for bill in found.get(part_id, []) if bill.cancelled_on is None),
            key=lambda bill: (bill.from_, bill.id),
        )

    def today(self, day: str) -> None:
        """Let it be ten in the morning of that day in China."""
        self.finance.clock.move_to(datetime.fromisoformat(day).replace(hour=2, tzinfo=UTC))


async def served_estate(
    finance: HeardService, *areas: str, kind: str = "EARLY_STAGE", district: str | None = None, **contract: Any
) -> Served:
    """Let the facts lead to a served estate with a part for each area."""
    facts = RegistryFacts() if district is None else RegistryFacts(district=district)
    served = Served(finance, facts)
    served.parts = sorted(new_id("prt") for _ in areas)
    served.owners = [new_id("own") for _ in areas]
    await finance.hear(
        facts.policy_published(effective_from=date(2023, 10, 23) if district == PANZHIHUA else IN_FORCE_FROM),
        facts.estate_registered(),
        *(
            facts.part_registered(part_id, door=f"1栋{place}01", area=area)
            for place, (part_id, area) in enumerate(zip(served.parts, areas, strict=True), start=1)
        ),
        *(
            facts.ownership_transferred(part_id, to={owner_id: "1.0000"})
            for part_id, owner_id in zip(served.parts, served.owners, strict=True)
        ),
        facts.contract_signed(rate=None, kind=kind, **{"items": (ITEM, OUTSIDE), **contract}),
        facts.service_started(),
    )
    return served
