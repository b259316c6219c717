"""What can be done to surveys, ledgers and the coverage of estates."""

import strawberry

from kit.graphql.payloads import MutationPayload
from services.registry.graphql import district_types, estate_types
from services.registry.graphql.context import Info
from services.registry.graphql.inputs import surveys as inputs
from services.registry.graphql.mutations.write import write
from services.registry.use_cases.abandon_estate import abandon_estate, take_up_estate
from services.registry.use_cases.keep_old_estate_ledgers import (
    record_unmanaged_estate,
    write_base_ledger_row,
    write_work_plan,
)
from services.registry.use_cases.survey_estate import (
    list_backbone_resident,
    record_base_survey,
    record_party_coverage,
    register_facility,
    set_estate_traits,
)

_KEEP = "Roles: OPERATOR, DISTRICT_OFFICE, HOUSING_BUREAU, STREET, COMMUNITY."


@strawberry.type
class RecordBaseSurveyPayload(MutationPayload):
    """What became of recordBaseSurvey."""

    estate: estate_types.Estate | None


@strawberry.type
class SetEstateTraitsPayload(MutationPayload):
    """What became of setEstateTraits."""

    estate: estate_types.Estate | None


@strawberry.type
class RecordPartyCoveragePayload(MutationPayload):
    """What became of recordPartyCoverage."""

    estate: estate_types.Estate | None


@strawberry.type
class ListBackboneResidentPayload(MutationPayload):
    """What became of listBackboneResident."""

    estate: estate_types.Estate | None


@strawberry.type
class RegisterFacilityPayload(MutationPayload):
    """What became of registerFacility."""

    estate: estate_types.Estate | None


@strawberry.type
class WriteBaseLedgerRowPayload(MutationPayload):
    """What became of writeBaseLedgerRow."""

    estate: estate_types.Estate | None


@strawberry.type
class RecordUnmanagedEstatePayload(MutationPayload):
    """What became of recordUnmanagedEstate."""

    estate: estate_types.Estate | None


@strawberry.type
class WriteWorkPlanPayload(MutationPayload):
    """What became of writeWorkPlan."""

    street: district_types.Street | None


@strawberry.type
class AbandonEstatePayload(MutationPayload):
    """What became of abandonEstate."""

    estate: estate_types.Estate | None


@strawberry.type
class TakeUpEstatePayload(MutationPayload):
    """What became of takeUpEstate."""

    estate: estate_types.Estate | None


