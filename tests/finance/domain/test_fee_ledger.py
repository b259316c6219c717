"""How fees stand in the ledger: for each estate and creditor, receivable + collected = claim + prepaid."""

from collections import Counter
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.ledger.transfers import Account, Side, Transfer
from kit.money import Fen
from services.finance.domain.bill import Creditor, Payee
from services.finance.domain.fee_ledger import (
    accounts_of,
    applied,
    billed,
    bills_of_memo,
    book_of,
    cancelled,
    claim_id,
    collected_id,
    digest_of,
    estate_of_account,
    number_of_bill,
    page_key,
    page_memo,
    prepaid_id,
    receivable_id,
    received,
    refunded,
    written_off,
    written_off_id,
)

PROVIDER = Creditor(Payee.PROVIDER, "prv_1")
RECEIVABLE, CLAIM = "fee-receivable:est_1:PROVIDER:prv_1", "fee-claim:est_1:PROVIDER:prv_1"
COLLECTED, PREPAID = "fee-collected:est_1:PROVIDER:prv_1", "fee-prepaid:est_1:PROVIDER:prv_1"
WRITTEN_OFF = "fee-written-off:est_1:PROVIDER:prv_1"


@pytest.mark.parametrize(
    ("payee", "name"),
    [
        (Payee.PROVIDER, "物业服务人"),
        (Payee.OWNERS_PUBLIC_ACCOUNT, "业主大会公账"),
        (Payee.TRUST_FUND, "业主共同基金"),
        (Payee.COMMUNITY, "社区"),
        (Payee.UNIT, "原产权单位"),
    ],
)
def test_an_estate_and_a_creditor_have_five_accounts(payee: Payee, name: str) -> None:
    accounts = accounts_of(
        "est_1", Creditor(payee, "x_1"), district="360702", estate_name="幸福里", areas=("estate:est_1",)
    )

    assert accounts == tuple(
        Account(
            id=f"{kind}:est_1:{payee.value}:x_1",
            book="fees:360702",
            name=f"幸福里 {title}（{name}）",
            side=side,
            district="360702",
            areas=("estate:est_1",),
        )
        for kind, title, side in (
            ("fee-receivable", "应收物业费", Side.DEBIT),
            ("fee-claim", "物业费债权", Side.CREDIT),
            ("fee-collected", "已收物业费", Side.DEBIT),
            ("fee-prepaid", "预收物业费", Side.CREDIT),
            ("fee-written-off", "核销物业费", Side.DEBIT),
        )
    )


def test_an_estate_whose_name_is_not_known_is_named_by_its_id() -> None:
    [first, *_] = accounts_of("est_1", PROVIDER, district="360403", estate_name="", areas=())

    assert (first.name, first.book) == ("est_1 应收物业费（物业服务人）", "fees:360403")
    assert book_of("360403") == "fees:360403"


def test_every_account_is_named_by_its_kind_the_estate_and_the_creditor() -> None:
    ids = [id_of("est_1", PROVIDER) for id_of in (receivable_id, claim_id, collected_id, prepaid_id, written_off_id)]

    assert ids == [RECEIVABLE, CLAIM, COLLECTED, PREPAID, WRITTEN_OFF]
    assert {estate_of_account(id_) for id_ in ids} == {"est_1"}


def test_what_is_written_off_is_a_loss_and_no_longer_owed() -> None:
    assert written_off("est_1", PROVIDER, Fen(53)) == Transfer(WRITTEN_OFF, RECEIVABLE, Fen(53))


def test_a_bill_is_owed_by_owners_and_claimed_by_the_creditor() -> None:
    assert billed("est_1", PROVIDER, Fen(93)) == Transfer(RECEIVABLE, CLAIM, Fen(93))


