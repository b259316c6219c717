"""What the registry announces of service contracts and bundles, from the signature to the end."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from kit.events import Event
from kit.money import Fen
from kit.ratio import Ratio
from policy.vocabulary import ExitStep
from services.registry.domain.contract import (
    ContractKind,
    DepositStatus,
    DisclosureInterval,
    RemunerationKind,
    SurplusRule,
)
from services.registry.domain.contract_exit import EndCause
from services.registry.domain.contract_terms import FeeInterval, FeeMethod
from services.registry.domain.estate import OwnersBody
from services.registry.domain.service_item import ContractForm


@dataclass(frozen=True, kw_only=True)
class BundleFormed(Event):
    """Near estates were bundled for one provider; each keeps its own decision, contract and ledger (NZ-18).

    `contract_id` is that of the whole bundle, absent while each estate signs its own.
    """

    type: ClassVar[str] = "registry.bundle.formed"

    bundle_id: str
    provider_id: str
    estate_ids: tuple[str, ...]
    contract_id: str | None = None


@dataclass(frozen=True)
class ContractItem:
    """One service of a contract; the cost centre keeps both sides of the gate apart."""

    code: str
    inside: bool
    standard: str
    price: Fen
    price_unit: str
    menu: str | None
    cost_centre: str | None


@dataclass(frozen=True)
class ContractFeeTerms:
    """How the fee of a contract is reckoned, and how often it is collected."""

    method: FeeMethod
    interval: FeeInterval


@dataclass(frozen=True)
class ContractDepositTerms:
    """The deposit clause of a contract: yuan per m² and year when agreed."""

    status: DepositStatus
    rate_per_m2: Fen | None


@dataclass(frozen=True)
class ContractTrustTerms:
    """The trust clauses of a contract."""

    remuneration_kind: RemunerationKind
    remuneration_rate: Ratio | None
    remuneration_fixed: Fen | None
    dual_sign_above: Fen
    disclosure_every: DisclosureInterval
    surplus_rule: SurplusRule


@dataclass(frozen=True, kw_only=True)
class ContractSigned(Event):
    """A property service contract was signed; `occurred_on` is the day of signing."""

    type: ClassVar[str] = "registry.contract.signed"

    estate_id: str
    street_id: str
    community_id: str
    contract_id: str
    number: str
    kind: ContractKind
    provider_id: str
    from_: date
    to: date | None = None
    signed_by_body: OwnersBody
    decision_id: str | None = None
    items: tuple[ContractItem, ...]
    deposit_terms: ContractDepositTerms
    trust_terms: ContractTrustTerms | None = None
    form: ContractForm | None = None
    fee_terms: ContractFeeTerms | None = None
    bundle_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class ContractStarted(Event):
    """Service under a contract began."""

    type: ClassVar[str] = "registry.contract.started"

    estate_id: str
    street_id: str
    community_id: str
    contract_id: str
    service_start_on: date


@dataclass(frozen=True, kw_only=True)
class ContractSuperseded(Event):
    """A contract ended because a later one took effect: an early-stage one at once (Civil Code, art. 940), or one that
    had run out and was renewed with the same provider (art. 947)."""

    type: ClassVar[str] = "registry.contract.superseded"

    estate_id: str
    street_id: str
    community_id: str
    contract_id: str
    by_contract_id: str
    ended_on: date


@dataclass(frozen=True, kw_only=True)
class ContractExitStepTaken(Event):
    """A step of a provider's exit was taken, with its document; the notice says when the contract may end (NZ-13)."""

    type: ClassVar[str] = "registry.contract.exit_step"

    estate_id: str
    street_id: str
    community_id: str
    contract_id: str
    provider_id: str
    step: ExitStep
    step_on: date
    document_id: str
    earliest_end_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class ContractTerminated(Event):
    """A contract ended after its exit; without an accepted handover no fee is due after the end (art. 949)."""

    type: ClassVar[str] = "registry.contract.terminated"

    estate_id: str
    street_id: str
    community_id: str
    contract_id: str
    provider_id: str
    ended_on: date
    handover_accepted: bool
    cause: EndCause


@dataclass(frozen=True, kw_only=True)
class ContractTerminationAdvised(Event):
    """The owners, or the developer, were advised in writing to end a contract with a blacklisted provider (ZG-15).

    It is advice: the contract goes on until those who concluded it end it.
    """

    type: ClassVar[str] = "registry.contract.termination_advised"

    estate_id: str
    street_id: str
    community_id: str
    contract_id: str
    blacklist_entry_id: str
    issued_to: str
    document_id: str
