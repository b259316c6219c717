"""A lease: of several replicas of a service, one holds the named task, until it gives it up or falls silent.

Every change of hands raises the lease's token. Work that must not be done by a former holder calls `confirm` inside its
transaction: it writes the lease's document under the token, so that a holder who was replaced meanwhile cannot commit.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from pymongo.errors import DuplicateKeyError

from kit.clock import Clock, SystemClock
from kit.mongo import Mongo, UnitOfWork, to_milliseconds

LEASES: Final = "leases"


class LeaseLost(Exception):
    """Another holder has taken the lease over; what was about to be written is rolled back."""


@dataclass
class Lease:
    """The lease `name`, wanted by `holder` for `ttl` at a time. `ttl` must be far above the clocks' difference."""

    mongo: Mongo
    name: str
    holder: str
    ttl: timedelta
    clock: Clock = SystemClock()  # noqa: RUF009 - the clock has no state.
    token: int | None = None
    """The fencing token while the lease is held, else None; a later holder's is always higher."""

    async def acquire(self) -> bool:
        """Take the lease if it is free, has run out or is already this holder's; returns whether it is held now."""
        now = to_milliseconds(self.clock.now())
        leases = self.mongo.collection(LEASES)
        known = await leases.find_one({"_id": self.name})
        if known is None:
            try:
                await leases.insert_one(
                    {"_id": self.name, "holder": self.holder, "token": 1, "expires_at": now + self.ttl}
                )
            except DuplicateKeyError:
                return self._lost()
            self.token = 1
            return True
        if known["token"] == self.token and known["holder"] == self.holder:
            return await self.renew()
        if known["holder"] is not None and known["expires_at"] > now:
            return self._lost()
        taken = await leases.update_one(
            {"_id": self.name, "token": known["token"], "expires_at": known["expires_at"]},
            {"$set": {"holder": self.holder, "token": known["token"] + 1, "expires_at": now + self.ttl}},
        )
        if taken.matched_count == 0:
            return self._lost()
        self.token = known["token"] + 1
        return True

    async def renew(self) -> bool:
        """Hold the lease for another `ttl`; returns False, and forgets the token, if it has passed to another."""
        renewed = await self.mongo.collection(LEASES).update_one(
            {"_id": self.name, "holder": self.holder, "token": self.token},
            {"$set": {"expires_at": to_milliseconds(self.clock.now()) + self.ttl}},
        )
        return True if renewed.matched_count else self._lost()

    async def release(self) -> None:
        """Give the lease up, so that another may take it at once; does nothing if it is not held."""
        if self.token is None:
            return
        await self.mongo.collection(LEASES).update_one(
            {"_id": self.name, "holder": self.holder, "token": self.token},
            {"$set": {"holder": None, "expires_at": to_milliseconds(self.clock.now())}},
        )
        self.token = None

    async def confirm(self, work: UnitOfWork) -> None:
        """Bind the unit of work to the lease: it commits only while the lease is this holder's; raises LeaseLost.

        Writing, not reading, is what makes a take-over and this commit exclude each other.
        """
        confirmed = await self.mongo.collection(LEASES).update_one(
            {"_id": self.name, "holder": self.holder, "token": self.token},
            {"$set": {"confirmed_at": work.now}},
            session=work.session,
        )
        if confirmed.matched_count == 0:
            self._lost()
            raise LeaseLost(f"the lease {self.name!r} has passed from {self.holder!r} to another holder")

    def _lost(self) -> bool:
        self.token = None
        return False
