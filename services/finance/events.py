"""What finance announces: one class per fact, all on one page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Self

from kit.area import Area
from kit.events import Event
from kit.money import Fen, sum_fen
from kit.ratio import Ratio, ratio_half_up
from policy.vocabulary import Approver, CustodyKind, IncomeEarmark
from services.finance.domain.arrears import ArrearsPosition, Direction
from services.finance.domain.bill import BillSource, DunningStep, FeeBill, FeeUnit, Payee
from services.finance.domain.custody import CustodyAccount
from services.finance.domain.deposit import ClaimKind, PerformanceDeposit
from services.finance.domain.deposit_amount import ClampReason
from services.finance.domain.deposit_claim import ClaimReason, DepositClaim
from services.finance.domain.deposit_transfer import Move
from services.finance.domain.dunning import DunningRecord
from services.finance.domain.fee_payment import PaymentChannel, RefundReason
from services.finance.domain.maintenance_fund import FundDeposit, MaintenanceFund, SubAccount
from services.finance.domain.maintenance_match import Match
from services.finance.domain.maintenance_statement import PublishedStatement
from services.finance.domain.maintenance_use import MaintenanceUse
from services.finance.domain.public_revenue import PublicRevenue, RevenueHolder, RevenueKind, RevenueUse


@dataclass(frozen=True, kw_only=True)
class DepositDemanded(Event):
    """A provider is to pay the deposit of a contract year.

    Announced again with other amounts when an area heard late changes a demand that nobody has paid yet.
    """

    type: ClassVar[str] = "finance.deposit.demanded"

    estate_id: str
    deposit_id: str
    contract_id: str
    contract_year: int
    basis_area: Area
    rate_per_m2: Fen
    computed: Fen
    demanded: Fen
    clamp: ClampReason
    custody_kind: CustodyKind
    due_on: date

    @classmethod
    def of(cls, deposit: PerformanceDeposit) -> Self:
        """Return the fact of a deposit that is demanded; raises ValueError for one that is not."""
        demanded_on, basis_area, rate, computed = (
            deposit.demanded_on, deposit.basis_area, deposit.rate_per_m2, deposit.computed,
        )  # fmt: skip
        demanded, clamp, custody = deposit.demanded, deposit.clamp, deposit.first_custody
        if (
            demanded_on is None or basis_area is None or rate is None or computed is None
            or demanded is None or clamp is None or custody is None
        ):  # fmt: skip
            raise ValueError(f"deposit {deposit.id} is {deposit.state.value}, not demanded")
        return cls(
            district=deposit.district,
            aggregate_id=deposit.id,
            occurred_on=demanded_on,
            policy_id=deposit.policy_version_id,
            estate_id=deposit.estate_id,
            deposit_id=deposit.id,
            contract_id=deposit.contract_id,
            contract_year=deposit.contract_year,
            basis_area=basis_area,
            rate_per_m2=rate,
            computed=computed,
            demanded=demanded,
            clamp=clamp,
            custody_kind=custody,
            due_on=deposit.due_on,
        )


@dataclass(frozen=True, kw_only=True)
class DepositPaidInPart(Event):
    """A part of what was demanded is paid: `amount` so far, `missing` is still due."""

    type: ClassVar[str] = "finance.deposit.paid_in_part"

    estate_id: str
    deposit_id: str
    contract_id: str
    contract_year: int
    amount: Fen
    missing: Fen
    custody_account_id: str

    @classmethod
    def of(cls, deposit: PerformanceDeposit, *, custody_account_id: str, paid_on: date) -> Self:
        """Return the fact of a payment that is not the last; raises ValueError for a deposit that is not demanded."""
        if deposit.demanded is None:
            raise ValueError(f"deposit {deposit.id} is {deposit.state.value}, not demanded")
        return cls(
            district=deposit.district,
            aggregate_id=deposit.id,
            occurred_on=paid_on,
            policy_id=deposit.policy_version_id,
            estate_id=deposit.estate_id,
            deposit_id=deposit.id,
            contract_id=deposit.contract_id,
            contract_year=deposit.contract_year,
            amount=deposit.paid,
            missing=Fen(deposit.demanded - deposit.paid),
            custody_account_id=custody_account_id,
        )


@dataclass(frozen=True, kw_only=True)
class DepositHeld(Event):
    """All that was demanded is paid; the account is the one that took the last payment."""

    type: ClassVar[str] = "finance.deposit.held"

    estate_id: str
    deposit_id: str
    contract_id: str
    contract_year: int
    amount: Fen
    custody_account_id: str

    @classmethod
    def of(cls, deposit: PerformanceDeposit, *, custody_account_id: str, paid_on: date) -> Self:
        """Return the fact of the last payment of a deposit."""
        return cls(
            district=deposit.district,
            aggregate_id=deposit.id,
            occurred_on=paid_on,
            policy_id=deposit.policy_version_id,
            estate_id=deposit.estate_id,
            deposit_id=deposit.id,
            contract_id=deposit.contract_id,
            contract_year=deposit.contract_year,
            amount=deposit.paid,
            custody_account_id=custody_account_id,
        )


@dataclass(frozen=True, kw_only=True)
class DepositTransferStarted(Event):
    """The congress is formed: what the street holds of the deposit is to move to the owners' account."""

    type: ClassVar[str] = "finance.deposit.transfer_started"

    estate_id: str
    deposit_id: str
    contract_id: str
    contract_year: int
    from_custody: CustodyKind
    to_custody: CustodyKind
    amount: Fen

    @classmethod
    def of(cls, deposit: PerformanceDeposit) -> Self:
        """Return the fact of a deposit that began to move; the amount is what streets hold of it."""
        return cls(
            district=deposit.district,
            aggregate_id=deposit.id,
            occurred_on=deposit.state_since,
            policy_id=deposit.policy_version_id,
            estate_id=deposit.estate_id,
            deposit_id=deposit.id,
            contract_id=deposit.contract_id,
            contract_year=deposit.contract_year,
            from_custody=CustodyKind.STREET_DESIGNATED,
            to_custody=CustodyKind.OWNERS_PUBLIC,
            amount=sum_fen(holding.amount for holding in deposit.held_by_street),
        )


