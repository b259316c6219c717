"""Batched reads: however often one request asks, each of these asks the store once; what they read is published."""

from collections.abc import Mapping, Sequence

from services.inspection.domain.credit import BlacklistEntry, CreditRecord
from services.inspection.graphql.context import Context
from services.inspection.store.credit_records import find_entries, find_records_of_providers
from services.inspection.store.providers import known_providers


async def records_by_provider(context: Context, ids: Sequence[str]) -> Mapping[str, list[CreditRecord]]:
    """Return the credit records of known providers, an empty list for one that was never rated."""
    known = await known_providers(context.mongo, ids)
    records = await find_records_of_providers(context.mongo, ids)
    return {id_: records.get(id_, []) for id_ in ids if id_ in known or id_ in records}


async def entries_by_id(context: Context, ids: Sequence[str]) -> Mapping[str, BlacklistEntry]:
    """Return blacklist entries by id."""
    return await find_entries(context.mongo, ids)
