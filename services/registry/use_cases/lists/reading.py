"""What the reading of every list stands on: who reads it, what narrows it, and how cells are written."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Protocol, TypeVar

from kit.area import Area
from kit.caller import Caller, Scope
from kit.mongo import Mongo
from kit.tables.writing import Cell
from policy.policies import Policies
from services.registry.domain.export import ExportKind
from services.registry.domain.owner import OwnerKind, mask_name
from services.registry.store.estates import EstateFilter, EstateRecord
from services.registry.store.owners import OwnerRecord
from services.registry.store.providers import find_providers

Row = Sequence[Cell]

BETWEEN_WORDS = "、"


@dataclass(frozen=True, kw_only=True)
class ListOrder:
    """Which list, narrowed to a place, as on a day."""

    kind: ExportKind
    district: str | None = None
    street_id: str | None = None
    community_id: str | None = None
    on: date

    @property
    def places(self) -> EstateFilter:
        """The place as a condition on estates."""
        return EstateFilter(self.district, self.street_id, self.community_id)

    @property
    def area(self) -> str | None:
        """The grant that covers the place; None for everywhere."""
        if self.community_id is not None:
            return f"community:{self.community_id}"
        if self.street_id is not None:
            return f"street:{self.street_id}"
        return None if self.district is None else f"district:{self.district}"


@dataclass(frozen=True)
class ListPage:
    """Some rows of a list; `steps` says from how many estates or districts they come, else how many rows they are."""

    rows: Sequence[Row]
    steps: int


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One reading of a list for one caller; `words` gives an enum value in Chinese."""

    mongo: Mongo
    caller: Caller
    policies: Policies
    words: Callable[[Enum], str]
    order: ListOrder

    @property
    def scope(self) -> Scope:
        """What the caller may see."""
        return self.caller.scope

    @property
    def districts(self) -> Sequence[str]:
        """The district that the order names, else all that have a policy."""
        return self.policies.districts if self.order.district is None else (self.order.district,)

    def word(self, value: Enum | None) -> str | None:
        """Return a value in Chinese; None for none."""
        return None if value is None else self.words(value)

    def all_words(self, values: Iterable[Enum]) -> str:
        """Return values in Chinese in one cell."""
        return BETWEEN_WORDS.join(self.words(value) for value in values)

    async def provider_names(self, ids: Iterable[str | None]) -> Mapping[str | None, str]:
        """Return the names of providers by id, with one read."""
        wanted = sorted({provider_id for provider_id in ids if provider_id is not None})
        return {provider.id: provider.name for provider in await find_providers(self.mongo, wanted)}


def shown_owner(owner: OwnerRecord) -> str:
    """Return the owner's name as a list has it: masked for a person, because a file leaves the platform."""
    return mask_name(owner.name) if owner.kind is OwnerKind.NATURAL else owner.name


def square_metres(area: Area | None) -> Decimal | None:
    """Return an area in m2 with two decimals; None where it is unknown."""
    return None if area is None else Decimal(area).scaleb(-2)


def there_or_not(known: bool) -> str:
    """Return 有 or 无."""
    return "有" if known else "无"


def yes_or_no(known: bool | None) -> str | None:
    """Return 是 or 否; None where it cannot be told."""
    return None if known is None else "是" if known else "否"


class OfEstate(Protocol):
    """A record of one estate."""

    @property
    def estate_id(self) -> str:
        """The estate's id."""


RecordT = TypeVar("RecordT", bound=OfEstate)


def rows_of_estates(
    estates: Iterable[EstateRecord], records: Iterable[RecordT], cells: Callable[[RecordT], Row]
) -> list[Row]:
    """Return a row for each record, by its estate's code: the estate's code and name, then the record's own cells.

    Records of one estate stay in their order.
    """
    known = {estate.id: estate for estate in estates}
    in_order = sorted(records, key=lambda record: known[record.estate_id].code)
    return [(known[record.estate_id].code, known[record.estate_id].facts.name, *cells(record)) for record in in_order]
