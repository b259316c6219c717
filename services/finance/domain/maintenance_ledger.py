"""How a maintenance fund stands in the ledger: money at the bank, one liability for each door, and one for the pool.

Whatever comes in debits the bank and credits a door or the pool; whatever goes out does the opposite. So doors and pool
always sum to the fund, and the funds in a custody account to what the bank holds in it. What a door's owner owes for a
use stands beside it, as a receivable against what the contractor still gets: it is no money of the fund, and no other
door's.
"""

from collections.abc import Iterable, Sequence

from kit.ledger.transfers import MOST_TRANSFERS, Account, AccountRef, Side, Transfer
from kit.money import ZERO_FEN, Fen, add_fen
from services.finance.domain.books import maintenance_book
from services.finance.domain.deposit_ledger import bank_account_id
from services.finance.domain.maintenance_allocation import Allocation, Charged
from services.finance.domain.maintenance_fund import MaintenanceFund, SubAccount

_DOOR = "fund-door:"
_POOL = "fund-pool:"


def door_account_id(sub_account_id: str) -> str:
    """Return the id of the ledger account of a door."""
    return f"{_DOOR}{sub_account_id}"


def pool_account_id(fund_id: str) -> str:
    """Return the id of the ledger account of the pool of a fund."""
    return f"{_POOL}{fund_id}"


def clearing_account_id(fund_id: str) -> str:
    """Return the id of the clearing account of a fund."""
    return f"fund-clearing:{fund_id}"


def receivable_account_id(use_id: str, part_id: str) -> str:
    """Return the id of the ledger account of what the owner of a part owes for a use."""
    return f"fund-receivable:{use_id}:{part_id}"


def payable_account_id(use_id: str) -> str:
    """Return the id of the ledger account of what the contractor of a use gets once owners have paid."""
    return f"fund-payable:{use_id}"


def is_door(account_id: str) -> bool:
    """Return whether the ledger account is a door's."""
    return account_id.startswith(_DOOR)


def sub_account_of(door_id: str) -> str:
    """Return the id of the sub-account whose ledger account this is."""
    return door_id.removeprefix(_DOOR)


def is_of_fund(account_id: str) -> bool:
    """Return whether the ledger account is a door's or a pool's: money of the fund, by whom it belongs to."""
    return account_id.startswith((_DOOR, _POOL))


def pool_account(fund: MaintenanceFund, *, areas: tuple[str, ...]) -> Account:
    """Return the ledger account of the pool, which belongs to all owners of the estate (ZG-32)."""
    return Account(
        id=pool_account_id(fund.id),
        book=maintenance_book(fund.district),
        name="维修资金 小区公共账",
        side=Side.CREDIT,
        district=fund.district,
        areas=areas,
    )


def door_account(fund: MaintenanceFund, sub: SubAccount, *, areas: tuple[str, ...]) -> Account:
    """Return the ledger account of a door: what the fund owes its owner, never below zero."""
    return Account(
        id=door_account_id(sub.id),
        book=maintenance_book(fund.district),
        name=f"维修资金 分户账 {sub.door_number}",
        side=Side.CREDIT,
        district=fund.district,
        areas=areas,
    )


def shortfall_accounts(
    allocation: Allocation, *, use_id: str, district: str, areas: tuple[str, ...]
) -> tuple[Account, ...]:
    """Return the accounts of what owners owe for a use, and of what its contractor gets for it."""
    receivables = (
        Account(
            id=receivable_account_id(use_id, line.part_id),
            book=maintenance_book(district),
            name=f"维修费用应收 {line.door_number}",
            side=Side.DEBIT,
            district=district,
            areas=areas,
        )
        for line in allocation.lines
        if line.shortfall > 0
    )
    payable = Account(
        id=payable_account_id(use_id),
        book=maintenance_book(district),
        name="维修费用应付（待业主补缴）",
        side=Side.CREDIT,
        district=district,
        areas=areas,
    )
    return (*receivables, payable)


def incoming(bank_id: str, shares: Iterable[tuple[str, Fen]]) -> tuple[Transfer, ...]:
    """Return the transfers of money that came into the bank account, by the ledger account that it belongs to."""
    return tuple(
        Transfer(debit=bank_account_id(bank_id), credit=account_id, amount_fen=amount)
        for account_id, amount in shares
        if amount > 0
    )


