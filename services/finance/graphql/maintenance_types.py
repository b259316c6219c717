"""The maintenance funds as the schema shows them: fund, door sub-account and yearly statement."""

from datetime import date

import strawberry

from kit.area import Area
from kit.errors import ValidationFailed
from kit.money import Fen, sum_fen
from services.finance.domain.maintenance_explained import explain_fund, explain_statement
from services.finance.domain.maintenance_fund import MaintenanceFund as FundRecord
from services.finance.domain.maintenance_fund import SubAccount as SubAccountRecord
from services.finance.domain.maintenance_fund import needs_top_up
from services.finance.domain.maintenance_ledger import door_account_id, pool_account_id
from services.finance.domain.maintenance_statement import AnnualStatement as StatementRecord
from services.finance.domain.maintenance_statement import sum_of_all_years
from services.finance.graphql import maintenance_loaders as loaders
from services.finance.graphql.context import Info
from services.finance.graphql.custody_types import CustodyAccount
from services.finance.graphql.explained import Explanation
from services.finance.graphql.maintenance_deposit_types import MaintenanceDeposit
from services.finance.graphql.maintenance_enums import MaintenanceFundKind
from services.finance.graphql.maintenance_use_types import MaintenanceUse
from services.finance.store.maintenance_funds import MOST_SUB_ACCOUNTS, page_of_sub_accounts, sub_accounts_of_fund
from services.finance.store.maintenance_movements import latest_statement, movements_of_account
from services.finance.use_cases.publish_fund_statement import statements_of_fund


@strawberry.type(description="One line of a yearly statement: of a door, or of the pool.")
class StatementLine:
    """A door's year in a fund; the door number is null for the estate's pool."""

    door_number: str | None
    opening: Fen
    deposits: Fen
    matches: Fen
    interest: Fen
    uses: Fen
    refunds: Fen
    closing: Fen

    @classmethod
    def of(cls, door_number: str | None, statement: StatementRecord) -> "StatementLine":
        """Return a door's statement as a line."""
        return cls(
            door_number=door_number,
            opening=statement.opening,
            deposits=statement.deposits,
            matches=statement.matches,
            interest=statement.interest,
            uses=statement.uses,
            refunds=statement.refunds,
            closing=statement.closing,
        )


@strawberry.type(description="What a fund paid for one use in a year.")
class PaidProject:
    """A project of a yearly statement."""

    purpose: str
    paid_on: date = strawberry.field(description="The bank's day; of several payments the last one.")
    amount: Fen


@strawberry.type(
    description="A year of a maintenance fund: opening + deposits + matches + interest − uses − refunds = closing."
)
class AnnualStatement:
    """The yearly statement; as the books stand now until it is published."""

    fund: strawberry.Private[FundRecord]

    year: int
    opening: Fen
    deposits: Fen
    matches: Fen = strawberry.field(description="The public match, less what was taken back with a refund.")
    interest: Fen = strawberry.field(description="Interest, and the other income that rolls over.")
    income: Fen = strawberry.field(description="How much of the interest is other income that rolls over.")
    uses: Fen
    refunds: Fen
    closing: Fen
    published_on: date | None = strawberry.field(description="When it was last published; null until then.")
    revision: int | None = strawberry.field(description="How often it was published; null until then.")
    bank_balance: Fen | None = strawberry.field(description="The bank's balance that it was reconciled with.")
    explanation: Explanation

    @strawberry.field(description="What was paid for in the year, the earliest first; the sum is `uses` (art. 30).")
    async def projects(self, info: Info) -> list[PaidProject]:
        """Return the year's projects."""
        made = await statements_of_fund(info.context.mongo, self.fund.id, self.year)
        return [PaidProject(purpose=one.purpose, paid_on=one.paid_on, amount=one.amount) for one in made.projects]

    @strawberry.field(description="Each door's year, by door number, and the pool's as the last line.")
    async def lines(self, info: Info) -> list[StatementLine]:
        """Return the statement by account."""
        made = await statements_of_fund(info.context.mongo, self.fund.id, self.year)
        return [
            *(StatementLine.of(sub.door_number, statement) for sub, statement in made.doors),
            StatementLine.of(None, made.pool),
        ]


