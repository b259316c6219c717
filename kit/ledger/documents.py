"""How the ledger is kept in the store: collections, indexes, and documents to and from values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from kit.ledger.transfers import (
    Account,
    Holding,
    Leg,
    Posting,
    Side,
    Transfer,
    canonical_json,
    posting_content,
)
from kit.money import Fen
from kit.mongo import Index

ACCOUNTS: Final = "ledger_accounts"
BALANCES: Final = "ledger_balances"
POSTINGS: Final = "ledger_postings"
ENTRIES: Final = "ledger_entries"
RESERVATIONS: Final = "ledger_reservations"
PERIOD_LOCKS: Final = "ledger_period_locks"
BANK_ASSERTIONS: Final = "ledger_bank_assertions"
UNSEALED: Final = "ledger_unsealed"
TREES: Final = "ledger_trees"
TREE_LEAVES: Final = "ledger_tree_leaves"
TREE_NODES: Final = "ledger_tree_nodes"
TREE_HEADS: Final = "ledger_tree_heads"

INDEXES: Final = (
    # `code` repeats `_id`: a range on `_id` itself is slow on the embedded server.
    Index(ACCOUNTS, (("book", 1), ("code", 1)), unique=True),
    Index(POSTINGS, (("book", 1), ("key", 1)), unique=True),
    Index(ENTRIES, (("account", 1), ("sequence", 1)), unique=True),
    Index(ENTRIES, (("account", 1), ("occurred_on", 1))),
    Index(RESERVATIONS, (("book", 1), ("key", 1)), unique=True),
    Index(RESERVATIONS, (("book", 1), ("state", 1))),
    Index(PERIOD_LOCKS, (("book", 1), ("period", 1)), unique=True),
    Index(BANK_ASSERTIONS, (("account", 1), ("day", 1), ("revision", 1)), unique=True),
    Index(BANK_ASSERTIONS, (("book", 1), ("is_latest", 1), ("day", 1))),
    Index(TREE_LEAVES, (("book", 1), ("offset", 1)), unique=True),
    Index(TREE_LEAVES, (("posting", 1),), unique=True),
    Index(TREE_HEADS, (("book", 1), ("size", 1)), unique=True),
)
"""What the ledger's queries need; a service that keeps a ledger adds them to its own indexes.

Balances, the queue for the sealer and the inner nodes of the trees are read by `_id` alone and have none: on the
embedded server each index of a document that every posting changes or adds makes the posting a tenth slower.
"""


@dataclass(frozen=True)
class PostedPosting:
    """A posting as it stands in the book, with the entries it made; `replayed` if its key had been posted before."""

    id: str
    posting: Posting
    posted_at: datetime
    posted_by: str
    correlation_id: str
    legs: tuple[Leg, ...]
    replayed: bool = False

    def balance_after(self, account: str) -> Fen:
        """Return the account's balance right after this posting; raises KeyError if it does not touch the account."""
        for leg in reversed(self.legs):
            if leg.account == account:
                return leg.balance_fen
        raise KeyError(account)


@dataclass(frozen=True)
class Entry:
    """One line of an account: the how-manieth, on which side, how much, and the balance after it."""

    account: str
    sequence: int
    posting_id: str
    side: Side
    amount_fen: Fen
    balance_fen: Fen
    occurred_on: date
    posted_at: datetime
    memo: str


def account_document(account: Account, *, opened_at: datetime) -> dict[str, Any]:
    """Return the document of an account's terms; only its areas may change later."""
    return {
        "_id": account.id,
        "code": account.id,
        "book": account.book,
        "name": account.name,
        "side": account.side.value,
        "district": account.district,
        "areas": sorted(account.areas),
        "may_go_negative": account.may_go_negative,
        "opened_at": opened_at,
    }


def balance_document(account: Account, *, opened_at: datetime) -> dict[str, Any]:
    """Return the document of what a new account holds, with the terms that every posting needs."""
    return {
        "_id": account.id,
        "book": account.book,
        "side": account.side.value,
        "may_go_negative": account.may_go_negative,
        "balance_fen": 0,
        "reserved_fen": 0,
        "entry_count": 0,
        "version": 0,
        "last_posted_at": opened_at,
    }


