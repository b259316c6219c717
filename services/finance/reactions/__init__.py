"""What finance hears: a readable table event → reaction for each area; an event may concern several."""

from kit.reactions import Reaction
from services.finance.reactions.deposit_ends import deposit_end_reactions
from services.finance.reactions.deposits import deposit_reactions
from services.finance.reactions.fees import FEE_REACTIONS
from services.finance.reactions.judged import FinancePolicies
from services.finance.reactions.maintenance import MAINTENANCE_REACTIONS
from services.finance.reactions.mediation import MEDIATION_REACTIONS
from services.finance.reactions.parts import PART_REACTIONS


def reactions(policies: FinancePolicies) -> tuple[Reaction, ...]:
    """Return what finance reacts to, in the order in which the areas hear of an event."""
    return (
        *PART_REACTIONS,
        *deposit_reactions(policies),
        *deposit_end_reactions(policies),
        *FEE_REACTIONS,
        *MAINTENANCE_REACTIONS,
        *MEDIATION_REACTIONS,
    )
