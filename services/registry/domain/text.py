"""Names and references as people type them: checked once, kept as they are."""

import unicodedata
from collections.abc import Sequence

from kit.errors import ValidationFailed

LONGEST_NAME = 100
LONGEST_TEXT = 2000

_REPLACEMENT_CHARACTER = "�"
_FORBIDDEN_CATEGORIES = frozenset({"Cc", "Cs", "Co", "Cn"})


def checked_name(text: str, *, path: Sequence[str], longest: int = LONGEST_NAME) -> str:
    """Return the text without space around it; raises ValidationFailed when empty, too long or not readable text.

    Control characters, unassigned and private code points and U+FFFD are refused: they are what a wrongly decoded file
    leaves behind.
    """
    name = text.strip()
    if not name:
        raise ValidationFailed("a text is missing here", path=path, value=text)
    if len(name) > longest:
        raise ValidationFailed(f"a text here has at most {longest} characters", path=path, value=text)
    if not is_readable(name):
        raise ValidationFailed("the text holds characters that cannot be read", path=path, value=text)
    return name


def is_readable(text: str) -> bool:
    """Return whether every character is assigned and printable; False for what a wrong decoding leaves behind."""
    return _REPLACEMENT_CHARACTER not in text and all(
        unicodedata.category(character) not in _FORBIDDEN_CATEGORIES for character in text
    )
