"""The yearly statement of a fund is made from its movements, reconciled and published (Decree 165, arts. 30, 31)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kit.caller import Scope
from kit.idempotency import Outcome
from kit.ids import new_id
from kit.ledger.store import account_states
from kit.money import Fen, sum_fen
from kit.mongo import Reader, UnitOfWork
from services.finance.domain.maintenance_fund import MaintenanceFund, SubAccount
from services.finance.domain.maintenance_ledger import door_account_id, pool_account_id
from services.finance.domain.maintenance_statement import (
    AnnualStatement,
    FundMovement,
    PaidProject,
    PublishedStatement,
    StatementNotReconciled,
    check_publication,
    projects_of,
    statement_of,
)
from services.finance.events import MaintenanceStatementPublished
from services.finance.store.maintenance_funds import save_fund, sub_accounts_of_fund
from services.finance.store.maintenance_movements import (
    insert_statement,
    latest_statement,
    movements_until,
)
from services.finance.store.maintenance_uses import find_uses_of_funds
from services.finance.use_cases.fund_postings import CUSTODIANS, PATH, fund_in_scope

WHOLE_FUND = Scope.everything()
"""Who sees a fund sees its whole statement, each door's line included (art. 30)."""


@dataclass(frozen=True)
class PublishStatement:
    """The command: the year, and what the bank states for its last day."""

    fund_id: str
    year: int
    bank_balance: Fen


@dataclass(frozen=True)
class FundStatements:
    """A year of a fund: as a whole, of its pool, of each door, and the projects that it paid for."""

    whole: AnnualStatement
    pool: AnnualStatement
    doors: tuple[tuple[SubAccount, AnnualStatement], ...]
    projects: tuple[PaidProject, ...] = ()


async def statements_of_fund(reader: Reader, fund_id: str, year: int) -> FundStatements:
    """Return the statements of a year from the movements of a fund that the caller was found to see."""
    moved = await movements_until(reader, fund_id, date(year, 12, 31), scope=WHOLE_FUND)
    by_account: dict[str, list[FundMovement]] = {}
    for movement in moved:
        by_account.setdefault(movement.account_id, []).append(movement)
    subs = await sub_accounts_of_fund(reader, fund_id, scope=WHOLE_FUND)
    uses = (await find_uses_of_funds(reader, [fund_id], scope=WHOLE_FUND)).get(fund_id, [])
    purposes = {posting_id: (use.id, use.purpose) for use in uses for posting_id in use.posting_ids}
    return FundStatements(
        whole=statement_of(moved, year=year),
        pool=statement_of(by_account.get(pool_account_id(fund_id), ()), year=year),
        doors=tuple(
            (sub, statement_of(by_account.get(door_account_id(sub.id), ()), year=year))
            for sub in subs
            if sub.opened_on.year <= year
        ),
        projects=projects_of(moved, year=year, purposes=purposes),
    )


async def publish_statement(work: UnitOfWork, command: PublishStatement) -> Outcome:
    """Publish the statement of a year and return its id as `statement` (F18); publishing again is a new revision.

    Raises ForbiddenActor, FundUnknown, StatementYearInvalid, YearNotOver, StatementNotReconciled.
    """
    work.caller.require_role(*CUSTODIANS)
    place = await fund_in_scope(work, command.fund_id)
    fund = place.fund
    made = await statements_of_fund(work, fund.id, command.year) if 1 <= command.year <= work.today.year else None
    statements = made or FundStatements(statement_of((), year=command.year), statement_of((), year=command.year), ())
    check_publication(
        statements.whole,
        doors=[statement for _, statement in statements.doors],
        pool=statements.pool,
        bank_balance=command.bank_balance,
        opened_on=fund.opened_on,
        today=work.today,
        path=PATH,
    )
    await _check_accounts(work, fund, [sub for sub, _ in statements.doors])
    last = await latest_statement(work, fund.id, command.year, scope=work.caller.scope)
    published = PublishedStatement(
        id=new_id("mst"),
        fund_id=fund.id,
        revision=1 if last is None else last.revision + 1,
        published_on=work.today,
        bank_balance=command.bank_balance,
        statement=statements.whole,
    )
    await insert_statement(work, fund, published, areas=place.areas)
    # Whoever moves money of the fund just now meets this at the fund: one of the two runs again.
    await save_fund(work, fund)
    work.announce(MaintenanceStatementPublished.of(fund, published))
    return Outcome(
        entity_ids={"maintenanceFund": fund.id, "statement": published.id}, policy_version_id=fund.policy_version_id
    )


async def _check_accounts(work: UnitOfWork, fund: MaintenanceFund, subs: Sequence[SubAccount]) -> None:
    """Raise StatementNotReconciled unless the ledger's doors and pool sum to the fund's own balance today."""
    known = {sub.id for sub in subs}
    later = [sub for sub in await sub_accounts_of_fund(work, fund.id, scope=WHOLE_FUND) if sub.id not in known]
    ids = [door_account_id(sub.id) for sub in (*subs, *later)]
    states = await account_states(work, [*ids, pool_account_id(fund.id)], scope=WHOLE_FUND)
    total = sum_fen(state.balance_fen for state in states.values())
    if total != fund.balance:
        raise StatementNotReconciled("the ledger's doors and pool differ from the fund", path=PATH, value=str(total))
