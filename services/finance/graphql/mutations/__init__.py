"""Finance's mutations by area; each hands one use case to the door."""

import strawberry

from services.finance.graphql.mutations.arrears import ArrearsMutations
from services.finance.graphql.mutations.bank import BankMutations
from services.finance.graphql.mutations.deposit_claims import DepositClaimMutations
from services.finance.graphql.mutations.deposits import DepositMutations
from services.finance.graphql.mutations.fee_spendings import FeeSpendingMutations
from services.finance.graphql.mutations.fees import FeeMutations
from services.finance.graphql.mutations.maintenance_funds import MaintenanceFundMutations
from services.finance.graphql.mutations.maintenance_uses import MaintenanceUseMutations
from services.finance.graphql.mutations.public_revenue import RevenueMutations


@strawberry.type
class Mutation(
    BankMutations,
    DepositMutations,
    DepositClaimMutations,
    MaintenanceFundMutations,
    MaintenanceUseMutations,
    FeeMutations,
    FeeSpendingMutations,
    RevenueMutations,
    ArrearsMutations,
):
    """What can be written in finance."""
