"""What can be done about how an estate is managed."""

import strawberry

from kit.graphql.payloads import MutationPayload
from services.registry.graphql import estate_types, mode_loaders
from services.registry.graphql.context import Info
from services.registry.graphql.inputs import modes as inputs
from services.registry.graphql.mode_types import Consultation
from services.registry.graphql.mutations.write import write
from services.registry.use_cases.change_mode import change_mode
from services.registry.use_cases.record_consultation import record_consultation
from services.registry.use_cases.review_mode import record_titles, reverse_mode, review_mode
from services.registry.use_cases.start_passing_mode import (
    start_custody,
    start_fallback,
    start_takeover_first,
    take_over_nearby,
)

_ROLES = "Roles: STREET, COMMUNITY, HOUSING_BUREAU, DISTRICT_OFFICE."


@strawberry.type
class RecordConsultationPayload(MutationPayload):
    """What became of recordConsultation."""

    consultation: Consultation | None


@strawberry.type
class ChangeModePayload(MutationPayload):
    """What became of changeMode."""

    estate: estate_types.Estate | None


@strawberry.type
class StartFallbackPayload(MutationPayload):
    """What became of startFallback."""

    estate: estate_types.Estate | None


@strawberry.type
class StartTakeoverFirstPayload(MutationPayload):
    """What became of startTakeoverFirst."""

    estate: estate_types.Estate | None


@strawberry.type
class StartCustodyPayload(MutationPayload):
    """What became of startCustody."""

    estate: estate_types.Estate | None


@strawberry.type
class TakeOverNearbyPayload(MutationPayload):
    """What became of takeOverNearby."""

    estate: estate_types.Estate | None


@strawberry.type
class ReviewModePayload(MutationPayload):
    """What became of reviewMode."""

    estate: estate_types.Estate | None


@strawberry.type
class ReverseModePayload(MutationPayload):
    """What became of reverseMode."""

    estate: estate_types.Estate | None


@strawberry.type
class RecordTitlesPayload(MutationPayload):
    """What became of recordTitles."""

    estate: estate_types.Estate | None


@strawberry.type
class ModeMutations:
    """What can be done about how an estate is managed."""

    @strawberry.mutation(description=f"Record a survey about a mode. {_ROLES}")
    async def record_consultation(
        self,
        info: Info,
        input: inputs.RecordConsultationInput,  # noqa: A002
    ) -> RecordConsultationPayload:
        result = await write(
            info, "record_consultation", input, lambda work, _: record_consultation(work, input.command())
        )
        found = await info.context.load(mode_loaders.consultations_by_id, result.entity_id("consultation"))
        return RecordConsultationPayload(
            consultation=None if found is None else Consultation.of(found), **result.payload()
        )

    @strawberry.mutation(description=f"Put an estate under a lasting mode. {_ROLES}")
    async def change_mode(self, info: Info, input: inputs.ChangeModeInput) -> ChangeModePayload:  # noqa: A002
        result = await write(
            info, "change_mode", input, lambda work, policies: change_mode(work, input.command(), policies=policies)
        )
        return ChangeModePayload(
            estate=await estate_types.estate(info.context, result.entity_id("estate")), **result.payload()
        )

    @strawberry.mutation(description=f"Let the community give basic service. {_ROLES}")
    async def start_fallback(self, info: Info, input: inputs.StartFallbackInput) -> StartFallbackPayload:  # noqa: A002
        result = await write(
            info,
            "start_fallback",
            input,
            lambda work, policies: start_fallback(work, input.command(), policies=policies),
        )
        return StartFallbackPayload(
            estate=await estate_types.estate(info.context, result.entity_id("estate")), **result.payload()
        )

    @strawberry.mutation(description=f"Let a willing company take over first. {_ROLES}")
    async def start_takeover_first(
        self,
        info: Info,
        input: inputs.StartTakeoverFirstInput,  # noqa: A002
    ) -> StartTakeoverFirstPayload:
        result = await write(
            info,
            "start_takeover_first",
            input,
            lambda work, policies: start_takeover_first(work, input.command(), policies=policies),
        )
        return StartTakeoverFirstPayload(
            estate=await estate_types.estate(info.context, result.entity_id("estate")), **result.payload()
        )

    @strawberry.mutation(description=f"Give an estate into custody. {_ROLES}")
    async def start_custody(self, info: Info, input: inputs.StartCustodyInput) -> StartCustodyPayload:  # noqa: A002
        result = await write(
            info, "start_custody", input, lambda work, policies: start_custody(work, input.command(), policies=policies)
        )
        return StartCustodyPayload(
            estate=await estate_types.estate(info.context, result.entity_id("estate")), **result.payload()
        )

    @strawberry.mutation(description=f"Let a nearby estate's company take an estate over. {_ROLES}")
    async def take_over_nearby(
        self,
        info: Info,
        input: inputs.TakeOverNearbyInput,  # noqa: A002
    ) -> TakeOverNearbyPayload:
        result = await write(
            info,
            "take_over_nearby",
            input,
            lambda work, policies: take_over_nearby(work, input.command(), policies=policies),
        )
        return TakeOverNearbyPayload(
            estate=await estate_types.estate(info.context, result.entity_id("estate")), **result.payload()
        )

    @strawberry.mutation(description=f"Record that a passing mode was looked at. {_ROLES}")
    async def review_mode(self, info: Info, input: inputs.ReviewModeInput) -> ReviewModePayload:  # noqa: A002
        result = await write(info, "review_mode", input, lambda work, _: review_mode(work, input.command()))
        return ReviewModePayload(
            estate=await estate_types.estate(info.context, result.entity_id("estate")), **result.payload()
        )

    @strawberry.mutation(description=f"Take back the latest record of an estate's mode. {_ROLES}")
    async def reverse_mode(self, info: Info, input: inputs.ReverseModeInput) -> ReverseModePayload:  # noqa: A002
        result = await write(info, "reverse_mode", input, lambda work, _: reverse_mode(work, input.command()))
        return ReverseModePayload(
            estate=await estate_types.estate(info.context, result.entity_id("estate")), **result.payload()
        )

    @strawberry.mutation(description=f"Record how the homes of an estate are owned. {_ROLES}")
    async def record_titles(self, info: Info, input: inputs.RecordTitlesInput) -> RecordTitlesPayload:  # noqa: A002
        result = await write(info, "record_titles", input, lambda work, _: record_titles(work, input.command()))
        return RecordTitlesPayload(
            estate=await estate_types.estate(info.context, result.entity_id("estate")), **result.payload()
        )
