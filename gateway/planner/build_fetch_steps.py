"""Choose a place for every field and build the fetches that the chosen places need."""

from collections.abc import Iterator

from graphql import OperationType

from gateway.planner.errors import PlanningError
from gateway.planner.find_paths import FETCH_COST, LEVEL_COST, Hop, PathFinder, Place
from gateway.planner.plan import (
    ContextSource,
    ContextVariable,
    Entity,
    Fetch,
    FetchField,
    RepresentationField,
    SelectionBranch,
)
from gateway.planner.query_tree import Position, QueryField, QueryTree
from gateway.supergraph.field_sets import FieldSet
from gateway.supergraph.model import Kind, Supergraph

_PRESENCE_KEY = "_0___typename"


class FetchBuilder:
    """Builds the fetches of one operation, field by field; the fields with least choice come first."""

    def __init__(self, supergraph: Supergraph, tree: QueryTree, finder: PathFinder, operation: OperationType) -> None:
        self.supergraph = supergraph
        self.tree = tree
        self.finder = finder
        self.operation = operation.value
        self.fetches: list[Fetch] = []
        # Places whose entry is being prepared; what they need must not come from themselves.
        self._preparing: list[Place] = []
        # Places from which the query root is entered again; nothing may be selected there.
        self._left: list[Place] = []
        self._resolved: dict[QueryField, set[Fetch]] = {}
        self._serial = 0
        self._context_variables = 0

    def build(self) -> list[Fetch]:
        """Return the fetches, each with what it waits for."""
        if self.operation == "mutation":
            for number, one in enumerate(self._client_fields(self.tree.root)):
                self._serial = number
                self._resolve_all([one])
        else:
            self._resolve_all(self._client_fields(self.tree.root))
        for place in self._left:
            if place.selection is not None and place.selection.is_empty():
                self._select_anything(place, place.selection)
        return self.fetches

    def _client_fields(self, position: Position) -> list[QueryField]:
        return [one for one in position.fields if not one.hidden and not one.is_expansion and not one.unfetched]

    # Choosing -------------------------------------------------------------------------------------------------------

    def _resolve_all(self, fields: list[QueryField]) -> None:
        tasks = [task for one in fields for task in self._tasks(one)]
        # The sort is stable: fields with equally much choice are taken in the order of the document.
        for one in sorted(tasks, key=self._choice):
            self._resolve(one)

    def _choice(self, one: QueryField) -> int:
        return len({(place.graph, place.graph_type) for place, _ in self.finder.options(one)})

    def _tasks(self, one: QueryField) -> Iterator[QueryField]:
        """Yield the fields below (or the field itself) that need a decision of their own."""
        if one.unfetched:
            return
        condition = one.type_condition
        if one.name == "__typename" and not self.finder.is_abstract(one.position.type_name):
            return  # The type is known; when nothing else is asked the holder itself becomes the task.
        if one.name == "__typename" and not self.finder.can_stand(one.position, condition):
            return
        if not self.finder.reachable(one):
            if self.finder.is_abstract(condition):
                one.expanded = True
                for type_name in self.finder.types_to_expand(one):
                    yield from self._tasks(self.tree.expand(one, type_name))
                return
            if self.finder.is_abstract(one.position.type_name) and not self.finder.can_stand(one.position, condition):
                return
            if one.child is None or not self.finder.options(one):
                raise PlanningError(f"{condition}.{one.name} cannot be reached")
        if one.child is None:
            yield one
            return
        below = [task for inner in one.wanted_below() for task in self._tasks(inner)]
        yield from below or [one]

    def _resolve(self, one: QueryField) -> set[Fetch]:
        """Commit the cheapest place for the field; return the fetches it lies in."""
        self.tree.budget.look_at_the_clock()
        known = self._resolved.get(one)
        if known is not None and not self._preparing:
            return known
        if self._is_settled_elsewhere(one):
            return set()
        best: tuple[int, Place] | None = None
        for place, _ in self.finder.options(one):
            if not self._allowed(place):
                continue
            cost = self._added_cost(place)
            if best is None or cost < best[0]:
                best = (cost, place)
        if best is None:
            raise PlanningError(f"{one.type_condition}.{one.name} cannot be reached")
        place = best[1]
        if one.child is not None:
            arrival = next((a for a in self.finder.arrivals(one.child) if a.parent is place and self._allowed(a)), None)
            if arrival is None:
                raise PlanningError(f"{one.type_condition}.{one.name} cannot be reached")
            place = arrival
            self._commit(place)
            if place.selection is not None and not place.selection.fields:
                self._select_anything(place, place.selection)
        else:
            self._commit(place)
            self._select(place, one)
        if place.fetch is None:
            raise PlanningError(f"{one.type_condition}.{one.name} was planned into no fetch")
        self._resolved[one] = {place.fetch}
        return {place.fetch}

    def _is_settled_elsewhere(self, one: QueryField) -> bool:
        """Return whether the objects come from subgraphs in which none can be of the field's type."""
        if self.finder.is_abstract(one.type_condition) or not self.finder.is_abstract(one.position.type_name):
            return False
        used = [place for place in self.finder.arrivals(one.position) if place.fetch is not None]
        return bool(used) and not any(
            self.supergraph.is_interface_object(place.graph, place.graph_type)
            or self.finder.narrow(place, one.type_condition) is not None
            for place in used
        )

    def _allowed(self, place: Place) -> bool:
        if self.operation == "mutation" and not self._same_mutation_graph(place):
            return False
        if not self._preparing:
            return True
        chain = list(place.chain())
        return not any(preparing in chain for preparing in self._preparing)

    def _same_mutation_graph(self, place: Place) -> bool:
        """Return whether the place lies below the one call that its mutation field makes."""
        arrival: Place | None = place
        while arrival is not None and not (arrival.via is not None and arrival.via.position.parent is None):
            arrival = arrival.hop.sources[0] if arrival.hop is not None else arrival.parent
        if arrival is None or arrival.via is None or arrival.via.child is None:
            return True
        used = [a for a in self.finder.arrivals(arrival.via.child) if a.fetch is not None]
        return not used or arrival in used

    def _added_cost(self, place: Place) -> int:
        cost = place.level * LEVEL_COST
        for one in set(place.chain()):
            if one.fetch is not None:
                continue
            if one.hop is not None:
                cost += FETCH_COST
                cost += FETCH_COST // 2 if one.hop.requires else 0
            elif one.parent is None:
                cost += FETCH_COST
            elif one.via is not None:
                cost += 1
        return cost

    # Building -------------------------------------------------------------------------------------------------------

    def _commit(self, place: Place) -> None:
        if place.fetch is not None and not (self.operation == "mutation" and place.position.parent is None):
            return
        if place.hop is not None:
            self._enter(place)
        elif place.parent is None:
            self._start(place)
        elif place.via is not None:
            self._commit(place.parent)
            self._descend(place, place.parent, place.via)
        else:
            self._commit(place.parent)
            parent = place.parent
            if parent.selection is None:
                raise PlanningError("a narrowed place has no selection to narrow")
            place.fetch = parent.fetch
            place.selection = parent.selection.fragment(place.graph_type)

    def _start(self, place: Place) -> None:
        """Begin a root fetch; every field of a mutation gets its own."""
        if place.fetch is not None and place.fetch.serial == self._serial:
            return
        place.fetch = self._fetch(place.graph, self.operation, place.position, None)
        place.selection = place.fetch.selection

    def _descend(self, place: Place, parent: Place, via: QueryField) -> None:
        if parent.selection is None:
            raise PlanningError("a field is selected at a place outside every fetch")
        known = parent.selection.fields.get(via.key)
        if known is None:
            known = _fetch_field(parent, via)
            parent.selection.fields[via.key] = known
        if known.child is None:
            known.child = SelectionBranch()
        known.child.typename |= self._needs_typename(place)
        place.fetch = parent.fetch
        place.selection = known.child

    def _needs_typename(self, place: Place) -> bool:
        if self.supergraph.is_interface_object(place.graph, place.graph_type):
            return False
        return self.finder.is_abstract(place.position.type_name) or self.finder.is_abstract(place.graph_type)

    def _enter(self, place: Place) -> None:
        hop = place.hop
        if hop is None:
            raise PlanningError("a place without a hop is not entered")
        for source in hop.sources:
            self._commit(source)
        depends_on = {source.fetch for source in hop.sources if source.fetch is not None}
        operation = "query"
        entity: Entity | None = None
        contexts: tuple[ContextVariable, ...] = ()
        if not hop.key:
            self._left.extend(hop.sources)
        condition = place.type_condition or place.position.type_name
        if hop.key:
            self._preparing.append(place)
            try:
                key = tuple(self._gather(place.position, condition, hop.key, depends_on, required=True))
                required = tuple(self._gather(place.position, condition, hop.requires, depends_on, required=False))
                contexts = tuple(self._gather_contexts(hop, depends_on))
            finally:
                self._preparing.pop()
            entity = Entity(
                type_name=place.graph_type,
                known_types=self._known_types(place, condition),
                key=hop.key,
                requires=hop.requires,
                representation=_merge_representation((*key, *required)),
            )
        fetch = self._fetch(place.graph, operation, place.position, place.type_condition)
        fetch.entity = entity
        fetch.contexts = contexts
        fetch.depends_on = depends_on
        place.fetch = fetch
        if entity is None:
            place.selection = fetch.selection
        else:
            place.selection = fetch.selection.fragment(place.graph_type)
            place.selection.typename |= self.finder.is_abstract(place.graph_type) and self._needs_typename(place)

    def _known_types(self, place: Place, condition: str) -> frozenset[str]:
        """Return the object types to name in representations; none when the subgraph has only an interface object."""
        if self.supergraph.is_interface_object(place.graph, place.graph_type):
            return frozenset()
        if self.supergraph.types[place.graph_type].kind is Kind.OBJECT:
            return frozenset()
        return self.supergraph.possible_types_in(place.graph, place.graph_type)

    def _gather(
        self, position: Position, condition: str, wanted: FieldSet, depends_on: set[Fetch], *, required: bool
    ) -> Iterator[RepresentationField]:
        """Plan the fields a representation needs; yield how to take them from the gathered data."""
        for selected in wanted:
            if selected.name == "__typename":
                continue
            asked_on = self.finder.condition_of(condition, selected)
            one = self.tree.add_hidden(position, asked_on, selected)
            variants = [one]
            if not self.finder.reachable(one) and self.finder.is_abstract(asked_on):
                one.expanded = True
                variants = [self.tree.expand(one, name) for name in self.finder.types_to_expand(one)]
            for variant in variants:
                children: tuple[RepresentationField, ...] = ()
                if variant.child is None:
                    depends_on |= self._resolve(variant)
                else:
                    children = tuple(
                        self._gather(
                            variant.child, variant.child.type_name, selected.children, depends_on, required=required
                        )
                    )
                narrowed = variant.type_condition != condition
                yield RepresentationField(
                    selected.response_name,
                    variant.key,
                    variant.type_condition if narrowed else None,
                    required,
                    children,
                )

    def _gather_contexts(self, hop: Hop, depends_on: set[Fetch]) -> Iterator[ContextVariable]:
        """Plan the fields that contextual arguments need of ancestors; yield a variable for each argument."""
        for argument, holders in hop.contexts:
            sources = []
            for holder in holders:
                values: list[RepresentationField] = []
                for condition, selected in holder.selections(argument, self.finder):
                    gathered = self._gather(holder.position, condition, (selected,), depends_on, required=False)
                    for one in gathered:
                        one.type_condition = one.type_condition or condition
                        values.append(one)
                sources.append(ContextSource(holder.depth, None if holder.always else holder.types, tuple(values)))
            yield ContextVariable(self._new_variable(), argument.type_text, argument.selection, tuple(sources))

    def _new_variable(self) -> str:
        while True:
            name = f"context_{self._context_variables}"
            self._context_variables += 1
            # Groups of one fetch append their number, so no client's variable may even begin so.
            if not any(known.startswith(name) for known in self.tree.variable_names):
                return name

    def _select(self, place: Place, one: QueryField) -> None:
        if place.selection is None:
            raise PlanningError("a field is selected at a place outside every fetch")
        if one.name == "__typename":
            # The client's alias is put on when the answer is shaped; the data holds the type name once.
            place.selection.typename = True
            return
        if one.key not in place.selection.fields:
            place.selection.fields[one.key] = _fetch_field(place, one)

    def _select_anything(self, place: Place, selection: SelectionBranch) -> None:
        """Select something, so that the client sees that there is an object, of which it wants nothing here."""
        if self.supergraph.is_interface_object(place.graph, place.graph_type):
            # The name of the interface is not the object's type, and must not pass for it in the data.
            selection.fields[_PRESENCE_KEY] = FetchField(_PRESENCE_KEY, "__typename", (), "")
        else:
            selection.typename = True

    def _fetch(self, graph: str, operation: str, position: Position, type_condition: str | None) -> Fetch:
        fetch = Fetch(
            number=len(self.fetches),
            graph=graph,
            operation=operation,
            position=position,
            type_condition=type_condition,
            selection=SelectionBranch(),
            serial=self._serial,
        )
        self.fetches.append(fetch)
        return fetch


def _fetch_field(place: Place, one: QueryField) -> FetchField:
    """Return the field as it is asked at the place, with what its subgraph takes from contexts there."""
    contexts: tuple[tuple[str, str], ...] = ()
    if place.hop is not None and place.fetch is not None:
        names = [argument.name for argument, _ in place.hop.contexts]
        contexts = tuple(zip(names, (context.name for context in place.fetch.contexts), strict=True)) if names else ()
    child = None if one.child is None else SelectionBranch()
    return FetchField(one.key, one.name, one.arguments, one.arguments_text, child, contexts)


def _merge_representation(fields: tuple[RepresentationField, ...]) -> tuple[RepresentationField, ...]:
    merged: dict[tuple[str, str | None], RepresentationField] = {}
    for one in fields:
        known = merged.get((one.name, one.type_condition))
        if known is None:
            merged[one.name, one.type_condition] = one
        else:
            known.required |= one.required
            known.children = _merge_representation((*known.children, *one.children))
    return tuple(merged.values())
