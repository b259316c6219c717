"""Income from common parts and public space: what is left after cost, and what it may be used for.

(DH-44 to DH-46, XY-11, ZG-27; Civil Code, arts. 278(8) and 282.) Each purpose has a purse of its own, so that money of
one source never pays for what another one is for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from kit.caller import Role
from kit.errors import (
    DecisionMissing,
    EarmarkViolation,
    ForbiddenActor,
    InstrumentNotAvailable,
    InsufficientFunds,
    NotFound,
    OutOfRange,
    PreconditionMissing,
    StateConflict,
    ValidationFailed,
)
from kit.explanation import ExplainedValue, Explanation
from kit.money import Fen, add_fen, format_money
from policy.instruments.fees import IncomeEarmarksPolicy
from policy.vocabulary import DecisionMatter, IncomeEarmark, IncomeKind
from services.finance.domain.estate import Estate
from services.finance.domain.joint_decision import JointDecision

MOST_EVIDENCE = 20
LAW = "《中华人民共和国民法典》"
LAW_CLAUSE = "第二百八十二条"
FORMULA = "gross − cost"


class RevenueKind(StrEnum):
    """Where income in an estate comes from."""

    NOTICE_BOARD = "NOTICE_BOARD"
    ADVERT_BOARD = "ADVERT_BOARD"
    LIFT_ADVERT = "LIFT_ADVERT"
    PARCEL_LOCKER = "PARCEL_LOCKER"
    RECYCLING = "RECYCLING"
    OTHER_COMMON_PARTS = "OTHER_COMMON_PARTS"
    STREET_PARKING = "STREET_PARKING"
    IDLE_SPACE = "IDLE_SPACE"
    CHARGING = "CHARGING"
    CONVENIENCE_SERVICE = "CONVENIENCE_SERVICE"
    NEIGHBOURHOOD_CENTRE = "NEIGHBOURHOOD_CENTRE"


class RevenueUse(StrEnum):
    """What public revenue is spent on."""

    PROPERTY_SERVICE = "PROPERTY_SERVICE"
    COMMON_PART_REPAIR = "COMMON_PART_REPAIR"
    COMMITTEE_ALLOWANCE = "COMMITTEE_ALLOWANCE"
    COMMUNITY_FUNDS = "COMMUNITY_FUNDS"
    SERVICE_FACILITIES = "SERVICE_FACILITIES"
    FEE_SHORTFALL = "FEE_SHORTFALL"


class RevenueHolder(StrEnum):
    """Who takes the income in: finance's purse, or the owners' trust fund in the trust mode."""

    PURSE = "PURSE"
    TRUST_FUND = "TRUST_FUND"


INCOME: Mapping[RevenueKind, IncomeKind] = {
    RevenueKind.NOTICE_BOARD: IncomeKind.COMMON_PARTS,
    RevenueKind.ADVERT_BOARD: IncomeKind.COMMON_PARTS,
    RevenueKind.LIFT_ADVERT: IncomeKind.COMMON_PARTS,
    RevenueKind.PARCEL_LOCKER: IncomeKind.COMMON_PARTS,
    RevenueKind.RECYCLING: IncomeKind.COMMON_PARTS,
    RevenueKind.OTHER_COMMON_PARTS: IncomeKind.COMMON_PARTS,
    RevenueKind.STREET_PARKING: IncomeKind.STREET_PARKING,
    RevenueKind.IDLE_SPACE: IncomeKind.IDLE_SPACE_OF_MERGED_AREA,
}
"""The documents' kinds of income. What is missing here a company earns by itself (DH-46, XY-12)."""

USES: Mapping[IncomeEarmark, frozenset[RevenueUse]] = {
    IncomeEarmark.PROJECT_SERVICE: frozenset(
        {RevenueUse.PROPERTY_SERVICE, RevenueUse.COMMON_PART_REPAIR, RevenueUse.COMMITTEE_ALLOWANCE}
    ),
    IncomeEarmark.COMMUNITY_FUNDS: frozenset({RevenueUse.COMMUNITY_FUNDS}),
    IncomeEarmark.AREA_SERVICE: frozenset({RevenueUse.SERVICE_FACILITIES, RevenueUse.FEE_SHORTFALL}),
}


class OwnIncome(ValidationFailed):
    """A company keeps what it earns with services of its own; that is no public revenue (DH-46, XY-12)."""


class IncomeNotProvided(InstrumentNotAvailable):
    """The district's document does not speak of this kind of income."""


class CostNotProved(PreconditionMissing):
    """Who runs the common part proves its cost (Civil Code, art. 282)."""


class CostAboveGross(OutOfRange):
    """The cost is above the income: nothing is left that belongs to the owners."""


class CommonUseNotDecided(DecisionMissing):
    """The owners have not decided to put the common part to this use (Civil Code, art. 278(8))."""


class NotWhoCollects(ForbiddenActor):
    """Parking money on roads and grounds is the street's to collect (DH-45)."""


