"""The GraphQL text of one subgraph request, printed once when a plan is compiled."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from graphql import (
    ArgumentNode,
    ListValueNode,
    ObjectValueNode,
    ValueNode,
    VariableDefinitionNode,
    VariableNode,
    print_ast,
)

from gateway.planner.plan import ContextVariable, Fetch, Request, SelectionBranch


@dataclass(frozen=True, slots=True)
class EntityCall:
    """One `_entities` field of a request: its alias, its variable, and the fetches that share it.

    A call with contexts has one fetch, and is made once for each group of objects with equal contexts.
    """

    alias: str
    variable: str
    fetches: tuple[Fetch, ...]
    contexts: tuple[ContextVariable, ...] = ()
    group: int = 0

    @property
    def suffix(self) -> str:
        """Return what tells the group's variables from those of the fetch's other groups."""
        return _suffix(self.group)


@dataclass(frozen=True, slots=True)
class RequestText:
    """A request ready to be sent: the document, the client's variables it uses, its entity calls."""

    query: str
    variables: tuple[str, ...]
    calls: tuple[EntityCall, ...]


def write_request(
    request: Request, definitions: Mapping[str, VariableDefinitionNode], groups: Mapping[Fetch, int] | None = None
) -> RequestText:
    """Return the text of the request; fetches with one and the same selection share an entity call.

    `groups` says how often a fetch with contexts is called; a fetch it does not name is called once.
    """
    first = request.fetches[0]
    used = {
        name: definitions[name]
        for fetch in request.fetches
        for argument in fetch.selection.arguments()
        for name in sorted(_variables(argument))
        if name in definitions
    }
    declared = [f"${name}: {_variable_type(node)}" for name, node in used.items()]
    if first.entity is None:
        head = first.operation + (f"({', '.join(declared)})" if declared else "")
        head = "" if head == "query" else head + " "
        return RequestText(f"{head}{{{_print(first.selection)}}}", tuple(used), ())
    by_selection: dict[str, tuple[int, list[Fetch]]] = {}
    for fetch in request.fetches:
        for group in range((groups or {}).get(fetch, 1)):
            by_selection.setdefault(_print(fetch.selection, _suffix(group)), (group, []))[1].append(fetch)
    calls: list[EntityCall] = []
    parts: list[str] = []
    for number, (text, (group, fetches)) in enumerate(by_selection.items()):
        variable = "representations" if len(by_selection) == 1 else f"representations_{number}"
        while variable in definitions:
            variable = f"_{variable}"
        alias = "_entities" if len(by_selection) == 1 else f"_{number}"
        declared.append(f"${variable}: [_Any!]!")
        contexts = fetches[0].contexts
        declared += [f"${context.name}{_suffix(group)}: {context.type_text}" for context in contexts]
        prefix = "" if alias == "_entities" else f"{alias}: "
        parts.append(f"{prefix}_entities(representations: ${variable}) {{{text}}}")
        calls.append(EntityCall(alias, variable, tuple(fetches), contexts, group))
    query = f"query({', '.join(declared)}) {{{' '.join(parts)}}}"
    return RequestText(query, tuple(used), tuple(calls))


def _variable_type(node: VariableDefinitionNode) -> str:
    text = print_ast(node.type)
    return f"{text} = {print_ast(node.default_value)}" if node.default_value is not None else text


def _variables(node: ArgumentNode | ValueNode) -> Iterator[str]:
    if isinstance(node, ArgumentNode):
        yield from _variables(node.value)
    elif isinstance(node, VariableNode):
        yield node.name.value
    elif isinstance(node, ListValueNode):
        for value in node.values:
            yield from _variables(value)
    elif isinstance(node, ObjectValueNode):
        for one in node.fields:
            yield from _variables(one.value)


def _suffix(group: int) -> str:
    return f"_{group}" if group else ""


def _print(branch: SelectionBranch, suffix: str = "") -> str:
    parts = ["__typename"] if branch.typename else []
    for one in branch.fields.values():
        alias = f"{one.key}: " if one.key != one.name else ""
        below = f" {{{_print(one.child, suffix)}}}" if one.child is not None else ""
        parts.append(f"{alias}{one.name}{one.arguments_with(suffix)}{below}")
    for type_name, inner in branch.fragments.items():
        text = _print(inner, suffix)
        if text:
            parts.append(f"... on {type_name} {{{text}}}")
    return " ".join(parts)
