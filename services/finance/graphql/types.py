"""Finance's entities, and the fields it adds to those of the registry."""

from datetime import date, datetime
from typing import Annotated

import strawberry

from kit.area import Area
from kit.money import Fen
from policy.vocabulary import CustodyKind as PolicyCustodyKind
from services.finance.domain.custody import CustodyAccount as AccountRecord
from services.finance.domain.custody import custody_on
from services.finance.domain.deposit import DepositPrecondition
from services.finance.domain.deposit import PerformanceDeposit as DepositRecord
from services.finance.domain.deposit_amount import ClampReason
from services.finance.domain.deposit_ledger import LedgerEntry as EntryRecord
from services.finance.domain.deposit_state import DepositState
from services.finance.graphql import loaders
from services.finance.graphql.arrears_types import ArrearsOfEstate
from services.finance.graphql.context import Info
from services.finance.graphql.custody_types import CustodyAccount
from services.finance.graphql.deposit_types import DepositClaim, DepositHold
from services.finance.graphql.exit_types import ExitOfContract
from services.finance.graphql.explained import Explanation
from services.finance.graphql.fee_spending_types import FeeSpendingsOfEstate
from services.finance.graphql.fees_of_entities import FeesOfContract, FeesOfEstate, FeesOfPart
from services.finance.graphql.maintenance_types import FundsOfEstate, FundsOfPart
from services.finance.graphql.mediation_types import MediationsOfEstate
from services.finance.graphql.revenue_types import RevenueOfEstate

for _enum, _description in (
    (ClampReason, "Which bound of the policy moved a computed amount, if any."),
    (DepositState, "Where a performance deposit stands."),
    (DepositPrecondition, "What an agreed deposit waits for before it is demanded."),
):
    strawberry.enum(_enum, description=_description)


_EstateRef = Annotated["Estate", strawberry.lazy("services.finance.graphql.types")]
_ContractRef = Annotated["ServiceContract", strawberry.lazy("services.finance.graphql.types")]


