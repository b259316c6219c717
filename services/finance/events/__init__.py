"""What finance announces: one class per fact, a file per area."""

from services.finance.events.bank import (
    PeriodClosed,
    ReconciliationFailed,
)
from services.finance.events.deposit_claims import (
    DepositClaimApproved,
    DepositClaimed,
    DepositClaimRejected,
    DepositForfeited,
    DepositPaidOut,
    DepositReleased,
)
from services.finance.events.deposits import (
    DepositAccountMissing,
    DepositDemanded,
    DepositHeld,
    DepositOverdue,
    DepositPaidInPart,
    DepositTransferred,
    DepositTransferStarted,
)
from services.finance.events.fees import (
    ArrearsMeasured,
    ArrearsThresholdCrossed,
    BillRunCompleted,
    DunningStepTaken,
    FeeScheduleSet,
    PaymentReceived,
    PaymentRefunded,
    ReceivableMovedToTrust,
    ScheduledRate,
)
from services.finance.events.maintenance import (
    MaintenanceCustodyMoved,
    MaintenanceDepositConfirmed,
    MaintenanceMatched,
    MaintenanceStatementPublished,
    MaintenanceTopUpRequired,
)
from services.finance.events.maintenance_uses import (
    MaintenanceUseAllocated,
    MaintenanceUsePaid,
    MaintenanceUseProposed,
    MaintenanceUsePublished,
)
from services.finance.events.public_revenue import (
    EarmarkViolationRefused,
    PublicRevenuePosted,
    PublicRevenueReversed,
)

__all__ = [
    "ArrearsMeasured",
    "ArrearsThresholdCrossed",
    "BillRunCompleted",
    "DepositAccountMissing",
    "DepositClaimApproved",
    "DepositClaimRejected",
    "DepositClaimed",
    "DepositDemanded",
    "DepositForfeited",
    "DepositHeld",
    "DepositOverdue",
    "DepositPaidInPart",
    "DepositPaidOut",
    "DepositReleased",
    "DepositTransferStarted",
    "DepositTransferred",
    "DunningStepTaken",
    "EarmarkViolationRefused",
    "FeeScheduleSet",
    "MaintenanceCustodyMoved",
    "MaintenanceDepositConfirmed",
    "MaintenanceMatched",
    "MaintenanceStatementPublished",
    "MaintenanceTopUpRequired",
    "MaintenanceUseAllocated",
    "MaintenanceUsePaid",
    "MaintenanceUseProposed",
    "MaintenanceUsePublished",
    "PaymentReceived",
    "PaymentRefunded",
    "PeriodClosed",
    "PublicRevenuePosted",
    "PublicRevenueReversed",
    "ReceivableMovedToTrust",
    "ReconciliationFailed",
    "ScheduledRate",
]
