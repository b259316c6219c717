"""The custodian confirms what a door paid into a maintenance fund, or pays it back (ZG-28 to ZG-30)."""

from dataclasses import dataclass, replace
from datetime import date

from kit.activations import ActivatedPolicies
from kit.errors import Duplicate, Flag, NotFound, StateConflict, ValidationFailed
from kit.explanation import Explanation
from kit.idempotency import Outcome
from kit.ids import new_id
from kit.ledger.store import open_account
from kit.money import ZERO_FEN, Fen, add_fen, format_money
from kit.mongo import UnitOfWork
from policy.policies import Policies
from policy.policy_version import PolicyVersion
from policy.vocabulary import Collector
from services.finance.domain.deposit_ledger import checked_bank_reference
from services.finance.domain.maintenance_fund import (
    DEPOSIT_PREFIX,
    SUB_ACCOUNT_PREFIX,
    DepositNotPositive,
    DepositStatus,
    FirstDepositPaid,
    FundDeposit,
    MaintenanceFund,
    MaintenanceFundKind,
    PartNotOfFund,
    SubAccount,
    SubAccountNotOpened,
    WrongFundCustody,
    check_collector,
    check_paid_amount,
    match_goes_to_pool,
    old_estate_deposit,
    special_fund_deposit,
)
from services.finance.domain.maintenance_ledger import (
    door_account,
    door_account_id,
    incoming,
    outgoing,
    pool_account_id,
)
from services.finance.domain.maintenance_statement import FundEntry
from services.finance.domain.part import Part, PartFacts
from services.finance.events import MaintenanceDepositConfirmed
from services.finance.store.maintenance_funds import (
    deposit_of_receipt,
    find_fund_deposits,
    find_sub_accounts,
    insert_fund_deposit,
    insert_sub_account,
    save_fund,
    save_fund_deposits,
    save_sub_account,
    sub_account_of_door,
)
from services.finance.store.parts import find_part
from services.finance.use_cases.fund_postings import (
    CUSTODIANS,
    EXPLANATION,
    PATH,
    FundPlace,
    bank_movement,
    fund_in_scope,
    post_to_fund,
)

LONGEST_RECEIPT = 64


class ReceiptUsed(Duplicate):
    """A deposit was confirmed under this receipt of the district already."""


class DepositUnknown(NotFound):
    """No such maintenance deposit, or it is outside what the caller may see."""


class DepositRefunded(StateConflict):
    """The deposit was paid back before."""


@dataclass(frozen=True)
class ConfirmMaintenanceDeposit:
    """The command: for which part, how much at which rate (none: a top-up), collected by whom, into which account."""

    fund_id: str
    part_id: str
    amount: Fen
    rate: Fen | None
    collector: Collector | None
    custody_account_id: str
    receipt_no: str
    bank_ref: str
    paid_on: date


@dataclass(frozen=True)
class RefundMaintenanceDeposit:
    """The command: the bank's references and day of the payment to the owner, and of the match to district finance."""

    deposit_id: str
    bank_ref: str
    refunded_on: date
    match_bank_ref: str | None = None


