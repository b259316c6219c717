"""Ask a subgraph: one POST, one JSON answer, or one clear failure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import orjson


@dataclass(frozen=True, slots=True)
class SubgraphAnswer:
    """A well-formed GraphQL answer."""

    data: dict[str, Any] | None
    errors: list[Any]


class SubgraphFailure(Exception):
    """The subgraph gave no GraphQL answer; `code` tells clients which way it failed."""

    def __init__(self, message: str, code: str = "SUBGRAPH_UNAVAILABLE") -> None:
        super().__init__(message)
        self.code = code


class SubgraphClient(Protocol):
    """What the executor needs of a client, so that tests can answer in process."""

    async def ask(
        self,
        graph: str,
        body: bytes,
        headers: Mapping[str, str],
        *,
        repeatable: bool,
        deadline: float | None = None,
    ) -> SubgraphAnswer:
        """Send the GraphQL request `body`; raises SubgraphFailure when no answer comes before `deadline` (loop time).

        Only a `repeatable` request may be sent a second time: a mutation whose connection broke may have been done.
        """


def read_answer(status: int, body: bytes) -> SubgraphAnswer:
    """Return the answer in an HTTP response; raises SubgraphFailure when it is none."""
    try:
        answered = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        if not 200 <= status < 300:
            raise SubgraphFailure(f"the subgraph answered with status {status}", "SUBGRAPH_STATUS") from error
        raise SubgraphFailure("the subgraph's answer is not JSON", "SUBGRAPH_NOT_JSON") from error
    if not isinstance(answered, dict) or not ("data" in answered or "errors" in answered):
        if not 200 <= status < 300:
            raise SubgraphFailure(f"the subgraph answered with status {status}", "SUBGRAPH_STATUS")
        raise SubgraphFailure("the subgraph's answer is not a GraphQL answer", "SUBGRAPH_NOT_GRAPHQL")
    data, errors = answered.get("data"), answered.get("errors")
    if not errors and not 200 <= status < 300:
        raise SubgraphFailure(f"the subgraph answered with status {status}", "SUBGRAPH_STATUS")
    if not isinstance(errors, list):
        errors = [] if errors is None else [{"message": "the subgraph's errors are not a list"}]
    if data is not None and not isinstance(data, dict):
        raise SubgraphFailure("the subgraph's data is not an object", "SUBGRAPH_NOT_GRAPHQL")
    if data is None and not errors:
        raise SubgraphFailure("the subgraph answered neither data nor errors", "SUBGRAPH_NOT_GRAPHQL")
    return SubgraphAnswer(data, errors)
