"""`python -m services.registry …`: the kit's commands, the import of a ledger, and the care of stored files."""

import argparse
import csv
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import astuple, fields, replace
from pathlib import Path

from tqdm import tqdm

from kit.caller import Caller, Role, Scope
from kit.command_line import run_command_line
from kit.errors import OutOfRange, ValidationFailed
from kit.money import format_money
from kit.service import Running, ServiceCommand
from services.registry.app import PARTS, content_of
from services.registry.domain.ledger import RowOutcome, RowResult
from services.registry.graphql.context import RegistryPolicies
from services.registry.use_cases.contents import clean_contents, verify_contents
from services.registry.use_cases.hand_over_balances import hand_over_balances, table_name
from services.registry.use_cases.import_estates import LARGEST_COMMAND_FILE_BYTES, import_ledger, rehearse_ledger
from services.registry.use_cases.ledger_file import open_ledger

SOME_ROWS_REJECTED = 1
SOME_FILES_CHANGED = 1
MOST_ROWS_SHOWN = 50

IMPORTER = Caller(
    subject="command-line", roles=frozenset({Role.OPERATOR.value}), scope=Scope.everything(), token_id=None
)
"""Whoever may run commands on the registry's machine acts as an operator."""


def add_import_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `import-estates` takes."""
    parser.add_argument("file", type=Path, metavar="FILE", help="a workbook (.xlsx), or a CSV file of one table")
    parser.add_argument(
        "--register-territory", action="store_true", help="register streets and communities that are unknown"
    )
    parser.add_argument("--dry-run", action="store_true", help="report what every row would become; write nothing")
    parser.add_argument("--report", type=Path, metavar="CSV", help="write every row's result there")
    parser.add_argument("--quiet", action="store_true", help="no progress bar")


async def run_import(parsed: argparse.Namespace, running: Running[RegistryPolicies]) -> int:
    """Import the file; 0 when every row is in the registry, 1 when rows were rejected."""
    path = checked_file(parsed.file)
    counts: Counter[RowOutcome] = Counter()
    with ExitStack() as stack:
        ledger = open_ledger(stack.enter_context(path.open("rb")))
        bar = stack.enter_context(
            tqdm(
                total=sum(table.about_rows for table in ledger.tables),
                unit=" rows",
                disable=True if parsed.quiet else None,
                file=sys.stderr,
            )
        )
        report = None
        if parsed.report is not None:
            report = csv.writer(stack.enter_context(parsed.report.open("w", encoding="utf-8-sig", newline="")))
            report.writerow([field.name for field in fields(RowResult)])

        def show(results: Sequence[RowResult]) -> None:
            for result in results:
                counts[result.outcome] += 1
                if report is not None:
                    report.writerow(astuple(result))
                if result.outcome is RowOutcome.REJECTED and counts[RowOutcome.REJECTED] <= MOST_ROWS_SHOWN:
                    bar.write(rejection_line(result), file=sys.stderr)
            bar.update(len(results))

        if parsed.dry_run:
            file = stack.enter_context(path.open("rb"))
            show(
                await rehearse_ledger(
                    running.mongo,
                    lambda: open_ledger(file),
                    caller=IMPORTER,
                    clock=running.clock,
                    policies_in=running.policies.as_recorded,
                    register_territory=parsed.register_territory,
                )
            )
        else:
            await import_ledger(
                running.mongo,
                ledger,
                caller=IMPORTER,
                clock=running.clock,
                policies_in=running.policies.as_recorded,
                register_territory=parsed.register_territory,
                report=show,
            )
    hidden = counts[RowOutcome.REJECTED] - MOST_ROWS_SHOWN
    if hidden > 0:
        print(f"… and {hidden} more rejected rows; --report writes all of them", file=sys.stderr)
    print(
        f"{path.name}: {counts[RowOutcome.LANDED]} rows {'would land' if parsed.dry_run else 'landed'}, "
        f"{counts[RowOutcome.UNCHANGED]} unchanged, "
        f"{counts[RowOutcome.REJECTED]} rejected"
    )
    return SOME_ROWS_REJECTED if counts[RowOutcome.REJECTED] else 0


def checked_file(path: Path) -> Path:
    """Return the path; raises ValidationFailed when there is no such file, OutOfRange when it is too large."""
    if not path.is_file():
        raise ValidationFailed(f"there is no file {path}", value=path)
    if path.stat().st_size > LARGEST_COMMAND_FILE_BYTES:
        raise OutOfRange(f"a ledger has at most {LARGEST_COMMAND_FILE_BYTES} bytes", value=path.stat().st_size)
    return path


def rejection_line(result: RowResult) -> str:
    """Return a rejected row as one line: sheet, cell, column, value, code and reason."""
    place = f"{result.sheet}!{result.cell or f'row {result.row}'}"
    column = f" {result.header}" if result.header else ""
    value = f" {result.value!r}" if result.value is not None else ""
    return f"{place}{column}{value}: {result.code} {result.reason}"


IMPORT_ESTATES: ServiceCommand[RegistryPolicies] = ServiceCommand(
    "import-estates", "import a ledger (台账) of any master data", add_import_arguments, run_import
)


def add_no_arguments(_parser: argparse.ArgumentParser) -> None:
    """Add nothing: the command takes no arguments."""


async def run_verify(_parsed: argparse.Namespace, running: Running[RegistryPolicies]) -> int:
    """Read every file of a document again; 0 when all are unchanged, 1 when one is not."""
    checked = 0
    damaged = 0
    async for fault in verify_contents(running.mongo, content_of(running).storage):
        checked += 1
        if fault is not None:
            damaged += 1
            print(f"{fault.content_id}: {fault.reason}", file=sys.stderr)
    print(f"{checked} files checked, {damaged} of them changed")
    return SOME_FILES_CHANGED if damaged else 0


def add_clean_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `clean-documents` takes."""
    parser.add_argument("--delete", action="store_true", help="remove them; without it they are only listed")


