"""Fees from the rate to the last fen: set, marked, billed in pages, paid, refunded; ledger and bills agree."""

from datetime import date
from typing import Any

import pytest

from kit.caller import Role
from kit.clock import Clock
from kit.ids import new_id
from kit.ledger.verify import verify
from kit.money import Fen, yuan
from kit.mongo import Mongo
from services.finance.domain.bill import BillState, Payee, Standing
from services.finance.domain.bill_run import RunState
from services.finance.domain.fee_payment import account_id
from services.finance.store.bill_runs import find_run
from services.finance.store.fee_accounts import find_accounts_of_parts
from services.finance.use_cases.make_out_bills import make_out_bills
from services.finance.use_cases.run_bill_runs import BillRuns
from services.finance.use_cases.verify_fees import verify_fees
from tests.finance.fees import ACCOUNT, CANCEL, EVERYTHING, OUTSIDE, REFUND, UNITS, Served, served_estate
from tests.heard import PANZHIHUA, HeardService, caller

pytestmark = pytest.mark.store

NO_ERRORS: list[Any] = []


async def assert_books_agree(finance: HeardService, served: Served) -> None:
    """Assert that bills, accounts and ledger say the same, and that the ledger is whole."""
    assert await verify_fees(finance.mongo, served.facts.district) == []
    report = await verify(finance.mongo, f"fees:{served.facts.district}", clock=finance.clock)
    assert report.findings == ()


async def test_a_run_bills_every_part_and_the_ledger_has_the_sum(finance: HeardService) -> None:
    served = await served_estate(finance, "89.35", "63.55", "120.00")
    await served.set_rates()

    run = await served.bill(page_size=2)

    assert (run.state, run.bill_count, run.part_count, run.page_count) == (RunState.COMPLETED, 3, 3, 2)
    assert run.total == yuan("327.48")  # 107.22 + 76.26 + 144.00
    [bill] = await served.bills()
    assert (bill.amount, bill.creditor.payee, bill.state_on(date(2026, 3, 31))) == (
        yuan("107.22"),
        Payee.PROVIDER,
        BillState.ISSUED,
    )
    announced = [data for name, data in await finance.announced() if "bill_run.completed" in name]
    assert [(one["count"], one["total"], one["payee"], one["itemCode"]) for one in announced] == [
        (3, "327.48", "PROVIDER", "PROPERTY")
    ]
    await assert_books_agree(finance, served)


@pytest.mark.rule("DH-38")
async def test_the_same_run_again_is_the_same_and_an_overlapping_one_is_refused(finance: HeardService) -> None:
    served = await served_estate(finance, "89.35")
    await served.set_rates()
    run = await served.bill()

    again = await served.start_run()
    overlapping = await served.start_run("2026-Q1")
    other_items = await served.start_run(items=["PROPERTY", "PARKING"])

    assert again["run"]["id"] == run.id
    assert [(one["code"], one["value"]) for one in overlapping["errors"]] == [("DUPLICATE", "PROPERTY")]
    assert [one["code"] for one in other_items["errors"]] == ["DUPLICATE"]
    assert (await make_out_bills(finance.mongo, run.id, clock=finance.clock)).bill_count == 1
    assert len(await served.bills()) == 1


async def test_a_run_that_was_killed_goes_on_after_its_last_page(finance: HeardService) -> None:
    served = await served_estate(finance, *["50.00"] * 5)
    await served.set_rates()
    started = await served.start_run()
    run_id = started["run"]["id"]
    with pytest.raises(Killed):
        await make_out_bills(finance.mongo, run_id, clock=DyingClock(finance.clock, ticks=2), page_size=1)
    halfway = await find_run(finance.mongo, run_id, scope=EVERYTHING)
    assert halfway is not None
    assert (halfway.state, halfway.bill_count) == (RunState.RUNNING, 2)

    assert await BillRuns(finance.mongo, clock=finance.clock, page_size=2).finish_started() == 1

    assert [len(await served.bills(part)) for part in range(5)] == [1] * 5
    finished = await find_run(finance.mongo, run_id, scope=EVERYTHING)
    assert finished is not None
    assert (finished.state, finished.bill_count, finished.total) == (RunState.COMPLETED, 5, yuan("300.00"))
    assert await BillRuns(finance.mongo, clock=finance.clock).finish_started() == 0
    await assert_books_agree(finance, served)


