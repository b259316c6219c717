"""The enum values of finance in people's words."""

from kit.graphql.labels import EnumLabels, Label
from services.finance.domain.deposit import DepositPrecondition
from services.finance.domain.deposit_amount import ClampReason
from services.finance.domain.deposit_state import DepositState
from services.finance.graphql.types import CustodyKind

LABELS = EnumLabels(
    "finance",
    {
        DepositState: {
            DepositState.NOT_AGREED: Label("未约定", "Not agreed"),
            DepositState.AGREED: Label("已约定", "Agreed"),
            DepositState.DEMANDED: Label("待交存", "Demanded"),
            DepositState.PART_PAID: Label("部分交存", "Part paid"),
            DepositState.HELD: Label("已交存", "Held"),
            DepositState.TRANSFERRING: Label("转存中", "Transferring"),
        },
        ClampReason: {
            ClampReason.NONE: Label("未触及上下限", "Within the bounds"),
            ClampReason.FLOOR: Label("按下限", "Raised to the floor"),
            ClampReason.CAP: Label("按上限", "Lowered to the cap"),
        },
        CustodyKind: {
            CustodyKind.STREET_DESIGNATED: Label("属地街道（镇）指定账户", "The street's designated account"),
            CustodyKind.OWNERS_PUBLIC: Label("业主大会公账", "The owners' public account"),
            CustodyKind.DISTRICT_FINANCE_MAINTENANCE: Label(
                "区财政维修资金专户", "The district finance's account for maintenance funds"
            ),
            CustodyKind.HOUSING_AUTHORITY_MAINTENANCE: Label(
                "房管部门维修资金专户", "The housing authority's account for maintenance funds"
            ),
            CustodyKind.OWNERS_MAINTENANCE: Label("业主大会维修资金账户", "The owners' account for maintenance funds"),
            CustodyKind.TRUST_FUND: Label("业主共同基金账户", "The owners' trust fund account"),
        },
        DepositPrecondition: {
            DepositPrecondition.APPROVED_GROSS_AREA: Label("待核准总建筑面积", "Awaits the approved gross floor area"),
            DepositPrecondition.JOINT_DECISION: Label("待业主共同决定", "Awaits the owners' joint decision"),
        },
    },
)
