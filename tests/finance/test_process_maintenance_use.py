"""A use of a maintenance fund from the proposal to publication, over the facts of registry and inspection (P12)."""

import random

import pytest

from kit.ids import new_id
from kit.ledger.store import account_states
from kit.ledger.verify import verify
from services.finance.domain.books import maintenance_book
from services.finance.domain.maintenance_ledger import payable_account_id, receivable_account_id
from services.finance.store.maintenance_uses import find_use
from tests.finance.funds import COMMITTEE, EVERYTHING, FundEstate
from tests.heard import HeardService

pytestmark = pytest.mark.store


@pytest.fixture
async def estate(finance: HeardService) -> FundEstate:
    """An old estate whose fund holds 4,400.00, 220.00 and 6,000.00 at three doors; a fourth is not opened."""
    estate = FundEstate(finance)
    await estate.register(a101="80.00", a102="4.00", a103="16.00", h101="80.00")
    await estate.open_old_fund()
    await estate.pay_in("a101", "4400.00", "55.00")
    await estate.pay_in("a102", "220.00", "55.00")
    await estate.pay_in("h101", "6000.00", "75.00")
    return estate


async def announced(estate: FundEstate, name: str) -> list[dict[str, object]]:
    """Return the data of what was announced under the name."""
    return [data for type_, data in await estate.finance.announced() if type_ == f"finance.maintenance.{name}"]


async def test_a_use_is_voted_on_carried_out_paid_and_shared_by_area(estate: FundEstate) -> None:
    use_id = await estate.settled_use("5000.01", estate.low)
    paid = (await estate.done("payUse", useId=use_id, bankRef="p1", paidOn="2025-05-01"))["maintenanceUse"]

    # 100.00 m² share 5,000.01: floored shares 4,000.00, 200.00, 800.00; a fen stays, and the pool is empty.
    assert [(one["doorNumber"], one["share"], one["covered"], one["shortfall"]) for one in paid["shares"]] == [
        ("a101", "4000.00", "4000.00", "0.00"),
        ("a102", "200.00", "200.00", "0.00"),
        ("a103", "800.00", "0.00", "800.00"),
    ]
    assert (paid["state"], paid["paid"], paid["remainder"]) == ("PAID", "4200.00", "0.01")
    assert paid["explanation"] == {"result": "4200.00", "inputs": [{"value": "4200.00"}, {"value": "0.00"}]}
    assert await estate.balances() == {"a101": "400.00", "a102": "20.00", "h101": "6000.00", "pool": "0.00"}
    below = {one["partId"]: (one["balance"], one["ratio"]) for one in await announced(estate, "topup_required")}
    assert below == {
        estate.parts["a101"]: ("400.00", "0.0909"),
        estate.parts["a102"]: ("20.00", "0.0909"),
    }

    await estate.done("allocateUse", useId=use_id, on="2025-05-02")
    published = (await estate.done("publishUse", by=COMMITTEE, useId=use_id, on="2025-05-03"))["maintenanceUse"]

    assert (published["state"], published["publishedOn"]) == ("PUBLISHED", "2025-05-03")
    facts = [(await announced(estate, name))[0] for name in ("use_paid", "allocated", "published")]
    assert {(fact["paid"], fact["remainder"], fact["allocationsHash"]) for fact in facts} == {
        ("4200.00", "0.01", facts[0]["allocationsHash"])
    }
    assert await projects_of_year(estate, 2025) == ("4200.00", [{"paidOn": "2025-05-01", "amount": "4200.00"}])
    assert await owed(estate, use_id, "a103") == (80000, 80000)
    assert (await estate.refused("payUse", useId=use_id, bankRef="p2", paidOn="2025-05-04"))[0] == "STATE_CONFLICT"


async def projects_of_year(estate: FundEstate, year: int) -> tuple[str, list[dict[str, str]]]:
    """Return what the year's statement says was used, and for which projects."""
    query = """query ($estate: ID!, $year: Int!) { maintenanceFund(estateId: $estate) {
        annualStatement(year: $year) { uses projects { paidOn amount } } } }"""
    shown = await estate.finance.ask(query, estate=estate.facts.estate_id, year=year)
    statement = shown["maintenanceFund"]["annualStatement"]
    return statement["uses"], statement["projects"]


async def owed(estate: FundEstate, use_id: str, door: str) -> tuple[int, int]:
    """Return what the door's owner owes for the use, and what its contractor still gets."""
    ids = [receivable_account_id(use_id, estate.parts[door]), payable_account_id(use_id)]
    states = await account_states(estate.finance.mongo, ids, scope=EVERYTHING)
    return states[ids[0]].balance_fen, states[ids[1]].balance_fen


