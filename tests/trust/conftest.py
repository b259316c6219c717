"""Fixtures of the trust service's tests."""

from collections.abc import AsyncIterator

import pytest

from kit.clock import FixedClock
from services.trust.app import PARTS
from tests.heard import EmptiedDatabase, HeardService, service_under_test
from tests.servers import MongoServer


@pytest.fixture(scope="session")
def trust_database(mongo_server: MongoServer) -> EmptiedDatabase:
    """The database that this process's tests of the service use one after the other."""
    return EmptiedDatabase(mongo_server)


@pytest.fixture
async def trust(trust_database: EmptiedDatabase, clock: FixedClock) -> AsyncIterator[HeardService]:
    """The service over an empty database."""
    async with service_under_test(PARTS, trust_database, clock) as service:
        yield service
