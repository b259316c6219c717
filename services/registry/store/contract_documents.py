"""How a contract is stored: the record, and the document it becomes and comes from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from kit.days import day_of, text_of
from kit.money import Fen
from kit.ratio import Ratio
from policy.vocabulary import ExitStep
from services.registry.domain.contract import (
    ContractKind,
    DepositStatus,
    DepositTerms,
    DisclosureInterval,
    RemunerationKind,
    SurplusRule,
    TrustTerms,
)
from services.registry.domain.contract_exit import (
    EndCause,
    ExitGround,
    ExitNotice,
    ExitTrigger,
    HandedOver,
    HandoverGroup,
    NoticeParty,
    StepTaken,
)
from services.registry.domain.contract_state import ContractState
from services.registry.domain.contract_terms import (
    ContractTerms,
    FeeInterval,
    FeeMethod,
    FeeTerms,
    Promise,
    Subcontract,
)
from services.registry.domain.estate import OwnersBody
from services.registry.domain.gate import Site
from services.registry.domain.overdue_deposit import DepositMarks, OverdueDeposit
from services.registry.domain.service_item import ServiceItem
from services.registry.domain.tender import AgreementGround, Tender, TenderMethod
from services.registry.domain.territory import Place, public_areas


@dataclass(frozen=True, kw_only=True)
class TerminationAdvice:
    """A written advice to end the contract; it ends nothing by itself (ZG-15)."""

    blacklist_entry_id: str
    reason: str
    issued_on: date
    issued_to: str
    document_id: str


@dataclass(frozen=True, kw_only=True)
class ContractRecord:
    """A contract as it is stored; a draft has no day of signing yet."""

    id: str
    number: str
    estate_id: str
    place: Place
    provider_id: str
    kind: ContractKind
    state: ContractState
    signed_on: date | None
    from_: date
    to: date | None
    signed_by_body: OwnersBody
    decision_id: str | None
    items: tuple[ServiceItem, ...]
    terms: ContractTerms
    deposit: DepositTerms
    trust: TrustTerms | None
    tender: Tender | None
    selection_id: str | None = None
    bundle_id: str | None = None
    service_start_on: date | None = None
    promises: tuple[Promise, ...] = ()
    subcontracts: tuple[Subcontract, ...] = ()
    notice: ExitNotice | None = None
    steps: tuple[StepTaken, ...] = ()
    handed_over: tuple[HandedOver, ...] = ()
    ended_on: date | None = None
    end_cause: EndCause | None = None
    advices: tuple[TerminationAdvice, ...] = ()
    deposit_marks: DepositMarks = field(default_factory=DepositMarks)
    version: int = 1

    @property
    def ends_key(self) -> str:
        """The contract's place among those whose term ends: the last day, then the id; empty without a last day."""
        return "" if self.to is None else f"{self.to.isoformat()} {self.id}"


def contract_document(contract: ContractRecord) -> dict[str, Any]:
    """Return the whole document of a contract."""
    return {
        "_id": contract.id,
        "number": contract.number,
        "estate_id": contract.estate_id,
        "district": contract.place.district,
        "street_id": contract.place.street_id,
        "community_id": contract.place.community_id,
        "provider_id": contract.provider_id,
        "kind": contract.kind.value,
        "state": contract.state.value,
        "signed_on": text_of(contract.signed_on),
        "from": text_of(contract.from_),
        "to": text_of(contract.to),
        "ends_key": contract.ends_key,
        "signed_by_body": contract.signed_by_body.value,
        "decision_id": contract.decision_id,
        "items": [item_document(item) for item in contract.items],
        "terms": _terms_document(contract.terms),
        "deposit": {"status": contract.deposit.status.value, "rate_per_m2": contract.deposit.rate_per_m2},
        "trust": None if contract.trust is None else _trust_document(contract.trust),
        "tender": None if contract.tender is None else tender_document(contract.tender),
        "selection_id": contract.selection_id,
        "bundle_id": contract.bundle_id,
        "service_start_on": text_of(contract.service_start_on),
        "promises": [promise_document(promise) for promise in contract.promises],
        "subcontracts": [subcontract_document(subcontract) for subcontract in contract.subcontracts],
        "notice": None if contract.notice is None else notice_document(contract.notice),
        "steps": [step_document(step) for step in contract.steps],
        "handed_over": [handed_over_document(handed) for handed in contract.handed_over],
        "ended_on": text_of(contract.ended_on),
        "end_cause": None if contract.end_cause is None else contract.end_cause.value,
        "advices": [],
        "deposit_marks": deposit_marks_document(contract.deposit_marks),
        "version": contract.version,
        "areas": public_areas(contract.place, contract.estate_id),
    }


