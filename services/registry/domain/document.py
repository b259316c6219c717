"""Documents with versions: what a version needs before it takes effect, and which one is in force on a day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from kit.errors import Duplicate, PreconditionMissing, StateConflict, ValidationFailed
from policy.vocabulary import Department
from services.registry.domain.content import ContentFacts
from services.registry.domain.document_kinds import DocumentKind
from services.registry.domain.text import checked_name

MOST_VERSIONS: Final = 200
SEALED_KINDS: Final = frozenset({DocumentKind.RESPONSIBILITY_LIST})
"""Kinds that take effect only with a seal (XY-19)."""


class SubjectKind(StrEnum):
    """What a document is about."""

    ESTATE = "ESTATE"
    CONTRACT = "CONTRACT"
    DECISION = "DECISION"
    PROVIDER = "PROVIDER"
    COMMUNITY = "COMMUNITY"
    STREET = "STREET"
    DISTRICT = "DISTRICT"


class VersionState(StrEnum):
    """Where a version of a document stands."""

    DRAFT = "DRAFT"
    SEALED = "SEALED"
    PUBLISHED = "PUBLISHED"


class VersionAct(StrEnum):
    """What can be done with a version."""

    SEAL = "SEAL"
    SIGN_OFF = "SIGN_OFF"
    PUBLISH = "PUBLISH"


TRANSITIONS: Final[Mapping[tuple[VersionState, VersionAct], VersionState]] = {
    (VersionState.DRAFT, VersionAct.SEAL): VersionState.SEALED,
    (VersionState.DRAFT, VersionAct.SIGN_OFF): VersionState.DRAFT,
    (VersionState.DRAFT, VersionAct.PUBLISH): VersionState.PUBLISHED,
    (VersionState.SEALED, VersionAct.SIGN_OFF): VersionState.SEALED,
    (VersionState.SEALED, VersionAct.PUBLISH): VersionState.PUBLISHED,
}
"""The whole life of a version; what is not here is refused. A published version never changes: a new one follows it."""


class GovernedInstrument(StrEnum):
    """An instrument that the district's authority must issue a document for before it is used (NZ-04)."""

    MAINTENANCE_FUND = "MAINTENANCE_FUND"
    COMMITTEE_FORMATION = "COMMITTEE_FORMATION"
    PROVIDER_ASSESSMENT = "PROVIDER_ASSESSMENT"


DOCUMENT_OF_INSTRUMENT: Final = {
    GovernedInstrument.MAINTENANCE_FUND: DocumentKind.MAINTENANCE_FUND_MEASURES,
    GovernedInstrument.COMMITTEE_FORMATION: DocumentKind.COMMITTEE_FORMATION_PLAN,
    GovernedInstrument.PROVIDER_ASSESSMENT: DocumentKind.ASSESSMENT_STANDARD,
}


class VersionActRefused(StateConflict):
    """The version's state does not allow this act."""


class DocumentNotEffective(PreconditionMissing):
    """No version of the document that the instrument rests on is effective on the day (NZ-04)."""


class ResponsibilityListIncomplete(ValidationFailed):
    """A responsibility list lacks its leader, its person, its measures, its finish time or the seal (XY-19)."""


class SignOffMissing(PreconditionMissing):
    """A department that has to sign the document off has not done so (ZG-38)."""


class SignedOffAlready(Duplicate):
    """The department has signed this version off."""


class EffectiveBeforeFormer(ValidationFailed):
    """The version would take effect before the one that it supersedes."""


class TooManyVersions(ValidationFailed):
    """The document has as many versions as one may have."""


@dataclass(frozen=True)
class Seal:
    """Who put a seal on the file, and on which day."""

    sealed_by: str
    sealed_on: date


@dataclass(frozen=True)
class SignOff:
    """A department's signature below a version."""

    department: Department
    signed_on: date


@dataclass(frozen=True)
class Responsibility:
    """What a responsibility list says: posts, not names; measures; and by when (XY-19)."""

    leader: str
    person: str
    measures: str
    finish_on: date


@dataclass(frozen=True, kw_only=True)
class DocumentVersion:
    """One version: its file, who issued it, from which day on it holds, and what was put below it."""

    number: int
    content_id: str
    content: ContentFacts
    issuer: str
    state: VersionState = VersionState.DRAFT
    effective_on: date | None = None
    seal: Seal | None = None
    sign_offs: tuple[SignOff, ...] = ()
    responsibility: Responsibility | None = None
    registered_on: date


def after(state: VersionState, act: VersionAct) -> VersionState:
    """Return the state that the act leads to; raises VersionActRefused where the table has none."""
    reached = TRANSITIONS.get((state, act))
    if reached is None:
        raise VersionActRefused(f"a {state} version cannot have {act}", path=("input", "version"), value=state)
    return reached


