"""Cursor pages: `first` from 1 to 100, an opaque cursor, a total that is counted only when somebody asks for it.

A service declares one connection per node type and fills it from a store read that returns `first + 1` rows::

    @strawberry.type
    class EstateConnection(Connection):
        nodes: list[Estate]

    @strawberry.field
    async def estates(
        self, info: Info, filter: EstateFilter | None = None, first: int = 20, after: str | None = None
    ) -> EstateConnection:
        page = page_request(first=first, after=after, parts=2)      # VALIDATION for 0, 101 or a foreign cursor
        rows = await find_estates(info.context.mongo, scope=info.context.scope, after=page.after, limit=page.limit)
        shown, page_info = page.cut(rows, key=lambda estate: (estate.name, estate.id))
        total = await count_estates(...) if total_is_selected(info) else None
        return EstateConnection(nodes=[Estate.of(row) for row in shown], page_info=page_info, total_count=total)
"""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import strawberry
from strawberry.types.nodes import FragmentSpread, InlineFragment, SelectedField, Selection

from kit.errors import ValidationFailed

Row = TypeVar("Row")
CursorPart = str | int

MOST_ROWS = 100
LONGEST_CURSOR = 1024


@strawberry.federation.type(shareable=True, description="Where a page ends.")
class PageInfo:
    """Whether there is more, and the cursor to ask for it with."""

    has_next_page: bool = strawberry.field(description="Whether a page follows this one.")
    end_cursor: str | None = strawberry.field(
        description="Give this as `after` to read the next page; null when empty."
    )


@strawberry.type
class Connection:
    """The fields every connection has beside its `nodes`; a subclass adds `nodes: list[…]`."""

    page_info: PageInfo
    total_count: int | None = strawberry.field(
        default=None,
        description="How many rows there are in all; null when not known. Costs a count: ask only if shown.",
    )


@dataclass(frozen=True)
class PageRequest:
    """A checked request for one page."""

    first: int
    after: tuple[CursorPart, ...] | None

    @property
    def limit(self) -> int:
        """How many rows to read: one more than asked, which tells whether a page follows."""
        return self.first + 1

    def cut(self, rows: Sequence[Row], *, key: Callable[[Row], tuple[CursorPart, ...]]) -> tuple[list[Row], PageInfo]:
        """Return the rows to show and where the page ends; `key` gives a row's place in the order."""
        shown = list(rows[: self.first])
        end_cursor = encode_cursor(key(shown[-1])) if shown else None
        return shown, PageInfo(has_next_page=len(rows) > self.first, end_cursor=end_cursor)


def page_request(*, first: int, after: str | None, parts: int = 1) -> PageRequest:
    """Return the checked page request; `parts` is how many values a row's place in the order has.

    Raises ValidationFailed when `first` is outside 1..100 or the cursor was not given out for this list.
    """
    if not 1 <= first <= MOST_ROWS:
        raise ValidationFailed(f"first is from 1 to {MOST_ROWS}, not {first}", path=("first",), value=first)
    return PageRequest(first=first, after=None if after is None else decode_cursor(after, parts=parts))


def encode_cursor(place: tuple[CursorPart, ...]) -> str:
    """Return the opaque cursor of a row's place in the order."""
    text = json.dumps(place, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode_cursor(cursor: str, *, parts: int = 1) -> tuple[CursorPart, ...]:
    """Return the place that `encode_cursor` hid; ValidationFailed for any other text."""
    refusal = ValidationFailed("after is no cursor of this list", path=("after",), value=cursor[:LONGEST_CURSOR])
    if len(cursor) > LONGEST_CURSOR or not cursor.isascii():
        raise refusal
    try:
        place = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        raise refusal from None
    if (
        not isinstance(place, list)
        or len(place) != parts
        or not all(isinstance(part, str | int) and not isinstance(part, bool) for part in place)
    ):
        raise refusal
    return tuple(place)


def total_is_selected(info: strawberry.Info[Any, Any]) -> bool:
    """Return whether the query asks for `totalCount` of the connection this resolver answers."""
    return any(_selects(selection, "totalCount") for field in info.selected_fields for selection in field.selections)


def _selects(selection: Selection, name: str) -> bool:
    if isinstance(selection, SelectedField):
        return selection.name == name
    return isinstance(selection, FragmentSpread | InlineFragment) and any(
        _selects(inner, name) for inner in selection.selections
    )
