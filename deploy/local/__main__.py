"""The command line: `python -m deploy.local up | down | status`."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from rich.console import Console

from deploy.local.failures import UnableToRun
from deploy.local.processes import PROJECT, Processes
from deploy.local.state import StateDirectory
from deploy.local.status import status
from deploy.local.up import follow, stop_all, up

DEMO_LEDGER = PROJECT / "deploy" / "demo" / "demo-city.xlsx"
INTERRUPTED = 130


def parser() -> argparse.ArgumentParser:
    """Return the parser of this command line."""
    commands = argparse.ArgumentParser(prog="python -m deploy.local", description=__doc__)
    commands.add_argument(
        "--state", type=Path, default=PROJECT / ".anju", help="state directory: data, logs, keys (default: .anju)"
    )
    subcommands = commands.add_subparsers(dest="command", required=True)
    bring_up = subcommands.add_parser("up", help="start everything and load the demonstration city once")
    bring_up.add_argument("--foreground", action="store_true", help="follow the logs; Ctrl-C stops everything")
    ledger = bring_up.add_mutually_exclusive_group()
    ledger.add_argument("--ledger", type=Path, default=DEMO_LEDGER, help="the ledger to load instead of the demo city")
    ledger.add_argument("--empty", action="store_true", help="load no ledger")
    subcommands.add_parser("down", help="stop everything; data stays")
    subcommands.add_parser("status", help="say what runs; exit code 1 if something does not")
    return commands


def main(arguments: Sequence[str]) -> int:
    """Run one command; 0 when it did what it says, 1 when it could not and said why, 130 when interrupted."""
    options = parser().parse_args(arguments)
    console = Console(highlight=False)
    state = StateDirectory(options.state)
    # A terminal that closes and a polite kill are answered like Ctrl-C: nothing is left behind.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        return _run(options, state, console)
    except KeyboardInterrupt:
        return INTERRUPTED
    except UnableToRun as failure:
        complaints = Console(stderr=True, highlight=False)
        for line in failure.log_lines:
            complaints.out(f"  | {line}", highlight=False)
        complaints.print(f"[bold red]{type(failure).__name__}[/]: ", end="")
        complaints.out(failure.message, highlight=False)
        return 1


def _run(options: argparse.Namespace, state: StateDirectory, console: Console) -> int:
    if options.command == "status":
        return 0 if status(state, console) else 1
    if options.command == "down":
        with state.locked("make down"):
            stop_all(state, Processes(state), console)
        return 0
    ledger = None if options.empty else options.ledger
    # The story is the demonstration city's; another ledger has other estates.
    up(state, ledger=ledger, with_story=ledger == DEMO_LEDGER, console=console)
    if options.foreground:
        follow(state, console)
    return 0


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