@dataclass(frozen=True, kw_only=True)
class DepositTransferred(Event):
    """The deposit moved to the owners' account by a bank transfer; its sum is unchanged."""

    type: ClassVar[str] = "finance.deposit.transferred"

    estate_id: str
    deposit_id: str
    contract_id: str
    contract_year: int
    from_custody: CustodyKind
    to_custody: CustodyKind
    amount: Fen
    bank_ref: str

    @classmethod
    def of(cls, deposit: PerformanceDeposit, moves: Sequence[Move], *, bank_ref: str) -> Self:
        """Return the fact of a deposit that has moved by these moves."""
        return cls(
            district=deposit.district,
            aggregate_id=deposit.id,
            occurred_on=deposit.state_since,
            policy_id=deposit.policy_version_id,
            estate_id=deposit.estate_id,
            deposit_id=deposit.id,
            contract_id=deposit.contract_id,
            contract_year=deposit.contract_year,
            from_custody=CustodyKind.STREET_DESIGNATED,
            to_custody=CustodyKind.OWNERS_PUBLIC,
            amount=sum_fen(move.amount for move in moves),
            bank_ref=bank_ref,
        )


@dataclass(frozen=True)
class ScheduledRate:
    """What one item costs per unit."""

    item_code: str
    unit: FeeUnit
    rate: Fen


@dataclass(frozen=True, kw_only=True)
class FeeScheduleSet(Event):
    """Items have rates from a day on, of a contract or, without one, of the estate; again when they are marked."""

    type: ClassVar[str] = "finance.fee_schedule.set"

    estate_id: str
    contract_id: str | None = None
    rates: tuple[ScheduledRate, ...]
    price_marked: bool
    effective_from: date


