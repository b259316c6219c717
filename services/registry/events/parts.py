"""What the registry announces of exclusive parts and who owns them."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from kit.area import Area
from kit.events import Event
from kit.ratio import Ratio
from services.registry.domain.part import AreaBasis


@dataclass(frozen=True, kw_only=True)
class PartRegistered(Event):
    """An exclusive part entered the registry."""

    type: ClassVar[str] = "registry.part.registered"

    estate_id: str
    part_id: str
    building_id: str
    door_number: str
    area: Area
    area_basis: AreaBasis
    has_lift: bool


@dataclass(frozen=True, kw_only=True)
class PartChanged(Event):
    """A part's door, area or basis changed, or its building gained or lost a lift; the values hold now."""

    type: ClassVar[str] = "registry.part.changed"

    estate_id: str
    part_id: str
    building_id: str
    door_number: str
    area: Area
    area_basis: AreaBasis
    has_lift: bool
    effective_on: date


@dataclass(frozen=True, kw_only=True)
class PartDelivered(Event):
    """A developer handed over a part that it had sold: from that day the buyers owe the fee."""

    type: ClassVar[str] = "registry.part.delivered"

    estate_id: str
    part_id: str
    developer_ids: tuple[str, ...]
    delivered_on: date


@dataclass(frozen=True)
class OwnerShare:
    """One of the new owners of a part and the share."""

    owner_id: str
    share: Ratio


@dataclass(frozen=True, kw_only=True)
class OwnershipTransferred(Event):
    """A part has new owners; `from_owner_ids` is empty at the first registration."""

    type: ClassVar[str] = "registry.ownership.transferred"

    estate_id: str
    part_id: str
    from_owner_ids: tuple[str, ...]
    to_owners: tuple[OwnerShare, ...]
    effective_on: date
    document_id: str | None = None
    undelivered: bool = False
    """Whether a developer sold the part and has not handed it over: it owes the fee until then."""
