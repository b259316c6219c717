"""What is announced of a contract, built from its record in one place."""

from datetime import date

from services.registry.domain.contract_exit import EndCause, ExitNotice, StepTaken, is_handover_accepted
from services.registry.domain.service_item import form_of
from services.registry.events import (
    ContractDepositTerms,
    ContractExitStepTaken,
    ContractFeeTerms,
    ContractItem,
    ContractSigned,
    ContractStarted,
    ContractSuperseded,
    ContractTerminated,
    ContractTrustTerms,
)
from services.registry.store.contract_documents import ContractRecord


def signed_fact(contract: ContractRecord, *, signed_on: date, policy_id: str | None) -> ContractSigned:
    """Return the fact that the contract was signed on that day, with its items and terms."""
    trust = contract.trust
    return ContractSigned(
        district=contract.place.district,
        aggregate_id=contract.id,
        occurred_on=signed_on,
        estate_id=contract.estate_id,
        policy_id=policy_id,
        street_id=contract.place.street_id,
        community_id=contract.place.community_id,
        contract_id=contract.id,
        number=contract.number,
        kind=contract.kind,
        provider_id=contract.provider_id,
        from_=contract.from_,
        to=contract.to,
        signed_by_body=contract.signed_by_body,
        decision_id=contract.decision_id,
        items=tuple(
            ContractItem(
                item.code, item.inside, item.standard, item.price, item.price_unit, item.menu, item.cost_centre
            )
            for item in contract.items
        ),
        deposit_terms=ContractDepositTerms(contract.deposit.status, contract.deposit.rate_per_m2),
        trust_terms=None
        if trust is None
        else ContractTrustTerms(
            remuneration_kind=trust.remuneration_kind,
            remuneration_rate=trust.remuneration_rate,
            remuneration_fixed=trust.remuneration_fixed,
            dual_sign_above=trust.dual_sign_above,
            disclosure_every=trust.disclosure_every,
            surplus_rule=trust.surplus_rule,
        ),
        form=form_of(contract.items),
        fee_terms=ContractFeeTerms(contract.terms.fee.method, contract.terms.fee.interval),
        bundle_id=contract.bundle_id,
    )


def started_fact(contract: ContractRecord, *, service_start_on: date) -> ContractStarted:
    """Return the fact that service under the contract began."""
    return ContractStarted(
        district=contract.place.district,
        aggregate_id=contract.id,
        occurred_on=service_start_on,
        estate_id=contract.estate_id,
        street_id=contract.place.street_id,
        community_id=contract.place.community_id,
        contract_id=contract.id,
        service_start_on=service_start_on,
    )


def superseded_fact(contract: ContractRecord, *, by_contract_id: str, ended_on: date) -> ContractSuperseded:
    """Return the fact that the contract ended because another one took effect."""
    return ContractSuperseded(
        district=contract.place.district,
        aggregate_id=contract.id,
        occurred_on=ended_on,
        estate_id=contract.estate_id,
        street_id=contract.place.street_id,
        community_id=contract.place.community_id,
        contract_id=contract.id,
        by_contract_id=by_contract_id,
        ended_on=ended_on,
    )


def exit_step_fact(contract: ContractRecord, step: StepTaken, *, notice: ExitNotice | None) -> ContractExitStepTaken:
    """Return the fact that a step of the exit was taken; `notice` is given with the first of them."""
    return ContractExitStepTaken(
        district=contract.place.district,
        aggregate_id=contract.id,
        occurred_on=step.step_on,
        estate_id=contract.estate_id,
        street_id=contract.place.street_id,
        community_id=contract.place.community_id,
        contract_id=contract.id,
        provider_id=contract.provider_id,
        step=step.step,
        step_on=step.step_on,
        document_id=step.document_id,
        earliest_end_on=None if notice is None else notice.earliest_end_on,
    )


def terminated_fact(contract: ContractRecord, *, ended_on: date, cause: EndCause) -> ContractTerminated:
    """Return the fact that the contract ended after its exit."""
    return ContractTerminated(
        district=contract.place.district,
        aggregate_id=contract.id,
        occurred_on=ended_on,
        estate_id=contract.estate_id,
        street_id=contract.place.street_id,
        community_id=contract.place.community_id,
        contract_id=contract.id,
        provider_id=contract.provider_id,
        ended_on=ended_on,
        handover_accepted=is_handover_accepted(contract.handed_over),
        cause=cause,
    )
