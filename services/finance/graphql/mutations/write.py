"""The one way from a mutation to its use case."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from kit.graphql.door import WriteResult
from kit.graphql.payloads import MutationInput
from kit.idempotency import Outcome
from kit.mongo import UnitOfWork
from services.finance.graphql.context import FinancePolicies, Info

Act: TypeAlias = Callable[[UnitOfWork, FinancePolicies], Awaitable[Outcome]]
"""What a mutation does in its unit of work."""


async def write(info: Info, name: str, given: MutationInput, act: Act) -> WriteResult:
    """Hand the act to the door, with the policies of which the use case asks for those in force in its unit of work."""

    async def use_case(work: UnitOfWork) -> Outcome:
        return await act(work, info.context.policies)

    return await info.context.door.write(info, name, given, use_case)
