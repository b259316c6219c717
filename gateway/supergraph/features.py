"""The `@link`ed features of a supergraph: which are known, and under which names their elements go."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    ConstDirectiveNode,
    DirectiveNode,
    DocumentNode,
    SchemaDefinitionNode,
    SchemaExtensionNode,
    value_from_ast_untyped,
)

UNDERSTOOD_FEATURES = frozenset(
    {
        "core",
        "link",
        "join",
        "inaccessible",
        "tag",
        "authenticated",
        "requiresScopes",
        "policy",
        "context",
        "cost",
        "federation",
    }
)
JOIN_VERSIONS = frozenset({"v0.1", "v0.2", "v0.3", "v0.4", "v0.5"})


class UnsupportedSupergraph(ValueError):
    """The supergraph needs something this gateway does not do; the message names it."""


@dataclass(frozen=True, slots=True)
class Feature:
    """One linked specification."""

    identity: str
    name: str
    version: str
    prefix: str
    purpose: str | None
    imports: Mapping[str, str]

    def directive_name(self, name: str) -> str:
        """Return how the document calls this feature's directive `name` (given without `@`)."""
        if f"@{name}" in self.imports:
            return self.imports[f"@{name}"].removeprefix("@")
        return self.prefix if name == self.name else f"{self.prefix}__{name}"


@dataclass(slots=True)
class Features:
    """All features of one supergraph, by their canonical name."""

    by_name: dict[str, Feature] = field(default_factory=dict)

    @property
    def join_version(self) -> str:
        """Return the version of the join specification, like `v0.3`."""
        return self.by_name["join"].version

    def directive_name(self, feature: str, name: str) -> str:
        """Return the document's name of a feature's directive, the canonical one when the feature is not linked."""
        known = self.by_name.get(feature)
        if known is not None:
            return known.directive_name(name)
        return name if name == feature else f"{feature}__{name}"

    def owns(self, element: str) -> bool:
        """Return whether a type or directive name belongs to a feature and is hidden from clients."""
        for feature in self.by_name.values():
            if element == feature.prefix or element.startswith(f"{feature.prefix}__"):
                return True
            if element in feature.imports.values() or f"@{element}" in feature.imports.values():
                return True
        return False


def read_features(document: DocumentNode) -> Features:
    """Return the features of the schema definition.

    Raises UnsupportedSupergraph when the join specification is missing or of an unknown version, and for an unknown
    feature that is declared `for: SECURITY` or `for: EXECUTION`.
    """
    features = Features()
    for directive in _schema_directives(document):
        if directive.name.value not in {"link", "core"}:
            continue
        arguments = directive_arguments(directive)
        url = arguments.get("url") or arguments.get("feature")
        if not isinstance(url, str):
            continue
        identity, name, version = _split_url(url)
        prefix = arguments.get("as") or name
        imports: dict[str, str] = {}
        for one in arguments.get("import") or ():
            if isinstance(one, str):
                imports[one] = one
            elif isinstance(one, dict) and "name" in one:
                imports[one["name"]] = one.get("as") or one["name"]
        purpose = arguments.get("for")
        if purpose in {"SECURITY", "EXECUTION"} and name not in UNDERSTOOD_FEATURES:
            raise UnsupportedSupergraph(f"the supergraph needs the feature {url} for {purpose}, which is not supported")
        features.by_name[name] = Feature(identity, name, version, prefix, purpose, imports)
    join = features.by_name.get("join")
    if join is None:
        raise UnsupportedSupergraph("the document is not a supergraph: it links no join specification")
    if join.version not in JOIN_VERSIONS:
        raise UnsupportedSupergraph(
            f"join {join.version} is not supported; known are {', '.join(sorted(JOIN_VERSIONS))}"
        )
    return features


def directive_arguments(directive: DirectiveNode | ConstDirectiveNode) -> dict[str, Any]:
    """Return the directive's arguments as plain values."""
    return {argument.name.value: value_from_ast_untyped(argument.value) for argument in directive.arguments or ()}


def _schema_directives(document: DocumentNode) -> Iterator[ConstDirectiveNode]:
    for definition in document.definitions:
        if isinstance(definition, SchemaDefinitionNode | SchemaExtensionNode):
            yield from definition.directives or ()


def _split_url(url: str) -> tuple[str, str, str]:
    head, _, version = url.rstrip("/").rpartition("/")
    if not (version.startswith("v") and version[1:2].isdigit()):
        head, version = url.rstrip("/"), ""
    return head, head.rpartition("/")[2], version
