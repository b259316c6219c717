"""Pages of documents, with their total."""

import pytest

from kit.caller import Role, Scope
from services.registry.store.documents import DocumentFilter, count_of_documents
from tests.registry.cities import City, Registry, caller, document

pytestmark = pytest.mark.store

PAGE = """
query Page($filter: DocumentFilter, $after: String) {
  documents(filter: $filter, first: 2, after: $after) {
    nodes { id } totalCount pageInfo { hasNextPage endCursor }
  }
}
"""


async def test_documents_come_in_pages_with_their_total(registry: Registry, city: City) -> None:
    registered = [await document(registry, city) for _ in range(3)]
    foreign = caller(Role.STREET, scope=Scope.of("district:360102"))
    own = caller(Role.STREET, scope=Scope.of(f"street:{city.street}", f"estate:{city.estate}"))

    first = (await registry.ask(PAGE, by=own))["documents"]
    after = first["pageInfo"]["endCursor"]
    second = (await registry.ask(PAGE, by=own, after=after))["documents"]
    of_estate = (await registry.ask(PAGE, filter={"subjectId": city.estate}))["documents"]
    elsewhere = (await registry.ask(PAGE, by=foreign))["documents"]

    shown = [node["id"] for page in (first, second) for node in page["nodes"]]
    assert shown == sorted(registered)
    assert (first["totalCount"], second["totalCount"], of_estate["totalCount"], elsewhere["totalCount"]) == (3, 3, 3, 0)
    assert (first["pageInfo"]["hasNextPage"], second["pageInfo"]["hasNextPage"]) == (True, False)
    counted = [
        await count_of_documents(registry.mongo, DocumentFilter(), scope=own.scope, at_most=at_most)
        for at_most in (2, 3)
    ]
    assert counted == [None, 3]
