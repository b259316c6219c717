"""Inspection's mutations; each hands one use case to the door."""

import strawberry

from kit.graphql.door import WriteResult
from kit.graphql.payloads import MutationPayload
from kit.idempotency import Outcome
from kit.mongo import UnitOfWork
from services.inspection.graphql.context import Info
from services.inspection.graphql.inputs import ScoreCreditInput
from services.inspection.graphql.types import BlacklistEntry, Provider, entries_with_ids
from services.inspection.use_cases.score_credit import LISTED, WITHDRAWN, score_credit


@strawberry.type
class ScoreCreditPayload(MutationPayload):
    """Payload of `scoreCredit`."""

    provider: Provider | None
    listed: list[BlacklistEntry] = strawberry.field(description="The blacklist entries that the rating led to.")
    withdrawn: list[BlacklistEntry] = strawberry.field(description="The entries whose ground the rating took away.")


@strawberry.type
class Mutation:
    """What can be written in inspection."""

    @strawberry.mutation(
        description="Record a provider's yearly credit score, or correct it; the blacklist follows from the scores."
    )
    async def score_credit(
        self,
        info: Info,
        input: ScoreCreditInput,  # noqa: A002 - the schema's own word.
    ) -> ScoreCreditPayload:
        """Record a rating."""
        context = info.context

        async def act(work: UnitOfWork) -> Outcome:
            return await score_credit(work, input.command(), policies=context.policies)

        result = await context.door.write(info, "score_credit", input, act)
        provider_id = result.entity_id("provider")
        return ScoreCreditPayload(
            provider=None if provider_id is None else Provider(id=strawberry.ID(provider_id)),
            listed=await _entries(info, result, LISTED),
            withdrawn=await _entries(info, result, WITHDRAWN),
            **result.payload(),
        )


async def _entries(info: Info, result: WriteResult, name: str) -> list[BlacklistEntry]:
    ids = [] if result.outcome is None else result.outcome.details[name]
    return await entries_with_ids(info, ids)
