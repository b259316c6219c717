"""What can be done in the registry: each mutation hands one use case to the door and reads the entity again."""

import strawberry

from services.registry.graphql.mutations.bundles import BundleMutations
from services.registry.graphql.mutations.contracts import ContractMutations
from services.registry.graphql.mutations.corrections import CorrectionMutations
from services.registry.graphql.mutations.documents import DocumentMutations
from services.registry.graphql.mutations.estates import EstateMutations
from services.registry.graphql.mutations.exits import ExitMutations
from services.registry.graphql.mutations.file_tasks import FileTaskMutations
from services.registry.graphql.mutations.governing import GoverningMutations
from services.registry.graphql.mutations.modes import ModeMutations
from services.registry.graphql.mutations.ownership import OwnershipMutations
from services.registry.graphql.mutations.policies import PolicyMutations
from services.registry.graphql.mutations.providers import ProviderMutations
from services.registry.graphql.mutations.selections import SelectionMutations
from services.registry.graphql.mutations.self_government import SelfGovernmentMutations
from services.registry.graphql.mutations.staff import StaffMutations
from services.registry.graphql.mutations.surveys import SurveyMutations
from services.registry.graphql.mutations.territory import TerritoryMutations


@strawberry.type
class Mutation(
    PolicyMutations,
    TerritoryMutations,
    EstateMutations,
    OwnershipMutations,
    GoverningMutations,
    SurveyMutations,
    ProviderMutations,
    SelfGovernmentMutations,
    SelectionMutations,
    ContractMutations,
    CorrectionMutations,
    ExitMutations,
    BundleMutations,
    StaffMutations,
    DocumentMutations,
    FileTaskMutations,
    ModeMutations,
):
    """The registry's mutations."""
