"""What the mutations of `mutations.contracts` are given."""

from datetime import date

import strawberry

from kit.graphql.payloads import MutationInput
from kit.money import Fen
from kit.ratio import Ratio
from services.registry.domain.contract import DepositTerms, TrustTerms
from services.registry.domain.contract_terms import ContractTerms, FeeTerms, Promise, Subcontract
from services.registry.domain.service_item import DraftItem
from services.registry.domain.tender import Tender
from services.registry.graphql.enums import (
    AgreementGround,
    ContractKind,
    DepositStatus,
    DisclosureInterval,
    FeeInterval,
    FeeMethod,
    RemunerationKind,
    Site,
    SurplusRule,
    TenderMethod,
)
from services.registry.use_cases.amend_contract import AttachPromise, RecordSubcontract
from services.registry.use_cases.sign_contract import DraftContract, Signature, SignContract, SignDraft
from services.registry.use_cases.start_service import StartService


@strawberry.input(description="One service: what is done, to which standard, at which price; all three are required.")
class ServiceItemInput:
    """One service of a contract."""

    code: str = strawberry.field(description='The service\'s code, e.g. "CLEANING".')
    inside: bool | None = strawberry.field(
        default=None, description="Whether it is done inside the gate; by the site where one is given, else true."
    )
    site: Site | None = strawberry.field(
        default=None, description="Where it is done; the estate's enclosure then says on which side of the gate."
    )
    menu: str | None = strawberry.field(default=None, description="The menu it was chosen from.")
    description: str | None = strawberry.field(default=None, description="What is done; required.")
    standard: str | None = strawberry.field(default=None, description="To which standard; required.")
    price: Fen | None = strawberry.field(default=None, description="At which price, in yuan; required.")
    price_unit: str | None = strawberry.field(default=None, description='What the price is for, e.g. "m2/month".')
    cost_centre: str | None = strawberry.field(
        default=None, description="The provider's cost line; one of its own for each side of the gate."
    )

    def draft(self) -> DraftItem:
        """Return the item as it was handed in."""
        return DraftItem(
            code=self.code,
            inside=self.inside,
            site=self.site,
            menu=self.menu,
            description=self.description,
            standard=self.standard,
            price=self.price,
            price_unit=self.price_unit,
            cost_centre=self.cost_centre,
        )


@strawberry.input(description="The clauses of a written contract beside its services (Civil Code, art. 938).")
class ContractTermsInput:
    """The clauses of a contract."""

    fee_method: FeeMethod = strawberry.field(description="How the fee is reckoned.")
    fee_interval: FeeInterval = strawberry.field(description="How often it is collected.")
    fund_use: str = strawberry.field(description="How the maintenance fund is used.")
    rooms: str = strawberry.field(description="How the property rooms are managed and used.")
    handover: str = strawberry.field(description="How the service is handed over.")
    dismissal_notice_days: int | None = strawberry.field(
        default=None,
        description="Days of notice of a dismissal, 0 to 365, where the parties agreed; else the law's 60.",
    )

    def terms(self) -> ContractTerms:
        """Return the clauses."""
        return ContractTerms(
            fee=FeeTerms(method=self.fee_method, interval=self.fee_interval),
            fund_use=self.fund_use,
            rooms=self.rooms,
            handover=self.handover,
            dismissal_notice_days=self.dismissal_notice_days,
        )


@strawberry.input(description="The deposit clause; a contract may have none.")
class DepositTermsInput:
    """The deposit clause."""

    status: DepositStatus = strawberry.field(description="Whether a deposit was agreed.")
    rate_per_m2: Fen | None = strawberry.field(
        name="ratePerM2",
        default=None,
        description='Yuan per m2 and year, above 0, e.g. "1.00"; only with an agreed deposit.',
    )

    def terms(self) -> DepositTerms:
        """Return the clause."""
        return DepositTerms(self.status, self.rate_per_m2)


