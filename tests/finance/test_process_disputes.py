"""Bills that are refused or given up, on the real store: books, bills and arrears agree (interpretation, art. 2)."""

from typing import Any

import pytest

from kit.caller import Role
from kit.ids import new_id
from kit.ledger.verify import verify
from services.finance.domain.bill import Payee
from services.finance.use_cases.fee_places import CREDITORS_SIDE
from services.finance.use_cases.verify_fees import verify_fees
from tests.finance.fees import MANAGER, PAY, Served, served_estate
from tests.heard import HeardService, caller

pytestmark = pytest.mark.store

SHOWN = """
    id state outstanding disputedOn disputeReason disputeUpheldOn writtenOffOn writtenOffAmount writeOffReason
"""
DISPUTE = f"""
    mutation ($input: DisputeFeeBillInput!) {{
      disputeFeeBill(input: $input) {{ bill {{ {SHOWN} }} events {{ type }} errors {{ code path value }} }}
    }}
"""
SETTLE = f"""
    mutation ($input: SettleFeeDisputeInput!) {{
      settleFeeDispute(input: $input) {{ bill {{ {SHOWN} }} events {{ type }} errors {{ code path value }} }}
    }}
"""
WRITE_OFF = f"""
    mutation ($input: WriteOffFeeBillInput!) {{
      writeOffFeeBill(input: $input) {{ bill {{ {SHOWN} }} events {{ type }} errors {{ code path value }} }}
    }}
"""
REMIND = """
    mutation ($input: TakeDunningStepInput!) {
      takeDunningStep(input: $input) { bill { dunning } errors { code path value } }
    }
"""
CLOSE = """
    mutation ($input: ClosePeriodInput!) { closePeriod(input: $input) { errors { code path value } } }
"""
ARREARS = """
    query ($estates: [_Any!]!, $asOf: Date, $period: String!) {
      _entities(representations: $estates) {
        ... on Estate { arrears(asOf: $asOf) { due overdue } feeSummary(period: $period) { billed collected } }
      }
    }
"""


async def billed(finance: HeardService) -> tuple[Served, str]:
    """Return an estate with one bill of 120.00 yuan that is overdue, and the bill's id."""
    served = await served_estate(finance, "100.00")
    await served.set_rates()
    await served.bill()
    [bill] = await served.bills()
    served.today("2026-04-10")
    return served, bill.id


async def sums(served: Served, as_of: str) -> dict[str, Any]:
    """Return the estate's arrears of a day, and what was billed and collected for March."""
    representation = {"__typename": "Estate", "id": served.facts.estate_id}
    answer = await served.finance.ask(ARREARS, by=MANAGER, estates=[representation], asOf=as_of, period="2026-03")
    return dict(answer["_entities"][0])


async def assert_books_agree(served: Served) -> None:
    """Assert that bills, accounts and ledger say the same, and that the ledger is whole."""
    assert await verify_fees(served.finance.mongo, served.facts.district) == []
    report = await verify(served.finance.mongo, f"fees:{served.facts.district}", clock=served.finance.clock)
    assert report.findings == ()


@pytest.mark.rule("DH-38")
async def test_an_owner_refuses_a_bill_and_nobody_asks_for_it_until_it_stands_again(finance: HeardService) -> None:
    served, bill_id = await billed(finance)
    owner = caller(Role.OWNER, f"owner:{served.owners[0]}")
    stranger = caller(Role.OWNER, f"owner:{new_id('own')}")
    why: dict[str, Any] = {"billId": bill_id, "reason": "重复收取"}

    foreign = await served.write(DISPUTE, "disputeFeeBill", by=stranger, **why)
    unexplained = await served.write(DISPUTE, "disputeFeeBill", by=owner, billId=bill_id, reason=" ")
    disputed = await served.write(DISPUTE, "disputeFeeBill", by=owner, **why)
    again = await served.write(DISPUTE, "disputeFeeBill", by=owner, **why)
    asked = await served.write(REMIND, "takeDunningStep", billId=bill_id, step="REMINDED")
    meanwhile = await sums(served, "2026-04-10")
    served.today("2026-04-20")
    by_owner = await served.write(SETTLE, "settleFeeDispute", by=owner, upheld=True, **why)
    upheld = await served.write(SETTLE, "settleFeeDispute", billId=bill_id, upheld=True, reason="按合同收取")
    ended = await served.write(SETTLE, "settleFeeDispute", billId=bill_id, upheld=True, reason="按合同收取")
    reminded = await served.write(REMIND, "takeDunningStep", billId=bill_id, step="REMINDED")

    assert [one["errors"][0]["code"] for one in (foreign, unexplained, again, asked, by_owner, ended)] == [
        "NOT_FOUND",
        "VALIDATION",
        "STATE_CONFLICT",
        "STATE_CONFLICT",
        "FORBIDDEN_ACTOR",
        "STATE_CONFLICT",
    ]
    assert disputed["bill"] | {"id": ""} == {
        "id": "",
        "state": "DISPUTED",
        "outstanding": "120.00",
        "disputedOn": "2026-04-10",
        "disputeReason": "重复收取",
        "disputeUpheldOn": None,
        "writtenOffOn": None,
        "writtenOffAmount": None,
        "writeOffReason": None,
    }
    assert meanwhile["arrears"] == {"due": "120.00", "overdue": "120.00"}
    assert (upheld["bill"]["state"], upheld["bill"]["disputeUpheldOn"]) == ("OVERDUE", "2026-04-20")
    assert (reminded["errors"], reminded["bill"]) == ([], {"dunning": "REMINDED"})
    await assert_books_agree(served)


