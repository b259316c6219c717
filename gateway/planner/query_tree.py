"""The operation as a tree of positions: fragments inlined, conditions decided, equal fields merged.

A position is a place in the answer where objects sit. Every field of it has a key, under which its value lies in the
gathered data; the key is the client's response name unless two fields of one position could clash in a subgraph.
Fields that only the planner needs (keys, requirements) are added to the same tree as hidden ones.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    ArgumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
    print_ast,
)

from gateway.planner.budget import PlanningBudget
from gateway.planner.errors import PlanningError
from gateway.supergraph.field_sets import FieldSet, SelectedField
from gateway.supergraph.model import COMPOSITE_KINDS, Supergraph, named_type

_INTROSPECTION_ROOTS = frozenset({"__schema", "__type"})


@dataclass(eq=False, slots=True)
class QueryField:
    """A field at a position, for the objects of one type there."""

    position: "Position"
    type_condition: str
    name: str
    arguments: tuple[ArgumentNode, ...]
    arguments_text: str
    key: str
    response_name: str | None
    order: int
    child: "Position | None" = None
    selection_sets: tuple[SelectionSetNode, ...] = ()
    hidden_children: FieldSet = ()
    # Filled by the planner when the field cannot be asked on an abstract type: the same field by object type.
    expansion: "dict[str, QueryField] | None" = None
    is_expansion: bool = False
    # Set when the plan uses the expansion; finding paths may expand fields that end up asked as they stand.
    expanded: bool = False
    # The caller may not ask it: it is never fetched and answers null.
    forbidden: bool = False
    # What is asked of the schema itself; the gateway answers it, and no subgraph is asked.
    introspection: tuple[FieldNode, ...] = ()

    @property
    def hidden(self) -> bool:
        """Return whether only the planner needs the field."""
        return self.response_name is None

    @property
    def unfetched(self) -> bool:
        """Return whether no subgraph is ever asked for the field."""
        return self.forbidden or bool(self.introspection)

    def wanted_below(self) -> "list[QueryField]":
        """Return the fields that must be answered below this one, without what the planner added for itself."""
        if self.child is None:
            return []
        return [
            one
            for one in self.child.fields
            if not one.is_expansion and not one.unfetched and (not one.hidden or self.hidden)
        ]


@dataclass(eq=False, slots=True)
class KeySpace:
    """The keys in use at one place of the gathered data; the positions whose objects lie there share it."""

    fields: dict[str, list[QueryField]] = field(default_factory=dict)
    below: "dict[str, KeySpace]" = field(default_factory=dict)


@dataclass(eq=False, slots=True)
class Position:
    """Where objects sit in the answer."""

    type_name: str
    parent: QueryField | None
    fields: list[QueryField] = field(default_factory=list)
    keys: KeySpace = field(init=False)

    def __post_init__(self) -> None:
        if self.parent is None:
            self.keys = KeySpace()
        else:
            self.keys = self.parent.position.keys.below.setdefault(self.parent.key, KeySpace())

    def path(self) -> tuple[tuple[str, str | None], ...]:
        """Return the keys from the root, each with the type its holder must have (None: any)."""
        steps: list[tuple[str, str | None]] = []
        position: Position = self
        while position.parent is not None:
            via = position.parent
            condition = None if via.type_condition == via.position.type_name else via.type_condition
            steps.append((via.key, condition))
            position = via.position
        return tuple(reversed(steps))


class QueryTree:
    """Builds and extends the tree of one operation."""

    def __init__(
        self,
        supergraph: Supergraph,
        operation: OperationDefinitionNode,
        fragments: Mapping[str, FragmentDefinitionNode],
        condition_values: Mapping[str, Any],
        budget: PlanningBudget,
        forbidden: frozenset[tuple[str, str]] = frozenset(),
    ) -> None:
        self.supergraph = supergraph
        self.forbidden = forbidden
        self.fragments = fragments
        self.condition_values = condition_values
        self.budget = budget
        self.count = 0
        self.introspection: list[QueryField] = []
        self.variable_names = frozenset(one.variable.name.value for one in operation.variable_definitions or ())
        self._signatures: dict[tuple[str, str], frozenset[str]] = {}
        self.root = Position(supergraph.roots[operation.operation.value], None)
        self._fill(self.root, (operation.selection_set,))

    def add_hidden(self, position: Position, type_condition: str, selected: SelectedField) -> QueryField:
        """Return a field of the position that yields `selected`, an existing one when it serves."""
        arguments_text = _arguments_text(selected.argument_nodes)
        for known in position.fields:
            if (
                known.name == selected.name
                and not known.unfetched
                and known.type_condition == type_condition
                and known.arguments_text == arguments_text
                and (known.child is None or (known.hidden and known.hidden_children == selected.children))
            ):
                return known
        added = self._add(position, type_condition, selected.name, selected.argument_nodes, None, self.count)
        added.hidden_children = selected.children
        self._fill_hidden_child(added)
        return added

    def expand(self, one: QueryField, type_name: str) -> QueryField:
        """Return the copy of a field of an abstract type for one object type."""
        if one.expansion is None:
            one.expansion = {}
        known = one.expansion.get(type_name)
        if known is None:
            known = self._add(one.position, type_name, one.name, one.arguments, one.response_name, one.order, one.key)
            known.selection_sets = one.selection_sets
            known.hidden_children = one.hidden_children
            known.is_expansion = True
            one.expansion[type_name] = known
            self._fill_child(known)
        return known

    def forbidden_paths(self) -> list[list[str]]:
        """Return the response names leading to each forbidden field."""
        found: list[list[str]] = []

        def visit(position: Position, path: list[str]) -> None:
            for one in position.fields:
                if one.response_name is None:
                    continue
                here = [*path, one.response_name]
                if one.forbidden:
                    if here not in found:
                        found.append(here)
                elif one.child is not None:
                    visit(one.child, here)

        visit(self.root, [])
        return found

    def is_composite(self, type_name: str, field_name: str) -> bool:
        """Return whether the field answers objects."""
        known = self.supergraph.field(type_name, field_name)
        return (
            known is not None
            and self.supergraph.types.get(known.type_name) is not None
            and (self.supergraph.types[known.type_name].kind in COMPOSITE_KINDS)
        )

    def _fill(self, position: Position, selection_sets: Iterable[SelectionSetNode]) -> None:
        collected: dict[tuple[str, str], list[FieldNode]] = {}
        for selection_set in selection_sets:
            self._collect(position.type_name, position.type_name, selection_set.selections, collected, frozenset())
        for (condition, response_name), nodes in self._push_down(collected).items():
            first = nodes[0]
            if condition == self.supergraph.query_type and first.name.value in _INTROSPECTION_ROOTS:
                self._add_introspection(position, condition, response_name, tuple(nodes))
                continue
            added = self._add(
                position, condition, first.name.value, tuple(first.arguments or ()), response_name, self.count
            )
            added.selection_sets = tuple(node.selection_set for node in nodes if node.selection_set is not None)
            self._fill_child(added)

    def _add_introspection(
        self, position: Position, condition: str, response_name: str, nodes: tuple[FieldNode, ...]
    ) -> None:
        self.count += 1
        self.budget.use_field()
        name = nodes[0].name.value
        added = QueryField(position, condition, name, (), "", f"!{response_name}", response_name, self.count)
        added.introspection = nodes
        position.fields.append(added)
        self.introspection.append(added)

    def _fill_child(self, one: QueryField) -> None:
        if one.name == "__typename" or not self.is_composite(one.type_condition, one.name):
            return
        if one.hidden_children:
            self._fill_hidden_child(one)
            return
        known = self.supergraph.field(one.type_condition, one.name)
        if known is not None:
            one.child = Position(known.type_name, one)
            self._fill(one.child, one.selection_sets)

    def _fill_hidden_child(self, one: QueryField) -> None:
        known = self.supergraph.field(one.type_condition, one.name)
        if known is None or not one.hidden_children:
            return
        one.child = Position(known.type_name, one)
        for selected in one.hidden_children:
            self.add_hidden(one.child, selected.type_condition or known.type_name, selected)

    def _collect(
        self,
        of_type: str,
        condition: str,
        selections: Iterable[SelectionNode],
        collected: dict[tuple[str, str], list[FieldNode]],
        visited: frozenset[str],
    ) -> None:
        for selection in selections:
            if not self._included(selection):
                continue
            if isinstance(selection, FieldNode):
                name = selection.alias.value if selection.alias else selection.name.value
                collected.setdefault((condition, name), []).append(selection)
                continue
            if isinstance(selection, InlineFragmentNode):
                inner_condition = selection.type_condition.name.value if selection.type_condition else None
                inner = selection.selection_set.selections
                inner_visited = visited
            elif isinstance(selection, FragmentSpreadNode):
                fragment = self.fragments[selection.name.value]
                if selection.name.value in visited:
                    raise PlanningError(f"fragment {selection.name.value} spreads itself")
                inner_visited = visited | {selection.name.value}
                inner_condition = fragment.type_condition.name.value
                inner = fragment.selection_set.selections
            else:
                continue
            for narrowed in self._narrow(of_type, condition, inner_condition):
                self._collect(of_type, narrowed, inner, collected, inner_visited)

    def _narrow(self, of_type: str, condition: str, inner: str | None) -> Iterable[str]:
        """Return the types whose objects meet both conditions at a position of the type."""
        if inner is None or inner == condition:
            return (condition,)
        outer_types = self.supergraph.possible_types(condition)
        inner_types = self.supergraph.possible_types(inner)
        if inner in self.supergraph.types[condition].implements or (condition in inner_types and len(outer_types) == 1):
            return (condition,)
        standing = inner_types & self.supergraph.possible_types(of_type)
        if standing and standing <= outer_types:
            return (inner,)
        return sorted(outer_types & inner_types & self.supergraph.public_schema.type_map.keys())

    def _push_down(self, collected: dict[tuple[str, str], list[FieldNode]]) -> dict[tuple[str, str], list[FieldNode]]:
        """Split composite fields selected on overlapping types by object type, so that each object has one of them."""
        by_name: dict[str, list[str]] = {}
        for condition, name in collected:
            by_name.setdefault(name, []).append(condition)
        split = {
            name
            for name, conditions in by_name.items()
            if len(conditions) > 1
            and any(collected[condition, name][0].selection_set is not None for condition in conditions)
            and self._overlap(conditions)
        }
        if not split:
            return collected
        result: dict[tuple[str, str], list[FieldNode]] = {}
        for (condition, name), nodes in collected.items():
            if name not in split:
                result[condition, name] = nodes
                continue
            for type_name in sorted(self.supergraph.possible_types(condition)):
                if type_name in self.supergraph.public_schema.type_map:
                    result.setdefault((type_name, name), []).extend(nodes)
        return result

    def _overlap(self, conditions: list[str]) -> bool:
        seen: set[str] = set()
        for condition in conditions:
            possible = self.supergraph.possible_types(condition)
            if seen & possible:
                return True
            seen |= possible
        return False

    def _included(self, selection: SelectionNode) -> bool:
        for directive in selection.directives or ():
            name = directive.name.value
            if name not in {"skip", "include"} or not directive.arguments:
                continue
            value = directive.arguments[0].value
            if isinstance(value, VariableNode):
                decided = bool(self.condition_values.get(value.name.value))
            else:
                decided = bool(getattr(value, "value", False))
            if decided is (name == "skip"):
                return False
        return True

    def _add(
        self,
        position: Position,
        condition: str,
        name: str,
        arguments: tuple[ArgumentNode, ...],
        response_name: str | None,
        order: int,
        preferred_key: str | None = None,
    ) -> QueryField:
        self.count += 1
        self.budget.use_field()
        text = _arguments_text(arguments)
        wanted = preferred_key or response_name or name
        if wanted == "__typename" and name != "__typename":
            wanted = "_typename"  # The data's own `__typename` tells the types of objects.
        added = QueryField(position, condition, name, arguments, text, wanted, response_name, order)
        if response_name is not None and (condition, name) in self.forbidden:
            # No fetch writes this key, so what the planner fetches for itself cannot show here.
            added.forbidden = True
            added.key = f"!{wanted}"
            position.fields.append(added)
            return added
        number = 0
        while any(self._clash(known, added) for known in position.keys.fields.get(added.key, ())):
            number += 1
            added.key = f"_{number}_{wanted}"
        position.keys.fields.setdefault(added.key, []).append(added)
        position.fields.append(added)
        return added

    def _clash(self, known: QueryField, added: QueryField) -> bool:
        return (
            known.name != added.name
            or known.arguments_text != added.arguments_text
            or self._signature(known) != self._signature(added)
        )

    def _signature(self, one: QueryField) -> frozenset[str]:
        key = (one.type_condition, one.name)
        known = self._signatures.get(key)
        if known is None:
            of_type = self.supergraph.field(*key)
            views = of_type.in_graphs.values() if of_type else ()
            texts = {print_ast(view.type_node) for view in views}
            if of_type is not None:
                texts.add(print_ast(of_type.type_node))
                texts.add(named_type(of_type.type_node))
            known = self._signatures[key] = frozenset(texts)
        return known


def _arguments_text(arguments: Iterable[ArgumentNode]) -> str:
    texts = sorted(f"{argument.name.value}: {print_ast(argument.value)}" for argument in arguments)
    return f"({', '.join(texts)})" if texts else ""
