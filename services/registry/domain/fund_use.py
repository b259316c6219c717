"""What the registry keeps of a use of a maintenance fund: the proposal that its owners decide on, and what came of it.

The fund, its money and the use's whole life are finance's; here stands what it announced (P12).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from kit.errors import ValidationFailed
from kit.money import Fen


class FundUseState(StrEnum):
    """How far a use has come, as far as finance announces it."""

    PROPOSED = "PROPOSED"
    PAID = "PAID"
    ALLOCATED = "ALLOCATED"
    PUBLISHED = "PUBLISHED"


_ORDER = tuple(FundUseState)


class UseOfAnotherEstate(ValidationFailed):
    """The use that is to be decided on is another estate's: only its own owners decide (P12)."""


class ScopeIsNotTheUses(ValidationFailed):
    """The buildings of the decision are not those of the use: the owners of its scope decide, and no others (P12)."""


@dataclass(frozen=True, kw_only=True)
class UseReport:
    """A use is paid, allocated or published: what the fund paid and the pool's remainder until then, in fen."""

    state: FundUseState
    on: date
    paid: Fen
    remainder: Fen
    allocations_hash: str


@dataclass(frozen=True, kw_only=True)
class FundUse:
    """A proposed use; an empty `scope_building_ids` is the whole estate, the budget is in fen."""

    id: str
    estate_id: str
    fund_id: str
    scope_building_ids: tuple[str, ...]
    budget: Fen
    purpose: str
    is_emergency: bool
    proposed_on: date
    reports: tuple[UseReport, ...] = ()

    @property
    def latest(self) -> UseReport | None:
        """The report of the furthest state; None while the use is only proposed."""
        return self.reports[-1] if self.reports else None

    @property
    def state(self) -> FundUseState:
        """How far it has come."""
        return FundUseState.PROPOSED if self.latest is None else self.latest.state

    def day_of(self, state: FundUseState) -> date | None:
        """Return the day on which it came so far; None before."""
        if state is FundUseState.PROPOSED:
            return self.proposed_on
        return next((report.on for report in self.reports if report.state is state), None)


def with_report(use: FundUse, report: UseReport) -> FundUse:
    """Return the use with the report in place of an earlier one of the same state, in the order of the states."""
    others = [one for one in use.reports if one.state is not report.state]
    return replace(use, reports=tuple(sorted([*others, report], key=lambda one: _ORDER.index(one.state))))


def scope_of_decision(
    use: FundUse, *, estate_id: str, named: Iterable[str], path: Sequence[str] = ("input",)
) -> tuple[str, ...]:
    """Return the buildings whose owners decide on a use: its scope, which the opener need not name again (P12).

    Raises UseOfAnotherEstate, and ScopeIsNotTheUses for buildings that are named and are not those of the use.
    """
    if use.estate_id != estate_id:
        raise UseOfAnotherEstate("the use is another estate's", path=(*path, "subjectRef"), value=use.id)
    buildings = sorted(set(named))
    if buildings and tuple(buildings) != use.scope_building_ids:
        raise ScopeIsNotTheUses(
            "the owners of the use's scope decide on it",
            path=(*path, "scopeBuildingIds"),
            value=", ".join(buildings),
        )
    return use.scope_building_ids
