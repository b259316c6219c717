"""The way in: what a resolver finds in `info.context`, and the one way a mutation writes.

A service names its context once, in `services/<name>/graphql/context.py`::

    Context = RequestContext[Policies]
    Info = strawberry.Info[Context, None]

A query reads with the caller's scope and answers null for what is unknown or out of scope::

    @strawberry.type
    class Query:
        @strawberry.field(description="The estate with this id.")
        async def estate(self, info: Info, id: strawberry.ID) -> Estate | None:
            return await info.context.load(estates_by_id, id)

A mutation hands one use case to the door, which opens the unit of work, acts once per idempotency key and turns
refusals into typed errors; the entity is then read again through the loader::

    @strawberry.type
    class Mutation:
        @strawberry.mutation(description="Sign a property service contract.")
        async def sign_contract(self, info: Info, input: SignContractInput) -> SignContractPayload:
            context = info.context

            async def sign(work: UnitOfWork) -> Outcome:
                contract = await sign_contract(work, input.command(), policies=context.policies, today=work.today)
                return Outcome(entity_ids={"contract": contract.id}, policy_version_id=contract.policy_version_id)

            result = await context.door.write(info, "sign_contract", input, sign)
            return SignContractPayload(
                contract=await context.load(contracts_by_id, result.entity_id("contract")), **result.payload()
            )
"""

import asyncio
import hashlib
import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cached_property
from typing import Any, Generic, Protocol, TypeVar

import strawberry

from kit.caller import Caller, Scope
from kit.changes import Changed, Changes
from kit.clock import Clock, business_date
from kit.errors import Refusal, ValidationFailed
from kit.graphql.loaders import Loaders
from kit.graphql.payloads import AnnouncedEvent, MutationError, MutationWarning
from kit.idempotency import Outcome, with_idempotency
from kit.mongo import Mongo, UnitOfWork, run_unit_of_work
from kit.telemetry import count_write, span

PoliciesT = TypeVar("PoliciesT")
Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

LONGEST_IDEMPOTENCY_KEY = 128
LONGEST_REASON = 500
STATES_PAUSE_SECONDS = 0.1
"""The least time between two looks of one subscription: an import that changes an estate a thousand times is one."""


class Command(Protocol):
    """What the door needs of an input; `kit.graphql.payloads.MutationInput` has it."""

    idempotency_key: str
    reason: str | None


@dataclass(frozen=True)
class WriteResult:
    """What came of a mutation: an outcome, or the reasons why nothing was written."""

    outcome: Outcome | None
    errors: tuple[MutationError, ...] = ()
    warnings: tuple[MutationWarning, ...] = ()
    events: tuple[AnnouncedEvent, ...] = ()
    policy_version_id: str | None = None
    replayed: bool = False

    def entity_id(self, name: str) -> str | None:
        """Return the id that the use case put under `name`; None when the command was refused."""
        return None if self.outcome is None else self.outcome.entity_ids.get(name)

    def payload(self) -> dict[str, Any]:
        """Return the fields of `MutationPayload`, to be spread into the mutation's own payload."""
        return {
            "policy_version_id": self.policy_version_id,
            "events": list(self.events),
            "warnings": list(self.warnings),
            "errors": list(self.errors),
            "replayed": self.replayed,
        }


