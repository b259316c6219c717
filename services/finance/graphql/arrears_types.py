"""Arrears and dunning as the schema shows them (report 11)."""

from datetime import date

import strawberry

from kit.errors import ValidationFailed
from kit.graphql.connections import Connection, page_request
from kit.money import Fen
from kit.ratio import Ratio
from services.finance.domain.arrears import ArrearsPosition as PositionRecord
from services.finance.domain.lead_payer import LeadPayerKind, report, require_reader
from services.finance.domain.lead_payer import LeadPayerLine as LineRecord
from services.finance.graphql import loaders
from services.finance.graphql.context import Info
from services.finance.graphql.explained import Explanation
from services.finance.graphql.loaders import latest_positions_by_estate
from services.finance.store.arrears_positions import page_of_latest_positions
from services.finance.store.bills import find_bills_of_owners
from services.finance.store.lead_payers import find_lead_payers
from services.finance.use_cases.measure_arrears import arrears_of_estate


@strawberry.type(description="How much of what an estate's owners should have paid by a day is overdue.")
class ArrearsPosition:
    """The arrears of an estate at the end of a day."""

    estate_id: strawberry.ID
    as_of: date
    due: Fen = strawberry.field(description="Billed and due until that day.")
    overdue: Fen = strawberry.field(description="Of it unpaid after the due day.")
    ratio: Ratio | None = strawberry.field(description="overdue ÷ due, rounded for showing; null where nothing is due.")
    household_ratio: Ratio | None = strawberry.field(description="The share of doors with something overdue (A-12).")
    threshold_reached: bool = strawberry.field(description="Compared exactly; the threshold is included.")
    threshold: Ratio | None = strawberry.field(description="Null where the district's document has none.")
    reached_since: date | None = strawberry.field(
        description="The first measured day on end on which it was reached; null for a position that is not kept."
    )
    debtor_count: int = strawberry.field(description="The doors with something overdue.")
    explanation: Explanation | None

    @classmethod
    def of(cls, record: PositionRecord) -> "ArrearsPosition":
        """Return the position as the schema shows it."""
        return cls(
            estate_id=strawberry.ID(record.estate_id),
            as_of=record.as_of,
            due=record.due,
            overdue=record.overdue,
            ratio=record.ratio,
            household_ratio=record.household_ratio,
            threshold_reached=record.threshold_reached,
            threshold=record.threshold,
            reached_since=record.reached_since,
            debtor_count=record.debtor_doors,
            explanation=None if record.explanation is None else Explanation.of(record.explanation),
        )


@strawberry.type(description="What is posted in a prominent place: the door, the amount and the day, never a name.")
class DunningNotice:
    """A posted notice (ZG-07)."""

    door_number: str
    amount: Fen
    pay_by: date


@strawberry.type
class ArrearsOfEstate:
    """The arrears of an estate."""

    id: strawberry.ID

    @strawberry.field(
        description=(
            "The arrears at the end of a day, as they were then; without a day what was measured last, else today's."
        )
    )
    async def arrears(self, info: Info, as_of: date | None = None) -> ArrearsPosition | None:
        """Return the position; null when finance does not know the estate, or it is out of scope."""
        estate = await info.context.load(loaders.estates_by_id, str(self.id))
        if estate is None:
            return None
        if as_of is not None and as_of > info.context.today:
            raise ValidationFailed("arrears are known up to today", path=("asOf",), value=as_of.isoformat())
        measured = None if as_of else await info.context.load(latest_positions_by_estate, str(self.id))
        if measured is None:
            policies = await info.context.policies.as_recorded(info.context.mongo)
            day = as_of or info.context.today
            measured = await arrears_of_estate(info.context.mongo, estate, day, policies=policies)
        return ArrearsPosition.of(measured)


strawberry.enum(LeadPayerKind, description="Who is urged to pay first.")


@strawberry.type(description="The public employees, or party members, of an estate, without names.")
class LeadPayerLine:
    """How many there are, and what they owe."""

    kind: LeadPayerKind
    owners: int
    debtors: int = strawberry.field(description="Of them with something overdue.")
    overdue: Fen

    @classmethod
    def of(cls, record: LineRecord) -> "LeadPayerLine":
        """Return the line as the schema shows it."""
        return cls(kind=record.kind, owners=record.owners, debtors=record.debtors, overdue=record.overdue)


@strawberry.type
class ArrearsPositionConnection(Connection):
    """A page of the arrears list."""

    nodes: list[ArrearsPosition]


@strawberry.type
class ArrearsQueries:
    """The arrears of a whole district."""

    @strawberry.field(
        description="Whether those who are urged to pay first do, without names; FORBIDDEN_ACTOR but for the offices."
    )
    async def lead_payer_report(self, info: Info, estate_id: strawberry.ID) -> list[LeadPayerLine]:
        """Return a line for each kind (ZG-09)."""
        context = info.context
        require_reader(context.caller)
        payers = await find_lead_payers(context.mongo, str(estate_id), scope=context.scope)
        bills = await find_bills_of_owners(context.mongo, [one.owner_id for one in payers], scope=context.scope)
        return [LeadPayerLine.of(line) for line in report(payers, bills, today=context.today)]

    @strawberry.field(
        description="The last measured arrears of a district's estates, with ratio and gate date (report 11)."
    )
    async def arrears_list(
        self, info: Info, district: str, first: int = 50, after: str | None = None
    ) -> ArrearsPositionConnection:
        """Return a page of the positions that the caller's scope has."""
        page = page_request(first=first, after=after)
        rows = await page_of_latest_positions(
            info.context.mongo,
            district,
            after=None if page.after is None else str(page.after[0]),
            limit=page.limit,
            scope=info.context.scope,
        )
        shown, page_info = page.cut(rows, key=lambda one: (one.estate_id,))
        return ArrearsPositionConnection(nodes=[ArrearsPosition.of(row) for row in shown], page_info=page_info)
