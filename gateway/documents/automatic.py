"""Automatic persisted queries: documents that clients sent once with their hash, kept while there is room."""

from collections import OrderedDict

DOCUMENT_CHARACTERS_MAX = 100_000  # Longer ones are answered and not kept.


class AutomaticDocuments:
    """The most recently used documents, at most `documents_max` with `characters_max` characters in all."""

    def __init__(self, documents_max: int, characters_max: int = 8_000_000) -> None:
        self._documents_max = documents_max
        self._characters_max = characters_max
        self._documents: OrderedDict[str, str] = OrderedDict()
        self._characters = 0

    def find(self, sha256: str) -> str | None:
        """Return the document with this hash, or None when it is unknown or was dropped."""
        document = self._documents.get(sha256)
        if document is not None:
            self._documents.move_to_end(sha256)
        return document

    def keep(self, sha256: str, document: str) -> None:
        """Keep a document whose hash was checked, dropping those unused for longest."""
        if sha256 in self._documents or len(document) > DOCUMENT_CHARACTERS_MAX:
            return
        self._documents[sha256] = document
        self._characters += len(document)
        while len(self._documents) > self._documents_max or self._characters > self._characters_max:
            _, dropped = self._documents.popitem(last=False)
            self._characters -= len(dropped)

    def __len__(self) -> int:
        return len(self._documents)
