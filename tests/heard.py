"""A service as the bus and its callers meet it: it hears the registry's facts, built as data, and answers GraphQL.

The facts are built by hand and checked against the committed schemas in `docs/events`, so that publisher and listener
are tested against the same file and never against each other's code.
"""

import json
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from pymongo import MongoClient

from kit import inbox as kit_inbox
from kit import outbox as kit_outbox
from kit.activations import ActivatedPolicies
from kit.caller import Caller, Role, Scope
from kit.clock import FixedClock
from kit.cloud_events import write_message
from kit.event_schemas import EventSchemas
from kit.events import ReceivedEvent
from kit.graphql.door import Door, RequestContext
from kit.ids import new_id
from kit.inbox import WORK_ITEMS, Delivery, Inbox
from kit.mongo import Mongo, ensure_indexes
from kit.reactions import Reactions
from kit.service import ServiceParts
from policy.policies import Activation, Policies
from tests.messaging import outbox_entries
from tests.servers import MongoServer

DISTRICTS = Path("policy/districts")
ZHANGGONG = "360702"
PANZHIHUA = "510400"
NANZHENG = "610703"
XUNYANG = "360403"
IN_FORCE_FROM = date(2021, 1, 1)

EVERYBODY = Caller("auditor", frozenset({Role.AUDITOR.value}), Scope.everything())


@cache
def mounted_policies() -> Policies:
    """Return the five districts' policies, read once: they never change."""
    return Policies.load(DISTRICTS)


@cache
def committed_schemas() -> EventSchemas:
    """Return the committed schemas of all events, compiled once."""
    return EventSchemas.load()


def caller(role: Role, *grants: str) -> Caller:
    """Return a caller of one role; without grants, one who sees everything."""
    return Caller(f"{role.value} of test", frozenset({role.value}), Scope.of(*grants) if grants else Scope.everything())


