"""Base surveys of estates, and what sets an estate apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kit.area import Area
from kit.caller import Scope
from kit.mongo import Reader, UnitOfWork, scoped
from services.registry.domain.base_ledger import RowOutOfOrder
from services.registry.domain.base_survey import (
    BaseSurvey,
    BuildingScale,
    Condition,
    HouseholdStructure,
    Priority,
    SurveyedFacility,
    Traits,
    Weakness,
)
from services.registry.domain.territory import Place, public_areas
from services.registry.store.estate_rows import RowOfEstate, add_row, day_of_row, find_rows

BASE_SURVEYS = "base_surveys"
TRAITS = "estate_traits"


@dataclass(frozen=True)
class TraitsOfEstate:
    """What sets an estate apart."""

    estate_id: str
    traits: Traits


async def add_base_survey(work: UnitOfWork, estate_id: str, place: Place, survey: BaseSurvey) -> str:
    """Save a survey and return its id; raises RowOutOfOrder when there is one of the same day."""
    scale, households = survey.scale, survey.households
    return await add_row(
        work,
        BASE_SURVEYS,
        prefix="bsv",
        estate_id=estate_id,
        place=place,
        on=survey.surveyed_on,
        content={
            "scale": None
            if scale is None
            else {
                "building_count": scale.building_count,
                "stairwell_count": scale.stairwell_count,
                "gross_area": scale.gross_area,
            },
            "households": None
            if households is None
            else {
                "household_count": households.household_count,
                "owner_occupied": households.owner_occupied,
                "rented": households.rented,
                "vacant": households.vacant,
            },
            "infrastructure": None
            if survey.infrastructure is None
            else [{"name": found.name, "condition": found.condition.value} for found in survey.infrastructure],
        },
        taken=RowOutOfOrder("the estate was surveyed on this day", path=("input", "surveyedOn")),
    )


async def find_base_surveys(
    reader: Reader, estate_ids: Sequence[str], *, scope: Scope
) -> list[RowOfEstate[BaseSurvey]]:
    """Return all surveys of the estates that the scope covers, the latest first."""
    documents = await find_rows(reader, BASE_SURVEYS, estate_ids, scope=scope)
    return [RowOfEstate(document["_id"], document["estate_id"], _survey(document)) for document in documents]


async def save_traits(work: UnitOfWork, estate_id: str, place: Place, traits: Traits) -> None:
    """Save what sets an estate apart, in place of what was said before."""
    await work.collection(TRAITS).replace_one(
        {"_id": estate_id},
        {
            "estate_id": estate_id,
            "district": place.district,
            "street_id": place.street_id,
            "community_id": place.community_id,
            "three_without": traits.three_without,
            "without": list(traits.without),
            "weaknesses": [weakness.value for weakness in traits.weaknesses],
            "priority": traits.priority.value,
            "areas": public_areas(place, estate_id),
        },
        upsert=True,
        session=work.session,
    )


async def find_traits(reader: Reader, estate_ids: Sequence[str], *, scope: Scope) -> list[TraitsOfEstate]:
    """Return what sets the estates that the scope covers apart, in any order; the others are left out."""
    query = scoped(scope, {"estate_id": {"$in": list(estate_ids)}})
    cursor = reader.collection(TRAITS).find(query, session=reader.session)
    return [TraitsOfEstate(document["estate_id"], _traits(document)) async for document in cursor]


def _survey(document: Mapping[str, Any]) -> BaseSurvey:
    scale, households, infrastructure = document["scale"], document["households"], document["infrastructure"]
    return BaseSurvey(
        surveyed_on=day_of_row(document),
        scale=None
        if scale is None
        else BuildingScale(
            building_count=scale["building_count"],
            stairwell_count=scale["stairwell_count"],
            gross_area=Area(scale["gross_area"]),
        ),
        households=None if households is None else HouseholdStructure(**households),
        infrastructure=None
        if infrastructure is None
        else tuple(SurveyedFacility(found["name"], Condition(found["condition"])) for found in infrastructure),
    )


def _traits(document: Mapping[str, Any]) -> Traits:
    return Traits(
        three_without=document["three_without"],
        without=tuple(document["without"]),
        weaknesses=tuple(Weakness(weakness) for weakness in document["weaknesses"]),
        priority=Priority(document["priority"]),
    )
