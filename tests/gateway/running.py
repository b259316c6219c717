"""A whole gateway process over a small supergraph, and subgraphs that misbehave on demand."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]
START_SECONDS_MAX = 30.0


@dataclass(frozen=True)
class RunningGateway:
    """A gateway that answers."""

    url: str
    process: subprocess.Popen[bytes]


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def running_gateway(
    supergraph: Path, *options: str, environment: dict[str, str] | None = None
) -> Iterator[RunningGateway]:
    """Run the gateway as users do, until the block ends."""
    port = free_port()
    own = {name: value for name, value in os.environ.items() if not name.startswith("ANJU_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "gateway", "--supergraph", str(supergraph), "--port", str(port), *options],
        cwd=ROOT,
        env={**own, **(environment or {})},
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_until_live(url, process)
        yield RunningGateway(url, process)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_until_live(url: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"the gateway ended with status {process.returncode}")
        try:
            httpx.get(f"{url}/health/live", verify=False)  # Plain HTTP: the certificates take longer than the answer.
            return
        except httpx.TransportError:
            time.sleep(0.05)
    raise RuntimeError("the gateway did not start")


NOWHERE = "http://127.0.0.1:9/graphql"  # The discard port: nothing listens there.
SMALL = """
schema @link(url: "https://specs.apollo.dev/link/v1.0") @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION)
{ query: Query }
scalar join__FieldSet
enum join__Graph { A @join__graph(name: "a", url: "URL_A") B @join__graph(name: "b", url: "URL_B") }
type Query @join__type(graph: A) @join__type(graph: B) {
  user: User @join__field(graph: A)
  other: Int @join__field(graph: B)
}
type User @join__type(graph: A, key: "id") @join__type(graph: B, key: "id") {
  id: ID!
  name: String @join__field(graph: A)
  age: Int @join__field(graph: B)
}
"""


def write_supergraph(directory: Path, a: str = NOWHERE, b: str = NOWHERE) -> Path:
    """Write the small supergraph with its subgraphs at these addresses; return the file."""
    path = directory / "supergraph.graphql"
    path.write_text(SMALL.replace("URL_A", a).replace("URL_B", b), encoding="utf-8")
    return path


class ScriptedSubgraph:
    """An HTTP server that answers every request with the bytes it was given, after a delay; it counts connections."""

    def __init__(self) -> None:
        self.answer = b""
        self.delay_seconds = 0.0
        self.requests: list[bytes] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/graphql"
        threading.Thread(target=self._serve, daemon=True).start()

    def answer_json(self, text: str, status: str = "200 OK") -> None:
        """Answer with JSON from now on."""
        body = text.encode()
        head = f"HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
        self.answer = head.encode() + body

    def close(self) -> None:
        """Stop listening."""
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._converse, args=(connection,), daemon=True).start()

    def _converse(self, connection: socket.socket) -> None:
        with connection:
            while True:
                received = connection.recv(65536)
                if not received:
                    return
                self.requests.append(received)
                time.sleep(self.delay_seconds)
                connection.sendall(self.answer)
                if b"content-length" not in self.answer:
                    return
