"""Open a joint decision of owners with its roll, and import the result of an external voting system."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kit.area import Area, format_area
from kit.errors import Flag, ValidationFailed
from kit.idempotency import Outcome
from kit.ids import new_id
from kit.mongo import UnitOfWork
from policy.policies import Policies
from services.registry.domain.decision import (
    Count,
    DecisionMatter,
    DecisionState,
    Roll,
    RollEntry,
    check_calendar,
    check_closing,
    check_counts,
    count_roll,
    is_special,
    result_of,
)
from services.registry.domain.fund_use import scope_of_decision
from services.registry.domain.text import checked_name
from services.registry.events import DecisionFailed, DecisionOpened, DecisionPassed, DecisionWithoutQuorum
from services.registry.store.decisions import (
    ClosedResult,
    DecisionRecord,
    add_decision,
    decision_of,
    save_result,
)
from services.registry.store.estates import estate_of
from services.registry.store.fund_uses import find_fund_uses
from services.registry.store.parts import (
    BuildingNotFound,
    find_buildings_of_estates,
    find_parts_of_buildings,
)
from services.registry.use_cases.roles import GUIDE_OWNERS

_CLOSING_FACTS: dict[DecisionState, type[DecisionPassed | DecisionFailed | DecisionWithoutQuorum]] = {
    DecisionState.CLOSED_PASSED: DecisionPassed,
    DecisionState.CLOSED_FAILED: DecisionFailed,
    DecisionState.CLOSED_NO_QUORUM: DecisionWithoutQuorum,
}


@dataclass(frozen=True, kw_only=True)
class OpenDecision:
    """A joint decision: matter, scope, subject and calendar.

    No building named means the whole estate, or the scope of the use of a maintenance fund that is the subject.
    """

    estate_id: str
    matter: DecisionMatter
    scope_building_ids: tuple[str, ...]
    subject_ref: str | None
    notice_on: date
    voting_from: date
    voting_to: date


@dataclass(frozen=True, kw_only=True)
class ImportExternalResult:
    """The roll and the counts of an external voting system, with its reference."""

    decision_id: str
    external_system_ref: str
    closed_on: date
    roll: Roll
    count: Count


async def open_decision(work: UnitOfWork, command: OpenDecision, *, policies: Policies) -> Outcome:
    """Open a joint decision and fix its roll from the registered parts and owners (Interpretation, arts. 8-9).

    The notice is at least the legal number of days before the vote. On a use of a maintenance fund, the owners of its
    scope decide (P12). Raises BuildingNotFound for a building that is not the estate's, and as `scope_of_decision`.
    """
    work.caller.require_role(*GUIDE_OWNERS)
    estate = await estate_of(work, command.estate_id)
    national = policies.national(command.notice_on)
    check_calendar(
        notice_on=command.notice_on,
        voting_from=command.voting_from,
        voting_to=command.voting_to,
        notice_days_min=national.time_limits.congress_notice_days_min,
    )
    if command.notice_on > work.today:
        raise ValidationFailed(
            "a decision is opened when the owners were told", path=("input", "noticeOn"), value=command.notice_on
        )
    subject = None
    if command.subject_ref is not None:
        subject = checked_name(command.subject_ref, path=("input", "subjectRef"))
    scope_building_ids = await _scope_of(work, command, subject)
    entries = await _roll_of(work, estate.id, scope_building_ids)
    special = is_special(command.matter, national.voting)
    decision = DecisionRecord(
        id=new_id("dec"),
        estate_id=estate.id,
        place=estate.place,
        matter=command.matter,
        special=special,
        state=DecisionState.NOTICED,
        scope_building_ids=scope_building_ids,
        subject_ref=subject,
        notice_on=command.notice_on,
        voting_from=command.voting_from,
        voting_to=command.voting_to,
        roll=count_roll(entries),
        roll_hash=hash_of_roll(entries),
        roll_frozen_at=work.now,
    )
    await add_decision(work, decision)
    work.announce(
        DecisionOpened(
            district=estate.place.district,
            aggregate_id=decision.id,
            occurred_on=command.notice_on,
            estate_id=estate.id,
            policy_id=national.id,
            street_id=estate.place.street_id,
            community_id=estate.place.community_id,
            decision_id=decision.id,
            matter=decision.matter,
            special=special,
            scope_building_ids=scope_building_ids,
            subject_ref=subject,
            roll_hash=decision.roll_hash,
            notice_on=command.notice_on,
            voting_to=command.voting_to,
        )
    )
    return Outcome(entity_ids={"decision": decision.id}, policy_version_id=national.id)


async def _scope_of(work: UnitOfWork, command: OpenDecision, subject: str | None) -> tuple[str, ...]:
    """Return the buildings whose owners decide: those named, or those of the announced use that is the subject."""
    if command.matter is DecisionMatter.USE_MAINTENANCE_FUND and subject is not None:
        uses = await find_fund_uses(work, [subject], scope=work.caller.scope)
        if uses:
            return scope_of_decision(uses[0], estate_id=command.estate_id, named=command.scope_building_ids)
    return command.scope_building_ids


async def _roll_of(work: UnitOfWork, estate_id: str, scope_building_ids: Sequence[str]) -> list[RollEntry]:
    """Return the parts of the scope with today's owners; raises BuildingNotFound for one that is not the estate's."""
    buildings = await find_buildings_of_estates(work, [estate_id], scope=work.caller.scope)
    known = {building.id for building in buildings}
    for building_id in scope_building_ids:
        if building_id not in known:
            raise BuildingNotFound(
                "the estate has no building of this id", path=("input", "scopeBuildingIds"), value=building_id
            )
    parts = await find_parts_of_buildings(work, list(scope_building_ids or known), scope=work.caller.scope)
    return [
        RollEntry(
            part.id,
            part.area,
            tuple(share.owner_id for share in part.ownerships if share.holds_on(work.today)),
        )
        for part in parts
    ]


async def import_external_result(work: UnitOfWork, command: ImportExternalResult, *, policies: Policies) -> Outcome:
    """Close a decision with the counts of the external system that held the vote (G-22, G-23, G-24).

    Its roll is the one that was voted on and replaces the registry's; where the two differ, a person should look.
    """
    work.caller.require_role(*GUIDE_OWNERS)
    decision = await decision_of(work, command.decision_id)
    check_closing(closed_on=command.closed_on, voting_to=decision.voting_to, today=work.today, state=decision.state)
    check_counts(command.roll, command.count)
    national = policies.national(command.closed_on)
    reference = checked_name(command.external_system_ref, path=("input", "externalSystemRef"))
    result = result_of(command.roll, command.count, special=decision.special, voting=national.voting)
    same_roll = command.roll == decision.roll
    await save_result(
        work,
        decision,
        state=result.state,
        roll=command.roll,
        roll_hash=decision.roll_hash if same_roll else hash_of_external_roll(reference, command.roll),
        roll_frozen_at=decision.roll_frozen_at if same_roll else work.now,
        result=ClosedResult(
            count=command.count,
            quorum_met=result.quorum_met,
            passed=result.passed,
            external_system_ref=reference,
            closed_on=command.closed_on,
        ),
    )
    work.announce(
        _CLOSING_FACTS[result.state](
            district=decision.place.district,
            aggregate_id=decision.id,
            occurred_on=command.closed_on,
            estate_id=decision.estate_id,
            policy_id=national.id,
            street_id=decision.place.street_id,
            community_id=decision.place.community_id,
            decision_id=decision.id,
            matter=decision.matter,
            subject_ref=decision.subject_ref,
            participating_area=command.count.participating_area,
            participating_persons=command.count.participating_persons,
            agree_area=command.count.agree_area,
            agree_persons=command.count.agree_persons,
            external_system_ref=reference,
        )
    )
    return Outcome(
        entity_ids={"decision": decision.id},
        warnings=() if same_roll else (roll_differs(decision.roll, command.roll),),
        policy_version_id=national.id,
    )


def hash_of_roll(entries: Sequence[RollEntry]) -> str:
    """Return the SHA-256 of the roll: one line per part with its area and owners, in the order of part ids."""
    lines = sorted(f"{entry.part_id} {entry.area} {','.join(sorted(entry.owner_ids))}" for entry in entries)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def hash_of_external_roll(reference: str, roll: Roll) -> str:
    """Return the SHA-256 that stands for an external system's roll, of which only the totals are known."""
    return hashlib.sha256(f"{reference} {roll.total_area} {roll.total_persons}".encode()).hexdigest()


def roll_differs(registered: Roll, external: Roll) -> Flag:
    """Return the warning that the vote was held on another roll than the registry's."""
    return Flag(
        code="WARN:ROLL_DIFFERS",
        message=(
            f"the registry counts {_in_m2(registered.total_area)} m2 and {registered.total_persons} persons, the "
            f"external roll {_in_m2(external.total_area)} m2 and {external.total_persons} persons"
        ),
        path=("input", "totalArea"),
        value=_in_m2(external.total_area),
    )


def _in_m2(area: Area) -> str:
    return format_area(area)
