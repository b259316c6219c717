"""What a place for file content can do: keep a stream under a key, give it back, forget it.

Content is written once and never changed: a key is new for every file. It lives outside transactions, so a service
writes the content first and what refers to it afterwards; content that nothing refers to is cleaned up by a command.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final, Protocol

CHUNK_BYTES: Final = 256 * 1024
"""About how much of a file is in memory at a time."""


class ContentMissing(Exception):
    """The storage holds nothing under this key, or not all of it, although something refers to it."""


class ContentUnavailable(Exception):
    """The storage cannot be reached or refuses the service's own access; nothing is known to be written."""


class ContentStorage(Protocol):
    """A place for file content."""

    async def put(self, key: str, chunks: AsyncIterator[bytes]) -> None:
        """Keep the stream under a new key; when `chunks` raises, nothing is kept and the exception passes through."""

    def open(self, key: str) -> AsyncIterator[bytes]:
        """Return the stream in chunks; its first step raises ContentMissing when there is nothing under the key."""

    async def remove(self, key: str) -> None:
        """Forget what is under the key; does nothing where there is nothing."""


@dataclass(frozen=True)
class S3Access:
    """Where the store is and how to log in; `endpoint_url` None means the provider's own address of the region."""

    bucket: str
    endpoint_url: str | None
    region: str
    access_key_id: str
    secret_access_key: str
