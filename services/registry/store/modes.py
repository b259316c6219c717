"""The modes of estates: one file per estate with every record of it, those that were reversed included."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pymongo.errors import DuplicateKeyError

from kit.caller import Scope
from kit.days import day_of, text_of
from kit.mongo import ConcurrentChange, Reader, UnitOfWork, scoped
from policy.vocabulary import CostBearer, ModeMeans
from services.registry.domain.mode import (
    BasicItem,
    ManagementMode,
    ModeEvent,
    ModeRecord,
    ModeReview,
    ReversedRecord,
    ServiceTerms,
)
from services.registry.domain.mode_rules import TitleSituation
from services.registry.domain.territory import Place, public_areas
from services.registry.store.estates import GRANTS_OF_ESTATES

ESTATE_MODES = "estate_modes"


@dataclass(frozen=True, kw_only=True)
class EstateModes:
    """What is known of how one estate is managed; `version` is 0 before the first record is saved."""

    estate_id: str
    history: tuple[ModeRecord, ...] = ()
    reversed_records: tuple[ReversedRecord, ...] = ()
    titles: TitleSituation | None = None
    version: int = 0

    @property
    def mode(self) -> ManagementMode:
        """The mode that the latest record brought."""
        return self.history[-1].mode if self.history else ManagementMode.NONE


@dataclass(frozen=True)
class PlaceFilter:
    """Where the estates lie that a list shows; an empty one shows all that the scope covers."""

    district: str | None = None
    street_id: str | None = None
    community_id: str | None = None

    def query(self) -> dict[str, str]:
        """Return the equality conditions."""
        conditions = {"district": self.district, "street_id": self.street_id, "community_id": self.community_id}
        return {name: value for name, value in conditions.items() if value is not None}


def review_key(record: ModeRecord, estate_id: str) -> str | None:
    """Return the place of a record in the order of reviews, such as "2026-03-01/est_…"; None when it has no review."""
    return None if record.review_on is None else f"{record.review_on.isoformat()}/{estate_id}"


async def modes_of(work: UnitOfWork, estate_id: str) -> EstateModes:
    """Return what is known of the modes of an estate that the caller's scope covers; empty before the first record."""
    query = scoped(work.caller.scope, {"estate_id": estate_id})
    document = await work.collection(ESTATE_MODES).find_one(query, session=work.session)
    return EstateModes(estate_id=estate_id) if document is None else _modes(document)


async def find_modes_of_estates(reader: Reader, estate_ids: Sequence[str], *, scope: Scope) -> list[EstateModes]:
    """Return the modes of the estates that the scope covers and that have a record, in any order."""
    query = scoped(scope, {"estate_id": {"$in": list(estate_ids)}})
    return [_modes(document) async for document in reader.collection(ESTATE_MODES).find(query, session=reader.session)]


async def page_past_review(
    reader: Reader, places: PlaceFilter, *, today: date, scope: Scope, after: str | None, limit: int
) -> list[EstateModes]:
    """Return at most `limit` estates whose day of review has passed, the longest overdue first (PZ-30).

    `after` is the `review_key` of the last one of the page before; one declared index, bounded at both ends.
    """
    overdue = {"review_key": {"$gt": after or "", "$lt": today.isoformat()}}
    conditions = places.query()
    grants = scope.area_filter()
    if grants is None or conditions:
        queries = [scoped(scope, {**conditions, **overdue})]
    else:
        queries = [{"areas": grant, **overdue} for grant in grants if grant.startswith(GRANTS_OF_ESTATES)]
    found: dict[str, EstateModes] = {}
    for query in queries:
        cursor = reader.collection(ESTATE_MODES).find(query, session=reader.session).sort("review_key", 1).limit(limit)
        found.update({document["review_key"]: _modes(document) async for document in cursor})
    return [found[key] for key in sorted(found)[:limit]]


