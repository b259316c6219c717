"""P4, P5, P13, P14 and P22: the facts in any order between aggregates, and each of them twice, end alike.

A process is told as the lanes of its facts: each aggregate's own facts keep their order, as the bus promises, and the
lanes come between one another as a random draw has it. What finance then keeps is compared with the run in order.
"""

import json
import random
import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest

from kit.events import ReceivedEvent
from kit.ids import new_id
from tests.finance.deposits import demanded_deposit, pay
from tests.finance.fees import ITEM, OUTSIDE, served_estate
from tests.finance.mediation import Mediation, hear_any
from tests.heard import HeardService, RegistryFacts

pytestmark = pytest.mark.store

Lanes = Sequence[Sequence[ReceivedEvent]]
Begin = Callable[[HeardService], Awaitable[tuple[RegistryFacts, Lanes]]]

ORDERS = 3
KEPT = ("estates", "contracts", "fee_contracts", "fee_modes", "deposits", "passed_decisions", "parts", "fee_bills")
MEDIATED = "arrears_mediations"
COUNTED = {"revision", "version"}
"""How often a document was written, which depends on the order."""


def between_one_another(lanes: Lanes, draw: random.Random) -> list[ReceivedEvent]:
    """Return the facts of all lanes, each lane in its order, drawn from one another."""
    waiting = [list(lane) for lane in lanes]
    order = []
    while any(waiting):
        order.append(draw.choice([lane for lane in waiting if lane]).pop(0))
    return order


async def kept(finance: HeardService, facts: RegistryFacts) -> dict[str, list[str]]:
    """Return what finance keeps of the estate, with the ids and names of this telling shortened to their kinds."""
    found: dict[str, list[str]] = {}
    for name in KEPT:
        documents = await finance.mongo.collection(name).find({"areas": f"estate:{facts.estate_id}"}).to_list(None)
        found[name] = sorted(map(_told, documents))
    mediated = await finance.mongo.collection(MEDIATED).find({"estate_id": facts.estate_id}).to_list(None)
    found[MEDIATED] = sorted(map(_told, mediated))
    return found | {"work_items": [f"{code} {id_[:3]}" for code, id_ in await finance.work_items()]}


def _told(document: dict[str, Any]) -> str:
    told = {name: value for name, value in document.items() if name not in COUNTED}
    return re.sub(r"\b([a-z]{3}_|[A-Z]{2}-)[0-9a-f]{8,32}", r"\1", json.dumps(told, default=str, sort_keys=True))


async def committee_changes(finance: HeardService) -> tuple[RegistryFacts, Lanes]:
    """P4: a committee in term ends, another one is elected, around a deposit of a contract."""
    facts = RegistryFacts()
    lanes = [
        [facts.policy_published()],
        [facts.estate_registered(area=None), facts.area_changed("60000.00", "2024-01-15")],
        [facts.contract_signed(), facts.service_started()],
        [facts.congress_formed()],
        [
            facts.committee_elected(term_from="2024-04-01"),
            facts.committee_elected(term_from="2024-04-01", event="filed"),
            facts.committee_elected(term_from="2024-04-01", event="term_ended"),
        ],
    ]
    return facts, lanes


async def owner_changes(finance: HeardService) -> tuple[RegistryFacts, Lanes]:
    """P13: two parts with bills are sold, one of them twice."""
    served = await served_estate(finance, "100.00", "80.00")
    await served.set_rates()
    await served.bill()
    facts, (first, second) = served.facts, served.parts
    buyer = new_id("own")
    lanes = [
        [
            facts.ownership_transferred(first, to={buyer: "1.0000"}, since="2026-03-11", before=(served.owners[0],)),
            facts.ownership_transferred(first, to={new_id("own"): "1.0000"}, since="2026-03-21", before=(buyer,)),
        ],
        [facts.ownership_transferred(second, to={buyer: "1.0000"}, since="2026-03-16", before=(served.owners[1],))],
        [facts.area_changed("70000.00", "2026-01-01")],
    ]
    return facts, lanes


