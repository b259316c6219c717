"""`status`: which process runs, which ended by itself, and where."""

from __future__ import annotations

import time

from rich.console import Console
from rich.table import Table

from deploy.local.plan import NAMES
from deploy.local.processes import Processes
from deploy.local.state import StateDirectory


def status(state: StateDirectory, console: Console) -> bool:
    """Print a line per process and return whether all of them run."""
    processes = Processes(state)
    records, ports = state.processes(), state.ports()
    table = Table("process", "state", "id", "port", "for")
    running = 0
    for name in NAMES:
        process = processes.find(name)
        if process is not None:
            running += 1
            minutes, seconds = divmod(int(time.time() - process.create_time()), 60)
            table.add_row(
                name, "[green]running[/]", str(process.pid), str(ports.get(name, "")), f"{minutes}:{seconds:02d}"
            )
        elif name in records:
            table.add_row(name, f"[red]ended by itself[/], see {state.log_of(name)}", "", str(ports.get(name, "")), "")
        else:
            table.add_row(name, "stopped", "", str(ports.get(name, "")), "")
    console.print(table)
    return running == len(NAMES)
