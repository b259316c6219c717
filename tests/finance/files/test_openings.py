"""The cut-over of a legacy city through finance's door: one dated posting an account, reconciled with the bank."""

import httpx
import pytest

from kit.caller import Caller, Role
from tests.finance.deposits import demanded_deposit, deposit_of_estate, pay
from tests.finance.file_client import file_client, token_of
from tests.heard import ZHANGGONG, HeardService, RegistryFacts, caller

pytestmark = pytest.mark.store

OFFICE = caller(Role.DISTRICT_OFFICE, f"district:{ZHANGGONG}")


async def upload(
    finance: HeardService, *lines: str, as_of: str = "2024-12-31", by: Caller = OFFICE
) -> tuple[int, object]:
    """Bring the file in and return the status with the answer, or with the code of the refusal."""
    body = "\r\n".join(("账户编号,项目,对象编号,金额", *lines)).encode()
    async with file_client(finance, by) as client:
        answer: httpx.Response = await client.post(
            "/opening-balances", params={"asOf": as_of}, content=body, headers=token_of(by)
        )
    content = answer.json()
    return answer.status_code, content["errors"][0]["extensions"]["code"] if "errors" in content else content


async def test_an_account_begins_with_one_dated_posting_and_its_deposits_are_held(finance: HeardService) -> None:
    facts, other = RegistryFacts(), RegistryFacts()
    other.street_id = facts.street_id
    account = await demanded_deposit(finance, facts, area="30000.00")
    await finance.hear(other.estate_registered(area="50000.00"), other.contract_signed())
    deposits = [(await deposit_of_estate(finance, one))["id"] for one in (facts, other)]
    lines = (
        f"{account},账户余额,,40000.00",
        f"{account},履约保证金,{deposits[0]},30000.00",
        f"{account},履约保证金,{deposits[1]},10000.00",
    )

    assert await upload(finance, *lines) == (201, {"opened": 1, "unchanged": 0})
    assert await upload(finance, *lines) == (200, {"opened": 0, "unchanged": 1})

    held, part = [await deposit_of_estate(finance, one) for one in (facts, other)]
    assert (held["state"], held["stateSince"], held["paid"]) == ("HELD", "2024-12-31", "30000.00")
    assert (part["state"], part["paid"]) == ("PART_PAID", "10000.00")
    assert held["movements"][0]["postingId"] == part["movements"][0]["postingId"]
    changed = (lines[0].replace("40000.00", "40000.01"), lines[1], lines[2].replace("10000.00", "10000.01"))
    assert await upload(finance, *changed) == (409, "DUPLICATE")
    assert await upload(finance, *lines, as_of="2024-12-30") == (409, "DUPLICATE")


async def test_nothing_of_a_file_is_taken_when_one_account_cannot_begin(finance: HeardService) -> None:
    facts, other = RegistryFacts(), RegistryFacts()
    account = await demanded_deposit(finance, facts, area="30000.00")
    begun = await demanded_deposit(finance, other, area="30000.00")
    await pay(finance, other, account_id=begun, amount="1.00")
    mine, its = [(await deposit_of_estate(finance, one))["id"] for one in (facts, other)]
    fine = (f"{account},账户余额,,30000.00", f"{account},履约保证金,{mine},30000.00")

    begun_already = await upload(finance, *fine, f"{begun},账户余额,,1.00", f"{begun},履约保证金,{its},1.00")
    unknown = await upload(finance, *fine, "cus_unknown,账户余额,,1.00", "cus_unknown,履约保证金,dep_1,1.00")
    too_much = await upload(finance, f"{account},账户余额,,30000.01", f"{account},履约保证金,{mine},30000.01")
    no_deposit = await upload(finance, f"{account},账户余额,,1.00", f"{account},履约保证金,dep_unknown,1.00")
    differs = await upload(finance, f"{account},账户余额,,30000.01", fine[1])

    assert [begun_already, unknown, too_much, no_deposit, differs] == [
        (409, "DUPLICATE"),
        (404, "NOT_FOUND"),
        (422, "OUT_OF_RANGE"),
        (404, "NOT_FOUND"),
        (400, "VALIDATION"),
    ]
    assert (await deposit_of_estate(finance, facts))["paid"] == "0.00"


@pytest.mark.parametrize(
    ("as_of", "by", "expected"),
    [
        ("2026-03-06", OFFICE, (400, "VALIDATION")),
        ("", OFFICE, (400, "VALIDATION")),
        ("2024-12-31", caller(Role.STREET), (403, "FORBIDDEN_ACTOR")),
    ],
)
async def test_a_cut_over_is_of_a_past_day_and_the_districts_to_make(
    finance: HeardService, as_of: str, by: Caller, expected: tuple[int, str]
) -> None:
    facts = RegistryFacts()
    account = await demanded_deposit(finance, facts, area="30000.00")
    deposit = (await deposit_of_estate(finance, facts))["id"]

    lines = (f"{account},账户余额,,1.00", f"{account},履约保证金,{deposit},1.00")
    assert await upload(finance, *lines, as_of=as_of, by=by) == expected
