"""Reserve → post or void: money is set aside for a payment that is decided, but not yet made.

What a reservation would take out of an account is no longer available there, though still in its balance. A reservation
is posted whole or voided whole. To pay less than was reserved, void it and post the lesser amount in the same unit of
work: what was approved and what was paid then stay two separate facts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from pymongo.errors import DuplicateKeyError

from kit.errors import NotFound, StateConflict
from kit.ids import new_id
from kit.ledger.documents import RESERVATIONS, PostedPosting, holding_of, posting_of
from kit.ledger.postings import PostingKeyUsed, balance_documents, change_balances, post
from kit.ledger.transfers import RESERVATION_PREFIX, Posting, net_changes, posting_content, require_funds
from kit.money import Fen, add_fen
from kit.mongo import ConcurrentChange, Document, UnitOfWork

_PREFIX: Final = "rsv"


class ReservationState(StrEnum):
    """Where a reservation stands; POSTED and VOIDED are final."""

    RESERVED = "RESERVED"
    POSTED = "POSTED"
    VOIDED = "VOIDED"


class ReservationUnknown(NotFound):
    """No such reservation."""


class ReservationSettled(StateConflict):
    """The reservation was posted or voided before."""


@dataclass(frozen=True)
class Reservation:
    """A posting that is set aside: what it takes from each account, and where it stands."""

    id: str
    posting: Posting
    held_fen: Mapping[str, Fen]
    state: ReservationState
    reserved_at: datetime
    posting_id: str | None = None
    replayed: bool = False


async def reserve(work: UnitOfWork, posting: Posting) -> Reservation:
    """Set the posting's outgoing amounts aside; the same posting again returns the reservation that stands.

    Raises AccountOverdrawn if an account has less available, PostingKeyUsed, AccountUnknown, InvalidPosting.
    """
    reservations = work.collection(RESERVATIONS)
    known = await reservations.find_one({"book": posting.book, "key": posting.key}, session=work.session)
    if known is not None:
        if known["digest"] != posting.digest:
            raise PostingKeyUsed("this key was reserved with another content", path=("key",), value=posting.key)
        return replace(_reservation_of(known), replayed=True)
    balances = await balance_documents(work, posting.book, posting.accounts)
    holdings = {account_id: holding_of(document) for account_id, document in balances.items()}
    held: dict[str, Fen] = {}
    for account_id, change in net_changes(posting.transfers, holdings.values()).items():
        if change < 0:
            require_funds(holdings[account_id], change)
            held[account_id] = Fen(-change)
    await _change_reserved(work, balances, held)
    document: Document = {
        "_id": new_id(_PREFIX),
        **posting_content(posting),
        "digest": posting.digest,
        "held_fen": [{"account": account_id, "amount_fen": amount} for account_id, amount in held.items()],
        "state": ReservationState.RESERVED.value,
        "reserved_at": work.now,
        "posting_id": None,
    }
    try:
        await reservations.insert_one(document, session=work.session)
    except DuplicateKeyError as error:
        raise ConcurrentChange(f"the key {posting.key!r} is being reserved") from error
    return _reservation_of(document)


async def post_reserved(work: UnitOfWork, reservation_id: str, *, occurred_on: date | None = None) -> PostedPosting:
    """Post what was reserved, whole, dated `occurred_on` (today if not given), and free what was set aside.

    Raises ReservationUnknown, ReservationSettled, and what `post` raises.
    """
    reservation = await _unsettled(work, reservation_id)
    await _free(work, reservation)
    posted = await post(
        work,
        replace(
            reservation.posting,
            key=f"{RESERVATION_PREFIX}{reservation_id}",
            occurred_on=occurred_on or work.today,
            reservation=reservation_id,
        ),
    )
    await _settle(work, reservation_id, ReservationState.POSTED, {"posting_id": posted.id})
    return posted


async def void_reserved(work: UnitOfWork, reservation_id: str, *, reason: str) -> None:
    """Free what was set aside without paying it; raises ReservationUnknown, ReservationSettled."""
    reservation = await _unsettled(work, reservation_id)
    await _free(work, reservation)
    await _settle(work, reservation_id, ReservationState.VOIDED, {"void_reason": reason})


async def _unsettled(work: UnitOfWork, reservation_id: str) -> Reservation:
    document = await work.collection(RESERVATIONS).find_one({"_id": reservation_id}, session=work.session)
    if document is None:
        raise ReservationUnknown("no such reservation", value=reservation_id)
    reservation = _reservation_of(document)
    if reservation.state is not ReservationState.RESERVED:
        raise ReservationSettled(f"the reservation is {reservation.state} already", value=reservation_id)
    return reservation


async def _free(work: UnitOfWork, reservation: Reservation) -> None:
    held = {account_id: Fen(-amount) for account_id, amount in reservation.held_fen.items()}
    balances = await balance_documents(work, reservation.posting.book, tuple(held))
    await _change_reserved(work, balances, held)


async def _change_reserved(work: UnitOfWork, balances: Mapping[str, Document], by: Mapping[str, Fen]) -> None:
    if by:
        changes: dict[str, Document] = {
            account_id: {"reserved_fen": add_fen(Fen(balances[account_id]["reserved_fen"]), change)}
            for account_id, change in by.items()
        }
        await change_balances(work, balances, changes)


async def _settle(work: UnitOfWork, reservation_id: str, state: ReservationState, how: dict[str, Any]) -> None:
    settled = await work.collection(RESERVATIONS).update_one(
        {"_id": reservation_id, "state": ReservationState.RESERVED.value},
        {"$set": {"state": state.value, "settled_at": work.now, **how}},
        session=work.session,
    )
    if settled.matched_count == 0:
        raise ConcurrentChange(f"the reservation {reservation_id!r} is being settled")


def _reservation_of(document: Mapping[str, Any]) -> Reservation:
    return Reservation(
        id=document["_id"],
        posting=posting_of(document),
        held_fen={held["account"]: Fen(held["amount_fen"]) for held in document["held_fen"]},
        state=ReservationState(document["state"]),
        reserved_at=document["reserved_at"],
        posting_id=document["posting_id"],
    )