@strawberry.input(description="The clauses of a trust contract.")
class TrustTermsInput:
    """The trust clauses."""

    remuneration_kind: RemunerationKind = strawberry.field(description="How the trustee is paid.")
    remuneration_rate: Ratio | None = strawberry.field(
        default=None, description="With a percentage: the share, above 0."
    )
    remuneration_fixed: Fen | None = strawberry.field(default=None, description="With FIXED: yuan a year, above 0.")
    dual_sign_above: Fen = strawberry.field(description="Payments above this many yuan need two signatures.")
    disclosure_every: DisclosureInterval = strawberry.field(description="How often the accounts are published.")
    surplus_rule: SurplusRule = strawberry.field(description="What happens to what is left of a year.")

    def terms(self) -> TrustTerms:
        """Return the clauses."""
        return TrustTerms(
            remuneration_kind=self.remuneration_kind,
            remuneration_rate=self.remuneration_rate,
            remuneration_fixed=self.remuneration_fixed,
            dual_sign_above=self.dual_sign_above,
            disclosure_every=self.disclosure_every,
            surplus_rule=self.surplus_rule,
        )


@strawberry.input(description="The record of an early-stage selection: a tender, or an agreement in the law's cases.")
class TenderInput:
    """The record of a tender."""

    method: TenderMethod = strawberry.field(description="Open or invited; by agreement with ground and approval.")
    reference: str = strawberry.field(description="The authority's reference of the tender.")
    awarded_on: date = strawberry.field(description="The day of the award; not after the signing.")
    bidder_ids: list[strawberry.ID] = strawberry.field(
        default_factory=list, description="Who bid, the provider among them; each is filed and in good credit."
    )
    agreement_ground: AgreementGround | None = strawberry.field(
        default=None, description="With BY_AGREEMENT: which case of the law it is."
    )
    district_approval: str | None = strawberry.field(
        default=None, description="With BY_AGREEMENT: the reference of the district's approval."
    )

    def tender(self) -> Tender:
        """Return the record."""
        return Tender(
            method=self.method,
            reference=self.reference,
            awarded_on=self.awarded_on,
            bidder_ids=tuple(self.bidder_ids),
            agreement_ground=self.agreement_ground,
            district_approval=self.district_approval,
        )


@strawberry.input(description="Write a property service contract down as a draft.")
class DraftContractInput(MutationInput):
    """A contract as it is written."""

    estate_id: strawberry.ID = strawberry.field(description="The estate.")
    provider_id: strawberry.ID = strawberry.field(description="The provider.")
    number: str = strawberry.field(description="The contract's number, unique in the city.")
    kind: ContractKind = strawberry.field(description="Who concludes it, and on which footing.")
    from_: date = strawberry.field(name="from", description="The first day of its term.")
    to: date | None = strawberry.field(default=None, description="The last day of its term; none when not limited.")
    items: list[ServiceItemInput] = strawberry.field(description="Its services, 1 to 200.")
    terms: ContractTermsInput | None = strawberry.field(default=None, description="Its other clauses; required.")
    deposit: DepositTermsInput = strawberry.field(description="The deposit clause.")
    trust: TrustTermsInput | None = strawberry.field(default=None, description="With TRUST: the trust's clauses.")
    bundle_id: strawberry.ID | None = strawberry.field(
        default=None, description="The bundle of near estates it belongs to."
    )

    def command(self) -> DraftContract:
        """Return the use case's command."""
        return DraftContract(
            estate_id=self.estate_id,
            provider_id=self.provider_id,
            number=self.number,
            kind=self.kind,
            from_=self.from_,
            to=self.to,
            items=tuple(item.draft() for item in self.items),
            terms=None if self.terms is None else self.terms.terms(),
            deposit=self.deposit.terms(),
            trust=None if self.trust is None else self.trust.terms(),
            bundle_id=self.bundle_id,
        )


