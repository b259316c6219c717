"""Public revenue as the schema shows it (report 16)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import strawberry

from kit.graphql.connections import Connection, page_request
from kit.money import Fen, sum_fen
from policy.vocabulary import IncomeEarmark
from services.finance.domain.public_revenue import PublicRevenue as RevenueRecord
from services.finance.domain.public_revenue import RevenueHolder, RevenueKind, RevenueUse
from services.finance.domain.public_revenue import RevenueSpending as SpendingRecord
from services.finance.domain.revenue_reversal import standing
from services.finance.domain.sums_explained import explain_year
from services.finance.graphql import loaders
from services.finance.graphql.context import Context, Info
from services.finance.graphql.explained import Explanation
from services.finance.store.public_revenues import (
    find_refused_uses_of_year,
    find_revenues,
    find_revenues_of_year,
    find_spending,
    find_spendings_of_year,
    page_of_revenues,
)

for _enum, _description in (
    (RevenueKind, "Where income in an estate comes from."),
    (RevenueUse, "What public revenue is spent on."),
    (RevenueHolder, "Who takes the income in."),
    (IncomeEarmark, "What income may be used for."),
):
    strawberry.enum(_enum, description=_description)


@strawberry.type(description="All income of one kind in a year.")
class RevenueLine:
    """A kind of income, its earmark and what is left after cost."""

    kind: str = strawberry.field(description='A RevenueKind, e.g. "LIFT_ADVERT".')
    earmark: str = strawberry.field(description='An IncomeEarmark, e.g. "PROJECT_SERVICE".')
    amount: Fen = strawberry.field(description="Net, in yuan.")


@strawberry.federation.type(keys=["id"], description="One income from common parts or public space.")
class RevenueEntry:
    """An income: its gross, its proved cost, and what is left."""

    id: strawberry.ID
    estate_id: strawberry.ID
    kind: RevenueKind
    gross: Fen
    cost: Fen
    net: Fen
    earmark: IncomeEarmark
    holder: RevenueHolder
    received_on: date
    evidence_ids: list[strawberry.ID] = strawberry.field(description="The documents that prove the cost.")
    decision_id: strawberry.ID | None = strawberry.field(
        description="The owners' decision to let the common part (Civil Code, art. 278(8))."
    )
    is_held: bool = strawberry.field(description="Whether it may not be spent, since its decision was annulled.")
    taken_back_on: date | None = strawberry.field(
        description="When it was taken back as recorded wrongly; it counts in no sum then."
    )
    taken_back_for: str | None = strawberry.field(description="Why it was taken back.")
    explanation: Explanation

    @classmethod
    def of(cls, record: RevenueRecord) -> "RevenueEntry":
        """Return the income as the schema shows it."""
        return cls(
            id=strawberry.ID(record.id),
            estate_id=strawberry.ID(record.estate_id),
            kind=record.kind,
            gross=record.gross,
            cost=record.cost,
            net=record.net,
            earmark=record.earmark,
            holder=record.holder,
            received_on=record.received_on,
            evidence_ids=[strawberry.ID(one) for one in record.evidence_ids],
            decision_id=None if record.decision_id is None else strawberry.ID(record.decision_id),
            is_held=record.is_held,
            taken_back_on=None if record.taken_back is None else record.taken_back.on,
            taken_back_for=None if record.taken_back is None else record.taken_back.reason,
            explanation=Explanation.of(record.explanation),
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> "RevenueEntry | None":  # noqa: A002
        """Return the income if the caller's scope has it."""
        return await revenue_with_id(info, str(id))


@strawberry.type(description="What was spent of a purse of public revenue.")
class RevenueSpending:
    """An expense."""

    id: strawberry.ID
    earmark: IncomeEarmark
    use: RevenueUse
    amount: Fen
    spent_on: date
    for_estate_id: strawberry.ID = strawberry.field(description="The project that it serves.")
    payee: str

    @classmethod
    def of(cls, record: SpendingRecord) -> "RevenueSpending":
        """Return the expense as the schema shows it."""
        return cls(
            id=strawberry.ID(record.id),
            earmark=record.earmark,
            use=record.use,
            amount=record.amount,
            spent_on=record.spent_on,
            for_estate_id=strawberry.ID(record.for_estate_id),
            payee=record.payee,
        )


@strawberry.type(description="An estate's public revenue of a calendar year.")
class PublicRevenue:
    """What came in, what it cost, what is left, and how often a wrong use of it was refused."""

    records: strawberry.Private[Sequence[RevenueRecord]]

    year: int
    gross: Fen
    cost: Fen
    net: Fen
    earmark_violations: int = strawberry.field(description="Wrong uses that were refused; nothing of them was paid.")
    by_kind: list[RevenueLine]
    entries: list[RevenueEntry]
    spendings: list[RevenueSpending]

    @classmethod
    def of(
        cls, year: int, revenues: Sequence[RevenueRecord], spendings: Sequence[SpendingRecord], *, violations: int
    ) -> "PublicRevenue":
        """Return the year as the schema shows it; what was taken back is an entry, and in no sum."""
        counted = standing(revenues)
        return cls(
            records=counted,
            year=year,
            gross=sum_fen(one.gross for one in counted),
            cost=sum_fen(one.cost for one in counted),
            net=sum_fen(one.net for one in counted),
            earmark_violations=violations,
            by_kind=_lines(counted),
            entries=[RevenueEntry.of(one) for one in revenues],
            spendings=[RevenueSpending.of(one) for one in spendings],
        )

    @strawberry.field(description="How the net of the year came about.")
    def explanation(self, info: Info) -> Explanation:
        """Return the sums that it is made of."""
        version = info.context.policies.latest.national(info.context.today)
        return Explanation.of(explain_year(self.records, policy_version_id=version.id))


