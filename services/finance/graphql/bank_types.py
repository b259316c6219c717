"""What the bank wrote of a custody account, and what of it a person must settle."""

from datetime import date

import strawberry

from kit.money import Fen
from services.finance.domain.bank_statement import BankLine as LineRecord
from services.finance.domain.reconciliation import BankException as ExceptionRecord
from services.finance.domain.reconciliation import BankExceptionReason

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
