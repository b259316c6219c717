"""Somebody reports income from common parts or public space (DH-44 to DH-46, XY-11)."""

from dataclasses import dataclass, replace

from kit.activations import ActivatedPolicies
from kit.caller import Role
from kit.errors import ValidationFailed
from kit.idempotency import Outcome
from kit.ids import new_id
from kit.ledger.store import open_accounts, post
from kit.ledger.transfers import Posting
from kit.mongo import UnitOfWork
from policy.errors import InstrumentAbsent
from policy.instruments.fees import IncomeEarmarksPolicy
from policy.policies import Policies
from policy.policy_version import PolicyVersion
from policy.vocabulary import IncomeEarmark, ManagementMode
from services.finance.domain.books import revenue_book
from services.finance.domain.custody import CustodyAccount
from services.finance.domain.custody_money import HeldMoney, NotHeldThere, revenue_held_id
from services.finance.domain.deposit_ledger import BankReferenceUsed, checked_bank_reference
from services.finance.domain.estate import Estate
from services.finance.domain.public_revenue import (
    Income,
    IncomeNotProvided,
    PublicRevenue,
    RevenueHolder,
    earmark_of,
    explain_net,
    net_revenue,
    require_collector,
    require_common_use,
)
from services.finance.domain.revenue_ledger import income_key, income_transfers, purse_accounts
from services.finance.domain.revenue_reversal import reference_again, standing
from services.finance.events import PublicRevenuePosted
from services.finance.store.decisions import find_decision
from services.finance.store.fee_service import find_estate_service
from services.finance.store.public_revenues import find_revenues_of_bank_ref, save_revenue
from services.finance.use_cases.custody_money import account_holding, move_held_money
from services.finance.use_cases.fee_places import estate_areas, estate_of

PATH = ("input",)
REPORTERS = (Role.PROVIDER, Role.COMMITTEE, Role.COMMUNITY, Role.STREET, Role.DISTRICT_OFFICE, Role.FINANCE_BUREAU)


@dataclass(frozen=True)
class PostPublicRevenue:
    """The command: what was taken in, in which estate, and into which custody account, if into one."""

    estate_id: str
    income: Income
    custody_account_id: str | None = None


async def post_public_revenue(
    work: UnitOfWork, command: PostPublicRevenue, *, policies: ActivatedPolicies[Policies]
) -> Outcome:
    """Post the income into the purse of its earmark and return its id as `revenue` (F22).

    In the trust mode it belongs into the owners' fund: it is announced for trust to take in, and no purse of finance
    gets it (P21). Raises ForbiddenActor for other roles, EstateUnknown, what the rules of `public_revenue` raise,
    InstrumentAbsent for income that the district's document does not speak of, BankReferenceUsed, CustodyAccountUnknown
    and NotHeldThere for a custody account that does not take it.
    """
    work.caller.require_role(*REPORTERS)
    income = replace(command.income, bank_ref=checked_bank_reference(command.income.bank_ref, path=(*PATH, "bankRef")))
    if income.received_on > work.today:
        raise ValidationFailed(
            "an income was received in the past", path=(*PATH, "receivedOn"), value=income.received_on.isoformat()
        )
    estate = await estate_of(work, command.estate_id, path=(*PATH, "estateId"))
    version = (await policies.as_recorded(work)).at(estate.district, income.received_on, estate_id=estate.id)
    policy, earmark = _earmark(version, income)
    require_collector(income.kind, work.caller.roles, path=PATH)
    net = net_revenue(income, path=PATH)
    decision = None
    if income.decision_id is not None:
        decision = await find_decision(work, income.decision_id, scope=work.caller.scope)
    require_common_use(income, decision, estate_id=estate.id, path=PATH)
    revenue = PublicRevenue(
        id=new_id("rev"),
        district=estate.district,
        estate_id=estate.id,
        kind=income.kind,
        gross=income.gross,
        cost=income.cost,
        net=net,
        earmark=earmark,
        holder=await _holder(work, estate, income, earmark),
        received_on=income.received_on,
        bank_ref=income.bank_ref,
        explanation=explain_net(income, net, policy=policy, version_id=version.id),
        policy_version_id=version.id,
        evidence_ids=income.evidence_ids,
        decision_id=income.decision_id,
    )
    await _keep(work, revenue, estate, custody=await _custody(work, command, estate, revenue))
    return Outcome(entity_ids={"revenue": revenue.id, "estate": estate.id}, policy_version_id=version.id)


