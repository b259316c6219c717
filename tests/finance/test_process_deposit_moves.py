"""P2: the deposit moves when the congress is formed, and its sum never changes, on the real store."""

from datetime import timedelta
from itertools import permutations

import pytest

from kit.caller import SYSTEM_CALLER
from kit.lease import Lease
from kit.ledger.sealer import Sealer
from kit.ledger.store import balance
from kit.ledger.verify import verify
from services.finance.domain.deposit_ledger import bank_account_id, book_of, liability_account_id
from services.finance.store.custody_accounts import find_accounts_of_owners
from services.finance.use_cases.pass_deposit_days import LEASE, LEASE_TTL, DepositDays
from tests.finance.deposits import demanded_deposit, deposit_of_estate, open_street_account, pay, transfer
from tests.heard import ZHANGGONG, HeardService, RegistryFacts

pytestmark = pytest.mark.store
EVERYTHING = SYSTEM_CALLER.scope


async def owners_account_id(finance: HeardService, facts: RegistryFacts) -> str:
    accounts = await find_accounts_of_owners(finance.mongo, [facts.estate_id], scope=EVERYTHING)
    return accounts[facts.estate_id].id


async def fen_in(finance: HeardService, account_id: str) -> int:
    return await balance(finance.mongo, account_id, scope=EVERYTHING)


@pytest.mark.rule("G-27")
@pytest.mark.rule("ZG-20")
async def test_the_deposit_moves_to_the_owners_when_the_congress_is_formed(finance: HeardService) -> None:
    facts = RegistryFacts()
    street = await demanded_deposit(finance, facts, area="60000.00")
    paid = await pay(finance, facts, account_id=street, amount="60000.00", paid_on="2024-02-20")
    assert (paid["deposit"]["state"], paid["deposit"]["stateSince"]) == ("HELD", "2024-02-20")

    await finance.hear(facts.congress_formed("2024-03-10"))

    moving = await deposit_of_estate(finance, facts)
    assert (moving["state"], moving["stateSince"], moving["paid"]) == ("TRANSFERRING", "2024-03-10", "60000.00")
    assert moving["custody"]["kind"] == "STREET_DESIGNATED"

    early = await transfer(finance, facts, moved_on="2024-03-31")
    assert [error["code"] for error in early["errors"]] == ["PRECONDITION"]

    await finance.hear(facts.owners_account_opened("2024-04-01"))
    moved = await transfer(finance, facts, moved_on="2024-04-03", bankRef="BANK-77")

    assert moved["errors"] == []
    assert moved["deposit"]["state"] == "HELD"
    assert moved["deposit"]["stateSince"] == "2024-04-03"
    assert moved["deposit"]["paid"] == "60000.00"
    assert moved["deposit"]["custody"]["kind"] == "OWNERS_PUBLIC"
    owners = await owners_account_id(finance, facts)
    assert await fen_in(finance, bank_account_id(street)) == 0
    assert await fen_in(finance, bank_account_id(owners)) == 60_000_00
    deposit_id = moved["deposit"]["id"]
    assert await fen_in(finance, liability_account_id(deposit_id, street)) == 0
    assert await fen_in(finance, liability_account_id(deposit_id, owners)) == 60_000_00
    assert [event_type for event_type, _ in await finance.announced()] == [
        "finance.deposit.demanded",
        "finance.deposit.held",
        "finance.deposit.transfer_started",
        "finance.deposit.transferred",
    ]
    [_, _, (_, started), (_, transferred)] = await finance.announced()
    assert (started["amount"], started["occurredOn"]) == ("60000.00", "2024-03-10")
    assert (transferred["amount"], transferred["bankRef"]) == ("60000.00", "BANK-77")


@pytest.mark.rule("G-27")
async def test_at_every_instant_the_bank_accounts_together_hold_what_is_owed(finance: HeardService) -> None:
    facts = RegistryFacts()
    street = await demanded_deposit(finance, facts, area="60000.00")
    instants = []
    for amount, day in (("25000.00", "2024-02-20"), ("35000.00", "2024-02-21")):
        finance.clock.advance(timedelta(seconds=1))
        await pay(finance, facts, account_id=street, amount=amount, paid_on=day)
        instants.append(finance.clock.now())
    await finance.hear(facts.congress_formed(), facts.owners_account_opened())
    finance.clock.advance(timedelta(seconds=1))
    moved = await transfer(finance, facts, moved_on="2024-04-03")
    instants.append(finance.clock.now())

    owners, deposit_id = await owners_account_id(finance, facts), moved["deposit"]["id"]
    held = [
        [
            await balance(finance.mongo, account, at=instant, scope=EVERYTHING)
            for account in (
                bank_account_id(street),
                bank_account_id(owners),
                liability_account_id(deposit_id, street),
                liability_account_id(deposit_id, owners),
            )
        ]
        for instant in instants
    ]

    assert held == [
        [25_000_00, 0, 25_000_00, 0],
        [60_000_00, 0, 60_000_00, 0],
        [0, 60_000_00, 0, 60_000_00],
    ]
    await Sealer(finance.mongo, clock=finance.clock).seal_pending()
    report = await verify(finance.mongo, book_of(ZHANGGONG), clock=finance.clock)
    assert report.findings == ()
    assert report.sealed_size == 3


