"""Give notice of the end of a contract: the provider's prior report, or the owners' dismissal."""

from dataclasses import dataclass
from datetime import date

from kit.idempotency import Outcome
from kit.mongo import UnitOfWork
from policy.policies import Policies
from policy.vocabulary import ExitStep
from services.registry.domain.contract import binds_owners
from services.registry.domain.contract_exit import (
    ExitNotice,
    ExitTrigger,
    NoticeParty,
    StepTaken,
    check_step_day,
    earliest_end,
    ground_of,
    late_notice_flags,
    require_dismissal,
    require_report,
)
from services.registry.domain.contract_state import ContractEvent, next_state
from services.registry.store.contract_documents import ContractRecord
from services.registry.store.contracts import contract_of, save_exit_step
from services.registry.store.decisions import decision_of
from services.registry.store.documents import document_of
from services.registry.use_cases.contract_facts import exit_step_fact
from services.registry.use_cases.decisions_behind import owners_decision
from services.registry.use_cases.roles import NOTICE_EXITS, SIGN_CONTRACTS


@dataclass(frozen=True, kw_only=True)
class NoticeExit:
    """A provider's report that it will leave."""

    contract_id: str
    noticed_on: date
    trigger: ExitTrigger
    document_id: str | None


@dataclass(frozen=True, kw_only=True)
class DismissProvider:
    """The owners' dismissal of their provider, by joint decision."""

    contract_id: str
    noticed_on: date
    trigger: ExitTrigger
    document_id: str | None
    decision_id: str | None


async def notice_exit(work: UnitOfWork, command: NoticeExit, *, policies: Policies) -> Outcome:
    """Record the provider's prior report (ZG-13): the first step of its exit (NZ-13).

    The provider serves on until the notice has run: to the end of its term, at least 90 days from a late notice (Civil
    Code, art. 947), 60 days where the term is indefinite (art. 948).
    """
    work.caller.require_role(*NOTICE_EXITS)
    contract = await contract_of(work, command.contract_id)
    return await _give_notice(
        work,
        contract,
        party=NoticeParty.PROVIDER,
        noticed_on=command.noticed_on,
        trigger=command.trigger,
        document_id=command.document_id,
        decision_id=None,
        policies=policies,
    )


async def dismiss_provider(work: UnitOfWork, command: DismissProvider, *, policies: Policies) -> Outcome:
    """Record the owners' written notice: by their decision, 60 days before unless agreed otherwise (art. 946).

    A contract that does not rest on the owners, such as a cooperation agreement, is ended by those who concluded it.
    """
    work.caller.require_role(*SIGN_CONTRACTS)
    contract = await contract_of(work, command.contract_id)
    decision = None if command.decision_id is None else await decision_of(work, command.decision_id)
    if decision is not None or binds_owners(contract.kind, state=contract.state, decision_id=contract.decision_id):
        require_dismissal(
            None if decision is None else owners_decision(decision),
            estate_id=contract.estate_id,
            contract_id=contract.id,
            provider_id=contract.provider_id,
            noticed_on=command.noticed_on,
        )
    return await _give_notice(
        work,
        contract,
        party=NoticeParty.OWNERS,
        noticed_on=command.noticed_on,
        trigger=command.trigger,
        document_id=command.document_id,
        decision_id=command.decision_id,
        policies=policies,
    )


async def _give_notice(
    work: UnitOfWork,
    contract: ContractRecord,
    *,
    party: NoticeParty,
    noticed_on: date,
    trigger: ExitTrigger,
    document_id: str | None,
    decision_id: str | None,
    policies: Policies,
) -> Outcome:
    state = next_state(contract.state, ContractEvent.NOTICE)
    report = await document_of(work, require_report(document_id))
    check_step_day(noticed_on, contract.steps, today=work.today, path=("input", "noticedOn"))
    national = policies.national(noticed_on)
    ground = ground_of(party, to=contract.to, noticed_on=noticed_on)
    notice = ExitNotice(
        given_by=party,
        ground=ground,
        trigger=trigger,
        noticed_on=noticed_on,
        earliest_end_on=earliest_end(
            ground,
            noticed_on=noticed_on,
            to=contract.to,
            agreed_days=contract.terms.dismissal_notice_days,
            limits=national.time_limits,
        ),
        decision_id=decision_id,
    )
    step = StepTaken(step=ExitStep.NOTICE, step_on=noticed_on, document_id=report.id, decision_id=decision_id)
    await save_exit_step(work, contract, state=state, step=step, notice=notice)
    work.announce(exit_step_fact(contract, step, notice=notice))
    return Outcome(
        entity_ids={"contract": contract.id},
        warnings=late_notice_flags(notice, to=contract.to, limits=national.time_limits),
        policy_version_id=national.id,
    )
