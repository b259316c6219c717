"""Every read of the registry is served by a declared index, and bounded: shown by asking each reader of the store.

A reader is a function of the store room that calls a reading method of the driver. It is called here with samples of
all its parameters, in several scopes; what it sends to the store is held against the declared indexes, and the store
itself says whether it walks one. A new reader with a parameter that has no sample fails.
"""

import ast
import importlib
import inspect
from collections.abc import AsyncIterable, Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import product
from pathlib import Path
from typing import Any, Final

import pytest

from kit.caller import Caller, Scope
from kit.clock import FixedClock
from kit.errors import Refusal
from kit.ids import new_id
from kit.mongo import Mongo, UnitOfWork, ensure_indexes, run_unit_of_work
from services.registry.domain.contract_state import SERVING_STATES
from services.registry.domain.document_kinds import DocumentKind
from services.registry.domain.estate import Enclosure
from services.registry.domain.provider import ProviderKind
from services.registry.domain.search import SearchBy, SearchTerm
from services.registry.domain.territory import Place
from services.registry.store.base_surveys import BASE_SURVEYS
from services.registry.store.documents import DocumentFilter
from services.registry.store.estates import ESTATES, EstateFilter
from services.registry.store.file_tasks import TaskKind
from services.registry.store.indexes import INDEXES
from services.registry.store.listings import ProviderConditions
from services.registry.store.modes import PlaceFilter
from tests.registry.reads import Read, listened_store
from tests.servers import MongoServer

STORE = Path(__file__).parents[3] / "services/registry/store"
READING_METHODS = {"find", "find_one", "aggregate", "count_documents", "distinct", "find_one_and_update"}

STREET, COMMUNITY, ESTATE = new_id("str"), new_id("com"), new_id("est")
SCOPES = (Scope.everything(), Scope.of(f"street:{STREET}"), Scope.of("district:360702", f"estate:{ESTATE}"))
PLACE = Place("360702", STREET, COMMUNITY)
TERMS = (SearchTerm(SearchBy.NAME, "丹"), SearchTerm(SearchBy.INITIALS, "df"), SearchTerm(SearchBy.CODE, "360"))
PLACES: tuple[Mapping[str, Any], ...] = ({}, {"district": "360702"}, {"street_id": STREET}, {"community_id": COMMUNITY})
OLD = EstateFilter(district="360702", last_old_days={"360702": date(2000, 12, 31)})

SAMPLES: Final[Mapping[str, Sequence[Any]]] = {
    "after": ("360702-001",),
    "area": ("district:360702", f"street:{STREET}", f"community:{COMMUNITY}"),
    "code": ("360702-001",),
    "collection": (ESTATES,),
    "conditions": (DocumentFilter(),),
    "covering": ((f"street:{STREET}",),),
    "destination": (Place("360702", new_id("str"), new_id("com")),),
    "district": ("360702",),
    "doors_by_building": ({new_id("bld"): ("101室", "102室"), new_id("bld"): ("101室",)},),
    "estate_filter": (*(EstateFilter(**place) for place in PLACES), OLD),
    "from_": (date(2026, 1, 1),),
    "instant": (datetime(2026, 3, 5, tzinfo=UTC),),
    "kind": (DocumentKind.RESPONSIBILITY_LIST,),
    "limit": (51,),
    "narrowing": ({}, EstateFilter(enclosure=Enclosure.OPEN).narrowing(), OLD.narrowing()),
    "number": ("7",),
    "origin": (PLACE,),
    "places": PLACES,
    "scope": SCOPES,
    "states": (tuple(SERVING_STATES),),
    "street_id": (STREET,),
    "subject": ("someone",),
    "term": TERMS,
    "today": (date(2026, 3, 5),),
    "until": (date(2026, 3, 31),),
}
"""Values for parameters by name; an id, or a list of ids or codes, needs none."""

DOCUMENT_FILTERS: Final = (
    DocumentFilter(),
    DocumentFilter(district="360702", kind=DocumentKind.RESPONSIBILITY_LIST),
    DocumentFilter(subject_id=ESTATE),
    DocumentFilter(kind=DocumentKind.RESPONSIBILITY_LIST),
)

OWN_SAMPLES: Final[Mapping[str, Mapping[str, Sequence[Any]]]] = {
    "documents._find_visible": {"query": ({"subject_id": {"$in": [ESTATE]}},)},
    "documents.count_of_documents": {"conditions": DOCUMENT_FILTERS, "at_most": (1000,)},
    "documents.page_of_documents": {"conditions": DOCUMENT_FILTERS},
    "estate_reports.classified_estates": {"street_id": (None, STREET)},
    "estate_rows.find_rows": {"collection": (BASE_SURVEYS,)},
    "file_tasks.latest_own_tasks": {"kind": (TaskKind.EXPORT,)},
    "listings.page_of_providers": {"districts": ((), ("360702",))},
    "listings.search_providers": {
        "term": (None, *TERMS),
        "conditions": (ProviderConditions(), ProviderConditions(district="360702", kind=ProviderKind.COMPANY)),
    },
    "modes.page_past_review": {"places": tuple(PlaceFilter(**place) for place in PLACES)},
}
"""Values that only one reader takes: `module.function`, then the parameter."""

SMALL_BY_NATURE: Final[Mapping[str, str]] = {
    "bodies.find_bodies_of_districts": "a district has one leading group and one office, its streets a few bodies",
    "contents.registered_contents": "the check of all kept files streams them in batches, on an operator's command",
    "file_tasks.count_open_tasks": "a caller has at most a few open tasks; one more is refused",
    "territory.find_streets_of_districts": "a district has some tens of streets",
}
"""Readers without a limit whose index begins with something else than an id or a unique code, with the reason."""

