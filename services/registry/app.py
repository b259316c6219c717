"""The registry out of its parts; wiring only."""

from kit.activations import ActivatedPolicies
from kit.service import ReadinessCheck, Running, ServiceParts
from kit.settings import ServiceSettings
from policy.policies import Activation, Policies
from services.registry.graphql.context import RegistryPolicies
from services.registry.graphql.schema import SCHEMA
from services.registry.reactions import REACTIONS
from services.registry.settings import RegistrySettings
from services.registry.store.indexes import INDEXES


def load_policies(settings: ServiceSettings) -> RegistryPolicies:
    """Return the mounted policies; a bad file stops the start with file, line and reason."""
    return ActivatedPolicies(Policies.load(settings.policy_dir), Activation)


async def check_used_policies(running: Running[RegistryPolicies]) -> None:
    """Stop the start when a version that is in force was changed."""
    await running.policies.check_used(running.mongo)


async def lacking_policies(running: Running[RegistryPolicies]) -> str | None:
    """Say which version that is in force is not mounted here."""
    return await running.policies.problem(running.mongo)


PARTS: ServiceParts[RegistryPolicies] = ServiceParts(
    name="registry",
    settings=RegistrySettings,
    schema=SCHEMA,
    indexes=INDEXES,
    load_policies=load_policies,
    reactions=REACTIONS,
    prepare=(check_used_policies,),
    readiness=(ReadinessCheck("policies", lacking_policies),),
)
