"""The party's coverage of estates and their able residents: seen by the offices, not by the neighbours."""

from collections.abc import Mapping, Sequence
from typing import Any

from kit.caller import Scope
from kit.mongo import Reader, UnitOfWork
from services.registry.domain.base_ledger import RowOutOfOrder
from services.registry.domain.party_coverage import (
    BackboneResident,
    CoverageForm,
    PartyCoverage,
    SecretaryGround,
    ServesAs,
    Standing,
)
from services.registry.domain.territory import Place
from services.registry.store.estate_rows import RowOfEstate, add_row, day_of_row, find_rows

PARTY_COVERAGES = "party_coverages"
BACKBONE_RESIDENTS = "backbone_residents"


async def add_party_coverage(work: UnitOfWork, estate_id: str, place: Place, coverage: PartyCoverage) -> str:
    """Save how the party covers an estate from a day on and return the row's id; raises RowOutOfOrder."""
    return await add_row(
        work,
        PARTY_COVERAGES,
        prefix="pcv",
        estate_id=estate_id,
        place=place,
        on=coverage.from_,
        content={
            "form": coverage.form.value,
            "first_secretary": coverage.first_secretary,
            "grounds": [ground.value for ground in coverage.grounds],
        },
        taken=RowOutOfOrder("the estate has a coverage of this day", path=("input", "from")),
        public=False,
    )


async def find_party_coverages(
    reader: Reader, estate_ids: Sequence[str], *, scope: Scope
) -> list[RowOfEstate[PartyCoverage]]:
    """Return all coverages of the estates that the scope covers, the latest first."""
    documents = await find_rows(reader, PARTY_COVERAGES, estate_ids, scope=scope)
    return [RowOfEstate(document["_id"], document["estate_id"], _coverage(document)) for document in documents]


async def add_backbone_resident(work: UnitOfWork, estate_id: str, place: Place, resident: BackboneResident) -> str:
    """Save an able resident and return the row's id; raises RowOutOfOrder when the name is listed already."""
    return await add_row(
        work,
        BACKBONE_RESIDENTS,
        prefix="bbr",
        estate_id=estate_id,
        place=place,
        on=resident.from_,
        content={
            "name": resident.name,
            "standing": [standing.value for standing in resident.standing],
            "skill": resident.skill,
            "serves_as": None if resident.serves_as is None else resident.serves_as.value,
        },
        taken=RowOutOfOrder("the estate lists a resident of this name", path=("input", "name"), value=resident.name),
        public=False,
    )


async def find_backbone_residents(
    reader: Reader, estate_ids: Sequence[str], *, scope: Scope
) -> list[RowOfEstate[BackboneResident]]:
    """Return the able residents of the estates that the scope covers, the latest found first."""
    documents = await find_rows(reader, BACKBONE_RESIDENTS, estate_ids, scope=scope)
    return [RowOfEstate(document["_id"], document["estate_id"], _resident(document)) for document in documents]


def _coverage(document: Mapping[str, Any]) -> PartyCoverage:
    return PartyCoverage(
        form=CoverageForm(document["form"]),
        from_=day_of_row(document),
        first_secretary=document["first_secretary"],
        grounds=tuple(SecretaryGround(ground) for ground in document["grounds"]),
    )


def _resident(document: Mapping[str, Any]) -> BackboneResident:
    serves_as = document["serves_as"]
    return BackboneResident(
        name=document["name"],
        standing=tuple(Standing(standing) for standing in document["standing"]),
        skill=document["skill"],
        serves_as=None if serves_as is None else ServesAs(serves_as),
        from_=day_of_row(document),
    )
