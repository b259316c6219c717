"""Inspection's subgraph."""

from kit.graphql.schema import build_schema
from services.inspection.graphql.mutations import Mutation
from services.inspection.graphql.queries import Query
from services.inspection.graphql.types import Provider

SCHEMA = build_schema(query=Query, mutation=Mutation, types=(Provider,))
