"""Property service contracts as the schema shows them; their clauses are in `contract_types`."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import strawberry

from kit.ratio import Ratio
from services.registry.domain.contract import binds_owners
from services.registry.domain.contract_exit import (
    continues_indefinitely,
    is_handover_accepted,
    post_termination_from,
    renewal_alarm_on,
)
from services.registry.domain.contract_state import SERVING_STATES
from services.registry.domain.service_item import form_of
from services.registry.graphql import (
    bundle_types,
    decision_types,
    estate_types,
    loaders,
    provider_types,
    selection_types,
    types,
)
from services.registry.graphql.context import Context, Info
from services.registry.graphql.contract_types import (
    ContractExitStep,
    ContractPromise,
    ContractTerms,
    ExitNotice,
    HandoverItem,
    OverdueDeposit,
    ServiceItem,
    Tender,
    handover_checklist,
)
from services.registry.graphql.enums import ContractForm, ContractKind, ContractState, EndCause, OwnersBody
from services.registry.graphql.node import Node
from services.registry.store.contract_documents import ContractRecord

if TYPE_CHECKING:
    from services.registry.graphql.bundle_types import Bundle
    from services.registry.graphql.decision_types import JointDecision
    from services.registry.graphql.estate_types import Estate
    from services.registry.graphql.provider_types import Provider
    from services.registry.graphql.selection_types import ProviderSelection

_BundleRef = Annotated["Bundle", strawberry.lazy("services.registry.graphql.bundle_types")]
_JointDecisionRef = Annotated["JointDecision", strawberry.lazy("services.registry.graphql.decision_types")]
_EstateRef = Annotated["Estate", strawberry.lazy("services.registry.graphql.estate_types")]
_ProviderRef = Annotated["Provider", strawberry.lazy("services.registry.graphql.provider_types")]
_SelectionRef = Annotated["ProviderSelection", strawberry.lazy("services.registry.graphql.selection_types")]


@strawberry.type(description="A written advice to end a contract; it ends nothing by itself.")
class TerminationAdvice:
    """An advice to end a contract."""

    reason: str = strawberry.field(description="Why.")
    issued_on: date = strawberry.field(description="When it was issued.")
    issued_to: str = strawberry.field(description='To whom: "DEVELOPER" or the owners\' body that signed.')
    blacklist_entry_id: strawberry.ID | None = strawberry.field(description="The entry of the blacklist behind it.")


@strawberry.type(description="A single service of a contract that another provider does (Civil Code, art. 941).")
class Subcontract:
    """A subcontract."""

    provider_id: strawberry.Private[str]
    item_code: str = strawberry.field(description="The service's code.")
    share: Ratio = strawberry.field(description="Its share of the contract's price; all together stay below 1.")
    from_: date = strawberry.field(name="from", description="The first day.")

    @strawberry.field(description="Who does it.")
    async def provider(self, info: Info) -> _ProviderRef:
        return provider_types.Provider.of(
            loaders.there(await info.context.load(loaders.providers_by_id, self.provider_id))
        )


@strawberry.federation.type(keys=["id"], description="A property service contract.")
class ServiceContract(Node):
    """A property service contract."""

    record: strawberry.Private[ContractRecord]
    number: str = strawberry.field(description="Its number, unique.")
    kind: ContractKind = strawberry.field(description="Who concluded it, and on which footing.")
    state: ContractState = strawberry.field(description="Where it stands; past its term it stays ACTIVE.")
    form: ContractForm = strawberry.field(description="Comprehensive, or one or several services of a menu.")
    signed_on: date | None = strawberry.field(description="The day of signing; null for a draft.")
    from_: date = strawberry.field(name="from", description="The first day of its term.")
    to: date | None = strawberry.field(description="The last day of its term; null when it is not limited.")
    signed_by_body: OwnersBody = strawberry.field(
        description="The owners' body that signed; NONE when the developer did, and for a draft."
    )
    binds_owners: bool = strawberry.field(
        description="Whether it binds every owner: a developer's contract, or one that owners decided on (art. 939)."
    )
    service_start_on: date | None = strawberry.field(description="The day service began; null before.")
    earliest_end_on: date | None = strawberry.field(
        description="The first day on which it may have ended after a notice; null before one (arts. 946-948)."
    )
    ended_on: date | None = strawberry.field(description="The day it ended; null before.")
    end_cause: EndCause | None = strawberry.field(description="Why it ended after an exit; null otherwise.")
    items: list[ServiceItem] = strawberry.field(description="Its services.")
    terms: ContractTerms = strawberry.field(description="Its other clauses.")
    tender: Tender | None = strawberry.field(description="How an early-stage provider was selected; null otherwise.")
    promises: list[ContractPromise] = strawberry.field(description="The provider's public promises, as attached.")
    subcontracts: list[Subcontract] = strawberry.field(description="The single services that others do.")
    exit_notice: ExitNotice | None = strawberry.field(description="The notice that its exit began with; null before.")
    exit_steps: list[ContractExitStep] = strawberry.field(description="The steps of its exit, in their order.")
    handover_checklist: list[HandoverItem] = strawberry.field(description="Rooms, facilities, documents.")
    handover_accepted: bool = strawberry.field(description="Whether all of it was handed over.")
    termination_advice: list[TerminationAdvice] = strawberry.field(description="The advices to end it, oldest first.")
    overdue_deposit: OverdueDeposit | None = strawberry.field(
        description="The overdue deposit of its latest contract year, as finance announced it; null when none is."
    )

    @classmethod
    def of(cls, record: ContractRecord) -> "ServiceContract":
        """Return the contract as the schema shows it."""
        notice, overdue = record.notice, record.deposit_marks.shown
        return cls(
            id=strawberry.ID(record.id),
            record=record,
            number=record.number,
            kind=record.kind,
            state=record.state,
            form=form_of(record.items),
            signed_on=record.signed_on,
            from_=record.from_,
            to=record.to,
            signed_by_body=record.signed_by_body,
            binds_owners=binds_owners(record.kind, state=record.state, decision_id=record.decision_id),
            service_start_on=record.service_start_on,
            earliest_end_on=None if notice is None else notice.earliest_end_on,
            ended_on=record.ended_on,
            end_cause=record.end_cause,
            items=[ServiceItem.of(item) for item in record.items],
            terms=ContractTerms.of(record.terms),
            tender=None if record.tender is None else Tender.of(record.tender),
            promises=[ContractPromise.of(promise) for promise in record.promises],
            subcontracts=[
                Subcontract(
                    provider_id=subcontract.provider_id,
                    item_code=subcontract.item_code,
                    share=subcontract.share,
                    from_=subcontract.from_,
                )
                for subcontract in record.subcontracts
            ],
            exit_notice=None if notice is None else ExitNotice.of(notice),
            exit_steps=[ContractExitStep.of(step) for step in record.steps],
            handover_checklist=handover_checklist(record.handed_over),
            handover_accepted=is_handover_accepted(record.handed_over),
            termination_advice=[
                TerminationAdvice(
                    reason=advice.reason,
                    issued_on=advice.issued_on,
                    issued_to=advice.issued_to,
                    blacklist_entry_id=strawberry.ID(advice.blacklist_entry_id),
                )
                for advice in record.advices
            ],
            overdue_deposit=None if overdue is None else OverdueDeposit.of(overdue),
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> "ServiceContract | None":  # noqa: A002
        """Return the contract of this id if the caller may see it."""
        return await contract(info.context, id)

    @strawberry.field(description="The estate that is served.")
    async def estate(self, info: Info) -> _EstateRef:
        return estate_types.Estate.of(
            loaders.there(await info.context.load(loaders.estates_by_id, self.record.estate_id))
        )

    @strawberry.field(description="Who serves.")
    async def provider(self, info: Info) -> _ProviderRef:
        return provider_types.Provider.of(
            loaders.there(await info.context.load(loaders.providers_by_id, self.record.provider_id))
        )

    @strawberry.field(description="The joint decision it rests on; null when none is needed.")
    async def decision(self, info: Info) -> _JointDecisionRef | None:
        return await decision_types.joint_decision(info.context, self.record.decision_id)

    @strawberry.field(description="The bundle of near estates it belongs to; null when it belongs to none.")
    async def bundle(self, info: Info) -> _BundleRef | None:
        return await bundle_types.bundle(info.context, self.record.bundle_id)

    @strawberry.field(description="The selection whose offer the owners chose; null where there was none.")
    async def selection(self, info: Info) -> _SelectionRef | None:
        return await selection_types.selection(info.context, self.record.selection_id)

    @strawberry.field(description="Whether it goes on past its term for an indefinite time (Civil Code, art. 948).")
    def continues_indefinitely(self, info: Info) -> bool:
        return continues_indefinitely(state=self.record.state, to=self.record.to, on=info.context.today)

    @strawberry.field(
        description="The last day on which the provider may say that it will not renew, 90 days before the end (Civil "
        "Code, art. 947); null without an end."
    )
    async def renewal_alarm_on(self, info: Info) -> date | None:
        limits = (await types.policies_of(info.context)).national(info.context.today).time_limits
        return renewal_alarm_on(self.record.to, limits)

    @strawberry.field(
        description="Since when the old provider serves on until it is taken over, and may charge for it (Civil Code, "
        "art. 950); null when it does not."
    )
    async def post_termination_from(self, info: Info) -> date | None:
        current = await current_contract(info.context, self.record.estate_id)
        return post_termination_from(
            state=self.record.state,
            notice=self.record.notice,
            is_taken_over=current is not None and current.record.state is ContractState.ACTIVE,
            on=info.context.today,
        )


async def contract(context: Context, contract_id: str | None) -> ServiceContract | None:
    """Return a contract by id if the caller may see it."""
    record = await context.load(loaders.contracts_by_id, contract_id)
    return None if record is None else ServiceContract.of(record)


async def current_contract(context: Context, estate_id: str) -> ServiceContract | None:
    found = await context.load(loaders.contracts_by_estate, estate_id)
    # The states stand in the order of an exit: who begins to serve comes before who still hands over.
    serving = [record for record in found or () if record.state in SERVING_STATES]
    current = min(serving, key=lambda record: SERVING_STATES.index(record.state), default=None)
    return None if current is None else ServiceContract.of(current)
