"""Somebody asks for money of a deposit: a part of it, its rest, or its return (ZG-22, P14)."""

from dataclasses import dataclass, replace

from kit.caller import Role, Scope
from kit.idempotency import Outcome
from kit.ids import new_id
from kit.mongo import UnitOfWork
from services.finance.domain.deposit import ClaimKind
from services.finance.domain.deposit_claim import ClaimTerms, propose_claim
from services.finance.events import DepositClaimed
from services.finance.store.contracts import find_contract
from services.finance.store.deposit_claims import save_claim
from services.finance.store.deposits import save_deposit
from services.finance.store.maintenance_uses import is_handed_over
from services.finance.use_cases.loaded_deposit import load_deposit

PATH = ("input",)
PROPOSERS = (Role.STREET, Role.COMMUNITY, Role.COMMITTEE, Role.DISTRICT_OFFICE, Role.CITY_OFFICE)


@dataclass(frozen=True)
class ClaimDeposit:
    """The command: of which deposit, and on which terms."""

    deposit_id: str
    terms: ClaimTerms


async def claim_deposit(work: UnitOfWork, command: ClaimDeposit) -> Outcome:
    """Open the claim and return its id as `claim`, and the deposit's as `deposit` (F11).

    The provider may ask for the release alone. A contract that a later one superseded has no handover of its own that
    the registry tells: an accepted inspection since then stands for it (P14). Raises ForbiddenActor for
    other roles, DepositUnknown, and what `propose_claim` raises.
    """
    roles = (*PROPOSERS, Role.PROVIDER) if command.terms.kind is ClaimKind.RELEASE else PROPOSERS
    work.caller.require_role(*roles)
    loaded = await load_deposit(work, command.deposit_id, path=(*PATH, "depositId"))
    contract, successor = loaded.contract, None
    if contract.superseded_by is not None:
        successor = await find_contract(work, contract.superseded_by, scope=work.caller.scope)
        since = contract.ended_on
        # A provider asks about its own estate; what was inspected is seen by the district.
        if since is not None and await is_handed_over(work, contract.id, since=since, scope=Scope.everything()):
            contract = replace(contract, handover_accepted=True)
    deposit, claim = propose_claim(
        loaded.deposit,
        command.terms,
        claim_id=new_id("clm"),
        contract=contract,
        successor_provider_id=None if successor is None else successor.provider_id,
        proposed_by=work.caller.subject,
        today=work.today,
        path=PATH,
    )
    await save_deposit(work, deposit)
    await save_claim(work, claim, areas=loaded.areas)
    work.announce(DepositClaimed.of(deposit, claim))
    return Outcome(entity_ids={"claim": claim.id, "deposit": deposit.id}, policy_version_id=deposit.policy_version_id)
