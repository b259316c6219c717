"""What the registry announces of documents."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from kit.events import Event
from policy.vocabulary import Department
from services.registry.domain.document import SubjectKind
from services.registry.domain.document_kinds import DocumentKind


@dataclass(frozen=True)
class DocumentSignOff:
    """A department that signed a document off, and the day."""

    department: Department
    signed_on: date


@dataclass(frozen=True, kw_only=True)
class DocumentEffective(Event):
    """A version of a document was published: from `effective_on` it supersedes the former versions."""

    type: ClassVar[str] = "registry.document.effective"

    document_id: str
    kind: DocumentKind
    subject_kind: SubjectKind
    subject_id: str
    version: int
    effective_on: date
    sign_offs: tuple[DocumentSignOff, ...]
