"""What the schema shows that belongs to no one area: versions of policies, results of imports, who asks."""

from datetime import date

import strawberry

from kit.graphql.scalars import DistrictCode, Json
from policy.policies import Policies
from policy.policy_version import PolicyVersion as PolicyVersionInForce
from services.registry.graphql import loaders
from services.registry.graphql.context import Context, Info
from services.registry.graphql.enums import RowOutcome
from services.registry.graphql.node import Node


async def policies_of(context: Context) -> Policies:
    """Return the policies as they are in force for this request."""
    policies = await context.load(loaders.policies_in_force, "now")
    assert policies is not None
    return policies


@strawberry.federation.type(keys=["id"], description="One version of a district's policy, in force from a day on.")
class PolicyVersion(Node):
    """A version of a policy with its period."""

    id: strawberry.ID = strawberry.field(description='Such as "360702-v1".')
    district: DistrictCode = strawberry.field(description="The area whose document it is.")
    version: int = strawberry.field(description="The version's number within its area, from 1.")
    effective_from: date = strawberry.field(description="The first day.")
    effective_to: date | None = strawberry.field(description="The last day, included; null while nothing ends it.")
    source: str = strawberry.field(description="The document it rests on.")
    params: Json = strawberry.field(
        description="Every instrument with its status and its values: value, unit, clause, document, status."
    )

    @classmethod
    def of(cls, version: PolicyVersionInForce) -> "PolicyVersion":
        """Return the version as the schema shows it."""
        return cls(
            id=strawberry.ID(version.id),
            district=DistrictCode(version.district),
            version=version.version,
            effective_from=version.effective_from,
            effective_to=version.effective_to,
            source=str(version.document),
            params=Json(_params_of(version)),
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> "PolicyVersion | None":  # noqa: A002
        """Return the version of this id if it is in force from some day on."""
        return await policy_version(info.context, id)


def _params_of(version: PolicyVersionInForce) -> dict[str, object]:
    return {
        key: {
            "status": source.status.value,
            "clause": source.clause,
            "values": {
                parameter.name: {
                    "value": parameter.plain,
                    "unit": parameter.unit,
                    "clause": parameter.clause,
                    "document": parameter.document,
                    "status": parameter.status.value,
                }
                for parameter in (
                    version.file.instruments[key].parameters.values() if key in version.file.instruments else ()
                )
            },
        }
        for key, source in version.file.sources.items()
    }


async def policy_version(context: Context, version_id: str) -> PolicyVersion | None:
    """Return a mounted version if it is in force from some day on: by its document, or as an operator activated it."""
    policies = await policies_of(context)
    mounted = {policy_file.id: policy_file for policy_file in policies.files}
    policy_file = mounted.get(version_id)
    if policy_file is None:
        return None
    activation = await context.load(loaders.activations_by_version, version_id)
    first_day = policy_file.effective_from or (activation.effective_from if activation is not None else None)
    if first_day is None:
        return None
    return PolicyVersion.of(policies.at(policy_file.area, first_day))


@strawberry.type(description="What became of one row of a ledger.")
class ImportedRow:
    """The result of one row."""

    sheet: str = strawberry.field(description='The sheet\'s title; "CSV" for a CSV file.')
    row: int = strawberry.field(description="The row's number in the file, from 1.")
    outcome: RowOutcome = strawberry.field(description="What became of it.")
    cell: str | None = strawberry.field(description='The offending cell, e.g. "D5".')
    header: str | None = strawberry.field(description="The offending cell's column.")
    value: str | None = strawberry.field(description="The offending value.")
    code: str | None = strawberry.field(description="The code of the refusal.")
    reason: str | None = strawberry.field(description="Why the row was refused.")


@strawberry.type(description="What became of an estate ledger.")
class ImportReport:
    """The result of an import."""

    landed: int = strawberry.field(description="How many rows brought something new.")
    unchanged: int = strawberry.field(description="How many rows the registry had already.")
    rejected: int = strawberry.field(description="How many rows were refused.")
    rows: list[ImportedRow] = strawberry.field(description="Every row's result, in the order of the file.")


@strawberry.type(description="Who asks, as the token says.")
class Viewer:
    """Who asks."""

    subject: str = strawberry.field(description="The token's subject.")
    roles: list[str] = strawberry.field(description="The roles, sorted.")
    scopes: list[str] = strawberry.field(description='The grants, sorted; ["*"] for everything.')
