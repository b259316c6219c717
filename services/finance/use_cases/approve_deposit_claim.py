"""A joint manager approves that money leaves a deposit (ZG-22)."""

from dataclasses import dataclass

from kit.activations import ActivatedPolicies
from kit.idempotency import Outcome
from kit.mongo import UnitOfWork
from policy.policies import Policies
from policy.vocabulary import Approver
from services.finance.domain.deposit_claim import approve_claim, required_approvers
from services.finance.events import DepositClaimApproved
from services.finance.store.deposit_claims import save_claim
from services.finance.use_cases.loaded_deposit import load_claim

PATH = ("input",)


@dataclass(frozen=True)
class ApproveDepositClaim:
    """The command: which claim, and for which joint manager the caller speaks."""

    claim_id: str
    approver: Approver


async def approve_deposit_claim(
    work: UnitOfWork, command: ApproveDepositClaim, *, policies: ActivatedPolicies[Policies]
) -> Outcome:
    """Record the approval and return the claim's id as `claim`.

    Raises ForbiddenActor unless the caller has the manager's role, ClaimUnknown outside the caller's scope, and what
    `approve_claim` raises. The managers are those of today, by the document in force today (P4).
    """
    work.caller.require_role(command.approver.value)
    claim, loaded = await load_claim(work, command.claim_id, path=(*PATH, "claimId"))
    policy = (await policies.as_recorded(work)).at(claim.district, work.today, estate_id=claim.estate_id).deposit
    approved = approve_claim(
        claim,
        approver=command.approver,
        subject=work.caller.subject,
        required=required_approvers(policy, estate=loaded.estate, contract=loaded.contract, day=work.today),
        today=work.today,
        path=PATH,
    )
    await save_claim(work, approved, areas=loaded.areas)
    work.announce(DepositClaimApproved.of(loaded.deposit, approved))
    return Outcome(
        entity_ids={"claim": claim.id, "deposit": claim.deposit_id},
        policy_version_id=policy.source.policy_version_id,
    )
