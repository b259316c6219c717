"""Kill -9 of every process at every step of a write and of a reaction: nothing acknowledged is lost, nothing doubled.

The step is exact: the wire between a service and its server is held at the commit, at the commit's answer, at the
publication or at the acknowledgement, and the kill falls while it is held (see `tests.system.wire`).
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from deploy.local.plan import GATEWAY, NATS, STORE
from tests.system.city import PANZHIHUA, ZHANGGONG, City, days_ago
from tests.system.clerk import NotAcknowledged
from tests.system.platform_run import until
from tests.system.record import assert_nothing_lost_or_doubled, wait_until_settled
from tests.system.wire import Hold

IS_LONG = bool(os.environ.get("ANJU_LONG"))
pytestmark = pytest.mark.system
ROUNDS = 5 if IS_LONG else 1
SCORED_YEAR = 2025

only_long = pytest.mark.skipif(not IS_LONG, reason="waits for a redelivery of its own: set ANJU_LONG=1")


@dataclass
class Write:
    """A write under one idempotency key, what marks its transaction, and how often it has taken effect."""

    city: City
    service: str
    mutation: str
    fields: dict[str, Any]
    mark: str
    effects: Callable[[], int]
    key: str

    def send(self) -> dict[str, Any] | None:
        """Send the write, also again; None when it was not acknowledged."""
        try:
            return self.city.clerk.write(self.mutation, key=self.key, **self.fields)
        except NotAcknowledged:
            return None

    def acknowledge(self) -> dict[str, Any]:
        """Send the write, again and again, until it is acknowledged; returns the payload without errors."""
        payload = until(self.send, what=f"{self.mutation} is acknowledged")
        assert payload is not None
        assert payload["errors"] == []
        return payload


def a_signing(city: City) -> Write:
    """Return the registry's write: a contract with a deposit clause."""
    fields = city.contract_fields(city.new_estate(), city.new_provider()) | {"number": f"HT-{city.new_number()}"}
    return Write(
        city,
        "registry",
        "signContract",
        fields,
        fields["number"],
        lambda: _count(city, "registry", "contracts", {"number": fields["number"]}),
        uuid.uuid4().hex,
    )


def a_payment(city: City) -> Write:
    """Return finance's write: all of a deposit, paid into the ledger."""
    provider_id = city.new_provider()
    contract_id = city.new_contract(city.new_estate(area="30000.00"), provider_id)
    fields = city.payment_fields(city.deposit(contract_id, "DEMANDED")["id"], provider_id, "30000.00")

    def effects() -> int:
        def agreed() -> tuple[int] | None:
            # Two reads: a commit may fall between them.
            deposit = city.deposit_of(contract_id)
            postings = _count(city, "finance", "ledger_postings", {"key": {"$regex": f"{fields['bankRef']}$"}})
            return (postings,) if deposit is not None and len(deposit["posting_ids"]) == postings else None

        return until(agreed, what="the deposit names the postings that the ledger has")[0]

    return Write(city, "finance", "recordDepositPayment", fields, fields["bankRef"], effects, uuid.uuid4().hex)


def a_scoring(city: City) -> Write:
    """Return inspection's write: a provider's credit score, bad enough for the blacklist."""
    provider_id = city.new_provider()
    fields = {
        "district": ZHANGGONG,
        "providerId": provider_id,
        "year": SCORED_YEAR,
        "score": "60.00",
        "seriousDishonesty": True,
        "recordExpiresOn": days_ago(-900),
        "publishedOn": days_ago(1),
    }

    def effects() -> int:
        record = city.database("inspection")["credit_records"].find_one({"provider_id": provider_id})
        return 0 if record is None else len(record["ratings"])

    until(
        lambda: city.database("inspection")["providers"].find_one({"_id": provider_id}),
        what="inspection knows the provider",
    )
    return Write(city, "inspection", "scoreCredit", fields, provider_id, effects, uuid.uuid4().hex)


WRITES = (a_signing, a_payment, a_scoring)


@pytest.fixture(scope="module", autouse=True)
def nothing_lost_or_doubled(city: City) -> Iterator[None]:
    """After all the kills: the streams are what the outboxes say, and the ledger verifies entry by entry."""
    yield
    assert_nothing_lost_or_doubled(city.platform)
    verified = city.platform.run_command("finance", "verify-ledger")
    assert verified.returncode == 0, verified.stdout + verified.stderr


