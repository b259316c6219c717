"""Surveys, ledgers and coverage of estates as the schema shows them."""

from datetime import date

import strawberry

from kit.area import Area
from kit.ratio import Ratio
from services.registry.domain.abandonment import Abandonment as AbandonmentRecord
from services.registry.domain.base_ledger import BaseLedgerRow as BaseRow
from services.registry.domain.base_ledger import UnmanagedRow
from services.registry.domain.base_survey import BaseSurvey as Survey
from services.registry.domain.base_survey import Traits
from services.registry.domain.party_coverage import BackboneResident as Resident
from services.registry.domain.party_coverage import PartyCoverage as Coverage
from services.registry.graphql.base_ledger_enums import (
    Condition,
    CoverageForm,
    Priority,
    RunningState,
    SecretaryGround,
    ServesAs,
    Standing,
    SurveyBlock,
    Weakness,
)
from services.registry.graphql.enums import EstateKind, OwnersBody
from services.registry.graphql.territory_enums import AbandonmentReason
from services.registry.store.old_estate_ledgers import WorkPlanRecord


@strawberry.type(description="How much is built.")
class BuildingScale:
    """The scale of an estate's buildings."""

    building_count: int = strawberry.field(description="How many buildings.")
    stairwell_count: int = strawberry.field(description="How many stairwells.")
    gross_area: Area = strawberry.field(description="Their floor area in m2.")


@strawberry.type(description="Who lives there, in households; the three kinds make all of them.")
class HouseholdStructure:
    """The households of an estate."""

    household_count: int = strawberry.field(description="All households.")
    owner_occupied: int = strawberry.field(description="Where an owner lives.")
    rented: int = strawberry.field(description="Where a tenant lives.")
    vacant: int = strawberry.field(description="Where nobody lives.")


@strawberry.type(description="A facility as a survey found it.")
class SurveyedFacility:
    """A facility of a survey."""

    name: str = strawberry.field(description="What it is.")
    condition: Condition = strawberry.field(description="How good it is.")


@strawberry.type(description="What a base survey found; a block that was not surveyed is null.")
class BaseSurvey:
    """A base survey."""

    surveyed_on: date = strawberry.field(description="When.")
    complete: bool = strawberry.field(description="Whether all three blocks were surveyed.")
    missing_blocks: list[SurveyBlock] = strawberry.field(description="The blocks that were not.")
    scale: BuildingScale | None = strawberry.field(description="How much is built.")
    households: HouseholdStructure | None = strawberry.field(description="Who lives there.")
    infrastructure: list[SurveyedFacility] | None = strawberry.field(description="What is there, and how good it is.")

    @classmethod
    def of(cls, survey: Survey) -> "BaseSurvey":
        """Return the survey as the schema shows it."""
        scale, households = survey.scale, survey.households
        return cls(
            surveyed_on=survey.surveyed_on,
            complete=survey.complete,
            missing_blocks=list(survey.missing_blocks),
            scale=None
            if scale is None
            else BuildingScale(
                building_count=scale.building_count,
                stairwell_count=scale.stairwell_count,
                gross_area=scale.gross_area,
            ),
            households=None
            if households is None
            else HouseholdStructure(
                household_count=households.household_count,
                owner_occupied=households.owner_occupied,
                rented=households.rented,
                vacant=households.vacant,
            ),
            infrastructure=None
            if survey.infrastructure is None
            else [SurveyedFacility(name=found.name, condition=found.condition) for found in survey.infrastructure],
        )


@strawberry.type(description="What sets an estate apart.")
class EstateTraits:
    """The traits of an estate."""

    three_without: bool | None = strawberry.field(description="Whether it is three-without; null while nobody said.")
    without: list[str] = strawberry.field(description="What it is without, in words; the document defines no three.")
    weaknesses: list[Weakness] = strawberry.field(description="Where its management is weak.")
    priority: Priority = strawberry.field(description="When its turn comes.")

    @classmethod
    def of(cls, traits: Traits) -> "EstateTraits":
        """Return the traits as the schema shows them."""
        return cls(
            three_without=traits.three_without,
            without=list(traits.without),
            weaknesses=list(traits.weaknesses),
            priority=traits.priority,
        )


