"""How public revenue stands in the ledger: purses of different earmarks share no account (DH-44, DH-45)."""

from typing import Any

import pytest

from kit.ledger.transfers import Account, Side, Transfer
from kit.money import Fen, yuan
from policy.vocabulary import IncomeEarmark
from services.finance.domain.revenue_ledger import (
    income_key,
    income_transfers,
    purse_accounts,
    spending_key,
    spending_transfers,
)
from tests.finance.agreements import an_estate
from tests.finance.refusals import refusal_of
from tests.finance.revenues import an_income_of_lifts

AREAS = ("district:360102", "estate:est_1")
BANK, PURSE = "revenue-bank:est_1:PROJECT_SERVICE", "revenue:est_1:PROJECT_SERVICE"


@pytest.mark.rule("DH-45")
@pytest.mark.parametrize(
    ("earmark", "name"),
    [
        (IncomeEarmark.PROJECT_SERVICE, "公共收益（本项目物业服务）"),
        (IncomeEarmark.COMMUNITY_FUNDS, "停车收费（社区经费）"),
        (IncomeEarmark.AREA_SERVICE, "区域资源收益（区域物业服务）"),
    ],
)
@pytest.mark.parametrize(("estate_name", "shown"), [("幸福里", "幸福里"), (None, "est_1")])
def test_every_purpose_has_its_own_bank_account_and_purse(
    earmark: IncomeEarmark, name: str, estate_name: str | None, shown: str
) -> None:
    estate = an_estate(district="360102", name=estate_name)
    place: dict[str, Any] = {"book": "public-revenue:360102", "district": "360102", "areas": AREAS}

    assert purse_accounts(estate, earmark, areas=AREAS) == (
        Account(id=f"revenue-bank:est_1:{earmark}", name=f"{shown} {name} 存款", side=Side.DEBIT, **place),
        Account(id=f"revenue:est_1:{earmark}", name=f"{shown} {name}", side=Side.CREDIT, **place),
    )


@pytest.mark.rule("DH-44")
@pytest.mark.parametrize("cost", ["30.00", "0.01"])
def test_an_income_comes_in_as_a_whole_and_its_cost_goes_out(cost: str) -> None:
    assert income_transfers(an_income_of_lifts(cost=yuan(cost))) == (
        Transfer(BANK, PURSE, yuan("100.00")),
        Transfer(PURSE, BANK, yuan(cost)),
    )


@pytest.mark.rule("DH-44")
def test_an_income_without_cost_is_one_transfer() -> None:
    assert income_transfers(an_income_of_lifts(cost=Fen(0))) == (Transfer(BANK, PURSE, yuan("100.00")),)


def test_what_is_spent_leaves_the_purse_and_the_bank() -> None:
    assert spending_transfers("est_1", IncomeEarmark.PROJECT_SERVICE, Fen(7)) == (Transfer(PURSE, BANK, Fen(7)),)
    assert refusal_of(lambda: spending_transfers("est_1", IncomeEarmark.PROJECT_SERVICE, Fen(0)))[0] == "VALIDATION"


def test_one_bank_movement_of_revenue_is_recorded_once() -> None:
    assert income_key("est_1", "B-1") == "revenue-income:est_1:B-1"
    assert spending_key("est_1", "B-1") == "revenue-spending:est_1:B-1"
