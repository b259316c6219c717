"""Somebody takes back income that was recorded wrongly; recorded rightly, it may have the same bank reference."""

from dataclasses import dataclass

from kit.caller import Role, Scope
from kit.idempotency import Outcome
from kit.ledger.store import account_states, reverse
from kit.money import ZERO_FEN
from kit.mongo import UnitOfWork
from services.finance.domain.books import BOOK_OF_CUSTODY
from services.finance.domain.custody import CustodyAccount
from services.finance.domain.custody_money import held_key
from services.finance.domain.estate import Estate
from services.finance.domain.public_revenue import PublicRevenue, RevenueUnknown, require_in_account
from services.finance.domain.reconciliation import check_reason
from services.finance.domain.revenue_ledger import purse_id
from services.finance.domain.revenue_reversal import reference_again, take_back
from services.finance.events import PublicRevenueReversed
from services.finance.store.bank_lines import posting_with_key, release_match
from services.finance.store.custody_accounts import find_account
from services.finance.store.public_revenues import (
    find_revenues,
    find_revenues_of_bank_ref,
    held_of_purse,
    save_revenue,
)
from services.finance.use_cases.fee_places import estate_areas, estate_of
from services.finance.use_cases.purse_money import in_account_of_purse

PATH = ("input",)
REVERSERS = (Role.STREET, Role.DISTRICT_OFFICE, Role.FINANCE_BUREAU)
"""Who takes income back: never the company or the committee that reported it."""

_EVERYTHING = Scope.everything()


@dataclass(frozen=True)
class ReversePublicRevenue:
    """The command: which income, and why."""

    revenue_id: str
    reason: str | None


async def reverse_public_revenue(work: UnitOfWork, command: ReversePublicRevenue) -> Outcome:
    """Reverse what the income posted, on its own day, and return its id as `revenue`.

    A bank line that it was matched with is an exception again until the income is recorded anew. Raises ForbiddenActor
    for other roles, ValidationFailed without a reason, RevenueUnknown, RevenueTakenBack, RevenueSpent and
    NotInThatAccount for money that was spent or lies elsewhere by now, PeriodLocked for a closed month.
    """
    work.caller.require_role(*REVERSERS)
    reason = check_reason(command.reason, path=(*PATH, "reason"))
    path = (*PATH, "revenueId")
    revenue = (await find_revenues(work, [command.revenue_id], scope=work.caller.scope)).get(command.revenue_id)
    if revenue is None:
        raise RevenueUnknown("no such income", path=path, value=command.revenue_id)
    estate = await estate_of(work, revenue.estate_id, path=path)
    purse = purse_id(estate.id, revenue.earmark)
    states = await account_states(work, [purse], scope=_EVERYTHING)
    balance = states[purse].balance_fen if purse in states else ZERO_FEN
    held = await held_of_purse(work, estate.id, revenue.earmark, scope=_EVERYTHING)
    reversed_ = take_back(revenue, on=work.today, reason=reason, balance=balance, held=held, path=path)
    if revenue.posting_id is not None:
        custody = await _custody(work, revenue)
        in_account = await in_account_of_purse(work, estate, revenue.earmark, custody, balance=balance)
        require_in_account(revenue.net, in_account=in_account, path=path)
        if custody is not None:
            await _take_out_of_custody(work, revenue, custody, reason=reason)
        await reverse(work, revenue.posting_id, reason=reason, occurred_on=revenue.received_on)
    await _keep(work, reversed_, estate)
    return Outcome(entity_ids={"revenue": revenue.id, "estate": estate.id}, policy_version_id=revenue.policy_version_id)


async def _custody(work: UnitOfWork, revenue: PublicRevenue) -> CustodyAccount | None:
    """Return the custody account that the income came into; whoever sees the income need not see it."""
    if revenue.custody_account_id is None:
        return None
    account = await find_account(work, revenue.custody_account_id, scope=_EVERYTHING)
    assert account is not None
    return account


async def _take_out_of_custody(
    work: UnitOfWork, revenue: PublicRevenue, custody: CustodyAccount, *, reason: str
) -> None:
    same = await find_revenues_of_bank_ref(work, revenue.estate_id, revenue.bank_ref, scope=_EVERYTHING)
    reference = reference_again(revenue.bank_ref, times=len(same) - 1)
    posting = await posting_with_key(
        work, BOOK_OF_CUSTODY[custody.kind](custody.district), held_key(custody.id, reference)
    )
    assert posting is not None
    await reverse(work, posting["_id"], reason=reason, occurred_on=revenue.received_on)
    await release_match(work, custody.id, posting["_id"])


async def _keep(work: UnitOfWork, revenue: PublicRevenue, estate: Estate) -> None:
    assert revenue.taken_back is not None
    await save_revenue(work, revenue, areas=estate_areas(estate))
    work.announce(PublicRevenueReversed.of(revenue, revenue.taken_back))
