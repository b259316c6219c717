"""What the gateways are asked: requests, the supergraph they are for, and the right answers where they are known."""

import itertools
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graphql import graphql_sync

from gateway.supergraph.read import read_supergraph
from tests.gateway.sketch.stubs import SKETCH, resolve, variables_of

PUBLIC = Path(__file__).parent / "workload"
HEAVY, SMALL, NEW, TWELVE = "heavy", "small", "new", "twelve"
_ADDRESS = re.compile(r'(name: "(\w+)", url: )"[^"]*"')
# Fragment names stay in the gateway, so that subgraphs are asked the same by every one of these documents.
_NEW_DOCUMENT = """
query Report($first: Int) {
  users { ...User%(n)d reviews { id product { ...Product%(n)d } } }
  topProducts(first: $first) { ...Product%(n)d reviews { body author { ...User%(n)d } } }
}
fragment User%(n)d on User { id name username }
fragment Product%(n)d on Product { upc name price inStock shippingEstimate }
"""


@dataclass(frozen=True)
class Workload:
    """Requests for one supergraph; `answers` has the data of the first ones, which are checked before the load."""

    name: str
    supergraph: Path
    bodies: Callable[[], Iterator[bytes]]
    answers: list[Any] = field(default_factory=list)


def supergraph_text(supergraph: Path, port: int) -> str:
    """Return the supergraph with all subgraphs on one port, each at the path of its name."""
    return _ADDRESS.sub(rf'\1"http://127.0.0.1:{port}/\2"', supergraph.read_text(encoding="utf-8"))


def workloads() -> Mapping[str, Workload]:
    """Return the workloads by name."""
    public, sketch = PUBLIC / "supergraph.graphql", SKETCH / "supergraph.graphql"
    heavy = _body(json.loads((PUBLIC / "query.json").read_text(encoding="utf-8")))
    expected = json.loads((PUBLIC / "expected.json").read_text(encoding="utf-8"))["data"]
    small = (PUBLIC / "small.jsonl").read_bytes().splitlines()
    twelve, answers = _twelve(sketch)
    numbers = itertools.count()
    return {
        one.name: one
        for one in (
            Workload(HEAVY, public, lambda: itertools.repeat(heavy), [expected]),
            Workload(SMALL, public, lambda: itertools.cycle(small)),
            Workload(NEW, public, lambda: (_new(number) for number in numbers)),
            Workload(TWELVE, sketch, lambda: itertools.cycle(twelve), answers),
        )
    }


def _twelve(sketch: Path) -> tuple[list[bytes], list[Any]]:
    """Return the requests of the twelve queries, and the data that one merged schema answers to each."""
    schema = read_supergraph(sketch.read_text(encoding="utf-8")).public_schema
    bodies, answers = [], []
    for path in sorted((SKETCH / "queries").glob("*.graphql")):
        query = path.read_text(encoding="utf-8")
        variables = variables_of(query)
        merged = graphql_sync(schema, query, {"seed": "Query"}, variable_values=variables, field_resolver=resolve)
        bodies.append(_body({"query": query, "variables": variables}))
        answers.append(merged.data)
    return bodies, answers


def _new(number: int) -> bytes:
    return _body({"query": _NEW_DOCUMENT % {"n": number}, "variables": {"first": 3}})


def _body(request: Mapping[str, Any]) -> bytes:
    return json.dumps(request).encode()
