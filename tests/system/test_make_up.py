"""`make up` as a newcomer runs it: whole processes, a small ledger, every way it can end."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from deploy.demo.city import sample_estate
from deploy.demo.generate import write_workbook
from deploy.local.plan import GATEWAY, NAMES
from deploy.local.ports import HOST, PREFERRED_PORTS, is_free
from deploy.local.processes import MARK
from deploy.local.state import StateDirectory
from tests.servers import private_directory
from tests.system.platform_run import free_ports

ROOT = Path(__file__).parents[2]
READY = "Anju runs here"
PATIENCE_SECONDS = 600.0

pytestmark = pytest.mark.system


@dataclass
class Platform:
    """One state directory and the commands a person types about it."""

    state: StateDirectory
    ledger: Path

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self._command(*arguments), cwd=ROOT, env=self._environment(), capture_output=True, text=True, check=False
        )

    def begin(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self._command(*arguments),
            cwd=ROOT,
            env=self._environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def up(self, *options: str) -> subprocess.CompletedProcess[str]:
        return self.run("up", "--ledger", str(self.ledger), *options)

    def token(self, *options: str) -> str:
        minted = subprocess.run(
            [
                "bash",
                "-c",
                f'. {self.state.environment_script} && exec "$0" -m gateway token "$@"',
                sys.executable,
                *options,
            ],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        return minted.stdout.strip()

    def query(self, document: str) -> dict[str, object]:
        request = urllib.request.Request(
            f"http://{HOST}:{self.state.ports()[GATEWAY]}/graphql",
            data=json.dumps({"query": document}).encode(),
            headers={
                "content-type": "application/json",
                "authorization": f"Bearer {self.token('--role', 'CITY_OFFICE', '--scope', '*')}",
            },
        )
        with urllib.request.urlopen(request, timeout=30) as response:
            answer: dict[str, object] = json.load(response)
        return answer

    def processes(self) -> list[psutil.Process]:
        """Return every process on the machine that bears this platform's mark."""
        found = []
        for process in psutil.process_iter():
            try:
                if process.environ().get(MARK) == str(self.state.root):
                    found.append(process)
            except (psutil.Error, OSError):
                continue
        return found

    def _command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "deploy.local", "--state", str(self.state.root), *arguments]

    @staticmethod
    def _environment() -> dict[str, str]:
        return os.environ | {"COLUMNS": "200", "TERM": "dumb"}


@pytest.fixture(autouse=True)
def interrupts_are_heeded() -> Iterator[None]:
    """Let what is started here heed Ctrl-C, also where the test run itself was started to ignore it, as by `nohup`."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    with private_directory("anju-system-") as directory:
        ledger = directory / "ledger.xlsx"
        write_workbook(sample_estate(), ledger)
        platform = Platform(StateDirectory(directory / "state"), ledger)
        platform.state.create()
        platform.state.keep_ports(free_ports(PREFERRED_PORTS))
        yield platform
        platform.run("down")
        assert platform.processes() == []


def until(condition: Callable[[], bool], *, seconds: float = PATIENCE_SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)


def test_the_life_of_a_local_platform(platform: Platform) -> None:
    first = platform.up()
    assert first.returncode == 0, first.stdout + first.stderr
    assert READY in first.stdout
    assert all(phase in first.stdout for phase in ("import", "relay", "projection"))
    estates = platform.query("{ estates(first: 10) { nodes { code exclusivePartCount } } }")
    assert estates == {"data": {"estates": {"nodes": [{"code": "360702-801", "exclusivePartCount": 24}]}}}

    again = platform.up()
    assert again.returncode == 0, again.stdout + again.stderr
    assert "running already" in again.stdout
    assert "import" not in again.stdout

    victim = platform.state.processes()["finance"].pid
    psutil.Process(victim).kill()
    until(lambda: platform.run("status").returncode == 1)
    assert "finance" in platform.run("status").stdout
    before = {name: record.pid for name, record in platform.state.processes().items()}
    mended = platform.up()
    assert mended.returncode == 0, mended.stdout + mended.stderr
    after = {name: record.pid for name, record in platform.state.processes().items()}
    assert {name for name in NAMES if before[name] != after[name]} == {"finance"}

    down = platform.run("down")
    assert down.returncode == 0, down.stdout + down.stderr
    assert platform.processes() == []
    assert all(is_free(port) for port in platform.state.ports().values())

    restarted = platform.begin("up", "--ledger", str(platform.ledger), "--foreground")
    seen = _read_until(restarted, READY)
    assert "was loaded before" in seen
    assert platform.query("{ estates(first: 10) { nodes { code exclusivePartCount } } }") == estates
    restarted.send_signal(signal.SIGINT)
    rest, _ = restarted.communicate(timeout=PATIENCE_SECONDS)
    assert restarted.returncode == 0, rest
    assert platform.processes() == []


def test_ctrl_c_during_the_start_leaves_nothing_behind(platform: Platform) -> None:
    starting = platform.begin("up", "--ledger", str(platform.ledger))
    until(lambda: "registry" in platform.state.processes())

    starting.send_signal(signal.SIGINT)
    starting.communicate(timeout=PATIENCE_SECONDS)

    assert starting.returncode == 130
    assert platform.processes() == []


def test_a_taken_port_stops_the_start_and_what_was_started(platform: Platform) -> None:
    platform.state.create()
    ports = platform.state.ports()
    with socket.create_server((HOST, ports.get("trust", 0))) as somebody:
        port = somebody.getsockname()[1]
        platform.state.keep_ports(ports | {"trust": port})

        refused = platform.up()

    assert refused.returncode == 1
    assert f"trust cannot start: port {port}" in refused.stderr
    assert platform.processes() == []


def test_a_service_that_dies_at_the_start_is_shown_with_its_reason(platform: Platform) -> None:
    platform.state.create()
    # A key that others can read is refused: the service says so and ends.
    platform.state.issuer.mkdir(exist_ok=True)
    key = platform.state.issuer / "private_key.json"
    was_there = key.exists()
    key.touch()
    key.chmod(0o644)
    try:
        refused = platform.up()
    finally:
        key.chmod(0o600)
        if not was_there:
            key.unlink()

    assert refused.returncode == 1
    assert "ProcessDied" in refused.stderr
    assert "private_key.json is readable by others" in refused.stderr
    assert platform.processes() == []


def test_a_second_run_in_the_same_directory_is_refused(platform: Platform) -> None:
    with platform.state.locked("make up"):
        refused = platform.run("down")

    assert refused.returncode == 1
    assert f"in use by make up (process {os.getpid()})" in refused.stderr


def _read_until(process: subprocess.Popen[str], text: str) -> str:
    seen = ""
    assert process.stdout is not None
    for line in process.stdout:
        seen += line
        if text in line:
            return seen
    pytest.fail(f"ended without {text!r}:\n{seen}")
