"""The indexes that finance's queries need, those of its ledger included."""

from typing import Final

from kit.ledger.store import INDEXES as LEDGER_INDEXES
from kit.mongo import Index
from services.finance.store.bill_runs import BILL_RUNS, BILLED_MONTHS
from services.finance.store.bills import BILLS
from services.finance.store.contracts import CONTRACTS
from services.finance.store.custody_accounts import CUSTODY_ACCOUNTS
from services.finance.store.deposits import DEPOSITS
from services.finance.store.estates import ESTATES
from services.finance.store.fee_accounts import FEE_ACCOUNTS, FEE_SUMMARIES
from services.finance.store.fee_payments import FEE_PAYMENTS, FEE_REFUNDS
from services.finance.store.fee_rates import FEE_RATES, FEE_UNITS
from services.finance.store.fee_service import FEE_CONTRACTS
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
    Index(BILL_RUNS, (("state", 1),)),
    Index(BILLED_MONTHS, (("estate_id", 1), ("item_code", 1), ("month", 1))),
    Index(FEE_RATES, (("estate_id", 1), ("item_code", 1), ("contract_id", 1), ("effective_from", 1)), unique=True),
    Index(FEE_RATES, (("contract_id", 1),)),
    Index(FEE_UNITS, (("estate_id", 1), ("part_id", 1))),
    Index(FEE_UNITS, (("part_id", 1), ("item_code", 1))),
    Index(FEE_CONTRACTS, (("estate_id", 1),)),
    Index(FEE_ACCOUNTS, (("estate_id", 1), ("has_prepaid", 1), ("part_id", 1))),
    Index(FEE_SUMMARIES, (("estate_id", 1), ("from", 1))),
    Index(FEE_SUMMARIES, (("period", 1), ("estate_id", 1))),
    Index(FEE_PAYMENTS, (("district", 1), ("bank_ref", 1)), unique=True),
    Index(FEE_PAYMENTS, (("part_id", 1),)),
    Index(FEE_PAYMENTS, (("estate_id", 1),)),
    Index(FEE_REFUNDS, (("district", 1), ("bank_ref", 1)), unique=True),
    Index(FEE_REFUNDS, (("estate_id", 1),)),
    *LEDGER_INDEXES,
)
