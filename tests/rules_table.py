"""`make rules`: write docs/rules.md, the table rule → what is due → where it is proved.

`tests/rules.yaml` lists every rule of the five districts' documents: which service owns it, and whether the rule is due
there now or belongs to a part that comes later. The rest of the table is built from the marks on the tests
(`@pytest.mark.rule("ZG-18")`) and from the rule ids that the docstrings of `domain`, `use_cases`, `reactions` and
`policy` cite. What is due and lacks code or test, what stands on one side only, and what the list does not know, is
printed and fails the run.
"""

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
RULE = re.compile(r"\b(?:DH|NZ|XY|ZG|PZ)-\d{2}\b|\bG-\d{1,2}\b")
DISTRICT_RULE = re.compile(r"\b(?:DH|NZ|XY|ZG|PZ)-\d{2}\b")
LIST = Path(__file__).parent / "rules.yaml"
OUTPUT = ROOT / "docs" / "rules.md"
SERVICES = ("registry", "finance", "trust", "inspection")
DUE = "due"
LATER = ("later", "self-government", "adoption", "campaign", "work-log")
COUNTS = {"DH": 55, "NZ": 26, "XY": 32, "ZG": 52, "PZ": 32}
"""How many rules each district's document has: numbered from 01 without a gap."""

Where = Mapping[str, Sequence[str]]
Due = Mapping[str, Mapping[str, str]]


def listed_rules() -> dict[str, dict[str, str]]:
    """Return the list: rule id → service → "due", or the part in which it becomes due."""
    rules: dict[str, dict[str, str]] = yaml.safe_load(LIST.read_text(encoding="utf-8"))
    return rules


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
    files: set[Path] = set()
    for room in ("domain", "use_cases", "reactions"):
        files.update(ROOT.glob(f"services/*/{room}/**/*.py"))
    files.update(ROOT.glob("services/*/reactions.py"))
    files.update(ROOT.glob("policy/**/*.py"))
    for file in sorted(files):
        for rule in sorted(set(RULE.findall(file.read_text(encoding="utf-8")))):
            found[rule].append(str(file.relative_to(ROOT)))
    return found


def sort_key(rule: str) -> tuple[str, int]:
    family, number = rule.split("-")
    return family, int(number)


def render(rules: Due, tests: Where, code: Where) -> str:
    lines = [
        "# Rules and where they are proved",
        "",
        "Written by `make rules` from `tests/rules.yaml`, the code and the marks on the tests: a rule of a district's",
        "document or a golden vector (G); the services that own it, each with `due` or the part it waits for;",
        "its code; its tests.",
        "",
        "| rule | owner | code | tests |",
        "|---|---|---|---|",
    ]
    for rule in sorted({*rules, *tests, *code}, key=sort_key):
        owners = ", ".join(f"{service}: {when}" for service, when in rules.get(rule, {}).items())
        lines.append(f"| {rule} | {owners} | {'<br>'.join(code.get(rule, []))} | {'<br>'.join(tests.get(rule, []))} |")
    return "\n".join(lines) + "\n"


def faults(rules: Due, tests: Where, code: Where) -> list[str]:
    """Return one sentence per rule that is due and not proved, stands on one side only, or is not listed.

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
    unlisted = [
        f"{rule} is in no document" for rule in {*tests, *code} if rule not in rules and DISTRICT_RULE.match(rule)
    ]
    return sorted({*unproved, *uncited, *unlisted, *_missing(rules, tests, code)})


def faults_of_the_list(rules: Due, counts: Mapping[str, int] = COUNTS) -> list[str]:
    """Return one sentence per rule of a document that the list lacks, and per entry that is none or says nothing."""
    wanted = {f"{family}-{number:02d}" for family, count in counts.items() for number in range(1, count + 1)}
    found = [f"{rule} is not listed" for rule in wanted if rule not in rules]
    found += [f"{rule} is no rule of the documents" for rule in rules if rule not in wanted]
    for rule, owners in rules.items():
        if not owners:
            found.append(f"{rule} has no owner")
        found += [f"{rule} is owned by {service}, which is no service" for service in owners if service not in SERVICES]
        found += [
            f"{rule} waits for {when!r}, which is no part" for when in owners.values() if when not in (DUE, *LATER)
        ]
    return sorted(found)


def _missing(rules: Due, tests: Where, code: Where) -> Iterable[str]:
    for rule, owners in rules.items():
        for service, when in owners.items():
            if when != DUE:
                continue
            if not any(file.startswith((f"services/{service}/", "policy/")) for file in code.get(rule, ())):
                yield f"{rule} is due in {service} and no code of it cites it"
            if not tests.get(rule):
                yield f"{rule} is due in {service} and no test proves it"


def _of_a_service(test: str) -> bool:
    return not test.startswith(("tests/policy/", "tests/kit/"))


def main(arguments: Sequence[str]) -> int:
    rules, tests, code = listed_rules(), marked_tests(), citing_code()
    text = render(rules, tests, code)
    found = [*faults_of_the_list(rules), *faults(rules, tests, code)]
    for fault in found:
        sys.stderr.write(f"{fault}\n")
    if "--check" in arguments:
        if OUTPUT.read_text(encoding="utf-8") != text:
            sys.stderr.write("docs/rules.md is not what `make rules` writes; run it and commit\n")
            return 1
    else:
        OUTPUT.write_text(text, encoding="utf-8")
        due = sum(DUE in owners.values() for owners in rules.values())
        sys.stdout.write(f"docs/rules.md: {len(rules)} rules, {due} due\n")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
