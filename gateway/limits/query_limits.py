"""The limits' figures."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class QueryLimits:
    """The most a query may have of each; zero turns a limit off. The defaults are far above what a screen needs.

    `list_size_assumed` is the length of a list of which neither the query nor the supergraph says how long it is.
    """

    characters: int = 200_000
    tokens: int = 10_000
    operations: int = 100
    directives: int = 1_000
    depth: int = 64
    aliases: int = 1_000
    root_fields: int = 500
    fields: int = 20_000
    field_comparisons: int = 100_000
    list_size: int = 10_000
    list_size_assumed: int = 1
    cost: int = 1_000_000
    subgraph_requests: int = 500
