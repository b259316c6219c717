"""Call-backs of banks: signed, recorded as received, carried out once, and answered alike every time."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from kit.settings import Environment
from kit.signatures import signature_of
from services.finance.settings import FinanceSettings
from tests.finance.deposits import demanded_deposit, deposit_of_estate, pay
from tests.finance.fees import REFUND, served_estate
from tests.finance.file_client import file_client
from tests.heard import HeardService, RegistryFacts

pytestmark = pytest.mark.store

SECRET = "a secret of thirty-two characters"


async def call(finance: HeardService, said: object, *, secret: str = SECRET, times: int = 1) -> list[httpx.Response]:
    """Let the bank call so many times at once and return the answers."""
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    timestamp = str(int(finance.clock.now().timestamp()))
    headers = {
        "x-anju-sender": "icbc",
        "x-anju-timestamp": timestamp,
        "x-anju-signature": signature_of(secret, timestamp=timestamp, body=body),
    }
    async with file_client(finance, bank_secrets={"icbc": SECRET}) as client:
        client.headers.pop("authorization")
        return await asyncio.gather(
            *(client.post("/bank-callbacks", content=body, headers=headers) for _ in range(times))
        )


async def said_of(finance: HeardService, facts: RegistryFacts, account: str, **changes: Any) -> dict[str, Any]:
    return {
        "custodyAccountId": account,
        "bankRef": "HD-1",
        "amount": "10000.00",
        "paidOn": "2024-03-01",
        "paidFor": (await deposit_of_estate(finance, facts))["id"],
        **changes,
    }


def code_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["errors"][0]["extensions"]["code"]


async def test_a_call_is_posted_once_however_often_it_comes(finance: HeardService) -> None:
    facts = RegistryFacts()
    account = await demanded_deposit(finance, facts, area="30000.00")
    said = await said_of(finance, facts, account)

    at_once = await call(finance, said, times=3)
    later = await call(finance, said)

    assert [(one.status_code, one.json()) for one in (*at_once, *later)] == [
        (200, {"state": "POSTED", "bankRef": "HD-1"})
    ] * 4
    deposit = await deposit_of_estate(finance, facts)
    assert (deposit["paid"], len(deposit["movements"])) == ("10000.00", 1)
    [received] = await finance.mongo.collection("bank_callbacks").find({}).to_list(None)
    assert (received["bank"], received["state"], received["posted_id"]) == (
        "icbc",
        "POSTED",
        deposit["movements"][0]["postingId"],
    )
    [changed] = await call(finance, said | {"amount": "10000.01"})
    assert code_of(changed) == (409, "DUPLICATE")


async def test_what_a_person_recorded_before_is_not_posted_again(finance: HeardService) -> None:
    facts = RegistryFacts()
    account = await demanded_deposit(finance, facts, area="20000.00")
    await pay(finance, facts, account_id=account, amount="20000.00", bankRef="HD-1")

    [same] = await call(finance, await said_of(finance, facts, account, amount="20000.00"))

    assert (same.json()["state"], (await deposit_of_estate(finance, facts))["paid"]) == ("POSTED", "20000.00")


async def test_a_refused_call_is_kept_and_carried_out_when_nothing_refuses_it_any_more(finance: HeardService) -> None:
    facts = RegistryFacts()
    account = await demanded_deposit(finance, facts, area="30000.00")
    said = await said_of(finance, facts, account)
    unknown = said | {"bankRef": "HD-2", "paidFor": "dep_unknown"}
    too_much = said | {"bankRef": "HD-3", "amount": "30000.01"}

    answers = [(await call(finance, one))[0] for one in (unknown, too_much)]

    assert [(one.status_code, one.json()["state"], one.json()["code"]) for one in answers] == [
        (200, "REFUSED", "NOT_FOUND"),
        (200, "REFUSED", "OUT_OF_RANGE"),
    ]
    assert (await deposit_of_estate(finance, facts))["paid"] == "0.00"
    early = said | {"bankRef": "HD-4", "paidOn": "2026-03-06"}
    assert (await call(finance, early))[0].json()["code"] == "VALIDATION"
    finance.clock.advance(timedelta(days=1))
    assert (await call(finance, early))[0].json()["state"] == "POSTED"


async def test_fees_that_reach_the_providers_own_account_are_apportioned_once(finance: HeardService) -> None:
    served = await served_estate(finance, "100.00")
    await served.set_rates()
    await served.bill()
    said = {"bankRef": "HD-1", "amount": "100.00", "paidOn": "2026-03-01", "paidFor": served.parts[0]}

    answers = [*await call(finance, said, times=2), *await call(finance, said)]

    assert [one.json()["state"] for one in answers] == ["POSTED"] * 3
    assert len(await finance.mongo.collection("fee_payments").find({}).to_list(None)) == 1
    assert code_of((await call(finance, said | {"paidFor": "prt_unknown", "bankRef": "HD-2"}))[0]) == (404, "NOT_FOUND")


async def test_a_call_that_names_a_bill_or_comes_after_the_refund_brings_its_money_once(finance: HeardService) -> None:
    served = await served_estate(finance, "100.00")
    await served.set_rates()
    await served.bill()
    [bill] = await served.bills()
    paid = (await served.pay("150.00", bankRef="HD-1", paidOn="2026-03-01"))["payment"]["id"]
    refund = {"paymentId": paid, "amount": "30.00", "refundReason": "OVERPAID", "bankRef": "HD-2"}
    await served.write(REFUND, "refundFeePayment", **refund, refundedOn="2026-03-02")

    # The bank tells late what a person recorded and paid back already: nothing comes in a second time.
    said = {"bankRef": "HD-1", "amount": "150.00", "paidOn": "2026-03-01", "paidFor": bill.id}
    [late] = await call(finance, said)
    [other_amount] = await call(finance, said | {"amount": "149.99"})
    [other_part] = await call(finance, said | {"bankRef": "HD-3", "paidFor": "bil_unknown"})

    assert late.json() == {"state": "POSTED", "bankRef": "HD-1"}
    assert [code_of(one) for one in (other_amount, other_part)] == [(409, "DUPLICATE"), (404, "NOT_FOUND")]
    [payment] = await finance.mongo.collection("fee_payments").find({}).to_list(None)
    assert (payment["_id"], payment["refunded"]) == (paid, 30_00)


async def test_a_signed_call_is_believed_for_five_minutes_and_as_it_was_signed(finance: HeardService) -> None:
    body, timestamp = b'{"bankRef": "HD-1"}', int(finance.clock.now().timestamp())

    async def heard(at: int, sent: bytes, sender: str = "icbc") -> int:
        headers = {
            "x-anju-sender": sender,
            "x-anju-timestamp": str(at),
            "x-anju-signature": signature_of(SECRET, timestamp=str(at), body=body),
        }
        async with file_client(finance, bank_secrets={"icbc": SECRET}) as client:
            return (await client.post("/bank-callbacks", content=sent, headers=headers)).status_code

    # 400: believed, and then no call-back; 401: not believed.
    assert [await heard(timestamp + late, body) for late in (-301, -300, 300, 301)] == [401, 400, 400, 401]
    assert await heard(timestamp, body + b" ") == 401
    assert await heard(timestamp, body, sender="ccb") == 401


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"amount": 10000}, 400, "VALIDATION"),
        ({"amount": "0.00"}, 400, "VALIDATION"),
        ({"amount": "-1.00"}, 400, "VALIDATION"),
        ({"paidOn": "yesterday"}, 400, "VALIDATION"),
        ({"bankRef": ""}, 400, "VALIDATION"),
        ({"paidFor": None}, 400, "VALIDATION"),
        ({"custodyAccountId": "cus_unknown"}, 404, "NOT_FOUND"),
        ({"currency": "USD"}, 400, "VALIDATION"),
        ({"currency": None}, 400, "VALIDATION"),
    ],
)
async def test_what_is_no_call_back_is_refused_and_not_kept(
    finance: HeardService, changes: dict[str, object], status: int, code: str
) -> None:
    said = {
        "custodyAccountId": "cus_1",
        "bankRef": "HD-1",
        "amount": "1.00",
        "paidOn": "2024-03-01",
        "paidFor": "dep_1",
    }

    [answer] = await call(finance, said | changes)

    assert code_of(answer) == (status, code)
    assert await finance.mongo.collection("bank_callbacks").find({}).to_list(None) == []


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff"])
async def test_a_body_that_is_no_object_is_refused(finance: HeardService, body: bytes) -> None:
    [answer] = await call(finance, body)

    assert code_of(answer) == (400, "BAD_REQUEST")


async def test_an_unsigned_or_wrongly_signed_call_is_refused(finance: HeardService) -> None:
    [forged] = await call(finance, {"bankRef": "HD-1"}, secret="another secret of as many characters")
    async with file_client(finance) as client:
        unsigned = await client.post("/bank-callbacks", json={"bankRef": "HD-1"})

    assert [code_of(one) for one in (forged, unsigned)] == [(401, "UNAUTHENTICATED")] * 2


@pytest.mark.parametrize(("characters", "is_refused"), [(31, True), (32, False)])
def test_a_banks_secret_has_at_least_thirty_two_characters(characters: int, is_refused: bool) -> None:
    def settings() -> FinanceSettings:
        return FinanceSettings.model_validate(
            {
                "environment": Environment.DEVELOPMENT,
                "development_issuer_dir": "unused",
                "bank_secrets": {"icbc": "x" * characters},
            }
        )

    if is_refused:
        with pytest.raises(ValidationError, match="icbc"):
            settings()
    else:
        assert settings().bank_secrets["icbc"].get_secret_value() == "x" * 32
