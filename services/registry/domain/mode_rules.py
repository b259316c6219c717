"""What comes before a mode, and what it may not be: the districts' rules about ways of managing an estate."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kit.errors import (
    DecisionMissing,
    EarmarkViolation,
    Flag,
    OutOfRange,
    PreconditionMissing,
    StateConflict,
    ValidationFailed,
)
from policy.errors import MeansAbsent
from policy.instruments.estates import ModeLabel, ModesPolicy
from policy.vocabulary import CostBearer, OwnersRules
from policy.vocabulary import ManagementMode as PolicyMode
from policy.vocabulary import ProviderKind as PolicyProviderKind
from services.registry.domain.contract import ContractKind
from services.registry.domain.contract_state import SERVING_STATES, ContractState
from services.registry.domain.decision import DecisionState
from services.registry.domain.estate import Enclosure
from services.registry.domain.mode import BasicItem, ManagementMode, ServiceTerms
from services.registry.domain.provider import ProviderKind


class TitleSituation(StrEnum):
    """How the homes of an estate are owned, as far as a market needs it (多产权、无产权)."""

    CLEAR = "CLEAR"
    SEVERAL_UNITS = "SEVERAL_UNITS"
    NO_TITLE = "NO_TITLE"


class LabelNotOfMode(ValidationFailed):
    """The district's name stands for other modes than the one that this command brings (NZ-03, PZ-31)."""


class MarketContractMissing(PreconditionMissing):
    """No provider serves the estate under a contract that was selected for it (ZG-25)."""


class AgreementMissing(PreconditionMissing):
    """No company has agreed to take over first: there is no signed cooperation agreement (NZ-19)."""


class CustodyContractMissing(PreconditionMissing):
    """Nobody holds the estate in custody: no custody contract of it and no project of its community serves (XY-08)."""


class NearbyContractNotActive(PreconditionMissing):
    """The company's contract of the nearby estate is not being served (XY-09)."""


class UnitMissing(PreconditionMissing):
    """The property unit that manages the estate is not named (PZ-22)."""


class TrustContractMissing(PreconditionMissing):
    """No trust contract about the estate is being served (PZ-27)."""


class TrustFundNotOpen(PreconditionMissing):
    """The estate's trust fund is not open on the day the trust mode begins (PZ-26)."""


class PilotTermsMissing(PreconditionMissing):
    """A pilot does not state its service content and fee standard (XY-21)."""


class ModeDecisionMissing(DecisionMissing):
    """The joint decision that is named is another estate's, or had not passed when the mode began."""


class ContractServesEstate(StateConflict):
    """A contract is served: the community falls back only where none is (NZ-22)."""


class BeyondBasicService(OutOfRange):
    """A basic service has other items than the district's document gives it (NZ-19, PZ-29)."""


class OwnersBearTheCost(EarmarkViolation):
    """The document lets all owners bear the cost of the basic service; public funds may not be billed (ZG-27)."""


@dataclass(frozen=True, kw_only=True)
class ContractBehind:
    """A contract as far as a mode needs it."""

    kind: ContractKind
    state: ContractState
    estate_id: str
    community_id: str

    @property
    def is_served(self) -> bool:
        """Whether service has begun and not ended."""
        return self.state in SERVING_STATES


@dataclass(frozen=True, kw_only=True)
class TrustFund:
    """An estate's trust fund as trust announced it; `closed_on` is the day it was liquidated."""

    id: str
    opened_on: date
    is_suspended: bool = False
    closed_on: date | None = None

    def is_open_on(self, day: date) -> bool:
        """Return whether money can be paid into it and out of it from that day on."""
        return self.opened_on <= day and not self.is_suspended and self.closed_on is None


def chosen_mode(row: ModeLabel, *, among: Collection[ManagementMode]) -> ManagementMode:
    """Return the one mode of these that the district's name stands for (DH-05, NZ-03, PZ-31).

    Raises LabelNotOfMode where it stands for none of them.
    """
    found = [ManagementMode(mode.value) for mode in row.canonical if mode.value in among]
    if len(found) != 1:
        known = "、".join(mode.value for mode in row.canonical)
        raise LabelNotOfMode(f"{row.label!r} stands for {known}", path=("input", "label"), value=row.label)
    return found[0]


def row_for_provider(modes: ModesPolicy, mode: ManagementMode, provider: ProviderKind) -> ModeLabel | None:
    """Return the one row under which a selected provider of this kind serves; None where none or several fit (DH-05).

    Donghu tells companies, professional bodies and professional persons apart.
    """
    rows = modes.rows_of_providers(PolicyMode(mode.value), PolicyProviderKind(provider.value))
    return rows[0] if len(rows) == 1 else None


