"""What the mutations of deposits take."""

from datetime import date

import strawberry

from kit.graphql.payloads import MutationInput
from kit.graphql.scalars import DistrictCode
from kit.money import Fen
from policy.vocabulary import CustodyKind as PolicyCustodyKind
from services.finance.graphql.custody_types import CustodyKind
from services.finance.use_cases.open_custody_account import OpenCustodyAccount
from services.finance.use_cases.record_deposit_payment import RecordDepositPayment
from services.finance.use_cases.transfer_deposit import TransferDeposit


@strawberry.input(description="A bank account that holds entrusted money.")
class OpenCustodyAccountInput(MutationInput):
    """Input of `openCustodyAccount`."""

    kind: CustodyKind = strawberry.field(
        description="Any kind but OWNERS_PUBLIC, which comes with the congress in the registry."
    )
    holder: str = strawberry.field(description='Who holds the account, 1 to 100 characters, e.g. "解放街道办事处".')
    bank_account: str = strawberry.field(
        description="The account number, 8 to 32 digits; only its last four digits are kept."
    )
    opened_on: date = strawberry.field(description="The bank's day, today or earlier.")
    street_id: strawberry.ID | None = strawberry.field(
        default=None, description="For STREET_DESIGNATED: the street for whose estates it is held."
    )
    estate_id: strawberry.ID | None = strawberry.field(
        default=None, description="For OWNERS_MAINTENANCE and TRUST_FUND: the estate for which it is held."
    )
    district: DistrictCode | None = strawberry.field(
        default=None,
        description="For DISTRICT_FINANCE_MAINTENANCE and HOUSING_AUTHORITY_MAINTENANCE: the district.",
    )

    def command(self) -> OpenCustodyAccount:
        """Return the command of the use case."""
        return OpenCustodyAccount(
            kind=PolicyCustodyKind(self.kind.value),
            holder=self.holder,
            bank_account=self.bank_account,
            opened_on=self.opened_on,
            street_id=None if self.street_id is None else str(self.street_id),
            estate_id=None if self.estate_id is None else str(self.estate_id),
            district=None if self.district is None else str(self.district),
        )


@strawberry.input(description="A payment that the bank confirmed.")
class RecordDepositPaymentInput(MutationInput):
    """Input of `recordDepositPayment`."""

    deposit_id: strawberry.ID
    payer_provider_id: strawberry.ID = strawberry.field(description="The contract's provider; nobody else pays.")
    custody_account_id: strawberry.ID = strawberry.field(description="The account that took the money.")
    amount: Fen = strawberry.field(
        description='In yuan, above zero, at most what is still to be paid, e.g. "20000.00".'
    )
    bank_ref: str = strawberry.field(description="The bank's reference, 1 to 64 characters; recorded once an account.")
    paid_on: date = strawberry.field(description="The bank's day: from the signing of the contract to today.")

    def command(self) -> RecordDepositPayment:
        """Return the command of the use case."""
        return RecordDepositPayment(
            deposit_id=str(self.deposit_id),
            payer_provider_id=str(self.payer_provider_id),
            custody_account_id=str(self.custody_account_id),
            amount=self.amount,
            bank_ref=self.bank_ref,
            paid_on=self.paid_on,
        )


@strawberry.input(description="A bank transfer of all that a street holds of a deposit.")
class TransferDepositInput(MutationInput):
    """Input of `transferDeposit`."""

    deposit_id: strawberry.ID
    bank_ref: str = strawberry.field(description="The bank's reference, 1 to 64 characters; recorded once an account.")
    moved_on: date = strawberry.field(description="The bank's day: the owners' account is open, today or earlier.")

    def command(self) -> TransferDeposit:
        """Return the command of the use case."""
        return TransferDeposit(deposit_id=str(self.deposit_id), bank_ref=self.bank_ref, moved_on=self.moved_on)
