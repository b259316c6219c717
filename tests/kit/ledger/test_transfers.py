"""Postings as values: balanced by construction, refused when malformed, checked against 64 bits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.errors import InsufficientFunds, OutOfRange, ValidationFailed
from kit.ledger.transfers import (
    LONGEST_KEY,
    MOST_TRANSFERS,
    Holding,
    Posting,
    Side,
    Transfer,
    legs_of,
    net_changes,
)
from kit.money import MAX_FEN, Fen
from tests.kit.ledger.ledger_builders import BANK, BOOK, DISTRICT, DOOR_A, DOOR_B, OUTSIDE, TODAY, posting


def state(id_: str, side: Side, balance_fen: int = 0, reserved_fen: int = 0, **terms: bool) -> Holding:
    may_go_negative = terms.get("may_go_negative", False)
    return Holding(id_, side, may_go_negative, Fen(balance_fen), Fen(reserved_fen), entry_count=7)


@pytest.mark.parametrize("amount", [0, -1])
def test_a_transfer_of_nothing_or_less_is_refused(amount: int) -> None:
    with pytest.raises(ValidationFailed):
        Transfer(BANK, DOOR_A, Fen(amount))


def test_a_transfer_of_one_fen_and_of_the_largest_amount_is_allowed() -> None:
    assert Transfer(BANK, DOOR_A, Fen(1)).amount_fen == 1
    assert Transfer(BANK, DOOR_A, MAX_FEN).amount_fen == 9_223_372_036_854_775_807


@pytest.mark.parametrize("amount", [1.0, True, MAX_FEN + 1])
def test_a_transfer_of_no_whole_fen_or_beyond_64_bits_is_refused(amount: object) -> None:
    with pytest.raises((ValidationFailed, OutOfRange)):
        Transfer(BANK, DOOR_A, amount)  # type: ignore[arg-type]


def test_a_transfer_from_an_account_to_itself_is_refused() -> None:
    with pytest.raises(ValidationFailed) as refusal:
        Transfer(BANK, BANK, Fen(1))

    assert refusal.value.value == BANK


def test_a_posting_has_between_one_and_the_most_transfers() -> None:
    posting("k", *[(BANK, DOOR_A, 1)] * MOST_TRANSFERS)

    for count in (0, MOST_TRANSFERS + 1):
        with pytest.raises(ValidationFailed):
            posting("k", *[(BANK, DOOR_A, 1)] * count)


def test_the_sum_of_a_postings_transfers_stays_within_64_bits() -> None:
    posting("k", (BANK, DOOR_A, MAX_FEN - 1), (BANK, DOOR_B, 1))

    with pytest.raises(OutOfRange):
        posting("k", (BANK, DOOR_A, MAX_FEN), (BANK, DOOR_B, 1))


@pytest.mark.parametrize("key", ["", "k" * (LONGEST_KEY + 1), "reversal:pst_1", "reservation:rsv_1"])
def test_an_empty_overlong_or_reserved_key_is_refused(key: str) -> None:
    with pytest.raises(ValidationFailed):
        posting(key, (BANK, DOOR_A, 1))


def test_a_reversal_needs_its_own_kind_of_key() -> None:
    with pytest.raises(ValidationFailed):
        Posting(
            book=BOOK,
            key="k",
            transfers=(Transfer(BANK, DOOR_A, Fen(1)),),
            occurred_on=TODAY,
            memo="",
            district=DISTRICT,
            reverses="pst_1",
        )


def test_each_leg_carries_the_next_number_and_the_balance_after_it() -> None:
    legs = legs_of(
        posting("k", (BANK, DOOR_A, 500), (DOOR_A, DOOR_B, 200)).transfers,
        [state(BANK, Side.DEBIT, 100), state(DOOR_A, Side.CREDIT), state(DOOR_B, Side.CREDIT)],
    )

    assert [(leg.account, leg.sequence, leg.side.value, leg.amount_fen, leg.balance_fen) for leg in legs] == [
        (BANK, 8, "DEBIT", 500, 600),  # 100 + 500
        (DOOR_A, 8, "CREDIT", 500, 500),
        (DOOR_A, 9, "DEBIT", 200, 300),  # 500 - 200
        (DOOR_B, 8, "CREDIT", 200, 200),
    ]


@pytest.mark.parametrize(("amount", "is_refused"), [(699, False), (700, False), (701, True)])
def test_an_account_pays_what_is_available_and_not_a_fen_more(amount: int, is_refused: bool) -> None:
    # 1,000 in the account, of which 300 are reserved: 700 are available.
    states = [state(DOOR_A, Side.CREDIT, 1_000, 300), state(OUTSIDE, Side.CREDIT)]
    transfers = posting("k", (DOOR_A, OUTSIDE, amount)).transfers

    if not is_refused:
        assert legs_of(transfers, states)[0].balance_fen == 1_000 - amount
        return
    with pytest.raises(InsufficientFunds) as refusal:
        legs_of(transfers, states)
    assert refusal.value.path == (DOOR_A,)
    assert refusal.value.value == "7.00"
    assert DOOR_A in refusal.value.message


def test_only_an_account_that_may_go_negative_does() -> None:
    transfers = posting("k", (DOOR_A, OUTSIDE, 1)).transfers

    legs = legs_of(transfers, [state(DOOR_A, Side.CREDIT, may_go_negative=True), state(OUTSIDE, Side.CREDIT)])

    assert legs[0].balance_fen == -1


def test_money_passing_through_an_empty_account_within_one_posting_is_allowed() -> None:
    legs = legs_of(
        posting("k", (DOOR_A, DOOR_B, 5), (BANK, DOOR_A, 5)).transfers,
        [state(BANK, Side.DEBIT), state(DOOR_A, Side.CREDIT), state(DOOR_B, Side.CREDIT)],
    )

    assert [leg.balance_fen for leg in legs if leg.account == DOOR_A] == [-5, 0]


def test_a_balance_beyond_64_bits_is_refused_though_the_amount_fits() -> None:
    states = [state(BANK, Side.DEBIT, MAX_FEN), state(DOOR_A, Side.CREDIT)]

    with pytest.raises(OutOfRange):
        legs_of(posting("k", (BANK, DOOR_A, 1)).transfers, states)


@given(
    moves=st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(1, 10**12)).filter(lambda move: move[0] != move[1]),
        min_size=1,
        max_size=20,
    ),
    sides=st.tuples(*[st.sampled_from(Side)] * 4),
)
def test_whatever_is_posted_debits_equal_credits_and_legs_add_up_to_the_net_change(
    moves: list[tuple[int, int, int]], sides: tuple[Side, ...]
) -> None:
    states = [state(f"a{number}", side, may_go_negative=True) for number, side in enumerate(sides)]
    transfers = posting("k", *((f"a{debit}", f"a{credit}", amount) for debit, credit, amount in moves)).transfers

    legs = legs_of(transfers, states)

    signed = {Side.DEBIT: 1, Side.CREDIT: -1}
    final = {leg.account: leg.balance_fen for leg in legs}
    assert sum(signed[leg.side] * leg.amount_fen for leg in legs) == 0
    assert sum(signed[each.side] * final.get(each.account, 0) for each in states) == 0
    assert {id_: change for id_, change in net_changes(transfers, states).items() if id_ in final} == final


def test_equal_postings_and_only_those_have_equal_digests() -> None:
    first = posting("k", (BANK, DOOR_A, 1))

    assert posting("k", (BANK, DOOR_A, 1)).digest == first.digest
    assert posting("k", (BANK, DOOR_A, 2)).digest != first.digest
    assert posting("k", (BANK, DOOR_A, 1), memo="x").digest != first.digest
