"""Assessment, credit, exit of a provider, and the campaign."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar

from kit.score import Score
from policy.instruments.base import Contradiction, Declared, Instrument, Narrowing
from policy.kinds import Column, Count, Day, Flag, ListOf, OneOf, Points, Rows, Words
from policy.vocabulary import (
    AnnualFormula,
    AssessmentGroup,
    AssessmentPeriod,
    BlacklistClasses,
    BlacklistTerm,
    Cadence,
    CampaignPhase,
    Department,
    ExitStep,
    GovernedInstrument,
    Opinion,
)


@dataclass(frozen=True, kw_only=True)
class CreditPolicy(Instrument):
    """The blacklist (失信黑名单): the score, included, and the run of years that list a company, and for how long."""

    key: ClassVar[str] = "credit"

    max_score: Annotated[Score, Declared("maxScore", Points())]
    consecutive_years: Annotated[int, Declared("consecutiveYears", Count("years", minimum=1))]
    serious_dishonesty_lists: Annotated[bool, Declared("seriousDishonestyLists", Flag())]
    classes: Annotated[BlacklistClasses, Declared("classes", OneOf(BlacklistClasses))]
    term: Annotated[BlacklistTerm, Declared("term", OneOf(BlacklistTerm))]
    copied_to: Annotated[tuple[Department, ...], Declared("copiedTo", ListOf(OneOf(Department), distinct=True))]
    award_bonus: Annotated[Score | None, Declared("awardBonus", Points(), Narrowing.CEILING, optional=True)]


@dataclass(frozen=True, kw_only=True)
class CreditFilePolicy(Instrument):
    """A credit file (信用档案) for each company, feeding entry and exit."""

    key: ClassVar[str] = "creditFile"

    feeds_exit: Annotated[bool, Declared("feedsExit", Flag())]


@dataclass(frozen=True, kw_only=True)
class StarRatingPolicy(Instrument):
    """The star rating (评星定级) of companies by measures of their own."""

    key: ClassVar[str] = "starRating"

    stars: Annotated[int, Declared("stars", Count("stars", minimum=1))]


@dataclass(frozen=True)
class GradeLine:
    """The least yearly score of a grade."""

    grade: Annotated[str, Column("grade", Words())]
    min_score: Annotated[Score, Column("minScore", Points())]


@dataclass(frozen=True, kw_only=True)
class AssessmentPolicy(Instrument):
    """How often providers are assessed, how the year follows from the quarters, and what a grade needs."""

    key: ClassVar[str] = "assessment"

    period: Annotated[AssessmentPeriod, Declared("period", OneOf(AssessmentPeriod))]
    annual_formula: Annotated[AnnualFormula | None, Declared("annualFormula", OneOf(AnnualFormula), optional=True)]
    min_quarters: Annotated[
        int | None, Declared("minQuarters", Count("quarters", minimum=1), Narrowing.FLOOR, optional=True)
    ]
    grades: Annotated[tuple[GradeLine, ...] | None, Declared("grades", Rows(GradeLine), Narrowing.FREE, optional=True)]
    groups: Annotated[
        tuple[AssessmentGroup, ...] | None,
        Declared("groups", ListOf(OneOf(AssessmentGroup), distinct=True), optional=True),
    ]
    satisfaction_must_be_largest_weight: Annotated[
        bool | None, Declared("satisfactionMustBeLargestWeight", Flag(), optional=True)
    ]
    opinions_before_grade: Annotated[
        tuple[Opinion, ...] | None,
        Declared("opinionsBeforeGrade", ListOf(OneOf(Opinion), distinct=True), optional=True),
    ]

    def contradictions(self) -> Iterator[Contradiction]:
        """Return more quarters than a year has."""
        if self.min_quarters is not None and self.min_quarters > 4:
            yield Contradiction("minQuarters", "a year has four quarters")


@dataclass(frozen=True, kw_only=True)
class ExitPolicy(Instrument):
    """The steps of a provider's exit in order; none may be skipped."""

    key: ClassVar[str] = "exit"

    steps: Annotated[tuple[ExitStep, ...], Declared("steps", ListOf(OneOf(ExitStep), distinct=True))]
    handover_measure: Annotated[str | None, Declared("handoverMeasure", Words(), optional=True)]


@dataclass(frozen=True, kw_only=True)
class AuthorityDocumentsPolicy(Instrument):
    """The instruments that are not used before the district's authority has issued the document they rest on."""

    key: ClassVar[str] = "authorityDocuments"

    instruments: Annotated[
        tuple[GovernedInstrument, ...], Declared("instruments", ListOf(OneOf(GovernedInstrument), distinct=True))
    ]


@dataclass(frozen=True)
class PhaseWindow:
    """One phase of the campaign with its first and last day, both included."""

    phase: Annotated[CampaignPhase, Column("phase", OneOf(CampaignPhase))]
    starts_on: Annotated[date, Column("from", Day())]
    ends_on: Annotated[date, Column("to", Day())]
    clause: Annotated[str, Column("clause", Words())]


@dataclass(frozen=True, kw_only=True)
class CampaignPolicy(Instrument):
    """The campaign against estates without management (无物业管理小区清零): deadline, pilots, phases, reports."""

    key: ClassVar[str] = "campaign"

    deadline: Annotated[date, Declared("deadline", Day(), Narrowing.CEILING)]
    pilots_per_street_min: Annotated[int, Declared("pilotsPerStreet", Count("estates", minimum=1), Narrowing.FLOOR)]
    streets: Annotated[tuple[str, ...], Declared("streets", ListOf(Words(), distinct=True), Narrowing.FREE)]
    report: Annotated[Cadence, Declared("report", OneOf(Cadence))]
    report_table: Annotated[str, Declared("reportTable", Words(), Narrowing.FREE)]
    phases: Annotated[tuple[PhaseWindow, ...], Declared("phases", Rows(PhaseWindow), Narrowing.FREE)]

    def contradictions(self) -> Iterator[Contradiction]:
        """Return phases that run backwards, overlap, or pass the deadline."""
        latest: date | None = None
        for window in self.phases:
            if window.starts_on > window.ends_on or (latest is not None and window.starts_on <= latest):
                yield Contradiction("phases", f"{window.phase.value} runs backwards or overlaps the phase before it")
            latest = window.ends_on
        if latest is not None and latest > self.deadline:
            yield Contradiction("phases", "the last phase ends after the deadline")
