"""What the registry hears from the other services: a readable table event → reaction."""

from kit.activations import ActivatedPolicies
from kit.reactions import Reaction
from policy.policies import Policies
from services.registry.reactions import finance, inspection
from services.registry.reactions.trust import trust_reactions


def reactions(policies: ActivatedPolicies[Policies]) -> tuple[Reaction, ...]:
    """Return the table event → reaction, bound to the policies in force."""
    return (*inspection.REACTIONS, *trust_reactions(policies), *finance.REACTIONS)
