"""What one answer of the registry costs at growing numbers of parts: documents read, and CPU of service and store.

The city is copied past the services (see `raw_city`): estates of 10 buildings of 60 parts, an owner for ten parts, and
for each estate a contract. Every answer is asked as the gateway asks it, with the scope of a street's clerk, or of a
district's where it is the district's.
"""

import asyncio
import os
import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import MongoClient
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from bench.registry.raw_city import Copy, RawCity, Template, name_of_owner
from kit import outbox
from kit.activations import ActivatedPolicies
from kit.caller import Caller, Role, Scope
from kit.clock import FixedClock
from kit.mongo import Document, Mongo, ensure_indexes
from policy.policies import Activation, Policies
from services.registry.store.indexes import INDEXES
from tests.registry.cities import ESTATE_FACTS, City, Registry, contract
from tests.servers import MongoServer

REPEATS: Final = 10
_TICKS: Final = os.sysconf("SC_CLK_TCK")

ENTITY = "query($type: String!, $id: ID!) { _entities(representations: [{__typename: $type, id: $id}]) { %s } }"
LIST = (
    "estates(filter: {%s}, first: 50) { nodes { code name community { name } provider { name } "
    "currentContract { number } } }"
)

_OF_DISTRICT = LIST % 'district: "360702"'
DISTRICT_LIST = f"query {{ {_OF_DISTRICT} }}"
OWNERS_LIST = (
    "query($street: ID!, $name: String!) { owners(filter: {streetId: $street, search: $name}) "
    "{ nodes { displayName } } }"
)


class Returned(CommandListener):
    """How many documents the store returned."""

    def __init__(self) -> None:
        self.documents = 0

    def started(self, event: CommandStartedEvent) -> None:
        """Nothing to count yet."""

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """Count the documents of an answer."""
        cursor = event.reply.get("cursor", {})
        self.documents += len(cursor.get("firstBatch", ())) + len(cursor.get("nextBatch", ()))

    def failed(self, event: CommandFailedEvent) -> None:
        """Nothing came back."""


@dataclass(frozen=True)
class Question:
    """A question of the bench: its name, the GraphQL with its variables, and which grant it is asked with."""

    name: str
    query: str
    variables: Mapping[str, Any]
    scope: str


@dataclass(frozen=True)
class Cost:
    """What an answer took: documents that the store returned, and milliseconds of CPU and of time at the median."""

    documents: int
    service_ms: float
    store_ms: float
    elapsed_ms: float


async def register_template(registry: Registry) -> City:
    """Register one estate with one part and its contract through the mutations."""
    await registry.done("publishPolicy", "policy", district="360702", version=1, effectiveFrom="2021-01-01")
    street = await registry.done("registerStreet", "street", district="360702", name="解放街道")
    community = await registry.done("registerCommunity", "community", streetId=street, name="金桂社区")
    place: dict[str, Any] = {"streetId": street, "communityId": community}
    estate = await registry.done(
        "registerEstate", "estate", **{"code": "360702-00000", "name": "丹枫小区", **place, **ESTATE_FACTS}
    )
    building = await registry.done(
        "registerBuilding", "building", estateId=estate, label="1号楼", hasLift=False, grossArea="300.00"
    )
    part: dict[str, Any] = {"doorNumber": "101室", "area": "80.00", "areaBasis": "REGISTER"}
    part_id = await registry.done("registerPart", "exclusivePart", buildingId=building, **part)
    owner = {"newOwner": {"code": "H-001", "name": "王小明", "kind": "NATURAL"}, "share": "1.0000"}
    await registry.done("registerOwnership", "exclusivePart", partId=part_id, effectiveOn="2020-01-01", owners=[owner])
    firm: dict[str, Any] = {
        "name": "示例物业服务有限公司",
        "unifiedCreditCode": "91350100M000100Y43",
        "kind": "COMPANY",
    }
    provider = await registry.done("registerProvider", "provider", district="360702", **firm)
    filed: dict[str, Any] = {"filedOn": "2025-01-10", "filingReference": "赣物备〔2025〕1号"}
    await registry.done("fileProvider", "provider", providerId=provider, **filed)
    city = City(street, community, community, estate, building, provider)
    signed = await registry.done("signContract", "contract", **contract(city))
    await registry.done("startService", "contract", contractId=signed, serviceStartOn="2026-03-05")
    return city


