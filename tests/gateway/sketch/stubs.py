"""The four services of the sketch as stubs: every value follows from its object's identity, whoever is asked."""

import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
from graphql import (
    GraphQLEnumType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    GraphQLUnionType,
    ListTypeNode,
    NonNullTypeNode,
    OperationDefinitionNode,
    TypeNode,
    build_schema,
    graphql_sync,
    parse,
)

from gateway.executor.subgraph_client import SubgraphAnswer, SubgraphFailure, read_answer
from gateway.supergraph.model import Supergraph, named_type

SKETCH = Path(__file__).parent
SERVICES = ("registry", "finance", "trust", "inspection")
LIST_LENGTH = 2
PAGE_LENGTH = 50
INSTANCES = 200  # Of each type, so that different objects of a page are mostly different.
SCALARS: Mapping[str, Any] = {
    "Int": 7,
    "Float": 0.5,
    "Boolean": True,
    "Money": "20000.00",
    "Area": "88.50",
    "Ratio": "0.2000",
    "Score": "91.00",
    "Date": "2026-03-01",
    "DateTime": "2026-03-01T08:00:00Z",
    "DistrictCode": "360702",
    "JSON": {"note": "any"},
}


def stub_schema(service: str) -> GraphQLSchema:
    """Return a service's executable schema, with `_entities` for the types that have a key."""
    sdl = (SKETCH / "services" / service / "graphql" / "schema.graphql").read_text(encoding="utf-8")
    sdl = sdl[sdl.index(")\n") + 1 :]  # Without the link, which only composition reads.
    keyed = [line.split()[1] for line in sdl.splitlines() if line.startswith("type ") and "@key(" in line]
    sdl += (
        f"\nscalar _Any\nunion _Entity = {' | '.join(keyed)}\n"
        "extend type Query { _entities(representations: [_Any!]!): [_Entity]! }\n"
    )
    return build_schema(sdl, assume_valid=True, assume_valid_sdl=True)


def resolve(holder: Any, info: GraphQLResolveInfo, **arguments: Any) -> Any:
    """Return the value of a field: the same one from every service and from one merged schema."""
    if info.field_name == "_entities":
        return [entity(one["__typename"], one.get("id", one.get("code"))) for one in arguments["representations"]]
    if info.field_name in holder:
        return holder[info.field_name]
    asked = orjson.dumps({name: value for name, value in arguments.items() if value is not None}).decode()
    length = PAGE_LENGTH if info.field_name == "nodes" else LIST_LENGTH
    return _value(info.return_type, f"{holder['seed']}.{info.field_name}{asked}", length)


def entity(type_name: str, number: Any) -> dict[str, Any]:
    """Return an object by its key."""
    return {"__typename": type_name, "id": number, "code": number, "seed": f"{type_name}/{number}"}


def _value(of_type: Any, seed: str, length: int) -> Any:
    if isinstance(of_type, GraphQLNonNull):
        return _value(of_type.of_type, seed, length)
    if isinstance(of_type, GraphQLList):
        return [_value(of_type.of_type, f"{seed}[{index}]", length) for index in range(length)]
    chosen = zlib.crc32(seed.encode())
    if isinstance(of_type, GraphQLEnumType):
        return sorted(of_type.values)[chosen % len(of_type.values)]
    if isinstance(of_type, GraphQLObjectType):
        if "id" in of_type.fields or of_type.name == "District":
            return entity(of_type.name, f"{of_type.name}-{chosen % INSTANCES}")
        return {"__typename": of_type.name, "seed": seed}
    if isinstance(of_type, GraphQLUnionType):
        return _value(of_type.types[chosen % len(of_type.types)], seed, length)
    return SCALARS.get(of_type.name, f"{of_type.name} {chosen % 1000}")


def variables_of(query: str) -> dict[str, Any]:
    """Return a value for each variable that the query requires."""
    (operation,) = parse(query).definitions
    if not isinstance(operation, OperationDefinitionNode):
        raise ValueError("the document is not one operation")
    return {one.variable.name.value: _variable(one.type) for one in operation.variable_definitions}


def _variable(type_node: TypeNode) -> Any:
    if isinstance(type_node, NonNullTypeNode):
        return _variable(type_node.type)
    if isinstance(type_node, ListTypeNode):
        return [_variable(type_node.type)]
    return SCALARS.get(named_type(type_node), "x-1")


class SketchClient:
    """Answers for the services in process, counts the calls, and fails for those that are stopped."""

    def __init__(self, supergraph: Supergraph, schemas: Mapping[str, GraphQLSchema]) -> None:
        self.names = {graph: one.name for graph, one in supergraph.subgraphs.items()}
        self.schemas = schemas
        self.stopped: frozenset[str] = frozenset()
        self.calls: list[str] = []

    async def ask(
        self,
        graph: str,
        body: bytes,
        headers: Mapping[str, str],
        *,
        repeatable: bool,
        deadline: float | None = None,
    ) -> SubgraphAnswer:
        """Answer as the service's HTTP endpoint would."""
        name = self.names[graph]
        self.calls.append(name)
        if name in self.stopped:
            raise SubgraphFailure(f"{name} cannot be reached")
        sent = orjson.loads(body)
        result = graphql_sync(
            self.schemas[name],
            sent["query"],
            {"seed": "Query"},
            variable_values=sent.get("variables"),
            field_resolver=resolve,
        )
        return read_answer(200, orjson.dumps(result.formatted))