async def test_an_owner_pays_what_the_own_door_lacks_and_the_fund_is_unchanged(estate: FundEstate) -> None:
    use_id = await estate.settled_use("5000.00", estate.low)
    payment = {
        "useId": use_id,
        "partId": estate.parts["a103"],
        "bankRef": "s1",
        "payoutBankRef": "s2",
        "paidOn": "2025-06-01",
    }
    await estate.done("payUse", useId=use_id, bankRef="p1", paidOn="2025-05-01")
    assert (await estate.refused("recordShortfallPayment", **payment))[0] == "STATE_CONFLICT"
    await estate.done("allocateUse", useId=use_id, on="2025-05-02")
    before = await estate.balances()

    await estate.done("recordShortfallPayment", **payment)

    assert await owed(estate, use_id, "a103") == (0, 0)
    assert await estate.balances() == before
    assert await estate.refused("recordShortfallPayment", **payment) == ("DUPLICATE", ["input", "partId"])
    other = payment | {"partId": estate.parts["a101"], "bankRef": "s3"}
    assert await estate.refused("recordShortfallPayment", **other) == ("PRECONDITION", ["input", "partId"])


@pytest.mark.rule("ZG-31")
@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"concerns": "PRIVATE_PART"}, ("EARMARK", ["input", "concerns"])),
        ({"concerns": "DAILY_UPKEEP"}, ("EARMARK", ["input", "concerns"])),
        ({"scopeBuildingIds": ["bld_of_another_estate"]}, ("EARMARK", ["input", "scopeBuildingIds"])),
        ({"budget": "0.00"}, ("VALIDATION", ["input", "budget"])),
        ({"purpose": " "}, ("VALIDATION", ["input", "purpose"])),
    ],
)
async def test_a_use_outside_the_funds_purpose_is_refused(
    estate: FundEstate, changes: dict[str, object], expected: tuple[str, list[str]]
) -> None:
    assert await estate.refused("proposeUse", **estate.proposal("100.00", estate.low) | changes) == expected


async def test_no_step_is_skipped(estate: FundEstate) -> None:
    use_id = (await estate.done("proposeUse", **estate.proposal("100.00")))["maintenanceUse"]["id"]
    step = {"useId": use_id, "on": "2025-05-01"}

    for name, given, code in (
        ("approveUse", {"useId": use_id, "filingNo": "1", "filedOn": "2025-03-25"}, "NEEDS_DECISION"),
        ("startUseWork", step, "STATE_CONFLICT"),
        ("acceptUse", {"useId": use_id, "acceptanceId": "tko_1", "acceptedOn": "2025-04-01"}, "PRECONDITION"),
        ("settleUse", {"useId": use_id, "amount": "1.00", "settledOn": "2025-04-01"}, "STATE_CONFLICT"),
        ("payUse", {"useId": use_id, "bankRef": "p", "paidOn": "2025-04-01"}, "NEEDS_DECISION"),
        ("allocateUse", step, "STATE_CONFLICT"),
        ("publishUse", step, "STATE_CONFLICT"),
    ):
        assert (await estate.refused(name, **given))[0] == code, name
    withdrawn = await estate.done("withdrawUse", by=COMMITTEE, useId=use_id)
    assert withdrawn["maintenanceUse"]["state"] == "REJECTED"


async def test_a_decision_of_another_scope_carries_no_use_and_people_see_it(estate: FundEstate) -> None:
    proposed = await estate.done("proposeUse", **estate.proposal("100.00", estate.low))
    use_id = proposed["maintenanceUse"]["id"]
    await estate.done("scopeUse", useId=use_id)

    await estate.finance.hear(estate.vote_opened(use_id, [estate.low, estate.high]))

    assert [code for code, _ in await estate.finance.work_items()] == ["VALIDATION"]
    use = await find_use(estate.finance.mongo, use_id, scope=EVERYTHING)
    assert use is not None and use.decision_id is None


@pytest.mark.parametrize("outcome", ["failed", "no_quorum"])
async def test_a_use_that_does_not_pass_is_rejected(estate: FundEstate, outcome: str) -> None:
    proposed = await estate.done("proposeUse", **estate.proposal("100.00", estate.low))
    use_id = proposed["maintenanceUse"]["id"]
    await estate.finance.hear(estate.vote_opened(use_id, [estate.low]), estate.vote_closed(use_id, outcome))

    scoped = await estate.done("scopeUse", useId=use_id)

    assert scoped["maintenanceUse"]["state"] == "REJECTED"


async def test_work_is_accepted_on_what_inspection_announced_for_the_estate(estate: FundEstate) -> None:
    use_id = await estate.approved_use("100.00", estate.high)
    await estate.done("startUseWork", useId=use_id, on="2025-04-01")
    await estate.inspected("tko_1", accepted=False)
    await estate.acceptance_done("adp_1", "REJECTED")
    accept = {"useId": use_id, "acceptedOn": "2025-04-21"}
    for unaccepted in ("tko_1", "adp_1", "tko_unknown"):
        assert await estate.refused("acceptUse", acceptanceId=unaccepted, **accept) == (
            "PRECONDITION",
            ["input", "acceptanceId"],
        )

    await estate.acceptance_done("adp_1", "ACCEPTED")

    accepted = await estate.done("acceptUse", acceptanceId="adp_1", **accept)
    assert accepted["maintenanceUse"]["state"] == "ACCEPTED"


