"""Batched reads of how estates are managed."""

from collections.abc import Mapping, Sequence

from services.registry.graphql.context import Context
from services.registry.store.consultations import (
    ConsultationRecord,
    find_consultations,
    find_consultations_of_estates,
)
from services.registry.store.modes import EstateModes, find_modes_of_estates


async def modes_by_estate(context: Context, ids: Sequence[str]) -> Mapping[str, EstateModes]:
    """Return what is known of the modes of estates, by estate."""
    found = await find_modes_of_estates(context.mongo, ids, scope=context.scope)
    return {modes.estate_id: modes for modes in found}


async def consultations_by_id(context: Context, ids: Sequence[str]) -> Mapping[str, ConsultationRecord]:
    """Return surveys by id."""
    return {record.id: record for record in await find_consultations(context.mongo, ids, scope=context.scope)}


async def consultations_by_estate(context: Context, ids: Sequence[str]) -> Mapping[str, list[ConsultationRecord]]:
    """Return each estate's surveys, the latest first."""
    groups: dict[str, list[ConsultationRecord]] = {estate_id: [] for estate_id in ids}
    for record in await find_consultations_of_estates(context.mongo, ids, scope=context.scope):
        groups[record.estate_id].append(record)
    return groups
