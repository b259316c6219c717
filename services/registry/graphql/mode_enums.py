"""The words of management modes as enums of the schema; imported before any type or input mentions one of them."""

import strawberry

from policy.vocabulary import CostBearer, ModeMeans
from policy.vocabulary import ServiceItem as ServiceItemKind
from services.registry.domain.mode import ManagementMode, ModeEvent
from services.registry.domain.mode_rules import TitleSituation

for _enum, _description in (
    (ManagementMode, "How an estate is managed; NONE when nobody manages it."),
    (ModeEvent, "What brings an estate under another mode."),
    (ModeMeans, "The means by which an estate comes under management, where a document tells them apart."),
    (CostBearer, "Who bears the cost of a service that no contract prices."),
    (TitleSituation, "How the homes of an estate are owned, as far as a market needs it."),
):
    strawberry.enum(_enum, description=_description)

strawberry.enum(ServiceItemKind, name="BasicServiceItem", description="The items of basic service.")

__all__ = ["CostBearer", "ManagementMode", "ModeEvent", "ModeMeans", "ServiceItemKind", "TitleSituation"]
