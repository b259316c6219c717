"""The trust mode (信托制物业)."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from policy.instruments.base import Declared, Instrument
from policy.kinds import ListOf, OneOf
from policy.vocabulary import MoneySource, Surplus, TrusteeIncome, TrustRole


@dataclass(frozen=True, kw_only=True)
class TrustPolicy(Instrument):
    """The parties of a property-management trust, what is trust property, and what the trustee may take."""

    key: ClassVar[str] = "trust"

    settlor: Annotated[TrustRole, Declared("settlor", OneOf(TrustRole))]
    trustee: Annotated[TrustRole, Declared("trustee", OneOf(TrustRole))]
    beneficiary: Annotated[TrustRole, Declared("beneficiary", OneOf(TrustRole))]
    trust_property: Annotated[
        tuple[MoneySource, ...], Declared("trustProperty", ListOf(OneOf(MoneySource), distinct=True))
    ]
    trustee_income: Annotated[TrusteeIncome, Declared("trusteeIncome", OneOf(TrusteeIncome))]
    surplus: Annotated[Surplus, Declared("surplus", OneOf(Surplus))]
