"""What deposits hear from the registry: a readable table event → reaction.

Facts of different aggregates arrive in any order, so each reaction keeps its own fact and then looks again at the
deposits that it may concern.
"""

import logging
from collections.abc import Iterable
from datetime import date
from typing import Final

from kit.area import Area, parse_area
from kit.errors import Refusal
from kit.events import ReceivedEvent
from kit.money import parse_money
from kit.mongo import UnitOfWork
from kit.reactions import React, Reaction
from kit.work_items import open_work_item
from services.finance.domain.contract import ContractKind, ServiceContract
from services.finance.reactions.annulled import LISTENER, list_citing
from services.finance.reactions.judged import FinancePolicies, JudgedReact, judged_by
from services.finance.store.contracts import (
    find_contract_ids_of_decision,
    find_contract_ids_of_estate,
    find_waiting_contract_ids,
)
from services.finance.use_cases.annul_decision import HELD_DEPOSIT, Citing, citing_annulled
from services.finance.use_cases.change_estate import change_estate
from services.finance.use_cases.change_gross_area import change_gross_area
from services.finance.use_cases.demand_deposit import demand_deposit_of_contract
from services.finance.use_cases.form_congress import form_congress
from services.finance.use_cases.open_owners_account import open_owners_account
from services.finance.use_cases.pass_decision import pass_decision
from services.finance.use_cases.put_policy_in_force import put_policy_in_force
from services.finance.use_cases.register_estate import register_estate
from services.finance.use_cases.start_service import start_service
from services.finance.use_cases.start_transfers import start_transfers_of_estate
from services.finance.use_cases.stop_waiting import stop_waiting
from services.finance.use_cases.take_contract import take_contract

logger = logging.getLogger(__name__)

AGREED: Final = "AGREED"


async def when_policy_is_published_demand_what_waited_for_it(
    work: UnitOfWork, event: ReceivedEvent, *, policies: FinancePolicies
) -> None:
    """R1: record the version; contracts signed before it was heard get their deposits now."""
    waiting = await put_policy_in_force(
        work,
        version_id=event.aggregate_id,
        district=event.district,
        params_hash=event.data["paramsHash"],
        effective_from=date.fromisoformat(event.data["effectiveFrom"]),
    )
    await _look_again(work, event, waiting, policies=policies)


async def when_estate_is_registered_keep_its_area(
    work: UnitOfWork, event: ReceivedEvent, *, policies: FinancePolicies
) -> None:
    """R2: keep where the estate lies and its approved gross area; deposits that waited for the area are demanded."""
    await register_estate(
        work,
        estate_id=event.aggregate_id,
        district=event.district,
        street_id=event.data["streetId"],
        community_id=event.data["communityId"],
        name=event.data["name"],
        code=event.data["code"],
        approved_gross_area=_area(event),
        built_on=_day(event, "builtOn"),
        built_year=event.data.get("builtYear"),
    )
    await _look_again_at_estate(work, event, event.aggregate_id, policies=policies)


async def when_estate_changes_let_others_see_it(work: UnitOfWork, event: ReceivedEvent) -> None:
    """R3: a new name, street or community."""
    await change_estate(work, estate_id=event.aggregate_id, after=event.data["after"])


async def when_area_changes_demand_what_waited_for_it(
    work: UnitOfWork, event: ReceivedEvent, *, policies: FinancePolicies
) -> None:
    """R4: keep the area from the day it takes effect; deposits that waited for it are demanded (P1)."""
    await change_gross_area(
        work,
        estate_id=event.aggregate_id,
        approved_gross_area=_area(event),
        effective_on=date.fromisoformat(event.data["effectiveOn"]),
    )
    await _look_again_at_estate(work, event, event.aggregate_id, policies=policies)


async def when_congress_is_formed_start_transfers(work: UnitOfWork, event: ReceivedEvent) -> None:
    """R10: what streets hold of the estate's deposits begins to move to the owners (G-27, P2)."""
    held = await form_congress(
        work,
        estate_id=event.data["estateId"],
        district=event.district,
        street_id=event.data["streetId"],
        community_id=event.data["communityId"],
        formed_on=date.fromisoformat(event.data["formedOn"]),
        decision_id=event.data.get("decisionId"),
    )
    if held:
        citing = [Citing(deposit.id, HELD_DEPOSIT) for deposit in held]
        await list_citing(work, event, citing, decision_id=event.data["decisionId"])
    await start_transfers_of_estate(work, event.data["estateId"])


async def when_owners_account_is_opened_open_custody(work: UnitOfWork, event: ReceivedEvent) -> None:
    """R12: the owners' public account can take deposits."""
    await open_owners_account(
        work,
        estate_id=event.data["estateId"],
        district=event.district,
        street_id=event.data["streetId"],
        community_id=event.data["communityId"],
        account_ref=event.data["accountRef"],
        opened_on=date.fromisoformat(event.data["openedOn"]),
    )


