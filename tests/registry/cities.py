"""A registry on the real store: its schema, asked and written through the door by callers of every kind."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from kit.caller import SYSTEM_CALLER, Caller, Role, Scope
from kit.clock import FixedClock
from kit.cloud_events import Message, read_message
from kit.events import ReceivedEvent
from kit.graphql.door import Door, RequestContext
from kit.ids import new_id
from kit.mongo import Mongo, UnitOfWork, run_unit_of_work
from services.registry.domain.content import ContentFacts, MediaType
from services.registry.domain.document import DocumentVersion, SubjectKind
from services.registry.domain.document_kinds import DocumentKind
from services.registry.graphql.context import Context, RegistryPolicies
from services.registry.graphql.schema import SCHEMA
from services.registry.reactions import reactions
from services.registry.store.documents import DocumentRecord, add_document
from tests.heard import committed_schemas
from tests.messaging import outbox_entries

OFFICE_ROLES = (Role.OPERATOR, Role.STREET, Role.HOUSING_BUREAU)
OFFICE = Caller("office", frozenset(role.value for role in OFFICE_ROLES), Scope.everything())
"""Everybody's work in one test caller, with the whole city in scope."""


def caller(*roles: Role, scope: Scope | None = None, subject: str = "someone") -> Caller:
    """Return a caller with these roles; without a scope the whole city is covered."""
    return Caller(subject, frozenset(role.value for role in roles), scope or Scope.everything())


@dataclass
class Registry:
    """The registry as its callers meet it."""

    mongo: Mongo
    clock: FixedClock
    policies: RegistryPolicies
    keys: int = field(default=0)

    def context(self, by: Caller = OFFICE) -> Context:
        door = Door(mongo=self.mongo, clock=self.clock, policies=self.policies)
        return RequestContext(door=door, caller=by, correlation_id=new_id("cor"))

    async def ask(self, query: str, *, by: Caller = OFFICE, **variables: Any) -> dict[str, Any]:
        """Return the data of a query that has no errors."""
        result = await SCHEMA.execute(query, variable_values=variables, context_value=self.context(by))
        assert result.errors is None, result.errors
        assert result.data is not None
        return result.data

    async def ask_for_errors(self, query: str, *, by: Caller = OFFICE, **variables: Any) -> Sequence[Any]:
        """Return the errors of a query that has some."""
        result = await SCHEMA.execute(query, variable_values=variables, context_value=self.context(by))
        assert result.errors
        return result.errors

    async def write(self, mutation: str, selection: str, *, by: Caller = OFFICE, **given: Any) -> dict[str, Any]:
        """Return the payload of a mutation with its events, warnings and errors; a key is made where none is given."""
        self.keys += 1
        given.setdefault("idempotencyKey", f"key-{self.keys}")
        input_type = f"{mutation[0].upper()}{mutation[1:]}Input"
        text = (
            f"mutation($input: {input_type}!) {{ {mutation}(input: $input) {{ {selection} policyVersionId replayed "
            "events { type } warnings { code value } errors { code message path value } } }"
        )
        payload: dict[str, Any] = (await self.ask(text, by=by, input=given))[mutation]
        return payload

    async def done(self, mutation: str, entity: str, *, by: Caller = OFFICE, **given: Any) -> str:
        """Return the id of what a mutation that must succeed brought about."""
        payload = await self.write(mutation, f"{entity} {{ id }}", by=by, **given)
        assert payload["errors"] == []
        entity_id: str = payload[entity]["id"]
        return entity_id

    async def refused(self, mutation: str, *, by: Caller = OFFICE, **given: Any) -> dict[str, Any]:
        """Return the one error of a mutation that must be refused."""
        payload = await self.write(mutation, "__typename", by=by, **given)
        assert payload["events"] == []
        (error,) = payload["errors"]
        found: dict[str, Any] = error
        return found

    async def hear(self, event_type: str, **data: Any) -> None:
        """Let the registry hear a fact of another service, as its consumer does."""
        event = ReceivedEvent(
            id=new_id("evt"),
            type=event_type,
            district="360702",
            aggregate_id=new_id("agg"),
            aggregate_version=1,
            time=self.clock.now(),
            data={"occurredOn": "2026-03-05", **data},
        )

        async def react(work: UnitOfWork) -> None:
            for reaction in reactions(self.policies):
                if reaction.event_type == event_type:
                    await reaction.react(work, event)

        await run_unit_of_work(self.mongo, SYSTEM_CALLER, react, clock=self.clock)

    async def announced(self, event_type: str | None = None) -> list[ReceivedEvent]:
        """Return the facts in the outbox, in the order they were announced; all types when none is named.

        Each of them keeps the schema that is committed for listeners.
        """
        entries = await outbox_entries(self.mongo)
        events = [read_message(Message(entry["subject"], entry["headers"], entry["body"])) for entry in entries]
        for event in events:
            committed_schemas().check(event.type, event.data)
        return [event for event in events if event_type is None or event.type == event_type]


