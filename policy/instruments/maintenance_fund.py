"""The maintenance fund of old estates (老旧小区维修资金), and the special one of all homes (住宅专项维修资金)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar

from kit.money import Fen
from kit.ratio import Ratio
from policy.instruments.base import Contradiction, Declared, Instrument, Narrowing, bounds_contradiction
from policy.kinds import ListOf, Money, OneOf, Share
from policy.vocabulary import Beneficiary, Cadence, Collector, CustodyKind, EmergencyReason, MatchBase, MatchCreditedTo


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


@dataclass(frozen=True, kw_only=True)
class SpecialMaintenanceFundPolicy(Instrument):
    """The fund of Decree 165: first deposit, top-up line, custodians, and the path in an emergency.

    A door's balance is to be topped up when it is below `top_up_below` of its first deposit, the line not included.
    The local building cost per m² and the highest first payment in an emergency are None where no local list gives
    them.
    """

    key: ClassVar[str] = "specialMaintenanceFund"

    first_deposit_share_min: Annotated[Ratio, Declared("firstDepositShareMin", Share(), Narrowing.FLOOR)]
    first_deposit_share_max: Annotated[Ratio, Declared("firstDepositShareMax", Share(), Narrowing.CEILING)]
    building_cost_fen: Annotated[Fen | None, Declared("buildingCost", Money("yuan/m2"), Narrowing.FREE, optional=True)]
    top_up_below: Annotated[Ratio, Declared("topUpBelow", Share())]
    custodian_before_congress: Annotated[CustodyKind, Declared("custodianBeforeCongress", OneOf(CustodyKind))]
    custodian_with_congress: Annotated[CustodyKind, Declared("custodianWithCongress", OneOf(CustodyKind))]
    emergency_reasons: Annotated[
        tuple[EmergencyReason, ...],
        Declared("emergencyReasons", ListOf(OneOf(EmergencyReason), distinct=True), Narrowing.SUBSET),
    ]
    emergency_first_payment_max: Annotated[
        Ratio | None, Declared("emergencyFirstPaymentMax", Share(), Narrowing.FREE, optional=True)
    ]

    def contradictions(self) -> Iterator[Contradiction]:
        """Return a lowest share of the first deposit above the highest one."""
        yield from bounds_contradiction(
            "firstDepositShareMax", self.first_deposit_share_min, self.first_deposit_share_max
        )
