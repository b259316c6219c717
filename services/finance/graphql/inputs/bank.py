"""What the mutations of custody accounts and periods take."""

from datetime import date

import strawberry

from kit.graphql.payloads import MutationInput
from kit.graphql.scalars import DistrictCode
from kit.money import Fen
from services.finance.use_cases.close_period import ClosePeriod
from services.finance.use_cases.reconcile_account import AssertBankBalance, ReconcileAccount
from services.finance.use_cases.reverse_opening import ReverseOpening
from services.finance.use_cases.settle_bank_exception import SettleBankException


@strawberry.input(description="A month of a custody account.")
class ReconcileAccountInput(MutationInput):
    """Input of `reconcileAccount`."""

    custody_account_id: strawberry.ID
    period: str = strawberry.field(description='A month such as "2026-03".')

    def command(self) -> ReconcileAccount:
        """Return the command of the use case."""
        return ReconcileAccount(custody_account_id=str(self.custody_account_id), period=self.period)


@strawberry.input(description="What the bank says an account held at the end of a day.")
class AssertBankBalanceInput(MutationInput):
    """Input of `assertBankBalance`."""

    custody_account_id: strawberry.ID
    day: date = strawberry.field(description="The bank's day, today or earlier, in a month that is not closed.")
    balance: Fen = strawberry.field(description='In yuan, e.g. "20000.00".')

    def command(self) -> AssertBankBalance:
        """Return the command of the use case."""
        return AssertBankBalance(custody_account_id=str(self.custody_account_id), day=self.day, balance=self.balance)


@strawberry.input(
    description="A line of the bank, why (`reason`), and one of: the posting that it is, or what it paid for."
)
class SettleBankExceptionInput(MutationInput):
    """Input of `settleBankException`."""

    line_id: strawberry.ID
    posting_id: strawberry.ID | None = strawberry.field(
        default=None, description="A posting of the same amount in the same account that belongs to no other line."
    )
    paid_for: strawberry.ID | None = strawberry.field(
        default=None, description="What the money is for, such as a deposit; the payment is posted now."
    )

    def command(self) -> SettleBankException:
        """Return the command of the use case."""
        return SettleBankException(
            line_id=str(self.line_id),
            reason=self.reason,
            posting_id=None if self.posting_id is None else str(self.posting_id),
            paid_for=None if self.paid_for is None else str(self.paid_for),
        )


@strawberry.input(description="The opening of an estate that is taken back; `reason` is required.")
class ReverseOpeningInput(MutationInput):
    """Input of `reverseOpening`."""

    estate_id: strawberry.ID

    def command(self) -> ReverseOpening:
        """Return the command of the use case."""
        return ReverseOpening(estate_id=str(self.estate_id), reason=self.reason)


@strawberry.input(description="A month of a district that is over.")
class ClosePeriodInput(MutationInput):
    """Input of `closePeriod`."""

    district: DistrictCode
    period: str = strawberry.field(description='A month that is over, such as "2026-03".')

    def command(self) -> ClosePeriod:
        """Return the command of the use case."""
        return ClosePeriod(district=str(self.district), period=self.period)
