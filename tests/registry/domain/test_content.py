"""What a file may be: size and type are decided by the bytes alone."""

import io
import zipfile

import pytest

from services.registry.domain.content import (
    ContentChanged,
    ContentEmpty,
    ContentTooLarge,
    MediaType,
    MediaTypeFinder,
    MediaTypeRefused,
    check_not_empty,
    check_size,
    check_unchanged,
)


def archive_of(*members: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for member in members:
            archive.writestr(member, "x" * 5000)
    return buffer.getvalue()


FILES = [
    (b"%PDF-1.7\n1 0 obj", MediaType.PDF),
    (b"\x89PNG\r\n\x1a\n\x00\x00", MediaType.PNG),
    (b"\xff\xd8\xff\xe0\x00\x10JFIF", MediaType.JPEG),
    (b"II*\x00\x08\x00", MediaType.TIFF),
    (b"MM\x00*\x00\x08", MediaType.TIFF),
    (archive_of("[Content_Types].xml", "docProps/app.xml", "word/document.xml"), MediaType.WORD),
    (archive_of("[Content_Types].xml", "xl/workbook.xml"), MediaType.WORKBOOK),
    (archive_of("OFD.xml", "Doc_0/Document.xml"), MediaType.OFD),
    ("小区编码,户数\r\n360702-001,120\r\n".encode(), MediaType.CSV),
    ("小区编码,户数\r\n360702-001,120\r\n".encode("gb18030"), MediaType.CSV),
]


def found_in(content: bytes, chunk_bytes: int) -> MediaType:
    finder = MediaTypeFinder()
    for start in range(0, len(content), chunk_bytes):
        finder.feed(content[start : start + chunk_bytes])
    return finder.found()


@pytest.mark.parametrize("chunk_bytes", [1, 7, 1 << 20])
@pytest.mark.parametrize(("content", "expected"), FILES)
def test_the_type_is_told_from_the_bytes_however_they_arrive(
    content: bytes, expected: MediaType, chunk_bytes: int
) -> None:
    assert found_in(content, chunk_bytes) is expected


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\x00\x03",
        b"\x7fELF\x02\x01",
        archive_of("classes.dex", "AndroidManifest.xml"),
        bytes.fromhex("d0cf11e0a1b11ae1"),
        b"a,b\r\n1,\x002\r\n",
        b"\xff\xfe\xfa,",
        b"1,2\r\n\xe5",  # Cut off within a character, in either encoding.
    ],
)
def test_what_is_not_kept_is_refused_whatever_its_name_says(content: bytes) -> None:
    with pytest.raises(MediaTypeRefused) as refusal:
        found_in(content, 4)

    assert refusal.value.path == ()
    assert refusal.value.value == content[:8].hex()


@pytest.mark.parametrize("size", [0, 1023, 1024])
def test_a_file_may_have_as_many_bytes_as_the_bound(size: int) -> None:
    check_size(size, most_bytes=1024)


def test_one_byte_more_is_refused_and_so_is_none_at_all() -> None:
    with pytest.raises(ContentTooLarge) as too_large:
        check_size(1025, most_bytes=1024)
    assert too_large.value.path == ("content",)
    with pytest.raises(ContentEmpty) as empty:
        check_not_empty(0)

    assert (empty.value.path, empty.value.value) == (("content",), "0")
    assert (too_large.value.code, too_large.value.value) == ("OUT_OF_RANGE", "1025")
    assert empty.value.code == "VALIDATION"


def test_another_hash_is_a_changed_file() -> None:
    check_unchanged(registered="ab", found="ab", content_id="cnt_1")
    with pytest.raises(ContentChanged) as refusal:
        check_unchanged(registered="ab", found="ac", content_id="cnt_1")

    assert refusal.value.path == ()
    assert (refusal.value.code, refusal.value.value) == ("STATE_CONFLICT", "cnt_1")
