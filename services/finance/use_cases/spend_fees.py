"""Somebody spends fees that lie in a custody account on the estate's own service; the bank's line finds the posting."""

from dataclasses import dataclass
from datetime import date

from kit.activations import ActivatedPolicies
from kit.idempotency import Outcome
from kit.ids import new_id
from kit.money import Fen, add_fen
from kit.mongo import UnitOfWork
from policy.policies import Policies
from services.finance.domain.custody_money import HeldMoney, fees_held_id
from services.finance.domain.deposit_ledger import checked_bank_reference
from services.finance.domain.fee_spending import (
    ANY_SPENDER,
    SPENDING_PREFIX,
    FeeSpending,
    FeeUse,
    checked_expense,
    explain_spending,
    require_spender,
)
from services.finance.store.fee_spendings import insert_fee_spending
from services.finance.use_cases.custody_money import account_holding, move_held_money
from services.finance.use_cases.fee_places import estate_areas, estate_of

PATH = ("input",)


@dataclass(frozen=True)
class SpendFees:
    """The command: which estate's fees in which account, for what, how much, paid to whom and when, and its proof."""

    estate_id: str
    custody_account_id: str
    use: FeeUse
    amount: Fen
    spent_on: date
    payee: str
    bank_ref: str
    voucher_id: str


async def spend_fees(work: UnitOfWork, command: SpendFees, *, policies: ActivatedPolicies[Policies]) -> Outcome:
    """Post that the money left the account and return the expense's id as `spending`.

    Raises ForbiddenActor for roles that spend no fees, NotWhoSpends for those that spend none out of this account,
    EstateUnknown, CustodyAccountUnknown, NotHeldThere, ValidationFailed for what is no expense, BankReferenceUsed,
    PeriodLocked, AccountOverdrawn for more than the account holds of the estate's fees.
    """
    work.caller.require_role(*ANY_SPENDER)
    expense = checked_expense(
        use=command.use,
        amount=command.amount,
        spent_on=command.spent_on,
        payee=command.payee,
        bank_ref=checked_bank_reference(command.bank_ref, path=(*PATH, "bankRef")),
        voucher_id=command.voucher_id,
        today=work.today,
        path=PATH,
    )
    estate = await estate_of(work, command.estate_id, path=(*PATH, "estateId"))
    path = (*PATH, "custodyAccountId")
    custody = await account_holding(
        work, command.custody_account_id, HeldMoney.FEES, estate=estate, day=expense.spent_on, path=path
    )
    require_spender(custody.kind, work.caller.roles, path=path)
    version = (await policies.as_recorded(work)).at(estate.district, expense.spent_on, estate_id=estate.id)
    held_id = fees_held_id(custody.id, estate.id)
    posted = await move_held_money(
        work,
        held_id,
        custody,
        estate=estate,
        amount=Fen(-expense.amount),
        bank_ref=expense.bank_ref,
        day=expense.spent_on,
        memo=f"物业费支出 {expense.payee} {expense.bank_ref}",
        path=PATH,
    )
    held = add_fen(posted.balance_after(held_id), expense.amount)
    spending = FeeSpending(
        id=new_id(SPENDING_PREFIX),
        district=estate.district,
        estate_id=estate.id,
        custody_account_id=custody.id,
        expense=expense,
        held=held,
        posting_id=posted.id,
        explanation=explain_spending(expense, held=held, policy_version_id=version.id),
    )
    await insert_fee_spending(work, spending, areas=estate_areas(estate))
    return Outcome(entity_ids={"spending": spending.id, "estate": estate.id}, policy_version_id=version.id)
