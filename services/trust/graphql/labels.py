"""The enum values of trust in people's words."""

from kit.graphql.labels import EnumLabels, Label
from services.trust.domain.trust_terms import RemunerationKind, TrustFundSource

LABELS = EnumLabels(
    "trust",
    {
        RemunerationKind: {
            RemunerationKind.FIXED: Label("固定酬金", "A fixed sum"),
            RemunerationKind.PERCENT_OF_SPEND: Label("按支出比例", "A share of what is spent"),
            RemunerationKind.PERCENT_OF_RECEIPTS: Label("按收入比例", "A share of what is received"),
        },
        TrustFundSource: {
            TrustFundSource.PROPERTY_FEES: Label("物业费", "Property fees"),
            TrustFundSource.PUBLIC_REVENUE: Label("公共收益", "Public revenue"),
        },
    },
)
