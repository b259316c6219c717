"""Whether a district's document is still to be put in force: then a fact waits, and is not refused."""

from datetime import date

from policy.errors import PolicyNotInForce
from policy.policies import Policies
from policy.policy_file import city_of
from policy.policy_version import PolicyVersion


def in_force_or_awaited(
    policies: Policies, district: str, on: date, *, estate_id: str | None = None
) -> PolicyVersion | None:
    """Return what is in force for a district on the day of a fact; None while that is still to be announced.

    It is awaited while an undated document of the district or its city waits for an operator, or while a version was
    put in force that is not mounted here: facts arrive in any order, so this one may come before the announcement.
    Raises PolicyNotInForce (INSTRUMENT_NOT_AVAILABLE) if nothing is in force and nothing is awaited.
    """
    try:
        return policies.at(district, on, estate_id=estate_id)
    except PolicyNotInForce:
        if _is_awaited(policies, district):
            return None
        raise


def _is_awaited(policies: Policies, district: str) -> bool:
    areas = {district, city_of(district)}
    activated = {activation.version_id for activation in policies.activations}
    undated = any(
        file.area in areas and file.effective_from is None and file.id not in activated for file in policies.files
    )
    missing = any(activation.version_id.rpartition("-v")[0] in areas for activation in policies.unmatched_activations)
    return undated or missing
