"""The kinds of value a policy file can hold, each with its exact reading from a YAML node and its plain form.

A kind reads strictly: money is a quoted text with two digits and never a YAML float, a date is a YAML date, a choice is
one of its words. `Unreadable` carries the node, and thereby the line.
"""

import typing
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any, Generic, TypeVar

import yaml

from kit.area import Area, format_area, parse_area
from kit.errors import Refusal
from kit.money import Fen, format_money, parse_money
from kit.ratio import Ratio, format_ratio, parse_ratio
from kit.score import Score, format_score, parse_score

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

_TAG = "tag:yaml.org,2002:"


class Unreadable(Exception):
    """A node that does not hold what it should; it carries the line, counted from one, and the reason."""

    def __init__(self, node: yaml.Node, reason: str) -> None:
        super().__init__(reason)
        self.line: int = node.start_mark.line + 1
        self.reason = reason


class Kind(ABC, Generic[T]):
    """How one kind of value is read and shown; `unit` is None for what has no unit, such as a date or a choice."""

    unit: str | None = None

    @abstractmethod
    def read(self, node: yaml.Node) -> T:
        """Return the value that the node holds; raises Unreadable."""

    def plain(self, value: T) -> Any:
        """Return the value as JSON data."""
        return value


@dataclass(frozen=True)
class Money(Kind[Fen]):
    """An amount of yuan, in a unit such as "yuan" or "yuan/household/month"."""

    unit: str

    def read(self, node: yaml.Node) -> Fen:
        """Return the fen."""
        return _parsed(node, "money", "20000.00", parse_money)

    def plain(self, value: Fen) -> str:
        """Return the text in yuan with two digits."""
        return format_money(value)


@dataclass(frozen=True)
class SquareMetres(Kind[Area]):
    """A floor area in m²."""

    unit: str = "m2"

    def read(self, node: yaml.Node) -> Area:
        """Return the hundredths of m²."""
        return _parsed(node, "an area", "120.00", parse_area)

    def plain(self, value: Area) -> str:
        """Return the text in m² with two digits."""
        return format_area(value)


@dataclass(frozen=True)
class Share(Kind[Ratio]):
    """A ratio between 0 and 1."""

    unit: str = "ratio"

    def read(self, node: yaml.Node) -> Ratio:
        """Return the ten-thousandths."""
        return _parsed(node, "a ratio", "0.2000", parse_ratio)

    def plain(self, value: Ratio) -> str:
        """Return the text with four digits."""
        return format_ratio(value)


@dataclass(frozen=True)
class Points(Kind[Score]):
    """Points from 0.00 to 100.00."""

    unit: str = "points"

    def read(self, node: yaml.Node) -> Score:
        """Return the hundredths of a point."""
        return _parsed(node, "a score", "70.00", parse_score)

    def plain(self, value: Score) -> str:
        """Return the text with two digits."""
        return format_score(value)


@dataclass(frozen=True)
class ExactFraction(Kind[Fraction]):
    """A fraction of the whole that no decimal says exactly, written "2/3"."""

    unit: str = "fraction"

    def read(self, node: yaml.Node) -> Fraction:
        """Return the fraction."""
        text = read_text(node)
        numerator, slash, denominator = text.partition("/")
        if not (slash and numerator.isdecimal() and denominator.isdecimal() and int(denominator) > 0):
            raise Unreadable(node, f'a fraction is quoted text such as "2/3", not {text!r}')
        fraction = Fraction(int(numerator), int(denominator))
        if fraction > 1:
            raise Unreadable(node, f"a fraction of the whole is at most one, not {text!r}")
        return fraction

    def plain(self, value: Fraction) -> str:
        """Return the text numerator/denominator."""
        return f"{value.numerator}/{value.denominator}"


