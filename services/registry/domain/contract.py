"""Property service contracts: what they must state, who may be selected, when they start and what advises their end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kit.errors import DecisionMissing, Duplicate, PreconditionMissing, StateConflict, ValidationFailed
from kit.money import Fen, format_money
from kit.ratio import Ratio, format_ratio
from services.registry.domain.decision import DecisionMatter, DecisionState
from services.registry.domain.estate import OwnersBody

MOST_ITEMS = 200


class ContractKind(StrEnum):
    """Who concluded the contract, and on which footing."""

    EARLY_STAGE = "EARLY_STAGE"
    CONGRESS = "CONGRESS"
    COOPERATION = "COOPERATION"
    TRUST = "TRUST"
    CUSTODY = "CUSTODY"


KINDS_THAT_OWNERS_DECIDE = frozenset({ContractKind.CONGRESS, ContractKind.TRUST})


class ContractState(StrEnum):
    """Where a contract stands."""

    SIGNED = "SIGNED"
    ACTIVE = "ACTIVE"
    TERMINATED = "TERMINATED"


class DepositStatus(StrEnum):
    """Whether the parties agreed on a performance deposit; a contract may have none (ZG-17)."""

    AGREED = "AGREED"
    NOT_AGREED = "NOT_AGREED"


class TenderMethod(StrEnum):
    """How an early-stage provider was selected; a developer may not appoint one directly (ZG-10)."""

    OPEN = "OPEN"
    INVITED = "INVITED"


class RemunerationKind(StrEnum):
    """How a trustee is paid: a fixed sum, or a share of what is spent or received."""

    FIXED = "FIXED"
    PERCENT_OF_SPEND = "PERCENT_OF_SPEND"
    PERCENT_OF_RECEIPTS = "PERCENT_OF_RECEIPTS"


class DisclosureInterval(StrEnum):
    """How often a trustee publishes the accounts."""

    MONTH = "MONTH"
    QUARTER = "QUARTER"
    YEAR = "YEAR"


class SurplusRule(StrEnum):
    """What happens to what is left of a trust's year."""

    CARRY_FORWARD = "CARRY_FORWARD"
    MAINTENANCE_FUND = "MAINTENANCE_FUND"
    RETURN_TO_OWNERS = "RETURN_TO_OWNERS"


class ContractNotWritten(ValidationFailed):
    """A service item lacks content, standard or price (DH-33)."""


class HiringDecisionMissing(DecisionMissing):
    """The owners have not decided jointly to hire this provider (DH-31, PZ-27)."""


class CongressMissing(PreconditionMissing):
    """The estate has no owners' congress that could sign."""


class TenderRecordMissing(PreconditionMissing):
    """An early-stage contract has no record of an open or invited tender (ZG-10)."""


class BidderNotEligible(PreconditionMissing):
    """The bidder is not filed with the authority, or is blacklisted (ZG-11)."""


class ContractNumberTaken(Duplicate):
    """A contract is registered under this number."""


class UnableToStart(StateConflict):
    """The contract is not in the state SIGNED, or another one serves the estate."""


@dataclass(frozen=True)
class ServiceItem:
    """One service of the contract: what is done, to which standard, at which price."""

    code: str
    inside: bool
    menu: str | None
    description: str
    standard: str
    price: Fen
    price_unit: str


@dataclass(frozen=True)
class DraftItem:
    """A service item as it was handed in, before the check that it is complete."""

    code: str
    inside: bool
    menu: str | None
    description: str | None
    standard: str | None
    price: Fen | None
    price_unit: str | None


@dataclass(frozen=True)
class DepositTerms:
    """The deposit clause; the rate is fen per m² and year, None when no deposit was agreed."""

    status: DepositStatus
    rate_per_m2: Fen | None = None


@dataclass(frozen=True)
class TrustTerms:
    """The clauses of a trust contract that the trust's accounts follow."""

    remuneration_kind: RemunerationKind
    remuneration_rate: Ratio | None
    remuneration_fixed: Fen | None
    dual_sign_above: Fen
    disclosure_every: DisclosureInterval
    surplus_rule: SurplusRule


@dataclass(frozen=True)
class Tender:
    """The record of an early-stage tender."""

    method: TenderMethod
    reference: str
    awarded_on: date


