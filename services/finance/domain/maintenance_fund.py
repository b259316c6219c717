"""The two maintenance funds of an estate: who may have one, which account holds it, what a door pays into it.

The fund of old estates (ZG-28 to ZG-33) and the special fund of Decree 165 are two trees of accounts, also in one
estate: no money, match or use passes from one to the other. Either belongs to the owners, never to the custodian or to
a company (ZG-32): it stands in the ledger as what is owed to doors and to the estate's pool.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from kit.area import SCALE, Area, format_area
from kit.errors import Duplicate, Flag, NotFound, OutOfRange, PreconditionMissing, ValidationFailed
from kit.explanation import ExplainedValue, Explanation
from kit.money import ZERO_FEN, Fen, format_money, multiply_half_up
from kit.ratio import SCALE as WHOLE
from kit.ratio import Ratio, at_least
from policy.instruments.estates import OldEstatePolicy
from policy.instruments.maintenance_fund import MaintenanceFundPolicy, SpecialMaintenanceFundPolicy
from policy.vocabulary import Collector, CustodyKind, MatchCreditedTo
from services.finance.domain.custody import CustodyAccount, OwnersSide
from services.finance.domain.part import PartFacts

FUND_PREFIX = "mtf"
SUB_ACCOUNT_PREFIX = "msa"
DEPOSIT_PREFIX = "mdp"

DEPOSIT_FORMULA = "area × ratePerM2"
DEPOSIT_ROUNDING = "one product, half-up to the fen"


class MaintenanceFundKind(StrEnum):
    """The two funds, kept as separate trees of accounts even in one estate."""

    OLD_ESTATE = "OLD_ESTATE"
    DECREE_165 = "DECREE_165"


class FundUnknown(NotFound):
    """No such maintenance fund, or it is outside what the caller may see."""


class FundExists(Duplicate):
    """The estate has a fund of this kind already: the unit of a fund is the estate (ZG-28)."""


class EstateNotOld(PreconditionMissing):
    """The estate is not old, or cannot be said to be, so it has no fund of old estates (ZG-02, ZG-28)."""


class FundRulesNotEffective(PreconditionMissing):
    """The detailed rules of the fund, a document of the district, are not effective on that day (ZG-33)."""


class WrongFundCustody(ValidationFailed):
    """The money belongs into another account: this fund's own, of the kind that the document names (ZG-28)."""


class NotACollector(ValidationFailed):
    """The document does not let this body collect the fund from owners (ZG-28)."""


class RateAboveCap(OutOfRange):
    """The rate per m² is above the highest one for a building of this kind (ZG-29)."""


class RateNotPositive(ValidationFailed):
    """The rate per m² is not above zero (ZG-29)."""


class RateOutsideShares(OutOfRange):
    """The rate per m² is outside the shares of the local building cost (Decree 165, art. 7)."""


class AmountNotAreaTimesRate(ValidationFailed):
    """The amount that was paid is not area times rate (ZG-29)."""


class PartNotOfFund(ValidationFailed):
    """The part is unknown, or of another estate than the fund."""


class FirstDepositPaid(Duplicate):
    """The door has paid its first deposit; what it pays later is a top-up, without a rate."""


class SubAccountNotOpened(PreconditionMissing):
    """The door has paid no first deposit, so there is nothing to top up."""


class DepositNotPositive(ValidationFailed):
    """The amount is not above zero."""


@dataclass(frozen=True)
class MaintenanceFund:
    """One fund of one estate: where its money lies, and what it was given in all.

    `balance` is what came in less what went out, `contributed` the sum of confirmed deposits less refunds, `matched`
    the public match less what was taken back, all in fen. Interest is shared out for the days before `interest_to`.
    """

    id: str
    kind: MaintenanceFundKind
    district: str
    estate_id: str
    custody_account_id: str
    opened_on: date
    interest_to: date
    policy_version_id: str
    balance: Fen = ZERO_FEN
    contributed: Fen = ZERO_FEN
    matched: Fen = ZERO_FEN


@dataclass(frozen=True)
class SubAccount:
    """The account of one door in one fund (Decree 165, arts. 10 and 11); it stays with the part when it is sold.

    `first_deposit` is in fen. The area is that of the day on which it was opened. `closed_on` is the day on which the
    balance went back because the home is no more (art. 29), `listed_in` the month of the last top-up notice.
    """

    id: str
    fund_id: str
    estate_id: str
    part_id: str
    building_id: str
    door_number: str
    area: Area
    has_lift: bool
    first_deposit: Fen
    opened_on: date
    closed_on: date | None = None
    listed_in: str | None = None


class DepositStatus(StrEnum):
    """Where a confirmed deposit stands."""

    CONFIRMED = "CONFIRMED"
    REFUNDED = "REFUNDED"


