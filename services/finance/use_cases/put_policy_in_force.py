"""A version of a district's policy is in force from a day on."""

from datetime import date

from kit.activations import record_activation
from kit.mongo import UnitOfWork
from services.finance.store.awaited_policies import meet_at
from services.finance.store.contracts import find_waiting_contract_ids


async def put_policy_in_force(
    work: UnitOfWork, *, version_id: str, district: str, params_hash: str, effective_from: date
) -> list[str]:
    """Record the version and return the ids of the contracts that waited for a policy.

    Raises ActivationChanged when it is recorded with another content or day.
    """
    await record_activation(work, version_id, params_hash, effective_from)
    await meet_at(work, district)
    return await find_waiting_contract_ids(work, scope=work.caller.scope)
