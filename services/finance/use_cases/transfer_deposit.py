"""The bank moved a deposit from the street's account to the owners' public account (G-27, P2)."""

from dataclasses import dataclass, replace
from datetime import date

from kit.caller import Role
from kit.idempotency import Outcome
from kit.ledger.store import open_account, post
from kit.ledger.transfers import Posting
from kit.mongo import UnitOfWork
from services.finance.domain.deposit import DepositUnknown
from services.finance.domain.deposit_ledger import (
    BankReferenceUsed,
    book_of,
    checked_bank_reference,
    liability_account,
    move_key,
    move_transfers,
)
from services.finance.domain.deposit_transfer import OwnersAccountMissing, check_transfer, move_deposit
from services.finance.domain.visibility import areas_of_estate
from services.finance.events import DepositTransferred
from services.finance.store.custody_accounts import find_accounts_of_owners
from services.finance.store.deposits import find_deposit, save_deposit
from services.finance.store.estates import find_estate

PATH = ("input",)


@dataclass(frozen=True)
class TransferDeposit:
    """The command: the bank's reference and day of the transfer; the amount is all that the street holds."""

    deposit_id: str
    bank_ref: str
    moved_on: date


async def transfer_deposit(work: UnitOfWork, command: TransferDeposit) -> Outcome:
    """Post the transfer and return the deposit's id as `deposit`, and the posting's as `posting` (F10).

    The deposit is HELD, or PART_PAID, in the owners' account from the bank day; its sum is unchanged. Raises
    ForbiddenActor for other roles, DepositUnknown, what `check_transfer` raises, BankReferenceUsed.
    """
    work.caller.require_role(Role.STREET, Role.DISTRICT_OFFICE, Role.FINANCE_BUREAU, Role.CITY_OFFICE)
    bank_ref = checked_bank_reference(command.bank_ref, path=(*PATH, "bankRef"))
    scope = work.caller.scope
    deposit = await find_deposit(work, command.deposit_id, scope=scope)
    estate = None if deposit is None else await find_estate(work, deposit.estate_id, scope=scope)
    if deposit is None or estate is None:
        raise DepositUnknown("no such deposit", path=(*PATH, "depositId"), value=command.deposit_id)
    check_transfer(deposit, owners=estate.owners, moved_on=command.moved_on, today=work.today, path=PATH)
    account = (await find_accounts_of_owners(work, [estate.id], scope=scope)).get(estate.id)
    if account is None:
        raise OwnersAccountMissing(
            "the owners' congress has no public account", path=(*PATH, "depositId"), value=estate.id
        )
    moved, moves = move_deposit(deposit, to_account_id=account.id, moved_on=command.moved_on)
    areas = areas_of_estate(
        district=estate.district,
        street_id=estate.street_id,
        community_id=estate.community_id,
        estate_id=estate.id,
    )
    await open_account(work, liability_account(deposit, account, areas=areas))
    posted = await post(
        work,
        Posting(
            book=book_of(deposit.district),
            key=move_key(account.id, bank_ref),
            transfers=move_transfers(deposit.id, moves),
            occurred_on=command.moved_on,
            memo=f"履约保证金转存业主大会公账 {deposit.id} {bank_ref}",
            district=deposit.district,
            policy_id=deposit.policy_version_id,
        ),
    )
    if posted.replayed:
        raise BankReferenceUsed(
            "this bank reference is recorded for the account already", path=(*PATH, "bankRef"), value=bank_ref
        )
    await save_deposit(work, replace(moved, posting_ids=(*moved.posting_ids, posted.id)))
    work.announce(DepositTransferred.of(moved, moves, bank_ref=bank_ref))
    return Outcome(
        entity_ids={"deposit": deposit.id, "posting": posted.id}, policy_version_id=deposit.policy_version_id
    )
