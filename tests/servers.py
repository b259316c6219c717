"""The real document store and the real message server, started for tests on free ports in private directories.

Each is one process that this module starts, knows by its process id and stops; if the test run itself is killed, the
kernel ends the process with it.
"""

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from pymongo import MongoClient
from pymongo.errors import PyMongoError

BIN = Path(sys.executable).parent
MEMORY = Path("/dev/shm")
LEAST_FREE_MEMORY = 2 << 30
START_SECONDS = 30.0
POLL_SECONDS = 0.02
_PR_SET_PDEATHSIG = 1

# The kernel ends a server with the thread that started it: one thread starts all, and lives as long as the test run.
_STARTER = ThreadPoolExecutor(max_workers=1, thread_name_prefix="server-starter")


class ServerDidNotStart(Exception):
    """The server ended or stayed silent; the message holds the end of its log."""


def free_port() -> int:
    """Return a port on the loopback interface that nothing listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Server:
    """A server process over a directory that outlives restarts; the port stays the same, too."""

    name = "server"

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.directory.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self._log: IO[bytes] | None = None
        self._is_known = False

    def start(self) -> None:
        """Start the process and wait until it answers; on a port that was taken meanwhile, choose another once.

        Once it has answered it keeps its port, by which its clients know it.
        """
        for _ in range(2):
            self._log = (self.directory / f"{self.name}.log").open("ab")
            self.process = _STARTER.submit(_spawn, self.command(), self._log).result()
            if self._wait_until_answering():
                self._is_known = True
                return
            self.stop()
            if not self._is_known:
                self.port = free_port()
        log = (self.directory / f"{self.name}.log").read_text(errors="replace")[-2000:]
        raise ServerDidNotStart(f"{self.name} did not start: {log}")

    def kill(self) -> None:
        """End the process at once, as `kill -9` does; what it had not yet made durable is lost."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End the process in order, or by force after five seconds."""
        self._end(signal.SIGTERM)

    def restart_after_kill(self) -> None:
        """Kill the process and start it again over the same directory and port."""
        self.kill()
        self.start()

    def command(self) -> list[str]:
        """Return the command line of the server."""
        raise TypeError(f"{type(self).__name__} has no command line")

    def answers(self) -> bool:
        """Return whether the server is ready to serve."""
        with socket.socket() as probe:
            probe.settimeout(0.5)
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def _wait_until_answering(self) -> bool:
        assert self.process is not None
        give_up_at = time.monotonic() + START_SECONDS
        while time.monotonic() < give_up_at:
            if self.process.poll() is not None:
                return False
            if self.answers():
                return True
            time.sleep(POLL_SECONDS)
        return False

    def _end(self, how: signal.Signals) -> None:
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self.process.wait()
        self.process = None
        if self._log is not None:
            self._log.close()
            self._log = None

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.kill()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Its directory is thrown away with it, so there is nothing to end in order.
        self.kill()


class MongoServer(Server):
    """SecantusDB, every commit flushed to disk."""

    name = "secantusd"

    def command(self) -> list[str]:
        """Return the command line of the server."""
        storage = str(self.directory / "data")
        address = ["--host", "127.0.0.1", "--port", str(self.port)]
        return [str(BIN / "secantusd-py"), *address, "--storage-path", storage, "--sync-on-commit"]

    @property
    def uri(self) -> str:
        """The address for clients."""
        return f"mongodb://127.0.0.1:{self.port}/?replicaSet=secantus&retryWrites=false"

    def answers(self) -> bool:
        """Return whether the server answers a ping."""
        if not super().answers():
            return False
        client: MongoClient[dict[str, object]] = MongoClient(self.uri, serverSelectionTimeoutMS=500)
        try:
            client.admin.command("ping")
        except PyMongoError:
            return False
        finally:
            client.close()
        return True


class NatsServer(Server):
    """nats-server with JetStream on disk, every message flushed before it is acknowledged."""

    name = "nats-server"

    def command(self) -> list[str]:
        """Write the configuration and return the command line of the server."""
        configuration = self.directory / "nats.conf"
        configuration.write_text(
            f'listen: "127.0.0.1:{self.port}"\n'
            f'jetstream {{ store_dir: "{self.directory / "jetstream"}", sync_interval: always }}\n',
            encoding="utf-8",
        )
        return [str(BIN / "nats-server"), "-c", str(configuration)]

    @property
    def url(self) -> str:
        """The address for clients."""
        return f"nats://127.0.0.1:{self.port}"


def quick_place() -> Path | None:
    """Return the file system in memory where it has room, else None for the usual place of temporary directories.

    What a killed process has written outlives it there as it does on a disk, and a flush takes no time.
    """
    usable = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= LEAST_FREE_MEMORY
    return MEMORY if usable else None


@contextmanager
def private_directory(prefix: str, *, on_disk: bool = False) -> Iterator[Path]:
    """Give a new directory and remove it at the end, whatever happens."""
    directory = Path(tempfile.mkdtemp(prefix=prefix, dir=None if on_disk else quick_place()))
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


@contextmanager
def running_mongo(*, on_disk: bool = False) -> Iterator[MongoServer]:
    """Give a document store of its own, for a test that kills it or, on disk, a benchmark; it is stopped at the end."""
    with private_directory("anju-mongo-", on_disk=on_disk) as directory, MongoServer(directory) as server:
        yield server


@contextmanager
def running_nats() -> Iterator[NatsServer]:
    """Give a message server of its own, for a test that kills it; it is stopped at the end."""
    with private_directory("anju-nats-") as directory, NatsServer(directory) as server:
        yield server


def _spawn(command: list[str], log: IO[bytes]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, preexec_fn=_die_with_parent)


def _die_with_parent() -> None:
    """Ask the kernel to end this process when the test run ends; runs in the child before the server starts."""
    parent = os.getppid()
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)
