"""The indexes that finance's queries need, those of its ledger included."""

from typing import Final

from kit.ledger.store import INDEXES as LEDGER_INDEXES
from kit.mongo import Index
from services.finance.store.arrears_positions import LATEST, POSITIONS
from services.finance.store.bank_lines import BANK_LINES, BANK_MATCHES
from services.finance.store.bill_runs import BILL_RUNS, BILLED_MONTHS
from services.finance.store.bills import BILLS
from services.finance.store.contracts import CONTRACTS
from services.finance.store.custody_accounts import CUSTODY_ACCOUNTS
from services.finance.store.cut_overs import CUT_OVERS
from services.finance.store.deposit_claims import DEPOSIT_CLAIMS
from services.finance.store.deposits import DEPOSITS
from services.finance.store.dunning_records import DUNNING
from services.finance.store.estates import ESTATES
from services.finance.store.fee_accounts import FEE_ACCOUNTS, FEE_SUMMARIES
from services.finance.store.fee_payments import FEE_PAYMENTS, FEE_REFUNDS
from services.finance.store.fee_rates import FEE_RATES, FEE_UNITS
from services.finance.store.fee_service import FEE_CONTRACTS
from services.finance.store.fee_spendings import FEE_SPENDINGS
from services.finance.store.lead_payers import LEAD_PAYERS
from services.finance.store.maintenance_funds import FUND_DEPOSITS, FUNDS, SUB_ACCOUNTS
from services.finance.store.maintenance_movements import FUND_MOVEMENTS, STATEMENTS
from services.finance.store.maintenance_uses import ACCEPTANCES, SHARES, USES
from services.finance.store.mediations import MEDIATIONS
from services.finance.store.parts import PARTS
from services.finance.store.public_revenues import REFUSED_USES, REVENUES, SPENDINGS

INDEXES: Final[tuple[Index, ...]] = (
    Index(ESTATES, (("street_id", 1),)),
    Index(ESTATES, (("district", 1),)),
    Index(PARTS, (("estate_id", 1), ("id", 1))),
    Index(CONTRACTS, (("estate_id", 1),)),
    Index(CONTRACTS, (("decision_id", 1),)),
    Index(CONTRACTS, (("awaits_policy", 1),)),
    Index(DEPOSITS, (("contract_id", 1), ("contract_year", 1)), unique=True),
    Index(DEPOSITS, (("estate_id", 1),)),
    Index(DEPOSITS, (("district", 1), ("contract_id", 1), ("contract_year", 1))),
    Index(DEPOSITS, (("posting_ids", 1),)),
    Index(DEPOSITS, (("next_year_on", 1),)),
    Index(DEPOSITS, (("unannounced_due_on", 1),)),
    Index(DEPOSITS, (("reminder_on", 1),)),
    Index(DEPOSIT_CLAIMS, (("deposit_id", 1),)),
    Index(DEPOSIT_CLAIMS, (("estate_id", 1),)),
    Index(CUSTODY_ACCOUNTS, (("kind", 1), ("district", 1), ("street_id", 1), ("estate_id", 1)), unique=True),
    Index(CUSTODY_ACCOUNTS, (("kind", 1), ("street_id", 1))),
    Index(CUSTODY_ACCOUNTS, (("district", 1),)),
    Index(CUSTODY_ACCOUNTS, (("kind", 1), ("estate_id", 1))),
    Index(CUT_OVERS, (("estate_id", 1), ("taken_back", 1)), unique=True),
    Index(CUT_OVERS, (("district", 1),)),
    Index(BILLS, (("part_id", 1), ("from", 1))),
    Index(BILLS, (("owner_ids", 1),)),
    Index(BILLS, (("estate_id", 1), ("due_on", 1))),
    Index(BILLS, (("contract_id", 1), ("to", 1))),
    Index(BILL_RUNS, (("state", 1),)),
    Index(BILL_RUNS, (("district", 1),)),
    Index(BILL_RUNS, (("estate_id", 1),)),
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
    Index(FEE_SPENDINGS, (("estate_id", 1), ("spent_on", 1), ("id", 1))),
    Index(FUNDS, (("estate_id", 1), ("kind", 1)), unique=True),
    Index(SUB_ACCOUNTS, (("fund_id", 1), ("part_id", 1)), unique=True),
    Index(SUB_ACCOUNTS, (("fund_id", 1), ("id", 1))),
    Index(SUB_ACCOUNTS, (("part_id", 1),)),
    Index(FUND_DEPOSITS, (("district", 1), ("receipt_no", 1)), unique=True),
    Index(FUND_DEPOSITS, (("fund_id", 1), ("match_period", 1))),
    Index(FUND_DEPOSITS, (("sub_account_id", 1),)),
    Index(FUND_DEPOSITS, (("estate_id", 1),)),
    Index(FUND_MOVEMENTS, (("fund_id", 1), ("day", 1))),
    Index(FUND_MOVEMENTS, (("account_id", 1), ("day", 1))),
    Index(FUND_MOVEMENTS, (("estate_id", 1),)),
    Index(STATEMENTS, (("fund_id", 1), ("year", 1), ("revision", 1)), unique=True),
    Index(STATEMENTS, (("estate_id", 1),)),
    Index(ACCEPTANCES, (("contract_id", 1), ("day", 1))),
    Index(USES, (("fund_id", 1),)),
    Index(USES, (("decision_id", 1),)),
    Index(USES, (("estate_id", 1),)),
    Index(SHARES, (("use_id", 1),)),
    Index(SHARES, (("estate_id", 1),)),
    Index(BANK_LINES, (("account_id", 1), ("day", 1))),
    Index(BANK_MATCHES, (("account_id", 1), ("posting_id", 1)), unique=True),
    Index(BANK_MATCHES, (("account_id", 1), ("line_day", 1))),
    Index(BANK_MATCHES, (("account_id", 1), ("posting_day", 1))),
    Index(REVENUES, (("estate_id", 1), ("received_on", 1))),
    Index(REVENUES, (("estate_id", 1), ("bank_ref", 1), ("taken_back_id", 1)), unique=True),
    Index(REVENUES, (("estate_id", 1), ("is_held", 1), ("earmark", 1))),
    Index(REVENUES, (("decision_id", 1),)),
    Index(REVENUES, (("district", 1), ("received_on", 1), ("id", 1))),
    Index(SPENDINGS, (("estate_id", 1), ("spent_on", 1))),
    Index(REFUSED_USES, (("estate_id", 1), ("refused_on", 1))),
    Index(POSITIONS, (("estate_id", 1),)),
    Index(LATEST, (("district", 1), ("estate_id", 1))),
    Index(LATEST, (("estate_id", 1),)),
    Index(DUNNING, (("estate_id", 1),)),
    Index(LEAD_PAYERS, (("estate_id", 1),)),
    Index(MEDIATIONS, (("estate_id", 1),)),
    *LEDGER_INDEXES,
)
