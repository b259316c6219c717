"""P5's first half and the ladder of asking, on the real store (XY-15, ZG-07, ZG-08)."""

from datetime import date
from typing import Any

import pytest

from kit.caller import Caller, Role
from kit.ids import new_id
from kit.lease import Lease
from services.finance.use_cases.pass_fee_months import LEASE_TTL, FeeMonths, last_day_of_month_before
from tests.finance.fees import MANAGER, Served, served_estate
from tests.heard import XUNYANG, HeardService, caller

pytestmark = pytest.mark.store
MEASURE = """
    mutation ($input: MeasureArrearsInput!) {
      measureArrears(input: $input) {
        position { asOf due overdue ratio householdRatio thresholdReached threshold debtorCount reachedSince }
        events { type } errors { code path value }
      }
    }
"""
STEP = """
    mutation ($input: TakeDunningStepInput!) {
      takeDunningStep(input: $input) {
        bill { dunning state } notice { doorNumber amount payBy } events { type } errors { code path value }
      }
    }
"""
ARREARS = """
    query ($estates: [_Any!]!, $asOf: Date) {
      _entities(representations: $estates) { ... on Estate { arrears(asOf: $asOf) { ratio thresholdReached } } }
    }
"""
LIST = """
    query { arrearsList(district: "360403") { nodes { estateId asOf ratio reachedSince } } }
"""

MARK = """
    mutation ($input: MarkLeadPayerInput!) { markLeadPayer(input: $input) { events { type } errors { code } } }
"""
LEAD_PAYERS = """
    query ($estate: ID!) { leadPayerReport(estateId: $estate) { kind owners debtors overdue } }
"""


async def measure(served: Served, as_of: str, *, by: Caller = MANAGER) -> dict[str, Any]:
    return await served.write(MEASURE, "measureArrears", by=by, estateId=served.facts.estate_id, asOf=as_of)


async def arrears(served: Served, *, as_of: str | None = None, by: Caller = MANAGER) -> Any:
    representation = {"__typename": "Estate", "id": served.facts.estate_id}
    answer = await served.finance.ask(ARREARS, by=by, estates=[representation], asOf=as_of)
    return answer["_entities"][0]["arrears"]


async def measured_by_itself(finance: HeardService, months: FeeMonths) -> int:
    lease = Lease(finance.mongo, new_id("key"), "hld_1", LEASE_TTL, finance.clock)
    assert await lease.acquire()
    return await months.pass_month(lease)


async def step(served: Served, bill_id: str, to: str, *, by: Caller = MANAGER, **changes: Any) -> dict[str, Any]:
    return await served.write(STEP, "takeDunningStep", by=by, billId=bill_id, step=to, **changes)


async def five_bills_of_which_four_are_paid(finance: HeardService) -> Served:
    served = await served_estate(finance, *["100.00"] * 5, district=XUNYANG)
    await served.set_rates()
    await served.bill()
    for part in range(4):
        await served.pay("120.00", part=part, paidOn="2026-03-05")
    served.today("2026-04-30")
    return served


@pytest.mark.rule("XY-15")
@pytest.mark.rule("G-21")
async def test_a_fifth_that_is_overdue_opens_the_gate_and_its_payment_closes_it(finance: HeardService) -> None:
    served = await five_bills_of_which_four_are_paid(finance)

    up = await measure(served, "2026-04-01")
    again = await measure(served, "2026-04-01")
    on = await measure(served, "2026-04-15")
    await served.pay("0.01", part=4, paidOn="2026-04-20")
    down = await measure(served, "2026-04-30")

    assert up["position"] == {
        "asOf": "2026-04-01",
        "due": "600.00",
        "overdue": "120.00",
        "ratio": "0.2000",
        "householdRatio": "0.2000",
        "thresholdReached": True,
        "threshold": "0.2000",
        "debtorCount": 1,
        "reachedSince": "2026-04-01",
    }
    assert (again["position"], again["events"]) == (up["position"], [])
    assert on["position"]["reachedSince"] == "2026-04-01"
    assert (down["position"]["overdue"], down["position"]["thresholdReached"]) == ("119.99", False)
    assert [[event["type"] for event in one["events"]] for one in (up, on, down)] == [
        ["finance.arrears.measured", "finance.arrears.threshold_crossed"],
        ["finance.arrears.measured"],
        ["finance.arrears.measured", "finance.arrears.threshold_crossed"],
    ]
    crossed = [data for type_, data in await finance.announced() if type_ == "finance.arrears.threshold_crossed"]
    assert [(one["asOf"], one["direction"]) for one in crossed] == [("2026-04-01", "UP"), ("2026-04-30", "DOWN")]


