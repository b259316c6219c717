"""Which tests of a parallel run stay together, and in which order they are begun.

The tests of a file stay together, in one worker: what they share (a store, a gateway's process) is then started once.
So do those that share a platform of whole processes, which takes seconds and eight processes to start. What takes long
is begun first and what is short last, so that the workers end together. The runner's own groups are marks that a test
run by the locked versions of pytest and pytest-xdist does not heed.
"""

from __future__ import annotations

from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

SYSTEM_TESTS = "tests/system/"
SHARED_PLATFORM = f"{SYSTEM_TESTS}on one platform"
WITH_PLATFORMS_OF_THEIR_OWN = "tests/system/test_make_up.py"
"""Kept together all the same: two platforms that choose their ports at the same moment may choose the same ones."""

LONG = (
    SHARED_PLATFORM,
    "tests/kit/test_service.py",
    "tests/finance/money/",
    WITH_PLATFORMS_OF_THEIR_OWN,
    "tests/finance/test_process_",
    "tests/deploy/test_manifests.py",
)
"""What takes longest, in this order; it is begun first."""

SHORT = ("tests/policy/", "tests/finance/domain/", "tests/registry/domain/")
"""Rules without a store, a second a file or less; they are begun last."""


def _place(group: str) -> int:
    """Return where a group stands in the order of beginning: the long ones, then all others, then the short ones."""
    if group.startswith(SHORT):
        return len(LONG) + 1
    return next((place for place, long in enumerate(LONG) if group.startswith(long)), len(LONG))


class PlatformScheduling(LoadScopeScheduling):
    """Gives each file to whoever is free, but the tests of a shared platform to one worker; the long ones first."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::", 1)[0]
        if file == WITH_PLATFORMS_OF_THEIR_OWN:
            return file
        return SHARED_PLATFORM if file.startswith(SYSTEM_TESTS) else file

    def _assign_work_unit(self, node: WorkerController) -> None:
        self.workqueue.move_to_end(min(self.workqueue, key=_place), last=False)
        super()._assign_work_unit(node)
