"""Trust wired together: settings → Mongo → NATS → schema → FastAPI."""

from kit.activations import ActivatedPolicies
from kit.caller import SYSTEM_CALLER
from kit.mongo import UnitOfWork, run_unit_of_work
from kit.service import ReadinessCheck, Running, ServiceParts
from kit.settings import ServiceSettings
from policy.policies import Activation, Policies
from services.trust.graphql.context import TrustPolicies
from services.trust.graphql.schema import SCHEMA
from services.trust.reactions import look_at_waiting_contracts, reactions
from services.trust.settings import TrustSettings
from services.trust.store.indexes import INDEXES


def load_policies(settings: ServiceSettings) -> TrustPolicies:
    """Return the mounted policies; a bad file stops the start."""
    return ActivatedPolicies(Policies.load(settings.policy_dir), Activation)


async def check_policies(running: Running[TrustPolicies]) -> None:
    """Stop the start if a version in force was changed; decide what waited for a version that is mounted only now."""
    await running.policies.check_used(running.mongo)

    async def decide(work: UnitOfWork) -> None:
        await look_at_waiting_contracts(work, policies=running.policies)

    await run_unit_of_work(running.mongo, SYSTEM_CALLER, decide, clock=running.clock)


async def lacking_policy(running: Running[TrustPolicies]) -> str | None:
    """Return which versions are in force and not mounted here."""
    return await running.policies.problem(running.mongo)


PARTS: ServiceParts[TrustPolicies] = ServiceParts(
    name="trust",
    settings=TrustSettings,
    schema=SCHEMA,
    indexes=INDEXES,
    load_policies=load_policies,
    reactions=reactions,
    prepare=(check_policies,),
    readiness=(ReadinessCheck("policy", lacking_policy),),
)
