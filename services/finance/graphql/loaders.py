"""Batched reads: however often one request asks, each of these asks the store once, with the caller's scope."""

from collections.abc import Mapping, Sequence

from kit.caller import Scope
from services.finance.domain.arrears import ArrearsPosition
from services.finance.domain.contract import ServiceContract
from services.finance.domain.custody import CustodyAccount
from services.finance.domain.deposit import PerformanceDeposit
from services.finance.domain.deposit_claim import DepositClaim
from services.finance.domain.deposit_ledger import LedgerEntry
from services.finance.domain.estate import Estate
from services.finance.graphql.context import Context
from services.finance.store.arrears_positions import find_latest_positions
from services.finance.store.contracts import find_contracts
from services.finance.store.custody_accounts import find_accounts, find_accounts_of_owners, find_accounts_of_streets
from services.finance.store.deposit_claims import find_claims, find_claims_of_deposits
from services.finance.store.deposits import find_deposits, find_deposits_of_contracts, find_deposits_of_estates
from services.finance.store.estates import find_estates
from services.finance.store.movements import find_entries, find_movements

# Whoever sees a deposit sees which account holds it (ZG-22), also an owner, whose scope has no street.
ACCOUNTS_OF_VISIBLE_DEPOSITS = Scope.everything()


async def estates_by_id(context: Context, ids: Sequence[str]) -> Mapping[str, Estate]:
    """Return estates by id."""
    return await find_estates(context.mongo, ids, scope=context.scope)


async def contracts_by_id(context: Context, ids: Sequence[str]) -> Mapping[str, ServiceContract]:
    """Return contracts by id."""
    return await find_contracts(context.mongo, ids, scope=context.scope)


async def deposits_by_id(context: Context, ids: Sequence[str]) -> Mapping[str, PerformanceDeposit]:
    """Return deposits by id."""
    return await find_deposits(context.mongo, ids, scope=context.scope)


async def deposits_by_estate(context: Context, ids: Sequence[str]) -> Mapping[str, list[PerformanceDeposit]]:
    """Return each estate's deposits, the earliest agreed first."""
    return await find_deposits_of_estates(context.mongo, ids, scope=context.scope)


async def deposits_by_contract(context: Context, ids: Sequence[str]) -> Mapping[str, list[PerformanceDeposit]]:
    """Return each contract's deposits, the first year first."""
    return await find_deposits_of_contracts(context.mongo, ids, scope=context.scope)


async def claims_by_id(context: Context, ids: Sequence[str]) -> Mapping[str, DepositClaim]:
    """Return claims on deposits by id."""
    return await find_claims(context.mongo, ids, scope=context.scope)


async def claims_by_deposit(context: Context, ids: Sequence[str]) -> Mapping[str, list[DepositClaim]]:
    """Return the claims on each deposit, the first one first."""
    return await find_claims_of_deposits(context.mongo, ids, scope=context.scope)


async def latest_positions_by_estate(context: Context, ids: Sequence[str]) -> Mapping[str, ArrearsPosition]:
    """Return what was measured of each estate's arrears last."""
    return await find_latest_positions(context.mongo, ids, scope=context.scope)


async def movements_by_deposit(context: Context, ids: Sequence[str]) -> Mapping[str, list[LedgerEntry]]:
    """Return each deposit's movements, in the order of posting."""
    return await find_movements(context.mongo, ids, scope=context.scope)


async def entries_by_id(context: Context, ids: Sequence[str]) -> Mapping[str, LedgerEntry]:
    """Return ledger entries by id."""
    return await find_entries(context.mongo, ids, scope=context.scope)


async def accounts_by_id(context: Context, ids: Sequence[str]) -> Mapping[str, CustodyAccount]:
    """Return custody accounts by id."""
    return await find_accounts(context.mongo, ids, scope=context.scope)


async def accounts_by_street(context: Context, ids: Sequence[str]) -> Mapping[str, CustodyAccount]:
    """Return the designated accounts of streets, by street."""
    return await find_accounts_of_streets(context.mongo, ids, scope=context.scope)


async def accounts_behind_deposits(context: Context, ids: Sequence[str]) -> Mapping[str, CustodyAccount]:
    """Return the accounts that hold deposits the caller has seen, by id."""
    return await find_accounts(context.mongo, ids, scope=ACCOUNTS_OF_VISIBLE_DEPOSITS)


async def street_accounts_behind_deposits(context: Context, ids: Sequence[str]) -> Mapping[str, CustodyAccount]:
    """Return the accounts of streets that deposits the caller has seen are paid into, by street."""
    return await find_accounts_of_streets(context.mongo, ids, scope=ACCOUNTS_OF_VISIBLE_DEPOSITS)


async def owners_accounts_behind_deposits(context: Context, ids: Sequence[str]) -> Mapping[str, CustodyAccount]:
    """Return the owners' accounts that deposits the caller has seen are paid into, by estate."""
    return await find_accounts_of_owners(context.mongo, ids, scope=ACCOUNTS_OF_VISIBLE_DEPOSITS)
