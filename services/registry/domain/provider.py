"""Property service providers (物业服务企业) and their filing with the authority."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from kit.errors import Duplicate, StateConflict, ValidationFailed
from services.registry.domain.text import checked_name

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_LENGTH = 18


class ProviderKind(StrEnum):
    """What kind of provider serves an estate: a company, a professional body or person, or self-management (DH-05)."""

    COMPANY = "COMPANY"
    STATE_OWNED = "STATE_OWNED"
    PROFESSIONAL_BODY = "PROFESSIONAL_BODY"
    PROFESSIONAL_PERSON = "PROFESSIONAL_PERSON"
    NON_ENTERPRISE_UNIT = "NON_ENTERPRISE_UNIT"
    COMMUNITY = "COMMUNITY"
    UNIT = "UNIT"


class ProviderSource(StrEnum):
    """Where a provider comes from (XY-03, XY-04, XY-05)."""

    NEW = "NEW"
    RESTRUCTURED = "RESTRUCTURED"
    INTRODUCED = "INTRODUCED"


class NoUnifiedCreditCode(ValidationFailed):
    """The text is no unified social credit code of GB 32100-2015."""


class OriginNotStated(ValidationFailed):
    """Whoever funds a new provider, or what a restructured one was before, is not named (XY-03, XY-04)."""


class NoSelfManagementGroup(ValidationFailed):
    """A self-management group is registered as a private non-enterprise unit, under its number (XY-07)."""


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


def checked_origin(source: ProviderSource | None, body: str | None) -> str | None:
    """Return the body behind the provider: who funds a new one, what a restructured one was before (XY-03, XY-04).

    For one from the market it is the partner of a cooperation by equity, or None (XY-05). Raises OriginNotStated where
    it lacks, and for a body without a source.
    """
    path = ("input", "sourceBody")
    if body is not None and body.strip():
        if source is None:
            raise OriginNotStated("a body behind a provider goes with its source", path=path, value=body)
        return checked_name(body, path=path)
    if source in (ProviderSource.NEW, ProviderSource.RESTRUCTURED):
        raise OriginNotStated(
            "a new provider names who funds it, a restructured one what it was before", path=path, value=source.value
        )
    return None


def checked_registration(
    kind: ProviderKind, *, registration_number: str | None, self_managed_estate_id: str | None
) -> str | None:
    """Return the number under which a private non-enterprise unit (民办非企业单位) is registered; others have none.

    Raises NoSelfManagementGroup for a unit without its number, for a number of any other kind, and for a group that
    manages its own estate as any other kind (XY-07).
    """
    is_unit = kind is ProviderKind.NON_ENTERPRISE_UNIT
    if self_managed_estate_id is not None and not is_unit:
        raise NoSelfManagementGroup(
            "a self-management group is a private non-enterprise unit", path=("input", "kind"), value=kind.value
        )
    path = ("input", "registrationNumber")
    if registration_number is None:
        if is_unit:
            raise NoSelfManagementGroup("a private non-enterprise unit has its registration number", path=path)
        return None
    if not is_unit:
        raise NoSelfManagementGroup(
            "only a private non-enterprise unit has this number", path=path, value=registration_number
        )
    return checked_name(registration_number, path=path)
