"""A person settles an exception: this line is that posting, or what the line paid for is posted now."""

from dataclasses import dataclass

from kit.caller import Scope
from kit.errors import ValidationFailed
from kit.idempotency import Outcome
from kit.ledger.store import PeriodLocked, is_locked
from kit.ledger.transfers import Side, period_of
from kit.money import format_money
from kit.mongo import UnitOfWork
from services.finance.domain.bank_statement import BankLine
from services.finance.domain.books import BOOK_OF_CUSTODY
from services.finance.domain.deposit_ledger import bank_account_id
from services.finance.domain.reconciliation import (
    AlreadyMatched,
    BankLineUnknown,
    Match,
    MatchedBy,
    Movement,
    MovementUnknown,
    SettlementUnclear,
    check_reason,
    check_same_amount,
)
from services.finance.store.bank_lines import find_line, insert_matches, is_matched, movement_of
from services.finance.store.custody_accounts import areas_of_account
from services.finance.use_cases.bank_payments import BankPayment, record_bank_payment
from services.finance.use_cases.reconcile_account import DESK, account_at_desk, reconcile

PATH = ("input",)


@dataclass(frozen=True)
class SettleBankException:
    """The command: a line, why, and one of: the posting that it belongs to, or what it paid for and is posted now."""

    line_id: str
    reason: str | None
    posting_id: str | None = None
    paid_for: str | None = None


async def settle_bank_exception(work: UnitOfWork, command: SettleBankException) -> Outcome:
    """Tie the line to its posting, and return the account's id as `custodyAccount` and the posting's as `posting`.

    Raises ForbiddenActor for other roles, ValidationFailed without a reason, SettlementUnclear, BankLineUnknown,
    AlreadyMatched, MovementUnknown, AmountsDiffer, PeriodLocked for a closed month, and what the payment's own use case
    raises.
    """
    work.caller.require_role(*DESK)
    reason = check_reason(command.reason, path=(*PATH, "reason"))
    if (command.posting_id is None) == (command.paid_for is None):
        raise SettlementUnclear("name the posting, or what the line paid for", path=(*PATH, "postingId"))
    line = await find_line(work, command.line_id, scope=work.caller.scope)
    if line is None:
        raise BankLineUnknown("no such line", path=(*PATH, "lineId"), value=command.line_id)
    account = await account_at_desk(work, line.account_id)
    if await is_locked(work, BOOK_OF_CUSTODY[account.kind](account.district), period_of(line.day)):
        raise PeriodLocked(f"{period_of(line.day)} is closed", path=(*PATH, "lineId"), value=line.day.isoformat())
    if await is_matched(work, account.id, line_id=line.id, scope=Scope.everything()):
        raise AlreadyMatched("the line belongs to a posting already", path=(*PATH, "lineId"), value=line.id)
    posting_id = command.posting_id or await _post(work, line, command.paid_for or "")
    movement = await _free_movement(work, line, posting_id)
    check_same_amount(line, movement, path=(*PATH, "postingId"))
    by = MatchedBy.HAND if command.posting_id is not None else MatchedBy.POSTED
    areas = await areas_of_account(work, account.id, scope=Scope.everything())
    await insert_matches(work, (Match(line, movement, by),), areas=areas, reason=reason)
    await reconcile(work, account, period_of(line.day))
    return Outcome(entity_ids={"custodyAccount": account.id, "posting": posting_id})


async def _post(work: UnitOfWork, line: BankLine, paid_for: str) -> str:
    if line.amount <= 0:
        raise ValidationFailed(
            "only money that came in is posted from its line", path=(*PATH, "paidFor"), value=format_money(line.amount)
        )
    posted = await record_bank_payment(
        work,
        BankPayment(
            custody_account_id=line.account_id,
            amount=line.amount,
            bank_ref=line.bank_ref,
            paid_on=line.day,
            paid_for=paid_for,
        ),
    )
    return posted.movement_id or posted.id


async def _free_movement(work: UnitOfWork, line: BankLine, posting_id: str) -> Movement:
    movement = await movement_of(work, bank_account_id(line.account_id), posting_id, side=Side.DEBIT)
    if movement is None:
        raise MovementUnknown("no such posting in the account", path=(*PATH, "postingId"), value=posting_id)
    if await is_matched(work, line.account_id, posting_id=posting_id, scope=Scope.everything()):
        raise AlreadyMatched("the posting belongs to a line already", path=(*PATH, "postingId"), value=posting_id)
    return movement