@strawberry.federation.type(keys=["id"], description="The sub-account of one door in a maintenance fund.")
class MaintenanceSubAccount:
    """A door's account; it stays with the part when the home is sold."""

    record: strawberry.Private[SubAccountRecord]

    id: strawberry.ID
    door_number: str
    area: Area = strawberry.field(description="The area that the first deposit was computed on, in m².")
    first_deposit: Fen = strawberry.field(description="0.00 for a door that is not opened.")
    opened_on: date
    closed_on: date | None = strawberry.field(description="When the balance went back because the home is no more.")

    @classmethod
    def of(cls, record: SubAccountRecord) -> "MaintenanceSubAccount":
        """Return the sub-account as the schema shows it."""
        return cls(
            record=record,
            id=strawberry.ID(record.id),
            door_number=record.door_number,
            area=record.area,
            first_deposit=record.first_deposit,
            opened_on=record.opened_on,
            closed_on=record.closed_on,
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> "MaintenanceSubAccount | None":  # noqa: A002
        """Return the sub-account if the caller's scope has it."""
        return await sub_account_with_id(info, id)

    @strawberry.field(description="What the fund owes this door now.")
    async def balance(self, info: Info) -> Fen:
        """Return the balance of the door's ledger account."""
        return await _balance(info, door_account_id(self.record.id))

    @strawberry.field(
        description="Whether the balance is below 30 % of the first deposit; never for a door not opened."
    )
    async def top_up_required(self, info: Info) -> bool:
        """Return whether the door is on the top-up list."""
        return await _is_on_top_up_list(info, self.record)

    @strawberry.field(description="What was confirmed for the door, the earliest first; each with its match.")
    async def deposits(self, info: Info) -> list[MaintenanceDeposit]:
        """Return the door's deposits, refunded ones too."""
        deposits = await info.context.load(loaders.deposits_by_sub_account, self.record.id)
        return [MaintenanceDeposit.of(deposit) for deposit in deposits or []]

    @strawberry.field(description="How the balance came about, over all years.")
    async def explanation(self, info: Info) -> Explanation | None:
        """Return the sums of the door's movements by reason."""
        moved = await movements_of_account(
            info.context.mongo,
            door_account_id(self.record.id),
            info.context.today,
            scope=loaders.OF_VISIBLE_FUNDS,
        )
        fund = await info.context.load(loaders.funds_of_doors, self.record.fund_id)
        if fund is None:
            return None
        since = sum_of_all_years(moved, info.context.today.year)
        return Explanation.of(explain_statement(since, policy_version_id=fund.policy_version_id))


@strawberry.federation.type(
    keys=["id"], description="A maintenance fund (维修资金) of an estate; it belongs to its owners (ZG-32)."
)
class MaintenanceFund:
    """A fund: its doors and its pool sum to its balance."""

    record: strawberry.Private[FundRecord]

    id: strawberry.ID
    kind: MaintenanceFundKind
    opened_on: date
    balance: Fen = strawberry.field(description="What came in less what went out; the fund's money at the bank.")
    contributed: Fen = strawberry.field(description="Confirmed deposits less refunds.")
    matched: Fen = strawberry.field(description="The public match less what was taken back.")
    policy_version_id: str

    @classmethod
    def of(cls, record: FundRecord) -> "MaintenanceFund":
        """Return the fund as the schema shows it."""
        return cls(
            record=record,
            id=strawberry.ID(record.id),
            kind=record.kind,
            opened_on=record.opened_on,
            balance=record.balance,
            contributed=record.contributed,
            matched=record.matched,
            policy_version_id=record.policy_version_id,
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> "MaintenanceFund | None":  # noqa: A002
        """Return the fund if the caller's scope has it."""
        return await fund_with_id(info, id)

    @strawberry.field(description="The account that holds the money; its holder keeps it for the owners.")
    async def custody(self, info: Info) -> CustodyAccount:
        """Return the custody account of the fund."""
        account = await info.context.load(loaders.accounts_of_funds, self.record.custody_account_id)
        assert account is not None
        return CustodyAccount.of(account)

    @strawberry.field(description="The estate's pool: match, income that rolls over, what interest and shares leave.")
    async def pool_balance(self, info: Info) -> Fen:
        """Return the balance of the pool's ledger account."""
        return await _balance(info, pool_account_id(self.record.id))

    @strawberry.field(description="The door sub-accounts in the order of their ids, 1 to 200 after the id `after`.")
    async def sub_accounts(self, info: Info, first: int = 50, after: str | None = None) -> list[MaintenanceSubAccount]:
        """Return a page of the fund's doors; each is published to all owners (art. 30)."""
        if not 1 <= first <= MOST_SUB_ACCOUNTS:
            raise ValidationFailed(f"a page has 1 to {MOST_SUB_ACCOUNTS} lines", path=("first",), value=first)
        page = await page_of_sub_accounts(
            info.context.mongo, self.record.id, scope=loaders.OF_VISIBLE_FUNDS, after=after or "", first=first
        )
        return [MaintenanceSubAccount.of(record) for record in page]

    @strawberry.field(description="The doors that are below the line of their first deposit, by door number (art. 17).")
    async def top_up_list(self, info: Info) -> list[MaintenanceSubAccount]:
        """Return the top-up list; a door that is not opened is not on it."""
        subs = await sub_accounts_of_fund(info.context.mongo, self.record.id, scope=loaders.OF_VISIBLE_FUNDS)
        return [MaintenanceSubAccount.of(record) for record in subs if await _is_on_top_up_list(info, record)]

    @strawberry.field(description="The uses of the fund, the earliest proposed first.")
    async def uses(self, info: Info) -> list[MaintenanceUse]:
        """Return the fund's uses."""
        uses = await info.context.load(loaders.uses_by_fund, self.record.id)
        return [MaintenanceUse.of(use) for use in uses or []]

    @strawberry.field(description="The statement of a year; null for a year before the fund, or still to come.")
    async def annual_statement(self, info: Info, year: int) -> AnnualStatement | None:
        """Return the published statement of the year, or else what the books say now."""
        if not self.record.opened_on.year <= year <= info.context.today.year:
            return None
        mongo = info.context.mongo
        published = await latest_statement(mongo, self.record.id, year, scope=loaders.OF_VISIBLE_FUNDS)
        statement = (
            (await statements_of_fund(mongo, self.record.id, year)).whole if published is None else published.statement
        )
        version_id = self.record.policy_version_id
        return AnnualStatement(
            fund=self.record,
            year=year,
            opening=statement.opening,
            deposits=statement.deposits,
            matches=statement.matches,
            interest=statement.interest,
            income=statement.income,
            uses=statement.uses,
            refunds=statement.refunds,
            closing=statement.closing,
            published_on=None if published is None else published.published_on,
            revision=None if published is None else published.revision,
            bank_balance=None if published is None else published.bank_balance,
            explanation=Explanation.of(explain_statement(statement, policy_version_id=version_id)),
        )

    @strawberry.field(description="How the balance is made of doors and pool.")
    async def explanation(self, info: Info) -> Explanation:
        """Return the sum of the ledger's door and pool accounts."""
        subs = await sub_accounts_of_fund(info.context.mongo, self.record.id, scope=loaders.OF_VISIBLE_FUNDS)
        doors = await info.context.load_many(loaders.balances_by_account, [door_account_id(sub.id) for sub in subs])
        fund, policy = self.record, None
        if fund.kind is MaintenanceFundKind.OLD_ESTATE:
            policies = await info.context.policies.as_recorded(info.context.mongo)
            policy = policies.at(fund.district, fund.opened_on, estate_id=fund.estate_id).maintenance_fund
        return Explanation.of(
            explain_fund(
                policy=policy,
                doors=sum_fen(doors),
                door_count=len(subs),
                pool=await _balance(info, pool_account_id(self.record.id)),
                balance=self.record.balance,
                policy_version_id=self.record.policy_version_id,
            )
        )


@strawberry.type
class FundsOfEstate:
    """What maintenance funds add to an estate."""

    id: strawberry.ID

    @strawberry.field(
        description="The fund of that kind; without a kind the one that the district's document names as its own."
    )
    async def maintenance_fund(self, info: Info, kind: MaintenanceFundKind | None = None) -> MaintenanceFund | None:
        """Return the estate's fund; null if it has none, or is out of the caller's scope."""
        return await fund_of_estate(info, str(self.id), kind)

    @strawberry.field(description="The estate's maintenance funds; null for an estate without any.")
    async def maintenance_funds(self, info: Info) -> list[MaintenanceFund] | None:
        """Return both funds, as far as they are opened."""
        funds = await info.context.load(loaders.funds_by_estate, str(self.id))
        return [MaintenanceFund.of(fund) for fund in funds] if funds else None


@strawberry.type
class FundsOfPart:
    """What maintenance funds add to an exclusive part."""

    id: strawberry.ID

    @strawberry.field(description="The door's sub-account in the estate's own fund; null if the door has none.")
    async def maintenance_sub_account(
        self, info: Info, kind: MaintenanceFundKind | None = None
    ) -> MaintenanceSubAccount | None:
        """Return the part's sub-account of that kind of fund, else of the estate's own, if the caller sees it."""
        subs = await info.context.load(loaders.sub_accounts_by_part, str(self.id))
        if not subs:
            return None
        wanted = kind or await info.context.load(loaders.own_kinds_by_estate, subs[0].estate_id)
        funds = await info.context.load_many(loaders.funds_of_doors, [sub.fund_id for sub in subs])
        of_kind = {fund.id for fund in funds if fund.kind is wanted}
        return next((MaintenanceSubAccount.of(sub) for sub in subs if sub.fund_id in of_kind), None)


async def fund_of_estate(info: Info, estate_id: str, kind: MaintenanceFundKind | None) -> MaintenanceFund | None:
    """Return the estate's fund of the kind, or else its own, if the caller's scope has it."""
    funds = await info.context.load(loaders.funds_by_estate, estate_id)
    if not funds:
        return None
    wanted = kind or await info.context.load(loaders.own_kinds_by_estate, estate_id)
    return next((MaintenanceFund.of(fund) for fund in funds if fund.kind is wanted), None)


async def fund_with_id(info: Info, id: str) -> MaintenanceFund | None:  # noqa: A002
    """Return the fund if the caller's scope has it."""
    record = await info.context.load(loaders.funds_by_id, str(id))
    return None if record is None else MaintenanceFund.of(record)


async def sub_account_with_id(info: Info, id: str) -> MaintenanceSubAccount | None:  # noqa: A002
    """Return the sub-account if the caller's scope has it."""
    record = await info.context.load(loaders.sub_accounts_by_id, str(id))
    return None if record is None else MaintenanceSubAccount.of(record)


async def _balance(info: Info, account_id: str) -> Fen:
    balance = await info.context.load(loaders.balances_by_account, account_id)
    return Fen(0) if balance is None else balance


async def _is_on_top_up_list(info: Info, sub: SubAccountRecord) -> bool:
    below = await info.context.load(loaders.top_up_lines_by_fund, sub.fund_id)
    balance = await _balance(info, door_account_id(sub.id))
    return below is not None and needs_top_up(balance=balance, first_deposit=sub.first_deposit, below=below)
