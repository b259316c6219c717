"""Take a contract through the steps of its exit after the notice: audit, re-selection, handover, buffer, end."""

from dataclasses import dataclass
from datetime import date

from kit.errors import InstrumentNotAvailable
from kit.idempotency import Outcome
from kit.mongo import UnitOfWork
from policy.instruments import ExitPolicy
from policy.policies import Policies
from policy.vocabulary import ExitStep
from services.registry.domain.contract_exit import (
    ExitNotice,
    HandedOver,
    NextContract,
    StepTaken,
    cause_of,
    check_end,
    check_handed_over,
    check_step_day,
    require_accepted_handover,
    require_report,
    require_reselection,
    steps_before_end,
)
from services.registry.domain.contract_state import STEPS_OF_LAW, ContractEvent, next_state
from services.registry.store.contract_documents import ContractRecord
from services.registry.store.contracts import contract_of, save_end, save_exit_step, save_handed_over
from services.registry.store.decisions import decision_of
from services.registry.store.documents import document_of
from services.registry.use_cases.contract_facts import exit_step_fact, terminated_fact
from services.registry.use_cases.decisions_behind import owners_decision
from services.registry.use_cases.enter_mode import leave_mode_of_contract
from services.registry.use_cases.roles import SIGN_CONTRACTS


@dataclass(frozen=True, kw_only=True)
class TakeExitStep:
    """A step of an exit: the work audit, the beginning of the handover, or that of the buffer period."""

    contract_id: str
    step: ExitStep
    step_on: date
    document_id: str


@dataclass(frozen=True, kw_only=True)
class ReselectProvider:
    """Who comes next: by the owners' decision, or by the next contract."""

    contract_id: str
    reselected_on: date
    document_id: str
    decision_id: str | None
    next_contract_id: str | None


@dataclass(frozen=True, kw_only=True)
class AcceptHandover:
    """One group of the handover checklist that was accepted."""

    contract_id: str
    handed_over: HandedOver


@dataclass(frozen=True, kw_only=True)
class TerminateContract:
    """The end of an exit; `handover_refused` says that the provider left without handing over."""

    contract_id: str
    ended_on: date
    handover_refused: bool


_EVENTS = {
    ExitStep.AUDIT: ContractEvent.AUDIT,
    ExitStep.RESELECT: ContractEvent.RESELECT,
    ExitStep.HANDOVER: ContractEvent.HANDOVER,
    ExitStep.BUFFER: ContractEvent.BUFFER,
}


async def take_exit_step(work: UnitOfWork, command: TakeExitStep, *, policies: Policies) -> Outcome:
    """Record a step with its day and document; none that the district asks for is skipped (NZ-13).

    The buffer period begins once rooms, facilities and documents are handed over.
    """
    work.caller.require_role(*SIGN_CONTRACTS)
    contract = await contract_of(work, command.contract_id)
    step = StepTaken(step=command.step, step_on=command.step_on, document_id=require_report(command.document_id))
    return await _take(work, contract, step, policies=policies)


async def reselect_provider(work: UnitOfWork, command: ReselectProvider, *, policies: Policies) -> Outcome:
    """Record who comes next: the owners' decision, or the next contract, says it (NZ-13)."""
    work.caller.require_role(*SIGN_CONTRACTS)
    contract = await contract_of(work, command.contract_id)
    decision = None if command.decision_id is None else await decision_of(work, command.decision_id)
    following = None if command.next_contract_id is None else await contract_of(work, command.next_contract_id)
    require_reselection(
        None if decision is None else owners_decision(decision),
        None
        if following is None
        else NextContract(id=following.id, estate_id=following.estate_id, state=following.state),
        estate_id=contract.estate_id,
        contract_id=contract.id,
    )
    step = StepTaken(
        step=ExitStep.RESELECT,
        step_on=command.reselected_on,
        document_id=require_report(command.document_id),
        decision_id=command.decision_id,
        next_contract_id=command.next_contract_id,
    )
    return await _take(work, contract, step, policies=policies)


