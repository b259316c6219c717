"""What trust hears from the registry: a readable table event → reaction."""

import logging
from collections.abc import Awaitable
from datetime import date
from functools import partial
from typing import Protocol

from kit.activations import ActivatedPolicies
from kit.errors import Refusal
from kit.events import ReceivedEvent
from kit.money import parse_money
from kit.mongo import UnitOfWork
from kit.ratio import parse_ratio
from kit.reactions import React, Reaction
from policy.policies import Policies
from services.trust.domain.trust_contract import TrustContract
from services.trust.domain.trust_terms import RemunerationKind, StatedTerms
from services.trust.store.trust_contracts import find_waiting_contracts
from services.trust.use_cases.keep_trust_terms import keep_trust_terms
from services.trust.use_cases.put_policy_in_force import put_policy_in_force
from services.trust.use_cases.refuse_trust_terms import refuse_trust_terms

logger = logging.getLogger(__name__)

TrustPolicies = ActivatedPolicies[Policies]


class JudgedReact(Protocol):
    """A reaction that needs the policies in force."""

    def __call__(self, work: UnitOfWork, event: ReceivedEvent, *, policies: TrustPolicies) -> Awaitable[None]:
        """React to the event."""


async def when_policy_is_published_keep_terms_that_waited(
    work: UnitOfWork, event: ReceivedEvent, *, policies: TrustPolicies
) -> None:
    """R1: record the version; the terms of contracts signed before it was heard hold now, or are refused."""
    waiting = await put_policy_in_force(
        work,
        version_id=event.aggregate_id,
        district=event.district,
        params_hash=event.data["paramsHash"],
        effective_from=date.fromisoformat(event.data["effectiveFrom"]),
    )
    for contract in waiting:
        try:
            await keep_trust_terms(work, contract, policies=policies)
        except Refusal as refusal:
            await refuse_trust_terms(work, contract, refusal, event=event)


async def when_contract_is_signed_keep_trust_terms(
    work: UnitOfWork, event: ReceivedEvent, *, policies: TrustPolicies
) -> None:
    """R17: a contract with trust clauses has its terms here; any other contract is nothing to trust."""
    terms = event.data.get("trustTerms")
    if terms is None:
        return
    rate, fixed = terms.get("remunerationRate"), terms.get("remunerationFixed")
    contract = TrustContract(
        id=event.aggregate_id,
        district=event.district,
        estate_id=event.data["estateId"],
        street_id=event.data["streetId"],
        community_id=event.data["communityId"],
        signed_on=event.occurred_on,
        stated=StatedTerms(
            remuneration_kind=RemunerationKind(terms["remunerationKind"]),
            remuneration_rate=None if rate is None else parse_ratio(rate),
            remuneration_fixed=None if fixed is None else parse_money(fixed),
            dual_sign_above=parse_money(terms["dualSignAbove"]),
            disclosure_every=terms["disclosureEvery"],
            surplus_rule=terms["surplusRule"],
        ),
    )
    await keep_trust_terms(work, contract, policies=policies)


async def look_at_waiting_contracts(work: UnitOfWork, *, policies: TrustPolicies) -> None:
    """Keep the terms of contracts that waited for a policy which is mounted only now; refused ones wait on."""
    for contract in await find_waiting_contracts(work, scope=work.caller.scope):
        try:
            await keep_trust_terms(work, contract, policies=policies)
        except Refusal as refusal:
            logger.warning("the trust terms of contract %s are refused: %s", contract.id, refusal.message)


def reactions(policies: TrustPolicies) -> tuple[Reaction, ...]:
    """Return the table event → reaction, bound to the policies in force."""

    def judged(react: JudgedReact) -> React:
        return partial(react, policies=policies)

    return (
        Reaction("registry.policy.published", judged(when_policy_is_published_keep_terms_that_waited)),
        Reaction("registry.contract.signed", judged(when_contract_is_signed_keep_trust_terms)),
    )
