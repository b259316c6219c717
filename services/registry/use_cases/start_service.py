"""Record that service under a contract began, and let the contracts end that end with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kit.idempotency import Outcome
from kit.mongo import UnitOfWork
from policy.policies import Policies
from services.registry.domain.contract import StandingContract, check_start, ends_at_start, entry_flags
from services.registry.domain.contract_state import ContractEvent, next_state
from services.registry.store.contract_documents import ContractRecord
from services.registry.store.contracts import contract_of, find_contracts_of_estates, save_start, save_superseded
from services.registry.use_cases.contract_facts import started_fact, superseded_fact
from services.registry.use_cases.enter_mode import set_mode_of_service
from services.registry.use_cases.roles import SIGN_CONTRACTS


@dataclass(frozen=True, kw_only=True)
class StartService:
    """The day on which service under a contract began."""

    contract_id: str
    service_start_on: date


async def start_service(work: UnitOfWork, command: StartService, *, policies: Policies) -> Outcome:
    """Record that service began, after the signature (DH-51); a provider that enters late is flagged (PZ-16).

    An early-stage contract of the estate ends with it (Civil Code, art. 940), and one that had run out and is renewed.
    Any other contract that serves the estate has to hand over first: one area, one provider (Regulations, art. 33).
    With the service the estate enters the market or the trust mode; where it cannot, a warning says why (ZG-25, PZ-26).
    """
    work.caller.require_role(*SIGN_CONTRACTS)
    contract = await contract_of(work, command.contract_id)
    others = [
        other
        for other in await find_contracts_of_estates(work, [contract.estate_id], scope=work.caller.scope)
        if other.id != contract.id
    ]
    own = _standing(contract)
    ending = [other for other in others if ends_at_start(_standing(other), by=own, on=command.service_start_on)]
    blocking = [other for other in others if other not in ending and _standing(other).blocks_a_start]
    state = check_start(
        state=contract.state,
        service_start_on=command.service_start_on,
        signed_on=contract.signed_on,
        serving_contract=blocking[0].number if blocking else None,
    )
    await save_start(work, contract, state=state, service_start_on=command.service_start_on)
    work.announce(started_fact(contract, service_start_on=command.service_start_on))
    await _supersede(work, ending, by=contract, ended_on=command.service_start_on)
    flags = entry_flags(from_=contract.from_, service_start_on=command.service_start_on)
    mode_flags = await set_mode_of_service(work, contract, started_on=command.service_start_on, policies=policies)
    return Outcome(entity_ids={"contract": contract.id}, warnings=(*flags, *mode_flags))


def _standing(contract: ContractRecord) -> StandingContract:
    return StandingContract(kind=contract.kind, state=contract.state, provider_id=contract.provider_id, to=contract.to)


async def _supersede(work: UnitOfWork, ending: Sequence[ContractRecord], *, by: ContractRecord, ended_on: date) -> None:
    for contract in ending:
        state = next_state(contract.state, ContractEvent.SUPERSEDE)
        await save_superseded(work, contract, state=state, ended_on=ended_on)
        work.announce(superseded_fact(contract, by_contract_id=by.id, ended_on=ended_on))
