"""The main job from end to end through the gateway: contract, deposit, custody, congress, transfer, blacklist."""

from __future__ import annotations

from typing import Any

import pytest

from tests.system.city import CONTRACT_FILE, ESTATE_DEPOSITS, PANZHIHUA, ZHANGGONG, City, days_ago
from tests.system.platform_run import until

pytestmark = pytest.mark.system

JOINT_MANAGERS = ["STREET", "COMMUNITY"]


@pytest.mark.rule("G-1", "G-2", "G-3", "G-4", "ZG-18")
@pytest.mark.parametrize(
    ("area", "computed", "demanded", "clamp"),
    [
        ("12000.00", "12000.00", "20000.00", "FLOOR"),
        ("56789.50", "56789.50", "56789.50", "NONE"),
        ("250000.00", "250000.00", "100000.00", "CAP"),
        ("20000.00", "20000.00", "20000.00", "NONE"),
        ("100000.00", "100000.00", "100000.00", "NONE"),
        ("19999.99", "19999.99", "20000.00", "FLOOR"),
        ("100000.01", "100000.01", "100000.00", "CAP"),
    ],
)
def test_a_signed_contract_lets_finance_demand_the_deposit_of_the_policy(
    city: City, area: str, computed: str, demanded: str, clamp: str
) -> None:
    contract_id = city.new_contract(city.new_estate(area=area), city.new_provider())

    deposit = city.deposit(contract_id, "DEMANDED")

    assert (deposit["computed"], deposit["demanded"], deposit["clamp"]) == (computed, demanded, clamp)
    assert deposit["paid"] == "0.00"
    assert deposit["managers"] == JOINT_MANAGERS
    assert deposit["explanation"] == {"result": demanded, "clause": "三（二）4"}


@pytest.mark.rule("G-5", "ZG-17")
def test_a_contract_without_a_deposit_clause_owes_none_and_is_no_error(city: City) -> None:
    contract_id = city.new_contract(city.new_estate(), city.new_provider(), rate=None)

    deposit = city.deposit(contract_id, "NOT_AGREED")

    assert (deposit["computed"], deposit["demanded"], deposit["paid"]) == (None, None, "0.00")
    assert deposit["explanation"] is None


@pytest.mark.rule("G-6")
def test_a_district_without_the_instrument_refuses_the_deposit_and_leaves_a_work_item(city: City) -> None:
    estate_id = city.new_estate(district=PANZHIHUA)
    provider_id = city.new_provider(district=PANZHIHUA)
    contract_id = city.new_contract(estate_id, provider_id)

    item = until(
        lambda: city.database("finance")["work_items"].find_one({"aggregate_id": contract_id}),
        what="finance has refused the deposit clause",
    )

    assert item is not None
    assert (item["code"], item["state"], item["district"]) == ("INSTRUMENT_NOT_AVAILABLE", "OPEN", PANZHIHUA)
    contract = city.clerk.read("query($id: ID!) { contract(id: $id) { state deposit { id } } }", id=contract_id)
    assert contract == {"contract": {"state": "SIGNED", "deposit": None}}


def test_an_area_that_is_surveyed_later_lets_the_deposit_be_demanded_then(city: City) -> None:
    estate_id = city.new_estate(area=None)
    contract_id = city.new_contract(estate_id, city.new_provider())
    waiting = city.deposit(contract_id, "AGREED")
    assert (waiting["awaits"], waiting["demanded"]) == ("APPROVED_GROSS_AREA", None)

    city.clerk.do("changeEstate", estateId=estate_id, effectiveOn=days_ago(1), approvedGrossArea="30000.00")

    demanded = city.deposit(contract_id, "DEMANDED")
    assert (demanded["awaits"], demanded["demanded"]) == (None, "30000.00")


