"""Following an estate's deposits, on the real store and the real NATS."""

from collections.abc import AsyncIterator

import pytest

from kit.caller import Caller, Role
from kit.ids import new_id
from tests.finance.deposits import STREET_OFFICE, demanded_deposit, open_street_account, pay
from tests.following import Subscribed, subscribed
from tests.heard import PANZHIHUA, ZHANGGONG, HeardService, RegistryFacts, caller
from tests.servers import NatsServer

pytestmark = pytest.mark.store

FOLLOW = """
    subscription ($id: ID!) {
      depositChanged(estateId: $id) { id state paid demanded estate { id } movements { amount } }
    }
"""


@pytest.fixture
async def live(finance: HeardService, nats_server: NatsServer) -> AsyncIterator[Subscribed]:
    async with subscribed(
        "finance",
        finance.parts.schema,
        mongo=finance.mongo,
        clock=finance.clock,
        policies=finance.policies,
        nats_server=nats_server,
    ) as service:
        yield service


async def test_the_deposit_is_sent_as_it_is_and_after_every_payment(finance: HeardService, live: Subscribed) -> None:
    facts = RegistryFacts()
    account = await demanded_deposit(finance, facts, area="30000.00")

    async with live.events(FOLLOW, by=STREET_OFFICE, id=facts.estate_id) as events:
        first = (await events.next())["depositChanged"]
        await pay(finance, facts, account_id=account, amount="10000.00")
        in_part = await events.until("depositChanged", paid="10000.00")
        await pay(finance, facts, account_id=account, amount="20000.00")
        held = await events.until("depositChanged", paid="30000.00")

    assert (first["state"], first["movements"], first["estate"]) == ("DEMANDED", [], {"id": facts.estate_id})
    assert (in_part["state"], held["state"]) == ("PART_PAID", "HELD")
    assert [entry["amount"] for entry in held["movements"]] == ["10000.00", "20000.00"]


async def test_a_deposit_that_is_demanded_later_is_the_first_event(finance: HeardService, live: Subscribed) -> None:
    facts = RegistryFacts()
    await finance.hear(facts.policy_published(), facts.estate_registered(area="30000.00"))

    async with live.events(FOLLOW, by=STREET_OFFICE, id=facts.estate_id) as events:
        await finance.hear(facts.contract_signed())

        assert (await events.next())["depositChanged"]["demanded"] == "30000.00"


@pytest.mark.parametrize(
    "by", [caller(Role.STREET, f"district:{PANZHIHUA}"), caller(Role.OWNER, f"estate:{new_id('est')}")]
)
async def test_another_scopes_estate_is_not_found(finance: HeardService, live: Subscribed, by: Caller) -> None:
    facts = RegistryFacts()
    await demanded_deposit(finance, facts)

    async with live.events(FOLLOW, by=by, id=facts.estate_id) as events:
        assert await events.refusal() == "NOT_FOUND"


async def test_an_estate_that_nobody_registered_is_not_found(live: Subscribed) -> None:
    async with live.events(FOLLOW, by=STREET_OFFICE, id=new_id("est")) as events:
        assert await events.refusal() == "NOT_FOUND"


async def test_an_estate_that_moved_to_another_street_is_followed_no_more_by_the_old_one(
    finance: HeardService, live: Subscribed
) -> None:
    facts = RegistryFacts(district=ZHANGGONG)
    await demanded_deposit(finance, facts, area="30000.00")
    old_street = caller(Role.STREET, f"street:{facts.street_id}")

    async with live.events(FOLLOW, by=old_street, id=facts.estate_id) as events:
        await events.next()
        moved_to = new_id("str")
        await finance.hear(facts.estate_moved(streetId=moved_to, communityId=new_id("com")))
        opened = await open_street_account(finance, facts, streetId=moved_to)
        await pay(finance, facts, account_id=opened["custodyAccount"]["id"], amount="10000.00")

        assert await events.refusal() == "NOT_FOUND"
