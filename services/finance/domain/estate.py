"""What finance knows of an estate: where it lies, its approved gross floor area by day, its congress and account."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from kit.area import Area
from kit.errors import NotFound
from services.finance.domain.custody import OwnersSide


class EstateUnknown(NotFound):
    """Finance has not heard of the estate, or it is outside the caller's scope."""


@dataclass(frozen=True)
class BasisArea:
    """An approved gross floor area and the day from which it may be used."""

    area: Area
    known_from: date


@dataclass(frozen=True)
class CommitteeTerm:
    """The term of a committee: its days, both included, and the day on which it ended before that, if it did."""

    from_: date
    to: date | None = None
    ended_on: date | None = None

    def is_running_on(self, day: date) -> bool:
        """Return whether the committee was in term on that day."""
        is_over = (self.to is not None and self.to < day) or (self.ended_on is not None and self.ended_on <= day)
        return self.from_ <= day and not is_over


@dataclass(frozen=True)
class Estate:
    """An estate as far as facts were heard, in any order; `name` and `code` are None before its registration was heard.

    It was built on `built_on`, or in `built_year` where only the year is known, or nobody knows when.
    `gross_areas` are the approved gross floor areas, underground included, by the day each takes effect; `committees`
    the terms of owners' and management committees, by committee.
    """

    id: str
    district: str
    street_id: str
    community_id: str
    name: str | None = None
    built_on: date | None = None
    built_year: int | None = None
    gross_areas: Mapping[date, Area] = field(default_factory=dict)
    owners: OwnersSide = field(default_factory=OwnersSide)
    committees: Mapping[str, CommitteeTerm] = field(default_factory=dict)
    code: str | None = None

    @property
    def owners_name(self) -> str:
        """How the owners' congress is called: by the estate's name, once that is known."""
        return f"{self.name or ''}业主大会"

    def has_committee_on(self, day: date, *, signed_with_one: bool) -> bool:
        """Return whether a committee was in term on that day; before any was heard of, whether the contract had one."""
        if not self.committees:
            return signed_with_one
        return any(term.is_running_on(day) for term in self.committees.values())

    def basis_area(self, signed_on: date) -> BasisArea | None:
        """Return the area in force on the day of signing, else the first that took effect later; None if unknown."""
        in_force = [day for day in self.gross_areas if day <= signed_on]
        if in_force:
            return BasisArea(area=self.gross_areas[max(in_force)], known_from=signed_on)
        if not self.gross_areas:
            return None
        first = min(self.gross_areas)
        return BasisArea(area=self.gross_areas[first], known_from=first)

    def with_area(self, area: Area, effective_on: date) -> "Estate":
        """Return the estate with an approved gross floor area that takes effect on that day."""
        return replace(self, gross_areas={**self.gross_areas, effective_on: area})
