"""Documents as the schema shows them: facts and versions here, the bytes under `contentUrl`."""

from datetime import date

import strawberry

from kit.graphql.connections import Connection, page_request, total_is_selected
from kit.graphql.scalars import DistrictCode
from services.registry.domain.document import DocumentVersion as StoredVersion
from services.registry.domain.document import version_in_force
from services.registry.graphql import estate_types, loaders
from services.registry.graphql.context import Context, Info
from services.registry.graphql.enums import Department, DocumentKind, SubjectKind, VersionState
from services.registry.graphql.node import Node
from services.registry.store.documents import DocumentFilter, DocumentRecord, count_of_documents, page_of_documents
from services.registry.use_cases.see_documents import shown_versions

MOST_COUNTED = 1_000
"""Beyond it, a total is null: nobody pages through so many."""


@strawberry.type(description="The seal on a version's file.")
class DocumentSeal:
    """A seal."""

    sealed_by: str = strawberry.field(description="Whose seal it is.")
    sealed_on: date = strawberry.field(description="The day.")


@strawberry.type(description="A department's signature below a version.")
class DocumentSignOff:
    """A signature."""

    department: Department = strawberry.field(description="Who signed.")
    signed_on: date = strawberry.field(description="The day.")


@strawberry.type(description="What a responsibility list says.")
class Responsibility:
    """The four fields of a responsibility list."""

    leader: str = strawberry.field(description="The responsible leader's post.")
    person: str = strawberry.field(description="The responsible person's post.")
    measures: str = strawberry.field(description="Method and measures.")
    finish_on: date = strawberry.field(description="By when it is done.")


@strawberry.type(description="One version of a document.")
class DocumentVersion:
    """A version."""

    number: int = strawberry.field(description="From 1; a later one supersedes the former from its effective day.")
    state: VersionState = strawberry.field(description="Where it stands.")
    issuer: str = strawberry.field(description="The body that issued it.")
    registered_on: date = strawberry.field(description="The day it was registered.")
    effective_on: date | None = strawberry.field(description="The first day; null before it is published.")
    sha256: str = strawberry.field(description="The SHA-256 of the file in hexadecimal.")
    size: int = strawberry.field(description="The file's size in bytes.")
    media_type: str = strawberry.field(description='The file\'s type by its bytes, e.g. "application/pdf".')
    content_url: str = strawberry.field(
        description="Where the file is read over HTTP with the same token, on the registry's address, e.g. "
        '"/documents/doc_…/content?version=1".'
    )
    seal: DocumentSeal | None = strawberry.field(description="The seal; null where there is none.")
    sign_offs: list[DocumentSignOff] = strawberry.field(description="The departments' signatures, at most one each.")
    responsibility: Responsibility | None = strawberry.field(
        description="What a responsibility list says; null for every other kind."
    )

    @classmethod
    def of(cls, document_id: str, version: StoredVersion) -> "DocumentVersion":
        """Return the version as the schema shows it."""
        seal, said = version.seal, version.responsibility
        return cls(
            number=version.number,
            state=version.state,
            issuer=version.issuer,
            registered_on=version.registered_on,
            effective_on=version.effective_on,
            sha256=version.content.sha256,
            size=version.content.size,
            media_type=version.content.media_type.value,
            content_url=f"/documents/{document_id}/content?version={version.number}",
            seal=None if seal is None else DocumentSeal(sealed_by=seal.sealed_by, sealed_on=seal.sealed_on),
            sign_offs=[
                DocumentSignOff(department=sign_off.department, signed_on=sign_off.signed_on)
                for sign_off in version.sign_offs
            ],
            responsibility=None
            if said is None
            else Responsibility(
                leader=said.leader, person=said.person, measures=said.measures, finish_on=said.finish_on
            ),
        )


@strawberry.federation.type(keys=["id"], description="A document with its versions.")
class Document(Node):
    """A document."""

    record: strawberry.Private[DocumentRecord]
    kind: DocumentKind = strawberry.field(description="What it is.")
    title: str = strawberry.field(description="Its title.")
    subject_kind: SubjectKind = strawberry.field(description="What it is about.")
    subject_id: strawberry.ID = strawberry.field(description="The id of that; of a district its area code.")
    district: DistrictCode = strawberry.field(description="The area code of its district.")

    @classmethod
    def of(cls, record: DocumentRecord) -> "Document":
        """Return the document as the schema shows it."""
        return cls(
            id=strawberry.ID(record.id),
            record=record,
            kind=record.kind,
            title=record.title,
            subject_kind=record.subject_kind,
            subject_id=strawberry.ID(record.subject_id),
            district=DistrictCode(record.district),
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> "Document | None":  # noqa: A002
        """Return the document of this id if the caller may see it."""
        return await document(info.context, id)

    @strawberry.field(description="Its versions by number, at most 200; drafts only for those who work on them.")
    def versions(self, info: Info) -> list[DocumentVersion]:
        return [DocumentVersion.of(self.record.id, shown) for shown in shown_versions(self.record, info.context.caller)]

    @strawberry.field(description="The version in force on a day; today when none is named; null when none is.")
    def in_force(self, info: Info, at: date | None = None) -> DocumentVersion | None:
        holding = version_in_force(self.record.versions, at or info.context.today)
        return None if holding is None else DocumentVersion.of(self.record.id, holding)

    @strawberry.field(description="The estate it is about, itself or by its contract or decision; null for others.")
    async def estate(self, info: Info) -> estate_types.Estate | None:
        return await estate_types.estate(info.context, self.record.estate_id)


@strawberry.type(description="A page of documents.")
class DocumentConnection(Connection):
    """A page of documents."""

    nodes: list[Document]


async def document(context: Context, document_id: str | None) -> Document | None:
    """Return the document if the caller may see it."""
    record = await context.load(loaders.documents_by_id, document_id)
    return None if record is None else Document.of(record)


async def document_page(info: Info, conditions: DocumentFilter, *, first: int, after: str | None) -> DocumentConnection:
    """Return a page of documents in the order of their registration; a total of more than 1,000 is not counted out."""
    page = page_request(first=first, after=after)
    place = None if page.after is None else str(page.after[0])
    rows = await page_of_documents(
        info.context.mongo, conditions, scope=info.context.scope, after=place, limit=page.limit
    )
    shown, page_info = page.cut(rows, key=lambda row: (row.id,))
    total = None
    if total_is_selected(info):
        total = await count_of_documents(info.context.mongo, conditions, scope=info.context.scope, at_most=MOST_COUNTED)
    return DocumentConnection(nodes=[Document.of(row) for row in shown], page_info=page_info, total_count=total)
