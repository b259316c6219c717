"""The bank pays a use, its cost is allocated to the doors, and owners pay what their doors lack (P12)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from kit.activations import ActivatedPolicies
from kit.area import sum_area
from kit.caller import Scope
from kit.errors import Duplicate, PreconditionMissing
from kit.idempotency import Outcome
from kit.ledger.store import account_states, open_accounts, post
from kit.ledger.transfers import Posting
from kit.money import ZERO_FEN, Fen, add_fen
from kit.mongo import UnitOfWork
from kit.ratio import Ratio
from policy.policies import Policies
from services.finance.domain.books import maintenance_book
from services.finance.domain.deposit_ledger import checked_bank_reference
from services.finance.domain.maintenance_allocation import Allocation, AllocationLine, Charged, ScopePart, allocate
from services.finance.domain.maintenance_fund import MaintenanceFund, needs_top_up
from services.finance.domain.maintenance_ledger import (
    door_account_id,
    in_postings,
    pool_account_id,
    shortfall_accounts,
    shortfall_payment_transfers,
    shortfall_transfers,
    use_transfers,
)
from services.finance.domain.maintenance_statement import FundEntry
from services.finance.domain.maintenance_use import (
    MaintenanceUse,
    UseAct,
    UseState,
    UseStateConflict,
    check_first_payment,
    check_payment,
    take,
)
from services.finance.events import MaintenanceTopUpRequired, MaintenanceUseAllocated, MaintenanceUsePaid
from services.finance.store.maintenance_funds import find_sub_accounts, mark_listed, save_fund, sub_accounts_of_fund
from services.finance.store.maintenance_uses import (
    keep_shortfall_paid,
    lines_of_use,
    save_lines,
    save_use,
    shortfall_paid_on,
)
from services.finance.use_cases.fund_postings import (
    CUSTODIANS,
    PATH,
    FundPlace,
    bank_key,
    bank_movement,
    post_once,
    post_to_fund,
)
from services.finance.use_cases.plan_maintenance_use import use_in_scope

WHOLE_FUND = Scope.everything()
"""Who may pay from a fund sees all of its accounts: the fund was found in the caller's scope."""


class NothingOwed(PreconditionMissing):
    """The owner of this part owes nothing for the use."""


class ShortfallPaid(Duplicate):
    """The owner of this part has paid what its account lacked."""


@dataclass(frozen=True)
class PayUse:
    """The command: the bank's reference and day; `first_amount` only for a first payment in an emergency."""

    use_id: str
    bank_ref: str
    paid_on: date
    first_amount: Fen | None = None


@dataclass(frozen=True)
class RecordShortfallPayment:
    """The command: which owner's part, the bank's references of the payment and of its way on, and the day."""

    use_id: str
    part_id: str
    bank_ref: str
    payout_bank_ref: str
    paid_on: date


async def pay_use(work: UnitOfWork, command: PayUse, *, policies: ActivatedPolicies[Policies]) -> Outcome:
    """Pay from each door of the scope its share by area, from the pool the remainder, and nothing for anybody else.

    A door that falls below its line is announced (F14), a whole payment too (F16). Raises ForbiddenActor, UseUnknown,
    DecisionAnnulled, UseDecisionMissing, UseNotFiled, UseStateConflict, what `check_first_payment` raises,
    FundBankReferenceUsed, BankDayInvalid.
    """
    work.caller.require_role(*CUSTODIANS)
    use, place = await use_in_scope(work, command.use_id)
    fund = place.fund
    check_payment(use, on=command.paid_on, path=(*PATH, "useId"))
    version = (await policies.as_recorded(work)).at(fund.district, command.paid_on, estate_id=fund.estate_id)
    special = version.special_maintenance_fund
    if command.first_amount is None:
        after = take(use, UseAct.PAY, command.paid_on, path=(*PATH, "useId"))
        assert use.settled is not None
        total = use.settled
    else:
        check_first_payment(use, command.first_amount, policy=special, path=(*PATH, "firstAmount"))
        after = take(use, UseAct.PAY_FIRST, command.paid_on, path=(*PATH, "useId"))
        total = add_fen(use.paid, command.first_amount)
    movement = bank_movement(
        fund,
        bank_ref=command.bank_ref,
        day=command.paid_on,
        today=work.today,
        memo=f"维修资金使用 {use.purpose}"[:200],
        name="paidOn",
    )
    lines = await lines_of_use(work, use.id, scope=work.caller.scope)
    charged = Charged({line.part_id: line.covered for line in lines}, use.pool_charged)
    sheet = await _sheet(work, fund, total, lines, charged)
    fund, posting_ids = await post_to_fund(
        work,
        place,
        movement,
        use_transfers(fund.custody_account_id, fund.id, sheet, charged),
        kind=FundEntry.USE,
    )
    await save_lines(work, use.id, sheet.lines)
    await save_fund(work, fund)
    after = replace(
        after,
        paid=sheet.covered,
        remainder=sheet.remainder,
        pool_charged=sheet.pool_covered,
        allocation_hash=sheet.hash,
        posting_ids=(*use.posting_ids, *posting_ids),
    )
    await save_use(work, after)
    if after.state is UseState.PAID:
        work.announce(MaintenanceUsePaid.of(after))
    await _announce_top_ups(
        work, place, sheet.lines, below=special.top_up_below, on=command.paid_on, policy_id=version.id
    )
    return _outcome(after)


