"""What can be done to estates, their buildings, parts and owners."""

import strawberry

from kit.graphql.payloads import MutationPayload
from kit.idempotency import Outcome
from services.registry.domain.ledger import RowOutcome
from services.registry.graphql import estate_types, part_types, types
from services.registry.graphql.context import Info
from services.registry.graphql.inputs import estates as inputs
from services.registry.graphql.mutations.write import write
from services.registry.use_cases.import_estates import import_estates
from services.registry.use_cases.register_estate import change_estate, register_estate
from services.registry.use_cases.register_part import register_building, register_ownership, register_part


@strawberry.type
class RegisterEstatePayload(MutationPayload):
    """What became of registerEstate."""

    estate: estate_types.Estate | None


@strawberry.type
class ChangeEstatePayload(MutationPayload):
    """What became of changeEstate."""

    estate: estate_types.Estate | None


@strawberry.type
class ImportEstatesPayload(MutationPayload):
    """What became of importEstates."""

    report: types.ImportReport | None


@strawberry.type
class RegisterBuildingPayload(MutationPayload):
    """What became of registerBuilding."""

    building: part_types.Building | None


@strawberry.type
class RegisterPartPayload(MutationPayload):
    """What became of registerPart."""

    exclusive_part: part_types.ExclusivePart | None


@strawberry.type
class RegisterOwnershipPayload(MutationPayload):
    """What became of registerOwnership."""

    exclusive_part: part_types.ExclusivePart | None


@strawberry.type
class EstateMutations:
    """What can be done to estates, their buildings, parts and owners."""

    @strawberry.mutation(
        description="Register an estate. Roles: OPERATOR, DISTRICT_OFFICE, HOUSING_BUREAU, STREET, COMMUNITY."
    )
    async def register_estate(self, info: Info, input: inputs.RegisterEstateInput) -> RegisterEstatePayload:  # noqa: A002
        result = await write(info, "register_estate", input, lambda work, _: register_estate(work, input.command()))
        return RegisterEstatePayload(
            estate=await estate_types.estate(info.context, result.entity_id("estate")), **result.payload()
        )

    @strawberry.mutation(
        description="Change facts of an estate. Roles: OPERATOR, DISTRICT_OFFICE, HOUSING_BUREAU, STREET, COMMUNITY."
    )
    async def change_estate(self, info: Info, input: inputs.ChangeEstateInput) -> ChangeEstatePayload:  # noqa: A002
        result = await write(info, "change_estate", input, lambda work, _: change_estate(work, input.command()))
        return ChangeEstatePayload(
            estate=await estate_types.estate(info.context, result.entity_id("estate")), **result.payload()
        )

    @strawberry.mutation(
        description="Import an estate ledger; good rows land, bad rows are reported. Roles: OPERATOR, DISTRICT_OFFICE, "
        "HOUSING_BUREAU, STREET, COMMUNITY."
    )
    async def import_estates(self, info: Info, input: inputs.ImportEstatesInput) -> ImportEstatesPayload:  # noqa: A002
        result = await write(
            info,
            "import_estates",
            input,
            lambda work, policies: import_estates(work, input.command(), policies=policies),
            dry_run=input.dry_run,
        )
        report = None if result.outcome is None else import_report(result.outcome)
        return ImportEstatesPayload(report=report, **result.payload())

    @strawberry.mutation(
        description="Register a building. Roles: OPERATOR, DISTRICT_OFFICE, HOUSING_BUREAU, STREET, COMMUNITY."
    )
    async def register_building(self, info: Info, input: inputs.RegisterBuildingInput) -> RegisterBuildingPayload:  # noqa: A002
        result = await write(info, "register_building", input, lambda work, _: register_building(work, input.command()))
        return RegisterBuildingPayload(
            building=await part_types.building(info.context, result.entity_id("building")), **result.payload()
        )

    @strawberry.mutation(
        description="Register an exclusive part. Roles: OPERATOR, DISTRICT_OFFICE, HOUSING_BUREAU, STREET, COMMUNITY."
    )
    async def register_part(self, info: Info, input: inputs.RegisterPartInput) -> RegisterPartPayload:  # noqa: A002
        result = await write(info, "register_part", input, lambda work, _: register_part(work, input.command()))
        return RegisterPartPayload(
            exclusive_part=await part_types.exclusive_part(info.context, result.entity_id("part")), **result.payload()
        )

    @strawberry.mutation(
        description="Register the first owners of a part. Roles: OPERATOR, DISTRICT_OFFICE, HOUSING_BUREAU, STREET, "
        "COMMUNITY."
    )
    async def register_ownership(
        self,
        info: Info,
        input: inputs.RegisterOwnershipInput,  # noqa: A002
    ) -> RegisterOwnershipPayload:
        result = await write(
            info, "register_ownership", input, lambda work, _: register_ownership(work, input.command())
        )
        return RegisterOwnershipPayload(
            exclusive_part=await part_types.exclusive_part(info.context, result.entity_id("part")), **result.payload()
        )


def import_report(outcome: Outcome) -> types.ImportReport:
    """Return the results of all rows, with how many of each there are."""
    rows = [types.ImportedRow(**{**row, "outcome": RowOutcome(row["outcome"])}) for row in outcome.details["rows"]]
    counts = {wanted: sum(row.outcome is wanted for row in rows) for wanted in RowOutcome}
    return types.ImportReport(
        landed=counts[RowOutcome.LANDED],
        unchanged=counts[RowOutcome.UNCHANGED],
        rejected=counts[RowOutcome.REJECTED],
        rows=rows,
    )
