"""Reads of estates for reports: a few fields of many."""

from collections.abc import Mapping
from typing import Any

from kit.area import Area
from kit.caller import Scope
from kit.mongo import Reader, scoped
from services.registry.domain.estate import EstateKind
from services.registry.domain.estate_report import ClassifiedEstate
from services.registry.domain.mode import ManagementMode
from services.registry.store.estates import ESTATES

MOST_ESTATES_OF_A_DISTRICT = 10_000
"""More than any district has; a report of more would not be read."""

_FIELDS = {"street_id": 1, "kind": 1, "mode": 1, "household_count": 1, "managed_area": 1}


async def classified_estates(
    reader: Reader, district: str, *, street_id: str | None, scope: Scope
) -> list[ClassifiedEstate]:
    """Return the class of each estate of a district, or of one of its streets, that the scope covers, in any order."""
    query: dict[str, Any] = {"district": district}
    if street_id is not None:
        query["street_id"] = street_id
    cursor = (
        reader.collection(ESTATES)
        .find(scoped(scope, query), _FIELDS, session=reader.session)
        .limit(MOST_ESTATES_OF_A_DISTRICT)
    )
    return [_classified(document) async for document in cursor]


def _classified(document: Mapping[str, Any]) -> ClassifiedEstate:
    return ClassifiedEstate(
        street_id=document["street_id"],
        kind=EstateKind(document["kind"]),
        mode=ManagementMode(document["mode"]),
        household_count=document["household_count"],
        managed_area=Area(document["managed_area"]),
    )
