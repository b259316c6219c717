"""From a request's parameters to the text of its document, or a typed refusal."""

import hashlib
from collections.abc import Mapping
from typing import Any

from gateway.documents.automatic import AutomaticDocuments
from gateway.documents.trusted import TrustedDocuments
from gateway.settings import TrustedMode

APQ_VERSION = 1


class DocumentRefused(Exception):
    """The document is not known, not allowed, or not what its hash says."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class DocumentResolver:
    """Finds the document of a request; without a trusted list and without automatic documents only text will do."""

    def __init__(
        self,
        trusted: TrustedDocuments | None = None,
        mode: TrustedMode = TrustedMode.ALLOW,
        automatic: AutomaticDocuments | None = None,
    ) -> None:
        self.trusted = trusted
        self.rejects_others = trusted is not None and mode is TrustedMode.REJECT
        self.automatic = None if self.rejects_others else automatic

    def resolve(self, query: str | None, document_id: str | None, extensions: Mapping[str, Any]) -> str | None:
        """Return the document, or None when the request names none; raises DocumentRefused."""
        persisted = extensions.get("persistedQuery") if extensions else None
        if persisted is None and document_id is None:
            if query is not None and self.rejects_others:
                self._require_trusted(query)
            return query
        if document_id is not None:
            return self._named(query, document_id.removeprefix("sha256:"))
        if not isinstance(persisted, dict) or not isinstance(persisted.get("sha256Hash"), str):
            raise DocumentRefused("BAD_REQUEST", "extensions.persistedQuery needs version and sha256Hash.")
        if persisted.get("version") != APQ_VERSION:
            raise DocumentRefused("PERSISTED_QUERY_NOT_SUPPORTED", "Unsupported persisted query version")
        return self._persisted(query, persisted["sha256Hash"])

    def _named(self, query: str | None, identifier: str) -> str:
        if query is not None:
            raise DocumentRefused("BAD_REQUEST", "Send either query or documentId.")
        if self.trusted is not None and identifier in self.trusted.by_id:
            return self.trusted.by_id[identifier]
        known = self.automatic.find(identifier) if self.automatic is not None else None
        if known is None:
            raise DocumentRefused("PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound")
        return known

    def _persisted(self, query: str | None, sha256: str) -> str:
        if self.trusted is not None and sha256 in self.trusted.by_id:
            trusted = self.trusted.by_id[sha256]
            if query is not None and query != trusted:
                raise DocumentRefused("PERSISTED_QUERY_HASH_MISMATCH", "provided sha does not match query")
            return trusted
        if query is None:
            if self.automatic is None and self.trusted is None:
                raise DocumentRefused("PERSISTED_QUERY_NOT_SUPPORTED", "PersistedQueryNotSupported")
            known = self.automatic.find(sha256) if self.automatic is not None else None
            if known is None:
                raise DocumentRefused("PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound")
            return known
        if hashlib.sha256(query.encode("utf-8", "surrogatepass")).hexdigest() != sha256:
            raise DocumentRefused("PERSISTED_QUERY_HASH_MISMATCH", "provided sha does not match query")
        if self.rejects_others:
            self._require_trusted(query)
        if self.automatic is not None:
            self.automatic.keep(sha256, query)
        return query

    def _require_trusted(self, query: str) -> None:
        if self.trusted is None or not self.trusted.contains(query):
            raise DocumentRefused("PERSISTED_QUERY_NOT_IN_LIST", "The document is not on the trusted list.")
