"""Unpack a compressed answer, bounded: a small answer that unpacks to gigabytes is refused, not unpacked."""

import zlib

import brotli

ACCEPTED_ENCODINGS = "gzip, br"
_GZIP_WINDOW = 16 + zlib.MAX_WBITS
_CHUNK_BYTES = 1024 * 1024


class NotDecompressed(Exception):
    """The body is not what its content-encoding says."""


class TooLarge(Exception):
    """The body unpacks to more than is accepted."""


def decompress(encoding: bytes, body: bytes, bytes_max: int) -> bytes:
    """Return the body unpacked; raises NotDecompressed (also for an encoding nobody asked for) or TooLarge."""
    if encoding in (b"", b"identity"):
        return body
    if encoding in (b"gzip", b"x-gzip"):
        return _gunzip(body, bytes_max)
    if encoding == b"br":
        return _unbrotli(body, bytes_max)
    raise NotDecompressed(f"unknown encoding {encoding[:20]!r}")


def _gunzip(body: bytes, bytes_max: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    while body:
        # A gzip body may be several members one after another.
        member = zlib.decompressobj(_GZIP_WINDOW)
        try:
            part = member.decompress(body, bytes_max - size + 1)
        except zlib.error as error:
            raise NotDecompressed(str(error)) from error
        size += len(part)
        if size > bytes_max:
            raise TooLarge
        if not member.eof:
            raise NotDecompressed("the body ends early")
        parts.append(part)
        body = member.unused_data
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _unbrotli(body: bytes, bytes_max: int) -> bytes:
    stream = brotli.Decompressor()
    parts: list[bytes] = []
    size = 0
    try:
        part = stream.process(body, output_buffer_limit=_CHUNK_BYTES)
        while True:
            size += len(part)
            if size > bytes_max:
                raise TooLarge
            parts.append(part)
            if stream.is_finished():
                return b"".join(parts)
            if stream.can_accept_more_data():
                raise NotDecompressed("the body ends early")
            part = stream.process(b"", output_buffer_limit=_CHUNK_BYTES)
    except brotli.error as error:
        raise NotDecompressed(str(error)) from error
