"""Every store read takes the caller's scope into its query.

A read is a call of one of the driver's reading methods in a `store` room. Its function must use a scope: one named
`scope`, or the scope of the unit of work's caller. A reader that serves the system itself (a projection, an inbox, a
uniqueness check) is named in `system_readers.yaml` with the reason, and nowhere else.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
SYSTEM_READERS: dict[str, str] = yaml.safe_load(
    (Path(__file__).parent / "system_readers.yaml").read_text(encoding="utf-8")
)
READING_METHODS = {"find", "find_one", "aggregate", "count_documents", "distinct", "find_one_and_update"}


def functions_of(tree: ast.Module) -> Iterator[tuple[str, ast.AsyncFunctionDef | ast.FunctionDef]]:
    for node in tree.body:
        if isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef):
            yield node.name, node
        if isinstance(node, ast.ClassDef):
            for member in node.body:
                if isinstance(member, ast.AsyncFunctionDef | ast.FunctionDef):
                    yield f"{node.name}.{member.name}", member


def reads(function: ast.AST) -> bool:
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in READING_METHODS
        for node in ast.walk(function)
    )


def uses_a_scope(function: ast.AST) -> bool:
    """Return whether the body hands a scope on: the name `scope`, or `<something>.scope`."""
    body = ast.Module(body=list(getattr(function, "body", [])), type_ignores=[])
    return any(
        (isinstance(node, ast.Name) and node.id == "scope")
        or (isinstance(node, ast.Attribute) and node.attr == "scope")
        for node in ast.walk(body)
    )


def unscoped_readers(source: str, module: str) -> list[str]:
    return [
        f"{module}.{name}"
        for name, function in functions_of(ast.parse(source))
        if reads(function) and not uses_a_scope(function)
    ]


def all_unscoped_readers() -> list[str]:
    found: list[str] = []
    for file in sorted(ROOT.glob("services/*/store/*.py")):
        module = ".".join(file.relative_to(ROOT).with_suffix("").parts)
        found += unscoped_readers(file.read_text(encoding="utf-8"), module)
    return found


def test_a_read_without_scope_is_a_named_system_reader() -> None:
    unnamed = [reader for reader in all_unscoped_readers() if reader not in SYSTEM_READERS]

    assert unnamed == []


def test_the_list_of_system_readers_names_no_reader_that_is_gone() -> None:
    assert sorted(SYSTEM_READERS) == sorted(set(SYSTEM_READERS) & set(all_unscoped_readers()))


def test_every_system_reader_says_why() -> None:
    assert [reader for reader, reason in SYSTEM_READERS.items() if len(reason.split()) < 3] == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("async def by_id(work, id):\n    return await work.collection('estates').find_one({'_id': id})", ["m.by_id"]),
        (
            "async def by_id(work, id, scope):\n    return await work.collection('estates').find_one({'_id': id})",
            ["m.by_id"],
        ),
        (
            "async def by_id(mongo, id, *, scope):\n    return await mongo.collection('e').find_one(scoped(scope, {}))",
            [],
        ),
        (
            "async def by_id(work, id):\n    return await work.collection('e').find_one(scoped(work.caller.scope, {}))",
            [],
        ),
        ("class Estates:\n    async def page(self):\n        return self.c.find({})", ["m.Estates.page"]),
        ("async def add(work, row):\n    await work.collection('e').insert_one(row)", []),
    ],
)
def test_the_check_itself_sees_an_unscoped_read(source: str, expected: list[str]) -> None:
    assert unscoped_readers(source, "m") == expected
