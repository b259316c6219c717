"""The words of maintenance funds that inputs and types share; imported from here, each is described before its use."""

import strawberry

from policy.vocabulary import Collector, EmergencyReason
from services.finance.domain.maintenance_fund import DepositStatus, MaintenanceFundKind
from services.finance.domain.maintenance_use import UseObject, UseState, UseWork

__all__ = ["Collector", "DepositStatus", "EmergencyReason", "MaintenanceFundKind", "UseObject", "UseState", "UseWork"]

strawberry.enum(Collector, description="Who collects the fund of old estates from the owners (ZG-28).")
strawberry.enum(DepositStatus, name="MaintenanceDepositStatus", description="Where a confirmed deposit stands.")
strawberry.enum(EmergencyReason, description="The danger in which a fund is used before the owners decide.")
strawberry.enum(
    MaintenanceFundKind, description="The two maintenance funds: two separate trees of accounts, even in one estate."
)
strawberry.enum(
    UseObject, description="What the money would be spent on; only the shared parts and facilities are payable."
)
strawberry.enum(UseState, description="Where a use of a maintenance fund stands.")
strawberry.enum(UseWork, description="What is done to the shared parts.")
