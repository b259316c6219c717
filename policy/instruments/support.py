"""Public money for property service: rewards, subsidies, the pool, allowances and awards."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar

from kit.money import Fen
from kit.ratio import ONE, Ratio
from policy.instruments.base import Contradiction, Declared, Instrument, Narrowing, bounds_contradiction
from policy.kinds import Count, Flag, ListOf, Money, OneOf, Share, YearTable
from policy.vocabulary import (
    AssessmentRequirement,
    Beneficiary,
    Department,
    FailedPeriod,
    HouseholdBase,
    MoneySource,
    MonthRule,
    Payer,
    ServiceItem,
    SourceOrder,
    YearStart,
)


@dataclass(frozen=True, kw_only=True)
class HouseholdRewardPolicy(Instrument):
    """The reward in place of subsidy (以奖代补): a monthly rate per household for each service year, then nothing."""

    key: ClassVar[str] = "rewardPerHousehold"

    monthly_rates_fen: Annotated[
        tuple[Fen, ...], Declared("monthlyRates", ListOf(Money("yuan/household/month")), Narrowing.CEILING)
    ]
    base: Annotated[HouseholdBase, Declared("base", OneOf(HouseholdBase))]
    household_count_day: Annotated[int, Declared("householdCountDay", Count("day of month", minimum=1))]
    city_share: Annotated[Ratio, Declared("cityShare", Share())]
    district_share: Annotated[Ratio, Declared("districtShare", Share())]
    remainder_to: Annotated[Payer, Declared("remainderTo", OneOf(Payer))]
    payee: Annotated[Beneficiary, Declared("payee", OneOf(Beneficiary))]
    requires: Annotated[AssessmentRequirement, Declared("requires", OneOf(AssessmentRequirement))]
    on_fail: Annotated[FailedPeriod, Declared("onFail", OneOf(FailedPeriod))]
    year_starts: Annotated[YearStart, Declared("yearStarts", OneOf(YearStart))]

    @property
    def years(self) -> int:
        """Return for how many service years the reward is paid."""
        return len(self.monthly_rates_fen)

    def monthly_rate_fen(self, service_year: int) -> Fen | None:
        """Return the monthly rate per household in a service year counted from 1, or None outside the paid years."""
        if 1 <= service_year <= self.years:
            return self.monthly_rates_fen[service_year - 1]
        return None

    def contradictions(self) -> Iterator[Contradiction]:
        """Return shares that do not make the whole, and a count day that some months lack."""
        if self.city_share + self.district_share != ONE:
            yield Contradiction("districtShare", "the shares of city and district make up the whole")
        if self.household_count_day > 28:
            yield Contradiction("householdCountDay", "every month has the count day, so it is at most 28")


@dataclass(frozen=True, kw_only=True)
class BuyFirstPolicy(Instrument):
    """Buy first, subsidise later (先买后补): support of owners' fee payment over a transition period."""

    key: ClassVar[str] = "buyFirst"

    transition_months: Annotated[int, Declared("transition", Count("months", minimum=1), Narrowing.CEILING)]
    taper: Annotated[tuple[Ratio, ...], Declared("taper", ListOf(Share()), Narrowing.CEILING)]
    payee: Annotated[Beneficiary, Declared("payee", OneOf(Beneficiary))]


@dataclass(frozen=True, kw_only=True)
class FiveHavesSubsidyPolicy(Instrument):
    """The subsidy per m² and month of managed area for the five basic services (五有)."""

    key: ClassVar[str] = "subsidyFiveHaves"

    rate_min_fen: Annotated[Fen, Declared("rateMin", Money("yuan/m2/month"), Narrowing.FLOOR)]
    rate_max_fen: Annotated[Fen, Declared("rateMax", Money("yuan/m2/month"), Narrowing.CEILING)]
    rates_fen_by_year: Annotated[
        Mapping[int, Fen] | None,
        Declared("ratesByYear", YearTable(Money("yuan/m2/month")), Narrowing.FREE, optional=True),
    ]
    services: Annotated[tuple[ServiceItem, ...], Declared("services", ListOf(OneOf(ServiceItem), distinct=True))]
    month_rule: Annotated[MonthRule, Declared("monthRule", OneOf(MonthRule))]
    payee: Annotated[Beneficiary, Declared("payee", OneOf(Beneficiary))]

    def contradictions(self) -> Iterator[Contradiction]:
        """Return a least rate above the highest, and a year's rate outside the two."""
        yield from bounds_contradiction("rateMax", self.rate_min_fen, self.rate_max_fen)
        for year, rate_fen in (self.rates_fen_by_year or {}).items():
            if not self.rate_min_fen <= rate_fen <= self.rate_max_fen:
                yield Contradiction("ratesByYear", f"the rate of {year} lies outside the minimum and the maximum")


