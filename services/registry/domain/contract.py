"""Property service contracts: what they must state, who may be selected, when they start and what advises their end."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kit.errors import DecisionMissing, Duplicate, Flag, PreconditionMissing, StateConflict, ValidationFailed
from kit.money import Fen, format_money
from kit.ratio import Ratio, format_ratio
from services.registry.domain.contract_state import SERVING_STATES, ContractEvent, ContractState, next_state
from services.registry.domain.decision import DecisionMatter, DecisionState
from services.registry.domain.estate import OwnersBody


class ContractKind(StrEnum):
    """Who concluded the contract, and on which footing."""

    EARLY_STAGE = "EARLY_STAGE"
    CONGRESS = "CONGRESS"
    COOPERATION = "COOPERATION"
    TRUST = "TRUST"
    CUSTODY = "CUSTODY"


KINDS_THAT_OWNERS_DECIDE = frozenset({ContractKind.CONGRESS, ContractKind.TRUST})


_CONGRESS = frozenset({OwnersBody.CONGRESS_ONLY, OwnersBody.CONGRESS_WITH_COMMITTEE})
_SIGNERS = {
    ContractKind.CONGRESS: _CONGRESS | {OwnersBody.MANAGEMENT_COMMITTEE, OwnersBody.ACTING_COMMUNITY},
    ContractKind.TRUST: _CONGRESS,
}


class DepositStatus(StrEnum):
    """Whether the parties agreed on a performance deposit; a contract may have none (ZG-17)."""

    AGREED = "AGREED"
    NOT_AGREED = "NOT_AGREED"


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


class HiringDecisionMissing(DecisionMissing):
    """The owners have not decided jointly to hire this provider (DH-31, PZ-27)."""


class CongressMissing(PreconditionMissing):
    """The estate has no owners' body that could sign."""


class ContractNumberTaken(Duplicate):
    """A contract is registered under this number."""


class ContractNotRunning(StateConflict):
    """The contract is a draft, or has ended: nothing is added to it."""


class UnableToStart(StateConflict):
    """Another contract serves the estate: one area, one provider (Regulations, art. 33)."""


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
class HiringDecision:
    """The joint decision a contract rests on, as far as the check needs it."""

    estate_id: str
    matter: DecisionMatter
    state: DecisionState
    subject_ref: str | None
    closed_on: date | None


@dataclass(frozen=True, kw_only=True)
class StandingContract:
    """A contract of the estate, as far as the start of another one needs it."""

    kind: ContractKind
    state: ContractState
    provider_id: str
    to: date | None

    @property
    def blocks_a_start(self) -> bool:
        """Whether its provider serves the estate and has not begun to hand it over."""
        handing_over = (ContractState.HANDING_OVER, ContractState.BUFFERING)
        return self.state in SERVING_STATES and self.state not in handing_over


def check_period(*, from_: date, to: date | None) -> None:
    """Raise ValidationFailed unless the term, if it ends, ends after it begins."""
    if to is not None and to <= from_:
        raise ValidationFailed("a term ends after it begins", path=("input", "to"), value=to)


def check_signature(*, signed_on: date, from_: date, today: date) -> None:
    """Raise ValidationFailed unless the contract was signed not in the future and before its term began."""
    if signed_on > today:
        raise ValidationFailed("a contract was signed in the past", path=("input", "signedOn"), value=signed_on)
    if from_ < signed_on:
        raise ValidationFailed("a term begins on the day of signing or later", path=("input", "from"), value=from_)


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

    For the owners the committee signs, or who acts for it where there is none: a management committee or the acting
    community, with the provider whom the owners chose (DH-31, XY-06, PZ-16); a trust is the congress's own (PZ-25).
    Raises CongressMissing when nobody could sign for the owners.
    """
    if kind is ContractKind.EARLY_STAGE:
        return OwnersBody.NONE
    if kind in _SIGNERS and owners_body not in _SIGNERS[kind]:
        raise CongressMissing(
            "the estate has no owners' body that could sign", path=("input", "kind"), value=kind.value
        )
    return owners_body


def binds_owners(kind: ContractKind, *, state: ContractState, decision_id: str | None) -> bool:
    """Return whether it binds every owner: a developer's contract does, and one that owners decided on (art. 939)."""
    return state is not ContractState.DRAFT and (kind is ContractKind.EARLY_STAGE or decision_id is not None)


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


def require_running(state: ContractState) -> None:
    """Raise ContractNotRunning for a draft and for a contract that ended."""
    if state in (ContractState.DRAFT, ContractState.TERMINATED):
        raise ContractNotRunning(f"the contract is {state.value}", path=("input", "contractId"), value=state)


def ends_at_start(standing: StandingContract, *, by: StandingContract, on: date) -> bool:
    """Return whether a contract ends on the day on which service under another one begins.

    An early-stage one does when the owners' own takes effect (Civil Code, art. 940), and one whose term has run out
    when the same provider's next contract does: it was renewed (art. 947). Who hands over already ends by that.
    """
    if not standing.blocks_a_start:
        return False
    if standing.kind is ContractKind.EARLY_STAGE and by.kind is not ContractKind.EARLY_STAGE:
        return True
    has_run_out = standing.to is not None and standing.to < on
    return has_run_out and standing.state is ContractState.ACTIVE and standing.provider_id == by.provider_id


def entry_flags(*, from_: date, service_start_on: date) -> tuple[Flag, ...]:
    """Return WARN:LATE_ENTRY when service begins after the first day of the term: a provider enters in time (PZ-16)."""
    if service_start_on <= from_:
        return ()
    return (
        Flag(
            "WARN:LATE_ENTRY",
            "service began after the first day of the term",
            path=("input", "serviceStartOn"),
            value=service_start_on.isoformat(),
        ),
    )


def check_start(
    *, state: ContractState, service_start_on: date, signed_on: date | None, serving_contract: str | None
) -> ContractState:
    """Return the state of a contract under which service begins: after the signature, never before (DH-51, PZ-16).

    `serving_contract` is the number of a contract that would have to end first, None when there is none. Raises
    ContractStepRefused from any other state than SIGNED, UnableToStart while another contract serves the estate, and
    ValidationFailed for a start before the day of signing.
    """
    after = next_state(state, ContractEvent.START)
    if signed_on is None or service_start_on < signed_on:
        raise ValidationFailed(
            "service begins on the day of signing or later", path=("input", "serviceStartOn"), value=service_start_on
        )
    if serving_contract is not None:
        raise UnableToStart(
            f"contract {serving_contract!r} serves the estate and has to end first", value=serving_contract
        )
    return after


def advice_addressee(signed_by: OwnersBody) -> str:
    """Return whom an advice to end a contract goes to (ZG-15): the developer, or the owners' body that signed."""
    return "DEVELOPER" if signed_by is OwnersBody.NONE else signed_by.value
