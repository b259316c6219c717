"""How an amount came about, as the schema shows it; every amount of finance carries one."""

import strawberry

from kit import explanation as explained


@strawberry.federation.type(
    shareable=True, description="One input of a formula: its name there, its value as text, its unit and its source."
)
class ExplainedValue:
    """An input of an explained amount."""

    name: str
    value: str
    unit: str = strawberry.field(description='Such as "m2"; empty for a plain word.')
    source: str = strawberry.field(description="Where the value comes from.")


@strawberry.federation.type(
    shareable=True, description="One parameter of the policy in a formula, and the clause that sets it."
)
class ExplainedParameter:
    """A parameter of an explained amount."""

    name: str
    value: str
    unit: str
    clause: str = strawberry.field(description="The clause of the document, with the open question if it is a default.")
    document: str
    status: str = strawberry.field(description="How the document provides it: required, guided or delegated.")


@strawberry.federation.type(
    shareable=True, description="How an amount came about, so that anybody can compute it again."
)
class Explanation:
    """The formula, everything that went into it, and the clause it rests on."""

    formula: str
    inputs: list[ExplainedValue]
    parameters: list[ExplainedParameter]
    result: str
    clause: str
    document: str
    policy_version_id: str = strawberry.field(description='The version of the policy, e.g. "360702-v1".')
    rounding: str | None

    @classmethod
    def of(cls, record: explained.Explanation) -> "Explanation":
        """Return the explanation as the schema shows it."""
        return cls(
            formula=record.formula,
            inputs=[
                ExplainedValue(name=one.name, value=one.value, unit=one.unit, source=one.source)
                for one in record.inputs
            ],
            parameters=[
                ExplainedParameter(
                    name=one.name,
                    value=one.value,
                    unit=one.unit,
                    clause=one.clause,
                    document=one.document,
                    status=one.status,
                )
                for one in record.parameters
            ],
            result=record.result,
            clause=record.clause,
            document=record.document,
            policy_version_id=record.policy_version_id,
            rounding=record.rounding,
        )
