"""Every way to stand at a position of the answer: in which subgraph, reached how, at what cost.

A place is a position seen from one subgraph. Places are reached by fields (staying inside a subgraph), by narrowing to
a type, and by hops: entering another subgraph by a key whose fields can be had from places already reached.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from graphql import NamedTypeNode, NameNode, NonNullTypeNode

from gateway.planner.plan import Fetch, SelectionBranch
from gateway.planner.query_tree import Position, QueryField, QueryTree
from gateway.supergraph.field_sets import FieldSet, SelectedField, merge_field_sets
from gateway.supergraph.model import ContextArgument, FieldInGraph, Kind, Supergraph, named_type

_TYPENAME = FieldInGraph(NonNullTypeNode(type=NamedTypeNode(name=NameNode(value="String"))))
FETCH_COST = 1000  # Against 1 per selected field: one more request outweighs a thousand fields.
LEVEL_COST = 10  # Breaks ties between equally many fetches: side by side beats one after the other.
PLACES_PER_GRAPH_MAX = 3  # Ways kept to reach one subgraph at one position; more are dearer variants.


@dataclass(frozen=True, slots=True)
class ContextHolder:
    """An ancestor that sets a context: where it sits, the types there that set it, and whether all of them do."""

    position: Position
    depth: int
    type_condition: str
    types: frozenset[str]
    always: bool

    def selections(self, argument: ContextArgument, finder: "PathFinder") -> Iterator[tuple[str, SelectedField]]:
        """Yield what the argument needs of the ancestor, each with the type on which it is asked."""
        for selected in argument.selection:
            if self.always and finder.supergraph.field(self.type_condition, selected.name) is not None:
                yield finder.condition_of(self.type_condition, selected), selected
                continue
            for type_name in sorted(self.types):
                if finder.condition_covers(selected.type_condition, type_name):
                    yield type_name, selected


@dataclass(eq=False, slots=True)
class Hop:
    """Entering a subgraph from data already gathered: by key, or again by the query root (no key)."""

    key: FieldSet
    requires: FieldSet
    sources: "tuple[Place, ...]"
    contexts: tuple[tuple[ContextArgument, tuple[ContextHolder, ...]], ...] = ()


@dataclass(eq=False, slots=True)
class Place:
    """A position as one subgraph sees it. `graph_type` is that subgraph's type there."""

    position: Position
    graph: str
    graph_type: str
    # The condition of the position's objects that stand here (None: all of them).
    type_condition: str | None
    parent: "Place | None"
    via: QueryField | None
    hop: Hop | None
    provided: FieldSet
    cost: int
    level: int
    # Set when a plan uses the place.
    fetch: Fetch | None = None
    selection: SelectionBranch | None = None
    narrowed: "dict[str, Place | None]" = field(default_factory=dict)

    def chain(self) -> "Iterator[Place]":
        """Yield this place and all that it is reached from, sources of hops included."""
        yield self
        if self.hop is not None:
            for source in self.hop.sources:
                yield from source.chain()
        elif self.parent is not None:
            yield from self.parent.chain()


@dataclass(frozen=True, slots=True)
class Entry:
    """A key by which a subgraph can be entered."""

    graph: str
    graph_type: str
    key: FieldSet