async def allocate_use(work: UnitOfWork, use_id: str, allocated_on: date) -> Outcome:
    """Make the allocation of a paid use final: what a door lacked becomes its owner's own debt (F16).

    Raises ForbiddenActor, UseUnknown, UseStateConflict, BankDayInvalid.
    """
    work.caller.require_role(*CUSTODIANS)
    use, place = await use_in_scope(work, use_id)
    movement = bank_movement(
        place.fund,
        bank_ref=use.id,
        day=allocated_on,
        today=work.today,
        memo=f"维修费用分摊 {use.purpose}"[:200],
        name="allocatedOn",
    )
    allocated = take(use, UseAct.ALLOCATE, allocated_on, path=(*PATH, "useId"))
    lines = await lines_of_use(work, use.id, scope=work.caller.scope)
    assert use.settled is not None
    sheet = Allocation(
        use.settled, sum_area(line.area for line in lines), tuple(lines), use.remainder, use.pool_charged
    )
    transfers = shortfall_transfers(sheet, use_id=use.id)
    if transfers:
        await open_accounts(work, shortfall_accounts(sheet, use_id=use.id, district=use.district, areas=place.areas))
    for number, part in enumerate(in_postings(transfers), start=1):
        await post(
            work,
            Posting(
                book=maintenance_book(use.district),
                key=f"fund-shortfall:{use.id}:{number}",
                transfers=part,
                occurred_on=allocated_on,
                memo=movement.memo,
                district=use.district,
                policy_id=use.policy_version_id,
            ),
        )
    await save_use(work, allocated)
    work.announce(MaintenanceUseAllocated.of(allocated))
    return _outcome(allocated)


async def record_shortfall_payment(work: UnitOfWork, command: RecordShortfallPayment) -> Outcome:
    """Record that an owner paid what the own door lacked; the money goes on to the contractor, the fund is unchanged.

    Raises ForbiddenActor, UseUnknown, UseStateConflict before the allocation, DecisionAnnulled, NothingOwed,
    ShortfallPaid, FundBankReferenceUsed, BankDayInvalid.
    """
    work.caller.require_role(*CUSTODIANS)
    use, place = await use_in_scope(work, command.use_id)
    check_payment(use, on=command.paid_on, path=(*PATH, "useId"))
    if use.state not in {UseState.ALLOCATED, UseState.PUBLISHED}:
        raise UseStateConflict("the cost is not allocated", path=(*PATH, "useId"), value=use.state.value)
    scope = work.caller.scope
    lines = await lines_of_use(work, use.id, scope=scope)
    owed = next((line.shortfall for line in lines if line.part_id == command.part_id), ZERO_FEN)
    if owed == 0:
        raise NothingOwed("nothing is owed for this part", path=(*PATH, "partId"), value=command.part_id)
    if await shortfall_paid_on(work, use.id, command.part_id, scope=scope) is not None:
        raise ShortfallPaid("this is paid", path=(*PATH, "partId"), value=command.part_id)
    movement = bank_movement(
        place.fund,
        bank_ref=command.bank_ref,
        day=command.paid_on,
        today=work.today,
        memo=f"业主补缴维修费用 {use.purpose}"[:200],
        name="paidOn",
    )
    moves = shortfall_payment_transfers(movement.account_id, use_id=use.id, part_id=command.part_id, amount=owed)
    payout_ref = checked_bank_reference(command.payout_bank_ref, path=(*PATH, "payoutBankRef"))
    for at_bank, transfer in zip((movement, replace(movement, bank_ref=payout_ref)), moves, strict=True):
        await post_once(
            work,
            at_bank,
            Posting(
                book=maintenance_book(use.district),
                key=bank_key(at_bank),
                transfers=(transfer,),
                occurred_on=movement.day,
                memo=movement.memo,
                district=use.district,
                policy_id=use.policy_version_id,
            ),
        )
    await keep_shortfall_paid(work, use.id, command.part_id, command.paid_on)
    return _outcome(use)


async def _sheet(
    work: UnitOfWork, fund: MaintenanceFund, total: Fen, lines: Sequence[AllocationLine], charged: Charged
) -> Allocation:
    """Return the allocation over the fixed scope, by what its accounts hold now; a door opened since takes part."""
    subs = {sub.part_id: sub.id for sub in await sub_accounts_of_fund(work, fund.id, scope=WHOLE_FUND)}
    parts = [ScopePart(line.part_id, line.door_number, line.area, subs.get(line.part_id)) for line in lines]
    doors = {door_account_id(part.sub_account_id): part.sub_account_id for part in parts if part.sub_account_id}
    pool_id = pool_account_id(fund.id)
    states = await account_states(work, [*doors, pool_id], scope=WHOLE_FUND)
    return allocate(
        total,
        parts,
        balances={sub_id: states[account_id].available_fen for account_id, sub_id in doors.items()},
        pool=states[pool_id].available_fen,
        charged=charged,
    )


async def _announce_top_ups(
    work: UnitOfWork, place: FundPlace, lines: Sequence[AllocationLine], *, below: Ratio, on: date, policy_id: str
) -> None:
    """Announce the doors of this payment that are below their line now, each once a month (F14)."""
    ids = [line.sub_account_id for line in lines if line.sub_account_id is not None]
    subs = await find_sub_accounts(work, ids, scope=WHOLE_FUND)
    states = await account_states(work, [door_account_id(id_) for id_ in ids], scope=WHOLE_FUND)
    month = on.isoformat()[:7]
    listed = []
    for sub_id, sub in sorted(subs.items()):
        balance = states[door_account_id(sub_id)].balance_fen
        if sub.listed_in != month and needs_top_up(balance=balance, first_deposit=sub.first_deposit, below=below):
            work.announce(MaintenanceTopUpRequired.of(place.fund, sub, balance=balance, on=on, policy_id=policy_id))
            listed.append(sub_id)
    await mark_listed(work, listed, month)


def _outcome(use: MaintenanceUse) -> Outcome:
    return Outcome(
        entity_ids={"maintenanceUse": use.id, "maintenanceFund": use.fund_id}, policy_version_id=use.policy_version_id
    )
