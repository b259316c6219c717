"""A version of a district's policy is in force from a day on."""

from datetime import date

from kit.activations import record_activation
from kit.mongo import UnitOfWork
from services.trust.domain.trust_contract import TrustContract
from services.trust.store.trust_contracts import find_waiting_contracts, meet_at


async def put_policy_in_force(
    work: UnitOfWork, *, version_id: str, district: str, params_hash: str, effective_from: date
) -> list[TrustContract]:
    """Record the version and return the contracts that waited for a policy.

    Raises ActivationChanged when it is recorded with another content or day.
    """
    await record_activation(work, version_id, params_hash, effective_from)
    await meet_at(work, district)
    return await find_waiting_contracts(work, scope=work.caller.scope)
