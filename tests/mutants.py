"""`make mutants`: change the rules one small step at a time, and see whether their tests notice.

`python -m tests.mutants [FILE|DIRECTORY]... [--at-most PERCENT]` lets mutmut mutate the functions of the named files,
`services/registry/domain` when none is named, in a copy of the tree, and runs the tests of the mirrored room against
each mutant. It prints the survivors per file with what was changed, and fails when more than so many in a hundred live.

A mutant that only changes the words of a message is counted apart: messages are for people, programs get the code, the
path and the value, and those are tested.
"""

import argparse
import ast
import copy
import difflib
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
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
    messages: int = 0
    survivors: dict[str, str] = field(default_factory=dict)
    unclear: dict[str, int] = field(default_factory=dict)

    @property
    def counted(self) -> int:
        """How many mutants count: those that changed more than the words of a message."""
        return self.killed + len(self.survivors) + len(self.unclear)


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
        "pytest_add_cli_args": [f"--confcutdir={tests}"],
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
    functions = functions_of(ast.parse(mutated.read_text(encoding="utf-8")))
    for name, exit_code in exit_codes.items():
        mangled = name.rsplit(".", 1)[1]
        original, mutant = functions[f"{mangled.partition('__mutmut_')[0]}__mutmut_orig"], functions[mangled]
        if exit_code in KILLED:
            result.killed += 1
        elif exit_code != SURVIVED and exit_code not in NO_TESTS:
            result.unclear[name] = exit_code
        elif ast.dump(without_messages(original)) == ast.dump(without_messages(mutant)):
            result.messages += 1
        else:
            result.survivors[name] = changed_lines(original, mutant)
    return result


def functions_of(tree: ast.Module) -> dict[str, ast.FunctionDef | ast.AsyncFunctionDef]:
    """Return the functions of a mutated module, methods included, by their names."""
    return {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def without_messages(function: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
    """Return the function without its name and without the words of refusals and warnings."""
    bare = copy.deepcopy(function)
    bare.name = ""
    for call, place in _messages(bare):
        call.args[place] = ast.Constant("")
    return bare


def _messages(function: ast.AST) -> Iterator[tuple[ast.Call, int]]:
    """Give the calls that make a refusal (its first argument is the message) or a warning (its second)."""
    for node in ast.walk(function):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and node.exc.args:
            yield node.exc, 0
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Flag" and len(node.args) > 1:
            yield node, 1


def changed_lines(original: ast.AST, mutant: ast.AST) -> str:
    """Return the lines that differ, the original's with "-" and the mutant's with "+"."""
    lines = difflib.ndiff(ast.unparse(original).splitlines()[1:], ast.unparse(mutant).splitlines()[1:])
    return "\n".join(line for line in lines if line[0] in "-+")


def mutate(files: Sequence[str], tests: str) -> list[FileResult]:
    """Run mutmut over files of one room in a copy of the tree, and return what became of each file's mutants."""
    with tempfile.TemporaryDirectory(prefix="anju-mutants-") as directory:
        tree = Path(directory)
        for part in COPIED:
            shutil.copytree(ROOT / part, tree / part, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
        settings = (ROOT / "pyproject.toml").read_text(encoding="utf-8") + configuration(files, tests)
        (tree / "pyproject.toml").write_text(settings, encoding="utf-8")
        program = [str(Path(sys.executable).with_name("mutmut")), "run", "--max-children", "1"]
        with (tree / "report").open("w", encoding="utf-8") as report:
            ended = subprocess.run(program, cwd=tree, stdout=report, stderr=subprocess.STDOUT, check=False)
        said = (tree / "report").read_text(encoding="utf-8")
        if ended.returncode != 0 and NOTHING_TESTED not in said:
            raise MutantsNotRun(said[-4000:])
        return [results_in(tree, file) for file in files]


def show(result: FileResult) -> None:
    """Print one file's figures, and each survivor with what was changed."""
    sys.stdout.write(
        f"{result.file}: {result.counted} mutants, {len(result.survivors)} survived"
        f"{f', {len(result.unclear)} unclear' if result.unclear else ''} ({result.messages} changed a message alone)\n"
    )
    for name, lines in {
        **result.survivors,
        **{name: f"ended with {code}" for name, code in result.unclear.items()},
    }.items():
        function = name.rsplit(".", 1)[1].partition("__mutmut_")[0].removeprefix("x_").replace("ǁ", ".").lstrip(".")
        sys.stdout.write(f"  {function}\n" + "".join(f"    {line}\n" for line in lines.splitlines()))
    sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser(prog="make mutants", description="mutate rules and run their tests")
    parser.add_argument("paths", nargs="*", default=[RULES_OF], help="files or directories of rules")
    parser.add_argument("--at-most", type=float, default=5.0, metavar="PERCENT", help="survivors that are borne")
    parsed = parser.parse_args()
    rooms: dict[str, list[str]] = {}
    for file in files_of(parsed.paths):
        rooms.setdefault(room_tests(file), []).append(file)
    survivors = counted = not_run = 0
    for tests, files in rooms.items():
        for file in files:
            try:
                (result,) = mutate([file], tests)
            except MutantsNotRun as problem:
                sys.stdout.write(f"{file}: not run\n{problem}\n")
                not_run += 1
                continue
            show(result)
            counted += result.counted
            survivors += len(result.survivors) + len(result.unclear)
    share = 100 * survivors / counted if counted else 0.0
    sys.stdout.write(f"{counted} mutants, {survivors} survived: {share:.1f} %\n")
    return 1 if not_run or share > parsed.at_most else 0


if __name__ == "__main__":
    raise SystemExit(main())
