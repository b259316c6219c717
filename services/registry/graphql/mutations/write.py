"""The one way from a mutation to its use case."""

from collections.abc import Awaitable, Callable

from kit.graphql.door import WriteResult
from kit.graphql.payloads import MutationInput
from kit.idempotency import Outcome
from kit.mongo import UnitOfWork
from policy.policies import Policies
from services.registry.graphql.context import Info


async def write(
    info: Info,
    name: str,
    given: MutationInput,
    act: Callable[[UnitOfWork, Policies], Awaitable[Outcome]],
    *,
    dry_run: bool = False,
) -> WriteResult:
    """Hand the act to the door, with the policies as they are in force inside its unit of work."""

    async def use_case(work: UnitOfWork) -> Outcome:
        return await act(work, await info.context.policies.as_recorded(work))

    return await info.context.door.write(info, name, given, use_case, dry_run=dry_run)