async def when_decision_passes_demand_what_waited_for_it(
    work: UnitOfWork, event: ReceivedEvent, *, policies: FinancePolicies
) -> None:
    """R14: deposits that wait for the owners' decision are demanded (ZG-21)."""
    await pass_decision(
        work,
        decision_id=event.aggregate_id,
        estate_id=event.data["estateId"],
        district=event.district,
        street_id=event.data["streetId"],
        community_id=event.data["communityId"],
        passed_on=event.occurred_on,
        matter=event.data["matter"],
    )
    contract_ids = await find_contract_ids_of_decision(work, event.aggregate_id, scope=work.caller.scope)
    await _look_again(work, event, contract_ids, policies=policies)


async def when_contract_is_signed_demand_deposit(
    work: UnitOfWork, event: ReceivedEvent, *, policies: FinancePolicies
) -> None:
    """R17: the deposit is agreed and, if all it needs is known, demanded (P1); refused where there is no instrument."""
    contract = _contract(event)
    await take_contract(work, contract)
    await demand_deposit_of_contract(work, contract.id, policies=policies)
    if contract.decision_id is not None:
        citing = await citing_annulled(work, contract.id)
        await list_citing(work, event, citing, decision_id=contract.decision_id)


async def when_service_starts_deposit_is_due(
    work: UnitOfWork, event: ReceivedEvent, *, policies: FinancePolicies
) -> None:
    """R18: the deposit is due at take-on (ZG-19)."""
    await start_service(
        work,
        contract_id=event.aggregate_id,
        service_start_on=date.fromisoformat(event.data["serviceStartOn"]),
    )
    await _look_again(work, event, [event.aggregate_id], policies=policies)


def deposit_reactions(policies: FinancePolicies) -> tuple[Reaction, ...]:
    """Return the table event → reaction, bound to the policies in force."""

    def judged(react: JudgedReact) -> React:
        return judged_by(react, policies)

    return (
        Reaction("registry.policy.published", judged(when_policy_is_published_demand_what_waited_for_it)),
        Reaction("registry.estate.registered", judged(when_estate_is_registered_keep_its_area)),
        Reaction("registry.estate.changed", when_estate_changes_let_others_see_it),
        Reaction("registry.estate.area_or_households_changed", judged(when_area_changes_demand_what_waited_for_it)),
        Reaction("registry.congress.formed", when_congress_is_formed_start_transfers),
        Reaction("registry.owners_account.opened", when_owners_account_is_opened_open_custody),
        Reaction("registry.decision.passed", judged(when_decision_passes_demand_what_waited_for_it)),
        Reaction("registry.contract.signed", judged(when_contract_is_signed_demand_deposit)),
        Reaction("registry.contract.started", judged(when_service_starts_deposit_is_due)),
    )


async def look_at_waiting_contracts(work: UnitOfWork, *, policies: FinancePolicies) -> None:
    """Demand the deposits of contracts that waited for a policy which is mounted only now; refused ones wait on."""
    for contract_id in await find_waiting_contract_ids(work, scope=work.caller.scope):
        try:
            await demand_deposit_of_contract(work, contract_id, policies=policies)
        except Refusal as refusal:
            logger.warning("the deposit of contract %s is refused: %s", contract_id, refusal.message)


async def _look_again_at_estate(
    work: UnitOfWork, event: ReceivedEvent, estate_id: str, *, policies: FinancePolicies
) -> None:
    contract_ids = await find_contract_ids_of_estate(work, estate_id, scope=work.caller.scope)
    await _look_again(work, event, contract_ids, policies=policies)


async def _look_again(
    work: UnitOfWork, event: ReceivedEvent, contract_ids: Iterable[str], *, policies: FinancePolicies
) -> None:
    """Bring each contract's deposit to where the facts put it; one that is refused becomes a work item of its own.

    The fact that led here is fine, so the refusal of one contract must not undo it.
    """
    for contract_id in contract_ids:
        try:
            await demand_deposit_of_contract(work, contract_id, policies=policies)
        except Refusal as refusal:
            await stop_waiting(work, contract_id)
            await open_work_item(work, listener=LISTENER, event=event, refusal=refusal, aggregate_id=contract_id)


def _area(event: ReceivedEvent) -> Area | None:
    text = event.data.get("approvedGrossArea")
    return None if text is None else parse_area(text)


def _day(event: ReceivedEvent, name: str) -> date | None:
    text = event.data.get(name)
    return None if text is None else date.fromisoformat(text)


def _contract(event: ReceivedEvent) -> ServiceContract:
    data = event.data
    terms = data["depositTerms"]
    return ServiceContract(
        id=event.aggregate_id,
        district=event.district,
        estate_id=data["estateId"],
        street_id=data["streetId"],
        community_id=data["communityId"],
        provider_id=data["providerId"],
        kind=ContractKind(data["kind"]),
        signed_on=event.occurred_on,
        from_=date.fromisoformat(data["from"]),
        signed_by_body=data["signedByBody"],
        decision_id=data.get("decisionId"),
        deposit_rate=parse_money(terms["ratePerM2"]) if terms["status"] == AGREED else None,
        number=data["number"],
    )
