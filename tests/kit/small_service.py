"""A service in small, with everything the kit gives a service; tests call it in process and as a process of its own."""

import argparse
import asyncio
import sys
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any, ClassVar

import strawberry

from kit.auth import Unauthenticated
from kit.caller import Caller, Scope
from kit.changes import Changed
from kit.clock import Clock, FixedClock, SystemClock
from kit.command_line import run_command_line
from kit.errors import Flag, NotFound, OutOfRange, PreconditionMissing
from kit.events import Event, ReceivedEvent
from kit.graphql.connections import Connection, PageInfo, page_request, total_is_selected
from kit.graphql.door import RequestContext
from kit.graphql.labels import EnumLabels, EnumLabelSet, Label
from kit.graphql.payloads import MutationInput, MutationPayload
from kit.graphql.scalars import DistrictCode, Json
from kit.graphql.schema import build_schema
from kit.idempotency import Outcome
from kit.money import Fen
from kit.mongo import Index, StoreUnavailable, UnitOfWork, scoped
from kit.ratio import Ratio
from kit.reactions import Reaction
from kit.service import BackgroundTask, ReadinessCheck, Running, ServiceCommand, ServiceParts
from kit.settings import ServiceSettings

NANKANG = "360703"
ZHANGGONG = "360702"


@dataclass
class Journal:
    """What the service in small was asked to do, for the tests to look at; it plays the policies' part."""

    loads: list[list[str]] = field(default_factory=list)
    runs: int = 0
    totals: int = 0
    paused: asyncio.Event = field(default_factory=asyncio.Event)
    minimum_fen: int = 100


@dataclass(frozen=True, kw_only=True)
class EstatePaid(Event):
    """Somebody paid into an estate's balance."""

    type: ClassVar[str] = "small.estate.paid"
    amount: Fen


async def when_estate_is_paid_count_it(work: UnitOfWork, event: ReceivedEvent) -> None:
    await work.collection("payments").update_one(
        {"_id": event.aggregate_id}, {"$inc": {"count": 1}}, upsert=True, session=work.session
    )


Context = RequestContext[Journal]
Info = strawberry.Info[Context, None]


@strawberry.enum
class EstateKind(StrEnum):
    OLD = "OLD"
    NEW_COMMERCIAL = "NEW_COMMERCIAL"


LABELS = EnumLabels(
    "registry",
    {
        EstateKind: {
            EstateKind.OLD: Label("老旧小区", "Old estate"),
            EstateKind.NEW_COMMERCIAL: Label("新建商品房小区", "New commercial estate"),
        }
    },
)


async def estates_by_id(context: Context, ids: Sequence[str]) -> Mapping[str, "Estate"]:
    context.policies.loads.append(list(ids))
    query = scoped(context.scope, {"_id": {"$in": list(ids)}})
    found = await context.mongo.collection("estates").find(query).to_list(length=len(ids))
    # Backwards: the kit puts the answers in the order asked.
    return {document["_id"]: Estate.of(document) for document in reversed(found)}


@strawberry.federation.type(keys=["id"])
class Estate:
    id: strawberry.ID
    name: str
    balance: Fen

    @classmethod
    def of(cls, document: dict[str, Any]) -> "Estate":
        return cls(id=document["_id"], name=document["name"], balance=Fen(document["balance"]))

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> "Estate | None":  # noqa: A002
        return await info.context.load(estates_by_id, id)

    @strawberry.field
    def tally(self) -> Json:
        return Json({"payments": 2**70})

    @strawberry.field
    async def twin(self, info: Info) -> "Estate | None":
        return await info.context.load(estates_by_id, self.id)


@strawberry.type
class EstateConnection(Connection):
    nodes: list[Estate]


@strawberry.input
class PayInput(MutationInput):
    estate_id: strawberry.ID
    amount: Fen
    note: Json | None = None


@strawberry.type
class PayPayload(MutationPayload):
    estate: Estate | None


async def pay(work: UnitOfWork, command: PayInput, journal: Journal) -> Outcome:
    journal.runs += 1
    if command.amount < journal.minimum_fen:
        raise PreconditionMissing("too little", path=("input", "amount"), value=command.amount)
    if command.reason == "break":
        raise ZeroDivisionError("业主张三的密码")
    estates = work.collection("estates")
    await estates.update_one({"_id": command.estate_id}, {"$inc": {"balance": command.amount}}, session=work.session)
    work.announce(
        EstatePaid(
            district=ZHANGGONG,
            aggregate_id=command.estate_id,
            estate_id=command.estate_id,
            occurred_on=work.today,
            amount=command.amount,
        )
    )
    return Outcome(
        entity_ids={"estate": command.estate_id},
        warnings=(Flag("WARN:ROUND_AMOUNT", "a round amount", ("input", "amount")),),
        policy_version_id="360702-v1",
    )


