"""Federations whose values follow from each object's identity, so that any query has one right answer.

Every subgraph computes the same value for the same field of the same object, and refuses what a real one could not
answer: fields it does not have, external fields that nothing provides, and requirements that were not sent in full.
"""

import zlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import orjson
from graphql import (
    FieldNode,
    GraphQLEnumType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    NameNode,
    graphql_sync,
    is_leaf_type,
    print_ast,
)
from graphql.execution.values import get_argument_values

from gateway.executor.subgraph_client import SubgraphAnswer, read_answer
from gateway.pipeline import GraphQLRequest, Pipeline
from gateway.supergraph.field_sets import FieldSet
from gateway.supergraph.model import COMPOSITE_KINDS, FieldInGraph, Supergraph
from gateway.supergraph.read import read_supergraph
from tests.gateway.composing import announce
from tests.gateway.federation import Subgraph, compose_sdl, services_of
from tests.gateway.strict import check_sent

INSTANCES = 5
FEDERATION_1 = "# Federation 1\n"  # Begins the SDL of a subgraph that links nothing.
Holder = dict[str, Any]


class Values:
    """The one right value of every field."""

    def __init__(self, supergraph: Supergraph, *, with_nulls: bool = False) -> None:
        self.supergraph = supergraph
        self.with_nulls = with_nulls
        self._never_null = {
            name
            for of_type in supergraph.types.values()
            for view in of_type.in_graphs.values()
            for key in view.keys
            for name in _names(key.fields)
        }

    def root(self, kind: str) -> Holder:
        """Return the root object of the operations of a kind."""
        return {"__typename": self.supergraph.roots[kind], "seed": "root"}

    def value(self, holder: Holder, name: str, of_type: Any, arguments: Mapping[str, Any]) -> Any:
        """Return a field's value; arguments that clients do not have come from contexts and change nothing here."""
        public = self.supergraph.public_schema.type_map.get(holder["__typename"])
        if isinstance(public, GraphQLObjectType) and name in public.fields:
            arguments = {key: arguments[key] for key in public.fields[name].args if key in arguments}
        asked = ",".join(f"{key}={value}" for key, value in sorted(arguments.items()) if value is not None)
        return self._of_type(of_type, f"{holder['seed']}:{name}{f'({asked})' if asked else ''}", holder, name)

    def _of_type(self, of_type: Any, seed: str, holder: Holder, name: str) -> Any:
        chosen = zlib.crc32(f"{seed}?".encode())
        if isinstance(of_type, GraphQLNonNull):
            return self._present(of_type.of_type, seed, holder, name)
        if self.with_nulls and chosen % 7 == 0 and self._may_be_null(holder, name):
            return None
        return self._present(of_type, seed, holder, name)

    def _may_be_null(self, holder: Holder, name: str) -> bool:
        """Return whether all who know the field may answer null; a key never is."""
        known = self.supergraph.field(holder["__typename"], name)
        views = known.in_graphs.values() if known is not None else ()
        return name not in self._never_null and not any("!" in print_ast(view.type_node) for view in views)

    def _present(self, of_type: Any, seed: str, holder: Holder, name: str) -> Any:
        chosen = zlib.crc32(seed.encode())
        if isinstance(of_type, GraphQLList):
            return [self._of_type(of_type.of_type, f"{seed}[{index}]", holder, name) for index in range(chosen % 3 + 1)]
        if isinstance(of_type, GraphQLEnumType):
            known = self.supergraph.public_schema.type_map[of_type.name]
            shown = sorted(known.values) if isinstance(known, GraphQLEnumType) else []
            return shown[chosen % len(shown)]
        if is_leaf_type(of_type):
            return {"Int": chosen % 100, "Float": chosen % 100 / 4, "Boolean": chosen % 2 == 0}.get(of_type.name, seed)
        type_name = self._object_type(of_type.name, holder["__typename"], name, chosen)
        if type_name == self.supergraph.query_type:
            return self.root("query")
        keyed = any(view.keys for view in self.supergraph.types[type_name].in_graphs.values())
        return {"__typename": type_name, "seed": f"{type_name}-{chosen % INSTANCES}" if keyed else seed}

    def _object_type(self, named: str, holder: str, name: str, chosen: int) -> str:
        known = self.supergraph.field(holder, name)
        possible = set(self.supergraph.possible_types(named))
        for graph, view in known.in_graphs.items() if known else ():
            if not view.external and not self.supergraph.is_interface_object(graph, named):
                possible &= self.supergraph.possible_types_in(graph, named)
        names = sorted(possible)
        return names[chosen % len(names)]

    def of_field_set(self, fields: FieldSet, holder: Any) -> Any:
        """Return what a representation must hold of a field set."""
        if isinstance(holder, list):
            return [self.of_field_set(fields, one) for one in holder]
        if holder is None:
            return None
        public = self.supergraph.public_schema.type_map
        found: dict[str, Any] = {}
        for one in fields:
            if one.type_condition and holder["__typename"] not in self.supergraph.possible_types(one.type_condition):
                continue
            if one.name == "__typename":
                continue
            of_type: Any = public[holder["__typename"]]
            node = FieldNode(name=NameNode(value=one.name), arguments=one.argument_nodes)
            arguments = get_argument_values(of_type.fields[one.name], node)
            value = self.value(holder, one.name, of_type.fields[one.name].type, arguments)
            found[one.response_name] = self.of_field_set(one.children, value) if one.children else value
        return found

    def entity(self, representation: Mapping[str, Any]) -> Holder:
        """Return the object that a representation stands for: each of its own texts begins with its identity."""
        seed = next(value.split(":")[0] for value in _texts(representation, representation["__typename"]))
        return {"__typename": seed.rpartition("-")[0], "seed": seed, "sent": representation}