async def test_money_that_is_prepaid_before_the_first_bill_is_no_difference(finance: HeardService) -> None:
    served = await served_estate(finance, "89.35")

    paid = await served.pay("30.00")

    assert paid["account"]["prepaid"] == "30.00"
    await assert_books_agree(finance, served)


@pytest.mark.rule("DH-16")
async def test_nothing_is_billed_before_prices_are_marked(finance: HeardService) -> None:
    served = await served_estate(finance, "89.35")
    await served.set_rates(mark=False)

    refused = await served.start_run()

    assert [(one["code"], one["path"]) for one in refused["errors"]] == [("PRECONDITION", ["input", "items"])]


@pytest.mark.rule("PZ-19")
async def test_a_self_managed_estate_bills_what_its_owners_decided(finance: HeardService) -> None:
    served = await served_estate(finance, "89.35", district=PANZHIHUA)
    facts = served.facts
    await finance.hear(facts.mode_changed("OWNER_SELF", "2025-01-01"))
    undecided = await served.start_run()
    assert [one["code"] for one in undecided["errors"]] == ["NEEDS_DECISION"]

    await served.set_rates(contractId=None, decisionId=facts.decision_id, effectiveFrom="2025-01-01")
    not_passed = await served.start_run()
    await finance.hear(facts.decision_closed(closed_on="2024-12-20"))
    run = await served.bill()

    assert [one["code"] for one in not_passed["errors"]] == ["NEEDS_DECISION"]
    assert [(one.creditor.payee, one.creditor.id) for one in run.totals] == [
        (Payee.OWNERS_PUBLIC_ACCOUNT, facts.estate_id)
    ]
    await finance.hear(facts.decision_annulled("2026-03-04"), facts.decision_annulled("2026-03-04"))
    held = await served.start_run("2026-04", dueOn="2026-04-30")
    assert [one["code"] for one in held["errors"]] == ["NEEDS_DECISION"]
    assert await finance.work_items() == [("NEEDS_DECISION", facts.estate_id)]
    assert len(await served.bills()) == 1


@pytest.mark.rule("DH-02")
async def test_an_item_outside_the_gate_gets_no_rate(finance: HeardService) -> None:
    served = await served_estate(finance, "89.35")

    refused = await served.set_rates(rates=[{"itemCode": OUTSIDE["code"], "unit": "PER_M2_MONTH", "rate": "0.10"}])

    assert [(one["code"], one["path"], one["value"]) for one in refused["errors"]] == [
        ("EARMARK", ["input", "rates", "0", "itemCode"], "ROADS")
    ]


@pytest.mark.rule("ZG-34")
async def test_zhanggongs_cleaning_is_the_municipalitys(finance: HeardService) -> None:
    cleaning = {**OUTSIDE, "code": "CLEANING", "inside": True}
    served = await served_estate(finance, "89.35", items=(cleaning,))

    refused = await served.set_rates(rates=[{"itemCode": "CLEANING", "unit": "PER_M2_MONTH", "rate": "0.10"}])

    assert [(one["code"], one["value"]) for one in refused["errors"]] == [("EARMARK", "CLEANING")]


