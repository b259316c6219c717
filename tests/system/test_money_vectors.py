"""Golden vectors of the maintenance fund and of fees in a whole city: what the registry and trust announce is heard."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

import httpx
import pytest

from deploy.local.plan import service_environment
from deploy.local.ports import HOST
from kit.caller import SYSTEM_CALLER
from kit.clock import SystemClock
from kit.mongo import Mongo, UnitOfWork, run_unit_of_work
from kit.outbox import install
from services.trust.events import TrustFundOpened
from tests.system.city import PANZHIHUA, ZHANGGONG, City, days_ago, parsed_day
from tests.system.platform_run import until

pytestmark = pytest.mark.system

# Door → building with a lift, area, rate, amount.
FIRST_DEPOSITS = {
    "1栋101": (True, "80.00", "75.00", "6000.00"),  # G-16
    "2栋101": (False, "80.00", "55.00", "4400.00"),  # G-16
    "2栋102": (False, "63.55", "55.00", "3495.25"),  # G-17
}


def new_part(city: City, building_id: str, door: str, area: str) -> str:
    """Register a part with one owner and return its id."""
    fields: dict[str, Any] = {"buildingId": building_id, "doorNumber": door, "area": area, "areaBasis": "REGISTER"}
    part_id = str(city.clerk.do("registerPart", "exclusivePart { id }", **fields)["exclusivePart"]["id"])
    owner = {"newOwner": {"code": city.new_number(), "name": "王小明", "kind": "NATURAL"}, "share": "1.0000"}
    city.clerk.do("registerOwnership", partId=part_id, effectiveOn="2020-01-01", owners=[owner])
    return part_id


def new_building(city: City, estate_id: str, label: str, *, has_lift: bool) -> str:
    """Register a building and return its id."""
    fields: dict[str, Any] = {"estateId": estate_id, "label": label, "hasLift": has_lift, "grossArea": "3000.00"}
    return str(city.clerk.do("registerBuilding", "building { id }", **fields)["building"]["id"])


def put_fund_rules_in_force(city: City, effective_on: str) -> None:
    """Publish the district's rules for the fund of old estates, as the registry keeps documents (ZG-33)."""
    uploaded = httpx.post(
        f"http://{HOST}:{city.platform.ports['registry']}/documents/content",
        content=b"%PDF-1.4 rules",
        headers=city.clerk.headers,
    ).json()
    document = city.clerk.do(
        "registerDocument",
        "document { id }",
        kind="MAINTENANCE_FUND_MEASURES",
        title="老旧小区维修资金管理办法",
        subjectKind="DISTRICT",
        subjectId=ZHANGGONG,
        contentId=uploaded["contentId"],
        issuer="区住房保障中心",
    )["document"]
    city.clerk.do("publishDocument", documentId=document["id"], version=1, effectiveOn=effective_on)
    until(
        lambda: city.database("finance")["maintenance_fund_rules"].find_one({}),
        what="finance has heard of the fund's rules",
    )


@pytest.mark.rule("G-16", "G-17")
def test_doors_pay_by_area_and_building_and_the_district_pays_as_much_again(city: City) -> None:
    estate_id = city.new_estate()
    buildings = {
        has_lift: new_building(city, estate_id, label, has_lift=has_lift)
        for label, has_lift in (("1栋", True), ("2栋", False))
    }
    parts = {
        door: new_part(city, buildings[has_lift], door, area)
        for door, (has_lift, area, _rate, _amount) in FIRST_DEPOSITS.items()
    }
    put_fund_rules_in_force(city, "2025-01-02")
    until(
        lambda: city.database("finance")["parts"].count_documents({"estate_id": estate_id}) == len(parts),
        what="finance has heard of the parts",
    )
    custody = city.clerk.do(
        "openCustodyAccount",
        "custodyAccount { id }",
        kind="DISTRICT_FINANCE_MAINTENANCE",
        district=ZHANGGONG,
        holder="章贡区财政局",
        bankAccount="6222 0000 0000 9876",
        openedOn="2025-01-02",
    )["custodyAccount"]["id"]
    fund = {"kind": "OLD_ESTATE", "estateId": estate_id, "custodyAccountId": custody, "openedOn": "2025-01-02"}
    fund_id = city.clerk.do("openMaintenanceFund", "maintenanceFund { id }", **fund)["maintenanceFund"]["id"]

    def deposit(door: str, rate: str, amount: str) -> dict[str, Any]:
        return {
            "fundId": fund_id, "partId": parts[door], "amount": amount, "ratePerM2": rate, "collector": "COMMITTEE",
            "custodyAccountId": custody, "receiptNo": city.new_number(), "bankRef": city.new_number(),
            "paidOn": "2025-02-01",
        }  # fmt: skip

    assert city.clerk.refusal("confirmMaintenanceDeposit", **deposit("2栋102", "55.01", "3495.89")) == (
        "OUT_OF_RANGE", "input.ratePerM2", "55.01",
    )  # fmt: skip
    for door, (_has_lift, _area, rate, amount) in FIRST_DEPOSITS.items():
        paid = city.clerk.do(
            "confirmMaintenanceDeposit", "explanation { result clause }", **deposit(door, rate, amount)
        )
        assert paid["explanation"] == {"result": amount, "clause": "三（三）2"}
    city.clerk.do("runMatch", fundId=fund_id, period="2025-Q1", bankRef=city.new_number(), paidOn="2025-04-08")

    shown = city.clerk.read(
        """query($id: ID!) { estate(id: $id) { maintenanceFund {
            balance matched poolBalance subAccounts { doorNumber balance deposits { match } } } } }""",
        id=estate_id,
    )["estate"]["maintenanceFund"]
    assert (shown["balance"], shown["matched"], shown["poolBalance"]) == ("27790.50", "13895.25", "13895.25")
    assert {one["doorNumber"]: (one["balance"], one["deposits"]) for one in shown["subAccounts"]} == {
        door: (amount, [{"match": amount}]) for door, (_has_lift, _area, _rate, amount) in FIRST_DEPOSITS.items()
    }


