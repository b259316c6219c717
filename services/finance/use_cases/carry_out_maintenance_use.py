"""The work on a use begins, is accepted and settled, and the use is published (Decree 165, arts. 22, 23 and 30)."""

from dataclasses import dataclass, replace
from datetime import date

from kit.caller import Scope
from kit.errors import ValidationFailed
from kit.idempotency import Outcome
from kit.money import Fen
from kit.mongo import UnitOfWork
from services.finance.domain.maintenance_use import MaintenanceUse, UseAct, check_acceptance, settle, take
from services.finance.events import MaintenanceUsePublished
from services.finance.store.maintenance_uses import find_acceptance, save_use
from services.finance.use_cases.fund_postings import PATH
from services.finance.use_cases.plan_maintenance_use import PLANNERS, use_in_scope

ANNOUNCED = Scope.everything()
"""An acceptance that was announced is looked up by its id alone, and must be of the use's estate."""


@dataclass(frozen=True)
class AcceptUse:
    """The command: the acceptance that inspection announced, and its day."""

    use_id: str
    acceptance_id: str
    accepted_on: date


@dataclass(frozen=True)
class SettleUse:
    """The command: what the work cost in all, and the day of the settlement."""

    use_id: str
    amount: Fen
    settled_on: date


async def start_use_work(work: UnitOfWork, use_id: str, started_on: date) -> Outcome:
    """Begin the work of an approved use; raises ForbiddenActor, UseUnknown, UseStateConflict, ValidationFailed."""
    return await _taken(work, use_id, UseAct.START_WORK, started_on, "startedOn")


async def accept_use(work: UnitOfWork, command: AcceptUse) -> Outcome:
    """Accept the work on an announced acceptance (P12); raises AcceptanceMissing, and as `start_use_work` does."""
    work.caller.require_role(*PLANNERS)
    use, _ = await use_in_scope(work, command.use_id)
    _check_day(command.accepted_on, work.today, "acceptedOn")
    accepted = await find_acceptance(work, command.acceptance_id, estate_id=use.estate_id, scope=ANNOUNCED)
    check_acceptance(accepted, acceptance_id=command.acceptance_id, path=(*PATH, "acceptanceId"))
    done = take(use, UseAct.ACCEPT, command.accepted_on, path=(*PATH, "useId"))
    return await _saved(work, replace(done, acceptance_id=command.acceptance_id))


async def settle_use(work: UnitOfWork, command: SettleUse) -> Outcome:
    """Fix what the work cost; raises SettledOutOfRange, and as `start_use_work` does."""
    work.caller.require_role(*PLANNERS)
    use, _ = await use_in_scope(work, command.use_id)
    _check_day(command.settled_on, work.today, "settledOn")
    return await _saved(work, settle(use, command.amount, on=command.settled_on, path=(*PATH, "amount")))


async def publish_use(work: UnitOfWork, use_id: str, published_on: date) -> Outcome:
    """Publish an allocated use to the owners (F16); raises as `start_use_work` does."""
    work.caller.require_role(*PLANNERS)
    use, _ = await use_in_scope(work, use_id)
    _check_day(published_on, work.today, "publishedOn")
    published = replace(take(use, UseAct.PUBLISH, published_on, path=(*PATH, "useId")), published_on=published_on)
    work.announce(MaintenanceUsePublished.of(published))
    return await _saved(work, published)


async def _taken(work: UnitOfWork, use_id: str, act: UseAct, on: date, name: str) -> Outcome:
    work.caller.require_role(*PLANNERS)
    use, _ = await use_in_scope(work, use_id)
    _check_day(on, work.today, name)
    return await _saved(work, take(use, act, on, path=(*PATH, "useId")))


async def _saved(work: UnitOfWork, use: MaintenanceUse) -> Outcome:
    await save_use(work, use)
    return Outcome(entity_ids={"maintenanceUse": use.id}, policy_version_id=use.policy_version_id)


def _check_day(day: date, today: date, name: str) -> None:
    if day > today:
        raise ValidationFailed("a step is recorded on its day or later", path=(*PATH, name), value=day.isoformat())
