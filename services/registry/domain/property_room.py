"""The property office (物业管理用房) of a community: its area, where it comes from, and what the district asks for."""

from dataclasses import dataclass
from datetime import date

from kit.area import Area, format_area
from kit.errors import OutOfRange, StateConflict, ValidationFailed
from policy.instruments import PropertyRoomPolicy
from policy.parameter import Status
from policy.vocabulary import PropertyRoomSource

LARGEST_OFFICE_M2 = 10_000_00
"""Hundredths of m²; larger than any community's office, so more is a slip of the pen."""


class SourceNotAllowed(ValidationFailed):
    """The district's document lists where a property office comes from, and this is none of them (DH-27)."""


class RoomOutOfOrder(StateConflict):
    """The community has a property office that began on this day or later."""


@dataclass(frozen=True)
class PropertyRoom:
    """A community's office from a day on; `minimum` is what its district asked for on that day, None where nothing."""

    office_area: Area
    source: PropertyRoomSource
    from_: date
    minimum: Area | None

    @property
    def meets_minimum(self) -> bool:
        """Whether the office has the area that the district asks for; the bound itself is enough (DH-27)."""
        return self.minimum is None or self.office_area >= self.minimum


def checked_room(
    *,
    office_area: Area,
    source: PropertyRoomSource,
    from_: date,
    policy: PropertyRoomPolicy | None,
    present: PropertyRoom | None,
    today: date,
) -> PropertyRoom:
    """Return the office, also one below the minimum: it is recorded, and does not meet it (DH-27).

    `policy` is None where the document is silent; one that only encourages some sources (XY-10, PZ-23) refuses no
    other. Raises ValidationFailed for a negative area or a day to come, OutOfRange for an area no office has,
    SourceNotAllowed, and RoomOutOfOrder for a day that is not after the present office's first.
    """
    path = ("input", "officeArea")
    if office_area < 0:
        raise ValidationFailed("an area is not negative", path=path, value=office_area)
    if office_area > LARGEST_OFFICE_M2:
        raise OutOfRange(
            f"no office is larger than {format_area(Area(LARGEST_OFFICE_M2))} m2",
            path=path,
            value=format_area(office_area),
        )
    if policy is not None and policy.status is Status.REQUIRED and source not in policy.sources:
        raise SourceNotAllowed(
            f"the document lists {'、'.join(policy.sources)}", path=("input", "source"), value=source.value
        )
    if from_ > today:
        raise ValidationFailed("an office is recorded when it is there", path=("input", "from"), value=from_)
    if present is not None and from_ <= present.from_:
        raise RoomOutOfOrder(
            f"the community has an office since {present.from_.isoformat()}", path=("input", "from"), value=from_
        )
    return PropertyRoom(office_area, source, from_, None if policy is None else policy.min_area)


def allows_completion(room: PropertyRoom | None) -> bool:
    """Return whether the renovation checklist may be complete: there is an office that meets the minimum (DH-27)."""
    return room is not None and room.meets_minimum
