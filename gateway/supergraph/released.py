"""Keep the promise to clients: no breaking change of the public schema goes unnoticed.

`python -m gateway.supergraph.released` compares the committed supergraph's public schema with the released one
(`released.graphql`) and fails on every breaking change; `--release` makes the present one the released one.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from graphql import GraphQLSchema, build_schema, print_schema
from graphql.utilities import find_breaking_changes

from gateway.supergraph.compose import SUPERGRAPH
from gateway.supergraph.read import read_supergraph

RELEASED = Path(__file__).parent / "released.graphql"


def breaking_changes(released: GraphQLSchema, present: GraphQLSchema) -> list[str]:
    """Return one sentence per change that breaks a client of the released schema."""
    return [change.description for change in find_breaking_changes(released, present)]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m gateway.supergraph.released", description=__doc__)
    parser.add_argument("--release", action="store_true", help="make the present schema the released one")
    options = parser.parse_args(arguments)
    present = read_supergraph(SUPERGRAPH.read_text(encoding="utf-8")).public_schema
    if options.release:
        RELEASED.write_text(print_schema(present) + "\n", encoding="utf-8")
        return 0
    released = build_schema(RELEASED.read_text(encoding="utf-8"))
    broken = breaking_changes(released, present)
    for change in broken:
        sys.stderr.write(f"breaking change of the public schema: {change}\n")
    if broken:
        sys.stderr.write(
            "deprecate first; if it must be, `make release-schema` releases it, and the CHANGELOG says so\n"
        )
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
