"""A version of a district's policy is in force from a day on."""

from datetime import date

from kit.activations import record_activation
from kit.mongo import UnitOfWork


async def put_policy_in_force(work: UnitOfWork, *, version_id: str, params_hash: str, effective_from: date) -> None:
    """Record the version; raises ActivationChanged when it is recorded with another content or day."""
    await record_activation(work, version_id, params_hash, effective_from)
