"""`make fields`: write docs/fields.md, the table field → what fills it.

Each service says in `graphql/fields.yaml` which mutation, event or data fills each field of its SDL. A field without an
entry, an entry without a field, an empty entry, and an event that nobody announces are printed and fail the run.
"""

import re
import sys
from collections.abc import Sequence
from pathlib import Path

import yaml
from graphql import GraphQLObjectType, build_schema

ROOT = Path(__file__).parents[1]
SERVICES = ("registry", "finance", "trust", "inspection")
OUTPUT = ROOT / "docs" / "fields.md"
DOORS = {"Query", "Mutation", "Subscription"}  # What is asked there is the object types' own fields.
EVENT = re.compile(r"\b(?:registry|finance|trust|inspection)\.[a-z_]+\.[a-z_]+\b")


def fields_of_the_schema(sdl: str) -> list[str]:
    """Return `Type.field` of every field behind the root fields that a client can select, in the order of the SDL."""
    schema = build_schema(sdl, assume_valid=True)
    return [
        f"{name}.{field}"
        for name, kind in schema.type_map.items()
        if isinstance(kind, GraphQLObjectType) and not name.startswith("_") and name not in DOORS
        for field in kind.fields
        if not field.startswith("_")
    ]


def announced_events() -> set[str]:
    """Return the events with a committed schema, e.g. `registry.contract.signed`."""
    return {file.name.removesuffix(".v1.json") for file in (ROOT / "docs" / "events").glob("*.v1.json")}


def faults(fields: list[str], filled: dict[str, str], events: set[str]) -> list[str]:
    """Return one sentence per field that nothing fills, per entry that fills nothing, and per unknown event."""
    found = [f"{field} has no entry" for field in fields if field not in filled]
    found += [f"{field} is no field of the schema" for field in filled if field not in set(fields)]
    found += [f"{field} is filled by nothing" for field, source in filled.items() if not str(source or "").strip()]
    found += [
        f"{field} names {event}, which nobody announces"
        for field, source in filled.items()
        for event in EVENT.findall(str(source or ""))
        if event not in events
    ]
    return found


def render(tables: dict[str, dict[str, str]]) -> str:
    lines = [
        "# What fills each field",
        "",
        "Written by `make fields` from `services/<service>/graphql/fields.yaml`: the mutation, the event or the data.",
    ]
    for service, filled in tables.items():
        lines += ["", f"## {service}", "", "| field | filled by |", "|---|---|"]
        lines += [f"| `{field}` | {source} |" for field, source in filled.items()]
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str]) -> int:
    events = announced_events()
    tables: dict[str, dict[str, str]] = {}
    found: list[str] = []
    for service in SERVICES:
        folder = ROOT / "services" / service / "graphql"
        filled = yaml.safe_load((folder / "fields.yaml").read_text(encoding="utf-8")) or {}
        fields = fields_of_the_schema((folder / "schema.graphql").read_text(encoding="utf-8"))
        found += [f"services/{service}/graphql/fields.yaml: {fault}" for fault in faults(fields, filled, events)]
        tables[service] = {field: filled[field] for field in fields if field in filled}
    for fault in found:
        sys.stderr.write(f"{fault}\n")
    text = render(tables)
    if "--check" in arguments:
        if not OUTPUT.is_file() or OUTPUT.read_text(encoding="utf-8") != text:
            sys.stderr.write("docs/fields.md is not what `make fields` writes; run it and commit\n")
            return 1
    else:
        OUTPUT.write_text(text, encoding="utf-8")
        sys.stdout.write(f"docs/fields.md: {sum(len(table) for table in tables.values())} fields\n")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
