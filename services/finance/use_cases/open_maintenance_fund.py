"""A custodian opens an estate's maintenance fund: of an old estate (ZG-28, ZG-33), or of Decree 165."""

from dataclasses import dataclass
from datetime import date

from kit.activations import ActivatedPolicies
from kit.caller import Scope
from kit.errors import ValidationFailed
from kit.idempotency import Outcome
from kit.ids import new_id
from kit.ledger.store import open_account
from kit.mongo import UnitOfWork
from policy.policies import Policies
from policy.policy_version import PolicyVersion
from policy.vocabulary import CustodyKind
from services.finance.domain.custody import CustodyAccountUnknown
from services.finance.domain.estate import Estate, EstateUnknown
from services.finance.domain.maintenance_fund import (
    FUND_PREFIX,
    FundExists,
    MaintenanceFund,
    MaintenanceFundKind,
    check_fund_account,
    custodian_of_special_fund,
    require_old_estate,
    require_rules_effective,
)
from services.finance.domain.maintenance_ledger import pool_account
from services.finance.store.custody_accounts import find_account
from services.finance.store.estates import find_estate
from services.finance.store.maintenance_funds import find_funds_of_estates, insert_fund
from services.finance.store.maintenance_uses import fund_rules_effective_on
from services.finance.use_cases.fund_postings import CUSTODIANS, PATH, FundPlace

PUBLISHED = Scope.everything()
"""What the district's authority published holds for everybody."""


@dataclass(frozen=True)
class OpenMaintenanceFund:
    """The command: which of the two funds, for which estate, in which account, from which day."""

    kind: MaintenanceFundKind
    estate_id: str
    custody_account_id: str
    opened_on: date


async def open_maintenance_fund(
    work: UnitOfWork, command: OpenMaintenanceFund, *, policies: ActivatedPolicies[Policies]
) -> Outcome:
    """Open the fund with nothing in it and return its id as `maintenanceFund`.

    Raises ForbiddenActor for other roles, EstateUnknown, FundExists for a second fund of the kind, EstateNotOld and
    FundRulesNotEffective for the old-estate fund, WrongFundCustody, CustodyAccountUnknown, InstrumentAbsent where the
    district has no such fund, ValidationFailed for a day to come.
    """
    work.caller.require_role(*CUSTODIANS)
    scope = work.caller.scope
    if command.opened_on > work.today:
        raise ValidationFailed(
            "a fund was opened in the past", path=(*PATH, "openedOn"), value=command.opened_on.isoformat()
        )
    estate = await find_estate(work, command.estate_id, scope=scope)
    if estate is None:
        raise EstateUnknown("no such estate", path=(*PATH, "estateId"), value=command.estate_id)
    version = (await policies.as_recorded(work)).at(estate.district, command.opened_on, estate_id=estate.id)
    right = await _custodian(work, command, estate, version)
    known = (await find_funds_of_estates(work, [estate.id], scope=scope)).get(estate.id, [])
    if any(fund.kind is command.kind for fund in known):
        raise FundExists("the estate has a fund of this kind", path=(*PATH, "kind"), value=command.kind.value)
    account = await find_account(work, command.custody_account_id, scope=scope)
    if account is None:
        raise CustodyAccountUnknown(
            "no such custody account", path=(*PATH, "custodyAccountId"), value=command.custody_account_id
        )
    check_fund_account(
        account,
        right=right,
        district=estate.district,
        estate_id=estate.id,
        day=command.opened_on,
        path=(*PATH, "custodyAccountId"),
    )
    fund = MaintenanceFund(
        id=new_id(FUND_PREFIX),
        kind=command.kind,
        district=estate.district,
        estate_id=estate.id,
        custody_account_id=account.id,
        opened_on=command.opened_on,
        interest_to=command.opened_on,
        policy_version_id=version.id,
    )
    areas = FundPlace(fund, estate).areas
    await insert_fund(work, fund, areas=areas)
    await open_account(work, pool_account(fund, areas=areas))
    return Outcome(entity_ids={"maintenanceFund": fund.id}, policy_version_id=version.id)


async def _custodian(
    work: UnitOfWork, command: OpenMaintenanceFund, estate: Estate, version: PolicyVersion
) -> CustodyKind:
    """Return whose account holds the fund, once the estate may have it."""
    if command.kind is MaintenanceFundKind.DECREE_165:
        return custodian_of_special_fund(version.special_maintenance_fund, owners=estate.owners, day=command.opened_on)
    policy = version.maintenance_fund
    require_old_estate(
        version.old_estate, built_on=estate.built_on, built_year=estate.built_year, path=(*PATH, "estateId")
    )
    effective_on = await fund_rules_effective_on(work, estate.district, scope=PUBLISHED)
    require_rules_effective(effective_on, day=command.opened_on, path=(*PATH, "openedOn"))
    return policy.custodian
