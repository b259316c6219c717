"""Identifiers: a prefix that names the kind and a UUIDv7 as 32 hexadecimal digits, such as "est_0192f0c1…".

A UUIDv7 begins with the millisecond of its making: ids made later sort later, and an index on them stays compact.
"""

import re

from uuid_utils import uuid7

_PREFIX = re.compile(r"[a-z]{3}")
_UUID7_TEXT = re.compile(r"[0-9a-f]{12}7[0-9a-f]{3}[89ab][0-9a-f]{15}")


def new_id(prefix: str) -> str:
    """Return a new identifier of the kind that the prefix names: three small letters, such as "est" for an estate."""
    if not _PREFIX.fullmatch(prefix):
        raise ValueError(f"an id's prefix is three small letters, not {prefix!r}")
    return f"{prefix}_{uuid7().hex}"


def is_id(text: object, prefix: str) -> bool:
    """Return whether the text has the form of an identifier of that kind; does not say whether such a thing exists."""
    if not isinstance(text, str):
        return False
    kind, separator, uuid_text = text.partition("_")
    return kind == prefix and separator == "_" and _UUID7_TEXT.fullmatch(uuid_text) is not None
