"""What a contract says and how it ends, as the schema shows it; the contract itself is in `service_contract_types`."""

from datetime import date

import strawberry

from kit.money import Fen
from services.registry.domain.contract_exit import ExitNotice as NoticeGiven
from services.registry.domain.contract_exit import HandedOver, StepTaken
from services.registry.domain.contract_terms import ContractTerms as TermsOfContract
from services.registry.domain.contract_terms import Promise
from services.registry.domain.gate import is_public_duty, payer_of
from services.registry.domain.overdue_deposit import OverdueDeposit as DepositThatIsOverdue
from services.registry.domain.service_item import ServiceItem as ItemOfContract
from services.registry.domain.tender import Tender as TenderHeld
from services.registry.graphql.enums import (
    AgreementGround,
    ExitGround,
    ExitStep,
    ExitTrigger,
    FeeInterval,
    FeeMethod,
    HandoverGroup,
    NoticeParty,
    Site,
    TenderMethod,
)
from services.registry.graphql.territory_enums import Payer


@strawberry.type(description="One service of a contract.")
class ServiceItem:
    """One service of a contract."""

    code: str = strawberry.field(description="The service's code.")
    inside: bool = strawberry.field(description="Whether it is done inside the gate.")
    site: Site | None = strawberry.field(description="Where it is done; null where only the side was stated.")
    menu: str | None = strawberry.field(description="The menu it was chosen from; null for a comprehensive contract.")
    description: str = strawberry.field(description="What is done.")
    standard: str = strawberry.field(description="To which standard.")
    price: Fen | None = strawberry.field(description="At which price, in yuan.")
    price_unit: str | None = strawberry.field(description='What the price is for, e.g. "m2/month".')
    cost_centre: str = strawberry.field(description="The provider's cost line; each side of the gate has its own.")
    payer: Payer = strawberry.field(description="Whose money pays: the owners' inside the gate, public funds outside.")
    public_duty: bool = strawberry.field(
        description="Whether it is on the list of services outside the gate that move to street and community."
    )

    @classmethod
    def of(cls, item: ItemOfContract) -> "ServiceItem":
        """Return the item as the schema shows it."""
        return cls(
            code=item.code,
            inside=item.inside,
            site=item.site,
            menu=item.menu,
            description=item.description,
            standard=item.standard,
            price=item.price,
            price_unit=item.price_unit,
            cost_centre=item.cost_centre,
            payer=payer_of(inside=item.inside),
            public_duty=is_public_duty(item.code, inside=item.inside),
        )


@strawberry.type(description="The clauses of a contract beside its services (Civil Code, art. 938).")
class ContractTerms:
    """The clauses of a contract."""

    fee_method: FeeMethod = strawberry.field(description="How the fee is reckoned.")
    fee_interval: FeeInterval = strawberry.field(description="How often it is collected.")
    fund_use: str = strawberry.field(description="How the maintenance fund is used.")
    rooms: str = strawberry.field(description="How the property rooms are managed and used.")
    handover: str = strawberry.field(description="How the service is handed over.")
    dismissal_notice_days: int | None = strawberry.field(
        description="Days of notice of a dismissal where the parties agreed on them; null: the law's."
    )

    @classmethod
    def of(cls, terms: TermsOfContract) -> "ContractTerms":
        """Return the clauses as the schema shows them."""
        return cls(
            fee_method=terms.fee.method,
            fee_interval=terms.fee.interval,
            fund_use=terms.fund_use,
            rooms=terms.rooms,
            handover=terms.handover,
            dismissal_notice_days=terms.dismissal_notice_days,
        )


@strawberry.type(description="How an early-stage provider was selected.")
class Tender:
    """The record of a tender."""

    method: TenderMethod = strawberry.field(description="How.")
    reference: str = strawberry.field(description="The authority's reference.")
    awarded_on: date = strawberry.field(description="The day of the award.")
    bidder_ids: list[strawberry.ID] = strawberry.field(description="Who bid; empty where the record does not say.")
    agreement_ground: AgreementGround | None = strawberry.field(description="Why by agreement; null for a tender.")
    district_approval: str | None = strawberry.field(description="The district's approval of an agreement.")

    @classmethod
    def of(cls, tender: TenderHeld) -> "Tender":
        """Return the record as the schema shows it."""
        return cls(
            method=tender.method,
            reference=tender.reference,
            awarded_on=tender.awarded_on,
            bidder_ids=[strawberry.ID(bidder_id) for bidder_id in tender.bidder_ids],
            agreement_ground=tender.agreement_ground,
            district_approval=tender.district_approval,
        )


