"""P1: from the signed contract to the demanded deposit, whatever the order of the facts, on the real store."""

import random

import pytest

from kit.events import ReceivedEvent
from tests.finance.deposits import deposit_of_contract as deposit_of
from tests.heard import NANZHENG, PANZHIHUA, HeardService, RegistryFacts

pytestmark = pytest.mark.store


@pytest.mark.rule("ZG-18")
@pytest.mark.rule("G-2")
async def test_a_signed_contract_with_a_deposit_clause_demands_the_deposit(finance: HeardService) -> None:
    facts = RegistryFacts()

    await finance.hear(facts.policy_published(), facts.estate_registered(), facts.contract_signed())

    assert await deposit_of(finance, facts) == {
        "contractYear": 1,
        "state": "DEMANDED",
        "stateSince": "2024-02-01",
        "awaits": None,
        "basisArea": "56789.50",
        "ratePerM2": "1.00",
        "computed": "56789.50",
        "demanded": "56789.50",
        "demandedOn": "2024-02-01",
        "dueOn": "2024-03-01",
        "clamp": "NONE",
        "paid": "0.00",
        "managers": ["STREET", "COMMUNITY"],
        "policyVersionId": "360702-v1",
        "custody": None,
    }
    [(event_type, data)] = await finance.announced()
    assert event_type == "finance.deposit.demanded"
    assert (data["contractId"], data["demanded"], data["custodyKind"]) == (
        facts.contract_id,
        "56789.50",
        "STREET_DESIGNATED",
    )


@pytest.mark.rule("ZG-17")
@pytest.mark.rule("G-5")
async def test_a_contract_without_deposit_clause_is_not_refused(finance: HeardService) -> None:
    facts = RegistryFacts()

    await finance.hear(facts.policy_published(), facts.estate_registered(), facts.contract_signed(rate=None))

    deposit = await deposit_of(finance, facts)
    assert deposit is not None
    assert (deposit["state"], deposit["demanded"], deposit["basisArea"]) == ("NOT_AGREED", None, None)
    assert await finance.announced() == []
    assert await finance.work_items() == []


@pytest.mark.rule("G-6")
async def test_a_deposit_clause_where_the_document_has_no_deposit_is_refused_for_people_to_see(
    finance: HeardService,
) -> None:
    facts = RegistryFacts(district=PANZHIHUA)

    await finance.hear(facts.estate_registered(), facts.contract_signed(signed_on="2024-02-01"))

    assert await deposit_of(finance, facts) is None
    assert await finance.work_items() == [("INSTRUMENT_NOT_AVAILABLE", facts.contract_id)]
    assert await finance.announced() == []


@pytest.mark.rule("G-6")
async def test_a_clause_refused_only_when_the_document_comes_into_force_is_seen_as_well(finance: HeardService) -> None:
    facts = RegistryFacts(district=NANZHENG)

    await finance.hear(facts.estate_registered(), facts.contract_signed())
    assert await finance.work_items() == []
    await finance.hear(facts.policy_published())

    assert await deposit_of(finance, facts) is None
    assert await finance.work_items() == [("INSTRUMENT_NOT_AVAILABLE", facts.contract_id)]


async def test_a_district_without_deposits_and_a_contract_without_clause_have_nothing_to_say(
    finance: HeardService,
) -> None:
    facts = RegistryFacts(district=PANZHIHUA)

    await finance.hear(facts.estate_registered(), facts.contract_signed(rate=None))

    assert await deposit_of(finance, facts) is None
    assert await finance.work_items() == []


async def test_a_contract_signed_before_the_document_was_in_force_is_refused(finance: HeardService) -> None:
    facts = RegistryFacts()

    await finance.hear(facts.policy_published(), facts.estate_registered())
    await finance.hear(facts.contract_signed(signed_on="2020-12-31"))

    assert await deposit_of(finance, facts) is None
    assert await finance.work_items() == [("INSTRUMENT_NOT_AVAILABLE", facts.contract_id)]


async def test_a_contract_of_a_kind_without_custody_is_refused(finance: HeardService) -> None:
    facts = RegistryFacts()

    await finance.hear(
        facts.policy_published(), facts.estate_registered(), facts.contract_signed(kind="COOPERATION", body="NONE")
    )

    assert await deposit_of(finance, facts) is None
    assert await finance.work_items() == [("INSTRUMENT_NOT_AVAILABLE", facts.contract_id)]


async def test_an_unknown_area_waits_and_demands_nothing_until_it_is_known(finance: HeardService) -> None:
    facts = RegistryFacts()
    await finance.hear(facts.policy_published(), facts.estate_registered(area=None), facts.contract_signed())

    waiting = await deposit_of(finance, facts)
    assert waiting is not None
    assert (waiting["state"], waiting["awaits"], waiting["basisArea"]) == ("AGREED", "APPROVED_GROSS_AREA", None)
    assert await finance.announced() == []

    await finance.hear(facts.area_changed("250000.00", "2024-05-01"))

    demanded = await deposit_of(finance, facts)
    assert demanded is not None
    assert (demanded["state"], demanded["demanded"], demanded["clamp"]) == ("DEMANDED", "100000.00", "CAP")
    assert demanded["demandedOn"] == "2024-05-01"


async def test_the_area_in_force_on_the_day_of_signing_counts_not_a_later_one(finance: HeardService) -> None:
    facts = RegistryFacts()
    registered, changed = facts.estate_registered(area="30000.00"), facts.area_changed("60000.00", "2024-02-02")

    await finance.hear(facts.policy_published(), registered, changed, facts.contract_signed())

    deposit = await deposit_of(finance, facts)
    assert deposit is not None
    assert deposit["demanded"] == "30000.00"