@strawberry.type
class Query:
    registry_enum_labels: list[EnumLabelSet] = LABELS.query_field()

    @strawberry.field
    async def estate(self, info: Info, id: strawberry.ID) -> Estate | None:  # noqa: A002
        return await info.context.load(estates_by_id, id)

    @strawberry.field
    async def estates(self, info: Info, first: int = 20, after: str | None = None) -> EstateConnection:
        page_request(first=first, after=after)
        total = None
        if total_is_selected(info):
            info.context.policies.totals += 1
            total = 7
        return EstateConnection(nodes=[], page_info=PageInfo(has_next_page=False, end_cursor=None), total_count=total)

    @strawberry.field
    def echo(
        self,
        money: Fen | None = None,
        on: date | None = None,
        at: datetime | None = None,
        district: DistrictCode | None = None,
        ratio: Ratio | None = None,
        json: Json | None = None,
        kind: EstateKind | None = None,
    ) -> str:
        return repr([value for value in (money, on, at, district, ratio, json, kind) if value is not None])

    @strawberry.field
    def today(self, info: Info) -> date:
        return info.context.today

    @strawberry.field
    def at(self) -> datetime:
        return datetime(2025, 3, 1, 8, 0, tzinfo=timezone(timedelta(hours=8)))

    @strawberry.field
    def broken(self) -> str:
        raise ZeroDivisionError("业主张三的密码")

    @strawberry.field
    async def nap(self, milliseconds: int) -> str:
        await asyncio.sleep(milliseconds / 1000)
        return "rested"

    @strawberry.field
    async def slow(self, info: Info) -> str:
        await info.context.policies.paused.wait()
        return "late"


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def pay(self, info: Info, input: PayInput) -> PayPayload:  # noqa: A002
        context = info.context
        result = await context.door.write(info, "pay", input, lambda work: pay(work, input, context.policies))
        return PayPayload(estate=await context.load(estates_by_id, result.entity_id("estate")), **result.payload())


@strawberry.type
class Subscription:
    @strawberry.subscription
    def estate_changed(self, info: Info, estate_id: strawberry.ID) -> AsyncGenerator[Estate, None]:
        async def look(_changed: Changed) -> list[Estate]:
            if estate_id == "est_broken":
                raise ZeroDivisionError("业主张三的密码")
            if estate_id == "est_storeless":
                raise StoreUnavailable
            found = await info.context.load(estates_by_id, estate_id)
            if found is None:
                raise NotFound("no estate with this id", path=("estateId",), value=estate_id)
            return [found]

        return info.context.states(estate_id, look)


SCHEMA = build_schema(query=Query, mutation=Mutation, subscription=Subscription)


class SmallSettings(ServiceSettings):
    mongo_database: str = "anju_small"


def parts_of(journal: Journal, clock: Clock | None = None) -> ServiceParts[Journal]:
    async def lacking(_running: object) -> str | None:
        return None if journal.minimum_fen else "lacks policy 360702-v2"

    return ServiceParts(
        name="small",
        settings=SmallSettings,
        schema=SCHEMA,
        indexes=(Index("estates", (("name", 1),)),),
        load_policies=lambda _settings: journal,
        reactions=(Reaction(EstatePaid.type, when_estate_is_paid_count_it),),
        readiness=(ReadinessCheck("policies", lacking),),
        tasks=(BackgroundTask("heart", beat_until_broken),),
        commands=(ServiceCommand("name-estates", "print the estates' names", add_limit, name_estates),),
        clock=clock or FixedClock(datetime(2026, 3, 4, 16, 30, tzinfo=UTC)),
    )


async def beat_until_broken(running: Running[Journal]) -> None:
    while True:
        if await running.mongo.collection("estates").find_one({"_id": "est_broken"}) is not None:
            raise RuntimeError("the heart is broken")
        await asyncio.sleep(0.05)


def add_limit(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--limit", type=int, default=10)


async def name_estates(arguments: argparse.Namespace, running: Running[Journal]) -> int:
    if arguments.limit < 1:
        raise OutOfRange("a limit is at least 1", value=arguments.limit)
    found = await running.mongo.collection("estates").find({}).sort("name", 1).to_list(length=arguments.limit)
    print(" ".join(document["name"] for document in found))  # noqa: T201 - the command's output.
    return 0


class NamedCallers:
    """Believes a token that is a caller's name."""

    async def verify(self, token: str) -> Caller:
        scopes = {"auditor": Scope.everything(), "street": Scope.of(f"district:{ZHANGGONG}"), "nobody": Scope.of()}
        if token not in scopes:
            raise Unauthenticated("signature", "the token's signature does not hold")
        return Caller(token, frozenset({"STREET"}), scopes[token])


if __name__ == "__main__":
    sys.exit(run_command_line(parts_of(Journal(), SystemClock())))
