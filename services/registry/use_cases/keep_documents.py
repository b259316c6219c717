"""Keep documents: register a file as one, revise it, seal it, sign it off, let it take effect."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from kit.errors import InstrumentNotAvailable, PreconditionMissing, ValidationFailed
from kit.idempotency import Outcome
from kit.ids import new_id
from kit.mongo import UnitOfWork
from policy.policies import Policies
from policy.vocabulary import Department
from services.registry.domain.document import (
    DOCUMENT_OF_INSTRUMENT,
    DocumentVersion,
    GovernedInstrument,
    Responsibility,
    Seal,
    SignOff,
    SubjectKind,
    VersionAct,
    after,
    check_new_sign_off,
    check_not_future,
    check_one_more_version,
    check_publishable,
    checked_responsibility,
    require_document_in_force,
    version_numbered,
)
from services.registry.domain.document_kinds import DocumentKind, is_restricted
from services.registry.domain.territory import UnknownDistrict, public_areas
from services.registry.domain.text import checked_name
from services.registry.events import DocumentEffective, DocumentSignOff
from services.registry.store.contents import content_uploaded_by, mark_registered
from services.registry.store.contracts import contract_of
from services.registry.store.decisions import decision_of
from services.registry.store.documents import (
    DocumentRecord,
    add_document,
    document_of,
    find_documents_of_district,
    save_versions,
)
from services.registry.store.estates import estate_of
from services.registry.store.providers import provider_of
from services.registry.store.territory import find_communities, find_streets, require_own_area
from services.registry.use_cases.roles import PUBLISH_DOCUMENTS, REGISTER_DOCUMENTS, SIGN_OFF_DOCUMENTS

_OFFICES_OF = ("district:", "street:", "community:")
"""The kinds of grants that offices have; a restricted document is seen through them alone."""


@dataclass(frozen=True, kw_only=True)
class NewVersion:
    """An uploaded file as a version of a document."""

    content_id: str
    issuer: str
    responsibility: Responsibility | None


@dataclass(frozen=True, kw_only=True)
class RegisterDocument:
    """A document with its first version, and what it is about."""

    kind: DocumentKind
    title: str
    subject_kind: SubjectKind
    subject_id: str
    version: NewVersion


@dataclass(frozen=True, kw_only=True)
class ReviseDocument:
    """The next version of a document."""

    document_id: str
    version: NewVersion


@dataclass(frozen=True, kw_only=True)
class SealDocument:
    """The seal on a version's file."""

    document_id: str
    version: int
    sealed_by: str
    sealed_on: date


@dataclass(frozen=True, kw_only=True)
class SignOffDocument:
    """A department's signature below a version."""

    document_id: str
    version: int
    department: Department
    signed_on: date


@dataclass(frozen=True, kw_only=True)
class PublishDocument:
    """A version and the day from which it supersedes the former ones."""

    document_id: str
    version: int
    effective_on: date


@dataclass(frozen=True)
class _Subject:
    """Where the thing lies that a document is about, and who sees its records."""

    district: str
    areas: Sequence[str]
    estate_id: str | None = None


async def register_document(work: UnitOfWork, command: RegisterDocument, *, policies: Policies) -> Outcome:
    """Register an own upload as the first version of a document; it takes effect when it is published.

    Raises ContentNotFound for an upload of somebody else, ResponsibilityListIncomplete (XY-19), and NotFound for a
    subject that the caller may not see.
    """
    work.caller.require_role(*REGISTER_DOCUMENTS)
    subject = await _subject(work, command.subject_kind, command.subject_id, policies=policies)
    restricted = is_restricted(command.kind)
    areas = [area for area in subject.areas if not restricted or area.startswith(_OFFICES_OF)]
    if command.subject_kind is not SubjectKind.PROVIDER:
        require_own_area(work, areas, path=("input", "subjectId"), value=command.subject_id)
    document = DocumentRecord(
        id=new_id("doc"),
        kind=command.kind,
        title=checked_name(command.title, path=("input", "title")),
        subject_kind=command.subject_kind,
        subject_id=command.subject_id,
        district=subject.district,
        estate_id=subject.estate_id,
        is_open=subject.estate_id is None and not restricted,
        areas=tuple(areas),
        versions=(await _first_state(work, command.kind, command.version, number=1),),
    )
    await add_document(work, document)
    return Outcome(entity_ids={"document": document.id})


async def revise_document(work: UnitOfWork, command: ReviseDocument) -> Outcome:
    """Add the next version of a document; the former one holds until this one is published and effective."""
    work.caller.require_role(*REGISTER_DOCUMENTS)
    document = await document_of(work, command.document_id)
    check_one_more_version(document.versions)
    version = await _first_state(work, document.kind, command.version, number=len(document.versions) + 1)
    await save_versions(work, document.with_version(version))
    return Outcome(entity_ids={"document": document.id})


async def seal_document(work: UnitOfWork, command: SealDocument) -> Outcome:
    """Record who sealed the file of a version, and on which day (XY-19)."""
    work.caller.require_role(*PUBLISH_DOCUMENTS)
    document, version = await _version(work, command.document_id, command.version)
    check_not_future(command.sealed_on, today=work.today, path=("input", "sealedOn"))
    seal = Seal(checked_name(command.sealed_by, path=("input", "sealedBy")), command.sealed_on)
    sealed = replace(version, state=after(version.state, VersionAct.SEAL), seal=seal)
    await save_versions(work, document.with_version(sealed))
    return Outcome(entity_ids={"document": document.id})