def require_label_of_provider(row: ModeLabel, provider: ProviderKind) -> None:
    """Raise LabelNotOfMode where the district's name is one for other kinds of providers (DH-05)."""
    if row.providers is not None and provider.value not in row.providers:
        raise LabelNotOfMode(
            f"{row.label!r} is not what a {provider.value} does", path=("input", "label"), value=row.label
        )


def row_of_takeover_first(modes: ModesPolicy) -> ModeLabel:
    """Return the district's row for taking over first (NZ-19); raises MeansAbsent where its document has none."""
    for row in modes.labels:
        if PolicyMode.TAKEOVER_FIRST in row.canonical:
            return row
    raise MeansAbsent("the district's document lets nobody take over first", value=PolicyMode.TAKEOVER_FIRST)


def check_cooperation_items(kind: ContractKind, codes: Sequence[str], modes: ModesPolicy) -> None:
    """Raise BeyondBasicService when a cooperation agreement has more than the two items of taking over first (NZ-19).

    Nothing to check where the district's document lets nobody take over first.
    """
    row = next((row for row in modes.labels if PolicyMode.TAKEOVER_FIRST in row.canonical), None)
    if kind is ContractKind.COOPERATION and row is not None:
        basic_items(codes, row, path=("input", "items"))


def require_trust_contract(contract: ContractBehind | None, *, estate_id: str) -> None:
    """Raise TrustContractMissing unless a trust contract about this estate is being served (PZ-27)."""
    path = ("input", "contractId")
    if contract is None or contract.estate_id != estate_id or contract.kind is not ContractKind.TRUST:
        raise TrustContractMissing("the trust mode rests on a trust contract", path=path)
    if not contract.is_served:
        raise TrustContractMissing("the trust contract is not being served", path=path, value=contract.state)


def require_market_contract(contract: ContractBehind | None, *, estate_id: str) -> None:
    """Raise MarketContractMissing unless a provider serves this estate under a contract of the market (ZG-25)."""
    path = ("input", "contractId")
    market = (ContractKind.EARLY_STAGE, ContractKind.CONGRESS)
    if contract is None or contract.estate_id != estate_id or contract.kind not in market:
        raise MarketContractMissing("the market mode rests on a contract with a selected provider", path=path)
    if not contract.is_served:
        raise MarketContractMissing(
            "service under the contract has not begun, or has ended", path=path, value=contract.state
        )


def require_cooperation_agreement(contract: ContractBehind, *, estate_id: str) -> None:
    """Raise AgreementMissing unless a willing company signed a cooperation agreement for this estate (NZ-19)."""
    path = ("input", "contractId")
    if contract.kind is not ContractKind.COOPERATION or contract.estate_id != estate_id:
        raise AgreementMissing("this is no cooperation agreement about the estate", path=path, value=contract.kind)
    if contract.state is not ContractState.SIGNED and not contract.is_served:
        raise AgreementMissing("the cooperation agreement is not in force", path=path, value=contract.state)


def custody_mode(contract: ContractBehind, *, estate_id: str, community_id: str) -> ManagementMode:
    """Return the mode that custody brings (XY-08).

    A custody contract of the estate itself is basic service; a project of the same community that the estate is merged
    into is the market. Raises CustodyContractMissing for any other contract, or one that is not served.
    """
    path = ("input", "contractId")
    if not contract.is_served:
        raise CustodyContractMissing("the contract is not being served", path=path, value=contract.state)
    if contract.estate_id == estate_id:
        if contract.kind is not ContractKind.CUSTODY:
            raise CustodyContractMissing("this is no custody contract", path=path, value=contract.kind)
        return ManagementMode.COMMUNITY_FALLBACK
    if contract.community_id != community_id:
        raise CustodyContractMissing("the project lies in another community", path=path, value=contract.community_id)
    return ManagementMode.MARKET


def require_nearby_contract(contract: ContractBehind, *, estate_id: str) -> None:
    """Raise NearbyContractNotActive unless the company serves another, nearby estate under this contract (XY-09)."""
    path = ("input", "nearbyContractId")
    if contract.estate_id == estate_id:
        raise NearbyContractNotActive("the contract is about this estate itself", path=path, value=contract.kind)
    if not contract.is_served:
        raise NearbyContractNotActive("the nearby contract is not being served", path=path, value=contract.state)


def require_unit(kind: ProviderKind | None, terms: ServiceTerms | None) -> None:
    """Raise UnitMissing unless a property unit manages the estate, on terms that are fixed (PZ-22)."""
    if kind is not ProviderKind.UNIT:
        raise UnitMissing("the property unit that manages the estate is named", path=("input", "unitId"), value=kind)
    if terms is None or terms.payment_way is None:
        raise UnitMissing(
            "the unit and the owners have fixed service content, fee standard and way of payment",
            path=("input", "terms"),
        )


