"""A maintenance fund as plain numbers: what each door and the pool hold, and how money is shared among them.

Written from the rules, in whole fen (ZG-28 to ZG-33; Decree 165, arts. 10 to 30); it shares no code with the product.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)
AREAS = {"a101": 8_000, "a102": 400, "a103": 1_601, "h101": 8_999}
"""The doors of the estate, in hundredths of a square metre; those that begin with "h" have a lift."""

BUILDINGS = {"low": ("a101", "a102", "a103"), "high": ("h101",), "all": tuple(AREAS)}
CAPS = {"a": 5_500, "h": 7_500}
POOL = "pool"


@dataclass
class Deposit:
    """What was paid for a door, and what the district matched."""

    door: str
    amount: int
    is_first: bool
    day: date
    id: str = ""
    match: int = 0
    period: str | None = None
    is_refunded: bool = False


@dataclass
class Share:
    """What a door bears of a use, how much of it its own money covers, and whether its owner has paid the rest."""

    share: int
    covered: int = 0
    is_rest_paid: bool = False

    @property
    def lacks(self) -> int:
        return self.share - self.covered


@dataclass
class Use:
    """A use of the fund: who shares it, what it costs, and what was taken for it so far."""

    budget: int
    scope: str
    is_emergency: bool
    state: str = "PROPOSED"
    id: str = ""
    decision: str = ""
    is_passed: bool = False
    is_filed: bool = False
    is_annulled: bool = False
    settled: int = 0
    paid: int = 0
    first_total: int = 0
    shares: dict[str, Share] = field(default_factory=dict)
    from_pool: int = 0

    @property
    def is_allocated(self) -> bool:
        return self.state in ("ALLOCATED", "PUBLISHED")


@dataclass
class Fund:
    """One of the two funds of an estate: its money by door and in the pool, and every day's movement of each."""

    is_old: bool
    opened_on: date
    id: str = ""
    custody: str = ""
    held: dict[str, int] = field(default_factory=lambda: {POOL: 0})
    first_deposit: dict[str, int] = field(default_factory=dict)
    sub_ids: dict[str, str] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    deposits: list[Deposit] = field(default_factory=list)
    moved: list[tuple[date, str, int]] = field(default_factory=list)
    interest_to: date = date.min
    uses: list[Use] = field(default_factory=list)

    @property
    def balance(self) -> int:
        return sum(self.held.values())

    @property
    def contributed(self) -> int:
        return sum(one.amount for one in self.deposits if not one.is_refunded)

    @property
    def matched(self) -> int:
        return sum(one.match for one in self.deposits if not one.is_refunded)

    @property
    def periods(self) -> set[str | None]:
        return {one.period for one in self.deposits}

    def move(self, whose: str, amount: int, day: date) -> None:
        """Put money to a door or the pool, or take it away; nobody gives more than they have."""
        if amount:
            self.held[whose] = self.held.get(whose, 0) + amount
            self.moved.append((day, whose, amount))
        assert self.held.get(whose, 0) >= 0

    def share_interest(self, amount: int, until: date) -> None:
        """Share interest by the balances at the end of each day, floored; what is left stays in the pool."""
        weights: dict[str, int] = {}
        day = self.interest_to
        while day < until:
            for moved_on, whose, change in self.moved:
                if moved_on <= day:
                    weights[whose] = weights.get(whose, 0) + change
            day += ONE_DAY
        whole = sum(weights.values())
        left = amount
        for door in sorted(weights):
            share = amount * weights[door] // whole if whole and door != POOL else 0
            self.move(door, share, until)
            left -= share
        self.move(POOL, left, until)
        self.interest_to = until

    def charge(self, use: Use, total: int, day: date) -> int:
        """Let each door of the scope bear its share by area, of its own money alone; return what the fund pays more.

        Shares are floored, and the pool bears the remainder. What was charged before counts; what is too much of it
        goes back.
        """
        doors = BUILDINGS[use.scope]
        whole = sum(AREAS[door] for door in doors)
        before, paid, remainder = self.balance, use.from_pool, total
        for door in doors:
            share = total * AREAS[door] // whole
            remainder -= share
            charged = use.shares[door].covered if door in use.shares else 0
            covered = min(share, self.held.get(door, 0) + charged)
            use.shares[door] = Share(share, covered)
            self.move(door, charged - covered, day)
        use.from_pool = min(remainder, self.held[POOL] + paid)
        self.move(POOL, paid - use.from_pool, day)
        use.paid = sum(one.covered for one in use.shares.values()) + use.from_pool
        return before - self.balance


def first_deposit(door: str, rate: int) -> int:
    """Return area × rate, half-up to the fen."""
    return (2 * AREAS[door] * rate + 100) // 200


def last_day_of(quarter: str) -> date:
    """Return the last day of a quarter such as "2024-Q1"."""
    year, number = int(quarter[:4]), int(quarter[-1])
    following = date(year + number // 4, number % 4 * 3 + 1, 1)
    return following - ONE_DAY


def quarter_of(day: date) -> str:
    """Return the quarter of a day."""
    return f"{day.year}-Q{(day.month + 2) // 3}"
