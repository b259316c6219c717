"""One platform and one city per test process, shared by the tests that use them; they run first, and in one worker.

A platform takes seconds to start, so nobody starts one without need: a test that stops or kills a process starts it
again before it ends.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import private_directory
from tests.system.city import City, found_city
from tests.system.platform_run import PlatformRun

GROUP = "platform"


@pytest.hookimpl(tryfirst=True)  # The runner reads the groups in the same hook.
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put what shares the platform into one worker, and at the front: it is the longest piece of the whole run."""
    shared = [item for item in items if "city" in getattr(item, "fixturenames", ())]
    for item in shared:
        item.add_marker(pytest.mark.xdist_group(GROUP))
    items[:] = [*shared, *(item for item in items if item not in shared)]


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


@pytest.fixture(scope="session")
def artifacts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory for files that tests write."""
    return tmp_path_factory.mktemp("artifacts")
