"""What finance knows of an exclusive part: its door and area for whoever computes from them, its owners by day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

from kit.area import Area
from kit.ratio import Ratio, as_fraction

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class PartFacts:
    """What the registry says of a part: building, door, area in hundredths of a square metre and its basis, lift."""

    building_id: str
    door_number: str
    area: Area
    area_basis: str
    has_lift: bool


@dataclass(frozen=True)
class OwnerShare:
    """An owner and the share of the part, as a ratio of one."""

    owner_id: str
    share: Ratio


class AreaSpell(NamedTuple):
    """A part's area from a day on, until the next spell."""

    since: date
    area: Area


@dataclass(frozen=True)
class Part:
    """A part as far as facts were heard, in any order; `facts` is None before its registration was heard.

    `transfers` are the owners and their shares by the day from which they own it; the days before the first are
    nobody's that is known. `undelivered` are the developers who sold the part and had not handed it over, by the day of
    that transfer, `delivered_on` the days on which they did: until then they owe the fee (Regulations, art. 41).
    `measured` are the areas by the day from which they hold, empty while the area was never changed.
    """

    id: str
    estate_id: str
    facts: PartFacts | None = None
    transfers: Mapping[date, tuple[OwnerShare, ...]] = field(default_factory=dict)
    undelivered: Mapping[date, tuple[str, ...]] = field(default_factory=dict)
    delivered_on: frozenset[date] = frozenset()
    measured: Mapping[date, Area] = field(default_factory=dict)

    @property
    def fee_debtors(self) -> tuple[tuple[date, tuple[str, ...]], ...]:
        """Who owes the part's fees from which day on, the earliest first: its owners, or who has yet to deliver it."""
        debtors: dict[date, tuple[str, ...]] = {}
        for since, shares in sorted(self.transfers.items()):
            owners = tuple(sorted({share.owner_id for share in shares}))
            developers = self.undelivered.get(since, ())
            later = [day for day in self.transfers if day > since]
            handed_over = [day for day in self.delivered_on if day >= since and (not later or day < min(later))]
            if not developers:
                debtors[since] = owners
            elif handed_over:
                debtors |= {since: developers, min(handed_over): owners}
            else:
                debtors[since] = developers
        return tuple(sorted(debtors.items()))

    def debtors_on(self, day: date) -> tuple[str, ...]:
        """Return who owes the fees of that day; nobody before the first day that is known."""
        begun = [owner_ids for since, owner_ids in self.fee_debtors if since <= day]
        return begun[-1] if begun else ()

    def owners_on(self, day: date) -> tuple[OwnerShare, ...]:
        """Return who owns the part on that day with their shares; nobody before the first day that is known."""
        begun = [since for since in self.transfers if since <= day]
        return self.transfers[max(begun)] if begun else ()

    def holders_on(self, day: date) -> frozenset[str]:
        """Return who owns the part on that day or owes its fees, such as a developer who has yet to deliver it."""
        return frozenset((*self.debtors_on(day), *(share.owner_id for share in self.owners_on(day))))

    def held_by(self, owner_id: str) -> tuple[tuple[date, date | None], ...]:
        """Return from which to which day somebody owed the part's fees, or for who never did, owned it; the last day is
        None while that goes on."""
        owned = [(since, tuple(one.owner_id for one in shares)) for since, shares in sorted(self.transfers.items())]
        is_debtor = any(owner_id in owner_ids for _, owner_ids in self.fee_debtors)
        spells = self.fee_debtors if is_debtor else owned
        ends = [*(since - _ONE_DAY for since, _ in spells[1:]), None]
        return tuple(
            (since, end) for (since, owner_ids), end in zip(spells, ends, strict=True) if owner_id in owner_ids
        )

    def last_held_since(self, owner_id: str) -> date | None:
        """Return since when somebody holds the part, or did last, as `held_by` says; None for who never did."""
        return max((since for since, _ in self.held_by(owner_id)), default=None)

    def owned_since(self, day: date) -> date | None:
        """Return since when those who own the part on that day own it; None if nobody does."""
        return max((since for since in self.transfers if since <= day), default=None)

    @property
    def owner_ids(self) -> frozenset[str]:
        """Everybody who owns the part or owned it: former owners still see their own past."""
        return frozenset(share.owner_id for shares in self.transfers.values() for share in shares)

    def with_area(self, area: Area, since: date) -> "Part":
        """Return the part with that area from the day on; what was said of later days before is withdrawn."""
        if self.facts is None or area == self.facts.area:
            return self
        before = self.measured or {date.min: self.facts.area}
        earlier = {day: known for day, known in before.items() if day < since}
        return replace(self, facts=replace(self.facts, area=area), measured={**earlier, since: area})

    def with_owners(self, owners: tuple[OwnerShare, ...], since: date) -> "Part":
        """Return the part with these owners from that day until the next transfer."""
        return replace(self, transfers={**self.transfers, since: owners})


def area_spells(measured: Sequence[AreaSpell], *, from_: date, to: date) -> tuple[tuple[date, date, Area], ...]:
    """Return which area a part had on which days from `from_` to `to`, both included; the earliest spell comes first.

    Neighbours of the same area are one.
    """
    spells: list[tuple[date, date, Area]] = []
    for place, spell in enumerate(measured):
        until = measured[place + 1].since - _ONE_DAY if place + 1 < len(measured) else to
        first, last = max(spell.since, from_), min(until, to)
        if first > last:
            continue
        if spells and spells[-1][2] == spell.area:
            first = spells.pop()[0]
        spells.append((first, last, spell.area))
    return tuple(spells)


def share_fraction(shares: tuple[OwnerShare, ...], owner_id: str) -> Fraction:
    """Return an owner's share of a part as an exact fraction of one; zero for who owns none of it."""
    return sum((as_fraction(one.share) for one in shares if one.owner_id == owner_id), Fraction(0))