async def sign_off_document(work: UnitOfWork, command: SignOffDocument) -> Outcome:
    """Record a department's signature below a version (ZG-38)."""
    work.caller.require_role(*SIGN_OFF_DOCUMENTS)
    document, version = await _version(work, command.document_id, command.version)
    check_not_future(command.signed_on, today=work.today, path=("input", "signedOn"))
    state = after(version.state, VersionAct.SIGN_OFF)
    check_new_sign_off(version, command.department)
    signed = (*version.sign_offs, SignOff(command.department, command.signed_on))
    await save_versions(work, document.with_version(replace(version, state=state, sign_offs=signed)))
    return Outcome(entity_ids={"document": document.id})


async def publish_document(work: UnitOfWork, command: PublishDocument, *, policies: Policies) -> Outcome:
    """Let a version supersede the former ones from a day on, and announce it.

    Raises ResponsibilityListIncomplete without its seal (XY-19), SignOffMissing (ZG-38), EffectiveBeforeFormer.
    """
    work.caller.require_role(*PUBLISH_DOCUMENTS)
    document, version = await _version(work, command.document_id, command.version)
    state = after(version.state, VersionAct.PUBLISH)
    check_publishable(
        document.kind,
        version,
        effective_on=command.effective_on,
        required_sign_offs=_required_sign_offs(document, command.effective_on, policies=policies),
        former=[other for other in document.versions if other.number < version.number],
    )
    published = replace(version, state=state, effective_on=command.effective_on)
    await save_versions(work, document.with_version(published))
    work.announce(
        DocumentEffective(
            district=document.district,
            aggregate_id=document.id,
            occurred_on=work.today,
            estate_id=document.estate_id,
            document_id=document.id,
            kind=document.kind,
            subject_kind=document.subject_kind,
            subject_id=document.subject_id,
            version=published.number,
            effective_on=command.effective_on,
            sign_offs=tuple(
                DocumentSignOff(sign_off.department, sign_off.signed_on) for sign_off in published.sign_offs
            ),
        )
    )
    return Outcome(entity_ids={"document": document.id})


async def require_issued(
    work: UnitOfWork, district: str, instrument: GovernedInstrument, *, on: date, path: Sequence[str] = ()
) -> DocumentVersion:
    """Return the version of the document that the district's authority issued for the instrument (NZ-04).

    Raises DocumentNotEffective when none is in force on the day.
    """
    documents = await find_documents_of_district(work, district, DOCUMENT_OF_INSTRUMENT[instrument])
    versions = [version for document in documents for version in document.versions]
    return require_document_in_force(instrument, versions, on=on, path=path)


def _required_sign_offs(document: DocumentRecord, on: date, *, policies: Policies) -> Sequence[Department]:
    """Return who must sign the document off by the district's policy on the day: of award measures, six (ZG-38)."""
    if document.kind is not DocumentKind.AWARD_MEASURES:
        return ()
    try:
        return policies.at(document.district, on).award_measures.sign_offs
    except (InstrumentNotAvailable, PreconditionMissing):
        return ()


async def _first_state(work: UnitOfWork, kind: DocumentKind, given: NewVersion, *, number: int) -> DocumentVersion:
    facts = await content_uploaded_by(work, given.content_id, work.caller.subject)
    await mark_registered(work, given.content_id)
    return DocumentVersion(
        number=number,
        content_id=given.content_id,
        content=facts,
        issuer=checked_name(given.issuer, path=("input", "issuer")),
        responsibility=checked_responsibility(kind, given.responsibility),
        registered_on=work.today,
    )


async def _version(work: UnitOfWork, document_id: str, number: int) -> tuple[DocumentRecord, DocumentVersion]:
    document = await document_of(work, document_id)
    return document, version_numbered(document.versions, number)


async def _subject(work: UnitOfWork, kind: SubjectKind, subject_id: str, *, policies: Policies) -> _Subject:
    path = ("input", "subjectId")
    if kind is SubjectKind.ESTATE:
        estate = await estate_of(work, subject_id, path=path)
        return _Subject(estate.place.district, estate.areas, estate.id)
    if kind is SubjectKind.CONTRACT:
        contract = await contract_of(work, subject_id)
        areas = public_areas(contract.place, contract.estate_id)
        return _Subject(contract.place.district, areas, contract.estate_id)
    if kind is SubjectKind.DECISION:
        decision = await decision_of(work, subject_id)
        areas = public_areas(decision.place, decision.estate_id)
        return _Subject(decision.place.district, areas, decision.estate_id)
    if kind is SubjectKind.PROVIDER:
        provider = await provider_of(work, subject_id)
        return _Subject(provider.district, [f"district:{provider.district}"])
    if kind is SubjectKind.DISTRICT:
        if subject_id not in policies.districts:
            raise UnknownDistrict("no policy of this district is mounted", path=path, value=subject_id)
        return _Subject(subject_id, [f"district:{subject_id}"])
    find = find_streets if kind is SubjectKind.STREET else find_communities
    for place in await find(work, [subject_id]):
        return _Subject(place.district, place.areas)
    raise ValidationFailed(f"no {kind} of this id", path=path, value=subject_id)
