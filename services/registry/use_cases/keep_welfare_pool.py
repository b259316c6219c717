"""Let a provider enter the pool of public-welfare companies, or leave it."""

from dataclasses import dataclass
from datetime import date

from kit.idempotency import Outcome
from kit.mongo import UnitOfWork
from policy.policies import Policies
from services.registry.domain.welfare_pool import entry_to_pool, leaving_pool
from services.registry.events import ProviderJoinedPool, ProviderLeftPool
from services.registry.store.providers import credit_of, provider_of, save_pool_membership
from services.registry.use_cases.roles import KEEP_WELFARE_POOL


@dataclass(frozen=True, kw_only=True)
class JoinWelfarePool:
    """An entry to the pool, with the reference of the rating it rests on."""

    provider_id: str
    joined_on: date
    rank_reference: str


@dataclass(frozen=True, kw_only=True)
class LeaveWelfarePool:
    """A leaving of the pool."""

    provider_id: str
    left_on: date
    because: str


async def join_welfare_pool(work: UnitOfWork, command: JoinWelfarePool, *, policies: Policies) -> Outcome:
    """Record the entry: no bad record and a high credit rank (ZG-39).

    Raises InstrumentAbsent where the district's document provides no pool.
    """
    work.caller.require_role(*KEEP_WELFARE_POOL)
    provider = await provider_of(work, command.provider_id)
    pool_policy = policies.at(provider.district, command.joined_on).welfare_pool
    membership = entry_to_pool(
        await credit_of(work, provider.id),
        provider.pool,
        joined_on=command.joined_on,
        rank_reference=command.rank_reference,
        needs=pool_policy,
        today=work.today,
    )
    await save_pool_membership(work, provider, membership)
    work.announce(
        ProviderJoinedPool(
            district=provider.district,
            aggregate_id=provider.id,
            occurred_on=membership.joined_on,
            provider_id=provider.id,
            unified_credit_code=provider.unified_credit_code,
            kind=provider.kind,
            joined_on=membership.joined_on,
        )
    )
    return Outcome(entity_ids={"provider": provider.id})


async def leave_welfare_pool(work: UnitOfWork, command: LeaveWelfarePool) -> Outcome:
    """Record that the provider left (ZG-39)."""
    work.caller.require_role(*KEEP_WELFARE_POOL)
    provider = await provider_of(work, command.provider_id)
    membership = leaving_pool(provider.pool, left_on=command.left_on, because=command.because, today=work.today)
    await save_pool_membership(work, provider, membership)
    work.announce(
        ProviderLeftPool(
            district=provider.district,
            aggregate_id=provider.id,
            occurred_on=command.left_on,
            provider_id=provider.id,
            unified_credit_code=provider.unified_credit_code,
            kind=provider.kind,
            left_on=command.left_on,
        )
    )
    return Outcome(entity_ids={"provider": provider.id})