def open_trust_fund(city: City, estate_id: str, opened_on: str) -> None:
    """Let trust announce an open fund, which it does not yet do by itself, through its own outbox."""
    day = date.fromisoformat(opened_on)
    fund_id = f"fnd_{city.new_number()}"
    opened = TrustFundOpened(
        district=PANZHIHUA,
        aggregate_id=fund_id,
        occurred_on=day,
        estate_id=estate_id,
        fund_id=fund_id,
        account_ref="ref-1",
        signatory_slots=("TRUSTEE", "OWNERS"),
        opened_on=day,
    )

    uri = service_environment(city.platform.state, city.platform.ports)["ANJU_MONGO_URI"]

    async def announce() -> None:
        mongo = await Mongo.connect(uri, "anju_trust")
        install(mongo)

        async def act(work: UnitOfWork) -> None:
            work.announce(opened)

        try:
            await run_unit_of_work(mongo, SYSTEM_CALLER, act, clock=SystemClock())
        finally:
            mongo.close()

    asyncio.run(announce())
    until(
        lambda: city.database("registry")["trust_funds"].find_one({"estate_id": estate_id}),
        what="the registry has heard of the trust fund",
    )


def set_marked_rate(city: City, estate_id: str, contract_id: str, since: str) -> None:
    """Set 1.20 yuan per m² and month for a contract's cleaning, and mark it."""
    place = {"estateId": estate_id, "contractId": contract_id, "effectiveFrom": since}
    rate = {"itemCode": "CLEANING", "unit": "PER_M2_MONTH", "rate": "1.20"}
    city.clerk.do("setFeeSchedule", rates=[rate], **place)
    city.clerk.do("markPrices", items=["CLEANING"], markedOn=since, **place)


def bill(city: City, estate_id: str, period: str) -> None:
    """Start a bill run and wait until its bills are made out."""
    fields: dict[str, Any] = {"estateId": estate_id, "period": period, "items": ["CLEANING"], "dueOn": days_ago(0)}
    run_id = city.clerk.do("startBillRun", "run { id }", **fields)["run"]["id"]
    until(
        lambda: (
            city.clerk.read("query($id: ID!) { billRun(id: $id) { state } }", id=run_id)["billRun"]
            == {"state": "COMPLETED"}
        ),
        what=f"the bills of {period} are made out",
    )


@pytest.mark.rule("G-28")
def test_june_money_goes_to_the_old_payee_and_julys_bills_to_the_trust(city: City) -> None:
    estate_id = city.new_estate(district=PANZHIHUA)
    part_id = new_part(city, new_building(city, estate_id, "1栋", has_lift=False), "1栋101", "100.00")
    provider_id = city.new_provider(district=PANZHIHUA)
    before = city.contract_fields(estate_id, provider_id, rate=None) | {
        "signedOn": "2024-01-01", "from": "2024-01-01",
        "tender": {"method": "OPEN", "reference": "招标 2023-9", "awardedOn": "2023-12-20"},
    }  # fmt: skip
    old_id = city.clerk.do("signContract", "contract { id }", **before)["contract"]["id"]
    city.clerk.do("startService", contractId=old_id, serviceStartOn="2024-01-01")
    open_trust_fund(city, estate_id, "2024-06-20")
    signed_days_ago = (parsed_day(days_ago(0)) - date(2024, 6, 10)).days
    trust = city.trust_contract_fields(estate_id, provider_id, signed_days_ago=signed_days_ago)
    trust_id = city.clerk.do("signContract", "contract { id }", **trust | {"from": "2024-07-01"})["contract"]["id"]
    city.clerk.do("startService", contractId=trust_id, serviceStartOn="2024-07-01")
    until(
        lambda: city.database("finance")["fee_contracts"].find_one({"_id": trust_id, "started_on": {"$ne": None}}),
        what="finance has heard of the trust contract's service",
    )
    set_marked_rate(city, estate_id, old_id, "2024-01-01")
    set_marked_rate(city, estate_id, trust_id, "2024-07-01")
    bill(city, estate_id, "2024-06")
    bill(city, estate_id, "2024-07")

    paid = city.clerk.do(
        "recordFeePayment", "payment { allocations { servicePeriod payee amount } } account { id }",
        partId=part_id, amount="120.00", bankRef=city.new_number(), paidOn="2024-07-05",
    )  # fmt: skip

    assert paid["payment"]["allocations"] == [{"servicePeriod": "2024-06", "payee": "PROVIDER", "amount": "120.00"}]
    shown = city.clerk.read(
        "query($id: ID!) { feeAccount(id: $id) { bills { period payee amount paid explanation { result clause } } } }",
        id=paid["account"]["id"],
    )["feeAccount"]["bills"]
    explanation = {"result": "120.00", "clause": "第九百四十四条"}
    assert shown == [
        {"period": "2024-07", "payee": "TRUST_FUND", "amount": "120.00", "paid": "0.00", "explanation": explanation},
        {"period": "2024-06", "payee": "PROVIDER", "amount": "120.00", "paid": "120.00", "explanation": explanation},
    ]
