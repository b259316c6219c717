"""Free ports: chosen once per state directory, and who sits on one that is not free."""

from __future__ import annotations

import socket
from collections.abc import Mapping

import psutil

from deploy.local.failures import PortTaken

HOST = "127.0.0.1"

# What people expect, when it is free; the steps lead out of the way of a second platform on the same machine.
PREFERRED_PORTS = {
    "gateway": 4000,
    "registry": 4001,
    "finance": 4002,
    "trust": 4003,
    "inspection": 4004,
    "nats": 4222,
    "nats-monitor": 8222,
    "store": 27017,
}
STEP = 10
TRIES = 200


def choose_ports(kept: Mapping[str, int]) -> dict[str, int]:
    """Return a port for every name: the kept one, else the preferred one, else the next free one above it."""
    ports = dict(kept)
    for name, preferred in PREFERRED_PORTS.items():
        if name not in ports:
            ports[name] = _first_free(preferred, taken=set(ports.values()))
    return ports


def is_free(port: int) -> bool:
    """Return whether nobody listens on the port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As servers do: a connection of the run before that lingers in TIME_WAIT does not make a port taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def require_free(name: str, port: int) -> None:
    """Raise PortTaken, naming the listener where the system tells it, if somebody else has the port."""
    if is_free(port):
        return
    raise PortTaken(
        f"{name} cannot start: port {port} on {HOST} is taken by {listener(port)}. "
        "Stop that process, or remove ports.json from the state directory to have new ports chosen."
    )


def listener(port: int) -> str:
    """Return words for the process that listens on the port, as far as this user may see it."""
    try:
        connections = psutil.net_connections(kind="tcp")
    except psutil.AccessDenied:
        return "another process"
    for connection in connections:
        if connection.status == psutil.CONN_LISTEN and connection.laddr and connection.laddr.port == port:
            if connection.pid is None:
                break
            try:
                return f"process {connection.pid} ({psutil.Process(connection.pid).name()})"
            except psutil.NoSuchProcess:
                break
    return "another process"


def _first_free(preferred: int, *, taken: set[int]) -> int:
    for port in range(preferred, preferred + STEP * TRIES, STEP):
        if port not in taken and is_free(port):
            return port
    raise PortTaken(f"no free port found from {preferred} upward in steps of {STEP}")
