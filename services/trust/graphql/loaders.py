"""Batched reads: however often one request asks, each of these asks the store once, with the caller's scope."""

from collections.abc import Mapping, Sequence

from services.trust.domain.trust_contract import TrustContract
from services.trust.graphql.context import Context
from services.trust.store.trust_contracts import find_trust_contracts


async def trust_contracts_by_id(context: Context, ids: Sequence[str]) -> Mapping[str, TrustContract]:
    """Return contracts with trust clauses by id."""
    return await find_trust_contracts(context.mongo, ids, scope=context.scope)
