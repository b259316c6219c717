"""What the bank wrote of a custody account, and what of it a person must settle."""

from datetime import date

import strawberry

from kit.money import Fen
from services.finance.domain.bank_statement import BankLine as LineRecord
from services.finance.domain.cut_over import CutOver as CutOverRecord
from services.finance.domain.cut_over import CutOverState
from services.finance.domain.reconciliation import BankException as ExceptionRecord
from services.finance.domain.reconciliation import BankExceptionReason
from services.finance.graphql.context import Info
from services.finance.store.cut_overs import find_cut_over

strawberry.enum(CutOverState, description="Whether an estate's opening stands, or was taken back.")
strawberry.enum(
    BankExceptionReason,
    description="Why a line of the bank, a posting or a day needs a person.",
)


@strawberry.type(description="A line of a bank statement; it never changes.")
class BankLine:
    """A line of a bank statement."""

    id: strawberry.ID
    bank_ref: str = strawberry.field(description="The bank's reference; known once an account.")
    day: date = strawberry.field(description="The bank's day.")
    amount: Fen = strawberry.field(description="Above zero what came in, below zero what went out.")
    balance: Fen = strawberry.field(description="What the account held after it.")
    memo: str = strawberry.field(description="What the bank wrote beside it; may be empty.")
    counterparty: str = strawberry.field(description="Who paid or was paid; empty where the bank does not say.")

    @classmethod
    def of(cls, record: LineRecord) -> "BankLine":
        """Return the line as the schema shows it."""
        return cls(
            id=strawberry.ID(record.id),
            bank_ref=record.bank_ref,
            day=record.day,
            amount=record.amount,
            balance=record.balance,
            memo=record.memo,
            counterparty=record.counterparty,
        )


@strawberry.type(description="A line of the bank, a posting or a day of an account that a person must settle.")
class BankException:
    """An exception of a custody account's month."""

    reason: BankExceptionReason
    day: date
    amount: Fen = strawberry.field(
        description="The line's or the posting's amount; of a day the bank's balance less the book's."
    )
    line: BankLine | None = strawberry.field(description="The line of the bank, where there is one.")
    posting_id: strawberry.ID | None = strawberry.field(description="The posting that is meant, where there is one.")

    @classmethod
    def of(cls, record: ExceptionRecord) -> "BankException":
        """Return the exception as the schema shows it."""
        return cls(
            reason=record.reason,
            day=record.day,
            amount=record.amount,
            line=None if record.line is None else BankLine.of(record.line),
            posting_id=None if record.posting_id is None else strawberry.ID(record.posting_id),
        )


@strawberry.type(description="What an estate began with at the cut-over, under one dated opening.")
class CutOver:
    """An estate's opening."""

    id: strawberry.ID
    estate_id: strawberry.ID
    as_of: date = strawberry.field(description="The day of the cut-over.")
    state: CutOverState
    posting_ids: list[strawberry.ID]
    bill_ids: list[strawberry.ID] = strawberry.field(description="The bills of what parts owed on that day.")

    @classmethod
    def of(cls, record: CutOverRecord) -> "CutOver":
        """Return the opening as the schema shows it."""
        of_funds = [posting_id for _, posting_id in record.fund_postings]
        return cls(
            id=strawberry.ID(record.id),
            estate_id=strawberry.ID(record.estate_id),
            as_of=record.as_of,
            state=record.state,
            posting_ids=[strawberry.ID(one) for one in (*of_funds, *record.posting_ids)],
            bill_ids=[strawberry.ID(one) for one in record.bill_ids],
        )


async def cut_over_with_id(info: Info, id_: str) -> CutOver | None:
    """Return the opening if the caller's scope has it."""
    record = await find_cut_over(info.context.mongo, id_, scope=info.context.caller.scope)
    return None if record is None else CutOver.of(record)
