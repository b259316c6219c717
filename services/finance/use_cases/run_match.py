"""District finance pays its match for what was confirmed by the end of a period (ZG-30)."""

from dataclasses import dataclass, replace
from datetime import date

from kit.activations import ActivatedPolicies
from kit.idempotency import Outcome
from kit.money import add_fen
from kit.mongo import UnitOfWork
from policy.errors import InstrumentAbsent
from policy.policies import Policies
from services.finance.domain.maintenance_fund import MaintenanceFundKind, match_goes_to_pool
from services.finance.domain.maintenance_ledger import door_account_id, incoming, pool_account_id
from services.finance.domain.maintenance_match import AlreadyMatched, match_deposits
from services.finance.domain.maintenance_statement import FundEntry
from services.finance.events import MaintenanceMatched
from services.finance.store.maintenance_funds import (
    deposits_without_match,
    is_period_matched,
    save_fund,
    save_fund_deposits,
)
from services.finance.use_cases.fund_postings import (
    CUSTODIANS,
    EXPLANATION,
    PATH,
    bank_movement,
    fund_in_scope,
    post_to_fund,
)


@dataclass(frozen=True)
class RunMatch:
    """The command: the fund, the period such as "2024-Q1", and the bank's reference and day of the payment."""

    fund_id: str
    period: str
    bank_ref: str
    paid_on: date


async def run_match(work: UnitOfWork, command: RunMatch, *, policies: ActivatedPolicies[Policies]) -> Outcome:
    """Post the match of every deposit that has none, to the pool or the doors as the policy says, once a period (F13).

    Raises ForbiddenActor, FundUnknown, InstrumentAbsent for a fund of Decree 165, AlreadyMatched, NotAMatchPeriod,
    MatchPeriodNotOver, NothingToMatch, FundBankReferenceUsed, BankDayInvalid.
    """
    work.caller.require_role(*CUSTODIANS)
    scope = work.caller.scope
    place = await fund_in_scope(work, command.fund_id)
    fund = place.fund
    if fund.kind is not MaintenanceFundKind.OLD_ESTATE:
        raise InstrumentAbsent("only the fund of old estates is matched", path=(*PATH, "fundId"), value=fund.kind.value)
    movement = bank_movement(
        fund,
        bank_ref=command.bank_ref,
        day=command.paid_on,
        today=work.today,
        memo=f"区财政等额配套 {command.period}",
        name="paidOn",
    )
    policy = (await policies.as_recorded(work)).at(fund.district, command.paid_on, estate_id=fund.estate_id)
    rules = policy.maintenance_fund
    path = (*PATH, "period")
    if await is_period_matched(work, fund.id, command.period, scope=scope):
        raise AlreadyMatched("the fund has its match of this period", path=path, value=command.period)
    waiting = await deposits_without_match(work, fund.id, scope=scope)
    match = match_deposits(waiting, period=command.period, policy=rules, today=command.paid_on, path=path)
    amounts = dict(match.lines)
    matched = [one for one in waiting if one.id in amounts]
    if match_goes_to_pool(rules):
        shares = [(pool_account_id(fund.id), match.amount)]
    else:
        shares = [(door_account_id(one.sub_account_id), amounts[one.id]) for one in matched]
    fund, _ = await post_to_fund(work, place, movement, incoming(fund.custody_account_id, shares), kind=FundEntry.MATCH)
    await save_fund_deposits(work, [replace(one, match=amounts[one.id], match_period=match.period) for one in matched])
    fund = replace(fund, matched=add_fen(fund.matched, match.amount))
    await save_fund(work, fund)
    work.announce(MaintenanceMatched.of(fund, match, paid_on=command.paid_on))
    return Outcome(
        entity_ids={"maintenanceFund": fund.id},
        policy_version_id=policy.id,
        details={EXPLANATION: match.explanation.as_data()},
    )
