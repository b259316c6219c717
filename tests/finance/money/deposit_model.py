"""A deposit of one contract year as plain numbers: what each account holds of it, its claim and its state.

Written from the rules, in whole fen (ZG-17 to ZG-22, A-2, P2, P14); it shares no code with the product.
"""

from dataclasses import dataclass, field
from datetime import date

from tests.heard import RegistryFacts

DEMANDED = 3_000_000


@dataclass
class Claim:
    """The claim on a deposit that was made last."""

    kind: str
    amount: int
    made_on: date
    approved: set[str] = field(default_factory=set)
    is_open: bool = True
    id: str = ""


@dataclass
class Deposit:
    """One estate's deposit of the running contract year: `held` by account, in the order in which they got money."""

    facts: RegistryFacts
    due_on: date
    next_year_on: date | None
    id: str = ""
    state: str = "DEMANDED"
    held: dict[str, int] = field(default_factory=dict)
    paid_out: int = 0
    claim: Claim | None = None
    congress_on: date | None = None
    owners_account: str = ""
    account_on: date | None = None
    is_owners_first: bool = False
    """Whether the owners' account is where this year's deposit belongs from its first day on."""

    is_on_hold: bool = False
    ended: bool = False

    @property
    def paid(self) -> int:
        return sum(self.held.values())

    @property
    def missing(self) -> int:
        return max(0, DEMANDED - self.paid)

    @property
    def open_claim(self) -> Claim | None:
        return self.claim if self.claim is not None and self.claim.is_open else None

    @property
    def is_claimed(self) -> bool:
        claimed = self.open_claim is not None and self.open_claim.kind != "RELEASE"
        return claimed or (self.paid_out > 0 and self.missing > 0)

    def has_account_on(self, day: date) -> bool:
        """Return whether there was a congress by then, with its account."""
        return all(since is not None and since <= day for since in (self.congress_on, self.account_on))

    @property
    def is_paid_to_owners(self) -> bool:
        return self.is_owners_first or (self.congress_on is not None and self.account_on is not None)

    def put(self, account: str, amount: int) -> None:
        self.held[account] = self.held.get(account, 0) + amount

    def take(self, amount: int) -> dict[str, int]:
        """Take the amount out of the accounts, the first account first, and return what each gave."""
        given = {}
        for account in list(self.held):
            share = min(amount, self.held[account])
            amount -= share
            self.held[account] -= share
            if share:
                given[account] = share
            if self.held[account] == 0:
                del self.held[account]
        return given

    def rest(self) -> None:
        """Let the state be what is held and claimed, once nothing moves."""
        self.state = "CLAIMED" if self.is_claimed else "PART_PAID" if self.missing else "HELD"

    def begin_to_move(self, street: str) -> None:
        """What a street holds of it moves once there is a congress."""
        if self.congress_on is not None and street in self.held:
            self.state = "TRANSFERRING"
