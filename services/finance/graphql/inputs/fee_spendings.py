"""What the mutations that spend fees take."""

from datetime import date

import strawberry

from kit.graphql.payloads import MutationInput
from kit.money import Fen
from services.finance.domain.fee_spending import FeeUse
from services.finance.use_cases.spend_fees import SpendFees


@strawberry.input(description="An expense for the estate's own service, out of the fees that a custody account holds.")
class SpendFeesInput(MutationInput):
    """Input of `spendFees`."""

    estate_id: strawberry.ID = strawberry.field(description="The estate whose fees pay.")
    custody_account_id: strawberry.ID = strawberry.field(description="The account that the money left.")
    use: FeeUse
    amount: Fen = strawberry.field(
        description='In yuan, above zero, at most what the account holds of the estate\'s fees, e.g. "800.00".'
    )
    spent_on: date = strawberry.field(description="The bank's day, today or earlier.")
    payee: str = strawberry.field(description="Who was paid, 1 to 100 characters.")
    bank_ref: str = strawberry.field(description="The bank's reference, 1 to 64 characters; recorded once an account.")
    voucher_id: strawberry.ID = strawberry.field(
        description="The document that proves it, such as a pay list or an invoice; an id of 1 to 64 characters."
    )

    def command(self) -> SpendFees:
        """Return the command of the use case."""
        return SpendFees(
            estate_id=str(self.estate_id),
            custody_account_id=str(self.custody_account_id),
            use=self.use,
            amount=self.amount,
            spent_on=self.spent_on,
            payee=self.payee,
            bank_ref=self.bank_ref,
            voucher_id=str(self.voucher_id),
        )