@pytest.mark.rule("ZG-19", "ZG-20", "G-27")
def test_a_deposit_is_paid_into_the_ledger_and_moves_to_the_owners_when_they_form_their_congress(city: City) -> None:
    estate_id, provider_id = city.new_estate(area="56789.50"), city.new_provider()
    contract_id = city.new_contract(estate_id, provider_id)
    deposit_id = city.deposit(contract_id, "DEMANDED")["id"]
    part = city.payment_fields(deposit_id, provider_id, "20000.00")
    rest = city.payment_fields(deposit_id, provider_id, "36789.50")

    first = city.clerk.do("recordDepositPayment", "deposit { state paid } entry { amount memo }", key="k1", **part)
    again = city.clerk.do("recordDepositPayment", "deposit { state paid } entry { amount memo }", key="k1", **part)
    changed = city.clerk.write("recordDepositPayment", key="k1", **(part | {"amount": "20000.01"}))
    stranger = city.new_provider()

    assert (first["deposit"], first["replayed"]) == ({"state": "PART_PAID", "paid": "20000.00"}, False)
    assert first["entry"]["amount"] == "20000.00"
    assert again == first | {"replayed": True}
    assert [error["code"] for error in changed["errors"]] == ["DUPLICATE"]
    assert city.clerk.refusal("recordDepositPayment", **(rest | {"payerProviderId": stranger})) == (
        "VALIDATION", "input.payerProviderId", stranger,
    )  # fmt: skip
    assert city.clerk.refusal("recordDepositPayment", **(rest | {"amount": "36789.51"})) == (
        "OUT_OF_RANGE", "input.amount", "36789.51",
    )  # fmt: skip
    assert city.clerk.refusal("recordDepositPayment", **(rest | {"bankRef": part["bankRef"]}))[0] == "DUPLICATE"

    held = city.clerk.do("recordDepositPayment", "deposit { state paid custody { kind } }", **rest)
    assert held["deposit"] == {"state": "HELD", "paid": "56789.50", "custody": {"kind": "STREET_DESIGNATED"}}
    assert [event["type"] for event in held["events"]] == ["finance.deposit.held"]

    congress_id = city.new_congress(estate_id)
    moving = city.deposit(contract_id, "TRANSFERRING")
    assert (moving["paid"], moving["custody"]["kind"]) == ("56789.50", "STREET_DESIGNATED")
    transfer = {"depositId": deposit_id, "bankRef": f"MOVE-{city.new_number()}", "movedOn": days_ago(2)}
    assert city.clerk.refusal("transferDeposit", **transfer)[0] == "PRECONDITION"

    city.new_owners_account(congress_id)
    until(
        lambda: city.database("finance")["custody_accounts"].find_one({"estate_id": estate_id}),
        what="finance has opened the owners' account",
    )
    moved = city.clerk.do(
        "transferDeposit", "deposit { state paid custody { kind } } entry { amount }", key="k2", **transfer
    )
    replayed = city.clerk.do(
        "transferDeposit", "deposit { state paid custody { kind } } entry { amount }", key="k2", **transfer
    )

    assert moved["deposit"] == {"state": "HELD", "paid": "56789.50", "custody": {"kind": "OWNERS_PUBLIC"}}
    assert moved["entry"]["amount"] == "56789.50"
    assert replayed == moved | {"replayed": True}
    shown = city.clerk.read(ESTATE_DEPOSITS, id=estate_id)["estate"]["deposits"]
    assert len(shown) == 1
    # A payment is one transfer; a move is two, of the money and of what is owed to the provider.
    movements = shown[0]["movements"]
    assert [movement["amount"] for movement in movements] == ["20000.00", "36789.50", "56789.50", "56789.50"]
    assert len({movement["postingId"] for movement in movements}) == 3
    assert {movement["reverses"] for movement in movements} == {None}
    _assert_explained(shown[0])
    _assert_ledger_intact(city)


def _assert_explained(deposit: dict[str, Any]) -> None:
    explanation = deposit["explanation"]
    assert explanation["result"] == deposit["demanded"] == "56789.50"
    assert explanation["clause"] == "三（二）4"
    assert explanation["policyVersionId"] == deposit["policyVersionId"] == "360702-v1"
    assert {value["name"]: value["value"] for value in explanation["inputs"]} == {
        "approvedGrossArea": "56789.50",
        "ratePerM2": "1.00",
    }
    assert {value["value"] for value in explanation["parameters"]} >= {"20000.00", "100000.00"}


def _assert_ledger_intact(city: City) -> None:
    verified = city.platform.run_command("finance", "verify-ledger", "--district", ZHANGGONG)
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert "intact" in verified.stdout


@pytest.mark.rule("ZG-21")
def test_a_contract_of_the_congress_demands_into_the_owners_account_after_their_decision(city: City) -> None:
    estate_id, provider_id = city.new_estate(area="30000.00"), city.new_provider()
    city.new_owners_account(city.new_congress(estate_id))
    decision_id = city.new_passed_decision(estate_id, provider_id)
    fields = city.contract_fields(estate_id, provider_id) | {
        "kind": "CONGRESS", "signedOn": days_ago(0), "from": days_ago(0), "decisionId": decision_id, "tender": None,
    }  # fmt: skip

    contract_id = city.clerk.do("signContract", "contract { id }", **fields)["contract"]["id"]

    deposit = city.deposit(contract_id, "DEMANDED")
    assert deposit["demanded"] == "30000.00"
    assert deposit["custody"]["kind"] == "OWNERS_PUBLIC"
    wrong = city.payment_fields(deposit["id"], provider_id, "30000.00") | {"paidOn": days_ago(0)}
    assert city.clerk.refusal("recordDepositPayment", **wrong)[0] == "VALIDATION"