@dataclass(frozen=True)
class Count(Kind[int]):
    """A whole number of something, such as "days" or "years"."""

    unit: str
    minimum: int = 0

    def read(self, node: yaml.Node) -> int:
        """Return the number."""
        if not _is_scalar(node, "int"):
            raise Unreadable(node, f"a whole number of {self.unit} is expected, not {_what(node)}")
        try:
            number = int(node.value)
        except ValueError:
            raise Unreadable(node, f"a whole number is written in plain decimal digits, not {node.value!r}") from None
        if number < self.minimum:
            raise Unreadable(node, f"at least {self.minimum} {self.unit}, not {number}")
        return number


class Day(Kind[date]):
    """A calendar day in Asia/Shanghai."""

    def read(self, node: yaml.Node) -> date:
        """Return the day."""
        if not _is_scalar(node, "timestamp"):
            raise Unreadable(node, f"a date such as 2021-01-01 without quotes is expected, not {_what(node)}")
        try:
            return date.fromisoformat(node.value)
        except ValueError:
            raise Unreadable(node, f"no such day: {node.value!r}") from None

    def plain(self, value: date) -> str:
        """Return the day as ISO text."""
        return value.isoformat()


class Flag(Kind[bool]):
    """Yes or no."""

    def read(self, node: yaml.Node) -> bool:
        """Return the truth value."""
        if not _is_scalar(node, "bool") or node.value not in ("true", "false"):
            raise Unreadable(node, f"true or false is expected, not {_what(node)}")
        return bool(node.value == "true")


class Words(Kind[str]):
    """A text for people."""

    def read(self, node: yaml.Node) -> str:
        """Return the text, which is not empty."""
        return read_text(node)


@dataclass(frozen=True)
class OneOf(Kind[E]):
    """One word of a vocabulary."""

    vocabulary: type[E]

    def read(self, node: yaml.Node) -> E:
        """Return the word."""
        text = read_text(node)
        try:
            return self.vocabulary(text)
        except ValueError:
            words = ", ".join(self.vocabulary)
            raise Unreadable(node, f"{text!r} is not one of {words}") from None

    def plain(self, value: E) -> str:
        """Return the word."""
        return value.value


@dataclass(frozen=True)
class ListOf(Kind[tuple[T, ...]]):
    """Values of one kind in a fixed order, at least one; with `distinct` no value twice."""

    each: Kind[T]
    distinct: bool = False

    @property
    def unit(self) -> str | None:  # type: ignore[override]
        """Return the unit of each value."""
        return self.each.unit

    def read(self, node: yaml.Node) -> tuple[T, ...]:
        """Return the values."""
        if not isinstance(node, yaml.SequenceNode):
            raise Unreadable(node, f"a list is expected, not {_what(node)}")
        if not node.value:
            raise Unreadable(node, "a list has at least one entry")
        values: list[T] = []
        for entry in node.value:
            value = self.each.read(entry)
            if self.distinct and value in values:
                raise Unreadable(entry, f"{self.each.plain(value)!r} stands twice")
            values.append(value)
        return tuple(values)

    def plain(self, value: tuple[T, ...]) -> list[Any]:
        """Return the plain values."""
        return [self.each.plain(entry) for entry in value]


@dataclass(frozen=True)
class TableOf(Kind[Mapping[E, T]]):
    """One value for each of some words of a vocabulary."""

    vocabulary: type[E]
    each: Kind[T]

    def read(self, node: yaml.Node) -> Mapping[E, T]:
        """Return the table."""
        words: OneOf[E] = OneOf(self.vocabulary)
        return {words.read(key): self.each.read(value) for key, value in entries_of(node).values()}

    def plain(self, value: Mapping[E, T]) -> dict[str, Any]:
        """Return the plain table."""
        return {word.value: self.each.plain(entry) for word, entry in value.items()}


@dataclass(frozen=True)
class YearTable(Kind[Mapping[int, T]]):
    """One value for each calendar year that has one."""

    each: Kind[T]

    @property
    def unit(self) -> str | None:  # type: ignore[override]
        """Return the unit of each value."""
        return self.each.unit

    def read(self, node: yaml.Node) -> Mapping[int, T]:
        """Return the table by year."""
        year = Count("years", minimum=2000)
        return {year.read(key): self.each.read(value) for key, value in entries_of(node).values()}

    def plain(self, value: Mapping[int, T]) -> dict[str, Any]:
        """Return the plain table."""
        return {str(year): self.each.plain(entry) for year, entry in value.items()}


