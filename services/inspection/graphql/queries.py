"""Inspection's root queries."""

from datetime import date

import strawberry

from kit.graphql.labels import EnumLabelSet
from kit.graphql.scalars import DistrictCode
from policy.instruments.oversight import CreditPolicy
from services.inspection.graphql.context import Info
from services.inspection.graphql.labels import LABELS
from services.inspection.graphql.types import BlacklistEntry, shown_entries
from services.inspection.store.credit_records import find_listed_records


@strawberry.type
class Query:
    """What can be asked of inspection."""

    inspection_enum_labels: list[EnumLabelSet] = LABELS.query_field()

    @strawberry.field(
        description="The published blacklist (失信黑名单) of a district on a day, by default today, the latest entry "
        "first. INSTRUMENT_NOT_AVAILABLE for a district whose documents have none."
    )
    async def blacklist(
        self, info: Info, district: DistrictCode, active_on: date | None = None
    ) -> list[BlacklistEntry]:
        """Return the entries that hold on the day; refuses where the district has no blacklist in force that day."""
        day = info.context.today if active_on is None else active_on
        policies = await info.context.policies.as_recorded(info.context.mongo)
        policies.at(district, day).instrument(CreditPolicy)
        return shown_entries(await find_listed_records(info.context.mongo, district), active_on=day)