@strawberry.input(description="Register a property service contract that was concluded in writing.")
class SignContractInput(MutationInput):
    """A contract."""

    estate_id: strawberry.ID = strawberry.field(description="The estate.")
    provider_id: strawberry.ID = strawberry.field(description="The provider.")
    number: str = strawberry.field(description="The contract's number, unique in the city.")
    kind: ContractKind = strawberry.field(description="Who concluded it, and on which footing.")
    signed_on: date = strawberry.field(description="The day of signing; not in the future.")
    from_: date = strawberry.field(name="from", description="The first day of its term; not before the signing.")
    to: date | None = strawberry.field(default=None, description="The last day of its term; none when not limited.")
    decision_id: strawberry.ID | None = strawberry.field(
        default=None, description="The passed joint decision to hire; CONGRESS and TRUST need one."
    )
    offer_id: strawberry.ID | None = strawberry.field(
        default=None, description="The offer the owners voted for; by the decision where its subject is one."
    )
    items: list[ServiceItemInput] = strawberry.field(description="Its services, 1 to 200.")
    terms: ContractTermsInput | None = strawberry.field(default=None, description="Its other clauses; required.")
    deposit: DepositTermsInput = strawberry.field(description="The deposit clause.")
    trust: TrustTermsInput | None = strawberry.field(default=None, description="With TRUST: the trust's clauses.")
    tender: TenderInput | None = strawberry.field(default=None, description="With EARLY_STAGE: the tender's record.")
    bundle_id: strawberry.ID | None = strawberry.field(
        default=None, description="The bundle of near estates it belongs to."
    )

    def command(self) -> SignContract:
        """Return the use case's command."""
        return SignContract(
            contract=DraftContract(
                estate_id=self.estate_id,
                provider_id=self.provider_id,
                number=self.number,
                kind=self.kind,
                from_=self.from_,
                to=self.to,
                items=tuple(item.draft() for item in self.items),
                terms=None if self.terms is None else self.terms.terms(),
                deposit=self.deposit.terms(),
                trust=None if self.trust is None else self.trust.terms(),
                bundle_id=self.bundle_id,
            ),
            signature=Signature(
                signed_on=self.signed_on,
                decision_id=self.decision_id,
                offer_id=self.offer_id,
                tender=None if self.tender is None else self.tender.tender(),
            ),
        )


@strawberry.input(description="Sign a draft.")
class SignDraftInput(MutationInput):
    """The signature under a draft."""

    contract_id: strawberry.ID = strawberry.field(description="The contract; it is DRAFT.")
    signed_on: date = strawberry.field(description="The day of signing; not in the future, not after the term began.")
    decision_id: strawberry.ID | None = strawberry.field(
        default=None, description="The passed joint decision to hire; CONGRESS and TRUST need one."
    )
    offer_id: strawberry.ID | None = strawberry.field(
        default=None, description="The offer the owners voted for; by the decision where its subject is one."
    )
    tender: TenderInput | None = strawberry.field(default=None, description="With EARLY_STAGE: the tender's record.")

    def command(self) -> SignDraft:
        """Return the use case's command."""
        return SignDraft(
            contract_id=self.contract_id,
            signature=Signature(
                signed_on=self.signed_on,
                decision_id=self.decision_id,
                offer_id=self.offer_id,
                tender=None if self.tender is None else self.tender.tender(),
            ),
        )


@strawberry.input(description="Record that service under a contract began.")
class StartServiceInput(MutationInput):
    """The start of service."""

    contract_id: strawberry.ID = strawberry.field(description="The contract; it is SIGNED.")
    service_start_on: date = strawberry.field(description="The first day of service; not before the signing.")

    def command(self) -> StartService:
        """Return the use case's command."""
        return StartService(contract_id=self.contract_id, service_start_on=self.service_start_on)


@strawberry.input(description="Attach a public promise of the provider to its contract, of which it is part.")
class AttachPromiseInput(MutationInput):
    """A promise."""

    contract_id: strawberry.ID = strawberry.field(description="The contract; it has not ended.")
    text: str = strawberry.field(description="What was promised, 1 to 2000 characters.")
    made_on: date = strawberry.field(description="The day it was made; not in the future.")
    document_id: strawberry.ID | None = strawberry.field(default=None, description="The document it stands in.")

    def command(self) -> AttachPromise:
        """Return the use case's command."""
        return AttachPromise(
            contract_id=self.contract_id,
            promise=Promise(text=self.text, made_on=self.made_on, document_id=self.document_id),
        )


@strawberry.input(description="Record that another provider does a single service of a contract.")
class RecordSubcontractInput(MutationInput):
    """A subcontract."""

    contract_id: strawberry.ID = strawberry.field(description="The contract; it is signed and has not ended.")
    item_code: str = strawberry.field(description="The service's code.")
    provider_id: strawberry.ID = strawberry.field(description="Who does it; another provider than the contract's.")
    share: Ratio = strawberry.field(
        description='Its share of the contract\'s price, above 0, e.g. "0.3000"; all together stay below 1.'
    )
    from_: date = strawberry.field(name="from", description="The first day.")

    def command(self) -> RecordSubcontract:
        """Return the use case's command."""
        return RecordSubcontract(
            contract_id=self.contract_id,
            subcontract=Subcontract(
                item_code=self.item_code, provider_id=self.provider_id, share=self.share, from_=self.from_
            ),
        )
