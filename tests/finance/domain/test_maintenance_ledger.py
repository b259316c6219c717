"""Doors and pool sum to the fund, and the funds to the bank, whatever is posted and in however many postings."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from kit.area import Area
from kit.ledger.transfers import MOST_TRANSFERS, Account, Side, Transfer
from kit.money import Fen
from services.finance.domain.deposit_ledger import bank_account_id
from services.finance.domain.maintenance_allocation import (
    NOTHING_CHARGED,
    Allocation,
    AllocationLine,
    Charged,
    ScopePart,
    allocate,
)
from services.finance.domain.maintenance_fund import MaintenanceFund, MaintenanceFundKind, SubAccount
from services.finance.domain.maintenance_ledger import (
    bank_postings,
    changes_of_fund,
    clearing_account,
    clearing_account_id,
    door_account,
    door_account_id,
    in_postings,
    incoming,
    is_door,
    is_of_fund,
    outgoing,
    payable_account_id,
    pool_account,
    pool_account_id,
    receivable_account_id,
    shortfall_accounts,
    shortfall_payment_transfers,
    shortfall_transfers,
    sub_account_of,
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


def test_a_movement_that_leaves_the_bank_as_it_was_touches_it_in_no_posting() -> None:
    doors = [(door_account_id(f"msa_{number:04}"), Fen(1)) for number in range(MOST_TRANSFERS)]
    moved = (*outgoing("cus_1", doors), *incoming("cus_1", [(POOL, Fen(MOST_TRANSFERS))]))

    postings = bank_postings(moved, bank=BANK, clearing=CLEARING)

    assert [len(posting) for posting in postings] == [MOST_TRANSFERS, 1]
    assert all(BANK not in (one.debit, one.credit) for posting in postings for one in posting)


def test_money_that_came_in_for_many_doors_is_cleared_from_the_bank() -> None:
    doors = [(door_account_id(f"msa_{number:04}"), Fen(1)) for number in range(MOST_TRANSFERS + 1)]

    at_bank, first, second = bank_postings(incoming("cus_1", doors), bank=BANK, clearing=CLEARING)

    assert at_bank == (Transfer(BANK, CLEARING, Fen(MOST_TRANSFERS + 1)),)
    assert [one.debit for one in (*first, *second)] == [CLEARING] * (MOST_TRANSFERS + 1)
    assert [one.credit for one in (*first, *second)] == [account for account, _ in doors]


def test_transfers_are_posted_in_order_in_as_many_postings_as_they_need() -> None:
    transfers = incoming("cus_1", [(door_account_id(f"msa_{n:04}"), Fen(1)) for n in range(2 * MOST_TRANSFERS + 1)])

    postings = in_postings(transfers)

    assert [len(posting) for posting in postings] == [MOST_TRANSFERS, MOST_TRANSFERS, 1]
    assert tuple(one for posting in postings for one in posting) == transfers


FUND = MaintenanceFund(
    id="mtf_1",
    kind=MaintenanceFundKind.OLD_ESTATE,
    district="360702",
    estate_id="est_1",
    custody_account_id="cus_1",
    opened_on=date(2024, 1, 5),
    interest_to=date(2024, 1, 5),
    policy_version_id="360702-v1",
)
AREAS = ("district:360702", "estate:est_1")


def an_account(id_: str, name: str, side: Side = Side.CREDIT, *, may_go_negative: bool = False) -> Account:
    return Account(
        id=id_,
        book="maintenance:360702",
        name=name,
        side=side,
        district="360702",
        areas=AREAS,
        may_go_negative=may_go_negative,
    )


def test_a_fund_owes_to_its_doors_and_its_pool() -> None:
    sub = SubAccount("msa_1", "mtf_1", "est_1", "prt_1", "bld_1", "1栋101", Area(8000), False, Fen(1), FUND.opened_on)

    assert door_account(FUND, sub, areas=AREAS) == an_account("fund-door:msa_1", "维修资金 分户账 1栋101")
    assert pool_account(FUND, areas=AREAS) == an_account("fund-pool:mtf_1", "维修资金 小区公共账")
    assert clearing_account(FUND, areas=AREAS) == an_account(
        "fund-clearing:mtf_1", "维修资金 过渡账", may_go_negative=True
    )


def test_only_doors_and_pool_are_money_of_the_fund() -> None:
    ids = ["fund-door:msa_1", "fund-pool:mtf_1", "fund-clearing:mtf_1", "fund-receivable:mus_1:prt_1", BANK]

    assert [is_of_fund(id_) for id_ in ids] == [True, True, False, False, False]
    assert [is_door(id_) for id_ in ids] == [True, False, False, False, False]
    assert sub_account_of("fund-door:msa_1") == "msa_1"


def sheet_of(*lines: tuple[str, str | None, int, int], pool: int = 0) -> Allocation:
    """Return a sheet of lines: part, sub-account, share and covered."""
    made = tuple(
        AllocationLine(part, f"{part} 室", Area(1), sub_id, Fen(share), Fen(covered))
        for part, sub_id, share, covered in lines
    )
    return Allocation(Fen(0), Area(len(made)), made, Fen(pool), Fen(pool))


SHORT = sheet_of(("prt_1", "msa_1", 50, 50), ("prt_2", "msa_2", 50, 49), ("prt_3", None, 50, 0))


def test_what_owners_owe_for_a_use_stands_beside_the_fund() -> None:
    assert shortfall_accounts(SHORT, use_id="mus_1", district="360702", areas=AREAS) == (
        an_account("fund-receivable:mus_1:prt_2", "维修费用应收 prt_2 室", Side.DEBIT),
        an_account("fund-receivable:mus_1:prt_3", "维修费用应收 prt_3 室", Side.DEBIT),
        an_account("fund-payable:mus_1", "维修费用应付（待业主补缴）"),
    )
    assert shortfall_transfers(SHORT, use_id="mus_1") == (
        Transfer("fund-receivable:mus_1:prt_2", "fund-payable:mus_1", Fen(1)),
        Transfer("fund-receivable:mus_1:prt_3", "fund-payable:mus_1", Fen(50)),
    )


def test_what_an_owner_pays_for_a_use_goes_on_to_the_contractor() -> None:
    receivable, payable = receivable_account_id("mus_1", "prt_2"), payable_account_id("mus_1")

    assert shortfall_payment_transfers("cus_1", use_id="mus_1", part_id="prt_2", amount=Fen(7)) == (
        Transfer(BANK, receivable, Fen(7)),
        Transfer(payable, BANK, Fen(7)),
    )


def test_money_comes_in_and_goes_out_by_whom_it_belongs_to() -> None:
    shares = [("fund-door:msa_1", Fen(1)), ("fund-door:msa_2", Fen(0)), (POOL, Fen(7))]

    assert incoming("cus_1", shares) == (Transfer(BANK, "fund-door:msa_1", Fen(1)), Transfer(BANK, POOL, Fen(7)))
    assert outgoing("cus_1", shares) == (Transfer("fund-door:msa_1", BANK, Fen(1)), Transfer(POOL, BANK, Fen(7)))


def test_each_account_bears_what_was_not_charged_before_and_the_pool_gets_the_rest_back() -> None:
    charged = Charged({"prt_1": Fen(20), "prt_2": Fen(49)}, Fen(5))

    assert use_transfers("cus_1", "mtf_1", SHORT, charged) == (
        Transfer(BANK, POOL, Fen(5)),
        Transfer("fund-door:msa_1", BANK, Fen(30)),
    )
    with_pool = sheet_of(("prt_1", "msa_1", 50, 50), pool=6)
    assert use_transfers("cus_1", "mtf_1", with_pool, charged) == (
        Transfer("fund-door:msa_1", BANK, Fen(30)),
        Transfer(POOL, BANK, Fen(1)),
    )


def test_a_door_gets_back_what_a_first_payment_took_beyond_its_share_of_a_lower_settlement() -> None:
    parts = [
        ScopePart(part, f"{part} 室", Area(1), sub_id) for part, sub_id in (("prt_1", "msa_1"), ("prt_2", "msa_2"))
    ]
    first = allocate(Fen(60), parts, balances={"msa_1": Fen(30), "msa_2": Fen(10)}, pool=Fen(0))
    whole = allocate(Fen(50), parts, balances={}, pool=Fen(0), charged=first.charged)

    # 30 and 10 were taken of 60; of 50 each door bears 25, of which the second one has its 10.
    assert (first.covered, whole.covered) == (40, 35)
    assert use_transfers("cus_1", "mtf_1", whole, first.charged) == (Transfer(BANK, "fund-door:msa_1", Fen(5)),)


def test_a_fund_changes_by_what_its_doors_and_pool_gain_and_lose() -> None:
    moved = (
        Transfer(BANK, "fund-door:msa_1", Fen(9)),
        Transfer("fund-door:msa_1", POOL, Fen(4)),
        Transfer(POOL, BANK, Fen(1)),
        Transfer("fund-receivable:mus_1:prt_1", "fund-payable:mus_1", Fen(3)),
    )

    assert changes_of_fund(moved) == {"fund-door:msa_1": 5, POOL: 3}