async def test_a_part_that_the_street_holds_moves_as_well_and_the_rest_is_paid_to_the_owners(
    finance: HeardService,
) -> None:
    facts = RegistryFacts()
    street = await demanded_deposit(finance, facts, area="60000.00")
    await pay(finance, facts, account_id=street, amount="20000.00", paid_on="2024-02-20")
    await finance.hear(facts.congress_formed("2024-03-10"), facts.owners_account_opened("2024-04-01"))
    assert (await deposit_of_estate(finance, facts))["state"] == "TRANSFERRING"

    moved = await transfer(finance, facts, moved_on="2024-04-03")
    assert (moved["deposit"]["state"], moved["deposit"]["paid"]) == ("PART_PAID", "20000.00")

    owners = await owners_account_id(finance, facts)
    to_street = await pay(finance, facts, account_id=street, amount="40000.00", paid_on="2024-04-04")
    rest = await pay(finance, facts, account_id=owners, amount="40000.00", paid_on="2024-04-04")

    assert [error["code"] for error in to_street["errors"]] == ["VALIDATION"]
    assert (rest["deposit"]["state"], rest["deposit"]["paid"]) == ("HELD", "60000.00")
    assert await fen_in(finance, bank_account_id(owners)) == 60_000_00


@pytest.mark.rule("ZG-20")
async def test_money_paid_to_the_street_after_the_congress_moves_on_at_once_and_never_to_a_suspense_account(
    finance: HeardService,
) -> None:
    facts = RegistryFacts()
    street = await demanded_deposit(finance, facts, area="60000.00")
    await finance.hear(facts.congress_formed("2024-03-10"))

    paid = await pay(finance, facts, account_id=street, amount="60000.00", paid_on="2024-03-20")

    assert (paid["deposit"]["state"], paid["deposit"]["stateSince"]) == ("TRANSFERRING", "2024-03-20")
    assert [event["type"] for event in paid["events"]] == [
        "finance.deposit.held",
        "finance.deposit.transfer_started",
    ]


@pytest.mark.rule("ZG-20")
async def test_every_day_without_an_account_of_the_owners_people_are_reminded_of_it_once(finance: HeardService) -> None:
    facts = RegistryFacts()
    street = await demanded_deposit(finance, facts, area="60000.00")
    await pay(finance, facts, account_id=street, amount="60000.00", paid_on="2024-02-20")
    await finance.hear(facts.congress_formed("2024-03-10"))
    days = DepositDays(finance.mongo, finance.policies, finance.clock)

    async def passed() -> list[tuple[str, str]]:
        lease = Lease(finance.mongo, LEASE, "holder", LEASE_TTL, finance.clock)
        assert await lease.acquire()
        while await days.pass_day(lease):
            continue
        await lease.release()
        told = [data for name, data in await finance.announced() if name == "finance.deposit.account_missing"]
        return [(one["occurredOn"], one["amount"]) for one in told]

    assert await passed() == [("2026-03-05", "60000.00")]
    assert await passed() == [("2026-03-05", "60000.00")]
    finance.clock.advance(timedelta(days=1))
    told = await passed()
    assert told == [("2026-03-05", "60000.00"), ("2026-03-06", "60000.00")]
    await finance.hear(facts.owners_account_opened("2024-04-01"))
    finance.clock.advance(timedelta(days=1))
    assert await passed() == told


async def test_a_deposit_that_nobody_paid_has_nothing_to_move(finance: HeardService) -> None:
    facts = RegistryFacts()
    await demanded_deposit(finance, facts)

    await finance.hear(facts.congress_formed(), facts.owners_account_opened())

    deposit = await deposit_of_estate(finance, facts)
    assert (deposit["state"], deposit["custody"]["kind"]) == ("DEMANDED", "OWNERS_PUBLIC")
    refused = await transfer(finance, facts, moved_on="2024-04-03")
    assert [error["code"] for error in refused["errors"]] == ["STATE_CONFLICT"]


@pytest.mark.parametrize("order", list(permutations(["congress", "account", "estate"])))
async def test_congress_account_and_registration_in_any_order_and_twice_move_it_once(
    finance: HeardService, order: tuple[str, ...]
) -> None:
    facts = RegistryFacts()
    events = {
        "estate": facts.estate_registered(area="60000.00"),
        "congress": facts.congress_formed(),
        "account": facts.owners_account_opened(),
    }
    await finance.hear(facts.policy_published(), facts.contract_signed())
    for name in order:
        await finance.hear(events[name])
    street = str((await open_street_account(finance, facts))["custodyAccount"]["id"])
    await pay(finance, facts, account_id=street, amount="60000.00", paid_on="2024-02-20")
    await finance.hear_again()

    moved = await transfer(finance, facts, moved_on="2024-04-03")

    assert (moved["deposit"]["state"], moved["deposit"]["custody"]["kind"]) == ("HELD", "OWNERS_PUBLIC")
    deposit = await deposit_of_estate(finance, facts)
    assert deposit["custody"]["holder"] == "幸福里业主大会"
    announced = [event_type for event_type, _ in await finance.announced()]
    assert announced.count("finance.deposit.transfer_started") == 1
    assert announced.count("finance.deposit.transferred") == 1
