"""The load: so many keep-alive connections, each with one request under way."""

import asyncio
import math
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

LENGTH = re.compile(rb"content-length: (\d+)")


@dataclass
class Load:
    """What a load saw: the seconds each answer took, and how many requests failed."""

    latencies: list[float] = field(default_factory=list)
    failures: int = 0

    def percentile_ms(self, percent: float) -> float:
        """Return the latency in milliseconds that this many percent of the requests did not exceed; NaN of none."""
        if not self.latencies:
            return math.nan
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))] * 1000


class Connection:
    """One keep-alive connection to a gateway."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, body: bytes, path: str = "/graphql") -> tuple[int, bytes]:
        """Send a GraphQL request; return status and body. Raises OSError or EOFError when the connection breaks."""
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self.port, limit=16 * 1024 * 1024)
        reader, writer = self._streams
        head = f"POST {path} HTTP/1.1\r\nhost: localhost\r\n"
        head += "content-type: application/json\r\naccept: application/json\r\n"
        writer.write(head.encode() + b"content-length: %d\r\n\r\n" % len(body) + body)
        answered = (await reader.readuntil(b"\r\n\r\n")).lower()
        status, length = int(answered[9:12]), LENGTH.search(answered)
        if length is not None:
            return status, await reader.readexactly(int(length[1]))
        parts = []
        while size := int(await reader.readline(), 16):
            parts.append(await reader.readexactly(size))
            await reader.readline()
        await reader.readline()
        return status, b"".join(parts)

    def close(self) -> None:
        """Close the connection; the next request opens it anew."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


async def load(port: int, bodies: Iterator[bytes], seconds: float, connections: int) -> Load:
    """Send one body after the other over so many connections; an answer with errors counts as a failure."""
    seen = Load()
    end = time.perf_counter() + seconds

    async def one_connection() -> None:
        connection = Connection(port)
        while (started := time.perf_counter()) < end:
            try:
                status, answer = await connection.ask(next(bodies))
            except (OSError, EOFError):
                seen.failures += 1
                connection.close()
                continue
            if status != 200 or b'"errors":[' in answer:
                seen.failures += 1
            seen.latencies.append(time.perf_counter() - started)
        connection.close()

    await asyncio.gather(*(one_connection() for _ in range(connections)))
    return seen
