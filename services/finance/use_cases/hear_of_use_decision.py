"""What the owners' decision, its annulment and an acceptance do to uses of maintenance funds (P12)."""

from collections.abc import Sequence
from datetime import date

from kit.mongo import UnitOfWork
from services.finance.domain.maintenance_use import (
    DecisionOutcome,
    annul,
    hear_of_decision,
    hear_of_outcome,
)
from services.finance.store.maintenance_uses import find_use, find_uses_of_decision, save_use


async def open_vote_on_use(
    work: UnitOfWork, *, use_id: str, decision_id: str, matter: str, scope_building_ids: Sequence[str], on: date
) -> None:
    """Let the use wait for this decision; raises DecisionOutOfScope. A decision on something else changes nothing."""
    use = await find_use(work, use_id, scope=work.caller.scope)
    if use is not None:
        await save_use(
            work,
            hear_of_decision(use, decision_id=decision_id, matter=matter, scope_building_ids=scope_building_ids, on=on),
        )


async def decide_uses(work: UnitOfWork, *, decision_id: str, outcome: DecisionOutcome, on: date) -> None:
    """Approve or reject the uses that wait for the decision."""
    for use in await find_uses_of_decision(work, decision_id, scope=work.caller.scope):
        await save_use(work, hear_of_outcome(use, decision_id=decision_id, outcome=outcome, on=on))


async def annul_uses(work: UnitOfWork, *, decision_id: str, on: date) -> list[str]:
    """Stop what is unpaid of the uses that rest on the decision; returns those of which a part is paid, for a claim."""
    paid = []
    for use in await find_uses_of_decision(work, decision_id, scope=work.caller.scope):
        stopped = annul(use, on=on)
        await save_use(work, stopped)
        if stopped.paid > 0:
            paid.append(use.id)
    return paid
