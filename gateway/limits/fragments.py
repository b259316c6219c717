"""What is plainly wrong between a document's definitions: names twice, spreads that lead nowhere or in a circle."""

from collections.abc import Iterator, Mapping

from gateway.limits.outline import Definition, Outline, Spread


def note_operation_faults(outline: Outline) -> None:
    """Note operations that cannot be told apart."""
    seen: set[str] = set()
    for operation in outline.operations:
        if operation.name is None:
            if len(outline.operations) > 1:
                outline.faults.add(operation.token, "This anonymous operation must be the only defined operation.")
        elif operation.name in seen:
            outline.faults.add(operation.token, f"There can be only one operation named '{operation.name}'.")
        else:
            seen.add(operation.name)


def note_fragment_faults(outline: Outline) -> None:
    """Note fragments that are not known, not used, or spread within themselves."""
    fragments, faults = outline.fragments, outline.faults
    for definition in (*outline.operations, *fragments.values()):
        for spread in definition.spreads:
            if spread.name not in fragments:
                faults.add(spread.token, f"Unknown fragment '{spread.name}'.")
    reached: set[str] = set()
    for operation in outline.operations:
        waiting = [operation]
        while waiting:
            for spread in waiting.pop().spreads:
                if spread.name in fragments and spread.name not in reached:
                    reached.add(spread.name)
                    waiting.append(fragments[spread.name])
    for name, fragment in fragments.items():
        if name not in reached:
            faults.add(fragment.token, f"Fragment '{name}' is never used.")
    for spread in _circular(fragments):
        faults.add(spread.token, f"Cannot spread fragment '{spread.name}' within itself.")


def _circular(fragments: Mapping[str, Definition]) -> Iterator[Spread]:
    """Yield the spreads that close a circle, walking through every fragment once."""
    done: set[str] = set()
    for start in fragments:
        path: dict[str, Iterator[Spread]] = {}
        if start not in done:
            path[start] = iter(fragments[start].spreads)
        while path:
            name = next(reversed(path))
            spread = next(path[name], None)
            if spread is None:
                done.add(name)
                del path[name]
            elif spread.name in path:
                yield spread
            elif spread.name in fragments and spread.name not in done:
                path[spread.name] = iter(fragments[spread.name].spreads)


def note_variable_faults(outline: Outline, tokens: list[str]) -> None:
    """Note variables that are used nowhere, and used ones that no operation has."""
    if "$" not in tokens:
        return
    defined: dict[str, int] = {}
    used: dict[str, int] = {}
    after = [*tokens[1:], "", ""]
    for at, token in enumerate(tokens):
        if token == "$":
            name = after[at]
            # Only where a variable is defined does a colon follow it.
            (defined if after[at + 1] == ":" else used).setdefault(name, at)
    for name, at in defined.items():
        if name not in used:
            outline.faults.add(at, f"Variable '${name}' is never used.")
    for name, at in used.items():
        if name not in defined:
            outline.faults.add(at, f"Variable '${name}' is not defined.")
