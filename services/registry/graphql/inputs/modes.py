"""What the mutations of `mutations.modes` are given."""

from datetime import date

import strawberry

from kit.graphql.payloads import MutationInput
from kit.graphql.scalars import DistrictCode
from services.registry.domain.mode import ServiceTerms
from services.registry.graphql.mode_enums import CostBearer, ManagementMode, TitleSituation
from services.registry.store.modes import PlaceFilter
from services.registry.use_cases.change_mode import ChangeMode
from services.registry.use_cases.record_consultation import RecordConsultation
from services.registry.use_cases.review_mode import RecordTitles, ReverseMode, ReviewMode
from services.registry.use_cases.start_passing_mode import (
    StartCustody,
    StartFallback,
    StartTakeoverFirst,
    TakeOverNearby,
)

_EFFECTIVE_ON = "The first day; after the first day of the mode before, and not in the future."
_LABEL = 'The district\'s own name of the mode, e.g. "业主自行服务模式".'
_ANALYSIS = "Why this means fits the estate, at most 2,000 characters."
_PILOT = "Whether it is a pilot: then content and fee are stated, here or by the contract."
_REVIEW_ON = "When it is looked at again; after the first day."


@strawberry.input(description="What is served, at which fee and how it is paid, where no contract says so.")
class ServiceTermsInput:
    """The terms of a service without a contract."""

    content: str = strawberry.field(description="What is served, at most 2,000 characters.")
    fee_standard: str = strawberry.field(description='At which fee, e.g. "0.30元/平方米/月".')
    payment_way: str | None = strawberry.field(default=None, description='How it is paid, e.g. "按季缴纳".')

    def terms(self) -> ServiceTerms:
        """Return the terms."""
        return ServiceTerms(content=self.content, fee_standard=self.fee_standard, payment_way=self.payment_way)


@strawberry.input(description="Record a survey of owners or residents about a mode.")
class RecordConsultationInput(MutationInput):
    """A survey."""

    estate_id: strawberry.ID = strawberry.field(description="The estate.")
    mode: ManagementMode = strawberry.field(description="The mode they were asked about; not NONE.")
    from_: date = strawberry.field(name="from", description="The first day of the survey.")
    to: date = strawberry.field(description="The last day of the survey; not in the future.")
    asked: int = strawberry.field(description="How many were asked, above 0.")
    answered: int = strawberry.field(description="How many answered, from 0 to those asked.")
    consenting: int = strawberry.field(description="How many consented, from 0 to those who answered.")
    document_id: strawberry.ID | None = strawberry.field(default=None, description="The sheets behind it.")

    def command(self) -> RecordConsultation:
        """Return the use case's command."""
        return RecordConsultation(
            estate_id=self.estate_id,
            mode=self.mode,
            from_=self.from_,
            to=self.to,
            asked=self.asked,
            answered=self.answered,
            consenting=self.consenting,
            document_id=self.document_id,
        )


@strawberry.input(description="Put an estate under a mode that is meant to last.")
class ChangeModeInput(MutationInput):
    """A lasting mode."""

    estate_id: strawberry.ID = strawberry.field(description="The estate.")
    label: str = strawberry.field(description=_LABEL)
    effective_on: date = strawberry.field(description=_EFFECTIVE_ON)
    contract_id: strawberry.ID | None = strawberry.field(
        default=None, description="The market's or the trust's contract; it is being served."
    )
    decision_id: strawberry.ID | None = strawberry.field(
        default=None, description="The estate's joint decision behind it; it passed by the first day."
    )
    unit_id: strawberry.ID | None = strawberry.field(
        default=None, description="With UNIT_SELF: the property unit, a provider of the kind UNIT."
    )
    terms: ServiceTermsInput | None = strawberry.field(
        default=None, description="Content and fee where no contract states them; UNIT_SELF needs them."
    )
    is_pilot: bool = strawberry.field(default=False, description=_PILOT)
    analysis: str | None = strawberry.field(default=None, description=_ANALYSIS)

    def command(self) -> ChangeMode:
        """Return the use case's command."""
        return ChangeMode(
            estate_id=self.estate_id,
            label=self.label,
            effective_on=self.effective_on,
            contract_id=self.contract_id,
            decision_id=self.decision_id,
            unit_id=self.unit_id,
            terms=None if self.terms is None else self.terms.terms(),
            is_pilot=self.is_pilot,
            analysis=self.analysis,
        )


@strawberry.input(description="Let the community give an estate basic service, where nobody else does.")
class StartFallbackInput(MutationInput):
    """A fall-back."""

    estate_id: strawberry.ID = strawberry.field(description="The estate; no contract of it is being served.")
    label: str = strawberry.field(description=_LABEL)
    effective_on: date = strawberry.field(description=_EFFECTIVE_ON)
    items: list[str] = strawberry.field(
        description='The basic items, at least one, e.g. ["CLEANING"]; the district\'s document bounds them.'
    )
    cost_bearer: CostBearer = strawberry.field(description="Who pays; the district's document may say who.")
    review_on: date = strawberry.field(description=_REVIEW_ON)
    terms: ServiceTermsInput | None = strawberry.field(default=None, description="Content and fee.")
    is_pilot: bool = strawberry.field(default=False, description=_PILOT)
    analysis: str | None = strawberry.field(default=None, description=_ANALYSIS)

    def command(self) -> StartFallback:
        """Return the use case's command."""
        return StartFallback(
            estate_id=self.estate_id,
            label=self.label,
            effective_on=self.effective_on,
            items=tuple(self.items),
            cost_bearer=self.cost_bearer,
            review_on=self.review_on,
            terms=None if self.terms is None else self.terms.terms(),
            is_pilot=self.is_pilot,
            analysis=self.analysis,
        )