def contract_record(document: Mapping[str, Any]) -> ContractRecord:
    """Return the contract of a document."""
    rate = document["deposit"]["rate_per_m2"]
    cause = document["end_cause"]
    return ContractRecord(
        id=document["_id"],
        number=document["number"],
        estate_id=document["estate_id"],
        place=Place(document["district"], document["street_id"], document["community_id"]),
        provider_id=document["provider_id"],
        kind=ContractKind(document["kind"]),
        state=ContractState(document["state"]),
        signed_on=day_of(document["signed_on"]),
        from_=date.fromisoformat(document["from"]),
        to=day_of(document["to"]),
        signed_by_body=OwnersBody(document["signed_by_body"]),
        decision_id=document["decision_id"],
        items=tuple(item_of(item) for item in document["items"]),
        terms=_terms(document["terms"]),
        deposit=DepositTerms(DepositStatus(document["deposit"]["status"]), None if rate is None else Fen(rate)),
        trust=None if document["trust"] is None else _trust(document["trust"]),
        tender=None if document["tender"] is None else tender_of(document["tender"]),
        selection_id=document["selection_id"],
        bundle_id=document["bundle_id"],
        service_start_on=day_of(document["service_start_on"]),
        promises=tuple(_promise(promise) for promise in document["promises"]),
        subcontracts=tuple(_subcontract(subcontract) for subcontract in document["subcontracts"]),
        notice=None if document["notice"] is None else _notice(document["notice"]),
        steps=tuple(_step(step) for step in document["steps"]),
        handed_over=tuple(_handed_over(handed) for handed in document["handed_over"]),
        ended_on=day_of(document["ended_on"]),
        end_cause=None if cause is None else EndCause(cause),
        advices=tuple(_advice(advice) for advice in document["advices"]),
        deposit_marks=_deposit_marks(document.get("deposit_marks")),
        version=document["version"],
    )


def item_document(item: ServiceItem) -> dict[str, Any]:
    """Return a service item as it is stored."""
    return {
        "code": item.code,
        "inside": item.inside,
        "site": None if item.site is None else item.site.value,
        "menu": item.menu,
        "description": item.description,
        "standard": item.standard,
        "price": item.price,
        "price_unit": item.price_unit,
        "cost_centre": item.cost_centre,
    }


def item_of(document: Mapping[str, Any]) -> ServiceItem:
    """Return the service item of a stored one."""
    return ServiceItem(
        code=document["code"],
        inside=document["inside"],
        site=None if document["site"] is None else Site(document["site"]),
        menu=document["menu"],
        description=document["description"],
        standard=document["standard"],
        price=Fen(document["price"]),
        price_unit=document["price_unit"],
        cost_centre=document["cost_centre"],
    )


def tender_document(tender: Tender) -> dict[str, Any]:
    """Return the record of a tender as it is stored."""
    ground = tender.agreement_ground
    return {
        "method": tender.method.value,
        "reference": tender.reference,
        "awarded_on": text_of(tender.awarded_on),
        "bidder_ids": list(tender.bidder_ids),
        "agreement_ground": None if ground is None else ground.value,
        "district_approval": tender.district_approval,
    }


def tender_of(document: Mapping[str, Any]) -> Tender:
    """Return the tender of a stored one."""
    ground = document["agreement_ground"]
    return Tender(
        method=TenderMethod(document["method"]),
        reference=document["reference"],
        awarded_on=date.fromisoformat(document["awarded_on"]),
        bidder_ids=tuple(document["bidder_ids"]),
        agreement_ground=None if ground is None else AgreementGround(ground),
        district_approval=document["district_approval"],
    )


def promise_document(promise: Promise) -> dict[str, Any]:
    """Return a promise as it is stored."""
    return {"text": promise.text, "made_on": text_of(promise.made_on), "document_id": promise.document_id}


def subcontract_document(subcontract: Subcontract) -> dict[str, Any]:
    """Return a subcontract as it is stored."""
    return {
        "item_code": subcontract.item_code,
        "provider_id": subcontract.provider_id,
        "share": subcontract.share,
        "from": text_of(subcontract.from_),
    }


def notice_document(notice: ExitNotice) -> dict[str, Any]:
    """Return the notice of an exit as it is stored."""
    return {
        "given_by": notice.given_by.value,
        "ground": notice.ground.value,
        "trigger": notice.trigger.value,
        "noticed_on": text_of(notice.noticed_on),
        "earliest_end_on": text_of(notice.earliest_end_on),
        "decision_id": notice.decision_id,
    }


def step_document(step: StepTaken) -> dict[str, Any]:
    """Return a step of an exit as it is stored."""
    return {
        "step": step.step.value,
        "step_on": text_of(step.step_on),
        "document_id": step.document_id,
        "decision_id": step.decision_id,
        "next_contract_id": step.next_contract_id,
    }


