"""What can be done to correct many records at once."""

import strawberry

from kit.graphql.payloads import MutationPayload
from services.registry.graphql import types
from services.registry.graphql.context import Info
from services.registry.graphql.inputs import corrections as inputs
from services.registry.graphql.mutations.estates import import_report
from services.registry.graphql.mutations.write import write
from services.registry.use_cases.correct_estates import correct_estates


@strawberry.type
class CorrectEstatesPayload(MutationPayload):
    """What became of correctEstates."""

    report: types.ImportReport | None


@strawberry.type
class CorrectionMutations:
    """What can be done to correct many records at once."""

    @strawberry.mutation(
        description="Correct facts of many estates by a file; each change is kept with its reason. Roles: OPERATOR, "
        "DISTRICT_OFFICE, HOUSING_BUREAU, STREET, COMMUNITY."
    )
    async def correct_estates(self, info: Info, input: inputs.CorrectEstatesInput) -> CorrectEstatesPayload:  # noqa: A002
        result = await write(
            info,
            "correct_estates",
            input,
            lambda work, _: correct_estates(work, input.command()),
            dry_run=input.dry_run,
        )
        report = None if result.outcome is None else import_report(result.outcome)
        return CorrectEstatesPayload(report=report, **result.payload())
