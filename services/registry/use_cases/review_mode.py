"""Look at a passing mode, take back a record that was a mistake, and record how an estate's homes are owned."""

from dataclasses import dataclass, replace
from datetime import date

from kit.errors import ValidationFailed
from kit.idempotency import Outcome
from kit.mongo import UnitOfWork
from services.registry.domain.mode import ModeReview, NoModeRecorded, ReversedRecord, reviewed, without_latest
from services.registry.domain.mode_rules import TitleSituation
from services.registry.domain.text import LONGEST_TEXT, checked_name
from services.registry.store.estates import estate_of, save_mode
from services.registry.store.modes import modes_of, save_modes
from services.registry.use_cases.enter_mode import announce_mode
from services.registry.use_cases.roles import SET_MODES


@dataclass(frozen=True, kw_only=True)
class ReviewMode:
    """What was done towards a lasting mode, and when it is looked at next."""

    estate_id: str
    reviewed_on: date
    action: str
    review_on: date


@dataclass(frozen=True, kw_only=True)
class ReverseMode:
    """The latest record of an estate was a mistake, for this reason."""

    estate_id: str
    reason: str | None


@dataclass(frozen=True, kw_only=True)
class RecordTitles:
    """How the homes of an estate are owned."""

    estate_id: str
    situation: TitleSituation


async def review_mode(work: UnitOfWork, command: ReviewMode) -> Outcome:
    """Keep the review of a passing mode, which sets its next one (PZ-30); raises StateConflict for a lasting mode."""
    work.caller.require_role(*SET_MODES)
    estate = await estate_of(work, command.estate_id)
    modes = await modes_of(work, estate.id)
    if not modes.history:
        raise NoModeRecorded("the estate has no record of a mode", path=("input", "estateId"))
    review = ModeReview(
        reviewed_on=command.reviewed_on,
        action=checked_name(command.action, path=("input", "action"), longest=LONGEST_TEXT),
        review_on=command.review_on,
    )
    latest = reviewed(modes.history[-1], review, today=work.today)
    await save_modes(work, replace(modes, history=(*modes.history[:-1], latest)), estate.place)
    return Outcome(entity_ids={"estate": estate.id})


async def reverse_mode(work: UnitOfWork, command: ReverseMode) -> Outcome:
    """Take back the latest record; it stays on file with the reason, and the one before it holds again.

    Raises ValidationFailed without a reason, NoModeRecorded for an estate without a record.
    """
    work.caller.require_role(*SET_MODES)
    estate = await estate_of(work, command.estate_id)
    if command.reason is None or not command.reason.strip():
        raise ValidationFailed("a reversal says why", path=("input", "reason"), value=command.reason)
    before = await modes_of(work, estate.id)
    history, mistaken = without_latest(before.history)
    kept = ReversedRecord(record=mistaken, reason=command.reason.strip(), reversed_on=work.today)
    after = replace(before, history=history, reversed_records=(*before.reversed_records, kept))
    await save_modes(work, after, estate.place)
    await save_mode(work, estate, after.mode)
    announce_mode(work, estate, before, after, on=mistaken.from_)
    return Outcome(entity_ids={"estate": estate.id})


async def record_titles(work: UnitOfWork, command: RecordTitles) -> Outcome:
    """Record how the homes are owned, which says whether the market is ripe for the estate (PZ-08)."""
    work.caller.require_role(*SET_MODES)
    estate = await estate_of(work, command.estate_id)
    modes = await modes_of(work, estate.id)
    await save_modes(work, replace(modes, titles=command.situation), estate.place)
    return Outcome(entity_ids={"estate": estate.id})
