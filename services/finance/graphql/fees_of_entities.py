"""What fees add to the registry's entities."""

import strawberry

from kit.graphql.connections import page_request
from kit.money import Fen
from services.finance.domain.bill import total_outstanding
from services.finance.domain.billing_period import parse_period
from services.finance.domain.fee_summary import FeeSummary as SummaryRecord
from services.finance.graphql import fee_loaders, loaders
from services.finance.graphql.context import Info
from services.finance.graphql.fee_types import FeeAccount, FeeBill, FeeRate, FeeSummary, account_of_part


@strawberry.type
class FeesOfEstate:
    """What fees add to the registry's estate."""

    id: strawberry.ID

    @strawberry.field(
        description='What was billed and collected for a month, quarter or year such as "2026-03", "2026-Q1" or "2026".'
    )
    async def fee_summary(self, info: Info, period: str) -> FeeSummary | None:
        """Return the sums; null when finance does not know the estate, or it is out of scope."""
        parse_period(period, path=("period",))
        if await info.context.load(loaders.estates_by_id, str(self.id)) is None:
            return None
        found = await info.context.load(fee_loaders.summaries_by_estate_and_period, (str(self.id), period))
        return FeeSummary.of(found or SummaryRecord(str(self.id), period))

    @strawberry.field(description="The rates of the estate itself, where it is managed without a contract.")
    async def fee_schedule(self, info: Info) -> list[FeeRate] | None:
        """Return the rates; null when finance does not know the estate, or it is out of scope."""
        if await info.context.load(loaders.estates_by_id, str(self.id)) is None:
            return None
        rates = await info.context.load(fee_loaders.rates_by_estate, str(self.id))
        return [FeeRate.of(rate) for rate in rates or []]


@strawberry.type
class FeesOfContract:
    """What fees add to the registry's contract."""

    id: strawberry.ID

    @strawberry.field(description="What its items cost, by item and first day; null where no rate is set.")
    async def fee_schedule(self, info: Info) -> list[FeeRate] | None:
        """Return the contract's rates."""
        rates = await info.context.load(fee_loaders.rates_by_contract, str(self.id))
        return None if rates is None else [FeeRate.of(rate) for rate in rates]


@strawberry.type
class FeesOfPart:
    """What fees add to the registry's exclusive part."""

    id: strawberry.ID

    @strawberry.field(description="The part's fee account; null for an unknown part.")
    async def fee_account(self, info: Info) -> FeeAccount | None:
        """Return the account if the caller sees the part."""
        return await account_of_part(info, str(self.id))


@strawberry.federation.type(keys=["id"])
class Owner:
    """The registry's owner, as far as finance answers for them."""

    id: strawberry.ID

    @classmethod
    def resolve_reference(cls, info: Info, id: strawberry.ID) -> "Owner":  # noqa: A002
        """Return the reference; its fields are null outside the caller's scope."""
        return cls(id=id)

    @strawberry.field(
        description="What the owner owes, bills owed jointly with co-owners in full; null when nothing was ever billed."
    )
    async def outstanding(self, info: Info) -> Fen | None:
        """Return what is owed, in fen."""
        bills = await info.context.load(fee_loaders.bills_by_owner, str(self.id))
        return None if bills is None else total_outstanding(bills)

    @strawberry.field(description="The owner's bills, the newest first; null when nothing was ever billed.")
    async def bills(self, info: Info, first: int = 12) -> list[FeeBill] | None:
        """Return the newest bills."""
        limit = page_request(first=first, after=None).first
        bills = await info.context.load(fee_loaders.bills_by_owner, str(self.id))
        return None if bills is None else [FeeBill.of(bill, today=info.context.today) for bill in bills[:limit]]
