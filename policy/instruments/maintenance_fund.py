"""The maintenance fund of old estates (老旧小区维修资金)."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from kit.money import Fen
from kit.ratio import Ratio
from policy.instruments.base import Declared, Instrument, Narrowing
from policy.kinds import ListOf, Money, OneOf, Share
from policy.vocabulary import Beneficiary, Cadence, Collector, CustodyKind, MatchBase, MatchCreditedTo


@dataclass(frozen=True, kw_only=True)
class MaintenanceFundPolicy(Instrument):
    """The highest rates per m² of building area, both included, the public match, collectors and custodian."""

    key: ClassVar[str] = "maintenanceFund"

    max_rate_lift_fen: Annotated[Fen, Declared("maxRateLift", Money("yuan/m2"), Narrowing.CEILING)]
    max_rate_no_lift_fen: Annotated[Fen, Declared("maxRateNoLift", Money("yuan/m2"), Narrowing.CEILING)]
    unit: Annotated[Beneficiary, Declared("unit", OneOf(Beneficiary))]
    collectors: Annotated[
        tuple[Collector, ...], Declared("collectors", ListOf(OneOf(Collector), distinct=True), Narrowing.SUBSET)
    ]
    match_ratio: Annotated[Ratio, Declared("matchRatio", Share())]
    match_base: Annotated[MatchBase, Declared("matchBase", OneOf(MatchBase))]
    match_cadence: Annotated[Cadence, Declared("matchCadence", OneOf(Cadence), Narrowing.FREE)]
    match_credited_to: Annotated[MatchCreditedTo, Declared("matchCreditedTo", OneOf(MatchCreditedTo))]
    custodian: Annotated[CustodyKind, Declared("custodian", OneOf(CustodyKind))]

    def max_rate_fen(self, *, has_lift: bool) -> Fen:
        """Return the highest rate per m² of a building, in fen."""
        return self.max_rate_lift_fen if has_lift else self.max_rate_no_lift_fen
