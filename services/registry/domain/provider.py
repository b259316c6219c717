"""Property service providers (物业服务企业) and their filing with the authority."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from kit.errors import Duplicate, StateConflict, ValidationFailed

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_LENGTH = 18


class ProviderKind(StrEnum):
    """What kind of provider serves an estate."""

    COMPANY = "COMPANY"
    STATE_OWNED = "STATE_OWNED"
    PROFESSIONAL_BODY = "PROFESSIONAL_BODY"
    PROFESSIONAL_PERSON = "PROFESSIONAL_PERSON"
    NON_ENTERPRISE_UNIT = "NON_ENTERPRISE_UNIT"
    COMMUNITY = "COMMUNITY"
    UNIT = "UNIT"


class NoUnifiedCreditCode(ValidationFailed):
    """The text is no unified social credit code of GB 32100-2015."""


class CreditCodeTaken(Duplicate):
    """A provider is registered under this unified credit code."""


class FiledAlready(StateConflict):
    """The provider is filed with the authority already."""


def checked_unified_credit_code(text: str, *, path: Sequence[str]) -> str:
    """Return the 18 characters of a unified social credit code (统一社会信用代码), in capitals.

    Raises NoUnifiedCreditCode unless the alphabet and the check character of GB 32100-2015 hold: the weight of place i
    is 3^(i-1) mod 31, and the check character is (31 - sum mod 31) mod 31 in an alphabet without I, O, S, V and Z.
    """
    code = text.strip().upper()
    if len(code) != _LENGTH or any(character not in _ALPHABET for character in code):
        raise NoUnifiedCreditCode(
            f"a unified credit code has {_LENGTH} characters of {_ALPHABET}", path=path, value=text
        )
    if code[-1] != check_character(code[:-1]):
        raise NoUnifiedCreditCode("the check character of the unified credit code is wrong", path=path, value=text)
    return code


def check_character(body: str) -> str:
    """Return the check character of the first 17 characters of a unified social credit code (GB 32100-2015)."""
    weighted = sum(_ALPHABET.index(character) * pow(3, place, 31) for place, character in enumerate(body))
    return _ALPHABET[(31 - weighted % 31) % 31]


def check_filing(*, filed_on: date, today: date, already_filed: bool) -> None:
    """Raise FiledAlready when the provider is filed, ValidationFailed for a filing day to come (ZG-11)."""
    if already_filed:
        raise FiledAlready("the provider is filed with the authority already")
    if filed_on > today:
        raise ValidationFailed("a filing is a fact of the past", path=("input", "filedOn"), value=filed_on.isoformat())