def outgoing(bank_id: str, shares: Iterable[tuple[str, Fen]]) -> tuple[Transfer, ...]:
    """Return the transfers of money that left the bank account, by the ledger account that bears it."""
    return tuple(transfer.reversed() for transfer in incoming(bank_id, shares))


def use_transfers(bank_id: str, fund_id: str, allocation: Allocation, charged: Charged) -> tuple[Transfer, ...]:
    """Return the transfers of a payment: what each account bears beyond what was charged before.

    A door or the pool gets back what a first payment took from it and the whole sheet does not.
    """
    bears = [
        (door_account_id(line.sub_account_id), Fen(line.covered - charged.by_part.get(line.part_id, ZERO_FEN)))
        for line in allocation.lines
        if line.sub_account_id is not None
    ]
    bears.append((pool_account_id(fund_id), Fen(allocation.pool_covered - charged.pool)))
    return (
        *incoming(bank_id, [(account_id, Fen(-more)) for account_id, more in bears]),
        *outgoing(bank_id, bears),
    )


def shortfall_transfers(allocation: Allocation, *, use_id: str) -> tuple[Transfer, ...]:
    """Return the transfers of what owners owe for their own doors alone."""
    return tuple(
        Transfer(
            debit=receivable_account_id(use_id, line.part_id),
            credit=payable_account_id(use_id),
            amount_fen=line.shortfall,
        )
        for line in allocation.lines
        if line.shortfall > 0
    )


def shortfall_payment_transfers(bank_id: str, *, use_id: str, part_id: str, amount: Fen) -> tuple[Transfer, Transfer]:
    """Return the transfers of an owner's payment into the bank account, and out of it to the contractor."""
    bank = bank_account_id(bank_id)
    return (
        Transfer(debit=bank, credit=receivable_account_id(use_id, part_id), amount_fen=amount),
        Transfer(debit=payable_account_id(use_id), credit=bank, amount_fen=amount),
    )


def in_postings(transfers: Sequence[Transfer]) -> list[tuple[Transfer, ...]]:
    """Return the transfers in as many postings as the ledger's bound needs, in order."""
    return [tuple(transfers[start : start + MOST_TRANSFERS]) for start in range(0, len(transfers), MOST_TRANSFERS)]


def bank_postings(
    transfers: Sequence[Transfer], *, bank: AccountRef, clearing: AccountRef
) -> list[tuple[Transfer, ...]]:
    """Return the postings of one movement at the bank, of which exactly one touches the bank's account.

    What does not fit into one posting passes through the clearing account, which ends where it began.
    """
    if len(transfers) <= MOST_TRANSFERS:
        return [tuple(transfers)] if transfers else []
    net = sum(one.amount_fen if one.debit == bank else -one.amount_fen for one in transfers)
    debit, credit = (bank, clearing) if net >= 0 else (clearing, bank)
    at_bank = [(Transfer(debit=debit, credit=credit, amount_fen=Fen(abs(net))),)] if net else []
    cleared = [
        Transfer(
            debit=clearing if one.debit == bank else one.debit,
            credit=clearing if one.credit == bank else one.credit,
            amount_fen=one.amount_fen,
        )
        for one in transfers
    ]
    return [*at_bank, *in_postings(cleared)]


def clearing_account(fund: MaintenanceFund, *, areas: tuple[str, ...]) -> Account:
    """Return the account that carries one movement at the bank over several postings; it holds nothing in between."""
    return Account(
        id=clearing_account_id(fund.id),
        book=maintenance_book(fund.district),
        name="维修资金 过渡账",
        side=Side.CREDIT,
        district=fund.district,
        areas=areas,
        may_go_negative=True,
    )


def changes_of_fund(transfers: Iterable[Transfer]) -> dict[str, Fen]:
    """Return by how much the transfers change each door's and the pool's account, in fen."""
    changes: dict[str, Fen] = {}
    for transfer in transfers:
        for account_id, change in ((transfer.debit, Fen(-transfer.amount_fen)), (transfer.credit, transfer.amount_fen)):
            if is_of_fund(account_id):
                changes[account_id] = add_fen(changes.get(account_id, ZERO_FEN), change)
    return changes
