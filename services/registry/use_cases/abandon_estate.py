"""Record that nobody serves an estate any more, and that somebody took it up again."""

from dataclasses import dataclass
from datetime import date

from kit.idempotency import Outcome
from kit.mongo import UnitOfWork
from services.registry.domain.abandonment import Abandonment, AbandonmentReason, check_abandonment, taken_up
from services.registry.domain.contract_state import SERVING_STATES
from services.registry.events import EstateAbandoned
from services.registry.store.abandonments import add_abandonment, end_abandonment, find_abandonments
from services.registry.store.contracts import find_contracts_of_estates
from services.registry.store.estates import estate_of
from services.registry.use_cases.enter_mode import leave_without_mode
from services.registry.use_cases.roles import KEEP_ESTATES


@dataclass(frozen=True, kw_only=True)
class AbandonEstate:
    """Since when and why nobody serves an estate."""

    estate_id: str
    abandonment_reason: AbandonmentReason
    abandoned_on: date


@dataclass(frozen=True, kw_only=True)
class TakeUpEstate:
    """The day on which somebody took an abandoned estate up."""

    estate_id: str
    taken_up_on: date


async def abandon_estate(work: UnitOfWork, command: AbandonEstate) -> Outcome:
    """Record an abandoned estate: the first fact of the emergency relief (ZG-40); from that day on it has no mode.

    Raises EstateNotFound, AlreadyAbandoned, ValidationFailed for a day to come, StillServed for an estate that a
    contract serves, unless its provider left, and PastNotRewritten unless its mode began before that day.
    """
    work.caller.require_role(*KEEP_ESTATES)
    estate = await estate_of(work, command.estate_id)
    known = await find_abandonments(work, [estate.id], scope=work.caller.scope)
    check_abandonment(
        known[0].abandonment if known else None,
        reason=command.abandonment_reason,
        on=command.abandoned_on,
        is_served=await is_served(work, estate.id),
        today=work.today,
    )
    abandonment = Abandonment(command.abandonment_reason, command.abandoned_on)
    await add_abandonment(work, estate.id, estate.place, abandonment)
    work.announce(
        EstateAbandoned(
            district=estate.place.district,
            aggregate_id=estate.id,
            occurred_on=abandonment.from_,
            estate_id=estate.id,
            street_id=estate.place.street_id,
            community_id=estate.place.community_id,
            reason=abandonment.reason,
            abandoned_on=abandonment.from_,
        )
    )
    await leave_without_mode(work, estate, on=abandonment.from_)
    return Outcome(entity_ids={"estate": estate.id})


async def take_up_estate(work: UnitOfWork, command: TakeUpEstate) -> Outcome:
    """Record that somebody took an abandoned estate up; raises EstateNotFound, NotAbandoned or ValidationFailed."""
    work.caller.require_role(*KEEP_ESTATES)
    estate = await estate_of(work, command.estate_id)
    known = await find_abandonments(work, [estate.id], scope=work.caller.scope)
    ended = taken_up(known[0].abandonment if known else None, on=command.taken_up_on, today=work.today)
    await end_abandonment(work, estate.id, ended)
    return Outcome(entity_ids={"estate": estate.id})


async def is_served(work: UnitOfWork, estate_id: str) -> bool:
    """Return whether a contract serves the estate: it was started and has not come to its end."""
    contracts = await find_contracts_of_estates(work, [estate_id], scope=work.caller.scope)
    return any(contract.state in SERVING_STATES for contract in contracts)