def version_in_force(versions: Sequence[DocumentVersion], on: date) -> DocumentVersion | None:
    """Return the version that holds on the day: of those published and effective by then, the one issued last."""
    holding = [
        version
        for version in versions
        if version.state is VersionState.PUBLISHED and version.effective_on is not None and version.effective_on <= on
    ]
    return max(holding, key=lambda version: version.number, default=None)


def version_numbered(versions: Sequence[DocumentVersion], number: int) -> DocumentVersion:
    """Return the version of that number; raises ValidationFailed when there is none."""
    found = next((version for version in versions if version.number == number), None)
    if found is None:
        raise ValidationFailed(
            f"the document has the versions 1 to {len(versions)}", path=("input", "version"), value=number
        )
    return found


def check_one_more_version(versions: Sequence[DocumentVersion]) -> None:
    """Raise TooManyVersions when another version would be one too many."""
    if len(versions) >= MOST_VERSIONS:
        raise TooManyVersions(f"a document has at most {MOST_VERSIONS} versions", value=len(versions))


def check_not_future(day: date, *, today: date, path: Sequence[str]) -> None:
    """Raise ValidationFailed for a day after today: a seal or a signature is a fact."""
    if day > today:
        raise ValidationFailed("this day is in the future", path=path, value=day.isoformat())


def check_publishable(
    kind: DocumentKind,
    version: DocumentVersion,
    *,
    effective_on: date,
    required_sign_offs: Sequence[Department],
    former: Sequence[DocumentVersion],
) -> None:
    """Check everything that a version needs to take effect.

    Raises ResponsibilityListIncomplete without the seal where the kind needs one (XY-19), SignOffMissing naming the
    departments (ZG-38), EffectiveBeforeFormer when an earlier version takes effect later than this one would.
    """
    if kind in SEALED_KINDS and version.seal is None:
        raise ResponsibilityListIncomplete(
            "the list takes effect with the street's seal only", path=("input", "version"), value=version.number
        )
    signed = {sign_off.department for sign_off in version.sign_offs}
    missing = [department for department in required_sign_offs if department not in signed]
    if missing:
        raise SignOffMissing(
            f"{', '.join(missing)} have not signed this version off",
            path=("input", "version"),
            value=", ".join(missing),
        )
    later = [
        published.effective_on
        for published in former
        if published.effective_on is not None and published.effective_on > effective_on
    ]
    if later:
        raise EffectiveBeforeFormer(
            f"a former version takes effect on {max(later).isoformat()}, after this one would",
            path=("input", "effectiveOn"),
            value=effective_on.isoformat(),
        )


def check_new_sign_off(version: DocumentVersion, department: Department) -> None:
    """Raise SignedOffAlready when the department's signature is there."""
    if any(sign_off.department is department for sign_off in version.sign_offs):
        raise SignedOffAlready(
            "the department signed this version off before", path=("input", "department"), value=department
        )


def checked_responsibility(kind: DocumentKind, given: Responsibility | None) -> Responsibility | None:
    """Return what the list says with its texts checked; None for every other kind of document.

    Raises ResponsibilityListIncomplete when a responsibility list comes without it or with an empty field (XY-19), and
    ValidationFailed when another kind comes with one.
    """
    path = ("input", "responsibility")
    if kind is not DocumentKind.RESPONSIBILITY_LIST:
        if given is not None:
            raise ValidationFailed("only a responsibility list has these fields", path=path, value=kind)
        return None
    if given is None:
        raise ResponsibilityListIncomplete("the list has leader, person, measures and finish time", path=path)
    for field, text in (("leader", given.leader), ("person", given.person), ("measures", given.measures)):
        if not text.strip():
            raise ResponsibilityListIncomplete("every field of the list is filled", path=(*path, field), value=text)
    return Responsibility(
        leader=checked_name(given.leader, path=(*path, "leader")),
        person=checked_name(given.person, path=(*path, "person")),
        measures=checked_name(given.measures, path=(*path, "measures"), longest=2000),
        finish_on=given.finish_on,
    )


def require_document_in_force(
    instrument: GovernedInstrument, versions: Sequence[DocumentVersion], *, on: date, path: Sequence[str] = ()
) -> DocumentVersion:
    """Return the version of the instrument's document in force on the day; raises DocumentNotEffective (NZ-04).

    `versions` are those of the district's document of the kind DOCUMENT_OF_INSTRUMENT names; none, where it has none.
    """
    holding = version_in_force(versions, on)
    if holding is None:
        kind = DOCUMENT_OF_INSTRUMENT[instrument]
        raise DocumentNotEffective(
            f"no {kind} of the district is effective on {on.isoformat()}, so {instrument} cannot be used",
            path=path,
            value=on.isoformat(),
        )
    return holding
