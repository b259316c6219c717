"""Where the money of a purse of public revenue lies: in which custody account, or in none."""

from kit.caller import Scope
from kit.ledger.store import account_states
from kit.money import ZERO_FEN, Fen, sum_fen
from kit.mongo import UnitOfWork
from policy.vocabulary import IncomeEarmark
from services.finance.domain.custody import CustodyAccount
from services.finance.domain.custody_money import revenue_held_id
from services.finance.domain.estate import Estate
from services.finance.store.custody_accounts import accounts_of_estate


async def in_account_of_purse(
    work: UnitOfWork, estate: Estate, earmark: IncomeEarmark, custody: CustodyAccount | None, *, balance: Fen
) -> Fen:
    """Return how much of a purse lies in that custody account, or in none; `balance` is the whole purse, in fen."""
    accounts = await accounts_of_estate(work, estate, scope=Scope.everything())
    ids = [revenue_held_id(account.id, estate.id, earmark) for account in accounts]
    held = await account_states(work, ids, scope=Scope.everything())
    if custody is None:
        return Fen(balance - sum_fen(state.balance_fen for state in held.values()))
    state = held.get(revenue_held_id(custody.id, estate.id, earmark))
    return ZERO_FEN if state is None else state.available_fen
