"""`make rules`: write docs/rules.md, the table rule → clause → where it is proved.

The table is built from the marks on the tests (`@pytest.mark.rule("ZG-18")`) and from the rule ids that docstrings in
`domain`, `use_cases` and `policy` cite. A rule that a test marks and no code cites, or that code cites and no test
marks, is printed and fails the run.
"""

import ast
import re
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[1]
RULE = re.compile(r"\b(?:DH|NZ|XY|ZG|PZ)-\d{2}\b|\bG-\d{1,2}\b")
DISTRICT_RULE = re.compile(r"\b(?:DH|NZ|XY|ZG|PZ)-\d{2}\b")
OUTPUT = ROOT / "docs" / "rules.md"


def marked_tests() -> dict[str, list[str]]:
    """Return the tests that carry each rule's mark: rule id → `file::test`, in the order of files."""
    found: dict[str, list[str]] = defaultdict(list)
    for file in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                continue
            for decorator in node.decorator_list:
                if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.rule":
                    for argument in decorator.args:
                        if isinstance(argument, ast.Constant):
                            found[str(argument.value)].append(f"{file.relative_to(ROOT)}::{node.name}")
    return found


def citing_code() -> dict[str, list[str]]:
    """Return the modules whose text cites each rule: rule id → module files."""
    found: dict[str, list[str]] = defaultdict(list)
    files = [
        *ROOT.glob("services/*/domain/*.py"),
        *ROOT.glob("services/*/use_cases/*.py"),
        *ROOT.glob("services/*/reactions.py"),
        *ROOT.glob("services/*/reactions/*.py"),
    ]
    files += ROOT.glob("policy/*.py")
    for file in sorted(files):
        for rule in sorted(set(RULE.findall(file.read_text(encoding="utf-8")))):
            found[rule].append(str(file.relative_to(ROOT)))
    return found


def sort_key(rule: str) -> tuple[str, int]:
    family, number = rule.split("-")
    return family, int(number)


def render(tests: dict[str, list[str]], code: dict[str, list[str]]) -> str:
    lines = [
        "# Rules and where they are proved",
        "",
        "Written by `make rules`: a rule of a district's document or a golden vector (G), its code, its tests.",
        "",
        "| rule | code | tests |",
        "|---|---|---|",
    ]
    for rule in sorted(set(tests) | set(code), key=sort_key):
        lines.append(f"| {rule} | {'<br>'.join(code.get(rule, []))} | {'<br>'.join(tests.get(rule, []))} |")
    return "\n".join(lines) + "\n"


def faults(tests: dict[str, list[str]], code: dict[str, list[str]]) -> list[str]:
    """Return one sentence per district's rule that stands on one side only.

    A rule that only tests of `policy` and `kit` mark is a value of the policy files, or their arithmetic: no code of a
    service rests on it yet, and none needs to cite it.
    """
    unproved = [
        f"{rule} is cited by {files[0]} and proved by no test"
        for rule, files in code.items()
        if rule not in tests and DISTRICT_RULE.match(rule)
    ]
    uncited = [
        f"{rule} is marked by {marked[0]} and cited by no code"
        for rule, names in tests.items()
        if rule not in code and DISTRICT_RULE.match(rule) and (marked := [n for n in names if _of_a_service(n)])
    ]
    return sorted(unproved + uncited)


def _of_a_service(test: str) -> bool:
    return not test.startswith(("tests/policy/", "tests/kit/"))


def main() -> int:
    tests, code = marked_tests(), citing_code()
    text = render(tests, code)
    found = faults(tests, code)
    for fault in found:
        sys.stderr.write(f"{fault}\n")
    if "--check" in sys.argv[1:]:
        if OUTPUT.read_text(encoding="utf-8") != text:
            sys.stderr.write("docs/rules.md is not what `make rules` writes; run it and commit\n")
            return 1
    else:
        OUTPUT.write_text(text, encoding="utf-8")
        sys.stdout.write(f"docs/rules.md: {len(set(tests) | set(code))} rules and vectors\n")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
