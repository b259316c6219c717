"""How deposits stand in the ledger: every custody account's bank balance is what is owed out of it."""

from datetime import date
from typing import Any

import pytest

from kit.ledger.transfers import Account, Side, Transfer
from kit.money import Fen
from policy.vocabulary import CustodyKind
from services.finance.domain.custody import CustodyAccount
from services.finance.domain.deposit import Holding
from services.finance.domain.deposit_ledger import (
    bank_account,
    book_of,
    carry_key,
    carry_transfers,
    checked_bank_reference,
    entry_id,
    liability_account,
    move_key,
    move_transfers,
    payment_key,
    payment_transfers,
    payout_key,
    payout_transfers,
)
from services.finance.domain.deposit_transfer import Move
from tests.finance.agreements import OWNERS, STREET, a_held_deposit
from tests.finance.refusals import refusal_of

AREAS = ("district:360702", "street:str_1")


def custody(kind: CustodyKind, **place: Any) -> CustodyAccount:
    return CustodyAccount(
        id="cus_1",
        kind=kind,
        district="360702",
        holder="解放街道办事处",
        bank_account_masked="****0123",
        opened_on=date(2024, 1, 5),
        **place,
    )


@pytest.mark.parametrize(
    ("kind", "book"),
    [
        (CustodyKind.STREET_DESIGNATED, "deposits:360702"),
        (CustodyKind.OWNERS_PUBLIC, "deposits:360702"),
        (CustodyKind.DISTRICT_FINANCE_MAINTENANCE, "maintenance:360702"),
        (CustodyKind.HOUSING_AUTHORITY_MAINTENANCE, "maintenance:360702"),
        (CustodyKind.OWNERS_MAINTENANCE, "maintenance:360702"),
        (CustodyKind.TRUST_FUND, "fees:360702"),
    ],
)
def test_the_money_of_a_custody_account_stands_in_one_ledger_account_of_its_book(kind: CustodyKind, book: str) -> None:
    assert bank_account(custody(kind), areas=AREAS) == Account(
        id="custody:cus_1",
        book=book,
        name="解放街道办事处 ****0123",
        side=Side.DEBIT,
        district="360702",
        areas=AREAS,
    )


def test_what_is_owed_out_of_a_deposit_stands_once_for_each_custody_account() -> None:
    account = custody(STREET, street_id="str_1")

    assert liability_account(a_held_deposit(), account, areas=AREAS) == Account(
        id="deposit:dep_1:cus_1",
        book="deposits:360702",
        name="履约保证金（存于 解放街道办事处 ****0123）",
        side=Side.CREDIT,
        district="360702",
        areas=AREAS,
    )
    assert book_of("360403") == "deposits:360403"


def test_a_payment_debits_the_bank_and_credits_what_is_owed() -> None:
    assert payment_transfers("dep_1", account_id="cus_1", amount=Fen(7)) == (
        Transfer("custody:cus_1", "deposit:dep_1:cus_1", Fen(7)),
    )


@pytest.mark.rule("G-27")
def test_a_move_carries_the_liability_over_with_the_money() -> None:
    moves = (Move("cus_1", "cus_9", Fen(7)), Move("cus_2", "cus_9", Fen(5)))

    assert move_transfers("dep_1", moves) == (
        Transfer("custody:cus_9", "custody:cus_1", Fen(7)),
        Transfer("deposit:dep_1:cus_1", "deposit:dep_1:cus_9", Fen(7)),
        Transfer("custody:cus_9", "custody:cus_2", Fen(5)),
        Transfer("deposit:dep_1:cus_2", "deposit:dep_1:cus_9", Fen(5)),
    )


@pytest.mark.rule("ZG-22")
def test_a_payment_out_leaves_every_account_that_gives_a_part_of_it() -> None:
    taken = (Holding("cus_1", STREET, Fen(7)), Holding("cus_2", OWNERS, Fen(5)))

    assert payout_transfers("dep_1", taken) == (
        Transfer("deposit:dep_1:cus_1", "custody:cus_1", Fen(7)),
        Transfer("deposit:dep_1:cus_2", "custody:cus_2", Fen(5)),
    )


def test_a_new_year_moves_the_liability_and_no_money() -> None:
    carried = (Holding("cus_1", STREET, Fen(7)), Holding("cus_2", OWNERS, Fen(5)))

    assert carry_transfers("dep_1", "dep_2", carried) == (
        Transfer("deposit:dep_1:cus_1", "deposit:dep_2:cus_1", Fen(7)),
        Transfer("deposit:dep_1:cus_2", "deposit:dep_2:cus_2", Fen(5)),
    )


def test_one_bank_movement_is_recorded_once_by_its_account_and_reference() -> None:
    assert [key("cus_1", "ICBC:7") for key in (payment_key, payout_key, move_key)] == [
        "deposit-payment:cus_1:ICBC:7",
        "deposit-payout:cus_1:ICBC:7",
        "deposit-transfer:cus_1:ICBC:7",
    ]
    assert carry_key("dep_2") == "deposit-carried-over:dep_2"


def test_the_transfers_of_a_posting_are_numbered() -> None:
    assert [entry_id("pst_1", place) for place in (1, 2)] == ["pst_1-1", "pst_1-2"]


@pytest.mark.parametrize(
    ("text", "reference"),
    [(" HD-1 ", "HD-1"), ("7", "7"), ("x" * 64, "x" * 64), (f" {'x' * 64} ", "x" * 64), ("回单 1", "回单 1")],
)
def test_a_bank_reference_is_kept_without_spaces_around_it(text: str, reference: str) -> None:
    assert checked_bank_reference(text) == reference


@pytest.mark.parametrize("text", ["", "  ", "x" * 65, "HD\t1"])
def test_a_bank_reference_has_1_to_64_printable_characters(text: str) -> None:
    assert refusal_of(lambda: checked_bank_reference(text, path=("input", "bankRef"))) == (
        "VALIDATION",
        ("input", "bankRef"),
        text,
    )
