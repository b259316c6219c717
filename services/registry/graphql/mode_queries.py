"""What can be asked about passing modes at the root: which of them nobody has looked at in time."""

from datetime import date

import strawberry

from kit.graphql.connections import Connection, page_request
from services.registry.graphql import estate_types
from services.registry.graphql.context import Info
from services.registry.graphql.inputs.modes import OverdueReviewFilter
from services.registry.graphql.mode_types import ModeRecord
from services.registry.store.modes import EstateModes, PlaceFilter, page_past_review, review_key


@strawberry.type(description="An estate whose passing mode should have been looked at.")
class OverdueReview:
    """An estate past its review."""

    estate_id: strawberry.Private[str]
    record: ModeRecord = strawberry.field(description="The mode that holds, with its reviews.")
    days_overdue: int = strawberry.field(description="Days since the day of review, from 1.")

    @strawberry.field(description="The estate.")
    async def estate(self, info: Info) -> estate_types.Estate:
        found = await estate_types.estate(info.context, self.estate_id)
        assert found is not None
        return found


@strawberry.type(description="A page of estates past their review.")
class OverdueReviewConnection(Connection):
    """A page of estates past their review."""

    nodes: list[OverdueReview]


@strawberry.type
class ModeQueries:
    """The root fields of modes."""

    @strawberry.field(
        description="The estates in fall-back, take-over first or custody whose day of review has passed with nothing "
        "done, the longest overdue first, 1 to 100 a page."
    )
    async def overdue_reviews(
        self,
        info: Info,
        filter: OverdueReviewFilter | None = None,  # noqa: A002
        first: int = 20,
        after: str | None = None,
    ) -> OverdueReviewConnection:
        context = info.context
        page = page_request(first=first, after=after)
        found = await page_past_review(
            context.mongo,
            PlaceFilter() if filter is None else filter.places(),
            today=context.today,
            scope=context.scope,
            after=None if page.after is None else str(page.after[0]),
            limit=page.limit,
        )
        shown, page_info = page.cut(found, key=lambda modes: (_key(modes),))
        return OverdueReviewConnection(nodes=[_overdue(modes, context.today) for modes in shown], page_info=page_info)


def _key(modes: EstateModes) -> str:
    key = review_key(modes.history[-1], modes.estate_id)
    assert key is not None
    return key


def _overdue(modes: EstateModes, today: date) -> OverdueReview:
    latest = modes.history[-1]
    assert latest.review_on is not None
    return OverdueReview(
        estate_id=modes.estate_id, record=ModeRecord.of(latest), days_overdue=(today - latest.review_on).days
    )
