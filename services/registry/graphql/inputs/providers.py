"""What the mutations of `mutations.providers` are given."""

from datetime import date

import strawberry

from kit.graphql.payloads import MutationInput
from kit.graphql.scalars import DistrictCode
from services.registry.graphql.enums import (
    ProviderKind,
    ProviderSource,
)
from services.registry.use_cases.keep_welfare_pool import JoinWelfarePool, LeaveWelfarePool
from services.registry.use_cases.record_credit_lookup import RecordCreditLookup
from services.registry.use_cases.register_provider import FileProvider, RegisterProvider


@strawberry.input(description="Register a provider.")
class RegisterProviderInput(MutationInput):
    """A provider."""

    district: DistrictCode = strawberry.field(description="The district that registers it.")
    name: str = strawberry.field(description="Its registered name.")
    unified_credit_code: str = strawberry.field(
        description='18 characters with the check character of GB 32100-2015, e.g. "91360702MA35TEST0X".'
    )
    kind: ProviderKind = strawberry.field(description="What kind of provider it is.")
    source: ProviderSource | None = strawberry.field(default=None, description="Where it comes from, if known.")
    source_body: str | None = strawberry.field(
        default=None,
        description="NEW: who funds it. RESTRUCTURED: what it was before. INTRODUCED: a partner by equity.",
    )
    registration_number: str | None = strawberry.field(
        default=None, description="With NON_ENTERPRISE_UNIT: the number it is registered under; required there."
    )
    self_managed_estate_id: strawberry.ID | None = strawberry.field(
        default=None, description="With NON_ENTERPRISE_UNIT: the estate whose owners manage themselves by it."
    )

    def command(self) -> RegisterProvider:
        """Return the use case's command."""
        return RegisterProvider(
            district=self.district,
            name=self.name,
            unified_credit_code=self.unified_credit_code,
            kind=self.kind,
            source=self.source,
            source_body=self.source_body,
            registration_number=self.registration_number,
            self_managed_estate_id=self.self_managed_estate_id,
        )


@strawberry.input(description="Record that the authority filed a provider.")
class FileProviderInput(MutationInput):
    """The filing of a provider."""

    provider_id: strawberry.ID = strawberry.field(description="The provider; it is not filed yet.")
    filed_on: date = strawberry.field(description="The day of the filing; not in the future.")
    filing_reference: str = strawberry.field(description="The authority's reference of it.")

    def command(self) -> FileProvider:
        """Return the use case's command."""
        return FileProvider(provider_id=self.provider_id, filed_on=self.filed_on, reference=self.filing_reference)


@strawberry.input(description="Look up a candidate's filing and credit for an estate, and keep what was shown.")
class RecordCreditLookupInput(MutationInput):
    """A look-up."""

    provider_id: strawberry.ID = strawberry.field(description="The candidate.")
    estate_id: strawberry.ID = strawberry.field(description="The estate that selects.")

    def command(self) -> RecordCreditLookup:
        """Return the use case's command."""
        return RecordCreditLookup(provider_id=self.provider_id, estate_id=self.estate_id)


@strawberry.input(description="Let a provider enter the pool of public-welfare companies.")
class JoinWelfarePoolInput(MutationInput):
    """An entry to the pool."""

    provider_id: strawberry.ID = strawberry.field(description="The provider; it has no bad record and a rating.")
    joined_on: date = strawberry.field(description="The day; not in the future.")
    rank_reference: str = strawberry.field(description="The reference of the rating with its high rank or grade.")

    def command(self) -> JoinWelfarePool:
        """Return the use case's command."""
        return JoinWelfarePool(
            provider_id=self.provider_id, joined_on=self.joined_on, rank_reference=self.rank_reference
        )


@strawberry.input(description="Let a provider leave the pool of public-welfare companies.")
class LeaveWelfarePoolInput(MutationInput):
    """A leaving of the pool."""

    provider_id: strawberry.ID = strawberry.field(description="The provider; it is in the pool.")
    left_on: date = strawberry.field(description="The day; not before it joined, not in the future.")
    because: str = strawberry.field(description="Why.")

    def command(self) -> LeaveWelfarePool:
        """Return the use case's command."""
        return LeaveWelfarePool(provider_id=self.provider_id, left_on=self.left_on, because=self.because)
