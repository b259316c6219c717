"""What the registry announces of how estates are managed."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from kit.events import Event
from policy.vocabulary import CostBearer, ModeMeans
from services.registry.domain.mode import BasicItem, ManagementMode


@dataclass(frozen=True, kw_only=True)
class ModeChanged(Event):
    """An estate is managed in another way from `effective_on` on; `label` is its district's name of the mode.

    `items` and `cost_bearer` are those of a basic service. A reversal takes back what was announced for that day: the
    mode `from` never began on it, and `to`, the one before, holds on.
    """

    type: ClassVar[str] = "registry.mode.changed"

    estate_id: str
    street_id: str
    community_id: str
    from_: ManagementMode
    to: ManagementMode
    label: str
    effective_on: date
    means: ModeMeans | None = None
    decision_id: str | None = None
    contract_id: str | None = None
    items: tuple[BasicItem, ...] = ()
    cost_bearer: CostBearer | None = None
    review_on: date | None = None
    is_reversal: bool
