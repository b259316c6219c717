"""A contract with trust clauses was signed: they hold if the district's document has the trust mode (PZ-27)."""

from dataclasses import replace

from kit.activations import ActivatedPolicies
from kit.mongo import UnitOfWork
from policy.awaiting import in_force_or_awaited
from policy.policies import Policies
from services.trust.domain.trust_contract import TrustContract
from services.trust.domain.trust_terms import agree_trust_terms
from services.trust.store.trust_contracts import meet_at, save_trust_contract


async def keep_trust_terms(work: UnitOfWork, contract: TrustContract, *, policies: ActivatedPolicies[Policies]) -> None:
    """Keep the terms under the policy of the day of signing; while that is still to be put in force, keep them waiting.

    Raises, with nothing written, PolicyNotInForce or InstrumentAbsent where the district has no trust mode, and what
    `agree_trust_terms` raises.
    """
    version = in_force_or_awaited(
        await policies.as_recorded(work), contract.district, contract.signed_on, estate_id=contract.estate_id
    )
    if version is None:
        await meet_at(work, contract.district)
        await save_trust_contract(work, contract, awaits_policy=True)
        return
    terms = agree_trust_terms(contract.stated, version.trust)
    await save_trust_contract(work, replace(contract, terms=terms), awaits_policy=False)