@pytest.mark.rule("ZG-21")
async def test_a_deposit_for_the_owners_account_waits_for_their_decision(finance: HeardService) -> None:
    facts = RegistryFacts()
    signed = facts.contract_signed(kind="CONGRESS", body="CONGRESS_WITH_COMMITTEE", signed_on="2024-05-01")
    await finance.hear(facts.policy_published(), facts.estate_registered(), signed)

    waiting = await deposit_of(finance, facts)
    assert waiting is not None
    assert (waiting["state"], waiting["awaits"]) == ("AGREED", "JOINT_DECISION")

    await finance.hear(facts.decision_closed("passed"))

    demanded = await deposit_of(finance, facts)
    assert demanded is not None
    assert (demanded["state"], demanded["awaits"]) == ("DEMANDED", None)
    assert demanded["managers"] == ["STREET", "COMMUNITY", "COMMITTEE"]


@pytest.mark.rule("ZG-21")
@pytest.mark.parametrize("outcome", ["failed", "no_quorum"])
async def test_a_decision_that_did_not_pass_demands_nothing(finance: HeardService, outcome: str) -> None:
    facts = RegistryFacts()
    signed = facts.contract_signed(kind="CONGRESS", body="CONGRESS_ONLY", signed_on="2024-05-01")

    await finance.hear(facts.policy_published(), facts.estate_registered(), signed, facts.decision_closed(outcome))

    deposit = await deposit_of(finance, facts)
    assert deposit is not None
    assert (deposit["state"], deposit["awaits"]) == ("AGREED", "JOINT_DECISION")


@pytest.mark.rule("ZG-19")
async def test_the_deposit_is_due_when_the_service_starts(finance: HeardService) -> None:
    facts = RegistryFacts()

    await finance.hear(facts.policy_published(), facts.estate_registered(), facts.contract_signed())
    await finance.hear(facts.service_started("2024-03-05"))

    deposit = await deposit_of(finance, facts)
    assert deposit is not None
    assert deposit["dueOn"] == "2024-03-05"


def facts_of_p1(facts: RegistryFacts) -> list[ReceivedEvent]:
    return [
        facts.policy_published(),
        facts.estate_registered(area=None),
        facts.area_changed("40000.00", "2024-01-15"),
        facts.decision_closed("passed"),
        facts.contract_signed(kind="CONGRESS", body="CONGRESS_ONLY", signed_on="2024-05-01", rate="1.50"),
        facts.service_started("2024-05-10"),
        facts.congress_formed(),
        facts.owners_account_opened(),
    ]


def shuffled(events: list[ReceivedEvent], seed: int) -> list[ReceivedEvent]:
    """Return the events in another order that keeps each aggregate's own."""
    order = list(events)
    random.Random(seed).shuffle(order)
    by_lane = {lane: iter([e for e in events if (e.aggregate, e.aggregate_id) == lane]) for lane in lanes_of(events)}
    return [next(by_lane[event.aggregate, event.aggregate_id]) for event in order]


def lanes_of(events: list[ReceivedEvent]) -> set[tuple[str, str]]:
    return {(event.aggregate, event.aggregate_id) for event in events}


@pytest.mark.parametrize("seed", range(6))
async def test_facts_in_any_order_and_twice_lead_to_the_same_deposit(finance: HeardService, seed: int) -> None:
    facts = RegistryFacts()
    events = shuffled(facts_of_p1(facts), seed)

    for event in events:
        await finance.hear(event)
    await finance.hear_again()

    deposit = await deposit_of(finance, facts)
    assert deposit is not None
    assert (deposit["state"], deposit["demanded"], deposit["basisArea"]) == ("DEMANDED", "60000.00", "40000.00")
    assert (deposit["stateSince"], deposit["dueOn"]) == ("2024-05-01", "2024-05-10")
    assert deposit["custody"] == {"kind": "OWNERS_PUBLIC", "holder": "幸福里业主大会"}
    assert [event_type for event_type, _ in await finance.announced()] == ["finance.deposit.demanded"]


async def test_the_same_facts_as_new_events_have_no_second_effect(finance: HeardService) -> None:
    facts = RegistryFacts()
    await finance.hear(facts.policy_published(), facts.estate_registered(), facts.contract_signed())
    await finance.hear(facts.service_started("2024-03-05"), facts.congress_formed(), facts.owners_account_opened())
    before = await deposit_of(finance, facts)

    await finance.hear(facts.policy_published(), facts.estate_registered(), facts.contract_signed())
    await finance.hear(facts.service_started("2024-03-05"), facts.congress_formed(), facts.owners_account_opened())

    assert await deposit_of(finance, facts) == before
    assert [event_type for event_type, _ in await finance.announced()] == ["finance.deposit.demanded"]
    assert await finance.mongo.collection("custody_accounts").count_documents({}) == 1


async def test_an_area_heard_late_renews_a_demand_that_nobody_paid(finance: HeardService) -> None:
    facts = RegistryFacts()
    await finance.hear(facts.policy_published(), facts.estate_registered(area="30000.00"), facts.contract_signed())

    await finance.hear(facts.area_changed("40000.00", "2024-01-31"), facts.area_changed("50000.00", "2024-02-02"))

    deposit = await deposit_of(finance, facts)
    assert deposit is not None
    assert deposit["demanded"] == "40000.00"
    assert [data["demanded"] for _, data in await finance.announced()] == ["30000.00", "40000.00"]
