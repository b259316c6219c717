"""Doors and pool sum to the fund, and the funds to the bank, whatever is posted and in however many postings."""

from collections import Counter
from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from kit.area import Area
from kit.ledger.transfers import MOST_TRANSFERS, Transfer
from kit.money import Fen
from services.finance.domain.deposit_ledger import bank_account_id
from services.finance.domain.maintenance_allocation import NOTHING_CHARGED, ScopePart, allocate
from services.finance.domain.maintenance_ledger import (
    bank_postings,
    changes_of_fund,
    clearing_account_id,
    door_account_id,
    incoming,
    outgoing,
    pool_account_id,
    use_transfers,
)

BANK, CLEARING, POOL = bank_account_id("cus_1"), clearing_account_id("mtf_1"), pool_account_id("mtf_1")
DOORS = [f"msa_{number}" for number in range(4)]
PARTS = [ScopePart(f"prt_{n}", str(n), Area(1000 + 7 * n), sub_id) for n, sub_id in enumerate(DOORS)]


def applied(balances: Counter[str], transfers: Iterable[Transfer]) -> None:
    """Move the amounts: what stands at the bank grows by a debit, what is owed by a credit."""
    for transfer in transfers:
        for account, sign in ((transfer.debit, 1), (transfer.credit, -1)):
            balances[account] += sign * transfer.amount_fen * (1 if account == BANK else -1)


steps = st.lists(
    st.tuples(st.sampled_from(["in", "pool", "out", "use"]), st.integers(0, 3), st.integers(1, 10**7)), max_size=30
)


@given(steps)
def test_in_every_state_doors_and_pool_sum_to_the_bank(taken: list[tuple[str, int, int]]) -> None:
    balances: Counter[str] = Counter()

    for what, door, amount in taken:
        account = door_account_id(DOORS[door])
        if what == "in":
            moved = incoming("cus_1", [(account, Fen(amount))])
        elif what == "pool":
            moved = incoming("cus_1", [(POOL, Fen(amount))])
        elif what == "out":
            moved = outgoing("cus_1", [(account, Fen(min(amount, balances[account])))])
        else:
            held = {sub_id: Fen(balances[door_account_id(sub_id)]) for sub_id in DOORS}
            sheet = allocate(Fen(amount), PARTS, balances=held, pool=Fen(balances[POOL]))
            moved = use_transfers("cus_1", "mtf_1", sheet, NOTHING_CHARGED)
        fund = sum(changes_of_fund(moved).values())
        before = balances[BANK]
        applied(balances, moved)

        assert balances[BANK] - before == fund
        assert sum(balances[door_account_id(sub_id)] for sub_id in DOORS) + balances[POOL] == balances[BANK]
        assert min(balances.values(), default=0) >= 0


def test_a_movement_of_more_doors_than_a_posting_holds_touches_the_bank_once() -> None:
    doors = [(door_account_id(f"msa_{number:04}"), Fen(number + 1)) for number in range(MOST_TRANSFERS + 1)]
    moved = (*outgoing("cus_1", doors), *incoming("cus_1", [(POOL, Fen(5))]))

    postings = bank_postings(moved, bank=BANK, clearing=CLEARING)

    assert [len(posting) for posting in postings] == [1, MOST_TRANSFERS, 2]
    [at_bank] = [one for posting in postings for one in posting if BANK in (one.debit, one.credit)]
    assert (at_bank.credit, at_bank.amount_fen) == (BANK, sum(amount for _, amount in doors) - 5)
    whole, parts = Counter[str](), Counter[str]()
    applied(whole, moved)
    applied(parts, (one for posting in postings for one in posting))
    assert parts.pop(CLEARING) == 0
    assert parts == whole
    assert bank_postings(moved[:MOST_TRANSFERS], bank=BANK, clearing=CLEARING) == [moved[:MOST_TRANSFERS]]
    assert bank_postings((), bank=BANK, clearing=CLEARING) == []
