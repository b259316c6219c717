"""The movements of deposits as the ledger has them; whoever sees a deposit sees all of its movements (ZG-22)."""

from collections.abc import Mapping, Sequence

from kit.caller import Scope
from kit.ledger.documents import POSTINGS, PostedPosting, posted_posting_of
from kit.ledger.store import account_states
from kit.mongo import Reader, scoped
from services.finance.domain.deposit_ledger import LedgerEntry, entry_id
from services.finance.store.deposits import DEPOSITS


async def find_movements(reader: Reader, deposit_ids: Sequence[str], *, scope: Scope) -> dict[str, list[LedgerEntry]]:
    """Return the ledger's transfers of each deposit that the scope sees, by deposit, in the order of posting."""
    query = scoped(scope, {"_id": {"$in": list(deposit_ids)}})
    deposits = await reader.collection(DEPOSITS).find(query, {"posting_ids": 1}, session=reader.session).to_list(None)
    posting_ids = [posting_id for deposit in deposits for posting_id in deposit["posting_ids"]]
    entries = await _entries_of(reader, posting_ids)
    return {
        deposit["_id"]: [entry for posting_id in deposit["posting_ids"] for entry in entries.get(posting_id, [])]
        for deposit in deposits
    }


async def find_entries(reader: Reader, ids: Sequence[str], *, scope: Scope) -> dict[str, LedgerEntry]:
    """Return the ledger's transfers with these ids, by id, as far as the scope sees their deposits."""
    asked = sorted({id_.rpartition("-")[0] for id_ in ids})
    query = scoped(scope, {"posting_ids": {"$in": asked}})
    deposits = await reader.collection(DEPOSITS).find(query, {"posting_ids": 1}, session=reader.session).to_list(None)
    visible = {posting_id for deposit in deposits for posting_id in deposit["posting_ids"]}
    entries = await _entries_of(reader, [posting_id for posting_id in asked if posting_id in visible])
    by_id = {entry.id: entry for of_posting in entries.values() for entry in of_posting}
    return {id_: by_id[id_] for id_ in ids if id_ in by_id}


async def _entries_of(reader: Reader, posting_ids: Sequence[str]) -> dict[str, list[LedgerEntry]]:
    """Return the transfers of postings that belong to deposits the scope sees; both sides' accounts go with them."""
    if not posting_ids:
        return {}
    cursor = reader.collection(POSTINGS).find({"_id": {"$in": list(posting_ids)}}, session=reader.session)
    postings = [posted_posting_of(document) for document in await cursor.to_list(None)]
    accounts = sorted({account for posted in postings for account in posted.posting.accounts})
    states = await account_states(reader, accounts, scope=Scope.everything())
    names = {account_id: state.account.name for account_id, state in states.items()}
    return {posted.id: _entries(posted, names) for posted in postings}


def _entries(posted: PostedPosting, names: Mapping[str, str]) -> list[LedgerEntry]:
    return [
        LedgerEntry(
            id=entry_id(posted.id, place),
            posting_id=posted.id,
            posted_at=posted.posted_at,
            occurred_on=posted.posting.occurred_on,
            debit=names[transfer.debit],
            credit=names[transfer.credit],
            amount=transfer.amount_fen,
            memo=posted.posting.memo,
            reverses=posted.posting.reverses,
        )
        for place, transfer in enumerate(posted.posting.transfers, start=1)
    ]
