"""Somebody spends public revenue on what its earmark allows; a wrong use is refused, and announced (F23)."""

import hashlib
from dataclasses import dataclass
from datetime import date

from kit.caller import Role, Scope
from kit.errors import ValidationFailed
from kit.idempotency import Outcome
from kit.ids import new_id
from kit.ledger.store import account_states, open_accounts, post
from kit.ledger.transfers import Posting
from kit.money import Fen
from kit.mongo import UnitOfWork
from policy.vocabulary import IncomeEarmark
from services.finance.domain.books import revenue_book
from services.finance.domain.custody import CustodyAccount
from services.finance.domain.custody_money import HeldMoney, revenue_held_id
from services.finance.domain.deposit_ledger import BankReferenceUsed, checked_bank_reference
from services.finance.domain.estate import Estate
from services.finance.domain.payee import checked_payee
from services.finance.domain.public_revenue import (
    RevenueSpending,
    RevenueUse,
    check_use,
    require_in_account,
    require_spendable,
)
from services.finance.domain.revenue_ledger import purse_accounts, purse_id, spending_key, spending_transfers
from services.finance.events import EarmarkViolationRefused
from services.finance.store.estates import find_estate
from services.finance.store.public_revenues import held_of_purse, note_refused_use, save_spending
from services.finance.use_cases.custody_money import account_holding, move_held_money
from services.finance.use_cases.fee_places import estate_areas, estate_of
from services.finance.use_cases.purse_money import in_account_of_purse

PATH = ("input",)
SPENDERS = (Role.PROVIDER, Role.COMMITTEE, Role.COMMUNITY, Role.STREET, Role.DISTRICT_OFFICE, Role.FINANCE_BUREAU)


@dataclass(frozen=True)
class SpendPublicRevenue:
    """The command: how much of which purse, for what, for which project, paid to whom and when, out of which account.

    `custody_account_id` is None for money that lies in no custody account.
    """

    estate_id: str
    earmark: IncomeEarmark
    use: RevenueUse
    amount: Fen
    spent_on: date
    payee: str
    bank_ref: str
    for_estate_id: str
    custody_account_id: str | None = None


async def spend_public_revenue(work: UnitOfWork, command: SpendPublicRevenue) -> Outcome:
    """Post the expense and return its id as `spending`.

    Raises ForbiddenActor for other roles, EstateUnknown, WrongUse (EARMARK), PurseEmpty, NotInThatAccount where that
    much lies in another account, ValidationFailed for a payee without a name or a day to come, BankReferenceUsed,
    CustodyAccountUnknown, NotHeldThere.
    """
    work.caller.require_role(*SPENDERS)
    bank_ref = checked_bank_reference(command.bank_ref, path=(*PATH, "bankRef"))
    payee = checked_payee(command.payee, path=(*PATH, "payee"))
    if command.spent_on > work.today:
        raise ValidationFailed(
            "an expense was paid in the past", path=(*PATH, "spentOn"), value=command.spent_on.isoformat()
        )
    estate = await estate_of(work, command.estate_id, path=(*PATH, "estateId"))
    for_estate = await estate_of(work, command.for_estate_id, path=(*PATH, "forEstateId"))
    check_use(command.earmark, command.use, estate=estate, for_estate=for_estate, path=PATH)
    areas = estate_areas(estate)
    await open_accounts(work, purse_accounts(estate, command.earmark, areas=areas))
    purse = purse_id(estate.id, command.earmark)
    # Who sees the estate may ask what its purse holds, whoever saw the estate when the account was opened.
    states = await account_states(work, [purse], scope=Scope.everything())
    require_spendable(
        command.amount,
        balance=states[purse].balance_fen,
        held=await held_of_purse(work, estate.id, command.earmark, scope=work.caller.scope),
        path=PATH,
    )
    custody = await _custody(work, command, estate)
    in_account = await in_account_of_purse(work, estate, command.earmark, custody, balance=states[purse].balance_fen)
    require_in_account(command.amount, in_account=in_account, path=(*PATH, "custodyAccountId"))
    spending_id = new_id("spd")
    posted = await post(
        work,
        Posting(
            book=revenue_book(estate.district),
            key=spending_key(estate.id, bank_ref),
            transfers=spending_transfers(estate.id, command.earmark, command.amount),
            occurred_on=command.spent_on,
            memo=f"公共收益支出 {command.use.value} {bank_ref}",
            district=estate.district,
        ),
    )
    if posted.replayed:
        raise BankReferenceUsed(
            "this bank reference is recorded for the estate already", path=(*PATH, "bankRef"), value=bank_ref
        )
    if custody is not None:
        await move_held_money(
            work,
            revenue_held_id(custody.id, estate.id, command.earmark),
            custody,
            estate=estate,
            amount=Fen(-command.amount),
            bank_ref=bank_ref,
            day=command.spent_on,
            memo=f"公共收益支出 {payee} {bank_ref}",
            path=PATH,
        )
    spending = RevenueSpending(
        id=spending_id,
        district=estate.district,
        estate_id=estate.id,
        earmark=command.earmark,
        use=command.use,
        amount=command.amount,
        spent_on=command.spent_on,
        for_estate_id=for_estate.id,
        payee=payee,
        bank_ref=bank_ref,
        posting_id=posted.id,
        custody_account_id=command.custody_account_id,
    )
    await save_spending(work, spending, areas=areas)
    return Outcome(entity_ids={"spending": spending_id, "estate": estate.id})


async def _custody(work: UnitOfWork, command: SpendPublicRevenue, estate: Estate) -> CustodyAccount | None:
    """Return the custody account that the money leaves, if the command names one."""
    if command.custody_account_id is None:
        return None
    return await account_holding(
        work,
        command.custody_account_id,
        HeldMoney.PUBLIC_REVENUE,
        estate=estate,
        day=command.spent_on,
        path=(*PATH, "custodyAccountId"),
    )


async def announce_refused_use(work: UnitOfWork, command: SpendPublicRevenue, *, idempotency_key: str) -> None:
    """Keep and announce that a wrong use was refused, once for each attempt (F23); nothing was posted."""
    estate = await find_estate(work, command.estate_id, scope=work.caller.scope)
    if estate is None:
        return
    attempt = hashlib.sha256(f"{len(work.caller.subject)}:{work.caller.subject}:{idempotency_key}".encode()).hexdigest()
    is_new = await note_refused_use(
        work, attempt, estate_id=estate.id, refused_on=work.today, areas=estate_areas(estate)
    )
    if is_new:
        work.announce(
            EarmarkViolationRefused(
                district=estate.district,
                aggregate_id=estate.id,
                occurred_on=work.today,
                estate_id=estate.id,
                attempt_id=attempt,
                attempted_use=command.use,
                earmark=command.earmark,
                amount=command.amount,
            )
        )