@strawberry.type(description="How the party covers an estate from a day on.")
class PartyCoverage:
    """A coverage."""

    form: CoverageForm = strawberry.field(description="In which form.")
    from_: date = strawberry.field(name="from", description="The first day.")
    first_secretary: str | None = strawberry.field(description="The first secretary who was sent; null when none was.")
    grounds: list[SecretaryGround] = strawberry.field(description="Why the first secretary was sent.")

    @classmethod
    def of(cls, coverage: Coverage) -> "PartyCoverage":
        """Return the coverage as the schema shows it."""
        return cls(
            form=coverage.form,
            from_=coverage.from_,
            first_secretary=coverage.first_secretary,
            grounds=list(coverage.grounds),
        )


@strawberry.type(description="An able resident of an estate.")
class BackboneResident:
    """An able resident."""

    name: str = strawberry.field(description="Who.")
    standing: list[Standing] = strawberry.field(description="What they are; flags only.")
    skill: str = strawberry.field(description="What they can.")
    serves_as: ServesAs | None = strawberry.field(description="As what they serve; null while as nothing.")
    from_: date = strawberry.field(name="from", description="Since when they are listed.")

    @classmethod
    def of(cls, resident: Resident) -> "BackboneResident":
        """Return the resident as the schema shows them."""
        return cls(
            name=resident.name,
            standing=list(resident.standing),
            skill=resident.skill,
            serves_as=resident.serves_as,
            from_=resident.from_,
        )


@strawberry.type(description="What the base ledger says of an old estate as of a day.")
class BaseLedgerRow:
    """A row of the base ledger."""

    as_of: date = strawberry.field(description="The day.")
    owners_body: OwnersBody = strawberry.field(description="Which body governs it.")
    mode_label: str | None = strawberry.field(description="How management came, in the district's words.")
    running_state: RunningState = strawberry.field(description="How it runs.")
    collection_rate: Ratio | None = strawberry.field(description="The share of fees collected; null when unknown.")
    problems: str = strawberry.field(description="What is wrong; empty when nothing is.")

    @classmethod
    def of(cls, row: BaseRow) -> "BaseLedgerRow":
        """Return the row as the schema shows it."""
        return cls(
            as_of=row.as_of,
            owners_body=row.owners_body,
            mode_label=row.mode_label,
            running_state=row.running_state,
            collection_rate=row.collection_rate,
            problems=row.problems,
        )


@strawberry.type(description="What the work ledger says of an estate without management.")
class UnmanagedEstateRow:
    """A row of the ledger of unmanaged estates."""

    surveyed_on: date = strawberry.field(description="When it was found.")
    estate_class: EstateKind = strawberry.field(description="Its class.")
    household_count: int = strawberry.field(description="Its households.")
    problem: str = strawberry.field(description="Why nobody manages it.")
    late: bool = strawberry.field(description="Whether it was found after the survey's last day.")

    @classmethod
    def of(cls, row: UnmanagedRow) -> "UnmanagedEstateRow":
        """Return the row as the schema shows it."""
        return cls(
            surveyed_on=row.surveyed_on,
            estate_class=row.estate_class,
            household_count=row.household_count,
            problem=row.problem,
            late=row.late,
        )


@strawberry.type(description="How and when management comes to one class of estates.")
class WorkPlan:
    """A work plan."""

    id: strawberry.ID = strawberry.field(description="Its id.")
    community_id: strawberry.ID | None = strawberry.field(description="The community; null for the whole street.")
    estate_class: str = strawberry.field(description="The class, in the street's words.")
    mode_label: str = strawberry.field(description="How management comes, in the district's words.")
    starts_on: date = strawberry.field(description="The first day.")
    finishes_on: date = strawberry.field(description="The last day.")
    measures: str = strawberry.field(description="What is done.")

    @classmethod
    def of(cls, record: WorkPlanRecord) -> "WorkPlan":
        """Return the plan as the schema shows it."""
        plan = record.plan
        return cls(
            id=strawberry.ID(record.id),
            community_id=None if record.community_id is None else strawberry.ID(record.community_id),
            estate_class=plan.estate_class,
            mode_label=plan.mode_label,
            starts_on=plan.starts_on,
            finishes_on=plan.finishes_on,
            measures=plan.measures,
        )


@strawberry.type(description="A time during which nobody served an estate.")
class Abandonment:
    """An abandonment."""

    reason: AbandonmentReason = strawberry.field(description="Why.")
    from_: date = strawberry.field(name="from", description="The first day.")
    to: date | None = strawberry.field(description="The day somebody took it up; null while nobody has.")

    @classmethod
    def of(cls, record: AbandonmentRecord) -> "Abandonment":
        """Return the abandonment as the schema shows it."""
        return cls(reason=record.reason, from_=record.from_, to=record.to)
