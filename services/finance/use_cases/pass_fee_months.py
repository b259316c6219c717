"""A month passes: the arrears of every billed estate are measured as of its last day, without anybody asking (P5)."""

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from kit.activations import ActivatedPolicies
from kit.caller import SYSTEM_CALLER
from kit.clock import Clock, business_date
from kit.ids import new_id
from kit.lease import Lease, LeaseLost
from kit.mongo import Mongo, TooContended, UnitOfWork, is_unavailable, run_unit_of_work
from policy.policies import Policies
from services.finance.store.arrears_positions import find_position
from services.finance.store.bill_runs import find_billed_estates
from services.finance.store.estates import find_estate
from services.finance.use_cases.measure_arrears import keep_arrears

logger = logging.getLogger(__name__)

LEASE: Final = "fee-months"
LEASE_TTL: Final = timedelta(minutes=2)
POLL_SECONDS: Final = 600.0
_EVERYTHING: Final = SYSTEM_CALLER.scope


@dataclass
class FeeMonths:
    """The runner of one process; of several, the one that holds the lease works."""

    mongo: Mongo
    policies: ActivatedPolicies[Policies]
    clock: Clock
    _measured: date | None = field(default=None, init=False)
    """The last day that this process has measured every estate for."""

    async def run(self) -> None:
        """Measure what is due as long as the service runs, a few minutes after a month's end at the latest."""
        lease = Lease(self.mongo, LEASE, new_id("hld"), LEASE_TTL, self.clock)
        while True:
            try:
                if await lease.acquire():
                    await self.pass_month(lease)
            except LeaseLost:
                logger.warning("another process measures the arrears now")
            except Exception as problem:
                if not isinstance(problem, TooContended) and not is_unavailable(problem):
                    raise
                logger.warning("arrears wait for their store: %s", type(problem).__name__)
            await asyncio.sleep(POLL_SECONDS)

    async def pass_month(self, lease: Lease) -> int:
        """Measure every billed estate as of the last day of the month before; returns how many were measured now.

        An estate that was measured for that day, by whomever, is left as it is.
        """
        as_of = last_day_of_month_before(business_date(self.clock.now()))
        if self._measured == as_of:
            return 0
        measured = 0
        for estate_id in await find_billed_estates(self.mongo, scope=_EVERYTHING):
            if await find_position(self.mongo, estate_id, as_of, scope=_EVERYTHING) is None:
                measured += await self._measure(lease, estate_id, as_of)
        self._measured = as_of
        return measured

    async def _measure(self, lease: Lease, estate_id: str, as_of: date) -> bool:
        if not await lease.renew():
            raise LeaseLost(f"the lease {lease.name!r} has passed to another holder")

        async def measure(work: UnitOfWork) -> bool:
            await lease.confirm(work)
            estate = await find_estate(work, estate_id, scope=_EVERYTHING)
            return estate is not None and await keep_arrears(work, estate, as_of, policies=self.policies)

        return await run_unit_of_work(self.mongo, SYSTEM_CALLER, measure, clock=self.clock)


def last_day_of_month_before(today: date) -> date:
    """Return the last day of the month before the one that a day lies in."""
    return today.replace(day=1) - timedelta(days=1)
