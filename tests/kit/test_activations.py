"""Which policy versions are in force, on the real store: recorded once, never changed, seen by the next reader."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import pytest

from kit.activations import ActivatedPolicies, ActivationChanged, load_activations, record_activation
from kit.caller import SYSTEM_CALLER
from kit.clock import FixedClock
from kit.mongo import Mongo, UnitOfWork, run_unit_of_work

pytestmark = pytest.mark.store

FIRST_DAY = date(2021, 1, 1)


@dataclass(frozen=True)
class File:
    id: str
    hash: str


class ContentChanged(Exception):
    """A used version is not what it was."""


@dataclass(frozen=True)
class InForce:
    """The smallest policies there are: the mounted files, and the activations, as (version, hash, day)."""

    versions: tuple[tuple[str, str, date], ...] = ()
    files: tuple[File, ...] = (File("360702-v1", "aa"),)

    def check_used(self, used: Mapping[str, str]) -> None:
        mounted = {file.id: file.hash for file in self.files}
        if any(mounted[version] != used_hash for version, used_hash in used.items()):
            raise ContentChanged

    def activate(self, activation: tuple[str, str, date]) -> "InForce":
        return replace(self, versions=(*self.versions, activation))


def shelf() -> ActivatedPolicies[InForce]:
    return ActivatedPolicies(InForce(), lambda version_id, hash, day: (version_id, hash, day))  # noqa: A006


async def record(mongo: Mongo, clock: FixedClock, version_id: str, content_hash: str, day: date) -> bool:
    async def body(work: UnitOfWork) -> bool:
        return await record_activation(work, version_id, content_hash, day)

    return await run_unit_of_work(mongo, SYSTEM_CALLER, body, clock=clock)


async def test_an_activation_is_recorded_once(mongo: Mongo, clock: FixedClock) -> None:
    assert await record(mongo, clock, "360702-v1", "aa", FIRST_DAY) is True
    assert await record(mongo, clock, "360702-v1", "aa", FIRST_DAY) is False

    recorded = [(a.version_id, a.hash, a.effective_from) for a in await load_activations(mongo)]
    assert recorded == [("360702-v1", "aa", FIRST_DAY)]


@pytest.mark.parametrize(("content_hash", "day"), [("bb", FIRST_DAY), ("aa", date(2021, 1, 2))])
async def test_a_version_in_force_never_changes_its_content_or_its_day(
    mongo: Mongo, clock: FixedClock, content_hash: str, day: date
) -> None:
    await record(mongo, clock, "360702-v1", "aa", FIRST_DAY)

    with pytest.raises(ActivationChanged) as refused:
        await record(mongo, clock, "360702-v1", content_hash, day)

    assert refused.value.code == "STATE_CONFLICT"
    assert [a.hash for a in await load_activations(mongo)] == ["aa"]


async def test_a_unit_of_work_sees_its_own_activation_before_it_commits(mongo: Mongo, clock: FixedClock) -> None:
    policies = shelf()

    async def activate_and_use(work: UnitOfWork) -> InForce:
        await record_activation(work, "360702-v1", "aa", FIRST_DAY)
        return await policies.as_recorded(work)

    in_force = await run_unit_of_work(mongo, SYSTEM_CALLER, activate_and_use, clock=clock)

    assert in_force.versions == (("360702-v1", "aa", FIRST_DAY),)


async def test_an_activation_that_was_rolled_back_is_not_in_force(mongo: Mongo, clock: FixedClock) -> None:
    policies = shelf()

    async def activate_and_refuse(work: UnitOfWork) -> None:
        await record_activation(work, "360702-v1", "aa", FIRST_DAY)
        await policies.as_recorded(work)
        raise ActivationChanged("the operator changes their mind")

    with pytest.raises(ActivationChanged):
        await run_unit_of_work(mongo, SYSTEM_CALLER, activate_and_refuse, clock=clock)

    assert (await policies.as_recorded(mongo)).versions == ()


async def test_another_replica_sees_what_the_first_one_recorded(mongo: Mongo, clock: FixedClock) -> None:
    other_replica = shelf()
    assert (await other_replica.as_recorded(mongo)).versions == ()

    await record(mongo, clock, "510400-v1", "cc", date(2023, 10, 23))

    assert (await other_replica.as_recorded(mongo)).versions == (("510400-v1", "cc", date(2023, 10, 23)),)
    assert other_replica.latest.versions == (("510400-v1", "cc", date(2023, 10, 23)),)
    assert other_replica.mounted.versions == ()


async def test_a_mounted_version_that_changed_after_its_use_stops_the_start(mongo: Mongo, clock: FixedClock) -> None:
    await record(mongo, clock, "360702-v1", "bb", FIRST_DAY)

    with pytest.raises(ContentChanged):
        await shelf().check_used(mongo)


async def test_a_version_that_is_not_mounted_makes_unready_and_is_named(mongo: Mongo, clock: FixedClock) -> None:
    policies = shelf()
    await record(mongo, clock, "360702-v1", "aa", FIRST_DAY)
    assert await policies.problem(mongo) is None

    await record(mongo, clock, "360702-v2", "0123456789abcdef", date(2026, 1, 1))

    await policies.check_used(mongo)
    assert await policies.problem(mongo) == "lacks the policy in force: 360702-v2 (0123456789ab)"
