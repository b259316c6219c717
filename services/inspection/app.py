"""Inspection wired together: settings → Mongo → NATS → schema → FastAPI."""

from kit.activations import ActivatedPolicies
from kit.service import ReadinessCheck, Running, ServiceParts
from kit.settings import ServiceSettings
from policy.policies import Activation, Policies
from services.inspection.graphql.context import InspectionPolicies
from services.inspection.graphql.schema import SCHEMA
from services.inspection.reactions import REACTIONS
from services.inspection.settings import InspectionSettings
from services.inspection.store.indexes import INDEXES


def load_policies(settings: ServiceSettings) -> InspectionPolicies:
    """Return the mounted policies; a bad file stops the start."""
    return ActivatedPolicies(Policies.load(settings.policy_dir), Activation)


async def check_policies(running: Running[InspectionPolicies]) -> None:
    """Stop the start if a version in force was changed."""
    await running.policies.check_used(running.mongo)


async def lacking_policy(running: Running[InspectionPolicies]) -> str | None:
    """Return which versions are in force and not mounted here."""
    return await running.policies.problem(running.mongo)


PARTS: ServiceParts[InspectionPolicies] = ServiceParts(
    name="inspection",
    settings=InspectionSettings,
    schema=SCHEMA,
    indexes=INDEXES,
    load_policies=load_policies,
    reactions=REACTIONS,
    prepare=(check_policies,),
    readiness=(ReadinessCheck("policy", lacking_policy),),
)
