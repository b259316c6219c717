"""What a query may ask before any work is done for it: measured on the parsed document, refused with the figures."""

from collections.abc import Mapping
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)


@dataclass(frozen=True, slots=True)
class QueryLimits:
    """The most an operation may have of each; the defaults are far above what a screen needs."""

    depth: int = 64
    aliases: int = 1_000
    root_fields: int = 500
    fields: int = 20_000
    tokens: int = 15_000


@dataclass(frozen=True, slots=True)
class Measures:
    """What a selection has, fragments counted wherever they are spread."""

    depth: int = 0
    aliases: int = 0
    root_fields: int = 0
    fields: int = 0


class LimitExceeded(Exception):
    """The operation asks for more than the limit of one measure."""

    def __init__(self, measure: str, limit: int, value: int) -> None:
        super().__init__(f"The operation's {measure.replace('_', ' ')} is {value}; at most {limit} is allowed.")
        self.measure = measure
        self.limit = limit
        self.value = value


def enforce(document: DocumentNode, limits: QueryLimits) -> None:
    """Raise LimitExceeded when an operation of the document is over a limit; time grows with the document alone."""
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    known: dict[str, Measures] = {}
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            measures = _measure(definition.selection_set, fragments, known, frozenset())
            for name in ("depth", "aliases", "root_fields", "fields"):
                limit, value = getattr(limits, name), getattr(measures, name)
                if value > limit:
                    raise LimitExceeded(name, limit, value)


def _measure(
    selection_set: SelectionSetNode | None,
    fragments: Mapping[str, FragmentDefinitionNode],
    known: dict[str, Measures],
    inside: frozenset[str],
) -> Measures:
    depth = aliases = root_fields = fields = 0
    for selection in selection_set.selections if selection_set else ():
        if isinstance(selection, FieldNode):
            below = _measure(selection.selection_set, fragments, known, inside)
            depth = max(depth, 1 + below.depth)
            aliases += below.aliases + (selection.alias is not None)
            fields += 1 + below.fields
            root_fields += 1
            continue
        if isinstance(selection, InlineFragmentNode):
            below = _measure(selection.selection_set, fragments, known, inside)
        elif isinstance(selection, FragmentSpreadNode):
            below = _measure_fragment(selection.name.value, fragments, known, inside)
        else:
            continue
        depth = max(depth, below.depth)
        aliases += below.aliases
        fields += below.fields
        root_fields += below.root_fields
    return Measures(depth, aliases, root_fields, fields)


def _measure_fragment(
    name: str, fragments: Mapping[str, FragmentDefinitionNode], known: dict[str, Measures], inside: frozenset[str]
) -> Measures:
    # An unknown or circular fragment counts nothing here; validation refuses both.
    if name in known or name in inside or name not in fragments:
        return known.get(name, Measures())
    measured = _measure(fragments[name].selection_set, fragments, known, inside | {name})
    known[name] = measured
    return measured
