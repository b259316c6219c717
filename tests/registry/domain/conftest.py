"""Fixtures of the rules' tests: they need the policies, and nothing of the service around the rules."""

from pathlib import Path

import pytest

from policy.policies import Policies


@pytest.fixture(scope="session")
def mounted() -> Policies:
    """The project's own policies; unchanging, so read once."""
    return Policies.load(Path("policy/districts"))
