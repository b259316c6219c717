"""The words of surveys and ledgers in people's words."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

from kit.graphql.labels import Label
from services.registry.domain.base_ledger import RunningState
from services.registry.domain.base_survey import Condition, Priority, SurveyBlock, Weakness
from services.registry.domain.party_coverage import CoverageForm, SecretaryGround, ServesAs, Standing

BASE_LEDGER_LABELS: Mapping[type[Enum], Mapping[Any, Label]] = {
    RunningState: {
        RunningState.GOOD: Label("良好", "Good"),
        RunningState.FAIR: Label("一般", "Fair"),
        RunningState.POOR: Label("较差", "Poor"),
        RunningState.NONE: Label("无人管理", "Nobody runs it"),
    },
    Condition: {
        Condition.GOOD: Label("完好", "Good"),
        Condition.WORN: Label("老化", "Worn"),
        Condition.BROKEN: Label("损坏", "Broken"),
        Condition.MISSING: Label("缺失", "Missing"),
    },
    Priority: {
        Priority.PILOT: Label("试点", "Pilot"),
        Priority.EASY: Label("易", "Easy"),
        Priority.NORMAL: Label("一般", "Normal"),
        Priority.HARD: Label("难", "Hard"),
    },
    SurveyBlock: {
        SurveyBlock.BUILDING_SCALE: Label("建筑规模", "Building scale"),
        SurveyBlock.HOUSEHOLD_STRUCTURE: Label("住户家庭结构", "Household structure"),
        SurveyBlock.INFRASTRUCTURE: Label("基础设施", "Infrastructure"),
    },
    Weakness: {
        Weakness.LOW_COLLECTION_RATE: Label("物业费收缴率低", "Low collection rate"),
        Weakness.CONGRESS_HARD_TO_RUN: Label("业主大会制度实施难", "The congress is hard to run"),
        Weakness.COMMITTEE_HARD_TO_RUN: Label("业主委员会工作开展难", "The committee is hard to run"),
        Weakness.STAFF_QUALITY_LOW: Label("从业人员素质偏低", "Staff quality is low"),
    },
    CoverageForm: {
        CoverageForm.SINGLE: Label("单建", "Its own"),
        CoverageForm.JOINT: Label("联建", "Joint"),
        CoverageForm.GRID: Label("网格覆盖", "By the grid"),
        CoverageForm.NONE: Label("未覆盖", "Not covered"),
    },
    SecretaryGround: {
        SecretaryGround.COMMITTEE_FORMATION_SLOW: Label("业委会组建迟缓", "The committee is slow to form"),
        SecretaryGround.MANAGEMENT_DISORDER: Label("物业管理秩序混乱", "Management is in disorder"),
        SecretaryGround.SHARP_DISPUTES: Label("矛盾纠纷突出", "Disputes are sharp"),
    },
    ServesAs: {
        ServesAs.PREPARATORY_GROUP_HEAD: Label("筹备组长", "Head of the preparatory group"),
        ServesAs.COMMITTEE_MEMBER: Label("业主委员会成员", "Member of the committee"),
        ServesAs.BUILDING_HEAD: Label("楼栋长", "Building head"),
        ServesAs.VOLUNTEER: Label("志愿者", "Volunteer"),
    },
    Standing: {
        Standing.PARTY_MEMBER: Label("党员", "Party member"),
        Standing.PARTY_DELEGATE: Label("党代表", "Party delegate"),
        Standing.PEOPLES_DEPUTY: Label("人大代表", "People's deputy"),
        Standing.CONSULTATIVE_MEMBER: Label("政协委员", "Member of the consultative conference"),
        Standing.OTHER_ABLE_OWNER: Label("其他优秀业主", "Other able owner"),
    },
}
