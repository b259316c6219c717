"""Which versions of a document a caller sees: everybody those that were published, the offices drafts as well."""

from collections.abc import Sequence
from datetime import date

from kit.caller import Caller
from services.registry.domain.document import (
    DocumentVersion,
    VersionState,
    version_in_force,
)
from services.registry.store.documents import DocumentNotFound, DocumentRecord
from services.registry.use_cases.roles import SEE_DRAFTS


def shown_versions(document: DocumentRecord, caller: Caller) -> Sequence[DocumentVersion]:
    """Return the versions that the caller sees, by number."""
    if caller.has_role(*SEE_DRAFTS):
        return document.versions
    return [version for version in document.versions if version.state is VersionState.PUBLISHED]


def shown_version(document: DocumentRecord, caller: Caller, *, number: int | None, on: date) -> DocumentVersion:
    """Return the version of that number; of none, the one in force on the day, else the latest that the caller sees.

    Raises DocumentNotFound when the caller sees no such version.
    """
    shown = shown_versions(document, caller)
    if number is not None:
        chosen = next((version for version in shown if version.number == number), None)
    else:
        chosen = version_in_force(shown, on) or (shown[-1] if shown else None)
    if chosen is None:
        raise DocumentNotFound("no such version of the document", path=("version",), value=number)
    return chosen