async def run_clean(parsed: argparse.Namespace, running: Running[RegistryPolicies]) -> int:
    """List or remove uploads that no document took within two days; at most 1,000 at a time."""
    found = await clean_contents(
        running.mongo, content_of(running).storage, clock=running.clock, dry_run=not parsed.delete
    )
    for content_id in found:
        print(content_id)
    print(f"{len(found)} files {'removed' if parsed.delete else 'would be removed; say --delete to remove them'}")
    return 0


def add_hand_over_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `hand-over-balances` takes."""
    parser.add_argument("file", type=Path, metavar="FILE", help="a workbook (.xlsx) or a CSV file of opening balances")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where finance's files are written")


async def run_hand_over(parsed: argparse.Namespace, running: Running[RegistryPolicies]) -> int:
    """Check opening balances and write finance's files; 0 when every row can be taken over, else 1 and no file."""
    path = checked_file(parsed.file)
    with path.open("rb") as file:
        checked = await hand_over_balances(running.mongo, file, caller=IMPORTER, clock=running.clock)
    for result in checked.rejected[:MOST_ROWS_SHOWN]:
        print(rejection_line(result), file=sys.stderr)
    if checked.rejected:
        print(f"{path.name}: {len(checked.rejected)} of {checked.rows} rows are refused; nothing was written")
        return SOME_ROWS_REJECTED
    parsed.out.mkdir(parents=True, exist_ok=True)
    for number, table in enumerate(checked.tables, start=1):
        (parsed.out / table_name(number)).write_bytes(table)
    (parsed.out / "opening-balances.json").write_bytes(checked.manifest)
    sums = ", ".join(f"{fund} {format_money(total)}" for fund, total in checked.sums.items())
    print(f"{path.name}: {checked.rows} rows checked: {sums or 'no balances'}")
    return 0


HAND_OVER_BALANCES: ServiceCommand[RegistryPolicies] = ServiceCommand(
    "hand-over-balances",
    "check opening balances against the registry, for finance",
    add_hand_over_arguments,
    run_hand_over,
)
VERIFY_DOCUMENTS: ServiceCommand[RegistryPolicies] = ServiceCommand(
    "verify-documents", "read every document's file again and compare its hash", add_no_arguments, run_verify
)
CLEAN_DOCUMENTS: ServiceCommand[RegistryPolicies] = ServiceCommand(
    "clean-documents", "list or remove uploads that no document refers to", add_clean_arguments, run_clean
)
COMMANDS = (IMPORT_ESTATES, HAND_OVER_BALANCES, VERIFY_DOCUMENTS, CLEAN_DOCUMENTS)


if __name__ == "__main__":
    sys.exit(run_command_line(replace(PARTS, commands=COMMANDS)))
