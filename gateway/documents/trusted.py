"""The trusted list: a manifest of the documents our own clients ask, by identifier."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

APOLLO_FORMAT = "apollo-persisted-query-manifest"


class UnreadableManifest(ValueError):
    """The manifest is no list of documents; the message says where."""


@dataclass(frozen=True, slots=True)
class TrustedDocuments:
    """The documents by identifier; `digests` tells a whole document that is on the list."""

    by_id: Mapping[str, str]
    digests: frozenset[bytes]

    def contains(self, document: str) -> bool:
        """Return whether exactly this text is on the list."""
        return _digest(document) in self.digests


def read_manifest(path: Path) -> TrustedDocuments:
    """Return the documents of a JSON file: `{"<hash>": "<document>"}`, or a manifest as Apollo's tools write it.

    Raises UnreadableManifest when the file is neither, and OSError when it cannot be read.
    """
    try:
        content = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError as error:
        raise UnreadableManifest(f"{path} is not JSON: {error}") from error
    if not isinstance(content, dict):
        raise UnreadableManifest(f"{path} is not a JSON object")
    documents = _of_operations(content, path) if content.get("format") == APOLLO_FORMAT else content
    for identifier, document in documents.items():
        if not isinstance(document, str):
            raise UnreadableManifest(f"{path}: the document {identifier!r} is not a string")
    return TrustedDocuments(documents, frozenset(_digest(document) for document in documents.values()))


def _of_operations(content: dict[str, Any], path: Path) -> dict[str, Any]:
    operations = content.get("operations")
    if not isinstance(operations, list) or not all(
        isinstance(one, dict) and isinstance(one.get("id"), str) for one in operations
    ):
        raise UnreadableManifest(f"{path}: operations is not a list of objects with an id")
    return {one["id"]: one.get("body") for one in operations}


def _digest(document: str) -> bytes:
    return hashlib.sha256(document.encode("utf-8", "surrogatepass")).digest()