async def confirm_maintenance_deposit(
    work: UnitOfWork, command: ConfirmMaintenanceDeposit, *, policies: ActivatedPolicies[Policies]
) -> Outcome:
    """Post the deposit to the door's sub-account and return its ids as `maintenanceDeposit` and `subAccount` (F12).

    A first deposit opens the sub-account; its amount is area × rate. Raises ForbiddenActor, FundUnknown, ReceiptUsed,
    WrongFundCustody, PartNotOfFund, what the rate and the collector are refused with, FirstDepositPaid,
    SubAccountNotOpened, FundBankReferenceUsed, BankDayInvalid.
    """
    work.caller.require_role(*CUSTODIANS)
    place = await fund_in_scope(work, command.fund_id)
    fund = place.fund
    receipt_no = command.receipt_no.strip()
    if not 1 <= len(receipt_no) <= LONGEST_RECEIPT or not receipt_no.isprintable():
        raise ValidationFailed(
            f"a receipt number has 1 to {LONGEST_RECEIPT} printable characters",
            path=(*PATH, "receiptNo"),
            value=command.receipt_no,
        )
    movement = bank_movement(
        fund,
        bank_ref=command.bank_ref,
        day=command.paid_on,
        today=work.today,
        memo=f"维修资金交存 {receipt_no}",
        name="paidOn",
    )
    if await deposit_of_receipt(work, fund.district, receipt_no, scope=work.caller.scope) is not None:
        raise ReceiptUsed("this receipt is recorded already", path=(*PATH, "receiptNo"), value=receipt_no)
    if command.custody_account_id != fund.custody_account_id:
        raise WrongFundCustody(
            "this fund lies in another account", path=(*PATH, "custodyAccountId"), value=command.custody_account_id
        )
    part, facts = await _part(work, fund, command.part_id)
    version = (await policies.as_recorded(work)).at(fund.district, command.paid_on, estate_id=fund.estate_id)
    known = await sub_account_of_door(work, fund.id, part.id, scope=work.caller.scope)
    sub, explanation, warnings = _judged(command, fund, part, facts, known, version)
    if known is None:
        own = (f"part:{part.id}", *(f"owner:{owner_id}" for owner_id in sorted(part.owner_ids)))
        await insert_sub_account(work, sub, areas=place.areas, own=own)
        await open_account(work, door_account(fund, sub, areas=place.areas))
    elif sub != known:
        await save_sub_account(work, sub)
    deposit = FundDeposit(
        id=new_id(DEPOSIT_PREFIX),
        fund_id=fund.id,
        sub_account_id=sub.id,
        part_id=part.id,
        amount=command.amount,
        paid_on=command.paid_on,
        receipt_no=receipt_no,
        rate=command.rate,
        has_lift=facts.has_lift,
        collector=command.collector,
        explanation=explanation,
    )
    fund, _ = await post_to_fund(
        work,
        place,
        movement,
        incoming(fund.custody_account_id, [(door_account_id(sub.id), command.amount)]),
        kind=FundEntry.DEPOSIT,
    )
    await insert_fund_deposit(work, deposit, district=fund.district, estate_id=fund.estate_id, areas=place.areas)
    fund = replace(fund, contributed=add_fen(fund.contributed, command.amount))
    await save_fund(work, fund)
    work.announce(MaintenanceDepositConfirmed.of(fund, deposit, policy_id=version.id))
    return Outcome(
        entity_ids={"maintenanceFund": fund.id, "maintenanceDeposit": deposit.id, "subAccount": sub.id},
        warnings=warnings,
        policy_version_id=version.id,
        details={} if explanation is None else {EXPLANATION: explanation.as_data()},
    )