@dataclass
class RegistryFacts:
    """The registry's facts about one estate, as data; every aggregate counts its versions."""

    district: str = ZHANGGONG
    estate_id: str = field(default_factory=lambda: new_id("est"))
    street_id: str = field(default_factory=lambda: new_id("str"))
    community_id: str = field(default_factory=lambda: new_id("com"))
    provider_id: str = field(default_factory=lambda: new_id("prv"))
    congress_id: str = field(default_factory=lambda: new_id("cgr"))
    decision_id: str = field(default_factory=lambda: new_id("dec"))
    contract_id: str = field(default_factory=lambda: new_id("ctr"))
    versions: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))

    @property
    def place(self) -> dict[str, str]:
        """What a fact about the estate says of where it lies."""
        return {"estateId": self.estate_id, "streetId": self.street_id, "communityId": self.community_id}

    @property
    def estate_code(self) -> str:
        """What people call the estate by."""
        return f"XQ-{self.estate_id[-8:]}"

    @property
    def contract_number(self) -> str:
        """What people call the contract by."""
        return f"HT-{self.contract_id[-8:]}"

    def fact(self, event_type: str, aggregate_id: str, occurred_on: str, **data: Any) -> ReceivedEvent:
        """Return the next fact of an aggregate."""
        lane = (event_type.rpartition(".")[0], aggregate_id)
        self.versions[lane] += 1
        return ReceivedEvent(
            id=new_id("evt"),
            type=event_type,
            district=self.district,
            aggregate_id=aggregate_id,
            aggregate_version=self.versions[lane],
            time=datetime(2026, 3, 5, 2, 0, tzinfo=UTC),
            data={"occurredOn": occurred_on, **{name: value for name, value in data.items() if value is not None}},
        )

    def policy_published(self, version: int = 1, effective_from: date = IN_FORCE_FROM) -> ReceivedEvent:
        """R1: a mounted version of the district's document is in force."""
        version_id = f"{self.district}-v{version}"
        return self.fact(
            "registry.policy.published",
            version_id,
            effective_from.isoformat(),
            version=version,
            effectiveFrom=effective_from.isoformat(),
            paramsHash=mounted_policies().file(version_id).hash,
            source="test",
        )

    def estate_registered(self, *, area: str | None = "56789.50", name: str = "幸福里") -> ReceivedEvent:
        """R2: the estate, with its approved gross floor area if that is known."""
        return self.fact(
            "registry.estate.registered",
            self.estate_id,
            "2024-01-02",
            **self.place,
            code=self.estate_code,
            name=name,
            enclosure="CLOSED",
            kind="OLD",
            approvedGrossArea=area,
            managedArea="50000.00",
            householdCount=300,
            partCount=300,
        )

    def estate_moved(self, **after: str) -> ReceivedEvent:
        """R3: the estate has another name, street or community."""
        return self.fact(
            "registry.estate.changed",
            self.estate_id,
            "2025-06-01",
            estateId=self.estate_id,
            changedFields=sorted(after),
            before={},
            after=after,
            effectiveOn="2025-06-01",
        )

    def area_changed(self, area: str | None, effective_on: str) -> ReceivedEvent:
        """R4: the approved gross floor area from a day on."""
        return self.fact(
            "registry.estate.area_or_households_changed",
            self.estate_id,
            effective_on,
            estateId=self.estate_id,
            managedArea="50000.00",
            approvedGrossArea=area,
            householdCount=300,
            effectiveOn=effective_on,
        )

    def part_registered(
        self, part_id: str, *, door: str = "1栋101", area: str = "80.00", has_lift: bool = False, building: str = ""
    ) -> ReceivedEvent:
        """R5."""
        return self.fact(
            "registry.part.registered",
            part_id,
            "2024-01-02",
            estateId=self.estate_id,
            partId=part_id,
            buildingId=building or f"bld_{self.estate_id.removeprefix('est_')}",
            doorNumber=door,
            area=area,
            areaBasis="REGISTER",
            hasLift=has_lift,
        )

    def part_measured(self, part_id: str, *, area: str, since: str, door: str = "1栋101") -> ReceivedEvent:
        """R5, changed: another area from a day on."""
        return self.fact(
            "registry.part.changed",
            part_id,
            since,
            estateId=self.estate_id,
            partId=part_id,
            buildingId=f"bld_{self.estate_id.removeprefix('est_')}",
            doorNumber=door,
            area=area,
            areaBasis="REGISTER",
            hasLift=False,
            effectiveOn=since,
        )

    def ownership_transferred(
        self,
        part_id: str,
        *,
        to: dict[str, str],
        since: str = "2020-05-01",
        before: tuple[str, ...] = (),
        undelivered: bool = False,
    ) -> ReceivedEvent:
        """R6: the new owners with their shares from a day on; the first registration has nobody before."""
        return self.fact(
            "registry.ownership.transferred",
            part_id,
            since,
            estateId=self.estate_id,
            partId=part_id,
            fromOwnerIds=list(before),
            toOwners=[{"ownerId": owner_id, "share": share} for owner_id, share in to.items()],
            effectiveOn=since,
            undelivered=undelivered,
        )

    def part_delivered(self, part_id: str, *, by: tuple[str, ...], delivered_on: str) -> ReceivedEvent:
        """The developer handed a sold part over."""
        return self.fact(
            "registry.part.delivered",
            part_id,
            delivered_on,
            estateId=self.estate_id,
            partId=part_id,
            developerIds=list(by),
            deliveredOn=delivered_on,
        )

    def mode_changed(
        self,
        to: str,
        effective_on: str,
        *,
        from_: str = "NONE",
        contract_id: str | None = None,
        items: tuple[str, ...] = (),
        cost_bearer: str | None = None,
        is_reversal: bool = False,
    ) -> ReceivedEvent:
        """R23: how the estate is managed from a day on."""
        return self.fact(
            "registry.mode.changed",
            self.estate_id,
            effective_on,
            **self.place,
            to=to,
            label=to,
            effectiveOn=effective_on,
            contractId=contract_id,
            items=list(items),
            costBearer=cost_bearer,
            isReversal=is_reversal,
            **{"from": from_},
        )

    def congress_formed(self, formed_on: str = "2024-03-10", *, decision_id: str | None = None) -> ReceivedEvent:
        """R10."""
        return self.fact(
            "registry.congress.formed",
            self.congress_id,
            formed_on,
            **self.place,
            congressId=self.congress_id,
            formedOn=formed_on,
            decisionId=decision_id,
        )

    def committee_elected(self, *, term_from: str, event: str = "elected") -> ReceivedEvent:
        """R11: elected, filed, term_ended or dissolved."""
        return self.fact(
            f"registry.committee.{event}",
            f"cmt_{self.estate_id.removeprefix('est_')}",
            term_from,
            **self.place,
            committeeId=f"cmt_{self.estate_id.removeprefix('est_')}",
            kind="OWNERS_COMMITTEE",
            termFrom=term_from,
            termTo="2031-12-31",
            memberCount=5,
            memberIds=[],
        )

    def decision_annulled(self, annulled_on: str) -> ReceivedEvent:
        """R15."""
        return self.fact(
            "registry.decision.annulled",
            self.decision_id,
            annulled_on,
            **self.place,
            decisionId=self.decision_id,
            courtRef="（2026）赣07民终1号",
            annulledOn=annulled_on,
        )

    def owners_account_opened(self, opened_on: str = "2024-04-01") -> ReceivedEvent:
        """R12."""
        return self.fact(
            "registry.owners_account.opened",
            self.congress_id,
            opened_on,
            **self.place,
            congressId=self.congress_id,
            accountRef="ref-20240401-7788",
            openedOn=opened_on,
        )

    def decision_closed(
        self,
        outcome: str = "passed",
        closed_on: str = "2024-04-20",
        *,
        matter: str = "HIRE_OR_DISMISS_PROVIDER",
    ) -> ReceivedEvent:
        """R14: passed, failed or no_quorum."""
        return self.fact(
            f"registry.decision.{outcome}",
            self.decision_id,
            closed_on,
            **self.place,
            decisionId=self.decision_id,
            matter=matter,
            participatingArea="6000.00",
            participatingPersons=56,
            agreeArea="3000.01",
            agreePersons=29,
            externalSystemRef="vote-1",
        )

    def provider_registered(self) -> ReceivedEvent:
        """R16."""
        return self.fact(
            "registry.provider.registered",
            self.provider_id,
            "2024-01-02",
            providerId=self.provider_id,
            unifiedCreditCode="91360702MA35KXXX0X",
            kind="COMPANY",
        )

    def contract_signed(
        self,
        *,
        rate: str | None = "1.00",
        kind: str = "EARLY_STAGE",
        signed_on: str = "2024-02-01",
        body: str = "NONE",
        trust_terms: dict[str, Any] | None = None,
        items: Sequence[dict[str, Any]] = (),
        fee_terms: dict[str, str] | None = None,
        bundle_id: str | None = None,
    ) -> ReceivedEvent:
        """R17: with a deposit clause unless `rate` is None."""
        needs_decision = kind in ("CONGRESS", "TRUST")
        terms = {"status": "NOT_AGREED"} if rate is None else {"status": "AGREED", "ratePerM2": rate}
        return self.fact(
            "registry.contract.signed",
            self.contract_id,
            signed_on,
            **self.place,
            contractId=self.contract_id,
            number=self.contract_number,
            kind=kind,
            providerId=self.provider_id,
            signedByBody=body,
            decisionId=self.decision_id if needs_decision else None,
            items=list(items),
            depositTerms=terms,
            trustTerms=trust_terms,
            feeTerms=fee_terms,
            bundleId=bundle_id,
            **{"from": "2024-03-01"},
        )

    def service_started(self, on: str = "2024-03-05") -> ReceivedEvent:
        """R18."""
        return self.fact(
            "registry.contract.started",
            self.contract_id,
            on,
            **self.place,
            contractId=self.contract_id,
            serviceStartOn=on,
        )

    def contract_superseded(self, by_contract_id: str, ended_on: str = "2026-03-01") -> ReceivedEvent:
        """R19: the contract ended because a later one took effect."""
        return self.fact(
            "registry.contract.superseded",
            self.contract_id,
            ended_on,
            **self.place,
            contractId=self.contract_id,
            byContractId=by_contract_id,
            endedOn=ended_on,
        )

    def exit_step(self, step: str, on: str, *, earliest_end_on: str | None = None) -> ReceivedEvent:
        """R20: NOTICE, which says when the contract may end, AUDIT, RESELECT, HANDOVER or BUFFER."""
        return self.fact(
            "registry.contract.exit_step",
            self.contract_id,
            on,
            **self.place,
            contractId=self.contract_id,
            providerId=self.provider_id,
            step=step,
            stepOn=on,
            documentId=new_id("doc"),
            earliestEndOn=earliest_end_on,
        )

    def contract_terminated(
        self, ended_on: str = "2026-03-01", *, handover_accepted: bool = True, cause: str = "DISMISSED"
    ) -> ReceivedEvent:
        """R21: the contract ended after its exit."""
        return self.fact(
            "registry.contract.terminated",
            self.contract_id,
            ended_on,
            **self.place,
            contractId=self.contract_id,
            providerId=self.provider_id,
            endedOn=ended_on,
            handoverAccepted=handover_accepted,
            cause=cause,
        )

    def bundle_formed(self, *estate_ids: str, bundle_id: str, formed_on: str = "2026-03-05") -> ReceivedEvent:
        """R24."""
        return self.fact(
            "registry.bundle.formed",
            bundle_id,
            formed_on,
            bundleId=bundle_id,
            providerId=self.provider_id,
            estateIds=list(estate_ids),
        )

    def provider_in_pool(self, event: str = "pool_joined", on: str = "2026-03-01") -> ReceivedEvent:
        """R16: pool_joined or pool_left."""
        return self.fact(
            f"registry.provider.{event}",
            self.provider_id,
            on,
            providerId=self.provider_id,
            unifiedCreditCode="91360702MA35KXXX0X",
            kind="COMPANY",
            **{"joinedOn" if event == "pool_joined" else "leftOn": on},
        )


