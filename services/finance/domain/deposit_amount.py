"""How much deposit a provider pays for one contract year (ZG-18)."""

from dataclasses import dataclass, replace
from enum import StrEnum

from kit.area import SCALE, Area, format_area
from kit.errors import ValidationFailed
from kit.explanation import ExplainedValue, Explanation
from kit.money import Fen, format_money, multiply_half_up
from policy.instruments.deposit import DepositPolicy

FORMULA = "min(max(approvedGrossArea × ratePerM2, floor), cap)"
NAMES_IN_FORMULA = {"floor_fen": "floor", "cap_fen": "cap", "year_mode": "yearMode", "part_year": "partYear"}
ROUNDING = "one product, half-up to the fen"


class ClampReason(StrEnum):
    """Which bound of the policy moved the amount, if any."""

    NONE = "NONE"
    FLOOR = "FLOOR"
    CAP = "CAP"


class BasisAreaMissing(ValidationFailed):
    """The approved gross floor area is not above zero (ZG-18)."""


class DepositRateMissing(ValidationFailed):
    """The agreed rate per m² is not above zero; the document gives none of its own (ZG-18)."""


@dataclass(frozen=True)
class DepositAmount:
    """What area × rate gives, what is demanded after the bounds, which bound acted, and how it came about."""

    basis_area: Area
    rate_per_m2: Fen
    computed: Fen
    demanded: Fen
    clamp: ClampReason
    explanation: Explanation


def deposit_amount(*, approved_gross_area: Area, rate_per_m2: Fen, policy: DepositPolicy) -> DepositAmount:
    """Return the deposit of one contract year: area (underground included) × agreed rate, within floor and cap (ZG-18).

    Both bounds are included (G-1, G-2, G-3, G-4). A part of a year is not prorated (A-3). Raises BasisAreaMissing or
    DepositRateMissing for an area or a rate that is not above zero, OutOfRange beyond 64 bits.
    """
    if approved_gross_area <= 0:
        raise BasisAreaMissing(
            "the approved gross floor area is above zero",
            path=("approvedGrossArea",),
            value=format_area(approved_gross_area),
        )
    if rate_per_m2 <= 0:
        raise DepositRateMissing(
            "the agreed rate per m² is above zero", path=("ratePerM2",), value=format_money(rate_per_m2)
        )
    computed = multiply_half_up(rate_per_m2, approved_gross_area, per=SCALE)
    demanded, clamp = computed, ClampReason.NONE
    if computed < policy.floor_fen:
        demanded, clamp = policy.floor_fen, ClampReason.FLOOR
    elif computed > policy.cap_fen:
        demanded, clamp = policy.cap_fen, ClampReason.CAP
    return DepositAmount(
        basis_area=approved_gross_area,
        rate_per_m2=rate_per_m2,
        computed=computed,
        demanded=demanded,
        clamp=clamp,
        explanation=_explain(approved_gross_area, rate_per_m2, demanded, policy),
    )


def _explain(area: Area, rate: Fen, demanded: Fen, policy: DepositPolicy) -> Explanation:
    return Explanation(
        formula=FORMULA,
        inputs=(
            ExplainedValue(
                name="approvedGrossArea",
                value=format_area(area),
                unit="m2",
                source="registry: estate",
            ),
            ExplainedValue(
                name="ratePerM2",
                value=format_money(rate),
                unit="yuan/m2/year",
                source="contract: deposit clause",
            ),
        ),
        parameters=tuple(
            replace(parameter, name=NAMES_IN_FORMULA.get(parameter.name, parameter.name))
            for parameter in policy.explained("floor_fen", "cap_fen", "basis", "year_mode", "part_year")
        ),
        result=format_money(demanded),
        clause=policy.source.clause or policy.parameter("floor_fen").clause,
        document=policy.source.document,
        policy_version_id=policy.source.policy_version_id,
        rounding=ROUNDING,
    )