@pytest.mark.rule("ZG-27")
async def test_a_basic_service_is_billed_to_all_owners_and_owed_to_the_community(finance: HeardService) -> None:
    served = await served_estate(finance, "89.35")
    facts = served.facts
    await finance.hear(
        facts.mode_changed("COMMUNITY_FALLBACK", "2025-01-01", items=("CLEANING",), cost_bearer="ALL_OWNERS"),
        facts.decision_closed(closed_on="2024-12-20"),
    )
    rate = {"itemCode": "CLEANING", "unit": "PER_HOUSEHOLD_MONTH", "rate": "15.00"}
    values: dict[str, Any] = {"contractId": None, "decisionId": facts.decision_id, "effectiveFrom": "2025-01-01"}

    public = await served.set_rates(rates=[{**rate, "bearer": "PUBLIC_FUNDS"}], **values)
    await served.set_rates(rates=[rate], **values)
    run = await served.bill(items=["CLEANING"])

    assert [one["code"] for one in public["errors"]] == ["EARMARK"]
    assert [(one.creditor.payee, one.creditor.id, one.amount) for one in run.totals] == [
        (Payee.COMMUNITY, facts.community_id, yuan("15.00"))
    ]


async def test_payments_settle_the_oldest_bill_and_what_is_over_settles_the_next(finance: HeardService) -> None:
    served = await served_estate(finance, "100.00")
    await served.set_rates()  # 120.00 a month
    await served.bill("2026-03")
    await served.bill("2026-04", dueOn="2026-04-30")

    partial = await served.pay("100.00")
    over = await served.pay("200.00")
    await served.bill("2026-05", dueOn="2026-05-31")

    assert [one["amount"] for one in partial["payment"]["allocations"]] == ["100.00"]
    assert [one["amount"] for one in over["payment"]["allocations"]] == ["20.00", "120.00"]
    assert (over["payment"]["prepaid"], over["account"]["balance"]) == ("60.00", "60.00")
    assert [(bill.period, bill.paid, bill.standing) for bill in await served.bills()] == [
        ("2026-03", yuan("120.00"), Standing.SETTLED),
        ("2026-04", yuan("120.00"), Standing.SETTLED),
        ("2026-05", yuan("60.00"), Standing.OPEN),
    ]
    received = [data for name, data in await finance.announced() if "payment.received" in name]
    assert [(one.get("servicePeriod"), one["amount"]) for one in received] == [
        ("2026-03", "100.00"),
        ("2026-03", "20.00"),
        ("2026-04", "120.00"),
        (None, "60.00"),
    ]
    await assert_books_agree(finance, served)


async def test_a_bank_movement_is_recorded_once_however_often_it_is_told(finance: HeardService) -> None:
    served = await served_estate(finance, "100.00")
    await served.set_rates()
    await served.bill()
    first = await served.pay("50.00", bankRef="ref-1")

    again = await served.pay("50.00", bankRef="ref-1")
    other = await served.pay("60.00", bankRef="ref-1")

    assert again["payment"]["id"] == first["payment"]["id"]
    assert again["events"] == []
    assert [(one["code"], one["path"]) for one in other["errors"]] == [("DUPLICATE", ["input", "bankRef"])]
    assert [bill.paid for bill in await served.bills()] == [yuan("50.00")]
    await assert_books_agree(finance, served)


async def test_what_was_charged_twice_is_cancelled_and_goes_back(finance: HeardService) -> None:
    served = await served_estate(finance, "100.00")
    await served.set_rates()
    await served.bill()
    paid = await served.pay("120.00")
    payment_id = paid["payment"]["id"]
    refund: dict[str, Any] = {
        "paymentId": payment_id,
        "amount": "120.00",
        "refundReason": "REPEATED_CHARGE",
        "bankRef": "back-1",
        "refundedOn": "2026-03-05",
    }
    settled = await served.write(REFUND, "refundFeePayment", **refund)
    [bill] = await served.bills()
    unexplained = await served.write(CANCEL, "cancelFeeBill", billId=bill.id)

    cancelled = await served.write(CANCEL, "cancelFeeBill", billId=bill.id, reason="重复收取")
    back = await served.write(REFUND, "refundFeePayment", **refund)
    again = await served.write(REFUND, "refundFeePayment", **refund)

    assert [one["code"] for one in settled["errors"]] == ["INSUFFICIENT_FUNDS"]
    assert [one["code"] for one in unexplained["errors"]] == ["VALIDATION"]
    assert (cancelled["bill"]["state"], cancelled["bill"]["outstanding"]) == ("CANCELLED", "0.00")
    assert (back["payment"]["refunded"], back["account"]["prepaid"]) == ("120.00", "0.00")
    assert [one["type"] for one in back["events"]] == ["finance.payment.refunded"]
    assert (again["payment"]["refunded"], again["events"]) == ("120.00", [])
    await assert_books_agree(finance, served)


