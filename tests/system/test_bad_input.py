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


def send(city: City, body: bytes, **headers: str) -> httpx.Response:
    return httpx.post(
        city.clerk.url, content=body, headers=city.clerk.headers | {"content-type": "application/json"} | headers
    )


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "MALFORMED_JSON"),
        (b"\xff\xfe", "MALFORMED_JSON"),
        (b"", "MALFORMED_JSON"),
        (b'"text"', "BAD_REQUEST"),
        (b'{"query": 7}', "BAD_REQUEST"),
        (b'{"query": "{ me { subject } }", "variables": [1]}', "BAD_REQUEST"),
    ],
    ids=["cut off", "no UTF-8", "empty", "a text", "query is a number", "variables are a list"],
)
def test_a_body_that_is_no_request_is_refused_with_a_code(city: City, body: bytes, code: str) -> None:
    answer = send(city, body)

    assert answer.status_code == 400
    assert [error["extensions"]["code"] for error in answer.json()["errors"]] == [code]


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer no-token"}], ids=["none", "malformed"])
def test_without_a_valid_token_nothing_is_answered(city: City, headers: dict[str, str]) -> None:
    answer = httpx.post(city.clerk.url, json={"query": "{ me { subject } }"}, headers=headers)

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert [error["extensions"]["code"] for error in answer.json()["errors"]] == ["UNAUTHENTICATED"]


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        ("-1.00", "VALIDATION"),
        ("1.0", "VALIDATION"),
        ("1e3", "VALIDATION"),
        ("NaN", "VALIDATION"),
        (12.5, "VALIDATION"),
        (True, "VALIDATION"),
        ("99999999999999999999.00", "OUT_OF_RANGE"),
    ],
)
def test_an_amount_that_is_none_is_refused_by_its_value(city: City, amount: Any, code: str) -> None:
    answer = city.clerk.ask(
        "mutation P($input: RecordDepositPaymentInput!) { recordDepositPayment(input: $input) { errors { code } } }",
        input={"idempotencyKey": city.new_number(), **city.payment_fields("dep_unknown", "prv_unknown", amount)},
    )

    assert answer.data is None
    assert [(error["extensions"]["code"], error["extensions"]["value"]) for error in answer.errors] == [
        (code, str(amount))
    ]


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
    rows = [(row["outcome"], row["code"], row["value"]) for row in payload["report"]["rows"]]
    assert rows == [("LANDED", None, None), ("REJECTED", "VALIDATION", "另一社区")]


def test_what_is_registered_already_is_refused_by_its_code_and_nothing_of_it_is_written(city: City) -> None:
    estate_id, provider_id = city.new_estate(), city.new_provider()
    known = city.clerk.read(
        """query($estate: ID!, $provider: ID!) {
            estate(id: $estate) { code street { id } community { id } }
            provider(id: $provider) { unifiedCreditCode } }""",
        estate=estate_id,
        provider=provider_id,
    )
    code, credit_code = known["estate"]["code"], known["provider"]["unifiedCreditCode"]
    contract = city.contract_fields(estate_id, provider_id)
    city.clerk.do("signContract", **contract)
    elsewhere = city.clerk.do(
        "registerCommunity",
        "community { id }",
        streetId=known["estate"]["street"]["id"],
        name=f"社区{city.new_number()}",
    )["community"]["id"]
    facts = {
        "code": code, "name": "白鹭小区", "streetId": known["estate"]["street"]["id"], "enclosure": "OPEN",
        "kind": "OLD", "managedArea": "900.00", "householdCount": 10,
    }  # fmt: skip
    before = _announced(city)

    assert city.clerk.refusal("registerEstate", communityId=known["estate"]["community"]["id"], **facts) == (
        "DUPLICATE", "input.code", code,
    )  # fmt: skip
    assert city.clerk.refusal("registerEstate", communityId=elsewhere, **facts) == (
        "VALIDATION", "input.communityId", elsewhere,
    )  # fmt: skip
    assert city.clerk.refusal(
        "registerProvider", district=ZHANGGONG, name="某物业", unifiedCreditCode=credit_code, kind="COMPANY"
    ) == ("DUPLICATE", "input.unifiedCreditCode", credit_code)
    assert city.clerk.refusal("signContract", **contract) == ("DUPLICATE", "input.number", contract["number"])
    assert _announced(city) == before
    assert city.clerk.read("query($id: ID!) { estate(id: $id) { name } }", id=estate_id)["estate"]["name"] == "丹枫小区"


def test_who_may_not_write_is_refused_and_what_is_out_of_scope_cannot_be_written_to(city: City) -> None:
    estate_id = city.new_estate()
    owner = Clerk(city.platform, "OWNER", subject="an owner")
    stranger = Clerk(city.platform, "STREET", scopes=("district:360102",), subject="a street elsewhere")

    assert owner.refusal("formCongress", estateId=estate_id, formedOn=days_ago(1))[0] == "FORBIDDEN_ACTOR"
    assert stranger.refusal("formCongress", estateId=estate_id, formedOn=days_ago(1)) == (
        "NOT_FOUND", "input.estateId", estate_id,
    )  # fmt: skip
    assert city.clerk.read("query($id: ID!) { estate(id: $id) { ownersBody } }", id=estate_id) == {
        "estate": {"ownersBody": "NONE"}
    }


def test_a_day_without_a_policy_and_another_day_than_the_documents_are_refused_by_the_day(city: City) -> None:
    none = city.clerk.ask('{ policy(district: "360702", at: "2024-12-31") { id } }')

    assert (none.data, none.error_codes) == (None, ["INSTRUMENT_NOT_AVAILABLE"])
    first = city.clerk.read('{ policy(district: "360702", at: "2025-01-01") { id effectiveFrom } }')
    assert first == {"policy": {"id": "360702-v1", "effectiveFrom": "2025-01-01"}}
    assert city.clerk.refusal("publishPolicy", district="510400", version=1, effectiveFrom="2025-01-01") == (
        "VALIDATION", "input.effectiveFrom", "2025-01-01",
    )  # fmt: skip
    assert city.clerk.refusal("publishPolicy", district="360702", version=1, effectiveFrom="2025-02-01") == (
        "VALIDATION", "input.effectiveFrom", "2025-02-01",
    )  # fmt: skip


def _announced(city: City) -> dict[str, int]:
    """Return how much the registry has announced of each aggregate."""
    return {row["_id"]: row["version"] for row in city.database("registry")["aggregate_versions"].find({})}