@pytest.mark.parametrize(
    ("settled", "prepaid", "expected"),
    [
        (93, 0, (Transfer(COLLECTED, RECEIVABLE, Fen(93)),)),
        (0, 7, (Transfer(COLLECTED, PREPAID, Fen(7)),)),
        (1, 1, (Transfer(COLLECTED, RECEIVABLE, Fen(1)), Transfer(COLLECTED, PREPAID, Fen(1)))),
    ],
)
def test_money_that_comes_in_goes_to_bills_and_beyond_them(
    settled: int, prepaid: int, expected: tuple[Transfer, ...]
) -> None:
    assert received("est_1", PROVIDER, settled=Fen(settled), prepaid=Fen(prepaid)) == expected


@pytest.mark.parametrize(
    ("unpaid", "paid", "expected"),
    [
        (93, 0, (Transfer(CLAIM, RECEIVABLE, Fen(93)),)),
        (0, 93, (Transfer(CLAIM, PREPAID, Fen(93)),)),
        (1, 1, (Transfer(CLAIM, RECEIVABLE, Fen(1)), Transfer(CLAIM, PREPAID, Fen(1)))),
    ],
)
def test_what_was_paid_on_a_cancelled_bill_becomes_prepaid(
    unpaid: int, paid: int, expected: tuple[Transfer, ...]
) -> None:
    assert cancelled("est_1", PROVIDER, unpaid=Fen(unpaid), paid=Fen(paid)) == expected


def test_prepaid_money_settles_bills_or_goes_back() -> None:
    assert applied("est_1", PROVIDER, Fen(7)) == Transfer(PREPAID, RECEIVABLE, Fen(7))
    assert refunded("est_1", PROVIDER, Fen(7)) == Transfer(PREPAID, COLLECTED, Fen(7))


amounts = st.integers(1, 10**9).map(Fen)


@given(
    st.lists(
        st.tuples(st.sampled_from(["bill", "receive", "cancel", "apply", "refund"]), amounts, amounts), max_size=20
    )
)
def test_whatever_is_posted_receivable_and_collected_are_claim_and_prepaid(steps: list[tuple[str, Fen, Fen]]) -> None:
    balances: Counter[str] = Counter()

    for what, one, other in steps:
        posted = {
            "bill": (billed("est_1", PROVIDER, one),),
            "receive": received("est_1", PROVIDER, settled=one, prepaid=other),
            "cancel": cancelled("est_1", PROVIDER, unpaid=one, paid=other),
            "apply": (applied("est_1", PROVIDER, one),),
            "refund": (refunded("est_1", PROVIDER, one),),
        }[what]
        for transfer in posted:
            for account, sign in ((transfer.debit, 1), (transfer.credit, -1)):
                balances[account] += sign * transfer.amount_fen * (1 if account in (RECEIVABLE, COLLECTED) else -1)

        assert balances[RECEIVABLE] + balances[COLLECTED] == balances[CLAIM] + balances[PREPAID]


@pytest.mark.rule("DH-38")
def test_the_posting_of_a_page_vouches_for_every_bill_of_it() -> None:
    amounts = [("bil_7f-0000009", Fen(9300)), ("bil_7f-0000010", Fen(1)), ("bil_7f-0000011", Fen(200))]

    memo = page_memo("bil_7f-0000009", "bil_7f-0000011", amounts)

    digest = "sha256:" + sha256(b"bil_7f-0000009 9300\nbil_7f-0000010 1\nbil_7f-0000011 200").hexdigest()
    assert memo == f"物业费账单 bil_7f-0000009 至 bil_7f-0000011 {digest}"
    assert bills_of_memo(memo) == ([id_ for id_, _ in amounts], digest)
    assert digest_of([*amounts[:2], ("bil_7f-0000011", Fen(201))]) != digest


def test_a_page_of_one_bill_names_it_twice() -> None:
    memo = page_memo("bil_a-b-0000100", "bil_a-b-0000100", [("bil_a-b-0000100", Fen(1))])

    assert bills_of_memo(memo)[0] == ["bil_a-b-0000100"]
    assert number_of_bill("bil_a-b-0000100") == 100


@pytest.mark.rule("DH-38")
def test_a_page_of_a_run_is_posted_once() -> None:
    assert page_key("run_1", 7) == "bill-run:run_1:7"
