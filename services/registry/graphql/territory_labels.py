"""The words of territory, bodies and duties in people's words."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

from kit.graphql.labels import Label
from policy.bodies import BodyKind, DutyBody, DutySide, GridDepartment, PostRole
from policy.vocabulary import PropertyRoomSource
from services.registry.domain.abandonment import AbandonmentReason
from services.registry.domain.facility import FacilityKind
from services.registry.domain.gate import GateBoundary, Payer, Side

TERRITORY_LABELS: Mapping[type[Enum], Mapping[Any, Label]] = {
    BodyKind: {
        BodyKind.LEADING_GROUP: Label("领导小组", "Leading group"),
        BodyKind.JOINT_MEETING: Label("联席会议", "Joint meeting"),
        BodyKind.OFFICE: Label("办公室", "Office"),
        BodyKind.TASK_GROUP: Label("工作专班", "Task group"),
    },
    PostRole: {
        PostRole.HEAD: Label("组长（主任）", "Head"),
        PostRole.STANDING_DEPUTY: Label("常务副职", "Standing deputy"),
        PostRole.DEPUTY: Label("副组长", "Deputy"),
        PostRole.MEMBER: Label("成员", "Member"),
        PostRole.STAFF: Label("工作人员", "Staff"),
    },
    DutyBody: {
        DutyBody.LEADING_GROUP: Label("领导小组", "Leading group"),
        DutyBody.OFFICE: Label("领导小组办公室", "Office of the leading group"),
        DutyBody.COUNTY: Label("县（区）", "County"),
        DutyBody.HOUSING: Label("住建（房管）部门", "Housing bureau"),
        DutyBody.HOUSING_SECURITY_CENTRE: Label("住保中心", "Housing security centre"),
        DutyBody.CONSTRUCTION: Label("城建部门", "Urban construction bureau"),
        DutyBody.URBAN_MANAGEMENT: Label("城管部门", "Urban management bureau"),
        DutyBody.ORGANISATION: Label("组织部门", "Organisation department"),
        DutyBody.CIVIL_AFFAIRS: Label("民政部门", "Civil affairs bureau"),
        DutyBody.FINANCE: Label("财政部门", "Finance bureau"),
        DutyBody.MARKET_SUPERVISION: Label("市场监管部门", "Market supervision bureau"),
        DutyBody.PUBLIC_SECURITY: Label("公安部门", "Public security"),
        DutyBody.TRAFFIC_POLICE: Label("交警部门", "Traffic police"),
        DutyBody.FIRE: Label("消防部门", "Fire brigade"),
        DutyBody.ENVIRONMENT_AND_EMERGENCY: Label("生态环境、应急管理部门", "Environment and emergency bureaus"),
        DutyBody.OTHER_DEPARTMENTS: Label("其他部门", "Other departments"),
        DutyBody.STREET: Label("街道（镇）", "Street"),
        DutyBody.COMMUNITY: Label("社区（村）", "Community"),
        DutyBody.OWNERS_COMMITTEE: Label("业主委员会", "Owners' committee"),
        DutyBody.PROVIDER: Label("物业服务企业", "Provider"),
        DutyBody.PROPERTY_UNIT: Label("（原）产权单位", "(Original) property unit"),
    },
    DutySide: {
        DutySide.INSIDE: Label("门内", "Inside the gate"),
        DutySide.OUTSIDE: Label("门外", "Outside the gate"),
        DutySide.BOTH: Label("门内门外", "On both sides of the gate"),
    },
    GridDepartment: {
        GridDepartment.POLICE: Label("公安", "Police"),
        GridDepartment.FIRE: Label("消防", "Fire brigade"),
        GridDepartment.URBAN_MANAGEMENT: Label("城管", "Urban management"),
        GridDepartment.ENVIRONMENT: Label("生态环境", "Environment"),
    },
    PropertyRoomSource: {
        PropertyRoomSource.RENOVATION: Label("改造配建", "Built in the renovation"),
        PropertyRoomSource.NEIGHBOURHOOD_CENTRE: Label("邻里中心配建", "Built in the neighbourhood centre"),
        PropertyRoomSource.LONG_LEASE: Label("长期租赁", "Long lease"),
        PropertyRoomSource.SHARED_OFFICE: Label("合署办公", "Shared office"),
        PropertyRoomSource.OWNED_BY_UNIT: Label("单位自有房屋", "Rooms of the property unit"),
        PropertyRoomSource.ONE_CASE_ONE_DISCUSSION: Label("一事一议", "One case, one discussion"),
    },
    AbandonmentReason: {
        AbandonmentReason.PROVIDER_LEFT: Label("物业企业撤离", "The provider left"),
        AbandonmentReason.NO_PROVIDER_WILLING: Label("无企业愿意接管", "No provider is willing"),
        AbandonmentReason.SELF_MANAGEMENT_FAILED: Label("自治失效", "Self-management failed"),
        AbandonmentReason.DEVELOPER_LEFT: Label("开发单位撤离", "The developer left"),
    },
    FacilityKind: {
        FacilityKind.LIFT: Label("电梯", "Lift"),
        FacilityKind.FIRE_SYSTEM: Label("消防设施", "Fire system"),
        FacilityKind.WATER_PUMP: Label("供水设备", "Water pump"),
        FacilityKind.POWER_LINE: Label("电气线路", "Power line"),
        FacilityKind.LIGHTING: Label("照明", "Lighting"),
        FacilityKind.ROAD: Label("道路", "Road"),
        FacilityKind.DRAIN: Label("排水管网", "Drain"),
        FacilityKind.SEPTIC_TANK: Label("化粪池", "Septic tank"),
        FacilityKind.GREEN: Label("绿地", "Green"),
        FacilityKind.PARKING: Label("停车位", "Parking"),
        FacilityKind.CHARGING_POINT: Label("充电设施", "Charging point"),
        FacilityKind.WASTE_POINT: Label("垃圾投放点", "Waste point"),
        FacilityKind.SECURITY_SYSTEM: Label("安防设施", "Security system"),
        FacilityKind.NOTICE_BOARD: Label("公告栏", "Notice board"),
        FacilityKind.PUBLIC_TOILET: Label("公厕", "Public toilet"),
        FacilityKind.OTHER: Label("其他", "Other"),
    },
    GateBoundary: {
        GateBoundary.ESTATE_GATE: Label("小区大门", "The estate's main gate"),
        GateBoundary.STAIRWELL_DOOR: Label("单元楼栋门", "The stairwell doors"),
    },
    Payer: {
        Payer.OWNERS: Label("业主", "The owners"),
        Payer.PUBLIC_FUNDS: Label("财政资金", "Public funds"),
    },
    Side: {
        Side.PROPERTY_SERVICE: Label("物业服务", "Property service"),
        Side.PUBLIC_SERVICE: Label("公共服务", "Public service"),
        Side.ADMINISTRATION: Label("行政管理", "Administration"),
    },
}