@dataclass(frozen=True, kw_only=True)
class PoolPolicy(Instrument):
    """The yearly pool for companies that serve old estates, shared by managed area, capped for each."""

    key: ClassVar[str] = "pool"

    annual_fen: Annotated[Fen, Declared("annual", Money("yuan/year"), Narrowing.FREE)]
    cap_each_fen: Annotated[Fen, Declared("capEach", Money("yuan/year"), Narrowing.CEILING)]
    unit: Annotated[Beneficiary, Declared("unit", OneOf(Beneficiary))]
    redistribute_above_cap: Annotated[bool, Declared("redistributeAboveCap", Flag())]

    def contradictions(self) -> Iterator[Contradiction]:
        """Return a cap for each above the whole pool."""
        if self.cap_each_fen > self.annual_fen:
            yield Contradiction("capEach", "the cap for each is above the whole pool")


@dataclass(frozen=True, kw_only=True)
class StreetAwardPolicy(Instrument):
    """The award to a street with clear results in the maintenance-fund pilot."""

    key: ClassVar[str] = "streetAward"

    amount_fen: Annotated[Fen, Declared("amount", Money("yuan"), Narrowing.CEILING)]
    payee: Annotated[Beneficiary, Declared("payee", OneOf(Beneficiary))]


@dataclass(frozen=True, kw_only=True)
class AllowancePolicy(Instrument):
    """The allowance to members of a qualified committee, per person and month."""

    key: ClassVar[str] = "allowance"

    max_per_person_month_fen: Annotated[
        Fen, Declared("maxPerPersonMonth", Money("yuan/person/month"), Narrowing.CEILING)
    ]
    sources: Annotated[
        tuple[MoneySource, ...], Declared("sources", ListOf(OneOf(MoneySource), distinct=True), Narrowing.SUBSET)
    ]
    source_order: Annotated[SourceOrder, Declared("sourceOrder", OneOf(SourceOrder))]
    requires: Annotated[AssessmentRequirement, Declared("requires", OneOf(AssessmentRequirement))]


@dataclass(frozen=True, kw_only=True)
class AwardsPolicy(Instrument):
    """The yearly awards to persons and to units, with both bounds included."""

    key: ClassVar[str] = "awards"

    person_min_fen: Annotated[Fen, Declared("personMin", Money("yuan"), Narrowing.FLOOR)]
    person_max_fen: Annotated[Fen, Declared("personMax", Money("yuan"), Narrowing.CEILING)]
    unit_min_fen: Annotated[Fen, Declared("unitMin", Money("yuan"), Narrowing.FLOOR)]
    unit_max_fen: Annotated[Fen, Declared("unitMax", Money("yuan"), Narrowing.CEILING)]
    funded_by: Annotated[MoneySource, Declared("fundedBy", OneOf(MoneySource))]

    def contradictions(self) -> Iterator[Contradiction]:
        """Return a minimum above its maximum."""
        yield from bounds_contradiction("personMax", self.person_min_fen, self.person_max_fen)
        yield from bounds_contradiction("unitMax", self.unit_min_fen, self.unit_max_fen)


@dataclass(frozen=True, kw_only=True)
class AwardMeasuresPolicy(Instrument):
    """Whose sign-offs the detailed award measures need before any of the scheme's money is paid."""

    key: ClassVar[str] = "awardMeasures"

    sign_offs: Annotated[tuple[Department, ...], Declared("signOffs", ListOf(OneOf(Department), distinct=True))]
