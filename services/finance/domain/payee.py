"""Who is paid out of money held for others, as the records name them."""

from collections.abc import Sequence
from typing import Final

from kit.errors import ValidationFailed

LONGEST_PAYEE: Final = 100


def checked_payee(payee: str, *, path: Sequence[str] = ()) -> str:
    """Return who was paid, without space around; raises ValidationFailed unless 1 to 100 printable characters."""
    name = payee.strip()
    if not 1 <= len(name) <= LONGEST_PAYEE or not name.isprintable():
        raise ValidationFailed(f"a payee has 1 to {LONGEST_PAYEE} printable characters", path=path, value=payee)
    return name
