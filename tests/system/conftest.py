"""One platform and one city per test process, shared by the tests that use them (`tests.scheduling`).

A platform takes seconds to start, so nobody starts one without need: a test that stops or kills a process starts it
again before it ends.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers import private_directory
from tests.system.city import City, found_city
from tests.system.platform_run import PlatformRun


@pytest.fixture(scope="session")
def city() -> Iterator[City]:
    """The running platform with a small city on it."""
    with private_directory("anju-system-") as directory:
        platform = PlatformRun(directory / "state")
        try:
            platform.start()
            yield found_city(platform, directory)
        finally:
            platform.stop()
