"""The bills that a run makes out, written in bulk: a city has millions a month, and most of their cost is the way."""

from collections.abc import Sequence
from typing import Final

from kit.money import ZERO_FEN
from kit.mongo import ConcurrentChange, Document, UnitOfWork
from services.finance.domain.bill import FeeBill
from services.finance.domain.bill_run import BillLine, BillRun, NewBill
from services.finance.store.bills import BILLS, bill_areas, bill_document

_MOST_BILLS: Final = 2_500
_MOST_BYTES: Final = 8_000_000
_BYTES_OF_BILL: Final = 1_600
_BYTES_OF_OWNER: Final = 160
"""A command takes sixteen megabytes; a bill and each of its owners take less than this."""


async def insert_new_bills(
    work: UnitOfWork, run: BillRun, bills: Sequence[NewBill], ids: Sequence[str], *, place: Sequence[str]
) -> None:
    """Write the bills under these ids; `place` is what `bill_areas` begins with.

    Raises ConcurrentChange if one of the ids is taken: another goes on with the run.
    """
    most_owners = max(len(bill.owner_ids) for bill in bills)
    at_once = min(_MOST_BILLS, max(1, _MOST_BYTES // (_BYTES_OF_BILL + _BYTES_OF_OWNER * most_owners)))
    database = work.collection(BILLS).database
    for start in range(0, len(bills), at_once):
        some = slice(start, start + at_once)
        documents = new_bill_documents(run, bills[some], ids[some], place=place)
        # The driver's own bulk insertion looks at every document once more before it encodes it.
        answer = await database.command({"insert": BILLS, "documents": documents}, session=work.session)
        if answer["n"] != len(documents):
            raise ConcurrentChange(f"bills of the run {run.id!r} are written already")


def new_bill_documents(
    run: BillRun, bills: Sequence[NewBill], ids: Sequence[str], *, place: Sequence[str]
) -> list[Document]:
    """Return the documents of the bills, as `bill_document` makes them; what all bills of a line share is made once."""
    shared = {id(line): _shared_by(run, line) for line in run.lines}
    documents = []
    for id_, (line, part_id, door_number, owner_ids, from_, to, quantity, amount) in zip(ids, bills, strict=True):
        document = shared[id(line)].copy()
        document["_id"] = id_
        document["part_id"] = part_id
        document["door_number"] = door_number
        document["owner_ids"] = owner_ids
        if from_ is not line.from_ or to is not line.to:
            document["from"] = from_.isoformat()
            document["to"] = to.isoformat()
        document["quantity"] = quantity
        document["amount"] = amount
        document["areas"] = bill_areas(place, part_id=part_id, owner_ids=owner_ids)
        documents.append(document)
    return documents


def _shared_by(run: BillRun, line: BillLine) -> Document:
    """Return the fields that a new bill of a line has whatever its part."""
    model = FeeBill(
        id="",
        district=run.district,
        estate_id=run.estate_id,
        part_id="",
        door_number="",
        owner_ids=(),
        run_id=run.id,
        item_code=line.item_code,
        period=run.period,
        from_=line.from_,
        to=line.to,
        issued_on=run.issued_on,
        due_on=run.due_on,
        unit=line.unit,
        rate=line.rate,
        quantity=0,
        amount=ZERO_FEN,
        creditor=line.creditor,
        source=line.source,
        contract_id=line.contract_id,
    )
    return bill_document(model, areas=())
