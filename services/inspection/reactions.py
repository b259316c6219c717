"""What inspection hears from the registry: a readable table event → reaction."""

from datetime import date

from kit.events import ReceivedEvent
from kit.mongo import UnitOfWork
from kit.reactions import Reaction
from services.inspection.use_cases.put_policy_in_force import put_policy_in_force
from services.inspection.use_cases.register_provider import register_provider


async def when_policy_is_published_put_it_in_force(work: UnitOfWork, event: ReceivedEvent) -> None:
    """R1: record the version, so that ratings are judged by it."""
    await put_policy_in_force(
        work,
        version_id=event.aggregate_id,
        params_hash=event.data["paramsHash"],
        effective_from=date.fromisoformat(event.data["effectiveFrom"]),
    )


async def when_provider_is_registered_know_it(work: UnitOfWork, event: ReceivedEvent) -> None:
    """R16: a known provider without entry is not blacklisted; of an unknown one nothing is known."""
    await register_provider(work, provider_id=event.aggregate_id, district=event.district)


REACTIONS = (
    Reaction("registry.policy.published", when_policy_is_published_put_it_in_force),
    Reaction("registry.provider.registered", when_provider_is_registered_know_it),
)