@dataclass(frozen=True, kw_only=True)
class BillRunCompleted(Event):
    """An item is billed to the owners of an estate for a period; one fact for each item and payee of the run."""

    type: ClassVar[str] = "finance.bill_run.completed"

    estate_id: str
    run_id: str
    period: str
    item_code: str
    count: int
    total: Fen
    payee: Payee
    payee_id: str
    source: BillSource


@dataclass(frozen=True, kw_only=True)
class PaymentReceived(Event):
    """Money for a bill came in; `payee` is whom the service period is owed to.

    One bank movement that settles several bills is one fact for each, and one without a bill for what is prepaid. All
    carry its reference, so that reference and bill together name the fact.
    """

    type: ClassVar[str] = "finance.payment.received"

    estate_id: str
    payment_id: str
    bill_id: str | None = None
    service_period: str | None = None
    amount: Fen
    payee: Payee
    payee_id: str
    channel: PaymentChannel
    bank_ref: str


@dataclass(frozen=True, kw_only=True)
class PaymentRefunded(Event):
    """Money of a payment went back to whoever paid it."""

    type: ClassVar[str] = "finance.payment.refunded"

    estate_id: str
    refund_id: str
    payment_id: str
    amount: Fen
    reason: RefundReason


@dataclass(frozen=True, kw_only=True)
class ReceivableMovedToTrust(Event):
    """What owners owe for service from the cut-over on is owed to the trust fund; earlier service stays as it was."""

    type: ClassVar[str] = "finance.receivable.moved_to_trust"

    estate_id: str
    cutover_on: date
    bill_ids: tuple[str, ...]
    total: Fen


@dataclass(frozen=True, kw_only=True)
class DepositOverdue(Event):
    """The due day is over and money of the deposit is missing; the contract goes on (P1)."""

    type: ClassVar[str] = "finance.deposit.overdue"

    estate_id: str
    deposit_id: str
    contract_id: str
    contract_year: int
    due_on: date
    missing: Fen

    @classmethod
    def of(cls, deposit: PerformanceDeposit, *, noticed_on: date) -> Self:
        """Return the fact of a deposit that is overdue."""
        return cls(
            district=deposit.district,
            aggregate_id=deposit.id,
            occurred_on=noticed_on,
            policy_id=deposit.policy_version_id,
            estate_id=deposit.estate_id,
            deposit_id=deposit.id,
            contract_id=deposit.contract_id,
            contract_year=deposit.contract_year,
            due_on=deposit.due_on,
            missing=deposit.missing,
        )


@dataclass(frozen=True, kw_only=True)
class _OfDepositClaim:
    estate_id: str
    deposit_id: str
    contract_id: str
    contract_year: int
    claim_id: str
    kind: ClaimKind
    amount: Fen
    reason: ClaimReason
    approvals: tuple[Approver, ...]


def _claim_fields(deposit: PerformanceDeposit, claim: DepositClaim, *, occurred_on: date) -> dict[str, Any]:
    return {
        "district": deposit.district,
        "aggregate_id": deposit.id,
        "occurred_on": occurred_on,
        "policy_id": deposit.policy_version_id,
        "estate_id": deposit.estate_id,
        "deposit_id": deposit.id,
        "contract_id": deposit.contract_id,
        "contract_year": deposit.contract_year,
        "claim_id": claim.id,
        "kind": claim.kind,
        "amount": claim.amount,
        "reason": claim.reason,
        "approvals": tuple(one.approver for one in claim.approvals),
    }


@dataclass(frozen=True, kw_only=True)
class DepositClaimed(_OfDepositClaim, Event):
    """Money of a deposit is asked for; its joint managers are to approve (ZG-22)."""

    type: ClassVar[str] = "finance.deposit.claimed"

    @classmethod
    def of(cls, deposit: PerformanceDeposit, claim: DepositClaim) -> Self:
        """Return the fact of a claim that was proposed."""
        return cls(**_claim_fields(deposit, claim, occurred_on=claim.proposed_on))


