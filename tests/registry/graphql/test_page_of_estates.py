"""A page of fifty estates with all that stands beside them in a list: one read of the store for each kind."""

from collections import Counter
from dataclasses import replace

import pytest

from kit.ids import new_id
from kit.mongo import UnitOfWork, run_unit_of_work
from services.registry.store.contracts import add_contract, find_contracts
from services.registry.store.estates import add_estates, find_estates
from services.registry.store.providers import add_provider, find_providers
from tests.registry.cities import OFFICE, City, Registry, contract
from tests.registry.reads import listened_store
from tests.servers import MongoServer

pytestmark = pytest.mark.store

PAGE = 50
LIST = """query($street: ID!) {
  estates(filter: {streetId: $street}, first: 50) {
    nodes { code street { name } community { name } provider { name } currentContract { number provider { name } } }
    pageInfo { hasNextPage }
  }
}"""


async def fifty_more(registry: Registry, city: City) -> None:
    """Save copies of the city's estate, each with a provider and a serving contract of its own."""
    signed = await registry.done("signContract", "contract", **contract(city))
    await registry.done("startService", "contract", contractId=signed, serviceStartOn="2026-03-05")
    everything = OFFICE.scope
    (estate,) = await find_estates(registry.mongo, [city.estate], scope=everything)
    (served,) = await find_contracts(registry.mongo, [signed], scope=everything)
    (provider,) = await find_providers(registry.mongo, [city.provider])

    async def add(work: UnitOfWork) -> None:
        estates = [replace(estate, id=new_id("est"), code=f"360702-1{number:02}") for number in range(PAGE)]
        await add_estates(work, estates)
        for number, one in enumerate(estates):
            firm = replace(provider, id=new_id("prv"), name=f"第{number}物业", unified_credit_code=f"code-{number:02}")
            await add_provider(work, firm)
            number_of = f"HT-2026-1{number:02}"
            await add_contract(
                work, replace(served, id=new_id("ctr"), number=number_of, estate_id=one.id, provider_id=firm.id)
            )

    await run_unit_of_work(registry.mongo, OFFICE, add, clock=registry.clock)


async def test_fifty_estates_with_provider_and_contract_are_one_read_of_each_kind(
    registry: Registry, city: City, mongo_server: MongoServer
) -> None:
    await fifty_more(registry, city)
    listened, heard = listened_store(mongo_server.uri, registry.mongo.name)
    asked = replace(registry, mongo=listened)

    page = (await asked.ask(LIST, street=city.street))["estates"]
    listened.close()

    assert page["pageInfo"]["hasNextPage"]
    assert len({node["currentContract"]["number"] for node in page["nodes"]}) == PAGE
    assert len({node["provider"]["name"] for node in page["nodes"]}) == PAGE
    assert {node["community"]["name"] for node in page["nodes"]} == {"金桂社区"}
    assert Counter(read.collection for read in heard.sent) == Counter(
        ["estates", "streets", "communities", "contracts", "providers"]
    )