@contextmanager
def under_way(*writes: Write) -> Iterator[list[Future[dict[str, Any] | None]]]:
    """Send the writes from other threads, to be killed under."""
    with ThreadPoolExecutor(len(writes)) as pool:
        yield [pool.submit(write.send) for write in writes]


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_a_service_killed_before_it_publishes_publishes_once_after_its_restart(city: City, _round: int) -> None:
    platform = city.platform
    writes = [make(city) for make in WRITES]
    wait_until_settled(platform)
    holds = [platform.nats_wires[write.service].hold_publication(write.service) for write in writes]

    payloads = [write.acknowledge() for write in writes]
    for hold in holds:
        hold.wait()
    platform.kill(*(write.service for write in writes))
    for hold in holds:
        hold.cut()
    unpublished = [_unpublished(city, write.service) for write in writes]
    platform.start(write.service for write in writes)

    announced = [{event["id"] for event in payload["events"]} for payload in payloads]
    assert [waiting >= ids for waiting, ids in zip(unpublished, announced, strict=True)] == [True, True, True]
    told = assert_nothing_lost_or_doubled(platform)
    for write, ids in zip(writes, announced, strict=True):
        assert {told.ids(write.service)[event_id] for event_id in ids} == {1}
    assert [write.effects() for write in writes] == [1, 1, 1]


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_a_service_killed_before_its_commit_has_done_nothing_and_the_same_key_does_it_once(
    city: City, _round: int
) -> None:
    platform = city.platform
    writes = [make(city) for make in WRITES]
    holds = [platform.store_wires[write.service].hold_commit(write.mark) for write in writes]

    with under_way(*writes) as answers:
        for hold in holds:
            hold.wait()
        platform.kill(*(write.service for write in writes))
        for hold in holds:
            hold.cut()
        assert [answer.result() for answer in answers] == [None, None, None]
    assert [write.effects() for write in writes] == [0, 0, 0]
    if not IS_LONG:
        platform.end_abandoned_transactions(*(write.service for write in writes))
    platform.start(write.service for write in writes)

    again = [write.acknowledge() for write in writes]
    assert [payload["replayed"] for payload in again] == [False, False, False]
    assert [write.effects() for write in writes] == [1, 1, 1]
    assert [write.acknowledge()["events"] for write in writes] == [payload["events"] for payload in again]
    assert [write.effects() for write in writes] == [1, 1, 1]


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_a_service_killed_before_it_learns_of_its_commit_answers_the_same_key_with_what_was_done(
    city: City, _round: int
) -> None:
    platform = city.platform
    writes = [make(city) for make in WRITES]
    holds = [platform.store_wires[write.service].hold_commit_answer(write.mark) for write in writes]

    with under_way(*writes) as answers:
        for hold in holds:
            hold.wait()
        platform.kill(*(write.service for write in writes))
        for hold in holds:
            hold.cut()
        assert [answer.result() for answer in answers] == [None, None, None]
    assert [write.effects() for write in writes] == [1, 1, 1]
    platform.start(write.service for write in writes)

    assert [write.acknowledge()["replayed"] for write in writes] == [True, True, True]
    assert [write.effects() for write in writes] == [1, 1, 1]


@pytest.mark.parametrize("with_nats", [True, pytest.param(False, marks=only_long)])
def test_a_listener_killed_in_or_right_after_its_reaction_has_reacted_once(city: City, with_nats: bool) -> None:
    """Every listener is killed twice: when its reaction is about to commit, and when only the acknowledgement lacks.

    NATS dies with them, which forgets what was under way; the slow case leaves it running, and waits for it to tell
    again what nobody acknowledged.
    """
    platform = city.platform
    listeners = {
        "finance_from_registry": "registry.contract",
        "trust_from_registry": "registry.contract",
        "inspection_from_registry": "registry.provider",
        "registry_from_inspection": "inspection.credit",
    }
    services = [listener.partition("_from_")[0] for listener in listeners]
    victims = [*services, *([NATS] if with_nats else [])]
    before_commit, before_acknowledgement = _Facts.prepare(city), _Facts.prepare(city)
    wait_until_settled(platform)
    commits = [
        platform.store_wires[service].hold_commit(f"{listener}|{aggregate}|")
        for service, (listener, aggregate) in zip(services, listeners.items(), strict=True)
    ]

    before_commit.happen()
    for hold in commits:
        hold.wait()
    before_acknowledgement.happen()
    until(lambda: not any(_unpublished(city, name) for name in ("registry", "inspection")), what="all is published")
    _kill_and_cut(city, victims, commits)
    if not IS_LONG:
        platform.end_abandoned_transactions(*services)
    assert before_commit.reactions() == [0, 0, 0, 0]
    acknowledgements = [
        platform.nats_wires[service].hold_acknowledgement(listener)
        for service, listener in zip(services, listeners, strict=True)
    ]
    platform.start(victims)
    for hold in acknowledgements:
        hold.wait(seconds=40)
    assert before_acknowledgement.reactions() == [1, 1, 1, 1]
    _kill_and_cut(city, victims, acknowledgements)
    platform.start(victims)

    assert_nothing_lost_or_doubled(platform)
    assert before_commit.reactions() == [1, 1, 1, 1]
    assert before_acknowledgement.reactions() == [1, 1, 1, 1]
    for service, listener in zip(services, listeners, strict=True):
        # What had been applied came again, and was known.
        assert platform.metric(service, "anju_events_heard_total", listener=listener, outcome="ALREADY_KNOWN") >= 1


def test_the_gateway_killed_under_a_write_leaves_it_done_once(city: City) -> None:
    write = a_payment(city)
    with city.platform.store_wires["finance"].hold_commit(write.mark) as hold, under_way(write) as answers:
        hold.wait()
        city.platform.kill(GATEWAY)
        hold.let_go()
        assert answers[0].result() is None
    until(lambda: write.effects() == 1, what="the payment is recorded")
    city.platform.start([GATEWAY])

    assert write.acknowledge()["replayed"] is True
    assert write.effects() == 1


