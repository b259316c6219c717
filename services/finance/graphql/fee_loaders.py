"""Batched reads of fees: each asks the store once a request, with the caller's scope."""

from collections.abc import Mapping, Sequence
from datetime import date

from kit.caller import Scope
from services.finance.domain.bill import FeeBill
from services.finance.domain.bill_run import BillRun
from services.finance.domain.billing_period import parse_period
from services.finance.domain.fee_payment import FeeAccount, FeePayment
from services.finance.domain.fee_rate import FeeRate
from services.finance.domain.fee_summary import FeeSummary
from services.finance.domain.instalment_plan import ArrearsMediation, versions_of
from services.finance.domain.part import Part
from services.finance.domain.visibility import owners_of_scope, without_owners
from services.finance.graphql.context import Context
from services.finance.store.bill_runs import find_runs
from services.finance.store.bills import (
    find_bills,
    find_bills_of_contracts_after,
    find_bills_of_owners,
    find_bills_of_parts,
)
from services.finance.store.fee_accounts import find_accounts_of_parts, find_summaries
from services.finance.store.fee_payments import find_payments, find_payments_of_parts
from services.finance.store.fee_rates import find_own_rates_of_estates, find_rates_of_contracts
from services.finance.store.mediations import find_mediations_of_estates
from services.finance.store.parts import find_parts


async def parts_by_id(context: Context, ids: Sequence[str]) -> Mapping[str, Part]:
    """Return parts by id."""
    return await find_parts(context.mongo, ids, scope=context.scope)


async def bills_by_id(context: Context, ids: Sequence[str]) -> Mapping[str, FeeBill]:
    """Return bills by id."""
    return await find_bills(context.mongo, ids, scope=context.scope)


async def bills_by_part(context: Context, ids: Sequence[str]) -> Mapping[str, list[FeeBill]]:
    """Return each part's bills, the newest first."""
    return await find_bills_of_parts(context.mongo, ids, scope=context.scope)


async def bills_by_owner(context: Context, ids: Sequence[str]) -> Mapping[str, list[FeeBill]]:
    """Return each owner's bills, the newest first."""
    return await find_bills_of_owners(context.mongo, ids, scope=context.scope)


async def accounts_by_part(context: Context, ids: Sequence[str]) -> Mapping[str, FeeAccount]:
    """Return the accounts of parts that have prepaid money, by part: an owner sees the purses of the own days alone."""
    parts = await find_parts(context.mongo, ids, scope=context.scope)
    # Who sees the part sees its account; which purses of it, the days say on which an owner held the part.
    accounts = await find_accounts_of_parts(context.mongo, sorted(parts), scope=Scope.everything())
    owner_ids = owners_of_scope(context.scope)
    if not owner_ids:
        return accounts
    as_office = await find_parts(context.mongo, sorted(accounts), scope=without_owners(context.scope))
    return {
        part_id: account if part_id in as_office else account.seen_by(parts[part_id], owner_ids)
        for part_id, account in accounts.items()
    }


async def payments_by_id(context: Context, ids: Sequence[str]) -> Mapping[str, FeePayment]:
    """Return payments by id."""
    return await find_payments(context.mongo, ids, scope=context.scope)


async def payments_by_part(context: Context, ids: Sequence[str]) -> Mapping[str, list[FeePayment]]:
    """Return each part's payments, the newest first."""
    return await find_payments_of_parts(context.mongo, ids, scope=context.scope)


async def runs_by_id(context: Context, ids: Sequence[str]) -> Mapping[str, BillRun]:
    """Return bill runs by id."""
    return await find_runs(context.mongo, ids, scope=context.scope)


async def rates_by_contract(context: Context, ids: Sequence[str]) -> Mapping[str, list[FeeRate]]:
    """Return each contract's rates, by item and first day."""
    return await find_rates_of_contracts(context.mongo, ids, scope=context.scope)


async def rates_by_estate(context: Context, ids: Sequence[str]) -> Mapping[str, list[FeeRate]]:
    """Return the rates that estates have without a contract, by item and first day."""
    return await find_own_rates_of_estates(context.mongo, ids, scope=context.scope)


async def bills_beyond(context: Context, keys: Sequence[tuple[str, date]]) -> Mapping[tuple[str, date], list[FeeBill]]:
    """Return the bills of contracts that reach beyond a day, by contract and that day; a contract has one such day."""
    last_days = dict(keys)
    bills = await find_bills_of_contracts_after(context.mongo, last_days, scope=context.scope)
    return {(contract_id, last_days[contract_id]): found for contract_id, found in bills.items()}


async def mediations_by_estate(context: Context, ids: Sequence[str]) -> Mapping[str, list[ArrearsMediation]]:
    """Return the cases of mediation of estates' arrears, by estate."""
    return await find_mediations_of_estates(context.mongo, ids, scope=context.scope)


async def plan_versions_by_estate(context: Context, ids: Sequence[str]) -> Mapping[str, dict[str, int]]:
    """Return the versions of the instalment plans of estates by case, by estate; plans out of scope are counted."""
    found = await find_mediations_of_estates(context.mongo, ids, scope=Scope.everything())
    return {id_: versions_of(cases) for id_, cases in found.items()}


async def summaries_by_estate_and_period(
    context: Context, keys: Sequence[tuple[str, str]]
) -> Mapping[tuple[str, str], FeeSummary]:
    """Return the sums of bills by estate and period; one read for each period that is asked for."""
    found: dict[tuple[str, str], FeeSummary] = {}
    for period in sorted({period for _, period in keys}):
        estate_ids = [estate_id for estate_id, its in keys if its == period]
        summaries = await find_summaries(context.mongo, estate_ids, parse_period(period), scope=context.scope)
        found |= {(estate_id, period): summary for estate_id, summary in summaries.items()}
    return found
