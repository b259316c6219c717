"""How fees stand in the ledger: five accounts for each estate and creditor, and the bills as a ledger below them.

A bill run posts one sum per page and creditor: the receivable and the creditor's claim. What each part owes of it is in
the bills; the memo of the posting holds a digest over the page's bills, so that the sealed ledger vouches for every one
of them. Payments, refunds, corrections and write-offs are posted one by one. At any time, for each estate and creditor:

    Σ outstanding of the bills = receivable        Σ prepaid of the fee accounts = prepaid
    Σ written off of the bills = written off
    receivable + collected + written off = claim + prepaid
"""

import hashlib
from collections.abc import Iterable

from kit.ledger.transfers import Account, Side, Transfer
from kit.money import Fen
from services.finance.domain.bill import Creditor, Payee

_NAMES = {
    Payee.PROVIDER: "物业服务人",
    Payee.OWNERS_PUBLIC_ACCOUNT: "业主大会公账",
    Payee.TRUST_FUND: "业主共同基金",
    Payee.COMMUNITY: "社区",
    Payee.UNIT: "原产权单位",
}


IS_SUM_OF_BILLS = ("fee-receivable:", "fee-prepaid:", "fee-written-off:")
"""How the ids of the accounts begin that have to hold what bills and fee accounts make."""


def book_of(district: str) -> str:
    """Return the book that a district's fees stand in."""
    return f"fees:{district}"


def receivable_id(estate_id: str, creditor: Creditor) -> str:
    """Return the id of the account of what an estate's owners owe a creditor."""
    return f"fee-receivable:{estate_id}:{creditor.payee.value}:{creditor.id}"


def claim_id(estate_id: str, creditor: Creditor) -> str:
    """Return the id of the account of all that a creditor may claim from an estate's owners."""
    return f"fee-claim:{estate_id}:{creditor.payee.value}:{creditor.id}"


def collected_id(estate_id: str, creditor: Creditor) -> str:
    """Return the id of the account of an estate's fees that a creditor has received."""
    return f"fee-collected:{estate_id}:{creditor.payee.value}:{creditor.id}"


def prepaid_id(estate_id: str, creditor: Creditor) -> str:
    """Return the id of the account of what a creditor has received for no bill yet."""
    return f"fee-prepaid:{estate_id}:{creditor.payee.value}:{creditor.id}"


def written_off_id(estate_id: str, creditor: Creditor) -> str:
    """Return the id of the account of what a creditor has given up of an estate's fees."""
    return f"fee-written-off:{estate_id}:{creditor.payee.value}:{creditor.id}"


def estate_of_account(account_id: str) -> str:
    """Return the estate that one of the five accounts is about."""
    return account_id.split(":")[1]


def accounts_of(
    estate_id: str, creditor: Creditor, *, district: str, estate_name: str, areas: tuple[str, ...]
) -> tuple[Account, ...]:
    """Return the five accounts of an estate and a creditor, to be opened."""
    kinds = (
        (receivable_id, "应收物业费", Side.DEBIT),
        (claim_id, "物业费债权", Side.CREDIT),
        (collected_id, "已收物业费", Side.DEBIT),
        (prepaid_id, "预收物业费", Side.CREDIT),
        (written_off_id, "核销物业费", Side.DEBIT),
    )
    return tuple(
        Account(
            id=id_of(estate_id, creditor),
            book=book_of(district),
            name=f"{estate_name or estate_id} {title}（{_NAMES[creditor.payee]}）",
            side=side,
            district=district,
            areas=areas,
        )
        for id_of, title, side in kinds
    )


def billed(estate_id: str, creditor: Creditor, amount: Fen) -> Transfer:
    """Return the transfer of bills that are made out."""
    return Transfer(receivable_id(estate_id, creditor), claim_id(estate_id, creditor), amount)


def cancelled(estate_id: str, creditor: Creditor, *, unpaid: Fen, paid: Fen) -> tuple[Transfer, ...]:
    """Return the transfers of a bill that is taken back: what was paid on it becomes prepaid."""
    claim = claim_id(estate_id, creditor)
    both = ((receivable_id(estate_id, creditor), unpaid), (prepaid_id(estate_id, creditor), paid))
    return tuple(Transfer(claim, account, amount) for account, amount in both if amount > 0)


def received(estate_id: str, creditor: Creditor, *, settled: Fen, prepaid: Fen) -> tuple[Transfer, ...]:
    """Return the transfers of money that came in: to bills, and beyond them."""
    collected = collected_id(estate_id, creditor)
    both = ((receivable_id(estate_id, creditor), settled), (prepaid_id(estate_id, creditor), prepaid))
    return tuple(Transfer(collected, account, amount) for account, amount in both if amount > 0)


def applied(estate_id: str, creditor: Creditor, amount: Fen) -> Transfer:
    """Return the transfer of prepaid money that settles bills."""
    return Transfer(prepaid_id(estate_id, creditor), receivable_id(estate_id, creditor), amount)


def refunded(estate_id: str, creditor: Creditor, amount: Fen) -> Transfer:
    """Return the transfer of prepaid money that goes back to whoever paid it."""
    return Transfer(prepaid_id(estate_id, creditor), collected_id(estate_id, creditor), amount)


def written_off(estate_id: str, creditor: Creditor, amount: Fen) -> Transfer:
    """Return the transfer of what is given up of a bill: a loss of the creditor, who is owed so much less."""
    return Transfer(written_off_id(estate_id, creditor), receivable_id(estate_id, creditor), amount)


def page_key(run_id: str, page: int) -> str:
    """Return the business key of the posting of a page of a bill run."""
    return f"bill-run:{run_id}:{page}"


def page_memo(first_bill: str, last_bill: str, amounts: Iterable[tuple[str, Fen]]) -> str:
    """Return the memo of a page's posting: its first and last bill, and the digest over all of them."""
    return f"物业费账单 {first_bill} 至 {last_bill} {digest_of(amounts)}"


def digest_of(amounts: Iterable[tuple[str, Fen]]) -> str:
    """Return the SHA-256 over bills' ids and amounts, in their order."""
    return "sha256:" + hashlib.sha256("\n".join([f"{id_} {amount}" for id_, amount in amounts]).encode()).hexdigest()


def bills_of_memo(memo: str) -> tuple[list[str], str]:
    """Return the bills that a page's posting vouches for, and the digest that `page_memo` wrote."""
    _, first, _, last, digest = memo.split(" ")
    run, _, low = first.rpartition("-")
    return [f"{run}-{number:07d}" for number in range(int(low), number_of_bill(last) + 1)], digest


def number_of_bill(bill_id: str) -> int:
    """Return the number of a bill within its run, counted from 1."""
    return int(bill_id.rpartition("-")[2])
