"""A home is no more: its door's balance goes back to its owner, and the sub-account is closed (art. 29)."""

from dataclasses import dataclass, replace
from datetime import date

from kit.caller import Scope
from kit.errors import InstrumentNotAvailable, NotFound, StateConflict
from kit.idempotency import Outcome
from kit.ledger.store import account_states
from kit.money import ZERO_FEN
from kit.mongo import UnitOfWork
from services.finance.domain.maintenance_fund import MaintenanceFundKind
from services.finance.domain.maintenance_ledger import door_account_id, outgoing
from services.finance.domain.maintenance_statement import FundEntry
from services.finance.store.maintenance_funds import find_sub_accounts, save_fund, save_sub_account
from services.finance.use_cases.fund_postings import CUSTODIANS, PATH, bank_movement, fund_in_scope, post_to_fund


class SubAccountUnknown(NotFound):
    """No such sub-account, or it is outside what the caller may see."""


class SubAccountClosed(StateConflict):
    """The sub-account was closed before."""


class ClosingNotProvided(InstrumentNotAvailable):
    """The rules of the old-estate fund do not say what becomes of a destroyed home's part; Decree 165 does."""


@dataclass(frozen=True)
class CloseSubAccount:
    """The command: the door of the destroyed home, and the bank's reference and day."""

    sub_account_id: str
    bank_ref: str
    closed_on: date


async def close_sub_account(work: UnitOfWork, command: CloseSubAccount) -> Outcome:
    """Pay the whole balance back and close the door; its first deposit is 0 from then on, so it is not opened.

    Raises ForbiddenActor, SubAccountUnknown, SubAccountClosed, ClosingNotProvided, BankDayInvalid,
    FundBankReferenceUsed.
    """
    work.caller.require_role(*CUSTODIANS)
    path = (*PATH, "subAccountId")
    subs = await find_sub_accounts(work, [command.sub_account_id], scope=work.caller.scope)
    sub = subs.get(command.sub_account_id)
    if sub is None:
        raise SubAccountUnknown("no such sub-account", path=path, value=command.sub_account_id)
    if sub.closed_on is not None:
        raise SubAccountClosed("the sub-account is closed", path=path, value=sub.closed_on.isoformat())
    place = await fund_in_scope(work, sub.fund_id, name="subAccountId")
    fund = place.fund
    if fund.kind is not MaintenanceFundKind.DECREE_165:
        raise ClosingNotProvided("only Decree 165 provides this", path=path, value=fund.kind.value)
    movement = bank_movement(
        fund,
        bank_ref=command.bank_ref,
        day=command.closed_on,
        today=work.today,
        memo=f"房屋灭失返还 {sub.door_number}",
        name="closedOn",
    )
    door_id = door_account_id(sub.id)
    states = await account_states(work, [door_id], scope=Scope.everything())
    fund, _ = await post_to_fund(
        work,
        place,
        movement,
        outgoing(fund.custody_account_id, [(door_id, states[door_id].available_fen)]),
        kind=FundEntry.REFUND,
    )
    await save_fund(work, fund)
    await save_sub_account(work, replace(sub, first_deposit=ZERO_FEN, closed_on=command.closed_on))
    return Outcome(
        entity_ids={"maintenanceFund": fund.id, "subAccount": sub.id}, policy_version_id=fund.policy_version_id
    )