@strawberry.type
class SurveyMutations:
    """What can be done to surveys, ledgers and the coverage of estates."""

    @strawberry.mutation(description=f"Keep a base survey of an estate, an incomplete one too. {_KEEP}")
    async def record_base_survey(self, info: Info, input: inputs.RecordBaseSurveyInput) -> RecordBaseSurveyPayload:  # noqa: A002
        result = await write(
            info, "record_base_survey", input, lambda work, _: record_base_survey(work, input.command())
        )
        return RecordBaseSurveyPayload(
            estate=await estate_types.estate(info.context, result.entity_id("estate")), **result.payload()
        )

    @strawberry.mutation(description=f"Say what sets an estate apart: three-without, weaknesses, priority. {_KEEP}")
    async def set_estate_traits(self, info: Info, input: inputs.SetEstateTraitsInput) -> SetEstateTraitsPayload:  # noqa: A002
        result = await write(info, "set_estate_traits", input, lambda work, _: set_estate_traits(work, input.command()))
        return SetEstateTraitsPayload(
            estate=await estate_types.estate(info.context, result.entity_id("estate")), **result.payload()
        )

    @strawberry.mutation(description=f"Keep how the party covers an estate. {_KEEP}")
    async def record_party_coverage(
        self,
        info: Info,
        input: inputs.RecordPartyCoverageInput,  # noqa: A002
    ) -> RecordPartyCoveragePayload:
        result = await write(
            info, "record_party_coverage", input, lambda work, _: record_party_coverage(work, input.command())
        )
        return RecordPartyCoveragePayload(
            estate=await estate_types.estate(info.context, result.entity_id("estate")), **result.payload()
        )

    @strawberry.mutation(description=f"List an able resident of an estate. {_KEEP}")
    async def list_backbone_resident(
        self,
        info: Info,
        input: inputs.ListBackboneResidentInput,  # noqa: A002
    ) -> ListBackboneResidentPayload:
        result = await write(
            info, "list_backbone_resident", input, lambda work, _: list_backbone_resident(work, input.command())
        )
        return ListBackboneResidentPayload(
            estate=await estate_types.estate(info.context, result.entity_id("estate")), **result.payload()
        )

    @strawberry.mutation(description=f"Register a facility of an estate. {_KEEP}")
    async def register_facility(self, info: Info, input: inputs.RegisterFacilityInput) -> RegisterFacilityPayload:  # noqa: A002
        result = await write(info, "register_facility", input, lambda work, _: register_facility(work, input.command()))
        return RegisterFacilityPayload(
            estate=await estate_types.estate(info.context, result.entity_id("estate")), **result.payload()
        )

    @strawberry.mutation(
        description=f"Write a row of the base ledger of old estates; every other estate refuses. {_KEEP}"
    )
    async def write_base_ledger_row(
        self,
        info: Info,
        input: inputs.WriteBaseLedgerRowInput,  # noqa: A002
    ) -> WriteBaseLedgerRowPayload:
        result = await write(
            info,
            "write_base_ledger_row",
            input,
            lambda work, policies: write_base_ledger_row(work, input.command(), policies=policies),
        )
        return WriteBaseLedgerRowPayload(
            estate=await estate_types.estate(info.context, result.entity_id("estate")), **result.payload()
        )

    @strawberry.mutation(
        description=f"Write an estate without management into the work ledger; a late row is flagged. {_KEEP}"
    )
    async def record_unmanaged_estate(
        self,
        info: Info,
        input: inputs.RecordUnmanagedEstateInput,  # noqa: A002
    ) -> RecordUnmanagedEstatePayload:
        result = await write(
            info,
            "record_unmanaged_estate",
            input,
            lambda work, policies: record_unmanaged_estate(work, input.command(), policies=policies),
        )
        return RecordUnmanagedEstatePayload(
            estate=await estate_types.estate(info.context, result.entity_id("estate")), **result.payload()
        )

    @strawberry.mutation(description=f"Write the work plan of one class of estates. {_KEEP}")
    async def write_work_plan(self, info: Info, input: inputs.WriteWorkPlanInput) -> WriteWorkPlanPayload:  # noqa: A002
        result = await write(
            info,
            "write_work_plan",
            input,
            lambda work, policies: write_work_plan(work, input.command(), policies=policies),
        )
        return WriteWorkPlanPayload(
            street=await district_types.street(info.context, result.entity_id("street")), **result.payload()
        )

    @strawberry.mutation(description=f"Record that nobody serves an estate any more. {_KEEP}")
    async def abandon_estate(self, info: Info, input: inputs.AbandonEstateInput) -> AbandonEstatePayload:  # noqa: A002
        result = await write(info, "abandon_estate", input, lambda work, _: abandon_estate(work, input.command()))
        return AbandonEstatePayload(
            estate=await estate_types.estate(info.context, result.entity_id("estate")), **result.payload()
        )

    @strawberry.mutation(description=f"Record that somebody took an abandoned estate up. {_KEEP}")
    async def take_up_estate(self, info: Info, input: inputs.TakeUpEstateInput) -> TakeUpEstatePayload:  # noqa: A002
        result = await write(info, "take_up_estate", input, lambda work, _: take_up_estate(work, input.command()))
        return TakeUpEstatePayload(
            estate=await estate_types.estate(info.context, result.entity_id("estate")), **result.payload()
        )