@pytest.mark.rule("G-28")
async def test_june_money_goes_to_the_old_payee_and_july_bills_to_the_trust(finance: HeardService) -> None:
    served = await served_estate(finance, "100.00")
    served.today("2024-06-01")
    await served.set_rates()
    await served.bill("2024-06", dueOn="2024-06-30")
    await served.bill("2024-07", dueOn="2024-07-31")

    await finance.hear(served.facts.mode_changed("TRUST", "2024-07-01", contract_id=served.facts.contract_id))
    served.today("2024-07-05")
    paid = await served.pay("120.00", paidOn="2024-07-05")

    assert [(one["servicePeriod"], one["payee"]) for one in paid["payment"]["allocations"]] == [("2024-06", "PROVIDER")]
    assert [(bill.period, bill.creditor.payee, bill.standing) for bill in await served.bills()] == [
        ("2024-06", Payee.PROVIDER, Standing.SETTLED),
        ("2024-07", Payee.TRUST_FUND, Standing.OPEN),
    ]
    moved = [data for name, data in await finance.announced() if "moved_to_trust" in name]
    assert [(one["cutoverOn"], one["total"], len(one["billIds"])) for one in moved] == [("2024-07-01", "120.00", 1)]
    await finance.hear_again()
    assert len(await served.bills()) == 2
    await assert_books_agree(finance, served)


async def test_a_mode_that_is_taken_back_leaves_the_bills_with_the_old_payee(finance: HeardService) -> None:
    served = await served_estate(finance, "100.00")
    await served.set_rates()
    await served.bill()
    await finance.hear(served.facts.mode_changed("TRUST", "2026-03-16", contract_id=served.facts.contract_id))
    split = [(bill.creditor.payee, bill.amount) for bill in await served.bills()]

    await finance.hear(served.facts.mode_changed("NONE", "2026-03-16", from_="TRUST", is_reversal=True))

    assert split == [(Payee.PROVIDER, yuan("58.06")), (Payee.TRUST_FUND, yuan("61.94"))]
    assert {bill.creditor.payee for bill in await served.bills()} == {Payee.PROVIDER}
    assert sum(bill.amount for bill in await served.bills()) == yuan("120.00")
    await assert_books_agree(finance, served)


async def test_a_sale_heard_after_the_run_splits_the_bill_and_keeps_what_was_paid_with_the_seller(
    finance: HeardService,
) -> None:
    served = await served_estate(finance, "100.00")
    await served.set_rates()
    await served.bill()
    await served.pay("100.00")
    [seller], buyer = served.owners, new_id("own")

    await finance.hear(
        served.facts.ownership_transferred(served.parts[0], to={buyer: "1.0000"}, since="2026-03-16", before=(seller,))
    )
    await finance.hear_again()

    assert [(bill.owner_ids, bill.amount, bill.paid) for bill in await served.bills()] == [
        ((seller,), yuan("58.06"), yuan("58.06")),
        ((buyer,), yuan("61.94"), Fen(0)),
    ]
    await assert_books_agree(finance, served)


