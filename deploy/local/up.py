"""`up`: start what does not run yet, load the demonstration ledger once, say where everything is."""

from __future__ import annotations

import time
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console
from rich.table import Table

from deploy.local.failures import ProcessDied
from deploy.local.load import load_ledger
from deploy.local.phases import Phases
from deploy.local.plan import GATEWAY, NAMES, SERVICES, Plan, plan, write_environment_script, write_nats_config
from deploy.local.ports import choose_ports, require_free
from deploy.local.processes import POLL_SECONDS, PROJECT, Processes, ProcessSpec
from deploy.local.state import StateDirectory

STOP_ORDER = ((GATEWAY,), SERVICES, ("nats", "store"))


def up(state: StateDirectory, *, ledger: Path | None, with_story: bool = False, console: Console) -> None:
    """Bring the whole platform up; on any failure and on Ctrl-C, stop again what this run started.

    Raises UnableToRun. What already runs is left as it is, and data of earlier runs is kept.
    """
    phases = Phases()
    with state.locked("make up"), ExitStack() as undo:
        processes = Processes(state)
        ports = choose_ports(state.ports())
        state.keep_ports(ports)
        write_nats_config(state, ports)
        write_environment_script(state, ports)
        planned = plan(state, ports)
        missing = [spec.name for spec in planned.all if processes.find(spec.name) is None]
        if len(missing) == len(NAMES):
            processes.stop_strays()
        undo.callback(lambda: _stop_again(processes, missing, console))

        _start(planned, missing, processes, phases, console)
        if ledger is not None:
            load_ledger(state, ports, ledger, processes, phases, console, with_story=with_story)

        undo.pop_all()
    if missing:
        console.print(_seconds_table(phases))
    else:
        console.print("Everything was running already.")
    console.print(_url_table(planned, ports["nats-monitor"], state))


def stop_all(state: StateDirectory, processes: Processes, console: Console) -> None:
    """Stop the door first, then the services, then the stores they write to; then whatever bears our mark."""
    for names in STOP_ORDER:
        running = [name for name in names if processes.find(name) is not None]
        killed = processes.stop(names)
        for name in running:
            console.print(
                f"  {name} " + ("[yellow]killed: it did not stop in time[/]" if name in killed else "stopped")
            )
    strays = processes.stop_strays()
    if strays:
        console.print(f"  {strays} left-over process(es) of an interrupted run stopped")
    console.print(f"Nothing of the platform runs any more; its data stays in {state.root}.")


def follow(state: StateDirectory, console: Console) -> None:
    """Print the logs as they grow until Ctrl-C, then stop everything; raises ProcessDied if a process ends.

    Returns as well, with a word, when somebody else stops the platform (`make down` in another window).
    """
    processes = Processes(state)
    with ExitStack() as files:
        logs = {
            name: files.enter_context(state.log_of(name).open(encoding="utf-8", errors="replace")) for name in NAMES
        }
        for log in logs.values():
            log.seek(0, 2)
        try:
            while True:
                for name, log in logs.items():
                    for line in log:
                        console.print(f"[cyan]{name:>10}[/] ", end="")
                        console.out(line.rstrip("\n"), highlight=False)
                if not state.processes():
                    console.print("Stopped from elsewhere.")
                    return
                processes.require_all_alive()
                time.sleep(POLL_SECONDS)
        except KeyboardInterrupt:
            stop_all(state, processes, console)
        except ProcessDied:
            stop_all(state, processes, console)
            raise


def _start(planned: Plan, missing: list[str], processes: Processes, phases: Phases, console: Console) -> None:
    steps: tuple[tuple[str, tuple[ProcessSpec, ...]], ...] = (
        ("stores ready", planned.stores),
        ("services ready", planned.services),
        ("gateway ready", (planned.gateway,)),
    )
    for spec in planned.all:
        # Before anything starts: to learn it only when the last one's turn comes would cost the others' start.
        if spec.name in missing:
            require_free(spec.name, spec.port)
    for label, specs in steps:
        wanted = [spec for spec in specs if spec.name in missing]
        with phases.measure(label), console.status(f"starting {', '.join(spec.name for spec in specs)}"):
            for spec in wanted:
                processes.start(spec)
            processes.wait_until_ready(specs, on_ready=lambda name: console.print(f"  {name} ready"))


def _stop_again(processes: Processes, started: list[str], console: Console) -> None:
    console.print("Stopping what was started.")
    for names in STOP_ORDER:
        processes.stop([name for name in names if name in started])
    # Ctrl-C may fall between the start of a process and its record.
    processes.stop_strays()


def _seconds_table(phases: Phases) -> Table:
    table = Table(title="seconds by phase", title_justify="left", show_header=False)
    for name, seconds in phases.seconds.items():
        table.add_row(name, f"{seconds:.1f}")
    return table


def _url_table(planned: Plan, monitor_port: int, state: StateDirectory) -> Table:
    table = Table(title="Anju runs here", title_justify="left", show_header=False)
    table.add_row("[bold]gateway[/]", f"[bold]{planned.gateway.url}[/]")
    for spec in (*planned.services, *planned.stores):
        table.add_row(spec.name, spec.url)
    table.add_row("nats monitor", f"http://127.0.0.1:{monitor_port}")
    table.add_row("logs", str(state.logs))
    # The gateway finds the default directory's keys by itself.
    settings = "" if state.root == PROJECT / ".anju" else f". {state.environment_script} && "
    table.add_row("a token", f"{settings}.venv/bin/python -m gateway token --role STREET --scope district:360702")
    table.add_row("stop with", "make down")
    return table