@dataclass(frozen=True)
class HiringDecision:
    """The joint decision a contract rests on, as far as the check needs it."""

    estate_id: str
    matter: DecisionMatter
    state: DecisionState
    subject_ref: str | None
    closed_on: date | None


def checked_items(drafts: Sequence[DraftItem]) -> tuple[ServiceItem, ...]:
    """Return the items; raises ContractNotWritten, naming the field, when content, standard or price lacks (DH-33)."""
    if not 1 <= len(drafts) <= MOST_ITEMS:
        raise ContractNotWritten(
            f"a contract states 1 to {MOST_ITEMS} services with content, standard and price",
            path=("input", "items"),
            value=len(drafts),
        )
    return tuple(_checked_item(draft, place) for place, draft in enumerate(drafts))


def _checked_item(draft: DraftItem, place: int) -> ServiceItem:
    path = ("input", "items", str(place))
    for field, text in (("description", draft.description), ("standard", draft.standard)):
        if text is None or not text.strip():
            raise ContractNotWritten(
                f"service item {draft.code!r} states no {field}", path=(*path, field), value=draft.code
            )
    if draft.price is None or draft.price_unit is None or not draft.price_unit.strip():
        field = "price" if draft.price is None else "priceUnit"
        raise ContractNotWritten(
            f"service item {draft.code!r} states no {field}", path=(*path, field), value=draft.code
        )
    if draft.price < 0:
        raise ContractNotWritten("a price is not negative", path=(*path, "price"), value=format_money(draft.price))
    return ServiceItem(
        code=draft.code,
        inside=draft.inside,
        menu=draft.menu,
        description=(draft.description or "").strip(),
        standard=(draft.standard or "").strip(),
        price=draft.price,
        price_unit=draft.price_unit.strip(),
    )


def check_term(*, signed_on: date, from_: date, to: date | None, today: date) -> None:
    """Raise ValidationFailed unless signed not in the future and the term, if it ends, ends after it begins."""
    if signed_on > today:
        raise ValidationFailed("a contract was signed in the past", path=("input", "signedOn"), value=signed_on)
    if from_ < signed_on:
        raise ValidationFailed("a term begins on the day of signing or later", path=("input", "from"), value=from_)
    if to is not None and to <= from_:
        raise ValidationFailed("a term ends after it begins", path=("input", "to"), value=to)


def check_deposit_terms(terms: DepositTerms) -> None:
    """Raise ValidationFailed unless an agreed deposit has a rate above zero and another has none (ZG-17, ZG-18)."""
    path = ("input", "deposit", "ratePerM2")
    if terms.status is DepositStatus.AGREED and (terms.rate_per_m2 is None or terms.rate_per_m2 <= 0):
        value = None if terms.rate_per_m2 is None else format_money(terms.rate_per_m2)
        raise ValidationFailed("an agreed deposit names its rate per m2, more than nothing", path=path, value=value)
    if terms.status is DepositStatus.NOT_AGREED and terms.rate_per_m2 is not None:
        raise ValidationFailed(
            "a contract without a deposit names no rate", path=path, value=format_money(terms.rate_per_m2)
        )


def check_trust_terms(kind: ContractKind, terms: TrustTerms | None) -> None:
    """Raise ValidationFailed unless a trust contract, and no other, has complete trust terms (PZ-27)."""
    path = ("input", "trust")
    if (kind is ContractKind.TRUST) != (terms is not None):
        raise ValidationFailed("a trust contract has trust terms, and no other one has", path=path, value=kind.value)
    if terms is None:
        return
    if terms.dual_sign_above < 0:
        raise ValidationFailed(
            "the bound for two signatures is not negative",
            path=(*path, "dualSignAbove"),
            value=format_money(terms.dual_sign_above),
        )
    by_rate = terms.remuneration_kind is not RemunerationKind.FIXED
    rate, fixed = terms.remuneration_rate, terms.remuneration_fixed
    if by_rate and (rate is None or rate <= 0 or fixed is not None):
        raise ValidationFailed(
            "a remuneration by rate names the rate, more than nothing, and no fixed sum",
            path=(*path, "remunerationRate"),
            value=None if rate is None else format_ratio(rate),
        )
    if not by_rate and (fixed is None or fixed <= 0 or rate is not None):
        raise ValidationFailed(
            "a fixed remuneration names the sum, more than nothing, and no rate",
            path=(*path, "remunerationFixed"),
            value=None if fixed is None else format_money(fixed),
        )


