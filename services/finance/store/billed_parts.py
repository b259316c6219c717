"""The parts of an estate as a bill run reads them: in one pass, by their ids, and no more than it needs."""

from collections.abc import AsyncIterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, Final

from kit.area import Area
from kit.caller import Scope
from kit.mongo import Reader, scoped
from services.finance.domain.bill_run import BilledPart, OwnerSpell
from services.finance.domain.part import AreaSpell, OwnerShare, Part
from services.finance.store.parts import PARTS

_NEEDED: Final = {
    "facts.door_number": 1,
    "facts.area": 1,
    "transfers": 1,
    "undelivered": 1,
    "delivered_on": 1,
    "measured": 1,
}
_BATCH: Final = 2_500
_LAST_ID: Final = "prt_~"


async def stream_billed_parts(
    reader: Reader, estate_id: str, *, scope: Scope, after: str = "", page_size: int = 500
) -> AsyncIterator[list[BilledPart]]:
    """Give the registered parts of an estate behind the id `after`, in pages, over one cursor of the index.

    Outside of a transaction: a page is read before the unit of work that bills it begins.
    """
    query = scoped(scope, {"estate_id": estate_id, "id": {"$gt": after, "$lte": _LAST_ID}})
    cursor = reader.collection(PARTS).find(query, _NEEDED, session=reader.session, batch_size=_BATCH)
    cursor = cursor.sort([("estate_id", 1), ("id", 1)])
    page: list[BilledPart] = []
    # A batch is gone before the next is read: thousands of documents at once would keep the garbage collector busy.
    while documents := await cursor.to_list(min(_BATCH, page_size - len(page))):
        page += [_billed_part(document) for document in documents if document["facts"] is not None]
        if len(page) == page_size:
            yield page
            page = []
    if page:
        yield page


def _billed_part(document: Mapping[str, Any]) -> BilledPart:
    facts, transfers = document["facts"], document["transfers"]
    if len(transfers) == 1 and "undelivered" not in document:
        [(since, shares)] = transfers.items()
        owner_ids = (
            (shares[0]["owner_id"],) if len(shares) == 1 else tuple(sorted({share["owner_id"] for share in shares}))
        )
        owners: tuple[OwnerSpell, ...] = (OwnerSpell(_day(since), owner_ids),)
    else:
        owners = tuple(OwnerSpell(since, owner_ids) for since, owner_ids in _whole(document).fee_debtors)
    if "measured" in document:
        areas = sorted((date.fromisoformat(day), Area(area)) for day, area in document["measured"].items())
        measured = tuple(AreaSpell(since, area) for since, area in areas)
        return BilledPart(document["_id"], facts["door_number"], facts["area"], owners, measured)
    return BilledPart(document["_id"], facts["door_number"], facts["area"], owners)


@lru_cache(maxsize=4_096)
def _day(text: str) -> date:
    """Return the day of an ISO date; many parts have the same."""
    return date.fromisoformat(text)


def _whole(document: Mapping[str, Any]) -> Part:
    """Return the part's owners as the domain has them; its facts are not needed for who owes the fee."""
    return Part(
        id=document["_id"],
        estate_id="",
        transfers={
            date.fromisoformat(day): tuple(OwnerShare(share["owner_id"], share["share"]) for share in shares)
            for day, shares in document["transfers"].items()
        },
        undelivered={date.fromisoformat(day): tuple(ids) for day, ids in document.get("undelivered", {}).items()},
        delivered_on=frozenset(date.fromisoformat(day) for day in document.get("delivered_on", ())),
    )
