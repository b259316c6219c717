"""Looking at a process from outside: does it answer, and if not, what does it say?"""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Callable
from typing import Any

from deploy.local.ports import HOST

PROBE_SECONDS = 3.0


def accepts_connections(port: int) -> Callable[[], str | None]:
    """Return a probe that is content when the port can be connected to."""

    def problem() -> str | None:
        try:
            with socket.create_connection((HOST, port), timeout=PROBE_SECONDS):
                return None
        except OSError as failure:
            return f"port {port}: {failure}"

    return problem


def answers_ok(port: int, path: str) -> Callable[[], str | None]:
    """Return a probe that is content when GET `path` is answered with 200; else it repeats the answer."""

    def problem() -> str | None:
        try:
            status, body = get(port, path)
        except (OSError, http.client.HTTPException) as failure:
            return f"GET {path} on port {port}: {failure}"
        return None if status == http.client.OK else f"GET {path} answered {status}: {body[:500]}"

    return problem


def get(port: int, path: str) -> tuple[int, str]:
    """Return status and body of one GET on this machine; raises OSError or HTTPException where there is none."""
    connection = http.client.HTTPConnection(HOST, port, timeout=PROBE_SECONDS)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read().decode("utf-8", errors="replace")
    finally:
        connection.close()


def get_json(port: int, path: str) -> Any:
    """Return the JSON of one GET; raises OSError, HTTPException or ValueError where there is none."""
    return json.loads(get(port, path)[1])
