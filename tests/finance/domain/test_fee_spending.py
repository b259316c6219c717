"""Fees in custody accounts are spent: who records it, what an expense is, and what it left."""

from datetime import date
from typing import Any

import pytest

from kit.caller import Role
from kit.explanation import ExplainedValue, Explanation
from kit.money import Fen
from policy.vocabulary import CustodyKind
from services.finance.domain.fee_spending import (
    FeeExpense,
    FeeSpending,
    FeeUse,
    checked_expense,
    explain_spending,
    require_spender,
)
from tests.finance.refusals import refusal_of

TODAY = date(2026, 3, 5)
PATH = ("input",)
EXPENSE = FeeExpense(FeeUse.WAGES, Fen(80_000), TODAY, "王保洁", "S-1", "doc_1")
OF_THE_ESTATE = {Role.PROVIDER, Role.COMMITTEE, Role.COMMUNITY, Role.STREET, Role.DISTRICT_OFFICE, Role.FINANCE_BUREAU}


def expense(**changes: Any) -> FeeExpense:
    told = {
        "use": FeeUse.WAGES,
        "amount": Fen(80_000),
        "spent_on": TODAY,
        "payee": " 王保洁 ",
        "bank_ref": "S-1",
        "voucher_id": " doc_1 ",
    }
    return checked_expense(**(told | changes), today=TODAY, path=PATH)


@pytest.mark.parametrize(
    ("kind", "spenders"),
    [
        (CustodyKind.STREET_DESIGNATED, {Role.STREET}),
        (CustodyKind.OWNERS_PUBLIC, OF_THE_ESTATE),
        (CustodyKind.TRUST_FUND, OF_THE_ESTATE),
        (CustodyKind.OWNERS_MAINTENANCE, set()),
    ],
)
def test_the_kind_of_the_account_says_who_spends(kind: CustodyKind, spenders: set[Role]) -> None:
    for role in Role:
        roles = frozenset({role.value})
        if role in spenders:
            require_spender(kind, roles, path=PATH)
        else:
            refused = refusal_of(lambda roles=roles: require_spender(kind, roles, path=PATH))  # type: ignore[misc]
            assert refused == ("FORBIDDEN_ACTOR", PATH, kind.value)


def test_one_of_several_roles_is_enough() -> None:
    require_spender(CustodyKind.STREET_DESIGNATED, frozenset({Role.STREET.value, Role.OWNER.value}))


def test_an_expense_is_what_was_paid_for_what_to_whom_with_its_proof() -> None:
    assert expense() == EXPENSE
    assert (expense(amount=Fen(1)).amount, expense(spent_on=date(2026, 3, 4)).spent_on) == (1, date(2026, 3, 4))
    assert (expense(voucher_id="d").voucher_id, expense(voucher_id="d" * 64).voucher_id) == ("d", "d" * 64)


@pytest.mark.parametrize(
    ("change", "member", "value"),
    [
        ({"amount": Fen(0)}, "amount", "0.00"),
        ({"amount": Fen(-1)}, "amount", "-0.01"),
        ({"spent_on": date(2026, 3, 6)}, "spentOn", "2026-03-06"),
        ({"payee": " "}, "payee", " "),
        ({"voucher_id": ""}, "voucherId", ""),
        ({"voucher_id": "d" * 65}, "voucherId", "d" * 65),
        ({"voucher_id": "d\n1"}, "voucherId", "d\n1"),
    ],
)
def test_what_is_no_expense_is_refused(change: dict[str, Any], member: str, value: str) -> None:
    assert refusal_of(lambda: expense(**change)) == ("VALIDATION", (*PATH, member), value)


def test_an_expense_says_what_it_left_and_by_which_clause_the_owners_read_it() -> None:
    explanation = explain_spending(EXPENSE, held=Fen(100_000), policy_version_id="360702-v1")
    spending = FeeSpending("fsp_1", "360702", "est_1", "cus_1", EXPENSE, Fen(100_000), "pst_1", explanation)

    assert spending.left == 20_000
    assert explanation == Explanation(
        formula="held − amount",
        inputs=(
            ExplainedValue("held", "1000.00", "yuan", "the account's fees of the estate before"),
            ExplainedValue("amount", "800.00", "yuan", "spendFees: WAGES, voucher doc_1, bank reference S-1"),
        ),
        parameters=(),
        result="200.00",
        clause="第九百四十三条",
        document="《中华人民共和国民法典》",
        policy_version_id="360702-v1",
    )
