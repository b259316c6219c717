"""`make mutants`: change the rules one small step at a time, and see whether their tests notice.

`python -m tests.mutants [FILE|DIRECTORY]... [--at-most PERCENT] [--beside NUMBER]` lets mutmut mutate the functions of
the named files, `services/registry/domain` when none is named, in a copy of the tree. Against each mutant run those
tests of the mirrored room that call the mutated function; all named files of a room are mutated in one run. It prints
the survivors per file with what was changed, and fails when more than so many in a hundred of a file live.

A surviving mutant that only changes the words of a message is counted apart: messages are for people, programs get the
code, the path and the value, and those are tested. So is one that says in other words what was said (see `comparable`).
"""

import argparse
import ast
import copy
import difflib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
UNUSED_PLUGINS = ("unraisableexception", "threadexception", "cacheprovider", "logging", "doctest", "junitxml")
"""What pytest brings along and tests of rules do not need: the first alone, which collects garbage ten times at the end
of a run, takes four fifths of the time of a run of a dozen tests. Nor is anybody told why a mutant's test fails."""

BARE_PYTEST = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "CI": "1"}
"""The rules' tests run without the tests' own hypothesis profile: the one for continuous integration does not fail a
property because the machine is busy, and tries the same examples on every mutant."""

COPIED = ("kit", "policy", "services", "tests")
RULES_OF = "services/registry/domain"
SURVIVED, NO_TESTS = 0, (None, 5, 33)
KILLED = (1, 3, 24, -24, 36, 152, 255)
"""What a mutant's tests ended with: a failure, or no end at all."""

NOTHING_TESTED = "could not find any test case for any mutant"
"""What mutmut says of a file whose functions no test calls: then every mutant survives."""


class MutantsNotRun(Exception):
    """The tests fail before anything is mutated, or mutmut cannot read the file; the message is what it said."""


@dataclass
class FileResult:
    """What became of one file's mutants; `survivors` is by name, with the lines that were changed."""

    file: str
    killed: int = 0
    unnoticeable: int = 0
    survivors: dict[str, str] = field(default_factory=dict)
    unclear: dict[str, int] = field(default_factory=dict)

    @property
    def counted(self) -> int:
        """How many mutants count: those that changed what a program could notice."""
        return self.killed + len(self.survivors) + len(self.unclear)

    @property
    def alive(self) -> int:
        """How many mutants no test is known to notice."""
        return len(self.survivors) + len(self.unclear)

    @property
    def share(self) -> float:
        """How many in a hundred of the mutants that count are alive; 0 when there are none."""
        return 100 * self.alive / self.counted if self.counted else 0.0


def room_tests(file: str) -> str:
    """Return the directory of tests that mirrors a file's room, such as "tests/registry/domain"."""
    parts = Path(file).parts
    return "tests/policy" if parts[0] == "policy" else f"tests/{parts[1]}/{parts[2]}"


def files_of(named: Sequence[str]) -> list[str]:
    """Return the Python files of the named files and directories, sorted, as paths from the root."""
    found: set[Path] = set()
    for name in named:
        path = ROOT / name
        if not path.exists():
            raise SystemExit(f"there is no {name}")
        found.update(path.rglob("*.py") if path.is_dir() else [path])
    return sorted(str(path.relative_to(ROOT)) for path in found if path.name != "__init__.py")


def configuration(files: Sequence[str], tests: str) -> str:
    """Return the settings of one run as a table of pyproject.toml.

    The tests of rules need no fixtures from further out, and so neither the service around the rules nor its servers.
    """
    settings = {
        "source_paths": list(files),
        "pytest_add_cli_args_test_selection": [tests],
        "pytest_add_cli_args": [
            f"--confcutdir={tests}",
            "--assert=plain",
            *(f"-pno:{plugin}" for plugin in UNUSED_PLUGINS),
        ],
        "also_copy": list(COPIED),
        "use_git_change_detection": False,
    }
    return "\n[tool.mutmut]\n" + "".join(f"{name} = {json.dumps(value)}\n" for name, value in settings.items())


def results_in(tree: Path, file: str) -> FileResult:
    """Return what became of the mutants of one file of the tree that mutmut ran in."""
    mutated = tree / "mutants" / file
    result = FileResult(file)
    meta = mutated.with_name(f"{mutated.name}.meta")
    if not meta.is_file():
        return result
    exit_codes: Mapping[str, int | None] = json.loads(meta.read_text(encoding="utf-8"))["exit_code_by_key"]
    module = ast.parse(mutated.read_text(encoding="utf-8"))
    functions, places = functions_of(module), message_places(module)
    for name, exit_code in exit_codes.items():
        mangled = name.rsplit(".", 1)[1]
        original, mutant = functions[f"{mangled.partition('__mutmut_')[0]}__mutmut_orig"], functions[mangled]
        if exit_code in KILLED:
            result.killed += 1
        elif exit_code != SURVIVED and exit_code not in NO_TESTS:
            result.unclear[name] = exit_code
        elif comparable(original, places) == comparable(mutant, places):
            result.unnoticeable += 1
        else:
            result.survivors[name] = changed_lines(original, mutant)
    return result


