"""The kinds of documents that the districts' rules name, how people call them, and which are not for everybody."""

from enum import StrEnum
from typing import Final


class DocumentKind(StrEnum):
    """What a document is."""

    WILLINGNESS_SURVEY = "WILLINGNESS_SURVEY"
    ESTATE_LEDGER = "ESTATE_LEDGER"
    RESPONSIBILITY_LIST = "RESPONSIBILITY_LIST"
    PILOT_PLAN = "PILOT_PLAN"
    PILOT_SUMMARY = "PILOT_SUMMARY"
    MONTHLY_PROGRESS = "MONTHLY_PROGRESS"
    RECTIFICATION_OPINION = "RECTIFICATION_OPINION"
    RECTIFICATION_ANSWER = "RECTIFICATION_ANSWER"
    SELF_CHECK_REPORT = "SELF_CHECK_REPORT"
    ACCEPTANCE_REPORT = "ACCEPTANCE_REPORT"
    WORK_PLAN = "WORK_PLAN"
    COMMITTEE_FORMATION_PLAN = "COMMITTEE_FORMATION_PLAN"
    MAINTENANCE_FUND_MEASURES = "MAINTENANCE_FUND_MEASURES"
    ASSESSMENT_STANDARD = "ASSESSMENT_STANDARD"
    RULES_OF_PROCEDURE = "RULES_OF_PROCEDURE"
    REGULATIONS = "REGULATIONS"
    DECISION_NOTICE = "DECISION_NOTICE"
    DECISION_ROLL = "DECISION_ROLL"
    BALLOTS = "BALLOTS"
    DECISION_RESULT = "DECISION_RESULT"
    COMMITTEE_FILING_RECEIPT = "COMMITTEE_FILING_RECEIPT"
    ACTING_ANNOUNCEMENT = "ACTING_ANNOUNCEMENT"
    TENDER_FILE = "TENDER_FILE"
    CREDIT_LOOKUP = "CREDIT_LOOKUP"
    SERVICE_MENU = "SERVICE_MENU"
    EARLY_STAGE_CONTRACT = "EARLY_STAGE_CONTRACT"
    SERVICE_CONTRACT = "SERVICE_CONTRACT"
    COOPERATION_AGREEMENT = "COOPERATION_AGREEMENT"
    TRUST_CONTRACT = "TRUST_CONTRACT"
    PRICE_MARKING_NOTICE = "PRICE_MARKING_NOTICE"
    TAKEOVER_INSPECTION = "TAKEOVER_INSPECTION"
    RENOVATION_DOCUMENTS = "RENOVATION_DOCUMENTS"
    HANDOVER_LIST = "HANDOVER_LIST"
    EXIT_REPORT = "EXIT_REPORT"
    WORK_AUDIT_REPORT = "WORK_AUDIT_REPORT"
    DEPOSIT_RECEIPT = "DEPOSIT_RECEIPT"
    DEPOSIT_APPROVAL = "DEPOSIT_APPROVAL"
    FUND_RECEIPT = "FUND_RECEIPT"
    FUND_USE_PLAN = "FUND_USE_PLAN"
    FUND_SETTLEMENT = "FUND_SETTLEMENT"
    FUND_ALLOCATION = "FUND_ALLOCATION"
    FUND_STATEMENT = "FUND_STATEMENT"
    DUNNING_NOTICE = "DUNNING_NOTICE"
    POSTING_NOTICE = "POSTING_NOTICE"
    MEDIATION_APPLICATION = "MEDIATION_APPLICATION"
    MEDIATION_RECORD = "MEDIATION_RECORD"
    MEDIATION_AGREEMENT = "MEDIATION_AGREEMENT"
    EMPLOYER_LETTER = "EMPLOYER_LETTER"
    COURT_REFERRAL = "COURT_REFERRAL"
    MEETING_RESOLUTION = "MEETING_RESOLUTION"
    QUARTERLY_ASSESSMENT = "QUARTERLY_ASSESSMENT"
    YEARLY_ASSESSMENT = "YEARLY_ASSESSMENT"
    SATISFACTION_REPORT = "SATISFACTION_REPORT"
    THIRD_PARTY_REPORT = "THIRD_PARTY_REPORT"
    CREDIT_SCORE_SHEET = "CREDIT_SCORE_SHEET"
    BLACKLIST_BULLETIN = "BLACKLIST_BULLETIN"
    COPY_LETTER = "COPY_LETTER"
    TERMINATION_ADVICE = "TERMINATION_ADVICE"
    AWARD_LIST = "AWARD_LIST"
    ENTRUSTED_SERVICE_CLAIM = "ENTRUSTED_SERVICE_CLAIM"
    FINANCE_RULES = "FINANCE_RULES"
    AWARD_MEASURES = "AWARD_MEASURES"
    CRITICISM_CIRCULAR = "CRITICISM_CIRCULAR"
    TRUST_BUDGET = "TRUST_BUDGET"
    TRUST_VOUCHER = "TRUST_VOUCHER"
    TRUST_DISCLOSURE = "TRUST_DISCLOSURE"
    TRUST_AUDIT = "TRUST_AUDIT"
    TRUST_LIQUIDATION = "TRUST_LIQUIDATION"
    OWNERSHIP_PROOF = "OWNERSHIP_PROOF"
    POLICY_DOCUMENT = "POLICY_DOCUMENT"
    OPENING_BALANCES = "OPENING_BALANCES"