def _earmark(version: PolicyVersion, income: Income) -> tuple[IncomeEarmarksPolicy | None, IncomeEarmark]:
    """Return the district's document on income, if it has one, and what this income is for."""
    absent = None
    try:
        policy: IncomeEarmarksPolicy | None = version.income_earmarks
    except InstrumentAbsent as absence:
        policy, absent = None, absence
    earmark = earmark_of(income.kind, policy, path=PATH)
    if earmark is None:
        raise absent or IncomeNotProvided(
            "the document does not speak of this income", path=(*PATH, "kind"), value=income.kind.value
        )
    return policy, earmark


async def _holder(work: UnitOfWork, estate: Estate, income: Income, earmark: IncomeEarmark) -> RevenueHolder:
    """Return who takes the income in; parking money of the street is no trust property (PZ-26)."""
    service = await find_estate_service(work, estate, scope=work.caller.scope)
    mode = service.mode_on(income.received_on)
    is_trust = mode is not None and mode.mode is ManagementMode.TRUST
    return RevenueHolder.TRUST_FUND if is_trust and earmark is IncomeEarmark.PROJECT_SERVICE else RevenueHolder.PURSE


async def _custody(
    work: UnitOfWork, command: PostPublicRevenue, estate: Estate, revenue: PublicRevenue
) -> CustodyAccount | None:
    """Return the custody account that the money came into, if the command names one."""
    if command.custody_account_id is None:
        return None
    path = (*PATH, "custodyAccountId")
    if revenue.holder is RevenueHolder.TRUST_FUND:
        raise NotHeldThere("this income belongs into the owners' fund", path=path, value=command.custody_account_id)
    return await account_holding(
        work,
        command.custody_account_id,
        HeldMoney.PUBLIC_REVENUE,
        estate=estate,
        day=revenue.received_on,
        path=path,
    )


async def _keep(work: UnitOfWork, revenue: PublicRevenue, estate: Estate, *, custody: CustodyAccount | None) -> None:
    areas = estate_areas(estate)
    former = await find_revenues_of_bank_ref(work, estate.id, revenue.bank_ref, scope=work.caller.scope)
    if standing(former):
        raise BankReferenceUsed(
            "this bank reference is recorded for the estate already", path=(*PATH, "bankRef"), value=revenue.bank_ref
        )
    reference = reference_again(revenue.bank_ref, times=len(former))
    if revenue.holder is RevenueHolder.PURSE:
        await open_accounts(work, purse_accounts(estate, revenue.earmark, areas=areas))
        posted = await post(
            work,
            Posting(
                book=revenue_book(revenue.district),
                key=income_key(estate.id, reference),
                transfers=income_transfers(revenue),
                occurred_on=revenue.received_on,
                memo=f"公共收益入账 {revenue.id} {revenue.bank_ref}",
                district=revenue.district,
                policy_id=revenue.policy_version_id,
            ),
        )
        revenue = replace(revenue, posting_id=posted.id)
    if custody is not None and revenue.net > 0:
        await move_held_money(
            work,
            revenue_held_id(custody.id, estate.id, revenue.earmark),
            custody,
            estate=estate,
            amount=revenue.net,
            bank_ref=reference,
            day=revenue.received_on,
            memo=f"公共收益入账 {revenue.id} {revenue.bank_ref}",
            path=PATH,
        )
        revenue = replace(revenue, custody_account_id=custody.id)
    await save_revenue(work, revenue, areas=areas)
    work.announce(PublicRevenuePosted.of(revenue))
