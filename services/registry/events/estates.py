"""What the registry announces of estates and communities: registered, changed, abandoned."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from kit.area import Area
from kit.events import Event
from policy.vocabulary import PropertyRoomSource
from services.registry.domain.abandonment import AbandonmentReason
from services.registry.domain.estate import Enclosure, EstateKind


@dataclass(frozen=True, kw_only=True)
class EstateRegistered(Event):
    """An estate entered the registry, in exactly one street and community."""

    type: ClassVar[str] = "registry.estate.registered"

    estate_id: str
    code: str
    name: str
    street_id: str
    community_id: str
    enclosure: Enclosure
    kind: EstateKind
    built_on: date | None = None
    built_year: int | None = None
    approved_gross_area: Area | None = None
    managed_area: Area
    household_count: int
    part_count: int


@dataclass(frozen=True, kw_only=True)
class EstateChanged(Event):
    """Facts of an estate other than areas and households changed; values are texts by field name."""

    type: ClassVar[str] = "registry.estate.changed"

    estate_id: str
    changed_fields: tuple[str, ...]
    before: Mapping[str, str]
    after: Mapping[str, str]
    effective_on: date


@dataclass(frozen=True, kw_only=True)
class EstateAreaOrHouseholdsChanged(Event):
    """An estate's areas or its count of households changed; the values are those that hold now."""

    type: ClassVar[str] = "registry.estate.area_or_households_changed"

    estate_id: str
    managed_area: Area
    approved_gross_area: Area | None = None
    household_count: int
    effective_on: date


@dataclass(frozen=True, kw_only=True)
class PropertyRoomChanged(Event):
    """A community has a property office, or another one; whether it has the area that the district asks for."""

    type: ClassVar[str] = "registry.property_room.changed"

    street_id: str
    community_id: str
    office_area: Area
    source: PropertyRoomSource
    meets_minimum: bool


@dataclass(frozen=True, kw_only=True)
class EstateAbandoned(Event):
    """An estate is left without anybody who serves it."""

    type: ClassVar[str] = "registry.estate.abandoned"

    estate_id: str
    street_id: str
    community_id: str
    reason: AbandonmentReason
    abandoned_on: date
