"""Keep the ledgers of old estates: the base ledger, the estates without management, and the work plans by class."""

from dataclasses import dataclass, replace
from datetime import date

from kit.errors import InstrumentNotAvailable
from kit.idempotency import Outcome
from kit.ids import new_id
from kit.mongo import UnitOfWork
from policy.instruments import ModesPolicy
from policy.policies import Policies
from policy.policy_version import PolicyVersion
from services.registry.domain.base_ledger import (
    BaseLedgerRow,
    check_base_row,
    late_flags,
    require_old_estate,
    survey_deadline,
    unmanaged_row,
    work_plan,
)
from services.registry.domain.estate import EstateKind
from services.registry.domain.territory import CommunityOutsideStreet, UnknownStreet
from services.registry.domain.text import LONGEST_TEXT, checked_name
from services.registry.store.estates import estate_of
from services.registry.store.old_estate_ledgers import (
    WorkPlanRecord,
    add_base_ledger_row,
    add_unmanaged_row,
    add_work_plan,
    find_base_ledger_rows,
    find_unmanaged_rows,
)
from services.registry.store.territory import find_communities, find_streets, require_own_area
from services.registry.use_cases.abandon_estate import is_served
from services.registry.use_cases.roles import KEEP_ESTATES


@dataclass(frozen=True, kw_only=True)
class WriteBaseLedgerRow:
    """What the base ledger says of an old estate as of a day."""

    estate_id: str
    row: BaseLedgerRow


@dataclass(frozen=True, kw_only=True)
class RecordUnmanagedEstate:
    """An estate without management, as a survey found it."""

    estate_id: str
    surveyed_on: date
    estate_class: EstateKind
    household_count: int
    problem: str


@dataclass(frozen=True, kw_only=True)
class WriteWorkPlan:
    """How and when management comes to one class of estates of a street, or of one of its communities."""

    street_id: str
    community_id: str | None
    estate_class: str
    mode_label: str
    starts_on: date | None
    finishes_on: date | None
    measures: str


async def write_base_ledger_row(work: UnitOfWork, command: WriteBaseLedgerRow, *, policies: Policies) -> Outcome:
    """Write a row of the base ledger; it is an instrument of old estates and refuses every other (PZ-05, ZG-02).

    Raises EstateNotFound, NotOldEstate also where the year is unknown, RowOutOfOrder, ValidationFailed,
    UnknownModeLabel, and InstrumentNotAvailable where the district's document has no bound.
    """
    work.caller.require_role(*KEEP_ESTATES)
    estate = await estate_of(work, command.estate_id)
    version = policies.at(estate.place.district, command.row.as_of)
    require_old_estate(estate.facts, version.old_estate)
    known = await find_base_ledger_rows(work, [estate.id], scope=work.caller.scope)
    problems = command.row.problems.strip()
    row = replace(
        command.row,
        problems=checked_name(problems, path=("input", "problems"), longest=LONGEST_TEXT) if problems else "",
    )
    check_base_row(row, modes=_modes(version), latest_as_of=known[0].row.as_of if known else None, today=work.today)
    await add_base_ledger_row(work, estate.id, estate.place, row)
    return Outcome(entity_ids={"estate": estate.id}, policy_version_id=version.id)


def _modes(version: PolicyVersion) -> ModesPolicy | None:
    try:
        return version.modes
    except InstrumentNotAvailable:
        return None


async def record_unmanaged_estate(work: UnitOfWork, command: RecordUnmanagedEstate, *, policies: Policies) -> Outcome:
    """Write an estate without management into the street's work ledger; a late row is taken and flagged (XY-18).

    Raises EstateNotFound, StillManaged, RowOutOfOrder, ValidationFailed, and InstrumentNotAvailable where the district
    has no campaign.
    """
    work.caller.require_role(*KEEP_ESTATES)
    estate = await estate_of(work, command.estate_id)
    version = policies.at(estate.place.district, command.surveyed_on)
    deadline = survey_deadline(version.campaign)
    known = await find_unmanaged_rows(work, [estate.id], scope=work.caller.scope)
    row = unmanaged_row(
        surveyed_on=command.surveyed_on,
        estate_class=command.estate_class,
        household_count=command.household_count,
        problem=checked_name(command.problem, path=("input", "problem"), longest=LONGEST_TEXT),
        deadline=deadline,
        is_served=await is_served(work, estate.id),
        latest=known[0].row.surveyed_on if known else None,
        today=work.today,
    )
    await add_unmanaged_row(work, estate.id, estate.place, row)
    return Outcome(
        entity_ids={"estate": estate.id},
        policy_version_id=version.id,
        warnings=late_flags(row, deadline=deadline),
    )


async def write_work_plan(work: UnitOfWork, command: WriteWorkPlan, *, policies: Policies) -> Outcome:
    """Write the plan of one class of estates: how management comes to it, and when (PZ-06).

    Raises UnknownStreet, CommunityOutsideStreet, PlanWithoutDates, UnknownModeLabel, PlanKnown or ValidationFailed.
    """
    work.caller.require_role(*KEEP_ESTATES)
    streets = await find_streets(work, [command.street_id])
    if not streets:
        raise UnknownStreet("no street of this id", path=("input", "streetId"), value=command.street_id)
    version = policies.at(streets[0].district, work.today)
    plan = work_plan(
        estate_class=checked_name(command.estate_class, path=("input", "estateClass")),
        mode_label=command.mode_label,
        starts_on=command.starts_on,
        finishes_on=command.finishes_on,
        measures=checked_name(command.measures, path=("input", "measures"), longest=LONGEST_TEXT),
        modes=version.modes,
    )
    record = WorkPlanRecord(
        id=new_id("wpl"),
        district=streets[0].district,
        street_id=streets[0].id,
        community_id=command.community_id,
        plan=plan,
        policy_version_id=version.id,
    )
    if command.community_id is not None:
        await _require_community_of_street(work, command.community_id, record.street_id)
    require_own_area(work, record.areas, path=("input", "streetId"), value=command.street_id)
    await add_work_plan(work, record)
    return Outcome(entity_ids={"work_plan": record.id, "street": record.street_id}, policy_version_id=version.id)


async def _require_community_of_street(work: UnitOfWork, community_id: str, street_id: str) -> None:
    communities = await find_communities(work, [community_id])
    if not communities or communities[0].street_id != street_id:
        raise CommunityOutsideStreet(
            "the street has no community of this id", path=("input", "communityId"), value=community_id
        )
