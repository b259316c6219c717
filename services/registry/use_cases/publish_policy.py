"""Put a mounted version of a district's policy in force."""

from dataclasses import dataclass
from datetime import date

from kit.activations import record_activation
from kit.errors import ValidationFailed
from kit.idempotency import Outcome
from kit.mongo import UnitOfWork
from policy.errors import ActivationInvalid
from policy.policies import Activation, Policies
from policy.policy_file import version_id
from services.registry.events import PolicyPublished
from services.registry.use_cases.roles import PUBLISH_POLICY


class VersionNotMounted(ValidationFailed):
    """No mounted policy file has this district and version."""


class EffectiveDayMissing(ValidationFailed):
    """The document bears no date, so an operator has to say from which day it is in force."""


class EffectiveDayContradicted(ValidationFailed):
    """The document bears another date, or another version is in force at that time."""


@dataclass(frozen=True, kw_only=True)
class PublishPolicy:
    """The version to put in force; `effective_from` is needed where the document itself bears no date."""

    district: str
    version: int
    effective_from: date | None


async def publish_policy(work: UnitOfWork, command: PublishPolicy, *, policies: Policies) -> Outcome:
    """Record that the version is in force and announce its hash; the same version again changes nothing.

    Raises VersionNotMounted, EffectiveDayMissing, EffectiveDayContradicted, or ActivationChanged for another day than
    the one recorded earlier.
    """
    work.caller.require_role(*PUBLISH_POLICY)
    policy_id = version_id(command.district, command.version)
    policy_file = next((file for file in policies.files if file.id == policy_id), None)
    if policy_file is None:
        raise VersionNotMounted(
            f"no policy file {policy_id} is mounted", path=("input", "version"), value=command.version
        )
    first_day = command.effective_from or policy_file.effective_from
    if first_day is None:
        raise EffectiveDayMissing(
            f"{policy_file.document} bears no date: say from which day it is in force",
            path=("input", "effectiveFrom"),
        )
    # Checked before it is recorded: an overlap of periods is refused here and would stop the next start.
    try:
        activated = policies.activate(Activation(policy_id, policy_file.hash, first_day))
    except ActivationInvalid as contradiction:
        raise EffectiveDayContradicted(
            str(contradiction), path=("input", "effectiveFrom"), value=first_day
        ) from contradiction
    in_force = activated.at(policy_file.area, first_day)
    if await record_activation(work, policy_id, policy_file.hash, first_day):
        work.announce(
            PolicyPublished(
                district=command.district,
                aggregate_id=policy_id,
                occurred_on=work.today,
                policy_id=policy_id,
                version=command.version,
                effective_from=first_day,
                effective_to=in_force.effective_to,
                params_hash=policy_file.hash,
                source=str(policy_file.document),
            )
        )
    return Outcome(entity_ids={"policy": policy_id}, policy_version_id=policy_id)
