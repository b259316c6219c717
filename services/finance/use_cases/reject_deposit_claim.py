"""A joint manager refuses that money leaves a deposit (ZG-22)."""

from dataclasses import dataclass

from kit.caller import Role
from kit.idempotency import Outcome
from kit.mongo import UnitOfWork
from services.finance.domain.deposit_claim import reject_claim
from services.finance.events import DepositClaimRejected
from services.finance.store.deposit_claims import save_claim
from services.finance.store.deposits import save_deposit
from services.finance.use_cases.loaded_deposit import load_claim

PATH = ("input",)


@dataclass(frozen=True)
class RejectDepositClaim:
    """The command: which claim."""

    claim_id: str


async def reject_deposit_claim(work: UnitOfWork, command: RejectDepositClaim) -> Outcome:
    """Close the claim unpaid and return its id as `claim`; one manager's refusal is enough.

    Raises ForbiddenActor for other roles, ClaimUnknown, ClaimDecided.
    """
    work.caller.require_role(Role.STREET, Role.COMMUNITY, Role.COMMITTEE)
    claim, loaded = await load_claim(work, command.claim_id, path=(*PATH, "claimId"))
    deposit, rejected = reject_claim(loaded.deposit, claim, today=work.today, path=PATH)
    await save_deposit(work, deposit)
    await save_claim(work, rejected, areas=loaded.areas)
    work.announce(DepositClaimRejected.of(deposit, rejected, rejected_on=work.today))
    return Outcome(entity_ids={"claim": claim.id, "deposit": deposit.id}, policy_version_id=deposit.policy_version_id)
