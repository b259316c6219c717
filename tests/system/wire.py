"""A wire between a process and a server, which a test can hold at one exact message.

A kill "before the commit" or "after the effect, before its acknowledgement" is only worth something if it hits that
moment. So the platform's services reach the store and NATS over a relay that a test can tell: hold the commit of the
transaction that wrote this text, its answer, or this publication. What is held goes no further until the test lets it
go or cuts the connection. The services know nothing of it.
"""

from __future__ import annotations

import enum
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

import bson

HOST = "127.0.0.1"
HEADER_BYTES = 16
CHUNK_BYTES = 65_536
OP_MSG = 2013
_BEGINS_TRANSACTION = b"\x08startTransaction\x00\x01"
"""The field of a command that begins a transaction, as BSON has it."""


class Direction(enum.Enum):
    """Which way a message goes."""

    TO_SERVER = "to the server"
    TO_CLIENT = "to the client"


class NotHeld(AssertionError):
    """What a test wanted to hold never came by."""


class Connection:
    """One relayed connection: the process's side and the server's."""

    def __init__(self, client: socket.socket, server: socket.socket) -> None:
        self.client = client
        self.server = server

    def close(self) -> None:
        """End both sides; whoever waits on one of them wakes up."""
        for side in (self.client, self.server):
            with suppress(OSError):  # The other end may have been first.
                side.shutdown(socket.SHUT_RDWR)
            side.close()


class Hold:
    """Waits for one message and keeps it, and all that follows on its connection, until it is let go or cut."""

    def __init__(self, concerns: Callable[[Connection, Direction, bytes], bool]) -> None:
        self._concerns = concerns
        self._arrived = threading.Event()
        self._decided = threading.Event()
        self._lets_go = True
        self._connections: list[Connection] = []

    def passes(self, connection: Connection, direction: Direction, message: bytes) -> bool:
        """Return whether the message may go on, after having waited for the decision if it is the one."""
        if self._decided.is_set() or not self._concerns(connection, direction, message):
            return True
        self._connections.append(connection)
        self._arrived.set()
        self._decided.wait()
        return self._lets_go

    def wait(self, *, seconds: float = 20) -> Self:
        """Return once the message is held; raises NotHeld."""
        if not self._arrived.wait(seconds):
            self._decided.set()
            raise NotHeld(f"nothing came by in {seconds:g} s")
        return self

    def let_go(self) -> None:
        """Send on what was held; from now on everything passes."""
        self._decided.set()

    def cut(self) -> None:
        """Throw away what was held, with its connections; from now on everything passes."""
        self._lets_go = False
        self._decided.set()
        for connection in self._connections:
            connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.let_go()


