"""What can be done in the registry: each mutation hands one use case to the door and reads the entity again."""

import strawberry

from services.registry.graphql.mutations.contracts import ContractMutations
from services.registry.graphql.mutations.documents import DocumentMutations
from services.registry.graphql.mutations.estates import EstateMutations
from services.registry.graphql.mutations.policies import PolicyMutations
from services.registry.graphql.mutations.providers import ProviderMutations
from services.registry.graphql.mutations.self_government import SelfGovernmentMutations
from services.registry.graphql.mutations.territory import TerritoryMutations


@strawberry.type
class Mutation(
    PolicyMutations,
    TerritoryMutations,
    EstateMutations,
    ProviderMutations,
    SelfGovernmentMutations,
    ContractMutations,
    DocumentMutations,
):
    """The registry's mutations."""
