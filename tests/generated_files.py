"""Whether every generated file is what is generated now: event schemas, SDL, supergraph, released schema, tables.

`python -m tests.generated_files` runs the checks of all of them in one process: most of what each takes is the imports
that they share. It says what differs, and fails when anything does.
"""

from gateway.supergraph import compose, released
from kit import event_schemas
from kit.command_line import run_command_line
from services.finance.app import PARTS as FINANCE
from services.inspection.app import PARTS as INSPECTION
from services.registry.app import PARTS as REGISTRY
from services.trust.app import PARTS as TRUST
from tests import fields_table, rules_table


def main() -> int:
    """Run every check, whatever the others found; return the exit status."""
    right = [
        event_schemas.main(["--check"]) == 0,
        *(
            run_command_line(parts, ["schema", "--check", f"services/{parts.name}/graphql/schema.graphql"]) == 0
            for parts in (REGISTRY, FINANCE, TRUST, INSPECTION)
        ),
        compose.main(["--check"]) == 0,
        released.main([]) == 0,
        fields_table.main(["--check"]) == 0,
        rules_table.main(["--check"]) == 0,
    ]
    return 0 if all(right) else 1


if __name__ == "__main__":
    raise SystemExit(main())