@dataclass(frozen=True, kw_only=True)
class DepositClaimApproved(_OfDepositClaim, Event):
    """One more joint manager approved a claim; `approvals` are all that were given."""

    type: ClassVar[str] = "finance.deposit.claim_approved"

    @classmethod
    def of(cls, deposit: PerformanceDeposit, claim: DepositClaim) -> Self:
        """Return the fact of the claim's latest approval."""
        return cls(**_claim_fields(deposit, claim, occurred_on=claim.approvals[-1].approved_on))


@dataclass(frozen=True, kw_only=True)
class DepositClaimRejected(_OfDepositClaim, Event):
    """A claim is off the table; nothing was paid."""

    type: ClassVar[str] = "finance.deposit.claim_rejected"

    @classmethod
    def of(cls, deposit: PerformanceDeposit, claim: DepositClaim, *, rejected_on: date) -> Self:
        """Return the fact of a claim that was rejected."""
        return cls(**_claim_fields(deposit, claim, occurred_on=rejected_on))


@dataclass(frozen=True, kw_only=True)
class DepositPaidOut(_OfDepositClaim, Event):
    """A withdrawal was paid; the provider tops up what is `missing` until `top_up_due_on`."""

    type: ClassVar[str] = "finance.deposit.paid_out"

    bank_ref: str
    missing: Fen
    top_up_due_on: date

    @classmethod
    def of(cls, deposit: PerformanceDeposit, claim: DepositClaim, *, paid_on: date, bank_ref: str) -> Self:
        """Return the fact of a withdrawal from the deposit as it is after it."""
        return cls(
            **_claim_fields(deposit, claim, occurred_on=paid_on),
            bank_ref=bank_ref,
            missing=deposit.missing,
            top_up_due_on=deposit.due_on,
        )


@dataclass(frozen=True, kw_only=True)
class DepositForfeited(_OfDepositClaim, Event):
    """What a deposit still held was taken, since it was not topped up in time."""

    type: ClassVar[str] = "finance.deposit.forfeited"

    bank_ref: str

    @classmethod
    def of(cls, deposit: PerformanceDeposit, claim: DepositClaim, *, paid_on: date, bank_ref: str) -> Self:
        """Return the fact of a forfeiture."""
        return cls(**_claim_fields(deposit, claim, occurred_on=paid_on), bank_ref=bank_ref)


@dataclass(frozen=True, kw_only=True)
class DepositReleased(_OfDepositClaim, Event):
    """The provider got the deposit back after its contract ended and the handover was accepted (P14)."""

    type: ClassVar[str] = "finance.deposit.released"

    bank_ref: str

    @classmethod
    def of(cls, deposit: PerformanceDeposit, claim: DepositClaim, *, paid_on: date, bank_ref: str) -> Self:
        """Return the fact of a release."""
        return cls(**_claim_fields(deposit, claim, occurred_on=paid_on), bank_ref=bank_ref)


@dataclass(frozen=True, kw_only=True)
class MaintenanceDepositConfirmed(Event):
    """The custodian confirmed what was paid into a maintenance fund for one part, under one receipt.

    A first deposit has a rate per m², a top-up has none.
    """

    type: ClassVar[str] = "finance.maintenance.deposit_confirmed"

    estate_id: str
    fund_id: str
    part_id: str
    amount: Fen
    rate: Fen | None = None
    has_lift: bool
    receipt_no: str

    @classmethod
    def of(cls, fund: MaintenanceFund, deposit: FundDeposit, *, policy_id: str) -> Self:
        """Return the fact of a confirmed deposit (F12)."""
        return cls(
            district=fund.district,
            aggregate_id=fund.id,
            occurred_on=deposit.paid_on,
            policy_id=policy_id,
            estate_id=fund.estate_id,
            fund_id=fund.id,
            part_id=deposit.part_id,
            amount=deposit.amount,
            rate=deposit.rate,
            has_lift=deposit.has_lift,
            receipt_no=deposit.receipt_no,
        )


