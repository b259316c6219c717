"""What the mutations of `mutations.surveys` are given."""

from datetime import date

import strawberry

from kit.area import Area
from kit.graphql.payloads import MutationInput
from kit.ratio import Ratio
from services.registry.domain.base_ledger import BaseLedgerRow
from services.registry.domain.base_survey import BaseSurvey, BuildingScale, HouseholdStructure, SurveyedFacility
from services.registry.domain.facility import Facility
from services.registry.domain.party_coverage import BackboneResident, PartyCoverage
from services.registry.graphql.base_ledger_enums import (
    Condition,
    CoverageForm,
    Priority,
    RunningState,
    SecretaryGround,
    ServesAs,
    Standing,
    Weakness,
)
from services.registry.graphql.enums import EstateKind, OwnersBody
from services.registry.graphql.territory_enums import AbandonmentReason, FacilityKind, Site
from services.registry.use_cases.abandon_estate import AbandonEstate, TakeUpEstate
from services.registry.use_cases.keep_old_estate_ledgers import (
    RecordUnmanagedEstate,
    WriteBaseLedgerRow,
    WriteWorkPlan,
)
from services.registry.use_cases.survey_estate import (
    ListBackboneResident,
    RecordBaseSurvey,
    RecordPartyCoverage,
    RegisterFacility,
    SetEstateTraits,
)


@strawberry.input(description="How much is built.")
class BuildingScaleInput:
    """The scale of an estate's buildings."""

    building_count: int = strawberry.field(description="How many buildings, at least 1.")
    stairwell_count: int = strawberry.field(description="How many stairwells, at least 1.")
    gross_area: Area = strawberry.field(description="Their floor area in m2, above 0.")


@strawberry.input(description="Who lives there, in households.")
class HouseholdStructureInput:
    """The households of an estate."""

    household_count: int = strawberry.field(description="All households: the sum of the three kinds.")
    owner_occupied: int = strawberry.field(description="Where an owner lives.")
    rented: int = strawberry.field(description="Where a tenant lives.")
    vacant: int = strawberry.field(description="Where nobody lives.")


@strawberry.input(description="A facility as a survey found it.")
class SurveyedFacilityInput:
    """A facility of a survey."""

    name: str = strawberry.field(description="What it is, named once.")
    condition: Condition = strawberry.field(description="How good it is.")


@strawberry.input(description="Keep a base survey of an estate; a block that was not surveyed is left out.")
class RecordBaseSurveyInput(MutationInput):
    """A base survey."""

    estate_id: strawberry.ID = strawberry.field(description="The estate.")
    surveyed_on: date = strawberry.field(description="The day; not in the future, one survey a day.")
    scale: BuildingScaleInput | None = strawberry.field(default=None, description="How much is built.")
    households: HouseholdStructureInput | None = strawberry.field(default=None, description="Who lives there.")
    infrastructure: list[SurveyedFacilityInput] | None = strawberry.field(
        default=None, description="What is there, at most 50 facilities."
    )

    def command(self) -> RecordBaseSurvey:
        """Return the use case's command."""
        scale, households = self.scale, self.households
        survey = BaseSurvey(
            surveyed_on=self.surveyed_on,
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
            if self.infrastructure is None
            else tuple(SurveyedFacility(found.name, found.condition) for found in self.infrastructure),
        )
        return RecordBaseSurvey(estate_id=self.estate_id, survey=survey)


@strawberry.input(description="Say what sets an estate apart, in place of what was said before.")
class SetEstateTraitsInput(MutationInput):
    """The traits of an estate."""

    estate_id: strawberry.ID = strawberry.field(description="The estate.")
    three_without: bool | None = strawberry.field(default=None, description="Whether it is three-without.")
    without: list[str] = strawberry.field(
        default_factory=list, description="What a three-without estate is without, 1 to 3 things in words."
    )
    weaknesses: list[Weakness] = strawberry.field(default_factory=list, description="Where its management is weak.")
    priority: Priority = strawberry.field(default=Priority.NORMAL, description="When its turn comes.")

    def command(self) -> SetEstateTraits:
        """Return the use case's command."""
        return SetEstateTraits(
            estate_id=self.estate_id,
            three_without=self.three_without,
            without=self.without,
            weaknesses=self.weaknesses,
            priority=self.priority,
        )


@strawberry.input(description="Keep how the party covers an estate from a day on.")
class RecordPartyCoverageInput(MutationInput):
    """A coverage."""

    estate_id: strawberry.ID = strawberry.field(description="The estate.")
    form: CoverageForm = strawberry.field(description="In which form.")
    from_: date = strawberry.field(name="from", description="The first day; not in the future.")
    first_secretary: str | None = strawberry.field(default=None, description="The first secretary who was sent.")
    grounds: list[SecretaryGround] = strawberry.field(
        default_factory=list, description="Why the first secretary was sent; at least one where one was."
    )

    def command(self) -> RecordPartyCoverage:
        """Return the use case's command."""
        coverage = PartyCoverage(
            form=self.form, from_=self.from_, first_secretary=self.first_secretary, grounds=tuple(self.grounds)
        )
        return RecordPartyCoverage(estate_id=self.estate_id, coverage=coverage)


