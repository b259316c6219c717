"""Documents with all their versions; a version is added at the end and changes only until it is published."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from kit.caller import Scope
from kit.days import day_of, text_of
from kit.errors import NotFound
from kit.mongo import ConcurrentChange, Document, Reader, UnitOfWork, scoped
from policy.vocabulary import Department
from services.registry.domain.content import ContentFacts, MediaType
from services.registry.domain.document import (
    DocumentVersion,
    Responsibility,
    Seal,
    SignOff,
    SubjectKind,
    VersionState,
)
from services.registry.domain.document_kinds import DocumentKind

DOCUMENTS: Final = "documents"
MOST_OF_A_SUBJECT: Final = 500
_LAST_ID: Final = "\U0010ffff"


@dataclass(frozen=True, kw_only=True)
class DocumentRecord:
    """A document as it is stored; `is_open` is for everybody who is let in, `revision` guards changes."""

    id: str
    kind: DocumentKind
    title: str
    subject_kind: SubjectKind
    subject_id: str
    district: str
    estate_id: str | None
    is_open: bool
    areas: tuple[str, ...]
    versions: tuple[DocumentVersion, ...]
    revision: int = 1

    def with_version(self, changed: DocumentVersion) -> "DocumentRecord":
        """Return the document with this version in the place of the one of its number, or at the end."""
        others = tuple(version for version in self.versions if version.number != changed.number)
        return replace(self, versions=tuple(sorted((*others, changed), key=lambda version: version.number)))


@dataclass(frozen=True, kw_only=True)
class DocumentFilter:
    """Which documents a page shows; an empty one shows all that the scope covers."""

    district: str | None = None
    subject_id: str | None = None
    kind: DocumentKind | None = None

    def query(self) -> Document:
        """Return the equality conditions."""
        conditions = {"district": self.district, "subject_id": self.subject_id, "kind": self.kind}
        return {name: value for name, value in conditions.items() if value is not None}


class DocumentNotFound(NotFound):
    """No document of this id, or it lies outside what the caller may see."""


async def add_document(work: UnitOfWork, document: DocumentRecord) -> None:
    """Save a new document."""
    await work.collection(DOCUMENTS).insert_one(_stored(document), session=work.session)


async def save_versions(work: UnitOfWork, document: DocumentRecord) -> None:
    """Save the versions; raises ConcurrentChange if the document changed since it was read."""
    result = await work.collection(DOCUMENTS).update_one(
        {"_id": document.id, "revision": document.revision},
        {"$set": {"versions": [_stored_version(version) for version in document.versions]}, "$inc": {"revision": 1}},
        session=work.session,
    )
    if result.matched_count != 1:
        raise ConcurrentChange(f"document {document.id} changed")


async def document_of(
    work: UnitOfWork, document_id: str, *, path: Sequence[str] = ("input", "documentId")
) -> DocumentRecord:
    """Return the document if the caller's scope covers it; raises DocumentNotFound."""
    found = await work.collection(DOCUMENTS).find_one(
        scoped(work.caller.scope, {"_id": document_id}), session=work.session
    )
    if found is None:
        raise DocumentNotFound("no document of this id", path=path, value=document_id)
    return _document(found)


async def find_documents(reader: Reader, ids: Sequence[str], *, scope: Scope) -> list[DocumentRecord]:
    """Return the documents of these ids that the scope covers or that are open to everybody, in any order."""
    return await _find_visible(reader, {"_id": {"$in": list(ids)}}, scope=scope, limit=len(ids))


async def find_documents_of_subjects(
    reader: Reader, subject_ids: Sequence[str], *, scope: Scope
) -> list[DocumentRecord]:
    """Return the documents about these subjects that the caller may see, the latest first; a subject has some tens."""
    limit = MOST_OF_A_SUBJECT * len(subject_ids)
    found = await _find_visible(reader, {"subject_id": {"$in": list(subject_ids)}}, scope=scope, limit=limit)
    return sorted(found, key=lambda document: document.id, reverse=True)


async def find_documents_of_district(work: UnitOfWork, district: str, kind: DocumentKind) -> list[DocumentRecord]:
    """Return the district's own documents of a kind: what its authority issued for all its estates."""
    query = {"subject_id": district, "kind": kind.value}
    cursor = work.collection(DOCUMENTS).find(query, session=work.session).limit(MOST_OF_A_SUBJECT)
    return [_document(found) async for found in cursor]


async def page_of_documents(
    reader: Reader, conditions: DocumentFilter, *, scope: Scope, after: str | None, limit: int
) -> list[DocumentRecord]:
    """Return at most `limit` documents after an id, in the order of registration; one index, bounded at both ends."""
    found: dict[str, DocumentRecord] = {}
    for query in _in_order(conditions, scope, after=after):
        cursor = reader.collection(DOCUMENTS).find(query, session=reader.session).sort("order", 1).limit(limit)
        found.update({document["_id"]: _document(document) async for document in cursor})
    return [found[document_id] for document_id in sorted(found)[:limit]]


