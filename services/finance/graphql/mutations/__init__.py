"""Finance's mutations by area; each hands one use case to the door."""

import strawberry

from services.finance.graphql.mutations.deposits import DepositMutations


@strawberry.type
class Mutation(DepositMutations):
    """What can be written in finance."""
