"""What is in force for one area on one day, with a typed property for every instrument."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from policy.errors import InstrumentAbsent, MeasuresNotIssued
from policy.instruments import (
    INSTRUMENTS,
    ActingBodyPolicy,
    AllowancePolicy,
    ArrearsPolicy,
    AssessmentPolicy,
    AuthorityDocumentsPolicy,
    AwardMeasuresPolicy,
    AwardsPolicy,
    BuyFirstPolicy,
    CampaignPolicy,
    CleaningCostPolicy,
    CreditFilePolicy,
    CreditPolicy,
    Declared,
    DepositPolicy,
    DunningPolicy,
    DutiesPolicy,
    EmployerLetterPolicy,
    ExitPolicy,
    FiveHavesSubsidyPolicy,
    GridPolicy,
    HouseholdRewardPolicy,
    IncomeEarmarksPolicy,
    Instrument,
    LateFeesPolicy,
    MaintenanceFundPolicy,
    ModesPolicy,
    OldEstatePolicy,
    OrganisationPolicy,
    PoolPolicy,
    PropertyRoomPolicy,
    SelectionPolicy,
    SelfManagedFinancePolicy,
    ServiceAreaPolicy,
    SpecialMaintenanceFundPolicy,
    StarRatingPolicy,
    StreetAwardPolicy,
    TimeLimitsPolicy,
    TrustPolicy,
    VotingPolicy,
    WelfarePoolPolicy,
)
from policy.kinds import declared
from policy.parameter import Document, InstrumentSource, Status
from policy.policy_file import PolicyFile

I = TypeVar("I", bound=Instrument)  # noqa: E741


@dataclass(frozen=True)
class PolicyVersion:
    """What is in force for an area on a day: one version of its own document, and the levels above it.

    An instrument that the own document does not provide is answered by the level above. `effective_to` is the last
    day, included, or None while nothing ends it.
    """

    file: PolicyFile
    effective_from: date
    effective_to: date | None
    upper: "PolicyVersion | None"

    @property
    def id(self) -> str:
        """Return the id that facts keep, such as "360702-v1"."""
        return self.file.id

    @property
    def district(self) -> str:
        """Return the area whose document this is, such as "360702"."""
        return self.file.area

    @property
    def version(self) -> int:
        """Return the version's number within its area."""
        return self.file.version

    @property
    def hash(self) -> str:
        """Return the SHA-256 of the canonical content, in hexadecimal."""
        return self.file.hash

    @property
    def document(self) -> Document:
        """Return the document that the version rests on."""
        return self.file.document

    def instrument(self, kind: type[I]) -> I:
        """Return the instrument of that class, from the own document or else from the nearest level above.

        Raises InstrumentAbsent (INSTRUMENT_NOT_AVAILABLE) if no level provides it, and MeasuresNotIssued
        (PRECONDITION) if the nearest level that names it leaves it to measures that are not loaded.
        """
        for version in self._levels():
            found = version.file.instruments.get(kind.key)
            if found is not None:
                assert isinstance(found, kind)
                return found
            source = version.file.sources.get(kind.key)
            if source is not None and source.status is Status.DELEGATED:
                raise MeasuresNotIssued(
                    f"{version.document} leaves {kind.key} to measures that are not loaded (clause {source.clause})",
                    value=self.district,
                )
        raise InstrumentAbsent(f"no document in force provides {kind.key}", value=self.district)

    def source(self, kind: type[Instrument]) -> InstrumentSource | None:
        """Return where the instrument comes from, also a delegated one; None if every level is silent."""
        for version in self._levels():
            source = version.file.sources.get(kind.key)
            if source is not None and source.status is not Status.ABSENT:
                return source
        return None

    def status(self, kind: type[Instrument]) -> Status:
        """Return how the documents in force provide the instrument."""
        source = self.source(kind)
        return Status.ABSENT if source is None else source.status

    @property
    def old_estate(self) -> OldEstatePolicy:
        """Return the test of an old estate."""
        return self.instrument(OldEstatePolicy)

    @property
    def modes(self) -> ModesPolicy:
        """Return the district's ways of running an estate."""
        return self.instrument(ModesPolicy)

    @property
    def acting_body(self) -> ActingBodyPolicy:
        """Return who acts where no committee is in term."""
        return self.instrument(ActingBodyPolicy)

    @property
    def deposit(self) -> DepositPolicy:
        """Return the performance deposit."""
        return self.instrument(DepositPolicy)

    @property
    def maintenance_fund(self) -> MaintenanceFundPolicy:
        """Return the maintenance fund of old estates."""
        return self.instrument(MaintenanceFundPolicy)

    @property
    def special_maintenance_fund(self) -> SpecialMaintenanceFundPolicy:
        """Return the special maintenance fund of all homes (Decree 165)."""
        return self.instrument(SpecialMaintenanceFundPolicy)

    @property
    def reward_per_household(self) -> HouseholdRewardPolicy:
        """Return the reward per household and month."""
        return self.instrument(HouseholdRewardPolicy)

    @property
    def buy_first(self) -> BuyFirstPolicy:
        """Return the support of owners' fee payment."""
        return self.instrument(BuyFirstPolicy)

    @property
    def subsidy_five_haves(self) -> FiveHavesSubsidyPolicy:
        """Return the subsidy for the five basic services."""
        return self.instrument(FiveHavesSubsidyPolicy)

    @property
    def pool(self) -> PoolPolicy:
        """Return the yearly pool."""
        return self.instrument(PoolPolicy)

    @property
    def street_award(self) -> StreetAwardPolicy:
        """Return the award to a street."""
        return self.instrument(StreetAwardPolicy)

    @property
    def allowance(self) -> AllowancePolicy:
        """Return the allowance to committee members."""
        return self.instrument(AllowancePolicy)

    @property
    def awards(self) -> AwardsPolicy:
        """Return the yearly awards."""
        return self.instrument(AwardsPolicy)

    @property
    def award_measures(self) -> AwardMeasuresPolicy:
        """Return whose sign-offs the award measures need."""
        return self.instrument(AwardMeasuresPolicy)

    @property
    def arrears(self) -> ArrearsPolicy:
        """Return the gate from arrears to mediation."""
        return self.instrument(ArrearsPolicy)

    @property
    def dunning(self) -> DunningPolicy:
        """Return the steps of asking for an overdue fee."""
        return self.instrument(DunningPolicy)

    @property
    def employer_letter(self) -> EmployerLetterPolicy:
        """Return the letter to a debtor's employer."""
        return self.instrument(EmployerLetterPolicy)

    @property
    def credit(self) -> CreditPolicy:
        """Return the blacklist."""
        return self.instrument(CreditPolicy)

    @property
    def credit_file(self) -> CreditFilePolicy:
        """Return the credit file."""
        return self.instrument(CreditFilePolicy)

    @property
    def star_rating(self) -> StarRatingPolicy:
        """Return the star rating."""
        return self.instrument(StarRatingPolicy)

    @property
    def property_room(self) -> PropertyRoomPolicy:
        """Return what a property office must have."""
        return self.instrument(PropertyRoomPolicy)

    @property
    def assessment(self) -> AssessmentPolicy:
        """Return how providers are assessed."""
        return self.instrument(AssessmentPolicy)

    @property
    def authority_documents(self) -> AuthorityDocumentsPolicy:
        """Return which instruments wait for a document of the district's authority."""
        return self.instrument(AuthorityDocumentsPolicy)

    @property
    def cost_of_cleaning(self) -> CleaningCostPolicy:
        """Return who bears the cost of cleaning."""
        return self.instrument(CleaningCostPolicy)

    @property
    def income_earmarks(self) -> IncomeEarmarksPolicy:
        """Return what income may be used for."""
        return self.instrument(IncomeEarmarksPolicy)

    @property
    def exit(self) -> ExitPolicy:
        """Return the steps of a provider's exit."""
        return self.instrument(ExitPolicy)

    @property
    def campaign(self) -> CampaignPolicy:
        """Return the campaign against unmanaged estates."""
        return self.instrument(CampaignPolicy)

    @property
    def organisation(self) -> OrganisationPolicy:
        """Return the leading bodies and their posts."""
        return self.instrument(OrganisationPolicy)

    @property
    def duties(self) -> DutiesPolicy:
        """Return which body has which duty."""
        return self.instrument(DutiesPolicy)

    @property
    def grid(self) -> GridPolicy:
        """Return the departments of the grid."""
        return self.instrument(GridPolicy)

    @property
    def service_area(self) -> ServiceAreaPolicy:
        """Return whether a contract needs a service area."""
        return self.instrument(ServiceAreaPolicy)

    @property
    def selection(self) -> SelectionPolicy:
        """Return how owners select a provider."""
        return self.instrument(SelectionPolicy)

    @property
    def welfare_pool(self) -> WelfarePoolPolicy:
        """Return what an entry to the pool of public-welfare companies needs."""
        return self.instrument(WelfarePoolPolicy)

    @property
    def trust(self) -> TrustPolicy:
        """Return the trust mode."""
        return self.instrument(TrustPolicy)

    @property
    def self_managed_finance(self) -> SelfManagedFinancePolicy:
        """Return what self-managed estates keep to with money."""
        return self.instrument(SelfManagedFinancePolicy)

    @property
    def voting(self) -> VotingPolicy:
        """Return the counts of joint decisions."""
        return self.instrument(VotingPolicy)

    @property
    def time_limits(self) -> TimeLimitsPolicy:
        """Return the time limits of national law."""
        return self.instrument(TimeLimitsPolicy)

    @property
    def late_fees(self) -> LateFeesPolicy:
        """Return whether arrears bear late fees."""
        return self.instrument(LateFeesPolicy)

    def as_data(self) -> dict[str, Any]:
        """Return every instrument in force as JSON data: status, clause, and each value with unit and clause."""
        return {kind.key: self._instrument_data(kind) for kind in INSTRUMENTS}

    def _levels(self) -> Iterator["PolicyVersion"]:
        version: PolicyVersion | None = self
        while version is not None:
            yield version
            version = version.upper

    def _instrument_data(self, kind: type[Instrument]) -> dict[str, Any]:
        source = self.source(kind)
        if source is None:
            return {"status": Status.ABSENT.value}
        data: dict[str, Any] = {
            "status": source.status.value,
            "clause": source.clause,
            "document": source.document,
            "policyVersionId": source.policy_version_id,
            "quote": source.quote,
        }
        try:
            instrument = self.instrument(kind)
        except MeasuresNotIssued:
            return data
        declarations = declared(kind, Declared)
        data["values"] = {
            declarations[name].key: {
                "value": parameter.plain,
                "unit": parameter.unit or None,
                "clause": parameter.clause,
                "document": parameter.document,
                "status": parameter.status.value,
                "assumption": parameter.assumption,
                "confirmWith": parameter.confirm_with,
            }
            for name, parameter in instrument.parameters.items()
        }
        return data
