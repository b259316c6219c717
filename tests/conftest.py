"""Fixtures that every part's tests share: the real servers, and a fresh database for each test.

The servers are started when a test first asks for them, one of each per test process, and stopped at the end. A test
that kills a server takes one of its own (`own_mongo_server`, `own_nats_server`).
"""

import gc
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer

from kit.clock import FixedClock
from kit.garbage import LOOKS_AFTER, leave_what_is_here
from kit.ids import new_id
from kit.mongo import Mongo
from tests.scheduling import PlatformScheduling
from tests.servers import MongoServer, NatsServer, running_mongo, running_nats

# A property fails for what it says, and never because the machine is busy.
settings.register_profile("anju", parent=settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("anju")


def pytest_configure() -> None:
    """Look for garbage less often while tests are collected: a sixth of that would go into it."""
    gc.set_threshold(LOOKS_AFTER)


def pytest_collection_finish() -> None:
    """Leave modules, schemas and collected tests out of garbage collection, as a running service does with its own."""
    leave_what_is_here()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> PlatformScheduling | None:
    """Spread the tests over the workers, but for those that share a platform; another `--dist` is left to itself."""
    return PlatformScheduling(config, log) if config.getvalue("dist") == "load" else None


@pytest.fixture(scope="session")
def mongo_server() -> Iterator[MongoServer]:
    """The document store that the tests of this process share; nobody kills it."""
    with running_mongo() as server:
        yield server


@pytest.fixture(scope="session")
def nats_server() -> Iterator[NatsServer]:
    """The message server that the tests of this process share; nobody kills it."""
    with running_nats() as server:
        yield server


@pytest.fixture
def own_mongo_server() -> Iterator[MongoServer]:
    """A document store for one test, which may kill and restart it."""
    with running_mongo() as server:
        yield server


@pytest.fixture
def own_nats_server() -> Iterator[NatsServer]:
    """A message server for one test, which may kill and restart it."""
    with running_nats() as server:
        yield server


@pytest.fixture
def fresh_database() -> str:
    """A database name that no other test has."""
    return new_id("tst")


@pytest.fixture
async def mongo(mongo_server: MongoServer, fresh_database: str) -> AsyncIterator[Mongo]:
    """A store over a fresh database, dropped at the end."""
    store = await Mongo.connect(mongo_server.uri, fresh_database)
    try:
        yield store
    finally:
        await store.drop()
        store.close()


@pytest.fixture
def clock() -> FixedClock:
    """A clock that stands at ten in the morning of 5 March 2026 in China."""
    return FixedClock(datetime(2026, 3, 5, 2, 0, tzinfo=UTC))
