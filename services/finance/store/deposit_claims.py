"""The claims on deposits, one document each; whoever sees a deposit sees the claims on it (ZG-22)."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from kit.caller import Scope
from kit.money import Fen
from kit.mongo import Reader, UnitOfWork, scoped
from policy.vocabulary import Approver
from services.finance.domain.deposit import ClaimKind
from services.finance.domain.deposit_claim import Approval, ClaimReason, ClaimState, DepositClaim

DEPOSIT_CLAIMS: Final = "deposit_claims"


async def find_claims(reader: Reader, ids: Sequence[str], *, scope: Scope) -> dict[str, DepositClaim]:
    """Return the claims with these ids that the scope sees, by id."""
    cursor = reader.collection(DEPOSIT_CLAIMS).find(scoped(scope, {"_id": {"$in": list(ids)}}), session=reader.session)
    return {document["_id"]: _claim_of(document) for document in await cursor.to_list(len(ids))}


async def find_claim(reader: Reader, claim_id: str, *, scope: Scope) -> DepositClaim | None:
    """Return the claim, or None if it is unknown or outside the scope."""
    return (await find_claims(reader, [claim_id], scope=scope)).get(claim_id)


async def find_claims_of_deposits(
    reader: Reader, deposit_ids: Sequence[str], *, scope: Scope
) -> dict[str, list[DepositClaim]]:
    """Return the claims on deposits, by deposit, the first one first."""
    query = scoped(scope, {"deposit_id": {"$in": list(deposit_ids)}})
    cursor = reader.collection(DEPOSIT_CLAIMS).find(query, session=reader.session)
    found: dict[str, list[DepositClaim]] = {}
    for document in sorted(await cursor.to_list(None), key=lambda one: (one["proposed_on"], one["_id"])):
        found.setdefault(document["deposit_id"], []).append(_claim_of(document))
    return found


async def save_claim(work: UnitOfWork, claim: DepositClaim, *, areas: tuple[str, ...]) -> None:
    """Keep the claim as it now is; two units that decide on one claim meet at its document, or at the deposit."""
    document = {
        "district": claim.district,
        "estate_id": claim.estate_id,
        "deposit_id": claim.deposit_id,
        "kind": claim.kind.value,
        "amount": claim.amount,
        "reason": claim.reason.value,
        "payee": claim.payee,
        "note": claim.note,
        "proposed_by": claim.proposed_by,
        "proposed_on": claim.proposed_on.isoformat(),
        "state": claim.state.value,
        "approvals": [
            {"approver": one.approver.value, "subject": one.subject, "approved_on": one.approved_on.isoformat()}
            for one in claim.approvals
        ],
        "decided_on": None if claim.decided_on is None else claim.decided_on.isoformat(),
        "posting_id": claim.posting_id,
        "areas": list(areas),
    }
    await work.collection(DEPOSIT_CLAIMS).replace_one({"_id": claim.id}, document, upsert=True, session=work.session)


async def move_claims_of_estate(work: UnitOfWork, estate_id: str, *, areas: tuple[str, ...]) -> None:
    """Let other grants see the claims on an estate's deposits."""
    await work.collection(DEPOSIT_CLAIMS).update_many(
        {"estate_id": estate_id}, {"$set": {"areas": list(areas)}}, session=work.session
    )


def _claim_of(document: dict[str, Any]) -> DepositClaim:
    decided_on = document["decided_on"]
    return DepositClaim(
        id=document["_id"],
        district=document["district"],
        estate_id=document["estate_id"],
        deposit_id=document["deposit_id"],
        kind=ClaimKind(document["kind"]),
        amount=Fen(document["amount"]),
        reason=ClaimReason(document["reason"]),
        payee=document["payee"],
        note=document["note"],
        proposed_by=document["proposed_by"],
        proposed_on=date.fromisoformat(document["proposed_on"]),
        state=ClaimState(document["state"]),
        approvals=tuple(
            Approval(Approver(one["approver"]), one["subject"], date.fromisoformat(one["approved_on"]))
            for one in document["approvals"]
        ),
        decided_on=None if decided_on is None else date.fromisoformat(decided_on),
        posting_id=document["posting_id"],
    )
