"""The party's coverage of an estate, its first secretary, and the able residents that others can rely on."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kit.errors import PreconditionMissing, ValidationFailed


class CoverageForm(StrEnum):
    """How the party organisation covers an estate: its own, one with others, or by the grid (PZ-01)."""

    SINGLE = "SINGLE"
    JOINT = "JOINT"
    GRID = "GRID"
    NONE = "NONE"


class SecretaryGround(StrEnum):
    """Why the county sends an estate a first secretary (PZ-01)."""

    COMMITTEE_FORMATION_SLOW = "COMMITTEE_FORMATION_SLOW"
    MANAGEMENT_DISORDER = "MANAGEMENT_DISORDER"
    SHARP_DISPUTES = "SHARP_DISPUTES"


class Standing(StrEnum):
    """What a resident is who is encouraged to serve (NZ-01); flags only, nothing is refused for lack of one."""

    PARTY_MEMBER = "PARTY_MEMBER"
    PARTY_DELEGATE = "PARTY_DELEGATE"
    PEOPLES_DEPUTY = "PEOPLES_DEPUTY"
    CONSULTATIVE_MEMBER = "CONSULTATIVE_MEMBER"
    OTHER_ABLE_OWNER = "OTHER_ABLE_OWNER"


class ServesAs(StrEnum):
    """What able residents serve as (NZ-01, PZ-02)."""

    PREPARATORY_GROUP_HEAD = "PREPARATORY_GROUP_HEAD"
    COMMITTEE_MEMBER = "COMMITTEE_MEMBER"
    BUILDING_HEAD = "BUILDING_HEAD"
    VOLUNTEER = "VOLUNTEER"


class FirstSecretaryWithoutGround(PreconditionMissing):
    """A first secretary is sent to an estate for a ground that the document names, and none is given (PZ-01)."""


@dataclass(frozen=True, kw_only=True)
class PartyCoverage:
    """How the party covers an estate from a day on, and the first secretary, if the county sent one."""

    form: CoverageForm
    from_: date
    first_secretary: str | None
    grounds: tuple[SecretaryGround, ...]


@dataclass(frozen=True, kw_only=True)
class BackboneResident:
    """An able resident of an estate (治理骨干): what they are, what they can, and as what they serve (PZ-02)."""

    name: str
    standing: tuple[Standing, ...]
    skill: str
    serves_as: ServesAs | None
    from_: date


def check_coverage(coverage: PartyCoverage, *, today: date) -> None:
    """Raise FirstSecretaryWithoutGround or ValidationFailed unless the coverage can be recorded (PZ-01)."""
    if coverage.from_ > today:
        raise ValidationFailed("a coverage is recorded when it is there", path=("input", "from"), value=coverage.from_)
    if coverage.first_secretary is not None and not coverage.grounds:
        raise FirstSecretaryWithoutGround(
            "a first secretary is sent where a committee is slow to form, order is lost or disputes are sharp",
            path=("input", "grounds"),
        )


def check_resident(resident: BackboneResident, *, today: date) -> None:
    """Raise ValidationFailed unless the resident can be listed (PZ-02); any standing serves, also none (NZ-01)."""
    if resident.from_ > today:
        raise ValidationFailed("a resident is listed when found", path=("input", "from"), value=resident.from_)
    if len(set(resident.standing)) != len(resident.standing):
        raise ValidationFailed("a standing is named once", path=("input", "standing"))