@pytest.mark.rule("DH-38")
async def test_what_a_seller_prepaid_settles_no_bill_of_the_buyer_and_goes_back(finance: HeardService) -> None:
    served = await served_estate(finance, "100.00")
    await served.set_rates()
    await served.bill()
    seller_paid = await served.pay("300.00", paidOn="2026-03-02")  # 180.00 beyond March
    [seller], buyer = served.owners, new_id("own")
    buyer_paid = await served.pay("130.00", paidOn="2026-03-05")

    await finance.hear(
        served.facts.ownership_transferred(served.parts[0], to={buyer: "1.0000"}, since="2026-03-05", before=(seller,))
    )
    await finance.hear_again()
    await served.bill("2026-04", dueOn="2026-04-30")

    # The seller's days of March come to 15.48; of the 120.00 that settled March 104.52 are the seller's again.
    assert [(bill.owner_ids, bill.period, bill.amount, bill.paid) for bill in await served.bills()] == [
        ((seller,), "2026-03", yuan("15.48"), yuan("15.48")),
        ((buyer,), "2026-03", yuan("104.52"), Fen(0)),
        ((buyer,), "2026-04", yuan("120.00"), yuan("120.00")),
    ]
    account = await served.account()
    assert (account["prepaid"], account["setAside"], account["balance"]) == ("10.00", "284.52", "-94.52")
    too_much = await served.refund(buyer_paid, "10.01")
    back = await served.refund(seller_paid, "284.52")
    assert [one["code"] for one in too_much["errors"]] == ["INSUFFICIENT_FUNDS"]
    assert (back["errors"], back["payment"]["refunded"]) == (NO_ERRORS, "284.52")
    account = await served.account()
    assert (account["prepaid"], account["setAside"]) == ("10.00", "0.00")
    await assert_books_agree(finance, served)


async def test_what_a_seller_paid_and_gets_back_after_the_sale_settles_no_bill_of_the_buyer(
    finance: HeardService,
) -> None:
    served = await served_estate(finance, "100.00")
    await served.set_rates()
    await served.bill("2026-02")
    await served.pay("120.00")
    [paid], [seller] = await served.bills(), served.owners
    sold = served.facts.ownership_transferred(
        served.parts[0], to={new_id("own"): "1.0000"}, since="2026-03-05", before=(seller,)
    )

    await finance.hear(sold)
    await served.write(CANCEL, "cancelFeeBill", billId=paid.id, reason="重复收取")
    await served.bill("2026-04", dueOn="2026-04-30")

    [account] = (await find_accounts_of_parts(finance.mongo, served.parts, scope=EVERYTHING)).values()
    assert (account.prepaid_total, account.set_aside_total) == (0, yuan("120.00"))
    assert [bill.paid for bill in await served.bills()] == [0]
    await assert_books_agree(finance, served)


async def test_a_named_owners_money_settles_only_what_that_one_owes(finance: HeardService) -> None:
    served = await served_estate(finance, "100.00")
    await served.set_rates()
    await served.bill("2026-02")
    [seller], buyer = served.owners, new_id("own")
    sold = served.facts.ownership_transferred(
        served.parts[0], to={buyer: "1.0000"}, since="2026-03-01", before=(seller,)
    )
    early = await served.pay("10.00", ownerId=buyer)
    await finance.hear(sold)
    await served.bill()

    bought = await served.pay("150.00", ownerId=buyer, bankRef="ref-b")
    sold_for = await served.pay("130.00", ownerId=seller)
    told_by_bank = await served.pay("150.00", bankRef="ref-b")
    other_owner = await served.pay("150.00", ownerId=seller, bankRef="ref-b")

    assert [(one["code"], one["path"], one["value"]) for one in early["errors"]] == [
        ("PRECONDITION", ["input", "ownerId"], buyer)
    ]
    assert [one["servicePeriod"] for one in bought["payment"]["allocations"]] == ["2026-03"]
    assert (bought["payment"]["ownerId"], bought["account"]["prepaid"]) == (buyer, "30.00")
    assert [one["servicePeriod"] for one in sold_for["payment"]["allocations"]] == ["2026-02"]
    assert (sold_for["account"]["prepaid"], sold_for["account"]["setAside"]) == ("30.00", "10.00")
    assert told_by_bank["payment"]["id"] == bought["payment"]["id"]
    assert [(one["code"], one["path"]) for one in other_owner["errors"]] == [("DUPLICATE", ["input", "bankRef"])]
    too_much = await served.refund(sold_for, "10.01")
    back = await served.refund(sold_for, "10.00")
    assert ([one["code"] for one in too_much["errors"]], back["errors"]) == (["INSUFFICIENT_FUNDS"], NO_ERRORS)
    account = await served.account()
    assert (account["prepaid"], account["setAside"]) == ("30.00", "0.00")
    await assert_books_agree(finance, served)