class WrongUse(EarmarkViolation):
    """The money is not for this (DH-44, DH-45, XY-11)."""


class PurseEmpty(InsufficientFunds):
    """The purse holds less than is to be spent, apart from what an annulled decision holds back."""


class RevenueUnknown(NotFound):
    """No such income, or it is outside what the caller may see."""


class RevenueNotHeld(StateConflict):
    """Nothing holds the income back."""


class NotInThatAccount(InsufficientFunds):
    """The purse holds the amount, but in another account than the one that is named, or than none."""


@dataclass(frozen=True)
class TakenBack:
    """An income turned out to be recorded wrongly and was taken back: when, and why."""

    on: date
    reason: str


@dataclass(frozen=True)
class PublicRevenue:
    """One income of an estate, in fen; `net` is what its earmark may spend.

    `custody_account_id` is the custody account that the net lies in; None for money in an account of the collector.
    One that was `taken_back` counts nowhere, and its bank reference may be recorded again.
    """

    id: str
    district: str
    estate_id: str
    kind: RevenueKind
    gross: Fen
    cost: Fen
    net: Fen
    earmark: IncomeEarmark
    holder: RevenueHolder
    received_on: date
    bank_ref: str
    explanation: Explanation
    policy_version_id: str
    evidence_ids: tuple[str, ...] = ()
    decision_id: str | None = None
    posting_id: str | None = None
    is_held: bool = False
    custody_account_id: str | None = None
    taken_back: TakenBack | None = None


@dataclass(frozen=True)
class RevenueSpending:
    """Money of one purse that was spent, in fen."""

    id: str
    district: str
    estate_id: str
    earmark: IncomeEarmark
    use: RevenueUse
    amount: Fen
    spent_on: date
    for_estate_id: str
    payee: str
    bank_ref: str
    posting_id: str
    custody_account_id: str | None = None


@dataclass(frozen=True)
class Income:
    """What was taken in, as it is reported: in fen, with the documents that prove the cost."""

    kind: RevenueKind
    gross: Fen
    cost: Fen
    received_on: date
    bank_ref: str
    evidence_ids: tuple[str, ...] = ()
    decision_id: str | None = None


def net_revenue(income: Income, *, path: Sequence[str] = ()) -> Fen:
    """Return what is left of an income after its proved cost, in fen (Civil Code, art. 282).

    Raises ValidationFailed for a gross that is not above zero or a cost below zero, CostAboveGross, CostNotProved for
    a cost without a document.
    """
    if income.gross <= 0:
        raise ValidationFailed("an income is above zero", path=(*path, "gross"), value=format_money(income.gross))
    if income.cost < 0:
        raise ValidationFailed("a cost is not below zero", path=(*path, "cost"), value=format_money(income.cost))
    if income.cost > income.gross:
        raise CostAboveGross(
            f"the cost is above the income of {format_money(income.gross)}",
            path=(*path, "cost"),
            value=format_money(income.cost),
        )
    if len(income.evidence_ids) > MOST_EVIDENCE:
        raise ValidationFailed(
            f"at most {MOST_EVIDENCE} documents prove a cost",
            path=(*path, "evidenceIds"),
            value=len(income.evidence_ids),
        )
    if income.cost > 0 and not income.evidence_ids:
        raise CostNotProved("no document proves the cost", path=(*path, "evidenceIds"), value=format_money(income.cost))
    return add_fen(income.gross, Fen(-income.cost))


def earmark_of(
    kind: RevenueKind, policy: IncomeEarmarksPolicy | None, *, path: Sequence[str] = ()
) -> IncomeEarmark | None:
    """Return what income of this kind is for by the district's document; None where the document does not speak of it.

    Raises OwnIncome for what a company earns by itself (DH-46). Income of common parts belongs to the owners of the
    project everywhere (Civil Code, art. 282).
    """
    income = INCOME.get(kind)
    if income is None:
        raise OwnIncome("the company's own income is no public revenue", path=(*path, "kind"), value=kind.value)
    document = document_on(kind, policy)
    if document is not None:
        return document.earmarks[income]
    return IncomeEarmark.PROJECT_SERVICE if income is IncomeKind.COMMON_PARTS else None


def document_on(kind: RevenueKind, policy: IncomeEarmarksPolicy | None) -> IncomeEarmarksPolicy | None:
    """Return the district's document where it speaks of income of this kind; else None, and the law alone holds."""
    return policy if policy is not None and INCOME.get(kind) in policy.earmarks else None


def require_collector(kind: RevenueKind, roles: frozenset[str], *, path: Sequence[str] = ()) -> None:
    """Raise NotWhoCollects unless somebody of the street or the community reports parking money (DH-45)."""
    if kind is RevenueKind.STREET_PARKING and roles.isdisjoint({Role.STREET.value, Role.COMMUNITY.value}):
        raise NotWhoCollects(
            "parking money on roads is collected by the street", path=(*path, "kind"), value=", ".join(sorted(roles))
        )


