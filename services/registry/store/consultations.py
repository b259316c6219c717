"""Surveys of owners and residents before a mode is chosen; they are recorded once and never changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kit.caller import Scope
from kit.days import text_of
from kit.mongo import Reader, UnitOfWork, scoped
from services.registry.domain.consultation import Survey
from services.registry.domain.mode import ManagementMode
from services.registry.domain.territory import Place, public_areas

CONSULTATIONS = "consultations"


@dataclass(frozen=True, kw_only=True)
class ConsultationRecord:
    """A survey as it is stored: of which estate, and the document that proves it, if one is registered."""

    estate_id: str
    place: Place
    survey: Survey
    document_id: str | None

    @property
    def id(self) -> str:
        """The survey's id."""
        return self.survey.id


async def add_consultation(work: UnitOfWork, consultation: ConsultationRecord) -> None:
    """Save a new survey."""
    survey, place = consultation.survey, consultation.place
    await work.collection(CONSULTATIONS).insert_one(
        {
            "_id": survey.id,
            "estate_id": consultation.estate_id,
            "district": place.district,
            "street_id": place.street_id,
            "community_id": place.community_id,
            "mode": survey.mode.value,
            "from": text_of(survey.from_),
            "to": text_of(survey.to),
            "asked": survey.asked,
            "answered": survey.answered,
            "consenting": survey.consenting,
            "document_id": consultation.document_id,
            "areas": public_areas(place, consultation.estate_id),
        },
        session=work.session,
    )


async def find_consultations(reader: Reader, ids: Sequence[str], *, scope: Scope) -> list[ConsultationRecord]:
    """Return the surveys of these ids that the scope covers, in any order."""
    cursor = reader.collection(CONSULTATIONS).find(scoped(scope, {"_id": {"$in": list(ids)}}), session=reader.session)
    return [_consultation(document) async for document in cursor]


async def find_consultations_of_estates(
    reader: Reader, estate_ids: Sequence[str], *, scope: Scope
) -> list[ConsultationRecord]:
    """Return all surveys of the estates that the scope covers, the latest first; an estate has a few."""
    query = scoped(scope, {"estate_id": {"$in": list(estate_ids)}})
    cursor = reader.collection(CONSULTATIONS).find(query, session=reader.session)
    found = [_consultation(document) async for document in cursor]
    return sorted(found, key=lambda consultation: (consultation.survey.to, consultation.id), reverse=True)


def _consultation(document: Mapping[str, Any]) -> ConsultationRecord:
    return ConsultationRecord(
        estate_id=document["estate_id"],
        place=Place(document["district"], document["street_id"], document["community_id"]),
        survey=Survey(
            id=document["_id"],
            mode=ManagementMode(document["mode"]),
            from_=date.fromisoformat(document["from"]),
            to=date.fromisoformat(document["to"]),
            asked=document["asked"],
            answered=document["answered"],
            consenting=document["consenting"],
        ),
        document_id=document["document_id"],
    )
