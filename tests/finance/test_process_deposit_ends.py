"""P4, P14 and P22: committees, annulled decisions and ended contracts change who may take money out of a deposit."""

from datetime import timedelta

import pytest

from kit.caller import SYSTEM_CALLER, Role
from kit.ids import new_id
from kit.lease import Lease
from kit.ledger.store import balance
from services.finance.domain.deposit_ledger import bank_account_id
from services.finance.use_cases.pass_deposit_days import LEASE, LEASE_TTL, DepositDays
from tests.finance.deposits import claim_step, demanded_deposit, deposit_of_estate, deposits_of_estate, pay
from tests.finance.funds import FundEstate
from tests.heard import HeardService, RegistryFacts, caller

pytestmark = pytest.mark.store
EVERYTHING = SYSTEM_CALLER.scope
STREET, COMMUNITY, COMMITTEE = (caller(role) for role in (Role.STREET, Role.COMMUNITY, Role.COMMITTEE))
OFFICE = caller(Role.DISTRICT_OFFICE)
PAID_ON = "2026-03-05"
REGISTER = """
    query ($d: String!) {
      depositRegister(district: $d) { nodes { claims { amount state } movements { amount } } }
    }
"""
HELD_DEPOSITS = """
    query ($d: String!) {
      depositRegister(district: $d) { nodes { state demanded hold { decisionId since } } }
    }
"""
LIFT = """
    mutation ($input: LiftDepositHoldInput!) {
      liftDepositHold(input: $input) { deposit { hold { since } } errors { code } }
    }
"""


async def held_deposit(finance: HeardService, facts: RegistryFacts) -> tuple[str, str]:
    """Let a deposit of 60,000 be held by the street; returns the ids of the account and of the deposit."""
    account = await demanded_deposit(finance, facts, area="60000.00")
    paid = await pay(finance, facts, account_id=account, amount="60000.00", paid_on="2024-02-20")
    return account, str(paid["deposit"]["id"])


async def claimed(finance: HeardService, deposit_id: str, *, kind: str = "WITHDRAWAL", amount: str | None) -> str:
    proposed = await claim_step(
        finance,
        "claimDeposit",
        by=STREET,
        depositId=deposit_id,
        kind=kind,
        amount=amount,
        claimReason="DAMAGE",
        payee="幸福里业主大会",
    )
    assert proposed["errors"] == []
    return str(proposed["claim"]["id"])


async def approve(finance: HeardService, claim_id: str, approver: str) -> list[str]:
    by = {"STREET": STREET, "COMMUNITY": COMMUNITY, "COMMITTEE": COMMITTEE}[approver]
    payload = await claim_step(finance, "approveDepositClaim", by=by, claimId=claim_id, approver=approver)
    return [error["code"] for error in payload["errors"]]


@pytest.mark.rule("ZG-22")
async def test_two_approve_before_a_committee_exists_and_three_from_the_day_of_its_election(
    finance: HeardService,
) -> None:
    facts = RegistryFacts()
    account, deposit_id = await held_deposit(finance, facts)
    claim_id = await claimed(finance, deposit_id, amount="10000.00")
    assert await approve(finance, claim_id, "COMMITTEE") == ["FORBIDDEN_ACTOR"]
    assert await approve(finance, claim_id, "STREET") == []
    assert await approve(finance, claim_id, "COMMUNITY") == []

    await finance.hear(facts.committee_elected(term_from="2026-03-05"))

    terms = {"claimId": claim_id, "bankRef": "OUT-1", "paidOn": PAID_ON, "topUpDueOn": "2026-04-05"}
    refused = await claim_step(finance, "payDepositClaim", by=STREET, **terms)
    assert [(error["code"], error["value"]) for error in refused["errors"]] == [("FORBIDDEN_ACTOR", "COMMITTEE")]
    assert await approve(finance, claim_id, "COMMITTEE") == []
    paid = await claim_step(finance, "payDepositClaim", by=STREET, **terms)

    assert (paid["deposit"]["state"], paid["deposit"]["paid"], paid["deposit"]["missing"]) == (
        "CLAIMED",
        "50000.00",
        "10000.00",
    )
    assert [event["type"] for event in paid["events"]] == ["finance.deposit.paid_out"]
    assert await balance(finance.mongo, bank_account_id(account), scope=EVERYTHING) == 50_000_00
    again = await claim_step(finance, "payDepositClaim", by=STREET, **terms | {"bankRef": "OUT-2"})
    assert [error["code"] for error in again["errors"]] == ["STATE_CONFLICT"]
    topped_up = await pay(finance, facts, account_id=account, amount="10000.00", paid_on=PAID_ON, depositId=deposit_id)
    assert topped_up["deposit"]["state"] == "HELD"


