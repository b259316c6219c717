"""The bank moves a fund of Decree 165 to its owners' own account (arts. 15 and 16; P3)."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from kit.activations import ActivatedPolicies
from kit.caller import Scope
from kit.errors import Flag, InstrumentNotAvailable, PreconditionMissing, StateConflict
from kit.idempotency import Outcome
from kit.ledger.transfers import Posting, Transfer
from kit.mongo import UnitOfWork
from policy.policies import Policies
from services.finance.domain.books import maintenance_book
from services.finance.domain.custody import CustodyAccountUnknown, OwnersSide
from services.finance.domain.deposit_ledger import bank_account_id
from services.finance.domain.maintenance_fund import MaintenanceFundKind, check_fund_account
from services.finance.events import MaintenanceCustodyMoved
from services.finance.store.custody_accounts import find_account
from services.finance.store.maintenance_funds import save_fund
from services.finance.use_cases.fund_postings import (
    CUSTODIANS,
    PATH,
    bank_movement,
    fund_in_scope,
    post_once,
)

FORMER_ACCOUNT = Scope.everything()


class CustodyMoveNotProvided(InstrumentNotAvailable):
    """The old-estate fund stays with district finance: its rules know no move (ZG-28, ZG-32)."""


class CongressAccountMissing(PreconditionMissing):
    """The owners' congress is not formed, or has no account, so the old custody stays (P3)."""


class FundAlreadyMoved(StateConflict):
    """The fund lies in its owners' account already."""


@dataclass(frozen=True)
class MoveFundCustody:
    """The command: into which account, and the bank's reference and day."""

    fund_id: str
    to_custody_account_id: str
    bank_ref: str
    moved_on: date


async def move_fund_custody(
    work: UnitOfWork, command: MoveFundCustody, *, policies: ActivatedPolicies[Policies]
) -> Outcome:
    """Post the whole fund from the old account to the new one; doors and pool are unchanged (F17).

    A move later than the time limit after the account was opened is flagged. Raises ForbiddenActor, FundUnknown,
    CustodyMoveNotProvided, CongressAccountMissing, CustodyAccountUnknown, WrongFundCustody, FundAlreadyMoved,
    BankDayInvalid, FundBankReferenceUsed.
    """
    work.caller.require_role(*CUSTODIANS)
    place = await fund_in_scope(work, command.fund_id)
    fund, owners = place.fund, place.estate.owners
    if fund.kind is MaintenanceFundKind.OLD_ESTATE:
        raise CustodyMoveNotProvided(
            "district finance keeps the fund of old estates", path=(*PATH, "fundId"), value=fund.kind.value
        )
    movement = bank_movement(
        fund,
        bank_ref=command.bank_ref,
        day=command.moved_on,
        today=work.today,
        memo="维修资金划转业主大会",
        name="movedOn",
    )
    if not owners.has_account_on(command.moved_on):
        raise CongressAccountMissing(
            "the owners' congress has no account on that day",
            path=(*PATH, "movedOn"),
            value=command.moved_on.isoformat(),
        )
    version = (await policies.as_recorded(work)).at(fund.district, command.moved_on, estate_id=fund.estate_id)
    policy = version.special_maintenance_fund
    to = await find_account(work, command.to_custody_account_id, scope=work.caller.scope)
    path = (*PATH, "toCustodyAccountId")
    if to is None:
        raise CustodyAccountUnknown("no such custody account", path=path, value=command.to_custody_account_id)
    check_fund_account(
        to,
        right=policy.custodian_with_congress,
        district=fund.district,
        estate_id=fund.estate_id,
        day=command.moved_on,
        path=path,
    )
    former = await find_account(work, fund.custody_account_id, scope=FORMER_ACCOUNT)
    assert former is not None
    if to.id == former.id:
        raise FundAlreadyMoved("the fund lies in this account", path=path, value=to.id)
    if fund.balance > 0:
        await post_once(
            work,
            movement,
            Posting(
                book=maintenance_book(fund.district),
                key=f"fund:{to.id}:{movement.bank_ref}",
                transfers=(
                    Transfer(debit=bank_account_id(to.id), credit=bank_account_id(former.id), amount_fen=fund.balance),
                ),
                occurred_on=movement.day,
                memo=movement.memo,
                district=fund.district,
                policy_id=version.id,
            ),
        )
    moved = replace(fund, custody_account_id=to.id)
    await save_fund(work, moved)
    work.announce(MaintenanceCustodyMoved.of(moved, from_=former.kind, to=to.kind, moved_on=command.moved_on))
    return Outcome(
        entity_ids={"maintenanceFund": fund.id},
        warnings=_late(owners, command.moved_on, version.time_limits.fund_transfer_days_max),
        policy_version_id=version.id,
    )


def _late(owners: OwnersSide, moved_on: date, days: int) -> tuple[Flag, ...]:
    """Return the flag of a transfer that came after the limit of days from the opening of the owners' account."""
    assert owners.account_opened_on is not None
    due_on = owners.account_opened_on + timedelta(days=days)
    if moved_on <= due_on:
        return ()
    return (
        Flag(
            "WARN:LATE_FUND_TRANSFER",
            f"the fund was to be transferred by {due_on.isoformat()}",
            path=(*PATH, "movedOn"),
            value=moved_on.isoformat(),
        ),
    )