@pytest.mark.rule("XY-15")
@pytest.mark.rule("DH-06")
async def test_a_past_day_gives_its_past_ratio_and_owners_see_the_ratio_of_their_estate(finance: HeardService) -> None:
    served = await five_bills_of_which_four_are_paid(finance)
    await served.pay("120.00", part=4, paidOn="2026-04-20")
    as_owner = caller(Role.OWNER, f"estate:{served.facts.estate_id}")

    seen = [await arrears(served, as_of=day, by=as_owner) for day in ("2026-03-31", "2026-04-19", "2026-04-20")]

    assert seen == [
        {"ratio": "0.0000", "thresholdReached": False},
        {"ratio": "0.2000", "thresholdReached": True},
        {"ratio": "0.0000", "thresholdReached": False},
    ]
    assert await arrears(served, by=caller(Role.STREET, "district:360702")) is None
    late = await measure(served, "2026-05-01")
    assert [(error["code"], error["path"]) for error in late["errors"]] == [("VALIDATION", ["input", "asOf"])]
    owner = await measure(served, "2026-04-19", by=caller(Role.OWNER))
    assert [error["code"] for error in owner["errors"]] == ["FORBIDDEN_ACTOR"]
    await measure(served, "2026-04-19")
    assert (await arrears(served))["ratio"] == "0.2000"
    listed = (await finance.ask(LIST))["arrearsList"]["nodes"]
    assert listed == [
        {
            "estateId": served.facts.estate_id,
            "asOf": "2026-04-19",
            "ratio": "0.2000",
            "reachedSince": "2026-04-19",
        }
    ]


@pytest.mark.rule("XY-15")
async def test_a_months_arrears_are_measured_by_themselves_once_it_is_over(finance: HeardService) -> None:
    served = await five_bills_of_which_four_are_paid(finance)  # Due on the last of March.
    months = FeeMonths(finance.mongo, finance.policies, finance.clock)

    on_the_last_day = await measured_by_itself(finance, months)
    served.today("2026-05-01")
    on_the_first_day = await measured_by_itself(finance, months)
    again = await measured_by_itself(finance, months)
    after_a_restart = await measured_by_itself(finance, FeeMonths(finance.mongo, finance.policies, finance.clock))

    assert (on_the_last_day, on_the_first_day, again, after_a_restart) == (1, 1, 0, 0)
    announced = [
        (name.removeprefix("finance.arrears."), data["asOf"])
        for name, data in await finance.announced()
        if "arrears" in name
    ]
    assert announced == [
        ("measured", "2026-03-31"),
        ("measured", "2026-04-30"),
        ("threshold_crossed", "2026-04-30"),
    ]


@pytest.mark.parametrize(
    ("today", "last"),
    [
        (date(2026, 3, 1), date(2026, 2, 28)),
        (date(2026, 3, 31), date(2026, 2, 28)),
        (date(2026, 1, 1), date(2025, 12, 31)),
    ],
)
def test_a_month_ends_on_its_last_day(today: date, last: date) -> None:
    assert last_day_of_month_before(today) == last


