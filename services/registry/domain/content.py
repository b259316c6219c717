"""What a file of a document may be: its size, and its type by what its bytes are, never by its name."""

import codecs
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kit.errors import Duplicate, OutOfRange, StateConflict, ValidationFailed


class MediaType(StrEnum):
    """The kinds of files that the registry keeps."""

    PDF = "application/pdf"
    PNG = "image/png"
    JPEG = "image/jpeg"
    TIFF = "image/tiff"
    OFD = "application/ofd"
    WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    CSV = "text/csv"


SUFFIXES: Final = {
    MediaType.PDF: "pdf",
    MediaType.PNG: "png",
    MediaType.JPEG: "jpg",
    MediaType.TIFF: "tif",
    MediaType.OFD: "ofd",
    MediaType.WORD: "docx",
    MediaType.WORKBOOK: "xlsx",
    MediaType.CSV: "csv",
}

_BY_FIRST_BYTES: Final = (
    (b"%PDF-", MediaType.PDF),
    (b"\x89PNG\r\n\x1a\n", MediaType.PNG),
    (b"\xff\xd8\xff", MediaType.JPEG),
    (b"II*\x00", MediaType.TIFF),
    (b"MM\x00*", MediaType.TIFF),
)
_ARCHIVE: Final = b"PK\x03\x04"
_LONGEST_FIRST_BYTES: Final = 8
# The directory at the end of an archive names every member in plain text.
_BY_MEMBER: Final = (
    (b"word/document.xml", MediaType.WORD),
    (b"xl/workbook.xml", MediaType.WORKBOOK),
    (b"OFD.xml", MediaType.OFD),
)
_LONGEST_MEMBER: Final = max(len(name) for name, _ in _BY_MEMBER)
_TEXT_ENCODINGS: Final = ("utf-8", "gb18030")
_NO_TEXT: Final = frozenset(range(32)) - {9, 10, 13}


class ContentTooLarge(OutOfRange):
    """The file has more bytes than the registry keeps in one file."""


class ContentEmpty(ValidationFailed):
    """The file has no bytes."""


class MediaTypeRefused(ValidationFailed):
    """The file's bytes are none of the kinds that the registry keeps, whatever its name says."""


class ContentChanged(StateConflict):
    """The stored bytes are no longer those that were registered: their hash differs, or some are gone."""


class ContentTaken(Duplicate):
    """The uploaded file belongs to a document already."""


@dataclass(frozen=True)
class ContentFacts:
    """What is known of a file once all of it was read."""

    sha256: str
    size: int
    media_type: MediaType


class MediaTypeFinder:
    """Tells a file's type from its bytes while they pass by in chunks of any size; holds a few bytes only."""

    def __init__(self) -> None:
        self._head = b""
        self._tail = b""
        self._member: MediaType | None = None
        self._decoders = {name: codecs.getincrementaldecoder(name)() for name in _TEXT_ENCODINGS}

    def feed(self, chunk: bytes) -> None:
        """Look at the next bytes of the file."""
        if len(self._head) < _LONGEST_FIRST_BYTES:
            self._head = (self._head + chunk)[:_LONGEST_FIRST_BYTES]
        if self._member is None:
            window = self._tail + chunk
            self._member = next((media_type for name, media_type in _BY_MEMBER if name in window), None)
            self._tail = window[-_LONGEST_MEMBER:]
        self._read_as_text(chunk, final=False)

    def found(self) -> MediaType:
        """Return the type of the whole file; raises MediaTypeRefused when it is none that is kept."""
        for first_bytes, media_type in _BY_FIRST_BYTES:
            if self._head.startswith(first_bytes):
                return media_type
        if self._head.startswith(_ARCHIVE) and self._member is not None:
            return self._member
        self._read_as_text(b"", final=True)
        if self._decoders and not self._head.startswith(_ARCHIVE):
            return MediaType.CSV
        raise MediaTypeRefused(f"the file's bytes are none of {'、'.join(SUFFIXES.values())}", value=self._head.hex())

    def _read_as_text(self, chunk: bytes, *, final: bool) -> None:
        if self._decoders and not _NO_TEXT.isdisjoint(chunk):
            self._decoders.clear()
        for name, decoder in list(self._decoders.items()):
            try:
                decoder.decode(chunk, final)
            except UnicodeDecodeError:
                del self._decoders[name]


def check_size(size: int, *, most_bytes: int) -> None:
    """Raise ContentTooLarge when `size` is above the bound, which is included."""
    if size > most_bytes:
        raise ContentTooLarge(f"a file has at most {most_bytes} bytes", path=("content",), value=size)


def check_not_empty(size: int) -> None:
    """Raise ContentEmpty for a file without bytes."""
    if size == 0:
        raise ContentEmpty("the file is empty", path=("content",), value=0)


def check_unchanged(*, registered: str, found: str, content_id: str) -> None:
    """Raise ContentChanged unless the hash of what is stored is the registered one (both in hexadecimal)."""
    if registered != found:
        raise ContentChanged(f"the stored bytes of {content_id} hash to {found}, not to {registered}", value=content_id)