def require_open_trust_fund(funds: Sequence[TrustFund], *, effective_on: date) -> None:
    """Raise TrustFundNotOpen unless one of the estate's funds is open on the day the mode begins (PZ-26)."""
    if not any(fund.is_open_on(effective_on) for fund in funds):
        raise TrustFundNotOpen(
            f"no trust fund of the estate is open on {effective_on.isoformat()}",
            path=("input", "effectiveOn"),
            value=effective_on,
        )


def require_passed_decision(
    *, estate_of_decision: str, state: DecisionState, closed_on: date | None, estate_id: str, effective_on: date
) -> None:
    """Raise ModeDecisionMissing unless the estate's owners had passed the decision when the mode began (ZG-26)."""
    path = ("input", "decisionId")
    if estate_of_decision != estate_id:
        raise ModeDecisionMissing("the decision is another estate's", path=path, value=estate_of_decision)
    if state is not DecisionState.CLOSED_PASSED or closed_on is None:
        raise ModeDecisionMissing("the decision has not passed", path=path, value=state)
    if closed_on > effective_on:
        raise ModeDecisionMissing("the decision passed after the mode began", path=path, value=closed_on)


def require_no_contract_serves(contract_number: str | None) -> None:
    """Raise ContractServesEstate while a contract, given by its number, is served (NZ-22)."""
    if contract_number is not None:
        raise ContractServesEstate(
            f"contract {contract_number!r} is being served", path=("input", "estateId"), value=contract_number
        )


def basic_items(codes: Sequence[str], row: ModeLabel, *, path: Sequence[str]) -> tuple[BasicItem, ...]:
    """Return the items of a basic service, each once, in their order (NZ-19, PZ-29).

    Raises ValidationFailed for none, BeyondBasicService for one that the district's document does not give it.
    """
    if not codes:
        raise ValidationFailed("a basic service has items", path=path, value=row.label)
    allowed = tuple(BasicItem) if row.items is None else tuple(BasicItem(item.value) for item in row.items)
    beyond = [code for code in codes if code not in allowed]
    if beyond:
        raise BeyondBasicService(
            f"{row.label!r} is {'、'.join(item.value for item in allowed)} alone", path=path, value=beyond[0]
        )
    return tuple(dict.fromkeys(BasicItem(code) for code in codes))


def require_cost_bearer(named: CostBearer, row: ModeLabel) -> None:
    """Raise OwnersBearTheCost when another than the document's bearer would be billed for the service (ZG-27)."""
    if row.cost_bearer is not None and named is not row.cost_bearer:
        raise OwnersBearTheCost(
            f"{row.label!r} is paid by {row.cost_bearer.value}", path=("input", "costBearer"), value=named
        )


def require_pilot_terms(*, is_pilot: bool, terms: ServiceTerms | None, contract_states_them: bool) -> None:
    """Raise PilotTermsMissing for a pilot whose content and fee neither it nor its contract states (XY-21)."""
    if is_pilot and terms is None and not contract_states_them:
        raise PilotTermsMissing("a pilot states its service content and fee standard", path=("input", "terms"))


def enclosable_flag(enclosure: Enclosure, *, can_be_enclosed: bool) -> Flag | None:
    """Return a warning when an estate that is or can be enclosed is given into custody (XY-08)."""
    if enclosure is Enclosure.OPEN and not can_be_enclosed:
        return None
    return Flag(
        "WARN:ENCLOSABLE",
        "custody is for what cannot be enclosed; this estate can be",
        path=("input", "canBeEnclosed"),
        value=enclosure.value,
    )


def market_flag(mode: ManagementMode, titles: TitleSituation | None, modes: ModesPolicy) -> Flag | None:
    """Return a warning when the market is forced on an estate of several units or without titles (PZ-08)."""
    if mode is not ManagementMode.MARKET or not modes.market_needs_titles:
        return None
    if titles not in (TitleSituation.SEVERAL_UNITS, TitleSituation.NO_TITLE):
        return None
    return Flag(
        "WARN:MARKET_FORCED",
        "an estate of several units or without titles may stay as it is until the market is ripe",
        path=("input", "label"),
        value=titles.value,
    )


def rules_flag(row: ModeLabel, rules_set: Collection[OwnersRules]) -> Flag | None:
    """Return a warning when owners manage themselves before they set the rules the document names (PZ-18, ZG-26)."""
    missing = [rules.value for rules in row.rules or () if rules not in rules_set]
    if not missing:
        return None
    return Flag(
        "WARN:RULES_NOT_SET",
        "the owners have not decided their rules yet",
        path=("input", "label"),
        value=", ".join(missing),
    )


def analysis_flag(analysis: str | None, modes: ModesPolicy) -> Flag | None:
    """Return a warning when a means was chosen without an analysis of the estate where one is asked for (XY-23)."""
    if analysis is not None or not modes.analysis_first:
        return None
    return Flag("WARN:NOT_ANALYSED", "no analysis says why this means fits the estate", path=("input", "analysis"))