def _texts(value: Any, type_name: str) -> list[str]:
    own = [one for name, one in value.items() if name != "__typename" and isinstance(one, str) and ":" in one]
    nested = [one for one in value.values() if isinstance(one, dict)]
    return own or [text for one in nested for text in _texts(one, type_name)]


def subgraphs_of(texts: Mapping[str, str]) -> dict[str, Subgraph]:
    """Return the subgraphs of these SDL texts, all of whose types may be entities."""
    return {
        name: Subgraph(text, entities={"_": dict}, federation_1=text.startswith(FEDERATION_1))
        for name, text in texts.items()
    }


def announce_federations(federations: Iterable[Mapping[str, str]]) -> None:
    """Have the federations of these SDL texts composed in one process."""
    for texts in federations:
        announce(services_of(subgraphs_of(texts)))


class SameValues:
    """A federation of which subgraphs and one merged schema give the same values."""

    def __init__(self, subgraphs: Mapping[str, str], *, with_nulls: bool = False) -> None:
        parts = subgraphs_of(subgraphs)
        self.sdl = compose_sdl(parts)
        self.supergraph = read_supergraph(self.sdl)
        self.values = Values(self.supergraph, with_nulls=with_nulls)
        self.schemas = {name: one.schema() for name, one in parts.items()}
        self.pipeline = Pipeline(self.supergraph, self)
        self.calls: list[str] = []
        self.queries: list[str] = []

    async def answers(
        self, query: str, variables: Mapping[str, Any] | None = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the gateway's answer and the right one."""
        self.calls.clear()
        self.queries.clear()
        answer = (await self.pipeline.answer(GraphQLRequest(query, variables=variables or {}))).body
        kind = "mutation" if query.lstrip().startswith("mutation") else "query"
        right = graphql_sync(
            self.supergraph.public_schema,
            query,
            self.values.root(kind),
            variable_values=dict(variables or {}),
            field_resolver=self._resolver(None),
        )
        return answer, dict(right.formatted)

    async def ask(
        self,
        graph: str,
        body: bytes,
        headers: Mapping[str, str],
        *,
        repeatable: bool,
        deadline: float | None = None,
    ) -> SubgraphAnswer:
        """Answer as a subgraph's HTTP endpoint would."""
        name = self.supergraph.subgraphs[graph].name
        sent = orjson.loads(body)
        self.calls.append(name)
        self.queries.append(f"{name}: {sent['query']}")
        check_sent(sent["query"])
        schema: GraphQLSchema = self.schemas[name]
        kind = "mutation" if sent["query"].startswith("mutation") else "query"
        result = graphql_sync(
            schema,
            sent["query"],
            self.values.root(kind),
            variable_values=sent.get("variables"),
            field_resolver=self._resolver(graph),
            type_resolver=lambda value, _info, of_type: self._type_in(schema, value, of_type.name),
        )
        return read_answer(200, orjson.dumps(result.formatted))

    def _type_in(self, schema: GraphQLSchema, holder: Holder, of_type: str) -> str:
        """Return an object's type as a subgraph knows it: an interface object stands for all implementations."""
        named = holder["sent"]["__typename"] if of_type == "_Entity" else holder["__typename"]
        return str(named if isinstance(schema.type_map.get(named), GraphQLObjectType) else holder["__typename"])

    def _resolver(self, graph: str | None) -> Callable[..., Any]:
        def resolve(holder: Holder, info: Any, **arguments: Any) -> Any:
            name = info.field_name
            if name == "_entities":
                return [self.values.entity(one) for one in arguments["representations"]]
            if graph is not None:
                self._refuse_unanswerable(graph, holder, info.parent_type.name, name)
            return self.values.value(holder, name, info.return_type, arguments)

        return resolve

    def _refuse_unanswerable(self, graph: str, holder: Holder, type_name: str, name: str) -> None:
        known = self.supergraph.field(type_name, name)
        view = known.in_graphs.get(graph) if known is not None else None
        if view is None:
            raise LookupError(f"{graph} does not answer {type_name}.{name}")
        if view.external and not self._is_key(graph, type_name, name) and not self._is_provided(graph, name):
            raise LookupError(f"{type_name}.{name} is external in {graph}")
        self._check_requirement(view, holder, f"{type_name}.{name}")

    def _check_requirement(self, view: FieldInGraph, holder: Holder, field: str) -> None:
        if not view.requires:
            return
        for name, value in self.values.of_field_set(view.requires, holder).items():
            sent = _without_type_names(holder.get("sent", {}).get(name, "nothing"))
            if not _covers(sent, value):
                raise LookupError(f"{field} needs {name} = {value!r}, was sent {sent!r}")

    def _is_key(self, graph: str, type_name: str, name: str) -> bool:
        keys = self.supergraph.types[type_name].in_graphs[graph].keys
        return any(one.name == name for key in keys for one in key.fields)

    def _is_provided(self, graph: str, name: str) -> bool:
        return any(
            name in _names(one.in_graphs[graph].provides)
            for of_type in self.supergraph.types.values()
            if of_type.kind in COMPOSITE_KINDS
            for one in of_type.fields.values()
            if graph in one.in_graphs
        )


def _names(fields: FieldSet) -> set[str]:
    return {name for one in fields for name in (one.name, *_names(one.children))}


def _without_type_names(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_type_names(one) for name, one in value.items() if name != "__typename"}
    return [_without_type_names(one) for one in value] if isinstance(value, list) else value


def _covers(sent: Any, needed: Any) -> bool:
    """Return whether what was sent holds all that is needed; it may hold more."""
    if isinstance(needed, dict):
        return isinstance(sent, dict) and all(_covers(sent.get(name), value) for name, value in needed.items())
    if isinstance(needed, list):
        return isinstance(sent, list) and len(sent) == len(needed) and all(map(_covers, sent, needed))
    return bool(sent == needed)