@strawberry.federation.type(
    keys=["id"], description="One transfer of the ledger; the transfers of one posting share postingId."
)
class LedgerEntry:
    """A line of the double-entry ledger."""

    id: strawberry.ID
    posting_id: strawberry.ID
    posted_at: datetime
    occurred_on: date = strawberry.field(description="The bank's day of the fact.")
    debit: str = strawberry.field(description="The account that was debited, by its name.")
    credit: str = strawberry.field(description="The account that was credited, by its name.")
    amount: Fen
    memo: str | None
    reverses: strawberry.ID | None = strawberry.field(description="The posting that this one takes back.")

    @classmethod
    def of(cls, record: EntryRecord) -> "LedgerEntry":
        """Return the ledger's transfer as the schema shows it."""
        return cls(
            id=strawberry.ID(record.id),
            posting_id=strawberry.ID(record.posting_id),
            posted_at=record.posted_at,
            occurred_on=record.occurred_on,
            debit=record.debit,
            credit=record.credit,
            amount=record.amount,
            memo=record.memo,
            reverses=None if record.reverses is None else strawberry.ID(record.reverses),
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> "LedgerEntry | None":  # noqa: A002
        """Return the transfer if the caller sees its deposit."""
        return await entry_with_id(info, id)


@strawberry.federation.type(
    keys=["id"], description="The performance deposit (履约保证金) of one contract and contract year."
)
class PerformanceDeposit:
    """A deposit; every amount is null until it is demanded."""

    record: strawberry.Private[DepositRecord]

    id: strawberry.ID
    contract_year: int = strawberry.field(description="Counted from 1.")
    basis_area: Area | None = strawberry.field(
        description="The approved gross floor area, underground included, in m²."
    )
    rate_per_m2: Fen | None = strawberry.field(description="The contract's rate in yuan per m² and year.")
    computed: Fen | None = strawberry.field(description="Area times rate, before the bounds of the policy.")
    demanded: Fen | None = strawberry.field(description="What the provider pays, within the bounds of the policy.")
    demanded_on: date | None = strawberry.field(description="The day on which all that a demand needs was known.")
    due_on: date = strawberry.field(
        description="The take-on of the estate or its anniversary, the day of the demand where that is later, or the "
        "day that was set for a top-up."
    )
    clamp: ClampReason | None
    paid: Fen = strawberry.field(description="What was paid and is held, over all accounts.")
    missing: Fen = strawberry.field(description="What is still to be paid, a top-up included.")
    carried_over: Fen = strawberry.field(description="What was taken over from the contract year before.")
    paid_out: Fen = strawberry.field(description="What claims took from it.")
    overdue_for: date | None = strawberry.field(description="The due day that passed with money missing.")
    hold: DepositHold | None = strawberry.field(description="Why nothing leaves it at present.")
    state: DepositState
    state_since: date = strawberry.field(description="The business day from which it is in this state.")
    awaits: DepositPrecondition | None = strawberry.field(
        description="What an agreed deposit waits for before it is demanded."
    )
    managers: list[str] = strawberry.field(description="Whose approval a withdrawal needs.")
    policy_version_id: str = strawberry.field(description="The version of the policy that judged it.")
    explanation: Explanation | None = strawberry.field(description="How the demanded amount came about.")

    @classmethod
    def of(cls, record: DepositRecord) -> "PerformanceDeposit":
        """Return the deposit as the schema shows it."""
        return cls(
            record=record,
            id=strawberry.ID(record.id),
            contract_year=record.contract_year,
            basis_area=record.basis_area,
            rate_per_m2=record.rate_per_m2,
            computed=record.computed,
            demanded=record.demanded,
            demanded_on=record.demanded_on,
            due_on=record.due_on,
            clamp=record.clamp,
            paid=record.paid,
            missing=record.missing,
            carried_over=record.carried_over,
            paid_out=record.paid_out,
            overdue_for=record.overdue_for,
            hold=None if record.hold is None else DepositHold.of(record.hold),
            state=record.state,
            state_since=record.state_since,
            awaits=record.awaits,
            managers=list(record.managers),
            policy_version_id=record.policy_version_id,
            explanation=None if record.explanation is None else Explanation.of(record.explanation),
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> "PerformanceDeposit | None":  # noqa: A002
        """Return the deposit if the caller's scope has it."""
        return await deposit_with_id(info, id)

    @strawberry.field(description="The estate whose deposit it is.")
    def estate(self) -> _EstateRef | None:
        """Return the reference to the estate."""
        return Estate(id=strawberry.ID(self.record.estate_id))

    @strawberry.field(description="The contract that agreed it.")
    def contract(self) -> _ContractRef | None:
        """Return the reference to the contract."""
        return ServiceContract(id=strawberry.ID(self.record.contract_id))

    @strawberry.field(
        description="The account that holds it, or is to take it while nothing is paid; null if that is not open."
    )
    async def custody(self, info: Info) -> CustodyAccount | None:
        """Return the account that holds the deposit or is to take it."""
        account = await _custody_of(info, self.record)
        return None if account is None else CustodyAccount.of(account)

    @strawberry.field(description="The claims on it with their approvals, the first one first (ZG-22).")
    async def claims(self, info: Info) -> list[DepositClaim]:
        """Return the claims on this deposit."""
        claims = await info.context.load(loaders.claims_by_deposit, self.record.id)
        return [DepositClaim.of(claim) for claim in claims or []]

    @strawberry.field(
        description="Every movement in the ledger, the first one first; all owners may read them (ZG-22)."
    )
    async def movements(self, info: Info) -> list[LedgerEntry]:
        """Return the ledger's transfers of this deposit."""
        entries = await info.context.load(loaders.movements_by_deposit, self.record.id)
        return [LedgerEntry.of(entry) for entry in entries or []]


@strawberry.federation.type(keys=["id"])
class Estate(FundsOfEstate, FeesOfEstate, FeeSpendingsOfEstate, RevenueOfEstate, ArrearsOfEstate, MediationsOfEstate):
    """The registry's estate, as far as finance answers for it."""

    id: strawberry.ID

    @classmethod
    def resolve_reference(cls, info: Info, id: strawberry.ID) -> "Estate":  # noqa: A002
        """Return the reference; its fields are null outside the caller's scope."""
        return cls(id=id)

    @strawberry.field(
        description="The estate's performance deposits, the earliest agreed first; null for an unknown estate."
    )
    async def deposits(self, info: Info) -> list[PerformanceDeposit] | None:
        """Return the estate's deposits; null when finance does not know the estate, or it is out of scope."""
        if await info.context.load(loaders.estates_by_id, str(self.id)) is None:
            return None
        deposits = await info.context.load(loaders.deposits_by_estate, str(self.id))
        return [PerformanceDeposit.of(deposit) for deposit in deposits or []]


@strawberry.federation.type(keys=["id"])
class ExclusivePart(FundsOfPart, FeesOfPart):
    """The registry's exclusive part, as far as finance answers for it."""

    id: strawberry.ID

    @classmethod
    def resolve_reference(cls, info: Info, id: strawberry.ID) -> "ExclusivePart":  # noqa: A002
        """Return the reference; its fields are null outside the caller's scope."""
        return cls(id=id)


@strawberry.federation.type(keys=["id"])
class ServiceContract(FeesOfContract, ExitOfContract):
    """The registry's contract, as far as finance answers for it."""

    id: strawberry.ID

    @classmethod
    def resolve_reference(cls, info: Info, id: strawberry.ID) -> "ServiceContract":  # noqa: A002
        """Return the reference; its fields are null outside the caller's scope."""
        return cls(id=id)

    @strawberry.field(
        description="The deposit of a contract year, by default the first; null where the district has no deposits."
    )
    async def deposit(self, info: Info, contract_year: int | None = None) -> PerformanceDeposit | None:
        """Return the deposit of that contract year."""
        deposits = await info.context.load(loaders.deposits_by_contract, str(self.id))
        year = 1 if contract_year is None else contract_year
        return next((PerformanceDeposit.of(one) for one in deposits or [] if one.contract_year == year), None)


@strawberry.federation.type(keys=["id"])
class Street:
    """The registry's street, as far as finance answers for it."""

    id: strawberry.ID

    @classmethod
    def resolve_reference(cls, info: Info, id: strawberry.ID) -> "Street":  # noqa: A002
        """Return the reference; its fields are null outside the caller's scope."""
        return cls(id=id)

    @strawberry.field(description="The street's designated account for deposits; null if none is open.")
    async def deposit_custody_account(self, info: Info) -> CustodyAccount | None:
        """Return the street's account."""
        account = await info.context.load(loaders.accounts_by_street, str(self.id))
        return None if account is None else CustodyAccount.of(account)


async def deposit_with_id(info: Info, id: str) -> PerformanceDeposit | None:  # noqa: A002
    """Return the deposit if the caller's scope has it."""
    record = await info.context.load(loaders.deposits_by_id, str(id))
    return None if record is None else PerformanceDeposit.of(record)


async def entry_with_id(info: Info, id: str) -> LedgerEntry | None:  # noqa: A002
    """Return the ledger's transfer if the caller sees its deposit."""
    record = await info.context.load(loaders.entries_by_id, str(id))
    return None if record is None else LedgerEntry.of(record)


async def _custody_of(info: Info, deposit: DepositRecord) -> AccountRecord | None:
    if deposit.custody_account_id is not None:
        return await info.context.load(loaders.accounts_behind_deposits, deposit.custody_account_id)
    estate = await info.context.load(loaders.estates_by_id, deposit.estate_id)
    if deposit.first_custody is None or estate is None:
        return None
    kind = custody_on(deposit.first_custody, day=info.context.today, owners=estate.owners)
    if kind is PolicyCustodyKind.STREET_DESIGNATED:
        return await info.context.load(loaders.street_accounts_behind_deposits, estate.street_id)
    return await info.context.load(loaders.owners_accounts_behind_deposits, estate.id)
