"""What one answer of the registry costs at growing numbers of parts: documents read, and CPU of service and store.

The city is written through the store room in large batches: estates of 10 buildings of 60 parts, an owner for each
part, and for each estate a contract. Every answer is asked as the gateway asks it, with the scope of a street's clerk.
"""

import asyncio
import os
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from motor.motor_asyncio import AsyncIOMotorClient
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from kit import outbox
from kit.activations import ActivatedPolicies
from kit.area import square_metres
from kit.caller import Caller, Role, Scope
from kit.clock import FixedClock
from kit.ids import new_id
from kit.mongo import Document, Mongo, UnitOfWork, ensure_indexes, run_unit_of_work
from kit.ratio import Ratio
from policy.policies import Activation, Policies
from services.registry.domain.owner import OwnerKind, Share
from services.registry.domain.part import AreaBasis
from services.registry.domain.territory import private_areas
from services.registry.store.contract_documents import ContractRecord
from services.registry.store.contracts import add_contract, find_contracts
from services.registry.store.estates import EstateRecord, add_estates, find_estates
from services.registry.store.indexes import INDEXES
from services.registry.store.owners import OwnerRecord, add_owners
from services.registry.store.parts import BuildingRecord, PartRecord, add_buildings, add_parts
from tests.registry.cities import ESTATE_FACTS, OFFICE, City, Registry, contract
from tests.servers import MongoServer

BUILDINGS_OF_AN_ESTATE: Final = 10
PARTS_OF_A_BUILDING: Final = 60
ESTATES_OF_A_STREET: Final = 60
REPEATS: Final = 10
_TICKS: Final = os.sysconf("SC_CLK_TCK")

ENTITY = "query($type: String!, $id: ID!) { _entities(representations: [{__typename: $type, id: $id}]) { %s } }"
LIST = (
    "estates(filter: {%s}, first: 50) { nodes { code name community { name } provider { name } "
    "currentContract { number } } }"
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
    """A question of the bench: its name, and the GraphQL with its variables."""

    name: str
    query: str
    variables: Mapping[str, Any]


@dataclass(frozen=True)
class Cost:
    """What an answer took: documents that the store returned, and milliseconds of CPU and of time at the median."""

    documents: int
    service_ms: float
    store_ms: float
    elapsed_ms: float


@dataclass(frozen=True)
class Template:
    """What the copies of an estate are made from."""

    estate: EstateRecord
    contract: ContractRecord


async def template(registry: Registry) -> tuple[City, Template]:
    """Register one estate with its contract through the mutations, and return it."""
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
    (estate_record,) = await find_estates(registry.mongo, [estate], scope=OFFICE.scope)
    (contract_record,) = await find_contracts(registry.mongo, [signed], scope=OFFICE.scope)
    return city, Template(estate_record, contract_record)


async def add_estate(registry: Registry, made_from: Template, number: int, street: str) -> tuple[str, str, str]:
    """Write one estate with all its parts and its contract; return its id, and those of a building and an owner."""
    (membership,) = made_from.estate.memberships
    estate = replace(
        made_from.estate,
        id=new_id("est"),
        code=f"360702-{number:05}",
        memberships=(replace(membership, street_id=street),),
        part_count=BUILDINGS_OF_AN_ESTATE * PARTS_OF_A_BUILDING,
    )
    buildings = [
        BuildingRecord(
            id=new_id("bld"),
            estate_id=estate.id,
            place=estate.place,
            label=f"{label}号楼",
            has_lift=False,
            gross_area=square_metres("5000.00"),
        )
        for label in range(1, BUILDINGS_OF_AN_ESTATE + 1)
    ]
    owned = [pair for building in buildings for pair in _owned_parts(building, number)]
    own_contract = replace(
        made_from.contract, id=new_id("ctr"), number=f"HT-{number:05}", estate_id=estate.id, place=estate.place
    )

    async def add(work: UnitOfWork) -> None:
        await add_estates(work, [estate])
        await add_buildings(work, buildings)
        await add_owners(work, [owner for owner, _ in owned])
        await add_parts(work, [part for _, part in owned])
        await add_contract(work, own_contract)

    await run_unit_of_work(registry.mongo, OFFICE, add, clock=registry.clock)
    return estate.id, buildings[0].id, owned[0][0].id


def _owned_parts(building: BuildingRecord, estate_number: int) -> Iterator[tuple[OwnerRecord, PartRecord]]:
    for door in range(PARTS_OF_A_BUILDING):
        owner_id = new_id("own")
        areas = private_areas(building.place, building.estate_id, part_id=None, owner_ids=[owner_id])
        owner = OwnerRecord(
            id=owner_id,
            district=building.place.district,
            code=f"H-{estate_number:05}-{building.label}-{door:03}",
            name="王小明",
            kind=OwnerKind.NATURAL,
            areas=tuple(areas),
        )
        part = PartRecord(
            id=new_id("prt"),
            estate_id=building.estate_id,
            building_id=building.id,
            place=building.place,
            door_number=f"{door:03}室",
            area=square_metres("80.00"),
            area_basis=AreaBasis.REGISTER,
            ownerships=(Share(owner_id, Ratio(10_000), date(2020, 1, 1)),),
        )
        yield owner, part


def questions(street: str, estate: str, building: str, owner: str) -> list[Question]:
    """Return what is asked."""

    def of(name: str, kind: str, entity_id: str, fields: str) -> Question:
        return Question(name, ENTITY % f"... on {kind} {{ {fields} }}", {"type": kind, "id": entity_id})

    def listed(name: str, narrowed: str) -> Question:
        return Question(name, f"query($street: ID!) {{ {LIST % narrowed} }}", {"street": street})

    return [
        of("an estate by its id", "Estate", estate, "code name street { name }"),
        listed("50 estates of a street", "streetId: $street"),
        listed("50 estates by initials", 'streetId: $street, search: "df"'),
        of("the parts of a building", "Building", building, "parts { doorNumber area }"),
        of("the parts of an owner", "Owner", owner, "parts { doorNumber area }"),
        of("the contract of an estate", "Estate", estate, "currentContract { number provider { name } }"),
    ]


async def cost_of(registry: Registry, question: Question, by: Caller, heard: Returned, store: MongoServer) -> Cost:
    """Ask a question several times, the first time unmeasured."""
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
    began = time.perf_counter()
    city, made_from = await template(registry)
    street = city.street
    written = ("", "", "")
    for number in range(1, -(-parts // (BUILDINGS_OF_AN_ESTATE * PARTS_OF_A_BUILDING)) + 1):
        if number % ESTATES_OF_A_STREET == 0:
            street = await registry.done("registerStreet", "street", district="360702", name=f"第{number}街道")
        ids = await add_estate(registry, made_from, number, street)
        written = ids if street == city.street else written
    seconds = time.perf_counter() - began
    clerk = Caller("clerk", frozenset({Role.STREET.value}), Scope.of(f"street:{city.street}"))
    print(f"{parts:,} parts, written in {seconds:.0f} s")
    for question in questions(city.street, *written):
        cost = await cost_of(registry, question, clerk, heard, store)
        print(
            f"  {question.name:28} {cost.documents:4} documents  CPU {cost.service_ms:6.1f} ms service "
            f"{cost.store_ms:6.1f} ms store  {cost.elapsed_ms:6.1f} ms elapsed"
        )
    mongo.close()


def run(store: MongoServer, sizes: Sequence[int]) -> None:
    """Measure every size."""
    for parts in sizes:
        asyncio.run(measure(store, parts))
