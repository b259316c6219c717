"""The words of management modes as enums of the schema; imported before any type or input mentions one of them."""

import strawberry

from policy.vocabulary import CostBearer, ModeMeans
from services.registry.domain.mode import BasicItem, ManagementMode, ModeEvent
from services.registry.domain.mode_rules import TitleSituation

for _enum, _description in (
    (ManagementMode, "How an estate is managed; NONE when nobody manages it."),
    (ModeEvent, "What brings an estate under another mode."),
    (ModeMeans, "The means by which an estate comes under management, where a document tells them apart."),
    (CostBearer, "Who bears the cost of a service that no contract prices."),
    (BasicItem, "The items of basic service."),
    (TitleSituation, "How the homes of an estate are owned, as far as a market needs it."),
):
    strawberry.enum(_enum, description=_description)

__all__ = ["BasicItem", "CostBearer", "ManagementMode", "ModeEvent", "ModeMeans", "TitleSituation"]
