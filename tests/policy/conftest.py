"""The five packs as they come, and the same with every undated document in force from 2021."""

from datetime import date

import pytest

from policy.policies import DISTRICTS_DIRECTORY, Policies

IN_FORCE_FROM = date(2021, 1, 1)


@pytest.fixture(scope="session")
def packs() -> Policies:
    """The five packs as they come: only Panzhihua's document bears a date."""
    return Policies.load(DISTRICTS_DIRECTORY)


@pytest.fixture(scope="session")
def policies(packs: Policies) -> Policies:
    """The five packs with every undated document activated from 2021."""
    undated = [policy_file.id for policy_file in packs.files if policy_file.effective_from is None]
    return Policies.load(
        DISTRICTS_DIRECTORY, [packs.activation_of(version_id, IN_FORCE_FROM) for version_id in undated]
    )
