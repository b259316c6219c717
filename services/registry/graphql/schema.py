"""The registry's subgraph."""

from kit.graphql.schema import build_schema
from services.registry.graphql.mutations import Mutation
from services.registry.graphql.queries import Query
from services.registry.graphql.subscriptions import Subscription

SCHEMA = build_schema(query=Query, mutation=Mutation, subscription=Subscription)
