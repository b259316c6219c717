"""Fixtures of the registry's tests: a registry on the real store, and the smallest city in it."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from pymongo import MongoClient

from kit import outbox
from kit.activations import ActivatedPolicies
from kit.clock import FixedClock
from kit.mongo import Document, Mongo, ensure_indexes
from policy.policies import Activation, Policies
from services.registry.store.indexes import INDEXES
from tests.heard import EmptiedDatabase
from tests.registry.cities import ESTATE_FACTS, City, Registry
from tests.registry.founding import Foundations
from tests.servers import MongoServer


@pytest.fixture(scope="session")
def mounted() -> Policies:
    """The project's own policies; unchanging, so read once."""
    return Policies.load(Path("policy/districts"))


@pytest.fixture(scope="session")
def foundations(mongo_server: MongoServer) -> Iterator[Foundations]:
    """The database of this process's registries, and what was founded in it."""
    client: MongoClient[Document]
    with MongoClient(mongo_server.uri, tz_aware=True) as client:
        yield Foundations(EmptiedDatabase(mongo_server), client)


@pytest.fixture
async def mongo(foundations: Foundations) -> AsyncIterator[Mongo]:
    """The store of the registries, emptied; its indexes are made once."""
    database = foundations.database
    store = await Mongo.connect(database.server.uri, database.name)
    try:
        if not database.is_prepared:
            await ensure_indexes(store, (*outbox.INDEXES, *INDEXES))
            database.is_prepared = True
        database.empty()
        yield store
    finally:
        store.close()


@pytest.fixture
async def registry(mongo: Mongo, clock: FixedClock, mounted: Policies, foundations: Foundations) -> Registry:
    """A registry with the mounted policies; the undated ones of Zhanggong and Nanzheng are in force since 2021."""
    outbox.install(mongo)
    running = Registry(mongo, clock, ActivatedPolicies(mounted, Activation))
    await foundations.lay("policies", running, _publish_policies)
    await running.policies.as_recorded(mongo)
    return running


@pytest.fixture
async def city(registry: Registry, foundations: Foundations) -> City:
    """The smallest city that a contract can be signed in."""
    return await foundations.lay("city", registry, _found_city)


async def _publish_policies(registry: Registry) -> None:
    for district in ("360702", "610703"):
        await registry.done("publishPolicy", "policy", district=district, version=1, effectiveFrom="2021-01-01")


async def _found_city(registry: Registry) -> City:
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
