"""Fixtures of the rules' tests: they need the policies, and nothing of the service around the rules."""

from functools import cache
from pathlib import Path

import pytest

from policy.policies import Policies


@cache
def project_policies() -> Policies:
    """The project's own policies, kept for each later run in the process: `make mutants` starts thousands."""
    return Policies.load(Path("policy/districts"))


@pytest.fixture(scope="session")
def mounted() -> Policies:
    """The project's own policies; unchanging, so read once."""
    return project_policies()