@strawberry.type
class RevenueOfEstate:
    """The public revenue of an estate."""

    id: strawberry.ID

    @strawberry.field(description="The estate's public revenue of a calendar year; all owners may read it.")
    async def public_revenue(self, info: Info, year: int) -> PublicRevenue | None:
        """Return the year's revenue; null when finance does not know the estate, or it is out of scope."""
        if await info.context.load(loaders.estates_by_id, str(self.id)) is None:
            return None
        key = (str(self.id), year)
        revenues = await info.context.load(revenues_by_estate_and_year, key)
        spendings = await info.context.load(spendings_by_estate_and_year, key)
        violations = await info.context.load(refused_uses_by_estate_and_year, key)
        return PublicRevenue.of(year, revenues or [], spendings or [], violations=violations or 0)


@strawberry.type
class RevenueEntryConnection(Connection):
    """A page of incomes."""

    nodes: list[RevenueEntry]


@strawberry.type
class RevenueQueries:
    """Public revenue of a whole district."""

    @strawberry.field(
        description="The incomes of a district in a calendar year with their earmarks, by day (report 16)."
    )
    async def public_revenues(
        self, info: Info, district: str, year: int, first: int = 50, after: str | None = None
    ) -> RevenueEntryConnection:
        """Return a page of the incomes that the caller's scope has."""
        page = page_request(first=first, after=after, parts=2)
        begin = None if page.after is None else (str(page.after[0]), str(page.after[1]))
        rows = await page_of_revenues(
            info.context.mongo, district, year, after=begin, limit=page.limit, scope=info.context.scope
        )
        shown, page_info = page.cut(rows, key=lambda one: (one.received_on.isoformat(), one.id))
        return RevenueEntryConnection(nodes=[RevenueEntry.of(row) for row in shown], page_info=page_info)


async def revenues_by_estate_and_year(
    context: Context, keys: Sequence[tuple[str, int]]
) -> Mapping[tuple[str, int], list[RevenueRecord]]:
    """Return the incomes of estates and years."""
    found: dict[tuple[str, int], list[RevenueRecord]] = {}
    for year, estate_ids in _by_year(keys):
        of_year = await find_revenues_of_year(context.mongo, estate_ids, year, scope=context.scope)
        found |= {(estate_id, year): revenues for estate_id, revenues in of_year.items()}
    return found


async def revenues_by_id(context: Context, ids: Sequence[str]) -> Mapping[str, RevenueRecord]:
    """Return incomes by id."""
    return await find_revenues(context.mongo, ids, scope=context.scope)


async def spendings_by_estate_and_year(
    context: Context, keys: Sequence[tuple[str, int]]
) -> Mapping[tuple[str, int], list[SpendingRecord]]:
    """Return the expenses of estates and years."""
    found: dict[tuple[str, int], list[SpendingRecord]] = {}
    for year, estate_ids in _by_year(keys):
        of_year = await find_spendings_of_year(context.mongo, estate_ids, year, scope=context.scope)
        found |= {(estate_id, year): spendings for estate_id, spendings in of_year.items()}
    return found


async def refused_uses_by_estate_and_year(
    context: Context, keys: Sequence[tuple[str, int]]
) -> Mapping[tuple[str, int], int]:
    """Return how many wrong uses were refused, of estates and years."""
    found: dict[tuple[str, int], int] = {}
    for year, estate_ids in _by_year(keys):
        of_year = await find_refused_uses_of_year(context.mongo, estate_ids, year, scope=context.scope)
        found |= {(estate_id, year): count for estate_id, count in of_year.items()}
    return found


async def revenue_with_id(info: Info, revenue_id: str) -> RevenueEntry | None:
    """Return the income if the caller's scope has it."""
    record = await info.context.load(revenues_by_id, revenue_id)
    return None if record is None else RevenueEntry.of(record)


async def spending_with_id(info: Info, spending_id: str) -> RevenueSpending | None:
    """Return the expense if the caller's scope has it."""
    record = await find_spending(info.context.mongo, spending_id, scope=info.context.scope)
    return None if record is None else RevenueSpending.of(record)


def _by_year(keys: Iterable[tuple[str, int]]) -> list[tuple[int, list[str]]]:
    years: dict[int, list[str]] = {}
    for estate_id, year in keys:
        years.setdefault(year, []).append(estate_id)
    return sorted(years.items())


def _lines(revenues: Sequence[RevenueRecord]) -> list[RevenueLine]:
    amounts: dict[tuple[RevenueKind, IncomeEarmark], list[Fen]] = {}
    for one in revenues:
        amounts.setdefault((one.kind, one.earmark), []).append(one.net)
    return [
        RevenueLine(kind=kind.value, earmark=earmark.value, amount=sum_fen(nets))
        for (kind, earmark), nets in sorted(amounts.items())
    ]
