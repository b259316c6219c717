"""What the registry announces: one class per fact, all on one page.

Facts carry ids, codes, amounts and dates, never personal data. A fact about an estate also names its street and its
community, so that a listener can say who may see what it writes even before it has heard of the estate.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from kit.area import Area
from kit.events import Event
from kit.money import Fen
from kit.ratio import Ratio
from policy.vocabulary import CostBearer, Department, ExitStep, ModeMeans, PropertyRoomSource
from services.registry.domain.abandonment import AbandonmentReason
from services.registry.domain.committee import CommitteeKind
from services.registry.domain.contract import (
    ContractKind,
    DepositStatus,
    DisclosureInterval,
    RemunerationKind,
    SurplusRule,
)
from services.registry.domain.contract_exit import EndCause
from services.registry.domain.contract_terms import FeeInterval, FeeMethod
from services.registry.domain.decision import DecisionMatter
from services.registry.domain.document import SubjectKind
from services.registry.domain.document_kinds import DocumentKind
from services.registry.domain.estate import Enclosure, EstateKind, OwnersBody
from services.registry.domain.mode import BasicItem, ManagementMode
from services.registry.domain.part import AreaBasis
from services.registry.domain.provider import ProviderKind, ProviderSource
from services.registry.domain.service_item import ContractForm


@dataclass(frozen=True, kw_only=True)
class PolicyPublished(Event):
    """A mounted version of a district's policy is in force from a day on; the hash is of its parameters."""

    type: ClassVar[str] = "registry.policy.published"

    version: int
    effective_from: date
    effective_to: date | None = None
    params_hash: str
    source: str


@dataclass(frozen=True, kw_only=True)
class EstateRegistered(Event):
    """An estate entered the registry, in exactly one street and community."""

    type: ClassVar[str] = "registry.estate.registered"

    estate_id: str
    code: str
    name: str
    street_id: str
    community_id: str
    enclosure: Enclosure
    kind: EstateKind
    built_on: date | None = None
    built_year: int | None = None
    approved_gross_area: Area | None = None
    managed_area: Area
    household_count: int
    part_count: int


@dataclass(frozen=True, kw_only=True)
class EstateChanged(Event):
    """Facts of an estate other than areas and households changed; values are texts by field name."""

    type: ClassVar[str] = "registry.estate.changed"

    estate_id: str
    changed_fields: tuple[str, ...]
    before: Mapping[str, str]
    after: Mapping[str, str]
    effective_on: date


@dataclass(frozen=True, kw_only=True)
class EstateAreaOrHouseholdsChanged(Event):
    """An estate's areas or its count of households changed; the values are those that hold now."""

    type: ClassVar[str] = "registry.estate.area_or_households_changed"

    estate_id: str
    managed_area: Area
    approved_gross_area: Area | None = None
    household_count: int
    effective_on: date


@dataclass(frozen=True, kw_only=True)
class PartRegistered(Event):
    """An exclusive part entered the registry."""

    type: ClassVar[str] = "registry.part.registered"

    estate_id: str
    part_id: str
    building_id: str
    door_number: str
    area: Area
    area_basis: AreaBasis
    has_lift: bool


@dataclass(frozen=True, kw_only=True)
class PartChanged(Event):
    """A part's door, area or basis changed, or its building gained or lost a lift; the values hold now."""

    type: ClassVar[str] = "registry.part.changed"

    estate_id: str
    part_id: str
    building_id: str
    door_number: str
    area: Area
    area_basis: AreaBasis
    has_lift: bool
    effective_on: date


@dataclass(frozen=True, kw_only=True)
class PartDelivered(Event):
    """A developer handed over a part that it had sold: from that day the buyers owe the fee."""

    type: ClassVar[str] = "registry.part.delivered"

    estate_id: str
    part_id: str
    developer_ids: tuple[str, ...]
    delivered_on: date


@dataclass(frozen=True)
class OwnerShare:
    """One of the new owners of a part and the share."""

    owner_id: str
    share: Ratio


@dataclass(frozen=True, kw_only=True)
class OwnershipTransferred(Event):
    """A part has new owners; `from_owner_ids` is empty at the first registration."""

    type: ClassVar[str] = "registry.ownership.transferred"

    estate_id: str
    part_id: str
    from_owner_ids: tuple[str, ...]
    to_owners: tuple[OwnerShare, ...]
    effective_on: date
    document_id: str | None = None
    undelivered: bool = False
    """Whether a developer sold the part and has not handed it over: it owes the fee until then."""


@dataclass(frozen=True, kw_only=True)
class PropertyRoomChanged(Event):
    """A community has a property office, or another one; whether it has the area that the district asks for."""

    type: ClassVar[str] = "registry.property_room.changed"

    street_id: str
    community_id: str
    office_area: Area
    source: PropertyRoomSource
    meets_minimum: bool


@dataclass(frozen=True, kw_only=True)
class EstateAbandoned(Event):
    """An estate is left without anybody who serves it."""

    type: ClassVar[str] = "registry.estate.abandoned"

    estate_id: str
    street_id: str
    community_id: str
    reason: AbandonmentReason
    abandoned_on: date


@dataclass(frozen=True, kw_only=True)
class CongressFormed(Event):
    """An estate's owners formed their congress."""

    type: ClassVar[str] = "registry.congress.formed"

    estate_id: str
    street_id: str
    community_id: str
    congress_id: str
    formed_on: date
    decision_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class OwnersAccountOpened(Event):
    """A congress opened its public account; `account_ref` is a reference, never the number."""

    type: ClassVar[str] = "registry.owners_account.opened"

    estate_id: str
    street_id: str
    community_id: str
    congress_id: str
    account_ref: str
    opened_on: date


