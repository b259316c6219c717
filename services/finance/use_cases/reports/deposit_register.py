"""The rows of the deposit register with custody and movements (table 9; ZG-22)."""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from enum import Enum

from kit.area import format_area
from kit.caller import Scope
from kit.tables.writing import Cell, Yuan
from services.finance.domain.custody import CustodyAccount
from services.finance.domain.deposit import PerformanceDeposit
from services.finance.domain.deposit_ledger import LedgerEntry
from services.finance.store.contracts import find_contracts
from services.finance.store.custody_accounts import find_accounts
from services.finance.store.deposit_register import page_of_deposits, place_of
from services.finance.store.estates import find_estates
from services.finance.store.movements import find_movements
from services.finance.use_cases.reports.asked import PAGE_ROWS, Asked, Rows, names_of


async def deposit_register_rows(asked: Asked) -> Rows:
    """Yield the deposits of the district, or of one estate, by contract and year: a row each, and one a movement.

    The amounts of a deposit stand in its first row alone, so that a column can be added up.
    """
    reader, order, scope = asked.reader, asked.order, asked.scope
    after: tuple[str, int] | None = None
    while True:
        deposits = await page_of_deposits(reader, order.district, after=after, limit=PAGE_ROWS, scope=scope)
        if not deposits:
            return
        after = place_of(deposits[-1])
        shown = [one for one in deposits if order.estate_id in (None, one.estate_id)]
        estates = await find_estates(reader, sorted({one.estate_id for one in shown}), scope=scope)
        movements = await find_movements(reader, [one.id for one in shown], scope=scope)
        # Whoever sees a deposit sees which account holds it (ZG-22), also an owner, whose scope has no street.
        held_in = sorted({one.custody_account_id for one in shown if one.custody_account_id is not None})
        accounts = await find_accounts(reader, held_in, scope=Scope.everything())
        contracts = await find_contracts(reader, sorted({one.contract_id for one in shown}), scope=scope)
        yield [
            row
            for one in shown
            for row in _rows_of(
                one,
                name=names_of(estates.get(one.estate_id))[0],
                number=contracts[one.contract_id].number if one.contract_id in contracts else "",
                account=accounts.get(one.custody_account_id or ""),
                movements=movements.get(one.id, []),
                words=asked.words,
            )
        ]


def _rows_of(
    deposit: PerformanceDeposit,
    *,
    name: str,
    number: str,
    account: CustodyAccount | None,
    movements: Sequence[LedgerEntry],
    words: Callable[[Enum], str],
) -> Iterator[Sequence[Cell]]:
    identity: tuple[Cell, ...] = (name, number, deposit.contract_year)
    amounts: tuple[Cell, ...] = (
        None if deposit.basis_area is None else Decimal(format_area(deposit.basis_area)),
        None if deposit.rate_per_m2 is None else Yuan(deposit.rate_per_m2),
        None if deposit.computed is None else Yuan(deposit.computed),
        None if deposit.demanded is None else Yuan(deposit.demanded),
        deposit.demanded_on,
        deposit.due_on,
        Yuan(deposit.paid),
        words(deposit.state),
        deposit.state_since,
        None if account is None else f"{account.holder} {account.bank_account_masked}",
        None if account is None else words(account.kind),
    )
    moves: list[tuple[Cell, ...]] = [
        # A memo names the deposit by its id, for machines alone.
        (move.occurred_on, move.debit, move.credit, Yuan(move.amount), move.memo.replace(f" {deposit.id}", ""))
        for move in movements
    ]
    yield (*identity, *amounts, *(moves[0] if moves else (None,) * 5))
    for move in moves[1:]:
        yield (*identity, *((None,) * len(amounts)), *move)
