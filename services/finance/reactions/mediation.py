"""What fees hear of the mediation of arrears: a marker of each case, and the plan that settles it (P5)."""

from typing import Final

from kit.events import ReceivedEvent
from kit.mongo import UnitOfWork
from kit.reactions import React, Reaction
from kit.work_items import open_work_item
from services.finance.domain.instalment_plan import MediationState
from services.finance.use_cases.follow_mediation import MediationHeard, follow_mediation

LISTENER: Final = "finance_from_inspection"


def came_to(state: MediationState) -> React:
    """Return the reaction on a case that came to this state (I13); terms that are no plan become a work item."""

    async def when_case_comes_to_a_state_keep_it(work: UnitOfWork, event: ReceivedEvent) -> None:
        data = event.data
        heard = MediationHeard(
            case_id=data["caseId"],
            estate_id=data["estateId"],
            provider_id=data["providerId"],
            state=state,
            on=event.occurred_on,
            terms=data.get("settlementTerms"),
        )
        refusal = await follow_mediation(work, heard)
        if refusal is not None:
            await open_work_item(work, listener=LISTENER, event=event, refusal=refusal, aggregate_id=heard.case_id)

    return when_case_comes_to_a_state_keep_it


MEDIATION_REACTIONS: tuple[Reaction, ...] = (
    Reaction("inspection.mediation.applied", came_to(MediationState.APPLIED)),
    Reaction("inspection.mediation.accepted", came_to(MediationState.ACCEPTED)),
    Reaction("inspection.mediation.settled", came_to(MediationState.SETTLED)),
    Reaction("inspection.mediation.failed", came_to(MediationState.FAILED)),
)
