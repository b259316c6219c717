"""Metrics are counted exactly, shown under their names from the first mention on, and refuse labels that do not fit."""

import threading

import pytest
from prometheus_client import REGISTRY

from kit import telemetry_names
from kit.metrics import Counter, Gauge, Histogram, metrics_page

THREADS, ROUNDS = 8, 2_000


def shown(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(name, labels)


def test_a_counter_without_labels_is_shown_at_zero_and_grows() -> None:
    counter = Counter("anju_test_plain_total", "For a test.")

    before = shown("anju_test_plain_total")
    counter.inc()
    counter.inc(2)

    assert (before, shown("anju_test_plain_total")) == (0, 3)


def test_a_counter_with_labels_counts_each_combination_by_itself() -> None:
    counter = Counter("anju_test_labelled_total", "For a test.", ["write", "outcome"])

    counter.labels("pay", "DONE").inc(2)
    counter.labels("pay", "DONE").inc()
    counter.labels("pay", "NOT_FOUND")

    assert shown("anju_test_labelled_total", write="pay", outcome="DONE") == 3
    assert shown("anju_test_labelled_total", write="pay", outcome="NOT_FOUND") == 0
    assert shown("anju_test_labelled_total", write="vote", outcome="DONE") is None


def test_a_gauge_rises_and_falls() -> None:
    gauge = Gauge("anju_test_gauge", "For a test.", ["task"])

    gauge.labels("relay").set(5)
    gauge.labels("relay").inc()
    gauge.labels("relay").dec(4)

    assert shown("anju_test_gauge", task="relay") == 2


def test_a_removed_series_is_not_shown_any_more() -> None:
    gauge = Gauge("anju_test_removed", "For a test.", ["subgraph"])
    gauge.labels("old").set(1)
    gauge.labels("kept").set(1)
    before = shown("anju_test_removed", subgraph="old")

    gauge.remove("old")
    gauge.remove("never")

    assert (before, shown("anju_test_removed", subgraph="old")) == (1, None)
    assert shown("anju_test_removed", subgraph="kept") == 1


def test_a_histogram_puts_a_duration_on_a_bound_into_the_bucket_below() -> None:
    histogram = Histogram("anju_test_seconds", "For a test.", ["subgraph"])

    for seconds in (0.01, 0.011, 30.0):
        histogram.labels("registry").observe(seconds)

    bounds = ("0.005", "0.01", "0.025", "10.0", "+Inf")
    assert [shown("anju_test_seconds_bucket", subgraph="registry", le=le) for le in bounds] == [0, 1, 2, 2, 3]
    assert shown("anju_test_seconds_count", subgraph="registry") == 3
    assert shown("anju_test_seconds_sum", subgraph="registry") == pytest.approx(30.021)


def test_counting_in_several_threads_loses_nothing() -> None:
    counter = Counter("anju_test_threads_total", "For a test.", ["status"])

    def count() -> None:
        for _ in range(ROUNDS):
            counter.labels("200").inc()

    threads = [threading.Thread(target=count) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert shown("anju_test_threads_total", status="200") == THREADS * ROUNDS


def test_labels_that_do_not_fit_are_refused() -> None:
    counter = Counter("anju_test_fit_total", "For a test.", ["status"])
    histogram = Histogram("anju_test_fit_seconds", "For a test.", ["status"])

    for metric in (counter, histogram):
        with pytest.raises(ValueError, match="do not fit the labels"):
            metric.labels("200", "GET")
        with pytest.raises(ValueError, match="do not fit the labels"):
            metric.labels()
    assert shown("anju_test_fit_total", status="200") is None


def test_the_page_declares_each_metric_once_and_adds_nothing_to_its_name_or_labels() -> None:
    Counter("anju_test_page_total", "How it reads.", ["status"]).labels("200").inc()

    lines = [line for line in metrics_page().decode().splitlines() if "anju_test_page" in line]

    assert lines == [
        "# HELP anju_test_page_total How it reads.",
        "# TYPE anju_test_page_total counter",
        'anju_test_page_total{status="200"} 1.0',
    ]


def test_the_metrics_of_the_kit_without_labels_are_on_the_page_of_every_process() -> None:
    page = metrics_page().decode()

    for name in (telemetry_names.METRIC_READY, telemetry_names.METRIC_FAULTS):
        assert f"# TYPE {name} " in page
