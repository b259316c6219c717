"""What finance announces of the uses of maintenance funds."""

from dataclasses import dataclass
from typing import Any, ClassVar, Self

from kit.events import Event
from kit.money import Fen
from services.finance.domain.maintenance_use import MaintenanceUse


@dataclass(frozen=True, kw_only=True)
class MaintenanceUseProposed(Event):
    """A use of a fund was proposed to the owners of its scope; no building is the whole estate."""

    type: ClassVar[str] = "finance.maintenance.use_proposed"

    estate_id: str
    use_id: str
    fund_id: str
    scope_building_ids: tuple[str, ...]
    budget: Fen
    purpose: str
    emergency: bool

    @classmethod
    def of(cls, use: MaintenanceUse) -> Self:
        """Return the fact of a proposed use, or of one that an emergency approved without a vote (F15)."""
        return cls(
            district=use.district,
            aggregate_id=use.id,
            occurred_on=use.state_since,
            policy_id=use.policy_version_id,
            estate_id=use.estate_id,
            use_id=use.id,
            fund_id=use.fund_id,
            scope_building_ids=use.scope_building_ids,
            budget=use.budget,
            purpose=use.purpose,
            emergency=use.is_emergency,
        )


@dataclass(frozen=True, kw_only=True)
class _OfPaidUse:
    estate_id: str
    use_id: str
    fund_id: str
    paid: Fen
    remainder: Fen
    allocations_hash: str


def _use_facts(use: MaintenanceUse) -> dict[str, Any]:
    if use.allocation_hash is None:
        raise ValueError(f"use {use.id} is {use.state.value}, not paid")
    return {
        "district": use.district,
        "aggregate_id": use.id,
        "occurred_on": use.state_since,
        "policy_id": use.policy_version_id,
        "estate_id": use.estate_id,
        "use_id": use.id,
        "fund_id": use.fund_id,
        "paid": use.paid,
        "remainder": use.remainder,
        "allocations_hash": use.allocation_hash,
    }


@dataclass(frozen=True, kw_only=True)
class MaintenanceUsePaid(_OfPaidUse, Event):
    """The fund paid a use as far as its accounts cover it; `remainder` is the pool's share of the cost."""

    type: ClassVar[str] = "finance.maintenance.use_paid"

    @classmethod
    def of(cls, use: MaintenanceUse) -> Self:
        """Return the fact of a paid use (F16); raises ValueError for one that is not."""
        return cls(**_use_facts(use))


@dataclass(frozen=True, kw_only=True)
class MaintenanceUseAllocated(_OfPaidUse, Event):
    """The cost of a use is allocated to the doors of its scope; what a door lacks is its owner's debt."""

    type: ClassVar[str] = "finance.maintenance.allocated"

    @classmethod
    def of(cls, use: MaintenanceUse) -> Self:
        """Return the fact of an allocated use (F16); raises ValueError for one that is not."""
        return cls(**_use_facts(use))


@dataclass(frozen=True, kw_only=True)
class MaintenanceUsePublished(_OfPaidUse, Event):
    """The use and its allocation are published to the owners."""

    type: ClassVar[str] = "finance.maintenance.published"

    @classmethod
    def of(cls, use: MaintenanceUse) -> Self:
        """Return the fact of a published use (F16); raises ValueError for one that is not."""
        return cls(**_use_facts(use))