async def arrears_are_mediated(finance: HeardService) -> tuple[RegistryFacts, Lanes]:
    """P5: the arrears of a part are settled, those of the estate are not, while a part is sold and the area changes."""
    served = await served_estate(finance, "100.00", "80.00")
    served.today("2026-03-05")
    await served.set_rates()
    await served.bill()
    served.today("2026-04-10")
    facts, (first, _) = served.facts, served.parts
    settled, off, failed = (Mediation(facts) for _ in range(3))
    buyer = new_id("own")
    lanes = [
        settled.settled(("2026-04-30", "60.00"), ("2026-05-31", "60.00"), part_id=first),
        off.settled(("2026-04-30", "215.99")),
        [failed.came_to("applied", "2026-04-02"), failed.came_to("failed", "2026-04-08")],
        [facts.ownership_transferred(first, to={buyer: "1.0000"}, since="2026-03-11", before=(served.owners[0],))],
        [facts.area_changed("70000.00", "2026-01-01")],
    ]
    return facts, lanes


async def contract_ends(finance: HeardService) -> tuple[RegistryFacts, Lanes]:
    """P14: a contract with a deposit ends by the steps of an exit; another one takes over."""
    facts = RegistryFacts()
    signed = facts.contract_signed(items=(ITEM, OUTSIDE))
    lanes = [
        [facts.policy_published()],
        [facts.estate_registered(area="60000.00"), facts.mode_changed("MARKET", "2024-03-05")],
        [
            signed,
            facts.service_started(),
            facts.exit_step("NOTICE", "2025-11-01", earliest_end_on="2026-01-30"),
            facts.exit_step("HANDOVER", "2026-02-15"),
            facts.contract_terminated("2026-02-20", handover_accepted=True),
        ],
        [facts.committee_elected(term_from="2024-06-01")],
    ]
    return facts, lanes


async def decision_annulled(finance: HeardService) -> tuple[RegistryFacts, Lanes]:
    """P22: the decision behind a contract of the congress is annulled."""
    facts = RegistryFacts()
    lanes = [
        [facts.policy_published()],
        [facts.estate_registered(area="60000.00")],
        [facts.decision_closed(closed_on="2024-01-20"), facts.decision_annulled("2026-03-04")],
        [facts.contract_signed(kind="CONGRESS", body="CONGRESS_ONLY"), facts.service_started()],
    ]
    return facts, lanes


async def congress_annulled(finance: HeardService) -> tuple[RegistryFacts, Lanes]:
    """P22: the decision that formed the congress is annulled, before or after a paid deposit began to move."""
    facts = RegistryFacts()
    account = await demanded_deposit(finance, facts)
    await pay(finance, facts, account_id=account, amount="60000.00", paid_on="2024-02-20")
    lanes = [
        [facts.congress_formed("2024-03-10", decision_id=facts.decision_id), facts.owners_account_opened()],
        [facts.decision_closed(closed_on="2024-03-01"), facts.decision_annulled("2026-03-04")],
        [facts.committee_elected(term_from="2024-04-01")],
    ]
    return facts, lanes


@pytest.mark.parametrize(
    "begin",
    [committee_changes, owner_changes, arrears_are_mediated, contract_ends, decision_annulled, congress_annulled],
    ids=lambda it: it.__name__,
)
async def test_facts_in_any_order_and_twice_end_in_the_same_state(finance: HeardService, begin: Begin) -> None:
    facts, lanes = await begin(finance)
    await hear_any(finance, *(fact for lane in lanes for fact in lane))
    in_order = await kept(finance, facts)
    assert in_order["estates"] != []

    for seed in range(ORDERS):
        await finance.mongo.collection("work_items").delete_many({})
        facts, lanes = await begin(finance)
        for fact in between_one_another(lanes, random.Random(seed)):
            await hear_any(finance, fact)
        await finance.hear_again()
        await hear_any(finance, *(fact for lane in lanes for fact in lane if fact.type.startswith("inspection.")))
        assert await kept(finance, facts) == in_order, f"seed {seed}"
