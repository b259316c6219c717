"""The bank confirmed a payment of a deposit: into the ledger, and the deposit towards HELD (ZG-18 to ZG-21)."""

from dataclasses import dataclass
from datetime import date

from kit.caller import Role
from kit.idempotency import Outcome
from kit.ledger.store import open_account, post
from kit.ledger.transfers import Posting
from kit.money import Fen
from kit.mongo import UnitOfWork
from services.finance.domain.custody import CustodyAccount, CustodyAccountUnknown, check_custody
from services.finance.domain.deposit import (
    DepositUnknown,
    PerformanceDeposit,
    check_payment,
    pay_deposit,
)
from services.finance.domain.deposit_ledger import (
    BankReferenceUsed,
    book_of,
    checked_bank_reference,
    liability_account,
    payment_key,
    payment_transfers,
)
from services.finance.domain.deposit_state import DepositState
from services.finance.domain.deposit_transfer import start_transfer
from services.finance.domain.estate import Estate
from services.finance.domain.visibility import areas_of_estate
from services.finance.events import DepositHeld, DepositPaidInPart, DepositTransferStarted
from services.finance.store.custody_accounts import find_account
from services.finance.store.deposits import find_deposit, save_deposit
from services.finance.store.estates import find_estate, save_estate

PATH = ("input",)


@dataclass(frozen=True)
class RecordDepositPayment:
    """The command: who paid how much into which account, on which bank day, under which bank reference."""

    deposit_id: str
    payer_provider_id: str
    custody_account_id: str
    amount: Fen
    bank_ref: str
    paid_on: date


async def record_deposit_payment(work: UnitOfWork, command: RecordDepositPayment) -> Outcome:
    """Post the payment and return the deposit's id as `deposit`, and the posting's as `posting`.

    Once all that was demanded is paid, it is HELD (F8). Money that a street takes after the congress was formed begins
    to move at once (F10). Raises ForbiddenActor for other roles, DepositUnknown, CustodyAccountUnknown, what
    `check_payment` and `check_custody` raise, BankReferenceUsed for a bank movement that is recorded already.
    """
    work.caller.require_role(
        Role.STREET, Role.COMMITTEE, Role.DISTRICT_OFFICE, Role.FINANCE_BUREAU, Role.CITY_OFFICE, Role.SERVICE
    )
    bank_ref = checked_bank_reference(command.bank_ref, path=(*PATH, "bankRef"))
    deposit, estate, account = await checked_deposit_payment(work, command)
    posted = await post(
        work,
        Posting(
            book=book_of(account.district),
            key=payment_key(account.id, bank_ref),
            transfers=payment_transfers(deposit.id, account_id=account.id, amount=command.amount),
            occurred_on=command.paid_on,
            memo=f"履约保证金交存 {deposit.id} {bank_ref}",
            district=deposit.district,
            policy_id=deposit.policy_version_id,
        ),
    )
    if posted.replayed:
        raise BankReferenceUsed(
            "this bank reference is recorded for the account already", path=(*PATH, "bankRef"), value=bank_ref
        )
    paid = pay_deposit(
        deposit,
        account_id=account.id,
        kind=account.kind,
        amount=command.amount,
        paid_on=command.paid_on,
        posting_id=posted.id,
    )
    await keep_paid_deposit(work, paid, estate, account_id=account.id, paid_on=command.paid_on, was=deposit.state)
    return Outcome(
        entity_ids={"deposit": deposit.id, "posting": posted.id}, policy_version_id=deposit.policy_version_id
    )


async def checked_deposit_payment(
    work: UnitOfWork, command: RecordDepositPayment
) -> tuple[PerformanceDeposit, Estate, CustodyAccount]:
    """Return the deposit, its estate and the account of a payment that may be posted, its liability account opened.

    Raises DepositUnknown, CustodyAccountUnknown, what `check_payment` and `check_custody` raise.
    """
    scope = work.caller.scope
    deposit = await find_deposit(work, command.deposit_id, scope=scope)
    estate = None if deposit is None else await find_estate(work, deposit.estate_id, scope=scope)
    if deposit is None or estate is None:
        raise DepositUnknown("no such deposit", path=(*PATH, "depositId"), value=command.deposit_id)
    check_payment(
        deposit,
        payer_provider_id=command.payer_provider_id,
        amount=command.amount,
        paid_on=command.paid_on,
        today=work.today,
        path=PATH,
    )
    account = await find_account(work, command.custody_account_id, scope=scope)
    if account is None:
        raise CustodyAccountUnknown(
            "no such custody account", path=(*PATH, "custodyAccountId"), value=command.custody_account_id
        )
    assert deposit.first_custody is not None
    check_custody(
        account,
        first=deposit.first_custody,
        paid_on=command.paid_on,
        owners=estate.owners,
        street_id=estate.street_id,
        estate_id=estate.id,
        path=(*PATH, "custodyAccountId"),
    )
    areas = areas_of_estate(
        district=estate.district,
        street_id=estate.street_id,
        community_id=estate.community_id,
        estate_id=estate.id,
    )
    await open_account(work, liability_account(deposit, account, areas=areas))
    return deposit, estate, account


async def keep_paid_deposit(
    work: UnitOfWork, paid: PerformanceDeposit, estate: Estate, *, account_id: str, paid_on: date, was: DepositState
) -> None:
    """Keep the paid deposit, moving on if a congress is formed, and announce what it has become."""
    # A congress that is being heard of just now meets this payment at the estate: one of the two runs again.
    await save_estate(work, estate)
    after = start_transfer(paid, estate.owners)
    await save_deposit(work, after)
    announced = DepositHeld if paid.missing == 0 else DepositPaidInPart
    work.announce(announced.of(paid, custody_account_id=account_id, paid_on=paid_on))
    if after.state is DepositState.TRANSFERRING and was is not DepositState.TRANSFERRING:
        work.announce(DepositTransferStarted.of(after))
