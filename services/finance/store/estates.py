"""The estates as finance knows them, one document each."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from kit.area import Area
from kit.caller import Scope
from kit.days import day_of, text_of
from kit.mongo import Reader, UnitOfWork, scoped
from services.finance.domain.custody import OwnersSide
from services.finance.domain.estate import CommitteeTerm, Estate
from services.finance.domain.visibility import areas_of_estate

ESTATES: Final = "estates"


async def find_estates(reader: Reader, ids: Sequence[str], *, scope: Scope) -> dict[str, Estate]:
    """Return the estates with these ids that the scope sees, by id."""
    cursor = reader.collection(ESTATES).find(scoped(scope, {"_id": {"$in": list(ids)}}), session=reader.session)
    return {document["_id"]: _estate_of(document) for document in await cursor.to_list(len(ids))}


async def find_estate(reader: Reader, estate_id: str, *, scope: Scope) -> Estate | None:
    """Return the estate, or None if it is unknown or outside the scope."""
    return (await find_estates(reader, [estate_id], scope=scope)).get(estate_id)


async def find_district_of_street(reader: Reader, street_id: str, *, scope: Scope) -> str | None:
    """Return the district of a street in which an estate is known; None if there is none in the scope."""
    query = scoped(scope, {"street_id": street_id})
    document = await reader.collection(ESTATES).find_one(query, {"district": 1}, session=reader.session)
    return None if document is None else str(document["district"])


async def is_known_district(reader: Reader, district: str, *, scope: Scope) -> bool:
    """Return whether an estate of the district is known in the scope."""
    query = scoped(scope, {"district": district})
    return await reader.collection(ESTATES).find_one(query, {"district": 1}, session=reader.session) is not None


async def find_estate_ids_of_district(reader: Reader, district: str, *, scope: Scope) -> list[str]:
    """Return the estates of a district that the scope sees, sorted by id."""
    cursor = reader.collection(ESTATES).find(scoped(scope, {"district": district}), {"_id": 1}, session=reader.session)
    return sorted(document["_id"] for document in await cursor.to_list(None))


async def find_known_districts(reader: Reader, *, scope: Scope) -> list[str]:
    """Return the districts in which an estate is known, sorted."""
    cursor = reader.collection(ESTATES).find(scoped(scope, {}), {"district": 1}, session=reader.session)
    return sorted({document["district"] async for document in cursor})


async def save_estate(work: UnitOfWork, estate: Estate) -> None:
    """Keep the estate as it now is; units that decide from several facts about one estate meet here.

    The revision makes every save a change: of two units that each wrote one fact and read the other one's absence, the
    later runs again.
    """
    owners = estate.owners
    document = {
        "district": estate.district,
        "street_id": estate.street_id,
        "community_id": estate.community_id,
        "name": estate.name,
        "code": estate.code,
        "built_on": text_of(estate.built_on),
        "built_year": estate.built_year,
        "gross_areas": {day.isoformat(): area for day, area in estate.gross_areas.items()},
        "congress_formed_on": text_of(owners.congress_formed_on),
        "account_opened_on": text_of(owners.account_opened_on),
        "congress_decision_id": owners.congress_decision_id,
        "committees": {
            committee_id: {"from": term.from_.isoformat(), "to": text_of(term.to), "ended_on": text_of(term.ended_on)}
            for committee_id, term in estate.committees.items()
        },
        "areas": list(
            areas_of_estate(
                district=estate.district,
                street_id=estate.street_id,
                community_id=estate.community_id,
                estate_id=estate.id,
            )
        ),
    }
    await work.collection(ESTATES).update_one(
        {"_id": estate.id}, {"$set": document, "$inc": {"revision": 1}}, upsert=True, session=work.session
    )


def _estate_of(document: dict[str, Any]) -> Estate:
    return Estate(
        id=document["_id"],
        district=document["district"],
        street_id=document["street_id"],
        community_id=document["community_id"],
        name=document["name"],
        code=document.get("code"),
        built_on=day_of(document.get("built_on")),
        built_year=document.get("built_year"),
        gross_areas={date.fromisoformat(day): Area(area) for day, area in document["gross_areas"].items()},
        owners=OwnersSide(
            congress_formed_on=day_of(document["congress_formed_on"]),
            account_opened_on=day_of(document["account_opened_on"]),
            congress_decision_id=document.get("congress_decision_id"),
        ),
        committees={
            committee_id: CommitteeTerm(
                from_=date.fromisoformat(term["from"]), to=day_of(term["to"]), ended_on=day_of(term["ended_on"])
            )
            for committee_id, term in document.get("committees", {}).items()
        },
    )
