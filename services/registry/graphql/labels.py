"""The registry's enum values in people's words."""

from kit.graphql.labels import EnumLabels, Label
from policy.vocabulary import CustodyKind, Department, ExitStep
from services.registry.domain.contract import (
    ContractKind,
    DepositStatus,
    DisclosureInterval,
    RemunerationKind,
    SurplusRule,
)
from services.registry.domain.contract_exit import EndCause, ExitGround, ExitTrigger, HandoverGroup, NoticeParty
from services.registry.domain.contract_state import ContractState
from services.registry.domain.contract_terms import FeeInterval, FeeMethod
from services.registry.domain.decision import DecisionMatter, DecisionState
from services.registry.domain.document import SubjectKind, VersionState
from services.registry.domain.document_kinds import KIND_LABELS, DocumentKind
from services.registry.domain.estate import Enclosure, EstateKind, OwnersBody
from services.registry.domain.export import ExportKind, TableFormat, TaskState
from services.registry.domain.fund_use import FundUseState
from services.registry.domain.gate import Site
from services.registry.domain.ledger import RowOutcome
from services.registry.domain.owner import OwnerKind
from services.registry.domain.part import AreaBasis
from services.registry.domain.provider import ProviderKind, ProviderSource
from services.registry.domain.service_item import ContractForm
from services.registry.domain.staff import StaffSource
from services.registry.domain.tender import AgreementGround, TenderMethod
from services.registry.graphql.base_ledger_labels import BASE_LEDGER_LABELS
from services.registry.graphql.mode_labels import MODE_LABELS
from services.registry.graphql.territory_labels import TERRITORY_LABELS

