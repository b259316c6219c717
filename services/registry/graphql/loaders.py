"""Batched reads: however often one request asks, each of these asks the store once, with the caller's scope."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol, TypeVar

from kit.activations import RecordedActivation, load_activations
from policy.policies import Policies
from services.registry.domain.contract_state import SERVING_STATES
from services.registry.domain.fund_use import FundUse
from services.registry.graphql.context import Context
from services.registry.store.congresses import CongressRecord, find_congresses
from services.registry.store.contract_documents import ContractRecord
from services.registry.store.contracts import (
    find_contracts,
    find_contracts_of_estates,
    find_contracts_of_providers,
)
from services.registry.store.decisions import DecisionRecord, find_decisions, find_decisions_of_estates
from services.registry.store.documents import DocumentRecord, find_documents, find_documents_of_subjects
from services.registry.store.estates import EstateRecord, find_estates, find_estates_of_communities
from services.registry.store.file_tasks import FileTask, find_own_tasks
from services.registry.store.fund_uses import find_fund_uses, find_fund_uses_of_estates
from services.registry.store.owners import OwnerRecord, find_owners
from services.registry.store.parts import (
    BuildingRecord,
    PartRecord,
    find_buildings,
    find_buildings_of_estates,
    find_parts,
    find_parts_of_buildings,
    find_parts_of_owners,
)
from services.registry.store.providers import (
    CreditLookupRecord,
    ProviderRecord,
    find_credit_lookups,
    find_providers,
)
from services.registry.store.territory import (
    CommunityRecord,
    StreetRecord,
    find_communities,
    find_communities_of_streets,
    find_streets,
    find_streets_of_districts,
)


class _Identified(Protocol):
    @property
    def id(self) -> str: ...


RecordT = TypeVar("RecordT", bound=_Identified)
AnyT = TypeVar("AnyT")


def by_id(records: Iterable[RecordT]) -> dict[str, RecordT]:
    """Return the records by their id."""
    return {record.id: record for record in records}


def grouped(keys: Sequence[str], pairs: Iterable[tuple[str, AnyT]]) -> dict[str, list[AnyT]]:
    """Return what belongs to each key, in the order given; an empty list where nothing does."""
    groups: dict[str, list[AnyT]] = defaultdict(list)
    for key, record in pairs:
        groups[key].append(record)
    return {key: groups.get(key, []) for key in keys}


def there(record: AnyT | None) -> AnyT:
    """Return what a record refers to; whoever sees the record sees that as well, so its absence is a fault."""
    if record is None:
        raise LookupError("a record refers to another one that is not there")
    return record


async def policies_in_force(context: Context, keys: Sequence[str]) -> Mapping[str, Policies]:
    """Return the policies as they are in force, the same for every key."""
    policies = await context.policies.as_recorded(context.mongo)
    return dict.fromkeys(keys, policies)


async def activations_by_version(context: Context, ids: Sequence[str]) -> Mapping[str, RecordedActivation]:
    """Return what operators put in force, by policy version."""
    return {activation.version_id: activation for activation in await load_activations(context.mongo)}


async def streets_by_id(context: Context, ids: Sequence[str]) -> Mapping[str, StreetRecord]:
    """Return streets by id."""
    return by_id(await find_streets(context.mongo, ids))


async def streets_by_district(context: Context, codes: Sequence[str]) -> Mapping[str, list[StreetRecord]]:
    """Return each district's streets by name."""
    streets = await find_streets_of_districts(context.mongo, codes)
    return grouped(codes, ((street.district, street) for street in streets))


async def communities_by_id(context: Context, ids: Sequence[str]) -> Mapping[str, CommunityRecord]:
    """Return communities by id."""
    return by_id(await find_communities(context.mongo, ids))


async def communities_by_street(context: Context, ids: Sequence[str]) -> Mapping[str, list[CommunityRecord]]:
    """Return each street's communities by name."""
    communities = await find_communities_of_streets(context.mongo, ids)
    return grouped(ids, ((community.street_id, community) for community in communities))


async def estates_by_id(context: Context, ids: Sequence[str]) -> Mapping[str, EstateRecord]:
    """Return estates by id."""
    return by_id(await find_estates(context.mongo, ids, scope=context.scope))


async def estates_by_community(context: Context, ids: Sequence[str]) -> Mapping[str, list[EstateRecord]]:
    """Return each community's estates by code."""
    estates = await find_estates_of_communities(context.mongo, ids, scope=context.scope)
    return grouped(ids, ((estate.place.community_id, estate) for estate in estates))


async def buildings_by_id(context: Context, ids: Sequence[str]) -> Mapping[str, BuildingRecord]:
    """Return buildings by id."""
    return by_id(await find_buildings(context.mongo, ids, scope=context.scope))