async def refund_maintenance_deposit(
    work: UnitOfWork, command: RefundMaintenanceDeposit, *, policies: ActivatedPolicies[Policies]
) -> Outcome:
    """Pay a deposit back from its door, and its match back to district finance (ZG-30).

    A refunded first deposit leaves the door not opened. Raises ForbiddenActor, DepositUnknown, DepositRefunded,
    AccountOverdrawn for what a use has spent since, FundBankReferenceUsed, BankDayInvalid, ValidationFailed for a
    matched deposit without the reference of its match.
    """
    work.caller.require_role(*CUSTODIANS)
    scope = work.caller.scope
    deposit = (await find_fund_deposits(work, [command.deposit_id], scope=scope)).get(command.deposit_id)
    if deposit is None:
        raise DepositUnknown("no such deposit", path=(*PATH, "depositId"), value=command.deposit_id)
    if deposit.status is DepositStatus.REFUNDED:
        raise DepositRefunded("the deposit was paid back", path=(*PATH, "depositId"), value=deposit.id)
    place = await fund_in_scope(work, deposit.fund_id)
    fund, bank_id = place.fund, place.fund.custody_account_id
    movement = bank_movement(
        fund,
        bank_ref=command.bank_ref,
        day=command.refunded_on,
        today=work.today,
        memo=f"维修资金退款 {deposit.receipt_no}",
        name="refundedOn",
    )
    door_id = door_account_id(deposit.sub_account_id)
    fund, _ = await post_to_fund(
        work, place, movement, outgoing(bank_id, [(door_id, deposit.amount)]), kind=FundEntry.REFUND
    )
    if deposit.match > 0:
        version = (await policies.as_recorded(work)).at(fund.district, command.refunded_on, estate_id=fund.estate_id)
        credited = pool_account_id(fund.id) if match_goes_to_pool(version.maintenance_fund) else door_id
        fund, _ = await post_to_fund(
            work,
            FundPlace(fund, place.estate),
            replace(
                movement,
                bank_ref=checked_bank_reference(command.match_bank_ref or "", path=(*PATH, "matchBankRef")),
                memo=f"维修资金配套退回 {deposit.receipt_no}",
            ),
            outgoing(bank_id, [(credited, deposit.match)]),
            kind=FundEntry.MATCH_TAKEN_BACK,
        )
    await save_fund_deposits(work, [replace(deposit, status=DepositStatus.REFUNDED)])
    if deposit.rate is not None:
        [sub] = (await find_sub_accounts(work, [deposit.sub_account_id], scope=scope)).values()
        await save_sub_account(work, replace(sub, first_deposit=ZERO_FEN))
    await save_fund(
        work,
        replace(
            fund,
            contributed=Fen(fund.contributed - deposit.amount),
            matched=Fen(fund.matched - deposit.match),
        ),
    )
    return Outcome(
        entity_ids={"maintenanceFund": fund.id, "maintenanceDeposit": deposit.id, "subAccount": deposit.sub_account_id},
        policy_version_id=fund.policy_version_id,
    )


async def _part(work: UnitOfWork, fund: MaintenanceFund, part_id: str) -> tuple[Part, PartFacts]:
    part = await find_part(work, part_id, scope=work.caller.scope)
    if part is None or part.facts is None or part.estate_id != fund.estate_id:
        raise PartNotOfFund("no such part of the fund's estate", path=(*PATH, "partId"), value=part_id)
    return part, part.facts


def _judged(
    command: ConfirmMaintenanceDeposit,
    fund: MaintenanceFund,
    part: Part,
    facts: PartFacts,
    known: SubAccount | None,
    version: PolicyVersion,
) -> tuple[SubAccount, Explanation | None, tuple[Flag, ...]]:
    """Return the sub-account after this deposit, how its amount came about, and what to look at."""
    if fund.kind is MaintenanceFundKind.OLD_ESTATE:
        check_collector(command.collector, version.maintenance_fund, path=(*PATH, "collector"))
    if command.rate is None:
        if known is None or known.first_deposit == 0:
            raise SubAccountNotOpened("the door has no first deposit", path=(*PATH, "ratePerM2"), value=part.id)
        if command.amount <= 0:
            raise DepositNotPositive(
                "a deposit is above zero", path=(*PATH, "amount"), value=format_money(command.amount)
            )
        return known, None, ()
    if known is not None and known.first_deposit > 0:
        raise FirstDepositPaid("the door has paid its first deposit", path=(*PATH, "ratePerM2"), value=part.id)
    path = (*PATH, "ratePerM2")
    if fund.kind is MaintenanceFundKind.OLD_ESTATE:
        due = old_estate_deposit(facts, command.rate, version.maintenance_fund, path=path)
    else:
        due = special_fund_deposit(facts, command.rate, version.special_maintenance_fund, path=path)
    check_paid_amount(command.amount, computed=due.amount, path=(*PATH, "amount"))
    sub = SubAccount(
        id=new_id(SUB_ACCOUNT_PREFIX) if known is None else known.id,
        fund_id=fund.id,
        estate_id=fund.estate_id,
        part_id=part.id,
        building_id=facts.building_id,
        door_number=facts.door_number,
        area=facts.area,
        has_lift=facts.has_lift,
        first_deposit=due.amount,
        opened_on=command.paid_on if known is None else known.opened_on,
    )
    return sub, due.explanation, due.warnings