class Wire:
    """A relay on a port of its own to a server's port; forwards whatever comes until a hold says otherwise."""

    def __init__(self, server_port: int) -> None:
        self._server_port = server_port
        self._holds: list[Hold] = []
        self._connections: set[Connection] = set()
        self._lock = threading.Lock()
        self._listener = socket.create_server((HOST, 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, name=f"wire to {server_port}", daemon=True).start()

    def close(self) -> None:
        """Stop listening and end every connection."""
        self._listener.close()
        for hold in self._holds:
            hold.cut()
        for connection in list(self._connections):
            connection.close()

    def add_hold(self, concerns: Callable[[Connection, Direction, bytes], bool]) -> Hold:
        """Hold the first message that `concerns` says yes to."""
        hold = Hold(concerns)
        with self._lock:
            self._holds = [*self._holds, hold]
        return hold

    def hold_text(self, text: bytes, direction: Direction = Direction.TO_SERVER) -> Hold:
        """Hold the first message in that direction that contains the text."""
        return self.add_hold(lambda _connection, going, message: going is direction and text in message)

    def read_message(self, side: socket.socket) -> bytes:
        """Return what comes next, empty at the end of the connection."""
        return side.recv(CHUNK_BYTES)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return  # Closed.
            try:
                server = socket.create_connection((HOST, self._server_port), timeout=5)
            except OSError:
                # The server is down: the process sees what it would see without the wire.
                client.close()
                continue
            for side in (client, server):
                side.settimeout(None)
                side.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection = Connection(client, server)
            self._connections.add(connection)
            for direction in Direction:
                threading.Thread(target=self._pump, args=(connection, direction), daemon=True).start()

    def _pump(self, connection: Connection, direction: Direction) -> None:
        source, target = connection.client, connection.server
        if direction is Direction.TO_CLIENT:
            source, target = target, source
        with suppress(OSError):  # One end is gone, so the other one goes as well.
            while message := self.read_message(source):
                if not all(hold.passes(connection, direction, message) for hold in self._holds):
                    break
                target.sendall(message)
        connection.close()
        self._connections.discard(connection)


class NatsWire(Wire):
    """The wire to NATS."""

    def hold_publication(self, service: str) -> Hold:
        """Hold the first event that the service publishes: committed, and not yet told."""
        return self.add_hold(
            lambda _connection, going, message: (
                going is Direction.TO_SERVER and b"HPUB anju.v1." in message and f".{service}.".encode() in message
            )
        )

    def hold_publication_answer(self, stream: str) -> Hold:
        """Hold the first acknowledgement of the stream: published, and not yet known to be."""
        return self.hold_text(f'{{"stream":"{stream}"'.encode(), Direction.TO_CLIENT)

    def hold_acknowledgement(self, listener: str) -> Hold:
        """Hold the first acknowledgement of a listener: applied, and not yet said."""
        return self.add_hold(
            lambda _connection, going, message: (
                going is Direction.TO_SERVER and b" $JS.ACK." in message and f".{listener}.".encode() in message
            )
        )


class StoreWire(Wire):
    """The wire to the document store; it knows the messages of MongoDB's protocol one by one."""

    def __init__(self, server_port: int) -> None:
        super().__init__(server_port)
        self._sessions: dict[bytes, dict[str, Any]] = {}

    def hold_commit(self, text: str) -> Hold:
        """Hold the commit of the first transaction that wrote the text: before the commit."""
        commit = _CommitOf(text)
        return self.add_hold(lambda _connection, going, message: going is Direction.TO_SERVER and commit.is_it(message))

    def take_sessions(self) -> list[dict[str, Any]]:
        """Return the sessions that began a transaction over this wire, each once.

        A transaction that its process never ends is ended by the store after a minute; a test that does not wait so
        long ends the sessions of the process that it killed.
        """
        with self._lock:
            sessions, self._sessions = list(self._sessions.values()), {}
        return sessions

    def hold_commit_answer(self, text: str) -> Hold:
        """Hold the answer to the commit of the first transaction that wrote the text: after the commit, unknown."""
        commit = _CommitOf(text)
        asked: set[int] = set()

        def is_answer(_connection: Connection, going: Direction, message: bytes) -> bool:
            if going is Direction.TO_SERVER:
                if commit.is_it(message):
                    asked.add(_number(message, 4))
                return False
            return _number(message, 8) in asked

        return self.add_hold(is_answer)

    def read_message(self, side: socket.socket) -> bytes:
        """Return one whole message of the protocol."""
        header = _read_exactly(side, HEADER_BYTES)
        message = header and header + _read_exactly(side, _number(header, 0) - HEADER_BYTES)
        if _BEGINS_TRANSACTION in message:
            session = _command(message)["lsid"]
            with self._lock:
                self._sessions[bytes(session["id"])] = session
        return message


class _CommitOf:
    """Finds the transaction that wrote a text, then its commit."""

    def __init__(self, text: str) -> None:
        self._text = text.encode()
        self._transactions: set[tuple[bytes, int]] = set()
        self._lock = threading.Lock()

    def is_it(self, message: bytes) -> bool:
        if _number(message, 12) != OP_MSG:
            return False
        is_commit = b"commitTransaction\x00" in message
        if not is_commit and self._text not in message:
            return False
        command = _command(message)
        if "txnNumber" not in command or "autocommit" not in command:
            return False
        transaction = (bytes(command["lsid"]["id"]), int(command["txnNumber"]))
        with self._lock:
            if is_commit:
                return transaction in self._transactions
            self._transactions.add(transaction)
        return False


def _command(message: bytes) -> dict[str, Any]:
    """Return the body section of an OP_MSG, which the driver writes first."""
    start = HEADER_BYTES + 5
    return bson.decode(message[start : start + _number(message, start)])


def _number(message: bytes, at: int) -> int:
    return int.from_bytes(message[at : at + 4], "little")


def _read_exactly(side: socket.socket, size: int) -> bytes:
    parts = []
    while size > 0:
        part = side.recv(min(size, CHUNK_BYTES))
        if not part:
            return b""
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
