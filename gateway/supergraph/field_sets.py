"""The little selection language of `@key`, `@requires` and `@provides`."""

from dataclasses import dataclass, field
from functools import lru_cache

from graphql import (
    ArgumentNode,
    FieldNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    parse,
    print_ast,
)


@dataclass(frozen=True, slots=True)
class SelectedField:
    """One field of a field set; `arguments` are printed GraphQL, by name."""

    name: str
    type_condition: str | None = None
    arguments: tuple[tuple[str, str], ...] = ()
    alias: str | None = None
    children: "FieldSet" = ()
    argument_nodes: tuple[ArgumentNode, ...] = field(default=(), compare=False, hash=False, repr=False)

    @property
    def response_name(self) -> str:
        """Return the name under which a representation carries the value."""
        return self.alias or self.name


FieldSet = tuple[SelectedField, ...]


class FieldSetSyntaxError(ValueError):
    """A field set of the supergraph that is not a selection."""


@lru_cache(maxsize=4096)
def parse_field_set(text: str) -> FieldSet:
    """Return the selections of `text`, nested type conditions flattened onto the fields they guard."""
    try:
        document = parse(f"{{ {text} }}", no_location=True)
    except GraphQLError as error:
        raise FieldSetSyntaxError(f"field set {text!r}: {error.message}") from error
    operation = document.definitions[0]
    if not isinstance(operation, OperationDefinitionNode):
        raise FieldSetSyntaxError(f"field set {text!r} is not a selection")
    return _from_selection_set(operation.selection_set, None, text)


def _from_selection_set(selection_set: SelectionSetNode | None, condition: str | None, text: str) -> FieldSet:
    if selection_set is None:
        return ()
    selected: list[SelectedField] = []
    for selection in selection_set.selections:
        if isinstance(selection, FieldNode):
            selected.append(
                SelectedField(
                    name=selection.name.value,
                    type_condition=condition,
                    arguments=tuple((a.name.value, print_ast(a.value)) for a in selection.arguments or ()),
                    alias=selection.alias.value if selection.alias else None,
                    children=_from_selection_set(selection.selection_set, None, text),
                    argument_nodes=tuple(selection.arguments or ()),
                )
            )
        elif isinstance(selection, InlineFragmentNode):
            inner = selection.type_condition.name.value if selection.type_condition else condition
            selected.extend(_from_selection_set(selection.selection_set, inner, text))
        else:
            raise FieldSetSyntaxError(f"field set {text!r} uses a named fragment")
    return merge_field_sets(tuple(selected))


def merge_field_sets(*field_sets: FieldSet) -> FieldSet:
    """Return the union of the sets; the same field selected twice has its children united."""
    merged: dict[tuple[str | None, str], SelectedField] = {}
    for selected in (one for fields in field_sets for one in fields):
        key = (selected.type_condition, selected.response_name)
        known = merged.get(key)
        if known is None:
            merged[key] = selected
        elif known.children or selected.children:
            merged[key] = SelectedField(
                name=known.name,
                type_condition=known.type_condition,
                arguments=known.arguments,
                alias=known.alias,
                children=merge_field_sets(known.children, selected.children),
                argument_nodes=known.argument_nodes,
            )
    return tuple(merged.values())


def print_field_set(fields: FieldSet) -> str:
    """Return the field set as GraphQL text."""
    parts = []
    for one in fields:
        text = f"{one.alias}: {one.name}" if one.alias else one.name
        if one.arguments:
            text += "(" + ", ".join(f"{name}: {value}" for name, value in one.arguments) + ")"
        if one.children:
            text += " { " + print_field_set(one.children) + " }"
        parts.append(f"... on {one.type_condition} {{ {text} }}" if one.type_condition else text)
    return " ".join(parts)