@dataclass
class HeardService:
    """One service over its own database, hearing from the registry through its real inbox."""

    parts: ServiceParts[ActivatedPolicies[Policies]]
    mongo: Mongo
    clock: FixedClock
    policies: ActivatedPolicies[Policies]
    inbox: Inbox
    stream: list[Delivery] = field(default_factory=list)

    async def hear(self, *events: ReceivedEvent) -> None:
        """Take the events in as one batch, in this order."""
        deliveries = [
            Delivery(len(self.stream) + place, write_message(event)) for place, event in enumerate(events, start=1)
        ]
        self.stream += deliveries
        await self.inbox.take_in(deliveries)

    async def hear_again(self) -> None:
        """Take everything in a second time, as a redelivery does."""
        again = [replace(delivery, sequence=delivery.sequence + len(self.stream)) for delivery in self.stream]
        await self.inbox.take_in(again)

    async def ask(self, query: str, *, by: Caller = EVERYBODY, **variables: Any) -> dict[str, Any]:
        """Return the data of a query or mutation; fails on any GraphQL error."""
        result = await self.execute(query, by=by, **variables)
        assert result.errors is None, result.errors
        assert result.data is not None
        return dict(result.data)

    async def execute(self, query: str, *, by: Caller = EVERYBODY, **variables: Any) -> Any:
        """Return the whole result of a query or mutation."""
        door = Door(mongo=self.mongo, clock=self.clock, policies=self.policies)
        context = RequestContext(door=door, caller=by, correlation_id=new_id("cor"))
        return await self.parts.schema.execute(query, variable_values=variables, context_value=context)

    async def announced(self) -> list[tuple[str, dict[str, Any]]]:
        """Return the type and data of everything announced so far, in order."""
        entries = await outbox_entries(self.mongo)
        return [(entry["subject"].split(".", 3)[3], json.loads(entry["body"])) for entry in entries]

    async def work_items(self) -> list[tuple[str, str]]:
        """Return the code and the aggregate of every refusal that people see."""
        items = await self.mongo.collection(WORK_ITEMS).find({}).to_list(None)
        return sorted((item["code"], item["aggregate_id"]) for item in items)