KIND_LABELS: Final = {
    DocumentKind.WILLINGNESS_SURVEY: ("居民意愿调查", "Survey of willingness"),
    DocumentKind.ESTATE_LEDGER: ("小区台账", "Estate ledger"),
    DocumentKind.RESPONSIBILITY_LIST: ("责任清单", "Responsibility list"),
    DocumentKind.PILOT_PLAN: ("试点方案", "Pilot plan"),
    DocumentKind.PILOT_SUMMARY: ("试点总结", "Pilot summary"),
    DocumentKind.MONTHLY_PROGRESS: ("清零行动月度进度表", "Monthly progress table"),
    DocumentKind.RECTIFICATION_OPINION: ("督查整改意见", "Rectification opinions"),
    DocumentKind.RECTIFICATION_ANSWER: ("整改答复", "Answers to rectification opinions"),
    DocumentKind.SELF_CHECK_REPORT: ("自查报告", "Self-check report"),
    DocumentKind.ACCEPTANCE_REPORT: ("验收报告", "Acceptance report"),
    DocumentKind.WORK_PLAN: ("分类工作方案", "Work plan by class"),
    DocumentKind.COMMITTEE_FORMATION_PLAN: ("业主委员会组建计划", "Committee formation plan"),
    DocumentKind.MAINTENANCE_FUND_MEASURES: ("维修资金归集使用管理办法", "Maintenance-fund measures"),
    DocumentKind.ASSESSMENT_STANDARD: ("物业服务企业考核标准", "Assessment standard"),
    DocumentKind.RULES_OF_PROCEDURE: ("业主大会议事规则", "Rules of procedure"),
    DocumentKind.REGULATIONS: ("管理规约", "Estate regulations"),
    DocumentKind.DECISION_NOTICE: ("共同决定事项公告", "Notice of a joint decision"),
    DocumentKind.DECISION_ROLL: ("表决名册", "Roll of a joint decision"),
    DocumentKind.BALLOTS: ("表决票", "Ballots"),
    DocumentKind.DECISION_RESULT: ("表决结果", "Result of a joint decision"),
    DocumentKind.COMMITTEE_FILING_RECEIPT: ("业主委员会备案回执", "Filing receipt of the committee"),
    DocumentKind.ACTING_ANNOUNCEMENT: ("代行职责公告", "Announcement of acting"),
    DocumentKind.TENDER_FILE: ("招标文件", "Tender file"),
    DocumentKind.CREDIT_LOOKUP: ("信用查询记录", "Credit look-up record"),
    DocumentKind.SERVICE_MENU: ("服务菜单及价格", "Service menu with prices"),
    DocumentKind.EARLY_STAGE_CONTRACT: ("前期物业服务合同", "Early-stage contract"),
    DocumentKind.SERVICE_CONTRACT: ("物业服务合同", "Owners' service contract"),
    DocumentKind.COOPERATION_AGREEMENT: ("物业服务管理合作协议书", "Cooperation agreement"),
    DocumentKind.TRUST_CONTRACT: ("物业管理信托合同", "Trust contract"),
    DocumentKind.PRICE_MARKING_NOTICE: ("明码标价公示", "Price-marking notice"),
    DocumentKind.TAKEOVER_INSPECTION: ("承接查验记录", "Take-over inspection record"),
    DocumentKind.RENOVATION_DOCUMENTS: ("改造资料", "Renovation documents"),
    DocumentKind.HANDOVER_LIST: ("移交清单", "Handover list"),
    DocumentKind.EXIT_REPORT: ("退出预先报告", "Exit prior report"),
    DocumentKind.WORK_AUDIT_REPORT: ("工作审计报告", "Work audit report"),
    DocumentKind.DEPOSIT_RECEIPT: ("履约保证金收据", "Deposit receipt"),
    DocumentKind.DEPOSIT_APPROVAL: ("履约保证金三方审批", "Three-party approval of a deposit"),
    DocumentKind.FUND_RECEIPT: ("维修资金收据", "Maintenance-fund receipt"),
    DocumentKind.FUND_USE_PLAN: ("维修资金使用方案", "Maintenance-fund use plan"),
    DocumentKind.FUND_SETTLEMENT: ("维修资金结算", "Maintenance-fund settlement"),
    DocumentKind.FUND_ALLOCATION: ("维修资金分摊表", "Maintenance-fund allocation sheet"),
    DocumentKind.FUND_STATEMENT: ("维修资金年度公示", "Maintenance-fund annual statement"),
    DocumentKind.DUNNING_NOTICE: ("催缴通知", "Dunning notice"),
    DocumentKind.POSTING_NOTICE: ("公示催缴通知", "Posting notice"),
    DocumentKind.MEDIATION_APPLICATION: ("调解申请", "Mediation application"),
    DocumentKind.MEDIATION_RECORD: ("调解笔录", "Mediation record"),
    DocumentKind.MEDIATION_AGREEMENT: ("调解协议", "Mediation agreement"),
    DocumentKind.EMPLOYER_LETTER: ("函告单位", "Letter to an employer"),
    DocumentKind.COURT_REFERRAL: ("移送法院函", "Court referral"),
    DocumentKind.MEETING_RESOLUTION: ("联席会议决议", "Joint-meeting resolution"),
    DocumentKind.QUARTERLY_ASSESSMENT: ("季度考核表", "Quarterly assessment sheet"),
    DocumentKind.YEARLY_ASSESSMENT: ("年度考核表", "Yearly assessment sheet"),
    DocumentKind.SATISFACTION_REPORT: ("满意度测评报告", "Satisfaction report"),
    DocumentKind.THIRD_PARTY_REPORT: ("第三方评估报告", "Third-party report"),
    DocumentKind.CREDIT_SCORE_SHEET: ("信用评分表", "Credit score sheet"),
    DocumentKind.BLACKLIST_BULLETIN: ("黑名单公告", "Blacklist bulletin"),
    DocumentKind.COPY_LETTER: ("抄告函", "Copy letter"),
    DocumentKind.TERMINATION_ADVICE: ("解除合同建议书", "Termination advice"),
    DocumentKind.AWARD_LIST: ("表彰奖励名单", "Award list"),
    DocumentKind.ENTRUSTED_SERVICE_CLAIM: ("委托服务费用申报", "Entrusted-service claim"),
    DocumentKind.FINANCE_RULES: ("自管小区财务制度", "Finance rules of a self-managed estate"),
    DocumentKind.AWARD_MEASURES: ("考核奖励办法", "Award measures"),
    DocumentKind.CRITICISM_CIRCULAR: ("通报批评", "Notice of criticism"),
    DocumentKind.TRUST_BUDGET: ("信托预算", "Trust budget"),
    DocumentKind.TRUST_VOUCHER: ("信托凭证", "Trust voucher"),
    DocumentKind.TRUST_DISCLOSURE: ("信托信息披露", "Trust disclosure"),
    DocumentKind.TRUST_AUDIT: ("信托审计报告", "Trust audit"),
    DocumentKind.TRUST_LIQUIDATION: ("信托清算报告", "Trust liquidation report"),
    DocumentKind.OWNERSHIP_PROOF: ("权属证明", "Proof of ownership"),
    DocumentKind.POLICY_DOCUMENT: ("政策文件", "Policy document"),
    DocumentKind.OPENING_BALANCES: ("期初余额表", "Opening balances"),
}
"""Every kind in Chinese and in English."""

RESTRICTED: Final = frozenset(
    {
        DocumentKind.DECISION_ROLL,
        DocumentKind.BALLOTS,
        DocumentKind.CREDIT_LOOKUP,
        DocumentKind.DEPOSIT_APPROVAL,
        DocumentKind.DUNNING_NOTICE,
        DocumentKind.MEDIATION_APPLICATION,
        DocumentKind.MEDIATION_RECORD,
        DocumentKind.MEDIATION_AGREEMENT,
        DocumentKind.EMPLOYER_LETTER,
        DocumentKind.COURT_REFERRAL,
        DocumentKind.COPY_LETTER,
        DocumentKind.OWNERSHIP_PROOF,
        DocumentKind.OPENING_BALANCES,
    }
)
"""Documents that name persons or cases: the offices of the area see them, owners and providers do not."""


def is_restricted(kind: DocumentKind) -> bool:
    """Return whether only the offices of the area may see documents of the kind."""
    return kind in RESTRICTED
