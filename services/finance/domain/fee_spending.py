"""Fees that lie in a custody account are spent on the estate's own service: wages, cleaning, repairs.

The kind of the account says who spends, and the ledger that no more leaves it than it holds of the estate's fees.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from kit.caller import Role
from kit.errors import ForbiddenActor, ValidationFailed
from kit.explanation import ExplainedValue, Explanation
from kit.money import Fen, add_fen, format_money
from policy.vocabulary import CustodyKind
from services.finance.domain.payee import checked_payee
from services.finance.domain.sums_explained import DOCUMENT

SPENDING_PREFIX: Final = "fsp"
LONGEST_VOUCHER: Final = 64
FORMULA: Final = "held − amount"
PUBLICATION_CLAUSE: Final = "第九百四十三条"

_OF_THE_ESTATE: Final = frozenset(
    {Role.PROVIDER, Role.COMMITTEE, Role.COMMUNITY, Role.STREET, Role.DISTRICT_OFFICE, Role.FINANCE_BUREAU}
)
SPENDERS: Final[Mapping[CustodyKind, frozenset[Role]]] = {
    CustodyKind.STREET_DESIGNATED: frozenset({Role.STREET}),
    CustodyKind.OWNERS_PUBLIC: _OF_THE_ESTATE,
    CustodyKind.TRUST_FUND: _OF_THE_ESTATE,
}
"""Who records what left an account of each kind that holds fees."""

ANY_SPENDER: Final = frozenset[Role]().union(*SPENDERS.values())


class FeeUse(StrEnum):
    """What fees are spent on."""

    WAGES = "WAGES"
    CLEANING = "CLEANING"
    GREENING = "GREENING"
    SECURITY = "SECURITY"
    COMMON_PART_REPAIR = "COMMON_PART_REPAIR"
    UTILITIES = "UTILITIES"
    OFFICE = "OFFICE"
    INSURANCE = "INSURANCE"
    SERVICE_FEE = "SERVICE_FEE"
    BANK_CHARGES = "BANK_CHARGES"
    OTHER = "OTHER"


class NotWhoSpends(ForbiddenActor):
    """Money in an account of this kind is spent by others: what the street keeps, by the street alone."""


@dataclass(frozen=True)
class FeeExpense:
    """What was paid, as it is reported: for what, how much in fen, on which bank day, to whom, and what proves it."""

    use: FeeUse
    amount: Fen
    spent_on: date
    payee: str
    bank_ref: str
    voucher_id: str


@dataclass(frozen=True)
class FeeSpending:
    """An expense out of what a custody account holds of an estate's fees; `held` is what it held before, in fen."""

    id: str
    district: str
    estate_id: str
    custody_account_id: str
    expense: FeeExpense
    held: Fen
    posting_id: str
    explanation: Explanation

    @property
    def left(self) -> Fen:
        """What the account held of the estate's fees after the expense, in fen."""
        return add_fen(self.held, Fen(-self.expense.amount))


def require_spender(kind: CustodyKind, roles: frozenset[str], *, path: Sequence[str] = ()) -> None:
    """Raise NotWhoSpends unless one of the roles spends fees that lie in an account of this kind."""
    spenders = {role.value for role in SPENDERS.get(kind, frozenset())}
    if roles.isdisjoint(spenders):
        raise NotWhoSpends(
            f"fees in an account of this kind are spent by {', '.join(sorted(spenders)) or 'nobody'}",
            path=path,
            value=kind.value,
        )


def checked_expense(
    *,
    use: FeeUse,
    amount: Fen,
    spent_on: date,
    payee: str,
    bank_ref: str,
    voucher_id: str,
    today: date,
    path: Sequence[str] = (),
) -> FeeExpense:
    """Return the expense; `bank_ref` is checked already.

    Raises ValidationFailed for an amount that is not above zero, a day to come, a payee without a name, and without
    the document that proves it.
    """
    if amount <= 0:
        raise ValidationFailed("an expense is above zero", path=(*path, "amount"), value=format_money(amount))
    if spent_on > today:
        raise ValidationFailed("an expense was paid in the past", path=(*path, "spentOn"), value=spent_on.isoformat())
    name = checked_payee(payee, path=(*path, "payee"))
    voucher = voucher_id.strip()
    if not 1 <= len(voucher) <= LONGEST_VOUCHER or not voucher.isprintable():
        raise ValidationFailed(
            f"a voucher is a document's id of 1 to {LONGEST_VOUCHER} characters",
            path=(*path, "voucherId"),
            value=voucher_id,
        )
    return FeeExpense(use=use, amount=amount, spent_on=spent_on, payee=name, bank_ref=bank_ref, voucher_id=voucher)


def explain_spending(expense: FeeExpense, *, held: Fen, policy_version_id: str) -> Explanation:
    """Return what an expense left of an estate's fees in the account; the owners may read it (Civil Code, art. 943)."""
    return Explanation(
        formula=FORMULA,
        inputs=(
            ExplainedValue("held", format_money(held), "yuan", "the account's fees of the estate before"),
            ExplainedValue(
                "amount",
                format_money(expense.amount),
                "yuan",
                f"spendFees: {expense.use.value}, voucher {expense.voucher_id}, bank reference {expense.bank_ref}",
            ),
        ),
        parameters=(),
        result=format_money(add_fen(held, Fen(-expense.amount))),
        clause=PUBLICATION_CLAUSE,
        document=DOCUMENT,
        policy_version_id=policy_version_id,
    )
