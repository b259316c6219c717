"""The enum values of inspection in people's words."""

from kit.graphql.labels import EnumLabels, Label
from services.inspection.domain.credit import BlacklistReason

LABELS = EnumLabels(
    "inspection",
    {
        BlacklistReason: {
            BlacklistReason.LOW_SCORES: Label("连续年度信用记分不高于限值", "Low credit scores in consecutive years"),
            BlacklistReason.SERIOUS_DISHONESTY: Label("存在严重失信行为", "A serious dishonesty act"),
        },
    },
)