@pytest.mark.parametrize("is_paid", [False, True])
async def test_an_annulled_decision_stops_the_unpaid_part_and_lists_the_paid_one(
    estate: FundEstate, is_paid: bool
) -> None:
    use_id = await estate.settled_use("5000.00", estate.low)
    if is_paid:
        await estate.done("payUse", useId=use_id, bankRef="p1", paidOn="2025-05-01")
        await estate.done("allocateUse", useId=use_id, on="2025-05-02")

    await estate.finance.hear(estate.vote_annulled())
    await estate.finance.hear_again()

    use = await find_use(estate.finance.mongo, use_id, scope=EVERYTHING)
    assert use is not None
    listed = [item for item in await estate.finance.work_items() if item[1] == use_id]
    if is_paid:
        assert (use.state, use.paid, listed) == ("ALLOCATED", 420000, [("STATE_CONFLICT", use_id)])
        shortfall = {
            "useId": use_id,
            "partId": estate.parts["a103"],
            "bankRef": "s1",
            "payoutBankRef": "s2",
            "paidOn": "2025-09-01",
        }
        assert (await estate.refused("recordShortfallPayment", **shortfall))[0] == "STATE_CONFLICT"
    else:
        assert (use.state, use.paid, listed) == ("REJECTED", 0, [])
        assert (await estate.refused("payUse", useId=use_id, bankRef="p1", paidOn="2025-09-01"))[0] == "STATE_CONFLICT"


async def test_in_an_emergency_the_work_begins_without_a_vote(estate: FundEstate) -> None:
    proposal = estate.proposal("100.00", estate.high, emergencyReason="LIFT")
    use_id = (await estate.done("proposeUse", **proposal))["maintenanceUse"]["id"]
    await estate.done("scopeUse", useId=use_id)
    approved = await estate.done("approveUse", useId=use_id, filingNo="急-1", filedOn="2025-03-25")

    first = {"useId": use_id, "bankRef": "f1", "paidOn": "2025-03-26", "firstAmount": "60.00"}

    assert approved["maintenanceUse"]["state"] == "EMERGENCY_APPROVED"
    assert approved["maintenanceUse"]["approvedBy"] == "应急使用备案 急-1"
    assert await estate.refused("payUse", **first) == ("INSTRUMENT_NOT_AVAILABLE", ["input", "firstAmount"])
    [told] = await announced(estate, "use_proposed")
    assert (told["emergency"], told["scopeBuildingIds"], told["budget"]) == (True, [estate.high], "100.00")


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_happens_doors_and_pool_sum_to_the_bank(finance: HeardService, seed: int) -> None:
    """Every command asserts the sums by itself; here they come in any order, many of them refused."""
    dice, estate = random.Random(seed), FundEstate(finance)
    await estate.register(a101="80.00", a102="33.33", h101="61.07")
    await estate.open_old_fund()
    deposits: list[str] = []
    uses: list[str] = []
    months = iter(f"2025-{month:02}" for month in range(1, 13))

    async def deposit() -> None:
        door, rate = dice.choice([("a101", "55.00"), ("a102", "54.99"), ("h101", "75.00")])
        amount = {"a101": "4400.00", "a102": "1832.82", "h101": "4580.25"}[door]
        answer = await estate.write("confirmMaintenanceDeposit", **estate.deposit(door, amount, rate))
        if answer["depositId"]:
            deposits.append(answer["depositId"])

    async def top_up() -> None:
        await estate.write("confirmMaintenanceDeposit", **estate.deposit("a101", f"{dice.randint(1, 999)}.07", None))

    async def refund() -> None:
        if deposits:
            given = {"depositId": dice.choice(deposits), "bankRef": new_id("ref"), "refundedOn": "2025-02-01"}
            given["matchBankRef"] = new_id("ref")
            await estate.write("refundMaintenanceDeposit", **given)

    async def match() -> None:
        period = f"2024-Q{dice.randint(1, 4)}"
        given = {"fundId": estate.fund_id, "period": period, "bankRef": new_id("ref"), "paidOn": "2025-01-05"}
        await estate.write("runMatch", **given)

    async def income() -> None:
        kind = dice.choice(["INTEREST", "SCRAP_VALUE"])
        given = {"fundId": estate.fund_id, "kind": kind, "amount": f"{dice.randint(0, 99)}.01"}
        await estate.write("postFundIncome", bankRef=new_id("ref"), receivedOn=f"{next(months)}-21", **given)

    async def use() -> None:
        uses.append(await estate.settled_use(f"{dice.randint(1, 6000)}.01", *dice.choice([[], [estate.low]])))

    async def pay() -> None:
        if uses:
            await estate.write("payUse", useId=uses[-1], bankRef=new_id("ref"), paidOn="2025-05-01")
            await estate.write("allocateUse", useId=uses[-1], on="2025-05-02")

    for step in dice.choices([deposit, deposit, top_up, refund, match, income, use, pay, pay], k=12):
        await step()
        await estate.adds_up()

    report = await verify(finance.mongo, maintenance_book(estate.facts.district), clock=finance.clock)
    assert report.findings == ()
