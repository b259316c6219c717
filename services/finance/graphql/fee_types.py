"""Fees as the schema shows them: rates, bills, accounts and payments."""

from datetime import date
from typing import Annotated

import strawberry

from kit.graphql.connections import page_request
from kit.money import Fen
from kit.ratio import Ratio
from services.finance.domain.bill import (
    BillSource,
    BillState,
    DunningStep,
    FeeUnit,
    Payee,
    total_outstanding,
)
from services.finance.domain.bill import FeeBill as BillRecord
from services.finance.domain.fee_payment import FeeAccount as AccountRecord
from services.finance.domain.fee_payment import FeePayment as PaymentRecord
from services.finance.domain.fee_payment import (
    PaymentChannel,
    RefundReason,
    account_id,
    account_number,
    part_of_account,
)
from services.finance.domain.fee_rate import FeeRate as RateRecord
from services.finance.domain.fee_summary import FeeSummary as SummaryRecord
from services.finance.domain.sums_explained import explain_balance, explain_collection
from services.finance.graphql import fee_loaders
from services.finance.graphql.context import Info
from services.finance.graphql.explained import Explanation

for _enum, _description in (
    (FeeUnit, "What a fee rate is a price of."),
    (BillState, "Where the payment of a bill stands; OVERDUE may become PAID."),
    (DunningStep, "How far the owners were asked to pay; kept apart from the payment."),
    (Payee, "Whom a fee is owed to, by the service period."),
    (BillSource, "Whether the service was regular, went on after its contract's end, or was owed at the cut-over."),
    (PaymentChannel, "How money reached the creditor."),
    (RefundReason, "Why money goes back."),
):
    strawberry.enum(_enum, description=_description)


@strawberry.type(description="What an item costs per unit from a day on.")
class FeeRate:
    """A rate of a contract, or of an estate that is managed without one."""

    item_code: str
    unit: FeeUnit
    rate: Fen = strawberry.field(description='In yuan per unit, e.g. "1.20" a square metre and month.')
    effective_from: date
    effective_to: date | None = strawberry.field(description="The last day, included; null while it goes on.")
    price_marked: bool = strawberry.field(description="Marked clearly where owners see it; nothing is billed before.")
    price_marked_on: date | None
    decision_id: strawberry.ID | None = strawberry.field(
        description="The joint decision it rests on, if one was named."
    )

    @classmethod
    def of(cls, record: RateRecord) -> "FeeRate":
        """Return the rate as the schema shows it."""
        return cls(
            item_code=record.item_code,
            unit=record.unit,
            rate=record.rate,
            effective_from=record.effective_from,
            effective_to=record.effective_to,
            price_marked=record.price_marked,
            price_marked_on=record.price_marked_on,
            decision_id=None if record.decision_id is None else strawberry.ID(record.decision_id),
        )