def handed_over_document(handed: HandedOver) -> dict[str, Any]:
    """Return a group of the handover checklist as it is stored."""
    return {
        "group": handed.group.value,
        "accepted_on": text_of(handed.accepted_on),
        "document_id": handed.document_id,
        "supervised_by_community": handed.supervised_by_community,
    }


def deposit_marks_document(marks: DepositMarks) -> dict[str, Any]:
    """Return what is overdue of a contract's deposits as it is stored."""
    return {
        "overdue": [
            {
                "deposit_id": one.deposit_id,
                "contract_year": one.contract_year,
                "due_on": text_of(one.due_on),
                "missing": one.missing,
            }
            for one in marks.overdue
        ],
        "settled_year": marks.settled_year,
    }


def _deposit_marks(document: Mapping[str, Any] | None) -> DepositMarks:
    """Contracts that were saved before finance's facts about deposits were heard have none."""
    if document is None:
        return DepositMarks()
    overdue = (
        OverdueDeposit(
            deposit_id=one["deposit_id"],
            contract_year=one["contract_year"],
            due_on=date.fromisoformat(one["due_on"]),
            missing=Fen(one["missing"]),
        )
        for one in document["overdue"]
    )
    return DepositMarks(tuple(overdue), document["settled_year"])


def _terms_document(terms: ContractTerms) -> dict[str, Any]:
    return {
        "fee": {"method": terms.fee.method.value, "interval": terms.fee.interval.value},
        "fund_use": terms.fund_use,
        "rooms": terms.rooms,
        "handover": terms.handover,
        "dismissal_notice_days": terms.dismissal_notice_days,
    }


def _terms(document: Mapping[str, Any]) -> ContractTerms:
    fee = document["fee"]
    return ContractTerms(
        fee=FeeTerms(method=FeeMethod(fee["method"]), interval=FeeInterval(fee["interval"])),
        fund_use=document["fund_use"],
        rooms=document["rooms"],
        handover=document["handover"],
        dismissal_notice_days=document["dismissal_notice_days"],
    )


def _trust_document(trust: TrustTerms) -> dict[str, Any]:
    return {
        "remuneration_kind": trust.remuneration_kind.value,
        "remuneration_rate": trust.remuneration_rate,
        "remuneration_fixed": trust.remuneration_fixed,
        "dual_sign_above": trust.dual_sign_above,
        "disclosure_every": trust.disclosure_every.value,
        "surplus_rule": trust.surplus_rule.value,
    }


def _trust(document: Mapping[str, Any]) -> TrustTerms:
    rate, fixed = document["remuneration_rate"], document["remuneration_fixed"]
    return TrustTerms(
        remuneration_kind=RemunerationKind(document["remuneration_kind"]),
        remuneration_rate=None if rate is None else Ratio(rate),
        remuneration_fixed=None if fixed is None else Fen(fixed),
        dual_sign_above=Fen(document["dual_sign_above"]),
        disclosure_every=DisclosureInterval(document["disclosure_every"]),
        surplus_rule=SurplusRule(document["surplus_rule"]),
    )


def _promise(document: Mapping[str, Any]) -> Promise:
    return Promise(
        text=document["text"],
        made_on=date.fromisoformat(document["made_on"]),
        document_id=document["document_id"],
    )


def _subcontract(document: Mapping[str, Any]) -> Subcontract:
    return Subcontract(
        item_code=document["item_code"],
        provider_id=document["provider_id"],
        share=Ratio(document["share"]),
        from_=date.fromisoformat(document["from"]),
    )


def _notice(document: Mapping[str, Any]) -> ExitNotice:
    return ExitNotice(
        given_by=NoticeParty(document["given_by"]),
        ground=ExitGround(document["ground"]),
        trigger=ExitTrigger(document["trigger"]),
        noticed_on=date.fromisoformat(document["noticed_on"]),
        earliest_end_on=date.fromisoformat(document["earliest_end_on"]),
        decision_id=document["decision_id"],
    )


def _step(document: Mapping[str, Any]) -> StepTaken:
    return StepTaken(
        step=ExitStep(document["step"]),
        step_on=date.fromisoformat(document["step_on"]),
        document_id=document["document_id"],
        decision_id=document["decision_id"],
        next_contract_id=document["next_contract_id"],
    )


def _handed_over(document: Mapping[str, Any]) -> HandedOver:
    return HandedOver(
        group=HandoverGroup(document["group"]),
        accepted_on=date.fromisoformat(document["accepted_on"]),
        document_id=document["document_id"],
        supervised_by_community=document["supervised_by_community"],
    )


def _advice(document: Mapping[str, Any]) -> TerminationAdvice:
    return TerminationAdvice(
        blacklist_entry_id=document["blacklist_entry_id"],
        reason=document["reason"],
        issued_on=date.fromisoformat(document["issued_on"]),
        issued_to=document["issued_to"],
        document_id=document["document_id"],
    )
