"""The policies in force: which version of which document answers for a district on the business date of a fact."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from policy.errors import (
    ActivationInvalid,
    PolicyFileInvalid,
    PolicyNotInForce,
    Problem,
    UsedPolicyChanged,
)
from policy.narrowing import widening_problems
from policy.periods import overlap_problems, periods_by_area
from policy.policy_file import NATION, Level, PolicyFile, city_of, is_area_code
from policy.policy_version import PolicyVersion
from policy.reader import read_policy_file

NATIONAL_FILE = Path(__file__).parent / "national.yaml"
DISTRICTS_DIRECTORY = Path(__file__).parent / "districts"


@dataclass(frozen=True)
class Activation:
    """An operator's word that a mounted version, known by its hash, is in force from a day."""

    version_id: str
    hash: str
    effective_from: date


class Policies:
    """All versions that are mounted, and which of them is in force where and when; unchanging once loaded."""

    def __init__(self, files: Sequence[PolicyFile], activations: Sequence[Activation]) -> None:
        self._files = {policy_file.id: policy_file for policy_file in files}
        self._activations = tuple(activations)
        self._periods_by_area = periods_by_area(files, self._matched_activations())

    @classmethod
    def load(
        cls,
        directory: Path,
        activations: Iterable[Activation] = (),
        *,
        operator_directory: Path | None = None,
    ) -> "Policies":
        """Return the policies of a directory's files, and of an operator's directory over it.

        An operator's file replaces the file of the same area and version, and adds any other; a file of level NATION
        replaces the national law that comes with the program. Raises PolicyFileInvalid with the problems of all files,
        ActivationInvalid for an activation that contradicts its version.
        """
        by_id: dict[str, PolicyFile] = {}
        problems: list[Problem] = []
        for source in (NATIONAL_FILE, directory, operator_directory):
            if source is not None:
                by_id |= _read_source(source, problems)
        files = list(by_id.values())
        problems.extend(overlap_problems(files))
        problems.extend(widening_problems(files))
        if problems:
            raise PolicyFileInvalid(problems)
        return cls(files, tuple(activations))

    @property
    def files(self) -> tuple[PolicyFile, ...]:
        """Return every mounted version, in the order of area and version."""
        return tuple(sorted(self._files.values(), key=lambda policy_file: (policy_file.area, policy_file.version)))

    @property
    def districts(self) -> tuple[str, ...]:
        """Return the codes of the cities and districts that have a document, in order."""
        levels = (Level.CITY, Level.DISTRICT)
        return tuple(sorted({policy_file.area for policy_file in self._files.values() if policy_file.level in levels}))

    @property
    def activations(self) -> tuple[Activation, ...]:
        """Return what operators have put in force, also what is not mounted."""
        return self._activations

    @property
    def unmatched_activations(self) -> tuple[Activation, ...]:
        """Return the activations whose version is not mounted with that hash; a service that has one is not ready."""
        return tuple(activation for activation in self._activations if not self._matches(activation))

    def activation_of(self, policy_version_id: str, effective_from: date) -> Activation:
        """Return the activation of a mounted version from a day, with the hash it has now; raises PolicyNotInForce."""
        return Activation(policy_version_id, self.file(policy_version_id).hash, effective_from)

    def activate(self, activation: Activation) -> "Policies":
        """Return the policies with one more activation; raises ActivationInvalid."""
        return Policies(tuple(self._files.values()), (*self._activations, activation))

    def file(self, policy_version_id: str) -> PolicyFile:
        """Return the mounted version of that id; raises PolicyNotInForce if there is none."""
        try:
            return self._files[policy_version_id]
        except KeyError:
            raise PolicyNotInForce("no policy version of this id is mounted", value=policy_version_id) from None

    def at(self, district: str, on: date, *, estate_id: str | None = None) -> PolicyVersion:
        """Return what is in force for a district, and for an estate of it, on the business date of a fact.

        A district without a document of its own is answered by its city's. Raises PolicyNotInForce
        (INSTRUMENT_NOT_AVAILABLE) if neither has one in force on that day.
        """
        version: PolicyVersion | None = self._in_force(NATION, on, None)
        has_local_document = False
        areas = [city_of(district), district] if is_area_code(district) else []
        if estate_id is not None:
            areas.append(estate_id)
        for area in dict.fromkeys(areas):
            lower = self._in_force(area, on, version)
            # An estate's own policy narrows the district it was made in; elsewhere its bounds were never checked.
            if lower is not None and (area != estate_id or lower.file.parent == district):
                version, has_local_document = lower, True
        if version is None or not has_local_document:
            raise PolicyNotInForce(self._why_not_in_force(district, on), path=("district",), value=district)
        return version

    def national(self, on: date) -> PolicyVersion:
        """Return national law as it is on that day, for what no district may change; raises PolicyNotInForce."""
        version = self._in_force(NATION, on, None)
        if version is None:
            raise PolicyNotInForce(f"no national law is loaded for {on.isoformat()}", value=on.isoformat())
        return version

    def check_used(self, used: Mapping[str, str]) -> None:
        """Raise UsedPolicyChanged unless every version that facts were computed with is mounted with the same hash."""
        faults = []
        for policy_version_id, used_hash in sorted(used.items()):
            policy_file = self._files.get(policy_version_id)
            if policy_file is None:
                faults.append(f"{policy_version_id} was used and is not mounted any more")
            elif policy_file.hash != used_hash:
                faults.append(
                    f"{policy_file.path}: {policy_version_id} was used with hash {used_hash[:12]}… and has now "
                    f"{policy_file.hash[:12]}…; put a change into a new version"
                )
        if faults:
            raise UsedPolicyChanged("\n".join(faults))

    def _in_force(self, area: str, on: date, upper: PolicyVersion | None) -> PolicyVersion | None:
        for period in self._periods_by_area.get(area, ()):
            if period.covers(on):
                return PolicyVersion(period.file, period.first, period.last, upper)
        return None

    def _matches(self, activation: Activation) -> bool:
        policy_file = self._files.get(activation.version_id)
        return policy_file is not None and policy_file.hash == activation.hash

    def _matched_activations(self) -> dict[str, date]:
        effective_from_by_id: dict[str, date] = {}
        for activation in self._activations:
            if not self._matches(activation):
                continue
            written = self._files[activation.version_id].effective_from
            known = effective_from_by_id.get(activation.version_id, written)
            if known is not None and known != activation.effective_from:
                raise ActivationInvalid(
                    f"{activation.version_id} is in force from {known.isoformat()}, "
                    f"not from {activation.effective_from.isoformat()}"
                )
            effective_from_by_id[activation.version_id] = activation.effective_from
        return effective_from_by_id

    def _why_not_in_force(self, district: str, on: date) -> str:
        areas = {district, city_of(district)}
        mounted = [policy_file for policy_file in self.files if policy_file.area in areas]
        if not mounted:
            return "the district has no policy document"
        undated = [
            policy_file.id
            for policy_file in mounted
            if policy_file.effective_from is None and policy_file.id not in self._matched_activations()
        ]
        if undated:
            return f"{', '.join(undated)} bears no date: an operator must set the day from which it is in force"
        return f"the district has no policy in force on {on.isoformat()}"


def _read_source(source: Path, problems: list[Problem]) -> dict[str, PolicyFile]:
    paths = [source] if source.is_file() else sorted((*source.glob("*.yaml"), *source.glob("*.yml")))
    if not paths:
        problems.append(Problem(source, 1, "there is no policy file here"))
    files: dict[str, PolicyFile] = {}
    for path in paths:
        if path.name.startswith("."):
            continue
        try:
            policy_file = read_policy_file(path)
        except PolicyFileInvalid as invalid:
            problems.extend(invalid.problems)
            continue
        first = files.setdefault(policy_file.id, policy_file)
        if first is not policy_file:
            problems.append(
                Problem(path, 1, f"{policy_file.id} is also in {first.path}; give the new one a new version")
            )
    return files
