"""The bank paid an approved claim out of a deposit: a withdrawal, a forfeiture or the release (ZG-22, P14)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from kit.activations import ActivatedPolicies
from kit.caller import Role
from kit.idempotency import Outcome
from kit.ledger.store import post
from kit.ledger.transfers import Posting
from kit.mongo import UnitOfWork
from policy.policies import Policies
from services.finance.domain.deposit import ClaimKind
from services.finance.domain.deposit_claim import required_approvers
from services.finance.domain.deposit_ledger import (
    BankReferenceUsed,
    book_of,
    checked_bank_reference,
    payout_key,
    payout_transfers,
)
from services.finance.domain.deposit_settlement import check_settlement, settle_claim, takings
from services.finance.events import DepositForfeited, DepositPaidOut, DepositReleased
from services.finance.store.deposit_claims import save_claim
from services.finance.store.deposits import save_deposit
from services.finance.use_cases.loaded_deposit import load_claim

PATH = ("input",)

MEMOS = {
    ClaimKind.WITHDRAWAL: "履约保证金支取",
    ClaimKind.FORFEITURE: "履约保证金没收",
    ClaimKind.RELEASE: "履约保证金退还",
}
ANNOUNCED: Mapping[ClaimKind, type[DepositPaidOut] | type[DepositForfeited] | type[DepositReleased]] = {
    ClaimKind.WITHDRAWAL: DepositPaidOut,
    ClaimKind.FORFEITURE: DepositForfeited,
    ClaimKind.RELEASE: DepositReleased,
}


@dataclass(frozen=True)
class SettleDepositClaim:
    """The command: the claim, of which kind it must be, the bank's reference and day, the day for the top-up."""

    claim_id: str
    kind: ClaimKind
    bank_ref: str
    paid_on: date
    top_up_due_on: date | None = None


async def settle_deposit_claim(
    work: UnitOfWork, command: SettleDepositClaim, *, policies: ActivatedPolicies[Policies]
) -> Outcome:
    """Post the payment; returns the ids of the `claim`, the `deposit` and the `posting` (F11).

    Raises ForbiddenActor for other roles, ClaimUnknown, what `check_settlement` and `settle_claim` raise,
    BankReferenceUsed for a bank movement that is recorded already.
    """
    work.caller.require_role(Role.STREET, Role.COMMITTEE, Role.DISTRICT_OFFICE, Role.FINANCE_BUREAU, Role.CITY_OFFICE)
    bank_ref = checked_bank_reference(command.bank_ref, path=(*PATH, "bankRef"))
    claim, loaded = await load_claim(work, command.claim_id, path=(*PATH, "claimId"))
    policy = (await policies.as_recorded(work)).at(claim.district, work.today, estate_id=claim.estate_id).deposit
    check_settlement(
        loaded.deposit,
        claim,
        kind=command.kind,
        required=required_approvers(policy, estate=loaded.estate, contract=loaded.contract, day=work.today),
        paid_on=command.paid_on,
        today=work.today,
        path=PATH,
    )
    taken = takings(loaded.deposit, claim.amount)
    posted = await post(
        work,
        Posting(
            book=book_of(claim.district),
            key=payout_key(taken[0].account_id, bank_ref),
            transfers=payout_transfers(claim.deposit_id, taken),
            occurred_on=command.paid_on,
            memo=f"{MEMOS[command.kind]} {claim.deposit_id} {bank_ref}",
            district=claim.district,
            policy_id=policy.source.policy_version_id,
        ),
    )
    if posted.replayed:
        raise BankReferenceUsed(
            "this bank reference is recorded for the account already", path=(*PATH, "bankRef"), value=bank_ref
        )
    deposit, settled = settle_claim(
        loaded.deposit,
        claim,
        paid_on=command.paid_on,
        top_up_due_on=command.top_up_due_on,
        posting_id=posted.id,
        path=PATH,
    )
    await save_deposit(work, deposit)
    await save_claim(work, settled, areas=loaded.areas)
    work.announce(ANNOUNCED[command.kind].of(deposit, settled, paid_on=command.paid_on, bank_ref=bank_ref))
    return Outcome(
        entity_ids={"claim": claim.id, "deposit": deposit.id, "posting": posted.id},
        policy_version_id=policy.source.policy_version_id,
    )
