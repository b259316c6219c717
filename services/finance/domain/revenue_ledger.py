"""How public revenue stands in the ledger: for each estate and earmark a bank account, and a purse that it is owed to.

An income debits the bank with its gross and credits the purse; its cost goes the other way; so does what is spent. The
purses of different earmarks share no account (DH-45).
"""

from kit.ledger.transfers import Account, Side, Transfer
from kit.money import Fen
from policy.vocabulary import IncomeEarmark
from services.finance.domain.books import revenue_book
from services.finance.domain.estate import Estate
from services.finance.domain.public_revenue import PublicRevenue

PURSE_NAMES = {
    IncomeEarmark.PROJECT_SERVICE: "公共收益（本项目物业服务）",
    IncomeEarmark.COMMUNITY_FUNDS: "停车收费（社区经费）",
    IncomeEarmark.AREA_SERVICE: "区域资源收益（区域物业服务）",
}


def bank_id(estate_id: str, earmark: IncomeEarmark) -> str:
    """Return the id of the ledger account of the money of a purse."""
    return f"revenue-bank:{estate_id}:{earmark.value}"


def purse_id(estate_id: str, earmark: IncomeEarmark) -> str:
    """Return the id of the ledger account of a purse."""
    return f"revenue:{estate_id}:{earmark.value}"


def purse_accounts(estate: Estate, earmark: IncomeEarmark, *, areas: tuple[str, ...]) -> tuple[Account, Account]:
    """Return the ledger accounts of an estate's purse: its bank account and what is owed to its purpose."""
    book, name = revenue_book(estate.district), PURSE_NAMES[earmark]
    return (
        Account(
            id=bank_id(estate.id, earmark),
            book=book,
            name=f"{estate.name or estate.id} {name} 存款",
            side=Side.DEBIT,
            district=estate.district,
            areas=areas,
        ),
        Account(
            id=purse_id(estate.id, earmark),
            book=book,
            name=f"{estate.name or estate.id} {name}",
            side=Side.CREDIT,
            district=estate.district,
            areas=areas,
        ),
    )


def income_transfers(revenue: PublicRevenue) -> tuple[Transfer, ...]:
    """Return the transfers of an income: its gross into the purse, its cost out of it."""
    bank, purse = bank_id(revenue.estate_id, revenue.earmark), purse_id(revenue.estate_id, revenue.earmark)
    gross = Transfer(debit=bank, credit=purse, amount_fen=revenue.gross)
    if revenue.cost == 0:
        return (gross,)
    return (gross, Transfer(debit=purse, credit=bank, amount_fen=revenue.cost))


def spending_transfers(estate_id: str, earmark: IncomeEarmark, amount: Fen) -> tuple[Transfer, ...]:
    """Return the transfer of an expense."""
    return (Transfer(debit=purse_id(estate_id, earmark), credit=bank_id(estate_id, earmark), amount_fen=amount),)


def income_key(estate_id: str, bank_ref: str) -> str:
    """Return the business key of an income: the estate and the bank's reference."""
    return f"revenue-income:{estate_id}:{bank_ref}"


def spending_key(estate_id: str, bank_ref: str) -> str:
    """Return the business key of an expense: the estate and the bank's reference."""
    return f"revenue-spending:{estate_id}:{bank_ref}"