@dataclass(frozen=True)
class City:
    """One street with two communities, an estate with a building, and a filed provider."""

    street: str
    community: str
    other_community: str
    estate: str
    building: str
    provider: str


ESTATE_FACTS = {
    "enclosure": "CLOSED",
    "kind": "OLD",
    "builtOn": "2004-12-31",
    "approvedGrossArea": "12000.00",
    "managedArea": "11000.00",
    "householdCount": 120,
}


ITEMS = [
    {
        "code": "CLEANING",
        "description": "楼道及公共区域保洁",
        "standard": "每日一次",
        "price": "0.60",
        "priceUnit": "m2/month",
    }
]


TERMS = {
    "feeMethod": "LUMP_SUM",
    "feeInterval": "MONTH",
    "fundUse": "依法申请使用维修资金",
    "rooms": "物业服务用房由物业企业无偿使用",
    "handover": "合同终止时移交用房、设施和资料",
}


def contract(city: City, **changed: Any) -> dict[str, Any]:
    """Return the input of an early-stage contract with a deposit clause."""
    return {
        "estateId": city.estate,
        "providerId": city.provider,
        "number": "HT-2026-001",
        "kind": "EARLY_STAGE",
        "signedOn": "2026-03-01",
        "from": "2026-03-01",
        "to": "2028-02-29",
        "items": ITEMS,
        "terms": TERMS,
        "deposit": {"status": "AGREED", "ratePerM2": "1.00"},
        "tender": {"method": "OPEN", "reference": "章招〔2026〕3号", "awardedOn": "2026-02-20"},
        **changed,
    }


async def passed_decision(registry: Registry, city: City, **changed: Any) -> str:
    """Return a closed and passed decision to hire the provider, voted on today."""
    decision = await registry.done(
        "openDecision",
        "jointDecision",
        **{
            "estateId": city.estate,
            "matter": "HIRE_OR_DISMISS_PROVIDER",
            "subjectRef": city.provider,
            "noticeOn": "2026-02-10",
            "votingFrom": "2026-02-25",
            "votingTo": "2026-03-05",
            **changed,
        },
    )
    await registry.done("importExternalResult", "jointDecision", **external_result(decision))
    return decision


def external_result(decision: str, **changed: Any) -> dict[str, Any]:
    """Return the input of a result that passes."""
    return {
        "decisionId": decision,
        "externalSystemRef": "SC-2026-778",
        "closedOn": "2026-03-05",
        "totalArea": "9000.00",
        "totalPersons": 84,
        "participatingArea": "6000.00",
        "participatingPersons": 56,
        "agreeArea": "3000.01",
        "agreePersons": 29,
        **changed,
    }


async def document(registry: Registry, city: City, *, estate: str | None = None) -> str:
    """Return the id of a document about the estate, as if its file had been uploaded."""
    about = estate or city.estate
    record = DocumentRecord(
        id=new_id("doc"),
        kind=DocumentKind.EXIT_REPORT,
        title="退出预先报告",
        subject_kind=SubjectKind.ESTATE,
        subject_id=about,
        district="360702",
        estate_id=about,
        is_open=False,
        areas=("district:360702", f"street:{city.street}", f"estate:{about}"),
        versions=(
            DocumentVersion(
                number=1,
                content_id=new_id("cnt"),
                content=ContentFacts(sha256="0" * 64, size=1, media_type=MediaType.PDF),
                issuer="示例物业服务有限公司",
                registered_on=registry.clock.now().date(),
            ),
        ),
    )

    async def add(work: UnitOfWork) -> None:
        await add_document(work, record)

    await run_unit_of_work(registry.mongo, SYSTEM_CALLER, add, clock=registry.clock)
    return record.id
