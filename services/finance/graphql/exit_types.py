"""What finance prepares for the end of a contract, as the schema shows it (P14)."""

from datetime import date

import strawberry

from kit.money import Fen
from services.finance.domain.exit_refund import ExitRefund as RefundRecord
from services.finance.domain.exit_refund import exit_refunds, explain_refund
from services.finance.graphql import fee_loaders, loaders
from services.finance.graphql.context import Info
from services.finance.graphql.explained import Explanation


@strawberry.type(description="What goes back to the owners of a part for time that a contract does not serve.")
class ExitRefund:
    """A refund that is prepared; the bills are cut when the contract has ended."""

    door_number: str
    amount: Fen
    explanation: Explanation

    @classmethod
    def of(cls, record: RefundRecord, *, policy_version_id: str) -> "ExitRefund":
        """Return the refund as the schema shows it."""
        return cls(
            door_number=record.door_number,
            amount=record.amount,
            explanation=Explanation.of(explain_refund(record, policy_version_id=policy_version_id)),
        )


@strawberry.type
class ExitOfContract:
    """What the end of a contract adds to the registry's contract."""

    id: strawberry.ID

    @strawberry.field(description="From which day claims on its deposit are to be brought: that of the exit's notice.")
    async def claims_since(self, info: Info) -> date | None:
        """Return the day of the notice; null without one."""
        contract = await info.context.load(loaders.contracts_by_id, str(self.id))
        return None if contract is None else contract.exit_noticed_on

    @strawberry.field(
        description="What was paid for days after the contract may end by its notice, by door; null without a notice."
    )
    async def exit_refunds(self, info: Info) -> list[ExitRefund] | None:
        """Return the refunds of the bills that the caller sees."""
        context = info.context
        contract = await context.load(loaders.contracts_by_id, str(self.id))
        if contract is None or contract.exit_noticed_on is None or contract.last_day is None:
            return None
        last_day = contract.last_day
        bills = await context.load(fee_loaders.bills_beyond, (contract.id, last_day)) or []
        version = context.policies.latest.national(contract.exit_noticed_on)
        return [ExitRefund.of(one, policy_version_id=version.id) for one in exit_refunds(bills, last_day=last_day)]
