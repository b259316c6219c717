"""One policy file as read: whose document it is, in which version, from when to when, and what it provides."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from policy.instruments import Instrument
from policy.parameter import Document, InstrumentSource

_AREA_CODE = re.compile(r"[1-9][0-9]{5}")

NATION = "CN"
"""The area of national law, above every city."""


class Level(StrEnum):
    """The levels of documents; a lower one may only narrow what an upper one provides."""

    NATION = "NATION"
    CITY = "CITY"
    DISTRICT = "DISTRICT"
    ESTATE = "ESTATE"


@dataclass(frozen=True)
class PolicyFile:
    """One version of one area's policy.

    `instruments` has what can be used; `sources` has every instrument that the file names, also the absent and the
    delegated ones. `lines` says where an instrument (its key) or a value ("deposit.floor") stands in the file.
    """

    path: Path
    area: str
    area_name: str
    level: Level
    parent: str | None
    version: int
    effective_from: date | None
    effective_to: date | None
    document: Document
    hash: str
    instruments: Mapping[str, Instrument]
    sources: Mapping[str, InstrumentSource]
    lines: Mapping[str, int]

    @property
    def id(self) -> str:
        """Return the version's id, such as "360702-v1"."""
        return version_id(self.area, self.version)


def version_id(area: str, version: int) -> str:
    """Return the id of an area's version, such as "360702-v1"."""
    return f"{area}-v{version}"


def is_area_code(text: str) -> bool:
    """Return whether the text has the form of a city's or district's code, such as "360702"."""
    return _AREA_CODE.fullmatch(text) is not None


def city_of(district: str) -> str:
    """Return the area code of the city that a district's code belongs to, such as "360700" for "360702"."""
    return f"{district[:4]}00"
