"""National law: owners' joint decisions, and the time limits around them and around contracts."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, ClassVar

from kit.ratio import Ratio
from policy.instruments.base import Contradiction, Declared, Instrument, Narrowing
from policy.kinds import Count, ExactFraction, Flag, ListOf, OneOf, Share
from policy.vocabulary import DecisionMatter, NotReturnedBallot


@dataclass(frozen=True, kw_only=True)
class VotingPolicy(Instrument):
    """The counts of Civil Code art. 278, each tested on area and on persons separately.

    The quorum and the special majority include their fraction (以上), the ordinary majority does not (过半数).
    """

    key: ClassVar[str] = "voting"

    quorum: Annotated[Fraction, Declared("quorum", ExactFraction())]
    ordinary_majority_above: Annotated[Fraction, Declared("ordinaryMajorityAbove", ExactFraction())]
    special_majority: Annotated[Fraction, Declared("specialMajority", ExactFraction())]
    ordinary_matters: Annotated[
        tuple[DecisionMatter, ...], Declared("ordinaryMatters", ListOf(OneOf(DecisionMatter), distinct=True))
    ]
    special_matters: Annotated[
        tuple[DecisionMatter, ...], Declared("specialMatters", ListOf(OneOf(DecisionMatter), distinct=True))
    ]
    count_parking_spaces: Annotated[bool, Declared("countParkingSpaces", Flag(), Narrowing.FREE)]
    not_returned_ballot: Annotated[
        NotReturnedBallot, Declared("notReturnedBallot", OneOf(NotReturnedBallot), Narrowing.FREE)
    ]

    def contradictions(self) -> Iterator[Contradiction]:
        """Return a matter that is in both classes, or in none."""
        for matter in DecisionMatter:
            if (matter in self.ordinary_matters) == (matter in self.special_matters):
                yield Contradiction("specialMatters", f"{matter.value} is in exactly one of the two classes")


@dataclass(frozen=True, kw_only=True)
class TimeLimitsPolicy(Instrument):
    """The time limits of national law in days or months; counted by `kit.clock`."""

    key: ClassVar[str] = "timeLimits"

    congress_notice_days_min: Annotated[int, Declared("congressNotice", Count("days"), Narrowing.FLOOR)]
    extraordinary_congress_share: Annotated[Ratio, Declared("extraordinaryCongressShare", Share())]
    committee_filing_days_max: Annotated[int, Declared("committeeFiling", Count("days"), Narrowing.CEILING)]
    challenge_months: Annotated[int, Declared("decisionChallenge", Count("months"))]
    dismissal_notice_days: Annotated[int, Declared("dismissalNotice", Count("days"))]
    no_renewal_notice_days: Annotated[int, Declared("noRenewalNotice", Count("days"))]
    indefinite_contract_notice_days: Annotated[int, Declared("indefiniteContractNotice", Count("days"))]
    fund_transfer_days_max: Annotated[int, Declared("fundTransfer", Count("days"), Narrowing.CEILING)]
    fee_claim_limitation_months: Annotated[int, Declared("feeClaimLimitation", Count("months"))]
