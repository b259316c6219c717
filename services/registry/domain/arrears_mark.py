"""What an estate shows of its arrears: a mark while they reach the threshold; the mark alone opens no case (P5)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kit.ratio import Ratio


class ThresholdDirection(StrEnum):
    """Which way an estate's arrears crossed the threshold, as finance announces it."""

    UP = "UP"
    DOWN = "DOWN"


@dataclass(frozen=True)
class ArrearsCrossing:
    """A crossing of the threshold as it was measured at the end of a day; the ratio is None where nothing was due."""

    as_of: date
    direction: ThresholdDirection
    ratio: Ratio | None
    threshold: Ratio | None

    @property
    def marks(self) -> bool:
        """Whether the estate is marked since: its arrears reached the threshold and have not fallen below it."""
        return self.direction is ThresholdDirection.UP


def latest_crossing(known: ArrearsCrossing | None, heard: ArrearsCrossing) -> ArrearsCrossing:
    """Return the crossing of the later day (P5).

    A day is measured once: of two crossings of one day, the known one stands.
    """
    return heard if known is None or heard.as_of > known.as_of else known
