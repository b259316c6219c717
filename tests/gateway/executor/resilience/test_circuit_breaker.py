"""The circuit breaker's bounds, on a clock that the test moves."""

from dataclasses import dataclass, field

import pytest

from gateway.executor.resilience.circuit_breaker import BreakerSettings, BreakerState, CircuitBreaker

SETTINGS = BreakerSettings(requests_min=4, failure_share=0.5, window_seconds=10.0, open_seconds=5.0)


@dataclass
class Scene:
    """A breaker, its clock and what it told of its states."""

    now: float = 100.0
    states: list[BreakerState] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.breaker = CircuitBreaker(SETTINGS, monotonic=lambda: self.now, on_change=self.states.append)

    def outcomes(self, text: str) -> None:
        """Let requests end: `s` in success, `f` in failure."""
        for one in text:
            assert self.breaker.allows()
            if one == "s":
                self.breaker.succeeded()
            else:
                self.breaker.failed()


@pytest.mark.parametrize(
    ("outcomes", "state"),
    [
        ("fff", BreakerState.CLOSED),  # Too few to judge.
        ("ffff", BreakerState.OPEN),
        ("ssff", BreakerState.OPEN),  # 2 of 4 is the share.
        ("sssff", BreakerState.CLOSED),  # 2 of 5 is below it.
    ],
)
def test_it_opens_at_the_share_of_enough_requests(outcomes: str, state: BreakerState) -> None:
    scene = Scene()

    scene.outcomes(outcomes)

    assert scene.breaker.state is state


def test_failures_of_an_earlier_window_are_forgotten() -> None:
    scene = Scene()
    scene.outcomes("fff")

    scene.now += SETTINGS.window_seconds
    scene.outcomes("fff")

    assert scene.breaker.state is BreakerState.CLOSED


def test_an_open_breaker_lets_one_probe_through_when_its_time_is_over() -> None:
    scene = Scene()
    scene.outcomes("ffff")

    scene.now += SETTINGS.open_seconds - 0.001
    before = scene.breaker.allows()
    scene.now += 0.001

    assert (before, scene.breaker.allows(), scene.breaker.allows()) == (False, True, False)
    assert scene.states == [BreakerState.OPEN, BreakerState.HALF_OPEN]


def test_the_probes_success_closes_it_and_forgets_the_failures() -> None:
    scene = Scene()
    scene.outcomes("ffff")
    scene.now += SETTINGS.open_seconds

    scene.outcomes("s")
    scene.outcomes("ff")

    assert scene.breaker.state is BreakerState.CLOSED


def test_the_probes_failure_opens_it_for_as_long_again() -> None:
    scene = Scene()
    scene.outcomes("ffff")
    scene.now += SETTINGS.open_seconds
    scene.outcomes("f")

    scene.now += SETTINGS.open_seconds - 0.001

    assert not scene.breaker.allows()
    scene.now += 0.001
    assert scene.breaker.allows()


def test_a_probe_that_was_given_up_leaves_its_place_to_the_next() -> None:
    scene = Scene()
    scene.outcomes("ffff")
    scene.now += SETTINGS.open_seconds
    assert scene.breaker.allows()

    scene.breaker.abandoned()

    assert scene.breaker.allows()
