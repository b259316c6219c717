"""What was spent of the fees in custody accounts, as the schema shows it to all owners of the estate."""

from datetime import date

import strawberry

from kit.graphql.connections import Connection, page_request
from kit.money import Fen
from services.finance.domain.fee_spending import FeeSpending as SpendingRecord
from services.finance.domain.fee_spending import FeeUse
from services.finance.graphql import loaders
from services.finance.graphql.context import Info
from services.finance.graphql.explained import Explanation
from services.finance.store.fee_spendings import find_fee_spending, page_of_fee_spendings

strawberry.enum(FeeUse, description="What fees are spent on.")


@strawberry.type(description="An expense for the estate's own service, out of the fees that a custody account holds.")
class FeeSpending:
    """An expense."""

    id: strawberry.ID
    custody_account_id: strawberry.ID = strawberry.field(description="The account that the money left.")
    use: FeeUse
    amount: Fen
    spent_on: date = strawberry.field(description="The bank's day.")
    payee: str = strawberry.field(description="Who was paid.")
    bank_ref: str = strawberry.field(description="The bank's reference, by which its line finds the posting.")
    voucher_id: strawberry.ID = strawberry.field(description="The document that proves it.")
    posting_id: strawberry.ID = strawberry.field(description="Its posting in the custody account's book.")
    left: Fen = strawberry.field(description="What the account held of the estate's fees right after it.")
    explanation: Explanation = strawberry.field(description="How `left` came about.")

    @classmethod
    def of(cls, record: SpendingRecord) -> "FeeSpending":
        """Return the expense as the schema shows it."""
        expense = record.expense
        return cls(
            id=strawberry.ID(record.id),
            custody_account_id=strawberry.ID(record.custody_account_id),
            use=expense.use,
            amount=expense.amount,
            spent_on=expense.spent_on,
            payee=expense.payee,
            bank_ref=expense.bank_ref,
            voucher_id=strawberry.ID(expense.voucher_id),
            posting_id=strawberry.ID(record.posting_id),
            left=record.left,
            explanation=Explanation.of(record.explanation),
        )


@strawberry.type(description="What was spent of an estate's fees.")
class FeeSpendingConnection(Connection):
    """A page of expenses."""

    nodes: list[FeeSpending]


@strawberry.type
class FeeSpendingsOfEstate:
    """What was spent of the fees of an estate."""

    id: strawberry.ID

    @strawberry.field(
        description="What was spent in a calendar year of the estate's fees that custody accounts hold, by day; all "
        "owners may read it. Null for an unknown estate."
    )
    async def fee_spendings(
        self, info: Info, year: int, first: int = 50, after: str | None = None
    ) -> FeeSpendingConnection | None:
        """Return a page of the year's expenses; null when finance does not know the estate, or it is out of scope."""
        page = page_request(first=first, after=after, parts=2)
        if await info.context.load(loaders.estates_by_id, str(self.id)) is None:
            return None
        begin = None if page.after is None else (str(page.after[0]), str(page.after[1]))
        rows = await page_of_fee_spendings(
            info.context.mongo, str(self.id), year, after=begin, limit=page.limit, scope=info.context.scope
        )
        shown, page_info = page.cut(rows, key=lambda one: (one.expense.spent_on.isoformat(), one.id))
        return FeeSpendingConnection(nodes=[FeeSpending.of(row) for row in shown], page_info=page_info)


async def fee_spending_with_id(info: Info, spending_id: str) -> FeeSpending | None:
    """Return the expense if the caller's scope has it."""
    record = await find_fee_spending(info.context.mongo, spending_id, scope=info.context.scope)
    return None if record is None else FeeSpending.of(record)
