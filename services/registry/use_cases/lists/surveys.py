"""Lists of what was found on estates: facilities, surveys, coverage and the ledgers of old estates."""

from collections.abc import Sequence

from kit.ratio import format_ratio
from services.registry.domain.gate import is_inside, payer_of
from services.registry.store.base_surveys import find_base_surveys, find_traits
from services.registry.store.estates import EstateRecord
from services.registry.store.facilities import find_facilities_of_estates
from services.registry.store.old_estate_ledgers import find_base_ledger_rows, find_unmanaged_rows
from services.registry.store.parts import find_buildings_of_estates
from services.registry.store.party_records import find_backbone_residents, find_party_coverages
from services.registry.use_cases.lists.reading import (
    BETWEEN_WORDS,
    Reading,
    Row,
    rows_of_estates,
    square_metres,
    yes_or_no,
)


async def facility_rows(reading: Reading, estates: Sequence[EstateRecord]) -> list[Row]:
    """Return the facilities with their side of the gate and who pays for their upkeep."""
    known = {estate.id: estate for estate in estates}
    found = await find_facilities_of_estates(reading.mongo, list(known), scope=reading.scope)
    buildings = {
        building.id: building.label
        for building in await find_buildings_of_estates(reading.mongo, list(known), scope=reading.scope)
    }
    rows: list[Row] = []
    for record in sorted(found, key=lambda record: known[record.estate_id].code):
        estate = known[record.estate_id]
        inside = is_inside(enclosure=estate.facts.enclosure, site=record.facility.site)
        rows.append(
            (
                estate.code,
                buildings.get(record.building_id or ""),
                reading.words(record.facility.kind),
                record.facility.name,
                reading.words(record.facility.site),
                "门内" if inside else "门外",
                reading.words(payer_of(inside=inside)),
                estate.facts.name,
            )
        )
    return rows


async def base_survey_rows(reading: Reading, estates: Sequence[EstateRecord]) -> list[Row]:
    """Return the base surveys; the latest of an estate first, a block that was not surveyed empty."""
    known = {estate.id: estate for estate in estates}
    found = await find_base_surveys(reading.mongo, list(known), scope=reading.scope)
    rows: list[Row] = []
    for record in sorted(found, key=lambda record: known[record.estate_id].code):
        estate, scale, households = known[record.estate_id], record.row.scale, record.row.households
        rows.append(
            (
                estate.code,
                estate.facts.name,
                record.row.surveyed_on,
                None if scale is None else scale.building_count,
                None if scale is None else scale.stairwell_count,
                None if scale is None else square_metres(scale.gross_area),
                None if households is None else households.household_count,
                None if households is None else households.owner_occupied,
                None if households is None else households.rented,
                None if households is None else households.vacant,
                BETWEEN_WORDS.join(
                    f"{each.name}:{reading.words(each.condition)}" for each in record.row.infrastructure or ()
                ),
                reading.all_words(record.row.missing_blocks),
            )
        )
    return rows


async def traits_rows(reading: Reading, estates: Sequence[EstateRecord]) -> list[Row]:
    """Return what sets each estate apart."""
    found = await find_traits(reading.mongo, [estate.id for estate in estates], scope=reading.scope)
    traits_of = {record.estate_id: record.traits for record in found}
    return [
        (
            estate.code,
            estate.facts.name,
            yes_or_no(traits_of[estate.id].three_without),
            BETWEEN_WORDS.join(traits_of[estate.id].without),
            reading.all_words(traits_of[estate.id].weaknesses),
            reading.words(traits_of[estate.id].priority),
        )
        for estate in estates
        if estate.id in traits_of
    ]


async def party_coverage_rows(reading: Reading, estates: Sequence[EstateRecord]) -> list[Row]:
    """Return how the party covers the estates; the latest of an estate first."""
    found = await find_party_coverages(reading.mongo, [estate.id for estate in estates], scope=reading.scope)
    return rows_of_estates(
        estates,
        found,
        lambda record: (
            reading.words(record.row.form),
            record.row.from_,
            record.row.first_secretary,
            reading.all_words(record.row.grounds),
        ),
    )


async def backbone_rows(reading: Reading, estates: Sequence[EstateRecord]) -> list[Row]:
    """Return the able residents of the estates."""
    found = await find_backbone_residents(reading.mongo, [estate.id for estate in estates], scope=reading.scope)
    return rows_of_estates(
        estates,
        found,
        lambda record: (
            record.row.name,
            reading.all_words(record.row.standing),
            record.row.skill,
            reading.word(record.row.serves_as),
            record.row.from_,
        ),
    )


async def base_ledger_rows(reading: Reading, estates: Sequence[EstateRecord]) -> list[Row]:
    """Return the base ledger of old estates; the latest row of an estate first."""
    found = await find_base_ledger_rows(reading.mongo, [estate.id for estate in estates], scope=reading.scope)
    return rows_of_estates(
        estates,
        found,
        lambda record: (
            record.row.as_of,
            reading.words(record.row.owners_body),
            record.row.mode_label,
            reading.words(record.row.running_state),
            None if record.row.collection_rate is None else format_ratio(record.row.collection_rate),
            record.row.problems,
        ),
    )


async def unmanaged_rows(reading: Reading, estates: Sequence[EstateRecord]) -> list[Row]:
    """Return the ledger of estates without management; the latest row of an estate first."""
    found = await find_unmanaged_rows(reading.mongo, [estate.id for estate in estates], scope=reading.scope)
    return rows_of_estates(
        estates,
        found,
        lambda record: (
            record.row.surveyed_on,
            reading.words(record.row.estate_class),
            record.row.household_count,
            record.row.problem,
            yes_or_no(record.row.late),
        ),
    )
