"""Random federations with data, each in three forms: supergraph, executable subgraphs, one merged schema."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    build_schema,
    get_named_type,
    graphql_sync,
)

from gateway.executor.subgraph_client import SubgraphAnswer, read_answer
from gateway.supergraph.model import Supergraph
from gateway.supergraph.read import read_supergraph
from tests.gateway.strict import check_sent

JOIN = """
schema @link(url: "https://specs.apollo.dev/link/v1.0") @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION)
{ query: Query }
scalar join__FieldSet
"""
INSTANCES = 4


@dataclass
class RandomField:
    """A field: its type in SDL, and the graphs that answer it."""

    name: str
    sdl_type: str
    graphs: set[str]
    requires: str | None = None
    arguments: str = ""

    @property
    def target(self) -> str:
        """Return the innermost type name."""
        return self.sdl_type.strip("[]!")


@dataclass
class RandomType:
    """An entity or a value type."""

    name: str
    graphs: list[str]
    entity: bool
    keys: dict[str, list[str]] = field(default_factory=dict)
    fields: dict[str, RandomField] = field(default_factory=dict)
    interfaces: set[str] = field(default_factory=set)


class RandomFederation:
    """A federation drawn from a seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.graphs = ["A", "B", "C", "D"][: self.random.randint(2, 4)]
        self.types = {name: self._draw_type(name) for name in ["E0", "E1", "E2", "E3"][: self.random.randint(2, 4)]}
        self.value = RandomType("V", list(self.graphs), entity=False)
        for number in range(self.random.randint(1, 3)):
            # One graph lacks the field, so that a value has to be put together from its holder's two owners.
            lacking = self.random.choice(self.graphs)
            self.value.fields[f"v{number}"] = RandomField(f"v{number}", "Int", set(self.graphs) - {lacking})
        self._draw_fields()
        self.roots = self._draw_roots()
        self.data = {
            name: [self._draw_object(one, number) for number in range(INSTANCES)] for name, one in self.types.items()
        }
        self.supergraph: Supergraph = read_supergraph(self._supergraph_sdl())
        self.merged: GraphQLSchema = build_schema(self._merged_sdl())
        self.stubs = {graph: build_schema(self._subgraph_sdl(graph), assume_valid=True) for graph in self.graphs}
        self.calls = 0

    # Drawing --------------------------------------------------------------------------------------------------------

    def _some(self, graphs: list[str]) -> set[str]:
        return set(self.random.sample(graphs, 1 if self.random.random() < 0.7 else min(2, len(graphs))))

    def _draw_type(self, name: str) -> RandomType:
        graphs = sorted(self.random.sample(self.graphs, self.random.randint(1, len(self.graphs))))
        drawn = RandomType(name, graphs, entity=True)
        both = self.random.choice(graphs)
        for graph in graphs:
            choice = self.random.random()
            drawn.keys[graph] = ["id", "code"] if graph == both else ["code"] if choice < 0.25 else ["id"]
        drawn.fields["id"] = RandomField("id", "ID!", {g for g in graphs if "id" in drawn.keys[g]})
        drawn.fields["code"] = RandomField("code", "String!", {g for g in graphs if "code" in drawn.keys[g]})
        if self.random.random() < 0.6:
            drawn.interfaces.add("I")
        return drawn

    def _draw_fields(self) -> None:
        names = [*self.types, "I", "U", "V"]
        for one in self.types.values():
            one.fields["label"] = RandomField("label", "String", self._some(one.graphs))
            for number in range(self.random.randint(1, 3)):
                strict = "!" if self.random.random() < 0.2 else ""
                one.fields[f"f{number}"] = RandomField(f"f{number}", f"Int{strict}", self._some(one.graphs))
            if self.random.random() < 0.4:
                one.fields["echo"] = RandomField("echo", "Int", self._some(one.graphs), arguments="(n: Int = 3)")
            for number in range(self.random.randint(1, 3)):
                target = self.random.choice(names)
                wanted = 2 if target == "V" else 1
                owners = set(self.random.sample(one.graphs, min(wanted, len(one.graphs))))
                if len(owners) == wanted and all(self._known(target, graph) for graph in owners):
                    form = self.random.choice(["{}", "[{}]", "[{}!]", "[[{}]]", "{}"])
                    one.fields[f"o{number}"] = RandomField(f"o{number}", form.format(target), owners)
            if len(one.graphs) > 1:
                for number in range(self.random.randint(0, 2)):
                    graph = self.random.choice(one.graphs)
                    # A required field is nullable: a broken promise would take the whole entity with it.
                    candidates = [
                        name
                        for name in ("f0", "label", "r0")
                        if name in one.fields
                        and graph not in one.fields[name].graphs
                        and not one.fields[name].sdl_type.endswith("!")
                    ]
                    if candidates:
                        needed = self.random.choice(candidates)
                        one.fields[f"r{number}"] = RandomField(f"r{number}", "String", {graph}, requires=needed)

    def _known(self, type_name: str, graph: str) -> bool:
        if type_name in self.types:
            return graph in self.types[type_name].graphs
        if type_name == "I":
            return any("I" in one.interfaces and graph in one.graphs for one in self.types.values())
        if type_name == "U":
            return any(graph in one.graphs for one in self.types.values())
        return True

    def _draw_roots(self) -> dict[str, RandomField]:
        roots = {}
        for number in range(self.random.randint(2, 4)):
            graph = self.random.choice(self.graphs)
            targets = [name for name in (*self.types, "I", "U") if self._known(name, graph)]
            if targets:
                form = self.random.choice(["{}", "[{}]", "[{}!]!"])
                roots[f"q{number}"] = RandomField(f"q{number}", form.format(self.random.choice(targets)), {graph})
        if not roots:
            one = next(iter(self.types.values()))
            roots["q0"] = RandomField("q0", one.name, {one.graphs[0]})
        return roots

    def _draw_object(self, one: RandomType, number: int) -> dict[str, Any]:
        return {"__typename": one.name, "id": f"{one.name}-{number}", "code": f"c{number}", "number": number}

    # Values ---------------------------------------------------------------------------------------------------------

    def value_of(self, holder: dict[str, Any], one: RandomField) -> Any:
        """Return a field's value: decided by the holder's identity alone, whoever is asked."""
        chosen = random.Random(f"{holder['__typename']}/{holder.get('id')}/{one.name}")
        return self._value(one.sdl_type, one, holder, chosen, one.graphs)

    def _value(
        self, sdl_type: str, one: RandomField, holder: dict[str, Any], chosen: random.Random, graphs: set[str]
    ) -> Any:
        if sdl_type.endswith("!"):
            # Now and then a subgraph breaks its promise, and null has to propagate.
            if chosen.random() < 0.03 and one.name not in ("id", "code"):
                return None
            return self._present(sdl_type[:-1], one, holder, chosen, graphs)
        return None if chosen.random() < 0.15 else self._present(sdl_type, one, holder, chosen, graphs)

    def _present(
        self, sdl_type: str, one: RandomField, holder: dict[str, Any], chosen: random.Random, graphs: set[str]
    ) -> Any:
        if sdl_type.startswith("["):
            return [self._value(sdl_type[1:-1], one, holder, chosen, graphs) for _ in range(chosen.randint(0, 3))]
        if sdl_type in ("Int", "String"):
            number = chosen.randint(0, 99)
            return number if sdl_type == "Int" else f"s{number}"
        if sdl_type == "V":
            return {"__typename": "V", "id": f"{holder['id']}.{one.name}"}
        names = [name for name in self.types if all(graph in self.types[name].graphs for graph in graphs)]
        if sdl_type == "I":
            names = [name for name in names if "I" in self.types[name].interfaces]
        elif sdl_type != "U":
            names = [sdl_type]
        return self.data[chosen.choice(names)][chosen.randrange(INSTANCES)] if names else None

    def required_text(self, value: Any) -> str:
        """Return what a field with a requirement answers for the required value."""
        return f"needs {value}"

    # SDL ------------------------------------------------------------------------------------------------------------

    def _interface_fields(self) -> dict[str, set[str]]:
        """Return the interface's fields with the graphs in which every implementation has them."""
        members = [one for one in self.types.values() if "I" in one.interfaces]
        found: dict[str, set[str]] = {}
        for name in ("id", "code", "label"):
            graphs = {
                graph
                for graph in self.graphs
                if any(graph in one.graphs for one in members)
                and all(graph in one.fields[name].graphs for one in members if graph in one.graphs)
            }
            if graphs:
                found[name] = graphs
        return found

    def _supergraph_sdl(self) -> str:
        lines = [JOIN, "enum join__Graph {"]
        lines += [
            f'  {graph} @join__graph(name: "{graph.lower()}", url: "http://{graph}.test")' for graph in self.graphs
        ]
        lines.append("}")
        for one in (*self.types.values(), self.value):
            head = f"type {one.name}{' implements I' if one.interfaces and self._interface_fields() else ''}"
            for graph in one.graphs:
                for key in one.keys.get(graph, []) or [None]:
                    head += f" @join__type(graph: {graph}" + (f', key: "{key}")' if key else ")")
                if one.interfaces and self._interface_fields():
                    head += f' @join__implements(graph: {graph}, interface: "I")'
            lines.append(head + " {")
            lines += [self._joined_field(each, one) for each in one.fields.values()]
            lines.append("}")
        lines += self._abstract_sdl(joined=True)
        lines.append("type Query " + " ".join(f"@join__type(graph: {graph})" for graph in self.graphs) + " {")
        lines += [self._joined_field(each, None) for each in self.roots.values()]
        lines.append("}")
        return "\n".join(lines)

    def _joined_field(self, one: RandomField, holder: RandomType | None) -> str:
        text = f"  {one.name}{one.arguments}: {one.sdl_type}"
        for graph in sorted(one.graphs):
            text += f" @join__field(graph: {graph}" + (f', requires: "{one.requires}")' if one.requires else ")")
        if holder is not None:
            needing = {g for each in holder.fields.values() if each.requires == one.name for g in each.graphs}
            for graph in sorted(needing - one.graphs):
                text += f" @join__field(graph: {graph}, external: true)"
        return text

    def _abstract_sdl(self, *, joined: bool) -> list[str]:
        lines: list[str] = []
        fields = self._interface_fields()
        if fields:
            graphs = sorted({graph for one in self.types.values() if "I" in one.interfaces for graph in one.graphs})
            head = "".join(f" @join__type(graph: {graph})" for graph in graphs) if joined else ""
            lines.append(f"interface I{head} {{")
            for name, places in fields.items():
                sdl_type = next(iter(self.types.values())).fields[name].sdl_type
                tail = "".join(f" @join__field(graph: {graph})" for graph in sorted(places)) if joined else ""
                lines.append(f"  {name}: {sdl_type}{tail}")
            lines.append("}")
        head = ""
        if joined:
            graphs = [graph for graph in self.graphs if self._known("U", graph)]
            head = "".join(f" @join__type(graph: {graph})" for graph in graphs)
            head += "".join(
                f' @join__unionMember(graph: {graph}, member: "{one.name}")'
                for one in self.types.values()
                for graph in one.graphs
            )
        lines.append(f"union U{head} = {' | '.join(self.types)}")
        return lines

    def _merged_sdl(self) -> str:
        lines: list[str] = []
        for one in (*self.types.values(), self.value):
            tail = " implements I" if one.interfaces and self._interface_fields() else ""
            lines.append(f"type {one.name}{tail} {{")
            lines += [f"  {each.name}{each.arguments}: {each.sdl_type}" for each in one.fields.values()]
            lines.append("}")
        lines += self._abstract_sdl(joined=False)
        lines.append("type Query {")
        lines += [f"  {each.name}: {each.sdl_type}" for each in self.roots.values()]
        lines.append("}")
        return "\n".join(lines)

    def _subgraph_sdl(self, graph: str) -> str:
        lines = ["scalar _Any"]
        here = [one for one in self.types.values() if graph in one.graphs]
        fields = self._interface_fields()
        with_interface = bool(fields) and any("I" in one.interfaces for one in here)
        for one in (*here, self.value):
            own = [each for each in one.fields.values() if graph in each.graphs]
            tail = " implements I" if one.interfaces and with_interface else ""
            lines.append(f"type {one.name}{tail} {{ _: Int")
            lines += [f"  {each.name}{each.arguments}: {each.sdl_type}" for each in own]
            lines.append("}")
        if with_interface:
            own_names = [name for name, places in fields.items() if graph in places]
            types = {name: next(iter(self.types.values())).fields[name].sdl_type for name in own_names}
            lines.append("interface I { _: Int " + " ".join(f"{name}: {types[name]}" for name in own_names) + " }")
        if here:
            members = " | ".join(one.name for one in here)
            lines += [f"union U = {members}", f"union _Entity = {members}"]
        lines.append("type Query { _: Int")
        if here:
            lines.append("_entities(representations: [_Any!]!): [_Entity]!")
        lines += [f"  {each.name}: {each.sdl_type}" for each in self.roots.values() if graph in each.graphs]
        lines.append("}")
        return "\n".join(lines)

    # Answering ------------------------------------------------------------------------------------------------------

    def ask_merged(self, query: str) -> dict[str, Any]:
        """Return the merged schema's answer."""
        result = graphql_sync(
            self.merged, query, {"__typename": "Query", "id": "root"}, field_resolver=self._resolver(None)
        )
        return dict(result.formatted)

    def _resolver(self, graph: str | None) -> Callable[..., Any]:
        def resolve(holder: Any, info: Any, **arguments: Any) -> Any:
            name = info.field_name
            if name == "_entities":
                return [self._find(one) for one in arguments["representations"]]
            if name in ("id", "code") and name in holder and holder["__typename"] != "Query":
                return holder[name]
            type_name = info.parent_type.name
            one = self.roots[name] if type_name == "Query" else self._field(type_name, name)
            if name == "echo":
                return arguments.get("n")
            if one.requires is not None:
                if graph is None:
                    needed = resolve_named(holder, type_name, one.requires)
                else:
                    needed = holder["__sent"][one.requires]
                return self.required_text(needed)
            return self.value_of(holder, one)

        def resolve_named(holder: dict[str, Any], type_name: str, name: str) -> Any:
            one = self._field(type_name, name)
            if one.requires is not None:
                return self.required_text(resolve_named(holder, type_name, one.requires))
            return self.value_of(holder, one)

        return resolve

    def _field(self, type_name: str, name: str) -> RandomField:
        return (self.value if type_name == "V" else self.types[type_name]).fields[name]

    def _find(self, representation: Mapping[str, Any]) -> dict[str, Any] | None:
        for one in self.data[representation["__typename"]]:
            if one["id"] == representation.get("id") or one["code"] == representation.get("code"):
                return {**one, "__sent": representation}
        return None

    async def ask(
        self,
        graph: str,
        body: bytes,
        headers: Mapping[str, str],
        *,
        repeatable: bool,
        deadline: float | None = None,
    ) -> SubgraphAnswer:
        """Answer for a subgraph, as the executor's client."""
        sent = orjson.loads(body)
        self.calls += 1
        check_sent(sent["query"])
        result = graphql_sync(
            self.stubs[graph],
            sent["query"],
            {"__typename": "Query", "id": "root"},
            variable_values=sent.get("variables"),
            field_resolver=self._resolver(graph),
        )
        unplanned = [error.message for error in result.errors or () if error.path is None]
        if unplanned:
            raise AssertionError(f"subgraph {graph} refuses {sent['query']}: {unplanned}")
        return read_answer(200, orjson.dumps(result.formatted))

    # Queries --------------------------------------------------------------------------------------------------------

    def draw_query(self) -> str:
        """Return a random valid query."""
        self._budget = 60
        return "{ " + self._selection(self.merged.type_map["Query"], 4) + " }"

    def _selection(self, of_type: Any, depth: int) -> str:
        parts: list[str] = []
        if self.random.random() < 0.3:
            parts.append(self.random.choice(["__typename", "kind: __typename"]))
        if isinstance(of_type, GraphQLObjectType | GraphQLInterfaceType):
            for name, one in of_type.fields.items():
                if self._budget > 0 and self.random.random() < 0.5:
                    self._budget -= 1
                    inner = get_named_type(one.type)
                    # The same alias always means the same field and arguments, so that no two selections conflict.
                    alias = f"{of_type.name}_{name}: " if self.random.random() < 0.15 else ""
                    arguments = "(n: 7)" if name == "echo" and alias else ""
                    if isinstance(inner, GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType):
                        if depth > 0:
                            below = self._selection(inner, depth - 1)
                            parts.append(f"{self._unambiguous(of_type, name, alias)}{name} {{ {below} }}")
                    else:
                        parts.append(f"{self._unambiguous(of_type, name, alias)}{name}{arguments}")
        if isinstance(of_type, GraphQLInterfaceType | GraphQLUnionType):
            members = list(self.merged.get_possible_types(of_type))
            for member in self.random.sample(members, self.random.randint(0, len(members))):
                parts.append(f"... on {member.name} {{ {self._selection(member, depth)} }}")
            if "I" in self.merged.type_map and self.random.random() < 0.3:
                interface = self.merged.type_map["I"]
                parts.append(f"... on I {{ {self._selection(interface, depth)} }}")
        return " ".join(parts) or "__typename"

    def _unambiguous(self, of_type: Any, name: str, alias: str) -> str:
        # Fields of one name may have different types on different entities; their own alias keeps the query valid.
        if alias or of_type.name in ("Query", "V") or name in ("id", "code", "label"):
            return alias
        return f"{of_type.name}_{name}_: "