@dataclass(frozen=True)
class FundDeposit:
    """What was paid for one door under one receipt; `match` is its public match in fen once it was matched."""

    id: str
    fund_id: str
    sub_account_id: str
    part_id: str
    amount: Fen
    paid_on: date
    receipt_no: str
    status: DepositStatus = DepositStatus.CONFIRMED
    rate: Fen | None = None
    has_lift: bool = False
    collector: Collector | None = None
    match: Fen = ZERO_FEN
    match_period: str | None = None
    explanation: Explanation | None = None


@dataclass(frozen=True)
class DepositAmount:
    """What a door pays at first, how that came about, and what a person should look at."""

    amount: Fen
    explanation: Explanation
    warnings: tuple[Flag, ...] = ()


def require_old_estate(
    policy: OldEstatePolicy, *, built_on: date | None, built_year: int | None, path: Sequence[str] = ()
) -> None:
    """Raise EstateNotOld unless the district's bound makes the estate old; an unknown year refuses (ZG-02, ZG-28)."""
    is_old = policy.is_old(built_on=built_on, built_year=built_year)
    if is_old:
        return
    built = built_on.isoformat() if built_on else built_year
    if is_old is None:
        raise EstateNotOld(
            "it is not known when the estate was built, so not whether it is old", path=path, value=built
        )
    raise EstateNotOld("the estate is not old by the district's document", path=path, value=built)


def own_kind(
    old_estate: OldEstatePolicy | None, *, has_fund: bool, built_on: date | None, built_year: int | None
) -> MaintenanceFundKind:
    """Return which fund the district's document names as the estate's own: its old estates' where it has such a fund.

    `has_fund` is whether the document provides the fund of old estates.
    """
    is_old = old_estate is not None and old_estate.is_old(built_on=built_on, built_year=built_year)
    return MaintenanceFundKind.OLD_ESTATE if has_fund and is_old else MaintenanceFundKind.DECREE_165


def require_rules_effective(effective_on: date | None, *, day: date, path: Sequence[str] = ()) -> None:
    """Raise FundRulesNotEffective unless the fund's detailed rules are effective on or before the day (ZG-33)."""
    if effective_on is None or effective_on > day:
        raise FundRulesNotEffective(
            f"the district's rules for the fund are not effective on {day.isoformat()}",
            path=path,
            value=None if effective_on is None else effective_on.isoformat(),
        )


def custodian_of_special_fund(policy: SpecialMaintenanceFundPolicy, *, owners: OwnersSide, day: date) -> CustodyKind:
    """Return whose account holds a fund of Decree 165 that is opened on that day (arts. 10 and 15)."""
    return policy.custodian_with_congress if owners.has_account_on(day) else policy.custodian_before_congress


def check_custodian(asked: CustodyKind, *, right: CustodyKind, path: Sequence[str] = ()) -> None:
    """Raise WrongFundCustody unless the account is of the kind that the document names (ZG-28)."""
    if asked is not right:
        raise WrongFundCustody(
            f"this fund is held in an account of the kind {right.value}", path=path, value=asked.value
        )


def check_fund_account(
    account: CustodyAccount, *, right: CustodyKind, district: str, estate_id: str, day: date, path: Sequence[str] = ()
) -> None:
    """Raise WrongFundCustody unless this account may hold a fund of this estate on that day (ZG-28)."""
    check_custodian(account.kind, right=right, path=path)
    if account.district != district or account.estate_id not in (None, estate_id):
        raise WrongFundCustody("the account belongs to another district or estate", path=path, value=account.id)
    if account.opened_on > day:
        raise WrongFundCustody(
            f"the account was opened on {account.opened_on.isoformat()}", path=path, value=day.isoformat()
        )


def check_collector(collector: Collector | None, policy: MaintenanceFundPolicy, *, path: Sequence[str] = ()) -> None:
    """Raise NotACollector unless one of the district's collectors took the money from the owner (ZG-28)."""
    if collector is None or collector not in policy.collectors:
        allowed = ", ".join(one.value for one in policy.collectors)
        raise NotACollector(
            f"the fund is collected by one of {allowed}",
            path=path,
            value=None if collector is None else collector.value,
        )