@strawberry.input(description="Let a willing company take over first, under a cooperation agreement.")
class StartTakeoverFirstInput(MutationInput):
    """A take-over first."""

    estate_id: strawberry.ID = strawberry.field(description="The estate.")
    contract_id: strawberry.ID = strawberry.field(
        description="The cooperation agreement: a contract of the kind COOPERATION with basic items alone."
    )
    effective_on: date = strawberry.field(description=_EFFECTIVE_ON)
    review_on: date = strawberry.field(description=_REVIEW_ON)

    def command(self) -> StartTakeoverFirst:
        """Return the use case's command."""
        return StartTakeoverFirst(
            estate_id=self.estate_id,
            contract_id=self.contract_id,
            effective_on=self.effective_on,
            review_on=self.review_on,
        )


@strawberry.input(description="Give an estate that cannot be enclosed into custody.")
class StartCustodyInput(MutationInput):
    """A custody."""

    estate_id: strawberry.ID = strawberry.field(description="The estate.")
    contract_id: strawberry.ID = strawberry.field(
        description="The estate's custody contract, or the contract of a project of the same community that it is "
        "merged into; it is being served."
    )
    effective_on: date = strawberry.field(description=_EFFECTIVE_ON)
    review_on: date = strawberry.field(description=_REVIEW_ON)
    can_be_enclosed: bool = strawberry.field(description="Whether it could be enclosed; a warning if so.")
    is_pilot: bool = strawberry.field(default=False, description=_PILOT)
    analysis: str | None = strawberry.field(default=None, description=_ANALYSIS)

    def command(self) -> StartCustody:
        """Return the use case's command."""
        return StartCustody(
            estate_id=self.estate_id,
            contract_id=self.contract_id,
            effective_on=self.effective_on,
            review_on=self.review_on,
            can_be_enclosed=self.can_be_enclosed,
            is_pilot=self.is_pilot,
            analysis=self.analysis,
        )


@strawberry.input(description="Let the company of a nearby managed estate take an estate over.")
class TakeOverNearbyInput(MutationInput):
    """A take-over by a neighbour's company."""

    estate_id: strawberry.ID = strawberry.field(description="The estate.")
    nearby_contract_id: strawberry.ID = strawberry.field(
        description="The company's contract of the nearby estate; it is being served."
    )
    effective_on: date = strawberry.field(description=_EFFECTIVE_ON)
    review_on: date | None = strawberry.field(default=None, description=_REVIEW_ON)
    is_pilot: bool = strawberry.field(default=False, description=_PILOT)
    analysis: str | None = strawberry.field(default=None, description=_ANALYSIS)

    def command(self) -> TakeOverNearby:
        """Return the use case's command."""
        return TakeOverNearby(
            estate_id=self.estate_id,
            nearby_contract_id=self.nearby_contract_id,
            effective_on=self.effective_on,
            review_on=self.review_on,
            is_pilot=self.is_pilot,
            analysis=self.analysis,
        )


@strawberry.input(description="Record that a passing mode was looked at.")
class ReviewModeInput(MutationInput):
    """A review."""

    estate_id: strawberry.ID = strawberry.field(description="The estate; its mode has a day of review.")
    reviewed_on: date = strawberry.field(description="When it was looked at; not in the future.")
    action: str = strawberry.field(description="What was done towards a lasting mode, at most 2,000 characters.")
    review_on: date = strawberry.field(description="When it is looked at next; after this review.")

    def command(self) -> ReviewMode:
        """Return the use case's command."""
        return ReviewMode(
            estate_id=self.estate_id,
            reviewed_on=self.reviewed_on,
            action=self.action,
            review_on=self.review_on,
        )


@strawberry.input(
    description="Take back the latest record of an estate's mode, which was a mistake; `reason` says why."
)
class ReverseModeInput(MutationInput):
    """A reversal."""

    estate_id: strawberry.ID = strawberry.field(description="The estate.")

    def command(self) -> ReverseMode:
        """Return the use case's command."""
        return ReverseMode(estate_id=self.estate_id, reason=self.reason)


@strawberry.input(description="Record how the homes of an estate are owned.")
class RecordTitlesInput(MutationInput):
    """How homes are owned."""

    estate_id: strawberry.ID = strawberry.field(description="The estate.")
    situation: TitleSituation = strawberry.field(description="How they are owned.")

    def command(self) -> RecordTitles:
        """Return the use case's command."""
        return RecordTitles(estate_id=self.estate_id, situation=self.situation)


@strawberry.input(description="Where the estates lie; what is left out does not narrow.")
class OverdueReviewFilter:
    """Where the estates lie."""

    district: DistrictCode | None = strawberry.field(default=None, description="In this district.")
    street_id: strawberry.ID | None = strawberry.field(default=None, description="In this street.")
    community_id: strawberry.ID | None = strawberry.field(default=None, description="In this community.")

    def places(self) -> PlaceFilter:
        """Return the store's filter."""
        return PlaceFilter(district=self.district, street_id=self.street_id, community_id=self.community_id)
