"""Federations for tests: subgraphs answered in process by graphql-core, composed by the project's own composition."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from textwrap import dedent
from typing import Any

import orjson
from graphql import (
    DocumentNode,
    GraphQLResolveInfo,
    GraphQLSchema,
    ObjectTypeDefinitionNode,
    ObjectTypeExtensionNode,
    SchemaExtensionNode,
    build_schema,
    graphql_sync,
    parse,
    print_ast,
)

from gateway.executor.subgraph_client import SubgraphAnswer, read_answer
from gateway.pipeline import Answer, GraphQLRequest, Pipeline, plan_of
from gateway.planner.plan import print_plan
from gateway.supergraph.compose import ServiceSchema
from gateway.supergraph.model import Supergraph
from gateway.supergraph.read import read_supergraph
from tests.gateway.composing import Services, announce, composed
from tests.gateway.strict import check_sent

LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@requires", "@provides",'
    ' "@external", "@shareable", "@override", "@inaccessible", "@interfaceObject", "@tag", "@extends",'
    ' "@authenticated", "@requiresScopes", "@policy", "@context", "@fromContext"])\n'
)

EntityResolver = Callable[[dict[str, Any]], Any]


@dataclass
class Subgraph:
    """A subgraph: its SDL, the values of its root fields, and how it finds entities by representation."""

    sdl: str
    roots: Mapping[str, Any] = field(default_factory=dict)
    entities: Mapping[str, EntityResolver] = field(default_factory=dict)
    federation_1: bool = False

    def composable_sdl(self) -> str:
        """Return the SDL for composition."""
        return self.sdl if self.federation_1 else LINK + self.sdl

    def schema(self) -> GraphQLSchema:
        """Return the executable schema, with `_entities` when there are entities."""
        definitions = [
            ObjectTypeDefinitionNode(
                name=one.name, interfaces=one.interfaces, directives=one.directives, fields=one.fields
            )
            if isinstance(one, ObjectTypeExtensionNode)
            else one
            for one in parse(self.sdl).definitions
            if not isinstance(one, SchemaExtensionNode)
        ]
        objects = [one.name.value for one in definitions if isinstance(one, ObjectTypeDefinitionNode)]
        sdl = print_ast(DocumentNode(definitions=tuple(definitions))) + "\nscalar _Any\n"
        entities = [name for name in objects if name not in {"Query", "Mutation", "Subscription"}]
        if entities and self.entities:
            sdl += f"union _Entity = {' | '.join(entities)}\n"
            extend = "extend " if "Query" in objects else ""
            sdl += f"{extend}type Query {{ _entities(representations: [_Any!]!): [_Entity]! }}\n"
        return build_schema(sdl, assume_valid=True, assume_valid_sdl=True)


@dataclass
class Call:
    """One request a subgraph got."""

    subgraph: str
    query: str
    variables: dict[str, Any]


class StubClient:
    """Answers for all subgraphs in process and remembers every call."""

    def __init__(self, supergraph: Supergraph, subgraphs: Mapping[str, Subgraph]) -> None:
        self.names = {graph: one.name for graph, one in supergraph.subgraphs.items()}
        self.subgraphs = subgraphs
        self.schemas = {name: one.schema() for name, one in subgraphs.items()}
        self.calls: list[Call] = []
        self.failures: dict[str, Exception | SubgraphAnswer] = {}

    async def ask(
        self,
        graph: str,
        body: bytes,
        headers: Mapping[str, str],
        *,
        repeatable: bool,
        deadline: float | None = None,
    ) -> SubgraphAnswer:
        """Answer as the subgraph's HTTP endpoint would."""
        name = self.names[graph]
        sent = orjson.loads(body)
        variables = sent.get("variables") or {}
        check_sent(sent["query"])
        self.calls.append(Call(name, sent["query"], variables))
        failure = self.failures.get(name)
        if isinstance(failure, Exception):
            raise failure
        if failure is not None:
            return failure
        subgraph = self.subgraphs[name]

        def find(_info: GraphQLResolveInfo, representations: list[dict[str, Any]]) -> list[Any]:
            return [subgraph.entities[one["__typename"]](one) for one in representations]

        result = graphql_sync(
            self.schemas[name],
            sent["query"],
            {**subgraph.roots, "_entities": find},
            variable_values=variables,
        )
        return read_answer(200, orjson.dumps(result.formatted))


class Federation:
    """A composed federation with a pipeline over it; it is composed when a test first asks for anything of it."""

    def __init__(self, supergraph_sdl: str | None = None, /, **subgraphs: Subgraph) -> None:
        self._supergraph_sdl = supergraph_sdl
        self._subgraphs = subgraphs
        if supergraph_sdl is None:
            announce(services_of(subgraphs))

    @cached_property
    def sdl(self) -> str:
        """The supergraph's SDL, given or composed."""
        return compose_sdl(self._subgraphs) if self._supergraph_sdl is None else self._supergraph_sdl

    @cached_property
    def supergraph(self) -> Supergraph:
        """The supergraph."""
        return read_supergraph(self.sdl)

    @cached_property
    def client(self) -> StubClient:
        """The stub of the subgraphs."""
        return StubClient(self.supergraph, self._subgraphs)

    @cached_property
    def pipeline(self) -> Pipeline:
        """The gateway's pipeline over the stub."""
        return Pipeline(self.supergraph, self.client)

    async def ask(self, query: str, variables: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return the answer's body."""
        return (await self.answer(query, variables)).body

    async def answer(self, query: str, variables: Mapping[str, Any] | None = None) -> Answer:
        """Return the answer; the calls made for it are in `calls`."""
        self.client.calls.clear()
        return await self.pipeline.answer(GraphQLRequest(query, variables=variables or {}))

    @property
    def calls(self) -> list[str]:
        """Return the names of the subgraphs called, in order."""
        return [call.subgraph for call in self.client.calls]

    def plan(self, query: str) -> str:
        """Return the printed plan."""
        names = {graph: one.name for graph, one in self.supergraph.subgraphs.items()}
        return print_plan(plan_of(self.supergraph, query), names)


def compose_sdl(subgraphs: Mapping[str, Subgraph]) -> str:
    """Return the supergraph of the subgraphs."""
    return composed(services_of(subgraphs))


def services_of(subgraphs: Mapping[str, Subgraph]) -> Services:
    """Return the subgraphs as the composition takes them."""
    return tuple(
        ServiceSchema(name, f"http://{name}.test/graphql", one.composable_sdl()) for name, one in subgraphs.items()
    )


def plan_text(text: str) -> str:
    """Return an expected plan without the indentation of the test it stands in."""
    return dedent(text).strip()
