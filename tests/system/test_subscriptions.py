"""Following an estate through the gateway: from the mutation over NATS to the screen, with what other services know."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from kit.ids import new_id
from tests.system.city import City, days_ago
from tests.system.clerk import Clerk
from tests.system.platform_run import PATIENCE_SECONDS

pytestmark = pytest.mark.system

ESTATE_CHANGED = """subscription ($id: ID!) {
    estateChanged(estateId: $id) { name deposits { state demanded } contracts { provider { blacklisted } } } }"""
DEPOSIT_CHANGED = """subscription ($id: ID!) {
    depositChanged(estateId: $id) { state paid estate { name } } }"""


@contextmanager
def event_stream(clerk: Clerk, document: str, **variables: Any) -> Iterator[Iterator[dict[str, Any]]]:
    """Subscribe over server-sent events and give the answers as they come."""
    with (
        httpx.Client(timeout=PATIENCE_SECONDS) as client,
        client.stream(
            "POST",
            clerk.url,
            json={"query": document, "variables": variables},
            headers=clerk.headers | {"accept": "text/event-stream"},
        ) as response,
    ):
        assert response.status_code == 200
        yield (json.loads(line.removeprefix("data: ")) for line in response.iter_lines() if line.startswith("data: "))


@contextmanager
def websocket(clerk: Clerk, document: str, **variables: Any) -> Iterator[Iterator[dict[str, Any]]]:
    """Subscribe over WebSocket, the token in the first message as a browser sends it, and give the answers."""
    url = clerk.url.replace("http", "ws", 1)
    with connect(url, subprotocols=[Subprotocol("graphql-transport-ws")], close_timeout=1) as connection:
        connection.send(json.dumps({"type": "connection_init", "payload": clerk.headers}))
        assert _receive(connection) == {"type": "connection_ack"}
        asked = {"query": document, "variables": variables}
        connection.send(json.dumps({"type": "subscribe", "id": "1", "payload": asked}))
        yield iter(lambda: _receive(connection)["payload"], None)


def _receive(connection: ClientConnection) -> dict[str, Any]:
    received: dict[str, Any] = json.loads(connection.recv(timeout=PATIENCE_SECONDS))
    return received


def until_told(answers: Iterator[dict[str, Any]], field: str, **wanted: Any) -> dict[str, Any]:
    """Return the first event whose `field` has these values, on a stream without errors."""
    for answer in answers:
        assert "errors" not in answer, answer
        event: dict[str, Any] = answer["data"][field]
        if {name: event[name] for name in wanted} == wanted:
            return event
    raise AssertionError(f"the stream ended without {wanted}")


def error_codes(answers: Iterator[dict[str, Any]]) -> list[str]:
    """Return the code of each error of the next answer."""
    return [error["extensions"]["code"] for error in next(answers)["errors"]]


def test_a_change_of_an_estate_is_sent_with_what_other_services_know_of_it(city: City) -> None:
    estate_id = city.new_estate()
    city.deposit(city.new_contract(estate_id, city.new_provider()), "DEMANDED")

    with event_stream(city.clerk, ESTATE_CHANGED, id=estate_id) as answers:
        first = until_told(answers, "estateChanged")
        city.clerk.do("changeEstate", estateId=estate_id, name="改名小区", effectiveOn=days_ago(0))
        renamed = until_told(answers, "estateChanged", name="改名小区")

    assert first["name"] == "丹枫小区"
    assert renamed["deposits"] == [{"state": "DEMANDED", "demanded": "56789.50"}]
    assert renamed["contracts"] == [{"provider": {"blacklisted": False}}]


def test_the_stream_outlives_the_registry(city: City) -> None:
    estate_id = city.new_estate()

    with event_stream(city.clerk, ESTATE_CHANGED, id=estate_id) as answers:
        until_told(answers, "estateChanged", name="丹枫小区")
        city.platform.restart_after_kill("registry")
        city.clerk.do("changeEstate", estateId=estate_id, name="改名小区", effectiveOn=days_ago(0))
        renamed = until_told(answers, "estateChanged", name="改名小区")

    assert renamed["deposits"] == []


def test_a_payment_is_told_over_a_websocket_with_the_registrys_name_of_the_estate(city: City) -> None:
    estate_id, provider_id = city.new_estate(), city.new_provider()
    deposit = city.deposit(city.new_contract(estate_id, provider_id), "DEMANDED")
    city.street_account()

    with websocket(city.clerk, DEPOSIT_CHANGED, id=estate_id) as answers:
        first = until_told(answers, "depositChanged")
        for amount, paid in (("10000.00", "10000.00"), ("46789.50", "56789.50")):
            city.clerk.do("recordDepositPayment", **city.payment_fields(deposit["id"], provider_id, amount))
            told = until_told(answers, "depositChanged", paid=paid)

    assert first == {"state": "DEMANDED", "paid": "0.00", "estate": {"name": "丹枫小区"}}
    assert told == {"state": "HELD", "paid": "56789.50", "estate": {"name": "丹枫小区"}}


def test_an_estate_that_is_unknown_or_out_of_scope_is_not_found(city: City) -> None:
    estate_id = city.new_estate()
    owner = Clerk(city.platform, "OWNER", scopes=(f"estate:{new_id('est')}",), subject="owner")

    with event_stream(owner, ESTATE_CHANGED, id=estate_id) as of_another:
        out_of_scope = error_codes(of_another)
    with websocket(city.clerk, DEPOSIT_CHANGED, id=new_id("est")) as of_nobody:
        unknown = error_codes(of_nobody)

    assert (out_of_scope, unknown) == (["NOT_FOUND"], ["NOT_FOUND"])


def test_without_a_token_nobody_follows(city: City) -> None:
    refused = httpx.post(
        city.clerk.url,
        json={"query": ESTATE_CHANGED, "variables": {"id": new_id("est")}},
        headers={"accept": "text/event-stream"},
    )

    assert refused.status_code == 401