async def test_whoever_sees_the_deposit_sees_its_claims_and_nobody_else_decides_on_them(finance: HeardService) -> None:
    facts = RegistryFacts()
    _, deposit_id = await held_deposit(finance, facts)
    claim_id = await claimed(finance, deposit_id, amount="10000.00")
    elsewhere = caller(Role.STREET, "district:360102")

    foreign = await claim_step(finance, "approveDepositClaim", by=elsewhere, claimId=claim_id, approver="STREET")
    owner = await claim_step(finance, "approveDepositClaim", by=caller(Role.OWNER), claimId=claim_id, approver="STREET")

    assert [error["code"] for error in foreign["errors"]] == ["NOT_FOUND"]
    assert [error["code"] for error in owner["errors"]] == ["FORBIDDEN_ACTOR"]
    as_owner = caller(Role.OWNER, f"estate:{facts.estate_id}")
    seen = await finance.ask(REGISTER, by=as_owner, d=facts.district)
    assert seen["depositRegister"]["nodes"] == [
        {"claims": [{"amount": "10000.00", "state": "PROPOSED"}], "movements": [{"amount": "60000.00"}]}
    ]
    assert (await finance.ask(REGISTER, by=elsewhere, d=facts.district))["depositRegister"]["nodes"] == []


@pytest.mark.rule("ZG-22")
async def test_a_deposit_is_released_after_the_handover_was_accepted(finance: HeardService) -> None:
    facts = RegistryFacts()
    account, deposit_id = await held_deposit(finance, facts)
    release = {
        "by": caller(Role.PROVIDER),
        "depositId": deposit_id,
        "kind": "RELEASE",
        "claimReason": "CONTRACT_ENDED",
        "payee": "赣州市安居物业服务有限公司",
    }
    early = await claim_step(finance, "claimDeposit", **release)
    assert [error["code"] for error in early["errors"]] == ["PRECONDITION"]
    await finance.hear(facts.contract_terminated("2026-03-01", handover_accepted=False))
    refused = await claim_step(finance, "claimDeposit", **release)
    assert [error["code"] for error in refused["errors"]] == ["PRECONDITION"]

    await finance.hear(facts.contract_terminated("2026-03-01", handover_accepted=True))
    claim_id = (await claim_step(finance, "claimDeposit", **release))["claim"]["id"]
    assert [await approve(finance, claim_id, one) for one in ("STREET", "COMMUNITY")] == [[], []]
    released = await claim_step(finance, "releaseDeposit", by=STREET, claimId=claim_id, bankRef="OUT-9", paidOn=PAID_ON)

    assert (released["deposit"]["state"], released["deposit"]["paid"]) == ("RELEASED", "0.00")
    assert [event["type"] for event in released["events"]] == ["finance.deposit.released"]
    assert await balance(finance.mongo, bank_account_id(account), scope=EVERYTHING) == 0


@pytest.mark.parametrize("inspected_first", [True, False])
async def test_a_superseded_contracts_deposit_is_released_once_its_take_over_was_inspected_and_accepted(
    finance: HeardService, inspected_first: bool
) -> None:
    facts = RegistryFacts()
    _, deposit_id = await held_deposit(finance, facts)
    # The inspections are of 20 April 2025, the day on which the later contract takes effect.
    inspections, superseded = FundEstate(finance, facts), facts.contract_superseded(new_id("ctr"), "2025-04-20")
    release = {"depositId": deposit_id, "kind": "RELEASE", "claimReason": "CONTRACT_ENDED", "payee": "物业公司"}
    if inspected_first:
        await inspections.inspected("tko_1")
    await finance.hear(superseded)
    if not inspected_first:
        await inspections.inspected("tko_1", accepted=False)
        early = await claim_step(finance, "claimDeposit", by=STREET, **release)
        assert [error["code"] for error in early["errors"]] == ["PRECONDITION"]
        await inspections.inspected("tko_1")

    assert (await claim_step(finance, "claimDeposit", by=caller(Role.PROVIDER), **release))["errors"] == []


async def test_an_inspection_before_the_later_contract_hands_nothing_over(finance: HeardService) -> None:
    facts = RegistryFacts()
    _, deposit_id = await held_deposit(finance, facts)
    await FundEstate(finance, facts).inspected("tko_1")
    await finance.hear(facts.contract_superseded(new_id("ctr"), "2025-04-21"))

    release = {"depositId": deposit_id, "kind": "RELEASE", "claimReason": "CONTRACT_ENDED", "payee": "物业公司"}
    refused = await claim_step(finance, "claimDeposit", by=STREET, **release)

    assert [error["code"] for error in refused["errors"]] == ["PRECONDITION"]


