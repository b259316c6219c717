"""The registry's enum values in people's words."""

from kit.graphql.labels import EnumLabels, Label
from policy.vocabulary import Department
from services.registry.domain.contract import (
    ContractKind,
    ContractState,
    DepositStatus,
    DisclosureInterval,
    RemunerationKind,
    SurplusRule,
    TenderMethod,
)
from services.registry.domain.decision import DecisionMatter, DecisionState
from services.registry.domain.document import SubjectKind, VersionState
from services.registry.domain.document_kinds import KIND_LABELS, DocumentKind
from services.registry.domain.estate import Enclosure, EstateKind, OwnersBody
from services.registry.domain.ledger import RowOutcome
from services.registry.domain.owner import OwnerKind
from services.registry.domain.part import AreaBasis
from services.registry.domain.provider import ProviderKind

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
            ContractState.SIGNED: Label("已签订", "Signed"),
            ContractState.ACTIVE: Label("履行中", "Active"),
            ContractState.TERMINATED: Label("已终止", "Terminated"),
        },
        DepositStatus: {
            DepositStatus.AGREED: Label("已约定", "Agreed"),
            DepositStatus.NOT_AGREED: Label("未约定", "Not agreed"),
        },
        TenderMethod: {
            TenderMethod.OPEN: Label("公开招标", "Open tender"),
            TenderMethod.INVITED: Label("邀请招标", "Invited tender"),
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
        RowOutcome: {
            RowOutcome.LANDED: Label("已导入", "Landed"),
            RowOutcome.UNCHANGED: Label("无变化", "Unchanged"),
            RowOutcome.REJECTED: Label("已拒绝", "Rejected"),
        },
    },
)