def test_the_store_killed_before_a_commit_leaves_it_done_once(city: City) -> None:
    write = a_payment(city)
    with under_way(write) as answers:
        hold = city.platform.store_wires["finance"].hold_commit(write.mark).wait()
        city.platform.kill(STORE)
        hold.cut()
        city.platform.start([STORE])
        first = answers[0].result()

    again = write.acknowledge()
    assert first is None or (first["errors"] == [] and again["replayed"] and first["events"] == again["events"])
    assert write.effects() == 1


def test_the_store_killed_between_commit_and_publication_keeps_what_is_to_be_told(city: City) -> None:
    write = a_payment(city)
    wait_until_settled(city.platform)
    with city.platform.nats_wires["finance"].hold_publication("finance") as hold:
        payload = write.acknowledge()
        hold.wait()
        city.platform.restart_after_kill(STORE)

    told = assert_nothing_lost_or_doubled(city.platform)
    assert [told.ids("finance")[event["id"]] for event in payload["events"]] == [1]
    assert write.effects() == 1


@pytest.mark.parametrize("step", ["before the commit", "before the publication", "after the publication"])
def test_nats_killed_at_any_step_of_a_write_publishes_it_once(city: City, step: str) -> None:
    write = a_payment(city)
    wait_until_settled(city.platform)
    wire = city.platform.nats_wires["finance"]
    holds = {
        "before the commit": lambda: city.platform.store_wires["finance"].hold_commit(write.mark),
        "before the publication": lambda: wire.hold_publication("finance"),
        "after the publication": lambda: wire.hold_publication_answer("ANJU_FINANCE"),
    }
    with holds[step]() as hold, under_way(write) as answers:
        hold.wait()
        city.platform.kill(NATS)
        hold.let_go()
        first = answers[0].result()
        city.platform.start([NATS])

    assert first is not None
    assert first["errors"] == []
    told = assert_nothing_lost_or_doubled(city.platform)
    assert [told.ids("finance")[event["id"]] for event in first["events"]] == [1]
    assert write.effects() == 1


@pytest.mark.parametrize("victim", [STORE, pytest.param(NATS, marks=only_long)])
def test_a_server_killed_between_a_reaction_and_its_acknowledgement_lets_it_happen_once(
    city: City, victim: str
) -> None:
    write = a_signing(city)
    wait_until_settled(city.platform)
    with city.platform.nats_wires["finance"].hold_acknowledgement("finance_from_registry") as hold:
        write.acknowledge()
        hold.wait()
        city.platform.restart_after_kill(victim)

    assert_nothing_lost_or_doubled(city.platform)
    assert _count(city, "finance", "deposits", {"estate_id": write.fields["estateId"]}) == 1


@dataclass
class _Facts:
    """One fact for each listener to react to, and how often each has reacted."""

    city: City
    signing: Write
    trust_signing: Write
    scoring: Write
    credit_codes: list[str]

    @classmethod
    def prepare(cls, city: City) -> _Facts:
        """Return facts that have not happened yet."""
        return cls(city, a_signing(city), _a_trust_signing(city), a_scoring(city), [])

    def happen(self) -> None:
        """Let them happen: two contracts, a score and a new provider."""
        self.signing.acknowledge()
        self.trust_signing.acknowledge()
        self.scoring.acknowledge()
        self.credit_codes.append(self.city.new_provider(filed=False))

    def reactions(self) -> list[int]:
        """Return how often finance, trust, inspection and the registry have reacted."""
        provider_id = self.scoring.fields["providerId"]
        credit = self.city.database("registry")["provider_credit"].find_one({"_id": provider_id})
        return [
            _count(self.city, "finance", "deposits", {"estate_id": self.signing.fields["estateId"]}),
            _count(self.city, "trust", "trust_contracts", {"estate_id": self.trust_signing.fields["estateId"]}),
            _count(self.city, "inspection", "providers", {"_id": self.credit_codes[0]}),
            0 if credit is None else len(credit["scores"]),
        ]


def _a_trust_signing(city: City) -> Write:
    estate_id, provider_id = city.new_estate(district=PANZHIHUA), city.new_provider(district=PANZHIHUA)
    fields = city.trust_contract_fields(estate_id, provider_id)
    return Write(
        city,
        "registry",
        "signContract",
        fields,
        fields["number"],
        lambda: _count(city, "registry", "contracts", {"number": fields["number"]}),
        uuid.uuid4().hex,
    )


def _kill_and_cut(city: City, services: list[str], holds: list[Hold]) -> None:
    city.platform.kill(*services)
    for hold in holds:
        hold.cut()


def _count(city: City, service: str, collection: str, query: dict[str, Any]) -> int:
    return int(city.database(service)[collection].count_documents(query))


def _unpublished(city: City, service: str) -> set[str]:
    return {entry["id"] for row in city.database(service)["outbox"].find({}) for entry in row["entries"]}