async def count_of_documents(reader: Reader, conditions: DocumentFilter, *, scope: Scope, at_most: int) -> int | None:
    """Return how many documents a page shows in all; None beyond `at_most`, which is not counted out."""
    found: set[str] = set()
    for query in _in_order(conditions, scope, after=None):
        cursor = (
            reader.collection(DOCUMENTS)
            .find(query, {"_id": 1}, session=reader.session)
            .sort("order", 1)
            .limit(at_most + 1)
        )
        found.update([document["_id"] async for document in cursor])
    return len(found) if len(found) <= at_most else None


def _in_order(conditions: DocumentFilter, scope: Scope, *, after: str | None) -> list[Document]:
    """Return the queries whose results together are the documents after an id; each walks one index."""
    in_order = {"order": {"$gt": after or "", "$lt": _LAST_ID}}
    grants = scope.area_filter()
    if grants is None or conditions.query():
        return [scoped(scope, {**conditions.query(), **in_order})]
    return [{"areas": grant, **in_order} for grant in grants]


async def _find_visible(reader: Reader, query: Document, *, scope: Scope, limit: int) -> list[DocumentRecord]:
    """Return what the query finds and the scope covers, and what is open to everybody, in any order."""
    queries = [query]
    if scope.area_filter() is not None:
        # Two reads by an index each: for an `$or` the embedded store would walk all documents.
        queries = [scoped(scope, {**query, "is_open": False}), {**query, "is_open": True}]
    found: list[DocumentRecord] = []
    for visible in queries:
        cursor = reader.collection(DOCUMENTS).find(visible, session=reader.session).limit(limit)
        found += [_document(document) async for document in cursor]
    return found


def _stored(document: DocumentRecord) -> Document:
    return {
        "_id": document.id,
        # The same as the id, which the embedded store neither sorts nor ranges on quickly.
        "order": document.id,
        "kind": document.kind.value,
        "title": document.title,
        "subject_kind": document.subject_kind.value,
        "subject_id": document.subject_id,
        "district": document.district,
        "estate_id": document.estate_id,
        "is_open": document.is_open,
        "areas": list(document.areas),
        "versions": [_stored_version(version) for version in document.versions],
        "revision": document.revision,
    }


def _stored_version(version: DocumentVersion) -> Document:
    said = version.responsibility
    return {
        "number": version.number,
        "content_id": version.content_id,
        "sha256": version.content.sha256,
        "size": version.content.size,
        "media_type": version.content.media_type.value,
        "issuer": version.issuer,
        "state": version.state.value,
        "effective_on": text_of(version.effective_on),
        "seal": version.seal and {"sealed_by": version.seal.sealed_by, "sealed_on": text_of(version.seal.sealed_on)},
        "sign_offs": [
            {"department": sign_off.department.value, "signed_on": text_of(sign_off.signed_on)}
            for sign_off in version.sign_offs
        ],
        "responsibility": said
        and {
            "leader": said.leader,
            "person": said.person,
            "measures": said.measures,
            "finish_on": text_of(said.finish_on),
        },
        "registered_on": text_of(version.registered_on),
    }


def _document(found: Mapping[str, Any]) -> DocumentRecord:
    return DocumentRecord(
        id=found["_id"],
        kind=DocumentKind(found["kind"]),
        title=found["title"],
        subject_kind=SubjectKind(found["subject_kind"]),
        subject_id=found["subject_id"],
        district=found["district"],
        estate_id=found["estate_id"],
        is_open=found["is_open"],
        areas=tuple(found["areas"]),
        versions=tuple(_version(version) for version in found["versions"]),
        revision=found["revision"],
    )


def _version(found: Mapping[str, Any]) -> DocumentVersion:
    seal, said = found["seal"], found["responsibility"]
    return DocumentVersion(
        number=found["number"],
        content_id=found["content_id"],
        content=ContentFacts(found["sha256"], found["size"], MediaType(found["media_type"])),
        issuer=found["issuer"],
        state=VersionState(found["state"]),
        effective_on=day_of(found["effective_on"]),
        seal=None if seal is None else Seal(seal["sealed_by"], _day(seal["sealed_on"])),
        sign_offs=tuple(
            SignOff(Department(sign_off["department"]), _day(sign_off["signed_on"])) for sign_off in found["sign_offs"]
        ),
        responsibility=None
        if said is None
        else Responsibility(said["leader"], said["person"], said["measures"], _day(said["finish_on"])),
        registered_on=_day(found["registered_on"]),
    )


def _day(text: str) -> date:
    return date.fromisoformat(text)
