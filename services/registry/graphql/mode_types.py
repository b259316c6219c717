"""How estates are managed, as the schema shows it: modes with their history, and the surveys before them."""

from datetime import date

import strawberry

from services.registry.domain.mode import ModeRecord as Record
from services.registry.domain.mode import is_past_review, mode_on
from services.registry.graphql import mode_loaders
from services.registry.graphql.context import Info
from services.registry.graphql.mode_enums import (
    BasicItem,
    CostBearer,
    ManagementMode,
    ModeEvent,
    ModeMeans,
    TitleSituation,
)
from services.registry.store.consultations import ConsultationRecord


@strawberry.type(description="What is served, at which fee and how it is paid, where no contract says so.")
class ServiceTerms:
    """The terms of a service without a contract."""

    content: str = strawberry.field(description="What is served.")
    fee_standard: str = strawberry.field(description="At which fee.")
    payment_way: str | None = strawberry.field(description="How it is paid; null where it is not fixed.")


@strawberry.type(description="A look at a passing mode.")
class ModeReview:
    """A review."""

    reviewed_on: date = strawberry.field(description="When it was looked at.")
    action: str = strawberry.field(description="What was done towards a lasting mode.")
    review_on: date = strawberry.field(description="When it is looked at next.")


@strawberry.type(description="The mode of an estate from one day to another, both included.")
class ModeRecord:
    """A record of a mode."""

    record: strawberry.Private[Record]
    mode: ManagementMode = strawberry.field(description="The canonical mode.")
    district_label: str = strawberry.field(description="The district's own name of it.")
    event: ModeEvent = strawberry.field(description="What brought the estate under it.")
    means: ModeMeans | None = strawberry.field(description="The means, where the district's document tells them apart.")
    from_: date = strawberry.field(name="from", description="The first day.")
    to: date | None = strawberry.field(description="The last day; null while it holds.")
    decision_id: strawberry.ID | None = strawberry.field(description="The joint decision behind it.")
    contract_id: strawberry.ID | None = strawberry.field(description="The contract behind it.")
    consultation_id: strawberry.ID | None = strawberry.field(description="The survey behind it.")
    provider_id: strawberry.ID | None = strawberry.field(description="The provider or unit that serves.")
    items: list[BasicItem] = strawberry.field(description="The items of a basic service; else empty.")
    cost_bearer: CostBearer | None = strawberry.field(description="Who pays for a fall-back service.")
    terms: ServiceTerms | None = strawberry.field(description="Content and fee where no contract states them.")
    is_pilot: bool = strawberry.field(description="Whether it is a pilot of the campaign.")
    analysis: str | None = strawberry.field(description="Why this means fits the estate.")
    review_on: date | None = strawberry.field(description="When it is looked at next; null for a lasting mode.")
    reviews: list[ModeReview] = strawberry.field(description="The reviews, oldest first.")
    policy_version_id: strawberry.ID | None = strawberry.field(description="The policy version it was judged by.")

    @classmethod
    def of(cls, record: Record) -> "ModeRecord":
        """Return the record as the schema shows it."""
        terms = record.terms
        return cls(
            record=record,
            mode=record.mode,
            district_label=record.label,
            event=record.event,
            means=record.means,
            from_=record.from_,
            to=record.to,
            decision_id=_id(record.decision_id),
            contract_id=_id(record.contract_id),
            consultation_id=_id(record.consultation_id),
            provider_id=_id(record.provider_id),
            items=list(record.items),
            cost_bearer=record.cost_bearer,
            terms=None
            if terms is None
            else ServiceTerms(content=terms.content, fee_standard=terms.fee_standard, payment_way=terms.payment_way),
            is_pilot=record.is_pilot,
            analysis=record.analysis,
            review_on=record.review_on,
            reviews=[
                ModeReview(reviewed_on=review.reviewed_on, action=review.action, review_on=review.review_on)
                for review in record.reviews
            ],
            policy_version_id=_id(record.policy_version_id),
        )

    @strawberry.field(description="Whether it still holds although its day of review has passed with nothing done.")
    def is_past_review(self, info: Info) -> bool:
        return is_past_review(self.record, today=info.context.today)


@strawberry.type(description="A record that was a mistake: it counts for no day.")
class ReversedMode:
    """A reversed record."""

    record: ModeRecord = strawberry.field(description="What was recorded.")
    reason: str = strawberry.field(description="Why it was a mistake.")
    reversed_on: date = strawberry.field(description="When it was taken back.")


@strawberry.federation.type(keys=["id"], description="A survey of owners or residents about a mode.")
class Consultation:
    """A survey."""

    id: strawberry.ID
    mode: ManagementMode = strawberry.field(description="The mode they were asked about.")
    from_: date = strawberry.field(name="from", description="The first day of the survey.")
    to: date = strawberry.field(description="The last day of the survey.")
    asked: int = strawberry.field(description="How many were asked.")
    answered: int = strawberry.field(description="How many answered.")
    consenting: int = strawberry.field(description="How many of them consented.")
    document_id: strawberry.ID | None = strawberry.field(description="The sheets, where they are registered.")

    @classmethod
    def of(cls, record: ConsultationRecord) -> "Consultation":
        """Return the survey as the schema shows it."""
        survey = record.survey
        return cls(
            id=strawberry.ID(survey.id),
            mode=survey.mode,
            from_=survey.from_,
            to=survey.to,
            asked=survey.asked,
            answered=survey.answered,
            consenting=survey.consenting,
            document_id=_id(record.document_id),
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> "Consultation | None":  # noqa: A002
        """Return the survey of this id if the caller may see it."""
        found = await info.context.load(mode_loaders.consultations_by_id, str(id))
        return None if found is None else cls.of(found)


async def mode_history(info: Info, estate_id: str) -> list[ModeRecord]:
    """Return the records of an estate, the first one first."""
    modes = await info.context.load(mode_loaders.modes_by_estate, estate_id)
    return [] if modes is None else [ModeRecord.of(record) for record in modes.history]


async def mode_of_day(info: Info, estate_id: str, day: date) -> ManagementMode:
    """Return how an estate was managed on a day."""
    modes = await info.context.load(mode_loaders.modes_by_estate, estate_id)
    return mode_on(() if modes is None else modes.history, day)


async def reversed_modes(info: Info, estate_id: str) -> list[ReversedMode]:
    """Return the records of an estate that were taken back, the first one first."""
    modes = await info.context.load(mode_loaders.modes_by_estate, estate_id)
    return [
        ReversedMode(record=ModeRecord.of(each.record), reason=each.reason, reversed_on=each.reversed_on)
        for each in (() if modes is None else modes.reversed_records)
    ]


async def titles_of(info: Info, estate_id: str) -> TitleSituation | None:
    """Return how the homes of an estate are owned; None when nobody has recorded it."""
    modes = await info.context.load(mode_loaders.modes_by_estate, estate_id)
    return None if modes is None else modes.titles


async def consultations_of(info: Info, estate_id: str) -> list[Consultation]:
    """Return the surveys of an estate, the latest first."""
    found = await info.context.load(mode_loaders.consultations_by_estate, estate_id)
    return [Consultation.of(record) for record in found or ()]


def _id(text: str | None) -> strawberry.ID | None:
    return None if text is None else strawberry.ID(text)
