"""What a fund earns: interest by daily balance, and other income, both rolled over into it (Decree 165, art. 27)."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from kit.errors import ValidationFailed
from kit.idempotency import Outcome
from kit.money import Fen, format_money
from kit.mongo import UnitOfWork
from services.finance.domain.maintenance_interest import (
    Movement,
    check_interest_day,
    explain_interest,
    fen_days,
    share_interest,
)
from services.finance.domain.maintenance_ledger import incoming, pool_account_id
from services.finance.domain.maintenance_statement import FundEntry
from services.finance.store.maintenance_funds import save_fund
from services.finance.store.maintenance_movements import movements_until
from services.finance.use_cases.fund_postings import (
    CUSTODIANS,
    EXPLANATION,
    PATH,
    bank_movement,
    fund_in_scope,
    post_to_fund,
)


class FundIncomeKind(StrEnum):
    """What a fund earns besides deposits (art. 27); interest is shared by daily balance, the rest is the pool's."""

    INTEREST = "INTEREST"
    BOND_INCOME = "BOND_INCOME"
    COMMON_PARTS_INCOME = "COMMON_PARTS_INCOME"
    SCRAP_VALUE = "SCRAP_VALUE"


MEMOS = {
    FundIncomeKind.INTEREST: "维修资金利息",
    FundIncomeKind.BOND_INCOME: "国债收益滚存",
    FundIncomeKind.COMMON_PARTS_INCOME: "共用部位经营收益滚存",
    FundIncomeKind.SCRAP_VALUE: "共用设施设备残值滚存",
}


class IncomeNotPositive(ValidationFailed):
    """The amount is not above zero."""


@dataclass(frozen=True)
class PostFundIncome:
    """The command: what came in, how much, and the bank's reference and day."""

    fund_id: str
    kind: FundIncomeKind
    amount: Fen
    bank_ref: str
    received_on: date


async def post_fund_income(work: UnitOfWork, command: PostFundIncome) -> Outcome:
    """Post the income and return the fund's id as `maintenanceFund`.

    Interest goes to doors and pool by their daily balances since the last interest, up to the day before the bank's.
    Raises ForbiddenActor, FundUnknown, IncomeNotPositive, InterestDayTaken, FundBankReferenceUsed, BankDayInvalid.
    """
    work.caller.require_role(*CUSTODIANS)
    place = await fund_in_scope(work, command.fund_id)
    fund = place.fund
    if command.amount <= 0:
        raise IncomeNotPositive("income is above zero", path=(*PATH, "amount"), value=format_money(command.amount))
    movement = bank_movement(
        fund,
        bank_ref=command.bank_ref,
        day=command.received_on,
        today=work.today,
        memo=MEMOS[command.kind],
        name="receivedOn",
    )
    pool_id = pool_account_id(fund.id)
    if command.kind is not FundIncomeKind.INTEREST:
        fund, _ = await post_to_fund(
            work,
            place,
            movement,
            incoming(fund.custody_account_id, [(pool_id, command.amount)]),
            kind=FundEntry.INCOME,
        )
        await save_fund(work, fund)
        return Outcome(entity_ids={"maintenanceFund": fund.id}, policy_version_id=fund.policy_version_id)
    since, until = fund.interest_to, command.received_on
    check_interest_day(until, interest_to=since, today=work.today, path=(*PATH, "receivedOn"))
    moved = await movements_until(work, fund.id, until - timedelta(days=1), scope=work.caller.scope)
    weights = fen_days((Movement(one.account_id, one.day, one.change) for one in moved), since=since, until=until)
    shares = share_interest(command.amount, weights, pool_account_id=pool_id)
    fund, _ = await post_to_fund(
        work,
        place,
        movement,
        incoming(fund.custody_account_id, [*shares.by_account.items(), (pool_id, shares.to_pool)]),
        kind=FundEntry.INTEREST,
    )
    await save_fund(work, replace(fund, interest_to=until))
    explanation = explain_interest(
        command.amount, shares, since=since, until=until, policy_version_id=fund.policy_version_id
    )
    return Outcome(
        entity_ids={"maintenanceFund": fund.id},
        policy_version_id=fund.policy_version_id,
        details={EXPLANATION: explanation.as_data()},
    )