@dataclass(frozen=True)
class Column:
    """The declaration of one column of a row class: its key in the file, its kind, and whether it may be left out."""

    key: str
    kind: Kind[Any]
    optional: bool = False


@dataclass(frozen=True)
class Rows(Kind[tuple[T, ...]]):
    """A table: rows of one frozen dataclass whose fields are annotated with `Column`."""

    row: type[T]

    def read(self, node: yaml.Node) -> tuple[T, ...]:
        """Return the rows, at least one."""
        if not isinstance(node, yaml.SequenceNode) or not node.value:
            raise Unreadable(node, "a list of rows is expected, at least one")
        return tuple(self._read_row(entry) for entry in node.value)

    def plain(self, value: tuple[T, ...]) -> list[Any]:
        """Return the rows as mappings, without the columns that are left out."""
        return [
            {
                column.key: column.kind.plain(getattr(row, name))
                for name, column in declared(self.row, Column).items()
                if getattr(row, name) is not None
            }
            for row in value
        ]

    def _read_row(self, node: yaml.Node) -> T:
        entries = entries_of(node)
        columns = declared(self.row, Column)
        known = {column.key for column in columns.values()}
        for key, (key_node, _) in entries.items():
            if key not in known:
                raise Unreadable(key_node, f"unknown column {key!r}; known are {', '.join(sorted(known))}")
        cells: dict[str, Any] = {}
        for name, column in columns.items():
            if column.key in entries:
                cells[name] = column.kind.read(entries[column.key][1])
            elif column.optional:
                cells[name] = None
            else:
                raise Unreadable(node, f"the row has no {column.key!r}")
        return self.row(**cells)


def declared(owner: type[Any], declaration: type[T]) -> dict[str, T]:
    """Return by field name the declarations that a dataclass's annotations carry (`Annotated[Fen, …]`)."""
    hints = typing.get_type_hints(owner, include_extras=True)
    found: dict[str, T] = {}
    for field in fields(owner):
        for extra in getattr(hints[field.name], "__metadata__", ()):
            if isinstance(extra, declaration):
                found[field.name] = extra
    return found


def entries_of(node: yaml.Node) -> dict[str, tuple[yaml.Node, yaml.Node]]:
    """Return a mapping's entries by their key's text, as pairs of key node and value node; a key stands once."""
    if not isinstance(node, yaml.MappingNode):
        raise Unreadable(node, f"a mapping is expected, not {_what(node)}")
    entries: dict[str, tuple[yaml.Node, yaml.Node]] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise Unreadable(key, "a key is a plain word")
        if key.value in entries:
            raise Unreadable(key, f"{key.value!r} stands twice")
        entries[key.value] = (key, value)
    return entries


def read_text(node: yaml.Node) -> str:
    """Return the text of a scalar, which is not empty; raises Unreadable for a number, a date, a flag or a table."""
    if not _is_scalar(node, "str"):
        raise Unreadable(node, f"a text is expected, not {_what(node)}")
    text: str = node.value
    if not text.strip():
        raise Unreadable(node, "a text is not empty")
    return text


def is_null(node: yaml.Node) -> bool:
    """Return whether the node says null."""
    return _is_scalar(node, "null")


def _parsed(node: yaml.Node, what: str, example: str, parse: typing.Callable[[object], T]) -> T:
    if not _is_scalar(node, "str"):
        raise Unreadable(node, f'{what} is quoted text such as "{example}", not {_what(node)}')
    try:
        return parse(node.value)
    except Refusal as refusal:
        raise Unreadable(node, f"{refusal.message}, not {node.value!r}") from None


def _is_scalar(node: yaml.Node, tag: str) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.tag == _TAG + tag


def _what(node: yaml.Node) -> str:
    if isinstance(node, yaml.SequenceNode):
        return "a list"
    if isinstance(node, yaml.MappingNode):
        return "a mapping"
    return f"the {node.tag.removeprefix(_TAG)} {node.value!r}"
