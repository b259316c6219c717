"""What maintenance funds hear: decisions on uses, acceptances, the district's rules, and new owners of a door.

The registry tells of decisions in their order; an acceptance or the rules may be heard before what needs them.
"""

from datetime import date
from typing import Final

from kit.errors import StateConflict
from kit.events import ReceivedEvent
from kit.mongo import UnitOfWork
from kit.reactions import React, Reaction
from kit.work_items import open_work_item
from services.finance.domain.maintenance_use import DecisionOutcome
from services.finance.store.maintenance_funds import let_owners_see
from services.finance.store.maintenance_uses import keep_acceptance, keep_fund_rules
from services.finance.use_cases.hear_of_use_decision import annul_uses, decide_uses, open_vote_on_use

FUND_RULES: Final = "MAINTENANCE_FUND_MEASURES"
OF_DISTRICT: Final = "DISTRICT"
ACCEPTED: Final = "ACCEPTED"
LISTENER: Final = "finance_from_registry"


class PaidUseAnnulled(StateConflict):
    """A court annulled the decision behind a use that is paid at least in part; people decide on a claim (P12)."""


async def when_decision_on_a_use_is_opened_let_it_wait(work: UnitOfWork, event: ReceivedEvent) -> None:
    """R13: the use is being voted on; a decision whose subject is no use concerns nobody here."""
    subject = event.data.get("subjectRef")
    if subject is not None:
        await open_vote_on_use(
            work,
            use_id=subject,
            decision_id=event.aggregate_id,
            matter=event.data["matter"],
            scope_building_ids=event.data["scopeBuildingIds"],
            on=event.occurred_on,
        )


def decided(outcome: DecisionOutcome) -> React:
    """Return the reaction on a decision that ended so (R14)."""

    async def when_decision_ends_decide_its_uses(work: UnitOfWork, event: ReceivedEvent) -> None:
        await decide_uses(work, decision_id=event.aggregate_id, outcome=outcome, on=event.occurred_on)

    return when_decision_ends_decide_its_uses


async def when_decision_is_annulled_stop_its_uses(work: UnitOfWork, event: ReceivedEvent) -> None:
    """R15: what is unpaid stops; what is paid becomes a work item, for people to claim it back."""
    for use_id in await annul_uses(
        work, decision_id=event.aggregate_id, on=date.fromisoformat(event.data["annulledOn"])
    ):
        refusal = PaidUseAnnulled("the decision behind a paid use was annulled", value=event.data["courtRef"])
        await open_work_item(work, listener=LISTENER, event=event, refusal=refusal, aggregate_id=use_id)


async def when_document_is_effective_keep_the_funds_rules(work: UnitOfWork, event: ReceivedEvent) -> None:
    """R29: the district's rules for the fund of old estates are effective from a day (ZG-33)."""
    data = event.data
    if data["kind"] == FUND_RULES and data["subjectKind"] == OF_DISTRICT:
        await keep_fund_rules(
            work,
            data["subjectId"],
            document_id=data["documentId"],
            effective_on=date.fromisoformat(data["effectiveOn"]),
        )


async def when_ownership_is_transferred_let_new_owners_see_the_door(work: UnitOfWork, event: ReceivedEvent) -> None:
    """R6: the sub-account goes with the home, balance and all (Decree 165, art. 28)."""
    let_owners_see(work, event.data["partId"], (owner["ownerId"] for owner in event.data["toOwners"]))


async def when_takeover_is_inspected_keep_its_result(work: UnitOfWork, event: ReceivedEvent) -> None:
    """I16: a use may rest its acceptance on this inspection, and so may the release of a superseded contract's deposit
    (P14)."""
    await keep_acceptance(
        work,
        event.data["takeoverId"],
        accepted=event.data["accepted"],
        estate_id=event.estate_id,
        district=event.district,
        contract_id=event.data["contractId"],
        day=event.occurred_on,
    )


async def when_acceptance_is_done_keep_its_result(work: UnitOfWork, event: ReceivedEvent) -> None:
    """I17: a use may rest its acceptance on this campaign's or adoption's."""
    await keep_acceptance(
        work,
        event.data.get("adoptionId") or event.data["campaignId"],
        accepted=event.data["result"] == ACCEPTED,
        estate_id=event.estate_id,
        district=event.district,
    )


MAINTENANCE_REACTIONS: tuple[Reaction, ...] = (
    Reaction("registry.decision.opened", when_decision_on_a_use_is_opened_let_it_wait),
    Reaction("registry.decision.passed", decided(DecisionOutcome.PASSED)),
    Reaction("registry.decision.failed", decided(DecisionOutcome.FAILED)),
    Reaction("registry.decision.no_quorum", decided(DecisionOutcome.NO_QUORUM)),
    Reaction("registry.decision.annulled", when_decision_is_annulled_stop_its_uses),
    Reaction("registry.document.effective", when_document_is_effective_keep_the_funds_rules),
    Reaction("registry.ownership.transferred", when_ownership_is_transferred_let_new_owners_see_the_door),
    Reaction("inspection.takeover.inspected", when_takeover_is_inspected_keep_its_result),
    Reaction("inspection.acceptance.done", when_acceptance_is_done_keep_its_result),
)