def questions(street: str, copied: Copy) -> list[Question]:
    """Return what is asked."""
    clerk = f"street:{street}"

    def of(name: str, kind: str, entity_id: str, fields: str) -> Question:
        return Question(name, ENTITY % f"... on {kind} {{ {fields} }}", {"type": kind, "id": entity_id}, clerk)

    def listed(name: str, narrowed: str) -> Question:
        return Question(name, f"query($street: ID!) {{ {LIST % narrowed} }}", {"street": street}, clerk)

    owners = {"street": street, "name": name_of_owner(0)}
    return [
        of("an estate by its id", "Estate", copied.estate, "code name street { name }"),
        of("the contract of an estate", "Estate", copied.estate, "currentContract { number provider { name } }"),
        of("the parts of a building", "Building", copied.building, "parts { doorNumber area }"),
        of("the parts of an owner", "Owner", copied.owner, "parts { doorNumber area }"),
        listed("50 estates of a street", "streetId: $street"),
        listed("50 estates by initials", 'streetId: $street, search: "df"'),
        Question("50 estates of the district", DISTRICT_LIST, {}, "district:360702"),
        Question("owners of a street by a name", OWNERS_LIST, owners, clerk),
    ]


async def cost_of(registry: Registry, question: Question, heard: Returned, store: MongoServer) -> Cost:
    """Ask a question several times, the first time unmeasured."""
    by = Caller("clerk", frozenset({Role.STREET.value, Role.DISTRICT_OFFICE.value}), Scope.of(question.scope))
    await registry.ask(question.query, by=by, **question.variables)
    heard.documents = 0
    service_began, store_began = time.process_time(), _cpu_seconds(store)
    elapsed: list[float] = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        await registry.ask(question.query, by=by, **question.variables)
        elapsed.append(time.perf_counter() - began)
    service, stored = time.process_time() - service_began, _cpu_seconds(store) - store_began
    return Cost(
        heard.documents // REPEATS,
        service * 1000 / REPEATS,
        stored * 1000 / REPEATS,
        statistics.median(elapsed) * 1000,
    )


def _cpu_seconds(server: MongoServer) -> float:
    """Return the CPU that the store has used, in steps of the kernel's clock, of 10 ms."""
    assert server.process is not None
    fields = Path(f"/proc/{server.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


async def measure(store: MongoServer, parts: int) -> None:
    """Write that many parts into a database of their own and print what each answer costs."""
    heard = Returned()
    client: AsyncIOMotorClient[Document] = AsyncIOMotorClient(
        store.uri, event_listeners=[heard], tz_aware=True, tzinfo=UTC
    )
    mongo = Mongo(client, f"answers_{parts}")
    outbox.install(mongo)
    await ensure_indexes(mongo, (*outbox.INDEXES, *INDEXES))
    policies = ActivatedPolicies(Policies.load(Path("policy/districts")), Activation)
    registry = Registry(mongo, FixedClock(datetime(2026, 3, 5, 2, 0, tzinfo=UTC)), policies)
    city = await register_template(registry)
    began = time.perf_counter()
    with MongoClient[Document](store.uri) as client_of_writer:
        database = client_of_writer[mongo.name]
        copied = await asyncio.to_thread(RawCity(database, Template.of(database)).write, parts)
    print(f"{parts:,} parts, written in {time.perf_counter() - began:.0f} s", flush=True)
    for question in questions(city.street, copied):
        cost = await cost_of(registry, question, heard, store)
        print(
            f"  {question.name:30} {cost.documents:4} documents  CPU {cost.service_ms:6.1f} ms service "
            f"{cost.store_ms:6.1f} ms store  {cost.elapsed_ms:6.1f} ms elapsed",
            flush=True,
        )
    mongo.close()


def run(store: MongoServer, sizes: Sequence[int]) -> None:
    """Measure every size."""
    for parts in sizes:
        asyncio.run(measure(store, parts))
