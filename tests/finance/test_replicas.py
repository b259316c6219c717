"""Two replicas that hear two facts about one deposit at the same time never miss each other, on the real store."""

import asyncio

import pytest

from kit.caller import SYSTEM_CALLER
from kit.events import ReceivedEvent
from kit.mongo import UnitOfWork, run_unit_of_work
from kit.reactions import Reactions
from tests.finance.deposits import deposit_of_contract as deposit_of
from tests.heard import HeardService, RegistryFacts

pytestmark = pytest.mark.store
ROUNDS = 4


async def hear_in_another_replica(finance: HeardService, event: ReceivedEvent) -> None:
    """React to the event in a unit of work of its own, without the one inbox that takes turns."""
    reactions = Reactions(finance.parts.reactions_with(finance.policies)).to(event.type)

    async def act(work: UnitOfWork) -> None:
        for react in reactions:
            await react(work, event)

    await run_unit_of_work(finance.mongo, SYSTEM_CALLER, act, clock=finance.clock)


async def states_after(
    finance: HeardService, pairs: list[tuple[RegistryFacts, ReceivedEvent, ReceivedEvent]]
) -> set[str]:
    for _, one, other in pairs:
        await asyncio.gather(hear_in_another_replica(finance, one), hear_in_another_replica(finance, other))
    deposits = [await deposit_of(finance, facts) for facts, _, _ in pairs]
    return {str(deposit["state"]) if deposit else "NO DEPOSIT" for deposit in deposits}


async def test_the_contract_and_the_area(finance: HeardService) -> None:
    estates = [RegistryFacts() for _ in range(ROUNDS)]
    await finance.hear(estates[0].policy_published(), *(facts.estate_registered(area=None) for facts in estates))

    pairs = [(facts, facts.contract_signed(), facts.area_changed("30000.00", "2024-01-15")) for facts in estates]

    assert await states_after(finance, pairs) == {"DEMANDED"}


async def test_the_contract_and_the_decision(finance: HeardService) -> None:
    estates = [RegistryFacts() for _ in range(ROUNDS)]
    await finance.hear(estates[0].policy_published(), *(facts.estate_registered() for facts in estates))

    pairs = [
        (facts, facts.contract_signed(kind="CONGRESS", body="CONGRESS_ONLY"), facts.decision_closed("passed"))
        for facts in estates
    ]

    assert await states_after(finance, pairs) == {"DEMANDED"}


async def test_the_contract_and_the_policy(finance: HeardService) -> None:
    facts = RegistryFacts()
    await finance.hear(facts.estate_registered())

    states = await states_after(finance, [(facts, facts.contract_signed(), facts.policy_published())])

    assert states == {"DEMANDED"}
