"""What the later life of deposits hears from the registry: committees, annulled decisions, ended contracts."""

from datetime import date
from typing import Final

from kit.events import ReceivedEvent
from kit.mongo import UnitOfWork
from kit.reactions import React, Reaction
from services.finance.domain.estate import CommitteeTerm
from services.finance.reactions.annulled import list_citing
from services.finance.reactions.judged import FinancePolicies, JudgedReact, judged_by
from services.finance.use_cases.annul_decision import annul_decision
from services.finance.use_cases.change_committee import change_committee
from services.finance.use_cases.end_contract import end_contract
from services.finance.use_cases.notice_exit import notice_exit

NOTICE: Final = "NOTICE"


async def when_committee_is_elected_it_manages_deposits(
    work: UnitOfWork, event: ReceivedEvent, *, policies: FinancePolicies
) -> None:
    """R11 elected or filed: the committee approves withdrawals from the first day of its term (P4)."""
    await _change_committee(work, event, ended_on=None, policies=policies)


async def when_committee_ends_it_manages_no_deposits(
    work: UnitOfWork, event: ReceivedEvent, *, policies: FinancePolicies
) -> None:
    """R11 term_ended or dissolved: street and community manage the deposits, until another one is elected (A-4)."""
    await _change_committee(work, event, ended_on=event.occurred_on, policies=policies)


async def when_decision_is_annulled_hold_what_cites_it(work: UnitOfWork, event: ReceivedEvent) -> None:
    """R15: what rests on the decision is held, and people see it among the work items (P22)."""
    data = event.data
    citing = await annul_decision(
        work,
        decision_id=event.aggregate_id,
        estate_id=data["estateId"],
        district=event.district,
        street_id=data["streetId"],
        community_id=data["communityId"],
        court_ref=data["courtRef"],
        annulled_on=date.fromisoformat(data["annulledOn"]),
    )
    await list_citing(work, event, citing, decision_id=event.aggregate_id)


async def when_exit_is_noticed_prepare_for_it(work: UnitOfWork, event: ReceivedEvent) -> None:
    """R20, NOTICE: claims on the deposit are to be brought from now on, and what is prepaid is prepared to go back."""
    if event.data["step"] == NOTICE:
        may_end_on = event.data.get("earliestEndOn")
        await notice_exit(
            work,
            contract_id=event.aggregate_id,
            noticed_on=date.fromisoformat(event.data["stepOn"]),
            may_end_on=None if may_end_on is None else date.fromisoformat(may_end_on),
        )


async def when_contract_is_superseded_no_year_follows(work: UnitOfWork, event: ReceivedEvent) -> None:
    """R19: the contract ended because a later one took effect."""
    await end_contract(
        work,
        contract_id=event.aggregate_id,
        ended_on=date.fromisoformat(event.data["endedOn"]),
        superseded_by=event.data["byContractId"],
    )


async def when_contract_is_terminated_its_deposit_may_be_released(work: UnitOfWork, event: ReceivedEvent) -> None:
    """R21: the contract ended; its deposit goes back once the handover was accepted (P14)."""
    await end_contract(
        work,
        contract_id=event.aggregate_id,
        ended_on=date.fromisoformat(event.data["endedOn"]),
        handover_accepted=event.data["handoverAccepted"],
    )


def deposit_end_reactions(policies: FinancePolicies) -> tuple[Reaction, ...]:
    """Return the table event → reaction, bound to the policies in force."""

    def judged(react: JudgedReact) -> React:
        return judged_by(react, policies)

    return (
        Reaction("registry.committee.elected", judged(when_committee_is_elected_it_manages_deposits)),
        Reaction("registry.committee.filed", judged(when_committee_is_elected_it_manages_deposits)),
        Reaction("registry.committee.term_ended", judged(when_committee_ends_it_manages_no_deposits)),
        Reaction("registry.committee.dissolved", judged(when_committee_ends_it_manages_no_deposits)),
        Reaction("registry.decision.annulled", when_decision_is_annulled_hold_what_cites_it),
        Reaction("registry.contract.exit_step", when_exit_is_noticed_prepare_for_it),
        Reaction("registry.contract.superseded", when_contract_is_superseded_no_year_follows),
        Reaction("registry.contract.terminated", when_contract_is_terminated_its_deposit_may_be_released),
    )


async def _change_committee(
    work: UnitOfWork, event: ReceivedEvent, *, ended_on: date | None, policies: FinancePolicies
) -> None:
    data = event.data
    await change_committee(
        work,
        estate_id=data["estateId"],
        district=event.district,
        street_id=data["streetId"],
        community_id=data["communityId"],
        committee_id=event.aggregate_id,
        term=CommitteeTerm(
            from_=date.fromisoformat(data["termFrom"]), to=date.fromisoformat(data["termTo"]), ended_on=ended_on
        ),
        policies=policies,
    )
