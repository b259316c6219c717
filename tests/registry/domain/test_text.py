"""Names and references are kept as people type them, but for what a wrong decoding leaves behind."""

import pytest

from kit.errors import ValidationFailed
from services.registry.domain.text import LONGEST_NAME, LONGEST_TEXT, checked_name, is_readable

PATH = ("input", "name")


@pytest.mark.parametrize("text", ["丹枫新村", " 丹枫新村 ", "𠮷祥里", "A-1号", "甲" * LONGEST_NAME, "甲　乙"])
def test_a_name_is_kept_without_the_space_around_it(text: str) -> None:
    assert checked_name(text, path=PATH) == text.strip()


@pytest.mark.parametrize(
    "text", ["", "  ", "甲" * (LONGEST_NAME + 1), "丹\x00枫", "丹\ufffd枫", "丹\ue000枫", "丹\udc80枫", "丹\n枫"]
)
def test_a_text_that_is_no_name_is_refused(text: str) -> None:
    with pytest.raises(ValidationFailed) as refused:
        checked_name(text, path=PATH)

    assert (refused.value.path, refused.value.value) == (PATH, text)


def test_a_longer_text_is_kept_where_one_is_asked_for() -> None:
    assert len(checked_name("甲" * LONGEST_TEXT, path=PATH, longest=LONGEST_TEXT)) == LONGEST_TEXT

    with pytest.raises(ValidationFailed) as refused:
        checked_name("甲" * (LONGEST_TEXT + 1), path=("input", "text"), longest=LONGEST_TEXT)
    assert refused.value.path == ("input", "text")


@pytest.mark.parametrize(("text", "readable"), [("丹枫", True), ("", True), ("丹\ufffd", False), ("\x7f", False)])
def test_what_can_be_read_has_assigned_characters_alone(text: str, readable: bool) -> None:
    assert is_readable(text) is readable
