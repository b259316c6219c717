"""An office takes back what an estate began with, as long as nothing of it was used; it may begin anew then."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from kit.caller import Scope
from kit.idempotency import Outcome
from kit.ledger.store import account_states, reverse
from kit.ledger.transfers import period_of
from kit.money import ZERO_FEN, Fen, add_fen, sum_fen
from kit.mongo import UnitOfWork
from services.finance.domain.billing_period import parse_period
from services.finance.domain.cut_over import (
    CutOver,
    CutOverUnknown,
    OpenedPrepaid,
    OpeningInUse,
    cancel_opening_bill,
    without_opening,
)
from services.finance.domain.fee_payment import FeeAccount, NothingToRefund
from services.finance.domain.maintenance_fund import MaintenanceFund
from services.finance.domain.maintenance_ledger import changes_of_fund, is_door, sub_account_of
from services.finance.domain.maintenance_statement import FundEntry
from services.finance.domain.reconciliation import check_reason
from services.finance.store.bills import bill_areas, find_bills, save_bills
from services.finance.store.cut_overs import find_standing_cut_over, save_reversed
from services.finance.store.deposits import find_deposit, save_deposit
from services.finance.store.fee_accounts import add_to_summary, find_accounts_of_parts, save_fee_account
from services.finance.store.maintenance_funds import (
    find_funds,
    find_sub_accounts,
    save_fund,
    save_sub_account,
)
from services.finance.store.maintenance_movements import keep_movements
from services.finance.store.parts import find_part
from services.finance.use_cases.fee_places import estate_areas, estate_of, place_of_part
from services.finance.use_cases.import_openings import CUT_OVER_ROLES

PATH = ("input",)
_EVERYTHING = Scope.everything()


@dataclass(frozen=True)
class ReverseOpening:
    """The command: of which estate, and why."""

    estate_id: str
    reason: str | None


async def reverse_opening(work: UnitOfWork, command: ReverseOpening) -> Outcome:
    """Reverse every posting of the opening on its own day, and return its id as `cutOver`.

    Raises ForbiddenActor for other roles, ValidationFailed without a reason, EstateUnknown, CutOverUnknown,
    OpeningInUse for bills that were paid, deposits that moved and prepaid money that was used, AccountOverdrawn for
    money of a fund or purse that was spent, PeriodLocked.
    """
    work.caller.require_role(*CUT_OVER_ROLES)
    reason = check_reason(command.reason, path=(*PATH, "reason"))
    estate = await estate_of(work, command.estate_id, path=(*PATH, "estateId"))
    cut_over = await find_standing_cut_over(work, estate.id, scope=work.caller.scope)
    if cut_over is None:
        raise CutOverUnknown("the estate has no opening", path=(*PATH, "estateId"), value=estate.id)
    areas = estate_areas(estate)
    await _take_back_bills(work, cut_over, areas=areas)
    for opened in cut_over.deposits:
        deposit = await find_deposit(work, opened.deposit_id, scope=_EVERYTHING)
        assert deposit is not None
        await save_deposit(work, without_opening(deposit, opened))
    for prepaid in cut_over.prepaid:
        part = await find_part(work, prepaid.part_id, scope=_EVERYTHING)
        assert part is not None
        own = bill_areas(place_of_part(estate), part_id=part.id, owner_ids=sorted(part.owner_ids))
        await _take_back_prepaid(work, cut_over, prepaid, areas=own)
    await _take_back_funds(work, cut_over, reason=reason, areas=areas)
    for posting_id in cut_over.posting_ids:
        await reverse(work, posting_id, reason=reason, occurred_on=cut_over.as_of)
    await save_reversed(work, cut_over, reason=reason)
    return Outcome(entity_ids={"cutOver": cut_over.id, "estate": estate.id})


async def _take_back_bills(work: UnitOfWork, cut_over: CutOver, *, areas: tuple[str, ...]) -> None:
    if not cut_over.bill_count:
        return
    found = await find_bills(work, list(cut_over.bill_ids), scope=_EVERYTHING)
    bills = [found[id_] for id_ in cut_over.bill_ids]
    await save_bills(work, bills, [cancel_opening_bill(bill, on=cut_over.as_of) for bill in bills])
    await add_to_summary(
        work,
        cut_over.estate_id,
        parse_period(period_of(cut_over.as_of)),
        billed=Fen(-sum_fen(bill.amount for bill in bills)),
        areas=areas,
    )


async def _take_back_prepaid(work: UnitOfWork, cut_over: CutOver, prepaid: OpenedPrepaid, *, areas: list[str]) -> None:
    accounts = await find_accounts_of_parts(work, [prepaid.part_id], scope=_EVERYTHING)
    account = accounts.get(prepaid.part_id, FeeAccount(prepaid.part_id, cut_over.estate_id))
    try:
        after = account.with_prepaid(prepaid.creditor, Fen(-prepaid.amount))
    except NothingToRefund as refusal:
        raise OpeningInUse("the prepaid money was used", value=prepaid.part_id) from refusal
    await save_fee_account(work, after, areas=areas)


async def _take_back_funds(work: UnitOfWork, cut_over: CutOver, *, reason: str, areas: tuple[str, ...]) -> None:
    """Reverse what doors and pools began with; the doors stay, with whatever came in since."""
    ids = sorted({fund_id for fund_id, _ in cut_over.fund_postings})
    funds: dict[str, MaintenanceFund] = await find_funds(work, ids, scope=_EVERYTHING)
    for fund_id, posting_id in cut_over.fund_postings:
        posted = await reverse(work, posting_id, reason=reason, occurred_on=cut_over.as_of)
        changes = changes_of_fund(posted.posting.transfers)
        await keep_movements(
            work,
            funds[fund_id],
            changes,
            posting_id=posted.id,
            kind=FundEntry.OPENING,
            day=cut_over.as_of,
            areas=areas,
        )
        fund = funds[fund_id]
        funds[fund_id] = replace(fund, balance=add_fen(fund.balance, sum_fen(changes.values())))
        await _empty_doors(work, changes)
    for fund in funds.values():
        await save_fund(work, fund)


async def _empty_doors(work: UnitOfWork, changes: Mapping[str, Fen]) -> None:
    """Leave the doors that hold nothing any more as not opened, rather than as to be topped up."""
    states = await account_states(work, list(changes), scope=_EVERYTHING)
    empty = [sub_account_of(id_) for id_, state in states.items() if is_door(id_) and state.balance_fen == 0]
    for sub in (await find_sub_accounts(work, empty, scope=_EVERYTHING)).values():
        await save_sub_account(work, replace(sub, first_deposit=ZERO_FEN))