async def buildings_by_estate(context: Context, ids: Sequence[str]) -> Mapping[str, list[BuildingRecord]]:
    """Return each estate's buildings by label."""
    buildings = await find_buildings_of_estates(context.mongo, ids, scope=context.scope)
    return grouped(ids, ((building.estate_id, building) for building in buildings))


async def parts_by_id(context: Context, ids: Sequence[str]) -> Mapping[str, PartRecord]:
    """Return exclusive parts by id."""
    return by_id(await find_parts(context.mongo, ids, scope=context.scope))


async def parts_by_building(context: Context, ids: Sequence[str]) -> Mapping[str, list[PartRecord]]:
    """Return each building's parts by door."""
    parts = await find_parts_of_buildings(context.mongo, ids, scope=context.scope)
    return grouped(ids, ((part.building_id, part) for part in parts))


async def parts_by_owner(context: Context, ids: Sequence[str]) -> Mapping[str, list[PartRecord]]:
    """Return the parts that each owner holds today, by door."""
    parts = await find_parts_of_owners(context.mongo, ids, scope=context.scope)
    held = ((share.owner_id, part) for part in parts for share in part.ownerships if share.holds_on(context.today))
    return grouped(ids, held)


async def owners_by_id(context: Context, ids: Sequence[str]) -> Mapping[str, OwnerRecord]:
    """Return owners by id."""
    return by_id(await find_owners(context.mongo, ids, scope=context.scope))


async def providers_by_id(context: Context, ids: Sequence[str]) -> Mapping[str, ProviderRecord]:
    """Return providers by id."""
    return by_id(await find_providers(context.mongo, ids))


async def lookups_by_id(context: Context, ids: Sequence[str]) -> Mapping[str, CreditLookupRecord]:
    """Return credit look-ups by id."""
    return by_id(await find_credit_lookups(context.mongo, ids, scope=context.scope))


async def congresses_by_id(context: Context, ids: Sequence[str]) -> Mapping[str, CongressRecord]:
    """Return owners' congresses by id."""
    return by_id(await find_congresses(context.mongo, ids, scope=context.scope))


async def decisions_by_id(context: Context, ids: Sequence[str]) -> Mapping[str, DecisionRecord]:
    """Return joint decisions by id."""
    return by_id(await find_decisions(context.mongo, ids, scope=context.scope))


async def decisions_by_estate(context: Context, ids: Sequence[str]) -> Mapping[str, list[DecisionRecord]]:
    """Return each estate's joint decisions, the latest notice first."""
    decisions = await find_decisions_of_estates(context.mongo, ids, scope=context.scope)
    return grouped(ids, ((decision.estate_id, decision) for decision in decisions))


async def fund_uses_by_id(context: Context, ids: Sequence[str]) -> Mapping[str, FundUse]:
    """Return announced uses of maintenance funds by id."""
    return by_id(await find_fund_uses(context.mongo, ids, scope=context.scope))


async def fund_uses_by_estate(context: Context, ids: Sequence[str]) -> Mapping[str, list[FundUse]]:
    """Return each estate's announced uses of maintenance funds, the latest proposed first."""
    uses = await find_fund_uses_of_estates(context.mongo, ids, scope=context.scope)
    return grouped(ids, ((use.estate_id, use) for use in uses))


async def contracts_by_id(context: Context, ids: Sequence[str]) -> Mapping[str, ContractRecord]:
    """Return contracts by id."""
    return by_id(await find_contracts(context.mongo, ids, scope=context.scope))


async def contracts_by_estate(context: Context, ids: Sequence[str]) -> Mapping[str, list[ContractRecord]]:
    """Return each estate's contracts, the latest signed first."""
    contracts = await find_contracts_of_estates(context.mongo, ids, scope=context.scope)
    return grouped(ids, ((contract.estate_id, contract) for contract in contracts))


async def active_contracts_by_provider(context: Context, ids: Sequence[str]) -> Mapping[str, list[ContractRecord]]:
    """Return each provider's contracts under which it serves, the latest signed first."""
    contracts = await find_contracts_of_providers(context.mongo, ids, SERVING_STATES, scope=context.scope)
    return grouped(ids, ((contract.provider_id, contract) for contract in contracts))


async def documents_by_id(context: Context, ids: Sequence[str]) -> Mapping[str, DocumentRecord]:
    """Return documents by id."""
    return by_id(await find_documents(context.mongo, ids, scope=context.scope))


async def own_tasks_by_id(context: Context, ids: Sequence[str]) -> Mapping[str, FileTask]:
    """Return the caller's own file tasks by id."""
    return by_id(await find_own_tasks(context.mongo, list(ids), subject=context.caller.subject))


async def documents_by_subject(context: Context, ids: Sequence[str]) -> Mapping[str, list[DocumentRecord]]:
    """Return the documents about each subject, the latest first."""
    documents = await find_documents_of_subjects(context.mongo, ids, scope=context.scope)
    return grouped(ids, ((document.subject_id, document) for document in documents))
