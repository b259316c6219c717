"""What the mutations of maintenance funds take."""

from datetime import date

import strawberry

from kit.graphql.payloads import MutationInput
from kit.money import Fen
from services.finance.graphql.maintenance_enums import (
    Collector,
    EmergencyReason,
    MaintenanceFundKind,
    UseObject,
    UseWork,
)
from services.finance.use_cases.carry_out_maintenance_use import AcceptUse, SettleUse
from services.finance.use_cases.close_sub_account import CloseSubAccount
from services.finance.use_cases.confirm_maintenance_deposit import ConfirmMaintenanceDeposit, RefundMaintenanceDeposit
from services.finance.use_cases.move_fund_custody import MoveFundCustody
from services.finance.use_cases.open_maintenance_fund import OpenMaintenanceFund
from services.finance.use_cases.pay_maintenance_use import PayUse, RecordShortfallPayment
from services.finance.use_cases.plan_maintenance_use import ApproveUse, ProposeUse
from services.finance.use_cases.post_fund_income import FundIncomeKind, PostFundIncome
from services.finance.use_cases.publish_fund_statement import PublishStatement
from services.finance.use_cases.run_match import RunMatch

strawberry.enum(FundIncomeKind, description="What a fund earns besides deposits; all of it rolls over into the fund.")

BANK_REF = "The bank's reference, 1 to 64 characters; recorded once an account."
BANK_DAY = "The bank's day: from the opening of the fund to today."


@strawberry.input(description="An estate's maintenance fund.")
class OpenMaintenanceFundInput(MutationInput):
    """Input of `openMaintenanceFund`."""

    kind: MaintenanceFundKind
    estate_id: strawberry.ID
    custody_account_id: strawberry.ID = strawberry.field(
        description="The account that the document names: of district finance for the fund of old estates (ZG-28)."
    )
    opened_on: date = strawberry.field(description="Today or earlier.")

    def command(self) -> OpenMaintenanceFund:
        """Return the command of the use case."""
        return OpenMaintenanceFund(self.kind, str(self.estate_id), str(self.custody_account_id), self.opened_on)


@strawberry.input(description="What was paid for one door under one receipt.")
class ConfirmMaintenanceDepositInput(MutationInput):
    """Input of `confirmMaintenanceDeposit`."""

    fund_id: strawberry.ID
    part_id: strawberry.ID
    amount: Fen = strawberry.field(description='In yuan; a first deposit is area × rate, e.g. "4400.00".')
    rate_per_m2: Fen | None = strawberry.field(
        default=None, description='In yuan per m², e.g. "55.00"; left out for a top-up.'
    )
    collector: Collector | None = strawberry.field(
        default=None, description="Who took the money from the owner; required for the fund of old estates."
    )
    custody_account_id: strawberry.ID = strawberry.field(description="The fund's own account; no other is accepted.")
    receipt_no: str = strawberry.field(description="1 to 64 characters; used once in the district.")
    bank_ref: str = strawberry.field(description=BANK_REF)
    paid_on: date = strawberry.field(description=BANK_DAY)

    def command(self) -> ConfirmMaintenanceDeposit:
        """Return the command of the use case."""
        return ConfirmMaintenanceDeposit(
            fund_id=str(self.fund_id),
            part_id=str(self.part_id),
            amount=self.amount,
            rate=self.rate_per_m2,
            collector=self.collector,
            custody_account_id=str(self.custody_account_id),
            receipt_no=self.receipt_no,
            bank_ref=self.bank_ref,
            paid_on=self.paid_on,
        )


@strawberry.input(description="A deposit that is paid back, with its match.")
class RefundMaintenanceDepositInput(MutationInput):
    """Input of `refundMaintenanceDeposit`."""

    deposit_id: strawberry.ID
    bank_ref: str = strawberry.field(description=BANK_REF)
    refunded_on: date = strawberry.field(description=BANK_DAY)
    match_bank_ref: str | None = strawberry.field(
        default=None, description="The bank's reference of the match's way back; required for a matched deposit."
    )

    def command(self) -> RefundMaintenanceDeposit:
        """Return the command of the use case."""
        return RefundMaintenanceDeposit(str(self.deposit_id), self.bank_ref, self.refunded_on, self.match_bank_ref)


@strawberry.input(description="The public match of a period.")
class RunMatchInput(MutationInput):
    """Input of `runMatch`."""

    fund_id: strawberry.ID
    period: str = strawberry.field(description='A period of the district\'s cadence that is over, e.g. "2024-Q1".')
    bank_ref: str = strawberry.field(description=BANK_REF)
    paid_on: date = strawberry.field(description=BANK_DAY)

    def command(self) -> RunMatch:
        """Return the command of the use case."""
        return RunMatch(str(self.fund_id), self.period, self.bank_ref, self.paid_on)


@strawberry.input(description="What a fund earned.")
class PostFundIncomeInput(MutationInput):
    """Input of `postFundIncome`."""

    fund_id: strawberry.ID
    kind: FundIncomeKind
    amount: Fen = strawberry.field(description='In yuan, above zero, e.g. "120.35".')
    bank_ref: str = strawberry.field(description=BANK_REF)
    received_on: date = strawberry.field(description="The bank's day; interest is for the days before it.")

    def command(self) -> PostFundIncome:
        """Return the command of the use case."""
        return PostFundIncome(str(self.fund_id), self.kind, self.amount, self.bank_ref, self.received_on)


