"""What is in memory when a service begins to serve is not looked through again; run in a process of its own."""

import subprocess
import sys

PROGRAM = """
import gc
from kit.garbage import leave_what_is_here

kept = [[] for _ in range(1_000)]
leave_what_is_here()
print(gc.isenabled(), gc.get_threshold()[0], gc.get_freeze_count() > len(kept))
"""


def test_what_is_here_stays_and_the_rest_is_looked_through_less_often() -> None:
    ended = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert ended.stdout.split() == ["True", "20000", "True"]