@strawberry.federation.type(keys=["id"], description="One item's fee of one part over some days.")
class FeeBill:
    """A bill; its owners owe it jointly."""

    record: strawberry.Private[BillRecord]

    id: strawberry.ID
    period: str = strawberry.field(description='The billing period, e.g. "2026-03".')
    item_code: str
    door_number: str
    from_: date = strawberry.field(name="from", description="The first day of service that it bills.")
    to: date = strawberry.field(description="The last day of service that it bills.")
    issued_on: date
    due_on: date
    amount: Fen
    paid: Fen
    outstanding: Fen = strawberry.field(description="What is still owed; nothing once cancelled or written off.")
    state: BillState
    dunning: DunningStep
    payee: Payee = strawberry.field(description="By the service period, never by the day of payment.")
    source: BillSource
    disputed_on: date | None = strawberry.field(
        description="Since when its owners refuse it, or did last; null where nobody ever did. It stays owed meanwhile."
    )
    dispute_reason: str | None = strawberry.field(description="Why they refuse it, or did last.")
    dispute_upheld_on: date | None = strawberry.field(
        description="Since when it stands again after that dispute; null while it is open, or where it was cancelled."
    )
    written_off_on: date | None = strawberry.field(
        description="Since when its creditor has given up what was open of it; arrears of earlier days still count it."
    )
    written_off_amount: Fen | None = strawberry.field(
        description="In yuan: what was open of it then, the amount less what is paid; null where nothing was given up."
    )
    write_off_reason: str | None

    @classmethod
    def of(cls, record: BillRecord, *, today: date) -> "FeeBill":
        """Return the bill as the schema shows it on that day."""
        dispute = record.disputes[-1] if record.disputes else None
        return cls(
            record=record,
            id=strawberry.ID(record.id),
            period=record.period,
            item_code=record.item_code,
            door_number=record.door_number,
            from_=record.from_,
            to=record.to,
            issued_on=record.issued_on,
            due_on=record.due_on,
            amount=record.amount,
            paid=record.paid,
            outstanding=record.outstanding,
            state=record.state_on(today),
            dunning=record.dunning,
            payee=record.creditor.payee,
            source=record.source,
            disputed_on=None if dispute is None else dispute.on,
            dispute_reason=None if dispute is None else dispute.reason,
            dispute_upheld_on=None if dispute is None else dispute.upheld_on,
            written_off_on=record.written_off_on,
            written_off_amount=None if record.written_off_on is None else record.written_off,
            write_off_reason=record.write_off_reason,
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> "FeeBill | None":  # noqa: A002
        """Return the bill if the caller's scope has it."""
        return await bill_with_id(info, id)

    @strawberry.field(description="How the amount came about.")
    def explanation(self, info: Info) -> Explanation:
        """Return the formula with its values."""
        version = info.context.policies.latest.national(self.record.issued_on)
        return Explanation.of(self.record.explanation(policy_version_id=version.id))

    @strawberry.field(description="The fee account of the part that it is about.")
    def account(self) -> "FeeAccount":
        """Return the account."""
        return FeeAccount.of_part(self.record.part_id)


@strawberry.federation.type(keys=["id"], description="What a part's owners have paid ahead and what they owe.")
class FeeAccount:
    """The fee account of a part; every part has one."""

    part_id: strawberry.Private[str]

    id: strawberry.ID
    number: str = strawberry.field(description="What a payment slip shows.")

    @classmethod
    def of_part(cls, part_id: str) -> "FeeAccount":
        """Return the account of a part that the caller sees."""
        return cls(part_id=part_id, id=strawberry.ID(account_id(part_id)), number=account_number(part_id))

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> "FeeAccount | None":  # noqa: A002
        """Return the account if the caller's scope has its part."""
        return await account_with_id(info, id)

    @strawberry.field(description="What is prepaid less what is owed; below zero, so much is owed.")
    async def balance(self, info: Info) -> Fen:
        """Return the balance in fen."""
        bills = await info.context.load(fee_loaders.bills_by_part, self.part_id)
        return Fen(await _prepaid(info, self.part_id) - total_outstanding(bills or []))

    @strawberry.field(description="How the balance came about.")
    async def explanation(self, info: Info) -> Explanation:
        """Return the sums that it is made of."""
        bills = await info.context.load(fee_loaders.bills_by_part, self.part_id) or []
        return Explanation.of(
            explain_balance(
                prepaid=await _prepaid(info, self.part_id),
                owed=total_outstanding(bills),
                bill_count=len(bills),
                policy_version_id=info.context.policies.latest.national(info.context.today).id,
            )
        )

    @strawberry.field(
        description="Paid ahead, or too much, and to settle the next bills; an owner sees what is of the own days."
    )
    async def prepaid(self, info: Info) -> Fen:
        """Return what is prepaid, in fen."""
        return await _prepaid(info, self.part_id)

    @strawberry.field(
        description="What those had prepaid who owed the fees before the part changed hands; it waits for its refund."
    )
    async def set_aside(self, info: Info) -> Fen:
        """Return what is set aside, in fen."""
        account: AccountRecord | None = await info.context.load(fee_loaders.accounts_by_part, self.part_id)
        return Fen(0) if account is None else account.set_aside_total

    @strawberry.field(description="The bills whose service begins in the span, both ends included, the newest first.")
    async def bills(
        self,
        info: Info,
        from_: Annotated[date | None, strawberry.argument(name="from")] = None,
        to: date | None = None,
    ) -> list[FeeBill]:
        """Return the bills of the part."""
        bills = await info.context.load(fee_loaders.bills_by_part, self.part_id)
        return [
            FeeBill.of(bill, today=info.context.today)
            for bill in bills or []
            if (from_ is None or from_ <= bill.from_) and (to is None or bill.from_ <= to)
        ]

    @strawberry.field(description="The payments of the part, the newest first.")
    async def payments(self, info: Info, first: int = 12) -> list["FeePayment"]:
        """Return the payments."""
        limit = page_request(first=first, after=None).first
        payments = await info.context.load(fee_loaders.payments_by_part, self.part_id)
        return [FeePayment.of(payment) for payment in (payments or [])[:limit]]


@strawberry.type(description="What a payment brought to one bill.")
class PaymentAllocation:
    """A share of a payment."""

    bill_id: strawberry.ID
    service_period: str
    payee: Payee
    amount: Fen


@strawberry.federation.type(keys=["id"], description="Money that came in for a part, under one bank reference.")
class FeePayment:
    """A payment and where its money went."""

    id: strawberry.ID
    amount: Fen
    paid_on: date
    channel: PaymentChannel
    bank_ref: str
    allocations: list[PaymentAllocation] = strawberry.field(description="To the oldest bill first.")
    prepaid: Fen = strawberry.field(description="What was more than owed on that day.")
    prepaid_to: Payee | None
    refunded: Fen
    custody_account_id: strawberry.ID | None = strawberry.field(
        description="The custody account that it came into; null for a creditor's own account."
    )
    owner_id: strawberry.ID | None = strawberry.field(
        description="The owner who was named: only this one's bills are settled. Null: all bills of the part were."
    )

    @classmethod
    def of(cls, record: PaymentRecord) -> "FeePayment":
        """Return the payment as the schema shows it."""
        return cls(
            id=strawberry.ID(record.id),
            amount=record.amount,
            paid_on=record.paid_on,
            channel=record.channel,
            bank_ref=record.bank_ref,
            allocations=[
                PaymentAllocation(
                    bill_id=strawberry.ID(one.bill_id),
                    service_period=one.period,
                    payee=one.creditor.payee,
                    amount=one.amount,
                )
                for one in record.allocations
            ],
            prepaid=record.prepaid,
            prepaid_to=None if record.prepaid_to is None else record.prepaid_to.payee,
            refunded=record.refunded,
            custody_account_id=None if record.custody_account_id is None else strawberry.ID(record.custody_account_id),
            owner_id=None if record.owner_id is None else strawberry.ID(record.owner_id),
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> "FeePayment | None":  # noqa: A002
        """Return the payment if the caller's scope has it."""
        return await payment_with_id(info, id)


@strawberry.type(description="What was billed to an estate's owners for a period, and how much of it is paid.")
class FeeSummary:
    """The sums of the bills of a period; cancelled ones are left out, disputed and written-off ones stay billed."""

    record: strawberry.Private[SummaryRecord]

    period: str
    billed: Fen
    collected: Fen
    collection_rate: Ratio | None = strawberry.field(
        description="Collected of billed, rounded half-up; what is written off stays billed. Null where nothing is."
    )

    @classmethod
    def of(cls, record: SummaryRecord) -> "FeeSummary":
        """Return the sums as the schema shows them."""
        return cls(
            record=record,
            period=record.period,
            billed=record.billed,
            collected=record.collected,
            collection_rate=record.collection_rate,
        )

    @strawberry.field(description="How the collection rate came about.")
    def explanation(self, info: Info) -> Explanation:
        """Return the sums that it is made of."""
        version = info.context.policies.latest.national(info.context.today)
        return Explanation.of(explain_collection(self.record, policy_version_id=version.id))


async def bill_with_id(info: Info, id: str) -> FeeBill | None:  # noqa: A002
    """Return the bill if the caller's scope has it."""
    record = await info.context.load(fee_loaders.bills_by_id, str(id))
    return None if record is None else FeeBill.of(record, today=info.context.today)


async def payment_with_id(info: Info, id: str) -> FeePayment | None:  # noqa: A002
    """Return the payment if the caller's scope has it."""
    record = await info.context.load(fee_loaders.payments_by_id, str(id))
    return None if record is None else FeePayment.of(record)


async def account_of_part(info: Info, part_id: str) -> FeeAccount | None:
    """Return a part's account if the caller's scope has the part."""
    part = await info.context.load(fee_loaders.parts_by_id, part_id)
    return None if part is None else FeeAccount.of_part(part.id)


async def account_with_id(info: Info, id: str) -> FeeAccount | None:  # noqa: A002
    """Return the account with that id if the caller's scope has its part."""
    return await account_of_part(info, part_of_account(str(id)))


async def _prepaid(info: Info, part_id: str) -> Fen:
    account: AccountRecord | None = await info.context.load(fee_loaders.accounts_by_part, part_id)
    return Fen(0) if account is None else account.prepaid_total
