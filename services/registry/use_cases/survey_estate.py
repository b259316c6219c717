"""Survey an estate, say what sets it apart, and keep how the party covers it and on whom others can rely there."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kit.errors import ValidationFailed
from kit.idempotency import Outcome
from kit.ids import new_id
from kit.mongo import UnitOfWork
from services.registry.domain.base_survey import (
    BaseSurvey,
    Priority,
    SurveyedFacility,
    Weakness,
    check_survey,
    checked_traits,
)
from services.registry.domain.facility import BuildingOfAnotherEstate, Facility, check_facility
from services.registry.domain.party_coverage import (
    BackboneResident,
    PartyCoverage,
    check_coverage,
    check_resident,
)
from services.registry.domain.text import checked_name
from services.registry.store.base_surveys import add_base_survey, save_traits
from services.registry.store.estates import estate_of
from services.registry.store.facilities import FacilityRecord, add_facility
from services.registry.store.parts import find_buildings
from services.registry.store.party_records import add_backbone_resident, add_party_coverage
from services.registry.use_cases.roles import KEEP_ESTATES


@dataclass(frozen=True, kw_only=True)
class RecordBaseSurvey:
    """What a survey of an estate found."""

    estate_id: str
    survey: BaseSurvey


@dataclass(frozen=True, kw_only=True)
class SetEstateTraits:
    """What sets an estate apart, in place of what was said before."""

    estate_id: str
    three_without: bool | None
    without: Sequence[str]
    weaknesses: Sequence[Weakness]
    priority: Priority


@dataclass(frozen=True, kw_only=True)
class RecordPartyCoverage:
    """How the party covers an estate from a day on."""

    estate_id: str
    coverage: PartyCoverage


@dataclass(frozen=True, kw_only=True)
class ListBackboneResident:
    """An able resident of an estate."""

    estate_id: str
    resident: BackboneResident


@dataclass(frozen=True, kw_only=True)
class RegisterFacility:
    """A facility of an estate, or of one of its buildings."""

    estate_id: str
    building_id: str | None
    facility: Facility


async def record_base_survey(work: UnitOfWork, command: RecordBaseSurvey) -> Outcome:
    """Keep a base survey; one with a missing block is kept as incomplete (NZ-24).

    Raises EstateNotFound, RowOutOfOrder for a second survey of one day, ValidationFailed for what cannot be.
    """
    work.caller.require_role(*KEEP_ESTATES)
    estate = await estate_of(work, command.estate_id)
    survey = command.survey
    if survey.infrastructure is not None:
        survey = replace(survey, infrastructure=_named(survey.infrastructure))
    check_survey(survey, today=work.today)
    await add_base_survey(work, estate.id, estate.place, survey)
    return Outcome(entity_ids={"estate": estate.id})


def _named(infrastructure: Sequence[SurveyedFacility]) -> tuple[SurveyedFacility, ...]:
    names = [
        checked_name(found.name, path=("input", "infrastructure", str(place), "name"))
        for place, found in enumerate(infrastructure)
    ]
    if len(set(names)) != len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ValidationFailed("a facility is named twice", path=("input", "infrastructure"), value=twice)
    return tuple(replace(found, name=name) for found, name in zip(infrastructure, names, strict=True))


async def set_estate_traits(work: UnitOfWork, command: SetEstateTraits) -> Outcome:
    """Say whether an estate is three-without and of what, where it is weak, and its turn (NZ-05, NZ-14, NZ-20).

    Raises EstateNotFound, or ThreeWithoutContradicted.
    """
    work.caller.require_role(*KEEP_ESTATES)
    estate = await estate_of(work, command.estate_id)
    traits = checked_traits(
        three_without=command.three_without,
        without=command.without,
        weaknesses=command.weaknesses,
        priority=command.priority,
    )
    await save_traits(work, estate.id, estate.place, traits)
    return Outcome(entity_ids={"estate": estate.id})


async def record_party_coverage(work: UnitOfWork, command: RecordPartyCoverage) -> Outcome:
    """Keep how the party covers an estate, and the first secretary that was sent (PZ-01).

    Raises EstateNotFound, FirstSecretaryWithoutGround, RowOutOfOrder or ValidationFailed.
    """
    work.caller.require_role(*KEEP_ESTATES)
    estate = await estate_of(work, command.estate_id)
    coverage = command.coverage
    if coverage.first_secretary is not None:
        name = checked_name(coverage.first_secretary, path=("input", "firstSecretary"))
        coverage = replace(coverage, first_secretary=name)
    check_coverage(coverage, today=work.today)
    await add_party_coverage(work, estate.id, estate.place, coverage)
    return Outcome(entity_ids={"estate": estate.id})


async def list_backbone_resident(work: UnitOfWork, command: ListBackboneResident) -> Outcome:
    """List an able resident of an estate; standing is a flag and refuses nobody (PZ-02, NZ-01).

    Raises EstateNotFound, RowOutOfOrder for a name that is listed, or ValidationFailed.
    """
    work.caller.require_role(*KEEP_ESTATES)
    estate = await estate_of(work, command.estate_id)
    resident = replace(
        command.resident,
        name=checked_name(command.resident.name, path=("input", "name")),
        skill=checked_name(command.resident.skill, path=("input", "skill")),
    )
    check_resident(resident, today=work.today)
    await add_backbone_resident(work, estate.id, estate.place, resident)
    return Outcome(entity_ids={"estate": estate.id})


async def register_facility(work: UnitOfWork, command: RegisterFacility) -> Outcome:
    """Register a facility; whether it lies inside the gate follows from its site and the enclosure (DH-01).

    Raises EstateNotFound, FacilityKnown, BuildingOfAnotherEstate, LiftOutsideBuilding or ValidationFailed.
    """
    work.caller.require_role(*KEEP_ESTATES)
    estate = await estate_of(work, command.estate_id)
    if command.building_id is not None:
        buildings = await find_buildings(work, [command.building_id], scope=work.caller.scope)
        if not buildings or buildings[0].estate_id != estate.id:
            raise BuildingOfAnotherEstate(
                "the estate has no building of this id", path=("input", "buildingId"), value=command.building_id
            )
    facility = replace(command.facility, name=checked_name(command.facility.name, path=("input", "name")))
    check_facility(facility, in_a_building=command.building_id is not None)
    await add_facility(
        work,
        FacilityRecord(
            id=new_id("fac"),
            estate_id=estate.id,
            building_id=command.building_id,
            place=estate.place,
            facility=facility,
        ),
    )
    return Outcome(entity_ids={"estate": estate.id})
