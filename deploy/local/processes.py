"""Starting, recognising and stopping the platform's processes.

A process is ours only if its id, its start time and the mark in its environment all agree: after a reboot or a long
pause the same id may belong to somebody else, and that one is never touched.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from deploy.local.failures import NotReadyInTime, ProcessDied
from deploy.local.ports import require_free
from deploy.local.state import ProcessRecord, StateDirectory

MARK = "ANJU_LOCAL_STATE"
PROJECT = Path(__file__).resolve().parents[2]

# A service may take 20 seconds to finish what it has; then it has had its time.
STOP_SECONDS = 25.0
POLL_SECONDS = 0.1


@dataclass(frozen=True)
class ProcessSpec:
    """One process of the platform: how it is started, and `problem`, which says why it is not ready yet."""

    name: str
    command: tuple[str, ...]
    port: int
    problem: Callable[[], str | None]
    url: str
    environment: Mapping[str, str] = field(default_factory=dict)
    ready_within_seconds: float = 90.0


class Processes:
    """The processes of one state directory."""

    def __init__(self, state: StateDirectory) -> None:
        self._state = state
        self._children: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, spec: ProcessSpec) -> None:
        """Start the process detached, its output in its log; raises PortTaken before it could fail for that."""
        require_free(spec.name, spec.port)
        with self._state.fresh_log_of(spec.name).open("wb") as log:
            child = subprocess.Popen(
                spec.command,
                cwd=PROJECT,
                env=child_environment(self._state, spec.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._children[spec.name] = child
        self._state.keep_process(ProcessRecord(spec.name, child.pid, psutil.Process(child.pid).create_time()))

    def wait_until_ready(self, specs: Sequence[ProcessSpec], on_ready: Callable[[str], None]) -> None:
        """Return when all are ready; raises ProcessDied or NotReadyInTime with the end of the log concerned."""
        waiting = {spec.name: spec for spec in specs}
        started = time.monotonic()
        while waiting:
            for spec in list(waiting.values()):
                self.require_alive(spec.name)
                problem = spec.problem()
                if problem is None:
                    del waiting[spec.name]
                    on_ready(spec.name)
                elif time.monotonic() - started > spec.ready_within_seconds:
                    raise NotReadyInTime(
                        f"{spec.name} is not ready after {spec.ready_within_seconds:.0f} s: {problem}",
                        log_lines=self._state.last_lines(spec.name),
                    )
            if waiting:
                time.sleep(POLL_SECONDS)

    def find(self, name: str) -> psutil.Process | None:
        """Return the running process of that name, None if it never ran, ended, or its id is now another's."""
        child = self._children.get(name)
        if child is not None:
            return psutil.Process(child.pid) if child.poll() is None else None
        record = self._state.processes().get(name)
        return None if record is None else self._recognise(record)

    def require_alive(self, name: str) -> None:
        """Raise ProcessDied with the end of its log if the process has ended."""
        if self.find(name) is not None:
            return
        child = self._children.get(name)
        code = None if child is None else child.poll()
        how = "" if code is None else f" by signal {-code}" if code < 0 else f" with exit code {code}"
        raise ProcessDied(
            f"{name} ended{how}; its log: {self._state.log_of(name)}", log_lines=self._state.last_lines(name)
        )

    def require_all_alive(self) -> None:
        """Raise ProcessDied for the first of the started processes that has ended."""
        for name in self._state.processes():
            self.require_alive(name)

    def stop(self, names: Iterable[str]) -> list[str]:
        """Stop the named processes together and return those that had to be killed."""
        wanted = list(names)
        found = {name: process for name in wanted if (process := self.find(name)) is not None}
        killed = _end(found.values())
        for name in wanted:
            child = self._children.pop(name, None)
            if child is not None:
                child.wait()
            self._state.forget_process(name)
        return [name for name, process in found.items() if process.pid in killed]

    def stop_strays(self) -> int:
        """End marked processes that no record names (their starter was killed in between) and return how many."""
        recorded = {record.pid for record in self._state.processes().values()}
        strays = [
            process for process in psutil.process_iter() if process.pid not in recorded and self._is_marked(process)
        ]
        _end(strays)
        return len(strays)

    def _recognise(self, record: ProcessRecord) -> psutil.Process | None:
        try:
            process = psutil.Process(record.pid)
            if process.status() == psutil.STATUS_ZOMBIE or abs(process.create_time() - record.created) > 1.0:
                return None
        except psutil.NoSuchProcess:
            return None
        return process if self._is_marked(process) else None

    def _is_marked(self, process: psutil.Process) -> bool:
        if process.pid == os.getpid():
            return False
        try:
            return process.environ().get(MARK) == str(self._state.root)
        except (psutil.NoSuchProcess, psutil.AccessDenied, OSError):
            return False


def child_environment(state: StateDirectory, additions: Mapping[str, str]) -> dict[str, str]:
    """Return this process's environment without foreign settings of ours, with the mark and the additions."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("ANJU_")}
    return inherited | {"PYTHONUNBUFFERED": "1", MARK: str(state.root)} | dict(additions)


def _end(processes: Iterable[psutil.Process]) -> set[int]:
    """Ask the processes to end, kill those that do not, and return the ids of the killed."""
    asked = list(processes)
    for process in asked:
        _signal(process.terminate)
    _, slow = psutil.wait_procs(asked, timeout=STOP_SECONDS)
    for process in slow:
        _signal(process.kill)
    psutil.wait_procs(slow, timeout=STOP_SECONDS)
    return {process.pid for process in slow}


def _signal(send: Callable[[], None]) -> None:
    try:
        send()
    except psutil.NoSuchProcess:
        return
