"""The terms of a property-management trust contract (信托制物业), and what a valid one must state (PZ-26 to PZ-28)."""

from dataclasses import dataclass
from enum import StrEnum

from kit.errors import EarmarkViolation, ValidationFailed
from kit.money import Fen, format_money
from kit.ratio import Ratio, format_ratio
from policy.instruments.trust import TrustPolicy
from policy.vocabulary import MoneySource


class RemunerationKind(StrEnum):
    """How the trustee is paid; everything else of the fund is spent on the estate (PZ-28)."""

    FIXED = "FIXED"
    PERCENT_OF_SPEND = "PERCENT_OF_SPEND"
    PERCENT_OF_RECEIPTS = "PERCENT_OF_RECEIPTS"


class TrustFundSource(StrEnum):
    """Which money is trust property."""

    PROPERTY_FEES = "PROPERTY_FEES"
    PUBLIC_REVENUE = "PUBLIC_REVENUE"


_FUND_SOURCES = {
    MoneySource.PROPERTY_FEE: TrustFundSource.PROPERTY_FEES,
    MoneySource.PUBLIC_REVENUE: TrustFundSource.PUBLIC_REVENUE,
}


class RemunerationNotAgreed(ValidationFailed):
    """The pay is neither one fixed sum nor one rate above zero; none agreed is none (Trust Law, art. 35)."""


class NotTrustProperty(EarmarkViolation):
    """The document would put other money than property fees and public revenue into the fund (PZ-26)."""


@dataclass(frozen=True)
class StatedTerms:
    """The trust clauses as the contract states them: the pay, when two sign, how often accounts are published.

    `remuneration_rate` is set for the two percentages, `remuneration_fixed` for a fixed sum, in fen.
    """

    remuneration_kind: RemunerationKind
    remuneration_rate: Ratio | None
    remuneration_fixed: Fen | None
    dual_sign_above: Fen
    disclosure_every: str
    surplus_rule: str


@dataclass(frozen=True)
class TrustTerms:
    """The stated terms that hold under the district's document, and which money the document makes trust property."""

    stated: StatedTerms
    fund_scope: tuple[TrustFundSource, ...]
    policy_version_id: str


def agree_trust_terms(stated: StatedTerms, policy: TrustPolicy) -> TrustTerms:
    """Return the terms of a trust contract under the district's document (PZ-26, PZ-28).

    Raises RemunerationNotAgreed unless the pay is one fixed sum or one rate above zero, as its kind says,
    ValidationFailed for a negative bound of the second signature, and NotTrustProperty if the document would put other
    money than fees and public revenue into the fund.
    """
    _check_remuneration(stated)
    if stated.dual_sign_above < 0:
        raise ValidationFailed(
            "the bound of the second signature is not negative",
            path=("trustTerms", "dualSignAbove"),
            value=format_money(stated.dual_sign_above),
        )
    return TrustTerms(stated=stated, fund_scope=_fund_scope(policy), policy_version_id=policy.source.policy_version_id)


def _check_remuneration(stated: StatedTerms) -> None:
    rate, fixed = stated.remuneration_rate, stated.remuneration_fixed
    is_fixed = stated.remuneration_kind is RemunerationKind.FIXED
    wanted, unwanted = (fixed, rate) if is_fixed else (rate, fixed)
    if wanted is None or wanted <= 0 or unwanted is not None:
        texts = [None if rate is None else format_ratio(rate), None if fixed is None else format_money(fixed)]
        raise RemunerationNotAgreed(
            f"{stated.remuneration_kind.value} pay states one {'sum' if is_fixed else 'rate'} above zero",
            path=("trustTerms", "remunerationFixed" if is_fixed else "remunerationRate"),
            value=", ".join(text for text in texts if text is not None) or None,
        )


def _fund_scope(policy: TrustPolicy) -> tuple[TrustFundSource, ...]:
    other = [source.value for source in policy.trust_property if source not in _FUND_SOURCES]
    if other:
        raise NotTrustProperty("only property fees and public revenue are trust property", value=", ".join(other))
    return tuple(_FUND_SOURCES[source] for source in policy.trust_property)
