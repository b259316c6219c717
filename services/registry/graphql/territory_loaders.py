"""Batched reads of territory: what communities have, how streets are divided, who leads, what stands where."""

from collections.abc import Mapping, Sequence

from services.registry.domain.abandonment import Abandonment
from services.registry.domain.base_ledger import BaseLedgerRow, UnmanagedRow
from services.registry.domain.base_survey import BaseSurvey, Traits
from services.registry.domain.grid import GridContact
from services.registry.domain.party_coverage import BackboneResident, PartyCoverage
from services.registry.domain.property_room import PropertyRoom
from services.registry.graphql.context import Context
from services.registry.graphql.loaders import by_id, grouped
from services.registry.store.abandonments import find_abandonments
from services.registry.store.base_surveys import find_base_surveys, find_traits
from services.registry.store.bodies import (
    BodyRecord,
    PersonRecord,
    find_bodies,
    find_bodies_of_districts,
    find_bodies_of_streets,
    find_persons,
)
from services.registry.store.communities import find_grid_contacts, find_property_rooms
from services.registry.store.facilities import FacilityRecord, find_facilities_of_estates
from services.registry.store.old_estate_ledgers import (
    WorkPlanRecord,
    find_base_ledger_rows,
    find_unmanaged_rows,
    find_work_plans,
)
from services.registry.store.party_records import find_backbone_residents, find_party_coverages
from services.registry.store.service_areas import (
    ServiceAreaRecord,
    find_area_of_estates,
    find_estates_of_areas,
    find_service_areas,
    find_service_areas_of_streets,
)


async def rooms_by_community(context: Context, ids: Sequence[str]) -> Mapping[str, list[PropertyRoom]]:
    """Return each community's property offices, the latest first."""
    found = await find_property_rooms(context.mongo, ids)
    return grouped(ids, ((record.community_id, record.room) for record in found))


async def contacts_by_community(context: Context, ids: Sequence[str]) -> Mapping[str, list[GridContact]]:
    """Return the person each department names for each community now, by department."""
    found = await find_grid_contacts(context.mongo, ids)
    return grouped(ids, ((record.community_id, record.contact) for record in found))


async def service_areas_by_id(context: Context, ids: Sequence[str]) -> Mapping[str, ServiceAreaRecord]:
    """Return service areas by id."""
    return by_id(await find_service_areas(context.mongo, ids))


async def service_areas_by_street(context: Context, ids: Sequence[str]) -> Mapping[str, list[ServiceAreaRecord]]:
    """Return each street's service areas, by name."""
    found = await find_service_areas_of_streets(context.mongo, ids)
    return grouped(ids, ((record.street_id, record) for record in found))


async def service_area_id_by_estate(context: Context, ids: Sequence[str]) -> Mapping[str, str]:
    """Return the id of the service area that each estate lies in."""
    return await find_area_of_estates(context.mongo, ids, scope=context.scope)


async def estate_ids_by_service_area(context: Context, ids: Sequence[str]) -> Mapping[str, list[str]]:
    """Return the ids of the estates of each service area."""
    return await find_estates_of_areas(context.mongo, ids, scope=context.scope)


async def bodies_by_id(context: Context, ids: Sequence[str]) -> Mapping[str, BodyRecord]:
    """Return governing bodies by id."""
    return by_id(await find_bodies(context.mongo, ids))


async def bodies_by_district(context: Context, codes: Sequence[str]) -> Mapping[str, list[BodyRecord]]:
    """Return each district's own bodies, in the order in which they were formed."""
    found = await find_bodies_of_districts(context.mongo, codes)
    return grouped(codes, ((record.district, record) for record in found))


async def bodies_by_street(context: Context, ids: Sequence[str]) -> Mapping[str, list[BodyRecord]]:
    """Return each street's bodies, in the order in which they were formed."""
    found = await find_bodies_of_streets(context.mongo, ids)
    return grouped(ids, ((record.street_id or "", record) for record in found))


async def persons_by_id(context: Context, ids: Sequence[str]) -> Mapping[str, PersonRecord]:
    """Return persons by id."""
    return by_id(await find_persons(context.mongo, ids))


async def facilities_by_estate(context: Context, ids: Sequence[str]) -> Mapping[str, list[FacilityRecord]]:
    """Return each estate's facilities, those of its buildings included, by name."""
    found = await find_facilities_of_estates(context.mongo, ids, scope=context.scope)
    return grouped(ids, ((record.estate_id, record) for record in found))


async def abandonments_by_estate(context: Context, ids: Sequence[str]) -> Mapping[str, list[Abandonment]]:
    """Return the times during which nobody served each estate, the latest first."""
    found = await find_abandonments(context.mongo, ids, scope=context.scope)
    return grouped(ids, ((record.estate_id, record.abandonment) for record in found))


async def surveys_by_estate(context: Context, ids: Sequence[str]) -> Mapping[str, list[BaseSurvey]]:
    """Return each estate's base surveys, the latest first."""
    found = await find_base_surveys(context.mongo, ids, scope=context.scope)
    return grouped(ids, ((record.estate_id, record.row) for record in found))


async def traits_by_estate(context: Context, ids: Sequence[str]) -> Mapping[str, Traits]:
    """Return what sets each estate apart."""
    return {found.estate_id: found.traits for found in await find_traits(context.mongo, ids, scope=context.scope)}


async def coverages_by_estate(context: Context, ids: Sequence[str]) -> Mapping[str, list[PartyCoverage]]:
    """Return how the party covers each estate, the latest first."""
    found = await find_party_coverages(context.mongo, ids, scope=context.scope)
    return grouped(ids, ((record.estate_id, record.row) for record in found))


async def backbone_by_estate(context: Context, ids: Sequence[str]) -> Mapping[str, list[BackboneResident]]:
    """Return each estate's able residents, the latest found first."""
    found = await find_backbone_residents(context.mongo, ids, scope=context.scope)
    return grouped(ids, ((record.estate_id, record.row) for record in found))


async def base_rows_by_estate(context: Context, ids: Sequence[str]) -> Mapping[str, list[BaseLedgerRow]]:
    """Return each estate's rows of the base ledger, the latest first."""
    found = await find_base_ledger_rows(context.mongo, ids, scope=context.scope)
    return grouped(ids, ((record.estate_id, record.row) for record in found))


async def unmanaged_rows_by_estate(context: Context, ids: Sequence[str]) -> Mapping[str, list[UnmanagedRow]]:
    """Return each estate's rows of the ledger of unmanaged estates, the latest first."""
    found = await find_unmanaged_rows(context.mongo, ids, scope=context.scope)
    return grouped(ids, ((record.estate_id, record.row) for record in found))


async def plans_by_street(context: Context, ids: Sequence[str]) -> Mapping[str, list[WorkPlanRecord]]:
    """Return each street's work plans, those of its communities included, by first day."""
    found = await find_work_plans(context.mongo, ids, scope=context.scope)
    return grouped(ids, ((record.street_id, record) for record in found))