@pytest.mark.rule("G-20", "ZG-14", "ZG-15")
def test_the_contract_file_shows_what_each_service_learns_as_it_happens(city: City) -> None:
    estate_id, provider_id = city.new_estate(), city.new_provider()
    assert city.clerk.read(CONTRACT_FILE, id="ctr_unknown") == {"contract": None}

    contract_id = city.new_contract(estate_id, provider_id)
    city.deposit(contract_id, "DEMANDED")
    signed = city.clerk.read(CONTRACT_FILE, id=contract_id)["contract"]
    assert (signed["kind"], signed["state"], signed["signedByBody"]) == ("EARLY_STAGE", "SIGNED", "NONE")
    assert signed["estate"] | {"id": ""} == {
        "id": "", "name": "丹枫小区", "approvedGrossArea": "56789.50", "ownersBody": "NONE",
    }  # fmt: skip
    assert signed["deposit"] == {
        "computed": "56789.50",
        "demanded": "56789.50",
        "clamp": "NONE",
        "state": "DEMANDED",
        "custody": signed["deposit"]["custody"],
        "managers": JOINT_MANAGERS,
    }
    assert (signed["provider"]["filedWithAuthority"], signed["provider"]["creditScores"]) == (True, [])
    assert signed["provider"]["blacklisted"] is False
    assert (signed["trustTerms"], signed["terminationAdvice"]) == (None, [])

    city.clerk.do("startService", contractId=contract_id, serviceStartOn=days_ago(29))
    assert city.clerk.read(CONTRACT_FILE, id=contract_id)["contract"]["state"] == "ACTIVE"

    payment = city.payment_fields(signed_deposit_id(city, contract_id), provider_id, "56789.50")
    city.clerk.do("recordDepositPayment", **payment)
    paid = city.clerk.read(CONTRACT_FILE, id=contract_id)["contract"]["deposit"]
    assert (paid["state"], paid["custody"]) == (
        "HELD", {"kind": "STREET_DESIGNATED", "holder": "解放街道办事处"},
    )  # fmt: skip

    year = int(days_ago(0)[:4])
    credit = {"district": ZHANGGONG, "providerId": provider_id, "seriousDishonesty": False, "publishedOn": days_ago(1)}
    city.clerk.do("scoreCredit", year=year - 2, score="70.00", **credit)
    once = city.clerk.read(CONTRACT_FILE, id=contract_id)["contract"]["provider"]
    assert (once["creditScores"], once["blacklisted"]) == ([{"year": year - 2, "score": "70.00"}], False)

    listed = city.clerk.do("scoreCredit", "listed { id years }", year=year - 1, score="69.50", **credit)
    assert listed["listed"][0]["years"] == [year - 2, year - 1]
    advised = until(
        lambda: city.clerk.read(CONTRACT_FILE, id=contract_id)["contract"]["terminationAdvice"],
        what="the registry advises to end the contract",
    )
    assert [advice["issuedOn"] for advice in advised] == [days_ago(1)]
    last = city.clerk.read(CONTRACT_FILE, id=contract_id)["contract"]
    assert last["provider"]["blacklisted"] is True
    assert last["state"] == "ACTIVE"


def signed_deposit_id(city: City, contract_id: str) -> str:
    """Return the id of the deposit that finance keeps for the contract."""
    deposit = city.deposit_of(contract_id)
    assert deposit is not None
    return str(deposit["_id"])


@pytest.mark.rule("PZ-26", "PZ-27")
def test_the_contract_file_shows_the_trust_terms_of_a_trust_contract(city: City) -> None:
    estate_id = city.new_estate(district=PANZHIHUA)
    provider_id = city.new_provider(district=PANZHIHUA)
    fields = city.trust_contract_fields(estate_id, provider_id)

    contract_id = city.clerk.do("signContract", "contract { id }", **fields)["contract"]["id"]

    terms = until(
        lambda: city.clerk.read(CONTRACT_FILE, id=contract_id)["contract"]["trustTerms"],
        what="trust keeps the terms of the contract",
    )
    assert terms == {"remunerationKind": "PERCENT_OF_SPEND", "remunerationRate": "0.1000", "dualSignAbove": "5000.00"}
    contract = city.clerk.read(CONTRACT_FILE, id=contract_id)["contract"]
    assert contract["decision"]["result"] == {"quorumMet": True, "passed": True}
    assert contract["signedByBody"] == contract["estate"]["ownersBody"] == "CONGRESS_ONLY"
    assert contract["deposit"] is None