@strawberry.input(description="List an able resident of an estate.")
class ListBackboneResidentInput(MutationInput):
    """An able resident."""

    estate_id: strawberry.ID = strawberry.field(description="The estate.")
    name: str = strawberry.field(description="Who, listed once for the estate.")
    standing: list[Standing] = strawberry.field(default_factory=list, description="What they are; flags only.")
    skill: str = strawberry.field(description="What they can, at most 100 characters.")
    serves_as: ServesAs | None = strawberry.field(default=None, description="As what they serve.")
    from_: date = strawberry.field(name="from", description="Since when; not in the future.")

    def command(self) -> ListBackboneResident:
        """Return the use case's command."""
        resident = BackboneResident(
            name=self.name,
            standing=tuple(self.standing),
            skill=self.skill,
            serves_as=self.serves_as,
            from_=self.from_,
        )
        return ListBackboneResident(estate_id=self.estate_id, resident=resident)


@strawberry.input(description="Register a facility of an estate or of one of its buildings.")
class RegisterFacilityInput(MutationInput):
    """A facility."""

    estate_id: strawberry.ID = strawberry.field(description="The estate.")
    building_id: strawberry.ID | None = strawberry.field(default=None, description="Its building, where it has one.")
    kind: FacilityKind = strawberry.field(description="What it is; a lift stands in a building's stairwell.")
    name: str = strawberry.field(description="Its name, unique within the estate.")
    site: Site = strawberry.field(description="Where it stands; inside or outside the gate follows from it.")

    def command(self) -> RegisterFacility:
        """Return the use case's command."""
        return RegisterFacility(
            estate_id=self.estate_id,
            building_id=self.building_id,
            facility=Facility(self.kind, self.name, self.site),
        )


@strawberry.input(description="Write a row of the base ledger of old estates.")
class WriteBaseLedgerRowInput(MutationInput):
    """A row of the base ledger."""

    estate_id: strawberry.ID = strawberry.field(description="An old estate by its district's bound.")
    as_of: date = strawberry.field(description="The day; after the latest row's, not in the future.")
    owners_body: OwnersBody = strawberry.field(description="Which body governs it.")
    mode_label: str | None = strawberry.field(default=None, description="How management came, in the district's words.")
    running_state: RunningState = strawberry.field(description="How it runs.")
    collection_rate: Ratio | None = strawberry.field(default=None, description='The share collected, e.g. "0.6500".')
    problems: str = strawberry.field(default="", description="What is wrong, at most 2,000 characters.")

    def command(self) -> WriteBaseLedgerRow:
        """Return the use case's command."""
        row = BaseLedgerRow(
            as_of=self.as_of,
            owners_body=self.owners_body,
            mode_label=self.mode_label,
            running_state=self.running_state,
            collection_rate=self.collection_rate,
            problems=self.problems,
        )
        return WriteBaseLedgerRow(estate_id=self.estate_id, row=row)


@strawberry.input(description="Write an estate without management into the street's work ledger.")
class RecordUnmanagedEstateInput(MutationInput):
    """A row of the ledger of unmanaged estates."""

    estate_id: strawberry.ID = strawberry.field(description="The estate; no contract serves it.")
    surveyed_on: date = strawberry.field(
        description="The day; not in the future. After the last day of the campaign's survey the row is flagged late."
    )
    estate_class: EstateKind = strawberry.field(description="Its class.")
    household_count: int = strawberry.field(description="Its households, at least 0.")
    problem: str = strawberry.field(description="Why nobody manages it, at most 2,000 characters.")

    def command(self) -> RecordUnmanagedEstate:
        """Return the use case's command."""
        return RecordUnmanagedEstate(
            estate_id=self.estate_id,
            surveyed_on=self.surveyed_on,
            estate_class=self.estate_class,
            household_count=self.household_count,
            problem=self.problem,
        )


@strawberry.input(description="Write the work plan of one class of estates of a street or community.")
class WriteWorkPlanInput(MutationInput):
    """A work plan."""

    street_id: strawberry.ID = strawberry.field(description="The street.")
    community_id: strawberry.ID | None = strawberry.field(default=None, description="One of its communities.")
    estate_class: str = strawberry.field(description='The class, in the street\'s words, e.g. "多产权小区".')
    mode_label: str = strawberry.field(description="How management comes, in the district's words.")
    starts_on: date | None = strawberry.field(default=None, description="The first day; a plan without it is refused.")
    finishes_on: date | None = strawberry.field(
        default=None, description="The last day, not before the first; a plan without it is refused."
    )
    measures: str = strawberry.field(description="What is done, at most 2,000 characters.")

    def command(self) -> WriteWorkPlan:
        """Return the use case's command."""
        return WriteWorkPlan(
            street_id=self.street_id,
            community_id=self.community_id,
            estate_class=self.estate_class,
            mode_label=self.mode_label,
            starts_on=self.starts_on,
            finishes_on=self.finishes_on,
            measures=self.measures,
        )


@strawberry.input(description="Record that nobody serves an estate any more.")
class AbandonEstateInput(MutationInput):
    """An abandoned estate."""

    estate_id: strawberry.ID = strawberry.field(description="The estate.")
    abandonment_reason: AbandonmentReason = strawberry.field(
        description="Why; of an estate that a contract serves only that its provider left."
    )
    abandoned_on: date = strawberry.field(description="The first day; not in the future.")

    def command(self) -> AbandonEstate:
        """Return the use case's command."""
        return AbandonEstate(
            estate_id=self.estate_id,
            abandonment_reason=self.abandonment_reason,
            abandoned_on=self.abandoned_on,
        )


@strawberry.input(description="Record that somebody took an abandoned estate up.")
class TakeUpEstateInput(MutationInput):
    """An estate that is taken up."""

    estate_id: strawberry.ID = strawberry.field(description="The estate.")
    taken_up_on: date = strawberry.field(description="The day, from the abandonment to today.")

    def command(self) -> TakeUpEstate:
        """Return the use case's command."""
        return TakeUpEstate(estate_id=self.estate_id, taken_up_on=self.taken_up_on)