COMPARED_BESIDE: Final[Mapping[str, str]] = {
    "estates.page_of_estates": "an old estate is told by its day or by its year; a city has some thousands of estates",
    "listings.page_of_owners": "an owner is seen from many places: the area is looked up, the scope is compared",
    "listings.search_owners": "an owner is seen from many places: the area is looked up, the scope is compared",
    "search.count_found": "as for the pages of estates",
    "search.search": "as for the pages of estates",
}
"""Readers that compare more than fields on what the index finds, with the reason; the embedded store walks all."""


def readers() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield each function of the store room that reads, as `module.function`."""
    for file in sorted(STORE.glob("*.py")):
        module = importlib.import_module(f"services.registry.store.{file.stem}")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.AsyncFunctionDef) and _reads(node):
                yield f"{file.stem}.{node.name}", getattr(module, node.name)


def _reads(function: ast.AST) -> bool:
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in READING_METHODS
        for node in ast.walk(function)
    )


def samples(name: str, parameter: str) -> Sequence[Any]:
    """Return the values to call a reader with; an id or some ids by the parameter's name."""
    given = OWN_SAMPLES.get(name, {}).get(parameter) or SAMPLES.get(parameter)
    if given is not None:
        return given
    if parameter.endswith("_id"):
        return ("id-1",)
    if parameter == "ids" or parameter.endswith(("_ids", "codes", "districts")):
        return (["1", "2"],)
    pytest.fail(f"{name}: no sample of {parameter!r}; add one to SAMPLES")


def calls(name: str, reader: Callable[..., Any]) -> Iterator[dict[str, Any]]:
    """Yield the arguments of every call: all samples of each parameter with those of the others."""
    chosen = {
        parameter: samples(name, parameter)
        for parameter in inspect.signature(reader).parameters
        if parameter not in {"reader", "mongo", "work", "path"}
    }
    for values in product(*chosen.values()):
        yield dict(zip(chosen, values, strict=True))


async def _call(mongo: Mongo, clock: FixedClock, reader: Callable[..., Any], arguments: Mapping[str, Any]) -> None:
    """Call a reader once, or as a caller of every scope where it reads in a unit of work; it may find nothing."""
    if "work" not in inspect.signature(reader).parameters:
        await _drain(reader(mongo, **arguments))
        return

    async def body(work: UnitOfWork) -> None:
        await _drain(reader(work, **arguments))

    for scope in SCOPES:
        await run_unit_of_work(mongo, Caller("someone", frozenset(), scope), body, clock=clock)


async def _drain(answer: Awaitable[Any] | AsyncIterable[Any]) -> None:
    try:
        if isinstance(answer, AsyncIterable):
            _ = [record async for record in answer]
        else:
            await answer
    except Refusal:
        # Of an empty store a single record is refused as not found; what was asked of it is known all the same.
        return


async def _plan(mongo: Mongo, read: Read) -> str:
    """Return how the store looks up what the index serves: of a list of values one.

    The embedded store explains the others, and what is only compared, otherwise than it acts: as a walk over all.
    """
    served = {name: read.query[name] for name in read.walked() or ()}
    for name, values in read.equal.items():
        if name in served and isinstance(values, list):
            served[name] = values[0]
    plan = await mongo.collection(read.collection).find(served).explain()
    return str(plan["queryPlanner"]["winningPlan"])


@pytest.mark.store
async def test_every_read_is_bounded_and_served_by_a_declared_index(
    mongo_server: MongoServer, mongo: Mongo, clock: FixedClock
) -> None:
    listened, heard = listened_store(mongo_server.uri, mongo.name)
    await ensure_indexes(mongo, INDEXES)
    silent, faults = [], []
    shapes: dict[tuple[str, ...], Read] = {}
    for name, reader in readers():
        heard.sent.clear()
        for arguments in calls(name, reader):
            await _call(listened, clock, reader, arguments)
        if not heard.sent:
            silent.append(name)
        for read in heard.sent:
            fault = read.fault(small=name in SMALL_BY_NATURE, compares=name in COMPARED_BESIDE)
            if fault is not None:
                faults.append(f"{name}: {fault}: {read}")
            shapes[(read.collection, *(read.walked() or ()))] = read
    listened.close()
    unindexed = [shape for shape, read in shapes.items() if "IXSCAN" not in await _plan(mongo, read)]

    assert silent == []
    assert faults == []
    assert unindexed == []


KEYED = Read("contracts", {"estate_id": {"$in": ["1"]}, "areas": {"$in": ["street:1"]}}, (), 0)
PAGED = Read("estates", {"district": "360702", "code": {"$gt": "", "$lt": "9"}}, ("code",), 51)


@pytest.mark.parametrize(
    ("read", "fault"),
    [
        (KEYED, None),
        (PAGED, None),
        (replace(KEYED, query={"state": "ACTIVE"}), "no declared index serves it"),
        (replace(PAGED, sort=("name",)), "no declared index serves it"),
        (
            replace(PAGED, collection="owners", query={"areas": {"$in": ["1"]}, "code": {"$gt": "", "$lt": "9"}}),
            "no declared index serves it",
        ),
        (replace(PAGED, query={"district": "360702", "code": {"$gt": ""}}), "a range is open at one end"),
        (replace(PAGED, limit=0), "neither a limit nor a bounded set of keys"),
        (replace(PAGED, query={"district": "360702"}, sort=(), limit=0), "neither a limit nor a bounded set of keys"),
        (replace(KEYED, query={**KEYED.query, "$or": []}), "the embedded store leaves its indexes for ['$or']"),
    ],
)
def test_the_check_itself_sees_a_read_that_is_not_served(read: Read, fault: str | None) -> None:
    assert read.fault() == fault
