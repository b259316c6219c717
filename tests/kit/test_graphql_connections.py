"""Pages: bounded, opaque, and the total only on demand."""

import base64

import pytest

from kit.errors import ValidationFailed
from kit.graphql.connections import decode_cursor, encode_cursor, page_request


@pytest.mark.parametrize(("first", "accepted"), [(-1, False), (0, False), (1, True), (100, True), (101, False)])
def test_a_page_has_from_one_to_a_hundred_rows(first: int, accepted: bool) -> None:
    if accepted:
        assert page_request(first=first, after=None).limit == first + 1
    else:
        with pytest.raises(ValidationFailed) as caught:
            page_request(first=first, after=None)
        assert (caught.value.path, caught.value.value) == (("first",), str(first))


@pytest.mark.parametrize("place", [("锦绣苑", "est_1"), (1, "x"), ("",), ("a'b\"c", -5, "z")])
def test_a_cursor_gives_its_place_back(place: tuple[str | int, ...]) -> None:
    cursor = encode_cursor(place)

    assert decode_cursor(cursor, parts=len(place)) == place
    assert cursor.isascii()
    assert "=" not in cursor


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "est_1",
        "锦绣苑",
        "a" * 2000,
        encode_cursor(("a",)),
        encode_cursor(("a", "b", "c")),
        *(
            base64.urlsafe_b64encode(text).decode()
            for text in (b"{}", b"[1.5,2]", b"[true,1]", b"[null,1]", b"\xff", b"[[1],2]")
        ),
        base64.urlsafe_b64encode(b"[" * 700).decode(),
    ],
)
def test_a_cursor_of_another_list_is_refused_and_named(cursor: str) -> None:
    with pytest.raises(ValidationFailed) as caught:
        page_request(first=10, after=cursor, parts=2)

    assert caught.value.path == ("after",)


def test_one_row_too_many_says_that_a_page_follows_and_is_not_shown() -> None:
    page = page_request(first=2, after=None)

    shown, info = page.cut(["a", "b", "c"], key=lambda row: (row,))

    assert shown == ["a", "b"]
    assert (info.has_next_page, info.end_cursor) == (True, encode_cursor(("b",)))


@pytest.mark.parametrize("rows", [[], ["a"], ["a", "b"]])
def test_the_last_page_says_so(rows: list[str]) -> None:
    shown, info = page_request(first=2, after=None).cut(rows, key=lambda row: (row,))

    assert shown == rows
    assert not info.has_next_page
    assert info.end_cursor == (encode_cursor((rows[-1],)) if rows else None)
