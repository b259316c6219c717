"""How much planning one operation may cost before it is refused."""

import time
from dataclasses import dataclass, field

from gateway.planner.errors import PlanTooLarge

FIELDS_MAX = 20_000  # Expanded interfaces count by object type; a page of the largest real screens needs hundreds.
PLACES_MAX = 100_000
PLANNING_SECONDS_MAX = 3.0
_STEPS_BETWEEN_LOOKS = 64  # Reading the clock at every step would cost more than the step.


@dataclass(slots=True)
class PlanningBudget:
    """Counts what a plan uses; raises PlanTooLarge beyond a limit."""

    fields_max: int = FIELDS_MAX
    places_max: int = PLACES_MAX
    seconds_max: float = PLANNING_SECONDS_MAX
    fields: int = 0
    places: int = 0
    _steps: int = 0
    _ends: float = field(init=False)

    def __post_init__(self) -> None:
        self._ends = time.thread_time() + self.seconds_max

    def use_field(self) -> None:
        """Count a field of the query tree."""
        self.fields += 1
        if self.fields > self.fields_max:
            raise PlanTooLarge("planned fields", self.fields_max)
        self.look_at_the_clock()

    def use_place(self) -> None:
        """Count a way to reach a field."""
        self.places += 1
        if self.places > self.places_max:
            raise PlanTooLarge("ways to reach its fields", self.places_max)
        self.look_at_the_clock()

    def look_at_the_clock(self) -> None:
        """Raise when the time is used up; looks only now and then."""
        self._steps += 1
        if self._steps % _STEPS_BETWEEN_LOOKS == 0 and time.thread_time() > self._ends:
            raise PlanTooLarge("milliseconds of planning", int(self.seconds_max * 1000))