@pytest.mark.rule("ZG-07")
@pytest.mark.rule("ZG-08")
async def test_the_ladder_is_taken_step_by_step_and_the_bill_may_still_be_paid(finance: HeardService) -> None:
    served = await served_estate(finance, "100.00")
    await served.set_rates()
    await served.bill()
    [bill] = await served.bills()
    served.today("2026-04-01")

    skipped = await step(served, bill.id, "POSTED", deadline="2026-04-10")
    reminded = await step(served, bill.id, "REMINDED")
    posted = await step(served, bill.id, "POSTED", deadline="2026-04-10")
    served.today("2026-04-10")
    early = await step(served, bill.id, "DEADLINE_PASSED")
    served.today("2026-04-11")
    passed = await step(served, bill.id, "DEADLINE_PASSED")
    sued = await step(served, bill.id, "LAWSUIT", reference="（2026）赣0702民初1号")
    forbidden = await step(served, bill.id, "ARBITRATION", by=caller(Role.OWNER), reference="1")

    assert [one["code"] for payload in (skipped, early, forbidden) for one in payload["errors"]] == [
        "STATE_CONFLICT",
        "STATE_CONFLICT",
        "FORBIDDEN_ACTOR",
    ]
    assert posted["notice"] == {"doorNumber": "1栋101", "amount": "120.00", "payBy": "2026-04-10"}
    assert [one["bill"]["dunning"] for one in (reminded, posted, passed, sued)] == [
        "REMINDED",
        "POSTED",
        "DEADLINE_PASSED",
        "LAWSUIT",
    ]
    assert sued["events"] == [{"type": "finance.dunning.step"}]
    await served.pay("120.00", paidOn="2026-04-11")
    [after] = await served.bills()
    assert (after.dunning.value, after.standing.value) == ("LAWSUIT", "SETTLED")


async def test_a_district_without_a_ladder_and_a_foreign_caller_are_refused(finance: HeardService) -> None:
    served = await served_estate(finance, "100.00", district=XUNYANG)
    await served.set_rates()
    await served.bill()
    [bill] = await served.bills()
    served.today("2026-04-01")

    absent = await step(served, bill.id, "REMINDED")
    foreign = await step(served, bill.id, "REMINDED", by=caller(Role.PROVIDER, "district:360702"))

    assert [one["code"] for one in absent["errors"]] == ["INSTRUMENT_NOT_AVAILABLE"]
    assert [one["code"] for one in foreign["errors"]] == ["NOT_FOUND"]


@pytest.mark.rule("ZG-09")
async def test_the_report_of_lead_payers_has_no_names_and_is_for_the_offices(finance: HeardService) -> None:
    served = await served_estate(finance, "100.00", "100.00")
    await served.set_rates()
    await served.bill()
    await served.pay("120.00", part=1)
    served.today("2026-04-01")
    office = caller(Role.COMMUNITY)
    for owner_id in served.owners:
        marked = await served.write(
            MARK,
            "markLeadPayer",
            by=office,
            estateId=served.facts.estate_id,
            ownerId=owner_id,
            kind="PARTY_MEMBER",
        )
        assert marked == {"events": [], "errors": []}

    lines = (await finance.ask(LEAD_PAYERS, by=office, estate=served.facts.estate_id))["leadPayerReport"]
    unauthorised = await finance.execute(LEAD_PAYERS, by=MANAGER, estate=served.facts.estate_id)
    provider = await served.write(
        MARK, "markLeadPayer", estateId=served.facts.estate_id, ownerId=served.owners[0], kind=None
    )

    assert lines == [
        {"kind": "PUBLIC_EMPLOYEE", "owners": 0, "debtors": 0, "overdue": "0.00"},
        {"kind": "PARTY_MEMBER", "owners": 2, "debtors": 1, "overdue": "120.00"},
    ]
    [error] = unauthorised.errors
    assert error.original_error.code == "FORBIDDEN_ACTOR"
    assert [one["code"] for one in provider["errors"]] == ["FORBIDDEN_ACTOR"]
    foreign = caller(Role.COMMUNITY, "district:360102")
    elsewhere = (await finance.ask(LEAD_PAYERS, by=foreign, estate=served.facts.estate_id))["leadPayerReport"]
    assert [line["owners"] for line in elsewhere] == [0, 0]
