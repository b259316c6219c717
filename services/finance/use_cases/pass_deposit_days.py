"""A day passes: contract years begin, and money and accounts that are still missing are announced (A-2, A-5, F9)."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from kit.activations import ActivatedPolicies
from kit.caller import SYSTEM_CALLER
from kit.clock import Clock, business_date
from kit.errors import Refusal
from kit.ids import new_id
from kit.lease import Lease, LeaseLost
from kit.ledger.store import open_accounts, post
from kit.ledger.transfers import Posting
from kit.mongo import Mongo, UnitOfWork, is_unavailable, run_unit_of_work
from policy.policies import Policies
from services.finance.domain.deposit import pass_due_day
from services.finance.domain.deposit_ledger import book_of, carry_key, carry_transfers, liability_account
from services.finance.domain.deposit_state import DepositState
from services.finance.domain.deposit_transfer import pass_day_without_account
from services.finance.domain.deposit_year import NewYear, begin_year, without_next_year
from services.finance.events import (
    DepositAccountMissing,
    DepositDemanded,
    DepositHeld,
    DepositOverdue,
    DepositTransferStarted,
)
from services.finance.store.custody_accounts import find_accounts
from services.finance.store.deposits import (
    find_beginning_years,
    find_newly_overdue,
    find_waiting_for_account,
    insert_deposit,
    save_deposit,
)
from services.finance.store.estates import save_estate
from services.finance.use_cases.loaded_deposit import LoadedDeposit, load_deposit

logger = logging.getLogger(__name__)

LEASE: Final = "deposit-days"
LEASE_TTL: Final = timedelta(minutes=2)
POLL_SECONDS: Final = 300.0


@dataclass
class DepositDays:
    """The runner of one process; of several, the one that holds the lease works."""

    mongo: Mongo
    policies: ActivatedPolicies[Policies]
    clock: Clock

    async def run(self) -> None:
        """Look after the deposits as long as the service does, every few minutes."""
        lease = Lease(self.mongo, LEASE, new_id("hld"), LEASE_TTL, self.clock)
        while True:
            try:
                if await lease.acquire():
                    await self.pass_day(lease)
            except LeaseLost:
                logger.warning("another process looks after the deposits now")
            except Exception as problem:
                if not is_unavailable(problem):
                    raise
                logger.warning("the deposits wait for their store: %s", type(problem).__name__)
            await asyncio.sleep(POLL_SECONDS)

    async def pass_day(self, lease: Lease) -> int:
        """Begin the contract years and announce what money and accounts are missing; returns how many deposits changed.

        The same day again changes nothing. A deposit that is refused is logged and waits for the next time.
        """
        today = business_date(self.clock.now())
        scope = SYSTEM_CALLER.scope
        changed = 0
        for deposit_id in await find_beginning_years(self.mongo, by=today, scope=scope):
            changed += await self._in_one_unit(lease, deposit_id, self._begin)
        for deposit_id in await find_newly_overdue(self.mongo, today=today, scope=scope):
            changed += await self._in_one_unit(lease, deposit_id, _announce_overdue)
        for deposit_id in await find_waiting_for_account(self.mongo, today=today, scope=scope):
            changed += await self._in_one_unit(lease, deposit_id, _remind_of_account)
        return changed

    async def _in_one_unit(
        self, lease: Lease, deposit_id: str, act: Callable[[UnitOfWork, LoadedDeposit], Awaitable[bool]]
    ) -> bool:
        async def unit(work: UnitOfWork) -> bool:
            await lease.confirm(work)
            return await act(work, await load_deposit(work, deposit_id))

        try:
            return await run_unit_of_work(self.mongo, SYSTEM_CALLER, unit, clock=self.clock)
        except Refusal as refusal:
            logger.warning("deposit %s waits: %s", deposit_id, refusal.message)
            return False

    async def _begin(self, work: UnitOfWork, loaded: LoadedDeposit) -> bool:
        """Begin the contract year that follows the deposit's; returns whether anything changed."""
        before = without_next_year(loaded.deposit, loaded.contract)
        if before.next_year_on is None or before.next_year_on > work.today:
            await save_deposit(work, before)
            return before != loaded.deposit
        version = (await self.policies.as_recorded(work)).at(
            before.district, before.next_year_on, estate_id=before.estate_id
        )
        year = begin_year(
            before,
            loaded.contract,
            estate=loaded.estate,
            policy=version.deposit,
            deposit_id=new_id("dep"),
            today=work.today,
        )
        if year is None:
            return False
        await _keep(work, year, loaded)
        # A congress that is being heard of just now meets the new year at the estate: one of the two runs again.
        await save_estate(work, loaded.estate)
        return True


async def _keep(work: UnitOfWork, year: NewYear, loaded: LoadedDeposit) -> None:
    """Post what is carried over, keep both years, and announce the new one (F7, F8, F10)."""
    closed, begun = year.closed, year.begun
    if year.carried:
        posting_id = await _carry(work, year, loaded)
        closed = replace(closed, posting_ids=(*closed.posting_ids, posting_id))
        begun = replace(begun, posting_ids=(posting_id,))
    await save_deposit(work, closed)
    await insert_deposit(work, begun, areas=loaded.areas)
    work.announce(DepositDemanded.of(begun))
    if begun.carried_over > 0 and begun.missing == 0:
        account_id = year.carried[-1].account_id
        work.announce(DepositHeld.of(begun, custody_account_id=account_id, paid_on=begun.state_since))
    if begun.state is DepositState.TRANSFERRING:
        work.announce(DepositTransferStarted.of(begun))


async def _carry(work: UnitOfWork, year: NewYear, loaded: LoadedDeposit) -> str:
    accounts = await find_accounts(work, [one.account_id for one in year.carried], scope=work.caller.scope)
    await open_accounts(
        work, [liability_account(year.begun, account, areas=loaded.areas) for account in accounts.values()]
    )
    begun = year.begun
    posted = await post(
        work,
        Posting(
            book=book_of(begun.district),
            key=carry_key(begun.id),
            transfers=carry_transfers(year.closed.id, begun.id, year.carried),
            occurred_on=year.closed.state_since,
            memo=f"履约保证金结转第{begun.contract_year}合同年度 {begun.id}",
            district=begun.district,
            policy_id=begun.policy_version_id,
        ),
    )
    return posted.id


async def _announce_overdue(work: UnitOfWork, loaded: LoadedDeposit) -> bool:
    """Announce that money of the deposit is overdue, once for each due day; returns whether it was (F9)."""
    overdue = pass_due_day(loaded.deposit, today=work.today)
    if overdue is None:
        return False
    await save_deposit(work, overdue)
    work.announce(DepositOverdue.of(overdue, noticed_on=work.today))
    return True


async def _remind_of_account(work: UnitOfWork, loaded: LoadedDeposit) -> bool:
    """Remind of the account that the owners lack, once a day; returns whether it was lacking (A-5)."""
    reminded = pass_day_without_account(loaded.deposit, owners=loaded.estate.owners, today=work.today)
    if reminded is None:
        return False
    await save_deposit(work, reminded)
    work.announce(DepositAccountMissing.of(reminded, noticed_on=work.today))
    return True
