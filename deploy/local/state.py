"""The state directory: the lock, the ports chosen once, the processes started, their logs and their data.

Nothing else in the project writes there, and removing the whole directory (after `make down`) forgets everything.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from deploy.local.failures import DirectoryTaken, UnableToRun


@dataclass(frozen=True)
class ProcessRecord:
    """A process we started; `created` tells it from a later process that happens to get the same id."""

    name: str
    pid: int
    created: float


class StateDirectory:
    """One platform's files; every other run in the same directory is kept out by `locked`."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.logs = self.root / "logs"
        self.store = self.root / "store"
        self.jetstream = self.root / "jetstream"
        self.issuer = self.root / "development-issuer"
        self.nats_config = self.root / "nats.conf"
        self.environment_script = self.root / "environment.sh"
        self._lock = self.root / "lock"
        self._ports = self.root / "ports.json"
        self._processes = self.root / "processes.json"
        self._loaded = self.root / "loaded.json"

    def create(self) -> None:
        """Make the directories; raises UnableToRun, naming the path, where something else is in the way."""
        for directory in (self.root, self.logs, self.store, self.jetstream):
            try:
                directory.mkdir(parents=True, exist_ok=True)
            except OSError as problem:
                raise UnableToRun(f"cannot use {directory} as a state directory: {problem.strerror}") from problem

    @contextmanager
    def locked(self, purpose: str) -> Iterator[None]:
        """Hold the directory for one run; the lock ends with the process, however that ends."""
        self.create()
        with self._lock.open("a+", encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as problem:
                file.seek(0)
                holder = file.read().strip() or "another run"
                raise DirectoryTaken(f"{self.root} is in use by {holder}: wait for it, or stop it there") from problem
            file.truncate(0)
            file.write(f"{purpose} (process {os.getpid()})")
            file.flush()
            try:
                yield
            finally:
                file.truncate(0)

    def ports(self) -> dict[str, int]:
        """Return the ports chosen by an earlier run, by process name; empty before the first."""
        return {name: int(port) for name, port in self._read(self._ports).items()}

    def keep_ports(self, ports: Mapping[str, int]) -> None:
        self._write(self._ports, dict(ports))

    def processes(self) -> dict[str, ProcessRecord]:
        """Return what earlier runs started and nobody stopped since, running or not, by name."""
        return {name: ProcessRecord(**record) for name, record in self._read(self._processes).items()}

    def keep_process(self, record: ProcessRecord) -> None:
        self._write_processes(self.processes() | {record.name: record})

    def forget_process(self, name: str) -> None:
        self._write_processes({key: record for key, record in self.processes().items() if key != name})

    def loaded_ledger(self) -> str | None:
        """Return the digest of the ledger file that was loaded completely, None before that."""
        digest = self._read(self._loaded).get("sha256")
        return None if digest is None else str(digest)

    def keep_loaded_ledger(self, sha256: str) -> None:
        self._write(self._loaded, {"sha256": sha256})

    def log_of(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def fresh_log_of(self, name: str) -> Path:
        """Return the path of a new log; the one before is kept beside it as `<name>.previous.log`."""
        path = self.log_of(name)
        if path.exists():
            path.replace(self.logs / f"{name}.previous.log")
        return path

    def last_lines(self, name: str, count: int = 15) -> list[str]:
        """Return the end of a process's log, empty if it never wrote one."""
        try:
            with self.log_of(name).open(encoding="utf-8", errors="replace") as file:
                return [line.rstrip("\n") for line in deque(file, maxlen=count)]
        except FileNotFoundError:
            return []

    def _write_processes(self, records: Mapping[str, ProcessRecord]) -> None:
        self._write(self._processes, {name: asdict(record) for name, record in records.items()})

    @staticmethod
    def _read(path: Path) -> dict[str, Any]:
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except ValueError as problem:
            raise UnableToRun(f"{path} is damaged ({problem}): remove it after `make down`") from problem
        if not isinstance(content, dict):
            raise UnableToRun(f"{path} is damaged (not an object): remove it after `make down`")
        return content

    @staticmethod
    def _write(path: Path, content: Mapping[str, Any]) -> None:
        # Written beside and renamed, so that a reader or a kill never meets half a file.
        draft = path.with_suffix(".draft")
        draft.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        draft.replace(path)
