"""The local platform's processes: started, recognised, stopped; nobody else's is ever touched."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from deploy.local.failures import DirectoryTaken, NotReadyInTime, PortTaken, ProcessDied, UnableToRun
from deploy.local.plan import plan, write_nats_config
from deploy.local.ports import HOST, PREFERRED_PORTS, choose_ports, is_free
from deploy.local.probes import accepts_connections, answers_ok
from deploy.local.processes import Processes, ProcessSpec, child_environment
from deploy.local.state import ProcessRecord, StateDirectory

LISTEN = (
    "import socket, sys, time\n"
    "server = socket.create_server(('127.0.0.1', int(sys.argv[1])))\n"
    "print('listening', flush=True)\n"
    "while True: server.accept()[0].close()\n"
)
SAY_WHY_AND_END = "print('no policy for 999999', flush=True); raise SystemExit(3)"
IGNORE_THE_POLITE_SIGNAL = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
)


@pytest.fixture
def state(tmp_path: Path) -> StateDirectory:
    state = StateDirectory(tmp_path / "state")
    state.create()
    return state


@pytest.fixture
def processes(state: StateDirectory) -> Iterator[Processes]:
    processes = Processes(state)
    yield processes
    processes.stop(list(state.processes()))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def spec(program: str, *, name: str = "listener", port: int | None = None, ready_within: float = 30.0) -> ProcessSpec:
    port = port or free_port()
    return ProcessSpec(
        name=name,
        command=(sys.executable, "-c", program, str(port)),
        port=port,
        problem=accepts_connections(port),
        url=f"tcp://{HOST}:{port}",
        ready_within_seconds=ready_within,
    )


def test_a_process_is_started_waited_for_found_again_and_stopped(state: StateDirectory, processes: Processes) -> None:
    listener = spec(LISTEN)
    ready: list[str] = []

    processes.start(listener)
    processes.wait_until_ready([listener], ready.append)

    assert ready == ["listener"]
    another_run = Processes(StateDirectory(state.root))
    found = another_run.find("listener")
    assert found is not None
    assert another_run.stop(["listener"]) == []
    assert another_run.find("listener") is None
    assert state.processes() == {}
    assert is_free(listener.port)


def test_a_process_that_ends_is_reported_with_its_exit_code_and_last_lines(processes: Processes) -> None:
    ending = spec(SAY_WHY_AND_END, name="registry")
    processes.start(ending)

    with pytest.raises(ProcessDied, match="registry ended with exit code 3") as raised:
        processes.wait_until_ready([ending], lambda _: None)

    assert raised.value.log_lines == ("no policy for 999999",)


def test_a_process_that_was_killed_is_reported_with_the_signal(processes: Processes) -> None:
    listener = spec(LISTEN)
    processes.start(listener)
    processes.wait_until_ready([listener], lambda _: None)
    victim = processes.find("listener")
    assert victim is not None

    victim.kill()
    until(lambda: processes.find("listener") is None)

    with pytest.raises(ProcessDied, match="listener ended by signal 9"):
        processes.require_all_alive()


def test_a_process_that_never_gets_ready_is_reported_with_what_it_answered(processes: Processes) -> None:
    silent = spec("import time; print('thinking', flush=True); time.sleep(600)", ready_within=0.5)
    processes.start(silent)

    with pytest.raises(NotReadyInTime, match=rf"listener is not ready after 0 s: port {silent.port}"):
        processes.wait_until_ready([silent], lambda _: None)


def test_a_taken_port_is_reported_with_its_holder_before_anything_starts(
    state: StateDirectory, processes: Processes
) -> None:
    with socket.create_server((HOST, 0)) as holder:
        port = holder.getsockname()[1]

        with pytest.raises(PortTaken, match=rf"finance cannot start: port {port} .* process {os.getpid()} "):
            processes.start(spec(LISTEN, name="finance", port=port))

    assert state.processes() == {}


def test_a_foreign_process_with_a_recorded_id_is_neither_found_nor_stopped(
    state: StateDirectory, processes: Processes
) -> None:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]) as foreign:
        try:
            created = psutil.Process(foreign.pid).create_time()
            state.keep_process(ProcessRecord("same-start", foreign.pid, created))
            state.keep_process(ProcessRecord("other-start", foreign.pid, created - 60))

            assert processes.find("same-start") is None
            assert processes.find("other-start") is None
            processes.stop(["same-start", "other-start"])
            processes.stop_strays()

            assert foreign.poll() is None
        finally:
            foreign.kill()


def test_a_later_process_with_the_same_id_and_mark_is_told_apart_by_its_start(
    state: StateDirectory, processes: Processes
) -> None:
    listener = spec(LISTEN)
    processes.start(listener)
    record = state.processes()["listener"]

    state.keep_process(ProcessRecord("earlier", record.pid, record.created - 60))

    assert processes.find("earlier") is None
    assert processes.find("listener") is not None


def test_a_process_of_an_interrupted_run_is_found_by_its_mark_and_ended(
    state: StateDirectory, processes: Processes
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(600)"], env=child_environment(state, {})
    ) as stray:
        # The system shows a process's environment a moment after its start.
        until(lambda: processes.stop_strays() == 1)

        assert not psutil.pid_exists(stray.pid)


def test_a_process_deaf_to_the_polite_signal_is_killed_and_named(
    processes: Processes, monkeypatch: pytest.MonkeyPatch, state: StateDirectory
) -> None:
    monkeypatch.setattr("deploy.local.processes.STOP_SECONDS", 0.5)
    processes.start(spec(IGNORE_THE_POLITE_SIGNAL, name="deaf"))
    until(lambda: state.last_lines("deaf") == ["deaf"])

    assert processes.stop(["deaf"]) == ["deaf"]


def test_a_directory_in_use_is_refused_with_the_holder(state: StateDirectory) -> None:
    with (
        state.locked("make up"),
        pytest.raises(DirectoryTaken, match=rf"in use by make up \(process {os.getpid()}\)"),
        StateDirectory(state.root).locked("make down"),
    ):
        pytest.fail("two runs hold one directory")

    with StateDirectory(state.root).locked("make down"):
        assert state.root.exists()


def test_a_file_where_the_directory_should_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("not a directory", encoding="utf-8")

    with pytest.raises(UnableToRun, match=r"cannot use .*/state as a state directory"):
        StateDirectory(tmp_path / "state").create()


def test_a_damaged_state_file_is_named(state: StateDirectory) -> None:
    (state.root / "ports.json").write_text("{", encoding="utf-8")

    with pytest.raises(UnableToRun, match=r"ports\.json is damaged"):
        state.ports()


def test_ports_once_chosen_are_kept_and_a_busy_preferred_port_is_passed_over() -> None:
    first = choose_ports({})
    assert set(first) == set(PREFERRED_PORTS)
    assert len(set(first.values())) == len(first)

    with socket.create_server((HOST, first["gateway"])):
        assert choose_ports(first) == first
        assert choose_ports({})["gateway"] != first["gateway"]


def test_settings_of_the_callers_shell_do_not_reach_the_processes(
    state: StateDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANJU_MONGO_URI", "mongodb://production.example")

    environment = child_environment(state, {"ANJU_ENVIRONMENT": "development"})

    assert {name for name in environment if name.startswith("ANJU_")} == {"ANJU_LOCAL_STATE", "ANJU_ENVIRONMENT"}


@pytest.mark.store
def test_the_embedded_stores_start_keep_their_data_directory_and_stop(
    state: StateDirectory, processes: Processes
) -> None:
    ports = {name: free_port() for name in PREFERRED_PORTS}
    write_nats_config(state, ports)
    stores = plan(state, ports).stores

    for store in stores:
        processes.start(store)
    processes.wait_until_ready(stores, lambda _: None)

    assert answers_ok(ports["nats-monitor"], "/healthz?js-enabled-only=true")() is None
    assert any(state.store.iterdir())
    # The store stops within its signal handler; where the signal meets its start, it waits for itself and is killed,
    # which loses nothing: whatever it has acknowledged is on disk.
    assert set(processes.stop(["nats", "store"])) <= {"store"}
    assert state.processes() == {}
    assert all(is_free(ports[name]) for name in ("nats", "store"))
    assert any(state.store.iterdir())
