"""What can be asked at the root about corrections, and about the policies in force (report 22)."""

from datetime import date, datetime

import strawberry

from kit.errors import InstrumentNotAvailable, PreconditionMissing
from kit.graphql.scalars import Json
from services.registry.graphql import loaders, types
from services.registry.graphql.context import Info
from services.registry.store.corrections import CorrectionRecord, find_corrections_of_estate


@strawberry.type(description="A correction of one estate by a file, as it was made.")
class EstateCorrection:
    """A correction."""

    effective_on: date = strawberry.field(description="The day from which the corrected facts hold.")
    reason: str = strawberry.field(description="Why.")
    corrected_by: str = strawberry.field(description="The subject of the token of whoever did it.")
    corrected_at: datetime = strawberry.field(description="When.")
    before: Json = strawberry.field(description='What was registered, by fact, e.g. {"householdCount": "120"}.')
    after: Json = strawberry.field(description="What holds now, by the same facts.")

    @classmethod
    def of(cls, record: CorrectionRecord) -> "EstateCorrection":
        """Return the correction as the schema shows it."""
        return cls(
            effective_on=record.effective_on,
            reason=record.reason,
            corrected_by=record.corrected_by,
            corrected_at=record.corrected_at,
            before=Json(dict(record.before)),
            after=Json(dict(record.after)),
        )


@strawberry.type
class CorrectionQueries:
    """The root fields of corrections and of policies in force."""

    @strawberry.field(
        description="The corrections of an estate by files that the caller may see, the latest first, at most 200."
    )
    async def estate_corrections(self, info: Info, estate_id: strawberry.ID) -> list[EstateCorrection]:
        found = await find_corrections_of_estate(info.context.mongo, estate_id, scope=info.context.scope)
        return [EstateCorrection.of(record) for record in found]

    @strawberry.field(
        description="Report 22: the policy version in force in each district on a day, by district; today when none is "
        "named. A district without one is left out."
    )
    async def policies_in_force(self, info: Info, at: date | None = None) -> list[types.PolicyVersion]:
        policies = await info.context.load(loaders.policies_in_force, "now")
        assert policies is not None
        day = at or info.context.today
        versions = []
        for district in policies.districts:
            try:
                versions.append(types.PolicyVersion.of(policies.at(district, day)))
            except (InstrumentNotAvailable, PreconditionMissing):
                continue
        return versions
