"""A city of many copies of one estate, written past the services: the documents are copied, their ids exchanged.

What is copied was registered through the mutations, so the copies have every field that the registry writes. The
indexes are declared before. Nothing is announced, and nothing is counted but the parts of an estate.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from pymongo.collection import Collection
from pymongo.database import Database

from kit.ids import new_id
from services.registry.store.contracts import CONTRACTS
from services.registry.store.estates import ESTATES
from services.registry.store.owners import OWNERS
from services.registry.store.parts import BUILDINGS, PARTS
from services.registry.store.search import search_keys
from services.registry.store.territory import COMMUNITIES, STREETS

Document = dict[str, Any]

BUILDINGS_OF_AN_ESTATE: Final = 10
PARTS_OF_A_BUILDING: Final = 60
PARTS_OF_AN_ESTATE: Final = BUILDINGS_OF_AN_ESTATE * PARTS_OF_A_BUILDING
ESTATES_OF_A_STREET: Final = 60
PARTS_OF_AN_OWNER: Final = 10
"""An owner of one part each would take longer to write than all the parts: every owner has ten, of one building."""

DOCUMENTS_AT_ONCE: Final = 2_000
_SURNAMES: Final = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗"
_GIVEN: Final = "明华强芳敏静丽军洋勇艳杰娟涛超霞平刚桂英"


@dataclass(frozen=True)
class Template:
    """One document of each kind, as the registry wrote it."""

    street: Document
    community: Document
    estate: Document
    contract: Document
    building: Document
    part: Document
    owner: Document

    @classmethod
    def of(cls, database: Database[Document]) -> "Template":
        """Return what the database has exactly one of each of."""
        kinds = (STREETS, COMMUNITIES, ESTATES, CONTRACTS, BUILDINGS, PARTS, OWNERS)
        return cls(*(_only(database[kind]) for kind in kinds))


@dataclass(frozen=True)
class Copy:
    """The ids of what a copy of the estate can be asked for."""

    estate: str
    building: str
    owner: str


class RawCity:
    """Writes copies of an estate into a database, street after street; the first street is the template's own."""

    def __init__(self, database: Database[Document], template: Template) -> None:
        self._database = database
        self._template = template
        self._waiting: dict[str, list[Document]] = {}
        self._estates = 0
        self._owners = 0
        self._place: dict[str, str] = {}

    def write(self, parts: int) -> Copy:
        """Write whole estates until there are so many parts; return the first of them, of the template's street."""
        copies = (self._copy_estate() for _ in range(-(-parts // PARTS_OF_AN_ESTATE)))
        first = next(copies)
        for _ in copies:
            self._flush(DOCUMENTS_AT_ONCE)
        self._flush(1)
        return first

    def _copy_estate(self) -> Copy:
        self._estates += 1
        if self._estates % ESTATES_OF_A_STREET == 0:
            self._copy_street()
        template, number = self._template, self._estates
        renamed = self._place | {template.estate["_id"]: new_id("est"), template.contract["_id"]: new_id("ctr")}
        code = f"360702-{number:05}"
        name = template.estate["name"]
        counted = {"part_count": PARTS_OF_AN_ESTATE, "code": code, **search_keys(name, code)}
        self._add(ESTATES, _copied(template.estate, renamed) | counted)
        self._add(CONTRACTS, _copied(template.contract, renamed) | {"number": f"HT-{number:05}"})
        buildings = [self._copy_building(renamed, f"{label}号楼") for label in range(1, BUILDINGS_OF_AN_ESTATE + 1)]
        building, owner = buildings[0]
        return Copy(renamed[template.estate["_id"]], building, owner)

    def _copy_street(self) -> None:
        template = self._template
        self._place = {template.street["_id"]: new_id("str"), template.community["_id"]: new_id("com")}
        self._add(STREETS, _copied(template.street, self._place) | {"name": f"第{self._estates}街道"})
        self._add(COMMUNITIES, _copied(template.community, self._place))

    def _copy_building(self, place: Mapping[str, str], label: str) -> tuple[str, str]:
        template = self._template
        building, owners = new_id("bld"), []
        of_building = {**place, template.building["_id"]: building}
        self._add(BUILDINGS, _copied(template.building, of_building) | {"label": label})
        for door in range(PARTS_OF_A_BUILDING):
            if door % PARTS_OF_AN_OWNER == 0:
                owners.append(self._copy_owner(place))
            renamed = {**of_building, template.owner["_id"]: owners[-1], template.part["_id"]: new_id("prt")}
            self._add(PARTS, _copied(template.part, renamed) | {"door_number": f"{door:03}室"})
        return building, owners[0]

    def _copy_owner(self, place: Mapping[str, str]) -> str:
        template, number = self._template, self._owners
        self._owners += 1
        renamed = {**place, template.owner["_id"]: new_id("own")}
        name, code = name_of_owner(number), f"H-{number:07}"
        named = {"name": name, "code": code, **search_keys(name, code)}
        self._add(OWNERS, _copied(template.owner, renamed) | named)
        return renamed[template.owner["_id"]]

    def _add(self, collection: str, document: Document) -> None:
        self._waiting.setdefault(collection, []).append(document)

    def _flush(self, at_least: int) -> None:
        for collection, documents in self._waiting.items():
            if len(documents) >= at_least:
                for some in _batches(documents):
                    self._database[collection].insert_many(some, ordered=False)
                documents.clear()


def name_of_owner(number: int) -> str:
    """Return the name of the owner of that number; one in 8,000 has the same."""
    rest, surname = divmod(number, len(_SURNAMES))
    last, middle = divmod(rest, len(_GIVEN))
    return _SURNAMES[surname] + _GIVEN[middle] + _GIVEN[last % len(_GIVEN)]


def _only(collection: Collection[Document]) -> Document:
    (document,) = collection.find().limit(2)
    return document


def _copied(document: Document, renamed: Mapping[str, str]) -> Document:
    """Return a copy in which other ids stand for some, also behind the kind of a grant, such as "street:"."""
    return {name: _exchanged(value, renamed) for name, value in document.items()}


def _exchanged(value: Any, renamed: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        kind, colon, entity_id = value.rpartition(":")
        return kind + colon + renamed.get(entity_id, entity_id)
    if isinstance(value, list):
        return [_exchanged(item, renamed) for item in value]
    if isinstance(value, dict):
        return {name: _exchanged(item, renamed) for name, item in value.items()}
    return value


def _batches(documents: list[Document]) -> Iterator[list[Document]]:
    rest = iter(documents)
    while some := list(islice(rest, DOCUMENTS_AT_ONCE)):
        yield some
