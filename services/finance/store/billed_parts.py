"""The parts of an estate as a bill run reads them: in one pass, by their ids, and no more than it needs."""

from collections.abc import AsyncIterator, Collection, Iterable
from typing import Final

from kit.caller import Scope
from kit.mongo import Document, Reader, scoped
from services.finance.domain.bill_run import BilledPart
from services.finance.store.billed_lines import billed_part
from services.finance.store.parts import PARTS

_NEEDED: Final = {"billed_as": 1, "measured": 1}
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
        page += _parts_of(documents)
        if len(page) == page_size:
            yield page
            page = []
    if page:
        yield page


async def find_billed_parts(reader: Reader, ids: Collection[str], *, scope: Scope) -> dict[str, BilledPart]:
    """Return the registered parts with these ids that the scope sees, by id."""
    query = scoped(scope, {"_id": {"$in": sorted(ids)}})
    documents = await reader.collection(PARTS).find(query, _NEEDED, session=reader.session).to_list(len(ids))
    return {part.id: part for part in _parts_of(documents)}


def _parts_of(documents: Iterable[Document]) -> list[BilledPart]:
    return [
        billed_part(document["_id"], line, document.get("measured"))
        for document in documents
        if (line := document["billed_as"]) is not None
    ]