def signing_body(kind: ContractKind, owners_body: OwnersBody) -> OwnersBody:
    """Return the owners' body that signs: none for an early-stage contract, which the developer signs.

    Raises CongressMissing when the owners' congress has to sign and there is none.
    """
    if kind is ContractKind.EARLY_STAGE:
        return OwnersBody.NONE
    if kind in KINDS_THAT_OWNERS_DECIDE and owners_body not in (
        OwnersBody.CONGRESS_ONLY,
        OwnersBody.CONGRESS_WITH_COMMITTEE,
    ):
        raise CongressMissing(
            "the estate has no owners' congress that could sign", path=("input", "kind"), value=kind.value
        )
    return owners_body


def require_hiring_decision(
    kind: ContractKind, decision: HiringDecision | None, *, estate_id: str, provider_id: str, signed_on: date
) -> None:
    """Raise HiringDecisionMissing unless owners decided to hire this provider before the signing (DH-31, PZ-27).

    Contracts of the congress and trust contracts need it; a decision given with another contract must hold as well.
    """
    path = ("input", "decisionId")
    if decision is None:
        if kind in KINDS_THAT_OWNERS_DECIDE:
            raise HiringDecisionMissing(
                "the owners have not decided jointly to hire the provider", path=path, value=kind.value
            )
        return
    if decision.estate_id != estate_id:
        raise HiringDecisionMissing("the decision is another estate's", path=path, value=decision.estate_id)
    if decision.matter is not DecisionMatter.HIRE_OR_DISMISS_PROVIDER:
        raise HiringDecisionMissing(
            "the decision is about another matter than hiring", path=path, value=decision.matter.value
        )
    if decision.state is not DecisionState.CLOSED_PASSED or decision.closed_on is None:
        raise HiringDecisionMissing("the decision has not passed", path=path, value=decision.state.value)
    if decision.closed_on > signed_on:
        raise HiringDecisionMissing(
            "the decision passed after the contract was signed", path=path, value=decision.closed_on
        )
    if (
        decision.subject_ref is not None
        and decision.subject_ref.startswith("prv_")
        and (decision.subject_ref != provider_id)
    ):
        raise HiringDecisionMissing("the decision is about another provider", path=path, value=decision.subject_ref)


def require_tender(
    kind: ContractKind, tender: Tender | None, *, filed: bool, blacklisted: bool, signed_on: date
) -> None:
    """Raise TenderRecordMissing (ZG-10) or BidderNotEligible (ZG-11) for an early-stage contract that lacks either."""
    if kind is not ContractKind.EARLY_STAGE:
        if tender is not None:
            raise ValidationFailed(
                "only an early-stage contract has a tender record", path=("input", "tender"), value=kind.value
            )
        return
    if tender is None:
        raise TenderRecordMissing(
            "an early-stage provider is selected by open or invited tender, never appointed", path=("input", "tender")
        )
    if tender.awarded_on > signed_on:
        raise TenderRecordMissing(
            "the tender was awarded after the contract was signed",
            path=("input", "tender", "awardedOn"),
            value=tender.awarded_on,
        )
    if not filed:
        raise BidderNotEligible("the bidder is not filed with the authority", path=("input", "providerId"))
    if blacklisted:
        raise BidderNotEligible("the bidder is blacklisted", path=("input", "providerId"))


def check_start(*, state: ContractState, service_start_on: date, signed_on: date, serving_contract: str | None) -> None:
    """Raise UnableToStart unless the contract is signed and no other one but an early-stage one serves the estate.

    `serving_contract` is the number of a contract that would have to end first, None when there is none. Raises
    ValidationFailed for a start before the signing.
    """
    if state is not ContractState.SIGNED:
        raise UnableToStart(f"the contract is {state.value}, not {ContractState.SIGNED.value}", value=state.value)
    if service_start_on < signed_on:
        raise ValidationFailed(
            "service begins on the day of signing or later", path=("input", "serviceStartOn"), value=service_start_on
        )
    if serving_contract is not None:
        raise UnableToStart(
            f"contract {serving_contract!r} serves the estate and has to end first", value=serving_contract
        )


def advice_addressee(signed_by: OwnersBody) -> str:
    """Return whom an advice to end a contract goes to (ZG-15): the developer, or the owners' body that signed."""
    return "DEVELOPER" if signed_by is OwnersBody.NONE else signed_by.value