def functions_of(tree: ast.Module) -> dict[str, ast.FunctionDef | ast.AsyncFunctionDef]:
    """Return the functions of a mutated module, methods included, by their names."""
    return {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def message_places(tree: ast.Module) -> dict[str, int]:
    """Return the place of the parameter `message` in the calls of each function of a module that has one, by name."""
    places = {}
    for name, function in functions_of(tree).items():
        parameters = [parameter.arg for parameter in (*function.args.posonlyargs, *function.args.args)]
        if "message" in parameters:
            places[name] = parameters.index("message") - (parameters[0] in ("self", "cls"))
    return places


def comparable(function: ast.FunctionDef | ast.AsyncFunctionDef, places: Mapping[str, int]) -> str:
    """Return what a program could notice of a function, as text: two functions of the same text do the same.

    Left out are its name, the words of messages, and a `strict` of `zip` that is off: off is what `zip` does unasked,
    and nobody can tell None from False. `places` is what `message_places` gives for the function's module.
    """
    bare = copy.deepcopy(function)
    bare.name = ""
    for node in ast.walk(bare):
        if isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == ["message"]:
            node.value = ast.Constant("")
        for call, place in _messages(node, places):
            call.args[place] = ast.Constant("")
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "zip":
            node.keywords = [keyword for keyword in node.keywords if not _is_off(keyword)]
    return ast.dump(bare)


def _is_off(keyword: ast.keyword) -> bool:
    return keyword.arg == "strict" and isinstance(keyword.value, ast.Constant) and not keyword.value.value


def _called(call: ast.Call) -> str:
    """Return the last name of what is called: "refused" of `self.refused(...)`."""
    return ast.unparse(call.func).rpartition(".")[2]


def _messages(node: ast.AST, places: Mapping[str, int]) -> Iterator[tuple[ast.Call, int]]:
    """Give the calls of a node that are told a message, and at which place.

    A refusal is told it first, be it raised or returned with its path; a warning second; a function of the module where
    its parameter `message` stands.
    """
    if isinstance(node, ast.Raise):
        raised = node.exc
        if isinstance(raised, ast.Call) and raised.args and _called(raised) not in places:
            yield raised, 0
        return
    if not isinstance(node, ast.Call):
        return
    name = _called(node)
    if name == "Flag" or name in places:
        place = places.get(name, 1)
        if len(node.args) > place:
            yield node, place
    elif name[:1].isupper() and node.args and any(keyword.arg == "path" for keyword in node.keywords):
        yield node, 0


def changed_lines(original: ast.AST, mutant: ast.AST) -> str:
    """Return the lines that differ, the original's with "-" and the mutant's with "+"."""
    lines = difflib.ndiff(ast.unparse(original).splitlines()[1:], ast.unparse(mutant).splitlines()[1:])
    return "\n".join(line for line in lines if line[0] in "-+")


def mutate(files: Sequence[str], tests: str, *, beside: int = 1) -> list[FileResult]:
    """Run mutmut over files of one room in a copy of the tree, and return what became of each file's mutants.

    So many mutants as `beside` says are tested beside each other. Raises `MutantsNotRun`.
    """
    with tempfile.TemporaryDirectory(prefix="anju-mutants-") as directory:
        tree = Path(directory)
        for part in COPIED:
            shutil.copytree(ROOT / part, tree / part, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
        settings = (ROOT / "pyproject.toml").read_text(encoding="utf-8") + configuration(files, tests)
        (tree / "pyproject.toml").write_text(settings, encoding="utf-8")
        program = [str(Path(sys.executable).with_name("mutmut")), "run", "--max-children", str(beside)]
        with (tree / "report").open("w", encoding="utf-8") as report:
            ended = subprocess.run(
                program, cwd=tree, env=BARE_PYTEST, stdout=report, stderr=subprocess.STDOUT, check=False
            )
        said = (tree / "report").read_text(encoding="utf-8")
        if ended.returncode != 0 and NOTHING_TESTED not in said:
            raise MutantsNotRun(said[-4000:])
        return [results_in(tree, file) for file in files]


def show(result: FileResult) -> None:
    """Print one file's figures, and each survivor with what was changed."""
    sys.stdout.write(
        f"{result.file}: {result.counted} mutants, {len(result.survivors)} survived"
        f"{f', {len(result.unclear)} unclear' if result.unclear else ''}"
        f" ({result.unnoticeable} more changed no more than a message)\n"
    )
    for name, lines in {
        **result.survivors,
        **{name: f"ended with {code}" for name, code in result.unclear.items()},
    }.items():
        function = name.rsplit(".", 1)[1].partition("__mutmut_")[0].removeprefix("x_").replace("ǁ", ".").lstrip(".")
        sys.stdout.write(f"  {function}\n" + "".join(f"    {line}\n" for line in lines.splitlines()))
    sys.stdout.flush()


def summary(results: Sequence[FileResult]) -> str:
    """Return the figures of all files in one line."""
    counted, alive = sum(result.counted for result in results), sum(result.alive for result in results)
    return f"{counted} mutants, {alive} survived: {100 * alive / counted if counted else 0:.1f} %"


def main() -> int:
    parser = argparse.ArgumentParser(prog="make mutants", description="mutate rules and run their tests")
    parser.add_argument("paths", nargs="*", default=[RULES_OF], help="files or directories of rules")
    parser.add_argument("--at-most", type=float, default=5.0, metavar="PERCENT", help="survivors that a file may have")
    parser.add_argument("--beside", type=int, default=2, metavar="NUMBER", help="mutants tested at the same time")
    parsed = parser.parse_args()
    rooms: dict[str, list[str]] = {}
    for file in files_of(parsed.paths):
        rooms.setdefault(room_tests(file), []).append(file)
    results: list[FileResult] = []
    not_run = 0
    for tests, files in rooms.items():
        try:
            found = mutate(files, tests, beside=parsed.beside)
        except MutantsNotRun as problem:
            sys.stdout.write(f"{', '.join(files)}: not run\n{problem}\n")
            not_run += 1
            continue
        for result in found:
            show(result)
        results += found
    weak = [result for result in results if result.share > parsed.at_most]
    sys.stdout.write(f"{summary(results)}\n" + "".join(f"{result.file}: {result.share:.1f} %\n" for result in weak))
    return 1 if not_run or weak else 0


if __name__ == "__main__":
    raise SystemExit(main())
