"""Following an estate of the registry, on the real store and the real NATS."""

from collections.abc import AsyncIterator

import pytest

from kit.caller import Role, Scope
from kit.ids import new_id
from services.registry.graphql.schema import SCHEMA
from tests.following import Subscribed, subscribed
from tests.registry.cities import OFFICE, City, Registry, caller, contract
from tests.servers import NatsServer

pytestmark = pytest.mark.store

FOLLOW = """
    subscription ($id: ID!) {
      estateChanged(estateId: $id) { id name managedArea contracts { number } buildings { label } }
    }
"""


@pytest.fixture
async def live(registry: Registry, nats_server: NatsServer) -> AsyncIterator[Subscribed]:
    async with subscribed(
        "registry",
        SCHEMA,
        mongo=registry.mongo,
        clock=registry.clock,
        policies=registry.policies,
        nats_server=nats_server,
    ) as service:
        yield service


async def test_the_estate_is_sent_as_it_is_and_after_every_fact_about_it(
    registry: Registry, city: City, live: Subscribed
) -> None:
    async with live.events(FOLLOW, by=OFFICE, id=city.estate) as events:
        first = (await events.next())["estateChanged"]
        await registry.done("changeEstate", "estate", estateId=city.estate, name="桂花小区", effectiveOn="2026-03-05")
        renamed = await events.until("estateChanged", name="桂花小区")
        await registry.done("signContract", "contract", **contract(city))
        served = await events.until("estateChanged", contracts=[{"number": "HT-2026-001"}])

    assert (first["name"], first["contracts"], first["buildings"]) == ("丹枫小区", [], [{"label": "1号楼"}])
    assert renamed["managedArea"] == first["managedArea"]
    assert served["name"] == "桂花小区"


async def test_an_estate_that_is_unknown_or_out_of_scope_is_not_found(city: City, live: Subscribed) -> None:
    owner = caller(Role.OWNER, scope=Scope.of(f"estate:{new_id('est')}"))
    codes = []
    for by, estate_id in ((owner, city.estate), (OFFICE, new_id("est"))):
        async with live.events(FOLLOW, by=by, id=estate_id) as events:
            codes.append(await events.refusal())

    assert codes == ["NOT_FOUND", "NOT_FOUND"]
