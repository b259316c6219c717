"""What can be written of maintenance funds and their doors."""

import strawberry

from kit import explanation as explained
from kit.graphql.payloads import MutationInput, MutationPayload
from kit.idempotency import Outcome
from services.finance.graphql.context import Info
from services.finance.graphql.explained import Explanation
from services.finance.graphql.inputs.maintenance import (
    CloseSubAccountInput,
    ConfirmMaintenanceDepositInput,
    MoveFundCustodyInput,
    OpenMaintenanceFundInput,
    PostFundIncomeInput,
    PublishStatementInput,
    RefundMaintenanceDepositInput,
    RunMatchInput,
)
from services.finance.graphql.maintenance_types import (
    MaintenanceFund,
    MaintenanceSubAccount,
    fund_with_id,
    sub_account_with_id,
)
from services.finance.graphql.mutations.write import Act, write
from services.finance.use_cases.close_sub_account import close_sub_account
from services.finance.use_cases.confirm_maintenance_deposit import (
    confirm_maintenance_deposit,
    refund_maintenance_deposit,
)
from services.finance.use_cases.fund_postings import EXPLANATION
from services.finance.use_cases.move_fund_custody import move_fund_custody
from services.finance.use_cases.open_maintenance_fund import open_maintenance_fund
from services.finance.use_cases.post_fund_income import post_fund_income
from services.finance.use_cases.publish_fund_statement import publish_statement
from services.finance.use_cases.run_match import run_match


@strawberry.type
class MaintenanceFundPayload(MutationPayload):
    """Payload of the mutations of a fund; the ids are null where nothing of the kind was written."""

    maintenance_fund: MaintenanceFund | None
    sub_account: MaintenanceSubAccount | None = strawberry.field(description="The door that was written, if one was.")
    deposit_id: strawberry.ID | None = strawberry.field(description="The deposit that was written, if one was.")
    explanation: Explanation | None = strawberry.field(
        description="How the amount of a first deposit, a match or a share of interest came about; null for others."
    )


@strawberry.type
class MaintenanceFundMutations:
    """What can be written of maintenance funds."""

    @strawberry.mutation(description="Open an estate's maintenance fund; an estate has one of each kind.")
    async def open_maintenance_fund(
        self,
        info: Info,
        input: OpenMaintenanceFundInput,  # noqa: A002 - the schema's own word.
    ) -> MaintenanceFundPayload:
        """Open a fund."""
        return await _answer(
            info,
            "open_maintenance_fund",
            input,
            lambda work, policies: open_maintenance_fund(work, input.command(), policies=policies),
        )

    @strawberry.mutation(description="Confirm what a door paid into a fund: a first deposit, or a top-up.")
    async def confirm_maintenance_deposit(
        self,
        info: Info,
        input: ConfirmMaintenanceDepositInput,  # noqa: A002 - the schema's own word.
    ) -> MaintenanceFundPayload:
        """Confirm a deposit."""
        return await _answer(
            info,
            "confirm_maintenance_deposit",
            input,
            lambda work, policies: confirm_maintenance_deposit(work, input.command(), policies=policies),
        )

    @strawberry.mutation(description="Pay a deposit back to its owner, and its match to district finance.")
    async def refund_maintenance_deposit(
        self,
        info: Info,
        input: RefundMaintenanceDepositInput,  # noqa: A002 - the schema's own word.
    ) -> MaintenanceFundPayload:
        """Refund a deposit."""
        return await _answer(
            info,
            "refund_maintenance_deposit",
            input,
            lambda work, policies: refund_maintenance_deposit(work, input.command(), policies=policies),
        )

    @strawberry.mutation(description="Record district finance's match of what was confirmed by the end of a period.")
    async def run_match(
        self,
        info: Info,
        input: RunMatchInput,  # noqa: A002 - the schema's own word.
    ) -> MaintenanceFundPayload:
        """Match deposits."""
        return await _answer(
            info, "run_match", input, lambda work, policies: run_match(work, input.command(), policies=policies)
        )

    @strawberry.mutation(
        description="Record interest, shared by daily balance, or other income that rolls over into the fund."
    )
    async def post_fund_income(
        self,
        info: Info,
        input: PostFundIncomeInput,  # noqa: A002 - the schema's own word.
    ) -> MaintenanceFundPayload:
        """Post income."""
        return await _answer(info, "post_fund_income", input, lambda work, _: post_fund_income(work, input.command()))

    @strawberry.mutation(description="Record the bank's transfer of a whole fund to its owners' account.")
    async def move_fund_custody(
        self,
        info: Info,
        input: MoveFundCustodyInput,  # noqa: A002 - the schema's own word.
    ) -> MaintenanceFundPayload:
        """Move a fund."""
        return await _answer(
            info,
            "move_fund_custody",
            input,
            lambda work, policies: move_fund_custody(work, input.command(), policies=policies),
        )

    @strawberry.mutation(description="Pay a destroyed home's balance back to its owner and close its door.")
    async def close_sub_account(
        self,
        info: Info,
        input: CloseSubAccountInput,  # noqa: A002 - the schema's own word.
    ) -> MaintenanceFundPayload:
        """Close a door."""
        return await _answer(info, "close_sub_account", input, lambda work, _: close_sub_account(work, input.command()))

    @strawberry.mutation(
        description="Publish the statement of a year, reconciled with the bank; again, as a new revision."
    )
    async def publish_statement(
        self,
        info: Info,
        input: PublishStatementInput,  # noqa: A002 - the schema's own word.
    ) -> MaintenanceFundPayload:
        """Publish a statement."""
        return await _answer(info, "publish_statement", input, lambda work, _: publish_statement(work, input.command()))


async def _answer(info: Info, name: str, given: MutationInput, act: Act) -> MaintenanceFundPayload:
    """Return what the command did to the fund and its door."""
    result = await write(info, name, given, act)
    fund_id, sub_id, deposit_id = (
        result.entity_id("maintenanceFund"),
        result.entity_id("subAccount"),
        result.entity_id("maintenanceDeposit"),
    )
    return MaintenanceFundPayload(
        maintenance_fund=None if fund_id is None else await fund_with_id(info, fund_id),
        sub_account=None if sub_id is None else await sub_account_with_id(info, sub_id),
        deposit_id=None if deposit_id is None else strawberry.ID(deposit_id),
        explanation=_explanation(result.outcome),
        **result.payload(),
    )


def _explanation(outcome: Outcome | None) -> Explanation | None:
    """Return how the written amount came about, as the use case told it."""
    told = None if outcome is None else outcome.details.get(EXPLANATION)
    return Explanation.of(explained.Explanation.from_data(told)) if isinstance(told, dict) else None
