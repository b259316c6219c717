"""The background work that makes the bills of started runs out, under a lease: one process of several does it."""

import asyncio
import logging
from datetime import timedelta
from typing import Final

from kit.caller import Scope
from kit.clock import Clock
from kit.ids import new_id
from kit.lease import Lease, LeaseLost
from kit.mongo import Mongo, TooContended, is_unavailable
from services.finance.store.bill_runs import find_running_ids
from services.finance.use_cases.make_out_bills import PAGE_SIZE, make_out_bills

logger = logging.getLogger(__name__)

LEASE_NAME: Final = "bill-runs"
LEASE_TTL: Final = timedelta(seconds=60)
PAUSE_SECONDS: Final = 1.0


class BillRuns:
    """Makes out the bills of every run that is started; run one in every replica."""

    def __init__(self, mongo: Mongo, *, clock: Clock, page_size: int = PAGE_SIZE) -> None:
        self._mongo = mongo
        self._clock = clock
        self._page_size = page_size
        self._lease = Lease(mongo, LEASE_NAME, new_id("hld"), LEASE_TTL, clock)

    async def run(self) -> None:
        """Work until cancelled; while the store is away or another process holds the lease, wait and try again."""
        while True:
            try:
                await self.finish_started()
            except Exception as problem:
                if not isinstance(problem, TooContended) and not is_unavailable(problem):
                    raise
                logger.warning("bill runs wait for their store: %s", type(problem).__name__)
            await asyncio.sleep(PAUSE_SECONDS)

    async def finish_started(self) -> int:
        """Make out what every started run has left, and return how many there were; 0 if another holds the lease."""
        run_ids = await find_running_ids(self._mongo, scope=Scope.everything())
        if not run_ids or not await self._lease.acquire():
            return 0
        for run_id in run_ids:
            try:
                await make_out_bills(
                    self._mongo, run_id, clock=self._clock, lease=self._lease, page_size=self._page_size
                )
            except LeaseLost as lost:
                logger.info("%s", lost)
                return 0
        await self._lease.release()
        return len(run_ids)
