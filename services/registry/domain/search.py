"""Search as clerks type: the first characters of a name, its pinyin initials, or a code."""

import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from pypinyin import Style, lazy_pinyin

from kit.errors import ValidationFailed
from policy.instruments.estates import OldEstatePolicy
from services.registry.domain.text import is_readable

LONGEST_TERM: Final = 50
MOST_COUNTED: Final = 1_000
"""A total beyond this is not counted: whoever looks for one row types one character more."""

_BETWEEN: Final = "\n"
"""Stands between a key and the code that tells equal keys apart; sorts before every character of a name."""


class SearchBy(StrEnum):
    """Which of the three keys a term is compared with."""

    NAME = "NAME"
    INITIALS = "INITIALS"
    CODE = "CODE"


@dataclass(frozen=True)
class SearchTerm:
    """What to look for: a key and the beginning of it."""

    by: SearchBy
    prefix: str


def name_key(name: str, code: str) -> str:
    """Return what a name is found and sorted by; the code makes it unique."""
    return plain(name) + _BETWEEN + code


def initials_key(name: str, code: str) -> str:
    """Return what pinyin initials find: "丹枫小区" under "dfxq"; letters and digits stand for themselves."""
    return "".join(lazy_pinyin(plain(name), style=Style.FIRST_LETTER)) + _BETWEEN + code


def plain(text: str) -> str:
    """Return the text without spaces, in one width and in small letters, as it is compared."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def search_term(text: str) -> SearchTerm:
    """Return what a typed text looks for.

    A text with a Chinese character is the beginning of a name; of the others, one with a digit or a sign is that of a
    code, and letters alone are initials. Raises ValidationFailed for an empty, overlong or unreadable text.
    """
    path = ("filter", "search")
    trimmed = unicodedata.normalize("NFKC", text).strip()
    if not 1 <= len(trimmed) <= LONGEST_TERM or not is_readable(trimmed):
        raise ValidationFailed(f"search has 1 to {LONGEST_TERM} readable characters", path=path, value=text)
    if not trimmed.isascii():
        return SearchTerm(SearchBy.NAME, plain(trimmed))
    if trimmed.replace(" ", "").isalpha():
        return SearchTerm(SearchBy.INITIALS, plain(trimmed))
    return SearchTerm(SearchBy.CODE, trimmed)


def last_old_day(policy: OldEstatePolicy) -> date:
    """Return the last day of completion that makes an estate an old one by its district's document (ZG-02)."""
    if policy.built_on_or_before is not None:
        return policy.built_on_or_before
    assert policy.built_before is not None
    return policy.built_before - timedelta(days=1)


def last_old_year(last_day: date) -> int:
    """Return the last year all of whose days are old: of an estate known by year alone nothing else can be said."""
    return last_day.year if last_day == date(last_day.year, 12, 31) else last_day.year - 1
