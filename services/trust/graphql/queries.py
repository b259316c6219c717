"""Trust's root queries."""

import strawberry

from kit.graphql.labels import EnumLabelSet
from services.trust.graphql.labels import LABELS


@strawberry.type
class Query:
    """What can be asked of trust; its terms are asked for through the contract."""

    trust_enum_labels: list[EnumLabelSet] = LABELS.query_field()
