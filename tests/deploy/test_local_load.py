"""How the local platform tells that a loaded ledger has reached every service."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest

from deploy.local.failures import NotReadyInTime, ProcessDied
from deploy.local.load import OLDEST_METRIC, PUBLISHED_METRIC, Flow, metric_value, pending_messages, wait_until_still
from kit import telemetry_names

FLOWING = Flow(published=0, waits_for_relay=True, undelivered=0)
PUBLISHED = Flow(published=7, waits_for_relay=False, undelivered=3)
APPLIED = Flow(published=7, waits_for_relay=False, undelivered=0)


class FakeTime:
    """A clock that only sleeping moves, so that no test waits."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture(autouse=True)
def fake_time(monkeypatch: pytest.MonkeyPatch) -> FakeTime:
    fake = FakeTime()
    monkeypatch.setattr("deploy.local.load.time", fake)
    return fake


def seen(*flows: Flow | None) -> Callable[[], Flow | None]:
    """Return a look that shows the flows one after the other, then the last for ever."""
    left = list(flows)
    return lambda: left.pop(0) if len(left) > 1 else left[0]


def nothing_died() -> None:
    return None


def test_the_metric_names_are_those_of_the_kit() -> None:
    assert PUBLISHED_METRIC == telemetry_names.METRIC_EVENTS_PUBLISHED
    assert OLDEST_METRIC == telemetry_names.METRIC_OUTBOX_AGE_SECONDS


def test_a_metric_is_summed_over_its_labels_and_zero_before_its_first_use() -> None:
    registry = CollectorRegistry()
    counter = Counter(PUBLISHED_METRIC, "Events.", ["service"], registry=registry)
    Gauge(OLDEST_METRIC, "Age.", ["service"], registry=registry)
    counter.labels("registry").inc(5)
    counter.labels("finance").inc(2)

    page = generate_latest(registry).decode()

    assert metric_value(page, PUBLISHED_METRIC) == 7
    assert metric_value(page, OLDEST_METRIC) == 0


def test_a_page_without_the_metric_is_not_taken_for_zero() -> None:
    with pytest.raises(LookupError, match=PUBLISHED_METRIC):
        metric_value("# TYPE python_info gauge\npython_info 1.0\n", PUBLISHED_METRIC)


def test_what_consumers_still_have_to_do_is_counted_over_all_streams() -> None:
    consumers = [{"num_pending": 2, "num_ack_pending": 1}, {"num_pending": 0, "num_ack_pending": 4}]
    jetstream: dict[str, Any] = {
        "account_details": [{"stream_detail": [{"consumer_detail": consumers}, {"consumer_detail": consumers[:1]}, {}]}]
    }

    assert pending_messages(json.loads(json.dumps(jetstream))) == 10
    assert pending_messages({}) == 0


def test_the_seconds_end_with_the_last_publication_and_the_last_application() -> None:
    relayed, projected = wait_until_still(seen(FLOWING, PUBLISHED, PUBLISHED, APPLIED), nothing_died)

    assert (relayed, projected) == (0.25, 0.75)


def test_events_that_stand_still_are_reported_with_their_number() -> None:
    with pytest.raises(NotReadyInTime, match="3 published but not applied by every service"):
        wait_until_still(seen(FLOWING, PUBLISHED), nothing_died)


def test_a_service_too_busy_to_answer_is_asked_again() -> None:
    relayed, projected = wait_until_still(seen(FLOWING, None, PUBLISHED, None, APPLIED), nothing_died)

    assert (relayed, projected) == (0.5, 1.0)


def test_services_that_never_answer_are_reported() -> None:
    with pytest.raises(NotReadyInTime, match="do not answer"):
        wait_until_still(seen(None), nothing_died)


def test_a_death_on_the_way_ends_the_waiting() -> None:
    def finance_died() -> None:
        raise ProcessDied("finance ended")

    with pytest.raises(ProcessDied, match="finance ended"):
        wait_until_still(seen(FLOWING), finance_died)
