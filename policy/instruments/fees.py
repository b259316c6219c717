"""Arrears: the gate to mediation, the letter to the employer, the steps of asking, late fees; and income's earmarks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar

from kit.money import Fen
from kit.ratio import Ratio
from policy.instruments.base import Declared, Instrument, Narrowing
from policy.kinds import Count, Flag, ListOf, Money, OneOf, Share, TableOf
from policy.vocabulary import (
    ArrearsBase,
    Beneficiary,
    DunningStep,
    FailedMediation,
    IncomeEarmark,
    IncomeKind,
    LateFees,
    LetterPrecondition,
    LetterSubject,
)


@dataclass(frozen=True, kw_only=True)
class ArrearsPolicy(Instrument):
    """The arrears ratio, included, from which the applicant may ask for mediation."""

    key: ClassVar[str] = "arrears"

    threshold: Annotated[Ratio, Declared("threshold", Share())]
    base: Annotated[ArrearsBase, Declared("base", OneOf(ArrearsBase))]
    applicant: Annotated[Beneficiary, Declared("applicant", OneOf(Beneficiary))]
    after_failure: Annotated[FailedMediation, Declared("afterFailure", OneOf(FailedMediation))]


@dataclass(frozen=True, kw_only=True)
class EmployerLetterPolicy(Instrument):
    """The street's letter to the employer of a debtor who still refuses after mediation."""

    key: ClassVar[str] = "employerLetter"

    subjects: Annotated[
        tuple[LetterSubject, ...], Declared("subjects", ListOf(OneOf(LetterSubject), distinct=True), Narrowing.SUBSET)
    ]
    after: Annotated[LetterPrecondition, Declared("after", OneOf(LetterPrecondition))]
    letters_per_person_and_case: Annotated[
        int, Declared("lettersPerPersonAndCase", Count("letters", minimum=1), Narrowing.CEILING)
    ]
    sender: Annotated[Beneficiary, Declared("sender", OneOf(Beneficiary))]


@dataclass(frozen=True, kw_only=True)
class DunningPolicy(Instrument):
    """The steps of asking for an overdue fee in order; the last two are alternatives."""

    key: ClassVar[str] = "dunning"

    steps: Annotated[tuple[DunningStep, ...], Declared("steps", ListOf(OneOf(DunningStep), distinct=True))]
    notice_shows_name: Annotated[bool, Declared("noticeShowsName", Flag())]


@dataclass(frozen=True, kw_only=True)
class LateFeesPolicy(Instrument):
    """Whether overdue fees bear late fees or interest."""

    key: ClassVar[str] = "lateFees"

    rule: Annotated[LateFees, Declared("rule", OneOf(LateFees))]


@dataclass(frozen=True, kw_only=True)
class IncomeEarmarksPolicy(Instrument):
    """What income from common parts and public space may be used for, by where it comes from."""

    key: ClassVar[str] = "incomeEarmarks"

    earmarks: Annotated[
        Mapping[IncomeKind, IncomeEarmark], Declared("earmarks", TableOf(IncomeKind, OneOf(IncomeEarmark)))
    ]


@dataclass(frozen=True, kw_only=True)
class SelfManagedFinancePolicy(Instrument):
    """From which sum on a self-managed estate must hire a professional for its books; None where it is not set yet."""

    key: ClassVar[str] = "selfManagedFinance"

    large_fund_fen: Annotated[Fen | None, Declared("largeFund", Money("yuan"), Narrowing.CEILING, optional=True)]
    requires_finance_rules: Annotated[bool, Declared("requiresFinanceRules", Flag())]