@pytest.mark.parametrize("congress_first", [True, False])
async def test_an_annulled_congress_stops_the_move_and_holds_the_deposit_until_people_decide(
    finance: HeardService, congress_first: bool
) -> None:
    facts = RegistryFacts()
    _, deposit_id = await held_deposit(finance, facts)
    formed = facts.congress_formed("2024-03-10", decision_id=facts.decision_id)
    annulled = facts.decision_annulled("2026-03-04")
    first, second = (formed, annulled) if congress_first else (annulled, formed)
    await finance.hear(first)
    moving = "TRANSFERRING" if congress_first else "HELD"
    assert (await deposit_of_estate(finance, facts))["state"] == moving

    await finance.hear(second)

    deposit = await deposit_of_estate(finance, facts)
    assert (deposit["state"], deposit["stateSince"]) == ("HELD", "2026-03-04")
    assert await finance.work_items() == [("NEEDS_DECISION", deposit_id)]
    terms = {"depositId": deposit_id, "kind": "WITHDRAWAL", "claimReason": "OTHER", "payee": "业主大会"}
    held = await claim_step(finance, "claimDeposit", by=STREET, **terms)
    assert [(error["code"], error["value"]) for error in held["errors"]] == [("STATE_CONFLICT", facts.decision_id)]
    lifted = await finance.ask(LIFT, by=OFFICE, input={"idempotencyKey": "k", "depositId": deposit_id})
    assert lifted["liftDepositHold"] == {"deposit": {"hold": None}, "errors": []}
    assert (await claim_step(finance, "claimDeposit", by=STREET, **terms))["errors"] == []


@pytest.mark.parametrize("contract_first", [True, False])
async def test_a_deposit_that_cites_an_annulled_decision_is_on_hold_in_whatever_order_it_was_heard(
    finance: HeardService, contract_first: bool
) -> None:
    facts = RegistryFacts()
    signed = facts.contract_signed(kind="CONGRESS", body="CONGRESS_WITH_COMMITTEE")
    decision = (facts.decision_closed(closed_on="2024-01-20"), facts.decision_annulled("2026-03-04"))
    heard = (signed, *decision) if contract_first else (*decision, signed)

    await finance.hear(facts.policy_published(), facts.estate_registered(area="60000.00"), *heard)

    [node] = (await finance.ask(HELD_DEPOSITS, d=facts.district))["depositRegister"]["nodes"]
    assert node == {
        "state": "DEMANDED",
        "demanded": "60000.00",
        "hold": {"decisionId": facts.decision_id, "since": "2026-03-04"},
    }
    assert [code for code, _id in await finance.work_items()] == ["NEEDS_DECISION"] * 2
    assert (await finance.work_items())[0][1] == facts.contract_id


async def test_each_anniversary_begins_a_year_that_takes_over_what_is_held(finance: HeardService) -> None:
    facts = RegistryFacts()
    account, deposit_id = await held_deposit(finance, facts)
    await finance.hear(facts.area_changed("70000.00", "2025-01-01"))
    days = DepositDays(finance.mongo, finance.policies, finance.clock)
    lease = Lease(finance.mongo, LEASE, new_id("hld"), LEASE_TTL, finance.clock)
    assert await lease.acquire()

    changed = [await days.pass_day(lease) for _ in range(3)]

    # Signed for 2024-03-01: the second year began in 2025, the third on 2026-03-01; what is missing is overdue.
    assert changed == [2, 2, 0]
    deposits = await deposits_of_estate(finance, facts)
    assert deposits is not None
    assert [(one["contractYear"], one["demanded"], one["paid"], one["state"]) for one in deposits] == [
        (1, "60000.00", "0.00", "CARRIED_OVER"),
        (2, "70000.00", "0.00", "CARRIED_OVER"),
        (3, "70000.00", "60000.00", "PART_PAID"),
    ]
    assert await balance(finance.mongo, bank_account_id(account), scope=EVERYTHING) == 60_000_00
    overdue = [data for event_type, data in await finance.announced() if event_type == "finance.deposit.overdue"]
    assert [(one["contractYear"], one["dueOn"], one["missing"]) for one in overdue] == [
        (2, "2025-03-01", "10000.00"),
        (3, "2026-03-01", "10000.00"),
    ]
    third = str(deposits[2]["id"])
    topped_up = await pay(finance, facts, account_id=account, amount="10000.00", paid_on=PAID_ON, depositId=third)
    assert topped_up["deposit"]["state"] == "HELD"
    assert deposit_id == deposits[0]["id"]


async def test_a_process_that_lost_the_lease_begins_no_year(finance: HeardService) -> None:
    facts = RegistryFacts()
    await held_deposit(finance, facts)
    days = DepositDays(finance.mongo, finance.policies, finance.clock)
    former = Lease(finance.mongo, LEASE, "former", LEASE_TTL, finance.clock)
    assert await former.acquire()
    finance.clock.advance(LEASE_TTL + timedelta(seconds=1))
    assert await Lease(finance.mongo, LEASE, "later", LEASE_TTL, finance.clock).acquire()

    with pytest.raises(Exception, match="has passed"):
        await days.pass_day(former)

    assert len(await deposits_of_estate(finance, facts) or []) == 1
