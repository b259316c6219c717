"""Which tests of a parallel run stay together: those that share a platform of whole processes, in one worker.

A platform takes seconds and eight processes to start; spread over the workers, its tests would start one in each. The
runner's own groups are marks that a test run by the locked versions of pytest and pytest-xdist does not heed.
"""

from __future__ import annotations

from xdist.scheduler import LoadScopeScheduling

SYSTEM_TESTS = "tests/system/"
WITH_PLATFORMS_OF_THEIR_OWN = "tests/system/test_make_up.py"
"""Kept together all the same: two platforms that choose their ports at the same moment may choose the same ones."""


class PlatformScheduling(LoadScopeScheduling):
    """Gives each test to whoever is free, but the tests of a shared platform to one worker; the largest group first."""

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(WITH_PLATFORMS_OF_THEIR_OWN):
            return WITH_PLATFORMS_OF_THEIR_OWN
        return SYSTEM_TESTS if nodeid.startswith(SYSTEM_TESTS) else nodeid
