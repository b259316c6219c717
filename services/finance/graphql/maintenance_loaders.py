"""Batched reads of maintenance funds: each of these asks the store once a request, with the caller's scope."""

from collections.abc import Mapping, Sequence

from kit.caller import Scope
from kit.ledger.store import account_states
from kit.money import Fen
from kit.ratio import Ratio
from policy.errors import PolicyNotInForce
from policy.instruments.estates import OldEstatePolicy
from policy.instruments.maintenance_fund import MaintenanceFundPolicy
from policy.parameter import Status
from policy.policies import Policies
from services.finance.domain.custody import CustodyAccount
from services.finance.domain.estate import Estate
from services.finance.domain.maintenance_allocation import AllocationLine
from services.finance.domain.maintenance_fund import (
    FundDeposit,
    MaintenanceFund,
    MaintenanceFundKind,
    SubAccount,
    own_kind,
)
from services.finance.domain.maintenance_use import MaintenanceUse
from services.finance.graphql.context import Context
from services.finance.store.custody_accounts import find_accounts
from services.finance.store.estates import find_estates
from services.finance.store.maintenance_funds import (
    deposits_of_sub_accounts,
    find_fund_deposits,
    find_funds,
    find_funds_of_estates,
    find_sub_accounts,
    find_sub_accounts_of_parts,
)
from services.finance.store.maintenance_uses import find_uses, find_uses_of_funds, lines_of_uses

OF_VISIBLE_FUNDS = Scope.everything()
"""Whoever sees a fund sees its accounts: raising and use are published to all owners (art. 30)."""


async def funds_by_id(context: Context, ids: Sequence[str]) -> Mapping[str, MaintenanceFund]:
    """Return funds by id."""
    return await find_funds(context.mongo, ids, scope=context.scope)


async def funds_by_estate(context: Context, ids: Sequence[str]) -> Mapping[str, list[MaintenanceFund]]:
    """Return the funds of each estate."""
    return await find_funds_of_estates(context.mongo, ids, scope=context.scope)


async def funds_of_doors(context: Context, ids: Sequence[str]) -> Mapping[str, MaintenanceFund]:
    """Return the funds of doors that the caller has seen, by id."""
    return await find_funds(context.mongo, ids, scope=OF_VISIBLE_FUNDS)


async def own_kinds_by_estate(context: Context, ids: Sequence[str]) -> Mapping[str, MaintenanceFundKind]:
    """Return which fund is each estate's own, by the district's document of today."""
    policies = await context.policies.as_recorded(context.mongo)
    estates = await find_estates(context.mongo, ids, scope=OF_VISIBLE_FUNDS)
    return {estate.id: _own_kind(context, policies, estate) for estate in estates.values()}


async def sub_accounts_by_id(context: Context, ids: Sequence[str]) -> Mapping[str, SubAccount]:
    """Return sub-accounts by id."""
    return await find_sub_accounts(context.mongo, ids, scope=context.scope)


async def sub_accounts_by_part(context: Context, ids: Sequence[str]) -> Mapping[str, list[SubAccount]]:
    """Return the sub-accounts of each part, in all funds."""
    return await find_sub_accounts_of_parts(context.mongo, ids, scope=context.scope)


async def deposits_by_id(context: Context, ids: Sequence[str]) -> Mapping[str, FundDeposit]:
    """Return maintenance deposits by id."""
    return await find_fund_deposits(context.mongo, ids, scope=context.scope)


async def deposits_by_sub_account(context: Context, ids: Sequence[str]) -> Mapping[str, list[FundDeposit]]:
    """Return what was paid for doors that the caller has seen, by sub-account."""
    return await deposits_of_sub_accounts(context.mongo, ids, scope=OF_VISIBLE_FUNDS)


async def balances_by_account(context: Context, ids: Sequence[str]) -> Mapping[str, Fen]:
    """Return what ledger accounts of visible funds hold, by account."""
    states = await account_states(context.mongo, ids, scope=OF_VISIBLE_FUNDS)
    return {account_id: state.balance_fen for account_id, state in states.items()}


async def accounts_of_funds(context: Context, ids: Sequence[str]) -> Mapping[str, CustodyAccount]:
    """Return the custody accounts of visible funds, by id."""
    return await find_accounts(context.mongo, ids, scope=OF_VISIBLE_FUNDS)


async def uses_by_id(context: Context, ids: Sequence[str]) -> Mapping[str, MaintenanceUse]:
    """Return uses by id."""
    return await find_uses(context.mongo, ids, scope=context.scope)


async def uses_by_fund(context: Context, ids: Sequence[str]) -> Mapping[str, list[MaintenanceUse]]:
    """Return the uses of each fund, the earliest proposed first."""
    return await find_uses_of_funds(context.mongo, ids, scope=context.scope)


async def lines_by_use(context: Context, ids: Sequence[str]) -> Mapping[str, list[AllocationLine]]:
    """Return who shares each use, by door."""
    return await lines_of_uses(context.mongo, ids, scope=context.scope)


async def top_up_lines_by_fund(context: Context, ids: Sequence[str]) -> Mapping[str, Ratio]:
    """Return below which share of its first deposit a door of each fund is to be topped up."""
    policies = await context.policies.as_recorded(context.mongo)
    national = policies.national(context.today).special_maintenance_fund
    return dict.fromkeys(ids, national.top_up_below)


def _own_kind(context: Context, policies: Policies, estate: Estate) -> MaintenanceFundKind:
    try:
        version = policies.at(estate.district, context.today, estate_id=estate.id)
    except PolicyNotInForce:
        return MaintenanceFundKind.DECREE_165
    provided = (Status.REQUIRED, Status.GUIDED)
    return own_kind(
        version.old_estate if version.status(OldEstatePolicy) in provided else None,
        has_fund=version.status(MaintenanceFundPolicy) in provided,
        built_on=estate.built_on,
        built_year=estate.built_year,
    )
