"""The import contracts hold, and each of them fails on a fault seeded against it.

The faults are seeded into a copy of the tree, so that the working tree is never touched.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("kit", "policy", "services", "gateway")

# contract id, file that gets the fault, the faulty line, words of the report
SEEDED_FAULTS = [
    ("deployables", "kit/money.py", "import policy", "policy stands on kit"),
    ("deployables", "policy/__init__.py", "import services.finance.domain", "policy stands on kit"),
    (
        "independence",
        "services/finance/domain/deposit.py",
        "import services.registry.domain",
        "only over GraphQL and NATS",
    ),
    ("rooms", "services/finance/domain/deposit.py", "import services.finance.store", "imports point inward"),
    ("rooms", "services/trust/use_cases/__init__.py", "import services.trust.graphql.types", "imports point inward"),
    ("rooms", "services/inspection/reactions.py", "import services.inspection.graphql.types", "imports point inward"),
    ("gateway-rooms", "gateway/planner/plan.py", "import gateway.executor", "rooms are its stages"),
    ("plain-rules", "services/registry/domain/__init__.py", "import strawberry", "plain Python"),
    ("plain-rules", "policy/__init__.py", "import pymongo", "plain Python"),
    ("plain-rules", "services/trust/events.py", "import nats", "plain Python"),
    ("driver", "services/registry/use_cases/__init__.py", "import bson", "know the driver"),
    ("driver", "services/inspection/graphql/queries.py", "import motor", "know the driver"),
    ("gateway-has-no-store", "gateway/app.py", "import kit.mongo", "writes to no bus"),
]


def copy_of_the_tree(destination: Path) -> Path:
    for package in PACKAGES:
        shutil.copytree(
            ROOT / package, destination / package, ignore=shutil.ignore_patterns("__pycache__", "node_modules")
        )
    shutil.copy(ROOT / "pyproject.toml", destination)
    return destination


def lint_imports(tree: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run([program, "--no-cache", *arguments], cwd=tree, capture_output=True, text=True, check=False)


def test_the_tree_as_it_stands_keeps_every_contract(tmp_path: Path) -> None:
    report = lint_imports(copy_of_the_tree(tmp_path))

    assert report.returncode == 0, report.stdout


@pytest.mark.parametrize(
    ("contract", "file", "line", "words"), SEEDED_FAULTS, ids=[f"{c}-{f}" for c, f, _, _ in SEEDED_FAULTS]
)
def test_a_seeded_fault_breaks_its_contract(tmp_path: Path, contract: str, file: str, line: str, words: str) -> None:
    tree = copy_of_the_tree(tmp_path)
    target = tree / file
    target.write_text(f"{target.read_text(encoding='utf-8')}\n{line}\n", encoding="utf-8")

    report = lint_imports(tree, "--contract", contract)

    assert report.returncode != 0
    assert "BROKEN" in report.stdout
    assert words in report.stdout


def test_a_room_that_the_layout_does_not_know_breaks_the_contract(tmp_path: Path) -> None:
    tree = copy_of_the_tree(tmp_path)
    (tree / "services" / "trust" / "helpers.py").write_text('"""A room too many."""\n', encoding="utf-8")

    report = lint_imports(tree, "--contract", "rooms")

    assert report.returncode != 0
    assert "services.trust.helpers" in report.stdout


def test_every_service_has_every_room() -> None:
    """A room that has grown is a package of the same name."""
    rooms = ["__init__.py", "__main__.py", "app.py", "settings.py", "reactions.py", "events.py"]
    rooms += [
        f"graphql/{name}"
        for name in ("types.py", "inputs.py", "queries.py", "mutations.py", "loaders.py", "schema.py", "schema.graphql")
    ]
    rooms += ["use_cases/__init__.py", "store/__init__.py", "store/indexes.py", "domain/__init__.py"]

    missing = [
        f"services/{service}/{room}"
        for service in ("registry", "finance", "trust", "inspection")
        for room in rooms
        if not any(
            (ROOT / "services" / service / name).is_file() for name in (room, room.replace(".py", "/__init__.py"))
        )
    ]

    assert missing == []