@dataclass(frozen=True, kw_only=True)
class MaintenanceMatched(Event):
    """District finance matched the deposits that were confirmed by the end of a period."""

    type: ClassVar[str] = "finance.maintenance.matched"

    estate_id: str
    fund_id: str
    period: str
    matched_amount: Fen
    deposit_ids: tuple[str, ...]

    @classmethod
    def of(cls, fund: MaintenanceFund, match: Match, *, paid_on: date) -> Self:
        """Return the fact of a paid match (F13)."""
        return cls(
            district=fund.district,
            aggregate_id=fund.id,
            occurred_on=paid_on,
            policy_id=match.explanation.policy_version_id,
            estate_id=fund.estate_id,
            fund_id=fund.id,
            period=match.period,
            matched_amount=match.amount,
            deposit_ids=tuple(deposit_id for deposit_id, _ in match.lines),
        )


@dataclass(frozen=True, kw_only=True)
class MaintenanceTopUpRequired(Event):
    """A door's balance fell below the line of its first deposit; announced once a part and month."""

    type: ClassVar[str] = "finance.maintenance.topup_required"

    estate_id: str
    fund_id: str
    part_id: str
    balance: Fen
    first_deposit: Fen
    ratio: Ratio

    @classmethod
    def of(cls, fund: MaintenanceFund, sub: SubAccount, *, balance: Fen, on: date, policy_id: str) -> Self:
        """Return the fact of a door that is to be topped up (F14); its first deposit is above zero."""
        return cls(
            district=fund.district,
            aggregate_id=fund.id,
            occurred_on=on,
            policy_id=policy_id,
            estate_id=fund.estate_id,
            fund_id=fund.id,
            part_id=sub.part_id,
            balance=balance,
            first_deposit=sub.first_deposit,
            ratio=ratio_half_up(balance, sub.first_deposit),
        )


@dataclass(frozen=True, kw_only=True)
class MaintenanceUseProposed(Event):
    """A use of a fund was proposed to the owners of its scope; no building is the whole estate."""

    type: ClassVar[str] = "finance.maintenance.use_proposed"

    estate_id: str
    use_id: str
    fund_id: str
    scope_building_ids: tuple[str, ...]
    budget: Fen
    purpose: str
    emergency: bool

    @classmethod
    def of(cls, use: MaintenanceUse) -> Self:
        """Return the fact of a proposed use, or of one that an emergency approved without a vote (F15)."""
        return cls(
            district=use.district,
            aggregate_id=use.id,
            occurred_on=use.state_since,
            policy_id=use.policy_version_id,
            estate_id=use.estate_id,
            use_id=use.id,
            fund_id=use.fund_id,
            scope_building_ids=use.scope_building_ids,
            budget=use.budget,
            purpose=use.purpose,
            emergency=use.is_emergency,
        )


@dataclass(frozen=True, kw_only=True)
class _OfPaidUse:
    estate_id: str
    use_id: str
    fund_id: str
    paid: Fen
    remainder: Fen
    allocations_hash: str


def _use_facts(use: MaintenanceUse) -> dict[str, Any]:
    if use.allocation_hash is None:
        raise ValueError(f"use {use.id} is {use.state.value}, not paid")
    return {
        "district": use.district,
        "aggregate_id": use.id,
        "occurred_on": use.state_since,
        "policy_id": use.policy_version_id,
        "estate_id": use.estate_id,
        "use_id": use.id,
        "fund_id": use.fund_id,
        "paid": use.paid,
        "remainder": use.remainder,
        "allocations_hash": use.allocation_hash,
    }


@dataclass(frozen=True, kw_only=True)
class MaintenanceUsePaid(_OfPaidUse, Event):
    """The fund paid a use as far as its accounts cover it; `remainder` is the pool's share of the cost."""

    type: ClassVar[str] = "finance.maintenance.use_paid"

    @classmethod
    def of(cls, use: MaintenanceUse) -> Self:
        """Return the fact of a paid use (F16); raises ValueError for one that is not."""
        return cls(**_use_facts(use))