class PathFinder:
    """Finds places for one operation; what it finds is remembered and does not depend on what a plan already uses."""

    def __init__(self, supergraph: Supergraph, tree: QueryTree, labels: frozenset[str]) -> None:
        self.supergraph = supergraph
        self.tree = tree
        self.labels = labels
        self._places: dict[tuple[Position, str], list[Place]] = {}
        self._growing: dict[tuple[Position, str], list[Place]] = {}
        self._arrivals: dict[Position, list[Place]] = {}
        self._requiring: dict[tuple[object, ...], Place | None] = {}
        self._entering: set[tuple[object, ...]] = set()
        self._entries: dict[str, list[Entry]] = {}
        self._reachable: dict[QueryField, bool] = {}
        self._asking: set[QueryField] = set()

    # Places ---------------------------------------------------------------------------------------------------------

    def arrivals(self, position: Position) -> list[Place]:
        """Return the places at the position reached by its own field (or, at the root, by a root type)."""
        known = self._arrivals.get(position)
        if known is not None:
            return known
        if position.parent is None:
            root = self.supergraph.types[position.type_name]
            found = [
                self._place(position, graph, position.type_name, None, None, None, None, (), FETCH_COST, 0)
                for graph in root.in_graphs
            ]
            self._arrivals[position] = found
            return found
        via = position.parent
        found = []
        for place, view in self.options(via):
            target = self.supergraph.field(place.graph_type, via.name)
            if target is None:
                continue
            type_name = _innermost(view)
            of_type = self.supergraph.types.get(type_name)
            if of_type is None or place.graph not in of_type.in_graphs:
                continue
            provided = merge_field_sets(
                view.provides or self._provided_by_all(place, via.name), self._provided_below(place, via.name)
            )
            found.append(
                self._place(
                    position, place.graph, type_name, None, place, via, None, provided, place.cost + 1, place.level
                )
            )
        found = _cheapest(found)
        if not self._growing:
            self._arrivals[position] = found
        return found

    def places(self, position: Position, type_condition: str) -> list[Place]:
        """Return the places at which the position's objects of the type can be asked, cheapest first."""
        asked = (position, type_condition)
        known = self._places.get(asked)
        if known is not None:
            return known
        if asked in self._growing:
            return self._growing[asked]
        if type_condition == position.type_name:
            start = list(self.arrivals(position))
        else:
            start = []
            for place in self.places(position, position.type_name):
                narrowed = self.narrow(place, type_condition)
                if narrowed is not None and narrowed not in start:
                    start.append(narrowed)
        self._growing[asked] = found = sorted(start, key=lambda place: place.cost)
        try:
            self._add_hops(position, type_condition, found)
        finally:
            del self._growing[asked]
        found.sort(key=lambda place: place.cost)
        if not self._growing:
            self._places[asked] = found
        return found

    def narrow(self, place: Place, type_condition: str) -> Place | None:
        """Return the place seen as the type, or None when its subgraph has no such object there."""
        if type_condition in place.narrowed:
            return place.narrowed[type_condition]
        place.narrowed[type_condition] = narrowed = self._narrow(place, type_condition)
        return narrowed

    def options(self, one: QueryField) -> list[tuple[Place, FieldInGraph]]:
        """Return the places that answer the field, each with its subgraph's view of it."""
        found = []
        for place in self.places(one.position, one.type_condition):
            view = self.field_at(place, one.name)
            if view is not None and not view.needs_entry:
                found.append((place, view))
        for graph_type in self._owner_types(one):
            known = self.supergraph.field(graph_type, one.name)
            if known is None:
                continue
            for graph, view in known.in_graphs.items():
                if view.needs_entry and not view.external and self._active(graph_type, one.name, graph):
                    entered = self._requiring_place(one, graph, graph_type, view)
                    if entered is not None:
                        found.append((entered, view))
        return found

    def field_at(self, place: Place, name: str) -> FieldInGraph | None:
        """Return the subgraph's view of a field it can answer at the place, else None."""
        if name == "__typename":
            if self.supergraph.is_interface_object(place.graph, place.graph_type):
                return None
            return _TYPENAME
        view = self._view(place.graph, place.graph_type, name, place.provided)
        if view is None:
            return None
        of_type = self.supergraph.types[place.graph_type]
        if of_type.kind is Kind.INTERFACE and not of_type.in_graphs[place.graph].is_interface_object:
            for type_name in self.supergraph.possible_types_in(place.graph, place.graph_type):
                inner = self._view(place.graph, type_name, name, place.provided)
                if inner is None or inner.needs_entry:
                    return None
        return view

    def can_stand(self, position: Position, type_condition: str) -> bool:
        """Return whether any subgraph may answer an object of the type at the position."""
        return any(
            self.narrow(place, type_condition) is not None for place in self.places(position, position.type_name)
        )

    def reachable(self, one: QueryField) -> bool:
        """Return whether the field and everything below it can be answered as it stands, unexpanded."""
        known = self._reachable.get(one)
        if known is not None:
            return known
        if one in self._asking:
            return False
        self._asking.add(one)
        try:
            answer = bool(self.options(one)) and (
                one.child is None or all(self._reachable_below(below) for below in one.wanted_below())
            )
        finally:
            self._asking.discard(one)
        if answer or not (self._asking or self._growing or self._entering):
            self._reachable[one] = answer
        return answer

    def types_to_expand(self, one: QueryField) -> list[str]:
        """Return the object types a field of an abstract type is asked on one by one."""
        public = self.supergraph.public_schema.type_map
        return [
            type_name
            for type_name in sorted(self.supergraph.possible_types(one.type_condition))
            if (type_name in public or one.hidden) and self.can_stand(one.position, type_name)
        ]

    def is_abstract(self, type_name: str) -> bool:
        """Return whether values of the type can be of several object types."""
        return self.supergraph.types[type_name].kind in (Kind.INTERFACE, Kind.UNION)

    def _reachable_below(self, one: QueryField) -> bool:
        if self.reachable(one):
            return True
        if self.is_abstract(one.type_condition):
            return all(self.reachable(self.tree.expand(one, type_name)) for type_name in self.types_to_expand(one))
        return self.is_abstract(one.position.type_name) and not self.can_stand(one.position, one.type_condition)

    # Narrowing ------------------------------------------------------------------------------------------------------

    def _narrow(self, place: Place, wanted: str) -> Place | None:
        if place.graph_type == wanted:
            return place
        all_wanted = self.supergraph.possible_types(wanted)
        if self.supergraph.is_interface_object(place.graph, place.graph_type):
            return place if self.supergraph.possible_types(place.graph_type) <= all_wanted else None
        here = self.supergraph.possible_types_in(place.graph, place.graph_type)
        overlap = here & all_wanted
        if not overlap:
            return None
        if self.supergraph.types[place.graph_type].kind is Kind.OBJECT:
            return place
        if self.is_abstract(wanted):
            if place.graph not in self.supergraph.types[wanted].in_graphs:
                return None
            if self.supergraph.is_interface_object(place.graph, wanted):
                return None
            if not overlap <= self.supergraph.possible_types_in(place.graph, wanted):
                return None
        return self._place(
            place.position,
            place.graph,
            wanted,
            wanted if wanted != place.position.type_name else None,
            place,
            None,
            None,
            tuple(one for one in place.provided if self.condition_covers(one.type_condition, wanted)),
            place.cost,
            place.level,
        )

    def condition_covers(self, condition: str | None, type_name: str) -> bool:
        """Return whether every object of the type meets a type condition."""
        return condition is None or self.supergraph.possible_types(type_name) <= self.supergraph.possible_types(
            condition
        )

    # Hops -----------------------------------------------------------------------------------------------------------

    def _add_hops(self, position: Position, type_condition: str, found: list[Place]) -> None:
        if position.parent is not None and type_condition == self.supergraph.query_type:
            self._add_root_hops(position, found)
            return
        waiting = [entry for entry in self.entries(type_condition) if self._knows_all(entry, found)]
        while waiting:
            best: tuple[int, Entry, tuple[Place, ...]] | None = None
            for entry in waiting:
                reached = self._sources(position, type_condition, entry.key, found, entry)
                if reached is not None and (best is None or reached[0] < best[0]):
                    best = (reached[0], entry, reached[1])
            if best is None:
                return
            cost, entry, sources = best
            waiting = [w for w in waiting if (w.graph, w.graph_type) != (entry.graph, entry.graph_type)]
            found.append(
                self._place(
                    position,
                    entry.graph,
                    entry.graph_type,
                    type_condition if type_condition != position.type_name else None,
                    sources[0],
                    None,
                    Hop(entry.key, (), sources),
                    (),
                    cost + FETCH_COST + LEVEL_COST,
                    max(source.level for source in sources) + 1,
                )
            )

    def _knows_all(self, entry: Entry, found: list[Place]) -> bool:
        """Return whether an interface's subgraph knows every object type that may have to be sent there."""
        if not self.is_abstract(entry.graph_type) or self.supergraph.is_interface_object(entry.graph, entry.graph_type):
            return True
        known = self.supergraph.possible_types_in(entry.graph, entry.graph_type)
        wanted = self.supergraph.possible_types(entry.graph_type)
        return all(
            self.supergraph.is_interface_object(place.graph, place.graph_type)
            or (self.supergraph.possible_types_in(place.graph, place.graph_type) & wanted) <= known
            for place in found
        )

    def _add_root_hops(self, position: Position, found: list[Place]) -> None:
        if not found:
            return
        source = found[0]
        reached = {place.graph for place in found}
        for graph in self.supergraph.types[self.supergraph.query_type].in_graphs:
            if graph not in reached:
                found.append(
                    self._place(
                        position,
                        graph,
                        self.supergraph.query_type,
                        None,
                        source,
                        None,
                        Hop((), (), (source,)),
                        (),
                        source.cost + FETCH_COST + LEVEL_COST,
                        source.level + 1,
                    )
                )

    def entries(self, type_name: str) -> list[Entry]:
        """Return the keys by which entities of the type can be fetched, through interface objects too."""
        known = self._entries.get(type_name)
        if known is not None:
            return known
        of_type = self.supergraph.types[type_name]
        found = [
            Entry(graph, type_name, key.fields)
            for graph, view in of_type.in_graphs.items()
            for key in view.keys
            if key.resolvable and of_type.kind is not Kind.UNION
        ]
        for interface_name in sorted(of_type.implements):
            interface = self.supergraph.types[interface_name]
            found.extend(
                Entry(graph, interface_name, key.fields)
                for graph, view in interface.in_graphs.items()
                if view.is_interface_object
                for key in view.keys
                if key.resolvable
            )
        self._entries[type_name] = found
        return found

    def _sources(
        self, position: Position, type_condition: str, wanted: FieldSet, found: list[Place], entry: Entry
    ) -> tuple[int, tuple[Place, ...]] | None:
        """Return the cheapest places that give every wanted field, and what reaching them costs."""
        for place in found:
            if (place.graph != entry.graph or place.graph_type != entry.graph_type) and self._selectable(
                place.graph, place.graph_type, place.provided, wanted
            ):
                return place.cost, (place,)
        sources: list[Place] = []
        for selected in wanted:
            # A condition on the key's own level (`... on X`) is not allowed in keys, so each field stands alone.
            source = next(
                (p for p in found if self._selectable(p.graph, p.graph_type, p.provided, (selected,))), None
            ) or self._far_source(position, type_condition, selected)
            if source is None:
                return None
            if source not in sources:
                sources.append(source)
        if len(sources) == 1 and (sources[0].graph, sources[0].graph_type) == (entry.graph, entry.graph_type):
            return None
        return sum(place.cost for place in sources), tuple(sources)

    def _far_source(self, position: Position, type_condition: str, selected: SelectedField) -> Place | None:
        """Return a place to start from towards a key field whose own parts lie in other subgraphs."""
        if not selected.children:
            return None
        one = self.tree.add_hidden(position, type_condition, selected)
        if not self.reachable(one):
            return None
        return next((place for place, _ in self.options(one)), None)

    def _requiring_place(self, one: QueryField, graph: str, graph_type: str, view: FieldInGraph) -> Place | None:
        asked = (one.position, one.type_condition, graph, graph_type, view.requires, view.context_arguments)
        if asked in self._requiring:
            return self._requiring[asked]
        if asked in self._entering:
            return None
        self._entering.add(asked)
        try:
            made = self._make_requiring_place(one, graph, graph_type, view)
        finally:
            self._entering.discard(asked)
        if made is not None or not (self._asking or self._growing or self._entering):
            self._requiring[asked] = made
        return made

    def _make_requiring_place(self, one: QueryField, graph: str, graph_type: str, view: FieldInGraph) -> Place | None:
        position, type_condition = one.position, one.type_condition
        found = self.places(position, type_condition)
        best: tuple[int, Entry, tuple[Place, ...]] | None = None
        for entry in self.entries(type_condition):
            if entry.graph != graph or entry.graph_type != graph_type:
                continue
            nowhere = Entry("", "", entry.key)
            reached = self._sources(position, type_condition, entry.key, found, nowhere)
            if reached is not None and (best is None or reached[0] < best[0]):
                best = (reached[0], entry, reached[1])
        if best is None:
            return None
        for selected in view.requires:
            needed = self.tree.add_hidden(position, self.condition_of(type_condition, selected), selected)
            if not self._reachable_below(needed):
                return None
        contexts = tuple((argument, self._context_holders(position, argument)) for argument in view.context_arguments)
        for argument, holders in contexts:
            asked = [(holder, *asked) for holder in holders for asked in holder.selections(argument, self)]
            if not asked or not all(
                self._reachable_below(self.tree.add_hidden(holder.position, condition, selected))
                for holder, condition, selected in asked
            ):
                return None
        cost, entry, sources = best
        return self._place(
            position,
            graph,
            graph_type,
            type_condition if type_condition != position.type_name else None,
            sources[0],
            None,
            Hop(entry.key, view.requires, sources, contexts),
            (),
            # What the requirement itself costs is unknown here; half a fetch keeps the estimate on the dear side.
            cost + FETCH_COST + LEVEL_COST + FETCH_COST // 2,
            max(source.level for source in sources) + 2,
        )

    def _context_holders(self, position: Position, argument: ContextArgument) -> tuple[ContextHolder, ...]:
        """Return the ancestors that set the context, outermost first; the nearest one that applies counts."""
        setting = frozenset(
            name
            for type_name in self.supergraph.contexts.get(argument.context, ())
            for name in self.supergraph.possible_types(type_name)
        )
        found: list[ContextHolder] = []
        depth = len(position.path())
        via = position.parent
        while via is not None:
            depth -= 1
            standing = self.supergraph.possible_types(via.type_condition)
            types = standing & setting
            if types:
                found.append(ContextHolder(via.position, depth, via.type_condition, types, types == standing))
                if types == standing:
                    break
            via = via.position.parent
        return tuple(reversed(found))

    def condition_of(self, type_condition: str, selected: SelectedField) -> str:
        """Return the type on which a field of a field set is asked at a position of `type_condition` objects."""
        if selected.type_condition is None:
            return type_condition
        inner = self.supergraph.possible_types(selected.type_condition)
        outer = self.supergraph.possible_types(type_condition)
        return type_condition if outer <= inner and not self.is_abstract(type_condition) else selected.type_condition

    # Fields ---------------------------------------------------------------------------------------------------------

    def _view(self, graph: str, type_name: str, name: str, provided: FieldSet) -> FieldInGraph | None:
        known = self.supergraph.field(type_name, name)
        view = known.in_graphs.get(graph) if known is not None else None
        if view is None or known is None:
            return None
        if not self._active(type_name, name, graph):
            return None
        if view.external and not (
            any(one.name == name and self.condition_covers(one.type_condition, type_name) for one in provided)
            or self._is_key_field(graph, type_name, name)
        ):
            return None
        return view

    def _active(self, type_name: str, name: str, graph: str) -> bool:
        """Return whether progressive overrides leave the field with the subgraph."""
        known = self.supergraph.field(type_name, name)
        if known is None:
            return False
        own = known.in_graphs[graph]
        if own.override_label is not None:
            # The new owner names whom it overrides; the old one only carries the label.
            return (own.override_label in self.labels) == (own.overrides is not None)
        subgraph_name = self.supergraph.subgraphs[graph].name
        return not any(
            other.overrides == subgraph_name and other.override_label in self.labels
            for other in known.in_graphs.values()
        )

    def _is_key_field(self, graph: str, type_name: str, name: str) -> bool:
        view = self.supergraph.types[type_name].in_graphs.get(graph)
        return view is not None and any(one.name == name for key in view.keys for one in key.fields)

    def _selectable(self, graph: str, graph_type: str, provided: FieldSet, wanted: FieldSet) -> bool:
        """Return whether one subgraph answers the whole selection without leaving it."""
        for selected in wanted:
            if selected.name == "__typename":
                continue
            type_names: tuple[str, ...] = (graph_type,)
            of_type = self.supergraph.types[graph_type]
            if of_type.kind is Kind.INTERFACE and not of_type.in_graphs[graph].is_interface_object:
                type_names = (graph_type, *sorted(self.supergraph.possible_types_in(graph, graph_type)))
            for type_name in type_names:
                if selected.type_condition is not None and not self.condition_covers(
                    selected.type_condition, type_name
                ):
                    if type_name == graph_type and len(type_names) == 1:
                        return False
                    continue
                view = self._view(graph, type_name, selected.name, provided)
                if view is None or view.needs_entry:
                    return False
                if selected.children:
                    below = tuple(child for one in provided if one.name == selected.name for child in one.children)
                    child_type = _innermost(view)
                    if graph not in self.supergraph.types[child_type].in_graphs:
                        return False
                    if not self._selectable(
                        graph, child_type, merge_field_sets(view.provides, below), selected.children
                    ):
                        return False
        return True

    def _owner_types(self, one: QueryField) -> list[str]:
        names = [one.type_condition]
        names.extend(
            name
            for name in sorted(self.supergraph.types[one.type_condition].implements)
            if any(view.is_interface_object for view in self.supergraph.types[name].in_graphs.values())
        )
        return names

    def _provided_by_all(self, place: Place, name: str) -> FieldSet:
        """Return what every implementation in the place's subgraph provides alike below a field of their interface."""
        if self.supergraph.types[place.graph_type].kind is not Kind.INTERFACE:
            return ()
        holders = self.supergraph.possible_types_in(place.graph, place.graph_type)
        views = [self._view(place.graph, holder, name, place.provided) for holder in sorted(holders)]
        provided = {view.provides if view is not None else () for view in views}
        return provided.pop() if len(provided) == 1 else ()

    def _provided_below(self, place: Place, name: str) -> FieldSet:
        return merge_field_sets(*(one.children for one in place.provided if one.name == name))

    def _place(
        self,
        position: Position,
        graph: str,
        graph_type: str,
        type_condition: str | None,
        parent: Place | None,
        via: QueryField | None,
        hop: Hop | None,
        provided: FieldSet,
        cost: int,
        level: int,
    ) -> Place:
        self.tree.budget.use_place()
        return Place(position, graph, graph_type, type_condition, parent, via, hop, provided, cost, level)


def _cheapest(places: list[Place]) -> list[Place]:
    kept: dict[tuple[str, str, FieldSet], int] = {}
    result = []
    for place in sorted(places, key=lambda place: place.cost):
        bucket = (place.graph, place.graph_type, place.provided)
        kept[bucket] = kept.get(bucket, 0) + 1
        if kept[bucket] <= PLACES_PER_GRAPH_MAX:
            result.append(place)
    return result


def _innermost(view: FieldInGraph) -> str:
    return named_type(view.type_node)
