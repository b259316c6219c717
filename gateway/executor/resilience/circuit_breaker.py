"""A circuit breaker: a subgraph that mostly fails is left alone for a while, then asked once to see if it is back."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum


class BreakerState(IntEnum):
    """The numbers are what the metric shows."""

    CLOSED = 0
    HALF_OPEN = 1
    OPEN = 2


@dataclass(frozen=True, slots=True)
class BreakerSettings:
    """When a breaker opens, and for how long."""

    # A handful of failures at night must not shut a subgraph off: only a share of a real number of requests counts.
    requests_min: int = 20
    failure_share: float = 0.5
    window_seconds: float = 10.0
    open_seconds: float = 5.0


class CircuitBreaker:
    """Counts the outcomes of one subgraph's requests in windows, and decides whether it is asked at all."""

    def __init__(
        self,
        settings: BreakerSettings,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        on_change: Callable[[BreakerState], None] = lambda _state: None,
    ) -> None:
        self.state = BreakerState.CLOSED
        self._settings = settings
        self._monotonic = monotonic
        self._on_change = on_change
        self._succeeded = 0
        self._failed = 0
        self._window_ends = monotonic() + settings.window_seconds
        self._opens_again_at = math.inf
        self._probe_under_way = False

    def allows(self) -> bool:
        """Return whether to send a request now; while half open only one at a time may go, as the probe.

        Whoever is allowed must tell the outcome by `succeeded`, `failed` or `abandoned`.
        """
        if self.state is BreakerState.CLOSED:
            return True
        if self.state is BreakerState.OPEN:
            if self._monotonic() < self._opens_again_at:
                return False
            self._change(BreakerState.HALF_OPEN)
        if self._probe_under_way:
            return False
        self._probe_under_way = True
        return True

    def succeeded(self) -> None:
        """Count an answer; the probe's answer closes the breaker."""
        self._succeeded += 1
        if self.state is BreakerState.HALF_OPEN:
            self._probe_under_way = False
            self._start_window()
            self._change(BreakerState.CLOSED)

    def failed(self) -> None:
        """Count a request without an answer; too many of them, or the probe, open the breaker."""
        if self.state is BreakerState.HALF_OPEN:
            self._open()
            return
        if self._monotonic() >= self._window_ends:
            self._start_window()
        self._failed += 1
        total = self._succeeded + self._failed
        if (
            self.state is BreakerState.CLOSED
            and total >= self._settings.requests_min
            and self._failed >= self._settings.failure_share * total
        ):
            self._open()

    def abandoned(self) -> None:
        """Let another request be the probe: this one was given up and tells nothing of the subgraph."""
        self._probe_under_way = False

    def _open(self) -> None:
        self._probe_under_way = False
        self._opens_again_at = self._monotonic() + self._settings.open_seconds
        self._change(BreakerState.OPEN)

    def _start_window(self) -> None:
        self._succeeded = self._failed = 0
        self._window_ends = self._monotonic() + self._settings.window_seconds

    def _change(self, state: BreakerState) -> None:
        self.state = state
        self._on_change(state)