def require_common_use(
    income: Income, decision: JointDecision | None, *, estate_id: str, path: Sequence[str] = ()
) -> None:
    """Raise CommonUseNotDecided unless the owners decided before on letting the common part (art. 278(8)).

    Only income of common parts needs it. The decision is one on a change of common use, of the same estate, passed by
    the day of the income and not annulled since.
    """
    if INCOME.get(income.kind) is not IncomeKind.COMMON_PARTS:
        return
    if not _decides_common_use(decision, estate_id=estate_id, day=income.received_on):
        raise CommonUseNotDecided(
            "the owners have not decided on this use of a common part",
            path=(*path, "decisionId"),
            value=income.decision_id,
        )


def check_use(
    earmark: IncomeEarmark, use: RevenueUse, *, estate: Estate, for_estate: Estate, path: Sequence[str] = ()
) -> None:
    """Raise WrongUse unless money of this earmark may be spent so, and for this project (DH-44, DH-45, XY-11).

    Project money stays in its project; money of a merged area serves the estates of its community.
    """
    if use not in USES[earmark]:
        raise WrongUse(
            f"{earmark.value} pays for {', '.join(sorted(one.value for one in USES[earmark]))}",
            path=(*path, "use"),
            value=use.value,
        )
    same_area = earmark is IncomeEarmark.AREA_SERVICE and for_estate.community_id == estate.community_id
    if for_estate.id != estate.id and not same_area:
        raise WrongUse(
            f"{earmark.value} of one project is not spent for another",
            path=(*path, "forEstateId"),
            value=for_estate.id,
        )


def require_spendable(amount: Fen, *, balance: Fen, held: Fen, path: Sequence[str] = ()) -> None:
    """Raise ValidationFailed for an amount that is not above zero, PurseEmpty above what may be spent, both in fen."""
    if amount <= 0:
        raise ValidationFailed("an expense is above zero", path=(*path, "amount"), value=format_money(amount))
    spendable = Fen(max(0, balance - held))
    if amount > spendable:
        raise PurseEmpty(
            f"of this purse {format_money(spendable)} may be spent", path=(*path, "amount"), value=format_money(amount)
        )


def require_in_account(amount: Fen, *, in_account: Fen, path: Sequence[str] = ()) -> None:
    """Raise NotInThatAccount for more than what lies there of a purse: in a custody account, or in none, in fen."""
    if amount > in_account:
        raise NotInThatAccount(
            f"{format_money(in_account)} of this purse lies there", path=path, value=format_money(amount)
        )


def hold_back(revenue: PublicRevenue) -> PublicRevenue:
    """Return the revenue held back, since the decision that it rests on was annulled (P22)."""
    return replace(revenue, is_held=True)


def release_hold(revenue: PublicRevenue, *, decision_id: str | None, path: Sequence[str] = ()) -> PublicRevenue:
    """Return the revenue free to be spent, resting on the later decision if there is one; raises RevenueNotHeld."""
    if not revenue.is_held:
        raise RevenueNotHeld("the income is not held back", path=path, value=revenue.id)
    return replace(revenue, is_held=False, decision_id=decision_id or revenue.decision_id)


def require_ratified(
    revenue: PublicRevenue, decision: JointDecision | None, *, today: date, path: Sequence[str] = ()
) -> None:
    """Raise CommonUseNotDecided unless the owners of the estate have decided anew on the use, and that is in force."""
    if not _decides_common_use(decision, estate_id=revenue.estate_id, day=today):
        raise CommonUseNotDecided(
            "the owners have not decided anew on this use of a common part",
            path=(*path, "decisionId"),
            value=revenue.decision_id,
        )


def _decides_common_use(decision: JointDecision | None, *, estate_id: str, day: date) -> bool:
    return (
        decision is not None
        and decision.estate_id == estate_id
        and decision.matter == DecisionMatter.CHANGE_COMMON_USE.value
        and decision.is_in_force_on(day)
    )


def explain_net(income: Income, net: Fen, *, policy: IncomeEarmarksPolicy | None, version_id: str) -> Explanation:
    """Return how the net came about: by the district's document where it speaks of such income, else by the law."""
    policy = document_on(income.kind, policy)
    return Explanation(
        formula=FORMULA,
        inputs=(
            ExplainedValue("gross", format_money(income.gross), "yuan", f"postPublicRevenue: {income.kind.value}"),
            ExplainedValue("cost", format_money(income.cost), "yuan", "postPublicRevenue: the documents of the cost"),
        ),
        parameters=() if policy is None else policy.explained("earmarks"),
        result=format_money(net),
        clause=LAW_CLAUSE if policy is None else policy.source.clause or LAW_CLAUSE,
        document=LAW if policy is None else policy.source.document,
        policy_version_id=version_id,
    )