@strawberry.input(description="A fund that moves to its owners' account.")
class MoveFundCustodyInput(MutationInput):
    """Input of `moveFundCustody`."""

    fund_id: strawberry.ID
    to_custody_account_id: strawberry.ID
    bank_ref: str = strawberry.field(description=BANK_REF)
    moved_on: date = strawberry.field(description=BANK_DAY)

    def command(self) -> MoveFundCustody:
        """Return the command of the use case."""
        return MoveFundCustody(str(self.fund_id), str(self.to_custody_account_id), self.bank_ref, self.moved_on)


@strawberry.input(description="The door of a destroyed home, whose balance goes back to its owner.")
class CloseSubAccountInput(MutationInput):
    """Input of `closeSubAccount`."""

    sub_account_id: strawberry.ID
    bank_ref: str = strawberry.field(description=BANK_REF)
    closed_on: date = strawberry.field(description=BANK_DAY)

    def command(self) -> CloseSubAccount:
        """Return the command of the use case."""
        return CloseSubAccount(str(self.sub_account_id), self.bank_ref, self.closed_on)


@strawberry.input(description="The statement of a year that is over.")
class PublishStatementInput(MutationInput):
    """Input of `publishStatement`."""

    fund_id: strawberry.ID
    year: int
    bank_balance: Fen = strawberry.field(description="What the bank states for the fund on the last day of the year.")

    def command(self) -> PublishStatement:
        """Return the command of the use case."""
        return PublishStatement(str(self.fund_id), self.year, self.bank_balance)


@strawberry.input(description="A use of a fund that its owners are to decide.")
class ProposeUseInput(MutationInput):
    """Input of `proposeUse`."""

    fund_id: strawberry.ID
    purpose: str = strawberry.field(description='1 to 200 characters, e.g. "3栋屋面防水翻修".')
    work: UseWork
    concerns: UseObject = strawberry.field(description="Only shared parts and facilities are payable (ZG-31).")
    scope_building_ids: list[strawberry.ID] = strawberry.field(
        description="Whose owners decide and pay; empty for the whole estate."
    )
    budget: Fen = strawberry.field(description='In yuan, above zero, e.g. "60000.00".')
    emergency_reason: EmergencyReason | None = strawberry.field(
        default=None, description="A danger in which the work begins before the owners decide (art. 24)."
    )

    def command(self) -> ProposeUse:
        """Return the command of the use case."""
        return ProposeUse(
            fund_id=str(self.fund_id),
            purpose=self.purpose,
            work=self.work,
            concerns=self.concerns,
            scope_building_ids=tuple(str(id_) for id_ in self.scope_building_ids),
            budget=self.budget,
            emergency_reason=self.emergency_reason,
        )


@strawberry.input(description="A step of a use that needs nothing but its day.")
class UseStepInput(MutationInput):
    """Input of `scopeUse` and `withdrawUse`."""

    use_id: strawberry.ID


@strawberry.input(description="A step of a use and its day.")
class DatedUseStepInput(MutationInput):
    """Input of `startUseWork`, `allocateUse` and `publishUse`."""

    use_id: strawberry.ID
    on: date = strawberry.field(description="The day of the step, today or earlier.")


@strawberry.input(description="The filing of a use with the department.")
class ApproveUseInput(MutationInput):
    """Input of `approveUse`."""

    use_id: strawberry.ID
    filing_no: str = strawberry.field(description="1 to 64 characters.")
    filed_on: date

    def command(self) -> ApproveUse:
        """Return the command of the use case."""
        return ApproveUse(str(self.use_id), self.filing_no, self.filed_on)


@strawberry.input(description="The acceptance of the work.")
class AcceptUseInput(MutationInput):
    """Input of `acceptUse`."""

    use_id: strawberry.ID
    acceptance_id: strawberry.ID = strawberry.field(
        description="The inspection or acceptance that was announced as accepted for the estate."
    )
    accepted_on: date

    def command(self) -> AcceptUse:
        """Return the command of the use case."""
        return AcceptUse(str(self.use_id), str(self.acceptance_id), self.accepted_on)


@strawberry.input(description="What the work cost.")
class SettleUseInput(MutationInput):
    """Input of `settleUse`."""

    use_id: strawberry.ID
    amount: Fen = strawberry.field(description="In yuan, above zero, within the budget.")
    settled_on: date

    def command(self) -> SettleUse:
        """Return the command of the use case."""
        return SettleUse(str(self.use_id), self.amount, self.settled_on)


@strawberry.input(description="A payment of a use by the bank.")
class PayUseInput(MutationInput):
    """Input of `payUse`."""

    use_id: strawberry.ID
    bank_ref: str = strawberry.field(description=BANK_REF)
    paid_on: date = strawberry.field(description=BANK_DAY)
    first_amount: Fen | None = strawberry.field(
        default=None, description="Only for a first payment in an emergency, within the local list's share."
    )

    def command(self) -> PayUse:
        """Return the command of the use case."""
        return PayUse(str(self.use_id), self.bank_ref, self.paid_on, self.first_amount)


@strawberry.input(description="What an owner paid because the own door's account did not cover its share.")
class RecordShortfallPaymentInput(MutationInput):
    """Input of `recordShortfallPayment`."""

    use_id: strawberry.ID
    part_id: strawberry.ID
    bank_ref: str = strawberry.field(description=BANK_REF)
    payout_bank_ref: str = strawberry.field(description="The bank's reference of the payment on to the contractor.")
    paid_on: date = strawberry.field(description=BANK_DAY)

    def command(self) -> RecordShortfallPayment:
        """Return the command of the use case."""
        return RecordShortfallPayment(
            str(self.use_id), str(self.part_id), self.bank_ref, self.payout_bank_ref, self.paid_on
        )