def old_estate_deposit(
    part: PartFacts, rate: Fen, policy: MaintenanceFundPolicy, *, path: Sequence[str] = ()
) -> DepositAmount:
    """Return what a door pays: area × rate, the rate at most that of a building with or without a lift (ZG-29).

    The cap holds for each building, so one estate may have both (G-16, G-17). Raises RateNotPositive, RateAboveCap.
    """
    _require_rate(rate, path)
    name = "max_rate_lift_fen" if part.has_lift else "max_rate_no_lift_fen"
    cap = policy.max_rate_fen(has_lift=part.has_lift)
    if rate > cap:
        kind = "with" if part.has_lift else "without"
        raise RateAboveCap(
            f"a building {kind} a lift has at most {format_money(cap)} per m²", path=path, value=format_money(rate)
        )
    amount = multiply_half_up(rate, part.area, per=SCALE)
    parameters = tuple(replace(one, name="maxRate") for one in policy.explained(name))
    return DepositAmount(
        amount,
        Explanation(
            formula=f"{DEPOSIT_FORMULA}, ratePerM2 ≤ maxRate",
            inputs=_inputs(part, rate),
            parameters=parameters,
            result=format_money(amount),
            clause=policy.source.clause or "",
            document=policy.source.document,
            policy_version_id=policy.source.policy_version_id,
            rounding=DEPOSIT_ROUNDING,
        ),
    )


def special_fund_deposit(
    part: PartFacts, rate: Fen, policy: SpecialMaintenanceFundPolicy, *, path: Sequence[str] = ()
) -> DepositAmount:
    """Return what a door pays before it is moved into: area × rate, a share of the local building cost (art. 7).

    Both shares are included. Where the city's building cost is not loaded, the rate is taken and flagged. Raises
    RateNotPositive, RateOutsideShares.
    """
    _require_rate(rate, path)
    lowest, highest, cost = policy.first_deposit_share_min, policy.first_deposit_share_max, policy.building_cost_fen
    warnings: tuple[Flag, ...] = ()
    if cost is None:
        warnings = (
            Flag(
                "WARN:BUILDING_COST_UNKNOWN",
                "the city's building cost per m² is not loaded, so the rate was not checked against it",
                path=tuple(path),
                value=format_money(rate),
            ),
        )
    elif not cost * lowest <= rate * WHOLE <= cost * highest:
        raise RateOutsideShares(
            f"the rate lies between the lowest and the highest share of the building cost {format_money(cost)}",
            path=path,
            value=format_money(rate),
        )
    amount = multiply_half_up(rate, part.area, per=SCALE)
    return DepositAmount(
        amount,
        Explanation(
            formula=f"{DEPOSIT_FORMULA}, buildingCost × shareMin ≤ ratePerM2 ≤ buildingCost × shareMax",
            inputs=_inputs(part, rate),
            parameters=policy.explained("building_cost_fen", "first_deposit_share_min", "first_deposit_share_max"),
            result=format_money(amount),
            clause=policy.parameter("first_deposit_share_min").clause,
            document=policy.parameter("first_deposit_share_min").document,
            policy_version_id=policy.source.policy_version_id,
            rounding=DEPOSIT_ROUNDING,
        ),
        warnings,
    )


def check_paid_amount(paid: Fen, *, computed: Fen, path: Sequence[str] = ()) -> None:
    """Raise AmountNotAreaTimesRate unless the bank took exactly what area and rate give (ZG-29)."""
    if paid != computed:
        raise AmountNotAreaTimesRate(
            f"area times rate is {format_money(computed)}", path=path, value=format_money(paid)
        )


def is_opened(first_deposit: Fen) -> bool:
    """Return whether a door has an account at all: one without first deposit is not opened, rather than empty."""
    return first_deposit > 0


def needs_top_up(*, balance: Fen, first_deposit: Fen, below: Ratio) -> bool:
    """Return whether a door is on the top-up list: its balance is below that share of its first deposit (art. 17).

    The line itself is not below it. A door that is not opened is never on the list.
    """
    return is_opened(first_deposit) and not at_least(min(balance, first_deposit), first_deposit, below)


def match_of(deposit: Fen, ratio: Ratio) -> Fen:
    """Return the public match of one confirmed deposit: as much again where the ratio is one (ZG-30, G-16)."""
    return multiply_half_up(deposit, ratio, per=WHOLE)


def match_goes_to_pool(policy: MaintenanceFundPolicy) -> bool:
    """Return whether the match is booked to the estate's pool, not to the doors that paid (A-17)."""
    return policy.match_credited_to is MatchCreditedTo.ESTATE_POOL


def _require_rate(rate: Fen, path: Sequence[str]) -> None:
    if rate <= 0:
        raise RateNotPositive("the rate per m² is above zero", path=path, value=format_money(rate))


def _inputs(part: PartFacts, rate: Fen) -> tuple[ExplainedValue, ...]:
    return (
        ExplainedValue(name="area", value=format_area(part.area), unit="m2", source=f"registry: {part.area_basis}"),
        ExplainedValue(name="ratePerM2", value=format_money(rate), unit="yuan/m2", source="receipt"),
        ExplainedValue(name="hasLift", value=str(part.has_lift).lower(), source="registry: building"),
    )
