"""A committee was elected, or its term ended: the joint managers of the estate's deposits change that day (P4)."""

from dataclasses import replace

from kit.activations import ActivatedPolicies
from kit.mongo import UnitOfWork
from policy.awaiting import in_force_or_awaited
from policy.policies import Policies
from services.finance.domain.deposit_claim import required_approvers
from services.finance.domain.estate import CommitteeTerm, Estate
from services.finance.store.contracts import find_contracts
from services.finance.store.deposits import find_deposits_of_estates, save_deposit
from services.finance.store.estates import find_estate, save_estate


async def change_committee(
    work: UnitOfWork,
    *,
    estate_id: str,
    district: str,
    street_id: str,
    community_id: str,
    committee_id: str,
    term: CommitteeTerm,
    policies: ActivatedPolicies[Policies],
) -> None:
    """Keep the committee's term, and name the joint managers of today on every deposit of the estate.

    A deposit whose district has no document in force yet names them once it is decided.
    """
    scope = work.caller.scope
    heard = await find_estate(work, estate_id, scope=scope)
    known = heard or Estate(id=estate_id, district=district, street_id=street_id, community_id=community_id)
    estate = replace(known, committees={**known.committees, committee_id: term})
    await save_estate(work, estate)
    deposits = (await find_deposits_of_estates(work, [estate_id], scope=scope)).get(estate_id, [])
    contracts = await find_contracts(work, sorted({one.contract_id for one in deposits}), scope=scope)
    in_force = await policies.as_recorded(work)
    for deposit in deposits:
        version = in_force_or_awaited(in_force, deposit.district, work.today, estate_id=estate_id)
        if version is None or not deposit.managers:
            continue
        approvers = required_approvers(
            version.deposit, estate=estate, contract=contracts[deposit.contract_id], day=work.today
        )
        managers = tuple(one.value for one in approvers)
        if managers != deposit.managers:
            await save_deposit(work, replace(deposit, managers=managers))
