"""Finance behind the gateway, in one process: requests enter at the gateway's endpoint and are planned as in a city.

Beside it the three other services are down, so what they would tell finance is heard as their events. The clock stands
where a test puts it, which no running city allows.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, fields
from functools import cache
from typing import Any

import httpx
import orjson
from graphql import ExecutionResult, GraphQLError

from gateway.app import GatewayApp
from gateway.executor.http_subgraphs import SubgraphConnections
from gateway.executor.subgraph_client import SubgraphAnswer, SubgraphFailure
from gateway.pipeline import Pipeline
from gateway.settings import GatewaySettings
from gateway.supergraph.compose import SUPERGRAPH
from gateway.supergraph.model import Supergraph
from gateway.supergraph.read import read_supergraph
from kit.caller import Caller
from tests.heard import EVERYBODY, HeardService


@cache
def whole_supergraph() -> Supergraph:
    """Return the supergraph of the four services, read once."""
    return read_supergraph(SUPERGRAPH.read_text(encoding="utf-8"))


@dataclass
class FinanceAlone:
    """The subgraphs as the gateway reaches them: finance answers as `caller`, the others are down."""

    finance: HeardService
    caller: Caller = EVERYBODY

    async def ask(
        self, graph: str, body: bytes, headers: Mapping[str, str], *, repeatable: bool, deadline: float | None = None
    ) -> SubgraphAnswer:
        """Answer what the gateway asks finance."""
        if graph != "FINANCE":
            raise SubgraphFailure(f"{graph} is down")
        asked = orjson.loads(body)
        result = await self.finance.execute(asked["query"], by=self.caller, **asked.get("variables") or {})
        return SubgraphAnswer(result.data, [error.formatted for error in result.errors or ()])


@dataclass
class FinanceThroughGateway(HeardService):
    """The service as `HeardService` gives it, asked at the gateway's endpoint."""

    door: httpx.AsyncClient | None = None
    subgraphs: FinanceAlone | None = None

    async def execute(self, query: str, *, by: Caller = EVERYBODY, **variables: Any) -> ExecutionResult:
        """Send the operation to the gateway and return its answer."""
        assert self.door is not None and self.subgraphs is not None
        self.subgraphs.caller = by
        answer = (await self.door.post("/graphql", json={"query": query, "variables": variables})).json()
        errors = [GraphQLError(one["message"], extensions=one["extensions"]) for one in answer.get("errors", ())]
        return ExecutionResult(answer.get("data"), errors or None)


@asynccontextmanager
async def through_gateway(finance: HeardService) -> AsyncIterator[FinanceThroughGateway]:
    """Give the service behind a gateway."""
    subgraphs = FinanceAlone(finance)
    settings = GatewaySettings(supergraph=SUPERGRAPH, reload_seconds=0)
    app = GatewayApp(Pipeline(whole_supergraph(), subgraphs), settings, None, SubgraphConnections(settings.traffic))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as door:
        known = {field.name: getattr(finance, field.name) for field in fields(HeardService)}
        yield FinanceThroughGateway(**known, door=door, subgraphs=subgraphs)