@dataclass(frozen=True, kw_only=True)
class MaintenanceUseAllocated(_OfPaidUse, Event):
    """The cost of a use is allocated to the doors of its scope; what a door lacks is its owner's debt."""

    type: ClassVar[str] = "finance.maintenance.allocated"

    @classmethod
    def of(cls, use: MaintenanceUse) -> Self:
        """Return the fact of an allocated use (F16); raises ValueError for one that is not."""
        return cls(**_use_facts(use))


@dataclass(frozen=True, kw_only=True)
class MaintenanceUsePublished(_OfPaidUse, Event):
    """The use and its allocation are published to the owners."""

    type: ClassVar[str] = "finance.maintenance.published"

    @classmethod
    def of(cls, use: MaintenanceUse) -> Self:
        """Return the fact of a published use (F16); raises ValueError for one that is not."""
        return cls(**_use_facts(use))


@dataclass(frozen=True, kw_only=True)
class MaintenanceCustodyMoved(Event):
    """A maintenance fund moved to the account of its owners' congress; doors and pool are unchanged."""

    type: ClassVar[str] = "finance.maintenance.custody_moved"

    estate_id: str
    fund_id: str
    from_: CustodyKind
    to: CustodyKind
    amount: Fen

    @classmethod
    def of(cls, fund: MaintenanceFund, *, from_: CustodyKind, to: CustodyKind, moved_on: date) -> Self:
        """Return the fact of a fund that moved whole (F17)."""
        return cls(
            district=fund.district,
            aggregate_id=fund.id,
            occurred_on=moved_on,
            policy_id=fund.policy_version_id,
            estate_id=fund.estate_id,
            fund_id=fund.id,
            from_=from_,
            to=to,
            amount=fund.balance,
        )


@dataclass(frozen=True, kw_only=True)
class MaintenanceStatementPublished(Event):
    """The yearly statement of a fund is published; it reconciles with the bank. Interest includes other income."""

    type: ClassVar[str] = "finance.maintenance.statement_published"

    estate_id: str
    fund_id: str
    year: int
    revision: int
    opening: Fen
    deposits: Fen
    matches: Fen
    interest: Fen
    uses: Fen
    refunds: Fen
    closing: Fen

    @classmethod
    def of(cls, fund: MaintenanceFund, published: PublishedStatement) -> Self:
        """Return the fact of a published statement (F18)."""
        statement = published.statement
        return cls(
            district=fund.district,
            aggregate_id=fund.id,
            occurred_on=published.published_on,
            policy_id=fund.policy_version_id,
            estate_id=fund.estate_id,
            fund_id=fund.id,
            year=statement.year,
            revision=published.revision,
            opening=statement.opening,
            deposits=statement.deposits,
            matches=statement.matches,
            interest=statement.interest,
            uses=statement.uses,
            refunds=statement.refunds,
            closing=statement.closing,
        )


@dataclass(frozen=True, kw_only=True)
class ReconciliationFailed(Event):
    """Bank and book differ at the end of a day by `difference`, the bank's balance less the book's.

    Announced again when the same day is compared again and differs by another amount.
    """

    type: ClassVar[str] = "finance.reconciliation.failed"

    account_id: str
    day: date
    difference: Fen

    @classmethod
    def of(cls, account: CustodyAccount, *, day: date, difference: Fen) -> Self:
        """Return the fact of a custody account that differs from its bank (F24)."""
        return cls(
            district=account.district,
            aggregate_id=account.id,
            occurred_on=day,
            estate_id=account.estate_id,
            account_id=account.id,
            day=day,
            difference=difference,
        )


@dataclass(frozen=True, kw_only=True)
class PeriodClosed(Event):
    """A month of a district is closed: nothing is posted into it any more."""

    type: ClassVar[str] = "finance.period.closed"

    period: str

    @classmethod
    def of(cls, district: str, period: str, *, closed_on: date) -> Self:
        """Return the fact of a closed month such as "2026-03" (F26)."""
        return cls(district=district, aggregate_id=f"{district}-{period}", occurred_on=closed_on, period=period)