@pytest.mark.parametrize(("names_seller", "prepaid", "aside"), [(True, "0.00", "180.00"), (False, "180.00", "0.00")])
async def test_what_a_named_seller_prepaid_after_a_sale_that_is_heard_later_is_set_aside(
    finance: HeardService, names_seller: bool, prepaid: str, aside: str
) -> None:
    served = await served_estate(finance, "100.00")
    [seller] = served.owners
    await served.pay("180.00", paidOn="2026-03-05", ownerId=seller if names_seller else None)

    await finance.hear(
        served.facts.ownership_transferred(
            served.parts[0], to={new_id("own"): "1.0000"}, since="2026-03-04", before=(seller,)
        )
    )

    account = await served.account()
    assert (account["prepaid"], account["setAside"]) == (prepaid, aside)
    await assert_books_agree(finance, served)


async def test_owners_see_what_is_prepaid_of_their_own_days_and_the_manager_all(finance: HeardService) -> None:
    served = await served_estate(finance, "100.00")
    [seller], buyer = served.owners, new_id("own")
    await served.pay("180.00", paidOn="2026-03-03")
    await finance.hear(
        served.facts.ownership_transferred(served.parts[0], to={buyer: "1.0000"}, since="2026-03-04", before=(seller,))
    )
    await served.pay("20.00", paidOn="2026-03-05")

    async def seen_with(*grants: str) -> tuple[str, str, str]:
        as_owner = caller(Role.OWNER, *grants)
        shown = (await finance.ask(ACCOUNT, by=as_owner, id=account_id(served.parts[0])))["feeAccount"]
        return shown["prepaid"], shown["setAside"], shown["balance"]

    assert await seen_with(f"owner:{seller}") == ("0.00", "180.00", "0.00")
    assert await seen_with(f"owner:{buyer}") == ("20.00", "0.00", "20.00")
    assert await seen_with(f"owner:{seller}", f"owner:{buyer}") == ("20.00", "180.00", "20.00")
    assert await seen_with(f"owner:{seller}", f"manage:{served.facts.estate_id}") == ("20.00", "180.00", "20.00")
    assert await seen_with(f"street:{served.facts.street_id}") == ("20.00", "180.00", "20.00")


async def test_a_former_owner_sees_the_own_payments_and_none_of_the_buyers(finance: HeardService) -> None:
    served = await served_estate(finance, "100.00")
    await served.set_rates()
    await served.bill("2026-02")
    [seller], buyer = served.owners, new_id("own")
    sold = served.facts.ownership_transferred(
        served.parts[0], to={buyer: "1.0000"}, since="2026-03-04", before=(seller,)
    )
    before = await served.pay("100.00", paidOn="2026-03-03")
    await finance.hear(sold)
    await served.bill()
    arrears = await served.pay("20.00")
    own = await served.pay("30.00")
    ahead = await served.pay("500.00")

    async def seen_by(owner_id: str) -> list[bool]:
        query = "query ($id: ID!) { feeAccount(id: $id) { payments { id } } }"
        as_owner = caller(Role.OWNER, f"owner:{owner_id}")
        shown = await finance.ask(query, by=as_owner, id=account_id(served.parts[0]))
        ids = {one["id"] for one in shown["feeAccount"]["payments"]}
        return [paid["payment"]["id"] in ids for paid in (before, arrears, own, ahead)]

    # The February that the seller had left open is settled first; the seller's days of March by the next payment.
    assert await seen_by(seller) == [True, True, True, False]
    assert await seen_by(buyer) == [False, True, True, True]