LABELS = EnumLabels(
    "registry",
    {
        Enclosure: {Enclosure.CLOSED: Label("封闭", "Gated"), Enclosure.OPEN: Label("开放", "Open")},
        EstateKind: {
            EstateKind.OLD: Label("老旧小区", "Old estate"),
            EstateKind.NEW_COMMERCIAL: Label("新建商品房", "New commercial estate"),
            EstateKind.RESETTLEMENT: Label("拆迁安置", "Resettlement estate"),
            EstateKind.AFFORDABLE: Label("保障房", "Affordable housing"),
        },
        OwnersBody: {
            OwnersBody.NONE: Label("无", "None"),
            OwnersBody.CONGRESS_WITH_COMMITTEE: Label("业主大会和业主委员会", "Congress with committee"),
            OwnersBody.CONGRESS_ONLY: Label("业主大会", "Congress only"),
            OwnersBody.MANAGEMENT_COMMITTEE: Label("物业管理委员会", "Management committee"),
            OwnersBody.ACTING_COMMUNITY: Label("社区代行", "Acting community"),
        },
        AreaBasis: {
            AreaBasis.REGISTER: Label("产权登记", "Property register"),
            AreaBasis.SURVEY: Label("测绘", "Survey"),
            AreaBasis.CONTRACT: Label("合同", "Contract of sale"),
        },
        OwnerKind: {
            OwnerKind.NATURAL: Label("自然人", "Natural person"),
            OwnerKind.LEGAL: Label("法人", "Legal person"),
            OwnerKind.DEVELOPER: Label("开发单位", "Developer"),
            OwnerKind.PUBLIC_HOUSING_UNIT: Label("公房单位", "Public housing unit"),
        },
        ProviderKind: {
            ProviderKind.COMPANY: Label("物业服务企业", "Company"),
            ProviderKind.STATE_OWNED: Label("国有企业", "State-owned company"),
            ProviderKind.PROFESSIONAL_BODY: Label("专业机构", "Professional body"),
            ProviderKind.PROFESSIONAL_PERSON: Label("专业人员", "Professional person"),
            ProviderKind.NON_ENTERPRISE_UNIT: Label("民办非企业单位", "Private non-enterprise unit"),
            ProviderKind.COMMUNITY: Label("社区", "Community"),
            ProviderKind.UNIT: Label("单位", "Unit"),
        },
        ContractKind: {
            ContractKind.EARLY_STAGE: Label("前期物业服务合同", "Early-stage contract"),
            ContractKind.CONGRESS: Label("物业服务合同", "Contract of the congress"),
            ContractKind.COOPERATION: Label("合作协议", "Cooperation agreement"),
            ContractKind.TRUST: Label("物业管理信托合同", "Trust contract"),
            ContractKind.CUSTODY: Label("托管协议", "Custody agreement"),
        },
        ContractState: {
            ContractState.DRAFT: Label("草拟", "Draft"),
            ContractState.SIGNED: Label("已签订", "Signed"),
            ContractState.ACTIVE: Label("履行中", "Active"),
            ContractState.EXIT_NOTICED: Label("已告知退出", "Exit noticed"),
            ContractState.AUDITING: Label("工作审计", "Auditing"),
            ContractState.RESELECTING: Label("重新选聘", "Reselecting"),
            ContractState.HANDING_OVER: Label("移交", "Handing over"),
            ContractState.BUFFERING: Label("缓冲期", "Buffer period"),
            ContractState.TERMINATED: Label("已终止", "Terminated"),
        },
        ContractForm: {
            ContractForm.COMPREHENSIVE: Label("综合服务", "Comprehensive"),
            ContractForm.SINGLE: Label("菜单式单项", "Single service"),
            ContractForm.COMBINED: Label("菜单式组合", "Combined services"),
        },
        Site: {
            Site.STAIRWELL: Label("单元门内", "Stairwell"),
            Site.ESTATE_GROUNDS: Label("小区场地", "Grounds of the estate"),
            Site.PUBLIC_AREA: Label("公共区域", "Public area"),
        },
        FeeMethod: {
            FeeMethod.LUMP_SUM: Label("包干制", "Lump sum"),
            FeeMethod.REMUNERATION: Label("酬金制", "Remuneration"),
        },
        FeeInterval: {
            FeeInterval.MONTH: Label("按月", "Every month"),
            FeeInterval.QUARTER: Label("按季", "Every quarter"),
            FeeInterval.HALF_YEAR: Label("按半年", "Every half year"),
            FeeInterval.YEAR: Label("按年", "Every year"),
        },
        AgreementGround: {
            AgreementGround.FEWER_THAN_THREE_BIDDERS: Label("投标人少于三个", "Fewer than three bidders"),
            AgreementGround.SMALL_SCALE: Label("住宅规模较小", "An estate of small scale"),
        },
        ExitStep: {
            ExitStep.NOTICE: Label("事先告知", "Notice"),
            ExitStep.AUDIT: Label("工作审计", "Work audit"),
            ExitStep.RESELECT: Label("重新选聘", "Re-selection"),
            ExitStep.HANDOVER: Label("及时移交", "Handover"),
            ExitStep.BUFFER: Label("适当缓冲", "Buffer period"),
        },
        ExitGround: {
            ExitGround.DISMISSAL: Label("业主解聘", "Dismissal by the owners"),
            ExitGround.NO_RENEWAL: Label("不续约", "No renewal"),
            ExitGround.INDEFINITE_TERM: Label("不定期合同解除", "Notice of an indefinite term"),
        },
        ExitTrigger: {
            ExitTrigger.POOR_ASSESSMENT: Label("考核较差", "Poor assessment"),
            ExitTrigger.LOW_SATISFACTION: Label("满意度低", "Low satisfaction"),
            ExitTrigger.END_OF_TERM: Label("合同到期", "End of the term"),
            ExitTrigger.PROVIDER_LEAVES: Label("企业主动退出", "The provider leaves"),
            ExitTrigger.OTHER: Label("其他", "Other"),
        },
        NoticeParty: {
            NoticeParty.OWNERS: Label("业主", "Owners"),
            NoticeParty.PROVIDER: Label("物业服务人", "Provider"),
        },
        HandoverGroup: {
            HandoverGroup.ROOMS: Label("物业服务用房", "Rooms"),
            HandoverGroup.FACILITIES: Label("相关设施", "Facilities"),
            HandoverGroup.DOCUMENTS: Label("相关资料", "Documents"),
        },
        EndCause: {
            EndCause.DISMISSED: Label("业主解聘", "Dismissed"),
            EndCause.NOT_RENEWED: Label("不再续约", "Not renewed"),
            EndCause.NOTICE_OF_INDEFINITE_TERM: Label("不定期合同解除", "Indefinite term ended by notice"),
            EndCause.HANDOVER_REFUSED: Label("拒不移交", "Handover refused"),
        },
        ProviderSource: {
            ProviderSource.NEW: Label("新组建", "New"),
            ProviderSource.RESTRUCTURED: Label("改制", "Restructured"),
            ProviderSource.INTRODUCED: Label("引进", "Introduced"),
        },
        StaffSource: {
            StaffSource.PROVIDER: Label("物业服务人聘用", "Hired by the provider"),
            StaffSource.STREET: Label("街道选派", "Sent by the street"),
            StaffSource.COMMUNITY: Label("社区选派", "Sent by the community"),
            StaffSource.VOLUNTEER: Label("志愿者", "Volunteers"),
            StaffSource.PROPERTY_UNIT: Label("产权单位派遣", "Sent by the property unit"),
        },
        DepositStatus: {
            DepositStatus.AGREED: Label("已约定", "Agreed"),
            DepositStatus.NOT_AGREED: Label("未约定", "Not agreed"),
        },
        TenderMethod: {
            TenderMethod.OPEN: Label("公开招标", "Open tender"),
            TenderMethod.INVITED: Label("邀请招标", "Invited tender"),
            TenderMethod.BY_AGREEMENT: Label("协议方式", "By agreement"),
            TenderMethod.OTHER_WAY: Label("业主认可的其他方式", "Another way that owners accept"),
        },
        RemunerationKind: {
            RemunerationKind.FIXED: Label("固定酬金", "A fixed sum"),
            RemunerationKind.PERCENT_OF_SPEND: Label("按支出比例", "A share of what is spent"),
            RemunerationKind.PERCENT_OF_RECEIPTS: Label("按收入比例", "A share of what is received"),
        },
        DisclosureInterval: {
            DisclosureInterval.MONTH: Label("每月", "Every month"),
            DisclosureInterval.QUARTER: Label("每季度", "Every quarter"),
            DisclosureInterval.YEAR: Label("每年", "Every year"),
        },
        SurplusRule: {
            SurplusRule.CARRY_FORWARD: Label("结转下年", "Carried forward"),
            SurplusRule.MAINTENANCE_FUND: Label("转入维修资金", "Into the maintenance fund"),
            SurplusRule.RETURN_TO_OWNERS: Label("返还业主", "Returned to the owners"),
        },
        DecisionMatter: {
            DecisionMatter.RULES_OF_PROCEDURE: Label("议事规则", "Rules of procedure"),
            DecisionMatter.REGULATIONS: Label("管理规约", "Estate regulations"),
            DecisionMatter.ELECT_COMMITTEE: Label("选举业主委员会", "Election of the committee"),
            DecisionMatter.HIRE_OR_DISMISS_PROVIDER: Label(
                "选聘和解聘物业服务企业", "Hiring or dismissing the provider"
            ),
            DecisionMatter.USE_MAINTENANCE_FUND: Label("使用维修资金", "Use of the maintenance fund"),
            DecisionMatter.RAISE_MAINTENANCE_FUND: Label("筹集维修资金", "Raising of the maintenance fund"),
            DecisionMatter.REBUILD: Label("改建、重建", "Rebuilding"),
            DecisionMatter.CHANGE_COMMON_USE: Label("改变共有部分用途", "Change of use of common parts"),
            DecisionMatter.OTHER_MAJOR: Label("其他重大事项", "Other major matter"),
        },
        DecisionState: {
            DecisionState.NOTICED: Label("已公告", "Noticed"),
            DecisionState.CLOSED_PASSED: Label("通过", "Passed"),
            DecisionState.CLOSED_FAILED: Label("未通过", "Failed"),
            DecisionState.CLOSED_NO_QUORUM: Label("参与表决不足", "No quorum"),
        },
        DocumentKind: {kind: Label(*words) for kind, words in KIND_LABELS.items()},
        ExportKind: {
            ExportKind.ESTATES: Label("小区", "Estates"),
            ExportKind.BUILDINGS: Label("楼栋", "Buildings"),
            ExportKind.PARTS: Label("房屋", "Exclusive parts"),
            ExportKind.OWNERS: Label("产权人", "Owners"),
            ExportKind.PROVIDERS: Label("物业服务人", "Providers"),
            ExportKind.CONTRACTS: Label("合同", "Contracts"),
            ExportKind.DOCUMENTS: Label("文件", "Documents"),
            ExportKind.MODES: Label("管理模式", "Modes"),
            ExportKind.OWNERSHIPS: Label("产权变更记录", "Ownerships"),
            ExportKind.WELFARE_POOL: Label("公益物业服务库", "Public-welfare pool"),
            ExportKind.SERVICE_ITEMS: Label("合同服务项目", "Services of contracts"),
            ExportKind.ENDING_CONTRACTS: Label("到期合同", "Ending contracts"),
            ExportKind.SELECTIONS: Label("选聘", "Selections of providers"),
            ExportKind.BUNDLES: Label("打包项目", "Bundles"),
            ExportKind.STAFF: Label("服务人员", "Staff"),
            ExportKind.DECISIONS: Label("共同决定", "Joint decisions"),
            ExportKind.REVERSED_MODES: Label("已撤销管理模式", "Reversed modes"),
            ExportKind.OVERDUE_REVIEWS: Label("逾期复核", "Overdue reviews"),
            ExportKind.CONSULTATIONS: Label("意见征询", "Consultations"),
            ExportKind.ABANDONMENTS: Label("失管记录", "Abandonments"),
            ExportKind.TERRITORY: Label("街道社区", "Streets and communities"),
            ExportKind.MEMBERSHIPS: Label("小区归属", "Memberships of estates"),
            ExportKind.SERVICE_AREAS: Label("服务区域", "Service areas"),
            ExportKind.GRID_CONTACTS: Label("网格联系人", "Grid contacts"),
            ExportKind.PROPERTY_ROOMS: Label("物业用房", "Property rooms"),
            ExportKind.FUND_USES: Label("维修资金使用", "Uses of maintenance funds"),
            ExportKind.DONATIONS: Label("社区建设捐助", "Donations"),
            ExportKind.BODIES: Label("领导机构", "Governing bodies"),
            ExportKind.FACILITIES: Label("设施设备", "Facilities"),
            ExportKind.BASE_SURVEYS: Label("基础摸底", "Base surveys"),
            ExportKind.ESTATE_TRAITS: Label("小区特征", "Traits of estates"),
            ExportKind.PARTY_COVERAGES: Label("党组织覆盖", "Party coverage"),
            ExportKind.BACKBONE_RESIDENTS: Label("骨干居民", "Backbone residents"),
            ExportKind.BASE_LEDGER: Label("老旧小区底账", "Base ledger of old estates"),
            ExportKind.UNMANAGED_ESTATES: Label("无物业小区台账", "Ledger of unmanaged estates"),
            ExportKind.WORK_PLANS: Label("工作计划", "Work plans"),
            ExportKind.CORRECTIONS: Label("更正记录", "Corrections"),
            ExportKind.ESTATE_LEDGER: Label("小区分类台账", "Estate ledger by street and class"),
            ExportKind.ESTATE_COVERAGE: Label("小区管理覆盖", "Coverage by street and class"),
            ExportKind.DUTY_MATRIX: Label("职责矩阵", "Duty matrix"),
            ExportKind.POLICIES: Label("现行政策", "Policies in force"),
        },
        TableFormat: {
            TableFormat.XLSX: Label("Excel 工作簿", "Workbook"),
            TableFormat.CSV: Label("CSV 文件", "CSV file"),
        },
        TaskState: {
            TaskState.QUEUED: Label("等待中", "Queued"),
            TaskState.RUNNING: Label("进行中", "Running"),
            TaskState.DONE: Label("已完成", "Done"),
            TaskState.FAILED: Label("失败", "Failed"),
            TaskState.EXPIRED: Label("文件已删除", "File removed"),
        },
        SubjectKind: {
            SubjectKind.ESTATE: Label("小区", "Estate"),
            SubjectKind.CONTRACT: Label("合同", "Contract"),
            SubjectKind.DECISION: Label("共同决定", "Joint decision"),
            SubjectKind.PROVIDER: Label("物业服务人", "Provider"),
            SubjectKind.COMMUNITY: Label("社区", "Community"),
            SubjectKind.STREET: Label("街道", "Street"),
            SubjectKind.DISTRICT: Label("区县", "District"),
        },
        VersionState: {
            VersionState.DRAFT: Label("草稿", "Draft"),
            VersionState.SEALED: Label("已盖章", "Sealed"),
            VersionState.PUBLISHED: Label("已发布", "Published"),
        },
        Department: {
            Department.HOUSING_SECURITY_CENTRE: Label("住房保障中心", "Housing security centre"),
            Department.FINANCE: Label("财政局", "Finance bureau"),
            Department.MARKET_SUPERVISION: Label("市场监督管理局", "Market supervision bureau"),
            Department.CIVILISATION_OFFICE: Label("文明办", "Civilisation office"),
            Department.HEALTH: Label("卫生健康委", "Health commission"),
            Department.PUBLIC_SECURITY: Label("公安局", "Public security bureau"),
            Department.TAX: Label("税务局", "Tax bureau"),
            Department.GOVERNMENT_PROCUREMENT: Label("政府采购部门", "Government procurement"),
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
        FundUseState: {
            FundUseState.PROPOSED: Label("已提出", "Proposed"),
            FundUseState.PAID: Label("已支付", "Paid"),
            FundUseState.ALLOCATED: Label("已分摊", "Allocated"),
            FundUseState.PUBLISHED: Label("已公示", "Published"),
        },
        RowOutcome: {
            RowOutcome.LANDED: Label("已导入", "Landed"),
            RowOutcome.UNCHANGED: Label("无变化", "Unchanged"),
            RowOutcome.REJECTED: Label("已拒绝", "Rejected"),
        },
        **MODE_LABELS,
        **TERRITORY_LABELS,
        **BASE_LEDGER_LABELS,
    },
)