@dataclass(frozen=True, kw_only=True)
class DecisionOpened(Event):
    """Owners were told of a joint decision; the roll's hash fixes who may vote."""

    type: ClassVar[str] = "registry.decision.opened"

    estate_id: str
    street_id: str
    community_id: str
    decision_id: str
    matter: DecisionMatter
    special: bool
    scope_building_ids: tuple[str, ...]
    subject_ref: str | None = None
    roll_hash: str
    notice_on: date
    voting_to: date


@dataclass(frozen=True, kw_only=True)
class _DecisionClosed:
    estate_id: str
    street_id: str
    community_id: str
    decision_id: str
    matter: DecisionMatter
    subject_ref: str | None = None
    participating_area: Area
    participating_persons: int
    agree_area: Area
    agree_persons: int
    external_system_ref: str


@dataclass(frozen=True, kw_only=True)
class DecisionPassed(_DecisionClosed, Event):
    """A joint decision had its quorum and its majority."""

    type: ClassVar[str] = "registry.decision.passed"


@dataclass(frozen=True, kw_only=True)
class DecisionFailed(_DecisionClosed, Event):
    """A joint decision had its quorum, but not the majority its matter needs."""

    type: ClassVar[str] = "registry.decision.failed"


@dataclass(frozen=True, kw_only=True)
class DecisionWithoutQuorum(_DecisionClosed, Event):
    """Too few owners, or too little area, took part."""

    type: ClassVar[str] = "registry.decision.no_quorum"


@dataclass(frozen=True, kw_only=True)
class DecisionAnnulled(Event):
    """A court annulled a joint decision; the services hold what rests on it, and people decide (P22)."""

    type: ClassVar[str] = "registry.decision.annulled"

    estate_id: str
    street_id: str
    community_id: str
    decision_id: str
    court_ref: str
    annulled_on: date


@dataclass(frozen=True, kw_only=True)
class _OfCommittee:
    estate_id: str
    street_id: str
    community_id: str
    committee_id: str
    kind: CommitteeKind
    term_from: date
    term_to: date
    member_count: int
    member_ids: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class CommitteeElected(_OfCommittee, Event):
    """An owners' committee was elected, or a management committee formed; it acts from the first day of its term."""

    type: ClassVar[str] = "registry.committee.elected"


@dataclass(frozen=True, kw_only=True)
class CommitteeFiled(_OfCommittee, Event):
    """A committee was filed with the authority."""

    type: ClassVar[str] = "registry.committee.filed"


@dataclass(frozen=True, kw_only=True)
class CommitteeTermEnded(_OfCommittee, Event):
    """A committee's term is over."""

    type: ClassVar[str] = "registry.committee.term_ended"


@dataclass(frozen=True, kw_only=True)
class CommitteeDissolved(_OfCommittee, Event):
    """A committee was dissolved before its term was over."""

    type: ClassVar[str] = "registry.committee.dissolved"


@dataclass(frozen=True, kw_only=True)
class ProviderRegistered(Event):
    """A provider entered the registry."""

    type: ClassVar[str] = "registry.provider.registered"

    provider_id: str
    unified_credit_code: str
    kind: ProviderKind
    source: ProviderSource | None = None


@dataclass(frozen=True, kw_only=True)
class ProviderFiled(Event):
    """A provider is filed with the authority."""

    type: ClassVar[str] = "registry.provider.filed"

    provider_id: str
    unified_credit_code: str
    kind: ProviderKind
    filed_on: date


@dataclass(frozen=True, kw_only=True)
class ProviderJoinedPool(Event):
    """A provider entered the pool of public-welfare companies."""

    type: ClassVar[str] = "registry.provider.pool_joined"

    provider_id: str
    unified_credit_code: str
    kind: ProviderKind
    joined_on: date


@dataclass(frozen=True, kw_only=True)
class ProviderLeftPool(Event):
    """A provider left the pool of public-welfare companies, by itself or because it was blacklisted."""

    type: ClassVar[str] = "registry.provider.pool_left"

    provider_id: str
    unified_credit_code: str
    kind: ProviderKind
    left_on: date


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


@dataclass(frozen=True)
class DocumentSignOff:
    """A department that signed a document off, and the day."""

    department: Department
    signed_on: date


@dataclass(frozen=True, kw_only=True)
class DocumentEffective(Event):
    """A version of a document was published: from `effective_on` it supersedes the former versions."""

    type: ClassVar[str] = "registry.document.effective"

    document_id: str
    kind: DocumentKind
    subject_kind: SubjectKind
    subject_id: str
    version: int
    effective_on: date
    sign_offs: tuple[DocumentSignOff, ...]


@dataclass(frozen=True, kw_only=True)
class ModeChanged(Event):
    """An estate is managed in another way from `effective_on` on; `label` is its district's name of the mode.

    `items` and `cost_bearer` are those of a basic service. A reversal takes back what was announced for that day: the
    mode `from` never began on it, and `to`, the one before, holds on.
    """

    type: ClassVar[str] = "registry.mode.changed"

    estate_id: str
    street_id: str
    community_id: str
    from_: ManagementMode
    to: ManagementMode
    label: str
    effective_on: date
    means: ModeMeans | None = None
    decision_id: str | None = None
    contract_id: str | None = None
    items: tuple[BasicItem, ...] = ()
    cost_bearer: CostBearer | None = None
    review_on: date | None = None
    is_reversal: bool