async def test_a_developer_owes_the_fee_until_the_part_is_delivered(finance: HeardService) -> None:
    served = await served_estate(finance, "100.00")
    [developer], buyer = served.owners, new_id("own")
    await finance.hear(
        served.facts.ownership_transferred(
            served.parts[0], to={buyer: "1.0000"}, since="2026-02-01", before=(developer,), undelivered=True
        )
    )
    await served.set_rates()
    await served.bill()
    before = [bill.owner_ids for bill in await served.bills()]

    await finance.hear(served.facts.part_delivered(served.parts[0], by=(developer,), delivered_on="2026-03-11"))

    assert before == [(developer,)]
    assert [(bill.owner_ids, bill.from_.day) for bill in await served.bills()] == [((developer,), 1), ((buyer,), 11)]


async def prepared(served: Served) -> dict[str, Any]:
    """Return what is shown as prepared for the end of the contract."""
    query = """query ($refs: [_Any!]!) { _entities(representations: $refs) { ... on ServiceContract {
        claimsSince exitRefunds { doorNumber amount explanation { result clause } } } } }"""
    refs = [{"__typename": "ServiceContract", "id": served.facts.contract_id}]
    return dict((await served.finance.ask(query, refs=refs))["_entities"][0])


async def test_what_was_prepaid_for_unserved_time_goes_back_when_the_contract_ends(finance: HeardService) -> None:
    served = await served_estate(finance, "100.00")
    await served.set_rates()
    await served.bill("2026-Q2", dueOn="2026-04-30")  # 360.00
    paid = await served.pay("360.00")
    assert await prepared(served) == {"claimsSince": None, "exitRefunds": None}
    await finance.hear(served.facts.exit_step("NOTICE", "2026-03-01", earliest_end_on="2026-04-30"))
    assert await prepared(served) == {
        "claimsSince": "2026-03-01",
        "exitRefunds": [
            {"doorNumber": "1栋101", "amount": "240.00", "explanation": {"result": "240.00", "clause": "第三条"}}
        ],
    }

    await finance.hear(served.facts.contract_terminated("2026-04-30"))

    assert (await prepared(served))["exitRefunds"] == []

    assert [(bill.to, bill.amount, bill.paid) for bill in await served.bills()] == [
        (date(2026, 4, 30), yuan("120.00"), yuan("120.00"))
    ]
    refund: dict[str, Any] = {
        "paymentId": paid["payment"]["id"],
        "amount": "240.00",
        "refundReason": "UNSERVED_TIME",
        "bankRef": "back-1",
        "refundedOn": "2026-03-05",
    }
    back = await served.write(REFUND, "refundFeePayment", **refund)
    assert (back["errors"], back["account"]["balance"]) == (NO_ERRORS, "0.00")
    await assert_books_agree(finance, served)


@pytest.mark.parametrize("handover_accepted", [True, False])
async def test_after_the_end_only_post_termination_service_is_billed(
    finance: HeardService, handover_accepted: bool
) -> None:
    served = await served_estate(finance, "100.00")
    await served.set_rates()
    await finance.hear(served.facts.contract_terminated("2026-02-28", handover_accepted=handover_accepted))

    regular = await served.start_run()
    after = await served.start_run(postTermination=True)

    if handover_accepted:
        assert [one["code"] for one in regular["errors"]] == ["STATE_CONFLICT"]
        assert after["errors"] == []
    else:
        assert [one["code"] for one in (*regular["errors"], *after["errors"])] == ["PRECONDITION", "PRECONDITION"]