class _Rehearsed(Exception):
    """Rolls a dry run back, and carries what it would have brought about."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__("a dry run writes nothing")
        self.outcome = outcome


@dataclass(frozen=True)
class Door(Generic[PoliciesT]):
    """What all requests of one running service share."""

    mongo: Mongo
    clock: Clock
    policies: PoliciesT
    introspection: bool = False
    changes: Changes = field(default_factory=Changes)

    async def write(
        self,
        info: "strawberry.Info[RequestContext[PoliciesT], Any]",
        name: str,
        input: Command,  # noqa: A002 - the schema's own word.
        use_case: Callable[[UnitOfWork], Awaitable[Outcome]],
        *,
        dry_run: bool = False,
    ) -> WriteResult:
        """Run `use_case` once per caller, mutation name and idempotency key, in one unit of work.

        A dry run is rolled back, its key with it: the outcome says what would become, and nothing is announced.

        A Refusal rolls everything back and comes back in `errors`; any other exception is a fault and passes through,
        to be masked. `use_case` may run more than once when the store asks for a retry, so it keeps no state outside
        the unit of work.
        """
        context = info.context
        try:
            _check_command(input)
            digest = body_digest(input)

            async def act_once(work: UnitOfWork) -> tuple[Outcome, bool]:
                if dry_run:
                    raise _Rehearsed(await use_case(work))
                return await with_idempotency(
                    work, mutation=name, key=input.idempotency_key, body_digest=digest, run=lambda: use_case(work)
                )

            with span(name, attributes={"anju.correlation_id": context.correlation_id}):
                outcome, replayed = await run_unit_of_work(
                    self.mongo, context.caller, act_once, clock=self.clock, correlation_id=context.correlation_id
                )
        except Refusal as refusal:
            count_write(name, refusal.code)
            return WriteResult(outcome=None, errors=(MutationError.of(refusal),))
        except _Rehearsed as rehearsed:
            count_write(name, "REHEARSED")
            return WriteResult(
                outcome=rehearsed.outcome,
                warnings=tuple(MutationWarning.of(flag) for flag in rehearsed.outcome.warnings),
            )
        finally:
            context.loaders.forget()
        count_write(name, "REPLAYED" if replayed else "DONE")
        return WriteResult(
            outcome=outcome,
            warnings=tuple(MutationWarning.of(flag) for flag in outcome.warnings),
            events=tuple(AnnouncedEvent(id=strawberry.ID(event.id), type=event.type) for event in outcome.events),
            policy_version_id=outcome.policy_version_id,
            replayed=replayed,
        )


@dataclass
class RequestContext(Generic[PoliciesT]):
    """What a resolver finds in `info.context`: who asks, and what to answer from."""

    door: Door[PoliciesT]
    caller: Caller
    correlation_id: str
    loaders: Loaders = field(init=False)

    def __post_init__(self) -> None:
        self.loaders = Loaders(self)

    @property
    def mongo(self) -> Mongo:
        return self.door.mongo

    @property
    def policies(self) -> PoliciesT:
        return self.door.policies

    @property
    def scope(self) -> Scope:
        """The caller's scope, an argument of every store read."""
        return self.caller.scope

    @cached_property
    def today(self) -> date:
        """The business date in China, one for the whole request."""
        return business_date(self.door.clock.now())

    async def load(
        self, batch: Callable[[Any, Sequence[Key]], Awaitable[Mapping[Key, Value]]], key: Key | None
    ) -> Value | None:
        """Return what `batch` finds for `key`, read together with every other key asked for in this request."""
        return None if key is None else await self.loaders.of(batch).load(key)

    async def load_many(
        self, batch: Callable[[Any, Sequence[Key]], Awaitable[Mapping[Key, Value]]], keys: Sequence[Key]
    ) -> list[Value]:
        """Return what `batch` finds for `keys`, in their order, leaving out what is unknown or out of scope."""
        found = await self.loaders.of(batch).load_many(list(keys))
        return [value for value in found if value is not None]

    async def states(
        self,
        estate_id: str,
        look: Callable[[Changed], Awaitable[Sequence[Value]]],
        *,
        aggregate: str | None = None,
    ) -> AsyncGenerator[Value, None]:
        """Yield what `look` finds: at once, and again after every change of the estate, for a subscription to return.

        `aggregate`, such as "finance.deposit", leaves out the changes of everything else. Changes that come while the
        subscriber is busy are looked at together. What `look` raises ends the subscription.
        """
        with self.door.changes.follow(estate_id, aggregate) as follower:
            while True:
                changed = await follower.changed()
                self._begin_anew()
                for state in await look(changed):
                    yield state
                await asyncio.sleep(STATES_PAUSE_SECONDS)

    def _begin_anew(self) -> None:
        """Forget what was read and which day it was: a subscription lives longer than either."""
        self.loaders.forget()
        self.__dict__.pop("today", None)


def body_digest(command: object) -> str:
    """Return the SHA-256 of the whole input as canonical JSON: equal inputs, and only those, digest alike."""
    canonical = json.dumps(
        _canonical(command), sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    )
    return hashlib.sha256(canonical.encode()).hexdigest()


def _canonical(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return {
            part.name: _canonical(getattr(value, part.name))
            for part in fields(value)
            if getattr(value, part.name) is not strawberry.UNSET
        }
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _canonical(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_canonical(inner) for inner in value]
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, float):  # Only inside a JSON scalar; repr is exact.
        return {"float": repr(value)}
    raise TypeError(f"an input holds a {type(value).__name__}, which has no canonical form")


def _check_command(command: Command) -> None:
    key = command.idempotency_key
    if not 1 <= len(key) <= LONGEST_IDEMPOTENCY_KEY or not key.isprintable() or key != key.strip():
        raise ValidationFailed(
            f"idempotencyKey has 1 to {LONGEST_IDEMPOTENCY_KEY} printable characters and no space around it",
            path=("input", "idempotencyKey"),
            value=key,
        )
    if command.reason is not None and len(command.reason) > LONGEST_REASON:
        raise ValidationFailed(
            f"reason has at most {LONGEST_REASON} characters", path=("input", "reason"), value=command.reason
        )
