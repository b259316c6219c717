"""The indexes that finance's queries need, those of its ledger included."""

from typing import Final

from kit.ledger.store import INDEXES as LEDGER_INDEXES
from kit.mongo import Index
from services.finance.store.bills import BILLS
from services.finance.store.contracts import CONTRACTS
from services.finance.store.custody_accounts import CUSTODY_ACCOUNTS
from services.finance.store.deposits import DEPOSITS
from services.finance.store.estates import ESTATES
from services.finance.store.parts import PARTS

INDEXES: Final[tuple[Index, ...]] = (
    Index(ESTATES, (("street_id", 1),)),
    Index(ESTATES, (("district", 1),)),
    Index(PARTS, (("estate_id", 1), ("id", 1))),
    Index(CONTRACTS, (("estate_id", 1),)),
    Index(CONTRACTS, (("decision_id", 1),)),
    Index(CONTRACTS, (("awaits_policy", 1),)),
    Index(DEPOSITS, (("contract_id", 1), ("contract_year", 1)), unique=True),
    Index(DEPOSITS, (("estate_id", 1),)),
    Index(DEPOSITS, (("posting_ids", 1),)),
    Index(CUSTODY_ACCOUNTS, (("kind", 1), ("district", 1), ("street_id", 1), ("estate_id", 1)), unique=True),
    Index(CUSTODY_ACCOUNTS, (("kind", 1), ("street_id", 1))),
    Index(CUSTODY_ACCOUNTS, (("district", 1),)),
    Index(CUSTODY_ACCOUNTS, (("kind", 1), ("estate_id", 1))),
    Index(BILLS, (("part_id", 1), ("from", 1))),
    Index(BILLS, (("owner_ids", 1),)),
    Index(BILLS, (("estate_id", 1), ("due_on", 1))),
    Index(BILLS, (("contract_id", 1), ("to", 1))),
    *LEDGER_INDEXES,
)
