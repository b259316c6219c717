"""Fixtures of the trust service's tests."""

from collections.abc import AsyncIterator

import pytest

from kit.clock import FixedClock
from services.trust.app import PARTS
from tests.heard import HeardService, service_under_test
from tests.servers import MongoServer


@pytest.fixture
async def trust(mongo_server: MongoServer, fresh_database: str, clock: FixedClock) -> AsyncIterator[HeardService]:
    """The service over a fresh database."""
    async with service_under_test(PARTS, mongo_server.uri, fresh_database, clock) as service:
        yield service
