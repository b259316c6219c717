"""From when to when each version of an area is in force; versions of one area never overlap."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from policy.errors import ActivationInvalid, Problem
from policy.policy_file import PolicyFile


@dataclass(frozen=True)
class Period:
    """One version with the days on which it is in force, both included."""

    file: PolicyFile
    first: date
    last: date | None

    def covers(self, on: date) -> bool:
        """Return whether the version is in force on that day."""
        return self.first <= on and (self.last is None or on <= self.last)


def periods_by_area(
    files: Iterable[PolicyFile], effective_from_by_id: Mapping[str, date]
) -> dict[str, tuple[Period, ...]]:
    """Return the periods of every area, given the days that operators set; raises ActivationInvalid on an overlap."""
    return {area: _periods(versions, effective_from_by_id) for area, versions in by_area(files).items()}


def _periods(versions: Sequence[PolicyFile], effective_from_by_id: Mapping[str, date]) -> tuple[Period, ...]:
    """Return the periods of one area's versions; a version ends on its last day, or the day before the next begins."""
    started: list[tuple[PolicyFile, date]] = []
    for policy_file in versions:
        first = policy_file.effective_from or effective_from_by_id.get(policy_file.id)
        if first is None:
            continue
        if policy_file.effective_to is not None and policy_file.effective_to < first:
            raise ActivationInvalid(
                f"{policy_file.id} ends on {policy_file.effective_to.isoformat()}, before it begins"
            )
        if started:
            reason = _overlap(started[-1][0], policy_file, started[-1][1], first)
            if reason is not None:
                raise ActivationInvalid(reason)
        started.append((policy_file, first))
    periods: list[Period] = []
    for index, (policy_file, first) in enumerate(started):
        last = policy_file.effective_to
        if last is None and index + 1 < len(started):
            last = started[index + 1][1] - timedelta(days=1)
        periods.append(Period(policy_file, first, last))
    return tuple(periods)


def overlap_problems(files: Iterable[PolicyFile]) -> list[Problem]:
    """Return where dated versions of one area overlap, at the later file's effectiveFrom."""
    problems: list[Problem] = []
    for versions in by_area(files).values():
        dated = [policy_file for policy_file in versions if policy_file.effective_from is not None]
        for earlier, later in pairwise(dated):
            reason = _overlap(earlier, later, earlier.effective_from, later.effective_from)
            if reason is not None:
                problems.append(Problem(later.path, later.lines["effectiveFrom"], reason))
    return problems


def _overlap(earlier: PolicyFile, later: PolicyFile, earlier_from: date | None, later_from: date | None) -> str | None:
    assert earlier_from is not None
    assert later_from is not None
    if later_from <= earlier_from:
        return f"{later.id} overlaps {earlier.id}, which begins on {earlier_from.isoformat()}"
    if earlier.effective_to is not None and later_from <= earlier.effective_to:
        return f"{later.id} overlaps {earlier.id}, which ends on {earlier.effective_to.isoformat()}"
    return None


def by_area(files: Iterable[PolicyFile]) -> dict[str, list[PolicyFile]]:
    """Return the versions of each area in the order of their numbers."""
    found: dict[str, list[PolicyFile]] = {}
    for policy_file in sorted(files, key=lambda policy_file: policy_file.version):
        found.setdefault(policy_file.area, []).append(policy_file)
    return found