@dataclass
class EmptiedDatabase:
    """One database for many tests: its indexes are made once, and it is emptied before each test."""

    server: MongoServer
    name: str = field(default_factory=lambda: new_id("tst"))
    is_prepared: bool = False

    def empty(self) -> None:
        """Delete every document."""
        client: MongoClient[dict[str, Any]] = MongoClient(self.server.uri)
        with client:
            database = client[self.name]
            for name in database.list_collection_names():
                database[name].delete_many({})


@asynccontextmanager
async def service_under_test(
    parts: ServiceParts[ActivatedPolicies[Policies]],
    database: EmptiedDatabase,
    clock: FixedClock,
    *,
    mounted: Policies | None = None,
) -> AsyncIterator[HeardService]:
    """Give a service over an empty database, with the five districts' policies unless others are mounted."""
    mongo = await Mongo.connect(database.server.uri, database.name)
    kit_outbox.install(mongo)
    if not database.is_prepared:
        await ensure_indexes(mongo, (*kit_outbox.INDEXES, *kit_inbox.INDEXES, *parts.indexes))
        database.is_prepared = True
    database.empty()
    policies = ActivatedPolicies(mounted or mounted_policies(), Activation)
    stream: list[Delivery] = []

    async def refill(event: ReceivedEvent, first: int, start: int, until: int | None) -> list[Delivery]:
        return [
            delivery
            for delivery in stream
            if delivery.message.headers["ce-subject"] == event.aggregate_id
            and first <= int(delivery.message.headers["ce-aggversion"]) < event.aggregate_version
        ]

    inbox = Inbox(
        mongo=mongo,
        service=parts.name,
        source="registry",
        reactions=Reactions(parts.reactions_with(policies)),
        schemas=committed_schemas(),
        refill=refill,
        clock=clock,
    )
    service = HeardService(parts, mongo, clock, policies, inbox, stream)
    try:
        yield service
    finally:
        mongo.close()
