"""What the registry announces: one class per fact, a file per area.

Facts carry ids, codes, amounts and dates, never personal data. A fact about an estate also names its street and its
community, so that a listener can say who may see what it writes even before it has heard of the estate.
"""

from services.registry.events.contracts import (
    BundleFormed,
    ContractDepositTerms,
    ContractExitStepTaken,
    ContractFeeTerms,
    ContractItem,
    ContractSigned,
    ContractStarted,
    ContractSuperseded,
    ContractTerminated,
    ContractTerminationAdvised,
    ContractTrustTerms,
)
from services.registry.events.documents import (
    DocumentEffective,
    DocumentSignOff,
)
from services.registry.events.estates import (
    EstateAbandoned,
    EstateAreaOrHouseholdsChanged,
    EstateChanged,
    EstateRegistered,
    PropertyRoomChanged,
)
from services.registry.events.modes import (
    ModeChanged,
)
from services.registry.events.parts import (
    OwnerShare,
    OwnershipTransferred,
    PartChanged,
    PartDelivered,
    PartRegistered,
)
from services.registry.events.policies import (
    PolicyPublished,
)
from services.registry.events.providers import (
    ProviderFiled,
    ProviderJoinedPool,
    ProviderLeftPool,
    ProviderRegistered,
)
from services.registry.events.self_government import (
    CommitteeDissolved,
    CommitteeElected,
    CommitteeFiled,
    CommitteeTermEnded,
    CongressFormed,
    DecisionAnnulled,
    DecisionFailed,
    DecisionOpened,
    DecisionPassed,
    DecisionWithoutQuorum,
    OwnersAccountOpened,
)

__all__ = [
    "BundleFormed",
    "CommitteeDissolved",
    "CommitteeElected",
    "CommitteeFiled",
    "CommitteeTermEnded",
    "CongressFormed",
    "ContractDepositTerms",
    "ContractExitStepTaken",
    "ContractFeeTerms",
    "ContractItem",
    "ContractSigned",
    "ContractStarted",
    "ContractSuperseded",
    "ContractTerminated",
    "ContractTerminationAdvised",
    "ContractTrustTerms",
    "DecisionAnnulled",
    "DecisionFailed",
    "DecisionOpened",
    "DecisionPassed",
    "DecisionWithoutQuorum",
    "DocumentEffective",
    "DocumentSignOff",
    "EstateAbandoned",
    "EstateAreaOrHouseholdsChanged",
    "EstateChanged",
    "EstateRegistered",
    "ModeChanged",
    "OwnerShare",
    "OwnersAccountOpened",
    "OwnershipTransferred",
    "PartChanged",
    "PartDelivered",
    "PartRegistered",
    "PolicyPublished",
    "PropertyRoomChanged",
    "ProviderFiled",
    "ProviderJoinedPool",
    "ProviderLeftPool",
    "ProviderRegistered",
]
