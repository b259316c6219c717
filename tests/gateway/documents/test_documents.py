"""Documents by name: the trusted list and its reject mode, automatic ones, and every refusal's code."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from gateway.documents.automatic import DOCUMENT_CHARACTERS_MAX, AutomaticDocuments
from gateway.documents.resolve import DocumentRefused, DocumentResolver
from gateway.documents.trusted import TrustedDocuments, UnreadableManifest, read_manifest
from gateway.settings import TrustedMode

LISTED, OTHER = "{ listed }", "{ other }"


def sha256(document: str) -> str:
    return hashlib.sha256(document.encode()).hexdigest()


def by_hash(document: str, version: Any = 1) -> dict[str, Any]:
    return {"persistedQuery": {"version": version, "sha256Hash": sha256(document)}}


def manifest(directory: Path, content: Any) -> TrustedDocuments:
    path = directory / "manifest.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return read_manifest(path)


def code_of(resolver: DocumentResolver, *asked: Any) -> str:
    with pytest.raises(DocumentRefused) as refusal:
        resolver.resolve(*asked)
    return refusal.value.code


@pytest.mark.parametrize(
    "content",
    [
        {sha256(LISTED): LISTED},
        {
            "format": "apollo-persisted-query-manifest",
            "version": 1,
            "operations": [{"id": sha256(LISTED), "name": "L", "type": "query", "body": LISTED}],
        },
    ],
)
def test_a_listed_document_is_found_by_its_hash(tmp_path: Path, content: Any) -> None:
    resolver = DocumentResolver(manifest(tmp_path, content))

    assert resolver.resolve(None, None, by_hash(LISTED)) == LISTED
    assert resolver.resolve(None, f"sha256:{sha256(LISTED)}", {}) == LISTED
    assert resolver.resolve(None, sha256(LISTED), {}) == LISTED


@pytest.mark.parametrize(
    "content", ["{", "[]", {"a": 1}, {"format": "apollo-persisted-query-manifest", "operations": [{"body": "{ a }"}]}]
)
def test_a_manifest_that_is_none_is_refused(tmp_path: Path, content: Any) -> None:
    with pytest.raises(UnreadableManifest):
        manifest(tmp_path, content)


def test_the_allow_mode_answers_other_documents_too(tmp_path: Path) -> None:
    resolver = DocumentResolver(manifest(tmp_path, {"short": LISTED}), TrustedMode.ALLOW)

    assert resolver.resolve(OTHER, None, {}) == OTHER


def test_the_reject_mode_refuses_every_other_document_however_it_is_sent(tmp_path: Path) -> None:
    resolver = DocumentResolver(
        manifest(tmp_path, {"short": LISTED}), TrustedMode.REJECT, AutomaticDocuments(documents_max=10)
    )

    assert resolver.resolve(LISTED, None, {}) == LISTED
    assert resolver.resolve(None, "short", {}) == LISTED
    assert code_of(resolver, OTHER, None, {}) == "PERSISTED_QUERY_NOT_IN_LIST"
    assert code_of(resolver, LISTED + " ", None, {}) == "PERSISTED_QUERY_NOT_IN_LIST"
    assert code_of(resolver, OTHER, None, by_hash(OTHER)) == "PERSISTED_QUERY_NOT_IN_LIST"
    assert code_of(resolver, None, None, by_hash(OTHER)) == "PERSISTED_QUERY_NOT_FOUND"
    assert code_of(resolver, OTHER, "short", {}) == "BAD_REQUEST"


def test_an_automatic_document_is_asked_for_once_and_known_from_then_on() -> None:
    resolver = DocumentResolver(automatic=AutomaticDocuments(documents_max=10))

    assert code_of(resolver, None, None, by_hash(OTHER)) == "PERSISTED_QUERY_NOT_FOUND"
    assert resolver.resolve(OTHER, None, by_hash(OTHER)) == OTHER
    assert resolver.resolve(None, None, by_hash(OTHER)) == OTHER


def test_a_document_that_is_not_its_hash_is_refused_and_not_kept() -> None:
    resolver = DocumentResolver(automatic=AutomaticDocuments(documents_max=10))

    assert code_of(resolver, OTHER, None, by_hash(LISTED)) == "PERSISTED_QUERY_HASH_MISMATCH"
    assert code_of(resolver, None, None, by_hash(LISTED)) == "PERSISTED_QUERY_NOT_FOUND"


@pytest.mark.parametrize(
    ("extensions", "code"),
    [
        (by_hash(OTHER), "PERSISTED_QUERY_NOT_SUPPORTED"),
        (by_hash(OTHER, version=2), "PERSISTED_QUERY_NOT_SUPPORTED"),
        ({"persistedQuery": {"version": 1}}, "BAD_REQUEST"),
        ({"persistedQuery": "x"}, "BAD_REQUEST"),
    ],
)
def test_without_automatic_documents_a_hash_alone_is_refused(extensions: dict[str, Any], code: str) -> None:
    assert code_of(DocumentResolver(), None, None, extensions) == code


def test_a_request_without_any_document_has_none() -> None:
    assert DocumentResolver().resolve(None, None, {"other": 1}) is None


def test_automatic_documents_are_bounded_by_number_and_size() -> None:
    documents = AutomaticDocuments(documents_max=2, characters_max=200_000)
    for name in ("a", "b"):
        documents.keep(name, name)
    assert documents.find("a") == "a"

    documents.keep("c", "c")
    documents.keep("long", "x" * (DOCUMENT_CHARACTERS_MAX + 1))

    assert [documents.find(name) for name in ("a", "b", "c", "long")] == ["a", None, "c", None]
    documents.keep("big", "x" * DOCUMENT_CHARACTERS_MAX)
    documents.keep("bigger", "y" * DOCUMENT_CHARACTERS_MAX)
    documents.keep("one more", "z")
    assert len(documents) == 2
    assert documents.find("big") is None
