"""What the mutations of `mutations.documents` are given."""

from datetime import date

import strawberry

from kit.graphql.payloads import MutationInput
from services.registry.domain.document import Responsibility
from services.registry.graphql.enums import Department, DocumentKind, SubjectKind
from services.registry.use_cases.keep_documents import (
    NewVersion,
    PublishDocument,
    RegisterDocument,
    ReviseDocument,
    SealDocument,
    SignOffDocument,
)


@strawberry.input(description="What a responsibility list says; posts, not names of persons.")
class ResponsibilityInput:
    """The four fields of a responsibility list."""

    leader: str = strawberry.field(description="The responsible leader's post.")
    person: str = strawberry.field(description="The responsible person's post.")
    measures: str = strawberry.field(description="Method and measures, at most 2,000 characters.")
    finish_on: date = strawberry.field(description="By when it is done.")

    def said(self) -> Responsibility:
        """Return it as the domain has it."""
        return Responsibility(self.leader, self.person, self.measures, self.finish_on)


@strawberry.input(description="Register an uploaded file as the first version of a document.")
class RegisterDocumentInput(MutationInput):
    """A document and its first version."""

    kind: DocumentKind = strawberry.field(description="What it is.")
    title: str = strawberry.field(description="Its title, at most 100 characters.")
    subject_kind: SubjectKind = strawberry.field(description="What it is about.")
    subject_id: strawberry.ID = strawberry.field(description="The id of that; of a district its area code.")
    content_id: strawberry.ID = strawberry.field(
        description="What POST /documents/content answered to the same caller within two days."
    )
    issuer: str = strawberry.field(description="The body that issued it, at most 100 characters.")
    responsibility: ResponsibilityInput | None = strawberry.field(
        default=None, description="What the list says; only for a RESPONSIBILITY_LIST, and there required."
    )

    def command(self) -> RegisterDocument:
        """Return the use case's command."""
        return RegisterDocument(
            kind=self.kind,
            title=self.title,
            subject_kind=self.subject_kind,
            subject_id=self.subject_id,
            version=_new_version(self.content_id, self.issuer, self.responsibility),
        )


@strawberry.input(description="Add the next version of a document.")
class ReviseDocumentInput(MutationInput):
    """The next version."""

    document_id: strawberry.ID = strawberry.field(description="The document.")
    content_id: strawberry.ID = strawberry.field(description="What POST /documents/content answered.")
    issuer: str = strawberry.field(description="The body that issued this version, at most 100 characters.")
    responsibility: ResponsibilityInput | None = strawberry.field(
        default=None, description="What the list says; only for a RESPONSIBILITY_LIST, and there required."
    )

    def command(self) -> ReviseDocument:
        """Return the use case's command."""
        return ReviseDocument(
            document_id=self.document_id, version=_new_version(self.content_id, self.issuer, self.responsibility)
        )


@strawberry.input(description="Record the seal on the file of a version that is not published yet.")
class SealDocumentInput(MutationInput):
    """A seal."""

    document_id: strawberry.ID = strawberry.field(description="The document.")
    version: int = strawberry.field(description="The version's number.")
    sealed_by: str = strawberry.field(description="Whose seal it is, e.g. the street office.")
    sealed_on: date = strawberry.field(description="The day; not in the future.")

    def command(self) -> SealDocument:
        """Return the use case's command."""
        return SealDocument(
            document_id=self.document_id, version=self.version, sealed_by=self.sealed_by, sealed_on=self.sealed_on
        )


@strawberry.input(description="Record a department's signature below a version that is not published yet.")
class SignOffDocumentInput(MutationInput):
    """A signature."""

    document_id: strawberry.ID = strawberry.field(description="The document.")
    version: int = strawberry.field(description="The version's number.")
    department: Department = strawberry.field(description="Who signed.")
    signed_on: date = strawberry.field(description="The day; not in the future.")

    def command(self) -> SignOffDocument:
        """Return the use case's command."""
        return SignOffDocument(
            document_id=self.document_id, version=self.version, department=self.department, signed_on=self.signed_on
        )


@strawberry.input(description="Let a version take effect from a day on; it supersedes the former versions from then.")
class PublishDocumentInput(MutationInput):
    """The day a version takes effect."""

    document_id: strawberry.ID = strawberry.field(description="The document.")
    version: int = strawberry.field(description="The version's number.")
    effective_on: date = strawberry.field(description="The first day; not before that of a former version.")

    def command(self) -> PublishDocument:
        """Return the use case's command."""
        return PublishDocument(document_id=self.document_id, version=self.version, effective_on=self.effective_on)


def _new_version(content_id: str, issuer: str, responsibility: ResponsibilityInput | None) -> NewVersion:
    return NewVersion(
        content_id=content_id,
        issuer=issuer,
        responsibility=None if responsibility is None else responsibility.said(),
    )
