"""Which custody account holds fees and public revenue of which estate, and what stands in the ledger for it."""

from dataclasses import replace
from datetime import date

import pytest

from kit.errors import Refusal
from kit.ledger.transfers import Account, Posting, Side, Transfer
from kit.money import Fen
from policy.vocabulary import CustodyKind, IncomeEarmark
from services.finance.domain.custody import CustodyAccount
from services.finance.domain.custody_money import (
    HeldMoney,
    check_holds,
    estate_of_held,
    fees_held_id,
    held_account,
    held_posting,
    is_held_in,
    revenue_held_id,
)
from services.finance.domain.estate import Estate

ESTATE = Estate(id="est_1", district="360702", street_id="str_1", community_id="com_1", name="幸福里")
OPENED_ON = date(2024, 4, 1)


def account(kind: CustodyKind, *, street_id: str | None = None, estate_id: str | None = None) -> CustodyAccount:
    return CustodyAccount("cus_1", kind, "360702", "幸福里业主大会", "****7788", OPENED_ON, street_id, estate_id)


OWNERS = account(CustodyKind.OWNERS_PUBLIC, estate_id="est_1")
STREET = account(CustodyKind.STREET_DESIGNATED, street_id="str_1")
TRUST = account(CustodyKind.TRUST_FUND, estate_id="est_1")


@pytest.mark.parametrize(
    ("holder", "money"),
    [
        (OWNERS, HeldMoney.FEES),
        (OWNERS, HeldMoney.PUBLIC_REVENUE),
        (STREET, HeldMoney.FEES),
        (STREET, HeldMoney.PUBLIC_REVENUE),
        (TRUST, HeldMoney.FEES),
    ],
)
@pytest.mark.parametrize("day", [OPENED_ON, date(2024, 4, 2)])
def test_an_account_holds_its_own_estates_money_from_its_opening(
    holder: CustodyAccount, money: HeldMoney, day: date
) -> None:
    check_holds(holder, money, estate=ESTATE, day=day)


@pytest.mark.parametrize(
    ("holder", "money", "day", "value"),
    [
        (TRUST, HeldMoney.PUBLIC_REVENUE, OPENED_ON, "TRUST_FUND"),
        (account(CustodyKind.OWNERS_MAINTENANCE, estate_id="est_1"), HeldMoney.FEES, OPENED_ON, "OWNERS_MAINTENANCE"),
        (
            account(CustodyKind.DISTRICT_FINANCE_MAINTENANCE),
            HeldMoney.PUBLIC_REVENUE,
            OPENED_ON,
            "DISTRICT_FINANCE_MAINTENANCE",
        ),
        (account(CustodyKind.OWNERS_PUBLIC, estate_id="est_2"), HeldMoney.FEES, OPENED_ON, "cus_1"),
        (account(CustodyKind.STREET_DESIGNATED, street_id="str_2"), HeldMoney.FEES, OPENED_ON, "cus_1"),
        (OWNERS, HeldMoney.FEES, date(2024, 3, 31), "2024-03-31"),
    ],
)
def test_what_does_not_lie_in_an_account_is_refused(
    holder: CustodyAccount, money: HeldMoney, day: date, value: str
) -> None:
    with pytest.raises(Refusal) as refused:
        check_holds(holder, money, estate=ESTATE, day=day, path=("input", "custodyAccountId"))

    assert (refused.value.code, refused.value.path, refused.value.value) == (
        "VALIDATION",
        ("input", "custodyAccountId"),
        value,
    )


@pytest.mark.parametrize(
    ("amount", "debit", "credit"),
    [
        (100, "custody:cus_1", "custody-holds:cus_1:FEES:est_1"),
        (1, "custody:cus_1", "custody-holds:cus_1:FEES:est_1"),
        (-1, "custody-holds:cus_1:FEES:est_1", "custody:cus_1"),
    ],
)
def test_money_comes_into_the_account_and_leaves_it_under_the_banks_reference(
    amount: int, debit: str, credit: str
) -> None:
    posting = held_posting(
        fees_held_id("cus_1", "est_1"), OWNERS, amount=Fen(amount), bank_ref="F-1", day=OPENED_ON, memo="物业费缴纳"
    )

    assert posting == Posting(
        book="deposits:360702",
        key="custody-money:cus_1:F-1",
        transfers=(Transfer(debit, credit, Fen(abs(amount))),),
        occurred_on=OPENED_ON,
        memo="物业费缴纳",
        district="360702",
    )


@pytest.mark.parametrize(
    ("held_id", "holder", "book", "name"),
    [
        (fees_held_id("cus_1", "est_1"), TRUST, "fees:360702", "幸福里 物业费（存于 幸福里业主大会 ****7788）"),
        (
            revenue_held_id("cus_1", "est_1", IncomeEarmark.COMMUNITY_FUNDS),
            STREET,
            "deposits:360702",
            "幸福里 公共收益（存于 幸福里业主大会 ****7788）",
        ),
    ],
)
def test_what_an_account_owes_to_a_purpose_stands_in_the_accounts_own_book(
    held_id: str, holder: CustodyAccount, book: str, name: str
) -> None:
    opened = held_account(held_id, holder, ESTATE, areas=("district:360702",))

    assert opened == Account(
        id=held_id,
        book=book,
        name=name,
        side=Side.CREDIT,
        district="360702",
        areas=("district:360702",),
    )


def test_the_name_of_such_an_account_is_cut_and_has_the_estates_id_where_its_name_is_unknown() -> None:
    held_id = fees_held_id("cus_1", "est_1")

    long = held_account(held_id, OWNERS, replace(ESTATE, name="长" * 250), areas=())
    unnamed = held_account(held_id, OWNERS, replace(ESTATE, name=None), areas=())

    assert long.name == "长" * 200
    assert unnamed.name == "est_1 物业费（存于 幸福里业主大会 ****7788）"


def test_money_of_each_purpose_in_each_account_has_a_ledger_account_of_its_own() -> None:
    assert fees_held_id("cus_1", "est_1") == "custody-holds:cus_1:FEES:est_1"
    assert (
        revenue_held_id("cus_1", "est_1", IncomeEarmark.AREA_SERVICE)
        == "custody-holds:cus_1:PUBLIC_REVENUE:est_1:AREA_SERVICE"
    )


@pytest.mark.parametrize(
    ("ledger_account", "estate_id"),
    [
        (fees_held_id("cus_1", "est_1"), "est_1"),
        (revenue_held_id("cus_1", "est_2", IncomeEarmark.AREA_SERVICE), "est_2"),
        ("custody:cus_1", None),
    ],
)
def test_whose_fees_and_purses_a_ledger_account_is_of_is_told_by_its_id(
    ledger_account: str, estate_id: str | None
) -> None:
    assert estate_of_held(ledger_account) == estate_id


@pytest.mark.parametrize(
    ("ledger_account", "is_held"),
    [
        (fees_held_id("cus_1", "est_1"), True),
        (revenue_held_id("cus_1", "est_1", IncomeEarmark.AREA_SERVICE), True),
        (fees_held_id("cus_10", "est_1"), False),
        ("custody:cus_1", False),
    ],
)
def test_what_a_custody_account_holds_of_fees_and_purses_is_told_by_the_ledger_account(
    ledger_account: str, is_held: bool
) -> None:
    assert is_held_in(ledger_account, "cus_1") is is_held
