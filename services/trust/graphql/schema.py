"""Trust's subgraph."""

from kit.graphql.schema import build_schema
from services.trust.graphql.queries import Query
from services.trust.graphql.types import ServiceContract

SCHEMA = build_schema(query=Query, types=(ServiceContract,))