def test_somebody_speaks_for_every_creditor() -> None:
    assert CREDITORS_SIDE.keys() == set(Payee)
    assert all(CREDITORS_SIDE.values())


@pytest.mark.rule("DH-38")
async def test_the_street_finds_that_a_bill_does_not_stand_and_what_was_paid_is_prepaid(finance: HeardService) -> None:
    served, bill_id = await billed(finance)
    street = caller(Role.STREET, f"street:{served.facts.street_id}")
    await served.pay("50.00")
    await served.write(DISPUTE, "disputeFeeBill", billId=bill_id, reason="重复收取")

    payload = await served.write(SETTLE, "settleFeeDispute", by=street, billId=bill_id, upheld=False, reason="属实")

    assert (payload["errors"], payload["bill"]["state"]) == ([], "CANCELLED")
    assert (await served.account())["prepaid"] == "50.00"
    await assert_books_agree(served)


async def test_the_creditor_gives_up_what_is_open_and_earlier_arrears_stay_as_they_were(finance: HeardService) -> None:
    served, bill_id = await billed(finance)
    await served.pay("50.00")
    written: dict[str, Any] = {"billId": bill_id, "reason": "无法收回", "decidedOn": "2026-04-09"}

    by_street = await served.write(WRITE_OFF, "writeOffFeeBill", by=caller(Role.STREET), **written)
    too_late = await served.write(WRITE_OFF, "writeOffFeeBill", **(written | {"decidedOn": "2026-04-11"}))
    done = await served.write(WRITE_OFF, "writeOffFeeBill", **written)
    twice = await served.write(WRITE_OFF, "writeOffFeeBill", **written)
    later = await served.write(
        PAY, "recordFeePayment", partId=served.parts[0], amount="9.00", bankRef="R1", paidOn="2026-04-10"
    )
    before, after = await sums(served, "2026-04-08"), await sums(served, "2026-04-09")

    assert [one["errors"][0]["code"] for one in (by_street, too_late, twice)] == [
        "FORBIDDEN_ACTOR",
        "VALIDATION",
        "STATE_CONFLICT",
    ]
    assert (done["errors"], done["events"]) == ([], [])
    assert (done["bill"]["state"], done["bill"]["outstanding"]) == ("WRITTEN_OFF", "0.00")
    assert [done["bill"][name] for name in ("writtenOffOn", "writtenOffAmount", "writeOffReason")] == [
        "2026-04-09",
        "70.00",
        "无法收回",
    ]
    assert later["payment"]["prepaid"] == "9.00"
    assert before["arrears"] == {"due": "120.00", "overdue": "70.00"}
    assert after["arrears"] == {"due": "0.00", "overdue": "0.00"}
    assert before["feeSummary"] == {"billed": "120.00", "collected": "50.00"}
    await assert_books_agree(served)


async def test_nothing_is_given_up_in_a_closed_month_and_a_sale_leaves_what_is_given_up(finance: HeardService) -> None:
    served, bill_id = await billed(finance)
    bureau = caller(Role.FINANCE_BUREAU)
    month: dict[str, Any] = {"district": served.facts.district, "period": "2026-03"}
    assert (await served.write(CLOSE, "closePeriod", by=bureau, **month))["errors"] == []
    written: dict[str, Any] = {"billId": bill_id, "reason": "无法收回"}

    closed = await served.write(WRITE_OFF, "writeOffFeeBill", decidedOn="2026-03-31", **written)
    done = await served.write(WRITE_OFF, "writeOffFeeBill", **written)
    await finance.hear(
        served.facts.ownership_transferred(served.parts[0], to={new_id("own"): "1.0000"}, since="2026-03-10")
    )

    assert [(one["code"], one["value"]) for one in closed["errors"]] == [("STATE_CONFLICT", "2026-03-31")]
    assert (done["errors"], done["bill"]["writtenOffOn"]) == ([], "2026-04-10")
    [bill] = await served.bills()
    assert (bill.id, bill.owner_ids) == (bill_id, (served.owners[0],))
    assert await finance.work_items() == []
    await assert_books_agree(served)
