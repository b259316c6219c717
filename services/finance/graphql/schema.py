"""Finance's subgraph."""

from kit.graphql.schema import build_schema
from services.finance.graphql.fees_of_entities import Owner
from services.finance.graphql.mutations import Mutation
from services.finance.graphql.queries import Query
from services.finance.graphql.subscriptions import Subscription
from services.finance.graphql.types import Estate, ExclusivePart, ServiceContract, Street

SCHEMA = build_schema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    types=(Estate, ExclusivePart, Owner, ServiceContract, Street),
)