async def accept_handover(work: UnitOfWork, command: AcceptHandover, *, policies: Policies) -> Outcome:
    """Record that one group of the checklist was handed over (Civil Code, art. 949).

    Where the district has a handover measure, the residents' or village committee supervised it (ZG-13).
    """
    work.caller.require_role(*SIGN_CONTRACTS)
    contract = await contract_of(work, command.contract_id)
    next_state(contract.state, ContractEvent.ACCEPT_HANDOVER)
    exit_policy = _exit_policy(policies, contract)
    check_handed_over(
        command.handed_over,
        contract.handed_over,
        begun_on=contract.steps[-1].step_on,
        today=work.today,
        needs_supervision=exit_policy is not None and exit_policy.handover_measure is not None,
    )
    await document_of(work, command.handed_over.document_id)
    await save_handed_over(work, contract, command.handed_over)
    return Outcome(entity_ids={"contract": contract.id})


async def terminate_contract(work: UnitOfWork, command: TerminateContract, *, policies: Policies) -> Outcome:
    """Record the end: the notice has run, the steps are taken, and everything is handed over or its refusal on record.

    A provider that refuses to hand over may charge nothing after the end (Civil Code, art. 949); one that waits to be
    taken over goes on serving, and its contract has not ended yet (art. 950). With the contract ends the mode that
    rests on it; whoever takes over on the same day continues it.
    """
    work.caller.require_role(*SIGN_CONTRACTS)
    contract = await contract_of(work, command.contract_id)
    required = steps_before_end(_required_steps(policies, contract), handover_refused=command.handover_refused)
    state = next_state(contract.state, ContractEvent.TERMINATE, required_steps=required)
    notice = _notice_of(contract)
    check_end(command.ended_on, notice, contract.steps, today=work.today, handed_over=contract.handed_over)
    require_accepted_handover(contract.handed_over, refused=command.handover_refused)
    cause = cause_of(notice, handover_refused=command.handover_refused)
    await save_end(work, contract, state=state, ended_on=command.ended_on, cause=cause)
    work.announce(terminated_fact(contract, ended_on=command.ended_on, cause=cause))
    flags = await leave_mode_of_contract(work, contract, ended_on=command.ended_on)
    return Outcome(entity_ids={"contract": contract.id}, warnings=tuple(flags))


async def _take(work: UnitOfWork, contract: ContractRecord, step: StepTaken, *, policies: Policies) -> Outcome:
    state = next_state(contract.state, _EVENTS[step.step], required_steps=_required_steps(policies, contract))
    check_step_day(
        step.step_on, contract.steps, today=work.today, path=("input", "stepOn"), handed_over=contract.handed_over
    )
    if step.step is ExitStep.BUFFER:
        require_accepted_handover(contract.handed_over, refused=False)
    await document_of(work, step.document_id)
    await save_exit_step(work, contract, state=state, step=step)
    work.announce(exit_step_fact(contract, step, notice=None))
    return Outcome(entity_ids={"contract": contract.id})


def _notice_of(contract: ContractRecord) -> ExitNotice:
    assert contract.notice is not None, "a contract on its way out has its notice"
    return contract.notice


def _exit_policy(policies: Policies, contract: ContractRecord) -> ExitPolicy | None:
    """Return what the district's document asks of an exit on the day of its notice; None where it is silent."""
    try:
        return policies.at(contract.place.district, _notice_of(contract).noticed_on).exit
    except InstrumentNotAvailable:
        return None


def _required_steps(policies: Policies, contract: ContractRecord) -> tuple[ExitStep, ...]:
    if contract.notice is None:
        return STEPS_OF_LAW
    exit_policy = _exit_policy(policies, contract)
    return STEPS_OF_LAW if exit_policy is None else exit_policy.steps
