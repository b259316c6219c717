"""The enum values of finance in people's words."""

from kit.graphql.labels import EnumLabels, Label
from policy.vocabulary import Approver, Collector, CostBearer, EmergencyReason, IncomeEarmark
from services.finance.domain.bill import BillSource, BillState, DunningStep, FeeUnit, Payee
from services.finance.domain.bill_run import RunState
from services.finance.domain.cut_over import CutOverState
from services.finance.domain.deposit import ClaimKind, DepositPrecondition
from services.finance.domain.deposit_amount import ClampReason
from services.finance.domain.deposit_claim import ClaimReason, ClaimState
from services.finance.domain.deposit_state import DepositState
from services.finance.domain.fee_payment import PaymentChannel, RefundReason
from services.finance.domain.fee_spending import FeeUse
from services.finance.domain.instalment_plan import InstalmentState, MediationState
from services.finance.domain.lead_payer import LeadPayerKind
from services.finance.domain.maintenance_fund import DepositStatus, MaintenanceFundKind
from services.finance.domain.maintenance_use import UseObject, UseState, UseWork
from services.finance.domain.public_revenue import RevenueHolder, RevenueKind, RevenueUse
from services.finance.domain.reconciliation import BankExceptionReason
from services.finance.graphql.custody_types import CustodyKind
from services.finance.use_cases.post_fund_income import FundIncomeKind

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
            DepositState.CLAIMED: Label("支取待补足", "Claimed"),
            DepositState.RELEASED: Label("已退还", "Released"),
            DepositState.FORFEITED: Label("已没收", "Forfeited"),
            DepositState.CARRIED_OVER: Label("已结转下年度", "Carried over"),
        },
        LeadPayerKind: {
            LeadPayerKind.PUBLIC_EMPLOYEE: Label("公职人员", "Public employee"),
            LeadPayerKind.PARTY_MEMBER: Label("党员", "Party member"),
        },
        RevenueKind: {
            RevenueKind.NOTICE_BOARD: Label("公告栏", "Notice board"),
            RevenueKind.ADVERT_BOARD: Label("广告牌", "Advert board"),
            RevenueKind.LIFT_ADVERT: Label("电梯广告", "Lift advert"),
            RevenueKind.PARCEL_LOCKER: Label("快递柜", "Parcel locker"),
            RevenueKind.RECYCLING: Label("废旧回收", "Recycling"),
            RevenueKind.OTHER_COMMON_PARTS: Label("其他共有部分收益", "Other common parts"),
            RevenueKind.STREET_PARKING: Label("街道停车收费", "Street parking"),
            RevenueKind.IDLE_SPACE: Label("闲置房屋和公共空间", "Idle rooms and public space"),
            RevenueKind.CHARGING: Label("充电桩", "Charging"),
            RevenueKind.CONVENIENCE_SERVICE: Label("便民服务", "Convenience service"),
            RevenueKind.NEIGHBOURHOOD_CENTRE: Label("邻里中心", "Neighbourhood centre"),
        },
        RevenueUse: {
            RevenueUse.PROPERTY_SERVICE: Label("本项目物业服务", "Property service"),
            RevenueUse.COMMON_PART_REPAIR: Label("共有部分维修", "Repair of common parts"),
            RevenueUse.COMMITTEE_ALLOWANCE: Label("业委会成员补贴", "Committee allowance"),
            RevenueUse.COMMUNITY_FUNDS: Label("社区经费", "Community funds"),
            RevenueUse.SERVICE_FACILITIES: Label("物业服务设施", "Service facilities"),
            RevenueUse.FEE_SHORTFALL: Label("补贴物业费不足", "Fee shortfall"),
        },
        FeeUse: {
            FeeUse.WAGES: Label("人员工资", "Wages"),
            FeeUse.CLEANING: Label("清洁卫生", "Cleaning"),
            FeeUse.GREENING: Label("绿化养护", "Greening"),
            FeeUse.SECURITY: Label("秩序维护", "Security"),
            FeeUse.COMMON_PART_REPAIR: Label("共有部分维修", "Repair of common parts"),
            FeeUse.UTILITIES: Label("公共水电", "Water and power of common parts"),
            FeeUse.OFFICE: Label("办公费用", "Office"),
            FeeUse.INSURANCE: Label("保险", "Insurance"),
            FeeUse.SERVICE_FEE: Label("支付物业服务人", "Paid to the provider"),
            FeeUse.BANK_CHARGES: Label("银行手续费", "Bank charges"),
            FeeUse.OTHER: Label("其他", "Other"),
        },
        RevenueHolder: {
            RevenueHolder.PURSE: Label("公共收益账", "Purse"),
            RevenueHolder.TRUST_FUND: Label("业主共同基金", "Trust fund"),
        },
        IncomeEarmark: {
            IncomeEarmark.PROJECT_SERVICE: Label("用于本项目物业服务", "For this project's service"),
            IncomeEarmark.COMMUNITY_FUNDS: Label("用于社区经费", "For community funds"),
            IncomeEarmark.AREA_SERVICE: Label("用于区域物业服务", "For the area's service"),
        },
        ClaimKind: {
            ClaimKind.WITHDRAWAL: Label("支取", "Withdrawal"),
            ClaimKind.FORFEITURE: Label("没收", "Forfeiture"),
            ClaimKind.RELEASE: Label("退还", "Release"),
        },
        ClaimReason: {
            ClaimReason.SERVICE_BREACH: Label("未履行服务", "Breach of the service"),
            ClaimReason.DAMAGE: Label("造成损失", "Damage"),
            ClaimReason.UNPAID_CHARGES: Label("拖欠费用", "Unpaid charges"),
            ClaimReason.ABANDONMENT: Label("擅自撤离", "Abandonment"),
            ClaimReason.TOP_UP_MISSED: Label("逾期未补足", "Top-up missed"),
            ClaimReason.CONTRACT_ENDED: Label("合同终止", "Contract ended"),
            ClaimReason.OTHER: Label("其他", "Other"),
        },
        ClaimState: {
            ClaimState.PROPOSED: Label("待批准", "Proposed"),
            ClaimState.PAID_OUT: Label("已支付", "Paid out"),
            ClaimState.REJECTED: Label("已否决", "Rejected"),
        },
        Approver: {
            Approver.STREET: Label("属地街道（镇）", "Street"),
            Approver.COMMUNITY: Label("社区（村）", "Community"),
            Approver.COMMITTEE: Label("业主委员会", "Committee"),
        },
        BillState: {
            BillState.ISSUED: Label("已出账", "Issued"),
            BillState.PART_PAID: Label("部分缴纳", "Part paid"),
            BillState.PAID: Label("已缴清", "Paid"),
            BillState.OVERDUE: Label("已逾期", "Overdue"),
            BillState.DISPUTED: Label("有争议", "Disputed"),
            BillState.WRITTEN_OFF: Label("已核销", "Written off"),
            BillState.CANCELLED: Label("已撤销", "Cancelled"),
        },
        DunningStep: {
            DunningStep.NONE: Label("未催收", "None"),
            DunningStep.REMINDED: Label("已提醒", "Reminded"),
            DunningStep.POSTED: Label("已张贴催缴", "Posted"),
            DunningStep.DEADLINE_PASSED: Label("催缴期限已过", "Deadline passed"),
            DunningStep.ARBITRATION: Label("已申请仲裁", "Arbitration"),
            DunningStep.LAWSUIT: Label("已起诉", "Lawsuit"),
        },
        MediationState: {
            MediationState.APPLIED: Label("已申请", "Applied"),
            MediationState.ACCEPTED: Label("已受理", "Accepted"),
            MediationState.SETTLED: Label("调解成功", "Settled"),
            MediationState.FAILED: Label("调解不成", "Failed"),
        },
        InstalmentState: {
            InstalmentState.DUE: Label("待缴", "Due"),
            InstalmentState.PAID: Label("已缴清", "Paid"),
            InstalmentState.MISSED: Label("逾期未缴", "Missed"),
        },
        Payee: {
            Payee.PROVIDER: Label("物业服务人", "Provider"),
            Payee.OWNERS_PUBLIC_ACCOUNT: Label("业主大会公账", "Owners' public account"),
            Payee.TRUST_FUND: Label("业主共同基金", "Trust fund"),
            Payee.COMMUNITY: Label("社区", "Community"),
            Payee.UNIT: Label("原产权单位", "Original property unit"),
        },
        CutOverState: {
            CutOverState.OPENED: Label("已建账", "Opened"),
            CutOverState.REVERSED: Label("已冲回", "Reversed"),
        },
        BillSource: {
            BillSource.REGULAR: Label("正常服务", "Regular"),
            BillSource.POST_TERMINATION: Label("合同终止后继续服务", "Post-termination service"),
            BillSource.OPENING: Label("期初欠费", "Opening arrears"),
        },
        FeeUnit: {
            FeeUnit.PER_M2_MONTH: Label("每平方米每月", "Per square metre and month"),
            FeeUnit.PER_HOUSEHOLD_MONTH: Label("每户每月", "Per household and month"),
            FeeUnit.PER_SPACE_MONTH: Label("每车位每月", "Per space and month"),
            FeeUnit.PER_USE: Label("每次", "Per use"),
        },
        RunState: {
            RunState.RUNNING: Label("出账中", "Running"),
            RunState.COMPLETED: Label("已完成", "Completed"),
            RunState.HALTED: Label("已中止", "Halted"),
        },
        PaymentChannel: {
            PaymentChannel.BANK_TRANSFER: Label("银行转账", "Bank transfer"),
            PaymentChannel.MOBILE: Label("移动支付", "Mobile"),
            PaymentChannel.CARD: Label("银行卡", "Card"),
            PaymentChannel.CASH: Label("现金", "Cash"),
        },
        RefundReason: {
            RefundReason.OVERPAID: Label("多缴", "Overpaid"),
            RefundReason.REPEATED_CHARGE: Label("重复收取", "Charged twice"),
            RefundReason.UNSERVED_TIME: Label("未服务期间", "Unserved time"),
            RefundReason.PAID_IN_ERROR: Label("误缴", "Paid in error"),
        },
        CostBearer: {
            CostBearer.ALL_OWNERS: Label("全体业主", "All owners"),
            CostBearer.PUBLIC_FUNDS: Label("公共财政", "Public funds"),
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
        MaintenanceFundKind: {
            MaintenanceFundKind.OLD_ESTATE: Label("老旧小区住宅维修资金", "Fund of old estates"),
            MaintenanceFundKind.DECREE_165: Label("住宅专项维修资金", "Special maintenance fund"),
        },
        UseState: {
            UseState.PROPOSED: Label("已提议", "Proposed"),
            UseState.SCOPED: Label("已定范围", "Scope fixed"),
            UseState.VOTING: Label("表决中", "Being voted on"),
            UseState.APPROVED: Label("表决通过", "Approved"),
            UseState.EMERGENCY_APPROVED: Label("应急批准", "Approved in an emergency"),
            UseState.IN_WORK: Label("施工中", "In work"),
            UseState.ACCEPTED: Label("已验收", "Accepted"),
            UseState.SETTLED: Label("已结算", "Settled"),
            UseState.PAID: Label("已拨付", "Paid"),
            UseState.ALLOCATED: Label("已分摊", "Allocated"),
            UseState.PUBLISHED: Label("已公示", "Published"),
            UseState.REJECTED: Label("未通过", "Rejected"),
        },
        UseWork: {
            UseWork.REPAIR: Label("维修", "Repair"),
            UseWork.RENEWAL: Label("更新", "Renewal"),
            UseWork.ALTERATION: Label("改造", "Alteration"),
        },
        UseObject: {
            UseObject.SHARED_PARTS: Label("共用部位", "Shared parts"),
            UseObject.SHARED_FACILITIES: Label("共用设施设备", "Shared facilities"),
            UseObject.PRIVATE_PART: Label("专有部分", "A private part"),
            UseObject.DAILY_UPKEEP: Label("日常养护", "Daily upkeep"),
            UseObject.WITHIN_WARRANTY: Label("保修期内", "Within the warranty"),
            UseObject.DEVELOPER_DUTY: Label("建设单位或施工单位承担", "The developer's duty"),
            UseObject.UTILITY_NETWORK: Label("专业经营单位管线设备", "A utility's network"),
            UseObject.DAMAGE_BY_PERSON: Label("人为损坏", "Damage by a person"),
        },
        EmergencyReason: {
            EmergencyReason.ROOF_OR_WALL_LEAK: Label("屋面、外墙渗漏", "Leak of the roof or a wall"),
            EmergencyReason.LIFT: Label("电梯故障", "Lift"),
            EmergencyReason.WATER_PUMP: Label("水泵故障", "Water pump"),
            EmergencyReason.OUTER_WALL: Label("外墙脱落", "Outer wall coming off"),
            EmergencyReason.DRAIN: Label("排水设施堵塞、坍塌", "Drain"),
            EmergencyReason.FIRE_SYSTEM: Label("消防设施故障", "Fire system"),
        },
        Collector: {
            Collector.PROVIDER: Label("物业服务企业", "The provider"),
            Collector.COMMITTEE: Label("业主委员会", "The committee"),
            Collector.MANAGEMENT_COMMITTEE: Label("物业管理委员会", "The management committee"),
        },
        DepositStatus: {
            DepositStatus.CONFIRMED: Label("已确认", "Confirmed"),
            DepositStatus.REFUNDED: Label("已退还", "Refunded"),
        },
        FundIncomeKind: {
            FundIncomeKind.INTEREST: Label("存款利息", "Interest"),
            FundIncomeKind.BOND_INCOME: Label("国债收益", "Bond income"),
            FundIncomeKind.COMMON_PARTS_INCOME: Label("共用部位经营收益", "Income of common parts"),
            FundIncomeKind.SCRAP_VALUE: Label("残值", "Scrap value"),
        },
        DepositPrecondition: {
            DepositPrecondition.APPROVED_GROSS_AREA: Label("待核准总建筑面积", "Awaits the approved gross floor area"),
            DepositPrecondition.JOINT_DECISION: Label("待业主共同决定", "Awaits the owners' joint decision"),
        },
        BankExceptionReason: {
            BankExceptionReason.NOT_IN_BOOK: Label("银行有、账上无", "The bank has it, the book has not"),
            BankExceptionReason.NOT_AT_BANK: Label("账上有、银行无", "The book has it, the bank has not"),
            BankExceptionReason.AMOUNT_DIFFERS: Label("流水号相同、金额不符", "Same reference, other amount"),
            BankExceptionReason.SEVERAL_FIT: Label("多笔相符、无法确定", "Several fit"),
            BankExceptionReason.BALANCE_DIFFERS: Label("日终余额不符", "The balance of the day differs"),
        },
    },
)