def account_of(document: Mapping[str, Any]) -> Account:
    """Return the account that a document describes."""
    return Account(
        id=document["_id"],
        book=document["book"],
        name=document["name"],
        side=Side(document["side"]),
        district=document["district"],
        areas=tuple(document["areas"]),
        may_go_negative=document["may_go_negative"],
    )


def holding_of(document: Mapping[str, Any]) -> Holding:
    """Return what the account of a balance document holds."""
    return Holding(
        account=document["_id"],
        side=Side(document["side"]),
        may_go_negative=document["may_go_negative"],
        balance_fen=Fen(document["balance_fen"]),
        reserved_fen=Fen(document["reserved_fen"]),
        entry_count=document["entry_count"],
    )


def posting_document(posted: PostedPosting) -> dict[str, Any]:
    """Return the document of a posting; written once, never changed."""
    return {
        "_id": posted.id,
        **posting_content(posted.posting),
        "digest": posted.posting.digest,
        "posted_at": posted.posted_at,
        "posted_by": posted.posted_by,
        "correlation_id": posted.correlation_id,
        "legs": [
            {
                "account": leg.account,
                "sequence": leg.sequence,
                "side": leg.side.value,
                "amount_fen": leg.amount_fen,
                "balance_fen": leg.balance_fen,
            }
            for leg in posted.legs
        ],
    }


def posting_of(document: Mapping[str, Any]) -> Posting:
    """Return what was asked to be posted."""
    return Posting(
        book=document["book"],
        key=document["key"],
        transfers=tuple(
            Transfer(debit=move["debit"], credit=move["credit"], amount_fen=Fen(move["amount_fen"]))
            for move in document["transfers"]
        ),
        occurred_on=date.fromisoformat(document["occurred_on"]),
        memo=document["memo"],
        district=document["district"],
        policy_id=document["policy_id"],
        reverses=document["reverses"],
        reservation=document["reservation"],
    )


def posted_posting_of(document: Mapping[str, Any], *, replayed: bool = False) -> PostedPosting:
    """Return the posting that a document describes."""
    return PostedPosting(
        id=document["_id"],
        posting=posting_of(document),
        posted_at=document["posted_at"],
        posted_by=document["posted_by"],
        correlation_id=document["correlation_id"],
        legs=tuple(
            Leg(
                account=leg["account"],
                sequence=leg["sequence"],
                side=Side(leg["side"]),
                amount_fen=Fen(leg["amount_fen"]),
                balance_fen=Fen(leg["balance_fen"]),
            )
            for leg in document["legs"]
        ),
        replayed=replayed,
    )


def sealed_content(document: Mapping[str, Any]) -> bytes:
    """Return the bytes of a posting that its seal covers: the whole document, instants as text."""
    return canonical_json(
        {name: value.isoformat() if isinstance(value, datetime) else value for name, value in document.items()}
    )


def entry_documents(posting: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the documents of the entries that a posting's document says it made; written once, never changed."""
    return [
        {
            "_id": f"{leg['account']}#{leg['sequence']}",
            "account": leg["account"],
            "sequence": leg["sequence"],
            "book": posting["book"],
            "posting": posting["_id"],
            "side": leg["side"],
            "amount_fen": leg["amount_fen"],
            "balance_fen": leg["balance_fen"],
            "occurred_on": posting["occurred_on"],
            "posted_at": posting["posted_at"],
            "memo": posting["memo"],
        }
        for leg in posting["legs"]
    ]


def entry_of(document: Mapping[str, Any]) -> Entry:
    """Return the entry that a document describes."""
    return Entry(
        account=document["account"],
        sequence=document["sequence"],
        posting_id=document["posting"],
        side=Side(document["side"]),
        amount_fen=Fen(document["amount_fen"]),
        balance_fen=Fen(document["balance_fen"]),
        occurred_on=date.fromisoformat(document["occurred_on"]),
        posted_at=document["posted_at"],
        memo=document["memo"],
    )
