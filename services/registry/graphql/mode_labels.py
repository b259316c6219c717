"""The words of management modes in people's words."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

from kit.graphql.labels import Label
from policy.vocabulary import CostBearer, ModeMeans
from services.registry.domain.mode import BasicItem, ManagementMode, ModeEvent
from services.registry.domain.mode_rules import TitleSituation

MODE_LABELS: Mapping[type[Enum], Mapping[Any, Label]] = {
    ManagementMode: {
        ManagementMode.NONE: Label("无物业管理", "Nobody"),
        ManagementMode.MARKET: Label("市场化物业管理", "The market"),
        ManagementMode.OWNER_SELF: Label("业主自行管理", "Owners' self-management"),
        ManagementMode.UNIT_SELF: Label("单位自管", "The property unit"),
        ManagementMode.TRUST: Label("信托制物业管理", "Trust"),
        ManagementMode.COMMUNITY_FALLBACK: Label("社区兜底", "Community fall-back"),
        ManagementMode.TAKEOVER_FIRST: Label("先行接管", "Take-over first"),
    },
    ModeEvent: {
        ModeEvent.SERVICE_STARTED: Label("物业服务开始", "Service started"),
        ModeEvent.TRUST_STARTED: Label("信托制服务开始", "Trust service started"),
        ModeEvent.OWNERS_TOOK_OVER: Label("业主自行管理", "The owners took over"),
        ModeEvent.UNIT_TOOK_OVER: Label("单位接管", "The unit took over"),
        ModeEvent.TAKEN_OVER_FIRST: Label("先行接管", "Taken over first"),
        ModeEvent.TAKEN_OVER_NEARBY: Label("就近接管", "Taken over by a neighbour's company"),
        ModeEvent.MERGED_INTO_PROJECT: Label("并入项目代管", "Merged into a project"),
        ModeEvent.GIVEN_INTO_CUSTODY: Label("分片代管", "Given into custody"),
        ModeEvent.FELL_BACK: Label("社区兜底", "Fell back to the community"),
        ModeEvent.SERVICE_ENDED: Label("物业服务终止", "Service ended"),
        ModeEvent.ABANDONED: Label("弃管", "Abandoned"),
    },
    ModeMeans: {
        ModeMeans.SELECTION: Label("选聘引入", "Selection"),
        ModeMeans.CONVERSION: Label("转型自管", "Conversion to self-management"),
        ModeMeans.CUSTODY: Label("整合代管", "Custody"),
        ModeMeans.NEARBY_TAKEOVER: Label("就近接管", "Take-over by a neighbour's company"),
    },
    CostBearer: {
        CostBearer.ALL_OWNERS: Label("全体业主", "All owners"),
        CostBearer.PUBLIC_FUNDS: Label("财政资金", "Public funds"),
    },
    TitleSituation: {
        TitleSituation.CLEAR: Label("产权清晰", "Clear titles"),
        TitleSituation.SEVERAL_UNITS: Label("多产权", "Several property units"),
        TitleSituation.NO_TITLE: Label("无产权", "No titles"),
    },
    BasicItem: {
        BasicItem.CLEANING: Label("保洁", "Cleaning"),
        BasicItem.ORDER: Label("秩序维护", "Keeping order"),
        BasicItem.SECURITY: Label("安全防范", "Security"),
        BasicItem.GREENING: Label("绿化养护", "Greening"),
        BasicItem.REPAIR: Label("维修", "Repair"),
        BasicItem.PARKING: Label("停车管理", "Parking"),
        BasicItem.WASTE_REMOVAL: Label("垃圾清运", "Waste removal"),
        BasicItem.SHARED_PARTS_UPKEEP: Label("共用部位维修保养", "Upkeep of shared parts"),
    },
}
