"""What is wrong is refused with a typed code and the offending value, through the gateway, and nothing is written."""

from __future__ import annotations

import base64
from typing import Any

import httpx
import pytest

from tests.system.city import ZHANGGONG, City, days_ago
from tests.system.clerk import Clerk
from tests.system.platform_run import until

pytestmark = pytest.mark.system

HEADERS = "小区编码,小区名称,区划代码,街道,社区,门型,小区类别,建成日期,规划核准总建筑面积(含地下),物业管理面积,户数"


def post(city: City, body: bytes, **headers: str) -> httpx.Response:
    return httpx.post(
        city.clerk.url, content=body, headers=city.clerk.headers | {"content-type": "application/json"} | headers
    )


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"{", 400), (b"[1, 2]", 400), (b'"text"', 400), (b'{"query": 7}', 400), (b"\xff\xfe", 400), (b"", 400)],
    ids=["cut off", "a list", "a text", "query is a number", "no UTF-8", "empty"],
)
def test_a_body_that_is_no_request_is_refused_with_a_code(city: City, body: bytes, status: int) -> None:
    answer = post(city, body)

    assert answer.status_code == status
    assert answer.json()["errors"][0]["extensions"]["code"]


def test_without_a_token_nothing_is_answered(city: City) -> None:
    answer = httpx.post(city.clerk.url, json={"query": "{ me { subject } }"})

    assert answer.status_code == 401
    assert answer.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        ("-1.00", "VALIDATION"),
        ("1.0", "VALIDATION"),
        ("1e3", "VALIDATION"),
        ("NaN", "VALIDATION"),
        (12.5, "VALIDATION"),
        ("99999999999999999999.00", "OUT_OF_RANGE"),
    ],
)
def test_an_amount_that_is_none_is_refused_by_its_value(city: City, amount: Any, code: str) -> None:
    answer = city.clerk.ask(
        "mutation P($input: RecordDepositPaymentInput!)"
        " { recordDepositPayment(input: $input) { errors { code value } } }",
        input={"idempotencyKey": city.new_number(), **city.payment_fields("dep_unknown", "prv_unknown", amount)},
    )

    payload = (answer.data or {}).get("recordDepositPayment")
    codes = [error["code"] for error in payload["errors"]] if payload else answer.error_codes
    assert codes == [code]
    assert str(amount) in str(payload["errors"] if payload else answer.errors)


def test_an_unknown_id_is_nothing_and_a_command_on_it_is_not_found(city: City) -> None:
    assert city.clerk.read('{ contract(id: "ctr_00000000000000000000000000000000") { id } }') == {"contract": None}
    code, _, value = city.clerk.refusal(
        "startService", contractId="ctr_00000000000000000000000000000000", serviceStartOn=days_ago(1)
    )
    assert (code, value) == ("NOT_FOUND", "ctr_00000000000000000000000000000000")


def test_what_lies_outside_the_scope_does_not_exist(city: City) -> None:
    estate_id = city.new_estate()
    stranger = Clerk(city.platform, "STREET", scopes=("district:360102",), subject="a street elsewhere")

    assert stranger.read("query($id: ID!) { estate(id: $id) { name deposits { id } } }", id=estate_id) == {
        "estate": None
    }


def test_a_contract_signed_before_the_policy_was_in_force_is_refused_its_deposit_where_people_see_it(
    city: City,
) -> None:
    estate_id, provider_id = city.new_estate(), city.new_provider()
    fields = city.contract_fields(estate_id, provider_id) | {"signedOn": "2020-06-01", "from": "2020-06-01"}
    fields["tender"] = {"method": "OPEN", "reference": "招标 2020-1", "awardedOn": "2020-05-20"}

    contract_id = city.clerk.do("signContract", "contract { id }", **fields)["contract"]["id"]

    item = until(
        lambda: city.database("finance")["work_items"].find_one({"aggregate_id": contract_id}),
        what="finance leaves a work item",
    )
    assert (item["code"], item["message"]) == (
        "INSTRUMENT_NOT_AVAILABLE",
        "the district has no policy in force on 2020-06-01",
    )
    assert city.deposit_of(contract_id) is None


def test_an_estate_in_two_communities_is_refused_while_the_good_row_lands(city: City) -> None:
    code = f"{ZHANGGONG}-{city.new_number()}"
    row = f"{code},丹枫小区,{ZHANGGONG},解放街道,%s,封闭,老旧小区,1998-06-30,1000.00,900.00,10"
    ledger = "\n".join([HEADERS, row % "金桂社区", row % "另一社区"]).encode("gb18030")

    payload = city.clerk.write(
        "importEstates",
        "report { rows { row outcome code value } }",
        contentBase64=base64.b64encode(ledger).decode(),
        registerTerritory=True,
    )

    assert payload["errors"] == []
    outcomes = [(row["outcome"], row["code"]) for row in payload["report"]["rows"]]
    assert outcomes == [("LANDED", None), ("REJECTED", "VALIDATION")]