async def test_a_successor_bills_the_rest_of_the_month_in_a_run_of_its_own(finance: HeardService) -> None:
    served = await served_estate(finance, "100.00")
    await served.set_rates()
    first = await served.bill()
    facts, old = served.facts, served.facts.contract_id
    facts.contract_id = new_id("ctr")
    signed = facts.contract_signed(rate=None, items=({**OUTSIDE, "code": "PROPERTY", "inside": True},))
    started = facts.service_started("2026-03-16")
    successor, facts.contract_id = facts.contract_id, old
    await finance.hear(signed, started, facts.contract_superseded(successor, "2026-03-16"))
    facts.contract_id = successor
    await served.set_rates("1.50", effectiveFrom="2026-03-16")

    second = await served.bill()

    assert second.id != first.id
    assert [(bill.contract_id, bill.from_.day, bill.amount) for bill in await served.bills()] == [
        (old, 1, yuan("58.06")),
        (successor, 16, yuan("77.42")),
    ]
    await assert_books_agree(finance, served)


async def test_spaces_and_uses_are_billed_by_what_was_recorded(finance: HeardService) -> None:
    items = tuple({**OUTSIDE, "code": code, "inside": True} for code in ("PARKING", "GATE_CARD"))
    served = await served_estate(finance, "100.00", "100.00", items=items)
    rates = [
        {"itemCode": "PARKING", "unit": "PER_SPACE_MONTH", "rate": "310.00"},
        {"itemCode": "GATE_CARD", "unit": "PER_USE", "rate": "20.00"},
    ]
    await served.set_rates(rates=rates)
    space: dict[str, Any] = {"partId": served.parts[0], "itemCode": "PARKING", "unit": "PER_SPACE_MONTH"}
    card: dict[str, Any] = {"partId": served.parts[1], "itemCode": "GATE_CARD", "unit": "PER_USE", "on": "2026-03-03"}
    for given in ({**space, "on": "2026-02-01", "quantity": 1}, {**space, "on": "2026-03-11", "quantity": 2}):
        assert (await served.write(UNITS, "recordFeeUnits", **given))["errors"] == NO_ERRORS
    assert (await served.write(UNITS, "recordFeeUnits", quantity=2, **card))["errors"] == NO_ERRORS

    await served.bill(items=["PARKING", "GATE_CARD"])
    late = await served.write(UNITS, "recordFeeUnits", quantity=1, **card)

    assert [(bill.quantity, bill.amount) for bill in await served.bills(0)] == [
        (1, yuan("100.00")),
        (2, yuan("420.00")),
    ]
    assert [(bill.quantity, bill.amount) for bill in await served.bills(1)] == [(2, yuan("40.00"))]
    assert [one["code"] for one in late["errors"]] == ["STATE_CONFLICT"]


class Killed(Exception):
    """What a killed process does next: nothing."""


class DyingClock:
    """A clock that lets so many units of work begin, and then the process dies."""

    def __init__(self, clock: Clock, *, ticks: int) -> None:
        self._clock = clock
        self._ticks = ticks

    def now(self) -> Any:
        if self._ticks == 0:
            raise Killed
        self._ticks -= 1
        return self._clock.now()


async def test_the_check_finds_a_bill_that_was_changed_behind_the_ledger(finance: HeardService) -> None:
    served = await served_estate(finance, "100.00")
    await served.set_rates()
    await served.bill()

    await _tamper(finance.mongo)

    found = await verify_fees(finance.mongo, served.facts.district)
    assert [finding.kind for finding in found] == ["BILLS_CHANGED", "ACCOUNT_DIFFERS"]


async def _tamper(mongo: Mongo) -> None:
    await mongo.collection("fee_bills").update_many({}, {"$set": {"amount": 1}})