async def save_modes(work: UnitOfWork, modes: EstateModes, place: Place) -> None:
    """Save the file of an estate; raises ConcurrentChange if it changed since it was read."""
    collection = work.collection(ESTATE_MODES)
    latest = modes.history[-1] if modes.history else None
    values = {
        "records": [_record_document(record) for record in modes.history],
        "reversed": [
            {
                "record": _record_document(each.record),
                "reason": each.reason,
                "reversed_on": text_of(each.reversed_on),
            }
            for each in modes.reversed_records
        ],
        "titles": None if modes.titles is None else modes.titles.value,
        "review_key": None if latest is None else review_key(latest, modes.estate_id),
    }
    if modes.version == 0:
        new = {
            "_id": modes.estate_id,
            "estate_id": modes.estate_id,
            "district": place.district,
            "street_id": place.street_id,
            "community_id": place.community_id,
            "areas": public_areas(place, modes.estate_id),
            "version": 1,
            **values,
        }
        try:
            await collection.insert_one(new, session=work.session)
        except DuplicateKeyError as error:
            raise ConcurrentChange(f"estate {modes.estate_id} has its first record meanwhile") from error
        return
    result = await collection.update_one(
        {"_id": modes.estate_id, "version": modes.version}, {"$set": values, "$inc": {"version": 1}},
        session=work.session,
    )  # fmt: skip
    if result.matched_count != 1:
        raise ConcurrentChange(f"the modes of estate {modes.estate_id} changed")


def _modes(document: Mapping[str, Any]) -> EstateModes:
    return EstateModes(
        estate_id=document["estate_id"],
        history=tuple(_record(record) for record in document["records"]),
        reversed_records=tuple(
            ReversedRecord(
                record=_record(each["record"]),
                reason=each["reason"],
                reversed_on=date.fromisoformat(each["reversed_on"]),
            )
            for each in document["reversed"]
        ),
        titles=None if document["titles"] is None else TitleSituation(document["titles"]),
        version=document["version"],
    )


def _record_document(record: ModeRecord) -> dict[str, Any]:
    terms = record.terms
    return {
        "mode": record.mode.value,
        "event": record.event.value,
        "label": record.label,
        "from": text_of(record.from_),
        "to": text_of(record.to),
        "means": None if record.means is None else record.means.value,
        "decision_id": record.decision_id,
        "contract_id": record.contract_id,
        "consultation_id": record.consultation_id,
        "provider_id": record.provider_id,
        "items": [item.value for item in record.items],
        "cost_bearer": None if record.cost_bearer is None else record.cost_bearer.value,
        "terms": None
        if terms is None
        else {"content": terms.content, "fee_standard": terms.fee_standard, "payment_way": terms.payment_way},
        "is_pilot": record.is_pilot,
        "analysis": record.analysis,
        "review_on": text_of(record.review_on),
        "reviews": [
            {
                "reviewed_on": text_of(review.reviewed_on),
                "action": review.action,
                "review_on": text_of(review.review_on),
            }
            for review in record.reviews
        ],
        "policy_version_id": record.policy_version_id,
    }


def _record(document: Mapping[str, Any]) -> ModeRecord:
    terms, means, bearer = document["terms"], document["means"], document["cost_bearer"]
    return ModeRecord(
        mode=ManagementMode(document["mode"]),
        event=ModeEvent(document["event"]),
        label=document["label"],
        from_=date.fromisoformat(document["from"]),
        to=day_of(document["to"]),
        means=None if means is None else ModeMeans(means),
        decision_id=document["decision_id"],
        contract_id=document["contract_id"],
        consultation_id=document["consultation_id"],
        provider_id=document["provider_id"],
        items=tuple(BasicItem(item) for item in document["items"]),
        cost_bearer=None if bearer is None else CostBearer(bearer),
        terms=None
        if terms is None
        else ServiceTerms(
            content=terms["content"], fee_standard=terms["fee_standard"], payment_way=terms["payment_way"]
        ),
        is_pilot=document["is_pilot"],
        analysis=document["analysis"],
        review_on=day_of(document["review_on"]),
        reviews=tuple(
            ModeReview(
                reviewed_on=date.fromisoformat(review["reviewed_on"]),
                action=review["action"],
                review_on=date.fromisoformat(review["review_on"]),
            )
            for review in document["reviews"]
        ),
        policy_version_id=document["policy_version_id"],
    )
