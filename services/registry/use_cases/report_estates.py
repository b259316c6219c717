"""Report estates by street and class: the lines of a page of the ledger."""

from collections.abc import Sequence
from datetime import date

from kit.caller import Scope
from kit.errors import InstrumentNotAvailable, PreconditionMissing
from kit.mongo import Reader
from policy.instruments import OldEstatePolicy
from policy.policies import Policies
from services.registry.domain.base_survey import Priority, in_work_order
from services.registry.domain.contract_state import SERVING_STATES
from services.registry.domain.estate import is_old_estate
from services.registry.domain.estate_report import EstateLedgerLine
from services.registry.store.base_surveys import find_traits
from services.registry.store.contract_documents import ContractRecord
from services.registry.store.contracts import find_contracts_of_estates
from services.registry.store.estates import EstateFilter, EstateRecord, page_of_estates
from services.registry.store.providers import find_providers
from services.registry.store.territory import find_communities, find_streets

MOST_ESTATES_OF_A_STREET = 1_000
"""More than any street has."""


async def estate_ledger_lines(
    reader: Reader, estates: Sequence[EstateRecord], *, policies: Policies, today: date, scope: Scope
) -> list[EstateLedgerLine]:
    """Return the ledger's lines of these estates, in their order, with one read for each kind of thing they name."""
    streets = {
        street.id: street.name for street in await find_streets(reader, list({e.place.street_id for e in estates}))
    }
    communities = {
        community.id: community.name
        for community in await find_communities(reader, list({e.place.community_id for e in estates}))
    }
    serving = await _serving_contracts(reader, [estate.id for estate in estates], scope=scope)
    provider_ids = {contract.provider_id for contract in serving.values()}
    providers = {provider.id: provider.name for provider in await find_providers(reader, list(provider_ids))}
    bounds = {district: _bound(policies, district, today) for district in {e.place.district for e in estates}}
    return [
        _line(
            estate,
            street=streets[estate.place.street_id],
            community=communities[estate.place.community_id],
            bound=bounds[estate.place.district],
            contract=serving.get(estate.id),
            providers=providers,
        )
        for estate in estates
    ]


async def estates_in_work_order(reader: Reader, street_id: str, *, scope: Scope) -> list[EstateRecord]:
    """Return the estates of a street that the scope covers, pilots first and the hard ones last (NZ-20)."""
    estates = await page_of_estates(
        reader, EstateFilter(street_id=street_id), scope=scope, after=None, limit=MOST_ESTATES_OF_A_STREET
    )
    known = {estate.id: estate for estate in estates}
    traits = await find_traits(reader, list(known), scope=scope)
    priorities = {found.estate_id: found.traits.priority for found in traits}
    ordered = in_work_order([(estate_id, priorities.get(estate_id, Priority.NORMAL)) for estate_id in known])
    return [known[estate_id] for estate_id in ordered]


async def _serving_contracts(reader: Reader, estate_ids: Sequence[str], *, scope: Scope) -> dict[str, ContractRecord]:
    found = await find_contracts_of_estates(reader, estate_ids, scope=scope)
    return {contract.estate_id: contract for contract in found if contract.state in SERVING_STATES}


def _bound(policies: Policies, district: str, today: date) -> OldEstatePolicy | None:
    """Return the district's bound of old estates today; None where no document in force has one."""
    try:
        return policies.at(district, today).old_estate
    except (InstrumentNotAvailable, PreconditionMissing):
        return None


def _line(
    estate: EstateRecord,
    *,
    street: str,
    community: str,
    bound: OldEstatePolicy | None,
    contract: ContractRecord | None,
    providers: dict[str, str],
) -> EstateLedgerLine:
    facts = estate.facts
    return EstateLedgerLine(
        street=street,
        community=community,
        kind=facts.kind,
        code=estate.code,
        name=facts.name,
        enclosure=facts.enclosure,
        built_on=facts.built_on,
        built_year=facts.built_year if facts.built_on is None else facts.built_on.year,
        is_old=is_old_estate(facts, bound),
        household_count=facts.household_count,
        part_count=estate.part_count,
        managed_area=facts.managed_area,
        approved_gross_area=facts.approved_gross_area,
        has_lift=estate.has_lift,
        owners_body=estate.owners_body,
        mode=estate.mode,
        provider=None if contract is None else providers.get(contract.provider_id),
        contract_number=None if contract is None else contract.number,
    )
