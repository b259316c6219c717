"""The contracts with trust clauses, one document each."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from kit.caller import Scope
from kit.money import Fen
from kit.mongo import Reader, UnitOfWork, scoped
from kit.ratio import Ratio
from services.trust.domain.trust_contract import TrustContract
from services.trust.domain.trust_terms import RemunerationKind, StatedTerms, TrustFundSource, TrustTerms

TRUST_CONTRACTS: Final = "trust_contracts"
MEETINGS: Final = "policy_meetings"


async def find_trust_contracts(reader: Reader, ids: Sequence[str], *, scope: Scope) -> dict[str, TrustContract]:
    """Return the trust contracts with these ids that the scope sees, by id."""
    query = scoped(scope, {"_id": {"$in": list(ids)}})
    cursor = reader.collection(TRUST_CONTRACTS).find(query, session=reader.session)
    return {document["_id"]: _contract_of(document) for document in await cursor.to_list(len(ids))}


async def find_waiting_contracts(reader: Reader, *, scope: Scope) -> list[TrustContract]:
    """Return the trust contracts that wait until their district's document is in force, by id."""
    query = scoped(scope, {"awaits_policy": True})
    cursor = reader.collection(TRUST_CONTRACTS).find(query, session=reader.session)
    documents = await cursor.to_list(None)
    return [_contract_of(document) for document in sorted(documents, key=lambda one: str(one["_id"]))]


async def save_trust_contract(work: UnitOfWork, contract: TrustContract, *, awaits_policy: bool) -> None:
    """Keep the contract as it now is."""
    stated, terms = contract.stated, contract.terms
    document = {
        "district": contract.district,
        "estate_id": contract.estate_id,
        "street_id": contract.street_id,
        "community_id": contract.community_id,
        "signed_on": contract.signed_on.isoformat(),
        "remuneration_kind": stated.remuneration_kind.value,
        "remuneration_rate": stated.remuneration_rate,
        "remuneration_fixed": stated.remuneration_fixed,
        "dual_sign_above": stated.dual_sign_above,
        "disclosure_every": stated.disclosure_every,
        "surplus_rule": stated.surplus_rule,
        "fund_scope": None if terms is None else [source.value for source in terms.fund_scope],
        "policy_version_id": None if terms is None else terms.policy_version_id,
        "awaits_policy": awaits_policy,
        "areas": [
            f"district:{contract.district}",
            f"street:{contract.street_id}",
            f"community:{contract.community_id}",
            f"estate:{contract.estate_id}",
            f"manage:{contract.estate_id}",
        ],
    }
    await work.collection(TRUST_CONTRACTS).replace_one(
        {"_id": contract.id}, document, upsert=True, session=work.session
    )


async def meet_at(work: UnitOfWork, district: str) -> None:
    """Let this unit conflict with any other that meets at the same district at the same time; the later runs again.

    A contract that finds no policy and a policy that finds no waiting contract would otherwise miss each other.
    """
    await work.collection(MEETINGS).update_one(
        {"_id": district}, {"$inc": {"revision": 1}}, upsert=True, session=work.session
    )


def _contract_of(document: dict[str, Any]) -> TrustContract:
    rate, fixed = document["remuneration_rate"], document["remuneration_fixed"]
    stated = StatedTerms(
        remuneration_kind=RemunerationKind(document["remuneration_kind"]),
        remuneration_rate=None if rate is None else Ratio(rate),
        remuneration_fixed=None if fixed is None else Fen(fixed),
        dual_sign_above=Fen(document["dual_sign_above"]),
        disclosure_every=document["disclosure_every"],
        surplus_rule=document["surplus_rule"],
    )
    return TrustContract(
        id=document["_id"],
        district=document["district"],
        estate_id=document["estate_id"],
        street_id=document["street_id"],
        community_id=document["community_id"],
        signed_on=date.fromisoformat(document["signed_on"]),
        stated=stated,
        terms=_terms_of(document, stated),
    )


def _terms_of(document: dict[str, Any], stated: StatedTerms) -> TrustTerms | None:
    if document["fund_scope"] is None:
        return None
    return TrustTerms(
        stated=stated,
        fund_scope=tuple(TrustFundSource(source) for source in document["fund_scope"]),
        policy_version_id=document["policy_version_id"],
    )
