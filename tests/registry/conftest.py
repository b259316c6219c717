"""Fixtures of the registry's tests: a registry on the real store, and the smallest city in it."""

from pathlib import Path

import pytest

from kit import outbox
from kit.activations import ActivatedPolicies
from kit.clock import FixedClock
from kit.mongo import Mongo, ensure_indexes
from policy.policies import Activation, Policies
from services.registry.store.indexes import INDEXES
from tests.registry.cities import ESTATE_FACTS, City, Registry


@pytest.fixture(scope="session")
def mounted() -> Policies:
    """The project's own policies; unchanging, so read once."""
    return Policies.load(Path("policy/districts"))


@pytest.fixture
async def registry(mongo: Mongo, clock: FixedClock, mounted: Policies) -> Registry:
    """A registry with the mounted policies; the undated ones of Zhanggong and Nanzheng are in force since 2021."""
    outbox.install(mongo)
    await ensure_indexes(mongo, (*outbox.INDEXES, *INDEXES))
    policies = ActivatedPolicies(mounted, Activation)
    running = Registry(mongo, clock, policies)
    for district in ("360702", "610703"):
        await running.done("publishPolicy", "policy", district=district, version=1, effectiveFrom="2021-01-01")
    return running


@pytest.fixture
async def city(registry: Registry) -> City:
    """The smallest city that a contract can be signed in."""
    street = await registry.done("registerStreet", "street", district="360702", name="解放街道")
    community = await registry.done("registerCommunity", "community", streetId=street, name="金桂社区")
    other = await registry.done("registerCommunity", "community", streetId=street, name="云栖社区")
    estate = await registry.done(
        "registerEstate",
        "estate",
        code="360702-001",
        name="丹枫小区",
        streetId=street,
        communityId=community,
        **ESTATE_FACTS,
    )
    building = await registry.done(
        "registerBuilding", "building", estateId=estate, label="1号楼", hasLift=False, grossArea="300.00"
    )
    provider = await registry.done(
        "registerProvider",
        "provider",
        district="360702",
        name="示例物业服务有限公司",
        unifiedCreditCode="91350100M000100Y43",
        kind="COMPANY",
    )
    await registry.done(
        "fileProvider", "provider", providerId=provider, filedOn="2025-01-10", filingReference="赣物备〔2025〕1号"
    )
    return City(street, community, other, estate, building, provider)
