"""What the rules of a contract need to know of the joint decision behind it."""

from services.registry.domain.bundle import MemberDecision
from services.registry.domain.contract import HiringDecision
from services.registry.domain.contract_exit import OwnersDecision
from services.registry.store.decisions import DecisionRecord
from services.registry.store.estates import EstateRecord


def hiring_decision(decision: DecisionRecord) -> HiringDecision:
    """Return the decision as far as a signature needs it."""
    return HiringDecision(
        estate_id=decision.estate_id,
        matter=decision.matter,
        state=decision.state,
        subject_ref=decision.subject_ref,
        closed_on=None if decision.result is None else decision.result.closed_on,
    )


def owners_decision(decision: DecisionRecord) -> OwnersDecision:
    """Return the decision as far as an exit needs it."""
    return OwnersDecision(
        estate_id=decision.estate_id,
        matter=decision.matter,
        state=decision.state,
        subject_ref=decision.subject_ref,
        closed_on=None if decision.result is None else decision.result.closed_on,
    )


def member_decision(estate: EstateRecord, decision: DecisionRecord | None) -> MemberDecision:
    """Return an estate of a bundle with its owners' decision, as far as the bundle needs it."""
    return MemberDecision(
        estate_id=estate.id,
        street_id=estate.place.street_id,
        decision_estate_id=None if decision is None else decision.estate_id,
        matter=None if decision is None else decision.matter,
        state=None if decision is None else decision.state,
        subject_ref=None if decision is None else decision.subject_ref,
    )