@dataclass(frozen=True, kw_only=True)
class PublicRevenuePosted(Event):
    """Income of common parts or public space was taken in; `holder` TRUST_FUND asks trust to take it in (P21)."""

    type: ClassVar[str] = "finance.public_revenue.posted"

    estate_id: str
    revenue_id: str
    kind: RevenueKind
    gross: Fen
    cost: Fen
    net: Fen
    earmark: IncomeEarmark
    holder: RevenueHolder
    received_on: date
    bank_ref: str
    decision_id: str | None = None

    @classmethod
    def of(cls, revenue: PublicRevenue) -> Self:
        """Return the fact of an income."""
        return cls(
            district=revenue.district,
            aggregate_id=revenue.id,
            occurred_on=revenue.received_on,
            policy_id=revenue.policy_version_id,
            estate_id=revenue.estate_id,
            revenue_id=revenue.id,
            kind=revenue.kind,
            gross=revenue.gross,
            cost=revenue.cost,
            net=revenue.net,
            earmark=revenue.earmark,
            holder=revenue.holder,
            received_on=revenue.received_on,
            bank_ref=revenue.bank_ref,
            decision_id=revenue.decision_id,
        )


@dataclass(frozen=True, kw_only=True)
class EarmarkViolationRefused(Event):
    """Somebody tried to spend public revenue on what it is not for; nothing was posted."""

    type: ClassVar[str] = "finance.earmark.violation_refused"

    estate_id: str
    attempt_id: str
    attempted_use: RevenueUse
    earmark: IncomeEarmark
    amount: Fen


@dataclass(frozen=True, kw_only=True)
class ArrearsMeasured(Event):
    """How much of what an estate's owners should have paid by a day is overdue."""

    type: ClassVar[str] = "finance.arrears.measured"

    estate_id: str
    as_of: date
    due: Fen
    overdue: Fen
    ratio: Ratio | None = None
    household_ratio: Ratio | None = None
    threshold_reached: bool
    threshold: Ratio | None = None

    @classmethod
    def of(cls, position: ArrearsPosition) -> Self:
        """Return the fact of a measurement."""
        return cls(
            district=position.district,
            aggregate_id=position.estate_id,
            occurred_on=position.as_of,
            estate_id=position.estate_id,
            as_of=position.as_of,
            due=position.due,
            overdue=position.overdue,
            ratio=position.ratio,
            household_ratio=position.household_ratio,
            threshold_reached=position.threshold_reached,
            threshold=position.threshold,
        )


@dataclass(frozen=True, kw_only=True)
class ArrearsThresholdCrossed(Event):
    """An estate's arrears reached the threshold, or fell below it; the line alone opens no case (P5)."""

    type: ClassVar[str] = "finance.arrears.threshold_crossed"

    estate_id: str
    as_of: date
    ratio: Ratio | None = None
    threshold: Ratio | None = None
    direction: Direction

    @classmethod
    def of(cls, position: ArrearsPosition, direction: Direction) -> Self:
        """Return the fact of a crossing at that measurement."""
        return cls(
            district=position.district,
            aggregate_id=position.estate_id,
            occurred_on=position.as_of,
            estate_id=position.estate_id,
            as_of=position.as_of,
            ratio=position.ratio,
            threshold=position.threshold,
            direction=direction,
        )


@dataclass(frozen=True, kw_only=True)
class DunningStepTaken(Event):
    """The owners of a part were asked for an overdue fee."""

    type: ClassVar[str] = "finance.dunning.step"

    estate_id: str
    bill_id: str
    step: DunningStep
    deadline: date | None = None

    @classmethod
    def of(cls, bill: FeeBill, record: DunningRecord) -> Self:
        """Return the fact of a step on a bill."""
        return cls(
            district=bill.district,
            aggregate_id=bill.id,
            occurred_on=record.taken_on,
            estate_id=bill.estate_id,
            bill_id=bill.id,
            step=record.step,
            deadline=record.deadline,
        )