@strawberry.type(description="A public promise of the provider: part of its contract (Civil Code, art. 938).")
class ContractPromise:
    """A promise."""

    text: str = strawberry.field(description="What was promised.")
    made_on: date = strawberry.field(description="The day.")
    document_id: strawberry.ID | None = strawberry.field(description="The document it stands in.")

    @classmethod
    def of(cls, promise: Promise) -> "ContractPromise":
        """Return the promise as the schema shows it."""
        document_id = None if promise.document_id is None else strawberry.ID(promise.document_id)
        return cls(text=promise.text, made_on=promise.made_on, document_id=document_id)


@strawberry.type(
    description="A performance deposit whose due day passed with money missing: a mark, which never blocks service."
)
class OverdueDeposit:
    """A deposit that is overdue."""

    deposit_id: strawberry.ID = strawberry.field(description="The deposit, as finance knows it.")
    contract_year: int = strawberry.field(description="The contract year it is for, from 1.")
    due_on: date = strawberry.field(
        description="The day by which it was to be paid; it is overdue since the day after."
    )
    missing: Fen = strawberry.field(description="What was missing when that was noticed, in yuan.")

    @classmethod
    def of(cls, overdue: DepositThatIsOverdue) -> "OverdueDeposit":
        """Return the mark as the schema shows it."""
        return cls(
            deposit_id=strawberry.ID(overdue.deposit_id),
            contract_year=overdue.contract_year,
            due_on=overdue.due_on,
            missing=overdue.missing,
        )


@strawberry.type(description="The notice that an exit began with.")
class ExitNotice:
    """A notice."""

    given_by: NoticeParty = strawberry.field(description="Who gave it.")
    ground: ExitGround = strawberry.field(description="On which footing.")
    trigger: ExitTrigger = strawberry.field(description="What set the exit off.")
    noticed_on: date = strawberry.field(description="The day.")
    decision_id: strawberry.ID | None = strawberry.field(description="The owners' decision; null for a provider's.")

    @classmethod
    def of(cls, notice: NoticeGiven) -> "ExitNotice":
        """Return the notice as the schema shows it."""
        return cls(
            given_by=notice.given_by,
            ground=notice.ground,
            trigger=notice.trigger,
            noticed_on=notice.noticed_on,
            decision_id=None if notice.decision_id is None else strawberry.ID(notice.decision_id),
        )


@strawberry.type(description="A step of an exit that was taken.")
class ContractExitStep:
    """A step of an exit."""

    step: ExitStep = strawberry.field(description="Which one.")
    step_on: date = strawberry.field(description="The day.")
    document_id: strawberry.ID = strawberry.field(description="Its document.")
    decision_id: strawberry.ID | None = strawberry.field(description="With RESELECT: the owners' decision.")
    next_contract_id: strawberry.ID | None = strawberry.field(description="With RESELECT: the next contract.")

    @classmethod
    def of(cls, step: StepTaken) -> "ContractExitStep":
        """Return the step as the schema shows it."""
        return cls(
            step=step.step,
            step_on=step.step_on,
            document_id=strawberry.ID(step.document_id),
            decision_id=None if step.decision_id is None else strawberry.ID(step.decision_id),
            next_contract_id=None if step.next_contract_id is None else strawberry.ID(step.next_contract_id),
        )


@strawberry.type(description="One group of the handover checklist (Civil Code, art. 949).")
class HandoverItem:
    """One group of the checklist."""

    group: HandoverGroup = strawberry.field(description="What is handed over.")
    accepted_on: date | None = strawberry.field(description="The day it was accepted; null before.")
    document_id: strawberry.ID | None = strawberry.field(description="The record of it; null before.")
    supervised_by_community: bool | None = strawberry.field(
        description="Whether the residents' or village committee supervised it; null before."
    )


def handover_checklist(handed_over: tuple[HandedOver, ...]) -> list[HandoverItem]:
    """Return every group of the checklist, accepted or not."""
    accepted = {handed.group: handed for handed in handed_over}
    return [_handover_item(group, accepted.get(group)) for group in HandoverGroup]


def _handover_item(group: HandoverGroup, handed: HandedOver | None) -> HandoverItem:
    if handed is None:
        return HandoverItem(group=group, accepted_on=None, document_id=None, supervised_by_community=None)
    return HandoverItem(
        group=group,
        accepted_on=handed.accepted_on,
        document_id=strawberry.ID(handed.document_id),
        supervised_by_community=handed.supervised_by_community,
    )
